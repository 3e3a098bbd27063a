"""How the declared residual R = p + q w^T theta goes from one step to the next.

With R* its value at the solution: R' = R* + (1 - gain)(R - R*) for the linear law, and
R' = R - |q| gain sign(R - R*) for the sign law.
"""

from __future__ import annotations

from derive.derivation.rules.invariant_ray import Solve
from derive.derivation.rules.linear_form import Refused, U, linear_form
from derive.derivation.rules.ray import Ray, ray_of
from derive.derivation.rules.rescaling import in_rescaled_coordinates
from derive.derivation.rules.worked import at_time, first_lines, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "residual recurrence"


def accepts(problem: Problem, part: Part) -> bool:
    """The recurrence of a declared residual."""
    return part.ask == "recurrence" and problem.iteration is not None and problem.iteration.plain and problem.iteration.residual is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """R_{t+1} as an expression in R (the declared symbol), the step and the coefficients.

    extra: on (the residual's name), multiplier (of R - R*, or None), fixed (R*).
    """
    steps: list[Step] = []
    try:
        ray = ray_of(in_rescaled_coordinates(problem))
        steps = first_lines(ray)
        answer, fixed = declared(ray)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    r = ray.iteration.residual
    assert r is not None
    name = E.sym(r[0])
    if not E.is_number(fixed, 0) or answer != ray.next_residual:
        steps.append(Step("declared residual", "The quantity asked for is an affine function of this residual.",
                          f"{tex(E.sym(r[0] + '@t'))} = {tex(r[1])}"))
    steps.append(Step("recurrence", "One step of the iteration takes the residual to:",
                      f"{tex(E.sym(r[0] + '@next'))} = {tex(at_time(answer, ray))}"))
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", extra={
        "on": name.data, "multiplier": ray.multiplier, "fixed": fixed})


def declared(ray: Ray) -> tuple[Expr, Expr]:
    """The next value of the declared residual, and its value at the solution."""
    assert ray.iteration.residual is not None
    name, definition = ray.iteration.residual
    r = E.sym(name)
    form = linear_form(definition, ray.theta)
    phi = ray.signs.simplify(form.phi)
    p = ray.signs.simplify(E.replace(phi, {U: E.ZERO}))
    q = ray.signs.simplify(E.sub(E.replace(phi, {U: E.ONE}), p))
    if not ray.signs.simplify(E.sub(phi, E.add(p, E.mul(q, U)))) == E.ZERO:
        raise Refused("the residual is not affine in the unknown")
    same = ray.signs.simplify(form.w) == ray.w
    if not same:
        raise Refused("the residual depends on the unknown through another linear form than the loss")
    fixed = ray.signs.simplify(E.add(p, E.mul(q, ray.b)))
    at_rest = E.is_number(fixed, 0)
    offset = r if at_rest else E.sub(r, fixed)
    if ray.law == "linear":
        moved = E.mul(E.sub(E.ONE, ray.gain), offset)
        return (moved if at_rest else E.add(fixed, moved)), fixed
    size = ray.signs.simplify(E.mul(E.fn("abs", q), ray.gain))
    return E.sub(r, E.mul(size, E.fn("sign", offset))), fixed
