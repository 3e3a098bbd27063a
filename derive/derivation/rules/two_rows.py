"""Convex quadratics under two linear equations: the multipliers from a 2 x 2 system, by Cramer's rule.

H u + b = nu_1 a_1 + nu_2 a_2, a_i^T u = d_i:  with M_ij = a_i^T H^{-1} a_j and g_i = d_i - a_i^T u0, u0 = -H^{-1} b,
nu = M^{-1} g,  u = u0 + nu_1 H^{-1} a_1 + nu_2 H^{-1} a_2.  Obligations: H positive definite, a_1 and a_2 independent.
Source: Boyd and Vandenberghe, Convex Optimization, section 10.1; the mean-variance frontier.
"""

from __future__ import annotations

from derive.derivation.quadratics.constraint_rows import Rows, read_rows
from derive.derivation.quadratics.definite import not_constant, sign_of
from derive.derivation.quadratics.quadratic_form import Quadratic, read
from derive.derivation.quadratics.words import Sum
from derive.derivation.rules.common import Solve
from derive.derivation.rules.normal_equations import opening
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "two-multipliers"


def _matched(problem: Problem, part: Part) -> tuple[Quadratic, Rows, Rows] | None:
    q = read(problem, part)
    if q is None or len(q.program.constraints) != 2:
        return None
    rows = [read_rows(q.words, c, q.u) for c in q.program.constraints]
    kept = [r for r in rows if r is not None and r.single and r.relation == "="]
    return (q, kept[0], kept[1]) if len(kept) == 2 else None


def accepts(problem: Problem, part: Part) -> bool:
    """A quadratic in one vector with two scalar linear equations."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The KKT point, with the optimal value."""
    found = _matched(problem, part)
    assert found is not None
    q, *rows = found
    w = q.words
    if not q.requires.holds:
        return NotDerived(problem, part, f"The curvature is not known to be positive definite ({q.requires.missing}).")
    lifts = [w.times(q.inverse, r.adjoint) for r in rows]
    m = [[w.inner(r.adjoint, x) for x in lifts] for r in rows]
    det = w.scalar(E.sub(E.mul(m[0][0], m[1][1]), E.mul(m[0][1], m[1][0])))
    columns = [w.build(r.adjoint, q.u.shape) for r in rows]
    reason = _independent(q, columns, rows, det)
    if not reason:
        return NotDerived(problem, part, f"The rows ${latex(columns[0])}$ and ${latex(columns[1])}$ are not known to be independent: say so in `when`.")
    free = q.free_point() if q.constant else E.zeros(*q.u.shape)
    gaps = [w.scalar(E.sub(r.right, w.inner(r.adjoint, w.expand(free)))) for r in rows]
    nus = [E.div(w.scalar(E.sub(E.mul(m[1][1], gaps[0]), E.mul(m[0][1], gaps[1]))), det),
           E.div(w.scalar(E.sub(E.mul(m[0][0], gaps[1]), E.mul(m[1][0], gaps[0]))), det)]
    moves = [E.mul(nu, w.build(x, q.u.shape)) for nu, x in zip(nus, lifts, strict=True)]
    answer = E.add(*([] if free.op == "zeros" else [free]), *moves)
    pulled = E.add(*(E.mul(nu, r.right) for nu, r in zip(nus, rows, strict=True)))
    value = q.value_at(answer, pulled)
    u = latex(q.u)
    steps = (
        *opening(q),
        Step(NAME, "With a multiplier for each equation the optimum is where the gradient is a combination of the two rows; for a convex problem with affine "
             "constraints this is also sufficient.", rf"{latex(q.gradient)} = «\nu»_1 {_text(columns[0])} + «\nu»_2 {_text(columns[1])}"),
        Step("block-elimination", f"Solve for ${u}$ and put it into the equations: two linear equations for the multipliers, whose determinant is not zero because "
             "the rows are independent.", rf"\begin{{aligned}} {latex(m[0][0])}\, «\nu»_1 + {_text(m[0][1])}\, «\nu»_2 &= {latex(gaps[0])} \\ "
             rf"{_text(m[1][0])}\, «\nu»_1 + {latex(m[1][1])}\, «\nu»_2 &= {latex(gaps[1])} \end{{aligned}}", requires=(reason,)),
        Step("cramer", "Cramer's rule.", rf"«\nu»_1 = {latex(nus[0])},\quad «\nu»_2 = {latex(nus[1])}"),
        Step(NAME, "So the optimum is", rf"{u} = {latex(answer)}"),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _text(e: Expr) -> str:
    return rf"\left({latex(e)}\right)" if e.op in ("add", "neg") else latex(e)


def _independent(q: Quadratic, columns: list[Expr], rows: list[Rows], det: Expr) -> str:
    """Why the two rows are independent; '' where that is not known."""
    for a, b in (columns, columns[::-1]):
        if _only_ones(rows[0 if a is columns[0] else 1].adjoint) and not_constant(q.words, b):
            return f"the entries of ${latex(b)}$ are not all equal"
    gram = [[q.words.inner(r.adjoint, s.adjoint) for s in rows] for r in rows]
    plain = q.words.scalar(E.sub(E.mul(gram[0][0], gram[1][1]), E.mul(gram[0][1], gram[1][0])))
    return "the rows are independent" if 2 in (sign_of(q.words, det), sign_of(q.words, plain)) else ""


def _only_ones(s: Sum) -> bool:
    return all(len(w) == 1 and w[0].op == "ones" for w in s)
