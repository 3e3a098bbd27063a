"""Cases by rank in words: the k smallest, the largest only."""

from __future__ import annotations

import pytest

from derive.grading.cases.ranked import ranked_cases
from derive.grading.grade import grade
from derive.problem.load import load
from tests.bank import BANK, stated

L1 = load(BANK.parent / "cs182-hw2" / "penalty-l1.toml")


@pytest.mark.parametrize(("text", "verdict"), [
    (r"$x_i = 1$ for the $k$ smallest $c_i$, $0$ otherwise", "correct"), (r"$x_i = 1$ for the $k$ largest $c_i$, $0$ otherwise", "incorrect"),
    ("x_i = 1 for the k smallest c_i, 0 otherwise", "correct"), (r"$x_i = 1$ for the smallest $c_i$, $0$ otherwise", "incorrect"),
    (r"$x_i = 1$ if $c_i$ is among the $k$ smallest costs, and $0$ otherwise.", "correct"),
    (r"$x_i = 1$ if $c_i$ is among the $k$ largest costs, and $0$ otherwise.", "incorrect"),
    (r"$x_i = 2$ for the $k$ smallest $c_i$, $0$ otherwise", "incorrect"),
])
def test_the_k_smallest(text: str, verdict: str) -> None:
    assert grade(stated("lmo_ksparse"), "answer", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    (r"$u_i = -\frac{\alpha}{2} g_i$ for the largest $|g_i|$ only", "correct"), (r"$u_i = -\frac{\alpha}{2} g_i$ for the smallest $|g_i|$ only", "incorrect"),
    (r"$u_i = -\frac{\alpha}{2} g_i$ for the index with the largest $|g_i|$ and zero elsewhere", "correct"),
    (r"$u_i = -\frac{\alpha}{2} g_i$ for the largest $g_i$ only, $0$ otherwise", "incorrect"), (r"$u_i = -\alpha g_i$ for the largest $|g_i|$ only", "incorrect"),
])
def test_the_largest_only(text: str, verdict: str) -> None:
    assert grade(L1, "update", text).verdict == verdict


def test_what_the_other_entries_are_must_be_said() -> None:
    text = r"$x_i = 1$ for the $k$ smallest $c_i$"
    assert ranked_cases(text, "n") == text
    assert grade(stated("lmo_ksparse"), "answer", text).verdict != "correct"
