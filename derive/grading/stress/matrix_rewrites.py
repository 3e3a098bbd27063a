"""Equal rewrites of products of matrices, of positive parts and of pieces. No product of matrices is commuted.

As all rewrites, each result is checked in plain NumPy before it is written: what holds only for matrices
of full rank, or only for some sizes, is dropped where it does not hold.
"""

from __future__ import annotations

import random

from derive.grading.stress.matrices import chain, chained
from derive.grading.stress.rewrites import Rule, clipped, entry, positive_part
from derive.maths import expr as E
from derive.maths.expr import Expr

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def distributed(e: Expr, rng: random.Random) -> Expr | None:
    """A (b + c) = A b + A c."""
    if e.op != "matmul" or rng.random() < 0.3:
        return None
    a, b = e.args
    if b.op == "add":
        return E.add(*(E.neg(E.matmul(a, t.args[0])) if t.op == "neg" else E.matmul(a, t) for t in b.args))
    return None


def pseudo_inverse(e: Expr, rng: random.Random) -> Expr | None:
    """(X^T X)^{-1} X^T = X^+ and A^T (A A^T)^{-1} = A^+, for full rank."""
    if e.op != "matmul":
        return None
    f = chain(e)
    for k in range(len(f) - 1):
        a, b = f[k], f[k + 1]
        for gram, x in ((a, E.transpose(b)), (b, E.transpose(a))):
            wanted = E.matmul(E.transpose(x), x) if gram is a else E.matmul(x, E.transpose(x))
            if gram.op == "inv" and len(x.shape) == 2 and gram.args[0] == wanted:
                return chained((*f[:k], E.pinv(x), *f[k + 2 :]))
    return None


def pushed_through(e: Expr, rng: random.Random) -> Expr | None:
    """(X^T X + c I)^{-1} X^T = X^T (X X^T + c I)^{-1}."""
    if e.op != "matmul":
        return None
    f = chain(e)
    for k in range(len(f) - 1):
        inner, x = f[k].args[0] if f[k].op == "inv" else f[k], E.transpose(f[k + 1])
        if f[k].op != "inv" or inner.op != "add" or len(x.shape) != 2 or inner.args[0] != E.matmul(E.transpose(x), x):
            continue
        outer = [E.matmul(x, E.transpose(x))]
        for t in inner.args[1:]:
            if t.op == "mul" and t.args[1].op == "eye":
                outer.append(E.mul(t.args[0], E.eye(x.shape[0])))
        if len(outer) == len(inner.args):
            return chained((*f[:k], f[k + 1], E.inverse(E.add(*outer)), *f[k + 2 :]))
    return None


def scaled_inverse(e: Expr, rng: random.Random) -> Expr | None:
    """(M + c I)^{-1} = (1/c) (M/c + I)^{-1}."""
    if e.op != "inv" or e.args[0].op != "add" or rng.random() < 0.7:
        return None
    for k, t in enumerate(e.args[0].args):
        if t.op == "mul" and t.args[1].op == "eye":
            rest = [E.div(x, t.args[0]) for x in (*e.args[0].args[:k], *e.args[0].args[k + 1 :])]
            return E.div(E.inverse(E.add(*rest, t.args[1])), t.args[0])
    return None


def squared_length(e: Expr, rng: random.Random) -> Expr | None:
    """||v||^2 = v^T v, ||X||_F^2 = tr(X^T X)."""
    if e.op != "pow" or e.args[1] != E.TWO or e.args[0].op != "norm" or rng.random() < 0.4:
        return None
    x, p = e.args[0].args
    if e.args[0].data == "fro":
        return E.trace(E.matmul(E.transpose(x), x))
    return E.dot(x, x) if p == E.TWO and len(x.shape) == 1 else None


def sides_of_dot(e: Expr, rng: random.Random) -> Expr | None:
    """x^T y = y^T x."""
    return E.dot(e.args[1], e.args[0]) if e.op == "dot" and rng.random() < 0.5 else None


def entries_added(e: Expr, rng: random.Random) -> Expr | None:
    """1^T x = sum_i x_i and x^T y = sum_i x_i y_i."""
    i = E.idx("j")
    if e.op == "total" and len(e.args[0].shape) == 1 and rng.random() < 0.7:
        return E.reduce_over("sum", "j", entry(e.args[0], i), E.ONE, E.dim(e.args[0].shape[0]))
    if e.op == "dot" and all(a.op == "sym" and len(a.shape) == 1 for a in e.args) and rng.random() < 0.3:
        return E.reduce_over("sum", "j", E.mul(E.at(e.args[0], i), E.at(e.args[1], i)), E.ONE, E.dim(e.args[0].shape[0]))
    return None


def other_positive_part(e: Expr, rng: random.Random) -> Expr | None:
    """max(x, 0) = (x + |x|)/2, or by cases."""
    x = positive_part(e)
    if x is None or rng.random() < 0.7:
        return None
    if rng.random() < 0.4:
        return E.div(E.add(x, E.fn("abs", x)), E.TWO)
    return E.cases(((x, E.rel(">", x, E.ZERO)),), E.ZERO)


def thresholded(e: Expr, rng: random.Random) -> Expr | None:
    """sign(x) max(|x| - t, 0) in its other forms."""
    if e.op != "mul" or e.args[0].op != "fn" or e.args[0].data != "sign":
        return None
    x, inner = e.args[0].args[0], positive_part(e.args[1])
    if inner is None or inner.op != "add" or len(inner.args) != 2 or inner.args[0] != E.fn("abs", x) or inner.args[1].op != "neg":
        return None
    t = inner.args[1].args[0]
    bound = t.args[0] if t.op == "mul" and t.args[1].op == "ones" else t
    way = rng.choice(("difference", "shrunk", "pieces", "residual", "pieces2"))
    if way == "difference":
        return E.sub(E.fn("relu", E.sub(x, t)), E.fn("relu", E.sub(E.neg(x), t)))
    if way == "shrunk":
        return E.mul(x, E.fn("maximum", E.sub(E.ONE if not x.shape else E.ones(*x.shape), E.div(bound, E.fn("abs", x))), E.ZERO))
    if way == "residual":
        return E.sub(x, E.fn("minimum", E.fn("maximum", x, E.neg(bound)), bound))
    if way == "pieces":
        return E.cases(((E.sub(x, t), E.rel(">", x, bound)), (E.ZERO, E.rel("<=", E.fn("abs", x), bound))), E.add(x, t))
    return E.cases(((E.sub(x, E.mul(bound, E.fn("sign", x))), E.rel(">", E.fn("abs", x), bound)),), E.ZERO)


def clip_turned(e: Expr, rng: random.Random) -> Expr | None:
    """min(max(x, l), u) = max(l, min(x, u)) for l <= u."""
    within = clipped(e)
    if within is None or rng.random() < 0.5:
        return None
    x, low, high = within
    return E.fn("maximum", E.fn("minimum", x, high), low)


def logarithm_parted(e: Expr, rng: random.Random) -> Expr | None:
    """log(a/b) = log a - log b."""
    if e.op == "fn" and e.data == "log" and e.args[0].op == "div" and rng.random() < 0.4:
        return E.sub(E.fn("log", e.args[0].args[0]), E.fn("log", e.args[0].args[1]))
    return None


def conditions_said(e: Expr, rng: random.Random) -> Expr | None:
    """Pieces in another order, every condition said."""
    if e.op != "cases" or len(e.args) % 2 == 0 or any(c.op != "rel" or c.data not in OPPOSITE for c in e.args[1::2]):
        return None
    values, conditions, last = e.args[:-1:2], e.args[1::2], e.args[-1]
    if len(conditions) == 1:
        against = E.rel(OPPOSITE[conditions[0].data], *conditions[0].args)
        way = rng.random()
        if way < 0.3:
            return E.cases(((last, against),), values[0])
        return E.cases(((values[0], conditions[0]), (last, against)), None) if way < 0.6 else None
    if len(conditions) != 2 or conditions[0].args[0] != conditions[1].args[0]:
        return None
    x, (low, high) = conditions[0].args[0], (c.args[1] for c in conditions)
    middle = E.logic("and", E.rel("<=", low, x), E.rel("<=", x, high))
    if low == E.neg(high) and rng.random() < 0.6:
        middle = E.rel("<=", E.fn("abs", x), high)
    pieces = [(values[0], E.rel("<", x, low)), (values[1], middle), (last, E.rel(">", x, high))]
    order = rng.choice(((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)))
    chosen = [pieces[k] for k in order]
    if rng.random() < 0.4:
        return E.cases(tuple(chosen[:-1]), chosen[-1][0])
    return E.cases(tuple(chosen), None)


def folded(e: Expr, rng: random.Random) -> Expr | None:
    """An even function of x by |x|: two pieces for three."""
    if e.op != "cases" or len(e.args) != 5 or any(c.op != "rel" for c in e.args[1::2]):
        return None
    x, high = e.args[3].args
    if e.args[1].args != (x, E.neg(high)) or rng.random() < 0.4:
        return None
    size = E.fn("abs", x)
    return E.cases(((e.args[2], E.rel("<=", size, high)),), E.replace(e.args[4], {x: size}))


MATRIX_RULES: tuple[Rule, ...] = (
    distributed, pseudo_inverse, pushed_through, scaled_inverse, squared_length, sides_of_dot, entries_added, other_positive_part,
    thresholded, clip_turned, logarithm_parted, folded, conditions_said,
)
