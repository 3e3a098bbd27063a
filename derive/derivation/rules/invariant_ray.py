"""Limit of an iteration that stays on a ray: theta_inf = theta_0 + d (b - w^T theta_0) / (w^T d).

The update moves along one direction d whatever the residual is; the residual tends to 0; one point
of the ray solves the equation. Source: implicit bias of steepest descent on one equation
(Gunasekar et al. 2018, section 2, for the norm that the limit minimises).
"""

from __future__ import annotations

from collections.abc import Callable

from derive.derivation.rules.contraction import step_range
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.ray import Ray, ray_of
from derive.derivation.rules.worked import convergence_line, first_lines, number_line, numbers, plain_range, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.problem.model import Part, Problem

NAME = "invariant ray"
Solve = Callable[[Problem, Part], Outcome]


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of a plain iteration."""
    return part.ask == "limit" and problem.iteration is not None and problem.iteration.plain and problem.iteration.rescale is None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit as an expression in the coefficients, with the certificate that the residual vanishes.

    extra: direction (d), rho (the factor of the increment), multiplier (of the residual, or None),
    recurrence (F(r)), residual (the symbol r), constraint (w, b), steps (lower, upper) or None,
    numbers (the limit at the given values, or None).
    """
    steps: list[Step] = []
    try:
        ray = ray_of(problem)
        steps = first_lines(ray)
        constant = ray.iteration.steps == "constant"
        span = step_range(ray) if constant else None
        if not ray.lowers:
            raise Refused("it is not certain that a step lowers the loss")
        if not constant and not ray.proportional:
            raise Refused("the increment is not proportional to the step size: steps of infinite sum are not enough")
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps.append(convergence_line(ray, span))
    answer = ray.limit()
    limit_name = tex(E.sym(f"{ray.theta.data}@limit", ray.theta.shape))
    steps.append(fixed_point_line(ray))
    steps.append(Step("limit", "Putting this multiple in gives the limit.", f"{limit_name} = {tex(answer)}"))
    steps += number_line(answer, problem, limit_name)
    says = (f"for {plain_range(span)}" if span else "for every sequence of steps that tends to 0 and sums to infinity",)
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", says=says, extra={
        "direction": ray.d, "rho": ray.rho, "multiplier": ray.multiplier, "recurrence": ray.next_residual,
        "residual": ray.residual, "constraint": (ray.w, ray.b), "theta": ray.theta.data, "law": ray.law,
        "gain": ray.gain,
        "steps": (span.lower, span.upper) if span else None, "numbers": numbers(answer, problem),
    })


def fixed_point_line(ray: Ray) -> Step:
    """The multiple of d at which the residual is 0."""
    start = ray.iteration.start
    gap = ray.signs.simplify(E.sub(ray.b, E.dot(ray.w, start)))
    origin = "" if start.op == "zeros" else tex(start) + " + "
    left = rf"{tex(ray.w)}^\top \left({origin}«c»\, {tex(ray.d)}\right) = {tex(ray.b)}"
    return Step("fixed point", "On the ray, the residual vanishes at one multiple of the direction.",
                f"«c» = {tex(E.div(gap, ray.reach))}", before=left, relation=Relation.EQUIVALENT)
