"""The independent numerical truth of a program: the spec itself, lowered to CVXPY.

This and `lowering` are the only modules of the derivation that import CVXPY, and only when they are called. Nothing here uses the rules or
the symbolic gradient. Solver: Clarabel, always named. A program that was solved with the same numbers is not solved again:
a value, the point that attains it and a certificate that is read from its file ask for the same optima.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from derive.derivation.lowering import Lowering
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.worlds import as_array
from derive.problem.nouns.program import Program

SOLVER = "CLARABEL"
MET = 1e-9  # how far a constraint that was left out may be violated
KEPT = 2000  # optima and widths that are kept


@dataclass(frozen=True)
class Optimum:
    """What the solver says: status 'optimal', 'unbounded', 'infeasible' or another word; value; points by name."""

    status: str
    value: float
    points: dict[str, Any]


@dataclass(frozen=True)
class _Instance:
    """A program in one world; equal to another where the solver is given the same numbers (its floats, see Lowering)."""

    program: Program
    numbers: tuple[tuple[str, tuple[int, ...], bytes], ...]
    dims: tuple[tuple[str, int], ...]
    shapes: tuple[E.Shape, ...]
    world: World = field(compare=False)

    def variables(self) -> dict[str, Any]:
        import cvxpy as cp

        over, symmetric = self.program.over, self.program.symmetric
        sizes = {n: tuple(d if isinstance(d, int) else self.world.dims[d] for d in s) for n, s in zip(over, self.shapes, strict=True)}
        return {n: cp.Variable(s or (), symmetric=n in symmetric and len(s) == 2 and max(s) > 1) for n, s in sizes.items()}


def _instance(program: Program, world: World, shapes: Mapping[str, E.Shape]) -> _Instance:
    arrays = {n: as_array([v]) for n, v in sorted(world.values.items()) if n not in program.over}
    numbers = tuple((n, a.shape, a.tobytes()) for n, a in arrays.items())
    own = World(world.values, world.dims, world.kind)  # without what was worked out in it
    return _Instance(program, numbers, tuple(sorted(world.dims.items())), tuple(shapes[n] for n in program.over), own)


class NotConvex(Exception):
    """The program is not convex by the rules of disciplined convex programming; the message says where."""


def optimum(program: Program, world: World, shapes: Mapping[str, E.Shape]) -> Optimum:
    """Solve the program in one world with CVXPY and Clarabel.

    shapes: of the unknowns. Raises NotConvex where the objective or a constraint is not convex as written,
    NotEvaluable where an operation has no CVXPY counterpart.
    """
    return _optimum(_instance(program, world, shapes))


@lru_cache(KEPT)
def _optimum(instance: _Instance) -> Optimum:
    import cvxpy as cp

    program, unknowns = instance.program, instance.variables()
    lower = Lowering(instance.world, unknowns)
    objective = lower.scalar(program.objective)
    constraints: list[Any] = []
    open_ones: list[Any] = []
    for x in program.constraints:
        own = lower.constraint(x)
        (constraints if all(c.is_dcp() for c in own) else open_ones).extend(own)
    problem = cp.Problem(cp.Minimize(objective) if program.sense == "min" else cp.Maximize(objective), constraints)
    if not problem.is_dcp():
        raise NotConvex("the program is not convex by the rules of disciplined convex programming")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # an inaccurate solution shows in its status
            problem.solve(solver=SOLVER)
    except cp.error.SolverError as err:
        return Optimum(f"solver failed: {err}", float("nan"), {})
    # Without them the program is a relaxation: its optimum is that of the program if it meets them, and it has no point if that has none.
    unsolved = any(v.value is None for v in unknowns.values())
    if open_ones and problem.status != "infeasible" and (unsolved or any(np.max(c.violation()) > MET for c in open_ones)):
        raise NotConvex("the program is not convex by the rules of disciplined convex programming")
    points = {n: None if v.value is None else np.array(v.value) for n, v in unknowns.items()}
    for at in points.values():
        if at is not None:
            at.flags.writeable = False  # others are given the same
    value = float("nan") if problem.value is None else float(problem.value)
    if np.isinf(value) and problem.status in ("optimal", "optimal_inaccurate"):
        value = float(problem.solution.opt_val)  # a point a rounding outside the domain of a logarithm: the solver's own value
    return Optimum(str(problem.status), value, points)


def spread(program: Program, world: World, shapes: Mapping[str, E.Shape], value: float, slack: float, seed: int = 5) -> float:
    """How wide the set of feasible points within `slack` of the optimal value is, along one random direction.

    Where the minimiser is unique this falls to 0 with the slack (like its k-th root for an objective that grows like
    the k-th power); where there are others it does not. inf where the set is unbounded; NaN where the solver fails.
    Raises NotConvex and NotEvaluable as `optimum` does.
    """
    return _spread(_instance(program, world, shapes), value, slack, seed)


@lru_cache(KEPT)
def _spread(instance: _Instance, value: float, slack: float, seed: int) -> float:
    import cvxpy as cp

    program, unknowns = instance.program, instance.variables()
    lower = Lowering(instance.world, unknowns)
    objective = lower.scalar(program.objective)
    near = objective <= value + slack if program.sense == "min" else objective >= value - slack
    constraints = [near, *(c for x in program.constraints for c in lower.constraint(x))]
    rng = np.random.default_rng(seed)
    along = sum(cp.sum(cp.multiply(rng.standard_normal(v.shape), v)) for v in unknowns.values())
    ends = []
    for sense in (cp.Maximize, cp.Minimize):
        problem = cp.Problem(sense(along), constraints)
        if not problem.is_dcp():
            raise NotConvex("the program is not convex by the rules of disciplined convex programming")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                problem.solve(solver=SOLVER)
        except cp.error.SolverError:
            return float("nan")
        if problem.status.startswith("unbounded"):
            return float("inf")
        if problem.value is None or not problem.status.startswith("optimal"):
            return float("nan")
        ends.append(float(problem.value))
    return ends[0] - ends[1]
