"""Judge an answer where no rule derives the part: by feasibility and objective value against the numerical truth.

What lies within the error of the numbers fits; what lies far outside is wrong, with the instance; between them, undecided.
An optimum is also wrong where a point on the way to the numerical one is feasible and better, in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.numerical import Instance, NumericalTruth
from derive.grading.keys import Key
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Witness, show_value
from derive.maths.exact import Undefined, World, compare, exact, flatten, s_add, s_mul
from derive.maths.expr import Expr, shape_text
from derive.maths.worlds import as_array, describe, relevant

FAR = 10.0  # times the error of the numbers: further away is wrong
WAYS = (Fraction(1), Fraction(1, 2), Fraction(1, 16))  # of the way to the numerical optimum
DENOMINATOR = 10**9  # of the entries of the numerical optimum, as fractions


def judge_numerically(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """Judge one expression for the unknown, the value or the limit that is asked."""
    assert key.truth is not None
    names = _unknowns(key)
    if key.truth.what == "optimum":
        return judge_point({names[0]: answer}, key)
    held = E.symbols_in(answer) & {*names, key.wanted.asked}
    if held:
        return _restated(held)
    if key.truth.what == "limit" and E.is_number(answer, 0):
        answer = E.zeros(*key.wanted.shape)
    return _shape(answer, key.wanted.shape) or _by_value(answer, key)


def judge_point(values: Mapping[str, Expr], key: Key) -> Judgement:
    """Judge the unknowns of a program together; 'value' among them is its optimal value."""
    assert key.truth is not None and key.program is not None
    shapes = {n: key.problem.symbols[n].shape for n in key.program.over}
    if set(shapes) - set(values):
        said = ", ".join(n for n in shapes if n not in values)
        return Judgement(Verdict.UNDECIDED, f"It is judged by its objective value, which needs {said} too.")
    point = {n: E.zeros(*shapes[n]) if E.is_number(values[n], 0) and shapes[n] else E.as_column(values[n]) for n in shapes}
    for n, e in point.items():
        held = E.symbols_in(e) & set(shapes)
        if held:
            return _restated(held)
        bad = _shape(e, shapes[n])
        if bad is not None:
            return bad
    found = _over(key.truth, lambda i: _point_at(point, key, i))
    if found.verdict is Verdict.CORRECT and "value" in values and "value" not in shapes:
        return _by_value(values["value"], key)
    return found


def _unknowns(key: Key) -> tuple[str, ...]:
    return (key.part.asked or key.program.over) if key.program is not None else (key.wanted.asked,)


def _restated(held: frozenset[str] | set[str]) -> Judgement:
    return Judgement(Verdict.INCORRECT, f"The answer still contains {', '.join(sorted(held))}, which is asked: it restates the question.",
                     "proved", diagnosis="restatement")


def _shape(e: Expr, wanted: E.Shape) -> Judgement | None:
    got = E.as_column(e).shape
    if len(got) == len(wanted) and all(a == b for a, b in zip(got, wanted, strict=True)):
        return None
    said = f"The answer is {shape_text(got)}; {shape_text(wanted)} is asked."
    return Judgement(Verdict.INCORRECT, said, "proved", Witness({}, shape_text(got), shape_text(wanted)), "wrong shape")


# ------------------------------------------------------------------------------------------ over the instances

Found = tuple[float, Witness | None]  # how many errors away, and the witness of what is far


def _over(truth: NumericalTruth, at: Any) -> Judgement:
    """What an answer is in every instance."""
    worst, seen = 0.0, 0
    for i in truth.instances:
        try:
            away, witness = at(i)
        except Undefined:
            continue
        except NotEvaluable as err:
            return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
        if witness is not None:
            return Judgement(Verdict.INCORRECT, witness.note, "measured", witness)
        worst = max(worst, away)
        seen += 1
    how = f"No rule derives this part; it is judged by {truth.source} in {seen} instances"
    if 2 * seen < len(truth.instances):
        return Judgement(Verdict.UNDECIDED, f"{how}, and is undefined in most of them.")
    if worst > 1:
        return Judgement(Verdict.UNDECIDED, f"{how}: it is {worst:.1g} times their error away, too close to tell.")
    return Judgement(Verdict.CORRECT, f"{how}: it agrees within their error.", "measured")


def _by_value(answer: Expr, key: Key) -> Judgement:
    assert key.truth is not None

    def at(i: Instance) -> Found:
        own = as_array([exact(E.as_column(answer), i.world)])[0]
        away = float(np.max(np.abs(own - i.value))) / i.error
        if away <= FAR:
            return away, None
        shown = describe(i.world, relevant(i.world, answer, *_stated(key)))
        note = f"Its value is {_digits(own)} where the numerical {key.truth.what if key.truth else ''} is {_digits(i.value)}."
        return away, Witness(shown, _digits(own), _digits(i.value), note)

    return _over(key.truth, at)


def _point_at(point: Mapping[str, Expr], key: Key, i: Instance) -> Found:
    program = key.program
    assert program is not None
    own = {n: exact(e, i.world) for n, e in point.items()}
    at = World({**i.world.values, **own}, i.world.dims, i.world.kind)
    names = [n for n in relevant(i.world, program.objective, *point.values(), *program.constraints) if n not in point]
    submitted = [show_value(v) for v in own.values()] if len(own) > 1 else show_value(next(iter(own.values())))
    required = [_digits(i.point[n]) for n in own] if len(own) > 1 else _digits(i.point[next(iter(own))])
    for c in program.constraints:
        if not all(flatten(exact(c, at))):
            return np.inf, Witness(describe(i.world, names), submitted, required, "It violates the constraint.")
    value = exact(program.objective, at)
    sign = 1 if program.sense == "min" else -1
    away = sign * (float(value) - i.value) / i.error
    if away > FAR or _improved(own, value, key, i):
        note = f"It is not optimal: there the objective is {_digits(float(value))}, the numerical optimum is {_digits(i.value)}."
        return np.inf, Witness(describe(i.world, names), submitted, required, note)
    return abs(away), None


def _improved(own: Mapping[str, Any], value: Any, key: Key, i: Instance) -> bool:
    """Whether a feasible point on the way to the numerical optimum is better, exactly."""
    program = key.program
    assert program is not None
    sign = 1 if program.sense == "min" else -1
    for t in WAYS:
        moved = {n: _towards(v, i.point[n], t) for n, v in own.items()}
        at = World({**i.world.values, **moved}, i.world.dims, i.world.kind)
        try:
            if all(all(flatten(exact(c, at))) for c in program.constraints) and sign * compare(exact(program.objective, at), value) < 0:
                return True
        except (Undefined, NotEvaluable):
            continue
    return False


def _towards(own: Any, end: Any, t: Fraction) -> Any:
    if isinstance(own, list):
        return [_towards(a, b, t) for a, b in zip(own, end, strict=True)]
    return s_add(s_mul(1 - t, own), s_mul(t, Fraction(float(end)).limit_denominator(DENOMINATOR)))


def _stated(key: Key) -> list[Expr]:
    return [key.program.objective, *key.program.constraints] if key.program is not None else []


def _digits(v: Any) -> Any:
    a = np.asarray(v, dtype=float)
    return [_digits(x) for x in a] if a.ndim else f"{float(a):.8g}"
