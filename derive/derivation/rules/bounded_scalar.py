"""One number under bounds: the optimum without them, moved to the nearest admissible value.

A function with one minimum that falls before it and rises after it (convex, or convex in the logarithm) is least, on an
interval, at the point of the interval nearest to that minimum. Accepts a scalar unknown with linear bounds whose program
without them derives. Source: unimodal functions on an interval.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve
from derive.derivation.rules.fourier_motzkin import Bounds, bounds_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "bounded-scalar"
_UNIMODAL = frozenset(("stationarity", "line-search", "log-stationarity", "score-equation", "slope-count", "minimax"))


def _matched(problem: Problem, part: Part) -> Bounds | None:
    asked = unknown_of(problem, part)
    if asked is None or asked[1].shape or not asked[0].constraints:
        return None
    return bounds_of(problem, part, asked[0], asked[1], domains=("real", "positive", "nonnegative"))


def accepts(problem: Problem, part: Part) -> bool:
    """A scalar unknown with nothing but linear bounds on it."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """min(max(t0, l), h) with t0 the optimum without bounds."""
    bounds, asked = _matched(problem, part), unknown_of(problem, part)
    assert bounds is not None and asked is not None
    program, t = asked
    free = solve(problem, replace(part, id=f"{part.id}|free", of=None, program=replace(program, constraints=())))
    if isinstance(free, NotDerived) or free.answer is None:
        return NotDerived(problem, part, f"without the bounds: {free.reason if isinstance(free, NotDerived) else 'no closed form.'}")
    if free.unique != "always" or not any(s.rule in _UNIMODAL for s in free.steps):
        return NotDerived(problem, part, "That the objective falls before its minimum and rises after it is not known.")
    positive = problem.symbols[str(t.data)].domain == "positive"
    if any(sign(problem, part, simplify(E.sub(h, low))) == 0 for low in bounds.lower for h in bounds.upper) or (
            positive and any(sign(problem, part, h) < 2 for h in bounds.upper)):
        return NotDerived(problem, part, "Whether the bounds leave room depends on the parameters: the program may be infeasible.")
    answer = free.answer
    for pick, ends in (("maximum", bounds.lower), ("minimum", bounds.upper)):
        if ends:
            answer = _cut(pick, answer, reduce(lambda a, b, pick=pick: E.fn(pick, a, b), ends))  # type: ignore[misc]
    value = E.replace(program.objective, {t: answer})
    v = latex(t)
    steps = (
        Step(NAME, "First without the bounds.", rf"\text{{no bounds on }} {v}", before=", ".join(latex(c) for c in program.constraints), relation=Relation.BOUNDS),
        *free.steps,
        Step(NAME, "The objective falls before this point and rises after it, so under the bounds the nearest admissible value is best.", rf"{v} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _cut(pick: str, x: Expr, end: Expr) -> Expr:
    return E.fn("relu", x) if pick == "maximum" and E.is_number(end, 0) else E.fn(pick, x, end)
