"""Tables with footnotes, told in paragraphs, or with cells that refer to another row: a footnote may change its cell, and 'the same size' is that of the row it names."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.bank import BANK, stated

TABLE = load(BANK.parent / "cs182-hw2" / "comm-table.toml")


def markdown(below: str, messages: str = "2n(n-1)", size: str = "p/n", head: str = "messages") -> str:
    rows = f"| All-to-all | n(n-1) | p |\n| Parameter server | 2n | p |\n| Ring all-reduce | {messages} | {size} |"
    return f"| method | {head} | size |\n|---|---|---|\n{rows}\n\n{below}"


@pytest.mark.parametrize("text", [
    markdown("\\* per worker; multiply by n for the total.", "2n(n-1)*"), markdown("* per worker; multiply by n for the total.", "2n(n-1)\\*"), markdown("† of each phase", "2n(n-1)†"),
    markdown("¹ of each phase", "2n(n-1)¹"), markdown("[1] of each phase", "2n(n-1) [1]"), markdown("(1) of each phase", "2n(n-1) (1)"), markdown("(a) of each phase", "2n(n-1) (a)"),
    markdown("[^1]: of each phase", "2n(n-1)[^1]"), markdown("<sup>1</sup> of each phase", "2n(n-1)<sup>1</sup>"), markdown("$^*$ of each phase", "$2n(n-1)^*$"),
    markdown("$^\\dagger$ of each phase", "$2n(n-1)^\\dagger$"),
    markdown("\\* plus one", "2n(n-1)*"), markdown("\\* only the messages of one phase", "2n(n-1)*"), markdown("\\* rounded up to a multiple of 8", size="p/n*"),
    markdown("\\* in each phase", head="messages*"),
    markdown("Here * means per phase.", "2n(n-1)*"), markdown("1: in each phase", "2n(n-1)¹"), markdown("Note: multiply by n for the total."), markdown("**\\*** in each phase", head="messages*"),
    markdown("\\* n rounds in each of two phases", "2n(n-1)*"), markdown("\\* p divides n", size="p/n*"),
    "\\begin{tabular}{lcc} method & messages & size \\\\\nAll-to-all & $n(n-1)$ & $p$ \\\\\nParameter server & $2n$ & $p$ \\\\\nRing & $2n(n-1)^*$ & $p/n$ \\\\\n\\end{tabular}\n\n$^*$ in each phase",
])
def test_a_footnote_may_change_its_cell(text: str) -> None:
    assert grade(TABLE, "table", text).verdict == "undecided"


@pytest.mark.parametrize("text", [
    markdown("\\* with n dividing p", size="p/n*"), markdown("¹ where n divides p", size="p/n¹"), markdown("[1] p is a multiple of n.", size="p/n [1]"),
    markdown("\\* n-1 rounds in each of two phases", "2n(n-1)*"),
    markdown("\\* with n dividing p", size="p/n*").replace("2n |", "2n† |") + "\n† n up and n down", markdown("", "2n(n-1)*"), markdown("* **bold** remark", "**2n(n-1)**"),
])
def test_a_footnote_that_holds_changes_nothing(text: str) -> None:
    assert grade(TABLE, "table", text).verdict == "correct"


def test_a_footnote_to_one_cell_of_a_table() -> None:
    assert grade(TABLE, "ring-messages", markdown("\\* n divides p", "2n(n-1)*")).verdict == "correct"
    assert grade(TABLE, "ring-messages", markdown("\\* per phase", "2n(n-1)*")).verdict != "correct"


TOLD = """**All-to-all.** Each of the n workers sends its gradient to the n − 1 others, so there are n(n − 1) messages, each carrying p parameters.

**Parameter server.** n messages up (one per worker) and n messages down, 2n in total, each of size p.

**Ring all-reduce.** Reduce-scatter takes n − 1 rounds and all-gather another n − 1 rounds; in each round all n workers send one chunk. So 2n(n − 1) messages, each with p/n parameters."""


@pytest.mark.parametrize(("before", "after", "verdict"), [
    ("", "", "correct"), ("2n in total", "3n in total", "partial"), ("p/n parameters", "p parameters", "partial"), ("So 2n(n", "So n(n", "partial"),
    ("So 2n(n − 1) messages", "So 2n(n − 1) messages per worker", "partial"),
    ("p/n parameters.", "p/n parameters.\n\nHere p/n is meant as p per n rounds; a single ring message carries all p parameters, so the last size is p as well.", "partial"),
])
def test_a_paragraph_for_each_row(before: str, after: str, verdict: str) -> None:
    assert grade(TABLE, "table", TOLD.replace(before, after) if before else TOLD).verdict == verdict


ROWS = ["All-to-all: {} messages{}", "Parameter server: {} messages{}", "Ring all-reduce: {} messages{}"]


@pytest.mark.parametrize(("order", "sizes", "right"), [
    ((0, 1, 2), (" of p parameters", ", with the same size as in all-to-all", " of p/n parameters"), True), ((0, 1, 2), (" of p parameters", " of the same size", " of p/n parameters"), True),
    ((0, 2, 1), (" of p parameters", ", with the same size as in all-to-all", " of p/n parameters"), True), ((0, 2, 1), (" of p parameters", ", with the same size as in the ring",
    " of p/n parameters"), False),
    ((0, 2, 1), (" of p parameters", " of the same size", " of p/n parameters"), False),  # as in which row?
    ((0, 1, 2), (" of p parameters", " of p parameters", " of the same size"), False),
])
def test_the_same_size_as_in_another_row(order: tuple[int, ...], sizes: tuple[str, ...], right: bool) -> None:
    counts = ("n(n-1)", "2n", "2n(n-1)")
    assert (grade(TABLE, "table", "\n".join(ROWS[k].format(counts[k], sizes[k]) for k in order)).verdict == "correct") is right


@pytest.mark.parametrize(("size", "verdict"), [("p/n", "correct"), ("p", "partial")])
def test_the_size_may_stand_first(size: str, verdict: str) -> None:
    text = f"All-to-all: p numbers in each of n(n-1) messages.\nParameter server: p numbers in each of 2n messages.\nRing all-reduce: {size} numbers in each of 2n(n-1) messages."
    assert grade(TABLE, "table", text).verdict == verdict


@pytest.mark.parametrize(("text", "right"), [
    ("2n messages of p parameters", True), ("p numbers in each of 2n messages", True), ("2n messages of p/n parameters", False), ("2p numbers in each of n messages", False),
    ("2n messages of size p. The size is n as well.", False),
])
def test_sizes_with_their_unit(text: str, right: bool) -> None:
    assert (grade(stated("cnt_gossip_ring"), "answer", text).verdict == "correct") is right


@pytest.mark.parametrize(("head", "verdict"), [("messages", "correct"), ("messages sent by all machines", "correct"), ("messages sent by each worker", "undecided"),
    ("messages per round", "undecided")])
def test_the_head_of_a_column_says_of_how_much(problems: dict[str, Problem], head: str, verdict: str) -> None:
    table = f"| scheme | {head} | parameters per message |\n|---|---|---|\n| All-to-all | n(n-1) | p |\n| Parameter server | 2n | p |\n| Ring all-reduce | 2n(n-1) | p/n |"
    assert grade(problems["comm-table"], "table", table).verdict == verdict
