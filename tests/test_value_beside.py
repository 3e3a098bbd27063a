"""A part may ask for an optimum and its value: both are derived, certified, written and judged."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from derive.errors import SpecError
from derive.grading.finding.value_names import with_value_named
from derive.grading.grade import grade
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.reports.function import function_source
from tests.bank import agrees_with_the_reference, key, stated
from tests.keys import certify
from tests.test_key_json import called

SPEC = '''
schema = 1
id = "x"
title = "x"
[symbols]
n = { type = "dimension" }
g = { type = "vector(n)" }
alpha = { type = "positive" }
u = { type = "vector(n)" }
[[parts]]
id = "answer"
ask = "argmin"
over = "u"
minimize = "g^T u + (1/alpha)*norm(u, inf)^2"
also = ["value"]
'''


def spec(text: str = SPEC) -> Problem:
    return from_data(tomllib.loads(text), "x")


@pytest.mark.shared
def test_the_bank_asks_for_the_stationary_point_and_the_value() -> None:
    d = key(stated("quad_taylor_minimum"))
    assert [n for n, _ in d.outputs] == ["w", "value"]
    agrees_with_the_reference("quad_taylor_minimum", [d])


def test_the_function_gives_both_in_order() -> None:
    w, value = called(str(function_source(stated("quad_taylor_minimum"), key(stated("quad_taylor_minimum")))))(np.diag([2.0, 4.0]), np.array([2.0, 4.0]))
    assert w.tolist() == [1, 1] and value == -3


@pytest.mark.parametrize(("text", "verdict"), [
    (r"(H^{-1} b, -\frac12 b^T H^{-1} b)", "correct"), (r"w = H^{-1} b, E(w^*) = -\frac{1}{2} b^\top H^{-1} b", "correct"),
    (r"The stationary point is $w^* = H^{-1} b$ with minimum value $E_{\min} = -\frac{1}{2} b^T H^{-1} b$.", "correct"),
    ("w = H^-1 b; value = -(1/2) b^T w", "correct"), (r"$w = H^{-1} b$ and the value is $-\frac12 b^\top H^{-1} b$", "correct"),
    (r"w = H^{-1} b, value = \frac12 b^T H^{-1} b", "incorrect"), (r"(H^{-1} b, -b^T H^{-1} b)", "incorrect"), (r"(H b, -\frac12 b^T H^{-1} b)", "incorrect"),
    (r"w = H^{-1} b", "partial"), (r"(H^{-1} b, -\frac12 b^T H b)", "incorrect"),
])
def test_both_are_judged(text: str, verdict: str) -> None:
    assert grade(stated("quad_taylor_minimum"), "answer", text, certified=False).verdict.value == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    (r"u = -\frac{\alpha}{2} \|g\|_1 sign(g), J^* = -\frac{\alpha}{4} \|g\|_1^2", "correct"),
    (r"u = -\frac{\alpha}{2} \|g\|_1 sign(g), J^* = -\frac{\alpha}{2} \|g\|_1^2", "incorrect"),
    (r"u = -\alpha \|g\|_1 sign(g), J^* = -\frac{\alpha}{4} \|g\|_1^2", "incorrect"),
])
def test_the_value_is_judged_also_where_the_optimum_is_not_the_only_one(text: str, verdict: str) -> None:
    problem = spec()
    assert certify(key(problem)).holds
    assert grade(problem, "answer", text, certified=False).verdict.value == verdict


@pytest.mark.parametrize(("text", "expected"), [
    (r"f^* = 3", "value = 3"), (r"E(w^*) = 3", "value = 3"), (r"J_{\min} = 3", "value = 3"), ("the optimal value is 3", "value = 3"),
    ("u^* = 3", "u^* = 3"), ("g(u) = 3", "g(u) = 3"),  # declared names are not the value
])
def test_names_of_an_optimal_value(text: str, expected: str) -> None:
    assert with_value_named(text, spec()) == expected


@pytest.mark.parametrize(("old", "new"), [('also = ["value"]', 'also = ["dual"]'), ('ask = "argmin"', 'ask = "value"'), ('also = ["value"]', 'also = ["value", "value"]')])
def test_what_cannot_be_asked_beside_an_optimum_is_said(old: str, new: str) -> None:
    with pytest.raises(SpecError, match="also"):
        spec(SPEC.replace(old, new))


@pytest.mark.parametrize("said", ["$w=H^{-1}b$, $E={}$", "$w=H^{-1}b$ and the minimum is ${}$", "$w=H^{-1}b$ with minimum value ${}$", "It is stationary at $w=H^{-1}b$, where $E={}$."])
def test_names_of_the_value_beside_the_point(problems: dict[str, Problem], said: str) -> None:
    assert grade(problems["quad_taylor_minimum"], "answer", said.replace("{}", r"-\frac12 b^\top H^{-1}b")).verdict.value == "correct"
    assert grade(problems["quad_taylor_minimum"], "answer", said.replace("{}", r"-\frac13 b^\top H^{-1}b")).verdict.value == "incorrect"
