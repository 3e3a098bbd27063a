"""Words that are put into signs reach over one symbol: 'the square of 1/(3 a)' is not 1^2/(3 a), and a thin space is no comma."""

from __future__ import annotations

import pytest

from derive.grading.grade import _graded, grade
from derive.grading.keys import key_of
from derive.problem.model import Problem


@pytest.mark.parametrize(("problem", "part", "text"), [
    ("limit-rescaled", "vector", "the square of $1/(3 a)$"),
    ("limit-rescaled", "vector", "The square of 1/(3 a)."),
    ("comm-table", "ps-messages", r"$2 \, n$ multiplied by 2"),
    ("comm-table", "ring-messages", r"$2 \, n(n-1)$ multiplied by 2"),
    ("comm-table", "ps-messages", "the absolute value of 2 n"),
])
def test_words_that_change_a_whole_formula_do_not_change_its_first_factor(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    assert grade(problems[problem], part, text).verdict != "correct"


@pytest.mark.parametrize("text", [r"n \cdot (n-1)", r"n\cdot (n - 1)", r"n\times(n-1)"])
def test_one_command_in_a_plain_formula_is_no_left_division(problems: dict[str, Problem], text: str) -> None:
    p = problems["comm-table"]
    assert _graded(key_of(p, p.part("a2a-messages")), text, "", None).verdict == "correct"


@pytest.mark.parametrize(("problem", "part", "text"), [
    ("penalty-linf", "update", "minus half alpha times the l1 norm of g times the sign of the gradient"),
    ("penalty-l2", "update", "minus half of alpha times the gradient"),
    ("comm-table", "ps-messages", "two n"),
    ("comm-table", "ps-messages", r"$2 \, n$"),
    ("comm-table", "ring-size", "one n-th of p"),
    ("penalty-l2", "value", "minus alpha over 4 times the square of the l2 norm of g"),
])
def test_spoken_formulas_are_read(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    assert grade(problems[problem], part, text).verdict == "correct"
