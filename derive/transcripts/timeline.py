"""For each part and turn: where the right answer first stands, where it is left, doubted and regained, and what came after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from derive.transcripts.claims.claim import Claim
from derive.transcripts.sections import Section
from derive.transcripts.turns import Transcript, Turn

_DOUBT = re.compile(
    r"\b(?:but wait|wait,|hmm|double[- ]?check|re-?check|reconsider|let me (?:check|verify|re-?read|re-?derive|think again)|not quite|i made a mistake|made an error"
    r"|question that|is (?:this|that) (?:really|always|correct|right))\b", re.I)
NEAR = 1  # lines within which two words of doubt are one doubt
NAME, ANSWER = "name", "answer"
Words = Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Course:
    """The course of one answer in one turn.

    part: problem#part; what: 'answer' or 'name'; first_correct_line: None where it is never right; left_lines: where
    something else is asserted after it was right; regained_lines: where it is right again; ends: right, wrong,
    partial or open; ends_line: where it is said for the last time; said: how it reads there; convention: the weight
    of the penalty under which it is right, where that is not the problem's; doubt_lines: words of doubt after it was
    first right in the conversation; lines_after, words_after: how far the model goes on after it was first right in the turn.
    """

    turn: int
    problem: str
    part: str
    what: str
    first_correct_line: int | None
    left_lines: tuple[int, ...]
    regained_lines: tuple[int, ...]
    ends: str
    ends_line: int | None
    said: str
    convention: str
    doubt_lines: tuple[int, ...]
    lines_after: int
    words_after: int

    @property
    def doubts(self) -> int:
        """How often it is doubted after it was right."""
        return len(self.doubt_lines)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {**{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}, "doubts": self.doubts}


def courses(transcript: Transcript, claims: Sequence[Claim], cut: Mapping[int, Sequence[Section]] | None = None) -> list[Course]:
    """The course of every answer and name that the claims give, turn by turn.

    cut: by turn, what the model says with the problem that it is about: doubts are those about the problem.
    """
    out: list[Course] = []
    reached: set[str] = set()
    for turn in transcript.turns:
        words = words_of(turn)
        doubts = _doubts(words)
        stated: dict[str, list[Claim]] = {}
        for c in claims:
            if c.turn == turn.number and c.answers and c.modality not in ("withdrawn", "question"):
                stated.setdefault(c.part, []).append(c)
        for part, found in stated.items():
            other = [s for s in (cut or {}).get(turn.number, ()) if s.problem != part.partition("#")[0]]
            mine = [n for n in doubts if not any(s.line_start <= n <= s.line_end for s in other)]
            out.append(_course(turn.number, part, found, mine, words, part in reached))
            if out[-1].first_correct_line is not None:
                reached.add(part)
    return out


def _course(turn: int, part: str, found: Sequence[Claim], doubts: Sequence[int], words: Words, before: bool) -> Course:
    what = NAME if any(c.type == "identification" for c in found) else ANSWER
    first: int | None = None
    left: list[int] = []
    regained: list[int] = []
    state, said, convention, ends_line = "open", "", "", None
    for c in sorted(found, key=lambda c: (c.place or (c.line_start, c.line_end))):
        line = (c.place or (c.line_start, c.line_end))[0]
        now = {"true": "right", "convention": "right", "false": "wrong"}.get(c.verdict, "partial" if what == NAME and c.verdict == "undecided" else "")
        if not now:
            continue
        if now == "right" and first is None:
            first = line
        elif now == "right" and state != "right":
            regained.append(line)
        elif now != "right" and state == "right":
            left.append(line)
        state, said, ends_line = now, c.latex, line
        convention = c.convention if now == "right" else convention
    start = 0 if before else first
    after = tuple(n for n in doubts if start is not None and n > start)
    lines, spent = after_right(words, first) if first is not None else (0, 0)
    return Course(turn, part.partition("#")[0], part, what, first, tuple(left), tuple(regained), state, ends_line, said, convention, after, lines, spent)


def words_of(turn: Turn) -> Words:
    """The lines of what the model says in a turn."""
    spoken = [s for s in turn.segments if s.role in ("assistant", "assistant-thinking") and not s.displaced]
    return [(s.line_start + k, text) for s in spoken for k, text in enumerate(s.text.split("\n"))]


def after_right(words: Words, first: int) -> tuple[int, int]:
    """How many lines and words the model goes on after a line."""
    last = max((n for n, text in words if text.strip()), default=0)
    return max(last - first, 0), sum(len(text.split()) for n, text in words if n > first)


def _doubts(lines: Words) -> list[int]:
    out: list[int] = []
    for n, text in lines:
        if _DOUBT.search(text) and not (out and n - out[-1] <= NEAR):
            out.append(n)
    return out
