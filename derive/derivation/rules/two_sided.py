"""A quadratic in a matrix with a factor on each side: L X R = -B gives X = -L^{-1} B R^{-1}.

min tr(X^T L X R) / 2 + <B, X> with positive definite L and R: the metric of Kronecker-factored preconditioners (K-FAC, Shampoo).
With vec, the Hessian is R (x) L, positive definite as the product of eigenvalues of L and R. Accepts gradients c L X R + B.
Source: Horn and Johnson, Topics in Matrix Analysis, section 4.2; Martens and Grosse (2015).
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.programs import lowered
from derive.derivation.quadratics.definite import definite, sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Sum, TooLong, Word, Words
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "two-sided-quadratic"


@dataclass(frozen=True)
class Form:
    """The gradient c L X R + B of the objective to minimise."""

    words: Words
    program: Program
    u: Expr
    c: Expr
    left: Word
    right: Word
    rest: Sum


def _matched(problem: Problem, part: Part) -> Form | None:
    asked = unknown_of(problem, part)
    if asked is None or len(asked[1].shape) != 2 or asked[0].constraints or asked[0].symmetric:
        return None
    program, u = asked
    words = Words(Facts.of(problem, part), u)
    try:
        slope = words.expand(gradient(signed_objective(program), u))
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None
    found: list[tuple[Word, Word, Expr]] = []
    rest: Sum = {}
    for w, c in slope.items():
        places = [i for i, f in enumerate(w) if f == u]
        if words.holds_unknown(c) or len(places) > 1 or any(words.holds_unknown(f) for i, f in enumerate(w) if i not in places):
            return None
        if places:
            found.append((w[: places[0]], w[places[0] + 1 :], c))
        else:
            rest[w] = c
    if len(found) != 1 or not found[0][1]:
        return None
    left, right, c = found[0]
    return Form(words, program, u, c, left, right, rest)


def accepts(problem: Problem, part: Part) -> bool:
    """An unconstrained quadratic in a matrix whose gradient has one word with the unknown between two products."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """-L^{-1} B R^{-1} / c, with the value."""
    f = _matched(problem, part)
    assert f is not None
    w, u = f.words, f.u
    m, n = u.shape
    because: list[str] = []
    for word, size in ((f.left, m), (f.right, n)):
        known = definite(w, {word: E.ONE})
        if not known.holds:
            return NotDerived(problem, part, f"${latex(w.build({word: E.ONE}, (size, size)))}$ is not known to be positive definite ({known.missing}).")
        because += known.because
    if sign_of(w, f.c) < 2:
        return NotDerived(problem, part, f"The coefficient ${latex(f.c)}$ of the quadratic is not known to be positive.")
    left, right = w.inverted({f.left: E.ONE}, m), w.inverted({f.right: E.ONE}, n)
    answer = w.build(w.scaled(w.times(w.times(left, f.rest), right), w.tidy(E.div(E.num(-1), f.c))), u.shape)
    start = w.scalar(E.replace(signed_objective(f.program), {u: E.zeros(*u.shape)}))
    value = w.scalar(E.add(start, E.mul(E.HALF, E.trace(E.matmul(E.transpose(w.build(f.rest, u.shape)), answer)))))
    value = value if f.program.sense == "min" else w.scalar(E.neg(value))
    v, a, b = latex(u), latex(w.build({f.left: E.ONE}, (m, m))), latex(w.build({f.right: E.ONE}, (n, n)))
    shown = w.build(w.plus({(*f.left, u, *f.right): f.c}, f.rest), u.shape)
    steps = (
        Step("gradient", f"Differentiate with respect to ${v}$.", rf"\nabla_{{{v}}} {lowered(f.program)} = {latex(shown)}", before=latex(f.program.objective), relation=Relation.DEFINES),
        Step("convexity", f"The quadratic part is $\\tfrac12$ times the squared norm of a square root of ${a}$ times ${v}$ times one of ${b}$: positive unless ${v} = 0$. "
             f"So ${lowered(f.program).strip('()')}$ is strictly convex.", rf"{a} \succ 0,\quad {b} \succ 0", requires=tuple(dict.fromkeys(because))),
        Step(NAME, "Its minimiser is where the gradient vanishes: take the inverse from the left and from the right.", rf"{v} = {latex(answer)}"),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")
