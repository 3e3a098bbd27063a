"""What is read off a statement about its program: which one a part is about, its sign, what is known to be positive."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program


def program_of(problem: Problem, part: Part) -> Program | None:
    """The program that a part states, or that the part it refers to states."""
    return part.program or problem.base(part).program


def signed_objective(program: Program) -> Expr:
    """The objective as one to minimise."""
    return program.objective if program.sense == "min" else E.neg(program.objective)


def lowered(program: Program) -> str:
    """The name of what is minimised, J being the objective: J, or (-J) where that is to be largest."""
    return "«J»" if program.sense == "min" else "(-«J»)"


def positive_names(problem: Problem) -> frozenset[str]:
    """Scalars that cannot be negative by their declaration."""
    names = set()
    for s in problem.symbols.values():
        if s.kind != "value" or s.shape:
            continue
        if s.domain in ("positive", "nonnegative", "unit", "count") or (s.above is not None and s.above >= 0) or (s.let is not None and s.let.op == "div" and s.above is not None):
            names.add(s.name)
    return frozenset(names)
