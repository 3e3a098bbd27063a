"""Conjugates that are finite on a range only: the condition of the statement tells the right root."""

from __future__ import annotations

import numpy as np
import pytest

from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.grading.grade import grade
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.problem.load import from_data
from tests.keys import certify, solve


def _solved(objective: str, *when: str) -> Outcome:
    symbols = {"x": {"type": "real"}, "y": {"type": "real"}, "c": {"type": "positive"}}
    part = {"id": "a", "ask": "argmax", "over": "x", "maximize": objective, "when": list(when)}
    problem = from_data({"schema": 1, "id": "t", "title": "t", "symbols": symbols, "parts": [part]})
    return solve(problem, problem.part("a"))


@pytest.mark.parametrize(("objective", "when", "point", "value"), [
    ("y*x - sqrt(1 + x^2)", "abs(y) < 1", lambda y, c: y / np.sqrt(1 - y * y), lambda y, c: -np.sqrt(1 - y * y)),
    ("y*x - c*sqrt(1 + x^2)", "abs(y) < c", lambda y, c: y / np.sqrt(c * c - y * y), lambda y, c: -np.sqrt(c * c - y * y)),
    ("y*x - log(cosh(x))", "abs(y) < 1", lambda y, c: np.arctanh(y), lambda y, c: y * np.arctanh(y) + np.log(1 - y * y) / 2),
])
def test_the_conjugate_and_where_it_is_attained(objective: str, when: str, point: object, value: object) -> None:
    d = _solved(objective, when)
    assert isinstance(d, Derivation) and d.answer is not None and d.value is not None, d
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    y, c = np.asarray([-0.9, -0.3, 0.2, 0.7]), np.asarray([1.0, 0.5, 2.0, 0.8])
    batch = Batch({"y": y, "c": c}, {}, 4)
    assert np.allclose(evaluate(d.answer, batch), point(y, c)) and np.allclose(evaluate(d.value, batch), value(y, c))  # type: ignore[operator]
    assert grade(d.problem, "a", "-y/sqrt(1 - y^2)", certified=False).verdict.value == "incorrect"


def test_without_the_range_it_is_not_derived() -> None:
    assert isinstance(_solved("y*x - sqrt(1 + x^2)"), NotDerived)
