"""What stands right outside the delimiters of a formula and multiplies or divides it belongs to it: '2 · $x$', 'half of `x`', '$x$, divided by two'."""

from __future__ import annotations

import pytest

from derive.grading.beside.changed_value import computed
from derive.grading.grade import grade
from derive.problem.model import Problem

# What is said of 2 n, which is right, and the formula that it makes right.
SCALED = [("2 times {}", "n"), ("2 · {}", "n"), ("2 {}", "n"), ("The answer is 2 {}.", "n"), ("It is 1/2 times {}", "4n"), ("{} over 2", "4n"), ("{} · 2", "n"), ("{} × 2", "n"),
          (r"2 \cdot {}", "n")]
SPOKEN = [("twice {}", "n"), ("half of {}", "4 n"), ("{}, divided by two", "4 n"), ("{} multiplied by 2", "n"), ("The answer is {} times two.", "n"), ("{} plus one", "2 n - 1"),
          ("one third of {}", "6 n"), ("{} divided by two.", "4 n")]
BESIDE = ["Step 2 {}", "(2) {}", "2. {}", "For 2 directions: {}", "Part 2: {}"]
DELIMITED = ["${}$", r"\({}\)"]
EVERY = [*DELIMITED, r"\[{}\]", "`{}`", "({})"]


def _verdict(problems: dict[str, Problem], text: str, part: str = "ps-messages") -> str:
    return grade(problems["comm-table"], part, text, memo=False).verdict.value


@pytest.mark.parametrize(("said", "formula"), SCALED)
@pytest.mark.parametrize("delimited", DELIMITED)
def test_a_number_outside_the_delimiters_scales_the_formula(problems: dict[str, Problem], said: str, formula: str, delimited: str) -> None:
    assert _verdict(problems, said.format(delimited.format(formula))) == "correct"
    assert _verdict(problems, said.format(delimited.format("2n"))) != "correct"  # right by itself


@pytest.mark.parametrize(("said", "formula"), SPOKEN)
@pytest.mark.parametrize("delimited", EVERY)
def test_spoken_arithmetic_is_that_of_the_whole_formula(problems: dict[str, Problem], said: str, formula: str, delimited: str) -> None:
    formula = formula.replace(" ", "*", 1) if delimited in ("`{}`", "({})") else formula
    text = said.format(delimited.format(formula))
    assert computed(text) is not None
    assert _verdict(problems, text) == "correct"
    assert _verdict(problems, said.format(delimited.format(formula.replace("n", "n^2", 1)))) == "incorrect"


@pytest.mark.parametrize("said", BESIDE)
def test_a_number_that_counts_something_else_does_not(problems: dict[str, Problem], said: str) -> None:
    assert _verdict(problems, said.format("$2n$")) == "correct"


@pytest.mark.parametrize("text", ["2 times $n - 1$", r"2 · \(n^2/2 - n\)", "$2n^2 - 2n$ over 2", "$n$ · $n - 1$"])
def test_a_sum_in_delimiters_that_is_scaled_outside_can_be_grouped_both_ways(problems: dict[str, Problem], text: str) -> None:
    assert _verdict(problems, text, "a2a-messages") in ("unreadable", "correct")
    assert _verdict(problems, text.replace("1$", "2$").replace("- n", "- 2n").replace("2n$", "3n$"), "a2a-messages") != "correct"
