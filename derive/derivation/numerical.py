"""The numerical truth of a part that no rule derives: optima (or limits) in several instances, with their error.

By it answers can still be judged, as 'measured': nothing is derived, and what the numbers cannot tell stays undecided.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.derivation.certify_worlds import KINDS, sampled, satisfies
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World
from derive.maths.worlds import world_sets
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

EACH = 2  # instances of each kind and size
LEAST = 3  # programs below which nothing is judged
SOLVER_ERROR = 1e-6  # of an optimal value, times 1 + |value|: what the solver promises is 1e-8


@dataclass(frozen=True)
class Instance:
    """One world with what is true there: a value (of a program, or the entries of a limit), its error, and a point that attains it."""

    world: World
    value: Any
    error: float
    point: dict[str, Any]


@dataclass(frozen=True)
class NumericalTruth:
    """Instances by one source. what: 'optimum', 'value' or 'limit'."""

    what: str
    source: str
    instances: tuple[Instance, ...]


def numerical_truth(problem: Problem, part: Part) -> NumericalTruth | None:
    """The numerical truth of a part that asks for an optimum, an optimal value or a limit; None where there is none.

    There is none where the program is not convex as stated, has no finite optimum, or the iteration does not settle.
    """
    program = part.program or problem.base(part).program
    if part.ask in ("argmin", "argmax", "value") and program is not None:
        return _optima(problem, part, program)
    return _limits(problem) if part.ask == "limit" and problem.iteration is not None else None


def _optima(problem: Problem, part: Part, program: Program) -> NumericalTruth | None:
    from derive.derivation.nonconvex import numerical_optimum, room_of
    from derive.derivation.truth import NotConvex

    shapes = {n: problem.symbols[n].shape for n in program.over}
    found = []
    for ws in sampled(problem, KINDS):
        met = [w for w in ws.worlds if satisfies(w, program.when)]
        for w in met[:EACH]:
            try:
                best = numerical_optimum(program, w, shapes)
            except NotConvex:
                return None
            except (Undefined, NotEvaluable):
                continue
            if best.status in ("unbounded", "infeasible"):
                return None
            if best.status == "optimal" and np.isfinite(best.value):
                found.append(Instance(w, best.value, SOLVER_ERROR * (1 + abs(best.value)), best.points))
    return NumericalTruth("value" if part.ask == "value" else "optimum", room_of(program, shapes), tuple(found)) if len(found) >= LEAST else None


def _limits(problem: Problem) -> NumericalTruth | None:
    from derive.derivation.simulate import NoLimit, simulate

    found = []
    for ws in world_sets(problem.symbols, ("generic",), sizes=(1, 2, 3), count=EACH):
        for w in ws.worlds[:EACH]:
            try:
                settled = simulate(problem, w)
            except (NoLimit, NotEvaluable, Undefined):
                return None
            found.append(Instance(w, settled.point, settled.error + SOLVER_ERROR * (1 + float(np.max(np.abs(settled.point)))), {}))
    return NumericalTruth("limit", "a simulation of the update", tuple(found)) if found else None
