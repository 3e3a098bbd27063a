"""One text for several parts; follow-through."""

from __future__ import annotations

import tomllib

import pytest

from derive.errors import SpecError
from derive.grading.finding.parts import split_parts
from derive.grading.grade import grade, grade_text
from derive.grading.preview import preview
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.conftest import SPECS

RIGHT = {"update": r"$u = -\frac{\alpha}{2} g$", "value": r"$-\frac{\alpha}{4}\|g\|_2^2$", "optimizer": "gradient descent"}


@pytest.mark.parametrize("marks", [
    ("(a)", "(b)", "(c)"), ("a)", "b)", "c)"), ("## Part a)", "## Part b)", "## Part c)"), ("update:", "value:", "optimizer:"), ("1.", "2.", "3."),
    ("**(a)**", "**(b)**", "**(c)**"), ("### update", "### value", "### optimizer"),
])
def test_parts_are_found_by_their_marks(problems: dict[str, Problem], marks: tuple[str, str, str]) -> None:
    text = "\n\n".join(f"{m}\n{a}" if m.startswith("#") else f"{m} {a}" for m, a in zip(marks, RIGHT.values(), strict=True))
    problem = problems["penalty-l2"]
    assert split_parts(problem, text) == RIGHT
    assert [g.verdict.value for g in grade_text(problem, text, certified=False)] == ["correct"] * 3


def test_a_part_without_text_is_missing(problems: dict[str, Problem]) -> None:
    grades = grade_text(problems["penalty-l2"], f"(a) {RIGHT['update']}\n(c) {RIGHT['optimizer']}", certified=False)
    assert [g.verdict.value for g in grades] == ["correct", "unreadable", "correct"] and grades[1].reason.startswith("missing")


def with_follow_through() -> Problem:
    text = (SPECS / "cs182-hw2" / "penalty-l2.toml").read_text(encoding="utf-8")
    return from_data(tomllib.loads(text.replace('ask = "value"\n', 'ask = "value"\nfollow_through = true\n')))


@pytest.mark.parametrize(("update", "value", "verdict"), [
    (r"-\alpha g", "0", "incorrect"),  # trivial: nothing is left to work out
    ("0", "0", "incorrect"),
    (r"-\frac{\alpha}{4} g", r"-\frac{3\alpha}{16}\|g\|_2^2", "partial"),
    (r"-\frac{\alpha}{4} g", r"-\frac{\alpha}{16}\|g\|_2^2", "incorrect"),
    (r"-\frac{\alpha}{4} g", r"-\frac{\alpha}{4}\|g\|_2^2", "correct"),
])
def test_follow_through(update: str, value: str, verdict: str) -> None:
    """g^T u + ||u||^2/alpha at u = -(alpha/4) g is -(3 alpha/16) ||g||^2."""
    assert grade(with_follow_through(), "value", value, earlier={"update": update}).verdict.value == verdict


def test_without_leave_nothing_follows_through(problems: dict[str, Problem]) -> None:
    g = grade(problems["penalty-l2"], "value", r"-\frac{3\alpha}{16}\|g\|_2^2", certified=False, earlier={"update": r"-\frac{\alpha}{4} g"})
    assert g.verdict.value == "incorrect"


def test_follow_through_needs_an_earlier_part() -> None:
    text = (SPECS / "cs182-hw2" / "penalty-l2.toml").read_text(encoding="utf-8")
    with pytest.raises(SpecError, match=r"parts\[0\] \('update'\).follow_through"):
        from_data(tomllib.loads(text.replace('ask = "argmin"\n', 'ask = "argmin"\nfollow_through = true\n')))


def test_preview_shows_what_is_read_and_no_verdict(problems: dict[str, Problem]) -> None:
    assert preview(problems["penalty-l2"], "update", r"$u = -\alpha g$") == {"read_as": ["-α·g"], "problem": ""}
    assert "not declared" in preview(problems["penalty-l2"], "update", r"$-\beta g$")["problem"]
    assert preview(problems["penalty-l2"], "update", " ")["problem"].startswith("missing")
