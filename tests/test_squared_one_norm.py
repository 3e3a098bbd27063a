"""The proximal operator of a squared 1-norm: a fixed point of soft thresholding, against halving of an interval."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.grading.grade import grade
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.problem.load import from_data
from tests.keys import certify, solve


@cache
def _outcome(objective: str, weight: str = "positive") -> Outcome:
    symbols = {"n": {"type": "dimension"}, "v": {"type": "vector(n)"}, "t": {"type": weight}, "x": {"type": "vector(n)"}}
    part = {"id": "a", "ask": "argmin", "over": "x", "minimize": objective}
    problem = from_data({"schema": 1, "id": "t", "title": "t", "symbols": symbols, "parts": [part]})
    return solve(problem, problem.part("a"))


@pytest.mark.parametrize(("objective", "g"), [
    ("t*norm(x, 1)^2 + (1/2)*norm(x - v, 2)^2", 2.0), ("norm(x - v, 2)^2 + t*norm(x, 1)^2", 1.0), ("norm(x, 1)^2/2 + norm(x - v, 2)^2/(2*t)", 1.0),
])
def test_the_norm_that_comes_out_is_the_one_that_goes_in(objective: str, g: float) -> None:
    d = _outcome(objective)
    assert isinstance(d, Derivation) and d.answer is not None, d
    for v in np.random.default_rng(2).normal(size=(8, 6)):
        low, high = 0.0, np.abs(v).sum()
        for _ in range(100):
            s = (low + high) / 2
            low, high = (s, high) if np.maximum(np.abs(v) - g * 0.7 * s, 0).sum() > s else (low, s)
        x = evaluate(d.answer, Batch({"v": v[None], "t": np.asarray([0.7])}, {"n": 6}, 1))[0]
        assert np.allclose(x, np.sign(v) * np.maximum(np.abs(v) - g * 0.7 * low, 0)) and np.isclose(np.abs(x).sum(), low)


def test_it_is_certified_and_the_unsquared_threshold_is_not_it() -> None:
    d = _outcome("t*norm(x, 1)^2 + (1/2)*norm(x - v, 2)^2")
    assert isinstance(d, Derivation)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    for wrong in ("sign(v)*relu(abs(v) - t)", "sign(v)*relu(abs(v) - 2*t*norm(v, 1))", "v/(1 + 2*t)"):
        assert grade(d.problem, "a", wrong, certified=False).verdict.value == "incorrect"


def test_a_weight_of_unknown_sign_and_another_power_are_refused() -> None:
    assert isinstance(_outcome("t*norm(x, 1)^2 + (1/2)*norm(x - v, 2)^2", "real"), NotDerived)
    assert isinstance(_outcome("t*norm(x, 1)^3 + (1/2)*norm(x - v, 2)^2"), NotDerived)
