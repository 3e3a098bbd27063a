"""Factors, products and terms of expressions with matrices, told and built by their form alone, whatever is declared."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr


def times_scalar(c: Expr, body: Expr) -> Expr:
    """c * body as a person writes it: x / s for (1/s) x."""
    if E.is_number(c, 1):
        return body
    if c.op == "div" and E.is_number(c.args[0], 1):
        return E.div(body, c.args[1])
    return E.mul(c, body)


def is_row(f: Expr) -> bool:
    """Whether a factor is a row (1, n)."""
    return len(f.shape) == 2 and f.shape[0] == 1 and f.op == "T"


def is_euclidean(e: Expr) -> bool:
    """Whether a norm is the 2-norm of a vector or the Frobenius norm."""
    return e.data == "fro" or (e.data == "p" and E.is_number(e.args[1], 2))


def is_square(f: Expr) -> bool:
    """Whether f is a matrix with as many rows as columns."""
    return len(f.shape) == 2 and f.shape[0] == f.shape[1]


def product(word: tuple[Expr, ...]) -> Expr:
    """The product of the factors, bracketed so that every partial product is a vector where it can be."""
    if len(word[-1].shape) == 1:
        out = word[-1]
        for f in reversed(word[:-1]):
            out = E.matmul(f, out)
        return out
    out = word[0]
    for f in word[1:]:
        out = E.matmul(out, f)
    return out


def terms_of(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, through signs and scalar factors."""
    if e.op == "add":
        return tuple(t for a in e.args for t in terms_of(a))
    if e.op == "neg":
        return tuple(E.neg(t) for t in terms_of(e.args[0]))
    if e.op in ("mul", "div") and not e.args[1].shape:
        return tuple(E.rebuild(e, (t, e.args[1])) for t in terms_of(e.args[0]))
    if e.op == "mul" and not e.args[0].shape:
        return tuple(E.mul(e.args[0], t) for t in terms_of(e.args[1]))
    return (e,)
