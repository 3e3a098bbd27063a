"""Limits of nonlinear scalar iterations: the one attracting fixed point on the side of the start.

x* = F(x*) attracts where |F'(x*)| < 1. That the iteration reaches it from its start is measured by the certificate.
Source: Banach's fixed point theorem, locally; Ortega and Rheinboldt, section 10.1.
"""

from __future__ import annotations

from typing import Any

from derive.derivation.rules.common import Solve
from derive.derivation.rules.conserved_flow import roots_of_even
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "attracting fixed point"


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of an iteration with one scalar state."""
    it = problem.iteration
    return (part.ask == "limit" and it is not None and len(it.states) == 1 and not it.flow and not it.noise and it.rescale is None
            and it.steps == "constant" and not problem.symbols[it.states[0].name].shape)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The fixed point, put into the output."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        answer = _limit(system, steps)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps += number_line(answer, problem, "")
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", says=("from the given start, where it converges",))


def _limit(system: System, steps: list[Step]) -> Expr:
    import sympy as sp

    field, state = Field(system.problem), system.states[0]
    x, start = field.to(state), field.to(system.start[state])
    update = field.to(system.update[state])
    side = field.sign(start)
    if side not in (1, -1):
        raise Refused("the start is not known to be positive, or to be negative")
    step = field.to(system.step) if system.step is not None else None
    points = roots_of_even(sp.fraction(sp.together(update - x))[0], x)
    listed = ",\\ ".join(tex(field.back_to(sp.simplify(p))) for p in points)
    steps.append(Step("fixed points", f"Where ${tex(state)}$ no longer changes:", rf"{tex(state)} \in \{{{listed}\}}"))
    near = [sp.simplify(p) for p in points if _side(field, p) == side]
    good = [p for p in near if _attracts(field, sp.simplify(sp.diff(update, x).subs(x, p)), step)]
    if len(good) != 1:
        raise Refused(f"{len(good)} fixed points on the side of the start are known to attract")
    answer = field.back_to(sp.simplify(good[0]))
    slope = tex(field.back_to(sp.simplify(sp.diff(update, x).subs(x, good[0]))))
    steps.append(Step("attraction", "Of them, one lies on the side of the start and attracts: the slope of the update there is below 1 in modulus.",
                      rf"{tex(state)}_\infty = {tex(answer)},\qquad «F»'({tex(state)}_\infty) = {slope}", relation=Relation.REDUCES,
                      requires=("the iteration reaches it from its start: measured by running it",)))
    return answer if system.output == state else field.back_to(sp.simplify(field.to(E.replace(system.output, {state: answer}))))


def _side(field: Field, p: Any) -> int | None:
    """The sign of a fixed point, proved, or the same at every sample."""
    found = field.sign(p)
    if found is not None:
        return found
    values = [p.subs(at) for at in field.samples([p])]
    if any(v.is_real is not True for v in values):
        return None
    signs = {1 if v > 0 else -1 if v < 0 else 0 for v in values}
    return signs.pop() if len(signs) == 1 else None


def _attracts(field: Field, slope: Any, step: Any | None) -> bool:
    import sympy as sp

    if step is not None and slope.has(step):
        at_rest, speed = sp.simplify(slope.subs(step, 0)), sp.simplify(sp.diff(slope, step).subs(step, 0))
        return bool(at_rest == 1) and _side(field, speed) == -1
    return _side(field, sp.simplify(1 - slope)) == 1 and _side(field, sp.simplify(1 + slope)) == 1
