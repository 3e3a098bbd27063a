"""Expr x Key -> Judgement: by optimality and value, never by spelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from derive.grading.direct.lane import lane
from derive.grading.finding.interpret import OF_THIS_ANSWER
from derive.grading.judging.conditions import judge_condition
from derive.grading.judging.numeric import judge_numerically
from derive.grading.judging.points import judge_point
from derive.grading.judging.values import judge_value
from derive.grading.keys import Key, kept
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.expr import Expr


def judge(answer: Expr, key: Key, approximate: bool = False) -> Judgement:
    """Judge one expression against the key of a part, or against the numerical truth where there is no key."""
    if key.truth is not None:
        return judge_numerically(answer, key, approximate)
    if answer.op == "interval" and key.derivation.kind == "point" and not key.wanted.shape:
        return _of_interval(answer, key)
    right = lane(key).of_tree(answer) if not approximate and _of_declared_sizes(answer, key) else None
    if right is not None:  # what says why is worked out when it is looked at
        return Judgement.later(partial(_judged, answer, key, approximate), verdict=Verdict.CORRECT if right else Verdict.INCORRECT)
    return _judged(answer, key, approximate)


def _of_interval(answer: Expr, key: Key) -> Judgement:
    """Every point of [a, b]: optimal where its ends, its middle and its quarters are; the points at which a convex objective is least make up a convex set."""
    if answer.data != (True, True):
        return Judgement(Verdict.UNDECIDED, "An interval without its ends is not judged. Write the closed interval, or one point.")
    low, high = answer.args
    for k in (0, 4, 2, 1, 3):
        point = high if k == 4 else low if k == 0 else E.add(E.mul(E.num(Fraction(4 - k, 4)), low), E.mul(E.num(Fraction(k, 4)), high))
        found = _judged(point, key, False)
        if found.verdict is not Verdict.CORRECT:
            return replace(found, reason=f"Not every point of the interval: {found.reason}")
    return replace(found, reason=f"Every point of the interval, as its ends, its middle and its quarters show: {found.reason}")


def _of_declared_sizes(answer: Expr, key: Key) -> bool:
    """Whether every vector in an answer has a length that the statement declares: (g_1, ..., g_m) and (g_1, g_2) are not g."""
    if not E.has(answer, "comp"):
        return True
    sizes = {d for s in key.problem.symbols.values() for d in s.shape} | {*key.wanted.shape}
    return all(x.op != "comp" or isinstance(x.shape[0], str) or x.shape[0] in sizes for x in E.walk(answer)) and all(
        d in key.problem.dims for x in E.walk(answer) for d in x.shape if isinstance(d, str))


def _judged(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """The judgement with its reason, evidence and witness."""
    if not key.memo:
        seen = key.wanted.scope.cache.get(OF_THIS_ANSWER)
        at = (id(key), answer, approximate)
        found = seen.get(at) if isinstance(seen, dict) else None
        if found is None:
            found = _JUDGES[key.derivation.kind](answer, key, approximate)
            if isinstance(seen, dict):
                seen[at] = found
        return found
    known: dict[tuple[Expr, bool], Judgement] = kept(key, f"judged:{key.proof}", dict)
    found = known.get((answer, approximate))
    if found is None:
        found = _JUDGES[key.derivation.kind](answer, key, approximate)
        if len(known) >= _MOST_JUDGED:
            known.clear()
        known[answer, approximate] = found
    return found


_MOST_JUDGED = 5_000
"""Expressions whose judgement is remembered with a key."""


def _norm(answer: Expr, key: Key, approximate: bool) -> Judgement:
    from derive.grading.norms.named import judge_norm

    return judge_norm(answer, key)


_JUDGES: dict[str, Callable[[Expr, Key, bool], Judgement]] = {
    "point": judge_point, "expression": judge_value, "condition": judge_condition, "norm": _norm,
}
