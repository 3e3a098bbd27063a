"""What every rule for programs needs: the program a part is about, its sign, what is known to be positive."""

from __future__ import annotations

from collections.abc import Callable

from derive.derivation.programs import positive_names, program_of, signed_objective
from derive.derivation.steps import Outcome
from derive.problem.model import Part, Problem

__all__ = ["Solve", "positive_names", "program_of", "signed_objective"]

Solve = Callable[[Problem, Part], Outcome]
