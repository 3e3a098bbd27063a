"""Checks of a minimiser: it is feasible, attains the value, no sampled competitor is better, and the solver agrees.

Where normal forms show the first-order conditions of a convex quadratic program, they are a proof for all sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from derive.derivation.certificate import MEASURED, PROVED, Evidence
from derive.derivation.certify_likelihood import density_checked
from derive.derivation.certify_search import searched
from derive.derivation.certify_worlds import BOUNDS, admissible, program_stated, sampled, satisfies
from derive.derivation.competitors import Competitors
from derive.derivation.domains import in_domain, restricted, symmetric
from derive.derivation.programs import positive_names
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, World, compare, exact, flatten
from derive.maths.thresholds import threshold_sets
from derive.maths.worlds import WorldSet, of_sizes


def _at_thresholds(d: Derivation) -> list[WorldSet]:
    """Worlds in which an entry stands on or beside a threshold of the key: formulas by pieces can differ only there."""
    program = program_stated(d)
    symbols = {n: s for n, s in d.problem.symbols.items() if n not in program.over}
    return threshold_sets(list(d.point.values()), sampled(d.problem, ("generic",)), symbols, program.when)


def attained(d: Derivation) -> list[Evidence]:
    """The point is feasible and its objective value is the derived value."""
    program = program_stated(d)
    assert d.value is not None
    put = {E.sym(name, d.problem.symbols[name].shape): e for name, e in d.point.items()}
    bounded = [s for n in d.point if restricted(s := d.problem.symbols[n])]
    if not program.constraints and not bounded and proved_equal(E.replace(program.objective, put), d.value, positive_names(d.problem)):
        return [Evidence("the point attains the value", PROVED, True, "equal normal forms")]
    worlds = admissible([*sampled(d.problem, when=program.when), *_at_thresholds(d)], program.when)
    seen = 0
    for w in worlds:
        try:
            at = at_point(d, w)
            value = exact(program.objective, at)
            if not same_exactly(value, exact(d.value, w)) or not satisfies(at, program.constraints):
                return [Evidence("the point attains the value", MEASURED, False, f"not in a {w.kind} world{of_sizes(w)}")]
            left = [s for s in bounded if not in_domain(s, at.values[s.name])]
            if left:
                return [Evidence("the point lies in the declared domain", MEASURED, False, f"{left[0].name} does not in a {w.kind} world{of_sizes(w)}")]
            seen += 1
        except Undefined as err:
            if w.kind == "generic":  # an answer that leaves out a whole region of the parameters is none there
                return [Evidence("the point attains the value", MEASURED, False, f"it is undefined in a generic world{of_sizes(w)}: {err}")]
        except NotEvaluable:
            continue
    return [Evidence("the point is feasible and attains the value", MEASURED, seen > 0, f"exactly, in {seen} worlds")]


def no_better(d: Derivation) -> list[Evidence]:
    """No sampled feasible point has a better objective value (exact arithmetic)."""
    program = program_stated(d)
    assert d.value is not None
    rng = np.random.default_rng(7)
    tried = 0
    for w in admissible(sampled(d.problem, count=3, when=program.when), program.when):
        try:
            best_at, best = at_point(d, w), exact(d.value, w)
        except (Undefined, NotEvaluable):
            continue
        point = {n: best_at.values[n] for n in d.point}
        near = Competitors(program.constraints, w, [E.sym(n, d.problem.symbols[n].shape) for n in point], point)
        for k in range(BOUNDS.directions):
            rival = near.move(rng, Fraction(1, (1, 8, 64)[k % 3]))
            rival = {n: symmetric(v) if d.problem.symbols[n].domain in ("spd", "symmetric") else v for n, v in rival.items()}
            at = World({**w.values, **rival}, w.dims, w.kind)
            try:
                if not satisfies(at, program.constraints) or not all(in_domain(d.problem.symbols[n], v) for n, v in rival.items()):
                    continue
                value = exact(program.objective, at)
            except (Undefined, NotEvaluable):
                continue
            tried += 1
            sign = 1 if program.sense == "min" else -1
            if compare(value, best) * sign < 0:
                return [Evidence("no sampled feasible point is better", MEASURED, False, f"a better one in a {w.kind} world")]
    return [Evidence("no sampled feasible point is better", MEASURED, tried > 0, f"{tried} feasible points, exactly")]


def at_point(d: Derivation, w: World) -> World:
    """The world with the unknowns at the derived optimum."""
    return World({**w.values, **{n: exact(e, w) for n, e in d.point.items()}}, w.dims, w.kind)


def _spread_out(worlds: Sequence[World], enough: int) -> list[World]:
    """The worlds in an order that takes from all of them first."""
    step = max(len(worlds) // max(enough, 1), 1)
    return [w for k in range(step) for w in worlds[k::step]]


def solver_gap(d: Derivation) -> list[Evidence]:
    """The numerical optimum of the same program: by CVXPY and Clarabel, by brute force where it is not convex, of a model by its densities."""
    from derive.derivation.nonconvex import numerical_optimum, room_of
    from derive.derivation.truth import NotConvex

    if d.part.model is not None:
        return density_checked(d, BOUNDS.gap)
    program = program_stated(d)
    value = d.value if d.value is not None else d.answer
    assert value is not None
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    worst, seen = 0.0, 0
    room = room_of(program, shapes)
    name = f"gap to {room}"
    enough = BOUNDS.worlds if room.startswith("CVXPY") else BOUNDS.brute_worlds
    for ws in (*sampled(d.problem, when=program.when), *_at_thresholds(d)):
        done = 0
        for w in _spread_out(ws.worlds, enough):
            if done >= enough or not satisfies(w, program.when):
                continue
            try:
                wanted = float(exact(value, w))
                found = numerical_optimum(program, w, shapes)
            except NotConvex:
                return searched(d.problem, program, value, [[w for w in s.worlds if satisfies(w, program.when)] for s in sampled(d.problem, ("generic",), when=program.when)], BOUNDS.gap)
            except (Undefined, NotEvaluable):
                continue
            if found.status.startswith("solver failed"):  # no optimum to compare with: it does not count
                continue
            if found.status not in ("optimal", "optimal_inaccurate"):
                if _farthest(d, w) > BOUNDS.far:  # out of the reach of the solver's floats: it does not count
                    continue
                return [Evidence(name, MEASURED, False, f"the solver says {found.status}")]
            worst = max(worst, abs(found.value - wanted) / (1 + abs(wanted)))
            done += 1
            seen += 1
    if not seen:
        return searched(d.problem, program, value, [[w for w in s.worlds if satisfies(w, program.when)] for s in sampled(d.problem, ("generic",), when=program.when)], BOUNDS.gap)
    detail = f"{worst:.1e} of {BOUNDS.gap:.0e} over {seen} programs"
    return [Evidence(name, MEASURED, seen > 0 and worst <= BOUNDS.gap, detail, worst)]


def _farthest(d: Derivation, w: World) -> float:
    """The largest size of an entry of the derived optimum in a world; 0 where there is no point, or it is undefined."""
    try:
        return max((abs(float(v)) for e in d.point.values() for v in flatten(exact(e, w))), default=0.0)
    except (Undefined, NotEvaluable):
        return 0.0


def value_at_a_point(d: Derivation) -> list[Evidence]:
    """A value is that of an optimal point: of the 'unknowns' that the derivation leaves, or of its one 'point'."""
    program = d.part.program or d.problem.base(d.part).program
    if program is None or ("unknowns" not in d.extra and "point" not in d.extra):
        return []
    unknowns = d.extra["unknowns"] if "unknowns" in d.extra else ((program.over[0], d.extra["point"]),)
    if tuple(n for n, _ in unknowns) != program.over:
        return [Evidence("the point attains the value", MEASURED, False, f"a point gives {', '.join(program.over)}")]
    point = Derivation(d.problem, d.part, "point", d.steps, unknowns[0][1], d.answer, extra={"unknowns": unknowns})
    return [*attained(point), *no_better(point), *solver_gap(point)]


def first_order(d: Derivation) -> list[Evidence]:
    """A quadratic program: the first-order conditions of the answer hold by equal normal forms, for all sizes."""
    from derive.derivation.quadratics.proof import proved_optimal

    assert d.answer is not None
    part = d.part if d.part.model is None else replace(d.part, ask="argmax")
    why = proved_optimal(d.problem, part, d.answer, d.extra.get("multiplier"))
    return [Evidence("first-order conditions", PROVED, True, why)] if why else []


def answer_is_of_the_point(d: Derivation) -> list[Evidence]:
    """Of several unknowns: what is given as the answer is what the point that was checked says."""
    if "unknowns" not in d.extra:
        return []
    program = program_stated(d)
    names = d.part.asked or program.over
    given = [e for _, e in d.outputs] or ([d.answer] if d.answer is not None else [])
    own = [*(d.point.get(n) for n in names), *(d.value for _ in d.part.also)]
    holds = set(d.point) == set(program.over) and given == own and d.answer == given[0]
    return [Evidence("the answer is the checked point", PROVED, holds, ", ".join((*names, *d.part.also)))]
