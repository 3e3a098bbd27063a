"""Symbolic optimality of a point of a quadratic program: equal normal forms, checked on the answer itself.

Used by the certificate: it takes the statement and the point (with a multiplier where there is a constraint), nothing
of how they were found. Source: first-order conditions are sufficient for a convex differentiable program.
"""

from __future__ import annotations

from derive.derivation.quadratics.constraint_rows import read_rows
from derive.derivation.quadratics.quadratic_form import read, stationary
from derive.derivation.quadratics.word_sums import same
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem


def proved_unique(problem: Problem, part: Part) -> str:
    """Why the program has at most one optimum, proved for all parameters and sizes; '' where normal forms do not show it."""
    q = read(problem, part)
    if q is None or not q.requires.holds or any(read_rows(q.words, c, q.u) is None for c in q.program.constraints):
        return ""
    return "the Hessian is positive definite" + (" and the constraints are affine" if q.program.constraints else "")


def proved_optimal(problem: Problem, part: Part, point: Expr, multiplier: Expr | None) -> str:
    """Why the point is optimal, proved for all parameters and sizes; '' where normal forms do not show it."""
    q = read(problem, part)
    if q is None or not q.requires.holds:
        return ""
    if not q.program.constraints:
        return "the gradient vanishes there and the Hessian is positive definite" if stationary(q, point) else ""
    rows = read_rows(q.words, q.program.constraints[0], q.u)
    if rows is None or multiplier is None or len(q.program.constraints) != 1 or (rows.relation != "=" and not rows.single):
        return ""
    w = q.words
    pull = w.scaled(rows.adjoint, w.scalar(multiplier)) if rows.single else w.times(rows.adjoint, w.expand(multiplier))
    if not stationary(q, point, pull):
        return ""
    if not rows.single:
        reached = E.matmul(w.build(w.transposed(rows.adjoint), (rows.count, q.u.shape[0])), point)
        return "stationarity with the multiplier, feasibility and a positive definite Hessian" if same(w, reached, rows.right) else ""
    slack = E.sub(w.inner(rows.adjoint, w.expand(point)), rows.right)
    if rows.relation == "=":
        return "stationarity with the multiplier, feasibility and a positive definite Hessian" if same(w, slack, E.ZERO) else ""
    # slack = (s)_+ - s is >= 0, and 0 wherever the multiplier, a positive multiple of (s)_+, is not.
    schur = w.inner(rows.adjoint, w.times(q.inverse, rows.adjoint))
    for s in (x for x in E.walk(multiplier) if x.op == "fn" and x.data == "relu"):
        size = w.scalar(E.div(multiplier, s))
        if same(w, slack, E.sub(s, s.args[0])) and same(w, E.mul(size, schur), E.ONE):
            return "KKT: stationarity, feasibility, a multiplier >= 0 and complementarity, and a positive definite Hessian"
    return ""

