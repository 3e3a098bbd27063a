"""At zeros and ties every member of the argmin set is right, and nothing else: numeric instances of a spec."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.grading.grade import grade
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.conftest import SPECS


def instance(problem_id: str, g: list[float], alpha: float) -> Problem:
    """The spec with numbers given for g and alpha."""
    data: dict[str, Any] = tomllib.loads((SPECS / "cs182-hw2" / f"{problem_id}.toml").read_text(encoding="utf-8"))
    n = len(g)
    for name, s in data["symbols"].items():
        if isinstance(s.get("type"), str):
            s["type"] = s["type"].replace("(n)", f"({n})")
        if name == "g":
            s["value"] = "[" + ", ".join(map(str, g)) + "]"
        if name == "alpha":
            s["value"] = str(alpha)
    del data["symbols"]["n"]
    return replace(from_data(data, problem_id), cache={})


def verdict(problem: Problem, answer: str) -> str:
    return grade(problem, "update", answer).verdict.value


@pytest.mark.parametrize(("x", "right"), [("3", True), ("-3", True), ("0", True), ("1/2", True), ("-2.5", True), ("3.01", False), ("-4", False), ("7", False)])
def test_infinity_norm_at_a_zero(x: str, right: bool) -> None:
    assert (verdict(instance("penalty-linf", [1, 0, -2], 2), f"(-3, {x}, 3)") == "correct") == right


@pytest.mark.parametrize(("answer", "right"), [
    ("(-3, 0, 0)", True), ("(0, 3, 0)", True), ("(-1.5, 1.5, 0)", True), ("(-1, 2, 0)", True), ("(-3, 3, 0)", False), ("(-1.5, 1.5, 0.1)", False),
    ("(3, 0, 0)", False), ("(-1, 1, 0)", False), ("(-4, -1, 0)", False),
])
def test_one_norm_at_a_tie(answer: str, right: bool) -> None:
    assert (verdict(instance("penalty-l1", [3, -3, 1], 2), answer) == "correct") == right


@pytest.fixture(scope="module")
def tied() -> Problem:
    return instance("penalty-l1", [3, -3, 1], 2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 24), st.integers(-3, 3))
def test_mixtures_are_right_exactly_on_the_segment(tied: Problem, k: int, off: int) -> None:
    """(-3t, 3(1-t), 0) is optimal for t in [0, 1]; moved off the segment it is not."""
    answer = f"(-{k}/8, {24 - k}/8 + {off}/64, 0)"
    assert (verdict(tied, answer) == "correct") == (off == 0)
