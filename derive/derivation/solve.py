"""Part -> Derivation: the first rule that accepts a part derives it."""

from __future__ import annotations

from types import ModuleType

from derive.derivation.rules import (
    ball_projection,
    counting,
    derivatives,
    dual_of_norm,
    ellipsoid_support,
    implicit_norm,
    invariant_ray,
    model_sizes,
    monotone,
    multipliers,
    naming,
    norm_support,
    normal_equations,
    rescaling,
    residual_recurrence,
    scalar_quadratic,
    separable,
    separable_coupled,
    shared_threshold,
    stationarity,
    step_range,
    value,
)
from derive.derivation.steps import NotDerived, Outcome
from derive.problem.model import Part, Problem

RULES: tuple[ModuleType, ...] = (
    stationarity, scalar_quadratic, normal_equations, multipliers, norm_support, ellipsoid_support, monotone, separable,
    separable_coupled, shared_threshold, ball_projection, value, dual_of_norm, naming, rescaling, invariant_ray, step_range, residual_recurrence, implicit_norm, counting,
    derivatives, model_sizes,
)


def solve(problem: Problem, part: Part) -> Outcome:
    """Derive one part. Returns NotDerived with the reason where no rule closes it."""
    key = f"derivation:{part.id}:{part.ask}"
    found = problem.cache.get(key)
    if isinstance(found, (NotDerived, Outcome)):
        return found
    reasons: list[str] = []
    out: Outcome | None = None
    for rule in RULES:
        if not rule.accepts(problem, part):
            continue
        result: Outcome = rule.derive(problem, part, solve)
        if not isinstance(result, NotDerived):
            out = result
            break
        reasons.append(f"{rule.NAME}: {result.reason}")
    if out is None:
        out = NotDerived(problem, part, "; ".join(reasons) or f"no rule accepts this part (it asks for {part.ask}).")
    problem.cache[key] = out
    return out
