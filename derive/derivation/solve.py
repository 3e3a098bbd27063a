"""Part -> Derivation: the first rule that accepts a part derives it."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from derive.derivation.contradiction import contradiction
from derive.derivation.deadline import SECONDS, OutOfTime, deadline, forget_sympy, nested, open_at
from derive.derivation.letters import lettered
from derive.derivation.rules import (
    ball_projection,
    best_rank,
    best_rate,
    bounded_scalar,
    capped_budget,
    capped_simplex,
    completed_square,
    conserved_flow,
    counting,
    derivatives,
    dual_of_norm,
    dual_of_structure,
    elimination,
    ellipsoid_support,
    feasibility,
    homogeneous_multiplier,
    implicit_norm,
    invariant_ray,
    invariant_subspace,
    kinks,
    likelihood,
    linear_recurrence,
    log_det,
    log_objective,
    log_pair,
    log_power,
    log_sum_exp,
    log_variables,
    lp_duality,
    matrix_halfspace,
    matrix_recurrence,
    max_proximal,
    minimax,
    model_sizes,
    monotone,
    monotone_bound,
    multipliers,
    naming,
    nonzero_count,
    norm_equation,
    norm_proximal,
    norm_support,
    normal_equations,
    one_direction,
    orthant_support,
    outer_function,
    procrustes,
    ratio,
    recentred,
    recession,
    redundant,
    rescaling,
    residual_recurrence,
    scalar_fixed_point,
    scalar_quadratic,
    second_order_cone,
    separable,
    separable_coupled,
    shared_threshold,
    singular_values,
    sparse_group,
    spectral_cone,
    spectrum,
    sphere,
    squared_one_norm,
    state_rays,
    stationarity,
    step_range,
    steps_needed,
    structured_support,
    tangent_support,
    tight_constraint,
    top_eigenvectors,
    two_rows,
    two_sided,
    unrolled,
    value,
    water_filling,
)
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.problem.model import Part, Problem

RULES: tuple[ModuleType, ...] = (
    redundant, stationarity, scalar_quadratic, normal_equations, multipliers, norm_support, structured_support, norm_equation, norm_proximal,
    sparse_group, ellipsoid_support, monotone, log_power, log_pair, kinks, separable, separable_coupled, shared_threshold, capped_budget, water_filling,
    tangent_support, nonzero_count, best_rank, spectral_cone, top_eigenvectors, ball_projection, recentred, log_det, monotone_bound,
    lp_duality, homogeneous_multiplier, tight_constraint, ratio, log_variables, log_objective, two_rows, minimax, bounded_scalar,
    completed_square, one_direction, outer_function, two_sided, sphere, procrustes,
    second_order_cone, log_sum_exp, matrix_halfspace, max_proximal, capped_simplex, orthant_support, squared_one_norm, elimination,
    likelihood, value, dual_of_norm, dual_of_structure, naming, rescaling, invariant_ray, step_range,
    residual_recurrence, implicit_norm, counting, derivatives, model_sizes, linear_recurrence, singular_values, invariant_subspace,
    matrix_recurrence, unrolled, state_rays, spectrum, best_rate, steps_needed, conserved_flow, scalar_fixed_point,
    feasibility, recession,
)


def solve(problem: Problem, part: Part, seconds: float | None = SECONDS) -> Outcome:
    """Derive one part. Returns NotDerived with the reason where no rule closes it.

    seconds: of computing by the clock for this part, with all that it needs. Past them the outcome is NotDerived with clock = True and
    says which rule was open where: nothing follows from it about the problem.
    """
    key = f"derivation:{part.id}:{part.ask}"
    found = problem.cache.get(key)
    if isinstance(found, (NotDerived, Outcome)):
        return found
    trying, inner = [""], nested()
    try:
        with deadline(seconds):
            out = _first(problem, part, trying)
            if isinstance(out, NotDerived) and not out.clock and not inner and (seen := contradiction(problem, part)):
                out = replace(out, reason=f"{seen} ({out.reason.removesuffix('.')}.)")
    except OutOfTime as end:
        if nested():
            raise
        forget_sympy()
        where = open_at(end.__traceback__, "derive.derivation.rules")
        reason = f"{trying[0]}: still open after {seconds:g} s of computing by the clock" + (f", in {where}" if where else "")
        out = NotDerived(problem, part, f"{reason}.", clock=True)
    problem.cache[key] = out
    return out


def with_value(d: Derivation) -> Derivation:
    """The optimum with its value as a further output, where a part asks for both."""
    if d.value is None or d.answer is None or d.part.program is None or ("value", d.value) in d.outputs:
        return d
    names = d.part.asked or d.part.program.over
    outputs = d.outputs or ((names[0], d.answer),)
    return replace(d, outputs=(*outputs, ("value", d.value)), extra={**d.extra, "unknowns": tuple(d.point.items())})


def _first(problem: Problem, part: Part, trying: list[str]) -> Outcome:
    """What the first rule derives that closes the part; trying[0] is the rule at hand."""
    reasons: list[str] = []
    for rule in RULES:
        trying[0] = rule.NAME
        if not rule.accepts(problem, part):
            continue
        result: Outcome = lettered(rule.derive(problem, part, solve))
        if not isinstance(result, NotDerived):
            return with_value(result) if part.also else result
        reasons.append(f"{rule.NAME}: {result.reason}")
    return NotDerived(problem, part, "; ".join(reasons) or f"no rule accepts this part (it asks for {part.ask}).")
