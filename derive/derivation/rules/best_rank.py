"""The best approximation of bounded rank: keep the largest singular values (Eckart-Young-Mirsky).

min ||X - A|| subject to rank(X) <= k, in the Frobenius norm (or its square), the spectral norm, or any norm of the singular values.
By Weyl's inequality s_i(A - X) >= s_{i+k}(A) for every X of rank k, and the truncated decomposition attains all of them at once.
Not convex: the bound holds for every feasible point, so it proves the minimum. Source: C. Eckart, G. Young (1936); L. Mirsky (1960).
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, positive_names, program_of
from derive.derivation.rules.norm_program import LENGTH, strictly_positive, terms
from derive.derivation.rules.spectral_words import decomposition_text, named
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.norm_forms import ENTRIES, SINGULAR, NormForm, canonical, is_positive, norm_form, spectral
from derive.problem.model import Part, Problem

NAME = "best-rank"


def rank_bound(c: Expr, u: Expr) -> Expr | None:
    """k of rank(u) <= k."""
    if c.op != "rel" or c.data not in ("<=", ">="):
        return None
    small, large = c.args if c.data == "<=" else c.args[::-1]
    return large if small == E.rank(u) and u not in set(E.walk(large)) else None


def accepts(problem: Problem, part: Part) -> bool:
    """One unknown matrix, one bound on its rank."""
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1 or len(program.constraints) != 1:
        return False
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    return len(u.shape) == 2 and rank_bound(program.constraints[0], u) is not None


def _target(problem: Problem, part: Part, u: Expr) -> tuple[Expr, NormForm, Expr, Expr] | None:
    """(A, norm, increasing function of its value in LENGTH, constant) where the objective is that function of ||X - A||."""
    program = program_of(problem, part)
    assert program is not None
    positive, strict = positive_names(problem), strictly_positive(problem)
    objective = program.objective if program.sense == "min" else E.neg(program.objective)
    try:
        found = affine(gradient(objective, u), u, positive)
    except NotDifferentiable:
        found = None
    if found is not None and is_positive(simplify(found[0], positive), strict):
        k = simplify(found[0], positive)
        a = simplify(E.neg(E.div(found[1], k)), positive)
        least = simplify(E.replace(objective, {u: a}), positive)
        return a, NormForm(ENTRIES, E.TWO), E.mul(simplify(E.div(k, E.TWO)), E.power(LENGTH, E.TWO)), least
    moved = E.sym(f"{u.data}@moved", u.shape)
    pieces = [(c, core) for c, core in terms(objective, u)]
    mine = [(c, core) for c, core in pieces if u in set(E.walk(core))]
    if len(mine) != 1:
        return None
    (c, core), = mine
    base, power = core.args if core.op == "pow" else (core, E.ONE)
    if base.op != "norm" or not is_positive(simplify(c, positive), strict):
        return None
    residual = affine(base.args[0], u, positive)
    if residual is None or abs(E.number_value(residual[0]) or 0) != 1:
        return None
    a = simplify(E.neg(residual[1]) if E.is_number(residual[0], 1) else residual[1], positive)
    form = norm_form(E.norm(moved, base.args[1], base.data), moved, strict)
    if form is None:
        return None
    rest = [E.mul(x, y) for x, y in pieces if u not in set(E.walk(y))]
    length = LENGTH if E.is_number(power, 1) else E.power(LENGTH, power)
    return a, canonical(form[0], u), E.mul(c, length), E.add(*rest) if rest else E.ZERO


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """U diag(s_i for i <= k, else 0) V^T, and the norm of the singular values that are left out."""
    program = program_of(problem, part)
    assert program is not None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    k = rank_bound(program.constraints[0], u)
    found = _target(problem, part, u)
    if found is None or k is None or (found[1].structure == ENTRIES and not E.is_number(found[1].p, 2)) or found[1].structure not in (ENTRIES, SINGULAR):
        return NotDerived(problem, part, "The objective is no increasing function of a norm of the singular values of X - A.")
    a, form, outer, constant = found
    if a.op == "zeros":
        return NotDerived(problem, part, "The target is the zero matrix.")
    s = E.svd(a, "s")
    i, r = E.idx("i"), s.shape[0]
    kept = E.comp("i", E.cases(((E.at(s, i), E.rel("<=", i, k)),), E.ZERO), r)
    dropped = E.comp("i", E.cases(((E.at(s, i), E.rel(">", i, k)),), E.ZERO), r)
    answer = spectral(a, kept)
    size = E.norm(dropped, form.p if form.structure == SINGULAR else E.TWO)
    length = E.sym("left@out")
    value = E.replace(simplify(E.replace(outer, {LENGTH: length})), {length: size})
    value = value if E.is_number(constant, 0) else E.add(value, constant)
    value = value if program.sense == "min" else E.neg(value)
    x, target = named(problem, u), named(problem, a)
    steps = (
        Step("notation", *decomposition_text(problem, a), before=named(problem, program.objective), relation=Relation.DEFINES),
        Step("weyl", f"For every matrix of rank at most ${named(problem, k)}$, Weyl's inequality bounds the singular values of what is left from below.",
             rf"«\sigma»_i({target} - {x}) \ge «\sigma»_{{i+{named(problem, k)}}}({target}),\quad \operatorname{{rank}} {x} \le {named(problem, k)}", relation=Relation.BOUNDS),
        Step(NAME, f"Keeping the ${named(problem, k)}$ largest singular values leaves exactly the others, so it attains every one of these bounds, in every norm "
             "of the singular values.", rf"{x} = {named(problem, answer)}"),
        Step(NAME, "The value is what is left out.", rf"«J»^* = {named(problem, value)}", relation=Relation.REDUCES),
    )
    edge = form.structure == SINGULAR  # in the spectral norm the kept singular values may move
    return Derivation(problem, part, "point", steps, answer, value, "no" if edge else "generic",
                      ("It is the only one where the singular values $k$ and $k + 1$ differ.",) if not edge else ("In this norm other matrices may be as good.",))


