"""The nearest nonnegative vector whose sum is bounded: the positive part where it fits, else the nearest point of a simplex.

min (k/2) ||x - t||^2 subject to x >= 0, sum x <= s, s > 0.  With a multiplier nu >= 0 of the sum x = (t - nu)_+; nu = 0 where sum (t)_+ <= s, else the sum is s.
So nu is the positive part of the threshold at which the excess sums to s. Source: KKT conditions; Duchi et al. (2008).
"""

from __future__ import annotations

from derive.derivation.letters import own
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.norm_program import NotQuadratic, quadratic
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.projections import threshold
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "capped-simplex"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr] | None:
    """(x, k, t, s)."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or len(asked[0].constraints) != 2:
        return None
    program, x = asked
    s, nonnegative = None, False
    for c in program.constraints:
        if c.op != "rel" or c.data not in ("<=", ">="):
            return None
        small, large = c.args if c.data == "<=" else c.args[::-1]
        if large == x and (small.op == "zeros" or E.is_number(small, 0)):
            nonnegative = True
        elif small in (E.total(x), E.dot(E.ones(*x.shape), x)) and x not in set(E.walk(large)):
            s = large
    if s is None or not nonnegative:
        return None
    try:
        k, b, _ = quadratic(signed_objective(program), x, positive_names(problem))
    except (NotQuadratic, NotDifferentiable, E.ShapeError):
        return None
    if E.is_number(k, 0) or b.op == "zeros":
        return None
    return x, k, simplify(E.neg(E.div(b, k)), positive_names(problem)), s


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical quadratic over nonnegative vectors of bounded sum."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """(t - nu)_+, and the value."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, k, t, s = found
    if sign(problem, part, s) < 2 or sign(problem, part, k) < 2:
        return NotDerived(problem, part, f"The bound ${latex(s)}$ or the curvature ${latex(k)}$ is not known to be positive.")
    nu = E.fn("relu", threshold(t, s))
    answer = E.fn("relu", E.sub(t, E.mul(nu, E.ones(*x.shape))))
    least = simplify(E.replace(signed_objective(asked[0]), {x: t}), positive_names(problem))
    lowest = E.mul(E.div(k, E.TWO), E.power(E.norm(E.sub(answer, t), E.TWO), E.TWO))
    lowest = lowest if E.is_number(least, 0) else E.add(least, lowest)
    value = lowest if asked[0].sense == "min" else E.neg(lowest)
    v, centre, name = latex(x), latex(t), own("nu")
    steps = (
        Step("stationarity", "Up to a constant the objective is a squared distance from one point.", rf"\tfrac12 {latex(k)} \|{v} - ({centre})\|_2^2",
             before=latex(asked[0].objective), requires=(f"{latex(k)} > 0",)),
        Step("lagrange-multiplier", "With a multiplier of the sum each entry is lowered by the same number and cut at 0.",
             rf"{v} = \left({centre} - {latex(name)} \mathbf{{1}}\right)_+,\quad {latex(name)} \ge 0"),
        Step("complementary-slackness", "The multiplier is 0 where the sum fits without it; else the sum is used up. For every set of entries the excess over the threshold is at most the "
             "sum, with equality at the largest ones: the threshold is a maximum over such sets, and its positive part serves both cases.", rf"{latex(name)} = {latex(nu)}",
             requires=(f"{latex(s)} > 0",)),
        Step(NAME, "The value there.", rf"«J»^* = {latex(E.replace(value, {nu: name}))}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
