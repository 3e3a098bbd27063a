"""Who said what, by the cue a conversation carries: times, role labels, or thinking marks.

Each splitter takes a stream of numbered lines and returns pieces in the order of the lines.
Lines it gives to no one (times, labels, a title) are not part of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.transcripts.blocks import Line, is_heading, to_blocks
from derive.transcripts.cues import THOUGHT_SUMMARY, Label, is_timestamp, role_label
from derive.transcripts.notes import STRONG, find_notes, note_score
from derive.transcripts.pieces import Piece, Role, pieces_of, pieces_of_lines
from derive.transcripts.prompts import prompt_start
from derive.transcripts.thinking import answer_start, find_marks, split_assistant

# Where the format already says who speaks, a paragraph must speak very much unlike its speaker.
STRONG_INSIDE = 2.5
STRONG_IN_PROMPT = 3.5
_TITLE_LONGEST = 80


def has_times(stream: Sequence[Line]) -> bool:
    """Whether times of day stand between the messages."""
    return sum(is_timestamp(text) for _, text in stream) >= 2


def has_labels(stream: Sequence[Line]) -> bool:
    """Whether both speakers are announced by name."""
    found = {label[0] for _, text in stream if (label := role_label(text))}
    return "user" in found and "assistant" in found


def has_marks(stream: Sequence[Line]) -> bool:
    """Whether thinking is announced."""
    return bool(find_marks(stream))


def split_by_times(stream: Sequence[Line], wrapped: bool) -> list[Piece]:
    """Messages with a time behind (or before) each: user and assistant in turn.

    A message that opens with a summary of thinking is the assistant's, whatever the count
    says; the prompt before it is then lost (an attachment, for instance).
    """
    messages: list[list[Line]] = [[]]
    for line in stream:
        if is_timestamp(line[1]):
            messages.append([])
        elif line[1].strip():
            messages[-1].append(line)
    opens = [bool(m) and THOUGHT_SUMMARY.match(m[0][1]) is not None for m in messages]
    first = opens.index(True) if True in opens else (0 if messages[0] else 1)
    user_parity = (first + 1) % 2 if True in opens else first % 2
    if user_parity == 1:
        messages, opens = messages[1:], opens[1:]  # what stands before the first time is a title
    else:
        messages[0] = _without_title(messages[0])
    pieces: list[Piece] = []
    turn, users = 0, True
    for message, thinks in zip(messages, opens, strict=True):
        if users and not thinks:
            if message or message is not messages[-1]:
                turn += 1
                pieces += _prompt(message, turn, wrapped)
            users = False
            continue
        if users:
            turn += 1
        pieces += split_assistant(message, turn, wrapped, STRONG_INSIDE)
        users = True
    return pieces


def _without_title(message: list[Line]) -> list[Line]:
    """A short first line that is no sentence and does not run on is the conversation's title."""
    if len(message) < 2:
        return message
    first, second = message[0][1].strip(), message[1][1].strip()
    width = max(len(text) for _, text in message)
    ends = re.search(r"[.?!:,;]\s*$", first)
    runs_on = len(first) > 0.8 * width and len(message) > 2
    starts_anew = second[:1].isupper() or not second[:1].isalpha()
    if len(first) <= _TITLE_LONGEST and starts_anew and not ends and not runs_on:
        return message[1:]
    return message


def _prompt(stream: Sequence[Line], turn: int, wrapped: bool) -> list[Piece]:
    blocks = to_blocks(stream, wrapped)
    notes = find_notes(blocks, STRONG_IN_PROMPT, by_place=False)
    pieces: list[Piece] = []
    for i, block in enumerate(blocks):
        pieces += pieces_of([block], "annotator" if i in notes else "user", turn)
    return pieces


def split_by_labels(stream: Sequence[Line], wrapped: bool) -> list[Piece]:
    """Messages under a label with the speaker's role."""
    sections: list[tuple[Label | None, list[Line]]] = [(None, [])]
    fenced = False
    for number, text in stream:
        if text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        found = None if fenced else role_label(text)
        if found is not None:
            sections.append((found[0], [(number, found[1])] if found[1] else []))
        else:
            sections[-1][1].append((number, text))
    pieces: list[Piece] = []
    turn, answered = 0, True
    for k, (label, section) in enumerate(sections):
        section = [line for line in section if not is_timestamp(line[1])]
        if label == "user":
            turn += answered
            answered = False
            pieces += _prompt(section, turn, wrapped)
        elif label == "assistant":
            turn, answered = max(turn, 1), True
            pieces += split_assistant(section, turn, wrapped, STRONG_INSIDE)
        elif label == "assistant-thinking":
            turn, answered = max(turn, 1), True
            answer = next((name for name, _ in sections[k + 1 :] if name in ("user", "assistant")), None)
            pieces += _thinking_section(section, turn, wrapped, answer == "assistant")
        else:
            preamble = [line for line in section if label or not is_heading(line[1])]
            pieces += pieces_of_lines(preamble, "annotator", max(turn, 1))
    return pieces


def _thinking_section(section: Sequence[Line], turn: int, wrapped: bool, labelled: bool) -> list[Piece]:
    """Thinking under its own label; an answer may follow it without one, unless it has its own label (labelled)."""
    blocks = to_blocks(section, wrapped)
    notes = find_notes(blocks, STRONG_INSIDE, by_place=not wrapped)
    start = len(blocks) if labelled else answer_start(blocks, notes) or len(blocks)
    pieces: list[Piece] = []
    for i, block in enumerate(blocks):
        role: Role = "annotator" if i in notes else "assistant-thinking" if i < start else "assistant"
        pieces += pieces_of([block], role, turn)
    return pieces


def split_by_marks(stream: Sequence[Line], wrapped: bool) -> list[Piece]:
    """Thinking marks alone: before a mark stands the prompt, behind it thinking and answer.

    The prompt of the next turn follows the answer without any sign of its own.
    """
    marks = find_marks(stream)
    pieces = _prompt_with_notes(stream[: marks[0]], 1, wrapped)
    for turn, (mark, end) in enumerate(zip(marks, (*marks[1:], len(stream)), strict=True), 1):
        stretch = stream[mark:end]
        last = turn == len(marks)
        said, prompt = (stretch, []) if last else _cut_prompt(stretch, wrapped)
        pieces += split_assistant(said, turn, wrapped)
        pieces += _prompt_with_notes(prompt, turn + 1, wrapped)
    return pieces


def _cut_prompt(stretch: Sequence[Line], wrapped: bool) -> tuple[Sequence[Line], Sequence[Line]]:
    blocks = to_blocks(stretch[1:], wrapped)
    notes = find_notes(blocks, by_place=not wrapped)
    start = answer_start(blocks, notes)
    if start >= len(blocks):
        start = 0
    cut = prompt_start(blocks[start:], {i - start for i in notes if i >= start})
    if cut is None:
        return stretch, []
    first = blocks[start + cut].lines[0][0]
    place = next(i for i, (number, _) in enumerate(stretch) if number == first)
    return stretch[:place], stretch[place:]


def _prompt_with_notes(stream: Sequence[Line], turn: int, wrapped: bool) -> list[Piece]:
    blocks = to_blocks(stream, wrapped)
    notes = find_notes(blocks, by_place=False)
    pieces: list[Piece] = []
    for i, block in enumerate(blocks):
        pieces += pieces_of([block], "annotator" if i in notes else "user", turn)
    return pieces


def split_alone(stream: Sequence[Line], wrapped: bool) -> list[Piece]:
    """No cue at all: everything is the assistant's, apart from notes."""
    return split_assistant(stream, 1, wrapped)


def cut_note(text: str) -> tuple[str, str] | None:
    """A note that a person wrote behind the end of a line: (the line's own text, the note)."""
    match = re.match(r"^(.*(?:\$\$|[.!?:,;$)\]}]))\s{2,}([A-Z][^$]*)$", text)
    if match is None or note_score(match.group(2)) < STRONG:
        return None
    return match.group(1), match.group(2)
