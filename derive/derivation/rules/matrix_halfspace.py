"""The nearest matrix under one linear condition: along the matrix of the condition.

min (k/2) ||X - T||_F^2 subject to <A, X> = b (or <= b). Stationarity with one multiplier gives X = T - nu A, and the condition gives
nu = (<A, T> - b) / ||A||_F^2, its positive part for an inequality. Obligations: k > 0, A not zero. Source: projection onto a hyperplane
in the inner product tr(A^T X); KKT conditions.
"""

from __future__ import annotations

from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.norm_program import NotQuadratic, known_nonzero, quadratic
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "matrix-halfspace"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr, Expr, Expr, str] | None:
    """(X, k, T, least, A, b, relation) of (k/2) ||X - T||^2 + least under <A, X> = b or <A, X> <= b."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 2 or len(asked[0].constraints) != 1 or asked[0].symmetric:
        return None
    program, x = asked
    c = program.constraints[0]
    if c.op != "rel" or c.shape or c.args[0].shape or c.data not in ("=", "<=", ">="):
        return None
    gap = E.sub(*(c.args if c.data != ">=" else c.args[::-1]))  # = 0, or <= 0
    positive = positive_names(problem)
    words = Words(Facts.of(problem, part))
    try:
        a = simplify(E.as_column(gradient(gap, x)), positive)
        k, linear, _ = quadratic(signed_objective(program), x, positive)
        if x in set(E.walk(a)) or linear.op == "zeros" or E.is_number(k, 0):
            return None
        b = words.scalar(E.neg(E.replace(gap, {x: E.zeros(*x.shape)})))
        t = simplify(E.neg(E.div(linear, k)), positive)
        return x, k, t, words.scalar(E.replace(signed_objective(program), {x: t})), a, b, "=" if c.data == "=" else "<="
    except (NotQuadratic, NotDifferentiable, TooLong, E.ShapeError):
        return None


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical quadratic in a matrix under one scalar condition that is affine in it."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """T - nu A, and the value."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, k, t, least, a, b, relation = found
    if sign(problem, part, k) < 2:
        return NotDerived(problem, part, f"The curvature ${latex(k)}$ is not known to be positive.")
    if a.op != "eye" and not known_nonzero(problem, part, a):
        return NotDerived(problem, part, f"${latex(a)}$ may be zero, where the condition says nothing; declare it nonzero.")
    words = Words(Facts.of(problem, part))
    square = E.dim(x.shape[0]) if a.op == "eye" else E.power(E.norm(a, None, "fro"), E.TWO)
    inner = E.trace(t) if a.op == "eye" else E.trace(E.matmul(E.transpose(a), t))
    missed = words.scalar(E.sub(inner, b))
    missed = missed if relation == "=" else E.fn("relu", missed)
    nu = E.div(missed, square)
    answer = E.sub(t, E.mul(nu, a))
    lowest = E.add(least, E.div(E.mul(E.div(k, E.TWO), E.power(missed, E.TWO)), square))
    lowest = simplify(lowest) if relation == "=" else lowest
    value = lowest if asked[0].sense == "min" else E.neg(lowest)
    v, m = latex(x), latex(a)
    steps = (
        Step("stationarity", "Up to a constant the objective is a squared distance from one matrix; without the condition that is the optimum.",
             rf"\tfrac12 {latex(k)} \|{v} - ({latex(t)})\|_F^2", before=latex(asked[0].objective), requires=(f"{latex(k)} > 0",)),
        Step("lagrange-multiplier", "With one multiplier for the condition the gradient of the Lagrangian vanishes on a line.", rf"{v} = {latex(t)} - «\nu»\, {m}",
             requires=(rf"{m} \ne 0",)),
        Step(NAME, "The condition determines the multiplier" + ("." if relation == "=" else "; where the matrix meets it already, the multiplier is 0 (complementary slackness)."),
             rf"«\nu» = {latex(nu)}"),
        Step(NAME, "Put it in.", rf"{v} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
