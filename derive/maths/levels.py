"""The level at which what stands above thresholds adds up to a given amount, in sorted form.

sum_i w_i (H - t_i)_+ = S, w > 0: for every set A of entries sum_A w_i (H - t_i) <= S, with equality at {t_i < H}, so
H = min_j (S + sum_{t_i <= t_j} w_i t_i) / sum_{t_i <= t_j} w_i.
With caps T >= t, F(H) = sum_i w_i (min(H, T_i) - min(H, t_i)) is linear between the numbers t_j and T_j: from the largest of them with F <= S
the level is (S - F) / (the weights of the entries between their ends) further.   Source: KKT conditions; Boyd and Vandenberghe (2004), example 5.2.
"""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.projections import entry_of


def _of(e: Expr, index: str) -> Expr:
    return entry_of(e, E.idx(index)) if e.shape else e


def level(t: Expr, w: Expr, weighted: Expr, amount: Expr) -> Expr:
    """H with sum_i w_i (H - t_i)_+ = amount >= 0; weighted: w t. Vectors, or numbers that all entries share (t is a vector)."""
    n = E.dim(t.shape[0])
    below = E.rel("<=", _of(t, "i"), _of(t, "j"))
    here = E.reduce_over("sum", "i", E.cases(((_of(weighted, "i"), below),), E.ZERO), E.ONE, n)
    width = E.reduce_over("sum", "i", E.cases(((_of(w, "i"), below),), E.ZERO), E.ONE, n)
    return E.reduce_over("min", "j", E.div(E.add(amount, here), width), E.ONE, n)


def shrunk_sum(b: Expr, g: Expr) -> Expr:
    """The s >= 0 with s = sum_i (b_i - g s)_+, b >= 0, g > 0: max_j sum_{b_i >= b_j} b_i / (1 + g #{i : b_i >= b_j})."""
    n = E.dim(b.shape[0])
    above = E.rel(">=", _of(b, "i"), _of(b, "j"))
    top = E.reduce_over("sum", "i", E.cases(((_of(b, "i"), above),), E.ZERO), E.ONE, n)
    count = E.reduce_over("sum", "i", E.cases(((E.ONE, above),), E.ZERO), E.ONE, n)
    return E.reduce_over("max", "j", E.div(top, E.add(E.ONE, count if E.is_number(g, 1) else E.mul(g, count))), E.ONE, n)


def filled(q: Expr, t: Expr, top: Expr, w: Expr, size: str, index: str) -> Expr:
    """F(q) = sum_i w_i (min(q, T_i) - min(q, t_i))."""
    grown = E.sub(E.fn("minimum", q, _of(top, index)), E.fn("minimum", q, _of(t, index)))
    weight = _of(w, index)
    return E.reduce_over("sum", index, grown if E.is_number(weight, 1) else E.mul(weight, grown), E.ONE, E.dim(size))


def last_break(t: Expr, top: Expr, w: Expr, amount: Expr) -> Expr:
    """The largest of the numbers t_j, T_j at which no more than the amount, 0 <= amount <= sum w (T - t), is filled."""
    n = t.shape[0]
    least = E.reduce_over("min", "j", _of(t, "j"), E.ONE, E.dim(n))
    ends = []
    for e in (t, top):
        q = _of(e, "j")
        fits = E.rel("<=", filled(q, t, top, w, str(n), "k"), amount)
        ends.append(E.reduce_over("max", "j", E.cases(((q, fits),), least), E.ONE, E.dim(n)))
    return E.fn("maximum", *ends)


def capped_level(q: Expr, t: Expr, top: Expr, w: Expr, amount: Expr) -> Expr:
    """The level from its last break q on: q + (amount - F(q)) / sum_{t_i <= q < T_i} w_i, and q itself where nothing is left."""
    n = t.shape[0]
    between = Expr("and", (E.rel("<=", _of(t, "i"), q), E.rel("<", q, _of(top, "i"))))
    width = E.reduce_over("sum", "i", E.cases(((_of(w, "i"), between),), E.ZERO), E.ONE, E.dim(n))
    return E.add(q, E.fn("divide_or_zero", E.sub(amount, filled(q, t, top, w, str(n), "i")), width))
