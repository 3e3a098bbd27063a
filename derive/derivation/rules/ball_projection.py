"""A spherical quadratic on a 2-norm ball: along the line from the centre to the free minimiser only a length is left.

min (k/2) ||x - t||^2 + const  subject to  ||x - c||_2 <= r.  The objective depends on the distance to t alone, and by
the triangle inequality ||x - t|| >= ||t - c|| - r, attained on the line through c and t (also for the Frobenius norm).
Source: Boyd and Vandenberghe, Convex Optimization (2004), section 8.1.1.
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, positive_names, program_of, signed_objective
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "ball-projection"


def accepts(problem: Problem, part: Part) -> bool:
    """One unknown, a gradient k x + b with a scalar k, and one bound on the 2-norm or Frobenius norm of x - c."""
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1 or len(program.constraints) != 1:
        return False
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    if not u.shape or ball(program.constraints[0], u) is None:
        return False
    try:
        return affine(gradient(signed_objective(program), u), u, positive_names(problem)) is not None
    except NotDifferentiable:
        return False


def ball(c: Expr, u: Expr) -> tuple[Expr, Expr] | None:
    """||u - centre|| <= r, or its square, as (centre, r); None where the constraint is no ball."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    small, large = c.args if c.data == "<=" else c.args[::-1]
    if u in set(E.walk(large)):
        return None
    if small.op == "dot" and small.args[0] == small.args[1]:
        return _centred(small.args[0], E.fn("sqrt", large), u)
    if small.op == "pow" and E.is_number(small.args[1], 2):
        small, large = small.args[0], E.fn("sqrt", large)
    if small.op == "norm" and (small.data == "fro" or (small.data == "p" and E.is_number(small.args[1], 2))):
        return _centred(small.args[0], large, u)
    return None


def _centred(inside: Expr, r: Expr, u: Expr) -> tuple[Expr, Expr] | None:
    """a u + b with a number a: the centre -b/a and the radius r/|a|."""
    found = affine(inside, u, frozenset())
    if found is None:
        # The unknown alone, or the negative of it, up to sign.
        return None
    a, b = found
    value = E.number_value(a)
    if not value:
        return None
    return simplify(E.neg(E.div(b, a))), simplify(E.div(r, E.num(abs(value))))


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """c + r (t - c) / max(||t - c||, r), with the value."""
    program = program_of(problem, part)
    assert program is not None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    positive = positive_names(problem)
    objective = signed_objective(program)
    grad = simplify(gradient(objective, u), positive)
    found, where = affine(grad, u, positive), ball(program.constraints[0], u)
    assert found is not None and where is not None
    slope, constant = found
    centre, r = where[0], simplify(where[1], positive)
    if not _positive(slope, positive) or not _positive(r, positive):
        return NotDerived(problem, part, f"The curvature {latex(slope)} or the radius {latex(r)} is not known to be positive.")
    free = simplify(E.neg(E.div(constant, slope)), positive)
    way = simplify(E.sub(free, centre), positive)
    length = E.norm(way, E.TWO, "p" if len(u.shape) == 1 else "fro")
    pull = E.mul(E.div(r, E.fn("maximum", length, r)), way)
    answer = pull if centre.op == "zeros" or E.is_number(centre, 0) else E.add(centre, pull)
    outside = E.fn("relu", E.sub(length, r))
    least = simplify(E.replace(objective, {u: free}), positive)
    value = simplify(E.add(least, E.mul(E.div(slope, E.TWO), E.power(outside, E.TWO))), positive)
    value = value if program.sense == "min" else simplify(E.neg(value), positive)
    x, t, c = latex(u), latex(free), latex(centre)
    steps = (
        Step("stationarity", "The gradient is affine with a positive slope, so the objective grows with the distance from one point.",
             rf"\nabla «J» = {latex(grad)} = 0 \iff {x} = {t}", before=latex(program.objective), requires=(f"{latex(slope)} > 0",)),
        Step(NAME, "By the triangle inequality no point of the ball is nearer to that point than this, and the line from the centre attains it.",
             rf"\|{x} - ({t})\| \ge \left({latex(length)} - {latex(r)}\right)_+", relation=Relation.BOUNDS, requires=(f"{latex(r)} > 0",)),
        Step(NAME, f"So the direction from the centre ${c}$ is known, and what is left is its length: all of it where it fits, else the radius.",
             rf"{x} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _positive(e: Expr, positive: frozenset[str]) -> bool:
    n = normal_form(e, positive)
    if n is None or len(n) != 1:
        return False
    ((scalars, vectors), k), = n.items()
    return k > 0 and not vectors and all((a.op == "sym" and a.data in positive) or a.op in ("num", "dim") for a, _ in scalars)
