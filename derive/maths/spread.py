"""Sums of a list of eigenvalues or singular values and a scalar: sigma - lambda means each of them; I and 1 have the size that fits.

A scalar beside a vector is refused elsewhere: g - 1 is more often a slip than a broadcast. Values of a spectrum are a list of
numbers, and every text writes diag((sigma - lambda)_+).
"""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.cursor import BARE
from derive.maths.expr import Expr
from derive.maths.symbols import Scope


def is_spectrum(e: Expr, scope: Scope) -> bool:
    """Whether every vector in e stands for singular values or eigenvalues."""
    vectors = [x for x in E.walk(e) if (x.op == "sym" and x.shape) or x.op in ("svd", "eig")]
    lists = {s.name for s in scope.symbols.values() if s.let is not None and len(s.shape) == 1 and s.let.op in ("svd", "eig")}
    own = [x for x in vectors if x.op != "sym" or str(x.data) in lists]
    inside = {y for x in own for y in E.walk(x) if y is not x}
    return len(e.shape) == 1 and bool(own) and all(x in own or x in inside for x in vectors)


def spread_sum(a: Expr, b: Expr, scope: Scope) -> Expr:
    """a + b, a scalar beside a spectrum standing for the list of equal numbers."""
    for x, c in ((a, b), (b, a)):
        if len(x.shape) == 2 and x.shape[0] == x.shape[1] and len(c.shape) == 2 and x.shape != c.shape and _is_identity(c):
            c = _resized(c, x.shape[0])
            return E.add(x, c) if x is a else E.add(c, x)
        if len(x.shape) == 1 == len(c.shape) and x.shape != c.shape and c.shape == (scope.size,) and _is_ones(c):  # 1 + y, as many ones as fit
            c = _as_many(c, x.shape[0])
            return E.add(x, c) if x is a else E.add(c, x)
        if len(x.shape) == 1 and not c.shape and not E.is_number(c, 0) and is_spectrum(x, scope):
            wide = E.mul(c, E.ones(*x.shape)) if c.op != "neg" else E.neg(E.mul(c.args[0], E.ones(*x.shape)))
            return E.add(a, wide) if x is a else E.add(wide, b)
    return E.add(a, b)


def _is_identity(e: Expr) -> bool:
    """I whose size is not written, or a multiple of it; I_n has the size that it says."""
    if e.op in ("neg", "mul", "div"):
        return any(_is_identity(x) for x in e.args) and sum(bool(x.shape) for x in e.args) == 1
    return e.op == "eye" and e.data == BARE


def _is_ones(e: Expr) -> bool:
    """The vector of ones, or a multiple of it."""
    if e.op in ("neg", "mul", "div"):
        return _is_ones(next((x for x in e.args if x.shape), E.ONE)) and sum(bool(x.shape) for x in e.args) == 1
    return e.op == "ones"


def _as_many(e: Expr, d: E.Dim) -> Expr:
    return E.ones(d) if e.op == "ones" else E.rebuild(e, tuple(_as_many(x, d) if x.shape else x for x in e.args))


def _resized(e: Expr, d: E.Dim) -> Expr:
    return E.eye(d) if e.op == "eye" else E.rebuild(e, tuple(_resized(x, d) if x.shape else x for x in e.args))
