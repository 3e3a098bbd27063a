"""Problems that courses ask beside those of the bank: the derived key equals a formula worked out by hand, at random instances."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive.derivation.steps import Derivation, NotDerived
from derive.errors import SpecError
from derive.maths.worlds import world_sets
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.bank import flat, outputs_at
from tests.keys import certify, solve

Reference = Callable[[Any], Any]
N = np.linalg.norm


class Given(dict[str, Any]):
    __getattr__ = dict.__getitem__


def stated(symbols: str, ask: str, over: str, objective: str, constraints: str = "", when: str = "", observe: str = "", prior: str = "") -> Problem:
    """A problem of one part; symbols as "name: type; ...", several things separated by " | "."""
    lines = ['schema = 1', 'id = "x"', 'title = "x"', "[symbols]", 'm = { type = "dimension" }', 'n = { type = "dimension" }']
    for s in symbols.split(";"):
        name, kind = (t.strip() for t in s.split(":", 1))
        lines.append(f"{name} = {kind}" if kind.startswith("{") else f'{name} = {{ type = "{kind}" }}')
    lines += ["[[parts]]", 'id = "a"', f'ask = "{ask}"', f"over = {json.dumps(over.split(','))}"]
    if objective:
        sense, _, formula = objective.partition(" ")
        lines.append(f"{'minimize' if sense == 'min' else 'maximize'} = {json.dumps(formula)}")
    lines += [f"{k} = {json.dumps(v.split(' | '))}" for k, v in (("subject_to", constraints), ("when", when), ("observe", observe), ("prior", prior)) if v]
    return from_data(tomllib.loads("\n".join(lines)), "x")


def soft(z: Any, t: Any) -> Any:
    return np.sign(z) * np.maximum(np.abs(z) - t, 0)


def cone(e: Any) -> Any:
    size = N(e.v)
    return (e.v, e.s) if size <= e.s else (0 * e.v, 0.0) if size <= -e.s else ((size + e.s) / 2 / size * e.v, (size + e.s) / 2)


def polar(a: Any) -> Any:
    u, _, w = np.linalg.svd(a, full_matrices=False)
    return u @ w


def simplex(v: Any, s: float) -> Any:
    """The nearest point of {x >= 0, sum x = s}, by sorting."""
    u = np.sort(v)[::-1]
    levels = (np.cumsum(u) - s) / np.arange(1, len(u) + 1)
    return np.maximum(v - levels[np.nonzero(u > levels)[0][-1]], 0)


V = "v: vector(n); x: vector(n); lam: positive; d: positive; c: vector(n); a: nonzero vector(n); b: real; r: positive"
W = "w0: vector(n); w: vector(n); x: nonzero vector(n); y: sign; C: positive; t: real; eps: positive"
ATTACK = "w: nonzero vector(n); x: vector(n); d: vector(n); b: real; y: sign; eps: unit"
BETWEEN = "G: matrix(m, n); X: matrix(m, n); L: spd matrix(m, m); R: spd matrix(n, n); alpha: positive"
SQUARE = "(1/2)*norm(x - v, 2)^2"

RELATIVES: list[tuple[str, Problem, Reference]] = [
    ("huber", stated(V, "argmin", "x", f"min lam*sum({{x^2/2 if abs(x) <= d, d*abs(x) - d^2/2 otherwise}}) + {SQUARE}"),
     lambda e: np.where(abs(e.v) <= e.d * (1 + e.lam), e.v / (1 + e.lam), e.v - e.lam * e.d * np.sign(e.v))),
    ("passive-aggressive-1", stated(W, "argmin", "w", "min (1/2)*norm(w - w0, 2)^2 + C*max(0, 1 - y*(w^T x))"),
     lambda e: e.w0 + np.clip((1 - e.y * e.w0 @ e.x) / (e.x @ e.x), 0, e.C) * e.y * e.x),
    ("passive-aggressive-2", stated(W, "argmin", "w", "min (1/2)*norm(w - w0, 2)^2 + C*max(0, 1 - y*(w^T x))^2"),
     lambda e: e.w0 + max(0, 1 - e.y * e.w0 @ e.x) / (e.x @ e.x + 1 / (2 * e.C)) * e.y * e.x),
    ("slab", stated(W, "argmin", "w", "min norm(w - w0, 2)^2", "abs(w^T x - t) <= eps"),
     lambda e: e.w0 + soft(e.t - e.w0 @ e.x, e.eps) / (e.x @ e.x) * e.x),
    ("absolute-residual", stated(V, "argmin", "x", f"min lam*abs(a^T x - b) + {SQUARE}"),
     lambda e: e.v - np.clip((e.a @ e.v - e.b) / (e.a @ e.a), -e.lam, e.lam) * e.a),
    ("threshold-round-a-centre", stated(V, "argmin", "x", f"min lam*norm(x - c, 1) + {SQUARE}"), lambda e: e.c + soft(e.v - e.c, e.lam)),
    ("elastic-net", stated(V, "argmin", "x", f"min lam*norm(x, 1) + (d/2)*norm(x, 2)^2 + {SQUARE}"), lambda e: soft(e.v, e.lam) / (1 + e.d)),
    ("one-regressor-lasso", stated("x: nonzero vector(n); y: vector(n); s: real; lam: positive", "argmin", "s", "min (1/2)*sum_i (y_i - s*x_i)^2 + lam*abs(s)"),
     lambda e: soft(e.x @ e.y, e.lam) / (e.x @ e.x)),
    ("orthonormal-design-in-a-ball", stated("Q: orthcols matrix(m, n); y: vector(m); w: vector(n); r: positive", "argmin", "w", "min norm(Q w - y, 2)^2",
     "norm(w, 2) <= r", "norm(Q^T y, 2) > 0"), lambda e: e.Q.T @ e.y * min(1, e.r / N(e.Q.T @ e.y))),
    ("kronecker-metric", stated(BETWEEN, "argmin", "X", "min tr(G^T X) + (1/(2*alpha))*tr(X^T L X R)"), lambda e: -e.alpha * np.linalg.solve(e.L, e.G) @ np.linalg.inv(e.R)),
    ("diagonal-ellipsoid", stated("g: nonzero vector(n); d: vector(n); r: positive; w: positive vector(n)", "argmin", "d", "min g^T d", "sum_i w_i*d_i^2 <= r^2"),
     lambda e: -e.r * (e.g / e.w) / np.sqrt((e.g**2 / e.w).sum())),
    ("sphere", stated("v: nonzero vector(n); x: vector(n); r: positive", "argmin", "x", "min norm(x - v, 2)^2", "norm(x, 2) = r"), lambda e: e.r * e.v / N(e.v)),
    ("procrustes", stated("M: fullrank matrix(n, n); Q: matrix(n, n)", "argmin", "Q", "min norm_fro(Q - M)^2", "Q^T Q = eye(n)"), lambda e: polar(e.M)),
    ("second-order-cone", stated("v: vector(n); s: real; x: vector(n); t: real", "argmin", "x,t", "min norm(x - v, 2)^2 + (t - s)^2", "norm(x, 2) <= t"), cone),
    ("nonnegative-matrix", stated("M: matrix(m, n); X: matrix(m, n)", "argmin", "X", "min norm_fro(X - M)^2", "X >= 0"), lambda e: np.maximum(e.M, 0)),
    ("worst-logistic-loss", stated(ATTACK, "value", "d", "max log(1 + exp(-y*(w^T (x + d) + b)))", "norm(d, inf) <= eps"),
     lambda e: np.log1p(np.exp(-e.y * (e.w @ e.x + e.b) + e.eps * abs(e.w).sum()))),
    ("worst-squared-loss", stated(ATTACK, "value", "d", "max (b - w^T (x + d))^2", "norm(d, 2) <= eps"), lambda e: (abs(e.b - e.w @ e.x) + e.eps * N(e.w)) ** 2),
    ("conjugate-log-sum-exp", stated("y: simplex vector(n); x: vector(n)", "value", "x", "max y^T x - log(sum_i exp(x_i))"), lambda e: e.y @ np.log(e.y)),
    ("conjugate-softplus", stated("y: unit; x: real", "value", "x", "max x*y - log(1 + exp(x))"), lambda e: e.y * np.log(e.y) + (1 - e.y) * np.log(1 - e.y)),
    ("conjugate-reciprocal", stated("z: positive vector(n); x: positive vector(n)", "value", "x", "max -(z^T x) - sum_i 1/x_i"), lambda e: -2 * np.sqrt(e.z).sum()),
    ("two-goods", stated("a: positive; b: positive; p: positive; q: positive; M: positive; x: positive; y: positive", "argmax", "x,y", "max a*log(x) + b*log(y)",
     "p*x + q*y <= M"), lambda e: (e.a * e.M / (e.a + e.b) / e.p, e.b * e.M / (e.a + e.b) / e.q)),
    ("rectangle", stated("P: positive; x: positive; y: positive", "argmax", "x,y", "max x*y", "2*x + 2*y = P"), lambda e: (e.P / 4, e.P / 4)),
    ("soft-margin-slack", stated(f"{W}; z: real", "argmin", "w,z", "min (1/2)*norm(w - w0, 2)^2 + C*z", "z >= 0 | y*(w^T x) >= 1 - z"),
     lambda e: (lambda w: (w, max(0, 1 - e.y * w @ e.x)))(e.w0 + np.clip((1 - e.y * e.w0 @ e.x) / (e.x @ e.x), 0, e.C) * e.y * e.x)),
    ("distance-in-the-max-norm", stated(V, "argmin", "x", "min norm(x - v, inf)", "a^T x = b"), lambda e: e.v + (e.b - e.a @ e.v) * np.sign(e.a) / abs(e.a).sum()),
    ("matrices-of-trace-1", stated("M: matrix(n, n); X: matrix(n, n)", "argmin", "X", "min norm_fro(X - M)^2", "tr(X) = 1"),
     lambda e: e.M - (np.trace(e.M) - 1) / e.n * np.eye(e.n)),
    ("halfspace-of-matrices", stated("A: nonzero matrix(m, n); M: matrix(m, n); X: matrix(m, n); b: real", "argmin", "X", "min norm_fro(X - M)^2", "tr(A^T X) <= b"),
     lambda e: e.M - max(0, (e.A * e.M).sum() - e.b) / (e.A**2).sum() * e.A),
    ("largest-entry", stated(V, "argmin", "x", f"min lam*max(x) + {SQUARE}"), lambda e: e.v - simplex(e.v, e.lam)),
    ("bounded-sum", stated(V, "argmin", "x", "min norm(x - v, 2)^2", "x >= 0 | sum(x) <= r"),
     lambda e: np.maximum(e.v, 0) if np.maximum(e.v, 0).sum() <= e.r else simplex(e.v, e.r)),
    ("gamma-rate", stated("x: positive vector(n); k: positive; l: positive", "mle", "l", "", observe="x ~ gamma(k, l)"), lambda e: e.k / e.x.mean()),
    ("gamma-rate-with-prior", stated('x: positive vector(n); k: positive; l: positive; p: { type = "real", above = 1 }; q: positive', "map", "l", "",
     observe="x ~ gamma(k, l)", prior="l ~ gamma(p, q)"), lambda e: (e.n * e.k + e.p - 1) / (e.x.sum() + e.q)),
    ("variance-with-prior", stated("x: nonzero vector(n); v: positive; p: positive; q: positive", "map", "v", "", observe="x ~ normal(0, v)",
     prior="v ~ inverse_gamma(p, q)"), lambda e: (e.q + (e.x**2).sum() / 2) / (e.n / 2 + e.p + 1)),
    ("rayleigh", stated("x: positive vector(n); s: positive", "mle", "s", "", observe="x ~ rayleigh(s)"), lambda e: np.sqrt((e.x**2).mean() / 2)),
    ("pareto-minimum", stated("x: positive vector(n); p: positive; t: positive", "mle", "t", "", observe="x ~ pareto(t, p)"), lambda e: e.x.min()),
    ("mean-with-laplace-prior", stated("x: vector(n); mu: real; s: positive; q: positive", "map", "mu", "", observe="x ~ normal(mu, s^2)", prior="mu ~ laplace(0, q)"),
     lambda e: soft(e.x.mean(), e.s**2 / e.q / e.n)),
]


def compared(problem: Problem, d: Derivation, reference: Reference) -> int:
    """At how many instances the key was compared with the reference."""
    seen = 0
    for ws in world_sets(problem.symbols, count=4, seed=77):
        for i in range(len(ws.worlds)):
            given = Given({k: v[i] if np.ndim(v[i]) else v[i].item() for k, v in ws.batch.values.items()} | dict(ws.batch.dims))
            wanted = flat(reference(given))
            ours = flat(tuple(outputs_at(d, {k: v[i : i + 1] for k, v in ws.batch.values.items()}, dict(ws.batch.dims))))
            assert ours.shape == wanted.shape and np.allclose(ours, wanted, rtol=1e-8, atol=1e-9), (dict(given), ours, wanted)
            seen += 1
    return seen


@pytest.mark.parametrize(("name", "problem", "reference"), RELATIVES, ids=[r[0] for r in RELATIVES])
def test_relatives_of_the_bank(name: str, problem: Problem, reference: Reference) -> None:
    d = solve(problem, problem.part("a"))
    assert isinstance(d, Derivation), d
    assert compared(problem, d, reference) > 0


@pytest.mark.long
@pytest.mark.parametrize(("name", "problem", "reference"), RELATIVES, ids=[r[0] for r in RELATIVES])
def test_they_are_certified(name: str, problem: Problem, reference: Reference) -> None:
    d = solve(problem, problem.part("a"))
    assert isinstance(d, Derivation)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()


REFUSED = [
    ("not of full rank", stated("M: matrix(n, n); Q: matrix(n, n)", "argmax", "Q", "max tr(Q^T M)", "Q^T Q = eye(n)"), "rank"),
    ("nowhere bounded", stated("c: vector(n); x: vector(n)", "argmax", "x", "max c^T x - log(sum_i exp(x_i))"), "simplex"),
    ("a function that jumps", stated(V, "argmin", "x", f"min lam*sum({{x^2 if x < 0, 3*x^2 + ones(n) otherwise}}) + {SQUARE}"), "jumps"),
    ("a function that is not convex", stated(V, "argmin", "x", f"min lam*sum({{x^2/2 if abs(x) <= d, d^2/2*ones(n) otherwise}}) + {SQUARE}"), "slope"),
    ("a radius of unknown sign", stated("g: nonzero vector(n); d: vector(n); s: real", "argmin", "d", "min g^T d", "norm(d, 2) <= s"), "radius"),
]


@pytest.mark.parametrize(("name", "problem", "reason"), REFUSED, ids=[r[0] for r in REFUSED])
def test_near_misses_are_refused_with_the_reason(name: str, problem: Problem, reason: str) -> None:
    out = solve(problem, problem.part("a"))
    assert isinstance(out, NotDerived) and reason in out.reason, out


@pytest.mark.parametrize(("over", "draw"), [("k", "x ~ gamma(k, l)"), ("k", "x ~ negative_binomial(k, 0.5)"), ("l", "l ~ poisson(k)")])
def test_what_stands_in_a_gamma_function_is_not_asked_for(over: str, draw: str) -> None:
    with pytest.raises(SpecError, match=r"gamma function|factorial"):
        stated("x: count vector(n); k: positive; l: positive", "mle", over, "", observe=draw)
