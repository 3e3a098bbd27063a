"""Instances of the symbols of a comparison: generic, over many scales, special numbers, and zeros of a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import mpmath
import numpy as np

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.evaluation import value_at
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Value, World, exact, to_mpf
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.worlds import SEED, WorldSet, draw, gather, world_sets


@dataclass
class Case:
    """One comparison: the symbols that occur, and their instances."""

    symbols: dict[str, Symbol]
    dims: frozenset[str]
    whole: Expr

    @cached_property
    def scalars(self) -> list[Symbol]:
        """The symbols that stand for one number."""
        return [s for s in self.symbols.values() if not s.shape and s.kind == "value"]

    @cached_property
    def positive(self) -> frozenset[str]:
        """Names of the symbols that are never negative."""
        return frozenset(s.name for s in self.symbols.values() if s.domain in ("positive", "nonnegative", "unit", "count", "simplex"))

    @cached_property
    def sets_of_worlds(self) -> list[WorldSet]:
        """Generic instances, with zeros and ties, over many scales, and at the numbers that the formulas hold."""
        extra = {d: Symbol(d, kind="dimension") for d in self.dims}
        named = {**extra, **self.symbols}
        if not self.symbols and not self.dims:
            return [gather("generic", [World({}, {})], {})]
        out = world_sets(named, ("generic", "zeros", "ties") if self.dims else ("generic", "zeros"), count=8)
        dims = out[-1].batch.dims
        rng = np.random.default_rng(SEED)
        if any(s.domain in ("real", "positive", "nonnegative", "negative", "nonzero") for s in self.scalars):
            wide = draw(named, dict(dims), "scales", 16, SEED + 7)
            for w in wide.worlds:
                for s in self.scalars:
                    if s.domain in ("real", "positive", "nonnegative", "negative", "nonzero"):
                        w.values[s.name] = w.values[s.name] * Fraction(2) ** int(rng.choice((-30, -10, -4, 3, 6, 10, 20, 40)))  # type: ignore[index]
            out.append(gather("scales", wide.worlds, dict(dims)))
        if self.scalars:
            out.append(self.special(named, dict(dims), rng))
        return out

    def special(self, named: dict[str, Symbol], dims: dict[str, int], rng: np.random.Generator) -> WorldSet:
        """Small integers, and the numbers in the formulas with their neighbours, for every scalar."""
        literals = {v for x in E.walk(self.whole) if (v := E.number_value(x)) is not None and abs(v) < 10**12}
        pool = {Fraction(k) for k in range(-3, 4)} | {s * v + d for v in sorted(literals)[:12] for s in (1, -1) for d in (-1, 0, 1)}
        pool |= {v + Fraction(1, 2) for v in pool} if len(pool) < 30 else set()
        count = min(max(24, len(pool)), 60) if len(self.scalars) == 1 else 30
        worlds = draw(named, dims, "special", count, SEED + 11).worlds
        for s in self.scalars:
            fit = sorted(v for v in pool if inside(s, v))
            for k, w in enumerate(worlds):
                if fit:
                    w.values[s.name] = fit[k % len(fit) if len(self.scalars) == 1 else int(rng.integers(0, len(fit)))]  # type: ignore[index]
        return gather("special", worlds, dims)

    def on_boundary(self, f: Expr, count: int = 2) -> Iterator[World]:
        """Instances at which the scalar f is zero."""
        for ws in {id(ws): ws for ws in (self.sets_of_worlds[0], self.sets_of_worlds[-1])}.values():
            for w in ws.worlds[:count]:
                for s in self.scalars:
                    if s.name in E.symbols_in(f):
                        for v in _roots(f, w, s.name):
                            if not isinstance(v, Fraction) or inside(s, v):
                                yield World({**w.values, s.name: v}, w.dims, "boundary")


def inside(s: Symbol, v: Fraction) -> bool:
    """Whether a number lies in the domain of a scalar symbol."""
    if s.domain in ("integer", "count") and v.denominator != 1:
        return False
    tests = {"positive": v > 0, "nonnegative": v >= 0, "negative": v < 0, "nonzero": v != 0, "unit": 0 < v < 1, "count": v >= 1}
    return tests.get(s.domain, True)


def _roots(f: Expr, w: World, name: str) -> list[Value]:
    """Where f is zero as a function of one scalar, if it is affine or quadratic in it."""
    points = []
    for k in range(4):
        try:
            v = value_at(f, World({**w.values, name: Fraction(k + 3)}, w.dims))
        except NotEvaluable:
            return []
        if not isinstance(v, Fraction):
            return []
        points.append(v)
    p, q, r, s = points
    two = (r - 2 * q + p) / 2
    one = q - p - two
    if s != p + 3 * one + 9 * two:
        return []
    if two == 0:
        return [3 - p / one] if one else []
    d = one * one - 4 * two * p
    if d < 0:
        return []
    root = exact(E.fn("sqrt", E.num(d)), World({}, {}), 2 * BOUNDS.digits[-1])
    with mpmath.workdps(2 * BOUNDS.digits[-1]):
        return [3 + (k * root - one) / (2 * two) if isinstance(root, Fraction) else 3 + (k * root - to_mpf(one)) / to_mpf(2 * two) for k in (1, -1)]
