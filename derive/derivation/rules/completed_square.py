"""A quadratic whose Hessian is a multiple of the identity, beside other terms: complete the square.

(c/2)||u||^2 + b^T u + const + rest(u): whatever design matrix stood in the quadratic, only b is left of it, so what was
coupled splits into entries. Accepts terms like ||y - Q u||^2 with Q^T Q = I beside a 1-norm, or under entrywise constraints, if what comes out is
separable or about one norm.
Source: ||y - Q u||^2 = ||u - Q^T y||^2 + ||y||^2 - ||Q^T y||^2.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.word_sums import affine_in
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.derivation.rules import ball_projection, norm_proximal, sparse_group
from derive.derivation.rules.common import Solve, addends, signed_objective
from derive.derivation.rules.separable import match
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "completed-square"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr] | None:
    """(the objective to minimise with its quadratic written by entries, the linear coefficient)."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) > 1 or part.id.endswith("|square") or match(problem, part) is not None:
        return None
    if not asked[1].shape:
        return _one_number(problem, part, *asked)
    program, u = asked
    words = Words(Facts.of(problem, part), u)
    hessian: Sum = {}
    linear: Sum = {}
    start: list[Expr] = []
    rest: list[Expr] = []
    objective = signed_objective(program)
    for t in addends(objective):
        if u not in set(E.walk(t)):
            start.append(t)
            continue
        found = _quadratic(words, t, u)
        if found is None:
            rest.append(t)
            continue
        hessian, linear = words.plus(hessian, found[0]), words.plus(linear, found[1])
        start.append(words.scalar(E.replace(t, {u: E.zeros(*u.shape)})))
    if set(hessian) != {()} or (not rest and not program.constraints):
        return None
    b = words.build(linear, u.shape)
    square = E.mul(E.mul(E.HALF, hessian[()]), E.power(E.norm(u, E.TWO), E.TWO))
    written = E.add(square, *((E.dot(b, u),) if linear else ()), *rest, *start)
    return (written, b) if _derives(problem, replace(part, ask="argmin", program=replace(program, sense="min", objective=written))) else None


def _derives(problem: Problem, part: Part) -> bool:
    """Whether the program that comes out is one entry by entry, or about one norm."""
    return match(problem, part) is not None or any(r.accepts(problem, part) for r in (ball_projection, norm_proximal, sparse_group))


def _one_number(problem: Problem, part: Part, program: Program, u: Expr) -> tuple[Expr, Expr] | None:
    """The same for one number: squared norms and products of affine vectors add up to (c/2) u^2 + b u + const."""
    words = Words(Facts.of(problem, part))
    slope, b, start, rest = E.ZERO, E.ZERO, [], []
    for t in addends(signed_objective(program)):
        try:
            found = affine(words.scalar(gradient(t, u)), u, words.facts.positive) if u in set(E.walk(t)) else (E.ZERO, E.ZERO)
            level = words.scalar(E.replace(t, {u: E.ZERO})) if found is not None else None
        except (NotDifferentiable, TooLong, E.ShapeError):
            found, level = None, None
        if found is None or level is None:
            rest.append(t)
            continue
        slope, b = words.tidy(E.add(slope, found[0])), words.tidy(E.add(b, found[1]))
        start.append(level)
    if sign_of(words, slope) < 2 or (not rest and not program.constraints):
        return None
    written = E.add(E.mul(E.mul(E.HALF, slope), E.power(u, E.TWO)), E.mul(b, u), *rest, *start)
    return (written, b) if match(problem, replace(part, program=replace(program, sense="min", objective=written))) is not None else None


def _quadratic(words: Words, t: Expr, u: Expr) -> tuple[Sum, Sum] | None:
    try:
        return affine_in(words, words.expand(gradient(t, u)), u)
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None


def accepts(problem: Problem, part: Part) -> bool:
    """A quadratic with Hessian c I that is not written by entries, beside other terms or constraints."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The program with the quadratic written by entries, by the other rules."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    objective, b = found
    program = asked[0]
    signed = objective if program.sense == "min" else E.neg(objective)
    inner = solve(problem, replace(part, id=f"{part.id}|square", of=None, program=replace(program, objective=signed)))
    if isinstance(inner, NotDerived) or inner.answer is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the separated program has no closed form.")
    head = Step(NAME, "The Hessian of the quadratic is a multiple of the identity, so multiplied out it is a sum over the entries of the unknown "
                f"and one linear term with ${latex(b)}$.", rf"\min\ {latex(objective)}", before=latex(program.objective), relation=Relation.EQUIVALENT)
    return Derivation(problem, part, "point", (head, *inner.steps), inner.answer, inner.value, inner.unique, inner.says, inner.extra)
