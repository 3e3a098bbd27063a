"""Checks of what is derived about iterations, against a simulation of the declared update."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten
from derive.maths.worlds import as_array, world_sets
from derive.problem.model import Problem
from derive.problem.nouns.program import Program

LIMIT_GAP = 1e-4  # between key and simulated limit, times 1 + max |limit|, besides the error that the simulation states
RANGE_GAP = 1e-6  # between key and bisected end of a range, relative
STEP_GAP = 1e-6  # between key and one simulated step, relative
INSTANCES = 2  # instances with fresh numbers, besides the given one


def checks(d: Derivation) -> list[Evidence]:
    """The checks for a part that asks about an iteration; none for other parts."""
    if d.problem.iteration is None:
        return []
    from derive.derivation.certify_states import ASKS, state_checks

    if d.part.ask in ASKS or (d.part.ask == "limit" and "direction" not in d.extra) or "spectral" in d.extra:
        return state_checks(d)
    if d.part.ask == "limit":
        return simulated_limit(d)
    if d.part.ask == "condition":
        return _range(d)
    if d.part.ask == "recurrence":
        return _recurrence(d)
    return _norm(d) if d.part.ask == "norm" else []


def _instances(problem: Problem) -> list[World]:
    """The given instance and some with fresh numbers."""
    own = world_sets(problem.symbols, ("generic",), sizes=(3,), count=1)
    fresh = world_sets(problem.without_given(), ("generic",), sizes=(3,), count=INSTANCES, seed=4242)
    return [w for ws in (*own, *fresh) for w in ws.worlds[:INSTANCES]]


def simulated_limit(d: Derivation) -> list[Evidence]:
    """The declared update is run until it settles; its end is compared with the key."""
    from derive.derivation.simulate import NoLimit, simulate

    assert d.answer is not None
    worst, seen = 0.0, 0
    for w in _instances(d.problem):
        try:
            settled = simulate(d.problem, w)
            wanted = as_array([exact(d.answer, w)])[0]
        except (Undefined, NotEvaluable):
            continue
        except NoLimit as err:
            return [Evidence("simulated limit", MEASURED, False, f"the simulation does not settle: {err}")]
        scale = 1 + float(np.max(np.abs(wanted)))
        gap = float(np.max(np.abs(settled.point - wanted))) / scale
        worst = max(worst, gap)
        if gap > LIMIT_GAP + settled.error / scale:
            return [Evidence("simulated limit", MEASURED, False, f"the simulation ends {gap:.1e} away, its error is {settled.error:.1e}", gap)]
        seen += 1
    return [Evidence("simulated limit", MEASURED, seen > 0, f"{worst:.1e} of {LIMIT_GAP:.0e} over {seen} runs of the update", worst)]


def _range(d: Derivation) -> list[Evidence]:
    """The upper end is found by bisection on whether the simulation converges."""
    from derive.derivation.simulate import NoLimit, Simulation

    upper = d.extra.get("upper")
    if not isinstance(upper, E.Expr):
        return []
    worst, seen = 0.0, 0
    for w in _instances(d.problem):
        try:
            found = Simulation(d.problem, w).step_bound
            wanted = float(exact(upper, w))
        except (Undefined, NotEvaluable):
            continue
        except NoLimit as err:
            return [Evidence("bisected end of the range", MEASURED, False, str(err))]
        if not np.isfinite(wanted) or not np.isfinite(found):
            if np.isfinite(wanted) != np.isfinite(found):
                return [Evidence("bisected end of the range", MEASURED, False, f"{found} against {wanted}")]
            seen += 1
            continue
        worst = max(worst, abs(found - wanted) / abs(wanted))
        seen += 1
    detail = f"{worst:.1e} of {RANGE_GAP:.0e} over {seen} bisections"
    return [Evidence("bisected end of the range", MEASURED, seen > 0 and worst <= RANGE_GAP, detail, worst)]


def _recurrence(d: Derivation) -> list[Evidence]:
    """One step of the declared update, the residual before and after."""
    from derive.derivation.simulate import Simulation

    it = d.problem.iteration
    assert it is not None and it.residual is not None and d.answer is not None
    worst, seen = 0.0, 0
    rng = np.random.default_rng(3)
    for w in _instances(d.problem):
        for _ in range(3):
            try:
                run = Simulation(d.problem, w)
                theta = run.start + rng.integers(-8, 9, size=run.start.shape) / 8.0
                alpha = float(w.values[it.step])
                before, after = run.residual_pair(alpha, theta)
                at = World({**w.values, it.residual[0]: Fraction(before)}, w.dims)
                wanted = float(flatten(exact(d.answer, at))[0])
            except (Undefined, NotEvaluable):
                continue
            worst = max(worst, abs(after - wanted) / (1 + abs(wanted)))
            seen += 1
    detail = f"{worst:.1e} of {STEP_GAP:.0e} over {seen} steps"
    return [Evidence("one simulated step", MEASURED, seen > 0 and worst <= STEP_GAP, detail, worst)]


def _norm(d: Derivation) -> list[Evidence]:
    """CVXPY minimises the norm over all solutions; the limit has the same value."""
    from derive.derivation.truth import SOLVER, NotConvex, optimum

    assert d.answer is not None
    theta, (a, b), limit = d.extra["theta"], d.extra["constraint"], d.extra["limit"]
    unknown = E.sym(theta, d.problem.symbols[theta].shape)
    program = Program((theta,), "min", d.answer, (E.rel("=", E.dot(a, unknown), b),))
    name = f"least norm by CVXPY ({SOLVER})"
    worst, seen = 0.0, 0
    for w in _instances(d.problem):
        try:
            at = World({**w.values, theta: exact(limit, w)}, w.dims)
            own = float(exact(d.answer, at))
            found = optimum(program, w, {theta: unknown.shape})
        except (Undefined, NotEvaluable):
            continue
        except NotConvex as err:
            return [Evidence(name, MEASURED, False, str(err))]
        if not found.status.startswith("optimal"):
            return [Evidence(name, MEASURED, False, f"the solver says {found.status}")]
        worst = max(worst, abs(found.value - own) / (1 + abs(own)))
        seen += 1
    return [Evidence(name, MEASURED, seen > 0 and worst <= 1e-6, f"{worst:.1e} of 1e-06 over {seen} programs", worst)]

