"""Labelled answers: a correct one gets `correct`, an incorrect one never does."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from derive.grading.many import grade_many
from derive.problem.load import load_all
from derive.problem.model import Problem
from tests.conftest import SPECS

OWN = Path(__file__).parent / "data" / "answers.jsonl"


def mismatches(file: Path, problems: dict[str, Problem], problem: str = "", share: int = 1) -> tuple[list[str], list[str]]:
    items = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    items = [x for x in items if x["problem"] == problem or not problem][::share]
    accepted, refused = [], []
    for item, g in zip(items, grade_many(items, problems), strict=True):
        right = g.verdict.value == "correct"
        if right and item["expected"] != "correct":
            accepted.append(f"{item['id']}: {item['answer'][:100]!r} read as {g.read_as}")
        if not right and item["expected"] == "correct":
            refused.append(f"{item['id']}: {item['answer'][:100]!r} {g.verdict.value}: {g.reason[:100]}")
        assert g.reason and (g.read_as or g.verdict.value in ("unreadable", "undecided", "incorrect", "partial"))
    return accepted, refused


EXAMINER = OWN.with_name("answers-examiner.jsonl")


def of_examiner(share: int, problems: dict[str, Problem], only: frozenset[str] | None = None) -> tuple[list[str], list[str]]:
    """Answers written to be missed. Right ones marked open are not read yet: they may not be called wrong."""
    items = [json.loads(line) for line in EXAMINER.read_text(encoding="utf-8").splitlines()]
    items = [x for x in items if only is None or x["problem"] in only][::share]
    accepted, refused = [], []
    for item, g in zip(items, grade_many(items, problems), strict=True):
        verdict = g.verdict.value
        if verdict == "correct" and item["expected"] != "correct":
            accepted.append(f"{item['id']}: {item['answer'][:100]!r} read as {g.read_as}")
        if verdict != "correct" and item["expected"] == "correct" and not (item.get("open") and verdict in ("undecided", "unreadable")):
            refused.append(f"{item['id']}: {item['answer'][:100]!r} {verdict}: {g.reason[:100]}")
        if verdict == "incorrect" and not g.diagnosis:
            assert g.witness is not None, f"{item['id']}: called incorrect, and nothing shows it"
    return accepted, refused


def test_answers_of_an_examiner(problems: dict[str, Problem]) -> None:
    """Our own answers in forms that nobody had tuned for, right and wrong: every twenty-fourth of the homework; an `incorrect` shows why."""
    homework = frozenset(p.id for p in load_all([SPECS / "cs182-hw2"]))
    assert of_examiner(24, problems, homework) == ([], [])


@pytest.mark.long
def test_all_answers_of_an_examiner(problems: dict[str, Problem]) -> None:
    assert of_examiner(1, problems) == ([], [])


NAMES = sorted({json.loads(line)["problem"] for line in OWN.read_text(encoding="utf-8").splitlines()})


@pytest.mark.parametrize("problem", NAMES)
def test_own_corpus(problems: dict[str, Problem], problem: str) -> None:
    """Answers of our own writing in every form that we could think of, with near misses beside them: every seventh."""
    assert mismatches(OWN, problems, problem, 7) == ([], [])


@pytest.mark.long
@pytest.mark.parametrize("problem", NAMES)
def test_all_of_the_own_corpus(problems: dict[str, Problem], problem: str) -> None:
    assert mismatches(OWN, problems, problem) == ([], [])


@pytest.mark.shared
def test_shared_corpus(problems: dict[str, Problem]) -> None:
    assert mismatches(Path(os.environ["DERIVE_SHARED"]) / "corpus" / "answers.jsonl", problems) == ([], [])


@pytest.mark.shared
@pytest.mark.parametrize(("file", "expected"), [
    ("claude-hw2.txt", {(1, "penalty-l2", "update"): "correct", (2, "penalty-linf", "update"): "correct", (2, "penalty-linf", "optimizer"): "partial",
                        (3, "penalty-linf", "update"): "correct", (3, "penalty-linf", "optimizer"): "correct",
                        (4, "limit-sgd", "vector"): "correct", (5, "limit-sgd", "vector"): "correct", (6, "limit-adam", "vector"): "correct",
                        (7, "limit-rescaled", "vector"): "correct", (8, "comm-table", "table"): "correct"}),
    ("deepseek-hw2.md", {(1, "penalty-l2", "update"): "correct", (1, "penalty-l2", "optimizer"): "correct", (2, "penalty-linf", "update"): "correct",
                         (2, "penalty-linf", "optimizer"): "partial", (3, "penalty-linf", "update"): "correct", (3, "penalty-linf", "optimizer"): "correct"}),
])
def test_real_conversations(problems: dict[str, Problem], file: str, expected: dict[tuple[int, str, str], str]) -> None:
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.read import read_transcript

    verdict = judge_transcript(read_transcript(Path(os.environ["DERIVE_SHARED"]) / "transcripts" / file), list(problems.values()))
    got = {(t.number, a.problem, a.part): a.grade.verdict.value for t in verdict.turns for a in t.answers}
    assert {k: got.get(k) for k in expected} == expected
