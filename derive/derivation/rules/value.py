"""The optimal value of a program: the value that the derivation of its optimum ends with."""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.rules.common import Solve, program_of
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.problem.model import Part, Problem

NAME = "value"


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that ask for a value of a program."""
    return part.ask == "value" and program_of(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """Derive the optimum and read its value."""
    program = program_of(problem, part)
    assert program is not None
    base = problem.base(part)
    asked = base if base.ask in ("argmin", "argmax") else replace(base, ask="argmin" if program.sense == "min" else "argmax")
    found = solve(problem, asked)
    if isinstance(found, NotDerived):
        return NotDerived(problem, part, found.reason, found.steps)
    return Derivation(problem, part, "expression", found.steps, found.value, found.value,
                      extra={"program": program, "point": found.answer, "unknowns": tuple(found.point.items())})
