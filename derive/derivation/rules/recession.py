"""When a convex program is bounded, and whether its infimum is attained: growth along rays.

A convex function is bounded below on its domain only if it does not fall along any direction in which the domain is endless. For
sums of a linear term and one function with known growth those directions are few: the condition is read off, and where it fails
one of them is a ray that falls without end. A sum of terms that all fall to their own infimum along one ray, and are above it
everywhere, does not attain it.
Source: Rockafellar, Convex Analysis, sections 8 and 27.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from derive.derivation.quadratics.constraint_rows import Rows, difference, read_rows
from derive.derivation.quadratics.definite import is_nonzero
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve, positive_names, program_of
from derive.derivation.rules.objective_terms import Growth, Terms, one_sided, read_terms
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "recession"


@dataclass(frozen=True)
class Status:
    """condition: where the program is bounded (or attains its infimum); ray, start: what shows it where the condition fails."""

    condition: Expr
    says: str
    ray: Expr | None = None
    start: Expr | None = None
    infimum: Expr | None = None
    minimiser: Expr | None = None


def accepts(problem: Problem, part: Part) -> bool:
    """A program in one scalar or vector, asked for when it is bounded."""
    program = program_of(problem, part)
    return part.ask == "status" and program is not None and len(program.over) == 1 and len(problem.symbols[program.over[0]].shape) <= 1


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The condition with a ray that falls where it fails; a sequence where the infimum is not attained."""
    program = program_of(problem, part)
    assert program is not None
    x = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    found = _by_growth(problem, part, program, x) or _by_optimum(problem, part, program, solve)
    if found is None:
        return NotDerived(problem, part, "neither a ray along which the objective falls nor an optimum is known.")
    steps = _steps(found, program, x)
    if found.infimum is not None:
        extra = {"property": "attained", "ray": found.ray, "start": found.start, "infimum": found.infimum}
    else:
        extra = {"property": "bounded", "ray": found.ray, "start": found.start if found.start is not None else E.zeros(*x.shape) if x.shape else E.ZERO}
    if found.minimiser is not None:
        extra["minimiser"] = found.minimiser
    return Derivation(problem, part, "condition", steps, found.condition, extra=extra)


def _steps(s: Status, program: Program, x: Expr) -> tuple[Step, ...]:
    head = latex(program.objective)
    if s.infimum is not None and s.ray is not None:
        return (Step(NAME, s.says, rf"«J» > {latex(s.infimum)}", before=head, relation=Relation.BOUNDS),
                Step(NAME, "Along this ray the objective falls to that bound, so the bound is the infimum; no point attains it.",
                     rf"{latex(x)} = {_along(s)},\ «t» \to \infty:\quad «J» \to {latex(s.infimum)}"))
    if s.ray is None or s.condition == E.truth(True):
        return (Step(NAME, s.says, r"\text{bounded}", before=head),)
    return (Step(NAME, f"{s.says} Where the condition fails, the objective falls without end along the ray.",
                 rf"\text{{bounded}} \iff {latex(s.condition)};\quad \text{{ray }} {latex(x)} = {_along(s)},\ «t» \to \infty", before=head),)


def _along(s: Status) -> str:
    assert s.ray is not None
    start = "" if s.start is None or s.start.op == "zeros" or E.is_number(s.start, 0) else f"{latex(s.start)} + "
    return rf"{start}«t»\,\left({latex(s.ray)}\right)"


def _by_optimum(problem: Problem, part: Part, program: Program, solve: Solve) -> Status | None:
    """A derived optimum attains the value."""
    found = solve(problem, replace(part, id=f"{part.id}|optimum", of=None, ask="argmin" if program.sense == "min" else "argmax", program=program))
    if isinstance(found, NotDerived) or found.answer is None or found.kind != "point" or len(found.point) != 1:
        return None
    return Status(E.truth(True), f"The optimum is attained, for example at ${program.over[0]} = {latex(found.answer)}$.", minimiser=found.answer)


# ------------------------------------------------------------------------------------------ by what the objective holds

def _by_growth(problem: Problem, part: Part, program: Program, x: Expr) -> Status | None:
    positive = positive_names(problem)
    words = Words(Facts.of(problem, part), x)
    terms = read_terms(problem, program, x, words)
    symbol = problem.symbols[program.over[0]]
    if terms is None or symbol.above is not None or symbol.below is not None or symbol.let is not None:
        return None
    if symbol.domain not in ("", "real", "nonnegative") and not (symbol.domain == "positive" and not terms.norms and terms.soft is None
                                                                 and all(g.kind.positive for g in terms.growths)):
        return None
    if not terms.growths and not terms.norms and not terms.soft:
        return _linear(problem, program, terms, words, x)
    if program.constraints:
        return None
    if terms.norms:
        return _with_norms(terms, x, positive)
    if terms.soft is not None:
        return None if terms.growths else _soft_maximum(terms, x)
    if len(terms.growths) == 1 and terms.growths[0].inside in (x, E.neg(x)):
        own = _separable(terms, terms.growths[0], x)
        if own is not None:
            return own
    return _vanishing(program, terms, words, x)


def _largest(c: Expr) -> Expr:
    return E.reduce_all("max", c) if c.shape else c


def _least(c: Expr) -> Expr:
    return E.reduce_all("min", c) if c.shape else c


def _unit(kind: str, c: Expr) -> Expr:
    """The unit vector of the largest ('argmax') or least entry; 1 for a number."""
    if not c.shape:
        return E.ONE
    return E.basis(E.argopt(kind, "i", E.at(c, E.idx("i")), E.dim(c.shape[0])), c.shape[0])


def _of_size(x: Expr, value: Expr) -> Expr:
    """The point all whose entries are a number."""
    if not x.shape or value.shape:
        return value
    return E.zeros(*x.shape) if E.is_number(value, 0) else E.ones(*x.shape) if E.is_number(value, 1) else E.mul(value, E.ones(*x.shape))


def _size(v: Expr) -> Expr:
    return E.norm(v, E.TWO) if v.shape else E.fn("abs", v)


def _is_zero(v: Expr) -> Expr:
    return E.rel("=", _size(v), E.ZERO)


def _separable(terms: Terms, g: Growth, x: Expr) -> Status | None:
    """sum_i c_i x_i + w phi(x_i): the slope c_i stands between the two slopes of phi at infinity."""
    flipped = g.inside != x
    low, high = (g.kind.low, g.kind.high) if not flipped else (_negative(g.kind.high), _negative(g.kind.low))
    if terms.cost is None:
        inside = (low is None or low < 0 or (low == 0 and not g.kind.strict)) and (high is None or high > 0 or (high == 0 and not g.kind.strict))
        if not inside:
            return Status(E.truth(False), "There is nothing that holds the objective.", _of_size(x, E.num(-1 if high == 0 else 1)),
                          _of_size(x, E.ONE if g.kind.positive else E.ZERO))
        return None
    c = terms.cost
    below = "<" if g.kind.strict else "<="
    conditions, pairs = [], []
    if high is not None:
        end = simplify(E.mul(E.num(high), g.weight))
        conditions.append(E.rel(below, _largest(c), end))
        pairs.append((E.neg(_unit("argmax", c)), E.Expr("not", (conditions[-1],))))
    if low is not None:
        end = simplify(E.mul(E.num(low), g.weight))
        conditions.append(E.rel(below, end, _least(c)))
        pairs.append((_unit("argmin", c), E.Expr("not", (conditions[-1],))))
    if not conditions:
        return None
    ray = pairs[-1][0] if len(pairs) == 1 else E.cases((pairs[0],), pairs[1][0])
    return Status(conditions[0] if len(conditions) == 1 else E.logic("and", *conditions),
                  "Coordinate by coordinate: the slope of the linear term must not outgrow the other term on either side.", ray,
                  _of_size(x, E.ONE if g.kind.positive else E.ZERO))


def _negative(k: Fraction | None) -> Fraction | None:
    return None if k is None else -k


def _soft_maximum(terms: Terms, x: Expr) -> Status:
    """c^T x + w log sum exp x: bounded iff -c/w is a distribution."""
    w = terms.soft
    assert w is not None
    c = terms.cost if terms.cost is not None else E.zeros(*x.shape)
    total = E.ZERO if terms.cost is None else E.total(c)
    slope = simplify(E.add(total, w))
    along = E.neg(E.mul(E.fn("sign", slope), E.ones(*x.shape)))
    if terms.cost is None:
        return Status(E.truth(False), "Subtracting t from every entry subtracts t from the soft maximum.", E.neg(E.ones(*x.shape)), E.zeros(*x.shape))
    rises = E.rel("<=", _largest(c), E.ZERO)
    return Status(E.logic("and", rises, E.rel("=", slope, E.ZERO)),
                  "The conjugate of the soft maximum is finite on the probability simplex only.",
                  E.cases(((E.neg(_unit("argmax", c)), E.Expr("not", (rises,))),), along), E.zeros(*x.shape))


def _with_norms(terms: Terms, x: Expr, positive: frozenset[str]) -> Status | None:
    """c^T x + w ||A x + b||^2, with further terms only where the square holds every direction."""
    if any(n.matrix is None and n.power == 2 for n in terms.norms):
        if all(n.power >= 1 for n in terms.norms):
            return Status(E.truth(True), "The square of the norm outgrows the linear term in every direction and the other terms are convex: the infimum is attained.")
        return None
    if len(terms.norms) != 1 or terms.growths or terms.soft is not None or terms.cost is None:
        return None
    n, c = terms.norms[0], terms.cost
    if n.matrix is not None and n.power == 2 and n.euclidean:
        beside = E.sub(c, E.matmul(E.pinv(n.matrix), E.matmul(n.matrix, c)))
        return Status(_is_zero(beside), "The square sees nothing of the null space of its matrix, so the linear term must not have a part there: "
                      "it must lie in the row space.", E.neg(beside), E.zeros(*x.shape))
    return None


def _vanishing(program: Program, terms: Terms, words: Words, x: Expr) -> Status | None:
    """Terms that are above their infimum everywhere and all fall to it along one ray."""
    if terms.cost is not None or not terms.growths:
        return None
    rays = [_ray_of(program, g, words, x) for g in terms.growths]
    if rays[0] is None or any(r != rays[0] for r in rays):
        return None
    start = _of_size(x, E.ONE if any(g.kind.positive for g in terms.growths) else E.ZERO)
    return Status(E.truth(False), "Every term is above its infimum at every point.", rays[0], start, infimum=terms.constant)


def _ray_of(program: Program, g: Growth, words: Words, x: Expr) -> Expr | None:
    """A direction along which the inside of a vanishing function goes where the function vanishes, in every entry."""
    toward = g.kind.vanishes
    if not toward:
        return None
    if g.inside in (x, E.neg(x)):
        return _of_size(x, E.num(toward if g.inside == x else -toward))
    if g.slope is not None:  # phi(a^T x + b)
        return (g.slope if toward > 0 else E.neg(g.slope)) if is_nonzero(words, g.slope) else None
    for c in program.when:  # a vector that is assumed to separate: every entry of the inside at it has one sign
        if c.op != "rel" or c.data not in ("<", ">"):
            continue
        apart, way = difference(*c.args), 1 if c.data == ">" else -1
        for v in (s for s in E.walk(c) if s.op == "sym" and s.shape == x.shape):
            there = g.at(x, v)
            if there is None or there.shape != apart.shape:
                continue
            for side in (1, -1):
                if _nothing(E.sub(there, apart) if side > 0 else E.add(there, apart)):
                    return v if side * way * toward > 0 else E.neg(v)
    return None


def _nothing(e: Expr) -> bool:
    return simplify(e) in (E.ZERO, E.zeros(*e.shape))


# ------------------------------------------------------------------------------------------ linear objectives

def _linear(problem: Problem, program: Program, terms: Terms, words: Words, x: Expr) -> Status | None:
    """c^T x over everything, an orthant, a halfspace, a hyperplane, an affine space, an orthant cut by a row that it meets."""
    c = terms.cost
    if c is None:
        return None
    domain = problem.symbols[str(x.data)].domain
    bounds = [b for k in program.constraints if (b := one_sided(k, x)) is not None]
    others = [k for k in program.constraints if one_sided(k, x) is None]
    if domain == "positive":
        bounds.append((1, E.ZERO))
    if len(bounds) > 1:
        return None
    if not bounds and not others:
        return Status(_is_zero(c), "A linear function that is not constant falls along its negative gradient.", E.neg(c), _of_size(x, E.ZERO))
    if not others:
        side, end = bounds[0]
        start = E.add(end, _of_size(x, E.ONE)) if domain == "positive" and end.shape else _of_size(x, E.ONE if domain == "positive" else end)
        return _over_orthant(c, side, start)
    if len(others) != 1 or not x.shape:
        return None
    try:
        rows = read_rows(words, others[0], x)
        return None if rows is None else _with_rows(c, rows, bounds, words, x, domain)
    except (TooLong, E.ShapeError):
        return None


def _over_orthant(c: Expr, side: int, start: Expr) -> Status:
    condition = E.rel(">=", _least(c), E.ZERO) if side > 0 else E.rel("<=", _largest(c), E.ZERO)
    return Status(condition, "Each coordinate is free towards one side, where its cost must not fall.",
                  _unit("argmin", c) if side > 0 else E.neg(_unit("argmax", c)), start)


def _with_rows(c: Expr, rows: Rows, bounds: list[tuple[int, Expr]], words: Words, x: Expr, domain: str) -> Status | None:
    if not rows.single:
        if bounds:
            return None
        a = E.transpose(words.build(rows.adjoint, (x.shape[0], rows.count)))
        beside = E.sub(c, E.matmul(E.pinv(a), E.matmul(a, c)))
        return Status(_is_zero(beside), "Along the null space of the rows nothing binds, so the cost must lie in their span.", E.neg(beside),
                      E.matmul(E.pinv(a), rows.right)) if rows.relation == "=" else None
    a = words.build(rows.adjoint, x.shape)
    if bounds:
        if bounds[0][0] < 0 or (not E.is_number(bounds[0][1], 0) and bounds[0][1].op != "zeros") or rows.relation == "=" or not _positive(words, a):
            return None
        reach = E.add(E.ONE, E.fn("abs", rows.right))
        return _over_orthant(c, 1, E.mul(E.div(reach, E.total(a)), E.ones(*x.shape)))
    if not is_nonzero(words, a) and not is_nonzero(words, simplify(E.neg(a))):
        return None
    core = a.args[0] if a.op == "neg" else a
    inner, lengths = E.dot(core, c), E.mul(_size(core), _size(c))
    inner = inner if core == a else E.neg(inner)
    start = E.mul(E.div(rows.right, E.dot(core, core)), a)
    if rows.relation == "=":
        return Status(E.rel("=", E.fn("abs", inner), lengths), "Within the hyperplane nothing binds, so the cost must be a multiple of the normal.",
                      E.sub(E.mul(inner, a), E.mul(E.dot(core, core), c)), start)
    return Status(E.rel("=", inner, lengths), "Farkas: the cost must be a nonnegative multiple of the normal of the halfspace, which is equality in the Cauchy-Schwarz inequality.",
                  E.sub(E.mul(_size(c), a), E.mul(_size(core), c)), start)


def _positive(words: Words, a: Expr) -> bool:
    return a.op == "ones" or (a.op == "sym" and words.facts.domain(a) == "positive")
