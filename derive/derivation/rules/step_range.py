"""Which constant step sizes converge: |1 - gain(alpha)| < 1, solved for alpha."""

from __future__ import annotations

from derive.derivation.rules import contraction
from derive.derivation.rules.invariant_ray import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.ray import ray_of
from derive.derivation.rules.rescaling import in_rescaled_coordinates
from derive.derivation.rules.worked import convergence_line, first_lines, number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Step
from derive.maths import expr as E
from derive.problem.model import Part, Problem

NAME = "step range"


def accepts(problem: Problem, part: Part) -> bool:
    """The step sizes for which an iteration converges."""
    return part.ask == "condition" and problem.iteration is not None and problem.iteration.plain


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The open range of step sizes, exactly those for which every start converges.

    extra: on (the step's name), lower, upper (Expr, upper may be infinite), multiplier.
    """
    steps: list[Step] = []
    try:
        if problem.iteration is not None and problem.iteration.steps != "constant":
            raise Refused("the step sizes are declared diminishing: there is no constant one to bound")
        ray = ray_of(in_rescaled_coordinates(problem))
        steps = first_lines(ray)
        span = contraction.step_range(ray)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps.append(convergence_line(ray, span))
    if span.upper != E.INF:
        steps += number_line(span.upper, problem, rf"{tex(ray.step)}_{{\max}}")
    at_end = "at the upper end the residual keeps its size and changes sign, or stays" if span.upper != E.INF else ""
    return Derivation(problem, part, "condition", tuple(steps), answer=span.condition, unique="always",
                      says=(at_end,) if at_end else (), extra={
        "on": ray.step.data, "lower": span.lower, "upper": span.upper, "multiplier": ray.multiplier})
