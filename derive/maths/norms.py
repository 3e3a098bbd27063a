"""The p-norms, their duals, and the directions that attain them.

For 1/p + 1/q = 1 the dual of the p-norm is the q-norm: max {g^T d : ||d||_p <= 1} = ||g||_q.
Source: Hölder's inequality with its equality cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol


def conjugate(p: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
    """The q with 1/p + 1/q = 1; a declared symbol that is defined as p/(p-1) is used by its name."""
    if p == E.INF:
        return E.ONE
    v = E.number_value(p)
    if v == 1:
        return E.INF
    if v is not None:
        return E.num(Fraction(v, v - 1))
    q = E.div(p, E.sub(p, E.ONE))
    for s in (symbols or {}).values():
        if s.let is not None and not s.shape and proved_equal(s.let, q):
            return E.sym(s.name)
    return q


def dual_norm(norm: Expr, at: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
    """The norm g -> max {g^T d : norm(d) <= 1}, at g.

    norm: a p-norm of a vector, as an Expr; at: g, shape (n,). Returns a scalar Expr.
    """
    return E.norm(at, conjugate(norm.args[1], symbols))


def largest_entry(g: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
    """An index k with |g_k| = max_i |g_i|: the declared one, else an arg-maximum."""
    i = next(letter for letter in "ijl" if letter not in E.free_indices(g))  # g may itself be the i-th row of a matrix
    return E.argopt("argmax", i, E.fn("abs", E.at(g, E.idx(i))), E.dim(g.shape[0]))


def dual_direction(g: Expr, p: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
    """A d with ||d||_p = 1 and g^T d = ||g||_q, for g != 0; shape (n,).

    p = 1: sign(g_k) e_k at a largest entry; p = inf: sign(g); p = 2: g/||g||_2;
    else d_i = sign(g_i) |g_i|^(q-1) / ||g||_q^(q-1).
    """
    q = conjugate(p, symbols)
    if p == E.INF:
        return E.fn("sign", g)
    if q == E.INF:
        k = largest_entry(g, symbols)
        return E.mul(E.fn("sign", E.at(g, k)), E.basis(k, g.shape[0]))
    if E.is_number(p, 2):
        return E.div(g, E.norm(g, E.TWO))
    power = E.sub(q, E.ONE)
    shape = E.mul(E.power(E.fn("abs", g), power), E.fn("sign", g))
    return E.div(shape, E.power(E.norm(g, q), power))


def unique_direction(p: Expr) -> str:
    """When the attaining direction is the only one: 'always' or 'generic' (no zero entry, no tie)."""
    return "generic" if p == E.INF or E.is_number(p, 1) else "always"
