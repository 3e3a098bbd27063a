"""A linear term in a Euclidean ball, orthogonal to given directions: project the gradient, then go along it.

min <g, d> + phi(||d||_2), and/or ||d||_2 <= r, subject to A d = 0.  On the subspace <g, d> = <P g, d> with the orthogonal
projector P = I - A^T (A A^T)^{-1} A, and P g lies in it, so Cauchy-Schwarz is attained there. Obligations: independent rows of A,
P g is not zero. Source: P.-A. Absil, R. Mahony, R. Sepulchre, Optimization Algorithms on Matrix Manifolds (2008), section 4.
"""

from __future__ import annotations

from derive.derivation.letters import own
from derive.derivation.rules.common import Solve, nonzero_written, positive_names, to_write
from derive.derivation.rules.norm_program import LENGTH, NormProgram, known_nonzero, read
from derive.derivation.rules.norm_support import Form, best_length, length_steps, unknown_radius
from derive.derivation.rules.structured_support import scaled
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.norm_forms import ENTRIES
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "tangent-support"


def accepts(problem: Problem, part: Part) -> bool:
    """A linear objective, a 2-norm, and homogeneous linear equations for a vector."""
    if part.ask not in ("argmin", "argmax"):
        return False
    found = read(problem, part)
    if found is None or not found.others or len(found.u.shape) != 1 or not E.is_number(found.curvature, 0):
        return False
    form = found.form
    return form.structure == ENTRIES and E.is_number(form.p, 2) and form.weights is None and all(
        _coefficients(c, found.u, positive_names(problem)) is not None for c in found.others)


def _coefficients(c: Expr, u: Expr, positive: frozenset[str]) -> Expr | None:
    """a of a^T u = 0, or A of A u = 0."""
    from derive.derivation.rules.norm_equation import row_of

    if c.op != "rel" or c.data != "=":
        return None
    if not c.shape:
        found = row_of(c, u, positive)
        return found[0] if found is not None and E.is_number(found[1], 0) else None
    left, right = c.args
    if right.op == "zeros" or E.is_number(right, 0):
        right, left = left, right
    if not (left.op == "zeros" or E.is_number(left, 0)):
        return None
    return right.args[0] if right.op == "matmul" and right.args[1] == u and right.args[0].op == "sym" else None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """-(m*/||P g||) P g with the best length m*, and the value."""
    found = read(problem, part)
    assert found is not None
    positive, u, g = positive_names(problem), found.u, found.linear
    if len(found.others) != 1:
        return NotDerived(problem, part, "Several equations: write them as one A d = 0 with a matrix of full row rank.")
    a = _coefficients(found.others[0], u, positive)
    assert a is not None
    if len(a.shape) == 1:
        if not (a.op == "ones" or known_nonzero(problem, part, a)):
            return NotDerived(problem, part, f"The normal ${latex(a)}$ may be zero; declare it nonzero.")
        share = E.div(E.total(g), E.dim(g.shape[0])) if a.op == "ones" else E.div(E.dot(a, g), E.dot(a, a))
        tangent = E.sub(g, E.mul(share, a))
        why = f"{latex(a)} \\ne 0"
    else:
        if problem.symbols[str(a.data)].domain != "frr":
            return NotDerived(problem, part, f"The rows of ${latex(a)}$ are not known to be independent; declare it of full row rank.")
        t = E.transpose(a)
        tangent = E.sub(g, E.matmul(E.matmul(t, E.inverse(E.matmul(a, t))), E.matmul(a, g)))
        why = f"{latex(a)} \\text{{ of full row rank}}"
    if not known_nonzero(problem, part, tangent):
        return NotDerived(problem, part, f"The projected gradient ${latex(tangent)}$ may be zero, where the direction is not defined; "
                          f"{to_write(nonzero_written(tangent))}.")
    support = E.norm(tangent, E.TWO)
    name = own("S")
    best = unknown_radius(problem, part, found.limit) or best_length(Form(u, g, E.TWO, found.phi, found.limit), name, positive | {str(name.data)})
    if isinstance(best, str) or best.m is None:
        return NotDerived(problem, part, best if isinstance(best, str) else "the best length is not determined without a condition.")
    m = E.replace(best.m, {name: support})
    answer = scaled(E.neg(E.div(m, support)), tangent, positive)
    at_best = E.add(E.replace(E.sub(found.phi, E.mul(LENGTH, name)), {LENGTH: best.m}), found.constant)
    value = E.replace(simplify(at_best if found.program.sense == "min" else E.neg(at_best), positive | {str(name.data)}), {name: support})
    return Derivation(problem, part, "point", _steps(found, tangent, why, m, answer, value, length_steps(best, best.m, ())), answer, value, "always")


def _steps(found: NormProgram, tangent: Expr, why: str, m: Expr, answer: Expr, value: Expr, length: tuple[Step, ...]) -> tuple[Step, ...]:
    x, g, p = latex(found.u), latex(found.linear), latex(tangent)
    return (
        Step("projection", "On the subspace only the part of the gradient in it is seen: project it orthogonally.",
             rf"«P» {g} = {p},\quad {g}^\top {x} = («P» {g})^\top {x}", before=latex(found.program.objective), requires=(why,)),
        Step("cauchy-schwarz", "For a fixed length $«m»$ the inner product is bounded by the Cauchy-Schwarz inequality, with equality along "
             "the projected gradient, which lies in the subspace.", rf"{g}^\top {x} \ge -«m» \|«P» {g}\|_2", relation=Relation.BOUNDS,
             requires=(f"«P» {g} \\ne 0",)),
        *length,
        Step(NAME, "The best direction times the best length.", rf"{x} = -«m»^* \frac{{«P» {g}}}{{\|«P» {g}\|_2}} = {latex(answer)},\quad «m»^* = {latex(m)}",
             relation=Relation.REDUCES),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
