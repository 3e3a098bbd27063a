"""Rescaled features: a change of variables, the plain iteration, and the way back.

The feature vector a is divided by s, the root of its second moment over the data (one point:
s_i = |a_i|); the iteration runs on a/s with parameters theta~ and its limit becomes theta~ / s.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.rules.invariant_ray import Solve
from derive.derivation.rules.linear_form import Refused, linear_form
from derive.derivation.rules.response import Signs
from derive.derivation.rules.worked import number_line, numbers, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.problem.nouns.iteration import Iteration

NAME = "rescaled features"


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of an iteration on rescaled features."""
    return part.ask == "limit" and problem.iteration is not None and problem.iteration.plain and problem.iteration.rescale is not None


def scale_of(problem: Problem) -> Expr:
    """s_i, the root of the second moment of feature i: |a_i|, as the data are one point.

    Raises Refused where the features are not one vector, or may be 0.
    """
    it = problem.iteration
    assert it is not None and it.features is not None
    a = problem.symbols[it.features]
    if len(a.shape) != 1:
        raise Refused("features of several data points: only one data point is covered")
    if not Signs.of(problem.symbols).no_zero(E.sym(a.name, a.shape)):
        raise Refused(f"a feature that is 0 cannot be scaled to unit second moment: declare {a.name} nonzero")
    return E.fn("abs", E.sym(a.name, a.shape))


def in_rescaled_coordinates(problem: Problem) -> Problem:
    """The problem that the iteration really runs on; the problem itself where nothing is rescaled."""
    it = problem.iteration
    if it is None or it.rescale is None or it.features is None:
        return problem
    s = scale_of(problem)
    a = E.sym(it.features, problem.symbols[it.features].shape)
    scaled = {a: E.div(a, s)}
    start = it.start if it.start.op == "zeros" else E.mul(s, it.start)
    residual = None if it.residual is None else (it.residual[0], E.replace(it.residual[1], scaled))
    loss, update = E.replace(it.loss, scaled), E.replace(it.update, scaled)
    inner = Iteration(it.over, loss, start, update, it.step, it.steps, residual)
    # Its own identity and cache: what is known of the outer problem is not true of this one.
    return replace(problem, id=f"{problem.id}/rescaled", iteration=inner, cache={}, digest="")


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit in original units: the inner limit divided by the scales.

    extra: as for the invariant ray, in original units for direction and constraint; scale (s),
    inner (the limit in rescaled units).
    """
    it = problem.iteration
    assert it is not None
    theta = E.sym(it.over, problem.symbols[it.over].shape)
    signs = Signs.of(problem.symbols)
    try:
        s = scale_of(problem)
        inner_problem = in_rescaled_coordinates(problem)
        form = linear_form(it.loss, theta)
    except Refused as why:
        return NotDerived(problem, part, str(why))
    opening = _opening(problem, s, signs)
    inner = solve(inner_problem, part)
    inner_steps = tuple(_with_tilde(step, theta) for step in inner.steps)
    if isinstance(inner, NotDerived) or inner.answer is None:
        reason = inner.reason if isinstance(inner, NotDerived) else "the rescaled problem has no closed form"
        return NotDerived(problem, part, f"in rescaled coordinates: {reason}", (*opening, *inner_steps))
    answer = _one_quotient(signs.simplify(E.div(inner.answer, s)))
    name = tex(E.sym(f"{it.over}@limit", theta.shape))
    closing = [Step("back to original units", "The solution is converted back: parameters are divided by the scales.",
                    f"{name} = {tex(answer)}", before=rf"{name} = {_tilde(name, theta)} / {tex(s)}",
                    relation=Relation.REDUCES)]
    closing += number_line(answer, problem, name)
    keep = tuple(step for step in inner_steps if step.rule != "numbers")
    extra = {**inner.extra, "scale": s, "inner": inner.answer, "inner_direction": inner.extra["direction"],
             "direction": signs.simplify(E.div(inner.extra["direction"], s)),
             "constraint": (signs.simplify(form.w), inner.extra["constraint"][1]), "numbers": numbers(answer, problem)}
    return Derivation(problem, part, inner.kind, (*opening, *keep, *closing), answer=answer, unique=inner.unique,
                      says=inner.says, extra=extra)


def _opening(problem: Problem, s: Expr, signs: Signs) -> list[Step]:
    it = problem.iteration
    assert it is not None and it.features is not None
    a = E.sym(it.features, problem.symbols[it.features].shape)
    theta = E.sym(it.over, problem.symbols[it.over].shape)
    t, f = tex(theta), tex(a)
    return [
        Step("scales",
             "Over one data point the second moment of a feature is its square, so each is divided by its modulus.",
             rf"\tilde {f} = {f} / {tex(s)} = {tex(signs.simplify(E.div(a, s)))}", relation=Relation.DEFINES,
             requires=(f"no entry of {it.features} is 0",)),
        Step("change of variables",
             "The model's output stays the same when the parameters are multiplied by the scales.",
             rf"{f}^\top {t} = \tilde {f}^\top \tilde {t},\qquad \tilde {t} = {tex(s)} \odot {t}",
             relation=Relation.REDUCES),
    ]


def _one_quotient(e: Expr) -> Expr:
    """(x / y) / z as x / (y z)."""
    if e.op == "neg":
        return E.neg(_one_quotient(e.args[0]))
    if e.op == "div" and e.args[0].op == "div":
        top, z = e.args
        return E.div(top.args[0], E.mul(top.args[1], z))
    return e


def _with_tilde(step: Step, theta: Expr) -> Step:
    """A step of the inner problem, its parameters marked as rescaled ones."""
    return replace(step, after=_tilde(step.after, theta), before=_tilde(step.before, theta))


def _tilde(text: str, theta: Expr) -> str:
    name = tex(theta)
    return text.replace(name, rf"\tilde{{{name}}}") if name.startswith("\\") else text
