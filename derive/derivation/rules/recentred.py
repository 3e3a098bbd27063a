"""A norm around another centre: substitute x = c + z, solve for z, and move back.

Accepts programs in which a bounded or penalised norm is one of x - c, c not zero: trust regions round an iterate, regularisers
towards a prior. The substitution is a translation, so minimisers correspond one to one.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.letters import fresh
from derive.derivation.rules.common import Solve, positive_names, program_of
from derive.derivation.rules.stationarity import affine
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "recentred"


def _unknown(problem: Problem, part: Part) -> tuple[Program, Expr] | None:
    program = program_of(problem, part)
    if program is None or len(program.over) != 1 or part.ask not in ("argmin", "argmax"):
        return None
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    return (program, u) if u.shape else None


def _shifted(e: Expr, u: Expr, positive: frozenset[str]) -> tuple[Expr, bool] | None:
    """(c, negated) where e is u - c or c - u, with c not zero."""
    if e.op != "add" or e.shape != u.shape or not any(x == u for x in E.walk(e)):
        return None
    found = affine(e, u, positive)
    if found is None or abs(E.number_value(found[0]) or 0) != 1 or found[1].op == "zeros":
        return None
    negated = E.number_value(found[0]) == -1
    return simplify(found[1] if negated else E.neg(found[1]), positive), negated


def centre_of(problem: Problem, part: Part) -> Expr | None:
    """The centre of the constraints, or without constraints that of a norm that is not a squared 2-norm; None where there is not one."""
    asked = _unknown(problem, part)
    if asked is None or part.id.endswith(":recentred"):  # one centre: what a norm holds after the move is no centre again
        return None
    program, u = asked
    positive = positive_names(problem)
    inside = [x for c in program.constraints for x in E.walk(c)] if program.constraints else _kinked(program.objective)
    centres = {found[0] for x in inside if (found := _shifted(x, u, positive)) is not None}
    if not centres and all(_is_equation(c) for c in program.constraints):
        centres = {found[0] for x in _kinked(program.objective) if (found := _shifted(x, u, positive)) is not None}
    return centres.pop() if len(centres) == 1 else None


def _is_equation(c: Expr) -> bool:
    return c.op == "rel" and not c.shape and not any(x.op in ("norm", "fn", "pow") for x in E.walk(c))


def _kinked(e: Expr) -> list[Expr]:
    """What stands inside norms, squares of 2-norms left out."""
    if e.op == "pow" and e.args[0].op == "norm" and (e.args[0].data == "fro" or (e.args[0].data == "p" and E.is_number(e.args[0].args[1], 2))):
        return []
    if e.op in ("norm", "comp", "svd"):
        return [x for a in e.args for x in E.walk(a)]
    return [x for a in e.args for x in _kinked(a)] if not (e.op == "dot" and e.args[0] == e.args[1]) else []


def accepts(problem: Problem, part: Part) -> bool:
    """Programs with one such centre, which were not moved already: a sum of two distances has a centre whichever is moved to 0."""
    return ":recentred" not in part.id and centre_of(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """c + z, z from the program round 0."""
    asked, centre = _unknown(problem, part), centre_of(problem, part)
    assert asked is not None and centre is not None
    program, u = asked
    positive = positive_names(problem)
    name = fresh(problem, "z", "y", "h", "delta", "xi")
    z = E.sym(name, u.shape)

    def moved(e: Expr) -> Expr:
        found = _shifted(e, u, positive)
        if found is not None and found[0] == centre:
            return E.neg(z) if found[1] else z
        if e == u:
            return E.add(z, centre)
        return E.rebuild(e, tuple(moved(a) for a in e.args)) if e.args else e

    own_program = replace(program, over=(name,), objective=moved(program.objective), constraints=tuple(moved(c) for c in program.constraints))
    own_part = replace(part, id=f"{part.id}:recentred", program=own_program, of=None)
    symbols = {**problem.symbols, name: Symbol(name, u.shape, problem.symbols[str(u.data)].domain)}
    inner = solve(replace(problem, symbols=symbols, parts=(own_part,), cache={}), own_part)
    if isinstance(inner, NotDerived) or inner.answer is None:
        return NotDerived(problem, part, f"Around the centre: {inner.reason if isinstance(inner, NotDerived) else 'no closed form'}")
    answer = E.add(centre, inner.answer)
    x, c = latex(u), latex(centre)
    steps = (Step(NAME, "Measure from the centre of the norm: a translation, so the minimisers correspond.", rf"{x} = {c} + {latex(z)}",
                  before=latex(program.objective)),
             *inner.steps,
             Step(NAME, "Move back.", rf"{x} = {latex(answer)}", relation=Relation.EQUIVALENT))
    return Derivation(problem, part, "point", steps, answer, inner.value, inner.unique, inner.says)
