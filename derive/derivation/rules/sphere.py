"""A linear function, or a distance, on a sphere: the radius straight against the gradient.

min (k/2) ||x||^2 + b^T x + const subject to ||x||_2 = r. On the sphere the square is k r^2 / 2 whatever k is, and b^T x >= -r ||b|| with
equality at x = -r b/||b|| (Cauchy and Schwarz; also for the Frobenius norm). Not convex: the bound proves it. Obligations: r > 0, b not zero.
Source: Rayleigh's principle for linear forms; projection onto a sphere.
"""

from __future__ import annotations

from derive.derivation.competitors import sphere_of
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, nonzero_written, positive_names, signed_objective, to_write
from derive.derivation.rules.norm_program import NotQuadratic, known_nonzero, quadratic
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "sphere"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr, Expr] | None:
    """(u, r, k, b, constant)."""
    asked = unknown_of(problem, part)
    if asked is None or not asked[1].shape or len(asked[0].constraints) != 1:
        return None
    program, u = asked
    r = sphere_of(program.constraints[0], u)
    if r is None:
        return None
    try:
        k, b, constant = quadratic(signed_objective(program), u, positive_names(problem))
    except (NotQuadratic, NotDifferentiable, E.ShapeError):
        return None
    return (u, r, k, b, constant) if b.op != "zeros" else None


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical quadratic with a linear term on a sphere around 0."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """-r b/||b||, with the value."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    u, r, k, b, constant = found
    positive = positive_names(problem)
    if sign(problem, part, r) < 2:
        return NotDerived(problem, part, f"The radius ${latex(r)}$ is not known to be positive.")
    if not known_nonzero(problem, part, b):
        return NotDerived(problem, part, f"The linear term ${latex(b)}$ may be zero, where every point of the sphere is optimal; {to_write(nonzero_written(b))}.")
    length = simplify(E.norm(b, E.TWO, "p" if len(u.shape) == 1 else "fro"), positive)
    answer = simplify(E.neg(E.mul(E.div(r, length), b)), positive)
    lowest = simplify(E.add(E.sub(E.mul(E.div(k, E.TWO), E.power(r, E.TWO)), E.mul(r, length)), constant), positive)
    value = lowest if asked[0].sense == "min" else simplify(E.neg(lowest), positive)
    x = latex(u)
    form = rf"{latex(b)}^\top {x}" if len(u.shape) == 1 else rf"\langle {latex(b)}, {x} \rangle"
    steps = (
        Step(NAME, "On the sphere the squared length is constant, so only the linear term is left to minimise.", rf"\min_{{\|{x}\| = {latex(r)}}}\ {form}",
             before=latex(asked[0].objective)),
        Step("cauchy-schwarz", "It is bounded below, with equality in one direction only.", rf"{form} \ge -{latex(r)} {latex(length)}", relation=Relation.BOUNDS,
             requires=(rf"{latex(b)} \ne 0",)),
        Step(NAME, "So the optimum is the radius in that direction.", rf"{x} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
