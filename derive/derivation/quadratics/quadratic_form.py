"""A quadratic objective read as J(u) = u^T H u / 2 + b^T u + J(0): what the rules for quadratics share."""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.programs import program_of, signed_objective
from derive.derivation.quadratics.definite import Requirement, definite
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.word_sums import affine_in, vanishes
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program


@dataclass(frozen=True)
class Quadratic:
    """The gradient H u + b of the objective to minimise, for an unknown of shape (n,) or (n, k).

    hessian: n x n as a sum of words; constant: b; start: J(0); requires: whether H is positive definite, and why.
    """

    words: Words
    program: Program
    u: Expr
    objective: Expr
    hessian: Sum
    constant: Sum
    start: Expr
    requires: Requirement

    @property
    def gradient(self) -> Expr:
        """H u + b, written out."""
        w = self.words
        return w.build(w.plus(w.times(self.hessian, {(self.u,): E.ONE}), self.constant), self.u.shape)

    @property
    def inverse(self) -> Sum:
        """H^{-1}."""
        return self.words.inverted(self.hessian, self.u.shape[0])

    def free_point(self) -> Expr:
        """-H^{-1} b, the stationary point: one inverse times one sum where b has several terms."""
        w = self.words
        content = w.common_factor(self.hessian)
        scale = w.tidy(E.div(E.num(-1), content))
        rest = w.scaled(self.constant, scale)
        inverse = w.inverted(w.scaled(self.hessian, w.tidy(E.div(E.ONE, content))), self.u.shape[0])
        if len(rest) > 1 and len(inverse) == 1 and next(iter(inverse)):
            return E.matmul(w.build(inverse, (self.u.shape[0],) * 2), w.build(rest, self.u.shape))
        return w.build(w.times(inverse, rest), self.u.shape)

    def value_at(self, point: Expr, multiplier: Expr | None = None) -> Expr:
        """J at a point with H u + b = a nu and nu (a^T u - d) = 0: J(0) + (b^T u + nu d)/2, in the sense of the program."""
        w = self.words
        b = w.build(self.constant, self.u.shape)
        linear = E.dot(b, point) if self.constant else E.ZERO
        total = w.scalar(E.add(self.start, E.mul(E.HALF, E.add(linear, multiplier or E.ZERO))))
        return total if self.program.sense == "min" else w.scalar(E.neg(total))


def unknown_of(problem: Problem, part: Part) -> tuple[Program, Expr] | None:
    """The program of an argmin or argmax part over one unknown."""
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1:
        return None
    name = program.over[0]
    defined = [s for s in problem.symbols.values() if s.let is not None and s.name in E.symbols_in(program.objective)]
    if any(name in E.symbols_in(s.let) for s in defined if s.let is not None):
        return None  # a name that hides the unknown has no derivative of its own
    return program, E.sym(name, problem.symbols[name].shape)


def read(problem: Problem, part: Part) -> Quadratic | None:
    """The objective as a quadratic in a vector or matrix unknown; None where its gradient is not affine in it."""
    asked = unknown_of(problem, part)
    if asked is None or not asked[1].shape:
        return None
    program, u = asked
    words = Words(Facts.of(problem, part), u)
    objective = signed_objective(program)
    try:
        found = affine_in(words, words.expand(gradient(objective, u)), u)
        if found is None or not found[0]:
            return None
        hessian, constant = found
        start = words.scalar(E.replace(objective, {u: E.zeros(*u.shape)}))
        return Quadratic(words, program, u, objective, hessian, constant, start, definite(words, hessian))
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None


def hessian_text(q: Quadratic) -> str:
    """H in LaTeX."""
    return latex(q.words.build(q.hessian, (q.u.shape[0],) * 2))


def stationary(q: Quadratic, point: Expr, pull: Sum | None = None) -> bool:
    """Whether equal normal forms prove H u + b = pull (0 where there is none) at the point."""
    w = q.words
    try:
        left = w.plus(w.times(q.hessian, w.expand(point)), q.constant)
        return vanishes(w, w.plus(left, w.scaled(pull or {}, E.num(-1))))
    except (TooLong, E.ShapeError):
        return False
