"""The course of an answer over lines and turns, and a judged conversation as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from claim_conversations import EUCLIDEAN, MAXIMUM, MESSAGES

from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.judge import TranscriptVerdict, judge_transcript
from derive.transcripts.record import parts_of
from derive.transcripts.sources import read_text
from derive.transcripts.timeline import courses
from derive.transcripts.turns import split_turns

PART = {"verdict", "answer", "convention", "first_correct_line", "left_lines", "doubts"}
CLAIM = {"id", "turn", "role", "part", "line_start", "line_end", "text", "latex", "type", "verdict", "strength", "modality", "reason", "witness", "correction"}


@pytest.fixture(scope="module")
def homework() -> dict[str, Problem]:
    return {p.id: p for p in load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])}


def judged(text: str, problems: dict[str, Problem]) -> TranscriptVerdict:
    return judge_transcript(split_turns(read_text(text, "own.md")), list(problems.values()), certified=False)


def test_a_judged_conversation_as_data(homework: dict[str, Problem]) -> None:
    text = EUCLIDEAN + "\n**Student's note:** it did this at once, without any hint.\n"
    found = judged(text, homework).to_dict()
    assert list(found) == ["source", "turns", "claims", "repairs", "annotations", "summary"]
    assert json.loads(json.dumps(found)) == found
    assert [(t["turn"], t["role"]) for t in found["turns"]] == [(1, "user"), (1, "assistant")]
    assert all(set(t) == {"turn", "role", "line_start", "line_end", "parts"} for t in found["turns"])
    assert found["turns"][0]["parts"] == {}
    assert "penalty-l2#update" in found["turns"][1]["parts"]
    assert all(set(p) >= PART for p in found["turns"][1]["parts"].values())
    assert all(set(c) >= CLAIM for c in found["claims"])
    lines = text.split("\n")
    for c in found["claims"]:
        assert c["text"] in "\n".join(lines[c["line_start"] - 1 : c["line_end"]])
    assert found["summary"]["claims"]["true"] == sum(c["verdict"] == "true" for c in found["claims"])
    (note,) = found["annotations"]
    assert "without any hint" in "\n".join(lines[note["line_start"] - 1 : note["line_end"]])


def test_the_course_of_an_answer(homework: dict[str, Problem]) -> None:
    """Right at once, left for another formula, doubted, regained; the name stays bare."""
    text = MAXIMUM + (
        "\nSo this is SignSGD, it corresponds to SignSGD.\n\nBut wait, let me double-check. The update would be\n\n$$u = -\\alpha\\|g\\|_1 \\operatorname{sign}(g)$$\n"
        "\nRe-check: indeed\n\n$$u = -\\frac{\\alpha}{2}\\|g\\|_1 \\operatorname{sign}(g)$$\n")
    transcript = split_turns(read_text(text, "own.md"))
    answer, name = sorted(courses(transcript, find_claims(transcript, list(homework.values()))), key=lambda c: c.what)
    lines = text.split("\n")
    at = [k for k, line in enumerate(lines, 1) if line.startswith("$$u = ")]
    assert (answer.first_correct_line, answer.left_lines, answer.regained_lines, answer.ends) == (at[0], (at[1],), (at[2],), "right")
    assert answer.doubts == 2
    assert answer.lines_after == len(lines) - 1 - at[0]
    assert answer.words_after == sum(len(line.split()) for line in lines[at[0] :])
    assert (name.what, name.first_correct_line, name.ends) == ("name", None, "partial")


HINTED = MAXIMUM + r"""
This corresponds to sign descent (SignSGD).

The effective learning rate is $\frac{\alpha}{2}\|g\|_1$.

**User:** Are you sure that this is SignSGD?

**Assistant:** Not quite. The update $u = -\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g)$ stands. But it corresponds to sign descent with a step size proportional to the 1-norm of the gradient.
"""


def test_what_a_hint_changed(homework: dict[str, Problem]) -> None:
    """A bare name is right in part, though the step size is spoken of elsewhere; after the question it is right."""
    found = judged(HINTED, homework).to_dict()["summary"]["parts"]
    assert found["penalty-linf#update"]["reached"] == "one-shot"
    name = found["penalty-linf#optimizer"]
    assert name["verdicts"] == {"1": "partial", "2": "correct"}
    assert name["reached"] == "after guidance"
    assert (name["first_correct_turn"], name["hints"][0]["turn"], name["hints"][0]["changed"]) == (2, 2, True)
    line = HINTED[: HINTED.index("**User:** Are")].count("\n") + 1
    assert (name["hints"][0]["line_start"], name["hints"][0]["line_end"]) == (line, line)


def test_an_answer_under_the_convention_of_the_conversation(homework: dict[str, Problem]) -> None:
    """The prompt states another weight than the problem: the verdict is that under the problem's own, and that under the other stands beside it."""
    asked = "**User:** Minimise $g^T u + \\frac{\\alpha}{2}\\|u\\|_2^2$ over $u$, with the Euclidean norm.\n\n**Assistant:** Therefore $$u = %s g$$\n"
    for answer, verdicts in ((r"-\frac{1}{\alpha}", ("incorrect", "correct")),
                             (r"-\frac{\alpha}{2}", ("correct", "incorrect")),
                             (r"-\alpha", ("incorrect", "incorrect"))):
        found = judged(asked % answer, homework)
        part = parts_of(found.turns[0], found)["penalty-l2#update"]
        assert (part["clash"]["verdict"], part["clash"]["verdict_as_stated"]) == verdicts
        assert part["verdict"] == verdicts[0]
        assert part["convention"] == r"\frac{1}{\alpha}"
        assert part["clash"]["problem"] == r"\frac{1}{\alpha}"
        assert part["clash"]["conversation"] == r"\frac{\alpha}{2}"
        assert [c["problem"] for c in found.to_dict()["summary"]["clashes"]] == ["penalty-l2"]
    same = judged(EUCLIDEAN, homework)
    assert "clash" not in parts_of(same.turns[0], same)["penalty-l2#update"]


def test_the_course_of_a_table(homework: dict[str, Problem]) -> None:
    """A table is right where its first count stands, and is left where a cell is wrong."""
    found = judged(MESSAGES, homework)
    first = MESSAGES[: MESSAGES.index("Total messages: n(n-1)")].count("\n") + 1
    part = parts_of(found.turns[0], found)["comm-table#table"]
    assert (part["verdict"], part["first_correct_line"], part["left_lines"], part["ends"]) == ("correct", first, [], "right")
    wrong = judged(MESSAGES.replace("| $2n$ | $p$ |", "| $n$ | $p$ |"), homework)
    part = parts_of(wrong.turns[0], wrong)["comm-table#table"]
    assert part["verdict"] == "partial"
    assert part["left_lines"] == [MESSAGES[: MESSAGES.index("| Parameter server |")].count("\n") + 1]
