"""Factors between an answer and the key: constants, declared scalars, dimensions, norms.

The ratio of float64 values proposes c * b^k; that the answer is c * b^k * key is then decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from derive.grading.diagnosis.sample import BOUNDS, Array, Sample, floats, fraction_near
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.worlds import show_number
from derive.maths.write import plain

POWERS = (Fraction(1), Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2), Fraction(-1, 2))


def ratios(a: tuple[Array, ...], b: tuple[Array, ...], tolerance: float = BOUNDS.close) -> Array | None:
    """a / b in each world, the worlds of all sizes in one row; None where entries of one world disagree.

    Zero entries must stand at the same places. NaN for a world in which b is 0 altogether or a undefined: it says
    nothing here, and the exact comparison that follows sees it.
    """
    rows = []
    with np.errstate(all="ignore"):
        for x, y in zip(a, b, strict=True):
            zero = y == 0
            empty = zero.all(axis=1) | ~np.isfinite(x).all(axis=1)
            r = x / np.where(zero, 1, y)
            if np.any((x != 0) & zero & ~empty[:, None]) or not np.all(np.isfinite(r) | empty[:, None]):
                return None
            low = np.where(zero, np.inf, r).min(axis=1)
            high = np.where(zero, -np.inf, r).max(axis=1)
            if np.any((high - low > tolerance * np.maximum(np.abs(low), np.abs(high))) & ~empty):
                return None
            rows.append(np.where(empty, np.nan, (low + high) / 2))
    r = np.concatenate(rows)
    return r if np.isfinite(r).sum() * 2 > len(r) else None


def _constant(r: Array, tolerance: float) -> float | None:
    """The value that all ratios share."""
    r = r[np.isfinite(r)]
    c = float(r[len(r) // 2])
    return c if np.all(np.abs(r - c) <= tolerance * abs(c)) else None


def scaled(c: Fraction, e: Expr) -> Expr:
    """c * e."""
    return e if c == 1 else E.mul(E.num(c), e)


def constant_factor(s: Sample, r: Array, bound: int = BOUNDS.simple) -> str:
    """'zero where it is not', 'sign', 'constant factor c', 'sign and constant factor c'."""
    value = _constant(r, s.tolerance)
    if value is None:
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
        values = floats(e, key)
        if values is not None and all(x.shape[1] == 1 for x in values):
            out.append(Base(e, np.concatenate([x[:, 0] for x in values]), along))
    return tuple(out)


def _exponents(key: Key) -> list[Expr]:
    """Symbols that stand as the exponent of a norm in the key."""
    found = [x.args[1] for x in E.walk(key.derivation.answer or E.ZERO) if x.op == "norm" and x.args[1].op == "sym"]
    return list(dict.fromkeys(found))


def symbolic_factor(s: Sample, r: Array, pairs: bool = False) -> str:
    """'missing factor ...', 'extra factor ...', 'normalised ...', 'not normalised ...'.

    pairs: look for two factors at once instead of one.
    """
    worst = BOUNDS.close
    proposals: list[tuple[float, Fraction, tuple[tuple[Base, Fraction], ...]]] = []

    def propose(factors: tuple[tuple[Base, Fraction], ...]) -> None:
        with np.errstate(all="ignore"):
            product = np.ones_like(r)
            for b, k in factors:
                product = product * b.values ** float(k)
            q = r / product
        if np.isfinite(q).sum() * 2 <= len(q):
            return
        value = _constant(q, worst)
        c = None if value is None else fraction_near(value, BOUNDS.simple, worst)
        if c is None or c == 0 or (s.constant and c != 1):
            return
        cost = (0 if c == 1 else 1 if c == -1 else 2) + sum(abs(abs(float(k)) - 1) for _, k in factors)
        proposals.append((cost, c, factors))

    if not pairs:
        for b in bases(s.key):
            for k in POWERS:
                propose(((b, k),))
    elif not s.constant:
        for one, other in combinations(bases(s.key), 2):
            for j in POWERS[:2]:
                for k in POWERS[:2]:
                    propose(((one, j), (other, k)))
    for _, c, factors in sorted(proposals, key=lambda x: x[0])[:3]:
        made = E.num(c)
        for base, k in factors:
            made = E.mul(made, E.power(base.expr, E.num(k)))
        if s.differs_only_by(lambda key, made=made: E.mul(made, key)):  # type: ignore[misc]
            return _says(s, c, factors)
    return ""


def _says(s: Sample, c: Fraction, factors: tuple[tuple[Base, Fraction], ...]) -> str:
    rest = "" if c == 1 else f", and {factor_text(c)}"
    if len(factors) == 1 and factors[0][0].vector is not None and abs(factors[0][1]) == 1:
        base, k = factors[0]
        along = floats(base.vector, s.key) if base.vector is not None else None
        if along is not None and k == -1 and ratios(s.required, along) is not None:
            return f"normalised: divided by {plain(base.expr)}{rest}"
        if along is not None and k == 1 and ratios(s.values, along) is not None:
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
    for symbol in s.key.problem.symbols.values():
        if symbol.kind != "value" or symbol.shape or symbol.given is not None or symbol.name not in E.symbols_in(s.target):
            continue
        x = E.sym(symbol.name)
        changes = [
            (E.neg(x), f"sign of {plain(x)}"), (scaled(Fraction(2), x), f"constant factor 2 at {plain(x)}"),
            (scaled(Fraction(1, 2), x), f"constant factor 1/2 at {plain(x)}"),
            (E.div(E.ONE, x), f"inverse: 1/{plain(x)} where {plain(x)} is required"),
            (E.div(E.num(4), x), f"inverse: the coefficient with {plain(x)} is upside down"),
        ]
        for new, says in changes:
            made = kept(s.key, f"inside:{says}", lambda x=x, new=new: (E.replace(s.target, {x: new}),))  # type: ignore[misc]
            if s.equals(made[0]):
                return says
    return ""
