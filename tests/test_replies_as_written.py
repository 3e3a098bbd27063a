"""How people write an answer: each right reply of data/replies-as-written.jsonl is accepted, and of its near misses none.

A line: what it is about, problem, part, answer, and whether it is right. The near misses hold the same words round a wrong formula, or
words round the right one that make it another.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

REPLIES = [json.loads(line) for line in (Path(__file__).parent / "data" / "replies-as-written.jsonl").read_text(encoding="utf-8").splitlines()]


def judged(problems: dict[str, Problem], reply: dict[str, str]) -> str:
    return grade(problems[reply["problem"]], reply["part"], reply["answer"], certified=False).verdict.value


@pytest.mark.parametrize("about", sorted({r["about"] for r in REPLIES}))
def test_right_replies_are_accepted_and_their_near_misses_are_not(problems: dict[str, Problem], about: str) -> None:
    own = [r for r in REPLIES if r["about"] == about]
    assert {r["right"] for r in own} == {True, False}
    assert [r["answer"] for r in own if r["right"] and judged(problems, r) != "correct"] == []
    assert [r["answer"] for r in own if not r["right"] and judged(problems, r) == "correct"] == []
