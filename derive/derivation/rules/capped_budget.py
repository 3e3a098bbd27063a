"""A linear objective between bounds with one budget: fill the entries in the order of their cost a unit (fractional knapsack).

min c^T x  subject to  l <= x <= u,  a^T x = s, a > 0.  With the multiplier nu of the budget an entry stands at its lower bound
where c_i > nu a_i and at its upper bound where c_i < nu a_i: entries are filled in the order of c_i / a_i until the budget is
spent. Without upper bounds all of it goes to the first. Source: G. B. Dantzig (1957), Discrete-variable extremum problems.
"""

from __future__ import annotations

from typing import Any

from derive.derivation.rules.common import Solve, positive_names, program_of, to_write
from derive.derivation.rules.norm_program import strictly_positive
from derive.derivation.rules.ranked_order import HERE, amount_before
from derive.derivation.rules.scalar_pieces import NotClosed, interval
from derive.derivation.rules.separable import Form, match, signs_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.calls import distinct
from derive.maths.expr import Expr
from derive.maths.norm_forms import is_positive
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem

NAME = "capped-budget"


def accepts(problem: Problem, part: Part) -> bool:
    """Separable programs with a linear summand, one coupling, and bounds."""
    if part.ask not in ("argmin", "argmax"):
        return False
    form = match(problem, part)
    return form is not None and len(form.split.coupling) == 1 and len(form.entries.shape) == 1 and len(form.split.at_least) >= 1 and (
        _slope(problem, form, form.phi) is not None)


def _slope(problem: Problem, form: Form, e: Expr) -> Any:
    """The derivative of an entrywise expression in the entry of the unknown where it is constant in it."""
    signs = signs_of(problem, form.entries)
    try:
        return signs.slope(e)
    except ValueError:
        return None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Lower bounds plus what is filled in order of the ratio of cost and weight."""
    program, form = program_of(problem, part), match(problem, part)
    assert program is not None and form is not None
    entries, signs = form.entries, signs_of(problem, form.entries)
    (coupled, right), = form.split.coupling
    c, a = _slope(problem, form, form.phi), _slope(problem, form, coupled)
    try:
        span = interval(form.phi, entries.t, form.split.at_least, signs)
        if a is None or signs.sign(a) != 1:
            return NotDerived(problem, part, "The weights of the budget are not known to be positive.")
        if form.split.strict or span.low is None or span.open_low:
            return NotDerived(problem, part, "The entries have no lower bound that is attained.")
        low, weight = signs.back(span.low), signs.back(a)
        rest = signs.back(signs.sympy(coupled) - a * signs.t)
        ratio = simplify(entries.vector(signs.back(c / a)))
        start = entries.vector(low)
        left = simplify(E.sub(E.sub(right, entries.total(rest)), entries.total(E.mul(weight, low))))
        cap = None if span.high is None else simplify(E.mul(weight, E.sub(signs.back(span.high), low)))
    except (NotClosed, ValueError) as err:
        return NotDerived(problem, part, f"{err}.")
    n = entries.shape[0]
    weights, costs = entries.vector(weight), entries.vector(signs.back(c))
    missing = infeasible(problem, part, left, None if cap is None else entries.total(cap))
    if missing:
        return NotDerived(problem, part, missing)
    if cap is None:
        k = E.argopt("argmin", "i", E.at(ratio, HERE), E.dim(n))
        filled = E.mul(simplify(E.div(left, E.at(weights, k) if not E.is_number(weight, 1) else E.ONE)), E.basis(k, n))
        filled = filled.args[1] if E.is_number(filled.args[0], 1) else filled
    else:
        caps = entries.lifted(cap)
        room = caps if not caps.shape else E.at(caps, HERE)
        left_over = E.sub(left, amount_before(ratio, caps, distinct=distinct(ratio) in program.when))
        share = E.fn("minimum", E.fn("relu", left_over), room)
        filled = E.comp("i", share if E.is_number(weight, 1) else E.div(share, E.at(weights, HERE)), n)
    answer = filled if E.is_number(low, 0) else E.add(start, filled)
    value = E.replace(program.objective, {entries.unknown: answer})
    x, r, s = latex(entries.unknown), latex(ratio), latex(left)
    cost, weighed = (latex(v) if v.op in ("sym", "ones") else rf"\left({latex(v)}\right)" for v in (costs, weights))
    steps = (
        Step("lagrangian", r"Name the multiplier of the budget $«\nu»$. The Lagrangian is linear in each entry: it stands at its lower bound where "
             r"its cost a unit exceeds $«\nu»$, at its upper bound where it is below.", rf"\text{{cost a unit }} «\rho» = {r}", before=latex(program.objective)),
        Step(NAME, "So the budget above the lower bounds is spent in the order of the cost a unit, cheapest first" + (
             "." if distinct(ratio) in program.when else "; ties may be broken in any way, here by the index."),
             rf"«S» = {s}", relation=Relation.DEFINES, requires=("0 \\le «S» \\text{ and } «S» \\text{ is within the upper bounds}",)),
        Step("exchange", "No feasible point is better: to move weight from an entry to another is to pay a larger cost a unit.",
             rf"{cost}^\top ({x}' - {x}) \ge «\nu»\, {weighed}^\top ({x}' - {x}) = 0", relation=Relation.BOUNDS),
        Step(NAME, "An entry takes what the entries before it leave, up to its bound." if cap is not None else "Without upper bounds the cheapest entry takes it all.",
             rf"{x} = {latex(answer)}"),
        Step(NAME, "The value is the objective there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "generic")


def _same_sign(a: Expr, b: Expr, positive: frozenset[str]) -> bool:
    """Whether a is a positive number times b, by normal forms."""
    p, q = normal_form(a, positive), normal_form(b, positive)
    if not p or not q or p.keys() != q.keys():
        return False
    ratios = {p[k] / q[k] for k in p}
    return len(ratios) == 1 and ratios.pop() > 0


def infeasible(problem: Problem, part: Part, left: Expr, room: Expr | None) -> str:
    """What is not known about the feasibility of the budget; empty where it is known."""
    program = program_of(problem, part)
    given = [(c.args if c.data in ("<=", "<") else c.args[::-1]) for c in (program.when if program else ()) if c.op == "rel" and c.data in ("<", "<=", ">", ">=")]
    names = positive_names(problem)
    value = E.number_value(left)

    def assumed(small: Expr, large: Expr) -> bool:
        return any(_same_sign(E.sub(b, a), E.sub(large, small), names) for a, b in given)

    strict = strictly_positive(problem)
    if not ((value is not None and value >= 0) or (left.op == "sym" and left.data in names) or is_positive(left, strict) or assumed(E.ZERO, left)):
        return f"What is left of the budget, ${latex(left)}$, is not known to be nonnegative."
    if room is None or assumed(left, room) or is_positive(simplify(E.sub(room, left)), strict) or (value is not None and room.op == "dim" and value <= 1):
        return ""
    return f"The budget ${latex(left)}$ is not known to fit under the upper bounds (${latex(room)}$ in all); {to_write(f'{plain(left)} <= {plain(room)}')}."
