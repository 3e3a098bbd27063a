"""Minimisers: whichever point attains the optimum is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from derive.grading.judging.objective_gaps import optimality
from derive.grading.judging.optimum import not_optimal, shortfall, shown_in
from derive.grading.judging.proofs import strength_of
from derive.grading.judging.shapes import misfit
from derive.grading.judging.standards import MANY, beside_standard, edge_standard, generic_standard, many_sets, many_standard, required_of, together
from derive.grading.keys import Key, kept
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.entrywise import by_arrays
from derive.maths.equality import (
    Different,
    Equal,
    Tally,
    Unknown,
    agrees,
    same_exactly,
)
from derive.maths.exact import Undefined, World, exact, value_at
from derive.maths.expr import Expr
from derive.maths.standard import Standard
from derive.maths.worlds import WorldSet, holds


def judge_point(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """Judge a point: feasible and optimal in every instance, whichever minimiser it is."""
    name = key.wanted.asked
    if name in E.symbols_in(answer):
        return Judgement(Verdict.INCORRECT, f"The answer still contains the unknown {name}: it restates the question.", "proved",
                         diagnosis="restatement")
    if E.is_number(answer, 0) and key.wanted.shape:
        answer = E.zeros(*key.wanted.shape)
    bad = misfit(answer, key)
    if bad is not None:
        return bad
    written = E.as_column(answer)
    answer = by_arrays(written)
    d = key.derivation
    tally = Tally()
    found: Equal | Different | Unknown | None = None
    if d.answer is not None and d.unique in ("always", "generic"):
        together(key).evaluate(answer)
        found = agrees(answer, generic_standard(key), tally, proof=key.proof != "never")
        if isinstance(found, Unknown):
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {found.why}.")
        if isinstance(found, Different):
            if d.unique == "always" and found.defined:  # another point is not optimal: the objective is only shown
                return Judgement.later(partial(_other_point, answer, key, found), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")
            refuted = _refuted(answer, key, found)
            if refuted is not None:
                return refuted
    several = many_standard(key) if d.answer is not None and d.unique == "no" else None
    edges = _at_edges(answer, beside_standard(written, key, 2), key, isinstance(found, Equal) and found.strength == "proved", several) if (
        isinstance(found, Equal) or several is not None) else _Edges(0, 0, _every_edge(written, key))
    if edges.other is not None:
        return not_optimal(partial(shown_in, answer, key, edges.other))
    try:
        undefined_there = edges.without is not None or (several is not None and any(value_at(answer, w) is None for ws in several.sets for w in ws.worlds[:2]))
    except NotEvaluable as err:
        return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
    if undefined_there:
        return Judgement(Verdict.INCORRECT, "It is undefined where an update is required.", "proved")
    checked, undefined = edges.same, edges.undefined
    for w in edges.tried:
        if isinstance(found, Equal) and _is_key_point(answer, key, w):
            checked += 1
            continue
        try:
            outcome = shortfall(answer, key, w)
        except Undefined:
            undefined += 1
            continue
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if outcome is not None:
            return not_optimal(outcome)
        checked += 1
    strength, how = strength_of(answer, key, found)
    note = f" It is undefined at {undefined} of the instances with zeros (which does not refute it)." if undefined else ""
    return Judgement(Verdict.CORRECT, f"It is optimal on {found.detail if isinstance(found, Equal) else 'generic instances'}; and on {checked} instances with "
                     f"zeros and ties.{how}{note}", strength)


def _is_key_point(answer: Expr, key: Key, w: World) -> bool:
    """Whether the answer is exactly the key's point in a world, and so optimal there."""
    try:
        point = value_at(answer, w)
        return point is not None and same_exactly(point, exact(required_of(key), w))
    except (Undefined, NotEvaluable):
        return False


def _every_edge(answer: Expr, key: Key) -> list[World]:
    """A few worlds of each size with zeros and with ties, and those on and beside the thresholds."""
    out = [w for ws in key.edges for w in ws.worlds[:_MOST_EDGES]]
    out += _many(key) if key.derivation.unique == "no" else [w for ws in key.generic for w in ws.worlds[-1:]]
    return out + [w for ws in beside_standard(answer, key, 2).sets for w in ws.worlds[:_MOST_BESIDE]]


def _many(key: Key) -> list[World]:
    """Generic worlds where no point is the only optimum: a wrong one may be optimal in most of them."""
    assert key.program is not None
    when = key.program.when
    return kept(key, "worlds without one optimum", lambda: [w for ws in many_sets(key) for w in ws.worlds if not when or holds(when, w)])


class _Edges(NamedTuple):
    """In how many worlds an answer is optimal, in how many it has no value, those that are left to be tried, one in which it is not optimal, and a generic one without a value."""

    same: int
    undefined: int
    tried: list[World]
    other: World | None = None
    without: World | None = None


def _at_edges(answer: Expr, thresholds: Standard, key: Key, proved: bool, several: Standard | None = None) -> _Edges:
    """The worlds with zeros and with ties, those beside the thresholds, and several in which many points are optimal: what float64 settles in them.

    One world of each kind is tried exactly, unless the answer is proved to be the key's or float64 is exact there.
    """
    same, undefined, tried = 0, 0, list[World]()
    for standard, most in ((edge_standard(key), _MOST_EDGES), (thresholds, _MOST_BESIDE), *(((several, MANY),) if several is not None else ())):
        whole = standard.whole(answer) if standard.sets else None
        if whole is not None:  # most often all of them agree
            there = standard.first(most)
            fine = whole.near[there]
            if not proved or not fine.all():
                fine = whole.certain.same[there] | (fine if proved else fine & ~standard.chosen[there])
                without = whole.certain.undefined[there]
                if several is not None and standard is several and without.any():
                    return _Edges(0, 0, [], None, several.worlds[there[without][0]])
                undefined += int(without.sum())
                certain = optimality(answer, key, standard) if not (fine | without).all() else None
                if certain is not None:
                    if certain.other[there].any():
                        return _Edges(0, 0, [], standard.worlds[there[certain.other[there]][0]])
                    fine = fine | certain.optimal[there]
                tried += [standard.worlds[j] for j in there[~(fine | without)]]
            same += int(fine.sum())
            continue
        gaps = standard.differences(answer)
        for k, ws in enumerate(standard.sets):
            try:
                gap = next(gaps)
            except NotEvaluable:
                gap, gaps = None, iter([None] * len(standard.sets))
            if gap is None:
                tried += ws.worlds[:most]
                continue
            fine = gap.near[:most].copy()
            if not proved:
                fine[[i for set, i in standard.places if set == k and i < most]] = False
            same += int(fine.sum())
            tried += [w for w, settled in zip(ws.worlds, fine, strict=False) if not settled]
    return _Edges(same, undefined, tried)


_MOST_EDGES = 3
"""Worlds with zeros, or with ties, of one size in which optimality is tested."""
_MOST_BESIDE = 40
"""Worlds of one size beside thresholds in which optimality is tested."""


def _readable_first(sets: Sequence[WorldSet]) -> list[WorldSet]:
    """Small instances with more than one entry make the best witnesses."""
    return sorted(sets, key=lambda ws: abs(max(ws.batch.dims.values(), default=2) - 2))


def _other_point(answer: Expr, key: Key, found: Different) -> Judgement:
    """The judgement of a point that differs from the unique optimum, with its objective where that can be worked out."""
    shown = _refuted(answer, key, found)
    if shown is not None and shown.verdict is Verdict.INCORRECT:
        return shown
    return Judgement(Verdict.INCORRECT, "It differs from the optimum, which is unique.", "proved", found.witness)


def _refuted(answer: Expr, key: Key, found: Different) -> Judgement | None:
    """A difference from the key point refutes only if the objective says so too.

    None: another minimiser (in an instance with numbers given, where zeros or ties leave several).
    """
    shown = [*(w for ws in _readable_first(key.generic) for w in ws.worlds[:4]), found.world]
    certain = optimality(answer, key, generic_standard(key))
    if certain is not None:
        place = generic_standard(key).place
        for w in shown:
            if certain.other[place[id(w)]]:
                return not_optimal(partial(shown_in, answer, key, w))
    for w in shown:
        try:
            outcome = shortfall(answer, key, w)
        except Undefined:
            return Judgement(Verdict.INCORRECT, "It is undefined where an update is required.", "proved", found.witness)
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if outcome is not None:
            return not_optimal(outcome)
    if key.derivation.unique == "always":
        return Judgement(Verdict.INCORRECT, "It differs from the optimum, which is unique.", "proved", found.witness)
    return None
