"""Convex quadratics under A u = d, or under one linear inequality a^T u >= d: Lagrange multipliers, block elimination.

From H u + b = A^T nu and A u = d:  u = u0 + H^{-1} A^T (A H^{-1} A^T)^{-1} (d - A u0), with u0 = -H^{-1} b the free optimum.
For one inequality the row is active only where u0 violates it: d - a^T u0 is replaced by its positive part.
Accepts one vector unknown and one constraint. Obligations: H positive definite, A of full row rank (a not zero).
Source: Boyd and Vandenberghe, Convex Optimization, sections 5.5.3 and 10.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.constraint_rows import Rows, read_rows
from derive.derivation.quadratics.definite import as_square, definite, is_nonzero, sign_of
from derive.derivation.quadratics.factors import times_scalar
from derive.derivation.quadratics.quadratic_form import Quadratic, read
from derive.derivation.quadratics.words import Sum
from derive.derivation.rules.common import Solve
from derive.derivation.rules.normal_equations import opening
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "lagrange-multipliers"


@dataclass(frozen=True)
class Solution:
    """The point, its multiplier nu, the free optimum u0 and what the elimination requires."""

    point: Expr
    multiplier: Expr
    free: Expr
    gap: Expr
    requires: tuple[str, ...]


def accepts(problem: Problem, part: Part) -> bool:
    """A quadratic in one vector with one affine constraint."""
    return _matched(problem, part) is not None


def _matched(problem: Problem, part: Part) -> tuple[Quadratic, Rows] | None:
    q = read(problem, part)
    if q is None or len(q.program.constraints) != 1:
        return None
    rows = read_rows(q.words, q.program.constraints[0], q.u)
    return None if rows is None or (rows.relation != "=" and not rows.single) else (q, rows)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The KKT point by block elimination, with the optimal value."""
    found = _matched(problem, part)
    assert found is not None
    q, rows = found
    if not q.requires.holds:
        return NotDerived(problem, part, f"The curvature is not known to be positive definite ({q.requires.missing}).")
    out = one_row(q, rows) if rows.single else block(q, rows)
    if isinstance(out, str):
        return NotDerived(problem, part, out)
    nu_d = E.mul(out.multiplier, rows.right) if rows.single else E.dot(out.multiplier, rows.right)
    value = q.value_at(out.point, nu_d)
    steps = (*opening(q), *_steps(q, rows, out), Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}",
                                                      relation=Relation.REDUCES))
    return Derivation(problem, part, "point", steps, out.point, value, "always", extra={"multiplier": out.multiplier})


def block(q: Quadratic, rows: Rows) -> Solution | str:
    """Equality constraints with a matrix of full row rank. A string says what is missing."""
    w, m, n = q.words, rows.count, q.u.shape[0]
    lift = w.times(q.inverse, rows.adjoint)
    schur = w.times(w.transposed(rows.adjoint), lift)
    known = definite(w, schur)
    if not known.holds:
        return f"The constraints are not known to be independent ({known.missing})."
    content = w.common_factor(schur)
    inverse = w.inverted(w.scaled(schur, w.tidy(E.div(E.ONE, content))), m)
    scale = w.tidy(E.div(E.ONE, content))
    free = q.free_point() if q.constant else E.zeros(*q.u.shape)
    away: Sum = w.times(w.transposed(rows.adjoint), w.times(q.inverse, q.constant))
    gap_sum = w.plus(w.expand(rows.right), away)
    gap = w.build(gap_sum, (m,))
    if len(gap_sum) <= 1:
        step = w.build(w.times(w.scaled(w.times(lift, inverse), scale), gap_sum), q.u.shape)
        multiplier = w.build(w.scaled(w.times(inverse, gap_sum), scale), (m,))
    else:
        step = E.matmul(w.build(w.scaled(w.times(lift, inverse), scale), (n, m)), gap)
        multiplier = E.matmul(w.build(w.scaled(inverse, scale), (m, m)), gap)
    return Solution(_moved(free, step), multiplier, free, gap, known.because)


def one_row(q: Quadratic, rows: Rows) -> Solution | str:
    """One equation a^T u = d, or the two cases of a^T u >= d."""
    w = q.words
    a = rows.adjoint
    if not _row_nonzero(q, a):
        return f"The row ${latex(w.build(a, q.u.shape))}$ is not known to be different from zero."
    lift = w.times(q.inverse, a)
    schur = as_square(w, w.inner(a, lift))
    free = q.free_point() if q.constant else E.zeros(*q.u.shape)
    gap = w.scalar(E.sub(rows.right, w.inner(a, w.expand(free))))
    if rows.relation != "=":
        gap = w.scalar(E.fn("relu", gap))
    content = w.common_factor(lift)
    direction = w.build(w.scaled(lift, w.tidy(E.div(E.ONE, content))), q.u.shape)
    size = w.tidy(E.div(schur, content))
    factor = w.tidy(E.div(gap, size)) if gap.op != "add" else E.div(gap, size)
    step = E.zeros(*q.u.shape) if E.is_number(factor, 0) else times_scalar(factor, direction)
    if factor.op == "neg":
        step = E.neg(times_scalar(factor.args[0], direction))
    reason = f"${latex(w.build(a, q.u.shape))} \\ne 0$"
    return Solution(_moved(free, step), w.tidy(E.div(gap, schur)), free, gap, (reason,))


def _row_nonzero(q: Quadratic, a: Sum) -> bool:
    w = q.words
    if is_nonzero(w, w.build(a, q.u.shape)):
        return True
    if len(a) != 1:
        return False
    ((word, c),) = a.items()
    return len(word) == 1 and sign_of(w, w.tidy(E.mul(c, c))) == 2 and is_nonzero(w, word[0])


def _moved(free: Expr, step: Expr) -> Expr:
    if free.op == "zeros":
        return step
    return free if step.op == "zeros" else E.add(free, step)


def _steps(q: Quadratic, rows: Rows, out: Solution) -> tuple[Step, ...]:
    v, w = latex(q.u), q.words
    pull = latex(w.build(w.times(rows.adjoint, {(): E.ONE}), q.u.shape if rows.single else (q.u.shape[0], rows.count)))
    pull = rf"\left({pull}\right)" if len(rows.adjoint) > 1 else pull
    condition = latex(q.program.constraints[0])
    nu = r"«\nu»"
    lagrange = rf"{latex(q.gradient)} = {nu}\, {pull}" if rows.single else rf"{latex(q.gradient)} = {pull} {nu}"
    if rows.relation == "=":
        first = Step(NAME, f"With a multiplier ${nu}$ for the constraint the optimum is where the gradient is a combination of its rows; "
                     "for a convex problem with affine constraints this is also sufficient.", rf"{lagrange},\quad {condition}")
    else:
        first = Step("kkt", f"The KKT conditions are necessary and sufficient here: ${nu} \\ge 0$, and ${nu} = 0$ unless the constraint "
                     "is tight.", rf"{lagrange},\quad {nu} \ge 0,\quad {condition},\quad {nu} \cdot \text{{slack}} = 0")
    solved = Step("block-elimination", f"Solve the first equation for ${v}$ and put it into the constraint, which is then solved for ${nu}$."
                  + ("" if rows.relation == "=" else " Where the free optimum satisfies the constraint it is the answer and the positive part "
                     "is 0; else the constraint is tight and the multiplier positive."),
                  rf"{nu} = {latex(out.multiplier)}", requires=out.requires)
    return (
        Step(NAME, "Without the constraint the optimum would be this point.", rf"{v}_0 = {latex(out.free)}", relation=Relation.DEFINES),
        first, solved, Step(NAME, "So the optimum is", rf"{v} = {latex(out.point)}"))
