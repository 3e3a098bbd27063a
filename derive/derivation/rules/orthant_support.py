"""A linear objective over the nonnegative vectors of a norm ball: only the entries that pay are used.

min c^T x subject to x >= 0, ||x||_p <= r has the value -r ||(-c)_+||_q, 1/p + 1/q = 1: for x >= 0 c^T x >= -(-c)_+^T x, and Hoelder's inequality bounds
that. Equality holds at x_i proportional to (-c_i)_+^(q-1), and at 0 where no entry of c is negative. For p = 1 the set is {x >= 0, sum x <= r}.
Source: Boyd and Vandenberghe, Convex Optimization (2004), section A.1.6 (dual norms).
"""

from __future__ import annotations

from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.norm_program import NotQuadratic, quadratic
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "orthant-support"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr, Expr] | None:
    """(x, c, the constant, p, r)."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or part.ask not in ("argmin", "argmax"):
        return None
    program, x = asked
    bound, nonnegative = None, problem.symbols[str(x.data)].domain == "nonnegative"
    for c in program.constraints:
        if c.op != "rel" or c.data not in ("<=", ">="):
            return None
        small, large = c.args if c.data == "<=" else c.args[::-1]
        if large == x and (small.op == "zeros" or E.is_number(small, 0)):
            nonnegative = True
        elif bound is None and x not in set(E.walk(large)) and (found := _size(small, large, x)) is not None:
            bound = found
        else:
            return None
    if bound is None or not nonnegative:
        return None
    try:
        k, b, start = quadratic(signed_objective(program), x, positive_names(problem))
    except (NotQuadratic, NotDifferentiable, E.ShapeError):
        return None
    return (x, b, start, *bound) if E.is_number(k, 0) and b.op != "zeros" else None


def _size(small: Expr, large: Expr, x: Expr) -> tuple[Expr, Expr] | None:
    """(p, r) of ||x||_p <= r; of nonnegative vectors sum x <= r, max x <= r and ||x||_2^2 <= r^2 as well."""
    if small.op == "norm" and small.data == "p" and small.args[0] == x:
        return small.args[1], large
    if small in (E.total(x), E.dot(E.ones(*x.shape), x)):
        return E.ONE, large
    if small == E.reduce_all("max", x):
        return E.INF, large
    if small == E.dot(x, x) or (small.op == "pow" and E.is_number(small.args[1], 2) and small.args[0] == E.norm(x, E.TWO)):
        return E.TWO, large.args[0] if large.op == "pow" and E.is_number(large.args[1], 2) else E.fn("sqrt", large)
    return None


def accepts(problem: Problem, part: Part) -> bool:
    """A linear objective over nonnegative vectors of bounded norm."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Where Hoelder's inequality for the entries that pay is an equation, and the value."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, c, start, p, r = found
    if sign(problem, part, r) < 2:
        return NotDerived(problem, part, f"The bound ${latex(r)}$ is not known to be positive.")
    names = positive_names(problem)
    gain = simplify(E.neg(c), names)
    pays = E.fn("relu", gain)
    q = E.INF if E.is_number(p, 1) else E.ONE if p == E.INF else E.TWO if E.is_number(p, 2) else simplify(E.div(p, E.sub(p, E.ONE)))
    some = E.rel(">", E.reduce_all("max", gain), E.ZERO)
    if p == E.INF:
        answer = E.mul(r, E.fn("relu", E.fn("sign", gain)))
    else:
        if E.is_number(p, 1):
            best = E.argopt("argmax", "i", E.at(gain, E.idx("i")), E.dim(x.shape[0]))
            used = E.mul(r, E.basis(best, x.shape[0]))
        elif E.is_number(p, 2):
            used = E.mul(E.div(r, E.norm(pays, E.TWO)), pays)
        else:
            if not (E.number_value(p) or 0) > 1:
                return NotDerived(problem, part, f"The exponent ${latex(p)}$ is not known to be greater than 1.")
            less = simplify(E.sub(q, E.ONE))
            used = E.mul(E.div(r, E.power(E.norm(pays, q), less)), E.power(pays, less))
        answer = E.cases(((used, some),), E.zeros(*x.shape))
    most = E.mul(r, E.reduce_all("max", pays) if q == E.INF else E.norm(pays, q))
    best_value = most if asked[0].sense == "max" else E.neg(most)
    value = best_value if E.is_number(start, 0) else E.add(start if asked[0].sense == "min" else simplify(E.neg(start)), best_value)
    v, g = latex(x), latex(pays)
    steps = (
        Step(NAME, "An entry whose coefficient does not pay is best at 0; for nonnegative vectors the objective is at least its paying part.",
             rf"«c»^\top {v} \ge -{g}^\top {v},\quad «c» = {latex(c)}", before=latex(asked[0].objective), relation=Relation.BOUNDS, requires=(rf"{v} \ge 0",)),
        Step("holder", "Hölder's inequality bounds it by the dual norm.", rf"-{g}^\top {v} \ge -{latex(r)} {latex(E.norm(pays, q))}", relation=Relation.BOUNDS),
        Step(NAME, "Both hold with equality at one point (at 0 where nothing pays).", rf"{v} = {latex(answer)}", requires=(f"{latex(r)} > 0",)),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "generic")
