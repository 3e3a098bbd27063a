"""A loss seen through one linear form: loss(theta) = phi(u) with u = w^T theta.

Every maximal affine part of the loss, p + q w^T theta, is found and replaced by p + q u. If all of
them share one direction w, the gradient is phi'(u) w, whatever phi is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.entrywise import entrywise
from derive.maths.expr import Expr
from derive.maths.monomials import EMPTY, Normal, build

U = E.sym("_u")  # w^T theta
_THROUGH = frozenset(("add", "neg", "mul", "div", "pow", "fn"))


class Refused(Exception):
    """A rule does not cover this; the message is the reason, for NotDerived."""


@dataclass(frozen=True)
class LinearForm:
    """value = phi(u) with u = w^T theta.

    w: vector of theta's shape, free of theta; phi: scalar in U.
    """

    w: Expr
    phi: Expr


# An affine vector v = c + M theta is kept as c and the map y -> M^T y; a scalar as p and coefficient vector.
Adjoint = Callable[[Expr], Expr]


def linear_form(e: Expr, theta: Expr) -> LinearForm:
    """The scalar e as phi(w^T theta).

    Raises Refused, with the part that is in the way, where e depends on theta otherwise or
    through several directions.
    """
    found: list[Expr] = []
    e = columns(e)

    def go(x: Expr) -> Expr:
        if theta not in E.walk(x):
            return x
        affine = affine_scalar(x, theta)
        if affine is not None:
            p, coefficient = affine
            if not found:
                found.append(direction(coefficient))
            ratio = ratio_of(coefficient, found[0])
            if ratio is None:
                raise Refused("the loss depends on the unknown through more than one linear form")
            p = simplify(p)
            slope = U if E.is_number(ratio, 1) else E.mul(ratio, U)
            return slope if E.is_number(p, 0) else E.add(p, slope)
        if x.shape or x.op not in _THROUGH:
            raise Refused(f"the loss depends on the unknown through {_named(x)}, not through one linear form")
        return E.rebuild(x, tuple(go(a) for a in x.args))

    phi = go(e)
    if not found:
        raise Refused("the loss does not depend on the unknown (write loss = \"f\" in [iteration] for a declared function f)")
    return LinearForm(found[0], phi)


def columns(e: Expr) -> Expr:
    """e with rows of vectors written as columns: (3 a^T)^T is 3 a."""
    if not e.args:
        return e
    args = tuple(columns(a) for a in e.args)
    e = e if args == e.args else E.rebuild(e, args)
    if e.op == "T" and len(e.shape) == 1:
        row = e.args[0]
        if row.op in ("neg", "mul", "div", "add"):
            return E.rebuild(row, tuple(columns(E.as_column(a)) for a in row.args))
    return e


def _named(e: Expr) -> str:
    from derive.maths.write import plain

    return plain(e)


def direction(coefficient: Expr) -> Expr:
    """The vector w of a coefficient q w: scalar factors are left out."""
    n = normal_form(coefficient)
    if not n:
        raise Refused("a coefficient of the loss is zero or too large to handle")
    if len(n) > 1:
        return build(n, coefficient.shape)
    ((_, vectors), _c), = n.items()
    return build({(frozenset(), vectors): Fraction(1)}, coefficient.shape)


def ratio_of(coefficient: Expr, w: Expr) -> Expr | None:
    """The scalar q with coefficient = q w, or None."""
    a, b = normal_form(coefficient), normal_form(w)
    if not a or not b or len(a) != len(b):
        return None
    if len(a) == 1:
        ((scalars, vectors), c), = a.items()
        ((_, expected), d), = b.items()
        return build({(scalars, frozenset()): c / d}, E.SCALAR) if vectors == expected else None
    if a.keys() != b.keys():
        return None
    ratios = {a[k] / b[k] for k in a}
    return E.num(ratios.pop()) if len(ratios) == 1 else None


def affine_scalar(e: Expr, theta: Expr) -> tuple[Expr, Expr] | None:
    """A scalar p + c^T theta as (p, c); None where it is not affine in theta."""
    if theta not in E.walk(e):
        return None
    if e.op == "add":
        return _sum_of(e, theta)
    if e.op == "neg":
        inner = affine_scalar(e.args[0], theta)
        return inner and (E.neg(inner[0]), E.neg(inner[1]))
    if e.op in ("mul", "div"):
        a, b = e.args
        if theta in E.walk(b):
            if e.op == "div" or theta in E.walk(a):
                return None
            a, b = b, a
        inner = affine_scalar(a, theta)
        combine = E.div if e.op == "div" else E.mul
        return inner and (combine(inner[0], b), combine(inner[1], b))
    if e.op == "dot":
        x, y = e.args
        if theta in E.walk(y):
            x, y = y, x
        if theta in E.walk(y):
            return None
        v = affine_vector(x, theta)
        return v and (E.dot(v[0], y), v[1](y))
    if e.op in ("total", "mean") and len(e.args[0].shape) == 1:
        x = e.args[0]
        v = affine_vector(x, theta)
        weight = E.ones(*x.shape) if e.op == "total" else E.div(E.ones(*x.shape), E.dim(x.shape[0]))
        return v and (E.dot(v[0], weight), v[1](weight))
    if e.op == "at" and len(e.args) == 2 and theta not in E.walk(e.args[1]):
        v = affine_vector(e.args[0], theta)
        unit = E.basis(e.args[1], e.args[0].shape[0])
        return v and (E.dot(v[0], unit), v[1](unit))
    if e.op == "reduce" and e.data[0] == "sum" and E.is_number(e.args[1], 1):
        summed = entrywise(e.args[0], e.data[1], e.args[2])
        return None if summed is None else affine_scalar(E.total(summed), theta)
    return None


def _sum_of(e: Expr, theta: Expr) -> tuple[Expr, Expr] | None:
    constant: list[Expr] = []
    linear: list[Expr] = []
    for t in e.args:
        if theta not in E.walk(t):
            constant.append(t)
            continue
        inner = affine_scalar(t, theta)
        if inner is None:
            return None
        constant.append(inner[0])
        linear.append(inner[1])
    return E.add(*constant), E.add(*linear)


def affine_vector(e: Expr, theta: Expr) -> tuple[Expr, Adjoint] | None:
    """A vector c + M theta as (c, y -> M^T y); None where it is not affine in theta."""
    e = E.as_column(e)
    if theta not in E.walk(e):
        return e, lambda y: E.zeros(*theta.shape)
    if e == theta:
        return E.zeros(*e.shape), lambda y: y
    if e.op == "T":
        return affine_vector(e.args[0], theta)
    if e.op == "add":
        parts = [affine_vector(t, theta) for t in e.args]
        kept = [p for p in parts if p is not None]
        if len(kept) < len(parts):
            return None
        return E.add(*(c for c, _ in kept)), lambda y: E.add(*(m(y) for _, m in kept))
    split = _one_factor(e, theta)
    inner = split and affine_vector(split[0], theta)
    if split is None or inner is None:
        return None
    _, forward, back = split
    constant, adjoint = inner
    return forward(constant), lambda y: adjoint(back(y))


def _one_factor(e: Expr, theta: Expr) -> tuple[Expr, Adjoint, Adjoint] | None:
    """A vector e = L x with theta in the vector x alone, as x, the map L and its transpose."""
    if e.op == "neg":
        return e.args[0], E.neg, E.neg
    if e.op in ("mul", "div"):
        x, other = e.args
        if theta in E.walk(other):
            if e.op == "div" or theta in E.walk(x):
                return None
            x, other = other, x
        combine = E.div if e.op == "div" else E.mul

        def scale(y: Expr) -> Expr:  # an entrywise factor is its own transpose
            return combine(y, other)

        return (x, scale, scale) if x.shape else None
    if e.op == "matmul" and len(e.args[1].shape) == 1 and theta not in E.walk(e.args[0]):
        matrix = e.args[0]
        return e.args[1], lambda x: E.matmul(matrix, x), lambda y: E.matmul(E.transpose(matrix), y)
    return None


def only_term(n: Normal | None) -> tuple[Normal, Normal] | None:
    """A normal form whose terms share one vector part, as (scalar factor, vector part); else None."""
    if not n:
        return None
    vectors = {v for _, v in n}
    if len(vectors) != 1:
        return None
    scalar: Normal = {(s, frozenset()): c for (s, _), c in n.items()}
    return scalar, {(EMPTY[0], vectors.pop()): Fraction(1)}
