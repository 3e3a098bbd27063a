"""Positions in an order: how much stands before an entry, ties broken by the index."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr

HERE, OTHER = E.idx("i"), E.idx("j")


def before(keys: Expr, descending: bool, distinct: bool = False) -> Expr:
    """The condition that entry j stands before entry i in the order of the keys; distinct: no two of them tie."""
    a, b = E.at(keys, OTHER), E.at(keys, HERE)
    tie = Expr("and", (E.rel("=", a, b), E.rel("<", OTHER, HERE)))
    first = E.rel(">" if descending else "<", a, b)
    return first if distinct else Expr("or", (first, tie))


def amount_before(keys: Expr, amounts: Expr, descending: bool = False, distinct: bool = False) -> Expr:
    """sum over j before i of amounts_j (a scalar: the same for every entry), an expression in the index i."""
    amount = E.at(amounts, OTHER) if amounts.shape else E.ONE
    total = E.reduce_over("sum", "j", E.cases(((amount, before(keys, descending, distinct)),), E.ZERO), E.ONE, E.dim(keys.shape[0]))
    return total if amounts.shape or E.is_number(amounts, 1) else E.mul(amounts, total)
