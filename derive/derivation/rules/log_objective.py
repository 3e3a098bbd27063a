"""A product to maximise (or minimise): its logarithm has the same optimum, and is a sum.

Accepts a monomial objective, c x_1^{a_1} ... x_n^{a_n}, a product or a geometric mean of a positive unknown.
Source: the logarithm is increasing on positive numbers.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.common import Solve
from derive.derivation.rules.monomials import as_logarithm, is_monomial
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "log-objective"


def _matched(problem: Problem, part: Part) -> tuple[Program, Expr, Expr] | None:
    asked = unknown_of(problem, part)
    if asked is None:
        return None
    program, x = asked
    if problem.symbols[str(x.data)].domain not in ("positive", "simplex") or not is_monomial(problem, program.objective, x):
        return None
    if not any(e.op == "reduce" and e.data[0] == "prod" for e in E.walk(program.objective)):
        return None
    return program, x, as_logarithm(program.objective, x, E.fn("log", x))


def accepts(problem: Problem, part: Part) -> bool:
    """A monomial objective with a product in it."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The optimum of the logarithm."""
    found = _matched(problem, part)
    assert found is not None
    program, x, objective = found
    written = _entries(objective, x)
    inner = solve(problem, replace(part, id=f"{part.id}|log", of=None, program=replace(program, objective=written)))
    if isinstance(inner, NotDerived) or inner.answer is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the logarithm has no closed optimum.")
    value = simplify(E.replace(program.objective, {x: inner.answer}))
    head = Step(NAME, "The logarithm is increasing, so the logarithm of the objective has the same optimum.",
                rf"\{program.sense}\ {latex(written)}", before=latex(program.objective))
    last = Step(NAME, "The value of the product there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES)
    return Derivation(problem, part, "point", (head, *inner.steps, last), inner.answer, value, inner.unique, inner.says)


def _entries(e: Expr, x: Expr) -> Expr:
    """log(x)_i as log(x_i)."""
    if e.op == "at" and e.args[0] == E.fn("log", x):
        return E.fn("log", E.at(x, *e.args[1:]))
    return E.rebuild(e, tuple(_entries(a, x) for a in e.args)) if e.args else e
