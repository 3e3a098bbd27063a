"""Probability models: what is drawn from which distribution, and the log-density as a program.

    x ~ normal(mu, s^2)              every entry of x independently, mean mu, variance s^2
    y ~ normal(X w, v)               entry i has mean (X w)_i
    X ~ normal(0, S)                 every row of X independently, covariance matrix S
    x_i ~ normal(mu, s_i^2)          the same as x ~ normal(mu, s^2) with a vector s
    z_i ~ laplace(mu, 1) for i in 1..5   the first five entries of z

A log-density is written up to terms that are free of the unknowns. Source: Bishop, Pattern Recognition and Machine
Learning, appendix B; the parameters of each family are those of FAMILIES.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from derive.maths import expr as E
from derive.maths.expr import Expr

FAMILIES = {
    "normal": ("mean", "variance"),
    "laplace": ("location", "scale"),
    "uniform": ("low", "high"),
    "exponential": ("rate",),
    "gamma": ("shape", "rate"),
    "inverse_gamma": ("shape", "scale"),
    "lognormal": ("mean", "variance"),  # of the logarithm
    "rayleigh": ("scale",),
    "weibull": ("shape", "scale"),
    "pareto": ("minimum", "shape"),
    "poisson": ("rate",),
    "geometric": ("p",),  # the number of trials up to the first success: 1, 2, ...
    "bernoulli": ("p",),
    "binomial": ("trials", "p"),
    "negative_binomial": ("successes", "p"),  # the number of failures before so many successes
    "multinomial": ("p",),  # counts of each outcome
    "beta": ("a", "b"),
    "dirichlet": ("alpha",),
}

# Parameters that stand in a gamma function of the density: they have to be known. The same holds for what is counted.
IN_GAMMA_FUNCTIONS = {
    "gamma": ("shape",), "inverse_gamma": ("shape",), "beta": ("a", "b"), "dirichlet": ("alpha",), "binomial": ("trials",), "negative_binomial": ("successes",),
}
COUNTED = frozenset(("poisson", "binomial", "negative_binomial", "multinomial"))


@dataclass(frozen=True)
class Draw:
    """`what` is drawn from family(args).

    what: a symbol (its entries, or the rows of a matrix for a covariance matrix, are independent) or, with an index,
    one entry; index: (name, first, last) where only some entries are observed.
    """

    what: Expr
    family: str
    args: tuple[Expr, ...]
    index: tuple[str, Expr, Expr] | None = None

    @property
    def count(self) -> Expr:
        """How many independent draws there are (entries; rows for a covariance matrix)."""
        if self.index is not None:
            _, first, last = self.index
            return last if E.is_number(first, 1) else E.add(last, E.neg(first), E.ONE)
        return E.dim(self.what.shape[0]) if self.what.shape else E.ONE

    def total(self, e: Expr) -> Expr:
        """The sum of e over the draws; a scalar e counts once a draw."""
        if self.index is not None:
            name, first, last = self.index
            return E.reduce_over("sum", name, e, first, last) if name in E.free_indices(e) else E.mul(self.count, e)
        return E.total(e) if e.shape or not self.what.shape else E.mul(self.count, e)

    def over(self, e: Expr) -> Expr:
        """A scalar parameter beside a vector as the vector of equal entries."""
        return E.mul(e, E.ones(*self.what.shape)) if self.what.shape and not e.shape and not E.is_number(e, 0) else e


@dataclass(frozen=True)
class Model:
    """Observations that are drawn given the unknowns, and priors of the unknowns."""

    observations: tuple[Draw, ...]
    priors: tuple[Draw, ...] = ()


def log_density(d: Draw) -> Expr:
    """log p(what | parameters), up to terms free of all parameters that an unknown can be."""
    return _DENSITIES[d.family](d)


def support(d: Draw) -> tuple[Expr, ...]:
    """The conditions under which the density is not zero, where the unknowns can break them."""
    if d.family not in ("uniform", "pareto"):
        return ()
    low, high = d.args[0], d.args[-1]
    if d.index is not None:
        name, first, last = d.index
        least, most = (E.reduce_over(kind, name, d.what, first, last) for kind in ("min", "max"))
    else:
        least, most = (E.reduce_all(kind, d.what) for kind in ("min", "max"))
    if d.family == "pareto":
        return (E.rel("<=", low, least),)
    return E.rel("<=", low, least), E.rel("<=", most, high)


def log_likelihood(model: Model, unknowns: frozenset[str]) -> tuple[Expr, tuple[Expr, ...]]:
    """The logarithm of the joint density, and the conditions in the unknowns under which it is not zero."""
    draws = (*model.observations, *model.priors)
    terms = [t for d in draws for t in _terms(log_density(d))]
    kept = [t for t in terms if E.symbols_in(t) & unknowns]
    conditions = tuple(c for d in draws for c in support(d) if E.symbols_in(c) & unknowns)
    return E.add(*kept) if kept else E.ZERO, conditions


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if e.op == "add" else (e,)


def _log(e: Expr) -> Expr:
    return E.ZERO if E.is_number(e, 1) else E.fn("log", e)


def _away(d: Draw, centre: Expr) -> Expr:
    return d.what if E.is_number(centre, 0) else E.sub(d.what, d.over(centre))


def _normal(d: Draw) -> Expr:
    mean, variance = d.args
    if len(variance.shape) == 2:
        return _rows(d, mean, variance)
    r = _away(d, mean)
    if variance.shape or d.index is not None or not r.shape:
        square = d.total(E.div(E.power(r, E.TWO), E.mul(E.TWO, variance)))
    else:
        square = E.div(E.power(E.norm(r, E.TWO), E.TWO), E.mul(E.TWO, variance))
    return E.sub(E.neg(E.mul(E.HALF, d.total(_log(variance)))), square)


def _rows(d: Draw, mean: Expr, covariance: Expr) -> Expr:
    """Rows (or one vector) with a covariance matrix: -(m/2) log det S - (1/2) tr(S^{-1} R^T R)."""
    if len(d.what.shape) == 1:
        r = d.what if E.is_number(mean, 0) else E.sub(d.what, mean)
        return E.sub(E.neg(E.mul(E.HALF, _log(E.det(covariance)))), E.mul(E.HALF, E.dot(r, E.matmul(E.inverse(covariance), r))))
    r = d.what if E.is_number(mean, 0) else E.sub(d.what, E.matmul(E.ones(d.what.shape[0]), E.transpose(mean)))
    spread = E.trace(E.matmul(E.matmul(r, E.inverse(covariance)), E.transpose(r)))
    return E.sub(E.neg(E.mul(E.div(d.count, E.TWO), _log(E.det(covariance)))), E.mul(E.HALF, spread))


def _laplace(d: Draw) -> Expr:
    location, scale = d.args
    r = _away(d, location)
    size = E.div(E.norm(r, E.ONE), scale) if r.shape and not scale.shape else d.total(E.div(E.fn("abs", r), scale))
    return E.sub(E.neg(d.total(_log(scale))), size)


def _uniform(d: Draw) -> Expr:
    low, high = d.args
    return E.neg(d.total(_log(high if E.is_number(low, 0) else E.sub(high, low))))


def _exponential(d: Draw) -> Expr:
    rate, = d.args
    return E.sub(d.total(_log(rate)), d.total(E.mul(rate, d.what)))


def _gamma(d: Draw) -> Expr:
    shape, rate = d.args
    less = E.sub(shape, d.over(E.ONE)) if shape.shape else E.sub(shape, E.ONE)
    return E.add(d.total(E.mul(shape, _log(rate))), d.total(E.mul(less, _log(d.what))), E.neg(d.total(E.mul(rate, d.what))))


def _inverse_gamma(d: Draw) -> Expr:
    shape, scale = d.args
    more = E.add(shape, d.over(E.ONE)) if shape.shape else E.add(shape, E.ONE)
    return E.add(d.total(E.mul(shape, _log(scale))), E.neg(d.total(E.mul(more, _log(d.what)))), E.neg(d.total(E.div(scale, d.what))))


def _lognormal(d: Draw) -> Expr:
    return E.sub(_normal(replace(d, what=_log(d.what))), d.total(_log(d.what)))


def _rayleigh(d: Draw) -> Expr:
    scale, = d.args
    return E.add(d.total(_log(d.what)), E.neg(E.mul(E.TWO, d.total(_log(scale)))), E.neg(d.total(E.div(E.power(d.what, E.TWO), E.mul(E.TWO, E.power(scale, E.TWO))))))


def _weibull(d: Draw) -> Expr:
    k, scale = d.args
    return E.add(d.total(_log(k)), d.total(E.mul(E.sub(k, E.ONE), _log(d.what))), E.neg(d.total(E.mul(k, _log(scale)))), E.neg(d.total(E.power(E.div(d.what, scale), k))))


def _pareto(d: Draw) -> Expr:
    low, shape = d.args
    return E.add(d.total(_log(shape)), d.total(E.mul(shape, _log(low))), E.neg(d.total(E.mul(E.add(shape, E.ONE), _log(d.what)))))


def _negative_binomial(d: Draw) -> Expr:
    successes, p = d.args
    return _successes(d.total(successes), d.total(d.what), p)


def _poisson(d: Draw) -> Expr:
    rate, = d.args
    seen = E.mul(d.total(d.what), _log(rate)) if not rate.shape else d.total(E.mul(d.what, _log(rate)))
    return E.sub(seen, d.total(rate))


def _successes(successes: Expr, failures: Expr, p: Expr) -> Expr:
    return E.add(E.mul(successes, _log(p)), E.mul(failures, _log(E.sub(E.ONE, p))))


def _geometric(d: Draw) -> Expr:
    return _successes(d.count, E.sub(d.total(d.what), d.count), d.args[0])


def _bernoulli(d: Draw) -> Expr:
    seen = d.total(d.what)
    return _successes(seen, E.sub(d.count, seen), d.args[0])


def _binomial(d: Draw) -> Expr:
    trials, p = d.args
    return _successes(d.total(d.what), E.sub(d.total(trials), d.total(d.what)), p)


def _multinomial(d: Draw) -> Expr:
    return E.total(E.mul(d.what, _log(d.args[0])))


def _beta(d: Draw) -> Expr:
    a, b = d.args
    return E.add(E.mul(E.sub(a, E.ONE), d.total(_log(d.what))), E.mul(E.sub(b, E.ONE), d.total(_log(E.sub(E.ONE, d.what)))))


def _dirichlet(d: Draw) -> Expr:
    alpha, = d.args
    less = E.sub(alpha, d.over(E.ONE)) if alpha.shape else E.sub(alpha, E.ONE)
    return E.total(E.mul(less, _log(d.what)))


_DENSITIES: dict[str, Callable[[Draw], Expr]] = {
    "normal": _normal, "laplace": _laplace, "uniform": _uniform, "exponential": _exponential, "gamma": _gamma, "poisson": _poisson,
    "geometric": _geometric, "bernoulli": _bernoulli, "binomial": _binomial, "negative_binomial": _negative_binomial, "multinomial": _multinomial, "beta": _beta,
    "dirichlet": _dirichlet, "inverse_gamma": _inverse_gamma, "lognormal": _lognormal, "rayleigh": _rayleigh, "weibull": _weibull, "pareto": _pareto,
}
