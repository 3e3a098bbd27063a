"""The numerical truth of programs that CVXPY cannot state: every choice of zeros is tried, bounded rank is factored.

A count of nonzeros: for each set of zeros the rest is convex, so the best of all supports is the optimum. A bound on the rank:
X = L R^T with k columns, orthonormal columns: a polar retraction; both by many starts of a quasi-Newton method, which has no
local minima other than global ones for the distances that occur here, and otherwise gives an upper bound that refutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import numpy.typing as npt

from derive.derivation.competitors import count_bound, is_orthonormal, kind_of
from derive.derivation.truth import SOLVER, Optimum, optimum
from derive.maths import expr as E
from derive.maths.batches import Batch, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import World, exact
from derive.maths.expr import Expr
from derive.maths.sampler import size_in
from derive.maths.worlds import as_array
from derive.problem.nouns.program import Program

Array = npt.NDArray[np.float64]

STARTS = 8
RESTARTS = 6
SEED = 5


def room_of(program: Program, shapes: Mapping[str, E.Shape]) -> str:
    """Which numerical truth a program has: 'CVXPY (...)', or a brute force by its name."""
    if len(program.over) != 1:
        return f"CVXPY ({SOLVER})"
    u = E.sym(program.over[0], shapes[program.over[0]])
    if len(u.shape) == 1 and any(x == E.nonzeros(u) for e in (program.objective, *program.constraints) for x in E.walk(e)):
        return "all supports"
    kind = kind_of(program.constraints, u)
    return {"rank": "factored descent", "orthonormal": "descent on frames"}.get(kind, f"CVXPY ({SOLVER})")


def numerical_optimum(program: Program, world: World, shapes: Mapping[str, E.Shape]) -> Optimum:
    """The optimum of the program in one world, by CVXPY where it is convex, else by brute force."""
    room = room_of(program, shapes)
    u = E.sym(program.over[0], shapes[program.over[0]])
    if room == "all supports":
        return _over_supports(program, world, shapes, u)
    if room == "factored descent":
        return _descended(program, world, u, _factored)
    return _descended(program, world, u, _framed) if room == "descent on frames" else optimum(program, world, shapes)


def _over_supports(program: Program, world: World, shapes: Mapping[str, E.Shape], u: Expr) -> Optimum:
    count = E.nonzeros(u)
    n = size_in(u.shape[0], world.dims)
    bounds = [k for c in program.constraints if (k := count_bound(c, u)) is not None]
    rest = tuple(c for c in program.constraints if count_bound(c, u) is None)
    best: Optimum | None = None
    sign = 1 if program.sense == "min" else -1
    for size in range(n + 1):
        if any(exact(k, world) < size for k in bounds):
            break
        for kept in combinations(range(1, n + 1), size):
            zero = tuple(E.rel("=", E.at(u, E.num(i)), E.ZERO) for i in range(1, n + 1) if i not in kept)
            own = Program(program.over, program.sense, E.replace(program.objective, {count: E.num(size)}), (*rest, *zero))
            found = optimum(own, world, shapes)
            if found.status in ("optimal", "optimal_inaccurate") and (best is None or sign * found.value < sign * best.value):
                best = found
    return best or Optimum("infeasible", float("nan"), {})


Parametrise = Callable[[Program, World, Expr, tuple[int, ...]], tuple[int, Callable[[Array], Array]]]


def _factored(program: Program, world: World, u: Expr, shape: tuple[int, ...]) -> tuple[int, Callable[[Array], Array]]:
    bounds = [c.args[1] if c.args[0] == E.rank(u) else c.args[0] for c in program.constraints if E.rank(u) in c.args]
    if len(bounds) != len(program.constraints):
        raise NotEvaluable("a bound on the rank beside other constraints has no numerical room")
    k = min(int(exact(b, world)) for b in bounds)
    m, n = shape

    def point(z: Array) -> Array:
        left, right = z[:, : m * k].reshape(-1, m, k), z[:, m * k :].reshape(-1, n, k)
        return np.asarray(left @ np.swapaxes(right, 1, 2))

    return (m + n) * k, point


def _framed(program: Program, world: World, u: Expr, shape: tuple[int, ...]) -> tuple[int, Callable[[Array], Array]]:
    if len(program.constraints) != 1 or not is_orthonormal(program.constraints[0], u):
        raise NotEvaluable("orthonormal columns beside other constraints have no numerical room")

    def point(z: Array) -> Array:
        x = z.reshape(-1, *(shape if len(shape) == 2 else (shape[0], 1)))
        left, _, right = np.linalg.svd(x, full_matrices=False)
        return np.asarray((left @ right).reshape(-1, *shape))

    return int(np.prod(shape)), point


def _smoothed(program: Program) -> Program:
    """The program with the square of the Frobenius norm for every norm of singular values."""
    norms = {x: E.power(E.norm(x.args[0], None, "fro"), E.TWO) for x in E.walk(program.objective) if x.op == "norm" and x.data in ("nuc", "op", "fro")}
    return Program(program.over, program.sense, E.replace(program.objective, norms), program.constraints) if norms else program


def _descended(program: Program, world: World, u: Expr, parametrise: Parametrise) -> Optimum:
    """The best of several runs of BFGS over the parameters, from the optimum of a smooth norm where the norms have kinks."""
    shape = tuple(size_in(d, world.dims) for d in u.shape)
    count, point = parametrise(program, world, u, shape)
    sign = 1.0 if program.sense == "min" else -1.0
    rng = np.random.default_rng(SEED)
    best: tuple[float, Array] | None = None
    smooth = _smoothed(program)
    drawn = rng.normal(size=(STARTS // 2, count))
    mirrored = drawn.copy()
    mirrored[:, : count // shape[0]] *= -1.0  # square frames have two components, told by the sign of the determinant
    for z in np.concatenate([drawn, mirrored]):
        for stage in (smooth, program):  # of one program twice, the second run only polishes
            value, z = _run(_objective(stage, world, u, point), z)
        for _ in range(RESTARTS if parametrise is _framed else 0):  # from the frame itself, where its parameters are well scaled
            before = value
            value, z = _run(_objective(program, world, u, point), point(z[None]).ravel())
            if before - value <= 1e-9 * (1 + abs(value)):
                break
        if np.isfinite(value) and (best is None or value < best[0]):
            best = value, z
    if best is None:
        return Optimum("no start converged", float("nan"), {})
    return Optimum("optimal", sign * best[0], {str(u.data): point(best[1][None])[0]})


def _objective(program: Program, world: World, u: Expr, point: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """Values to minimise at a batch of parameters."""
    sign = 1.0 if program.sense == "min" else -1.0
    fixed = {n: as_array([v]) for n, v in world.values.items() if n != u.data}

    def values(z: Array) -> Array:
        x = point(z)
        batch = Batch({**{n: np.broadcast_to(v, (len(x), *v.shape[1:])) for n, v in fixed.items()}, str(u.data): x}, world.dims, len(x))
        return sign * evaluate(program.objective, batch)

    return values


def _run(values: Callable[[Array], Array], start: Array) -> tuple[float, Array]:
    """BFGS; gradients by central differences, a batch at a time. Ends at the better of start and finish."""
    from scipy.optimize import minimize

    count = len(start)

    def with_gradient(z: Array) -> tuple[float, Array]:
        h = 1e-5 * (1.0 + np.abs(z))
        v = values(np.concatenate([z[None], z + np.diag(h), z - np.diag(h)]))
        return float(v[0]), np.asarray((v[1 : count + 1] - v[count + 1 :]) / (2 * h))

    found = minimize(with_gradient, start, jac=True, method="BFGS", options={"maxiter": 400, "gtol": 1e-8})
    before = float(values(start[None])[0])
    return (float(found.fun), np.asarray(found.x)) if found.fun <= before else (before, start)
