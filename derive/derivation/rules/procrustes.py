"""A linear function, or a Frobenius distance, on matrices with orthonormal columns: the polar factor.

min (k/2) ||Q||_F^2 + <B, Q> subject to Q^T Q = I: the square is constant there, and <-B, Q> <= ||B||_* by von Neumann's trace inequality,
with equality at the polar factor U V^T of -B = U diag(s) V^T. Also ||A Q - C||_F with a square Q. Not convex: the bound proves it. Obligation: B
of full rank, which makes the factor unique. Source: P. Schönemann (1966); K. Fan, A. Hoffman (1955).
"""

from __future__ import annotations

from fractions import Fraction

from derive.derivation.competitors import is_orthonormal
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.word_sums import affine_in
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve, positive_names, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "procrustes"


def _matched(problem: Problem, part: Part) -> tuple[Expr, Expr, Expr] | None:
    """(Q, -B, the objective to minimise at Q = 0 plus its constant square)."""
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 2 or len(asked[0].constraints) != 1:
        return None
    program, q = asked
    c = program.constraints[0]
    if c.op != "rel" or c.data != "=" or not is_orthonormal(c, q):
        return None
    words = Words(Facts.of(problem, part), q)
    objective = signed_objective(program)
    try:
        found = affine_in(words, words.expand(gradient(objective, q)), q)
        if found is None or not found[1] or (set(found[0]) - {()} and q.shape[0] != q.shape[1]):
            return None
        hessian, linear = found
        m = q.shape[0]
        # tr(Q^T H Q) = tr(H) for a square Q, and h times the number of columns for H = h I.
        half = E.mul(E.HALF, hessian[()]) if set(hessian) == {()} else E.ZERO
        square = E.mul(half, E.dim(q.shape[1])) if set(hessian) <= {()} else E.mul(E.HALF, E.trace(words.build(hessian, (m, m))))
        start = words.scalar(E.add(E.replace(objective, {q: E.zeros(*q.shape)}), square))
        return q, words.build(words.scaled(linear, E.num(-1)), q.shape), start
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None


def accepts(problem: Problem, part: Part) -> bool:
    """A quadratic that is linear on matrices with orthonormal columns."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The polar factor of -B."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    q, m, start = found
    positive = positive_names(problem)
    scale, core = _scaled(m)
    ranked = core.op == "sym" and problem.symbols[str(core.data)].domain in ("fullrank", "fcr", "frr", "spd", "orthcols")
    if not (ranked or _assumed_invertible(asked[0].when, core)):
        return NotDerived(problem, part, f"${latex(m)}$ is not known to have full rank; declare its matrix so.")
    answer = E.polar(core) if scale > 0 else E.neg(E.polar(core))
    top = E.norm(core, None, "nuc")
    lowest = simplify(E.sub(start, E.mul(E.num(abs(scale)), top)), positive)
    value = lowest if asked[0].sense == "min" else simplify(E.neg(lowest), positive)
    v, s = latex(q), latex(core)
    steps = (
        Step(NAME, "Where the columns are orthonormal the squared norm is constant, so only a linear term is left.",
             rf"\max_{{{v}^\top {v} = I}}\ \langle {latex(m)}, {v} \rangle", before=latex(asked[0].objective)),
        Step("von-neumann", "No singular value of an orthonormal frame exceeds 1, so by the trace inequality the inner product is at most the sum of the singular "
             "values; the product of the singular factors attains it.", rf"\langle {latex(m)}, {v} \rangle \le {latex(E.mul(E.num(abs(scale)), top))}",
             relation=Relation.BOUNDS, requires=(rf"{s} \text{{ of full rank}}",)),
        Step(NAME, "So the optimum is the polar factor.", rf"{v} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "generic")


def _assumed_invertible(when: tuple[Expr, ...], core: Expr) -> bool:
    """Whether det(M) or |det(M)| of this matrix is assumed to be positive."""
    for c in when:
        if c.op == "rel" and c.data in (">", "<"):
            large, small = c.args if c.data == ">" else c.args[::-1]
            inside = large.args[0] if large.op == "fn" and large.data == "abs" else large
            if inside.op == "det" and E.is_number(small, 0) and proved_equal(inside.args[0], core):
                return True
    return False


def _scaled(m: Expr) -> tuple[Fraction, Expr]:
    """m = t * core with a rational t."""
    t, core = Fraction(1), m
    while core.op in ("neg", "mul", "div"):
        if core.op == "neg":
            t, core = -t, core.args[0]
            continue
        a, b = core.args
        number, other = (a, b) if a.op == "num" else (b, a)
        value = E.number_value(number)
        if not value or (core.op == "div" and number is a):
            break
        t, core = (t * value if core.op == "mul" else t / value), other
    return t, core
