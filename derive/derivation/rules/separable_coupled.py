"""Separable convex programs with one linear coupling: the multiplier is named, and eliminated where the sum closes.

min sum_i phi(x_i; p_i)  subject to  sum_i a_i x_i = s.  Stationarity phi'(x_i) + nu a_i = 0 gives
x_i = b_i + c_i h(nu) with one unknown number h; the coupling determines it: h = (s - sum a_i b_i) / sum a_i c_i.
Softmax, the mirror step of the Kullback-Leibler divergence, and square-root budgets are of this form.
Source: Boyd and Vandenberghe, Convex Optimization (2004), sections 5.5.3 and 5.5.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.letters import own
from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.scalar_pieces import NotClosed, Piece, interval, pieces
from derive.derivation.rules.scalar_signs import Signs, curvature
from derive.derivation.rules.separable import Form, at_index, match, signs_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "separable-coupled"
MULTIPLIER = own("nu")


def accepts(problem: Problem, part: Part) -> bool:
    """Separable programs whose entries are coupled by one linear equation."""
    if part.ask not in ("argmin", "argmax"):
        return False
    form = match(problem, part)
    return form is not None and len(form.split.coupling) == 1 and bool(form.entries.shape)


@dataclass(frozen=True)
class Stationary:
    """x_i = shift + weight * h(nu), all in SymPy; h: in nu; share: weight times the coefficient in the coupling."""

    shift: Any
    weight: Any
    h: Any
    share: Any
    slope: Any


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser with the multiplier eliminated, and the value."""
    program, form = program_of(problem, part), match(problem, part)
    assert program is not None and form is not None
    signs = signs_of(problem, form.entries)
    declared = problem.symbols[str(form.entries.unknown.data)].domain in ("positive", "nonnegative", "simplex", "unit")
    signs.conditions = (*form.split.at_least, form.entries.t) if declared else form.split.at_least
    if curvature(form.phi, form.entries.t, signs) != "convex":
        return NotDerived(problem, part, "The summand is not known to be convex by the rules of composition.")
    try:
        found, s = _stationary(form, signs)
        entries = form.entries
        moved = s if found.shift == 0 else simplify(E.sub(s, entries.total(signs.back(found.share / found.weight * found.shift))))
        whole = simplify(entries.total(signs.back(found.share)), signs.positive_names)
        _reached(found, moved, signs)
        ratio = E.div(moved, whole)
        entry = E.mul(signs.back(found.weight), ratio)
        answer = simplify(entries.vector(entry if found.shift == 0 else E.add(signs.back(found.shift), entry)), signs.positive_names)
        value = _value(form, found, moved, whole, signs)
    except (NotClosed, ValueError) as err:
        return NotDerived(problem, part, f"{err}.")
    if program.sense == "max":
        value = E.neg(value)
    value = simplify(value, signs.positive_names)
    return Derivation(problem, part, "point", _steps(form, program.objective, found, ratio, answer, value, s, signs), answer, value, "always")


def _stationary(form: Form, signs: Signs) -> tuple[Stationary, Expr]:
    """Solve phi'(t) + nu a = 0 for t and split what the multiplier does from what the entry does. Raises NotClosed."""
    import sympy as sp

    (coupled, right), = form.split.coupling
    a = signs.slope(coupled)
    if a is None or a == 0:
        raise NotClosed("the coupling is not linear in the entries")
    rest = signs.back(sp.expand(signs.sympy(coupled) - a * signs.t))
    s = right if E.is_number(rest, 0) else simplify(E.sub(right, form.entries.total(rest)))
    span = interval(form.phi, form.entries.t, form.split.at_least, signs)
    parts = pieces(form.phi, form.entries.t, span, signs)
    closed = (span.low is not None and not span.open_low) or (span.high is not None and not span.open_high)
    if closed or len(parts) != 1:
        raise NotClosed("which entries stand at a bound or a kink depends on the multiplier: its equation has no closed form")
    return stationary_entry(parts[0], a, form, signs), s


def stationary_entry(p: Piece, a: Any, form: Form, signs: Signs) -> Stationary:
    """The entry where phi'(t) + nu a = 0 on one piece. Raises NotClosed."""
    import sympy as sp

    nu, root = _solved(p, a)
    t = sp.expand(p.base + p.way * root)
    index = signs.symbols_of(form.entries.of)
    terms = sp.Add.make_args(sp.expand(sp.expand_power_base(t, force=False)))
    shift, moving = sp.Add(*(x for x in terms if not x.has(nu))), [x for x in terms if x.has(nu)]
    if not moving:
        raise NotClosed("the entries do not depend on the multiplier")
    h, weight = _parted(moving, index, nu)
    return Stationary(shift, weight, h, sp.simplify(a * weight), p.slope.subs(p.s, (signs.t - p.base) * p.way) + nu * a)


def _parted(terms: list[Any], index: list[Any], nu: Any) -> tuple[Any, Any]:
    """Terms as h(nu) * weight with a weight of the entry alone. Raises NotClosed."""
    import sympy as sp

    parts = [x.as_independent(*index, as_Add=False) for x in terms]
    if not any(own.has(nu) for _, own in parts):
        if all(sp.simplify(own - parts[0][1]) == 0 for _, own in parts):
            return sp.Add(*(common for common, _ in parts)), parts[0][1]
        common, own = sp.factor(sp.Add(*terms)).as_independent(*index, as_Add=False)
        if not own.has(nu):
            return common, own
    raise NotClosed("the sum over the entries does not close: the multiplier is the root of an equation without closed form")


def _solved(p: Piece, a: Any) -> tuple[Any, Any]:
    """The multiplier (a number of either sign where that is enough, else of the one sign that gives a root) and the root. Raises NotClosed."""
    import sympy as sp

    real = sp.Symbol(str(MULTIPLIER.data), real=True)
    roots = sp.solve(p.slope + real * a, p.s)
    if len(roots) == 1:
        return real, roots[0]
    size = sp.Symbol(str(MULTIPLIER.data), positive=True)
    both = [(side * size, r) for side in (1, -1) for r in sp.solve(p.slope + side * size * a, p.s)]
    # A root of either sign is one that a bound may cut off.
    signed = [x for x in both if x[1].is_positive] or [x for x in both if x[1].is_real and not x[1].is_nonpositive]
    if len(signed) != 1:
        raise NotClosed("the stationarity condition has no single closed form")
    return signed[0]


def _reached(found: Stationary, moved: Expr, signs: Signs) -> None:
    """Some multiplier gives h the value that the coupling asks for. Raises NotClosed."""
    import sympy as sp

    nu, = (x for x in found.h.free_symbols if x.name == MULTIPLIER.data)
    if sp.diff(found.h, nu, 2) == 0:
        if signs.at_least(found.share, strictly=True) or signs.at_least(-found.share, strictly=True):
            return
        raise NotClosed("the total of the weights is not known to be other than zero")
    one_sided = signs.at_least(found.share, strictly=True) or signs.at_least(-found.share, strictly=True)
    if one_sided and any((nu.is_real and not nu.is_positive) or r.is_positive for r in sp.solve(found.h - sp.Dummy("H", real=True), nu)):
        return  # h takes every real value
    ends = (found.share, signs.sympy(moved))
    positive = found.shift == 0 and any(all(signs.at_least(side * e, strictly=True) for e in ends) for side in (1, -1))
    if not positive or not sp.solve(found.h - sp.Symbol("H", positive=True), nu):
        raise NotClosed("that a multiplier meets the coupling is not known")


def _value(form: Form, found: Stationary, moved: Expr, whole: Expr, signs: Signs) -> Expr:
    """Sum of phi at x_i = c_i h: terms in a_i c_i sum to s/h, the others are totals over the entries."""
    import sympy as sp

    h = sp.Dummy("h", positive=True)
    index = signs.symbols_of(form.entries.of)
    # Where the objective is defined the weights are positive, so logarithms of products may be split.
    inside = sp.expand(sp.expand_log(signs.sympy(form.phi).subs(signs.t, found.shift + found.weight * h), force=True))
    signs.table[E.div(moved, whole)] = h
    total = form.constant
    for term in sp.Add.make_args(inside):
        common, own = term.as_independent(*index, as_Add=False)
        ratio = sp.simplify(own / found.share)
        if ratio.has(*index):
            total = E.add(total, E.mul(signs.back(common), form.entries.total(signs.back(own))))
        else:  # sum_i a_i c_i = s / h
            total = E.add(total, E.mul(signs.back(sp.simplify(common * ratio / h)), moved))
    parted = E.neg(E.fn("log", whole))
    return E.replace(total, {E.fn("log", E.div(moved, whole)): parted if E.is_number(moved, 1) else E.add(E.fn("log", moved), parted)})


def _steps(form: Form, objective: Expr, found: Stationary, ratio: Expr, answer: Expr, value: Expr, s: Expr, signs: Signs) -> tuple[Step, ...]:
    import sympy as sp

    entries = form.entries
    x, nu = latex(at_index(entries, entries.t)), latex(MULTIPLIER)
    symbol, = (y for y in found.h.free_symbols if y.name == MULTIPLIER.data)
    signs.table[MULTIPLIER] = symbol

    def show(e: Any) -> str:
        return latex(at_index(entries, signs.back(e)))

    (coupled, _), = form.split.coupling
    left = latex(at_index(entries, coupled))
    root = sp.expand(found.shift + found.weight * found.h)
    return (
        Step(NAME, f"The entries meet only in one linear equation. Name its multiplier ${nu}$; it is a real number of either sign.",
             rf"«L» = \sum_i \left({latex(at_index(entries, simplify(form.phi)))} + {nu}\,({left})\right) - {nu}\, {latex(s)}",
             before=latex(objective), relation=Relation.EQUIVALENT),
        Step("stationarity", "The summand is strictly convex, so each entry is the one point where the derivative vanishes.",
             rf"{show(found.slope)} = 0 \quad\Longrightarrow\quad {x} = {show(root)}"),
        Step("elimination", "The multiplier enters every entry through the same factor, so the equation determines that factor.",
             rf"«h» = {show(found.h)} = {latex(simplify(ratio, signs.positive_names))}", relation=Relation.EQUIVALENT,
             requires=("the point lies inside the domain",)),
        Step(NAME, "Put the factor back.", rf"{latex(entries.unknown)} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
