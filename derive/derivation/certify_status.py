"""Checks of a status: the solver finds an optimum where the condition holds, and a ray falls where it fails."""

from __future__ import annotations

from fractions import Fraction

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import near_boundary, program_stated, sampled, satisfies, with_value
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, compare, exact, s_add, s_mul
from derive.maths.expr import Expr
from derive.problem.model import Program


def bounded_where_said(d: Derivation) -> list[Evidence]:
    """Where the condition holds the solver finds an optimum; where it fails, the ray falls without end."""
    from derive.derivation.truth import SOLVER, optimum

    if d.extra.get("property") != "bounded":
        return []
    program = program_stated(d)
    assert d.answer is not None
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    counts = {True: 0, False: 0}
    for w in near_boundary(d.problem, d.answer, sampled(d.problem, ("generic", "zeros"), 5)):
        try:
            bounded = bool(exact(d.answer, w))
            if counts[bounded] >= 6:
                continue
            found = optimum(program, w, shapes)
        except (Undefined, NotEvaluable):
            continue
        if found.status.startswith("optimal") != bounded:
            return [Evidence(f"status by CVXPY ({SOLVER})", MEASURED, False, f"the solver says {found.status} where the key says bounded={bounded}")]
        counts[bounded] += 1
    out = [Evidence(f"status by CVXPY ({SOLVER})", MEASURED, sum(counts.values()) > 0,
                    f"{counts[True]} bounded and {counts[False]} unbounded instances")]
    ray = d.extra.get("ray")
    if ray is not None:
        out.append(_ray_falls(d, program, ray))
    return out


def _ray_falls(d: Derivation, program: Program, ray: Expr) -> Evidence:
    name = program.over[0]
    checked = 0
    for w in near_boundary(d.problem, d.answer or E.truth(True), sampled(d.problem, ("generic",), 6)):
        try:
            if bool(exact(d.answer or E.truth(True), w)):
                continue
            direction, start = exact(ray, w), exact(d.extra.get("start", E.zeros(*ray.shape)), w)
            along = [with_value(w, name, [s_add(a, s_mul(Fraction(t), x)) for a, x in zip(start, direction, strict=True)]) for t in (1, 10, 1000)]
            values = [exact(program.objective, at) for at in along]
            if not all(satisfies(at, program.constraints) for at in along):
                return Evidence("the ray falls", MEASURED, False, "it leaves the feasible set")
        except (Undefined, NotEvaluable):
            continue
        if not (compare(values[0], values[1]) > 0 and compare(values[1], values[2]) > 0):
            return Evidence("the ray falls", MEASURED, False, "the objective does not fall along it")
        checked += 1
    return Evidence("the ray falls where the condition fails", MEASURED, checked > 0, f"{checked} instances, exactly")


# ------------------------------------------------------------------------------------------ ranges

NEAR = Fraction(1, 1000)  # how close to the end of a range the condition is tried, relative


def range_as_stated(d: Derivation) -> list[Evidence]:
    """The condition holds just inside its ends and fails just outside: it says what the checked ends say."""
    on, lower, upper = (d.extra.get(name) for name in ("on", "lower", "upper"))
    if not isinstance(on, str) or not isinstance(upper, Expr) or not isinstance(lower, Expr) or d.answer is None:
        return []
    name, seen = "the condition is the range between the ends", 0
    for ws in sampled(d.problem, ("generic",)):
        for w in ws.worlds:
            try:
                low, high = exact(lower, w), None if upper == E.INF else exact(upper, w)
                width = (high - low if high is not None else 1000) * NEAR
                inside = [low + width, *([high - width] if high is not None else [low + 1000])]
                outside = [low - width, *([high + width] if high is not None else [])]
                values = [(v, bool(exact(d.answer, with_value(w, on, v)))) for v in (*inside, *outside)]
            except (Undefined, NotEvaluable):
                continue
            if any(holds != (v in inside) for v, holds in values):
                return [Evidence(name, MEASURED, False, f"not in a world of sizes {w.dims}")]
            seen += 1
    return [Evidence(name, MEASURED, seen > 0, f"in {seen} instances, {float(NEAR)} inside and outside")]
