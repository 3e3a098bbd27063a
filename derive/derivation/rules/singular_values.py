"""Odd matrix polynomials act on singular values: X' = sum_k c_k (X X^T)^k X keeps U and V and maps each s to p(s).

With p(s) > s and p(s) <= s* on (0, s*), s* the smallest positive fixed point, every singular value that starts in (0, s*]
grows to s*, so that a start of full rank with ||X_0|| <= s* converges to s* U V^T, the polar factor of the start.
Source: Higham, Functions of Matrices, 2008, chapter 8 (Newton-Schulz); Jordan et al., Muon, 2024.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import TooLong, Words
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.worked import tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form
from derive.maths.expr import Expr
from derive.maths.monomials import constant_of
from derive.problem.model import Part, Problem

NAME = "map of singular values"
_FULL = frozenset(("fullrank", "frr", "fcr", "spd", "orthcols"))


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of an iteration with one matrix state."""
    it = problem.iteration
    return (part.ask == "limit" and it is not None and len(it.states) == 1 and not it.flow and not it.noise and not it.step
            and it.output is None and len(problem.symbols[it.over].shape) == 2)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """s* U V^T."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        x = system.states[0]
        words = Words(Facts.of(problem, part), x)
        p, s = _polynomial(words, system, x, steps)
        data, bound = _start(problem, system.start[x])
        fixed = _grows_to(p, s, bound, steps)
    except (TooLong, E.ShapeError) as why:
        return NotDerived(problem, part, f"the update is no polynomial in the matrix {why}".strip(), tuple(steps))
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    sign = E.polar(data)
    answer = sign if fixed == 1 else E.mul(E.num(fixed), sign)
    steps.append(Step("limit", "All singular values become equal, with the singular vectors of the start; a positive factor of the start does not matter.",
                      rf"{tex(x)}_\infty = {tex(answer)}", requires=(f"{tex(data)} has full rank",)))
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always")


def _polynomial(words: Words, system: System, x: Expr, steps: list[Step]) -> tuple[Any, Any]:
    """p(s) as a SymPy polynomial with rational coefficients."""
    import sympy as sp

    s = sp.Symbol("s", positive=True)
    p = sp.Integer(0)
    for w, c in words.expand(system.update[x]).items():
        value = _number(c)
        turned = E.transpose(x)
        alternating = len(w) % 2 == 1 and all(f == (x if k % 2 == 0 else turned) for k, f in enumerate(w))
        if not alternating or value is None:
            raise Refused("the update is no odd polynomial X, X X^T X, ... with numbers as coefficients")
        p += sp.Rational(value.numerator, value.denominator) * s ** len(w)
    u, v = (_kept(system.problem, which) for which in "UV")
    text = sp.latex(p, symbol_names={s: "«s»"})
    steps.append(Step("singular values", f"Put ${tex(x)} = {u} \\operatorname{{diag}}(«s») {v}^\\top$ in: the update keeps ${u}$ and ${v}$, and maps every singular value by one polynomial.",
                      f"«s» \\mapsto «p»(«s») = {text}", relation=Relation.REDUCES))
    return sp.Poly(p, s), s


def _kept(problem: Problem, which: str) -> str:
    """The declared name of singular vectors, or a letter for them."""
    named = (s.name for s in problem.symbols.values() if s.let is not None and s.let.op == "svd" and s.let.data == which.lower())
    return next((tex(E.sym(n)) for n in named), f"«{which}»")


def _factors(e: Expr) -> list[Expr]:
    return [f for a in e.args for f in _factors(a)] if e.op == "mul" else [e]


def _number(e: Expr) -> Fraction | None:
    """The value of a constant scalar."""
    n = normal_form(e)
    return None if n is None or e.shape else constant_of(n)


def _start(problem: Problem, start: Expr) -> tuple[Expr, Any]:
    """(G, bound) where the start is a positive multiple of a matrix G of full rank and its singular values are at most bound."""
    import sympy as sp

    factor: list[Expr] = []
    below: list[Expr] = []
    e = start
    while e.op in ("mul", "div"):
        a, b = e.args
        if e.op == "div":
            below += _factors(b)
            e = a
        else:
            factor.append(a if b.shape else b)
            e = b if b.shape else a
    if e.op != "sym" or problem.symbols[str(e.data)].domain not in _FULL:
        raise Refused("the start is no positive multiple of a matrix that is declared to have full rank (fullrank, frr, fcr, spd)")
    number = sp.Integer(1)
    for f in factor:
        value = _number(f)
        if value is None or value <= 0:
            raise Refused("the start is scaled by something else than a positive number and a norm")
        number *= sp.Rational(value.numerator, value.denominator)
    norms = [b for b in below if b.op == "norm" and b.args[0] == e and b.data in ("fro", "op", "nuc")]
    for b in below:
        value = _number(b)
        if b not in norms and (value is None or value <= 0):
            raise Refused("the start is scaled by something else than a positive number and a norm")
        if value is not None:
            number /= sp.Rational(value.numerator, value.denominator)
    if len(norms) != 1:
        raise Refused("the start is not divided by a norm that bounds its singular values")
    return e, number


def _grows_to(p: Any, s: Any, bound: Any, steps: list[Step]) -> Any:
    """The fixed point that every singular value in (0, bound] tends to. Raises Refused where that is not certain."""
    import sympy as sp

    move = sp.Poly(p.as_expr() - s, s)
    fixed = sorted(r for r in sp.real_roots(move) if r > 0)
    if not fixed:
        raise Refused("the map of singular values has no positive fixed point")
    star = fixed[0]
    if not star.is_Rational:
        raise Refused("the fixed point of the map of singular values is not rational")
    if bound > star:
        raise Refused(f"singular values may start above the fixed point {star}")
    middle = star / 2
    if move(middle) <= 0:
        raise Refused("the map of singular values shrinks small ones")
    # p <= s* on (0, s*]: p - s* has no sign change inside, and is negative in the middle of every gap of its roots.
    over = sp.Poly(p.as_expr() - star, s)
    inner = sorted({r for r in sp.real_roots(over) if 0 < r < star})
    ends = [sp.Integer(0), *inner, star]
    if any(over((a + b) / 2) > 0 for a, b in pairwise(ends)):
        raise Refused("the map of singular values overshoots its fixed point")
    steps.append(Step("scalar map", "Below its smallest positive fixed point the map lets every singular value grow, and never beyond that point.",
                      rf"«p»(«s») > «s»,\quad «p»(«s») \le {sp.latex(star)} \text{{ for }} 0 < «s» < {sp.latex(star)},\qquad «p»({sp.latex(star)}) = {sp.latex(star)}",
                      relation=Relation.BOUNDS, requires=(f"singular values of the start at most {bound}",)))
    return Fraction(int(star.p), int(star.q))
