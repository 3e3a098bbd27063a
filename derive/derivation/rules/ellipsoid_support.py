"""A linear term plus a function of one quadratic form: the norm argument in the metric of a positive definite matrix.

Accepts  min g^T u + phi(sqrt(u^T M u))  with phi scalar, and/or  u^T M u <= c.  By Cauchy-Schwarz in the metric of M the
best u of length m = sqrt(u^T M u) is -m M^{-1} g / S with S = sqrt(g^T M^{-1} g), so one number is left.
Obligations: M positive definite, g not zero. Source: support function of an ellipsoid; dual of a Mahalanobis norm.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.letters import own
from derive.derivation.quadratics.definite import definite, is_nonzero
from derive.derivation.quadratics.factors import times_scalar
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.word_sums import affine_in
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.derivation.rules.common import Solve, nonzero_written, signed_objective, to_write
from derive.derivation.rules.norm_program import LENGTH
from derive.derivation.rules.norm_support import Form, best_length, unknown_radius
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build, number
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "ellipsoid-support"
SUPPORT = own("S")


@dataclass(frozen=True)
class Matched:
    """gradient^T u + phi(m), m = sqrt(u^T M u) <= limit."""

    words: Words
    program: Program
    u: Expr
    gradient: Sum
    metric: Sum
    phi: Expr
    limit: Expr | None


def match(problem: Problem, part: Part) -> Matched | None:
    """The parts of a program of this form; None where it is not."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1:
        return None
    program, u = asked
    words = Words(Facts.of(problem, part))
    try:
        n = normal_form(words.scalar(signed_objective(program)), words.facts.positive)
        limits = [_limit(words, c, u) for c in program.constraints]
    except (TooLong, E.ShapeError):
        return None
    if n is None or len(limits) > 1 or None in limits:
        return None
    metric = limits[0][0] if limits and limits[0] else None
    linear: Sum = {}
    phi: Normal = {}
    for (scalars, vectors), c in n.items():
        mine = [(a, k) for a, k in scalars if u in set(E.walk(a))]
        others = frozenset(p for p in scalars if p not in mine)
        if not mine:
            phi[(others, vectors)] = c
            continue
        if len(mine) != 1 or mine[0][0].op != "dot":
            return None
        (a, k), = mine
        column = free_side(a, u)
        form = metric_of(words, a, u)
        if column is not None and k == number(E.ONE.data):
            linear = words.plus(linear, words.scaled(words.expand(column), build({(others, frozenset()): c}, E.SCALAR)))
        elif form is not None and metric in (None, form):
            metric = form
            doubled = frozenset({key: 2 * v for key, v in dict(k).items()}.items())
            phi[(others | {(LENGTH, doubled)}, frozenset())] = c
        else:
            return None
    if metric is None or not linear:
        return None
    return Matched(words, program, u, linear, metric, build(phi, E.SCALAR), limits[0][1] if limits and limits[0] else None)


def free_side(a: Expr, u: Expr) -> Expr | None:
    """g where a is g^T u with g free of u."""
    p, q = a.args
    other = q if p == u else p if q == u else None
    return other if other is not None and u not in set(E.walk(other)) else None


def metric_of(words: Words, a: Expr, u: Expr) -> Sum | None:
    """M where a is u^T M u with one product M."""
    if a.op != "dot":
        return None
    marked = Words(words.facts, u)
    p, q = (marked.expand(x) for x in a.args)
    if len(p) != 1 or len(q) != 1:
        return None
    word = (*next(iter(marked.transposed(p))), *next(iter(q)))
    if word[0] != E.transpose(u) or word[-1] != u or any(marked.holds_unknown(f) for f in word[1:-1]):
        return None
    return {word[1:-1]: E.ONE}


def _limit(words: Words, c: Expr, u: Expr) -> tuple[Sum, Expr] | None:
    """u^T M u <= c as (M, sqrt(c)), or its root <= c as (M, c)."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    small, large = c.args if c.data == "<=" else (c.args[1], c.args[0])
    root = small.op == "fn" and small.data == "sqrt"
    inside = small.args[0] if root else small
    form = metric_of(words, words.scalar(inside), u) or _curvature(words, inside, u)
    if form is None or u in set(E.walk(large)):
        return None
    return form, large if root else words.tidy(E.fn("sqrt", large))


def _curvature(words: Words, e: Expr, u: Expr) -> Sum | None:
    """M of a homogeneous quadratic e = u^T M u that is written as a sum over entries."""
    try:
        found = affine_in(Words(words.facts, u), Words(words.facts, u).expand(gradient(e, u)), u)
    except (NotDifferentiable, E.ShapeError):
        return None
    if found is None or found[1] or not found[0] or not E.is_number(words.scalar(E.replace(e, {u: E.zeros(*u.shape)})), 0):
        return None
    return words.scaled(found[0], E.HALF)


def accepts(problem: Problem, part: Part) -> bool:
    """Programs of this form that ask for their minimiser."""
    return match(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """-(m*/S) M^{-1} g with the best length m*, and the value there."""
    found = match(problem, part)
    assert found is not None
    w, u = found.words, found.u
    n = u.shape[0]
    known = definite(w, found.metric)
    if not known.holds:
        return NotDerived(problem, part, f"The metric is not known to be positive definite ({known.missing}).")
    g = w.build(found.gradient, u.shape)
    direction = w.times(w.inverted(found.metric, n), found.gradient)
    squared = w.inner(found.gradient, direction)
    root = E.fn("sqrt", squared)
    if not (is_nonzero(w, g) or _single_nonzero(w, found.gradient)):
        return NotDerived(problem, part, f"The linear term ${latex(g)}$ may be zero, where the direction is not defined; "
                          f"{to_write(nonzero_written(g))}.")
    positive = w.facts.positive | {str(SUPPORT.data)}
    best = unknown_radius(problem, part, found.limit) or best_length(Form(u, g, E.TWO, found.phi, found.limit), SUPPORT, positive)
    if isinstance(best, str) or best.m is None:
        return NotDerived(problem, part, best if isinstance(best, str) else "the best length is not determined without a condition.")
    ratio = simplify(E.div(best.m, SUPPORT), positive)
    answer = times_scalar(E.replace(ratio, {SUPPORT: root}), w.build(w.scaled(direction, E.num(-1)), u.shape))
    if len(direction) == 1 and answer.op in ("mul", "div") and "neg" in (answer.args[0].op, answer.args[1].op):
        answer = E.neg(E.rebuild(answer, tuple(x.args[0] if x.op == "neg" else x for x in answer.args)))
    lowest = simplify(E.sub(E.replace(found.phi, {LENGTH: best.m}), E.mul(best.m, SUPPORT)), positive)
    value = E.replace(lowest if found.program.sense == "min" else simplify(E.neg(lowest), positive), {SUPPORT: root})
    form = rf"{latex(u)}^\top {latex(w.build(found.metric, (n, n)))} {latex(u)}"
    v = latex(u)
    steps = (
        Step(NAME, f"Write $«m» = \\sqrt{{{form}}}$: a length in the metric of a positive definite matrix.", rf"«m»^2 = {form}",
             before=latex(found.program.objective), relation=Relation.DEFINES, requires=known.because),
        Step("cauchy-schwarz", "For a fixed length the linear term is bounded by the Cauchy-Schwarz inequality in that metric, with "
             "equality in one direction.", rf"{latex(g)}^\top {v} \ge -«m» {latex(SUPPORT)},\quad {latex(SUPPORT)} = {latex(root)},\quad {v} = -\frac{{«m»}}{{{latex(SUPPORT)}}} "
             rf"{_wrapped(w.build(direction, u.shape))}", relation=Relation.BOUNDS, requires=(f"${latex(g)} \\ne 0$",)),
        Step(NAME, "What is left is a problem in one number.",
             rf"\min_{{«m» \ge 0}}\ {latex(simplify(E.sub(found.phi, E.mul(LENGTH, SUPPORT)), positive))}", relation=Relation.REDUCES),
        Step("scalar-stationarity", best.says or "Set the derivative in $«m»$ to zero; the second derivative is positive.", rf"«m»^* = {latex(best.m)}"),
        Step(NAME, "So the optimum is", rf"{v} = {latex(answer)},\quad «J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def _single_nonzero(w: Words, s: Sum) -> bool:
    if len(s) != 1:
        return False
    ((word, c),) = s.items()
    return len(word) == 1 and E.number_value(c) not in (None, 0) and is_nonzero(w, word[0])


def _wrapped(e: Expr) -> str:
    return rf"\left({latex(e)}\right)" if e.op in ("add", "neg") else latex(e)
