"""Likelihoods and posteriors: derived, certified against the declared densities, equal to the reference, and following the statement."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.rules import log_det, log_pair, log_power, monotone_bound
from derive.derivation.steps import NotDerived
from derive.errors import SpecError
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.bank import agrees_with_the_reference, changed, instance, key, outputs_at, stated
from tests.conftest import half
from tests.keys import certify, solve

NAMES = ["mle_uniform", "map_lasso_orthonormal", "mle_laplace_location", "mle_gauss_cov", "mle_categorical", "mle_noise_variance", "map_beta",
         "map_ridge", "mle_gauss_var", "mle_inverse_variance"]


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified_against_the_declared_densities(name: str) -> None:
    d = key(stated(name))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert any("declared densities" in e.check for e in certificate.evidence)
    assert d.steps and all(s.says and s.after for s in d.steps)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


ANSWERS = [
    ("mle_uniform", r"\hat t = \max_i x_i", "correct"),
    ("mle_uniform", "2*mean(x)", "incorrect"),
    ("mle_uniform", r"\frac{n+1}{n}\max_i x_i", "incorrect"),
    ("map_lasso_orthonormal", r"w = \mathrm{soft}(Q^\top y, s^2/b)", "correct"),
    ("map_lasso_orthonormal", r"w = \mathrm{soft}(Q^\top y, s^2 b)", "incorrect"),
    ("mle_laplace_location", r"\hat\mu = \operatorname{median}(z_1, \dots, z_{2h+1})", "correct"),
    ("mle_laplace_location", "np.median(z[:2*h+1])", "correct"),
    ("mle_laplace_location", "np.mean(z[:2*h+1])", "incorrect"),
    ("mle_laplace_location", "median(z)", "incorrect"),
    ("mle_gauss_cov", r"\hat S = \frac{1}{m} X^\top X", "correct"),
    ("mle_gauss_cov", "X.T @ X / (m - 1)", "incorrect"),
    ("mle_categorical", r"\hat p_i = c_i/\sum_j c_j", "correct"),
    ("mle_categorical", r"\hat p_i = (c_i+1)/(\sum_j c_j + n)", "incorrect"),
    ("mle_noise_variance", r"\hat v = \frac1m \|y - X \hat w\|^2 \text{ with } \hat w = (X^\top X)^{-1} X^\top y", "correct"),
    ("mle_noise_variance", r"v = \frac{\|y - X X^+ y\|^2}{m - n}", "incorrect"),
    ("map_beta", r"\frac{n_1+a-1}{n_1+n_0+a+b-2}", "correct"),
    ("map_beta", r"\frac{n_1+a}{n_1+n_0+a+b}", "incorrect"),
    ("map_ridge", r"w = (X^\top X + \frac{s^2}{t^2} I)^{-1} X^\top y", "correct"),
    ("map_ridge", r"w = (X^\top X + \frac{t^2}{s^2} I)^{-1} X^\top y", "incorrect"),
    ("mle_inverse_variance", r"\hat\mu = \frac{\sum x_i/s_i^2}{\sum 1/s_i^2}", "correct"),
    ("mle_inverse_variance", r"\hat\mu = \frac{\sum x_i/s_i}{\sum 1/s_i}", "incorrect"),
    ("mle_gauss_var", r"\hat\mu = \bar x,\ \hat v = \frac1n\sum(x_i-\bar x)^2", "correct"),
    ("mle_gauss_var", "np.array([x.mean(), ((x-x.mean())**2).mean()])", "correct"),
    ("mle_gauss_var", r"v = \frac1n\sum(x_i-\bar x)^2 \text{ and } \mu = \bar x", "correct"),
    ("mle_gauss_var", "[mean(x), sum((x - mean(x))^2)/(n-1)]", "incorrect"),
    ("mle_gauss_var", "mu = mean(x)", "partial"),
    ("mle_gauss_var", "mu = sum(x)", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("mle_inverse_variance", {"x_i ~ normal(mu, s_i^2)": "x ~ normal(mu, s^2)"}),
    ("mle_inverse_variance", {'"x_i ~ normal(mu, s_i^2)"': '"x_i ~ normal(mu, s_i^2) for i in 1..n"'}),
    ("map_ridge", {'prior = ["w ~ normal(0, t^2)"]': 'prior = ["w ~ normal(0, t^2*eye(n))"]'}),
    ("mle_gauss_var", {'["mu", "v"]': '["v", "mu"]'}),
    ("map_beta", {"n1 ~ binomial(n1 + n0, p)": "n1 ~ binomial(n0 + n1, p)"}),
    ("mle_categorical", {"c ~ multinomial(p)": 'c ~ multinomial(p)"]\nsubject_to = ["p >= 0'}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(2):
        values, dims = instance(base.problem, seed)
        ours, theirs = dict(_named(base, values, dims)), dict(_named(other, values, dims))
        assert ours.keys() == theirs.keys()
        assert all(np.allclose(ours[n], theirs[n], rtol=1e-9) for n in ours)


def _named(d: Any, values: Any, dims: Any) -> list[tuple[str, Any]]:
    names = [n for n, _ in d.outputs] or ["answer"]
    return list(zip(names, outputs_at(d, values, dims), strict=True))


def test_an_observation_of_other_numbers_changes_the_key() -> None:
    base, other = key(stated("mle_laplace_location")), key(changed("mle_laplace_location", {"1..2*h+1": "1..7"}))
    values, dims = instance(base.problem)
    values = {**values, "h": np.array([1.0])}
    assert not np.allclose(outputs_at(base, values, dims)[0], outputs_at(other, values, dims)[0])
    assert np.allclose(outputs_at(other, values, dims)[0], np.median(values["z"][0]))


# ------------------------------------------------------------------------------------------ relatives

def _spec(symbols: dict[str, str], part: str, dims: tuple[str, ...] = ("n",)) -> Problem:
    declared = "".join(f"{d} = {{ type = \"dimension\" }}\n" for d in dims) + "".join(f"{n} = {{ {t} }}\n" for n, t in symbols.items())
    text = f'schema = 1\nid = "r"\ntitle = "r"\n[symbols]\n{declared}\n[[parts]]\nid = "answer"\n{part}\n'
    return from_data(tomllib.loads(text), "r")


V, P = 'type = "vector(n)"', 'type = "positive"'
RELATIVES = [
    ({"x": 'type = "count vector(n)"', "r": P}, 'ask = "mle"\nover = "r"\nobserve = ["x ~ poisson(r)"]', "mean(x)", "sum(x)"),
    ({"x": 'type = "positive vector(n)"', "r": P}, 'ask = "mle"\nover = "r"\nobserve = ["x ~ exponential(r)"]', "1/mean(x)", "mean(x)"),
    ({"x": 'type = "count vector(n)"', "p": 'type = "unit"'}, 'ask = "mle"\nover = "p"\nobserve = ["x ~ geometric(p)"]\nwhen = ["sum(x) > n"]',
     "n/sum(x)", "1/(1+mean(x))"),
    ({"x": 'type = "binary vector(n)"', "p": 'type = "unit"'}, 'ask = "mle"\nover = "p"\nobserve = ["x ~ bernoulli(p)"]\nwhen = ["sum(x) > 0", "sum(x) < n"]',
     "mean(x)", "(sum(x)+1)/(n+2)"),
    ({"c": 'type = "count vector(n)"', "al": 'type = "positive vector(n)"', "p": 'type = "simplex vector(n)"'},
     'ask = "map"\nover = "p"\nobserve = ["c ~ multinomial(p)"]\nprior = ["p ~ dirichlet(al + ones(n))"]', "(c+al)/sum(c+al)", "c/sum(c)"),
    ({"x": 'type = "count vector(n)"', "a": 'type = "real", above = 1', "b": P, "r": P},
     'ask = "map"\nover = "r"\nobserve = ["x ~ poisson(r)"]\nprior = ["r ~ gamma(a, b)"]', "(sum(x)+a-1)/(n+b)", "(sum(x)+a)/(n+b)"),
    ({"x": V, "s": P}, 'ask = "mle"\nover = "s"\nobserve = ["x ~ normal(0, s^2)"]\nwhen = ["norm(x) > 0"]', "norm(x)/sqrt(n)", "norm(x)^2/n"),
    ({"x": V, "b": P}, 'ask = "mle"\nover = "b"\nobserve = ["x ~ laplace(0, b)"]\nwhen = ["norm(x, 1) > 0"]', "norm(x, 1)/n", "norm(x, 2)/sqrt(n)"),
    ({"x": V, "s": P, "t": P, "k": 'type = "real"', "mu": 'type = "real"'},
     'ask = "map"\nover = "mu"\nobserve = ["x ~ normal(mu, s^2)"]\nprior = ["mu ~ normal(k, t^2)"]',
     "(sum(x)/s^2 + k/t^2)/(n/s^2 + 1/t^2)", "(sum(x)/s + k/t)/(n/s + 1/t)"),
    ({"x": V, "a": 'type = "real"', "b": 'type = "real"'}, 'ask = "mle"\nover = ["a", "b"]\nobserve = ["x ~ uniform(a, b)"]\nwhen = ["max(x) > min(x)"]',
     "a = min(x), b = max(x)", "a = max(x), b = min(x)"),
]


@pytest.mark.parametrize(("symbols", "part", "right", "wrong"), half(RELATIVES))
def test_relatives_derive_and_are_judged(symbols: dict[str, str], part: str, right: str, wrong: str) -> None:
    """Models like those of the bank: every other one, all with --long."""
    problem = _spec(symbols, part)
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    assert grade(problem, "answer", right, certified=False).verdict.value == "correct"
    assert grade(problem, "answer", wrong, certified=False).verdict.value == "incorrect"


# ------------------------------------------------------------------------------------------ what is not so

def test_a_wrong_key_is_not_certified() -> None:
    """The truth is the declared density: a key that another density would have falls."""
    for name in ("mle_inverse_variance", "map_beta"):
        d = key(stated(name))
        assert d.answer is not None and d.part.program is not None
        other = E.mul(d.answer, E.num(2)) if d.answer.shape else E.mul(d.answer, E.HALF)
        unknown = E.sym(d.part.program.over[0], d.answer.shape)
        value = E.replace(d.part.program.objective, {unknown: other})
        assert not certify(replace(d, answer=other, value=value)).holds


def test_what_is_not_known_is_not_derived() -> None:
    """Without the assumption the maximum need not exist, and the reason says which sign is missing."""
    out = solve(p := changed("mle_gauss_var", {'when = ["norm(x - mean(x), 2) > 0"]': ""}), p.part("answer"))
    assert isinstance(out, NotDerived) and "positive" in out.reason
    weaker = {'a = { type = "real", above = 1 }': 'a = { type = "positive" }', 'n1 = { type = "count"': 'n1 = { type = "nonnegative"'}
    out = solve(p := changed("map_beta", weaker), p.part("answer"))
    assert isinstance(out, NotDerived)  # n1 + a - 1 may be negative: the density then grows towards p = 0


def test_rules_accept_only_their_forms() -> None:
    for rule in (log_det, log_pair, log_power, monotone_bound):
        p = stated("map_ridge")
        part = p.part("answer")
        assert not rule.accepts(p, replace(part, ask="argmax"))


BAD = [
    ('observe = ["x ~ normal(mu)"]', "takes mean, variance"),
    ('observe = ["x ~ gauss(mu, 1)"]', "not a distribution"),
    ('observe = ["x is normal"]', "not a draw"),
    ('observe = ["x ~ normal(y, 1)"]', "not declared"),
    ('observe = ["x ~ normal(mu, 1)"]\nprior = ["mu ~ normal(0, 1)"]', "map"),
    ('observe = ["x_i ~ normal(mu, 1) for i in n"]', "range"),
    ('observe = ["x ~ normal(mu, 1)"]\nasked = "x"', "no unknown"),
    ('observe = ["x ~ normal(mu, 1)"]\nas = "vector"', "several unknowns"),
]


@pytest.mark.parametrize(("lines", "said"), BAD)
def test_errors_name_the_key_and_what_to_do(lines: str, said: str) -> None:
    with pytest.raises(SpecError, match=r"parts\[0\]") as caught:
        _spec({"x": V, "mu": 'type = "real"'}, f'ask = "mle"\nover = "mu"\n{lines}')
    assert said in str(caught.value)
