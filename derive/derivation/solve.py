"""Part -> Derivation: the first rule that accepts a part derives it."""

from __future__ import annotations

from types import ModuleType

from derive.derivation.rules import (
    ball_projection,
    best_rank,
    bounded_scalar,
    capped_budget,
    completed_square,
    counting,
    dual_of_norm,
    dual_of_structure,
    elimination,
    ellipsoid_support,
    homogeneous_multiplier,
    implicit_norm,
    invariant_ray,
    kinks,
    likelihood,
    log_det,
    log_objective,
    log_pair,
    log_power,
    log_variables,
    lp_duality,
    minimax,
    monotone,
    monotone_bound,
    multipliers,
    naming,
    nonzero_count,
    norm_equation,
    norm_proximal,
    norm_support,
    normal_equations,
    ratio,
    recentred,
    rescaling,
    residual_recurrence,
    scalar_quadratic,
    separable,
    separable_coupled,
    shared_threshold,
    sparse_group,
    spectral_cone,
    stationarity,
    step_range,
    structured_support,
    tangent_support,
    tight_constraint,
    top_eigenvectors,
    two_rows,
    value,
)
from derive.derivation.steps import NotDerived, Outcome
from derive.problem.model import Part, Problem

RULES: tuple[ModuleType, ...] = (
    stationarity, scalar_quadratic, normal_equations, multipliers, norm_support, structured_support, norm_equation, norm_proximal,
    sparse_group, ellipsoid_support, monotone, log_power, log_pair, kinks, separable, separable_coupled, shared_threshold, capped_budget,
    tangent_support, nonzero_count, best_rank, spectral_cone, top_eigenvectors, ball_projection, recentred, log_det, monotone_bound,
    lp_duality, homogeneous_multiplier, tight_constraint, ratio, log_variables, log_objective, two_rows, minimax, bounded_scalar,
    completed_square, elimination, likelihood, value, dual_of_norm, dual_of_structure, naming, rescaling, invariant_ray, step_range,
    residual_recurrence, implicit_norm, counting,
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
