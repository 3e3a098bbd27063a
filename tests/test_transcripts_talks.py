"""Conversations of our own with the truth of each statement marked in them: none is judged against its mark, and nearly all are found."""

from __future__ import annotations

import pytest
from talk_labels import Talk, talks, verdict

from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

TALKS = talks()
FOUND = 0.9  # of the true statements, and of the false ones, of all conversations together


def claims_in(talk: Talk) -> list[Claim]:
    return find_claims(split_turns(read_text(talk.text, f"{talk.name}.md")), talk.problems())


@pytest.fixture(scope="module")
def judged() -> dict[str, list[tuple[str, str, str]]]:
    """By conversation: each mark with our verdict and its formula."""
    out = {}
    for talk in TALKS:
        claims = claims_in(talk)
        out[talk.name] = [(m.truth, verdict(m, claims), f"l.{m.line_start} {m.formula}") for m in talk.marks]
    return out


@pytest.mark.parametrize("name", [t.name for t in TALKS])
def test_nothing_is_judged_against_its_mark(judged: dict[str, list[tuple[str, str, str]]], name: str) -> None:
    assert [x for x in judged[name] if x[0] in "TDH" and x[1] == "false"] == []
    assert [x for x in judged[name] if x[0] == "F" and x[1] == "true"] == []


@pytest.mark.parametrize(("truth", "ours"), [("T", "true"), ("F", "false")])
def test_nearly_all_are_found(judged: dict[str, list[tuple[str, str, str]]], truth: str, ours: str) -> None:
    marks = [x for found in judged.values() for x in found if x[0] == truth]
    missed = [x for x in marks if x[1] != ours]
    assert len(missed) <= (1 - FOUND) * len(marks), missed
