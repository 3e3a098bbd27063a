"""Order statistics by counting: the least entry that enough entries do not exceed, and the median.

With count(i) = number of j with z_j <= z_i, the k-th smallest entry is the least z_i with count(i) >= k.
"""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError


def least_reaching(place: Expr, index: str, gathered: Expr, needed: Expr, first: Expr, last: Expr) -> Expr:
    """min {place(i) : gathered(i) >= needed} over i = first..last."""
    return E.reduce_over("min", index, E.cases(((place, E.rel(">=", gathered, needed)),), E.INF), first, last)


def largest_reaching(place: Expr, index: str, gathered: Expr, needed: Expr, first: Expr, last: Expr) -> Expr:
    """max {place(i) : gathered(i) >= needed} over i = first..last."""
    return E.reduce_over("max", index, E.cases(((place, E.rel(">=", gathered, needed)),), E.neg(E.INF)), first, last)


def beside(place: Expr, index: str, weight: Expr, first: Expr, last: Expr, op: str = "<=") -> Expr:
    """The sum of weight(j) over all j with place(j) <= place(i) (or >=)."""
    j = "_j" if index != "_j" else "_k"
    here = {E.idx(index): E.idx(j)}
    chosen = E.cases(((E.replace(weight, here), E.rel(op, E.replace(place, here), place)),), E.ZERO)
    return E.reduce_over("sum", j, chosen, first, last)


def count(first: Expr, last: Expr) -> Expr:
    """How many indices there are from first to last."""
    return last if E.is_number(first, 1) else E.add(last, E.neg(first), E.ONE)


def kth_smallest(x: Expr, k: Expr) -> Expr:
    """x_(k), the k-th smallest entry of a vector."""
    place, index, first, last = entries_of(x)
    return least_reaching(place, index, beside(place, index, E.ONE, first, last), k, first, last)


def place_of(e: Expr) -> Expr | None:
    """The k of a k-th smallest entry; None for anything else."""
    if e.op != "reduce" or e.data != ("min", "_i") or e.args[0].op != "cases" or len(e.args[0].args) != 3 or e.args[0].args[2] != E.INF:
        return None
    reached = e.args[0].args[1]
    return reached.args[1] if reached.op == "rel" and reached.data == ">=" else None


def with_place(e: Expr, k: Expr) -> Expr:
    """A k-th smallest entry with another k."""
    value, reached, rest = e.args[0].args
    return e._replace(args=(e.args[0]._replace(args=(value, reached._replace(args=(reached.args[0], k)), rest)), *e.args[1:]))


def median(place: Expr, index: str, first: Expr, last: Expr) -> Expr:
    """The middle entry, or the mean of the two middle ones."""
    half = E.div(count(first, last), E.TWO)
    low = least_reaching(place, index, beside(place, index, E.ONE, first, last), half, first, last)
    high = largest_reaching(place, index, beside(place, index, E.ONE, first, last, ">="), half, first, last)
    return E.div(E.add(low, high), E.TWO)


def entries_of(x: Expr) -> tuple[Expr, str, Expr, Expr]:
    """A vector, or a slice of one, as (entry, index, first, last). Raises ShapeError for anything else."""
    if x.op == "slice":
        vector, first, last = x.args
        return E.at(vector, E.idx("_i")), "_i", first, last
    x = E.as_column(x)
    if len(x.shape) != 1:
        raise ShapeError(f"entries of {E.shape_text(x.shape)}")
    return E.at(x, E.idx("_i")), "_i", E.ONE, E.dim(x.shape[0])


def sliced(x: Expr, first: Expr, last: Expr) -> Expr:
    """x_first, ..., x_last of a vector, for functions of several numbers."""
    if len(x.shape) != 1:
        raise ShapeError(f"some entries of {E.shape_text(x.shape)}")
    return Expr("slice", (x, first, last), ("_slice",))
