"""The optimum that a direct search finds, for what CVXPY does not take: likelihoods, ranks, jumps at 0, ratios.

The objective is evaluated in plain NumPy, a likelihood by SciPy's distributions as they are declared. Every unknown runs
over its domain through a smooth map from all real vectors (exp, logistic, softmax, L L^T, L R^T of a rank, the null space
of the equations); quasi-Newton steps from several starts, and Nelder-Mead where the objective has kinks.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from derive.grading.stress.values import Instance, Unvalued, defined, size, value
from derive.maths import expr as E
from derive.maths.expr import Expr, symbols_in, walk
from derive.maths.symbols import Symbol
from derive.problem.likelihood import Draw, Model
from derive.problem.nouns.program import Program

STARTS = 3
FAR = 1e30  # what a point outside the domain counts
PATTERNS = 64  # of entries that are 0
KINKED = frozenset(("abs", "sign", "relu", "maximum", "minimum"))
PEAKED = frozenset(("laplace", "uniform"))  # families whose log-density has a kink or an end

Array = np.ndarray[Any, np.dtype[np.float64]]
Goal = Callable[[Mapping[str, Any]], float]


@dataclass(frozen=True)
class Chart:
    """A smooth map from R^size onto the values of one unknown."""

    name: str
    size: int
    to: Callable[[Array], Any]


def searched(program: Program, model: Model | None, at: Instance, symbols: Mapping[str, Symbol]) -> float:
    """The optimal value that the search finds. Raises Unvalued for constraints that no map here meets."""
    sign = 1.0 if program.sense == "min" else -1.0

    def goal(point: Mapping[str, Any]) -> float:
        own = sign * height(program, model, at, point)
        return own if np.isfinite(own) else FAR

    rough = model is not None and any(d.family in PEAKED for d in (*model.observations, *model.priors))
    rough = rough or _kinked(program)
    best = min(_least(goal, charts, rough) for charts in _charts(program, model, at, symbols))
    return sign * best if best < FAR else float("nan")


def _kinked(program: Program) -> bool:
    """Whether the objective has kinks in an unknown. The square of a Euclidean norm has none; jumps at 0 are taken one by one."""
    mine = [x for x in walk(program.objective) if symbols_in(x) & set(program.over)]
    squared = {x.args[0] for x in mine if x.op == "pow" and x.args[1] == E.TWO and x.args[0].op == "norm"}
    return any((x.op == "fn" and x.data in KINKED) or (x.op == "norm" and not (x in squared and (x.data == "fro" or x.args[1:] == (E.TWO,)))) for x in mine)


def height(program: Program, model: Model | None, at: Instance, point: Mapping[str, Any]) -> float:
    """The objective at a point; for a likelihood the declared log-density itself."""
    there = at.with_values(**point)
    if model is not None:
        return float(sum(_of_draw(d, there) for d in (*model.observations, *model.priors)))
    return float(value(program.objective, there))


# ------------------------------------------------------------------------------------------ densities


def _of_draw(d: Draw, at: Instance) -> float:
    if d.index is None:
        return _logpdf(d, at)
    name, first, last = d.index
    return sum(_logpdf(d, at.at_index(name, i)) for i in range(int(value(first, at)), int(value(last, at)) + 1))


def _logpdf(d: Draw, at: Instance) -> float:
    """log p(what | parameters), -inf outside the support. Raises Unvalued for a family that is not written here."""
    from scipy import stats

    x, *args = (np.asarray(value(e, at), dtype=float) for e in (d.what, *d.args))
    if not defined([float(np.sum(v)) for v in (x, *args)]):
        return -np.inf
    zero = np.zeros(())
    a, b = (*args, zero, zero)[:2]
    try:
        if d.family == "normal":
            if b.ndim == 2:
                rows = np.atleast_2d(x) - a
                return float(np.sum(stats.multivariate_normal.logpdf(rows, np.zeros(len(b)), b)))
            return float(np.sum(stats.norm.logpdf(x, a, np.sqrt(b)))) if np.all(b > 0) else -np.inf
        if d.family == "multinomial":
            return float(stats.multinomial.logpmf(x, x.sum(), a))
        families: dict[str, Callable[[], Any]] = {
            "laplace": lambda: stats.laplace.logpdf(x, a, b), "uniform": lambda: stats.uniform.logpdf(x, a, b - a),
            "beta": lambda: stats.beta.logpdf(x, a, b), "binomial": lambda: stats.binom.logpmf(x, a, b), "bernoulli": lambda: stats.bernoulli.logpmf(x, a),
            "poisson": lambda: stats.poisson.logpmf(x, a), "exponential": lambda: stats.expon.logpdf(x, 0, 1 / a),
            "gamma": lambda: stats.gamma.logpdf(x, a, 0, 1 / b), "geometric": lambda: stats.geom.logpmf(x, a),
        }
        if d.family not in families:
            raise Unvalued(f"the density of a {d.family} distribution")
        return float(np.sum(families[d.family]()))
    except (ValueError, np.linalg.LinAlgError):  # parameters outside their range
        return -np.inf


# ------------------------------------------------------------------------------------------ maps


def _charts(program: Program, model: Model | None, at: Instance, symbols: Mapping[str, Symbol]) -> list[list[Chart]]:
    """Maps onto the feasible points, several where entries may be 0 or not."""
    own = {n: symbols[n] for n in program.over}
    ranks = {c.args[0].args[0].data: int(value(c.args[1], at)) for c in program.constraints if _bounds_rank(c)}
    open_rows = [c for c in program.constraints if not _bounds_rank(c)]
    if model is not None:  # a density is 0 outside its support
        open_rows = [c for c in open_rows if c.op == "rel" and c.data == "="]
    if open_rows and all(s.domain == "simplex" for s in own.values()):
        open_rows = []
    if model is not None and open_rows and len(own) == 1:
        (only,) = own.values()
        if len(only.shape) == 1 and [c.args for c in open_rows] == [(E.total(E.sym(only.name, only.shape)), E.ONE)]:
            return [[_chart(only, at, "simplex")]]
    if open_rows:
        return [[_on_plane(open_rows, own, at)]]
    charts = [_of_rank(s, at, ranks[n]) if n in ranks else _chart(s, at, s.domain) for n, s in own.items()]
    jumps = [n for n in own if any(x.op == "rel" and x.data in ("=", "!=") and n in symbols_in(x) for x in walk(program.objective))]
    if not jumps:
        return [charts]
    if len(charts) > 1 or 2 ** charts[0].size > PATTERNS:
        raise Unvalued("an objective with jumps of this size")
    return [[_masked(charts[0], np.array(mask, dtype=float))] for mask in product((0, 1), repeat=charts[0].size)]


def _bounds_rank(c: Expr) -> bool:
    return c.op == "rel" and c.data == "<=" and c.args[0].op == "rank" and c.args[0].args[0].op == "sym"


def _chart(s: Symbol, at: Instance, domain: str) -> Chart:
    shape = tuple(size(d, at) for d in s.shape)
    count = int(np.prod(shape))
    if len(shape) == 2 and domain == "spd":
        return Chart(s.name, count, lambda t: (m := t.reshape(shape)) @ m.T)
    if s.above is not None or s.below is not None:
        raise Unvalued("a bounded unknown")

    def shaped(t: Array) -> Any:
        return t.reshape(shape) if shape else float(t[0])

    def to(t: Array) -> Any:
        if domain == "simplex":
            u = np.exp(t - t.max())
            return u / u.sum()
        return shaped(np.exp(t) if domain in ("positive", "nonnegative") else 1 / (1 + np.exp(-t)) if domain == "unit" else t)

    return Chart(s.name, count, to)


def _of_rank(s: Symbol, at: Instance, rank: int) -> Chart:
    m, n = (size(d, at) for d in s.shape)
    return Chart(s.name, (m + n) * rank, lambda t: t[: m * rank].reshape(m, rank) @ t[m * rank :].reshape(rank, n))


def _masked(chart: Chart, mask: Array) -> Chart:
    free = np.flatnonzero(mask)

    def to(t: Array) -> Any:
        z = np.zeros(chart.size)
        z[free] = t
        return chart.to(z)

    return Chart(chart.name, len(free), to)


def _on_plane(rows: list[Expr], own: Mapping[str, Symbol], at: Instance) -> Chart:
    """The points of one real vector that meet affine equations: x0 + N t."""
    if len(own) != 1 or any(c.op != "rel" or c.data != "=" for c in rows):
        raise Unvalued("constraints that are no equations")
    (s,) = own.values()
    shape = tuple(size(d, at) for d in s.shape)
    count = int(np.prod(shape))

    def residual(z: Array) -> Array:
        there = at.with_values(**{s.name: z.reshape(shape)})
        return np.concatenate([np.ravel(np.asarray(value(c.args[0], there)) - np.asarray(value(c.args[1], there))) for c in rows])

    at_0 = residual(np.zeros(count))
    slope = np.array([residual(e) - at_0 for e in np.eye(count)]).T
    probe = np.arange(1.0, count + 1)
    if np.max(np.abs(residual(probe) - at_0 - slope @ probe)) > 1e-9 * (1 + np.max(np.abs(slope))):
        raise Unvalued("equations that are not affine")
    start = np.linalg.lstsq(slope, -at_0, rcond=None)[0]
    _, sizes, axes = np.linalg.svd(slope)
    null = axes[int(np.sum(sizes > 1e-9)) :].T
    return Chart(s.name, null.shape[1], lambda t: (start + null @ t).reshape(shape))


# ------------------------------------------------------------------------------------------ search


def _least(goal: Goal, charts: list[Chart], rough: bool) -> float:
    from scipy.optimize import minimize

    ends = np.cumsum([0, *(c.size for c in charts)])

    def f(t: Array) -> float:
        with np.errstate(all="ignore"):
            return goal({c.name: c.to(t[a:b]) for c, a, b in zip(charts, ends, ends[1:], strict=False)})

    if not ends[-1]:
        return f(np.zeros(0))
    rng = np.random.default_rng(11)
    found: list[tuple[float, Array]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # steps outside the domain are part of a search
        for k in range(STARTS):
            start = rng.normal(size=int(ends[-1])) * (0.3 if k % 2 else 1.0)
            run = minimize(f, start, method="Nelder-Mead" if f(start) >= FAR else "BFGS", options={"gtol": 1e-9} if f(start) < FAR else {})
            found.append((float(run.fun), run.x))
        best = min(found, key=lambda pair: pair[0])
        for _ in range(4 if rough else 1):
            run = minimize(f, best[1], method="Nelder-Mead" if rough else "BFGS", options={"xatol": 1e-11, "fatol": 1e-14, "maxiter": 4000} if rough else {"gtol": 1e-10})
            best = min(best, (float(run.fun), run.x), key=lambda pair: pair[0])
    return best[0]
