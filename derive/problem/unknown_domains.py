"""The declared domain of an unknown is a constraint: "x = nonnegative vector(n)" restricts a program over x to x >= 0.

A closed domain is written out beside the stated constraints; of an open one (positive, negative, between bounds) the
certificate checks that the optimum lies in it, since on its edge no optimum is attained.
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

MATRIX_SYMMETRIC = frozenset(("spd", "symmetric"))


def with_domains(over: tuple[str, ...], symbols: Mapping[str, Symbol], constraints: tuple[Expr, ...], model: bool = False) -> tuple[Expr, ...]:
    """The constraints with those that the domains of the unknowns put. model: of a density, whose logarithms keep probabilities positive."""
    added: list[Expr] = []
    for name in over:
        s = symbols[name]
        x = E.sym(name, s.shape)
        if s.domain == "nonnegative" or (s.domain == "simplex" and not model):
            added.append(E.rel(">=", x, E.zeros(*s.shape) if s.shape else E.ZERO))
        if s.domain == "orthcols":
            added.append(E.rel("=", E.matmul(E.transpose(x), x), E.eye(s.shape[1])))
        if s.domain == "simplex":
            added.append(E.rel("=", E.total(x), E.ONE))
    return (*constraints, *(c for c in added if not any(_same(c, k) for k in constraints)))


def symmetric_unknowns(over: tuple[str, ...], symbols: Mapping[str, Symbol]) -> tuple[str, ...]:
    """The unknowns that are symmetric matrices by their declaration."""
    return tuple(n for n in over if symbols[n].domain in MATRIX_SYMMETRIC)


def _same(a: Expr, b: Expr) -> bool:
    """Whether a stated condition says the same, from either side, a zero vector written as the number 0 or not."""
    def plain(c: Expr) -> tuple[object, ...]:
        if c.op != "rel":
            return (c,)
        small, large = (E.ZERO if x.op == "zeros" else x for x in (c.args if c.data != ">=" else c.args[::-1]))
        return ("<=" if c.data == ">=" else c.data, small, large)

    return plain(a) == plain(b) or (b.op == "and" and any(_same(a, k) for k in b.args))
