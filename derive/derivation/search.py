"""The numerical truth of programs that are not convex as written: direct search from several starts (SciPy, SLSQP).

Nothing here uses the rules. Unknowns run over their declared domains through smooth maps; constraints are handed to the
solver; of all stationary points that are found and feasible the best counts. A global optimum is not guaranteed, so the
certificate compares both ways: no start may beat the key, and the best start must reach it.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from derive.derivation.densities import Array, charts
from derive.derivation.quadratics.constraint_rows import difference
from derive.maths import expr as E
from derive.maths.batches import Batch, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.symbols import Symbol
from derive.maths.worlds import as_array
from derive.problem.nouns.program import Program

STARTS = 10
AGREEING = 3  # starts that end in the same best value are enough
FEASIBLE = 1e-7  # by how much a constraint may be missed, times 1 + its size
METHOD = "SciPy SLSQP"
WIDTH = 8  # over which a kink is smoothed in the first stage of a search


def search(program: Program, symbols: Mapping[str, Symbol], world: World) -> float:
    """The best value that direct search finds; nan where no start ends in a feasible point."""
    from scipy.optimize import minimize

    found = charts([symbols[n] for n in program.over], world)
    fixed = {n: as_array([v]) for n, v in world.values.items() if n not in program.over}
    sign = 1.0 if program.sense == "min" else -1.0

    def at(z: Array) -> Batch:
        values, start = dict(fixed), 0
        for c in found:
            values[c.name] = np.asarray(c.to(z[start : start + c.size]), dtype=np.float64)[None]
            start += c.size
        return Batch(values, world.dims, 1)

    def value(e: E.Expr, z: Array) -> Array:
        return np.ravel(np.asarray(evaluate(e, at(z))[0], dtype=np.float64))

    def loss(z: Array, objective: E.Expr = program.objective) -> float:
        out = sign * float(value(objective, z)[0])
        return out if np.isfinite(out) else 1e30

    smooth = _smoothed(program.objective)

    rows: list[dict[str, Any]] = []
    for c in _rows(program.constraints):
        large, small = c.args if c.data in (">=", ">", "=") else c.args[::-1]
        gap = difference(large, small)
        rows.append({"type": "eq" if c.data == "=" else "ineq", "fun": lambda z, gap=gap: value(gap, z)})
    rng = np.random.default_rng(9)
    size = sum(c.size for c in found)
    best, agreeing = np.nan, 0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for k in range(STARTS):
            start = rng.normal(size=size) * (0.5 + k / 3)
            if smooth != program.objective:  # where the objective is flat no gradient leads out
                first = minimize(loss, start, args=(smooth,), method="SLSQP", constraints=rows, options={"ftol": 1e-9, "maxiter": 200})
                start = first.x if np.all(np.isfinite(first.x)) else start
            out = minimize(loss, start, method="SLSQP", constraints=rows, options={"ftol": 1e-13, "maxiter": 300})
            if not np.all(np.isfinite(out.x)) or not all(_holds(r, out.x) for r in rows) or not np.isfinite(out.fun) or out.fun >= 1e29:
                continue
            near = not np.isnan(best) and abs(out.fun - best) <= 1e-9 * (1 + abs(best))
            agreeing = agreeing + 1 if near else 1 if np.isnan(best) or out.fun < best else agreeing
            best = out.fun if np.isnan(best) else min(best, out.fun)
            if agreeing >= AGREEING:
                break
    return float(sign * best)


def _smoothed(e: E.Expr) -> E.Expr:
    """e with WIDTH log(1 + exp(a / WIDTH)) for every scalar positive part of a."""
    if not e.args:
        return e
    e = E.rebuild(e, tuple(_smoothed(a) for a in e.args))
    if e.op != "fn" or e.shape or e.data not in ("relu", "maximum", "minimum"):
        return e
    a, b = (e.args[0], E.ZERO) if e.data == "relu" else e.args
    width = E.num(WIDTH if e.data != "minimum" else -WIDTH)
    return E.add(b, E.mul(width, E.fn("log", E.add(E.ONE, E.fn("exp", E.div(E.sub(a, b), width))))))


def _rows(constraints: Sequence[E.Expr]) -> list[E.Expr]:
    out: list[E.Expr] = []
    for c in constraints:
        if c.op == "and":
            out += _rows(c.args)
        elif c.op == "rel" and c.data in ("=", "<=", ">=", "<", ">"):
            out.append(c)
        else:
            raise NotEvaluable(f"'{c.data or c.op}' is no constraint that can be searched under")
    return out


def _holds(row: dict[str, Any], z: Array) -> bool:
    gap = row["fun"](z)
    return bool(np.all(np.abs(gap) <= FEASIBLE) if row["type"] == "eq" else np.all(gap >= -FEASIBLE))
