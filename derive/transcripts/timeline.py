"""For each problem and turn: where the right answer first stands, where it is left, doubted and regained."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from derive.transcripts.claims.claim import Claim
from derive.transcripts.turns import Transcript

_DOUBT = re.compile(
    r"\b(?:but wait|wait,|hmm|double[- ]?check|re-?check|reconsider|let me (?:check|verify|re-?read|re-?derive|think again)|not quite|i made a mistake|made an error"
    r"|question that|is (?:this|that) (?:really|always|correct|right))\b", re.I)
NEAR = 1  # lines within which two words of doubt are one doubt


@dataclass(frozen=True)
class Course:
    """The course of one answer in one turn.

    problem; what: 'answer' or 'name'; first_correct_line: None where it is never right; left_lines: where
    something else is asserted after it was right; regained_lines: where it is right again; ends: right, wrong,
    partial or open; doubt_lines: words of doubt after it was first right in the conversation; lines_after: lines
    that the model goes on after it was first right in the turn.
    """

    turn: int
    problem: str
    what: str
    first_correct_line: int | None
    left_lines: tuple[int, ...]
    regained_lines: tuple[int, ...]
    ends: str
    doubt_lines: tuple[int, ...]
    lines_after: int

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {**{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}, "doubts": len(self.doubt_lines)}


def courses(transcript: Transcript, claims: Sequence[Claim]) -> list[Course]:
    """The course of every answer and name that the claims give, turn by turn."""
    out: list[Course] = []
    reached: set[tuple[str, str]] = set()
    for turn in transcript.turns:
        spoken = [s for s in turn.segments if s.role in ("assistant", "assistant-thinking") and not s.displaced]
        last = max((s.line_end for s in spoken), default=0)
        doubts = _doubts([(s.line_start + k, text) for s in spoken for k, text in enumerate(s.text.split("\n"))])
        stated: dict[tuple[str, str], list[Claim]] = {}
        for c in claims:
            if c.turn == turn.number and (c.answers or c.type == "identification") and c.modality != "withdrawn":
                stated.setdefault((c.part.partition("#")[0], "name" if c.type == "identification" else "answer"), []).append(c)
        for (problem, what), found in stated.items():
            out.append(_course(turn.number, problem, what, found, doubts, last, (problem, what) in reached))
            if out[-1].first_correct_line is not None:
                reached.add((problem, what))
    return out


def _course(turn: int, problem: str, what: str, found: Sequence[Claim], doubts: Sequence[int], last: int, before: bool) -> Course:
    first: int | None = None
    left: list[int] = []
    regained: list[int] = []
    state = "open"
    for c in sorted(found, key=lambda c: (c.place or (c.line_start, c.line_end))):
        line = (c.place or (c.line_start, c.line_end))[0]
        now = {"true": "right", "false": "wrong"}.get(c.verdict, "partial" if what == "name" and c.verdict == "undecided" else "")
        if not now:
            continue
        if now == "right" and first is None:
            first = line
        elif now == "right" and state != "right":
            regained.append(line)
        elif now != "right" and state == "right":
            left.append(line)
        state = now
    start = 0 if before else first
    after = tuple(n for n in doubts if start is not None and n > start)
    return Course(turn, problem, what, first, tuple(left), tuple(regained), state, after, max(last - first, 0) if first is not None else 0)


def _doubts(lines: Sequence[tuple[int, str]]) -> list[int]:
    out: list[int] = []
    for n, text in lines:
        if _DOUBT.search(text) and not (out and n - out[-1] <= NEAR):
            out.append(n)
    return out
