"""The nearest point of a second-order cone: inside, at the tip, or on the ray half way.

min (k/2) (||x - v||^2 + (t - s)^2) subject to ||x||_2 <= c t, c > 0.  For a fixed length m = ||x|| the direction of v is best, so the pair (m, t)
is the nearest point to (||v||, s) in the sector 0 <= m <= c t: itself where ||v|| <= c s, the tip where s <= -c ||v||, else the foot on the
ray m = c t, t = (c ||v|| + s)/(1 + c^2). Source: Boyd and Vandenberghe, Convex Optimization, exercise 8.3; Parikh and Boyd (2014), section 6.3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.programs import program_of, signed_objective
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.norm_program import NotQuadratic, quadratic
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "second-order-cone"


@dataclass(frozen=True)
class Form:
    """(k/2)(||x - v||^2 + (t - s)^2) + least, ||x|| <= c t."""

    program: Program
    x: Expr
    t: Expr
    k: Expr
    v: Expr
    s: Expr
    c: Expr
    least: Expr


def _matched(problem: Problem, part: Part) -> Form | None:
    program = program_of(problem, part)
    if program is None or part.ask not in ("argmin", "argmax") or len(program.over) != 2 or len(program.constraints) != 1:
        return None
    unknowns = sorted((E.sym(n, problem.symbols[n].shape) for n in program.over), key=lambda e: len(e.shape), reverse=True)
    x, t = unknowns
    if len(x.shape) != 1 or t.shape:
        return None
    c = _cone(program.constraints[0], x, t, positive_names(problem))
    if c is None:
        return None
    positive, objective = positive_names(problem), signed_objective(program)
    words = Words(Facts.of(problem, part))
    try:
        k, b, _ = quadratic(objective, x, positive)
        found = affine(gradient(objective, t), t, positive)
        if found is None or simplify(E.sub(found[0], k), positive) != E.ZERO or {x, t} & (set(E.walk(b)) | set(E.walk(found[1]))):
            return None
        v, s = simplify(E.neg(E.div(b, k)), positive), simplify(E.neg(E.div(found[1], k)), positive)
        least = words.scalar(E.replace(objective, {x: v, t: s}))
    except (NotQuadratic, NotDifferentiable, TooLong, E.ShapeError):
        return None
    return Form(program, x, t, k, v, s, c, least)


def _cone(c: Expr, x: Expr, t: Expr, positive: frozenset[str]) -> Expr | None:
    """c of ||x|| <= c t."""
    if c.op != "rel" or c.data not in ("<=", ">=") or c.shape:
        return None
    small, large = c.args if c.data == "<=" else c.args[::-1]
    if small.op != "norm" or small.data != "p" or not E.is_number(small.args[1], 2) or small.args[0] != x or x in set(E.walk(large)):
        return None
    found = affine(large, t, positive)
    return found[0] if found is not None and E.is_number(found[1], 0) else None


def accepts(problem: Problem, part: Part) -> bool:
    """A spherical distance in a vector and a number, under one second-order cone."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The pair (x, t) by its three cases."""
    f = _matched(problem, part)
    assert f is not None
    positive = positive_names(problem)
    if sign(problem, part, f.k) < 2 or sign(problem, part, f.c) < 2:
        return NotDerived(problem, part, f"${latex(f.k)}$ or ${latex(f.c)}$ is not known to be positive.")
    size = E.norm(f.v, E.TWO)
    foot = simplify(E.div(E.add(E.mul(f.c, size), f.s), E.add(E.ONE, E.power(f.c, E.TWO))), positive)
    inside, tip = E.rel("<=", size, simplify(E.mul(f.c, f.s), positive)), E.rel("<=", simplify(E.mul(f.c, size), positive), E.neg(f.s))
    length = E.cases(((E.ONE, inside), (E.ZERO, tip)), E.div(simplify(E.mul(f.c, foot), positive), size))
    best_x = E.mul(length, f.v)
    best_t = E.cases(((f.s, inside), (E.ZERO, tip)), foot)
    gap = E.sub(size, E.mul(f.c, f.s))
    on_ray = E.div(E.power(gap, E.TWO), E.add(E.ONE, E.power(f.c, E.TWO)))
    far = E.add(E.power(size, E.TWO), E.power(f.s, E.TWO))
    squared = E.cases(((E.ZERO, inside), (far, tip)), simplify(on_ray, positive))
    value = E.mul(simplify(E.div(f.k, E.TWO), positive), squared)
    value = value if E.is_number(f.least, 0) else E.add(value, f.least)
    value = value if f.program.sense == "min" else E.neg(value)
    x, t, v, s = (latex(e) for e in (f.x, f.t, f.v, f.s))
    m = r"«\mu»"
    bound = latex(simplify(E.mul(f.c, f.t), positive))
    steps = (
        Step(NAME, "The objective is a squared distance from one point, and the cone bounds a length by a number.", rf"\|{x}\| \le {bound}",
             before=latex(f.program.objective), requires=(f"{latex(f.k)} > 0", f"{latex(f.c)} > 0")),
        Step("triangle-inequality", f"For a fixed length ${m}$ of ${x}$ the direction of ${v}$ is best, so a problem in two numbers is left.",
             rf"\min_{{0 \le {m} \le {bound}}}\ ({m} - {latex(size)})^2 + ({t} - ({s}))^2", relation=Relation.REDUCES),
        Step("projection", f"That is the nearest point of a sector of the plane: the point itself where it lies inside, the tip where it lies in the polar sector, "
             f"else the foot on the edge ${m} = {bound}$.", rf"{t} = {latex(best_t)}"),
        Step(NAME, f"Its length goes with the direction of ${v}$.", rf"{x} = {latex(best_x)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    at = {f.x: best_x, f.t: best_t}
    point = tuple((n, next(e for u, e in at.items() if u.data == n)) for n in f.program.over)
    names = part.asked or f.program.over
    outputs = tuple((n, dict(point)[n]) for n in names)
    return Derivation(problem, part, "point", steps, outputs[0][1], value, "always", outputs=outputs if len(outputs) > 1 else (), extra={"unknowns": point})
