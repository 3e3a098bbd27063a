"""The independent truth of likelihoods: the declared distributions in SciPy, maximised directly.

Nothing here uses the log-densities or the rules of the derivation. Each unknown runs over its declared domain through a
smooth map (exp, logistic, softmax, L L^T) from all real vectors; quasi-Newton and Nelder-Mead from several starts.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.expr import Expr, idx, num, replace
from derive.maths.sampler import size_in
from derive.maths.symbols import Symbol
from derive.maths.worlds import as_array
from derive.problem.likelihood import Draw, Model

STARTS = 4
FAR = 1e30  # what a point of density zero counts

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Chart:
    """A smooth map from R^size onto the domain of one unknown."""

    name: str
    size: int
    to: Callable[[Array], Array]


def log_density(model: Model, world: World, point: Mapping[str, Any]) -> float:
    """log p(observations, unknowns) of the declared distributions at a point (floats by name)."""
    values = {n: as_array([v]) for n, v in world.values.items() if n not in point}
    values |= {n: np.asarray(v, dtype=np.float64)[None] for n, v in point.items()}
    batch = Batch(values, world.dims, 1)
    return float(sum(_of_draw(d, batch) for d in (*model.observations, *model.priors)))


def _of_draw(d: Draw, batch: Batch) -> float:
    if d.index is None:
        what, *args = (_value(e, batch) for e in (d.what, *d.args))
        return _logpdf(d.family, what, args)
    name, first, last = d.index
    total = 0.0
    for i in range(int(_value(first, batch)), int(_value(last, batch)) + 1):
        here = {idx(name): num(i)}
        what, *args = (_value(replace(e, here), batch) for e in (d.what, *d.args))
        total += _logpdf(d.family, what, args)
    return total


def _value(e: Expr, batch: Batch) -> Array:
    return np.asarray(evaluate(e, batch)[0], dtype=np.float64)


def _logpdf(family: str, x: Array, args: Sequence[Array]) -> float:
    from scipy import stats

    if family == "normal":
        mean, variance = args
        if variance.ndim == 2:
            rows = np.atleast_2d(x) - mean
            try:
                return float(np.sum(stats.multivariate_normal.logpdf(rows, np.zeros(len(variance)), variance)))
            except (np.linalg.LinAlgError, ValueError):
                return -np.inf
        return float(np.sum(stats.norm.logpdf(x, mean, np.sqrt(variance))))
    a = args[0]
    b = args[-1]
    table: dict[str, Callable[[], Any]] = {
        "laplace": lambda: stats.laplace.logpdf(x, a, b), "uniform": lambda: stats.uniform.logpdf(x, a, b - a),
        "exponential": lambda: stats.expon.logpdf(x, 0, 1 / a), "gamma": lambda: stats.gamma.logpdf(x, a, 0, 1 / b),
        "poisson": lambda: stats.poisson.logpmf(x, a), "geometric": lambda: stats.geom.logpmf(x, a),
        "bernoulli": lambda: stats.bernoulli.logpmf(x, a), "binomial": lambda: stats.binom.logpmf(x, a, b),
        "beta": lambda: stats.beta.logpdf(x, a, b),
        "inverse_gamma": lambda: stats.invgamma.logpdf(x, a, 0, b), "lognormal": lambda: stats.lognorm.logpdf(x, np.sqrt(b), 0, np.exp(a)),
        "rayleigh": lambda: stats.rayleigh.logpdf(x, 0, a), "weibull": lambda: stats.weibull_min.logpdf(x, a, 0, b),
        "pareto": lambda: stats.pareto.logpdf(x, b, 0, a), "negative_binomial": lambda: stats.nbinom.logpmf(x, a, b),
        "multinomial": lambda: stats.multinomial.logpmf(x, x.sum(), a / a.sum()),
        "dirichlet": lambda: stats.dirichlet.logpdf(x / x.sum(), np.broadcast_to(a, x.shape)) if x.size > 1 else 0.0,
    }
    try:
        return float(np.sum(table[family]()))
    except ValueError:  # SciPy refuses parameters outside their range, where there is no density
        return -np.inf


def charts(symbols: Sequence[Symbol], world: World) -> list[Chart]:
    """The maps onto the domains of the unknowns, in order."""
    return [_chart(s, tuple(size_in(d, world.dims) for d in s.shape)) for s in symbols]


def _chart(s: Symbol, shape: tuple[int, ...]) -> Chart:
    size = int(np.prod(shape)) if shape else 1

    def shaped(z: Array) -> Array:
        return z.reshape(shape)

    if s.domain == "spd":
        n = shape[0]
        lower = np.tril_indices(n)

        def gram(z: Array) -> Array:
            factor = np.zeros((n, n))
            factor[lower] = z
            return np.asarray(factor @ factor.T + 1e-12 * np.eye(n))

        return Chart(s.name, len(lower[0]), gram)
    maps: dict[str, Callable[[Array], Array]] = {
        "positive": lambda z: shaped(np.exp(np.clip(z, -80, 80))),
        "unit": lambda z: shaped(1 / (1 + np.exp(-np.clip(z, -80, 80)))),
        "simplex": lambda z: shaped(np.exp(z - z.max()) / np.exp(z - z.max()).sum()),
    }
    return Chart(s.name, size, maps.get(s.domain, shaped))


def maximise(model: Model, unknowns: Sequence[Symbol], world: World) -> float:
    """The largest log-density that direct search finds."""
    from scipy.optimize import minimize

    found = charts(unknowns, world)

    def loss(z: Array) -> float:
        point, start = {}, 0
        for c in found:
            point[c.name] = c.to(z[start : start + c.size])
            start += c.size
        value = log_density(model, world, point)
        return -value if np.isfinite(value) else FAR

    rng = np.random.default_rng(5)
    size = sum(c.size for c in found)
    best = FAR
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for _ in range(STARTS):
            z = next((z for z in (rng.normal(size=size) * (1 + k / 4) for k in range(60)) if loss(z) < FAR), None)
            if z is None:
                continue
            smooth = minimize(loss, z, method="BFGS", options={"gtol": 1e-7})
            value = float(smooth.fun)
            if not np.all(np.abs(smooth.jac) <= 1e-4 * (1 + abs(value))):  # a kink or an edge, where no gradient vanishes
                value = float(minimize(loss, smooth.x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 300 * size, "maxfev": 600 * size}).fun)
            better = value < best - 1e-9 * (1 + abs(best))
            best = min(best, value)
            if not better and best < FAR:
                break
    return -best
