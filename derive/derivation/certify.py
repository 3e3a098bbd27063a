"""Certify a derivation: checks that do not use the rule that found it, and the numerical truth.

A minimiser: it is feasible, attains the derived value, no sampled feasible point is better, and
CVXPY finds the same value. Limits, recurrences and ranges are checked against a simulation of the
declared update; counts against the schedule as it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.certificate import MEASURED, PROVED, Certificate, Evidence
from derive.derivation.rules.affine_moves import affine_directions, along
from derive.derivation.rules.common import positive_names
from derive.derivation.steps import Derivation
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.equality import Different, Equal, agree, same_exactly
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, World, compare, exact, flatten
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.worlds import WorldSet, gather, world_sets
from derive.problem.model import Problem, Program


@dataclass(frozen=True)
class Bounds:
    """Tolerances and sizes of the certificate, with their scales."""

    gap: float = 1e-6  # between the key and the numerical optimum, times 1 + |optimal value|
    limit: float = 1e-4  # between the key and a simulated limit, times 1 + |limit|
    worlds: int = 3  # numerical optima a size
    directions: int = 6  # sampled competitors a world


BOUNDS = Bounds()
KINDS = ("generic", "zeros", "ties")


def certify(derivation: Derivation) -> Certificate:
    """Every check for this derivation. A check that cannot be made is not counted as one that holds."""
    evidence: list[Evidence] = []
    for check in _CHECKS[derivation.kind]:
        evidence += check(derivation)
    evidence += _published(derivation)
    evidence += _misconceptions(derivation)
    return Certificate(derivation.problem.id, derivation.part.id, tuple(evidence))


def _sets(problem: Problem, kinds: Sequence[str] = KINDS, count: int = 4) -> list[WorldSet]:
    return world_sets(problem.symbols, kinds, count=count)


def _satisfies(w: World, conditions: Sequence[Expr]) -> bool:
    try:
        return all(all(flatten(exact(c, w))) for c in conditions)  # an entrywise condition holds in every entry
    except (Undefined, NotEvaluable):
        return False


def _admissible(sets: Sequence[WorldSet], when: Sequence[Expr]) -> list[World]:
    return [w for ws in sets for w in ws.worlds if _satisfies(w, when)]


def _with(w: World, name: str, value: Any) -> World:
    return World({**w.values, name: value}, w.dims, w.kind)


# ------------------------------------------------------------------------------------------ programs

def _program_of(d: Derivation) -> Program:
    program = d.part.program or d.problem.base(d.part).program
    assert program is not None
    return program


def _attained(d: Derivation) -> list[Evidence]:
    """The point is feasible and its objective value is the derived value."""
    program = _program_of(d)
    assert d.answer is not None and d.value is not None
    name = program.over[0]
    u = E.sym(name, d.problem.symbols[name].shape)
    put = {u: d.answer}
    if not program.constraints and proved_equal(E.replace(program.objective, put), d.value, positive_names(d.problem)):
        return [Evidence("the point attains the value", PROVED, True, "equal normal forms")]
    worlds = _admissible(_sets(d.problem), program.when)
    seen = 0
    for w in worlds:
        try:
            point = exact(d.answer, w)
            at = _with(w, name, point)
            value = exact(program.objective, at)
            if not same_exactly(value, exact(d.value, w)) or not _satisfies(at, program.constraints):
                return [Evidence("the point attains the value", MEASURED, False, f"not in a {w.kind} world of sizes {w.dims}")]
            seen += 1
        except (Undefined, NotEvaluable):
            continue
    return [Evidence("the point is feasible and attains the value", MEASURED, seen > 0, f"exactly, in {seen} worlds")]


def _no_better(d: Derivation) -> list[Evidence]:
    """No sampled feasible point has a better objective value (exact arithmetic)."""
    program = _program_of(d)
    assert d.answer is not None and d.value is not None
    name = program.over[0]
    rng = np.random.default_rng(7)
    tried = 0
    for w in _admissible(_sets(d.problem, count=3), program.when):
        try:
            point, best = exact(d.answer, w), exact(d.value, w)
        except (Undefined, NotEvaluable):
            continue
        ways = affine_directions(program.constraints, w, name, point)
        for k in range(BOUNDS.directions):
            scale = Fraction(1, (1, 8, 64)[k % 3])
            moved = _moved(point, rng, scale) if ways is None else along(point, ways, rng, scale)
            at = _with(w, name, moved)
            try:
                if not _satisfies(at, program.constraints):
                    continue
                value = exact(program.objective, at)
            except (Undefined, NotEvaluable):
                continue
            tried += 1
            sign = 1 if program.sense == "min" else -1
            if compare(value, best) * sign < 0:
                return [Evidence("no sampled feasible point is better", MEASURED, False, f"a better one in a {w.kind} world")]
    return [Evidence("no sampled feasible point is better", MEASURED, tried > 0, f"{tried} feasible points, exactly")]


def _moved(v: Any, rng: np.random.Generator, scale: Any) -> Any:
    if isinstance(v, list):
        return [_moved(x, rng, scale) for x in v]
    return v + Fraction(int(rng.integers(-8, 9)), 4) * scale


def _solver_gap(d: Derivation) -> list[Evidence]:
    """The numerical optimum of the same program by CVXPY and Clarabel."""
    from derive.derivation.truth import SOLVER, NotConvex, optimum

    program = _program_of(d)
    value = d.value if d.value is not None else d.answer
    assert value is not None
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    worst, seen = 0.0, 0
    for ws in _sets(d.problem):
        done = 0
        for w in ws.worlds:
            if done >= BOUNDS.worlds or not _satisfies(w, program.when):
                continue
            try:
                found = optimum(program, w, shapes)
                wanted = float(exact(value, w))
            except NotConvex as err:
                return [Evidence(f"gap to CVXPY ({SOLVER})", MEASURED, False, str(err))]
            except (Undefined, NotEvaluable):
                continue
            if found.status.startswith("solver failed"):  # no optimum to compare with: it does not count
                continue
            if found.status not in ("optimal", "optimal_inaccurate"):
                return [Evidence(f"gap to CVXPY ({SOLVER})", MEASURED, False, f"the solver says {found.status}")]
            worst = max(worst, abs(found.value - wanted) / (1 + abs(wanted)))
            done += 1
            seen += 1
    detail = f"{worst:.1e} of {BOUNDS.gap:.0e} over {seen} programs"
    return [Evidence(f"gap to CVXPY ({SOLVER})", MEASURED, seen > 0 and worst <= BOUNDS.gap, detail, worst)]


def _value_point(d: Derivation) -> list[Evidence]:
    if "program" not in d.extra:
        return []
    point = Derivation(d.problem, d.part, "point", d.steps, d.extra["point"], d.answer)
    return [*_attained(point), *_no_better(point), *_solver_gap(point)]


def _status_truth(d: Derivation) -> list[Evidence]:
    """Where the condition holds the solver finds an optimum; where it fails, the ray falls without end."""
    from derive.derivation.truth import SOLVER, optimum

    if d.extra.get("property") != "bounded":
        return []
    program = _program_of(d)
    assert d.answer is not None
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    counts = {True: 0, False: 0}
    for w in near_boundary(d.problem, d.answer, _sets(d.problem, ("generic", "zeros"), 6)):
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
    for w in near_boundary(d.problem, d.answer or E.truth(True), _sets(d.problem, ("generic",), 6)):
        try:
            if bool(exact(d.answer or E.truth(True), w)):
                continue
            direction = exact(ray, w)
            values = [exact(program.objective, _with(w, name, [x * t for x in direction])) for t in (1, 10, 1000)]
        except (Undefined, NotEvaluable):
            continue
        if not (compare(values[0], values[1]) > 0 and compare(values[1], values[2]) > 0):
            return Evidence("the ray falls", MEASURED, False, "the objective does not fall along it")
        checked += 1
    return Evidence("the ray falls where the condition fails", MEASURED, checked > 0, f"{checked} instances, exactly")


def near_boundary(problem: Problem, condition: Expr, sets: Sequence[WorldSet]) -> list[World]:
    """Worlds on both sides of a condition on free scalars: each scalar is also taken far smaller and larger."""
    out: list[World] = []
    scalars = [s.name for s in problem.symbols.values() if not s.shape and s.kind == "value" and s.let is None
               and s.given is None and s.name in E.symbols_in(condition) and s.domain in ("positive", "real", "nonnegative")]
    for ws in sets:
        for w in ws.worlds:
            out.append(w)
            for name in scalars:
                for factor in (Fraction(1, 64), Fraction(64)):
                    out.append(_with(w, name, w.values[name] * factor))
    return out


def _proof(d: Derivation) -> list[Evidence]:
    """A quadratic program: the first-order conditions of the answer hold by equal normal forms, for all sizes."""
    from derive.derivation.rules.quadratic_proof import proved_optimal

    assert d.answer is not None
    why = proved_optimal(d.problem, d.part, d.answer, d.extra.get("multiplier"))
    return [Evidence("first-order conditions", PROVED, True, why)] if why else []


# ------------------------------------------------------------------------------------------ norms

def _dual_checked(d: Derivation) -> list[Evidence]:
    """The direction has norm 1 and attains the dual norm; random directions of norm 1 stay below."""
    if d.part.ask != "dual":
        return []
    norm, direction = d.extra["norm"], d.extra["direction"]
    name = norm.args[0].data
    g = E.sym(str(d.part.at), d.problem.symbols[str(d.part.at)].shape)
    assert d.answer is not None
    sets = _sets(d.problem, ("generic", "ties"))
    unit = agree(E.replace(norm, {norm.args[0]: direction}), E.ONE, sets)
    attained = agree(E.dot(g, direction), d.answer, sets)
    out = [Evidence("the direction has norm 1", MEASURED, isinstance(unit, Equal), getattr(unit, "detail", "it has not")),
           Evidence("it attains the dual norm", MEASURED, isinstance(attained, Equal), getattr(attained, "detail", "it does not"))]
    rng = np.random.default_rng(11)
    tried = 0
    for ws in sets:
        for w in ws.worlds[:3]:
            for _ in range(4):
                v = [Fraction(int(x), 8) for x in rng.integers(-9, 10, size=len(w.values[g.data]))]
                at = _with(w, name, v)
                bound = exact(E.mul(d.answer, norm), at)
                if compare(exact(E.dot(g, E.sym(name, g.shape)), at), bound) > 0:
                    return [*out, Evidence("no direction exceeds it", MEASURED, False, "one does")]
                tried += 1
    return [*out, Evidence("no direction exceeds it", MEASURED, tried > 0, f"{tried} directions, exactly")]


# ------------------------------------------------------------------------------------------ published

def _published(d: Derivation) -> list[Evidence]:
    """An answer that the spec gives as published must agree; it is never the source of the key."""
    if d.part.published is None or d.answer is None:
        return []
    try:
        given = read_expr(d.part.published, d.problem.scope(d.part))
    except ReadError as err:
        return [Evidence("published answer", MEASURED, False, f"it cannot be read: {err}")]
    found = agree(given, d.answer, _sets(d.problem, ("generic",)))
    detail = found.detail if isinstance(found, Equal) else (
        f"it differs at {found.witness.at}" if isinstance(found, Different) else found.why)
    return [Evidence("published answer", MEASURED, isinstance(found, Equal), detail)]


def _misconceptions(d: Derivation) -> list[Evidence]:
    """What the spec calls a misconception must not be a right answer."""
    out = []
    for i, m in enumerate(d.problem.misconceptions):
        if m.part != d.part.id or d.answer is None:
            continue
        name = f"misconception {i + 1} differs from the key"
        sets = _sets(d.problem, ("generic",))
        if d.kind == "condition":
            worlds = near_boundary(d.problem, E.Expr("and", (d.answer, m.answer)), sets)
            differs = [w for w in worlds if _satisfies(w, (d.answer,)) != _satisfies(w, (m.answer,))]
            out.append(Evidence(name, MEASURED, bool(differs), f"in {len(differs)} of {len(worlds)} instances" if differs else "it is the key"))
            continue
        when = d.problem.conditions(d.part)
        if when:
            sets = [gather(s.kind, [w for w in s.worlds if _satisfies(w, when)], s.batch.dims) for s in sets]
            sets = [s for s in sets if s.worlds]
        found = agree(E.as_column(m.answer), d.answer, sets)
        detail = f"it differs at {found.witness.at}" if isinstance(found, Different) else "it is the key" if isinstance(found, Equal) else found.why
        out.append(Evidence(name, MEASURED, isinstance(found, Different), detail))
    return out


def _iteration(d: Derivation) -> list[Evidence]:
    from derive.derivation.certify_iterations import checks

    return checks(d)


def _differences(d: Derivation) -> list[Evidence]:
    from derive.derivation.certify_derivatives import checks

    return checks(d)


def _counted(d: Derivation) -> list[Evidence]:
    from derive.derivation.certify_counts import checks

    return checks(d)


def _named(d: Derivation) -> list[Evidence]:
    """Each optimizer that fits, with its step, is put back: its rule must be the update in every world."""
    from derive.derivation.optimizers import apply, catalogue

    fits = d.extra.get("fits") or []
    update, gradient = d.extra["update"], d.extra["gradient"]
    symbols = d.problem.without_given()
    sets = world_sets(symbols, ("generic",), count=6)
    program = d.problem.base(d.part).program
    if program is not None and program.when:
        sets = [gather(s.kind, [w for w in s.worlds if _satisfies(w, program.when)], s.batch.dims) for s in sets]
        sets = [s for s in sets if s.worlds]
    out = []
    for name, step, _ in fits:
        rule = apply(catalogue()[name], gradient, symbols)
        found = agree(E.mul(step, rule.direction), update, sets)
        out.append(Evidence(f"{name} with its step is the update", MEASURED, isinstance(found, Equal), getattr(found, "detail", "it is not")))
    return out or [Evidence("some declared optimizer fits", MEASURED, False, "none does")]


Check = Callable[[Derivation], list[Evidence]]
_CHECKS: dict[str, tuple[Check, ...]] = {
    "point": (_attained, _no_better, _solver_gap, _proof),
    "expression": (_value_point, _dual_checked, _iteration, _counted, _differences),
    "condition": (_status_truth, _iteration),
    "norm": (_iteration,),
    "name": (_named,),
    "table": (_counted,),
}


