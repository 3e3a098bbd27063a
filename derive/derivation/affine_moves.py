"""Moves that keep affine equations: competitors of a point on {x : A x = d}, exactly.

The certificate samples them where a program has equality constraints, because a random move would leave the set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.quadratics.constraint_rows import difference
from derive.maths.exact import World, exact, flatten, s_add, s_neg
from derive.maths.expr import Expr
from derive.maths.spectral import null_space


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
