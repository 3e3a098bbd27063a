"""Parabolas of one width above lower bounds, coupled by a sum: one threshold for all entries, as a maximum.

min sum_i (k/2)(x_i - t_i)^2 + const  subject to  x >= l, sum x = s.  With b = t - l and S = s - sum l > 0 the
multiplier gives x = l + (b - nu)_+ with sum («b»_i - nu)_+ = S. For every set A of entries sum_A («b»_i - nu) <= S, so
nu >= (sum_A b_i - S)/|A|, with equality at {b_i > nu}; the sets {i : b_i >= b_j} suffice:
nu = max_j (sum_{b_i >= b_j} b_i - S) / |{i : b_i >= b_j}|.   Source: Held, Wolfe and Crowder (1974), in sorted form.
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.scalar_pieces import NotClosed, interval, pieces
from derive.derivation.rules.separable import Form, match, signs_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.projections import threshold
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "shared-threshold"


def accepts(problem: Problem, part: Part) -> bool:
    """Separable programs with one coupling and one condition an entry."""
    if part.ask not in ("argmin", "argmax"):
        return False
    form = match(problem, part)
    return form is not None and len(form.split.coupling) == 1 and len(form.entries.shape) == 1 and len(form.split.at_least) >= 1


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """l + (t - l - nu)_+ with the threshold nu as a maximum over entries, and the value."""
    import sympy as sp

    program, form = program_of(problem, part), match(problem, part)
    assert program is not None and form is not None
    entries, signs = form.entries, signs_of(problem, form.entries)
    index = signs.symbols_of(entries.of)
    try:
        span = interval(form.phi, entries.t, form.split.at_least, signs)
        parts = pieces(form.phi, entries.t, span, signs)
        (coupled, right), = form.split.coupling
        a, p = signs.slope(coupled), parts[0]
        k = sp.simplify(sp.diff(p.slope, p.s))
        if len(parts) != 1 or k.has(p.s, *index) or not signs.at_least(k, strictly=True):
            return NotDerived(problem, part, "The summands are not parabolas of one width.")
        if form.split.strict or span.low is None or span.open_low or span.high is not None or a is None or a.has(*index) or signs.sign(a) in (None, 0):
            return NotDerived(problem, part, "The entries do not have a lower bound alone and equal weights in the coupling.")
        free = signs.back(sp.expand(p.base - p.slope.subs(p.s, 0) / k))
        rest = signs.back(sp.expand(signs.sympy(coupled) - a * signs.t))
        low = signs.back(span.low)
        summed = simplify(E.div(E.sub(right, entries.total(rest)), signs.back(a)))
        left = simplify(E.sub(summed, entries.total(low)))
        if not signs.at_least(signs.sympy(left), strictly=True):
            return NotDerived(problem, part, f"The sum that is left above the lower bounds, {latex(left)}, is not known to be positive.")
    except (NotClosed, ValueError) as err:
        return NotDerived(problem, part, f"{err}.")
    b = simplify(entries.vector(E.sub(free, low)))
    nu = threshold(b, left)
    above = E.fn("relu", E.sub(b, E.mul(nu, E.ones(*b.shape))))
    answer = above if E.is_number(low, 0) else E.add(entries.vector(low), above)
    value = E.replace(program.objective, {entries.unknown: answer})
    return Derivation(problem, part, "point", _steps(form, program.objective, b, left, nu, answer, value), answer, value, "always")


def _steps(form: Form, objective: Expr, b: Expr, left: Expr, nu: Expr, answer: Expr, value: Expr) -> tuple[Step, ...]:
    x, s, of = latex(form.entries.unknown), latex(left), latex(b)
    return (
        Step(NAME, r"Name the multiplier of the sum $«\nu»$ (up to a factor). Each entry is then a parabola above a lower bound: it stands at its "
             r"free minimiser lowered by $«\nu»$, or at the bound.", rf"{x} = «\ell» + («b» - «\nu» \mathbf 1)_+,\quad «b» = {of}",
             before=latex(objective)),
        Step(NAME, r"The sum determines $«\nu»$: the left side falls in $«\nu»$ from $\infty$ to 0, strictly where it is positive.",
             rf"\textstyle\sum_i («b»_i - «\nu»)_+ = {s}", requires=(f"{s} > 0",)),
        Step(NAME, r"For every set $«A»$ of entries $\sum_{«A»} («b»_i - «\nu»)$ is at most that sum, with equality at the entries above $«\nu»$, which "
             r"are the largest ones. So $«\nu»$ is a maximum over the sets of largest entries.", rf"«\nu» = {latex(nu)}", relation=Relation.BOUNDS),
        Step(NAME, "Put the threshold back.", rf"{x} = {latex(answer)}"),
        Step(NAME, "The value is the objective there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
