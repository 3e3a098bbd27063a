"""A quadratic plus a function of one linear form: the unknown moves along one direction from where the quadratic is least.

min u^T H u / 2 + b^T u + phi(a^T u), and/or conditions on a^T u alone. With u0 = -H^{-1} b, s0 = a^T u0 and kappa = a^T H^{-1} a the
quadratic is at least its value at u0 plus (s - s0)^2 / (2 kappa) wherever a^T u = s, with equality at
u = u0 + ((s - s0)/kappa) H^{-1} a, so one number s is left. Slabs, hinge losses of one example (passive-aggressive updates), |a^T u - b|.
Obligations: H positive definite, a not zero. Source: Crammer et al., Online Passive-Aggressive Algorithms (2006); Parikh and
Boyd, Proximal Algorithms (2014), section 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.letters import fresh
from derive.derivation.quadratics.definite import definite, is_nonzero
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.word_sums import affine_in
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.derivation.rules.common import Solve, addends, nonzero_written, signed_objective, to_write
from derive.derivation.rules.linear_form import Refused, U, linear_form, ratio_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "one-direction"


@dataclass(frozen=True)
class Form:
    """u^T H u / 2 + b^T u + start + phi(a^T u), conditions on a^T u; phi and conditions in U."""

    words: Words
    program: Program
    u: Expr
    hessian: Sum
    linear: Sum
    start: Expr
    a: Expr
    phi: Expr
    conditions: tuple[Expr, ...]


def _matched(problem: Problem, part: Part) -> Form | None:
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 1:
        return None
    program, u = asked
    words = Words(Facts.of(problem, part), u)
    hessian: Sum = {}
    linear: Sum = {}
    start: list[Expr] = []
    rest: list[Expr] = []
    try:
        for t in addends(signed_objective(program)):
            found = _quadratic(words, t, u)
            if found is None:
                rest.append(t)
                continue
            hessian, linear = words.plus(hessian, found[0]), words.plus(linear, found[1])
            start.append(words.scalar(E.replace(t, {u: E.zeros(*u.shape)})))
        if not hessian or (not rest and not program.constraints):
            return None
        seen = _through(tuple(rest), program.constraints, u)
    except (TooLong, E.ShapeError, Refused):
        return None
    if seen is None:
        return None
    a, phi, conditions = with_signs(problem, *seen)
    return Form(words, program, u, hessian, linear, E.add(*start) if start else E.ZERO, a, phi, conditions)


def _quadratic(words: Words, t: Expr, u: Expr) -> tuple[Sum, Sum] | None:
    if u not in set(E.walk(t)):
        return {}, {}
    try:
        return affine_in(words, words.expand(gradient(t, u)), u)
    except NotDifferentiable:
        return None


def _through(terms: tuple[Expr, ...], constraints: tuple[Expr, ...], u: Expr) -> tuple[Expr, Expr, tuple[Expr, ...]] | None:
    """(a, sum of the terms, constraints) with a^T u written U. Raises Refused where there is more than one direction."""
    a: Expr | None = None

    def through(e: Expr) -> Expr:
        nonlocal a
        if u not in set(E.walk(e)):
            return e
        form = linear_form(e, u)
        a = form.w if a is None else a
        q = ratio_of(form.w, a)
        if q is None:
            raise Refused("more than one linear form")
        return form.phi if E.is_number(q, 1) else E.replace(form.phi, {U: E.mul(q, U)})

    phi = E.add(*(through(t) for t in terms)) if terms else E.ZERO
    conditions = []
    for c in (x for k in constraints for x in (k.args if k.op == "and" else (k,))):
        if c.op != "rel" or c.args[0].shape or c.args[1].shape:
            return None
        conditions.append(E.rel(c.data, *(through(x) for x in c.args)))
    return (a, phi, tuple(conditions)) if a is not None else None


def with_signs(problem: Problem, a: Expr, phi: Expr, conditions: tuple[Expr, ...]) -> tuple[Expr, Expr, tuple[Expr, ...]]:
    """A label y = -1 or 1 in front of the linear form becomes part of it: y^2 = 1."""
    for y in (E.sym(n) for n, s in problem.symbols.items() if s.domain == "sign" and not s.shape):
        if any(_beside(e, y) for e in (phi, *conditions)):
            put = {U: E.mul(y, U)}
            turned = [_without_squares(E.replace(e, put), y) for e in (phi, *conditions)]
            if not any(_beside(e, y) for e in turned):
                return E.mul(y, a), turned[0], tuple(turned[1:])
    return a, phi, conditions


def _beside(e: Expr, y: Expr) -> bool:
    """Whether y stands in a product with the linear form."""
    return any(x.op == "mul" and U in set(E.walk(x)) and any(f in (y, E.neg(y)) for f in _factors(x)) for x in E.walk(e))


def _without_squares(e: Expr, y: Expr) -> Expr:
    """e with y y = 1 in every product."""
    if e.op == "mul" and not e.shape:
        factors = _factors(e)
        plain = [f.args[0] if f.op == "neg" else f for f in factors]
        kept = [_without_squares(f, y) for f in plain if f != y] + [y] * (plain.count(y) % 2)
        out = kept[0] if kept else E.ONE
        for f in kept[1:]:
            out = E.mul(out, f)
        return E.neg(out) if sum(f.op == "neg" for f in factors) % 2 else out
    return E.rebuild(e, tuple(_without_squares(x, y) for x in e.args)) if e.args else e


def _factors(e: Expr) -> list[Expr]:
    if e.op == "neg" and e.args[0].op == "mul":
        first, *others = _factors(e.args[0])
        return [E.neg(first), *others]
    return [f for x in e.args for f in _factors(x)] if e.op == "mul" else [e]


def accepts(problem: Problem, part: Part) -> bool:
    """A strictly convex quadratic beside functions of, or conditions on, one linear form of a vector."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """u0 + ((s* - s0)/kappa) H^{-1} a with the best s*."""
    f = _matched(problem, part)
    assert f is not None
    w, u, n = f.words, f.u, f.u.shape[0]
    known = definite(w, f.hessian)
    if not known.holds:
        return NotDerived(problem, part, f"The quadratic is not known to be strictly convex ({known.missing}).")
    if not is_nonzero(w, f.a.args[1] if f.a.op == "mul" and not f.a.args[0].shape else f.a):
        return NotDerived(problem, part, f"${latex(f.a)}$ may be zero, where the linear form says nothing; {to_write(nonzero_written(f.a))}.")
    inverse = w.inverted(f.hessian, n)
    way = w.times(inverse, w.expand(f.a))
    free = w.scaled(w.times(inverse, f.linear), E.num(-1))
    d, u0 = w.build(way, u.shape), w.build(free, u.shape)
    width = w.scalar(E.dot(f.a, d))
    centre = w.scalar(E.dot(f.a, u0)) if free else E.ZERO
    lowest = w.scalar(E.add(f.start, E.mul(E.HALF, E.dot(w.build(f.linear, u.shape), u0)))) if free else f.start
    s, middle, scale = fresh(problem, "s", "t", "r"), fresh(problem, "s0", "t0", "r0"), fresh(problem, "kappa", "nu", "omega")
    number, at, k = E.sym(s), E.sym(middle), E.sym(scale)
    gap = number if E.is_number(centre, 0) else E.sub(number, at)
    objective = E.add(E.div(E.power(gap, E.TWO), E.mul(E.TWO, k)), E.replace(f.phi, {U: number}))
    own = Program((s,), "min", objective, tuple(E.replace(c, {U: number}) for c in f.conditions), f.program.when)
    own_part = replace(part, id=f"{part.id}:{NAME}", ask="argmin", program=own, of=None)
    symbols = {**problem.symbols, s: Symbol(s), middle: Symbol(middle), scale: Symbol(scale, domain="positive")}
    inner = solve(replace(problem, symbols=symbols, parts=(own_part,), cache={}), own_part)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        return NotDerived(problem, part, f"Along one direction: {inner.reason if isinstance(inner, NotDerived) else 'no closed form'}")
    put = {at: centre, k: width}
    length = inner.answer if E.is_number(centre, 0) else simplify(E.sub(inner.answer, at), w.facts.positive)
    moved = E.mul(E.replace(length, put), w.build(w.scaled(way, E.div(E.ONE, width)), u.shape))
    answer = moved if not free else E.add(u0, moved)
    value = E.add(lowest, E.replace(inner.value, put)) if not E.is_number(lowest, 0) else E.replace(inner.value, put)
    value = value if f.program.sense == "min" else E.neg(value)
    v = latex(u)
    point = rf"\frac{{{latex(gap)}}}{{{latex(k)}}}\, {latex(d)}" if d.op != "add" else rf"\frac{{{latex(gap)}}}{{{latex(k)}}} \left({latex(d)}\right)"
    named = rf"{latex(k)} = {latex(width)}" + ("" if E.is_number(centre, 0) else rf",\quad {latex(at)} = {latex(centre)}")
    steps = (
        Step(NAME, f"Apart from a quadratic, the program sees ${v}$ only through one number.", rf"{latex(number)} = {latex(f.a)}^\top {v}",
             before=latex(f.program.objective), relation=Relation.DEFINES),
        Step("cauchy-schwarz", "Where that number is fixed, the quadratic is least on the line through its own minimiser in the direction that "
             "stationarity with one multiplier gives; there it has grown by a square.",
             rf"{v} = {latex(u0)} + {point}" if free else rf"{v} = {point}", relation=Relation.BOUNDS, requires=(*known.because, rf"{latex(f.a)} \ne 0")),
        Step("notation", "With these names", named, relation=Relation.DEFINES),
        Step(NAME, "what is left is a problem in one number.", rf"\min_{{{latex(number)}}}\ {latex(objective)}", relation=Relation.REDUCES),
        *inner.steps,
        Step(NAME, "Put it back.", rf"{v} = {latex(answer)},\quad «J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, inner.unique)
