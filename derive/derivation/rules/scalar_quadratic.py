"""A quadratic in one number whose coefficients are inner products: exact line search and its relatives.

Accepts an unconstrained program over one scalar t whose derivative, with inner products multiplied out, is c t + b.
The obligation it leaves: c > 0, for example c = g^T H g with H positive definite and g not zero.
Source: one-dimensional stationarity; Nocedal and Wright, Numerical Optimization, section 3.1.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from derive.derivation.quadratics.definite import as_square, sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "line-search"


def _matched(problem: Problem, part: Part) -> tuple[Words, Expr, Expr, Expr] | None:
    """(words, t, slope, constant) of the derivative."""
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or asked[1].shape:
        return None
    program, t = asked
    words = Words(Facts.of(problem, part))
    try:
        found = affine(words.scalar(gradient(signed_objective(program), t)), t, words.facts.positive)
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None
    return None if found is None else (words, t, *found)


def accepts(problem: Problem, part: Part) -> bool:
    """An unconstrained program over one number whose derivative is affine in it."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """t = -b/c, with the value of the objective there."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    words, t, slope, constant = found
    if sign_of(words, slope) < 2:
        return NotDerived(problem, part, f"The curvature ${latex(slope)}$ is not known to be positive.")
    content = _content(words, slope, constant)
    slope, constant = as_square(words, words.tidy(E.div(slope, content))), words.tidy(E.div(constant, content))
    answer = words.tidy(E.div(words.tidy(E.neg(constant)), slope))
    if "add" in (slope.op, constant.op):
        answer = E.div(words.tidy(E.neg(constant)), slope)
    objective = asked[0].objective
    # J(t) = J(0) + b t + c t^2 / 2 and c t = -b.
    slope, constant = words.tidy(E.mul(slope, content)), words.tidy(E.mul(constant, content))
    sign = E.ONE if asked[0].sense == "min" else E.num(-1)
    start = words.scalar(E.replace(objective, {t: E.ZERO}))
    value = words.tidy(E.sub(start, E.mul(sign, E.div(E.power(constant, E.TWO), E.mul(E.TWO, slope)))))
    v = latex(t)
    derivative = latex(E.add(E.mul(slope, t), constant))
    steps = (
        Step("gradient", f"Differentiate with respect to ${v}$.", rf"«J»'({v}) = {derivative}", before=latex(objective), relation=Relation.DEFINES),
        Step(NAME, "The second derivative is positive, so the point where the first one vanishes is the only minimiser.",
             rf"«J»''({v}) = {latex(slope)} > 0", requires=(f"${latex(slope)} > 0$",)),
        Step(NAME, f"Solve for ${v}$.", rf"{v} = {latex(answer)}"),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _content(words: Words, *parts: Expr) -> Expr:
    """The largest number that divides every coefficient of all parts."""
    found = [c for p in parts for c in (normal_form(p, words.facts.positive) or {}).values()]
    return E.num(Fraction(gcd(*(c.numerator for c in found)), lcm(*(c.denominator for c in found)))) if found else E.ONE
