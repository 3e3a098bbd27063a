"""Budgets between bounds: one level for all entries, against a search for the multiplier, and what may not be said."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.grading.grade import grade
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.keys import certify, solve

Array = np.ndarray[Any, Any]
PROGRAMS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], Callable[..., Array]]] = {
    # symbols; objective; constraints; conditions; the entry at the multiplier nu, before the bounds
    "channels": ("N: positive; P: positive scalar", "max sum_i log(1 + x_i/N_i)", ("sum(x) <= P", "x >= 0"), (), lambda nu, N, P: 1 / nu - N),
    "bits": ("N: positive; P: positive scalar", "max sum_i log2(1 + x_i/N_i)", ("sum(x) <= P", "x >= 0"), (), lambda nu, N, P: 1 / nu - N),
    "weights and prices": ("a: positive; b: positive; c: positive; P: positive scalar", "max sum_i a_i*log(x_i + b_i)", ("c^T x <= P", "x >= 0"), (),
                           lambda nu, a, b, c, P: a / (nu * c) - b),
    "roots": ("a: positive; b: positive; P: positive scalar", "max sum_i a_i*sqrt(x_i + b_i)", ("sum(x) = P", "x >= 0"), (), lambda nu, a, b, P: (a / nu) ** 2 / 4 - b),
    "reciprocals": ("a: positive; b: positive; P: positive scalar", "min sum_i a_i/(x_i + b_i)", ("sum(x) <= P", "x >= 0"), (), lambda nu, a, b, P: np.sqrt(a / nu) - b),
    "exponentials": ("b: positive; P: positive scalar", "min sum_i b_i*exp(-x_i)", ("sum(x) = P", "x >= 0"), (), lambda nu, b, P: np.log(b / nu)),
    "parabolas": ("a: positive; v: any; P: positive scalar", "min sum_i a_i*(x_i - v_i)^2", ("sum(x) = P", "x >= 0"), (), lambda nu, a, v, P: v + (1 / nu - 40) / a),
    "capped": ("v: any; P: positive scalar", "min norm(x - v, 2)^2", ("sum(x) = P", "x >= 0", "x <= 1"), ("P <= n",), lambda nu, v, P: v + 1 / nu - 40),
    "capped channels": ("N: positive; k: positive scalar; P: positive scalar", "max sum_i log(N_i + x_i)", ("sum(x) <= P", "x >= 0", "x <= k"), ("P <= n*k",),
                        lambda nu, N, k, P: 1 / nu - N),
}


def _problem(symbols: str, objective: str, constraints: tuple[str, ...], when: tuple[str, ...] = ()) -> Problem:
    declared: dict[str, Any] = {"n": {"type": "dimension"}, "x": {"type": "vector(n)"}}
    for s in symbols.split("; "):
        name, _, kind = s.partition(": ")
        domain = "real" if kind.startswith("any") else kind.split(" ")[0]
        declared[name] = {"type": domain if kind.endswith("scalar") else f"{domain.replace('real', '')} vector(n)".strip()}
    sense, _, formula = objective.partition(" ")
    part = {"id": "a", "ask": f"arg{sense}", "over": "x", f"{sense}imize": formula, "subject_to": list(constraints), "when": list(when)}
    return from_data({"schema": 1, "id": "t", "title": "t", "symbols": declared, "parts": [part]})


@cache
def _named(name: str) -> Outcome:
    symbols, objective, constraints, when, _ = PROGRAMS[name]
    problem = _problem(symbols, objective, constraints, when)
    return solve(problem, problem.part("a"))


def _searched(entry: Callable[..., Array], values: dict[str, Any], upper: float) -> Array:
    """The multiplier by halving an interval: what is spent falls in it."""
    prices = values.get("c", np.ones(6))
    low, high = -14.0, 14.0  # its logarithm
    for _ in range(200):
        middle = (low + high) / 2
        spent = prices @ np.clip(entry(np.exp(middle), **values), 0, upper)
        low, high = (middle, high) if spent > values["P"] else (low, middle)
    return np.clip(entry(np.exp(low), **values), 0, upper)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_key_is_where_a_search_for_the_multiplier_ends(name: str) -> None:
    d = _named(name)
    assert isinstance(d, Derivation) and d.answer is not None, d
    rng = np.random.default_rng(3)
    for _ in range(8):
        values: dict[str, Any] = {}
        for s in PROGRAMS[name][0].split("; "):
            key, _, kind = s.partition(": ")
            values[key] = rng.uniform(0.2, 2) if kind.endswith("scalar") else rng.normal(size=6) if kind == "any" else rng.uniform(0.1, 3, 6)
        upper = values.get("k", 1.0 if name == "capped" else np.inf)
        values["P"] = rng.uniform(0.1, 0.9) * 6 * min(upper, 1.0)
        batch = Batch({k: np.asarray(v, float)[None] for k, v in values.items()}, {"n": 6}, 1)
        assert np.allclose(evaluate(d.answer, batch)[0], _searched(PROGRAMS[name][4], values, upper), atol=1e-9)


@pytest.mark.parametrize("name", ["channels", "parabolas", pytest.param("capped", marks=pytest.mark.long)])
def test_it_is_certified_and_says_what_the_level_is(name: str) -> None:
    d = _named(name)
    assert isinstance(d, Derivation)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert any("multiplier" in s.says for s in d.steps) and any(s.after.startswith("H =") for s in d.steps)


def test_a_level_of_all_entries_is_not_the_level_of_the_filled_ones() -> None:
    d = _named("channels")
    assert isinstance(d, Derivation)
    right = r"\left(H\mathbf{1} - N\right)_+ \text{ with } H = \min_j \frac{P + \sum_i [N_i \le N_j] N_i}{\sum_i [N_i \le N_j]}"
    assert grade(d.problem, "a", right, certified=False).verdict.value != "incorrect"
    for wrong in ("relu((P/n + mean(N))*ones(n) - N)", "(P/n + mean(N))*ones(n) - N", "P/n*ones(n)"):
        assert grade(d.problem, "a", wrong, certified=False).verdict.value == "incorrect"


@pytest.mark.parametrize(("symbols", "objective", "constraints", "when", "reason"), [
    ("v: any; P: positive scalar", "min norm(x - v, 2)^2", ("sum(x) = P", "x >= 0", "x <= 1"), (), "fit under the upper bounds"),
    ("N: positive; P: any scalar", "max sum_i log(N_i + x_i)", ("sum(x) = P", "x >= 0"), (), "not known to be nonnegative"),
    ("N: any; P: positive scalar", "max sum_i log(N_i + x_i)", ("sum(x) = P", "x >= 0"), (), ""),
    ("v: any; l: any; u: any; P: any scalar", "min norm(x - v, 2)^2", ("sum(x) = P", "x >= l", "x <= u"), ("sum(l) <= P", "P <= sum(u)"), "upper bound"),
])
def test_what_is_not_known_is_not_derived(symbols: str, objective: str, constraints: tuple[str, ...], when: tuple[str, ...], reason: str) -> None:
    problem = _problem(symbols, objective, constraints, when)
    out = solve(problem, problem.part("a"))
    assert isinstance(out, NotDerived) and reason in out.reason


def test_a_condition_between_bounds_is_used() -> None:
    problem = _problem("v: any; l: any; u: any; P: any scalar", "min norm(x - v, 2)^2", ("sum(x) = P", "x >= l", "x <= u"), ("l <= u", "sum(l) <= P", "P <= sum(u)"))
    assert isinstance(solve(problem, problem.part("a")), Derivation)
