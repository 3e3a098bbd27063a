"""Matrix products taken apart: factors in order, transposes carried inward, what is symmetric. No product is commuted."""

from __future__ import annotations

from collections.abc import Mapping

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

Symbols = Mapping[str, Symbol]


def chain(e: Expr) -> tuple[Expr, ...]:
    """The factors of a matrix product in order."""
    if e.op == "matmul":
        return chain(e.args[0]) + chain(e.args[1])
    if e.op == "T" and e.args[0].op == "matmul" and len(e.shape) == 1:
        return chain(e.args[0])  # a row as the vector of its entries: written as the row
    return (e,)


def chained(factors: tuple[Expr, ...]) -> Expr:
    """The matrix product of the factors, from the left. Raises ShapeError where they do not fit."""
    out = factors[0]
    for f in factors[1:]:
        out = E.matmul(out, f)
    return out


def turned_chain(e: Expr, symbols: Symbols) -> tuple[Expr, ...]:
    """The factors of e^T in order, whether or not they fit."""
    if e.op == "T" and e.args[0].op == "matmul" and len(e.shape) == 1:
        return chain(e.args[0])  # the vector of a row's entries: its transpose is the row
    return tuple(turned(f, symbols) for f in reversed(chain(e)))


def turned(e: Expr, symbols: Symbols) -> Expr:
    """e^T with the transpose carried inward: (A B)^T = B^T A^T, and S^T = S for symmetric S."""
    if symmetric(e, symbols):
        return e
    if e.op == "T":
        return e.args[0]
    if e.op == "matmul":
        return chained(turned_chain(e, symbols))
    if e.op == "neg":
        return E.neg(turned(e.args[0], symbols))
    if e.op == "add":
        return E.add(*(turned(a, symbols) for a in e.args))
    if e.op in ("mul", "div") and len(e.shape) == 2 and any(not a.shape for a in e.args):
        return E.rebuild(e, tuple(turned(a, symbols) if a.shape else a for a in e.args))
    return E.transpose(e)


def symmetric(e: Expr, symbols: Symbols) -> bool:
    """Whether a matrix is symmetric by its form."""
    if len(e.shape) != 2 or e.shape[0] != e.shape[1]:
        return False
    if e.op == "sym":
        return symbols[e.data].domain in ("spd", "symmetric")
    if e.op in ("eye", "zeros", "ones", "diag"):
        return True
    if e.op in ("inv", "pinv", "neg", "matpow", "T"):
        return symmetric(e.args[0], symbols)
    if e.op in ("add", "mul", "div"):
        return all(symmetric(a, symbols) for a in e.args if a.shape)
    if e.op == "matmul":
        f = chain(e)
        half = len(f) // 2
        if len(f) % 2 and not symmetric(f[half], symbols):
            return False
        return all(f[k] == (g if symmetric(g, symbols) else E.transpose(g)) for k, g in enumerate(reversed(f)) if k < half)
    return False
