"""A right formula that is called equal to another one, said of another problem, or doubted, is no right answer; the same words round right ones are."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

# (problem, part, right, the same in another form, wrong)
FORMULAS = [("penalty-l2", "update", r"-\frac{\alpha}{2} g", r"-0.5\alpha g", r"-\alpha g"), ("comm-table", "ring-messages", "2n(n-1)", "2n^2 - 2n", "n(n-1)"),
            ("limit-sgd", "vector", r"\frac{a}{\|a\|_2^2}", r"\frac{a}{a^\top a}", r"\frac{a}{\|a\|_2}")]
EQUATED = ["${}$, i.e. ${}$.", "${}$ (equivalently ${}$)", "${}$, that is, ${}$", "The answer is ${}$, which simplifies to ${}$.", "${}$ (i.e., ${}$).", "${}$, in other words ${}$",
           r"\({}\), which is the same as \({}\)."]
OTHERS = ["Some would say ${}$, but I believe it is ${}$.", "The lecture says ${}$, but I think that it is ${}$."]


def _verdict(problems: dict[str, Problem], problem: str, part: str, text: str) -> str:
    return grade(problems[problem], part, text, memo=False).verdict.value


@pytest.mark.parametrize("said", EQUATED)
@pytest.mark.parametrize(("problem", "part", "right", "again", "wrong"), FORMULAS)
def test_what_is_called_equal_must_be(problems: dict[str, Problem], problem: str, part: str, right: str, again: str, wrong: str, said: str) -> None:
    assert _verdict(problems, problem, part, said.format(right, again)) == "correct"
    assert _verdict(problems, problem, part, said.format(right, wrong)) != "correct"
    assert _verdict(problems, problem, part, said.format(wrong, right)) != "correct"


@pytest.mark.parametrize("said", OTHERS)
@pytest.mark.parametrize(("problem", "part", "right", "again", "wrong"), FORMULAS)
def test_the_own_belief_is_the_answer(problems: dict[str, Problem], problem: str, part: str, right: str, again: str, wrong: str, said: str) -> None:
    assert _verdict(problems, problem, part, said.format(right, wrong)) != "correct"


@pytest.mark.parametrize(("text", "verdict"), [
    ("For the infinity norm: {}", "undecided"), ("Using the 1-norm, we find {}", "undecided"), ("If the penalty were halved we would get {}.", "undecided"),
    ("{}. I am not sure whether the 2 belongs there.", "undecided"), ("For the Euclidean norm: {}", "correct"), ("With the squared 2-norm: {}", "correct"),
    ("For SGD: {}", "correct"), ("For every coordinate: {}", "correct")])
def test_an_answer_to_another_problem_or_one_in_doubt(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert _verdict(problems, "penalty-l2", "update", text.format(r"$u_i = -\frac{\alpha}{2} g_i$")) == verdict


def test_a_count_said_of_another_schedule(problems: dict[str, Problem]) -> None:
    assert _verdict(problems, "comm-table", "ring-messages", "For ring all-reduce: $2n(n-1)$") == "correct"
    assert _verdict(problems, "comm-table", "ring-messages", "For the parameter server: $2n(n-1)$") != "correct"
