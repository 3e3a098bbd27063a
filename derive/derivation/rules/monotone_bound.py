"""One number, an objective that only rises (or falls) in it, and bounds: the optimum stands at a bound.

Where the derivative is positive on the domain the least admissible value is best: the largest lower bound. The arguments of
logarithms and roots are positive where the objective is defined. Accepts a scalar unknown with linear bounds.
Source: a monotone function on an interval takes its minimum at an end.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from derive.derivation.quadratics.definite import is_nonzero
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Words
from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.rules.fourier_motzkin import bounds_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "monotone-bound"


def _slope(problem: Problem, part: Part) -> tuple[Expr, int] | None:
    """The derivative of the objective to minimise, and its sign (1, -1) on the whole domain."""
    asked = unknown_of(problem, part)
    if asked is None or asked[1].shape or not asked[0].constraints:
        return None
    program, t = asked
    try:
        slope = gradient(signed_objective(program), t)
    except NotDifferentiable:
        return None
    # The argument of a logarithm is positive wherever the objective is defined: it stands as a positive number.
    inside = {x.args[0] for x in E.walk(program.objective) if x.op == "fn" and x.data in ("log", "sqrt") and not x.shape and x.args[0].op != "sym"}
    put = {x: E.sym(f"_arg{k}") for k, x in enumerate(sorted(inside, key=repr))}
    symbols = {**problem.symbols, **{str(s.data): Symbol(str(s.data), domain="positive") for s in put.values()}}
    known = replace(problem, symbols=symbols, cache={})
    shown = simplify(E.replace(slope, put))
    side = 1 if sign(known, part, shown) == 2 else -1 if sign(known, part, simplify(E.neg(shown))) == 2 else 0
    return (simplify(slope), side) if side else None


def accepts(problem: Problem, part: Part) -> bool:
    """A scalar unknown with constraints, in which the objective is strictly monotone."""
    return _slope(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The bound that the objective is pushed to."""
    found, asked = _slope(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    (slope, side), (program, t) = found, asked
    domain = problem.symbols[str(t.data)].domain
    bounds = bounds_of(problem, part, program, t, domains=("real", "positive", "nonnegative"))
    if bounds is None:
        return NotDerived(problem, part, f"The constraints are no linear bounds on {t.data}.")
    ends = bounds.lower if side > 0 else bounds.upper
    if side > 0 and domain == "nonnegative":
        ends = (*ends, E.ZERO)
    against = bounds.upper if side > 0 else bounds.lower
    way = "falls" if side > 0 else "rises"
    if not ends:
        return NotDerived(problem, part, f"Nothing bounds {t.data} on the side to which the objective {way}: no optimum is attained.")
    if against:
        return NotDerived(problem, part, "Whether the bounds leave room depends on the parameters: the program may be infeasible.")
    if side > 0 and domain == "positive" and not any(_at_least_zero(problem, part, e) for e in ends) and not _both_ends(problem, part, ends):
        return NotDerived(problem, part, f"The lower bound of {t.data} is not known to be positive, so it need not be attained.")
    answer = simplify(reduce(lambda a, b: E.fn("maximum" if side > 0 else "minimum", a, b), ends))
    value = E.replace(program.objective, {t: answer})
    v = latex(t)
    steps = (
        Step(NAME, f"The objective is monotone in ${v}$: its derivative has one sign wherever it is defined. There is no stationary point.",
             rf"\frac{{\partial}}{{\partial {v}}}\left({latex(signed_objective(program))}\right) = {latex(slope)} {'>' if side > 0 else '<'} 0",
             before=latex(program.objective), relation=Relation.DEFINES),
        Step("boundary", f"So ${v}$ is as {'small' if side > 0 else 'large'} as the constraints allow.", rf"{v} = {latex(answer)}",
             requires=tuple(latex(c) for c in program.constraints)),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _both_ends(problem: Problem, part: Part, ends: tuple[Expr, ...]) -> bool:
    """max(x) and -min(x) of a vector that is not zero: one of them is positive."""
    words = Words(Facts.of(problem, part))
    tops = [e.args[0] for e in ends if e.op == "reduceall" and e.data == "max"]
    return any(E.neg(E.reduce_all("min", x)) in ends and is_nonzero(words, x) for x in tops)


def _at_least_zero(problem: Problem, part: Part, e: Expr) -> bool:
    """Whether a bound is known to be positive: a positive number, or the extreme entry of a positive vector."""
    inside = e.args[0] if e.op in ("reduceall", "reduce") else e
    core = inside.args[0] if inside.op == "at" else inside
    s = problem.symbols.get(str(core.data)) if core.op == "sym" else None
    return sign(problem, part, e) == 2 or (s is not None and s.domain in ("positive", "count", "unit"))
