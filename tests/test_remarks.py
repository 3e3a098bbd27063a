"""Remarks beside an answer: one value of a symbol, another norm or method, what would be otherwise. They excuse no wrong formula."""

from __future__ import annotations

import pytest

from derive.grading.finding.remarks import formula_before_words
from derive.grading.grade import grade
from derive.problem.model import Problem

RIGHT, WRONG = r"$u = -\frac{\alpha}{2} g$", r"$u = -\alpha g$"
REMARKS = [
    r"**Sanity check:** if $g = 0$ then $u = 0$, as it should.", r"For $g = 0$ every feasible $u$ is optimal.", r"It tends to $0$ for $\alpha \to 0$.",
    r"Had the penalty been twice as large, it would be $-\frac{\alpha}{4} g$.", "Its norm grows with $g$.", r"With $\alpha = 2$ this gives $-g$."]
CHANGES = [
    r"For $g \ne 0$ it is $u = -\alpha g$.", r"In general it is $u = -\alpha g$.", r"For $m = \alpha$ this gives the final answer $u = -\alpha g$.", "Its sign must be flipped.",
    r"With $\alpha = 2$ this gives $u = -g$, so the answer is $u = -\alpha g$.", r"(The general formula is $-\alpha g$.)", r"It is $u = -\alpha g$."]


def verdict(problems: dict[str, Problem], problem: str, part: str, text: str) -> str:
    return grade(problems[problem], part, text, certified=False).verdict.value


@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_is_no_other_answer(problems: dict[str, Problem], remark: str) -> None:
    assert verdict(problems, "penalty-l2", "update", f"We get {RIGHT}. {remark}") == "correct"
    assert verdict(problems, "penalty-l2", "update", f"We get {WRONG}. {remark}") != "correct"
    assert verdict(problems, "penalty-l2", "update", remark) != "correct"


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_said_of_the_answer_in_general_counts(problems: dict[str, Problem], change: str) -> None:
    assert verdict(problems, "penalty-l2", "update", f"We get {RIGHT}. {change}") != "correct"


@pytest.mark.parametrize(("p", "words", "right"), [
    ("1", "the sum of the moduli", True), ("1", "the largest entry in absolute value", False), ("1", "the average modulus", False), ("1", "the dual of the maximum norm", True)])
def test_a_norm_described_as_another_one(problems: dict[str, Problem], p: str, words: str, right: bool) -> None:
    text = rf"$u = -\frac{{\alpha}}{{2}}\|g\|_{p}\operatorname{{sign}}(g)$, where $\|g\|_{p}$ denotes {words}."
    assert (verdict(problems, "penalty-linf", "update", text) == "correct") is right


LATER = ["In general it is {}.", "Dropping the constant, {}.", "Our optimum then becomes {}."]
ELSEWHERE = ["For another penalty it is {}.", "Compare SGD, where {}.", "Had the penalty no square, {}."]


@pytest.mark.parametrize("says", LATER + ELSEWHERE)
def test_a_later_equation(problems: dict[str, Problem], says: str) -> None:
    """In a sentence of its own it stands beside the first, unless it is about something else; that the same holds again is no harm."""
    right = verdict(problems, "penalty-l2", "update", f"We get {RIGHT}. {says.format(WRONG)}") == "correct"
    assert right is (says in ELSEWHERE)
    assert verdict(problems, "penalty-l2", "update", f"We get {RIGHT}. {says.format(RIGHT)}") == "correct"


def test_words_behind_a_plain_formula(problems: dict[str, Problem]) -> None:
    formula = "u = -(alpha/2) * ||g||_1 * sign(g)"
    for words, right in (("where sign acts elementwise", True), ("that is, a sign step", True), ("halved", False), ("but only half of it", False)):
        assert (verdict(problems, "penalty-linf", "update", f"{formula}, {words}") == "correct") is right


def test_unless_denies_what_follows(problems: dict[str, Problem]) -> None:
    """Bounded unless A is unbounded if A."""
    c = r"$\|g\|_1 > 1/\alpha$"
    d = r"$\|g\|_1 \le 1/\alpha$"
    for status, condition, right in (("bounded below", c, True), ("bounded below", d, False), ("unbounded", d, True), ("unbounded", c, False)):
        assert (verdict(problems, "penalty-linf-unsquared", "status", f"It is {status} unless {condition}.") == "correct") is right


def test_the_norm_of_another_method(problems: dict[str, Problem]) -> None:
    say = "{} minimises the infinity norm, {} on the other hand minimises the 2-norm."
    for problem, first, second, right in (("limit-adam", "It", "SGD", True), ("limit-adam", "SGD", "Adam", False), ("limit-sgd", "Adam", "SGD", True), ("limit-sgd", "SGD", "Adam", False)):
        assert (verdict(problems, problem, "norm", say.format(first, second)) == "correct") is right


def test_a_count_and_its_order_of_growth(problems: dict[str, Problem]) -> None:
    assert verdict(problems, "comm-table", "a2a-messages", "n(n-1) messages, i.e. O(n^2)") == "correct"
    assert verdict(problems, "comm-table", "a2a-messages", "n^2 messages, i.e. O(n^2)") != "correct"
    assert verdict(problems, "comm-table", "a2a-messages", "O(n^2)") == "partial"
    assert verdict(problems, "comm-table", "a2a-messages", "n(n-1), because a worker does not send to itself") == "correct"
    assert verdict(problems, "comm-table", "ps-messages", "2n: n for the workers, and this doubled") != "correct"


def test_long_brackets_are_split_in_linear_time() -> None:
    """Brackets side by side and no words behind them: one way to read each, and no search through all of them."""
    assert formula_before_words("u = " + "(a)" * 100 + ", where it stands") == "u = " + "(a)" * 100
    assert formula_before_words("()" * 190 + "_") == ""


def test_words_that_may_mend_a_formula_call_it_not_wrong(problems: dict[str, Problem]) -> None:
    assert verdict(problems, "gd_iterations", "answer", "ln(\u03b5)/ln(1-c), rounded as usual") in ("undecided", "unreadable")
