"""Jacobians and Hessians in the vector algebra: forward differentials, one rule an operation.

jacobian(y, x): the matrix J with dy = J dx, shape (m, n), for a vector y and a vector x at symbolic size.
hessian(f, x): the Jacobian of the gradient. Source: d(a * b) = diag(b) da + diag(a) db, d f(a) = diag(f'(a)) da,
d(A v) = dA v + A dv.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, depends, gradient, lifted, pulled
from derive.maths.expr import Expr
from derive.maths.neat import neat

_HELD = "·held"  # a vector that is held fixed while the matrix before it is differentiated


def hessian(f: Expr, x: Expr, tidy: Callable[[Expr], Expr] = neat) -> Expr:
    """The matrix of second derivatives of the scalar f in the vector x; the second derivative for a scalar x.

    Raises NotDifferentiable for a matrix x, whose second derivative is no matrix.
    """
    if len(x.shape) == 2:
        raise NotDifferentiable("the second derivative in a matrix is no matrix")
    slope = tidy(gradient(f, x))
    return tidy(gradient(slope, x) if not x.shape else jacobian(slope, x))


def jacobian(y: Expr, x: Expr) -> Expr:
    """J with dy = J dx for vectors y and x; the gradient as a vector where y or x is a scalar.

    Raises NotDifferentiable for operations without a rule.
    """
    if not y.shape:
        return gradient(y, x)
    if len(y.shape) != 1:
        raise NotDifferentiable(f"the Jacobian of {E.shape_text(y.shape)}")
    if not x.shape:
        return _along(y, x)
    if len(x.shape) != 1:
        raise NotDifferentiable("the Jacobian in a matrix is no matrix")
    return _jacobian(lifted(y, x), x) if depends(y, x) else E.zeros(y.shape[0], x.shape[0])


def _along(y: Expr, x: Expr) -> Expr:
    """dy/dx for a scalar x: each entry <c, y> has the derivative that is linear in c."""
    held = E.sym(_HELD, y.shape)
    slope = neat(gradient(E.dot(held, y), x))
    return gradient(slope, held)  # linear in the held vector: its gradient is what stands beside it


def _jacobian(y: Expr, x: Expr) -> Expr:
    if y == x:
        return E.eye(x.shape[0])
    if not depends(y, x):
        return E.zeros(y.shape[0], x.shape[0])
    if not y.shape or len(y.shape) == 2:
        raise NotDifferentiable(f"the Jacobian of {E.shape_text(y.shape)}")
    rule = _RULES.get(y.op)
    if rule is None:
        raise NotDifferentiable(f"there is no rule for the Jacobian of '{y.op}'")
    return rule(y, x)


def _row(s: Expr, x: Expr) -> Expr:
    return E.transpose(gradient(s, x))


def _sum(terms: list[Expr], y: Expr, x: Expr) -> Expr:
    return E.add(*terms) if terms else E.zeros(y.shape[0], x.shape[0])


def _add(y: Expr, x: Expr) -> Expr:
    return _sum([_jacobian(E.as_column(a), x) for a in y.args if a.shape and depends(a, x)], y, x)


def _entrywise(y: Expr, x: Expr) -> Expr:
    """Products, quotients, powers and functions: diag of the derivative in each argument."""
    terms = []
    for a in y.args:
        if not depends(a, x):
            continue
        if a.shape:
            share = next((c for target, c in pulled(y, E.ones(*y.shape), a) if target == a), None)
            # the derivative in a, were a a symbol: the other arguments are held
            terms.append(E.matmul(E.diag(_held_derivative(y, a)), _jacobian(E.as_column(a), x)) if share is not None else E.zeros(y.shape[0], x.shape[0]))
        else:
            terms.append(E.matmul(_scalar_derivative(y, a), _row(a, x)))
    return _sum(terms, y, x)


def _held_derivative(y: Expr, a: Expr) -> Expr:
    """dy/da entry by entry for one argument of an entrywise operation; an argument that stands twice counts once here."""
    first = y.args.index(a)
    stand_in = E.sym(_HELD, a.shape)
    args = tuple(stand_in if k == first else b for k, b in enumerate(y.args))
    pairs = pulled(E.rebuild(y, args), E.ones(*y.shape), stand_in)
    share = [c for target, c in pairs if target == stand_in]
    return E.replace(E.add(*share), {stand_in: a}) if share else E.zeros(*y.shape)


def _scalar_derivative(y: Expr, a: Expr) -> Expr:
    """dy/da for a scalar factor a of a vector y."""
    others = [b for b in y.args if b is not a]
    if y.op == "mul":
        return others[0]
    if y.op == "div" and y.args[1] is a:
        return E.neg(E.div(y.args[0], E.power(a, E.TWO)))
    if y.op == "fn" and y.data in ("maximum", "minimum"):
        beaten = E.rel(">" if y.data == "maximum" else "<", others[0], a)
        return E.mul(E.cases(((E.ZERO, beaten),), E.ONE), E.ones(*y.shape))
    raise NotDifferentiable(f"there is no rule for the Jacobian of '{y.op}' in a scalar")


def _matmul(y: Expr, x: Expr) -> Expr:
    a, v = y.args
    if len(v.shape) != 1:
        raise NotDifferentiable("there is no rule for the Jacobian of this product")
    terms = []
    if depends(v, x):
        terms.append(E.matmul(a, _jacobian(v, x)))
    if depends(a, x):
        held = E.sym(_HELD, v.shape)
        terms.append(E.replace(_jacobian(_applied(a, held, x), x), {held: v}))
    return E.add(*terms)


def _applied(a: Expr, v: Expr, x: Expr) -> Expr:
    """A v with the product worked into A: a vector whose parts are vectors."""
    if not depends(a, x):
        return E.matmul(a, v)
    if a.op == "matmul":
        left, right = a.args
        if len(left.shape) == 1:  # u w^T v
            return E.mul(E.dot(E.as_column(right), v), left)
        return _applied(left, _applied(right, v, x), x)
    if a.op == "add":
        return E.add(*(_applied(t, v, x) for t in a.args))
    if a.op == "neg":
        return E.neg(_applied(a.args[0], v, x))
    if a.op in ("mul", "div") and not a.args[1].shape:
        return E.rebuild(a, (_applied(a.args[0], v, x), a.args[1]))
    if a.op == "mul" and not a.args[0].shape:
        return E.mul(a.args[0], _applied(a.args[1], v, x))
    if a.op == "diag":
        return E.mul(a.args[0], v)
    if a.op == "T" and a.args[0].op == "matmul":
        left, right = a.args[0].args
        return _applied(E.matmul(E.transpose(right), E.transpose(left)), v, x)
    if a.op == "T" and a.args[0].op in ("add", "neg", "diag"):
        inner = a.args[0]
        return _applied(inner if inner.op == "diag" else E.rebuild(inner, tuple(E.transpose(t) for t in inner.args)), v, x)
    raise NotDifferentiable(f"there is no rule for the differential of a matrix '{a.op}'")


def _reduce(y: Expr, x: Expr) -> Expr:
    if y.data[0] != "sum":
        raise NotDifferentiable(f"there is no rule for the Jacobian of a {y.data[0]}")
    return E.reduce_over("sum", y.data[1], _jacobian(y.args[0], x), y.args[1], y.args[2])


def _cases(y: Expr, x: Expr) -> Expr:
    values = [*range(0, len(y.args) - 1, 2), *([len(y.args) - 1] if len(y.args) % 2 else [])]
    terms = []
    for v in values:
        value = y.args[v]
        if depends(value, x):
            pairs = tuple((E.ONE if k == v else E.ZERO, y.args[k + 1]) for k in range(0, len(y.args) - 1, 2))
            mask = E.cases(pairs, E.ONE if v == len(y.args) - 1 else E.ZERO)
            inner = _jacobian(value, x) if value.shape else E.matmul(E.ones(*y.shape), _row(value, x))
            terms.append(E.matmul(E.diag(mask if mask.shape else E.mul(mask, E.ones(*y.shape))), inner))
    return _sum(terms, y, x)


_RULES: dict[str, Callable[[Expr, Expr], Expr]] = {
    "add": _add, "neg": lambda y, x: E.neg(_jacobian(E.as_column(y.args[0]), x)), "mul": _entrywise, "div": _entrywise, "pow": _entrywise,
    "fn": _entrywise, "matmul": _matmul, "reduce": _reduce, "cases": _cases,
    "basis": lambda y, x: E.zeros(y.shape[0], x.shape[0]),
}
