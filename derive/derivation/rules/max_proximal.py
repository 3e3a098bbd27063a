"""The largest entry beside a spherical quadratic: entries above one level are cut down to it.

min c max(x) + (k/2) ||x - t||^2 with c, k > 0.  For a fixed level m = max(x) the best x is min(t, m), and the derivative of what is left,
c - k sum_i (t_i - m)_+, vanishes at the level whose excess sums to c/k. The excess t - x is c/k times a point of the simplex (Moreau). In sorted form the
level is max_j (sum_{t_i >= t_j} t_i - c/k) / #{i : t_i >= t_j}. Source: Parikh and Boyd, Proximal Algorithms (2014), section 6.4.1.
"""

from __future__ import annotations

from derive.derivation.letters import own
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.norm_program import NotQuadratic, quadratic, terms
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.projections import threshold
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "max-proximal"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr, Expr] | None:
    """(x, c, k, t, constant at x = t of the quadratic)."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or asked[0].constraints:
        return None
    program, x = asked
    positive = positive_names(problem)
    weights: list[Expr] = []
    rest: list[Expr] = []
    for c, core in terms(signed_objective(program), x):
        if core.op == "reduceall" and core.data == "max" and core.args[0] == x:
            weights.append(c)
        else:
            rest.append(E.mul(c, core))
    if len(weights) != 1 or not rest:
        return None
    smooth = E.add(*rest)
    try:
        k, b, _ = quadratic(smooth, x, positive)
    except (NotQuadratic, NotDifferentiable, E.ShapeError):
        return None
    if E.is_number(k, 0) or b.op == "zeros":
        return None
    t = simplify(E.neg(E.div(b, k)), positive)
    return x, simplify(weights[0], positive), k, t, simplify(E.replace(smooth, {x: t}), positive)


def accepts(problem: Problem, part: Part) -> bool:
    """A multiple of the largest entry and a spherical quadratic, without constraints."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """min(t, level), and the value."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, c, k, t, least = found
    if sign(problem, part, c) < 2 or sign(problem, part, k) < 2:
        return NotDerived(problem, part, f"The weight ${latex(c)}$ or the curvature ${latex(k)}$ is not known to be positive.")
    level = threshold(t, simplify(E.div(c, k), positive_names(problem)))
    answer = E.fn("minimum", t, level)
    cut = E.fn("relu", E.sub(t, E.mul(level, E.ones(*x.shape))))
    lowest = E.add(E.mul(c, level), E.mul(E.div(k, E.TWO), E.power(E.norm(cut, E.TWO), E.TWO)), *([] if E.is_number(least, 0) else [least]))
    value = lowest if asked[0].sense == "min" else E.neg(lowest)
    m = own("tau")
    v, centre = latex(x), latex(t)
    steps = (
        Step("stationarity", "Up to a constant the smooth part is a squared distance from one point.", rf"{latex(c)} \max({v}) + \tfrac12 {latex(k)} \|{v} - ({centre})\|_2^2",
             before=latex(asked[0].objective), requires=(f"{latex(c)} > 0", f"{latex(k)} > 0")),
        Step(NAME, "Where the largest entry may be at most a level, each entry stands where it is free, or at the level.", rf"{v} = \min({centre}, {latex(m)})", relation=Relation.REDUCES),
        Step("scalar-stationarity", "The derivative in the level is increasing and vanishes where the excess sums to a given number.",
             rf"\sum_i \left({centre} - {latex(m)}\right)_{{i,+}} = {latex(simplify(E.div(c, k)))}"),
        Step("threshold", "For every set of entries the excess over the level is at most this sum, with equality at the largest ones: the level is a maximum over such sets.",
             rf"{latex(m)} = {latex(level)}"),
        Step(NAME, "The value there.", rf"{v} = \min({centre}, {latex(m)}),\quad «J»^* = {latex(E.replace(value, {level: m}))}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
