"""What the issue asks to be shown on the conversations of the shared folder: doubts, notes told apart, labelled claims, changed claims."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from claim_labels import agreement

from derive.problem.load import load_all
from derive.transcripts.judge import TranscriptVerdict, judge_transcript
from derive.transcripts.read import read_transcript
from derive.transcripts.turns import Transcript

FIRST = "claude-hw2.txt"
PROBLEM_OF = {"1a": "penalty-l2", "1b": "penalty-linf", "2-sgd": "limit-sgd", "2-adam": "limit-adam", "2-rescaled": "limit-rescaled", "3-table": "comm-table"}
DOUBTS = 2  # how far a count of doubts may be from a person's
TOLD_APART = 0.95  # of the lines of a person's notes, and of all other lines

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def shared() -> Path:
    return Path(os.environ["DERIVE_SHARED"])


@pytest.fixture(scope="module")
def first(shared: Path) -> Transcript:
    return read_transcript(shared / "transcripts" / FIRST)


@pytest.fixture(scope="module")
def verdict(first: Transcript) -> TranscriptVerdict:
    problems = load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])
    return judge_transcript(first, problems, certified=False)


def labelled_turns(shared: Path) -> list[dict[str, Any]]:
    (document,) = [d for d in json.loads((shared / "corpus" / "turns.json").read_text(encoding="utf-8")) if d["doc"] == FIRST]
    turns: list[dict[str, Any]] = document["turns"]
    return turns


def test_doubts_are_counted_as_a_person_counts_them(shared: Path, verdict: TranscriptVerdict) -> None:
    compared = 0
    for turn in labelled_turns(shared):
        for name, label in turn["parts"].items():
            ours = {c.what: c.doubts for c in verdict.courses if c.turn == turn["turn"] and c.problem == PROBLEM_OF.get(name)}
            for what, wanted in (("answer", label), ("name", label.get("optimizer"))):
                if what in ours and wanted is not None and "times_doubted" in wanted:
                    assert abs(ours[what] - wanted["times_doubted"]) <= DOUBTS, (turn["turn"], name, what, ours[what], wanted["times_doubted"])
                    compared += 1
    assert compared >= 9


def test_the_right_answer_first_stands_where_a_person_found_it(shared: Path, verdict: TranscriptVerdict) -> None:
    near = []
    for turn in labelled_turns(shared):
        for name, label in turn["parts"].items():
            ours = [c.first_correct_line for c in verdict.courses if c.turn == turn["turn"] and c.problem == PROBLEM_OF.get(name) and c.what == "answer"]
            if ours and ours[0] is not None and "first_correct_line" in label:
                near.append(abs(ours[0] - label["first_correct_line"]))
    assert len(near) >= 6
    assert sum(d <= 2 for d in near) >= 0.8 * len(near)


def test_a_persons_notes_are_told_apart(shared: Path, first: Transcript) -> None:
    notes: set[int] = set()
    for line in (shared / "corpus" / "annotations.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        if label["doc"] == FIRST:
            notes |= set(range(label["line_start"], label["line_end"] + 1))
    written = {n for n in notes if first.lines[n - 1].strip()}
    ours = {s.line_start + k for t in first.turns for s in t.segments if s.role == "annotator" for k, text in enumerate(s.text.split("\n")) if text.strip()}
    assert len(written & ours) >= TOLD_APART * len(written), sorted(written - ours)
    assert len(ours - notes) <= (1 - TOLD_APART) * len(ours), sorted(ours - notes)


def test_the_labelled_claims_are_judged_as_labelled(shared: Path, verdict: TranscriptVerdict) -> None:
    found = agreement(shared / "corpus" / "claims.jsonl", FIRST, list(verdict.claims))
    assert found.true_called_false == []
    assert found.false_called_true == []
    assert found.false_formal == found.false_found == 3
    assert found.share("yes") >= 0.9
    assert found.share("partly") >= 0.6


@pytest.mark.long
def test_no_changed_claim_is_called_true(first: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few of what `benchmarks/mutations.py` does with all."""
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parent.parent / "benchmarks"))
    from mutations import run

    problems = load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])
    found = list(run(first, problems, 1, 3, (4, 12)))
    assert [o for o in found if o.what == "accepted"] == []
    assert sum(o.what == "found" for o in found) >= 0.7 * len(found)
