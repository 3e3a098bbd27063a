"""A linear function against the logarithm of a sum of exponentials: Gibbs' inequality.

max c^T x - T log sum_i w_i exp(x_i / T) with c in the probability simplex and T, w > 0. With q_i = w_i exp(x_i/T) / sum_j w_j exp(x_j/T) the objective is
T sum_i c_i log(q_i / w_i), largest at q = c (sum c log(c/q) >= 0), which x_i = T log(c_i / w_i) attains; adding a constant to x changes nothing.
The conjugate of log-sum-exp. Obligation: c > 0 sums to 1. Source: Boyd and Vandenberghe, Convex Optimization, example 3.25.
"""

from __future__ import annotations

from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.rules.norm_program import strictly_positive, terms
from derive.derivation.rules.separable_form import Entries, NotSeparable
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "log-sum-exp"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr, Expr, Expr] | None:
    """(x, c, T, w, constant) of the objective to maximise; w a vector or the number 1."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1 or asked[0].constraints:
        return None
    program, x = asked
    entries, positive = Entries(x), positive_names(problem)
    linear: list[Expr] = []
    rest: list[Expr] = []
    found: tuple[Expr, Expr] | None = None
    try:
        for k, core in terms(E.neg(signed_objective(program)), x):
            if x not in set(E.walk(core)):
                rest.append(E.mul(k, core))
            elif core.op == "fn" and core.data == "log" and found is None:
                inside = entries.summed(core.args[0])
                found = (simplify(E.neg(k), positive), inside[0]) if E.is_number(inside[1], 0) else None
                if found is None:
                    return None
            elif core.op == "dot" and x in core.args:
                linear.append(E.mul(k, core.args[0] if core.args[1] == x else core.args[1]))
            else:
                return None
    except (NotSeparable, E.ShapeError):
        return None
    if found is None or not linear:
        return None
    temperature, body = found
    weight, power = E.ONE, body
    if body.op == "mul":
        weight, power = (body.args[0], body.args[1]) if entries.t in set(E.walk(body.args[1])) else (body.args[1], body.args[0])
    if power.op != "fn" or power.data != "exp" or entries.t in set(E.walk(weight)):
        return None
    slope = affine(power.args[0], entries.t, positive)
    if slope is None or not E.is_number(slope[1], 0) or normal_form(E.mul(slope[0], temperature), positive) != normal_form(E.ONE, positive):
        return None
    c = simplify(E.add(*linear), positive)
    return x, c, temperature, entries.lifted(weight), E.add(*rest) if rest else E.ZERO


def accepts(problem: Problem, part: Part) -> bool:
    """A linear function minus T times the logarithm of a weighted sum of exponentials of x/T."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """T log(c/w), with the value T sum c log(c/w)."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    x, c, t, w, constant = found
    if c.op != "sym" or problem.symbols[str(c.data)].domain != "simplex":
        return NotDerived(problem, part, f"${latex(c)}$ is not known to be positive with sum 1 (declare it simplex): elsewhere the objective is unbounded.")
    names = strictly_positive(problem)
    plain = E.is_number(w, 1)
    if sign(problem, part, t) < 2 or not (plain or (w.op == "sym" and w.data in names)):
        return NotDerived(problem, part, f"${latex(t)}$ or the weights are not known to be positive.")
    ratio = c if plain else E.div(c, w)
    one = E.is_number(t, 1)
    answer = E.fn("log", ratio) if one else E.mul(t, E.fn("log", ratio))
    best = E.dot(c, E.fn("log", ratio))
    highest = best if one else E.mul(t, best)
    highest = highest if E.is_number(constant, 0) else E.add(highest, constant)
    value = highest if asked[0].sense == "max" else E.neg(highest)
    v, p = latex(x), latex(c)
    shown = rf"{latex(t)} \sum_i {p}_i \log\frac{{«q»_i}}{{{latex(w)}_i}}" if not plain else rf"{latex(t)} \sum_i {p}_i \log «q»_i"
    steps = (
        Step(NAME, "Name the probabilities that the exponentials give; they are all positive and sum to 1.",
             rf"«q»_i = \frac{{{'' if plain else latex(w) + '_i '}e^{{{v}_i{'' if one else '/' + latex(t)}}}}}{{\sum_j {'' if plain else latex(w) + '_j '}e^{{{v}_j{'' if one else '/' + latex(t)}}}}}",
             before=latex(asked[0].objective), relation=Relation.DEFINES),
        Step(NAME, f"Taking logarithms, ${v}_i$ is a logarithm of $«q»_i$ plus a constant, and ${p}$ sums to 1: the objective is one of $«q»$ alone.", shown,
             requires=(rf"\sum_i {p}_i = 1",)),
        Step("gibbs", f"By Gibbs' inequality $\\sum_i {p}_i \\log({p}_i/«q»_i) \\ge 0$, so it is largest where $«q» = {p}$.", rf"«q» = {p}", relation=Relation.BOUNDS),
        Step(NAME, "One point with these probabilities (a constant may be added to all entries).", rf"{v} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "no")
