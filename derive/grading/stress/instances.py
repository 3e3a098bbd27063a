"""Instances of a problem: sizes and values in the declared domains, generic ones and those with zeros and ties.

Drawn in plain NumPy, apart from the worlds of the judge. Matrices of declared rank get sizes that allow
it, and where several dimensions are open they differ, so that a product in the wrong order shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from derive.grading.stress.values import Instance, Unvalued, holds, size, value
from derive.maths.expr import Expr, symbols_in, walk
from derive.maths.symbols import Symbol

SIZES = (1, 2, 3, 4)
COMBINATIONS = 5  # of sizes, where several dimensions are open
GENERIC = 4  # instances of each size
EDGES = 2  # instances of each size with zeros, and with ties
TRIALS = 60  # draws for one instance that meets the conditions of the part
CONDITION = 30.0  # condition number up to which a matrix of declared rank is used
SCALES = (0.125, 0.25, 0.5, 1.0, 2.0)  # so that every piece of a piecewise answer is met


def instances(symbols: Mapping[str, Symbol], seed: int, given: bool = True, when: Sequence[Expr] = ()) -> list[Instance]:
    """Instances of several sizes: generic, with zeros, with ties. given: keep the values that the statement fixes."""
    rng = np.random.default_rng(seed)
    out: list[Instance] = []
    for dims in sizes(symbols, rng):
        for kind, count in (("", GENERIC), ("zeros", EDGES), ("ties", EDGES)):
            if kind == "ties" and set(dims.values()) == {1}:
                continue
            made = 0
            for _ in range(TRIALS):
                one = drawn(symbols, dims, kind, rng, given, when)
                if one is not None:
                    out.append(one)
                    made += 1
                if made >= count:
                    break
    return out


def sizes(symbols: Mapping[str, Symbol], rng: np.random.Generator) -> list[dict[str, int]]:
    """Sizes of the open dimensions, those of matrices of declared rank in the order that it asks for."""
    names = [s.name for s in symbols.values() if s.kind == "dimension"]
    names = list(dict.fromkeys([*names, *(d for s in symbols.values() for d in s.shape if isinstance(d, str) and not d.startswith("min("))]))
    if not names:
        return [{}, {}, {}]
    if len(names) == 1:
        return [{names[0]: n} for n in SIZES]
    allowed = [dict(zip(names, c, strict=True)) for c in product((*SIZES, 5), repeat=len(names))]
    allowed = [dims for dims in allowed if all(_can_have_rank(s, dims) for s in symbols.values())]
    order = rng.permutation(len(allowed))
    # One combination with equal sizes, the smallest; the others as different as there are.
    ranked = sorted(order, key=lambda k: -len(set(allowed[k].values())))
    square = min((k for k in order if len(set(allowed[k].values())) == 1), key=lambda k: max(allowed[k].values()), default=ranked[-1])
    return [allowed[k] for k in (*ranked[: COMBINATIONS - 1], square)]


def _can_have_rank(s: Symbol, dims: Mapping[str, int]) -> bool:
    if s.domain not in ("frr", "fcr", "orthcols"):
        return True
    m, n = (d if isinstance(d, int) else dims[d] for d in s.shape)
    return m <= n if s.domain == "frr" else n <= m


def drawn(symbols: Mapping[str, Symbol], dims: Mapping[str, int], kind: str, rng: np.random.Generator, given: bool,
          when: Sequence[Expr] = ()) -> Instance | None:
    """One instance; None where it does not meet the conditions."""
    values: dict[str, Any] = {}
    at = Instance(values, dict(dims), kind)
    for s in symbols.values():
        if s.kind == "value" and s.let is None:
            values[s.name] = value(s.given, at) if given and s.given is not None else quantity(s, at, rng)
    for s in symbols.values():
        if s.multiple_of is not None:
            values[s.name] = float(values[s.name] * values.get(s.multiple_of, dims.get(s.multiple_of, 1)))
    for name, e in _settings(when, symbols):
        values[name] = value(e, at)
    # A definition may use another: as many rounds as there are.
    waiting = [s for s in symbols.values() if s.kind == "value" and s.let is not None]
    for _ in range(len(waiting)):
        for s in waiting:
            try:
                assert s.let is not None
                values[s.name] = value(s.let, at)
            except (Unvalued, KeyError):
                continue
    return at if all(holds(c, at) for c in when) else None


def _settings(when: Sequence[Expr], symbols: Mapping[str, Symbol]) -> Iterator[tuple[str, Expr]]:
    """Conditions 'symbol = expression', which a draw would never meet: the symbol gets the value."""
    for c in when:
        if c.op == "rel" and c.data == "=":
            for side, other in (c.args, c.args[::-1]):
                if side.op == "sym" and side.data not in symbols_in(other) and symbols[side.data].given is None:
                    yield side.data, other
                    break


def quantity(s: Symbol, at: Instance, rng: np.random.Generator) -> Any:
    """A value in the domain of a symbol."""
    shape = tuple(size(d, at) for d in s.shape)
    if s.within is not None and s.domain in ("count", "integer"):
        first, last = (int(value(x, at)) for x in s.within)
        return np.asarray(rng.integers(first, last + 1, size=shape), dtype=float) if shape else float(rng.integers(first, last + 1))
    if s.below is not None and s.domain in ("count", "integer"):
        return np.asarray(rng.integers(1, int(s.below), size=shape), dtype=float) if shape else float(rng.integers(1, int(s.below)))
    if s.domain in ("count", "integer"):
        return np.asarray(rng.integers(2, 12, size=shape), dtype=float) if shape else float(rng.integers(2, 12))
    if s.domain == "sign":
        return rng.choice([-1.0, 1.0], size=shape) if shape else float(rng.choice([-1.0, 1.0]))
    if len(shape) == 2:
        return _matrix(s, shape, rng)
    a = np.round(rng.uniform(0.2, 3.0, size=shape) * 16) / 16
    a = np.where(a == 1, 1.25, a)
    if s.domain == "unit":
        a = np.round(a * 4) / 16 + 1 / 64
    if s.domain == "simplex":
        return a / a.sum()
    if s.above is not None or s.below is not None:
        low = -3.0 if s.above is None else float(s.above)
        a = low + a if s.below is None else low + (float(s.below) - low) * a / 4
    elif s.domain in ("real", "nonzero"):
        a = a * rng.choice([-1.0, 1.0], size=shape) * rng.choice(SCALES)
    elif s.domain in ("positive", "nonnegative"):
        a = a * rng.choice(SCALES)
    elif s.domain == "negative":
        a = -a
    bounded = s.above is not None or s.below is not None
    if at.kind == "zeros" and s.domain in ("real", "nonnegative") and not bounded:
        if len(shape) == 1:
            a[rng.integers(0, shape[0])] = 0.0
        elif rng.integers(0, 3) == 0:
            return 0.0
    if len(shape) == 1 and shape[0] > 1 and at.kind == "ties" and s.domain in ("real", "nonzero", "positive", "nonnegative"):
        i, j = rng.choice(shape[0], size=2, replace=False)
        top = np.max(np.abs(a))
        a[i], a[j] = np.copysign(top, a[i]), np.copysign(top, a[j])
    return a if shape else float(a)


def _matrix(s: Symbol, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """A matrix with entries of both signs, well away from losing its declared rank."""
    while True:
        a = np.round(rng.uniform(-2.5, 2.5, size=shape) * 8) / 8
        if s.domain in ("positive", "nonnegative", "unit"):
            return np.abs(a) / (1.0 if s.domain != "unit" else 2.75) + 1 / 64
        if s.domain == "negative":
            return -np.abs(a) - 1 / 64
        if s.domain == "nonzero":
            return np.where(a == 0, 0.5, a)
        if s.domain == "spd":
            return a @ a.T + np.eye(shape[0])
        if s.domain == "symmetric":
            return (a + a.T) / 2
        if s.domain not in ("frr", "fcr", "orthcols"):
            return a
        if np.linalg.cond(a) < CONDITION:
            return np.linalg.qr(a)[0] if s.domain == "orthcols" else a


def boundaries(condition: Expr, symbols: Mapping[str, Symbol], start: Sequence[Instance]) -> list[Instance]:
    """Instances beside and on the boundary of a condition: a scalar is moved until two compared sides are equal."""
    out: list[Instance] = []
    scalars = [s.name for s in symbols.values() if s.kind == "value" and not s.shape and s.given is None and s.let is None]
    for part in (x for x in walk(condition) if x.op == "rel"):
        for name in scalars:
            for one in start[:6]:
                found = _crossing(part, name, one)
                if found is not None:
                    out += [Instance({**one.values, name: v}, one.dims, "boundary") for v in (found, found * 0.93, found * 1.07)]
    return out


def _crossing(part: Expr, name: str, one: Instance) -> float | None:
    def gap(v: float) -> float:
        return float(value(part.args[0], one.with_values(**{name: v}))) - float(value(part.args[1], one.with_values(**{name: v})))

    low, high = 1e-6, 1e6
    if not gap(low) * gap(high) < 0:
        return None
    for _ in range(200):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if gap(low) * gap(middle) > 0 else (low, middle)
    return float((low * high) ** 0.5)
