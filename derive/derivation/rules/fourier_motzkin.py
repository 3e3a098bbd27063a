"""Bounds that linear inequalities put on one scalar unknown, and what is left of them without it.

l_j(x) <= u <= h_k(x) for all j, k has a solution u iff l_j(x) <= h_k(x) for every pair.
Source: Fourier-Motzkin elimination.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.word_sums import same
from derive.derivation.quadratics.words import TooLong, Words
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program


@dataclass(frozen=True)
class Bounds:
    """Lower and upper bounds of a scalar, in the other unknowns."""

    lower: tuple[Expr, ...]
    upper: tuple[Expr, ...]

    def choice(self) -> Expr:
        """The lower end (the upper one where there is no lower bound)."""
        ends, pick = (self.lower, "maximum") if self.lower else (self.upper, "minimum")
        return reduce(lambda a, b: E.fn(pick, a, b), ends)

    def unique_at(self, problem: Problem, part: Part, put: dict[Expr, Expr], unique: str) -> str:
        """`unique` where some lower and upper bound meet at the optimum of the others by equal normal forms, else 'no'."""
        words = Words(Facts.of(problem, part))
        meet = any(same(words, E.replace(a, put), E.replace(b, put)) for a in self.lower for b in self.upper)
        return unique if meet else "no"


def bounds_of(problem: Problem, part: Part, program: Program, u: Expr, domains: tuple[str, ...] = ("real",)) -> Bounds | None:
    """The bounds of u; None where it is no scalar of these domains, or stands in something else than linear inequalities."""
    if u.shape:
        return None
    facts = Facts.of(problem, part)
    words = Words(facts)
    lower: list[Expr] = []
    upper: list[Expr] = []
    for c in program.constraints:
        if u not in set(E.walk(c)):
            continue
        if c.op != "rel" or c.data not in ("<=", ">=") or c.args[0].shape or c.args[1].shape:
            return None
        large, small = c.args if c.data == ">=" else c.args[::-1]
        gap = E.sub(large, small)  # >= 0
        try:
            slope = words.scalar(gradient(gap, u))
        except (NotDifferentiable, TooLong, E.ShapeError):
            return None
        side = 1 if sign_of(words, slope) == 2 else -1 if sign_of(words, words.tidy(E.neg(slope))) == 2 else 0
        if not side or E.symbols_in(slope) & set(program.over):
            return None
        bound = simplify(E.div(E.neg(E.replace(gap, {u: E.ZERO})), slope), facts.positive)
        (lower if side > 0 else upper).append(bound)
    return Bounds(tuple(lower), tuple(upper)) if problem.symbols[str(u.data)].domain in domains else None


def projected(program: Program, u: Expr, found: Bounds) -> tuple[Expr, ...]:
    """The constraints that are left without u."""
    kept = tuple(c for c in program.constraints if u not in set(E.walk(c)))
    pairs = tuple(E.rel("<=", simplify(E.sub(a, b)), E.ZERO) for a in found.lower for b in found.upper)
    return (*kept, *pairs)
