"""Formulas of a conversation with the lines in which they stand, and the prose round them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.grading.text.segments import Piece
from derive.transcripts.formulas import prose_words
from derive.transcripts.plain import pieces_of
from derive.transcripts.repair import Repair
from derive.transcripts.turns import Segment, Turn

BEFORE, AFTER = 400, 160  # characters of prose that are kept round a formula
NEAR = 8  # pieces behind a formula among which the next one is looked for
MAX_FORMULA = 2000
MAX_SPANS = 2000  # formulas of one turn that are looked at
MODEL = ("assistant", "assistant-thinking")


@dataclass(frozen=True)
class Span:
    """A formula as it stands.

    line_start, line_end: in the source as given; text: the source's own characters; latex: the
    formula joined over lines, without delimiters; before, after: the prose round it with other
    formulas before it left out as a blank `$` but for names of norms; display: it stands on its own; boxed: in a box; lossy: it was
    put together from displaced pieces, which stand on its lines; place: the lines of the hole that it left; others: in what other ways it could be, each with its last line.
    """

    turn: int
    role: str
    line_start: int
    line_end: int
    text: str
    latex: str
    before: str
    after: str
    display: bool
    boxed: bool = False
    others: tuple[tuple[str, int], ...] = ()
    lossy: bool = False
    place: tuple[int, int] | None = None


def spans_of(turn: Turn, lines: Sequence[str], repairs: Sequence[Repair]) -> list[Span]:
    """Every displayed or inline formula of what the model says, in the order of the text.

    lines: the source as given; repairs: what was joined (a formula that spans lines stands on its first).
    """
    joined = {r.line: r.line + r.before.count("\n") for r in repairs if r.kind == "formula"}
    out: list[Span] = []
    for s in turn.segments:
        if s.role in MODEL and not s.displaced:
            out += _of_segment(turn.number, s, lines, joined)
    return out[:MAX_SPANS]


def _of_segment(number: int, s: Segment, lines: Sequence[str], joined: dict[int, int]) -> list[Span]:
    found = [p for p in pieces_of(s.text) if not (p.formula and is_prose(p.text))]
    out: list[Span] = []
    line, counted = s.line_start, 0
    for k, p in enumerate(found):
        if not p.formula or len(p.text) > MAX_FORMULA or not p.text.strip():
            continue
        if len(out) >= MAX_SPANS:
            break
        line += s.text.count("\n", counted, p.start)
        first, counted = line, p.start
        following = next((q for q in found[k + 1 : k + NEAR] if q.formula), None)
        last_of_line = following is None or following.start >= _line_end(s.text, p.start + len(p.text))
        end = first + p.text.count("\n")
        if last_of_line and first in joined:
            end = max(end, joined[first])
        before = "".join(_blanked(q) for q in found[max(0, k - 30) : k])[-BEFORE:]
        after = "".join(f" ${q.text}$ " if q.formula else q.text for q in found[k + 1 : k + 6])[:AFTER]
        text = p.text if end == first else "\n".join(lines[first - 1 : end])
        out.append(Span(number, s.role, first, end, text, " ".join(p.text.split()), before, after, p.display, p.boxed))
    return out


def _blanked(p: Piece) -> str:
    """A piece as it stands in the prose round another formula: the name of a norm stays."""
    if not p.formula:
        return p.text
    return f" {p.text.strip()} $ " if _NAMES_A_NORM.fullmatch(p.text) else " $ "


_P = r"\{?\s*(?:\d|\\infty|∞)\s*\}?"
_NAMES_A_NORM = re.compile(
    rf"\s*(?:(?:L|\\ell|ℓ)\s*_?\s*{_P}(?:\s*\^\s*\{{?2\}}?)?|(?:\\frac\s*\{{?1\}}?\s*\{{?\\alpha\}}?\s*)?(?:\\\||\\lVert|‖)\s*(?:\\Delta\s*\\theta|[udwx]|\\cdot|·)\s*(?:\\\||\\rVert|‖)\s*_\s*{_P}(?:\s*\^\s*\{{?2\}}?)?"
    rf"|p\s*(?:=|\\to|\\rightarrow|→)\s*{_P})\s*")


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def is_prose(text: str) -> bool:
    """Whether what stands between two dollars is language: a delimiter was lost or belongs to money."""
    return len(prose_words(text)) > 3 + len(text) // 40


def sentence_before(before: str) -> str:
    """The part of the sentence that leads to a formula (or the last whole one, where it begins a line)."""
    tail = before.rstrip()
    cut = max((m.end() for m in re.finditer(r"(?<!\be\.g)(?<!\bi\.e)[.!?](?=\s)|(?<!:)\n\s*\n", tail[:-1])), default=0)
    return tail[cut:].strip()
