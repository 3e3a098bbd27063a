"""A sum of squares over a cone of entries under one linear inequality: the minimiser grows in proportion to the multiplier.

min sum_i (k_i/2) x_i^2 subject to a^T x >= s and x >= 0 (or x <= 0, or x free): stationarity gives x_i = nu (a_i/k_i)_+, so
a^T x = nu sum_i a_i (a_i/k_i)_+, and the inequality is tight with nu = (s)_+ / sum_i a_i (a_i/k_i)_+.
Obligations: k > 0; some a_i points into the cone. Source: KKT conditions; nonnegative least squares with one row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.separable import Form, at_index, match, signs_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "homogeneous-multiplier"
_AT_LEAST = {1: r"\ge", -1: r"\le"}


@dataclass(frozen=True)
class Cone:
    """sum (k/2) x^2 + constant under a^T x >= s (= s where equation) and side * x >= 0. All of one entry, as scalars."""

    form: Form
    program: Program
    k: Expr
    a: Expr
    s: Expr
    side: int
    equation: bool
    constraint: Expr


def _matched(problem: Problem, part: Part) -> Cone | None:
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1:
        return None
    for i, c in enumerate(program.constraints):
        if c.op != "rel" or c.data not in ("<=", ">=", "=") or c.args[0].shape or c.args[1].shape:
            continue
        large, small = c.args if c.data != "<=" else c.args[::-1]
        others = program.constraints[:i] + program.constraints[i + 1 :]
        form = match(problem, replace(part, program=replace(program, constraints=(*others, E.rel("=", large, small)))))
        if form is None or len(form.split.coupling) != 1 or len(form.entries.shape) != 1 or not form.split.at_least or form.split.strict:
            continue
        return _cone(problem, program, form, c)
    return None


def _cone(problem: Problem, program: Program, form: Form, c: Expr) -> Cone | None:
    import sympy as sp

    signs = signs_of(problem, form.entries)
    phi, t = signs.sympy(form.phi), signs.t
    (coupled, right), = form.split.coupling
    a = signs.slope(coupled)
    k = sp.simplify(sp.diff(phi, t, 2))
    sides = {sp.simplify(signs.sympy(g) / t) for g in form.split.at_least}
    if a is None or a == 0 or k.has(t) or not signs.at_least(k, strictly=True) or sp.simplify(sp.diff(phi, t).subs(t, 0)) != 0 or len(sides) != 1:
        return None
    side = signs.sign(sides.pop())
    rest = signs.back(sp.expand(signs.sympy(coupled) - a * t))
    s = right if E.is_number(rest, 0) else simplify(E.sub(right, form.entries.total(rest)))
    if not side or E.symbols_in(s) & set(program.over):
        return None
    return Cone(form, program, signs.back(k), signs.back(a), s, side, c.data == "=", c)


def accepts(problem: Problem, part: Part) -> bool:
    """Squares of entries in a cone, under one linear inequality or equation."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """x = nu (a/k)_+ with the multiplier from the tight inequality."""
    f = _matched(problem, part)
    assert f is not None
    entries = f.form.entries
    known = sign(problem, part, f.s)
    if f.equation and known < 2:
        return NotDerived(problem, part, f"The right side ${latex(f.s)}$ is not known to be positive.")
    equal = not entries.lifted(f.k).shape  # one curvature for all entries leaves only its share in the multiplier
    over = f.a if equal else E.div(f.a, f.k)
    pulled = E.fn("relu", over) if f.side > 0 else E.neg(E.fn("relu", E.neg(over)))
    reach = _reach(f, pulled, equal)
    if not _assumed_inside(f, problem):
        return NotDerived(problem, part, f"That some entry of ${latex(entries.lifted(f.a))}$ points into the cone is not assumed: without it the program may be "
                          "infeasible (say it in `when`, like max(a) > 0).")
    s = f.s if known == 2 else E.fn("relu", f.s)
    nu = E.div(s, reach)
    answer = E.mul(nu, entries.vector(pulled))
    value = E.replace(f.program.objective, {entries.unknown: answer})
    return Derivation(problem, part, "point", _steps(f, pulled, nu, answer, value), answer, value, "always")


def _reach(f: Cone, pulled: Expr, equal: bool) -> Expr:
    """sum a_i (a_i/k_i)_+, which is the squared length of a_+ where all k are equal (then taken as 1)."""
    whole = f.form.entries.lifted(E.fn("relu", f.a if f.side > 0 else E.neg(f.a)))
    return E.power(E.norm(whole, E.TWO), E.TWO) if equal and whole.shape else f.form.entries.total(E.mul(f.a, pulled))


def _assumed_inside(f: Cone, problem: Problem) -> bool:
    """Whether a declaration or an assumption makes some side * a_i positive: max(a) > c >= 0, or a positive vector."""
    a = f.form.entries.lifted(f.a)
    wanted = a if f.side > 0 else simplify(E.neg(a))
    core = wanted.args[0] if wanted.op == "neg" else wanted
    if core.op == "ones":
        return wanted.op != "neg"
    domain = problem.symbols[str(core.data)].domain if core.op == "sym" else ""
    if domain in (("positive", "unit", "count") if wanted.op != "neg" else ("negative",)):
        return True
    for c in f.program.when:
        if c.op != "rel" or c.data not in (">", "<"):
            continue
        large, small = c.args if c.data == ">" else c.args[::-1]
        if large.op == "reduceall" and large.data == "max" and simplify(large.args[0]) == simplify(wanted) and (E.number_value(small) or 0) >= 0:
            return True
        if small.op == "reduceall" and small.data == "min" and simplify(E.neg(small.args[0])) == simplify(wanted) and (E.number_value(large) or 0) <= 0:
            return True
    return False


def _steps(f: Cone, pulled: Expr, nu: Expr, answer: Expr, value: Expr) -> tuple[Step, ...]:
    entries = f.form.entries
    x, n = latex(at_index(entries, entries.t)), r"«\nu»"
    slope = latex(at_index(entries, entries.t if not entries.lifted(f.k).shape else simplify(E.mul(f.k, entries.t))))
    a = latex(at_index(entries, f.a))
    cone = f"{x} {_AT_LEAST[f.side]} 0"
    return (
        Step("kkt", f"The program is convex with linear constraints, so the KKT conditions are necessary and sufficient. Name the multiplier of the inequality ${n} \\ge 0$. "
             "An entry either balances (a common curvature is taken into the multiplier), or stands at 0 where its pull points out of the cone.",
             rf"{slope} = {n}\, {a} \ \text{{where }} {x} \ne 0,\quad {cone}",
             before=latex(f.program.objective)),
        Step("active-set", f"So the active entries are known without ${n}$: those whose pull points out of the cone are 0, "
             f"the others are proportional to ${n}$.",
             rf"{x} = {n}\, {latex(at_index(entries, pulled))}"),
        Step(NAME, f"With ${n} = 0$ every entry is 0, which misses a positive right side; so the inequality is tight and determines ${n}$.",
             rf"{n} = {latex(nu)}", before=latex(f.constraint), requires=("some entry points into the cone",)),
        Step(NAME, "Put the multiplier back.", rf"{latex(entries.unknown)} = {latex(answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
