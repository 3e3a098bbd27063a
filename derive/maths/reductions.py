"""Functions of all entries of a vector or matrix: sum, mean, product, maximum, minimum and where they are, median."""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths import order
from derive.maths.call_arguments import Builder, Keywords, check_count
from derive.maths.expr import Expr, ShapeError


def extremum(kind: str, binary: str) -> Builder:
    """max or min of the entries of one argument, or of several arguments entry by entry."""

    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 1, 64, kind)
        if len(args) == 1:
            a = args[0]
            if a.op == "slice":
                return over_slice(kind)([a], kw)
            if a.op in ("set", "list"):
                args = list(a.args)
            else:
                return E.reduce_all(kind, a)
        out = args[0]
        for a in args[1:]:
            out = E.fn(binary, out, a)
        return out

    return build


def place_of_extremum(kind: str) -> Builder:
    """argmax or argmin of the entries of a vector."""

    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 1, 1, kind)
        x = E.as_column(args[0])
        if len(x.shape) != 1:
            raise ShapeError(f"{kind} of {E.shape_text(x.shape)}")
        return E.argopt(kind, "_i", E.at(x, E.idx("_i")), E.dim(x.shape[0]))

    return build


def sum_along(args: list[Expr], kw: Keywords) -> Expr:
    """The sum of all entries, or of a matrix along an axis: 0 sums each column, 1 each row."""
    check_count(args, 1, 2, "sum")
    if args[0].op == "slice":
        return over_slice("sum")(args, kw)
    x, axis = args[0], kw.get("axis", args[1] if len(args) == 2 else None)
    if axis is None:
        return E.total(x)
    along = next((k for k in range(-len(x.shape), len(x.shape)) if E.is_number(axis, k) or (axis.op == "neg" and E.is_number(axis.args[0], -k))), None)
    if along is None:
        raise ShapeError(f"a sum along an axis that {E.shape_text(x.shape)} does not have")
    if len(x.shape) == 1:
        return E.total(x)
    rows = along % 2 == 1
    return E.matmul(x if rows else E.transpose(x), E.ones(x.shape[1] if rows else x.shape[0]))


def over_slice(kind: str, whole: Callable[[Expr], Expr] | None = None) -> Builder:
    """sum, max, min or mean of a vector, or of some of its entries."""

    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 1, 1, kind)
        if args[0].op != "slice":
            return whole(args[0]) if whole is not None else E.reduce_all(kind, args[0])
        body, index, first, last = order.entries_of(args[0])
        if kind == "mean":
            return E.div(E.reduce_over("sum", index, body, first, last), order.count(first, last))
        return E.reduce_over(kind, index, body, first, last)

    return build


def average(args: list[Expr], kw: Keywords) -> Expr:
    """np.average(x, weights=w): the weighted mean."""
    check_count(args, 1, 1, "average")
    weights = kw.get("weights")
    return E.div(E.dot(args[0], weights), E.total(weights)) if weights is not None else over_slice("mean", E.mean)(args, {})


def median(args: list[Expr], kw: Keywords) -> Expr:
    """median(x), median(a, b, c), median(x_1, ..., x_k)."""
    check_count(args, 1, 64, "median")
    x = E.vec(tuple(args)) if len(args) > 1 else args[0]
    return order.median(*order.entries_of(x))


def product(args: list[Expr], kw: Keywords) -> Expr:
    """The product of the entries of a vector."""
    check_count(args, 1, 1, "prod")
    x = E.as_column(args[0])
    if len(x.shape) != 1:
        raise ShapeError(f"product of the entries of {E.shape_text(x.shape)}")
    return E.reduce_over("prod", "_i", E.at(x, E.idx("_i")), E.ONE, E.dim(x.shape[0]))
