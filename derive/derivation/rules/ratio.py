"""A linear form over a Euclidean length: the ratio does not change with the scale, so the scale is fixed.

max c^T w / ||L w||  (or c^T w / sqrt(w^T S w)):  where c^T w > 0, rescale to c^T w = 1; what is left is
min w^T S w subject to c^T w = 1. An equation h^T w = d with d > 0 only chooses the scale, where h^T w is positive at that point.
Accepts these objectives, alone or with one linear equation. Source: Cauchy-Schwarz in the inner product of S; the tangency portfolio.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.quadratics.constraint_rows import Rows, read_rows
from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import affine_scalar
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "scale-invariance"


@dataclass(frozen=True)
class Ratio:
    """c^T w / root of `square`, to maximise; row: the equation that sets the scale."""

    w: Expr
    c: Expr
    square: Expr
    row: Rows | None
    words: Words


def _matched(problem: Problem, part: Part) -> Ratio | None:
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or len(asked[0].constraints) > 1:
        return None
    program, w = asked
    e, negative = program.objective, program.sense == "min"
    e, sign = _without_number(e)
    negative = negative != (sign < 0)
    if e.op != "div":
        return None
    top, below = e.args
    while top.op in ("mul", "div") and not top.shape and w not in set(E.walk(top.args[1])) and E.number_value(top.args[1]) not in (None, 0):
        top = top.args[0]
    form = affine_scalar(top, w)
    square = _square_of(below)
    if form is None or square is None or w in set(E.walk(form[1])) or w not in set(E.walk(square)):
        return None
    words = Words(Facts.of(problem, part), w)
    if not E.is_number(simplify(form[0]), 0):
        return None
    direction = words.normal(E.neg(form[1]) if negative else form[1])
    row = read_rows(words, program.constraints[0], w) if program.constraints else None
    if program.constraints and (row is None or not row.single or row.relation != "="):
        return None
    return Ratio(w, direction, square, row, words)


def _without_number(e: Expr) -> tuple[Expr, int]:
    """e without the numbers that multiply it, and their sign: they do not change where a ratio is largest."""
    sign = 1
    while True:
        if e.op == "neg":
            e, sign = e.args[0], -sign
            continue
        known = [(k, x) for k, a in enumerate(e.args) if (x := E.number_value(a))] if e.op == "mul" else []
        if len(known) != 1:
            return e, sign
        (k, x), = known
        e, sign = e.args[1 - k], sign if x > 0 else -sign


def _square_of(e: Expr) -> Expr | None:
    """The square of a length: ||r|| or sqrt(w^T S w)."""
    if e.op == "norm" and (e.data == "fro" or E.is_number(e.args[1], 2)):
        return E.power(e, E.TWO)
    if e.op == "fn" and e.data == "sqrt":
        return e.args[0]
    if e.op == "pow" and E.is_number(simplify(E.mul(E.TWO, e.args[1])), 1):
        return e.args[0]
    return None


def accepts(problem: Problem, part: Part) -> bool:
    """A linear form divided by a Euclidean length of the unknown."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The direction by the quadratic program, the scale by the equation."""
    f, asked = _matched(problem, part), unknown_of(problem, part)
    assert f is not None and asked is not None
    return _largest(problem, part, f, solve, asked[0])


def _largest(problem: Problem, part: Part, f: Ratio, solve: Solve, program: Program) -> Outcome:
    own = Program((str(f.w.data),), "min", f.square, (E.rel("=", E.dot(f.c, f.w), E.ONE),), program.when)
    inner = solve(problem, replace(part, id=f"{part.id}|scaled", of=None, ask="argmin", program=own))
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the quadratic program has no closed form.")
    point, factor = inner.answer, E.ONE
    words = Words(Facts.of(problem, part))
    if f.row is not None:
        along = words.inner(f.row.adjoint, words.expand(point))
        known = min(sign_of(words, along), sign_of(words, f.row.right))
        if known < 2:
            return NotDerived(problem, part, f"Whether the equation can be met by a positive multiple is not known: ${latex(along)} > 0$ and "
                              f"${latex(f.row.right)} > 0$ are needed.")
        factor = words.tidy(E.div(f.row.right, along))
    answer = words.build(words.scaled(words.expand(point), factor), f.w.shape)
    value = E.replace(program.objective, {f.w: answer})
    w, c, s = latex(f.w), latex(f.c), latex(f.square)
    head = Step(NAME, f"Multiplying ${w}$ by a positive number does not change the ratio, and a positive ratio is better than any other. So the scale can be "
                "chosen as it suits, and the ratio is largest where its denominator is least.", rf"\min\ {s} \quad \text{{subject to }} {latex(own.constraints[0])}",
                before=latex(program.objective), requires=(rf"{c} \ne 0",))
    steps: tuple[Step, ...] = (head, *inner.steps)
    if f.row is not None:
        steps = (*steps, Step("rescaling", "Rescale the direction so that the equation holds. Its factor is positive, so the ratio is the same.",
                              rf"{w} = {latex(answer)}", before=latex(program.constraints[0]), relation=Relation.REDUCES))
    steps = (*steps, Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES))
    unique = inner.unique if f.row is not None else "no"
    return Derivation(problem, part, "point", steps, answer, value, unique, () if f.row is not None else ("Every positive multiple is optimal too.",))
