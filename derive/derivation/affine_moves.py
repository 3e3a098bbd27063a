"""Moves that keep affine equations: competitors of a point on {x : A x = d}, exactly.

The certificate samples them where a program has equality constraints, because a random move would leave the set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from derive.derivation.quadratics.constraint_rows import difference
from derive.maths.batches import NotEvaluable
from derive.maths.exact import DIGITS, Undefined, World, compare, exact, flatten, s_add, s_div, s_neg
from derive.maths.expr import Expr
from derive.maths.spectral import null_space

MOST = 4096  # denominator of a competitor


def affine_directions(constraints: Sequence[Expr], w: World, point: Mapping[str, Any]) -> list[list[Any]] | None:
    """Directions (flat, the unknowns one after the other) that keep every equation; None where there is none."""
    equations = [difference(*c.args) for c in constraints if c.op == "rel" and c.data == "="]
    if not equations:
        return None
    size = len(_flat(point))
    units = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]

    def residual(v: list[Any]) -> list[Any]:
        at = World({**w.values, **_shaped(v, point)}, w.dims, w.kind)
        return [x for e in equations for x in flatten(exact(e, at))]

    at_zero = residual([Fraction(0)] * size)
    columns = [[s_add(a, s_neg(b)) for a, b in zip(residual(u), at_zero, strict=True)] for u in units]
    if not all(isinstance(x, Fraction) for c in columns for x in c):
        return None
    return null_space([list(r) for r in zip(*columns, strict=True)])


def along(point: Mapping[str, Any], ways: list[list[Any]], rng: np.random.Generator, scale: Fraction) -> dict[str, Any]:
    """The point moved by a random rational combination of the directions."""
    out = _flat(point)
    for way in ways:
        t = Fraction(int(rng.integers(-8, 9)), 4) * scale
        out = [s_add(x, t * d) for x, d in zip(out, way, strict=True)]
    return _shaped(out, point)


def keeps(constraints: Sequence[Expr], w: World, point: Mapping[str, Any], ways: list[list[Any]]) -> bool:
    """Whether the equations hold a unit along all directions together: they do where they are affine."""
    moved = _flat(point)
    for way in ways:
        moved = [s_add(x, d) for x, d in zip(moved, way, strict=True)]
    at = World({**w.values, **_shaped(moved, point)}, w.dims, w.kind)
    try:
        return all(all(flatten(exact(c, at))) for c in constraints if c.op == "rel" and c.data == "=")
    except (Undefined, NotEvaluable):
        return False


def solved_for_one(constraints: Sequence[Expr], w: World, point: Mapping[str, Any], rng: np.random.Generator) -> dict[str, Any] | None:
    """The point with one number changed so that the one scalar equation holds: a number, by chance, in which it is affine; None where there is none."""
    equations = [c for c in constraints if c.op == "rel" and c.data == "="]
    if len(equations) != 1 or equations[0].shape:
        return None
    flat = [v if isinstance(v, Fraction) else Fraction(float(v)).limit_denominator(MOST) for v in _flat(point)]  # a competitor need not be irrational
    gap = difference(*equations[0].args)
    for k in rng.permutation(len(flat)):
        def residual(t: Any, k: int = int(k)) -> Any:
            return exact(gap, World({**w.values, **_shaped([*flat[:k], t, *flat[k + 1 :]], point)}, w.dims, w.kind))

        try:
            with mpmath.workdps(DIGITS):
                one, two, three = (residual(Fraction(t)) for t in (1, 2, 3))
                rise = s_add(two, s_neg(one))
                if compare(s_add(three, s_neg(two)), rise) != 0 or compare(rise, Fraction(0)) == 0:
                    continue
                root = s_add(Fraction(1), s_neg(s_div(one, rise)))
        except (Undefined, NotEvaluable):
            continue
        return _shaped([*flat[:k], root, *flat[k + 1 :]], point)
    return None


def _flat(point: Mapping[str, Any]) -> list[Any]:
    return [x for v in point.values() for x in flatten(v)]


def _shaped(flat: list[Any], like: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a flat list in the nesting of the unknowns."""
    out: dict[str, Any] = {}
    start = 0
    for name, v in like.items():
        size = len(flatten(v))
        out[name] = _nested(flat[start : start + size], v)
        start += size
    return out


def _nested(flat: list[Any], like: Any) -> Any:
    if not isinstance(like, list):
        return flat[0]
    if like and isinstance(like[0], list):
        width = len(like[0])
        return [flat[i * width : (i + 1) * width] for i in range(len(like))]
    return list(flat)
