"""Who said what: prompts, thinking, answers, and a person's notes between them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.transcripts.cues import THOUGHT_FOR, is_timestamp, role_label
from derive.transcripts.notes import STRONG, WEAK, note_score
from derive.transcripts.sources import read_text
from derive.transcripts.turns import Transcript, split_turns

THINKING = """(a) Consider the cost $c(x) = x^2 - 2bx$. Where is it smallest?

I typed this in by hand and gave ChatGPT no further context.

Thought for 12 seconds

We are given a quadratic cost.

$$c'(x) = 2x - 2b$$

Wait, let me check the sign of b, because the minimum could be on the

Gets the derivative at once but doubts the sign for no reason.

Nice touch: it completes the square.

other side. No, it is at b.

Arrived at the right answer twice, still not satisfied.

I'll answer that.

## Solution

Set the derivative to zero:

$$x = b$$

## Final Answer

The minimum is at $x = b$.

Clean answer. It even explains the convexity, which the homework solution skips.


(b) Now the cost is $|x - b|$. Are you able to solve it as well?

Thought for 1 minute

Hmm, the absolute value has a kink. I think the answer is again b.

### Answer

$$x = b$$
"""

PAGES = """--- Page 1 ---
Sides of a box
How large is the largest box
with total edge length 12?
3/4/2025, 9:05:11 AM
Thought: Weighed the three sides of the box against each other to find the
largest volume.
We maximise $$V = a b
c$$ subject to
.
Powered by Some Exporter
1 / 3


--- Page 2 ---
The sides are equal: $$a = b = c = 1$$  Here it skips the proof that the homework solution gives.
So the volume is 1.
3/4/2025, 9:05:40 AM
a + b
\u200b +
c
\u200b = 3
Powered by Some Exporter
2 / 3
Correct, and shorter than my own
solution.


--- Page 3 ---
3/4/2025, 9:11:02 AM
Thought: Extended the argument to n sides.
By the same inequality all sides are equal.
3/4/2025, 9:11:30 AM
Powered by Some Exporter
3 / 3
"""


def roles(transcript: Transcript) -> list[tuple[int, str, int, int]]:
    return [(t.number, s.role, s.line_start, s.line_end) for t in transcript.turns for s in t.segments]


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def role_at(transcript: Transcript, line: int) -> list[str]:
    return [s.role for t in transcript.turns for s in t.segments if s.line_start <= line <= s.line_end]


@pytest.mark.parametrize(
    ("start", "turn", "role"),
    [
        ("(a) Consider", 1, "user"),
        ("I typed", 1, "annotator"),
        ("Thought for 12", 1, "assistant-thinking"),
        ("We are given", 1, "assistant-thinking"),
        ("$$c'(x)", 1, "assistant-thinking"),
        ("Gets the", 1, "annotator"),
        ("Nice touch", 1, "annotator"),
        ("other side", 1, "assistant-thinking"),
        ("Arrived", 1, "annotator"),
        ("I'll answer", 1, "assistant-thinking"),
        ("## Solution", 1, "assistant"),
        ("The minimum is", 1, "assistant"),
        ("Clean answer", 1, "annotator"),
        ("(b) Now", 2, "user"),
        ("Hmm", 2, "assistant-thinking"),
        ("### Answer", 2, "assistant"),
    ],
)
def test_a_conversation_with_thinking_marks(start: str, turn: int, role: str) -> None:
    transcript = split_turns(read_text(THINKING))
    line = line_of(THINKING, start)
    found = [(n, r) for n, r, a, b in roles(transcript) if a <= line <= b]
    assert found == [(turn, role)]


def test_turns_and_roles_in_a_text_layer() -> None:
    transcript = split_turns(read_text(PAGES))
    assert transcript.kind == "pdf-text"
    assert "the prompt of turn 2" in transcript.lost
    first, second = transcript.turns
    assert first.text("user") == "How large is the largest box\nwith total edge length 12?"
    assert first.text("assistant-thinking").startswith("Thought: Weighed")
    assert first.text("assistant-thinking").endswith("largest volume.")
    assert first.text("annotator").startswith("Here it skips the proof")
    assert first.text("annotator").endswith("shorter than my own\nsolution.")
    assert "$$V = a b c$$" in first.text("assistant")
    assert "So the volume is 1." in first.text("assistant")
    assert second.prompt_lost
    assert second.text("assistant") == "By the same inequality all sides are equal."


def test_displaced_formulas_are_the_assistants_and_flagged() -> None:
    (pile,) = [s for t in split_turns(read_text(PAGES)).turns for s in t.segments if s.displaced]
    assert pile.role == "assistant"
    assert pile.text == "a + b\n +\nc\n = 3"
    assert pile.line_start == line_of(PAGES, "a + b")
    assert "a + b" not in split_turns(read_text(PAGES)).turns[0].text("assistant")
    assert "a + b" in split_turns(read_text(PAGES)).turns[0].text("assistant", displaced=True)


def test_a_short_table_at_a_page_end_is_not_displaced() -> None:
    first = "--- Page 1 ---\nWhat is it?\n1/2/2025, 1:00 PM\nRow sums\nn\n2n\n1 / 2\n"
    page = first + "--- Page 2 ---\nDone here.\n2 / 2"
    assert not any(s.displaced for t in split_turns(read_text(page)).turns for s in t.segments)


@pytest.mark.parametrize(
    "text",
    [
        "## User\n\nWhat is 1+1?\n\n## Assistant\n\nIt is 2.\n\n## User\n\nSure?\n\n## Assistant\n\nYes.",
        "**User:** What is 1+1?\n\n**Assistant:** It is 2.\n\n**User:** Sure?\n\n**Assistant:** Yes.",
        "Human: What is 1+1?\nAssistant: It is 2.\nHuman: Sure?\nAssistant: Yes.",
        "You said:\nWhat is 1+1?\nChatGPT said:\nIt is 2.\nYou said:\nSure?\nChatGPT said:\nYes.",
        (
            "## Prompt:\n1/2/2025, 3:04:05 PM\n\nWhat is 1+1?\n\n"
            "## Response:\n1/2/2025, 3:04:09 PM\n\nIt is 2.\n\n"
            "## Prompt:\n\nSure?\n\n## Response:\n\nYes."
        ),
    ],
)
def test_labelled_roles(text: str) -> None:
    turns = split_turns(read_text(text)).turns
    said = [(t.text("user").strip(), t.text("assistant").strip()) for t in turns]
    assert said == [("What is 1+1?", "It is 2."), ("Sure?", "Yes.")]


def test_thinking_in_tags_under_a_label() -> None:
    text = "User: 1+1?\nAssistant: <think>\none and one\n</think>\n2"
    (turn,) = split_turns(read_text(text)).turns
    assert turn.text("assistant-thinking").strip() == "one and one"
    assert turn.text("assistant") == "2"


def test_thinking_that_is_not_shown_leaves_only_the_answer() -> None:
    (turn,) = split_turns(read_text("What is the limit?\n\nThought for 8s\n\nThe limit is $1$.\n\nIt is unique.")).turns
    assert turn.text("user") == "What is the limit?"
    assert turn.text("assistant") == "The limit is $1$.\n\nIt is unique."


def test_a_text_without_any_cue_is_the_assistants_and_says_so() -> None:
    transcript = split_turns(read_text("The answer is $x = 1$."))
    assert transcript.turns[0].text("assistant") == "The answer is $x = 1$."
    assert any("who speaks" in what for what in transcript.lost)


@pytest.mark.parametrize(
    "line",
    [
        "Thought for 69 seconds",
        "**Thought for 1m 23s**",
        "> Thought for a few seconds",
        "Thought for 2 minutes >",
    ],
)
def test_marks_of_thinking(line: str) -> None:
    assert THOUGHT_FOR.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "I thought for 10 seconds about it",
        "Thought for food.",
        "It thought for 69 seconds and failed.",
        "Thought",
    ],
)
def test_a_sentence_about_thinking_is_no_mark(line: str) -> None:
    assert not THOUGHT_FOR.match(line)


@pytest.mark.parametrize("line", ["10/13/2025, 12:47:31 PM", "2025-10-13 09:05", "Oct 3, 2025 at 9:05 PM", "**3/4/2025, 9:05 AM**"])
def test_times(line: str) -> None:
    assert is_timestamp(line)


@pytest.mark.parametrize("line", ["1/2", "at 9:05 we met on 3/4/2025, 9:05 AM", "10:1", "3/4/2025", "n/2, 1:2"])
def test_what_is_no_time(line: str) -> None:
    assert not is_timestamp(line)


@pytest.mark.parametrize(
    "line",
    [
        "## Solution",
        "**Answer:** 3",
        "Note: it is 3",
        "Response: fine",
        "Userland: no",
        "You said that x = 1.",
        "$x$: 3",
    ],
)
def test_what_is_no_role(line: str) -> None:
    assert role_label(line) is None


@pytest.mark.parametrize(
    "text",
    [
        "ChatGPT got the table wrong at first and fixed it after one hint.",
        "I asked it to try again without the picture.",
        "It correctly notices that the sum telescopes.",
        "Repeats the same argument three times.",
        "Correctly identifies the dual problem.",
        "The derivation matches the homework solution line by line.",
        "One-shot it, no complaints.",
    ],
)
def test_notes(text: str) -> None:
    assert note_score(text) >= STRONG


@pytest.mark.parametrize(
    "text",
    [
        "It follows that the sum telescopes.",
        "Let me double-check the table.",
        "The model has three layers, so it needs three matrices.",
        "I think the problem wants the dual norm.",
        "Adam divides by the root of the second moment, so it ignores the scale.",
        "Gradient descent converges, and it reaches the nearest solution.",
        "You asked for the name of the optimizer.",
        "Great question! It has a short answer.",
    ],
)
def test_a_models_own_words_are_no_note(text: str) -> None:
    assert note_score(text) < WEAK


def test_what_stands_inside_a_sentence_was_put_there() -> None:
    head = "Solve it.\n\nThought for 5 seconds\n\nWait, the sum of the first n\n\n"
    text = head + "A plain remark.\n\nterms is even, I think.\n\n## Answer\n\n4"
    assert role_at(split_turns(read_text(text)), line_of(text, "A plain remark")) == ["annotator"]
    whole = text.replace("first n\n", "first n is odd.\n").replace("terms is", "Terms are")
    assert role_at(split_turns(read_text(whole)), line_of(whole, "A plain remark")) == ["assistant-thinking"]


PARTS = st.sampled_from(
    [
        "Thought for 3 seconds",
        "10/13/2025, 1:00 PM",
        "## Step 1",
        "User: hi",
        "Assistant: ho",
        "wait,",
        "$$x",
        "= 1$$",
        "",
        "",
        "It correctly does so.",
        "--- Page 1 ---",
        "--- Page 2 ---",
        "1 / 2",
        "2 / 2",
        "α",
        "\u200b=",
        "some words",
    ]
)


@given(st.lists(PARTS, min_size=1, max_size=30))
def test_every_line_is_spoken_or_on_record(parts: list[str]) -> None:
    text = "\n".join([*parts, "end"])
    transcript = split_turns(read_text(text))
    held: dict[int, str] = {}
    for turn in transcript.turns:
        for segment in turn.segments:
            lines = segment.text.split("\n")
            assert len(lines) == segment.line_end - segment.line_start + 1
            held.update(zip(range(segment.line_start, segment.line_end + 1), lines, strict=True))
    recorded = {r.line for r in transcript.repairs if r.kind in ("furniture", "zero-width")}
    for n, line in enumerate(text.split("\n"), 1):
        assert not line.strip() or n in held or n in recorded
    assert [t.number for t in transcript.turns] == sorted({t.number for t in transcript.turns})


def _real(name: str) -> tuple[Path, Transcript]:
    from derive.transcripts.sources import read_source

    shared = Path(os.environ["DERIVE_SHARED"])
    return shared / "corpus", split_turns(read_source(shared / "transcripts" / name))


@pytest.mark.shared
def test_turns_of_the_first_real_conversation() -> None:
    corpus, transcript = _real("claude-hw2.txt")
    (labels,) = [d for d in json.loads((corpus / "turns.json").read_text(encoding="utf-8")) if d["doc"] == "claude-hw2.txt"]
    assert [t.number for t in transcript.turns] == [t["turn"] for t in labels["turns"]]
    by_line = {(n, s.role, s.displaced): t.number for t in transcript.turns for s in t.segments for n in range(s.line_start, s.line_end + 1)}
    right = total = 0
    for turn in labels["turns"]:
        spans = [(*span, "assistant", False) for span in turn["answer_lines"]]
        spans += [(*span, "assistant", True) for span in turn["residue_lines"]]
        spans += [(*span, "assistant-thinking", False) for span in turn["thinking_lines"]]
        spans += [(*turn["user_lines"], "user", False)] if turn["user_lines"] else []
        for first, last, role, displaced in spans:
            total += last - first + 1
            right += sum(by_line.get((n, role, displaced)) == turn["turn"] for n in range(first, last + 1))
    assert right / total >= 0.98


@pytest.mark.shared
def test_three_turns_of_the_second_real_conversation() -> None:
    _, transcript = _real("deepseek-hw2.md")
    assert len(transcript.turns) == 3
    assert not any(t.prompt_lost for t in transcript.turns)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["claude-hw2.txt", "deepseek-hw2.md"])
def test_labelled_notes_are_found_and_few_others(name: str) -> None:
    corpus, transcript = _real(name)
    rows = [json.loads(row) for row in (corpus / "annotations.jsonl").read_text(encoding="utf-8").splitlines()]
    labelled = {n for r in rows if r["doc"] == name for n in range(r["line_start"], r["line_end"] + 1)}
    noted = {n for t in transcript.turns for s in t.segments if s.role == "annotator" for n in range(s.line_start, s.line_end + 1)}
    spoken = {n for n, line in enumerate(_lines(corpus, name), 1) if line.strip()}
    assert len(labelled & noted) / len(labelled & spoken) >= 0.95
    claims = [json.loads(row) for row in (corpus / "claims.jsonl").read_text(encoding="utf-8").splitlines()]
    models = {
        n for c in claims if c["doc"] == name and c["role"].startswith("assistant") for n in range(c["line_start"], c["line_end"] + 1)
    } - labelled
    assert len(models & noted) < 0.01 * len(models)


def _lines(corpus: Path, name: str) -> list[str]:
    return (corpus.parent / "transcripts" / name).read_text(encoding="utf-8").split("\n")
