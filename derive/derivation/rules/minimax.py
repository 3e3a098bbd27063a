"""The least largest distance to numbers on a line: midway between the extremes.

min over x of max_i |x - z_i|: the largest distance is max(x - min z, max z - x), two lines that cross at (min z + max z)/2.
Accepts c ||x 1 - z||_inf + k (or the maximum of the absolute values) with c > 0 and a scalar unknown. Source: Chebyshev centre of an interval.
"""

from __future__ import annotations

from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.rules.kink_form import entry
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "minimax"
_SLOT = E.sym("_largest")


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr] | None:
    """(x, the slope of the objective in the largest distance, the entry z_i, the vector or range over which it is taken)."""
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or asked[1].shape:
        return None
    program, x = asked
    objective = signed_objective(program)
    largest = [e for e in E.walk(objective) if x in set(E.walk(e)) and _is_largest(e)]
    if len(set(largest)) != 1:
        return None
    core = largest[0]
    outer = E.replace(objective, {core: _SLOT})
    try:
        slope = simplify(gradient(outer, _SLOT))
    except NotDifferentiable:
        return None
    if x in set(E.walk(outer)) or _SLOT in set(E.walk(slope)) or sign(problem, part, slope) < 2:
        return None
    inside = _inside(core)
    found = affine(inside, x, frozenset())
    if found is None or (E.number_value(found[0]) or 0) == 0:
        return None
    return x, slope, simplify(E.div(E.neg(found[1]), found[0])), core


def _is_largest(e: Expr) -> bool:
    return (e.op == "norm" and e.data == "p" and e.args[1] == E.INF) or (
        e.op == "reduceall" and e.data == "max" and e.args[0].op == "fn" and e.args[0].data == "abs") or (
        e.op == "reduce" and e.data[0] == "max" and e.args[0].op == "fn" and e.args[0].data == "abs")


def _inside(core: Expr) -> Expr:
    """The entry whose size is taken."""
    if core.op == "reduce":
        return core.args[0].args[0]
    vector = core.args[0] if core.op == "norm" else core.args[0].args[0]
    return entry(vector, E.idx("_i"))


def accepts(problem: Problem, part: Part) -> bool:
    """The largest distance of a number from given ones."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """(min z + max z)/2."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, _, place, core = found
    index, first, last = (core.data[1], core.args[1], core.args[2]) if core.op == "reduce" else ("_i", E.ONE, E.dim(
        (core.args[0] if core.op == "norm" else core.args[0].args[0]).shape[0]))
    if place.op == "at" and core.op != "reduce":
        low, high = E.reduce_all("min", place.args[0]), E.reduce_all("max", place.args[0])
    else:
        low, high = (E.reduce_over(kind, index, place, first, last) for kind in ("min", "max"))
    answer = E.div(E.add(low, high), E.TWO)
    value = E.replace(asked[0].objective, {x: answer})
    value = Words(Facts.of(problem, part)).scalar(value) if core.op != "reduce" else value
    v = latex(x)
    steps = (
        Step(NAME, "Only the extreme numbers matter: the largest distance is that to one of them.",
             rf"\max_i |{v} - {latex(place)}| = \max\left({v} - {latex(low)},\ {latex(high)} - {v}\right)", before=latex(asked[0].objective)),
        Step(NAME, "One of the two lines rises and the other falls, so the larger is least where they cross.", rf"{v} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
