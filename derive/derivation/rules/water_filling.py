"""Water-filling: convex summands between bounds that one budget couples, all filled to one level.

min sum_i phi(x_i; p_i)  subject to  l <= x (<= u),  sum_i a_i x_i = s. Where an entry is inside its bounds phi'(x_i) + nu a_i = 0 gives
x_i = b_i + c_i H with one unknown number H = h(nu), c > 0; with the bounds x_i = clip(b_i + c_i H, l_i, u_i), for phi' rises. What stands above the
lower bounds, sum_i a_i c_i (H - t_i)_+ with t_i = (l_i - b_i)/c_i, adds up to S = s - sum a_i l_i: that determines H, in sorted form (see maths.levels).
Channels with noise N: x = (H - N)_+. Source: Boyd and Vandenberghe, Convex Optimization (2004), example 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.letters import own
from derive.derivation.rules.capped_budget import infeasible
from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.scalar_pieces import Interval, NotClosed, interval, pieces
from derive.derivation.rules.scalar_signs import Signs, curvature
from derive.derivation.rules.separable import Form, at_index, match, signs_of
from derive.derivation.rules.separable_coupled import MULTIPLIER, Stationary, stationary_entry
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.levels import capped_level, last_break, level
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "water-filling"


@dataclass(frozen=True)
class Filled:
    """x = clip(b + c H, l, u); all in SymPy: shift b, weight c > 0, way: H = way * h(nu), a: the weights of the coupling."""

    found: Stationary
    way: int
    a: Any
    span: Interval

    @property
    def c(self) -> Any:
        return self.way * self.found.weight


def accepts(problem: Problem, part: Part) -> bool:
    """Separable programs of vectors with one coupling and bounds."""
    if part.ask not in ("argmin", "argmax"):
        return False
    form = match(problem, part)
    return form is not None and len(form.split.coupling) == 1 and len(form.entries.shape) == 1 and len(form.split.at_least) >= 1


def _filled(form: Form, signs: Signs) -> Filled:
    """The entry as a function of the level. Raises NotClosed."""
    (coupled, _), = form.split.coupling
    a = signs.slope(coupled)
    if a is None or not signs.at_least(a, strictly=True):
        raise NotClosed("the weights of the coupling are not known to be positive")
    span = interval(form.phi, form.entries.t, form.split.at_least, signs)
    if form.split.strict or span.low is None or span.open_low or span.open_high:
        raise NotClosed("the entries have no lower bound that is attained")
    parts = pieces(form.phi, form.entries.t, span, signs)
    if len(parts) != 1 or parts[0].flat:
        raise NotClosed("the summands are not smooth and strictly convex between the bounds")
    found = stationary_entry(parts[0], a, form, signs)
    way = signs.sign(found.weight)
    if not way:
        raise NotClosed("the sign with which an entry follows the multiplier is not known")
    return Filled(found, way, a, span)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """clip(b + c H, l, u) with the level H in sorted form, and the value."""
    import sympy as sp

    program, form = program_of(problem, part), match(problem, part)
    assert program is not None and form is not None
    entries, signs = form.entries, signs_of(problem, form.entries, program.when)
    signs.conditions = form.split.at_least
    if curvature(form.phi, entries.t, signs) != "convex":
        return NotDerived(problem, part, "The summand is not known to be convex by the rules of composition.")
    try:
        f = _filled(form, signs)
        (coupled, right), = form.split.coupling
        low, weight = signs.back(f.span.low), signs.back(f.a)
        rest = signs.back(sp.expand(signs.sympy(coupled) - f.a * signs.t))
        left = simplify(E.sub(E.sub(right, entries.total(rest)), entries.total(E.mul(weight, low))), signs.positive_names)
        gap = sp.simplify(f.span.low - f.found.shift)
        start, share = entries.vector(signs.back(sp.simplify(gap / f.c))), entries.lifted(signs.back(f.a * f.c))
        high = None if f.span.high is None else signs.back(f.span.high)
        room = None if high is None else entries.total(E.mul(weight, E.sub(high, low)))
        top = None if high is None else entries.vector(signs.back(sp.simplify((f.span.high - f.found.shift) / f.c)))
        moved, slope = signs.back(-gap), signs.back(f.c)
    except (NotClosed, ValueError) as err:
        return NotDerived(problem, part, f"{err}.")
    missing = infeasible(problem, part, left, None if room is None else simplify(room, signs.positive_names))
    if missing:
        return NotDerived(problem, part, missing)
    if top is None:
        broken, at = None, level(start, share, entries.lifted(signs.back(sp.simplify(f.a * gap))), left)
    else:
        broken = last_break(start, top, share, left)
        at = capped_level(broken, start, top, share, left)
    risen = _plus(entries.vector(moved), E.mul(at, entries.vector(slope)))
    above = E.fn("relu", risen)
    if high is not None:
        above = E.fn("minimum", above, entries.vector(simplify(E.sub(high, low), signs.positive_names)))
    answer = above if E.is_number(low, 0) else E.add(entries.vector(low), above)
    value = E.replace(program.objective, {entries.unknown: answer})
    steps = _steps(form, program.objective, f, signs, (left, start, top, share, broken, at, answer))
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _plus(a: Expr, b: Expr) -> Expr:
    return b if a.op == "zeros" else E.add(b, a)


def _steps(form: Form, objective: Expr, f: Filled, signs: Signs, named: tuple[Any, ...]) -> tuple[Step, ...]:
    left, start, top, share, broken, at, answer = named
    entries = form.entries
    x, s, big = latex(at_index(entries, entries.t)), latex(left), own("H")
    nu, = (y for y in f.found.h.free_symbols if y.name == MULTIPLIER.data)
    signs.table[MULTIPLIER] = nu

    def show(e: Any) -> str:
        return latex(at_index(entries, signs.back(e)))

    c = signs.back(f.c)
    inside = latex(at_index(entries, E.add(big if E.is_number(c, 1) else E.mul(c, big), signs.back(f.found.shift))))
    whole = E.replace(answer, {at: big})
    (coupled, _), = form.split.coupling
    w = latex(share)
    out = [
        Step("lagrangian", r"The entries meet only in one linear equation. Name its multiplier $«\nu»$. The summand is strictly convex, so an entry inside its bounds is "
             "where the derivative vanishes.", rf"{show(f.found.slope)} = 0 \quad\Longrightarrow\quad {x} = {inside},\quad «H» = {show(f.way * f.found.h)}",
             before=latex(objective)),
        Step("complementary-slackness", "The derivative rises, so an entry whose stationary point lies outside its bounds stands at the nearer one: all entries are filled to the level $«H»$.",
             rf"{latex(entries.unknown)} = {latex(whole)}", requires=(rf"{latex(at_index(entries, coupled))} \text{{ rises in }} {x}",)),
        Step(NAME, "The budget determines the level: with $«t»$ where an entry starts to fill" + ("" if top is None else " and $«T»$ where it is full")
             + ", what is above the lower bounds adds up to what the budget leaves.",
             rf"\textstyle\sum_i «w»_i («H» - «t»_i)_+ = {s},\quad «t» = {latex(start)},\ «w» = {w}" if top is None else
             rf"\textstyle\sum_i «w»_i \left(\min(«H», «T»_i) - \min(«H», «t»_i)\right) = {s},\quad «t» = {latex(start)},\ «T» = {latex(top)},\ «w» = {w}",
             requires=(rf"{s} \ge 0",)),
    ]
    if broken is None:
        out.append(Step("threshold", r"For every set $«A»$ of entries $\sum_{«A»} «w»_i («H» - «t»_i)$ is at most that sum, with equality at the entries that are filled, which are those of the "
                        "lowest $«t»$. So the level is a minimum over the sets of the lowest ones.", rf"«H» = {latex(at)}", relation=Relation.BOUNDS))
    else:
        out.append(Step("threshold", r"The left side rises and is linear between the numbers $«t»_j$ and $«T»_j$. Let $«q»$ be the largest of them at which no more than the budget is filled.",
                        rf"«q» = {latex(broken)}", relation=Relation.DEFINES))
        out.append(Step("threshold", "From there the entries between their ends take what is left.", rf"«H» = {latex(E.replace(at, {broken: own('q')}))}"))
    value = E.replace(objective, {entries.unknown: whole})
    out.append(Step(NAME, "The value is the objective there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES))
    return tuple(out)
