"""Affine constraints in the unknown, read as A u = d (a block of rows) or a^T u = d (one row)."""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.word_sums import affine_in
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr


@dataclass(frozen=True)
class Rows:
    """A u (=, >=) d. adjoint: A^T as a sum of words, or the column a of a single row; right: d, scalar for one row."""

    adjoint: Sum
    right: Expr
    single: bool
    relation: str
    count: E.Dim


def difference(a: Expr, b: Expr) -> Expr:
    """a - b, a scalar beside a vector standing for the vector of equal entries."""
    if a.shape and not b.shape:
        return E.sub(a, E.zeros(*a.shape) if E.is_number(b, 0) else E.mul(b, E.ones(*a.shape)))
    if b.shape and not a.shape:
        return E.neg(difference(b, a))
    return E.sub(a, b)


def read_rows(words: Words, c: Expr, u: Expr) -> Rows | None:
    """One constraint of a vector unknown as rows; None where it is not affine. >= after turning <= round."""
    if c.op != "rel" or c.data not in ("=", ">=", "<=") or len(u.shape) != 1:
        return None
    left, right = c.args if c.data != "<=" else c.args[::-1]
    relation = "=" if c.data == "=" else ">="
    try:
        residual = difference(left, right)
        if residual.shape:
            found = affine_in(words, words.expand(residual), u)
            if found is None or not found[0] or len(residual.shape) != 1:
                return None
            d = words.build(words.scaled(found[1], E.num(-1)), residual.shape)
            return Rows(words.transposed(found[0]), d, False, relation, residual.shape[0])
        normal = words.expand(gradient(residual, u))
        if not normal or any(words.holds_unknown(x) for w, k in normal.items() for x in (*w, k)):
            return None
        d = words.scalar(E.neg(E.replace(residual, {u: E.zeros(*u.shape)})))
        return Rows(normal, d, True, relation, 1)
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None
