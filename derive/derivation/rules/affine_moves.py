"""Moves that keep affine equations: competitors of a point on {x : A x = d}, exactly.

The certificate samples them where a program has equality constraints, because a random move would leave the set.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.rules.constraint_rows import difference
from derive.maths.exact import World, exact, flatten, s_add, s_neg
from derive.maths.expr import Expr
from derive.maths.spectral import null_space


def affine_directions(constraints: Sequence[Expr], w: World, name: str, point: Any) -> list[list[Any]] | None:
    """Directions (flat) that keep every equation that is affine in the unknown; None where there is none."""
    equations = [difference(*c.args) for c in constraints if c.op == "rel" and c.data == "="]
    if not equations:
        return None
    flat = flatten(point)
    units = [[Fraction(int(i == j)) for j in range(len(flat))] for i in range(len(flat))]

    def residual(v: list[Any]) -> list[Any]:
        return [x for e in equations for x in flatten(exact(e, World({**w.values, name: _shaped(v, point)}, w.dims, w.kind)))]

    at_zero = residual([Fraction(0)] * len(flat))
    columns = [[s_add(a, s_neg(b)) for a, b in zip(residual(u), at_zero, strict=True)] for u in units]
    if not all(isinstance(x, Fraction) for c in columns for x in c):
        return None
    return null_space([list(r) for r in zip(*columns, strict=True)])


def along(point: Any, ways: list[list[Any]], rng: np.random.Generator, scale: Fraction) -> Any:
    """The point moved by a random rational combination of the directions."""
    out = flatten(point)
    for way in ways:
        t = Fraction(int(rng.integers(-8, 9)), 4) * scale
        out = [s_add(x, t * d) for x, d in zip(out, way, strict=True)]
    return _shaped(out, point)


def _shaped(flat: list[Any], like: Any) -> Any:
    """The numbers of a flat list in the nesting of another value."""
    if not isinstance(like, list):
        return flat[0]
    if like and isinstance(like[0], list):
        width = len(like[0])
        return [flat[i * width : (i + 1) * width] for i in range(len(like))]
    return list(flat)
