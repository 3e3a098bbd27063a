"""A norm that the limit minimises among all solutions, found by duality.

For every solution of w^T x = b and every norm, |b| = |w^T x| <= N(x) N_*(w): no solution is shorter
than |b| / N_*(w). A limit that attains this bound has the least norm. The norms tried are weighted
p-norms N(x) = || s x ||_p with s = |v|^k for a vector v of the limit, whose dual is
N_*(w) = || w / s ||_q with 1/p + 1/q = 1. With a start other than 0, x is the way from the start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from derive.derivation.certificate import MEASURED, PROVED
from derive.derivation.rules.invariant_ray import Solve
from derive.derivation.rules.response import Signs
from derive.derivation.rules.worked import rational, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal
from derive.maths.batches import NotEvaluable
from derive.maths.equality import TOLERANCE, Equal, agree
from derive.maths.evaluate import evaluate
from derive.maths.expr import Expr
from derive.maths.monomials import constant_of
from derive.maths.worlds import WorldSet, world_sets
from derive.problem.model import Part, Problem

NAME = "least norm by duality"
EXPONENTS: tuple[Fraction | None, ...] = (Fraction(2), None, Fraction(1))  # of the norm; None is infinity
WEIGHTS = tuple(Fraction(k) for k in ("1", "-1", "1/2", "-1/2", "2", "-2"))  # k in s = |v|^k


@dataclass(frozen=True)
class WeightedNorm:
    """|| |v|^k x ||_p; v None: no weight; p None: the largest modulus; positive: v has no negative entry."""

    p: Fraction | None
    v: Expr | None = None
    k: Fraction = Fraction(0)
    positive: bool = False

    def of(self, x: Expr) -> Expr:
        """The norm of x."""
        return E.norm(self._weighted(x, self.k), self._p(self.p))

    def dual_of(self, y: Expr) -> Expr:
        """The dual norm of y."""
        q = Fraction(1) if self.p is None else None if self.p == 1 else self.p / (self.p - 1)
        return E.norm(self._weighted(y, -self.k), self._p(q))

    def _weighted(self, x: Expr, k: Fraction) -> Expr:
        if self.v is None:
            return x
        if k == 1:  # a norm does not see the signs of its weights
            return E.mul(self.v, x)
        if k == -1:
            return E.div(x, self.v)
        size = self.v if self.positive else E.fn("abs", self.v)
        if abs(k) == Fraction(1, 2):
            return E.mul(E.fn("sqrt", size), x) if k > 0 else E.div(x, E.fn("sqrt", size))
        return E.mul(E.power(size, E.num(k)), x)

    @staticmethod
    def _p(p: Fraction | None) -> Expr:
        return E.INF if p is None else E.num(p)


def accepts(problem: Problem, part: Part) -> bool:
    """A norm that the limit of an iteration minimises."""
    return part.ask == "norm" and problem.iteration is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The first norm of the families whose lower bound the limit attains, for every admissible w.

    extra: limit, constraint (w, b), theta (name), bound (the least norm), attained (all norms of the
    families that the limit minimises), unique (whether no other solution has this norm).
    """
    limit_part = _limit_part(problem, part)
    found = solve(problem, limit_part)
    if isinstance(found, NotDerived) or found.answer is None:
        why = found.reason if isinstance(found, NotDerived) else "it has no closed form"
        return NotDerived(problem, part, f"its limit is not derived: {why}", found.steps)
    it = problem.iteration
    assert it is not None
    if "constraint" not in found.extra:
        return NotDerived(problem, part, "the limit does not solve one equation: which norm it minimises is not decided", found.steps)
    limit = found.answer
    w, b = found.extra["constraint"]
    theta = E.sym(it.over, limit.shape)
    signs = Signs.of(problem.symbols)
    zero_start = it.start.op == "zeros"
    moved = limit if zero_start else signs.simplify(E.sub(limit, it.start))
    need = b if zero_start else E.sub(b, E.dot(w, it.start))
    sets = world_sets(problem.without_given())
    attained = [n for n in candidates(w, moved, signs) if attains(n, moved, w, need, sets, signs)]
    if not attained:
        why = "the limit attains the lower bound of none of the weighted p-norms that were tried"
        return NotDerived(problem, part, why, found.steps)
    # A minimiser that is alone says more than one of many.
    best = next((n for n in attained if n.p != 1), attained[0])
    unknown = theta if zero_start else E.sub(theta, it.start)
    answer = best.of(unknown)
    others = [n.of(unknown) for n in attained if n is not best]
    proved = proved_equal(rational(E.mul(best.of(moved), best.dual_of(w))), E.fn("abs", need), signs.positive)
    strict = best.p != 1
    size, dual = signs.simplify(E.fn("abs", need)), size_of(best, w, signs)
    steps = (*found.steps, *_lines(best, unknown, size, dual, E.rel("=", E.dot(w, theta), b), proved))
    return Derivation(problem, part, "norm", steps, answer=answer, unique="always" if strict else "no",
                      says=_remarks(others, strict), extra={
        "limit": limit, "constraint": (w, b), "theta": it.over, "bound": E.div(size, dual),
        "attained": (answer, *others), "unique": strict})


def _limit_part(problem: Problem, part: Part) -> Part:
    """The part that asks for the limit this is about."""
    if part.of is not None and problem.part(part.of).ask == "limit":
        return problem.part(part.of)
    return next((p for p in problem.parts if p.ask == "limit"), Part(id="limit", ask="limit"))


def candidates(w: Expr, moved: Expr, signs: Signs) -> Iterator[WeightedNorm]:
    """The norms to try: without weights first, then weighted by powers of the vectors at hand."""
    atoms = {x for e in (w, moved) for x in E.walk(e) if x.op in ("sym", "vec")}
    vectors = sorted((x for x in atoms if x.shape == w.shape), key=repr)
    m = exponent_of(moved, w, signs)
    for p in _exponents(m, Fraction(0)):
        yield WeightedNorm(p)
    for k in WEIGHTS:
        for v in vectors:
            for p in _exponents(m if v == w else None, k):
                yield WeightedNorm(p, v, k, v.op == "sym" and v.data in signs.positive)


def _exponents(m: Fraction | None, k: Fraction) -> tuple[Fraction | None, ...]:
    """2, infinity, 1, and the p that equality in Hoelder's inequality asks for.

    The minimiser of || |w|^k x ||_p is proportional to |w|^((1-k)/(p-1) - k), to be |w|^m here.
    """
    if m is None or m + k == 0:
        return EXPONENTS
    p = 1 + (1 - k) / (m + k)
    return EXPONENTS if p in EXPONENTS or p < 1 else (*EXPONENTS, p)


def exponent_of(x: Expr, w: Expr, signs: Signs) -> Fraction | None:
    """m with x proportional to sign(w) |w|^m, or None."""
    n = normal_form(x, signs.positive)
    if not n or len(n) != 1:
        return None
    ((_, vectors), _c), = n.items()
    atoms = dict(vectors)
    size = constant_of(dict(atoms.pop(E.fn("abs", w), frozenset())))
    atoms.pop(E.fn("sign", w), None)
    return size if not atoms else None


def attains(n: WeightedNorm, x: Expr, w: Expr, b: Expr, sets: list[WorldSet], signs: Signs) -> bool:
    """Whether N(x) N_*(w) = |b|: equality in the duality bound, for every admissible instance.

    Floats refute; exact arithmetic in fresh worlds, or equal normal forms, confirm.
    """
    left, right = rational(E.mul(n.of(x), n.dual_of(w))), E.fn("abs", b)
    try:
        for ws in sets:
            p, q = evaluate(left, ws.batch), evaluate(right, ws.batch)
            if not np.all(np.abs(p - q) <= TOLERANCE.filter * (np.abs(p) + np.abs(q))):
                return False
    except NotEvaluable:
        return False
    return proved_equal(left, right, signs.positive) or isinstance(agree(left, right, sets), Equal)


def size_of(n: WeightedNorm, w: Expr, signs: Signs) -> Expr:
    """N_*(w), with the norm of a vector of ones as a power of its length."""
    dual = n.dual_of(w)
    inside = signs.simplify(dual.args[0])
    # A norm does not see signs: |sign(w)| is 1 where w has no zero.
    if inside.op == "ones" or (inside.op == "fn" and inside.data == "sign" and signs.no_zero(inside.args[0])):
        length, q = E.dim(w.shape[0]), dual.args[1]
        if q == E.INF:
            return E.ONE
        if E.is_number(q, 1):
            return length
        return E.fn("sqrt", length) if E.is_number(q, 2) else E.power(length, E.div(E.ONE, q))
    return E.norm(inside, dual.args[1])


def _lines(n: WeightedNorm, unknown: Expr, size: Expr, dual: Expr, equation: Expr, proved: bool) -> list[Step]:
    """The duality bound, its attainment (proved by normal forms, or measured), and what follows. equation: w^T theta = b."""
    seen = "" if proved else " Equality holds in every sampled instance; normal forms do not show it."
    theta = next(x for x in E.walk(unknown) if x == equation.args[0].args[1])
    end = E.sym(f"{theta.data}@limit", theta.shape)
    at_end = n.of(E.replace(unknown, {theta: end}))
    w = equation.args[0].args[0]
    return [
        Step("lower bound by duality",
             "No solution is shorter than this, whatever it is: the inequality between a norm and its dual.",
             rf"{tex(size)} = \left|{tex(E.dot(w, unknown))}\right| \le {tex(n.of(unknown))} \cdot {tex(dual)}",
             relation=Relation.BOUNDS),
        Step("the bound is attained", f"The limit has exactly this norm, so no solution has a smaller one.{seen}",
             rf"{tex(at_end)} = {tex(E.div(size, dual))}", relation=Relation.EQUIVALENT, strength=PROVED if proved else MEASURED),
        Step("least norm", "Among all solutions the limit has the least norm.",
             rf"{tex(end)} \in \operatorname{{argmin}}_{{{tex(equation)}}} {tex(n.of(unknown))}"),
    ]


def _remarks(others: list[Expr], strict: bool) -> tuple[str, ...]:
    from derive.maths.write import plain

    out: list[str] = [] if strict else ["other solutions may have the same norm"]
    if others:
        out.append("it also minimises " + ", ".join(plain(o) for o in others))
    return tuple(out)
