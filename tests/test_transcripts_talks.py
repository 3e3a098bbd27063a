"""Conversations of our own with the truth of each statement marked in them: none is judged against its mark, and nearly all are found."""

from __future__ import annotations

import pytest
from talk_labels import Talk, talks, verdict

from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.judge import judge_transcript
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


@pytest.mark.long
@pytest.mark.parametrize("name", [t.name for t in TALKS])
def test_nothing_is_judged_against_its_mark(judged: dict[str, list[tuple[str, str, str]]], name: str) -> None:
    assert [x for x in judged[name] if x[0] in "TDH" and x[1] == "false"] == []
    assert [x for x in judged[name] if x[0] == "F" and x[1] == "true"] == []


@pytest.mark.parametrize(("truth", "ours"), [("T", "true"), ("F", "false")])
def test_nearly_all_are_found(judged: dict[str, list[tuple[str, str, str]]], truth: str, ours: str) -> None:
    marks = [x for found in judged.values() for x in found if x[0] == truth]
    missed = [x for x in marks if x[1] != ours]
    assert len(missed) <= (1 - FOUND) * len(marks), missed


# (conversation, turn, part): what a person says of the answer of that turn.
ANSWERS = {
    ("gradient-step", 1, "penalty-l2#update"): "correct", ("gradient-step", 1, "penalty-l2#value"): "correct", ("gradient-step", 1, "penalty-linf#update"): "correct",
    ("gradient-step", 1, "penalty-linf#value"): "correct", ("gradient-step", 1, "penalty-linf#optimizer"): "correct",
    ("gradient-step-wrong", 1, "penalty-l2#update"): "correct", ("gradient-step-wrong", 1, "penalty-l2#value"): "incorrect",
    ("gradient-step-wrong", 1, "penalty-linf#update"): "incorrect", ("halfspace", 1, "mn_halfspace#answer"): "correct", ("matrices", 1, "ls_gls#answer"): "correct",
    ("ridge", 1, "ls_ridge#answer"): "correct", ("heavy-ball-step", 1, "pli_heavy_ball#value"): "correct", ("heavy-ball-step", 2, "pli_heavy_ball#answer"): "correct",
    ("linf-slips", 1, "penalty-linf#update"): "incorrect", ("messages", 1, "comm-table#table"): "correct", ("messages", 1, "comm-table#ring-messages"): "correct",
    ("messages-wrong", 1, "comm-table#a2a-messages"): "incorrect", ("messages-wrong", 1, "comm-table#ps-size"): "correct",
    ("noted", 1, "limit-sgd#vector"): "correct", ("one-equation-wrong", 1, "limit-sgd#vector"): "incorrect", ("one-equation-wrong", 2, "limit-sgd#vector"): "correct",
    ("one-equation-wrong", 3, "limit-rescaled#vector"): "incorrect", ("weight-decay", 1, "ib_weight_decay#answer"): "correct",
}


def test_answers_are_judged_as_a_person_does() -> None:
    found = {}
    for talk in TALKS:
        if any(name == talk.name for name, _, _ in ANSWERS):
            verdict = judge_transcript(split_turns(read_text(talk.text, f"{talk.name}.md")), talk.problems(), certified=False)
            found |= {(talk.name, t.number, f"{a.problem}#{a.part}"): a.grade.verdict.value for t in verdict.turns for a in t.answers}
    assert {k: found.get(k) for k in ANSWERS} == ANSWERS
