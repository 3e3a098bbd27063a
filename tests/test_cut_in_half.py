"""A count that is cut in half is told where it ends too early, alone and in a cell of a table; a line that is no JSON is told what is expected."""

import pytest

from derive.grading.engines.lines import item_of
from derive.grading.grade import grade
from derive.problem.model import Problem


@pytest.mark.parametrize(("text", "expected"), [("n(n-", "ends too early"), ("n(n-1", "not closed"), ("n(n", "not closed"), ("n -", "ends too early"), ("2n(", "ends too early")])
def test_a_bare_count_cut_in_half(problems: dict[str, Problem], text: str, expected: str) -> None:
    g = grade(problems["comm-table"], "a2a-messages", text)
    assert g.verdict.value == "unreadable" and expected in g.reason and "^" in g.reason


@pytest.mark.parametrize("text", ["n(n-1)", "n^2 - n", "n (n - 1)"])
def test_a_whole_one(problems: dict[str, Problem], text: str) -> None:
    assert grade(problems["comm-table"], "a2a-messages", text).verdict.value == "correct"


def test_in_a_cell(problems: dict[str, Problem]) -> None:
    rows = "| scheme | messages | size |\n|---|---|---|\n| all-to-all | {} | p |\n| parameter server | 2n | p |\n| ring | 2n(n-1) | p/n |"
    assert grade(problems["comm-table"], "table", rows.format("n(n-1)")).verdict.value == "correct"
    g = grade(problems["comm-table"], "table", rows.format("n(n-"))
    assert g.verdict.value == "undecided" and "'n(n-' cannot be read: The formula ends too early" in g.reason


@pytest.mark.parametrize("line", ["garbage", "[1]", "{", "", '"x"'])
def test_a_line_that_is_no_object(line: str) -> None:
    item = item_of(line)
    assert item["answer"] is None and '"problem"' in item["why"]
