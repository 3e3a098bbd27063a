"""Constraints that no point meets: seen where the numerical optimum of every drawn instance is infeasible.

What no rule derives is told apart from what has no answer: "sum(x) = 1" beside "sum(x) = 2", a norm of at most -1.
"""

from __future__ import annotations

from derive.derivation.truth import NotConvex, optimum
from derive.maths.batches import NotEvaluable
from derive.maths.worlds import holds, world_sets
from derive.problem.model import Part, Problem

SIZES = (2, 3)
EACH = 3  # instances of a size


def contradiction(problem: Problem, part: Part) -> str:
    """A sentence where CVXPY finds every drawn instance of a program infeasible; '' where one has a point, or cannot be solved."""
    program = part.program or problem.base(part).program
    if program is None or not program.constraints or part.ask not in ("argmin", "argmax", "value"):
        return ""
    shapes = {n: problem.symbols[n].shape for n in program.over}
    seen, sure = 0, False
    for ws in world_sets(problem.symbols, ("generic",), SIZES, EACH):
        for w in ws.worlds[:EACH]:
            if not holds(program.when, w):
                continue
            try:
                status = optimum(program, w, shapes).status
            except (NotConvex, NotEvaluable):
                return ""
            if not status.startswith("infeasible"):
                return ""
            seen, sure = seen + 1, sure or status == "infeasible"  # and not only within a tolerance
    return f"The constraints contradict each other: CVXPY finds no point that meets them, in any of {seen} instances." if sure else ""
