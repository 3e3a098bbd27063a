"""What an index runs over, explicit vectors and matrices, conditions, choices and collections."""

from __future__ import annotations

from typing import Any

from derive.maths.expr.arithmetic import aligned, as_column, same_shape, sub, total, transpose
from derive.maths.expr.matrices import psd
from derive.maths.expr.node import COLLECTIONS, ONE, SCALAR, ZERO, Dim, Expr, Shape, ShapeError, shape_text
from derive.maths.expr.trees import is_number


def reduce_over(kind: str, index: str, body: Expr, lo: Expr, hi: Expr) -> Expr:
    """sum, prod, max or min of body over index = lo..hi."""
    if body.shape and kind in ("max", "min"):
        raise ShapeError(f"the {kind} of {shape_text(body.shape)} for each {index}")
    return Expr("reduce", (body, lo, hi), body.shape, (kind, index))


def reduce_all(kind: str, x: Expr) -> Expr:
    """max or min over all entries of x."""
    return Expr("reduceall", (x,), SCALAR, kind) if x.shape else x


def argopt(kind: str, index: str, body: Expr, hi: Expr) -> Expr:
    """argmax or argmin of a scalar body over index = 1..hi; the first one at ties."""
    if body.shape:
        raise ShapeError(f"{shape_text(body.shape)} for each {index}, where a number is compared")
    return Expr("argopt", (body, hi), SCALAR, (kind, index))


def at(x: Expr, *indices: Expr) -> Expr:
    """x_i or X_ij; X_i is a row."""
    x = as_column(x)
    for i in indices:
        if i.shape:
            raise ShapeError(f"{shape_text(i.shape)} as an index")
    if len(indices) > len(x.shape):
        raise ShapeError(f"{len(indices)} indices on {shape_text(x.shape)}")
    return Expr("at", (x, *indices), x.shape[len(indices) :])


def vec(entries: tuple[Expr, ...]) -> Expr:
    """An explicit vector of scalars."""
    for e in entries:
        if e.shape:
            raise ShapeError(f"{shape_text(e.shape)} as an entry of a vector")
    return Expr("vec", entries, (len(entries),))


def mat(rows: tuple[tuple[Expr, ...], ...]) -> Expr:
    """An explicit matrix of scalars; one column is a vector, one row a row."""
    if len({len(r) for r in rows}) != 1:
        raise ShapeError("rows of different lengths in a matrix")
    if len(rows[0]) == 1:
        return vec(tuple(r[0] for r in rows))
    if len(rows) == 1:
        return transpose(vec(rows[0]))
    for r in rows:
        vec(r)
    return Expr("mat", tuple(e for r in rows for e in r), (len(rows), len(rows[0])))


def comp(index: str, body: Expr, d: Dim) -> Expr:
    """The vector of length d whose i-th entry is body(i), or the matrix whose i-th row is the vector body(i)."""
    body = as_column(body)
    if len(body.shape) > 1:
        raise ShapeError(f"{shape_text(body.shape)} as the entry with index {index}")
    return Expr("comp", (body,), (d, *body.shape), index)


def rel(op: str, a: Expr, b: Expr) -> Expr:
    """A comparison, elementwise on vectors; at top level an equation or inequality.

    'succeq' and 'preceq' of matrices are the order of the semidefinite cone; of anything else they are elementwise.
    """
    if op in ("succeq", "preceq"):
        large, small = (a, b) if op == "succeq" else (b, a)
        if any(len(x.shape) == 2 for x in (a, b)):
            return psd(large if is_number(small, 0) else sub(large, small))
        return rel(">=", large, small)
    if a.op not in COLLECTIONS and b.op not in COLLECTIONS:
        a, b = aligned(a, b)
        shape = same_shape(a.shape, b.shape, "comparison")
    else:
        shape = SCALAR
    return Expr("rel", (a, b), shape, op)


def logic(op: str, *conditions: Expr) -> Expr:
    """and, or, not of conditions, entry by entry where one is of vectors."""
    shape: Shape = SCALAR
    for c in conditions:
        shape = same_shape(shape, c.shape, op)
    return Expr(op, conditions, shape)


def cases(pairs: tuple[tuple[Expr, Expr], ...], otherwise: Expr | None) -> Expr:
    """The value of the first condition that holds, else otherwise (undefined if None)."""
    flat: list[Expr] = []
    shape: Shape = SCALAR
    for v, c in pairs:
        shape = same_shape(shape, v.shape, "cases")
        shape = same_shape(shape, c.shape, "cases")
        flat += [v, c]
    if otherwise is not None:
        shape = same_shape(shape, otherwise.shape, "cases")
        flat.append(otherwise)
    return Expr("cases", tuple(flat), shape)


def nonzeros(x: Expr) -> Expr:
    """The number of entries that are not 0; it is no norm, though it is written as one with p = 0."""
    return total(cases(((ONE, rel("!=", x, ZERO)),), ZERO))


def collection(op: str, items: tuple[Expr, ...], data: Any = None) -> Expr:
    """A set, list, interval (data: (closed below, closed above)) or union."""
    return Expr(op, items, SCALAR, data)
