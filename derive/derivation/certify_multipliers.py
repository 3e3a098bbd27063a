"""A multiplier that a derivation states: stationarity, sign and complementarity at its point, in exact arithmetic.

Convention: for A u = d or A u >= d (an inequality <= turned round) and the objective J to minimise, grad J(u) = A^T nu.
Source: first-order conditions of Karush, Kuhn and Tucker.
"""

from __future__ import annotations

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import admissible, program_stated, sampled, with_value
from derive.derivation.programs import signed_objective
from derive.derivation.quadratics.constraint_rows import difference
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.exact import Undefined, compare, exact, flatten, s_mul
from derive.maths.expr import Expr
from derive.maths.worlds import of_sizes

CHECK = "first-order conditions with the multiplier"


def multiplier_holds(d: Derivation) -> list[Evidence]:
    """Evidence for extra['multiplier'] of a program with one constraint and one unknown; none where there is none."""
    nu, program = d.extra.get("multiplier"), program_stated(d)
    if not isinstance(nu, Expr) or len(program.constraints) != 1 or len(program.over) != 1 or d.answer is None:
        return []
    c = program.constraints[0]
    if c.op != "rel" or c.data not in ("=", ">=", "<="):
        return []
    name = program.over[0]
    u = E.sym(name, d.problem.symbols[name].shape)
    residual = difference(*c.args) if c.data != "<=" else difference(*c.args[::-1])
    if nu.shape != residual.shape:
        return [Evidence(CHECK, MEASURED, False, f"the multiplier is {E.shape_text(nu.shape)}, the constraint {E.shape_text(residual.shape)}")]
    try:
        force = gradient(E.dot(nu, residual) if residual.shape else E.mul(nu, residual), u)
        left = E.sub(gradient(signed_objective(program), u), force)
    except (NotDifferentiable, E.ShapeError):
        return []
    seen = 0
    for w in admissible(sampled(d.problem), program.when):
        try:
            at = with_value(w, name, exact(d.answer, w))
            forces, slack, size = flatten(exact(left, at)), flatten(exact(residual, at)), flatten(exact(nu, w))
        except (Undefined, NotEvaluable):
            continue
        stationary = all(compare(f, 0) == 0 for f in forces)
        signed = c.data == "=" or all(compare(m, 0) >= 0 and compare(s_mul(m, s), 0) == 0 for m, s in zip(size, slack, strict=True))
        if not (stationary and signed):
            return [Evidence(CHECK, MEASURED, False, f"they fail in a {w.kind} world{of_sizes(w)}")]
        seen += 1
    return [Evidence(CHECK, MEASURED, seen > 0, f"exactly, in {seen} worlds")]
