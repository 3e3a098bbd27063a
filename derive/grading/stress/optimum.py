"""The optimum of a program on one instance, from CVXPY written out here for the objective itself.

It stands apart from `derive.derivation.truth` on purpose: the question tests settle what is a miss
with code that shares nothing with what they test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from derive.grading.stress.values import Instance, Unvalued, defined, size, value
from derive.maths.expr import Expr, Shape, symbols_in
from derive.problem.model import Program

ATTAINED = 1e-6  # times 1 + |optimum|: what CVXPY's optimum may differ by from the key's
MISSED = 1e-9  # times 1 + |optimum|: a point is suboptimal above this gap to the key's value
EQUAL = 1e-12  # and optimal below this; between the two nothing is said
SLACK = 1e-7  # by which a constraint may be violated


def optimum(program: Program, at: Instance, shapes: Mapping[str, Shape]) -> float:
    """The optimal value on an instance; infinite where it is unbounded, NaN where the solver cannot say."""
    import cvxpy

    cp: Any = cvxpy
    unknown = {n: cp.Variable(tuple(size(d, at) for d in shapes[n]) or ()) for n in program.over}
    rows = []
    for c in program.constraints:
        a, b = (_cp(x, at, unknown) for x in c.args)
        rows.append(a == b if c.data == "=" else a <= b if c.data in ("<", "<=") else a >= b)
    goal = _cp(program.objective, at, unknown)
    problem = cp.Problem(cp.Minimize(goal) if program.sense == "min" else cp.Maximize(goal), rows)
    try:
        problem.solve(solver="CLARABEL")
    except (cp.error.SolverError, cp.error.DCPError):
        return float("nan")
    if problem.status not in ("optimal", "unbounded"):
        return float("nan")
    return float(problem.value)


def _cp(e: Expr, at: Instance, unknown: Mapping[str, Any]) -> Any:
    import cvxpy

    cp: Any = cvxpy
    if not symbols_in(e) & unknown.keys():
        return value(e, at)
    a = [_cp(x, at, unknown) for x in e.args]
    match e.op:
        case "sym":
            return unknown[e.data]
        case "add":
            return sum(a[1:], a[0])
        case "neg":
            return -a[0]
        case "mul":
            return cp.multiply(a[0], a[1]) if e.shape else a[0] * a[1]
        case "div":
            return a[0] / a[1]
        case "dot":
            return cp.sum_squares(a[0]) if e.args[0] == e.args[1] else cp.sum(cp.multiply(a[0], a[1]))
        case "pow":
            return cp.square(a[0]) if a[1] == 2 else cp.power(a[0], a[1])
        case "norm" if e.data == "p":
            p = float(a[1])
            return cp.norm(a[0], "inf" if np.isinf(p) else int(p)) if np.isinf(p) or p in (1.0, 2.0) else cp.pnorm(a[0], p, approx=False)
        case "norm":
            return cp.norm(a[0], {"fro": "fro", "nuc": "nuc", "op": 2}[e.data])
        case "total":
            return cp.sum(a[0])
        case "matmul":
            return a[0] @ a[1]
        case "T":
            return a[0].T
        case "fn" if e.data in ("abs", "exp", "log", "maximum", "minimum", "sqrt"):
            return getattr(cp, e.data)(*a)
        case "reduceall":
            return (cp.max if e.data == "max" else cp.min)(a[0])
        case "at":
            return a[0][tuple(int(i) - 1 for i in a[1:])]
        case "reduce" if e.data[0] == "sum":
            return sum(_cp(e.args[0], at.at_index(e.data[1], i), unknown) for i in range(int(a[1]), int(a[2]) + 1))
    raise Unvalued(e.op)


def gap(program: Program, point: Any, at: Instance, best: float) -> float:
    """How much worse than the optimum a point is, relative to 1 + |optimum|; infinite where it is infeasible."""
    there = at.with_values(**{program.over[0]: point})
    for c in program.constraints:
        a, b = (np.asarray(value(x, there), dtype=float) for x in c.args)
        over = np.abs(a - b) if c.data == "=" else a - b if c.data in ("<", "<=") else b - a
        if np.max(over) > SLACK * (1 + np.max(np.abs(a)) + np.max(np.abs(b))):
            return float("inf")
    own = float(value(program.objective, there))
    if not defined(own):
        return float("nan")
    return (own - best if program.sense == "min" else best - own) / (1 + abs(best))
