"""Checks of a status: what the solver says on both sides of the condition, and the ray, multipliers or sequence that prove it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import BOUNDS, near_boundary, program_stated, sampled, satisfies, with_value
from derive.derivation.domains import in_domain
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, compare, exact, flatten, s_add, s_mul, s_neg, to_mpf
from derive.maths.expr import Expr
from derive.maths.worlds import of_sizes
from derive.problem.nouns.program import Program

_FAILS = {"bounded": "unbounded", "feasible": "infeasible"}  # what the solver says where the condition fails
MOST = 12  # instances on each side of a condition


def _with_closures(d: Derivation) -> Program:
    """The program with the closed domains of unknowns that are declared positive: the same infimum, for a solver that knows no open sets."""
    program = program_stated(d)
    shapes = [(n, d.problem.symbols[n].shape) for n in program.over if d.problem.symbols[n].domain == "positive"]
    return replace(program, constraints=(*program.constraints, *(E.rel(">=", E.sym(n, s), E.zeros(*s) if s else E.ZERO) for n, s in shapes)))


def _worlds(d: Derivation, condition: Expr, kinds: tuple[str, ...] = ("generic", "zeros")) -> list[World]:
    """Worlds that meet the assumptions: close to the boundary of the condition on both sides first, then at random and far from it."""
    when = program_stated(d).when
    found = near_boundary(d.problem, condition, sampled(d.problem, kinds, 5, when))
    return [w for w in (*_beside(d, condition, [w for w in found if satisfies(w, when)]), *found) if satisfies(w, when)]


BRACKETED = 8  # worlds of which each parameter is scaled to the boundary
SCALES = 6  # powers of 2, up and down
HALVINGS = 4


def _beside(d: Derivation, condition: Expr, worlds: Sequence[World]) -> list[World]:
    """Pairs of worlds with one parameter scaled to just before and just past where the condition changes (by up to a sixteenth)."""
    names = [s.name for s in d.problem.symbols.values() if s.name in E.symbols_in(condition) and s.kind == "value" and s.let is None and s.given is None
             and len(s.shape) < 2 and s.domain in ("", "real", "positive", "nonnegative", "nonzero", "negative") and s.above is None and s.below is None]

    def holds(w: World, name: str, factor: Fraction) -> tuple[bool, World]:
        v = w.values[name]
        at = with_value(w, name, [s_mul(factor, x) for x in v] if isinstance(v, list) else s_mul(factor, v))
        return bool(exact(condition, at)), at

    out: list[World] = []
    for w in worlds[:: max(len(worlds) // BRACKETED, 1)]:
        for name in names:
            try:
                for k in range(-SCALES, SCALES):
                    low, high = Fraction(2) ** k, Fraction(2) ** (k + 1)
                    (below, before), (above, past) = holds(w, name, low), holds(w, name, high)
                    if below == above:
                        continue
                    for _ in range(HALVINGS):
                        middle = (low + high) / 2
                        side, at = holds(w, name, middle)
                        low, high, before, past = (middle, high, at, past) if side == below else (low, middle, before, at)
                    out += [before, past]
            except (Undefined, NotEvaluable):
                continue
    return out


def bounded_where_said(d: Derivation) -> list[Evidence]:
    """Where the condition holds the solver finds an optimum; where it fails it says why, and a ray or multipliers prove it."""
    from derive.derivation.truth import SOLVER, NotConvex, optimum

    said = _FAILS.get(d.extra.get("property") or "")
    if said is None or d.answer is None:
        return []
    name = f"status by CVXPY ({SOLVER})"
    program = _with_closures(d)
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    counts = {True: 0, False: 0}
    point = d.extra.get("minimiser")
    for w in _worlds(d, d.answer):
        try:
            holds = bool(exact(d.answer, w))
            if counts[holds] >= MOST:
                continue
            found = optimum(program, w, shapes)
            at_point = None
            if point is not None and holds:
                at = _at(d, w, exact(point, w))
                if not _admissible(d, at):
                    return [Evidence(name, MEASURED, False, "the point is not feasible")]
                at_point = exact(program.objective, at)
        except NotConvex as err:
            return [Evidence(name, MEASURED, False, str(err))]
        except (Undefined, NotEvaluable):
            continue
        if not found.status.startswith(("optimal", "unbounded", "infeasible")) or found.status == "infeasible_or_unbounded":
            continue  # it has not decided
        if not holds and said == "unbounded" and found.status.startswith("optimal") and _below(d, w, found.value):
            counts[holds] += 1  # a slow fall, which the solver took for an optimum
            continue
        if not found.status.startswith("optimal" if holds else said):
            return [Evidence(name, MEASURED, False, f"the solver says {found.status} where the key says {d.extra['property']}={holds}")]
        if at_point is not None and not abs(float(at_point) - found.value) <= BOUNDS.gap * (1 + abs(found.value)):
            return [Evidence(name, MEASURED, False, "the point does not attain the solver's value")]
        counts[holds] += 1
    out = [Evidence(name, MEASURED, sum(counts.values()) > 0, f"{counts[True]} instances that are {d.extra['property']} and {counts[False]} {said} ones")]
    ray = d.extra.get("ray")
    if ray is not None and said == "unbounded":
        out.append(_ray_falls(d, program_stated(d), ray))
    if said == "infeasible":
        out += _rows_go_so_far(d) + _farkas(d)
    return out


def _below(d: Derivation, w: World, value: float) -> bool:
    """Whether a feasible point of the ray is clearly below a value (exactly)."""
    ray, start = d.extra.get("ray"), d.extra.get("start")
    if ray is None or start is None:
        return False
    sign = 1 if program_stated(d).sense == "min" else -1
    at = _at(d, w, _moved(exact(start, w), exact(ray, w), Fraction(10) ** FURTHEST))
    try:
        return _admissible(d, at) and float(exact(program_stated(d).objective, at)) * sign < value * sign - 1 - abs(value) / 10
    except (Undefined, NotEvaluable):
        return False


def _at(d: Derivation, w: World, value: Any) -> World:
    return with_value(w, program_stated(d).over[0], value)


def _moved(start: Any, direction: Any, t: Fraction) -> Any:
    if not isinstance(start, list):
        return s_add(start, s_mul(t, direction))
    return [s_add(a, s_mul(t, x)) for a, x in zip(start, direction, strict=True)]


def _admissible(d: Derivation, at: World) -> bool:
    """Whether the unknown meets the constraints and its declared domain."""
    program = program_stated(d)
    return satisfies(at, program.constraints) and all(in_domain(d.problem.symbols[n], at.values[n]) for n in program.over)


def _ray_falls(d: Derivation, program: Program, ray: Expr) -> Evidence:
    checked = held = 0
    start_at = d.extra.get("start")
    sign = 1 if program.sense == "min" else -1
    for w in _worlds(d, d.answer or E.truth(True), ("generic",)):
        try:
            if bool(exact(d.answer or E.truth(True), w)):
                held += 1
                continue
            direction, start = exact(ray, w), exact(start_at if start_at is not None else E.zeros(*ray.shape), w)
            along = [_at(d, w, _moved(start, direction, Fraction(t))) for t in (1, 10, 1000)]
            if not all(_admissible(d, at) for at in along):
                return Evidence("the ray falls", MEASURED, False, "it leaves the feasible set")
            values = [exact(program.objective, at) for at in along]
        except (Undefined, NotEvaluable):
            continue
        if not (compare(values[0], values[1]) * sign > 0 and compare(values[1], values[2]) * sign > 0):
            return Evidence("the ray falls", MEASURED, False, "the objective does not fall along it")
        checked += 1
    if held and not checked:
        return Evidence("no ray is needed", MEASURED, start_at is not None, f"the condition holds in all {held} instances")
    return Evidence("the ray falls where the condition fails", MEASURED, checked > 0, f"{checked} instances, exactly")


# ------------------------------------------------------------------------------------------ infeasible

def _rows_go_so_far(d: Derivation) -> list[Evidence]:
    """The largest (and least) value that the other constraints leave a row: a certificate of its own for each end."""
    from derive.derivation.certify_programs import attained, no_better, solver_gap

    row, others, ends = (d.extra.get(k) for k in ("row", "others", "ends"))
    if row is None or others is None or ends is None:
        return []
    stated = program_stated(d)
    x = E.sym(stated.over[0], d.problem.symbols[stated.over[0]].shape)
    right = d.extra.get("right")
    out = [_as_the_ends_say(d, right, ends)] if isinstance(right, Expr) else [Evidence("the condition is what the ends say", MEASURED, False, "nothing is compared with them")]
    for sense, point, value in ends:
        program = Program(stated.over, sense, E.dot(row, x), tuple(others), stated.when)
        end = Derivation(d.problem, replace(d.part, id=f"{d.part.id}|row", of=None, ask=f"arg{sense}", program=program), "point", (), point, value)
        out += [replace(e, check=f"the {sense}imum of the row: {e.check}") for check in (attained, no_better, solver_gap) for e in check(end)]
    return out


def _as_the_ends_say(d: Derivation, right: Expr, ends: Sequence[tuple[str, Expr, Expr]]) -> Evidence:
    """The condition holds exactly where the right side of the row lies within its ends."""
    condition, seen, name = d.answer or E.truth(True), 0, "the condition is what the ends say"
    for w in _worlds(d, condition):
        try:
            asked = exact(right, w)
            within = all(compare(exact(value, w), asked) * (1 if sense == "max" else -1) >= 0 for sense, _, value in ends)
            if bool(exact(condition, w)) != within:
                return Evidence(name, MEASURED, False, f"not in a {w.kind} world{of_sizes(w)}")
        except (Undefined, NotEvaluable):
            continue
        seen += 1
    return Evidence(name, MEASURED, seen > 0, f"{seen} instances, exactly")


def _farkas(d: Derivation) -> list[Evidence]:
    """A^T y = 0 with b^T y > 0 where the condition fails; A x = b at a point where it holds."""
    a, b, y, point = (d.extra.get(k) for k in ("matrix", "right", "multipliers", "feasible"))
    if point is None:
        return []
    program, seen = program_stated(d), {True: 0, False: 0}
    for w in _worlds(d, d.answer or E.truth(True)):
        try:
            holds = bool(exact(d.answer or E.truth(True), w))
            if holds:
                right = satisfies(_at(d, w, exact(point, w)), program.constraints)
            elif a is None or b is None or y is None:  # what fails is the sum of two rows of the statement itself
                right = True
            else:
                pulled = flatten(exact(E.matmul(E.transpose(a), y), w))
                right = all(compare(v, 0) == 0 for v in pulled) and compare(exact(E.dot(b, y), w), 0) > 0
        except (Undefined, NotEvaluable):
            continue
        if not right:
            return [Evidence("Farkas multipliers", MEASURED, False, f"not in a {w.kind} world{of_sizes(w)}")]
        seen[holds] += 1
    name = "Farkas multipliers where it is infeasible, a point where it is feasible" if y is not None else "a point where it is feasible"
    return [Evidence(name, MEASURED, sum(seen.values()) > 0, f"{seen[False]} and {seen[True]} instances, exactly")]


# ------------------------------------------------------------------------------------------ not attained

CLOSE = Fraction(1, 50)  # to which part of the first gap a minimising sequence must fall
FURTHEST = 40  # powers of 10 along a ray that falls slowly
DOUBLINGS = 140  # along a minimising sequence
NEAREST = Fraction(1, 1024)


def not_attained(d: Derivation) -> list[Evidence]:
    """A sequence that falls to the infimum, strictly above it; no sampled point that reaches it; the solver's value."""
    from derive.derivation.truth import SOLVER, NotConvex, optimum

    if d.extra.get("property") != "attained":
        return []
    infimum, ray, start = (d.extra.get(k) for k in ("infimum", "ray", "start"))
    name = "the infimum is approached and not reached"
    if d.answer != E.truth(False) or infimum is None or ray is None or start is None:
        return [Evidence(name, MEASURED, False, "no sequence is given")]
    program, sign = program_stated(d), 1 if program_stated(d).sense == "min" else -1
    rng = random.Random(3)
    closed = _with_closures(d)
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    seen = solved = 0
    for w in _worlds(d, E.truth(True)):
        try:
            least = exact(infimum, w)
            gaps = _gaps(d, w, exact(start, w), exact(ray, w), least, sign)
            for _ in range(BOUNDS.directions):
                origin = exact(start, w)
                away = [Fraction(rng.randint(-9, 9), 10) for _ in origin] if isinstance(origin, list) else Fraction(rng.randint(-9, 9), 10)
                at = _at(d, w, _moved(origin, away, Fraction(1)))
                if _admissible(d, at):
                    gaps = gaps if compare(s_mul(sign, exact(program.objective, at)), s_mul(sign, least)) > 0 else None
        except (Undefined, NotEvaluable):
            continue
        if gaps is None:
            return [Evidence(name, MEASURED, False, f"not in a {w.kind} world{of_sizes(w)}")]
        seen += 1
        if solved >= MOST:
            continue
        try:
            found = optimum(closed, w, shapes)
        except (NotConvex, NotEvaluable):
            continue
        if found.status.startswith(("unbounded", "infeasible")) or (found.status == "optimal" and abs(found.value - float(least)) > NEAR * (1 + abs(float(least)))):
            return [Evidence(f"infimum by CVXPY ({SOLVER})", MEASURED, False, f"{found.status}, {found.value:.3g}")]
        solved += found.status == "optimal"
    return [Evidence(name, MEASURED, seen > 0, f"{seen} instances, exactly"),
            Evidence(f"infimum by CVXPY ({SOLVER})", MEASURED, solved > 0, f"{solved} instances, within {float(NEAR)}")]


def _gaps(d: Derivation, w: World, start: Any, direction: Any, least: Any, sign: int) -> list[Any] | None:
    """Objective minus infimum along the ray, positive and never rising, until it is small; None where it is not so."""
    gaps: list[Any] = []
    for t in (Fraction(0), *(NEAREST * 2**k for k in range(DOUBLINGS))):
        at = _at(d, w, _moved(start, direction, t))
        gap = s_mul(sign, s_add(exact(program_stated(d).objective, at), s_neg(least)))
        if not _admissible(d, at) or compare(gap, 0) <= 0 or (gaps and compare(gaps[-1], gap) < 0):
            return None
        gaps.append(gap)
        if compare(gap, s_mul(CLOSE, gaps[0])) < 0:
            return gaps
    return None


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
                near: Any = NEAR
                if not all(isinstance(v, Fraction) for v in (low, high) if v is not None):  # an end like 2/‖A‖
                    low, high, near = to_mpf(low), None if high is None else to_mpf(high), to_mpf(NEAR)
                width = (high - low if high is not None else 1000) * near
                inside = [low + width, *([high - width] if high is not None else [low + 1000])]
                outside = [low - width, *([high + width] if high is not None else [])]
                values = [(v, bool(exact(d.answer, with_value(w, on, v)))) for v in (*inside, *outside)]
            except (Undefined, NotEvaluable):
                continue
            if any(holds != (v in inside) for v, holds in values):
                return [Evidence(name, MEASURED, False, f"not in a world{of_sizes(w)}")]
            seen += 1
    return [Evidence(name, MEASURED, seen > 0, f"in {seen} instances, {float(NEAR)} inside and outside")]
