"""A linear term plus a function of one norm: u = m d, best direction first, then best length.

Accepts  min g^T u + phi(||u||_p)  with phi scalar, and/or  ||u||_p <= delta.  For fixed length m the
best direction gives -m ||g||_q (Hölder, attained), so the vector problem reduces to one in m >= 0.
Source: dual norm argument; steepest descent in a general norm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import Solve, numeric_ratio, positive_names, program_of, signed_objective, to_write
from derive.derivation.rules.norm_program import LENGTH
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build, number
from derive.maths.norms import conjugate, dual_direction, unique_direction
from derive.maths.sympy_bridge import from_sympy, to_sympy
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem

NAME = "norm-support"
DIRECTION = "«d»"


@dataclass(frozen=True)
class Form:
    """gradient^T u + phi(m) with m = ||u||_p, and m <= limit where there is a constraint."""

    u: Expr
    gradient: Expr
    p: Expr
    phi: Expr
    limit: Expr | None




def match(problem: Problem, part: Part) -> Form | None:
    """The parts of a program of this form; None where it is not."""
    program = program_of(problem, part)
    if program is None or len(program.over) != 1:
        return None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    if len(u.shape) != 1:
        return None
    positive = positive_names(problem)
    n = normal_form(signed_objective(program), positive)
    if n is None:
        return None
    linear: list[Expr] = []
    phi: Normal = {}
    p: Expr | None = None
    for (scalars, vectors), c in n.items():
        mine = [(a, e) for a, e in scalars if u in set(E.walk(a))]
        others = frozenset(pair for pair in scalars if pair not in mine)
        if not mine:
            phi[(others, vectors)] = c
            continue
        if len(mine) != 1:
            return None
        (a, power), = mine
        if a.op == "dot" and power == number(E.ONE.data) and u in a.args:
            other = a.args[0] if a.args[1] == u else a.args[1]
            if u in set(E.walk(other)):
                return None
            linear.append(E.mul(build({(others, frozenset()): c}, E.SCALAR), other))
        elif a.op == "norm" and a.data == "p" and a.args[0] == u and (p is None or p == a.args[1]):
            p = a.args[1]
            phi[(others | {(LENGTH, power)}, frozenset())] = c
        else:
            return None
    limit: Expr | None = None
    for constraint in program.constraints:
        bound = _norm_bound(constraint, u)
        if bound is None or limit is not None or (p is not None and bound[0] != p):
            return None
        p, limit = bound
    if p is None or not linear:
        return None
    return Form(u, simplify(E.add(*linear), positive), p, build(phi, E.SCALAR), limit)


def _norm_bound(c: Expr, u: Expr) -> tuple[Expr, Expr] | None:
    """||u||_p <= delta (or delta >= ||u||_p) as (p, delta)."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    small, large = c.args if c.data == "<=" else (c.args[1], c.args[0])
    if small.op == "norm" and small.data == "p" and small.args[0] == u and u not in set(E.walk(large)):
        return small.args[1], large
    return None


def accepts(problem: Problem, part: Part) -> bool:
    """Programs of this form, asked for their minimiser or for when they are bounded."""
    return part.ask in ("argmin", "argmax", "status") and match(problem, part) is not None


def unknown_radius(problem: Problem, part: Part, limit: Expr | None) -> str | None:
    """What is missing where a bound on a length is not known to be positive: there may be no feasible point."""
    if limit is None or sign(problem, part, limit):
        return None
    return f"The radius ${latex(limit)}$ is not known to be positive."


@dataclass(frozen=True)
class Length:
    """The best length m, or the slope that decides whether there is one."""

    m: Expr | None
    says: str
    slope: Expr | None = None
    constant: Expr | None = None


def best_length(form: Form, support: Expr, positive: frozenset[str]) -> Length | str:
    """Minimise phi(m) - m*support over 0 <= m (<= limit). A string says why it was not possible."""
    import sympy as sp

    m = sp.Symbol("m", positive=True)
    table: dict[Expr, Any] = {LENGTH: m, support: sp.Symbol("S", positive=True)}
    for x in E.walk(form.phi):
        if x.op == "sym" and x not in table and not x.shape:
            table[x] = sp.Symbol(f"c_{x.data}", positive=True) if x.data in positive else sp.Symbol(f"c_{x.data}", real=True)
    objective, back = to_sympy(E.sub(form.phi, E.mul(LENGTH, support)), table)
    first = sp.simplify(sp.diff(objective, m))
    second = sp.simplify(sp.diff(first, m))
    if second == 0:
        slope = simplify(from_sympy(first, back), positive)
        constant = simplify(E.add(slope, support), positive)
        if form.limit is not None and proved_equal(constant, E.ZERO, positive):
            return Length(form.limit, "The objective falls in $«m»$, so the longest step that is allowed is best.", slope, constant)
        return Length(None, "The objective is linear in $«m»$.", slope, constant)
    if not (second.is_positive or sp.ask(sp.Q.positive(second))):
        return f"the curvature {sp.latex(second)} in the length m is not known to be positive"
    roots = [r for r in sp.solve(sp.Eq(first, 0), m) if r.is_positive is not False]
    if len(roots) != 1:
        return "the stationary length has no single closed form"
    try:
        root = simplify(from_sympy(sp.simplify(roots[0]), back), positive)
    except ValueError as err:
        return str(err)
    if not roots[0].is_positive and not sp.simplify(roots[0]).is_nonnegative:
        # The derivative grows in m: where it is positive at 0 already, no step is best.
        root = E.fn("relu", root)
    if form.limit is not None:
        return Length(E.fn("minimum", root, form.limit), "The stationary length, cut at the longest one that is allowed.")
    return Length(root, "")


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The minimiser -m* d, its value, and when the program is bounded at all."""
    form = match(problem, part)
    program = program_of(problem, part)
    assert form is not None and program is not None
    positive = positive_names(problem)
    q = conjugate(form.p, problem.symbols)
    support = simplify(E.norm(form.gradient, q), positive)
    found = unknown_radius(problem, part, form.limit) or best_length(form, support, positive)
    if isinstance(found, str):
        return NotDerived(problem, part, found)
    head = _reduction(form, program.objective, support, positive)
    if part.ask == "status":
        return _status(problem, part, form, found, support, head)
    m = found.m
    extra: tuple[str, ...] = ()
    if m is None:
        decided = under_conditions(program.when, support, found.constant, positive)
        if decided is None:
            return NotDerived(problem, part, "The objective is linear in the length of u: it is bounded only where "
                              f"${latex(support)} \\le {latex(found.constant or E.ZERO)}$, which the part does not assume: "
                              + to_write(f"{plain(support)} < {plain(found.constant or E.ZERO)}") + ".", head)
        m, extra = E.ZERO, decided
    direction = dual_direction(form.gradient, form.p, problem.symbols)
    if proved_equal(m, E.ZERO, positive):
        answer: Expr = E.zeros(*form.u.shape)
        unique = "always"
    else:
        answer = simplify(E.neg(E.mul(m, direction)), positive)
        unique = unique_direction(form.p)
    at_best = E.replace(E.sub(form.phi, E.mul(LENGTH, support)), {LENGTH: m})
    value = simplify(at_best if program.sense == "min" else E.neg(at_best), positive)
    u = latex(form.u)
    steps = (*head, *length_steps(found, m, extra),
             Step(NAME, "The best direction times the best length.", rf"{u} = -«m»^* {DIRECTION} = {latex(answer)}", relation=Relation.REDUCES),
             Step(NAME, "The value there.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES))
    return Derivation(problem, part, "point", steps, answer, value, unique, _remarks(problem, form, unique, u),
                      extra={"length": m, "direction": direction, "support": support})


def _reduction(form: Form, objective: Expr, support: Expr, positive: frozenset[str]) -> tuple[Step, ...]:
    u, g = latex(form.u), latex(form.gradient) if form.gradient.op != "add" else rf"\left({latex(form.gradient)}\right)"
    e = DIRECTION
    d = latex(simplify(dual_direction(form.gradient, form.p), positive))
    reduced = latex(simplify(E.sub(form.phi, E.mul(LENGTH, support)), positive))
    domain = r"«m» \ge 0" if form.limit is None else rf"0 \le «m» \le {latex(form.limit)}"
    return (
        Step(NAME, f"Write ${u} = -«m» {e}$ with length $«m» = \\|{u}\\|_{{{latex(form.p)}}}$ and a direction ${e}$ of norm 1.",
             rf"{u} = -«m» {e},\quad \|{e}\|_{{{latex(form.p)}}} = 1", before=latex(objective), relation=Relation.EQUIVALENT),
        Step("dual-norm", "For a fixed length only the linear term sees the direction. By Hölder's inequality it is at most the dual "
             "norm, and this direction attains it.", rf"\max_{{\|{e}\|\le 1}} {g}^\top {e} = {latex(support)},\quad {e} = {d}",
             relation=Relation.BOUNDS, requires=(f"{g} \\ne 0",)),
        Step(NAME, "What is left is a problem in one number.", rf"\min_{{{domain}}}\ {reduced}", relation=Relation.REDUCES),
    )


def length_steps(found: Length, m: Expr, extra: tuple[str, ...]) -> tuple[Step, ...]:
    """The lines that find the best length."""
    if found.slope is not None:
        says = found.says + (" Its slope is positive, so no step is best." if found.m is None else "")
        return (Step("linear-length", says, rf"«m»^* = {latex(m)},\quad \text{{slope}} = {latex(found.slope)}", requires=extra),)
    return (Step("scalar-stationarity", "Set the derivative in $«m»$ to zero; the second derivative is positive, so this is the minimum. "
                 + found.says, rf"«m»^* = {latex(m)}"),)


def under_conditions(when: tuple[Expr, ...], support: Expr, constant: Expr | None, positive: frozenset[str]) -> tuple[str, ...] | None:
    """The assumption of the part that says support < constant; None where there is none."""
    if constant is None:
        return None
    for c in when:
        if c.op == "rel" and c.data in ("<", ">"):
            small, large = c.args if c.data == "<" else (c.args[1], c.args[0])
            t = numeric_ratio(support, small, positive)  # of a scaled objective the same multiple stands on both sides
            if t is not None and proved_equal(constant, E.mul(E.num(t), large), positive):
                return (latex(c),)
    return None


def _status(problem: Problem, part: Part, form: Form, found: Length, support: Expr, head: tuple[Step, ...]) -> Outcome:
    """Bounded below iff the slope in the length is not negative; else the ray along -d."""
    ray = E.neg(dual_direction(form.gradient, form.p, problem.symbols))
    if found.m is not None or found.constant is None:
        step = Step(NAME, "The objective has a minimum for every value of the parameters.", r"\text{bounded}")
        return Derivation(problem, part, "condition", (*head, step), E.truth(True), extra={"property": "bounded", "ray": None, "attained": True})
    condition = E.rel("<=", support, found.constant)
    step = Step(NAME, "The objective is linear in $«m»$: it stays bounded below exactly where its slope is not negative; otherwise it "
                "falls without end along the ray.", rf"\text{{bounded}} \iff {latex(condition)};\quad \text{{ray }} "
                rf"{latex(form.u)} = «t»\,({latex(ray)}),\ «t» \to \infty")
    return Derivation(problem, part, "condition", (*head, step), condition,
                      says=(f"Where ${latex(support)} = {latex(found.constant)}$ the minimum 0 is attained on a whole ray.",),
                      extra={"property": "bounded", "ray": ray, "attained": True})


def _remarks(problem: Problem, form: Form, unique: str, u: str) -> tuple[str, ...]:
    if unique != "generic":
        return ()
    g = latex(form.gradient)
    if form.p == E.INF:
        return (f"Where ${g}_i = 0$ every ${u}_i$ between $-«m»^*$ and $«m»^*$ is optimal.",)
    k = next((latex(E.idx(s.name)) for s in problem.symbols.values() if s.kind == "index" and s.let is not None), "«k»")
    return (f"${k}$ is any index of a largest $|{g}_i|$; at ties every mixture of these coordinate steps with the right signs is optimal.",)
