"""A budget that is used up: an inequality against which the objective pushes in every entry holds with equality.

min sum_i phi(x_i) subject to sum_i a(x_i) >= s (or <=). If phi falls strictly wherever it is defined and a falls with it
(or both rise), a point with slack can be moved against the constraint in one entry and improves. So the inequality is an equation.
Accepts separable programs with one such inequality. Source: complementary slackness with a positive multiplier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.rules.common import Solve, program_of
from derive.derivation.rules.separable import Form, match, signs_of
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "tight-constraint"


@dataclass(frozen=True)
class Tight:
    """The program with the inequality as an equation."""

    part: Part
    inequality: Expr


def _matched(problem: Problem, part: Part) -> Tight | None:
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or len(program.over) != 1:
        return None
    for k, c in enumerate(program.constraints):
        if c.op != "rel" or c.data not in ("<=", ">=") or c.args[0].shape or c.args[1].shape:
            continue
        others = program.constraints[:k] + program.constraints[k + 1 :]
        equation = replace(program, constraints=(*others, E.rel("=", *c.args)))
        own = replace(part, id=f"{part.id}|tight{k}", of=None, program=equation)
        form = match(problem, own)
        if form is None or len(form.split.coupling) != 1 or not form.entries.shape:
            continue
        side = 1 if c.data == ">=" else -1  # the left side is kept up, or down
        if _pushes(problem, form, side):
            return Tight(own, c)
    return None


def _pushes(problem: Problem, form: Form, side: int) -> bool:
    """Whether phi and side * (left minus right) rise together, strictly, wherever phi is defined."""
    import sympy as sp

    entries, signs = form.entries, signs_of(problem, form.entries)
    phi, coupled = signs.sympy(form.phi), signs.sympy(form.split.coupling[0][0])
    t = signs.t
    domain = problem.symbols[str(entries.unknown.data)].domain
    logs = any(x.op == "fn" and x.data in ("log", "sqrt") and x.args[0] == entries.t for x in E.walk(form.phi))
    kept = any(sp.simplify(signs.sympy(c) - t) == 0 for c in form.split.at_least)
    if domain in ("positive", "simplex", "unit") or logs or kept:
        inside = sp.Dummy("t", positive=True)
        phi, coupled, t = phi.subs(t, inside), coupled.subs(t, inside), inside
    rise, gain = (signs.sign(sp.simplify(sp.diff(f, t))) for f in (phi, coupled))
    return bool(rise) and rise == (gain or 0) * side


def accepts(problem: Problem, part: Part) -> bool:
    """A separable program whose objective pushes against its one coupling inequality."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The program with the equation, by the other rules."""
    found = _matched(problem, part)
    assert found is not None and found.part.program is not None
    inner = solve(problem, found.part)
    if isinstance(inner, NotDerived) or inner.answer is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the program with the equation has no closed form.")
    c = latex(found.inequality)
    head = Step(NAME, f"Each entry alone improves the objective when it moves against ${c}$: a point with slack there is not optimal, so the inequality "
                "holds with equality.", latex(E.rel("=", *found.inequality.args)), before=c, relation=Relation.EQUIVALENT)
    return Derivation(problem, part, "point", (head, *inner.steps), inner.answer, inner.value, inner.unique, inner.says, inner.extra)
