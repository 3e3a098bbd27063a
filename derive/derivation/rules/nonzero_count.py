"""The number of nonzero entries as a price or as a budget: compare two candidates an entry (hard threshold, best k entries).

min sum_i phi(x_i) + lam #{i : x_i != 0}   or   subject to #{i : x_i != 0} <= k.  An entry is 0, or at the minimiser t_i of phi;
leaving 0 gains phi(0) - phi(t_i) >= 0. So an entry is kept where its gain exceeds the price, or is one of the k largest. The
problem is not convex; the comparison is complete because entries are independent once their zeros are chosen.
Source: T. Blumensath and M. E. Davies (2008), Iterative thresholding; A. Beck, First-Order Methods (2017), example 6.10.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.rules.common import Solve, positive_names, program_of, signed_objective
from derive.derivation.rules.norm_program import strictly_positive, terms
from derive.derivation.rules.ranked_order import HERE, amount_before
from derive.derivation.rules.separable import Form, match
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.norm_forms import is_positive
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "nonzero-count"


@dataclass(frozen=True)
class Counted:
    """The program without its count, and the count's price or the bound on it."""

    rest: Program
    price: Expr | None
    budget: Expr | None


def is_count(e: Expr, u: Expr) -> bool:
    """Whether e is the number of entries of u that are not 0."""
    return E.nonzeros(u) == e


def match_count(problem: Problem, part: Part) -> Counted | None:
    """The count of nonzeros that stands in a program, once, as a term or as a bound."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1:
        return None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    if len(u.shape) != 1:
        return None
    price: Expr | None = None
    kept: list[Expr] = []
    for c, core in terms(signed_objective(program), u):
        if is_count(core, u):
            price = c if price is None else E.add(price, c)
        else:
            kept.append(E.mul(c, core) if not E.is_number(c, 1) else core)
    budgets = [c.args[1] if c.data == "<=" else c.args[0] for c in program.constraints
               if c.op == "rel" and c.data in ("<=", ">=") and is_count(c.args[0] if c.data == "<=" else c.args[1], u)]
    others = tuple(c for c in program.constraints if not (c.op == "rel" and any(is_count(a, u) for a in c.args)))
    if (price is None) == (not budgets) or len(budgets) > 1 or not kept or len(others) + len(budgets) != len(program.constraints):
        return None
    rest = replace(program, sense="min", objective=E.add(*kept), constraints=others)
    return Counted(rest, price, budgets[0] if budgets else None)


def accepts(problem: Problem, part: Part) -> bool:
    """Programs whose count of nonzeros is the only thing that is not convex."""
    return part.ask in ("argmin", "argmax") and match_count(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser of the rest where its gain pays, else 0."""
    found, program = match_count(problem, part), program_of(problem, part)
    assert found is not None and program is not None
    own = replace(part, id=f"{part.id}:rest", ask="argmin", program=found.rest)
    inner, form = solve(problem, own), match(problem, own)
    if isinstance(inner, NotDerived) or inner.answer is None or form is None or form.split.coupling:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "Without the count the entries are still coupled.")
    positive, strict = positive_names(problem), strictly_positive(problem)
    u, best = form.entries.unknown, inner.answer
    gain = _gain(form, best, positive)
    parabola = _width(found.rest, u, best, gain, positive)
    if found.price is not None:
        price = simplify(found.price, positive)
        if not is_positive(price, strict):
            return NotDerived(problem, part, f"The price {latex(price)} of an entry is not known to be positive.")
        level = gain if parabola is None else E.fn("abs", best)
        bar = price if parabola is None else E.fn("sqrt", simplify(E.div(E.mul(E.TWO, price), parabola), positive))
        pays = E.rel(">", level, bar)
        answer = E.cases(((best, pays),), E.zeros(*u.shape))
        least = E.neg(E.total(E.fn("relu", E.sub(gain, E.mul(price, E.ones(*u.shape))))))
        says = "So an entry is kept where its gain exceeds the price of an entry that is not 0."
    else:
        assert found.budget is not None
        order = gain if parabola is None else E.fn("abs", best)
        earlier = amount_before(order, E.ONE, descending=True)
        pays = E.rel("<", earlier, found.budget)
        answer = E.comp("i", E.cases(((E.at(best, HERE), pays),), E.ZERO), u.shape[0])
        kept_gain = E.comp("i", E.cases(((E.at(gain, HERE), pays),), E.ZERO), u.shape[0])
        least = E.neg(E.total(kept_gain))
        says = "So the entries with the largest gains are kept, as many as may be; ties may be broken in any way, here by the index."
    at_zero = E.add(form.entries.total(E.replace(form.phi, {form.entries.t: E.ZERO})), form.constant)
    value = E.add(simplify(at_zero, positive), least)
    value = value if program.sense == "min" else E.neg(value)
    x = latex(u)
    steps = (
        Step("without-count", "Leave the count of entries that are not 0 aside; what is left is a problem of its own.",
             rf"\{found.rest.sense}\ {latex(simplify(found.rest.objective, positive))}", before=latex(program.objective), relation=Relation.REDUCES),
        *inner.steps[:-1],
        Step("two-candidates", "In the problem itself, once it is chosen which entries are 0, the others are free of each other: an entry is 0, or at the minimiser "
             "of its own summand.", rf"{x}_i \in \{{0,\ «t»_i\}},\quad «t» = {latex(best)}", before=latex(program.objective), relation=Relation.REDUCES),
        Step("gain", "Leaving 0 gains the difference of the two values, which is not negative.", rf"\text{{gain}} = {latex(gain)} \ge 0", relation=Relation.DEFINES),
        Step(NAME, says, rf"{x} = {latex(answer)}", requires=("0 \\text{ is feasible}",)),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "generic", ("The problem is not convex: the comparison of all choices of zeros replaces a stationarity argument.",))


def _gain(form: Form, best: Expr, positive: frozenset[str]) -> Expr:
    """phi(0) - phi(t) for every entry."""
    entries = form.entries
    here = entries.vector(form.phi)
    there = E.replace(here, {entries.unknown: best})
    zero = entries.vector(E.replace(form.phi, {entries.t: E.ZERO}))
    return simplify(E.sub(zero, there), positive)


def _width(rest: Program, u: Expr, best: Expr, gain: Expr, positive: frozenset[str]) -> Expr | None:
    """k where every summand is (k/2)(x - t)^2 plus a constant and the gain (k/2) t^2: then |t| decides."""
    try:
        found = affine(gradient(rest.objective, u), u, positive)
    except NotDifferentiable:
        return None
    if found is None:
        return None
    k = simplify(found[0], positive)
    if normal_form(k, positive) is None or not proved_equal(gain, E.mul(E.div(k, E.TWO), E.power(best, E.TWO)), positive):
        return None
    return k
