"""Factors between an answer and the key: constants, declared scalars, dimensions, norms.

The ratio of float64 values proposes c * b^k; that the answer is c * b^k * key is then decided exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
import numpy.typing as npt

from derive.grading.diagnosis.alternatives import Told, alternatives, told_by
from derive.grading.diagnosis.sample import BOUNDS, Array, Sample, fraction_near, valued
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.worlds import show_number
from derive.maths.write import plain

POWERS = (Fraction(1), Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-1, 2))


def ratios(a: Array, b: Array, tolerance: float = BOUNDS.close) -> Array | None:
    """a / b in each world; None where entries of one world disagree.

    Zero entries must stand at the same places. NaN for a world in which b is 0 altogether or a undefined: it says
    nothing here, and the exact comparison that follows sees it.
    """
    found, told = many_ratios(a, b[None], tolerance)
    return found[0] if told[0] else None


def many_ratios(a: Array, b: Array, tolerance: float = BOUNDS.close) -> tuple[Array, npt.NDArray[np.bool_]]:
    """The same beside several b of shape (several, worlds, entries): the ratios, and for which b there are any."""
    with np.errstate(all="ignore"):
        zero = b == 0
        empty = zero.all(axis=-1) | ~np.isfinite(a).all(axis=-1)
        r = a / np.where(zero, 1.0, b)
        low = np.where(zero, np.inf, r).min(axis=-1)
        high = np.where(zero, -np.inf, r).max(axis=-1)
        apart = ((a != 0) & zero).any(axis=-1) | ~np.isfinite(np.where(zero, 0.0, r)).all(axis=-1) | (
            high - low > tolerance * np.maximum(np.abs(low), np.abs(high)))
        out = np.where(empty, np.nan, (low + high) / 2)
    return out, ~(apart & ~empty).any(axis=-1) & (np.isfinite(out).sum(axis=-1) * 2 > a.shape[0])


def shared(r: Array, tolerance: float) -> Array:
    """The value that all finite ratios of a row share; NaN where they share none, or half of them or more are not finite."""
    with np.errstate(all="ignore"):
        finite = np.isfinite(r)
        first = np.take_along_axis(r, finite.argmax(axis=-1)[..., None], axis=-1)
        same = (np.abs(r - first) <= tolerance * np.abs(first)) | ~finite
        return np.where(same.all(axis=-1) & (finite.sum(axis=-1) * 2 > r.shape[-1]), first[..., 0], np.nan)


def scaled(c: Fraction, e: Expr) -> Expr:
    """c * e."""
    return e if c == 1 else E.mul(E.num(c), e)


def constant_factor(s: Sample, r: Array, bound: int = BOUNDS.simple) -> str:
    """'zero where it is not', 'sign', 'constant factor c', 'sign and constant factor c'."""
    value = float(shared(r, s.tolerance))
    if value != value:
        return ""
    if value == 0:
        return "zero where it is not"
    c = fraction_near(value, bound, s.tolerance)
    if c is None or c in (0, 1) or not s.differs_only_by(lambda key: scaled(c, key)):
        return ""
    return factor_text(c)


def factor_text(c: Fraction) -> str:
    """A constant factor in words."""
    if c == -1:
        return "sign"
    return f"{'sign and ' if c < 0 else ''}constant factor {show_number(abs(c))}"


@dataclass(frozen=True)
class Base:
    """A quantity that can stand as a factor: its expression, its values in all worlds, and its vector if it is a norm."""

    expr: Expr
    values: Array
    vector: Expr | None = None


def bases(key: Key) -> tuple[Base, ...]:
    """Declared scalars, dimensions (also minus one), and norms of declared vectors; made once a part."""
    return kept(key, "bases", lambda: _bases(key))


def _bases(key: Key) -> tuple[Base, ...]:
    symbols = [s for s in key.problem.symbols.values() if s.kind == "value"]
    dims = sorted(key.problem.dims | {s.name for s in symbols if s.domain == "count" and not s.shape})
    found: list[tuple[Expr, Expr | None]] = [(E.sym(s.name), None) for s in symbols if not s.shape and s.given is None]
    for d in dims:
        size = E.dim(d) if d in key.problem.dims else E.sym(d)
        found += [(size, None)] if d in key.problem.dims else []
        found.append((E.sub(size, E.ONE), None))
    used = E.symbols_in(key.derivation.answer or E.ZERO)
    exponents = [E.TWO, E.ONE, E.INF, *_exponents(key)]
    for v in symbols:
        if len(v.shape) == 1 and v.name in used:
            vector = E.sym(v.name, v.shape)
            found += [(E.norm(vector, p), vector) for p in exponents]
    out = []
    for e, along in found[: BOUNDS.bases]:
        found_values = valued(e, key)
        if found_values is not None and found_values.values.shape[1] == 1:
            out.append(Base(e, found_values.values[:, 0], along))
    return tuple(out)


def _exponents(key: Key) -> list[Expr]:
    """Symbols that stand as the exponent of a norm in the key."""
    found = [x.args[1] for x in E.walk(key.derivation.answer or E.ZERO) if x.op == "norm" and x.args[1].op == "sym"]
    return list(dict.fromkeys(found))


Factors = tuple[tuple[Base, Fraction], ...]


@dataclass(frozen=True)
class Products:
    """Products of powers of quantities, and their values: one row a product, one column a world."""

    factors: tuple[Factors, ...]
    values: Array


def _products(key: Key, pairs: bool) -> Products:
    """Every power of one quantity, or products of two; made once a part."""

    def make() -> Products:
        if pairs:
            found: list[Factors] = [((one, j), (other, k)) for one, other in combinations(bases(key), 2) for j in POWERS[:2] for k in POWERS[:2]]
        else:
            found = [((b, k),) for b in bases(key) for k in POWERS]
        worlds = sum(len(ws.worlds) for ws in key.generic)
        values = np.ones((len(found), worlds))
        with np.errstate(all="ignore"):
            for row, factors in zip(values, found, strict=True):
                for b, k in factors:
                    row *= b.values ** float(k)
        return Products(tuple(found), values)

    return kept(key, f"products:{pairs}", make)


def symbolic_factor(s: Sample, r: Array, pairs: bool = False) -> str:
    """'missing factor ...', 'extra factor ...', 'normalised ...', 'not normalised ...'.

    pairs: look for two factors at once instead of one.
    """
    if pairs and s.constant:
        return ""
    known = _products(s.key, pairs)
    with np.errstate(all="ignore"):
        constants = shared(r / known.values, BOUNDS.close)
    proposals: list[tuple[float, Fraction, Factors]] = []
    for i in np.flatnonzero(np.isfinite(constants)):
        c = fraction_near(float(constants[i]), BOUNDS.simple, BOUNDS.close)
        if c is None or c == 0 or (s.constant and c != 1):
            continue
        factors = known.factors[i]
        cost = (0 if c == 1 else 1 if c == -1 else 2) + sum(abs(abs(float(k)) - 1) for _, k in factors)
        proposals.append((cost, c, factors))
    for _, c, factors in sorted(proposals, key=lambda x: x[0])[:3]:
        made = E.num(c)
        for base, k in factors:
            made = E.mul(made, E.power(base.expr, E.num(k)))
        if s.differs_only_by(lambda key, made=made: E.mul(made, key)):  # type: ignore[misc]
            return _says(s, c, factors)
    return ""


def _says(s: Sample, c: Fraction, factors: Factors) -> str:
    rest = "" if c == 1 else f", and {factor_text(c)}"
    if len(factors) == 1 and factors[0][0].vector is not None and abs(factors[0][1]) == 1:
        base, k = factors[0]
        along = valued(base.vector, s.key) if base.vector is not None else None
        if along is not None and k == -1 and ratios(s.required, along.values) is not None:
            return f"normalised: divided by {plain(base.expr)}{rest}"
        if along is not None and k == 1 and ratios(s.values, along.values) is not None:
            return f"not normalised: {plain(base.expr)} is not divided out{rest}"
    extra = [plain(_power(b.expr, k)) for b, k in factors if k > 0]
    missing = [plain(_power(b.expr, -k)) for b, k in factors if k < 0]
    words = [f"extra factor {' and '.join(extra)}"] if extra else []
    words += [f"missing factor {' and '.join(missing)}"] if missing else []
    return " and ".join(words) + rest


def _power(e: Expr, k: Fraction) -> Expr:
    return e if k == 1 else E.fn("sqrt", e) if k == Fraction(1, 2) else E.power(e, E.num(k))


def inside(s: Sample) -> str:
    """The key with one scalar in it doubled, halved, negated or inverted, where it is no factor of the whole."""
    return told_by(s, alternatives(s.key, "inside", lambda: _inside(s)))


def _inside(s: Sample) -> Iterator[Told]:
    for symbol in s.key.problem.symbols.values():
        if symbol.kind != "value" or symbol.shape or symbol.given is not None or symbol.name not in E.symbols_in(s.target):
            continue
        x = E.sym(symbol.name)
        for new, says in (
            (E.neg(x), f"sign of {plain(x)}"), (scaled(Fraction(2), x), f"constant factor 2 at {plain(x)}"),
            (scaled(Fraction(1, 2), x), f"constant factor 1/2 at {plain(x)}"),
            (E.div(E.ONE, x), f"inverse: 1/{plain(x)} where {plain(x)} is required"),
            (E.div(E.num(4), x), f"inverse: the coefficient with {plain(x)} is upside down"),
        ):
            yield Told(E.replace(s.target, {x: new}), says)
