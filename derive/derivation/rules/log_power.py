"""One positive number under a logarithm and a power, or under two powers: stationarity in the logarithm of the number.

    a log v + b v^k  (b > 0, a k < 0)        v = (-a / (b k))^{1/k}
    a v^j + b v^{-k}  (a, b, j, k > 0)       v = (b k / (a j))^{1/(j+k)}

With v = e^s both are sums of exponentials and an affine function of s: strictly convex in s, so the stationary point is the
only minimum, although the function of v itself may not be convex. Variances, rates, scales and two-term trade-offs are of
this form. Source: geometric programming, Boyd and Vandenberghe, Convex Optimization, section 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from derive.derivation.letters import own
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.rules.logs import parted
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.monomials import build, constant_of
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "log-stationarity"


@dataclass(frozen=True)
class Form:
    """log_weight * log v + sum of c v^k + constant."""

    v: Expr
    log_weight: Expr
    powers: tuple[tuple[Fraction, Expr], ...]
    constant: Expr
    words: Words


def _matched(problem: Problem, part: Part) -> Form | None:
    asked = unknown_of(problem, part)
    if asked is None or asked[0].constraints or asked[1].shape or problem.symbols[str(asked[1].data)].domain != "positive":
        return None
    program, v = asked
    words = Words(Facts.of(problem, part))
    n = normal_form(parted(problem, signed_objective(program), {str(v.data)}), words.facts.positive)
    if n is None:
        return None
    log_v = E.fn("log", v)
    log_weight, constant = E.ZERO, E.ZERO
    powers: dict[Fraction, Expr] = {}
    for (scalars, vectors), c in n.items():
        mine = {a: k for a, k in scalars if v in set(E.walk(a))}
        rest = build({(frozenset(p for p in scalars if p[0] not in mine), vectors): c}, E.SCALAR)
        if vectors or len(mine) > 1:
            return None
        if not mine:
            constant = E.add(constant, rest)
            continue
        (atom, power), = mine.items()
        k = constant_of(dict(power))
        if atom == log_v and k == 1:
            log_weight = E.add(log_weight, rest)
        elif atom == v and k:
            powers[k] = E.add(powers[k], rest) if k in powers else rest
        else:
            return None
    tidy = simplify(log_weight, words.facts.positive)
    return Form(v, tidy, tuple(sorted((k, simplify(c, words.facts.positive)) for k, c in powers.items())), constant, words)


def accepts(problem: Problem, part: Part) -> bool:
    """An objective in one positive number with a logarithm and one power, or with two powers of opposite sign."""
    f = _matched(problem, part)
    if f is None:
        return False
    if E.is_number(f.log_weight, 0):
        return len(f.powers) == 2 and f.powers[0][0] < 0 < f.powers[1][0]
    return len(f.powers) == 1


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The stationary point in s = log v."""
    f, asked = _matched(problem, part), unknown_of(problem, part)
    assert f is not None and asked is not None
    positive = f.words.facts.positive
    for k, c in f.powers:
        if sign(problem, part, c) < 2:
            return NotDerived(problem, part, f"The coefficient ${latex(c)}$ of ${latex(E.power(f.v, E.num(k)))}$ is not known to be positive.")
    (k, b), *other = f.powers
    if other:
        (j, a), = other
        ratio, root = simplify(E.div(E.mul(b, E.num(-k)), E.mul(a, E.num(j))), positive), 1 / (j - k)
    else:
        side = E.num(-1 if k > 0 else 1)  # a k < 0
        if sign(problem, part, f.words.tidy(E.mul(side, f.log_weight))) < 2:
            return NotDerived(problem, part, f"The coefficient ${latex(f.log_weight)}$ of the logarithm is not known to have the sign that makes a minimum.")
        top, below = f.words.tidy(E.mul(side, f.log_weight)), simplify(E.mul(b, E.num(abs(k))), positive)
        ratio, root = _quotient(*((top, below) if k > 0 else (below, top)), positive), 1 / abs(k)
    answer = ratio if root == 1 else simplify(E.power(ratio, E.num(root)), positive)
    program = asked[0]
    value = simplify(E.replace(parted(problem, program.objective, {str(f.v.data)}), {f.v: answer}), positive)
    return Derivation(problem, part, "point", _steps(f, program.objective, answer, value), answer, value, "always")


def _quotient(top: Expr, below: Expr, positive: frozenset[str]) -> Expr:
    """top / below without common numbers; a sum below stays a sum."""
    if "add" not in (top.op, below.op):
        return simplify(E.div(top, below), positive)
    contents = [c for e in (top, below) for c in (normal_form(e, positive) or {}).values()]
    scale = E.num(Fraction(lcm(*(c.denominator for c in contents)), gcd(*(c.numerator for c in contents)))) if contents else E.ONE
    above, under = (simplify(E.mul(scale, e), positive) for e in (top, below))
    return above if E.is_number(under, 1) else E.div(above, under)


def _steps(f: Form, objective: Expr, answer: Expr, value: Expr) -> tuple[Step, ...]:
    v, s = latex(f.v), own("s")
    terms = [E.mul(c, E.fn("exp", E.neg(s) if k == -1 else s if k == 1 else E.mul(E.num(k), s))) for k, c in f.powers]
    slopes = [E.mul(E.mul(E.num(k), c), E.power(f.v, E.num(k))) for k, c in f.powers]
    if not E.is_number(f.log_weight, 0):
        terms, slopes = [E.mul(f.log_weight, s), *terms], [f.log_weight, *slopes]
    pull = simplify(E.add(*slopes), f.words.facts.positive)
    requires = tuple(f"{latex(c)} > 0" for _, c in f.powers)
    return (
        Step(NAME, f"Write ${v} = e^«s»$ with a real $«s»$, and turn the objective into one to minimise, without what is constant.",
             rf"\min_«s»\ {latex(E.add(*terms))}", before=latex(objective)),
        Step("convexity", "An affine function of $«s»$ plus exponentials with positive weights is strictly convex, so its stationary point is the "
             f"only minimum. Its derivative in $«s»$, written with ${v}$ again, vanishes.", rf"{latex(pull)} = 0", requires=requires),
        Step(NAME, f"Solve for ${v}$.", rf"{v} = {latex(answer)}"),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
