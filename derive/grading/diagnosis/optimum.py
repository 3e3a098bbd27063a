"""How far from optimal an answer is: infeasible, or by how much worse, at the instance that is shown."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.diagnosis.sample import FAILS, Sample
from derive.grading.judging.decimals import compare_rounded
from derive.maths import expr as E
from derive.maths.equality import same_exactly
from derive.maths.exact import World, compare, exact, flatten, to_mpf
from derive.maths.worlds import WorldSet
from derive.maths.write import plain


def distance(s: Sample) -> str:
    """'infeasible: ...' or 'feasible but not optimal: ...', at the first instance that tells."""
    if s.key.derivation.kind == "point":
        return _of_point(s)
    if s.key.part.ask == "limit":
        return _of_limit(s)
    return ""


def _of_point(s: Sample) -> str:
    program, value = s.key.program, s.key.derivation.value
    if program is None or value is None:
        return ""
    for ws in sorted(s.key.generic, key=_near_two):
        for w in ws.worlds[:4]:
            try:
                others = {n: exact(e, w) for n, e in s.key.derivation.point.items()}
                at = World({**w.values, **others, s.key.wanted.asked: exact(s.expr, w)}, w.dims, w.kind)
                for c in program.constraints:
                    if not all(flatten(exact(c, at))):  # an entrywise constraint holds in every entry
                        return f"infeasible: {plain(c)} is violated"
                got, best = exact(program.objective, at), exact(value, w)
            except FAILS:
                continue
            if not same_exactly(got, best):
                return f"feasible but not optimal: {_by(got, best, program.sense)}" if program.constraints else (
                    f"not optimal: {_by(got, best, program.sense)}")
    return ""


def _near_two(ws: WorldSet) -> int:
    """The order in which the judgement looks for its witness."""
    return abs(max(ws.batch.dims.values(), default=2) - 2)


def _by(got: object, best: object, sense: str) -> str:
    side = "above" if sense == "min" else "below"
    gap = abs(to_mpf(got) - to_mpf(best))
    if compare(best, Fraction(0)) == 0:
        return f"the objective is {_short(float(gap))} {side} the optimum, which is 0, at the instance shown"
    return f"{side} the optimum by {_short(100 * float(gap / abs(to_mpf(best))))} % of its size at the instance shown"


def _short(x: float) -> str:
    return f"{x:.2g}" if x < 100 else f"{x:.0f}" if x < 1e6 else f"{x:.1e}"


def one_entry(s: Sample) -> str:
    """'entry i alone is wrong', of a vector of numbers."""
    if not s.constant or len(s.target.shape) != 1:
        return ""
    try:
        world = s.key.generic[0].worlds[0]
        mine, theirs = flatten(exact(s.expr, world)), flatten(exact(s.target, world))
    except FAILS:
        return ""
    if s.shown is not None:
        wrong = [i for i, (x, y) in enumerate(zip(s.shown, theirs, strict=True)) if not compare_rounded([x], [y], 1).fits]
    else:
        wrong = [i for i, (x, y) in enumerate(zip(mine, theirs, strict=True)) if compare(x, y) != 0]
    return f"entry {wrong[0] + 1} alone is wrong" if len(wrong) == 1 and len(theirs) > 2 else ""


def _of_limit(s: Sample) -> str:
    """Whether it solves the equation at all."""
    constraint = s.key.derivation.extra.get("constraint")
    if constraint is None:
        return ""
    w, b = constraint
    left, right = plain(E.dot(w, E.sym("theta", w.shape))), plain(b)
    try:
        world = s.key.generic[0].worlds[0]
        rows, goal = flatten(exact(w, world)), exact(b, world)
        point = flatten(exact(s.expr, world))
        reach = sum((x * y for x, y in zip(rows, point, strict=True)), Fraction(0))
    except FAILS:
        return ""
    slack = Fraction(0)
    if s.shown is not None and all(isinstance(x, Fraction) for x in rows):
        slack = sum((abs(x) * (y.half or 0) for x, y in zip(rows, s.shown, strict=True)), Fraction(0))
    off = abs(reach - goal)
    solves = compare(off, slack) <= 0 if slack else same_exactly(reach, goal)
    return f"not the limit, though it solves {left} = {right}" if solves else f"infeasible: it does not solve {left} = {right}"
