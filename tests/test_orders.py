"""The order of growth alone is half an answer where it is the right order, and wrong where it is another."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

PART, RING, SIZE = "a2a-messages", "ring-messages", "ring-size"


@pytest.mark.parametrize(("part", "text", "verdict"), [
    (PART, "O(n^2)", "partial"), (PART, r"$\Theta(n(n-1))$", "partial"), (PART, r"\mathcal{O}(3n^2 + n)", "partial"),
    (PART, "O(n)", "incorrect"), (PART, "O(n log n)", "incorrect"), (PART, "O(n^3)", "incorrect"), (PART, "O(p)", "incorrect"),
    (RING, r"$\Theta(n^2)$", "partial"), (RING, r"$\Theta(n)$", "incorrect"),
    (SIZE, "O(p/n)", "partial"), (SIZE, "O(p)", "incorrect"), (SIZE, "O(1/n)", "incorrect"),
])
def test_an_order_is_half_an_answer_if_it_is_the_order(problems: dict[str, Problem], part: str, text: str, verdict: str) -> None:
    g = grade(problems["comm-table"], part, text)
    assert g.verdict.value == verdict, g.reason
    assert (g.witness is not None) == (verdict == "incorrect")


def test_where_a_formula_is_asked_an_order_is_none(problems: dict[str, Problem]) -> None:
    assert grade(problems["penalty-l2"], "update", r"O(\alpha)").verdict.value == "incorrect"


TABLE = "| Method | Messages | Size |\n|---|---|---|\n| All-to-all | {} | {} |\n| Parameter server | {} | {} |\n| Ring all-reduce | {} | {} |"


@pytest.mark.parametrize(("cells", "verdict"), [
    (("n(n-1)", "p", "2n", "p", "2n(n-1)", "p/n"), "correct"),
    (("O(n^2)", "p", "2n", "p", "2n(n-1)", "p/n"), "partial"),
    (("n(n-1", "p", "2n", "p", "2n(n-1)", "p/n"), "undecided"),  # a cell that cannot be read is no wrong one
    (("n(n-1", "p", "n", "p", "2n(n-1)", "p/n"), "partial"),  # but another is wrong
    (("n", "1", "n", "1", "n", "1"), "incorrect"),
    (("n(", "p+", "2/", "(p", "n -", "p/"), "unreadable"),
])
def test_cells_that_are_not_read_are_not_wrong(problems: dict[str, Problem], cells: tuple[str, ...], verdict: str) -> None:
    g = grade(problems["comm-table"], "table", TABLE.format(*cells))
    assert g.verdict.value == verdict, g.reason
