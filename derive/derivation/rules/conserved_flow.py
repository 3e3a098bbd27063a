"""Limits of flows: a conserved quantity and the equation of rest; affine flows as iterations with small steps.

Q(s) of degree 2 at most is conserved by ds/dt = F(s) exactly if grad Q . F = 0, a linear system for its coefficients. Where
F = g(s) G(s), the flow rests where g = 0; with Q = Q(s_0) that leaves finitely many points. Source: Arora, Cohen, Hazan, On the
Optimization of Deep Networks, 2018; Saxe et al. 2014 for u^2 - v^2.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

from derive.derivation.letters import fresh
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.problem.model import Part, Problem
from derive.problem.nouns.iteration import State

NAME = "conserved quantity"


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of a flow."""
    return part.ask == "limit" and problem.iteration is not None and problem.iteration.flow


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit of the output."""
    small = _small_steps(problem, part, solve)
    if not isinstance(small, NotDerived):
        return small
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        if not system.scalar or len(system.states) != 2:
            raise Refused(f"a nonlinear flow of {len(system.states)} states; two numbers are covered ({small.reason})")
        answer = _limit(system, steps)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps += number_line(answer, problem, "")
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always")


def _small_steps(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit of s + eta F(s) for small eta: a mode with exponent -l decays in the flow exactly if 1 - eta l does for small eta."""
    it = problem.iteration
    assert it is not None
    eta = fresh(problem, "eta", "alpha", "epsilon")
    step = E.sym(eta)
    moved = tuple(State(s.name, s.start, E.add(E.sym(s.name, problem.symbols[s.name].shape), E.mul(step, s.update))) for s in it.states)
    own = next(s for s in moved if s.name == it.over)
    inner = replace(it, flow=False, states=moved, update=own.update, step=eta)
    symbols = {**problem.symbols, eta: Symbol(eta, domain="positive")}
    found = solve(replace(problem, id=f"{problem.id}/small steps", iteration=inner, symbols=symbols, cache={}, digest=""), part)
    if isinstance(found, NotDerived) or found.answer is None or eta in E.symbols_in(found.answer) or "direction" in found.extra:
        return NotDerived(problem, part, found.reason if isinstance(found, NotDerived) else "its limit depends on the step")
    first = Step("small steps", "An affine flow decays on the modes on which small steps of size eta decay, and rests where they rest.",
                 rf"{tex(E.sym(it.over + '@next', own.update.shape))} = {tex(own.update)}", relation=Relation.REDUCES)
    return replace(found, problem=problem, part=part, steps=(first, *found.steps), says=())


def _limit(system: System, steps: list[Step]) -> Expr:
    import sympy as sp

    field = Field(system.problem)
    gens = [field.to(s) for s in system.states]
    flow = [sp.factor(field.to(system.update[s])) for s in system.states]
    start = {g: field.to(system.start[s]) for g, s in zip(gens, system.states, strict=True)}
    rest = sp.gcd(*(sp.expand(f) for f in flow))
    if not rest.has(*gens):
        raise Refused("the velocities have no common factor: the flow rests at single points")
    conserved = _conserved(flow, gens)
    level = sp.expand(conserved.subs(start, simultaneous=True))
    back = field.back_to
    steps.append(Step("conserved quantity", "Its derivative along the flow is 0.", f"{tex(back(conserved))} = {tex(back(level))}",
                      before=rf"\nabla «Q» \cdot «F» = 0,\quad «Q» = {tex(back(conserved))}", relation=Relation.REDUCES))
    steps.append(Step("rest", "The flow rests where the common factor of its velocities vanishes.", f"{tex(back(sp.factor(rest)))} = 0"))
    found = _meeting(rest, conserved - level, gens, start, field)
    values = dict(zip(system.states, (back(v) for v in found), strict=True))
    text = r",\qquad ".join(rf"{tex(s)}_\infty = {tex(v)}" for s, v in values.items())
    steps.append(Step("limit", "Of the points that meet both equations, the one on the side of the start:", text,
                      requires=("the flow comes to rest on this branch: measured by integration",)))
    return E.replace(system.output, values)


def _conserved(flow: list[Any], gens: list[Any]) -> Any:
    """A polynomial of degree 2 at most with grad Q . F = 0, without constant term."""
    import sympy as sp

    monomials = [*gens, *(a * b for a, b in combinations_with_replacement(gens, 2))]
    weights = [sp.Dummy(f"w{i}") for i in range(len(monomials))]
    q = sum((w * m for w, m in zip(weights, monomials, strict=True)), sp.Integer(0))
    along = sp.Poly(sp.expand(sum((sp.diff(q, g) * f for g, f in zip(gens, flow, strict=True)), sp.Integer(0))), *gens)
    found = sp.solve(along.coeffs(), weights, dict=True)
    free = [w for w in weights if found and w not in found[0]]
    if not found or len(free) != 1:
        raise Refused("there is no single conserved quantity of degree 2 at most")
    q = sp.expand(q.subs(found[0]).subs(free[0], 1))
    numbers = [abs(c) for c in sp.Poly(q, *gens).coeffs() if c.is_Rational]
    return sp.expand(q / min(numbers)) if len(numbers) == len(sp.Poly(q, *gens).coeffs()) else q


def _meeting(rest: Any, level: Any, gens: list[Any], start: dict[Any, Any], field: Field) -> list[Any]:
    """The common zero whose coordinates have the signs of the start, at every sample."""
    import sympy as sp

    x, y = gens
    candidates: list[tuple[Any, Any]] = []
    for own, other in ((x, y), (y, x)):
        p = sp.Poly(rest, other)
        if p.degree() != 1:
            continue
        value = sp.cancel(-p.coeff_monomial(1) / p.coeff_monomial(other))
        for root in roots_of_even(sp.fraction(sp.together(level.subs(other, value)))[0], own):
            pair = {own: root, other: sp.simplify(value.subs(own, root))}
            candidates.append((pair[x], pair[y]))
        break
    samples = field.samples([*start.values(), *(v for point in candidates for v in point)])
    kept = []
    for point in candidates:
        here = [[complex(v.subs(at)) for v in point] for at in samples]
        there = [[float(start[g].subs(at)) for g in gens] for at in samples]
        if all(abs(v.imag) < 1e-9 and (v.real > 0) == (s > 0) for vs, ss in zip(here, there, strict=True) for v, s in zip(vs, ss, strict=True)):
            kept.append(point)
    if len(kept) != 1:
        raise Refused(f"{len(kept)} points of rest lie on the side of the start")
    return list(kept[0])


def roots_of_even(e: Any, x: Any) -> list[Any]:
    """Roots of a polynomial, and of one in x^2 through its square."""
    import sympy as sp

    out = []
    for factor, _ in sp.factor_list(sp.expand(e), x)[1]:
        p = sp.Poly(factor, x)
        if p.degree() == 0:
            continue
        even = all(k % 2 == 0 for (k,) in p.monoms())
        w = sp.Dummy("w", positive=True)
        q = sp.Poly(sum((c * w ** (k // 2) for (k,), c in p.terms()), sp.Integer(0)), w) if even else p
        if q.degree() > 2:
            raise Refused(f"an equation of degree {q.degree()} has no root that helps")
        coefficients = q.all_coeffs()
        if q.degree() == 1:
            roots = [sp.factor(-coefficients[1] / coefficients[0])]
        else:
            a, b, c = coefficients
            gap = sp.sqrt(sp.factor(b**2 - 4 * a * c))
            roots = [(-b + s * gap) / (2 * a) for s in (1, -1)]
        out += [s * sp.sqrt(r) for r in roots for s in (1, -1)] if even else roots
    return out
