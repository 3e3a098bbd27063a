"""Two logarithms of affine functions of one number: maximise alpha log(p1 + q1 t) + beta log(p2 + q2 t).

alpha q1/(p1 + q1 t) + beta q2/(p2 + q2 t) = 0 is linear in t:  t = -(alpha q1 p2 + beta q2 p1) / ((alpha + beta) q1 q2).
With q1 > 0 > q2 the domain is an interval at whose ends the sum falls without bound. Bernoulli, binomial and geometric
likelihoods with beta priors are of this form. Source: Bishop, Pattern Recognition and Machine Learning, section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, cancelled, signed_objective
from derive.derivation.rules.logs import parted
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.monomials import build, number
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "score-equation"


@dataclass(frozen=True)
class Form:
    """alpha log(p1 + q1 t) + beta log(p2 + q2 t) + constant, to maximise, q1 > 0 > q2. Each side: (weight, p, q)."""

    t: Expr
    rising: tuple[Expr, Expr, Expr]
    falling: tuple[Expr, Expr, Expr]


def _matched(problem: Problem, part: Part) -> Form | None:
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or asked[1].shape:
        return None
    program, t = asked
    words = Words(Facts.of(problem, part))
    positive = words.facts.positive
    n = normal_form(parted(problem, E.neg(signed_objective(program)), {str(t.data)}), positive)
    if n is None:
        return None
    weights: dict[Expr, Expr] = {}
    for (scalars, vectors), c in n.items():
        mine = [(a, k) for a, k in scalars if t in set(E.walk(a))]
        if not mine:
            continue
        if len(mine) != 1 or mine[0][0].op != "fn" or mine[0][0].data != "log" or mine[0][1] != number(E.ONE.data):
            return None
        rest = build({(scalars - frozenset(mine), vectors): c}, E.SCALAR)
        inside = mine[0][0].args[0]
        weights[inside] = E.add(weights[inside], rest) if inside in weights else rest
    sides: dict[int, tuple[Expr, Expr, Expr]] = {}
    for inside, weight in weights.items():
        found = affine(inside, t, positive)
        if found is None:
            return None
        q, p = found
        way = 1 if sign(problem, part, q) == 2 else -1 if sign(problem, part, words.tidy(E.neg(q))) == 2 else 0
        sides[way] = (simplify(weight, positive), p, q)
    return Form(t, sides[1], sides[-1]) if len(weights) == 2 and {1, -1} == set(sides) else None


def accepts(problem: Problem, part: Part) -> bool:
    """An objective of two logarithms, of a rising and a falling affine function of one number."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The root of the score."""
    f, asked = _matched(problem, part), unknown_of(problem, part)
    assert f is not None and asked is not None
    (alpha, p1, q1), (beta, p2, q2) = f.rising, f.falling
    signs = [sign(problem, part, w) for w in (alpha, beta)]
    if 0 in signs or sign(problem, part, simplify(E.add(alpha, beta))) < 2:
        bad = alpha if not signs[0] else beta
        return NotDerived(problem, part, f"The weight ${latex(bad)}$ of a logarithm is not known to be positive.")
    facts = Facts.of(problem, part)
    top = simplify(E.neg(E.add(E.mul(E.mul(alpha, q1), p2), E.mul(E.mul(beta, q2), p1))), facts.positive)
    below = simplify(E.mul(E.add(alpha, beta), E.mul(q1, q2)), facts.positive)
    answer = cancelled(E.div(simplify(E.neg(top), facts.positive), simplify(E.neg(below), facts.positive)))
    objective = asked[0].objective
    value = E.replace(objective, {f.t: answer})
    t = latex(f.t)
    score = E.add(E.div(E.mul(alpha, q1), E.add(p1, E.mul(q1, f.t))), E.div(E.mul(beta, q2), E.add(p2, E.mul(q2, f.t))))
    shown = latex(E.add(E.mul(alpha, E.fn("log", E.add(p1, E.mul(q1, f.t)))), E.mul(beta, E.fn("log", E.add(p2, E.mul(q2, f.t))))))
    steps = (
        Step(NAME, "Gather the logarithms: a sum of concave functions with positive weights.", rf"\max\ {shown}", before=latex(objective),
             requires=(rf"{latex(alpha)} \ge 0", rf"{latex(beta)} \ge 0")),
        Step("convexity", f"It falls without bound at both ends of the interval of ${t}$ where it is defined, so its derivative has exactly one root.",
             rf"{latex(simplify(score, facts.positive))} = 0", relation=Relation.EQUIVALENT),
        Step(NAME, f"Without denominators the equation is linear in ${t}$.", rf"{t} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
