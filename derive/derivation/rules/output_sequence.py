"""The output of a scalar iteration as a linear recurrence of its own.

With s_{t+1} = F(s_t) affine (or with F averaged over independent noise) and an output o polynomial in the states,
(T o)(s) = E[o(F(s))] maps polynomials of a degree to themselves; the first linear dependence among o, T o, T^2 o, ...
is the recurrence of o_t = (T^t o)(s_0). Source: Cayley-Hamilton on the space of polynomials; the Krylov space of o.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System
from derive.maths.expr import Expr
from derive.problem.nouns.iteration import Noise

MAX_ORDER = 8
MAX_DEGREE = 4


@dataclass(frozen=True)
class Sequence:
    """o_{t+k} = sum_j weights[j] o_{t+j}, from first = (o_0, ..., o_{k-1}); polynomial: the characteristic one in z."""

    field: Field
    weights: tuple[Any, ...]
    first: tuple[Any, ...]
    z: Any

    @property
    def order(self) -> int:
        """k."""
        return len(self.weights)

    @property
    def polynomial(self) -> Any:
        """z^k - sum_j weights[j] z^j."""
        return self.z ** self.order - sum((w * self.z**j for j, w in enumerate(self.weights)), 0)


def sequence_of(system: System) -> Sequence:
    """The recurrence of the output. Raises Refused where states are no numbers, or the degree of the output grows.

    For a flow ds/dt = F(s) the shift is the derivative: (T o)(s) = grad o . F, and o_k is the k-th derivative at the start.
    """
    import sympy as sp

    if not system.scalar:
        raise Refused("a state is a vector")
    if system.output.shape:
        raise Refused("the output is no number")
    field = Field(system.problem)
    gens = [field.to(s) for s in system.states]
    noise = [(field.to(_symbol(n)), n) for n in system.iteration.noise]
    maps = {g: sp.expand(field.to(system.update[s])) for g, s in zip(gens, system.states, strict=True)}
    output = field.to(system.output)
    polys = [_poly(output, gens)]
    degree = polys[0].total_degree()
    for _ in range(MAX_ORDER):
        last = polys[-1].as_expr()
        if system.iteration.flow:
            moved = sp.expand(sum((sp.diff(last, g) * f for g, f in maps.items()), sp.Integer(0)))
        else:
            moved = _average(sp.expand(last.subs(maps, simultaneous=True)), noise, field)
        polys.append(_poly(moved, gens))
        if polys[-1].total_degree() > max(degree, 1):
            raise Refused("the update is not affine in the states")
        weights = _dependence(polys)
        if weights is not None:
            start = {g: field.to(system.start[s]) for g, s in zip(gens, system.states, strict=True)}
            first = tuple(sp.factor(p.as_expr().subs(start, simultaneous=True)) for p in polys[:-1])
            return Sequence(field, weights, first, sp.Symbol("_z"))
    raise Refused(f"the output obeys no linear recurrence of order {MAX_ORDER} or less")


def jacobian(system: System) -> tuple[Field, Any]:
    """The matrix of an affine update of scalar states, averaged over noise. Raises Refused where it is not affine."""
    import sympy as sp

    if not system.scalar:
        raise Refused("a state is a vector")
    field = Field(system.problem)
    gens = [field.to(s) for s in system.states]
    noise = [(field.to(_symbol(n)), n) for n in system.iteration.noise]
    rows = []
    for s in system.states:
        p = _poly(_average(sp.expand(field.to(system.update[s])), noise, field), gens)
        if p.total_degree() > 1:
            raise Refused("the update is not affine in the states")
        rows.append([sp.cancel(p.coeff_monomial(g)) for g in gens])
    return field, sp.Matrix(rows)


def _symbol(n: Noise) -> Expr:
    if n.mean.shape:
        raise Refused("the noise is a vector")
    return Expr("sym", (), (), n.name)


def _poly(e: Any, gens: list[Any]) -> Any:
    import sympy as sp

    try:
        p = sp.Poly(sp.expand(e), *gens)
    except sp.PolynomialError:
        raise Refused("the output or the update is no polynomial in the states") from None
    if any(c.free_symbols & set(gens) for c in p.coeffs()) or p.total_degree() > MAX_DEGREE:
        raise Refused("the output or the update is no polynomial in the states")
    return p


def _average(e: Any, noise: list[tuple[Any, Noise]], field: Field) -> Any:
    """The expectation over independent noise, monomial by monomial."""
    import sympy as sp

    for x, n in noise:
        p = sp.Poly(sp.expand(e), x)
        moments = _moments(p.degree(), field.to(n.mean), field.to(n.variance), n)
        e = sum((c * moments[k] for (k,), c in p.terms()), sp.Integer(0))
    return sp.expand(e)


def _moments(order: int, mean: Any, variance: Any, n: Noise) -> list[Any]:
    """E[N^k]: 1, m, m^2 + v, and for a normal law m_k = m m_{k-1} + (k-1) v m_{k-2}."""
    if order > 2 and n.law != "normal":
        raise Refused(f"the moment of order {order} of {n.name} is needed: declare its law")
    import sympy as sp

    out = [sp.Integer(1), mean]
    for k in range(2, order + 1):
        out.append(sp.expand(mean * out[-1] + (k - 1) * variance * out[-2]))
    return out


def _dependence(polys: list[Any]) -> tuple[Any, ...] | None:
    """c with polys[-1] = sum_j c_j polys[j], over the field of rational functions; None where they are independent."""
    import sympy as sp
    from sympy.polys.matrices import DomainMatrix

    monomials = sorted({m for p in polys for m in p.monoms()})
    rows = [[p.coeff_monomial(m) for p in polys] for m in monomials]
    null = DomainMatrix.from_Matrix(sp.Matrix(rows)).to_field().nullspace().to_Matrix()
    if not null.shape[0]:
        return None
    last = null[0, len(polys) - 1]
    return tuple(sp.factor(sp.cancel(-null[0, j] / last)) for j in range(len(polys) - 1))
