"""Gradients in the vector algebra, by reverse accumulation over the tree of operations.

gradient(f, x) for a scalar Expr f of a scalar, vector or matrix symbol x, at symbolic shape.
Source: the chain rule, one vector-Jacobian product an operation.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths.algebra import entrywise
from derive.maths.expr import Expr


class NotDifferentiable(Exception):
    """No rule for this operation; the message names it."""


def gradient(f: Expr, x: Expr) -> Expr:
    """The gradient of the scalar f with respect to the symbol x; the shape is that of x.

    Where f has kinks (abs, max, 1-norm) this is the gradient off the kinks, with sign(0) = 0.
    Raises NotDifferentiable for operations without a rule.
    """
    if f.shape:
        raise NotDifferentiable(f"the gradient of {E.shape_text(f.shape)}")
    parts: list[Expr] = []
    _pull(f, E.ONE, x, parts)
    if not parts:
        return E.zeros(*x.shape) if x.shape else E.ZERO
    return E.add(*parts)


def depends(e: Expr, x: Expr) -> bool:
    """Whether x stands in e."""
    return any(n == x for n in E.walk(e))


def _pull(e: Expr, cot: Expr, x: Expr, out: list[Expr]) -> None:
    """Add to out the share of the gradient that flows through e, whose cotangent is cot (shape of e)."""
    if e == x:
        out.append(cot)
        return
    if not depends(e, x):
        return
    rule = _RULES.get(e.op)
    if rule is None:
        raise NotDifferentiable(f"there is no derivative rule for '{e.op}'")
    for arg, c in rule(e, cot, x):
        if depends(arg, x):
            _pull(arg, c, x, out)


def _scaled(factor: Expr, cot: Expr, like: Expr) -> Expr:
    """factor * cot, summed where the argument is a scalar and the product is not."""
    p = E.mul(factor, cot)
    return E.total(p) if p.shape and not like.shape else p


Pairs = list[tuple[Expr, Expr]]


def _mul(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    return [(a, _scaled(b, cot, a)), (b, _scaled(a, cot, b))]


def _div(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    return [(a, _scaled(E.div(E.ONE, b), cot, a)), (b, _scaled(E.neg(E.div(a, E.power(b, E.TWO))), cot, b))]


def _pow(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, k = e.args
    if depends(k, x):
        raise NotDifferentiable("there is no derivative rule for a power with the unknown in its exponent")
    if a.op == "norm" and (a.data == "fro" or (a.data == "p" and E.is_number(a.args[1], 2))) and E.is_number(k, 2):
        return [(a.args[0], E.mul(E.mul(E.TWO, cot), a.args[0]))]  # the square of the 2-norm is smooth at 0
    lowered = E.power(a, E.sub(k, E.ONE)) if not E.is_number(k, 2) else a
    return [(a, _scaled(E.mul(k, lowered), cot, a))]


def _add(e: Expr, cot: Expr, x: Expr) -> Pairs:
    return [(a, cot if a.shape == e.shape else E.total(cot)) for a in e.args]


def _dot(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    return [(a, E.mul(cot, b)), (b, E.mul(cot, a))]


def _matmul(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    if len(a.shape) == 2 and len(b.shape) == 1:
        return [(a, E.matmul(cot, E.transpose(b))), (b, E.matmul(E.transpose(a), cot))]
    if len(a.shape) == 2 and len(b.shape) == 2:
        return [(a, E.matmul(cot, E.transpose(b))), (b, E.matmul(E.transpose(a), cot))]
    if len(a.shape) == 1 and len(b.shape) == 2 and b.shape[0] == 1:  # x y^T
        return [(a, E.matmul(cot, E.as_column(b))), (b, E.transpose(E.matmul(E.transpose(cot), a)))]
    raise NotDifferentiable("there is no derivative rule for this product")


def _norm(e: Expr, cot: Expr, x: Expr) -> Pairs:
    v, p = e.args
    if e.data == "fro" or (e.data == "p" and E.is_number(p, 2)):
        return [(v, E.mul(E.div(cot, e), v))]
    if e.data == "p" and E.is_number(p, 1):
        return [(v, E.mul(cot, E.fn("sign", v)))]
    if e.data == "p" and p != E.INF:
        k = E.sub(p, E.ONE)
        return [(v, E.mul(E.div(cot, E.power(e, k)), E.mul(E.power(E.fn("abs", v), k), E.fn("sign", v))))]
    raise NotDifferentiable("there is no derivative rule for this norm")


_FN: dict[str, Callable[[Expr], Expr]] = {
    "abs": lambda a: E.fn("sign", a), "sign": lambda a: E.ZERO, "exp": lambda a: E.fn("exp", a),
    "log": lambda a: E.div(E.ONE, a), "sqrt": lambda a: E.div(E.HALF, E.fn("sqrt", a)),
    "sin": lambda a: E.fn("cos", a), "cos": lambda a: E.neg(E.fn("sin", a)), "sinh": lambda a: E.fn("cosh", a),
    "cosh": lambda a: E.fn("sinh", a),
    "relu": lambda a: E.cases(((E.ONE, E.rel(">", a, E.ZERO)),), E.ZERO),
    "sigmoid": lambda a: E.mul(E.fn("sigmoid", a), E.fn("sigmoid", E.neg(a))),
}


def _fn(e: Expr, cot: Expr, x: Expr) -> Pairs:
    if len(e.args) == 1 and e.data in _FN:
        return [(e.args[0], E.mul(_FN[e.data](e.args[0]), cot))]
    raise NotDifferentiable(f"there is no derivative rule for '{e.data}'")


def _trace(e: Expr, cot: Expr, x: Expr) -> Pairs:
    d = e.args[0].shape[0]
    return [(e.args[0], E.mul(cot, E.eye(d)))]


def _reduce(e: Expr, cot: Expr, x: Expr) -> Pairs:
    body, lo, hi = e.args
    kind, index = e.data
    vector = entrywise(body, index, hi) if kind == "sum" and E.is_number(lo, 1) else None
    if vector is None:
        raise NotDifferentiable("there is no derivative rule for this sum; write it with vectors")
    return [(E.total(vector), cot)]


_RULES: dict[str, Callable[[Expr, Expr, Expr], Pairs]] = {
    "reduce": _reduce,
    "add": _add, "neg": lambda e, c, x: [(e.args[0], E.neg(c))], "mul": _mul, "div": _div, "pow": _pow,
    "dot": _dot, "matmul": _matmul, "norm": _norm, "fn": _fn, "trace": _trace,
    "T": lambda e, c, x: [(e.args[0], E.transpose(c))],
    "total": lambda e, c, x: [(e.args[0], E.mul(c, E.ones(*e.args[0].shape)))],
    "mean": lambda e, c, x: [(e.args[0], E.mul(E.div(c, E.dim(e.args[0].shape[0])), E.ones(*e.args[0].shape)))],
    "at": lambda e, c, x: [(e.args[0], E.mul(c, E.basis(e.args[1], e.args[0].shape[0])))],
}
