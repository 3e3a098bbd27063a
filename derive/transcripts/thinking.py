"""What a model said: where its visible thinking ends and its answer begins.

`Thought for N seconds` opens thinking; nothing closes it. An answer opens with a heading after
which the deliberation ("wait", "let me check") does not come back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.transcripts.blocks import TERMINAL, Block, Line, to_blocks
from derive.transcripts.cues import THINK_CLOSE, THINK_OPEN, THOUGHT_FOR, THOUGHT_SUMMARY
from derive.transcripts.notes import STRONG, find_notes
from derive.transcripts.pieces import Piece, Role, pieces_of, pieces_of_lines

_DELIBERATES = re.compile(
    r"\b(?:wait|hmm+|let me|I'll|I will|I think|I recall|I need to|I should|I must|maybe|perhaps I|okay,"
    r"|alright,"
    r"|we (?:are|were) (?:given|asked)|we need to|the user)\b",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"\b(?:hmm+|(?:but|oh,?) wait|let me (?:check|think|re\w+|consider|double|see|look|verify|try|start)"
    r"|I(?:'ll| will) (?:go with|answer|stick|check|put|now)|maybe I\b)|^(?:oh,? |no,? )?wait\b",
    re.IGNORECASE,
)
_WRAPS_FROM = 50  # a summary line shorter than this was not broken by the page's width
_SUMMARY_LINES = 4


def find_marks(stream: Sequence[Line]) -> tuple[int, ...]:
    """Indices of the lines that open thinking: `Thought for ...`, `Thought: ...`, `<think>`."""
    opens = (THOUGHT_FOR, THOUGHT_SUMMARY, THINK_OPEN)
    return tuple(i for i, (_, text) in enumerate(stream) if any(p.match(text) for p in opens))


def summary_length(stream: Sequence[Line], start: int) -> int:
    """How many lines a one-sentence summary `Thought: ...` takes when the page broke it."""
    count = 1
    while start + count < len(stream) and count < _SUMMARY_LINES:
        text, after = stream[start + count - 1][1].strip(), stream[start + count][1].strip()
        if not after or TERMINAL.search(text) or len(text) < _WRAPS_FROM or not after[0].islower():
            break
        count += 1
    return count


def answer_start(blocks: Sequence[Block], notes: set[int]) -> int:
    """Index of the first block of the visible answer in what follows a `Thought for` line.

    0 when no thinking is shown, len(blocks) when no answer is.
    """
    said = [i for i in range(len(blocks)) if i not in notes]
    weighs = [i for i in said if _DELIBERATES.search(blocks[i].text.replace("’", "'"))]
    returns = [i for i in said if _RETURNS.search(blocks[i].text.replace("’", "'"))]
    if not weighs and not returns:
        return 0
    last = max(returns or weighs)
    after = [i for i in said if i > max(returns, default=-1)]
    opening = next((i for i in after if blocks[i].kind in ("heading", "rule")), None)
    if opening is not None:
        return opening if min((*weighs, *returns)) < opening else 0
    return next((i for i in said if i > last and blocks[i].kind != "rule"), len(blocks))


def split_assistant(
    stream: Sequence[Line], turn: int, wrapped: bool = False, strong: float = STRONG
) -> list[Piece]:
    """Give each line of what the model said its role: thinking, answer, or a note between."""
    marks = find_marks(stream)
    pieces = _answer(stream[: marks[0]] if marks else stream, turn, wrapped, strong)
    for mark, end in zip(marks, (*marks[1:], len(stream)), strict=False):
        pieces += _after_mark(stream[mark:end], turn, wrapped, strong)
    return pieces


def _after_mark(stream: Sequence[Line], turn: int, wrapped: bool, strong: float) -> list[Piece]:
    first = stream[0][1]
    if THINK_OPEN.match(first):
        end = next((i for i, (_, text) in enumerate(stream) if THINK_CLOSE.search(text)), len(stream) - 1)
        inside = [(n, THINK_CLOSE.sub("", THINK_OPEN.sub("", text))) for n, text in stream[: end + 1]]
        thinking = _split_notes(inside, "assistant-thinking", turn, wrapped, strong)
        return thinking + _answer(stream[end + 1 :], turn, wrapped, strong)
    if THOUGHT_SUMMARY.match(first):
        count = summary_length(stream, 0)
        summary = pieces_of_lines(stream[:count], "assistant-thinking", turn)
        return summary + _answer(stream[count:], turn, wrapped, strong)
    blocks = to_blocks(stream[1:], wrapped)
    notes = find_notes(blocks, strong, by_place=not wrapped)
    start = answer_start(blocks, notes)
    pieces = pieces_of_lines(stream[:1], "assistant-thinking", turn)
    for i, block in enumerate(blocks):
        role: Role = "annotator" if i in notes else "assistant-thinking" if i < start else "assistant"
        pieces += pieces_of([block], role, turn)
    return pieces


def _answer(stream: Sequence[Line], turn: int, wrapped: bool, strong: float) -> list[Piece]:
    return _split_notes(stream, "assistant", turn, wrapped, strong)


def _split_notes(stream: Sequence[Line], role: Role, turn: int, wrapped: bool, strong: float) -> list[Piece]:
    blocks = to_blocks(stream, wrapped)
    notes = find_notes(blocks, strong, by_place=not wrapped)
    pieces: list[Piece] = []
    for i, block in enumerate(blocks):
        pieces += pieces_of([block], "annotator" if i in notes else role, turn)
    return pieces
