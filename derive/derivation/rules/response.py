"""How an update answers a gradient of fixed direction: increment = c h |h|^(q-1) d.

The gradient is -h w with an unknown scalar h (the force along w). An update that is homogeneous in
the gradient, coordinate by coordinate, moves along one direction d whatever h is:

    -alpha g               ->  c = alpha, q = 1, d = w
    -alpha sign(g)         ->  c = alpha, q = 0, d = sign(w)
    -alpha g / ||g||_2     ->  c = alpha / ||w||_2, q = 0, d = w
    -alpha P g             ->  c = alpha, q = 1, d = P w
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derive.derivation.rules.linear_form import Refused, columns, linear_form, only_term
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build, constant_of, number
from derive.maths.symbols import Symbol
from derive.problem.nouns.iteration import Iteration

Atoms = frozenset[tuple[Expr, Any]]  # one side of a monomial: atoms with their powers
H = E.sym("_h")  # the force: the gradient is -h w
_POSITIVE = frozenset(("positive", "nonnegative", "count", "unit", "simplex"))
_NONZERO = frozenset(("nonzero", "positive", "negative", "count", "unit"))


@dataclass(frozen=True)
class Signs:
    """What the declarations say about signs: names known to be >= 0, and names with no zero entry."""

    positive: frozenset[str]
    nonzero: frozenset[str]
    spd: frozenset[str]

    @classmethod
    def of(cls, symbols: Mapping[str, Symbol]) -> Signs:
        """The signs that these symbols declare."""
        return cls(*(frozenset(s.name for s in symbols.values() if s.domain in domains)
                     for domains in (_POSITIVE, _NONZERO, frozenset(("spd",)))))

    def with_positive(self, name: str) -> Signs:
        """The same, and this name is positive."""
        return replace(self, positive=self.positive | {name}, nonzero=self.nonzero | {name})

    def simplify(self, e: Expr) -> Expr:
        """The normal form of e, with sign(x)^2 = 1 where x has no zero."""
        n = self.normal(e)
        return e if n is None else build(n, e.shape)

    def normal(self, e: Expr) -> Normal | None:
        """The normal form of e, sign(x)^k of a nonzero x with k modulo 2; vectors of ones multiply nothing."""
        n = normal_form(columns(e), self.positive)
        if n is None:
            return None
        out: Normal = {}
        for (scalars, vectors), c in n.items():
            key = (self._squares(scalars), self._squares(vectors))
            out[key] = out.get(key, Fraction(0)) + c
        return {k: c for k, c in out.items() if c}

    def _squares(self, atoms: Atoms) -> Atoms:
        kept = []
        for atom, power in atoms:
            if atom.op == "ones":
                continue
            k = constant_of(dict(power))
            sign = atom.op == "fn" and atom.data == "sign" and self.no_zero(atom.args[0])
            if sign and k is not None and k.denominator == 1:
                if k % 2:
                    kept.append((atom, number(Fraction(1))))
                continue
            kept.append((atom, power))
        return frozenset(kept)

    def no_zero(self, e: Expr) -> bool:
        """Whether no entry of e is 0, by its declaration or because its entries are numbers."""
        if e.op == "vec":
            return all(E.number_value(x) not in (None, 0) for x in e.args)
        return e.op == "sym" and str(e.data) in self.nonzero

    def never_negative(self, n: Normal) -> bool:
        """Whether every term is a product of things that are >= 0."""
        return all(c > 0 and all(self._atom(a, dict(k)) for group in key for a, k in group) for key, c in n.items())

    def _atom(self, a: Expr, power: Normal) -> bool:
        k = constant_of(power)
        if k is not None and k.denominator == 1 and k % 2 == 0:
            return True
        if a.op == "fn":
            return a.data in ("abs", "exp", "sqrt", "cosh")
        if a.op == "dot" and a.args[0] == a.args[1]:
            return True
        if a.op == "dot" and self._quadratic(*a.args):
            return True
        return a.op in ("norm", "dim", "ones") or (a.op == "num" and a.data > 0) or (
            a.op == "sym" and str(a.data) in self.positive)

    def _quadratic(self, x: Expr, y: Expr) -> bool:
        """x^T P x with P symmetric positive definite."""
        return any(v.op == "matmul" and v.args[1] == z and v.args[0].op == "sym" and v.args[0].data in self.spd for v, z in ((x, y), (y, x)))


@dataclass(frozen=True)
class Response:
    """increment = scale * h |h|^(order - 1) * d.

    scale: scalar, free of the unknown; order: the degree in the gradient; d: the direction.
    """

    scale: Expr
    order: Fraction
    d: Expr


def response(it: Iteration, theta: Expr, w: Expr, signs: Signs) -> Response:
    """The increment update(theta) - theta as a multiple of one direction.

    w: the direction of the gradient. Raises Refused with the reason where the coordinates of the
    increment do not share one factor, or where that factor is no power of the gradient's size.
    """
    stand_in = E.sym("_w", w.shape)
    hidden: dict[Expr, Expr] = {stand_in: w}
    moved = _pull(_with_gradient(E.sub(columns(it.update), theta), it, theta, stand_in), hidden, signs)
    n = normal_form(moved, signs.positive)
    if n is None:
        raise Refused("the update is too large to separate")
    if not n:
        raise Refused("the update does not move")
    if any(theta in E.walk(a) for key in n for group in key for a, _ in group):
        raise Refused("the increment depends on the unknown itself, not through its gradient alone")
    term = only_term(n)
    if term is None:
        raise Refused("the coordinates of the increment do not share one factor: there is no invariant ray")
    scalar, vector = term
    d = build(vector, w.shape)
    if H in E.walk(d):
        raise Refused("the direction of the increment changes with the size of the gradient")
    order, scale = _degree(scalar)
    return Response(signs.simplify(_back(scale, hidden)), order, signs.simplify(_back(d, hidden)))


def _back(e: Expr, hidden: Mapping[Expr, Expr]) -> Expr:
    for name in reversed(list(hidden)):
        e = E.replace(e, {name: hidden[name]})
    return e


def _with_gradient(e: Expr, it: Iteration, theta: Expr, w: Expr) -> Expr:
    """The gradient of the loss in the update replaced by -h w."""
    if e.op == "grad":
        f, x = e.args
        if x != theta:
            raise Refused("a gradient with respect to something else than the unknown")
        if linear_form(f, theta) == linear_form(it.loss, theta):
            return E.neg(E.mul(H, w))
        raise Refused("the update uses the gradient of another function than the loss")
    if not e.args:
        return e
    args = tuple(_with_gradient(a, it, theta, w) for a in e.args)
    if e.op == "fn" and e.data == "divide_or_zero":
        # Where the divisor is 0 the step is 0; elsewhere, and so along the whole ray, it is the quotient.
        return E.div(*args)
    return e if args == e.args else E.rebuild(e, args)


def _pull(e: Expr, hidden: dict[Expr, Expr], signs: Signs) -> Expr:
    """Scalar factors pulled out of matrix products; each product P v becomes a vector with a name."""
    if not e.args:
        return e
    args = tuple(_pull(a, hidden, signs) for a in e.args)
    e = e if args == e.args else E.rebuild(e, args)
    if e.op != "matmul" or len(e.shape) != 1 or H not in E.walk(e.args[1]) or len(e.args[1].shape) != 1:
        return e
    matrix, v = e.args
    while matrix.op in ("neg", "mul", "div") and sum(bool(a.shape) for a in matrix.args) == 1:
        if matrix.op == "neg":
            matrix, v = matrix.args[0], E.neg(v)
        elif matrix.op == "div":
            matrix, v = matrix.args[0], E.div(v, matrix.args[1])
        else:
            a, b = matrix.args
            matrix, v = (b, E.mul(a, v)) if b.shape else (a, E.mul(b, v))
    if matrix.op == "diag":
        return E.mul(matrix.args[0], v)
    term = only_term(normal_form(v, signs.positive))
    if term is None:
        raise Refused("a matrix is applied to a sum of different directions")
    name = E.sym(f"_m{len(hidden)}", e.shape)
    hidden[name] = E.matmul(matrix, build(term[1], v.shape))
    return E.mul(build(term[0], E.SCALAR), name)


def _degree(scalar: Normal) -> tuple[Fraction, Expr]:
    """The power of |h| in an odd scalar factor, and the factor without h."""
    sign_h, size_h = E.fn("sign", H), E.fn("abs", H)
    orders: set[tuple[Fraction, bool]] = set()
    rest: Normal = {}
    for (scalars, _), c in scalar.items():
        atoms = dict(scalars)
        odd = constant_of(dict(atoms.pop(sign_h, frozenset()))) or Fraction(0)
        order = constant_of(dict(atoms.pop(size_h, frozenset())))
        if order is None or any(H in E.walk(a) for a in atoms):
            raise Refused("the increment is not a power of the size of the gradient")
        orders.add((order, odd % 2 != 0))
        key: tuple[Atoms, Atoms] = (frozenset(atoms.items()), frozenset())
        rest[key] = rest.get(key, Fraction(0)) + c
    if len(orders) != 1:
        raise Refused("the increment is a sum of different powers of the gradient")
    order, odd_in_h = orders.pop()
    if not odd_in_h:
        raise Refused("the increment has the same sign on both sides of the solution")
    return order, build(rest, E.SCALAR)

