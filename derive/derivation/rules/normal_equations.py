"""Unconstrained convex quadratics in a vector or matrix: solve H u = -b.

Accepts a program over one unknown of shape (n,) or (n, k) without constraints whose gradient is H u + b with a matrix
expression H free of the unknown: least squares, ridge, weighted, generalised, Newton and proximal steps.
The obligation it leaves: H positive definite, from full column rank, positive weights or a positive multiple of I.
Source: normal equations, Gauss; (X^T X + lam I)^{-1} X^T y, Hoerl and Kennard.
"""

from __future__ import annotations

from derive.derivation.programs import lowered
from derive.derivation.quadratics.quadratic_form import Quadratic, hessian_text, read
from derive.derivation.rules.common import Solve
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "normal-equations"


def accepts(problem: Problem, part: Part) -> bool:
    """An unconstrained program over one vector or matrix whose gradient is affine in it."""
    q = read(problem, part)
    return q is not None and not q.program.constraints


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The stationary point -H^{-1} b, with the value of the objective there."""
    q = read(problem, part)
    assert q is not None
    if not q.requires.holds:
        return NotDerived(problem, part, f"The curvature ${hessian_text(q)}$ is not known to be positive definite "
                          f"({q.requires.missing}), so the stationary point need not exist, be unique or be a minimiser.")
    answer = q.free_point()
    value = q.value_at(answer)
    steps = (*opening(q), *closing(q, answer, value))
    return Derivation(problem, part, "point", steps, answer, value, "always")


def opening(q: Quadratic) -> tuple[Step, ...]:
    """The gradient, and why the objective is strictly convex."""
    v, j = latex(q.u), lowered(q.program)
    return (
        Step("gradient", f"Differentiate with respect to ${v}$.", rf"\nabla_{{{v}}} {j} = {latex(q.gradient)}",
             before=latex(q.objective), relation=Relation.DEFINES),
        Step("convexity", f"The Hessian ${hessian_text(q)}$ is positive definite, so ${j.strip('()')}$ is strictly convex.",
             rf"{hessian_text(q)} \succ 0", requires=q.requires.because),
    )


def closing(q: Quadratic, answer: Expr, value: Expr) -> tuple[Step, ...]:
    """The linear system, its solution and the value there."""
    v = latex(q.u)
    return (
        Step(NAME, f"The point where the gradient vanishes is the only {'minimiser' if q.program.sense == 'min' else 'maximiser'}.", rf"{latex(q.gradient)} = 0"),
        Step(NAME, f"Solve the linear equation for ${v}$: its matrix is invertible because it is positive definite.",
             rf"{v} = {latex(answer)}"),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
