"""A Euclidean norm as objective: its square has the same minimisers, and is smooth.

Accepts min c ||r(u)||_2 + k (or the Frobenius norm) with c > 0 and k free of u, with any constraints; derives the program
with ||r(u)||^2 by the other rules. Source: x -> x^2 is increasing on x >= 0.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.factors import is_euclidean
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import build, number
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "monotone"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr] | None:
    """(c, norm, k) of an objective c * norm + k."""
    asked = unknown_of(problem, part)
    if asked is None or not asked[1].shape:
        return None
    program, u = asked
    words = Words(Facts.of(problem, part))
    n = normal_form(signed_objective(program), words.facts.positive)
    if n is None:
        return None
    mine = {key: c for key, c in n.items() if any(u in set(E.walk(a)) for a, _ in (*key[0], *key[1]))}
    rest = {key: c for key, c in n.items() if key not in mine}
    if len(mine) != 1:
        return None
    ((scalars, vectors), c), = mine.items()
    norms = [(a, k) for a, k in scalars if u in set(E.walk(a))]
    if vectors or len(norms) != 1 or norms[0][0].op != "norm" or not is_euclidean(norms[0][0]) or norms[0][1] != number(E.ONE.data):
        return None
    weight = build({(scalars - frozenset(norms), frozenset()): c}, E.SCALAR)
    return (weight, norms[0][0], build(rest, E.SCALAR)) if sign_of(words, weight) == 2 else None


def accepts(problem: Problem, part: Part) -> bool:
    """An objective that is a positive multiple of one Euclidean norm, plus a constant."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser of the squared norm; the value is c times the root of its value, plus k."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    weight, norm, rest = found
    program = asked[0]
    squared = E.power(norm, E.TWO)
    own = replace(part, id=f"{part.id}:squared", ask="argmin", program=replace(program, sense="min", objective=squared))
    inner = solve(problem, own)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the squared problem has no closed form.")
    value = E.add(E.mul(weight, E.fn("sqrt", inner.value)), rest)
    value = value if program.sense == "min" else E.neg(value)
    value = Words(Facts.of(problem, part)).scalar(value)
    first = Step(NAME, "Squaring is increasing on numbers $\\ge 0$ and the weight is positive, so the squared norm has the same minimisers.",
                 rf"\min\ {latex(squared)}", before=latex(program.objective))
    last = Step(NAME, "Take the root of its value.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES)
    return Derivation(problem, part, "point", (first, *inner.steps, last), inner.answer, value, inner.unique)
