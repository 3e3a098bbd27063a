"""Where displaced formulas belong: the holes that they left in the prose of their page, in the order of both.

A text layer breaks a line at an inline formula, so that the next line begins with a blank or a punctuation
mark; within a line it leaves two blanks, or a blank before a mark. A displayed formula leaves nothing: only a
colon, or a heading, before it. Formulas and holes are matched in order; what does not fit stays unplaced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

INLINE, COLON, HEADING, MORE = "inline", "colon", "heading", "more"  # more: a further display behind the same colon
_GAIN = {
    (INLINE, True): 2.0, (INLINE, False): 1.6, (COLON, True): 2.0, (COLON, False): -1.0,
    (HEADING, True): 0.3, (HEADING, False): -5.0, (MORE, True): 0.6, (MORE, False): -5.0,
}
_LOSS = {INLINE: 0.5, COLON: 0.3, HEADING: 0.0, MORE: 0.0}
_UNPLACED = {True: 1.0, False: 0.1}
MARGIN = 0.45  # of the scores below
_WITHIN = re.compile(r"(?<=[A-Za-z,)])  (?=[A-Za-z(])|(?<=[A-Za-z,)]) (?=[.:;,!](?:\s|$))")


@dataclass(frozen=True)
class Hole:
    """Lines round a place where a formula is missing, and how it shows."""

    line_start: int
    line_end: int
    kind: str


def holes_in(lines: Sequence[tuple[int, str]]) -> list[Hole]:
    """The holes of the prose of a page, in order. lines: numbered, page furniture left out."""
    out: list[Hole] = []
    shown = [(n, t) for n, t in lines if t.strip()]
    for k, (n, text) in enumerate(shown):
        following = shown[k + 1] if k + 1 < len(shown) else None
        bare = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "$", text)
        out += [Hole(n, n, INLINE) for _ in _WITHIN.finditer(bare.strip())]
        broken = following is not None and re.match(r"[ .,:;!)]", following[1]) is not None and not bare.rstrip().endswith("$")
        if broken and following is not None:
            out.append(Hole(n, following[0], INLINE))
        elif bare.rstrip().endswith(":") and text.endswith(" "):
            out.append(Hole(n, n, INLINE))
        elif bare.rstrip().endswith(":"):
            if following is None or not following[1].lstrip().startswith("$"):
                out += [Hole(n, n, COLON), Hole(n, n, MORE), Hole(n, n, MORE)]
        elif text.endswith(" ") and following is not None and re.match(r"[A-Z]", following[1]) and not re.search(r"[.!?]\s*$", text) and len(text) < 45:
            out.append(Hole(n, n, INLINE))
        elif len(text) < 45 and not re.search(r"[.!?,;$]\s*$", bare) and (following is None or re.match(r"[A-Z]", following[1])):
            out.append(Hole(n, n, HEADING))
    return out


def matched(items: Sequence[bool], holes: Sequence[Hole]) -> dict[int, Hole]:
    """Items (True: a relation, False: a symbol or a phrase of them) with their holes, in the order of both.

    Only what is plain: every match of the whole that puts the item elsewhere is worse by MARGIN.
    """
    before = _scores(items, holes)
    after = [row[::-1] for row in _scores(items[::-1], holes[::-1])[::-1]]
    out: dict[int, Hole] = {}
    for i, item in enumerate(items):
        placed: dict[tuple[int, int], float] = {}
        for j, hole in enumerate(holes):
            total = before[i][j] + _GAIN[hole.kind, item] + after[i + 1][j + 1]
            lines = (hole.line_start, hole.line_end)
            placed[lines] = max(total, placed.get(lines, total))
        nowhere = max(before[i][j] - _UNPLACED[item] + after[i + 1][j] for j in range(len(holes) + 1))
        ranked = sorted(placed.items(), key=lambda kv: -kv[1])
        if ranked and ranked[0][1] >= MARGIN + max([nowhere, *(score for _, score in ranked[1:2])]):
            out[i] = Hole(*ranked[0][0], INLINE)
    return out


def _scores(items: Sequence[bool], holes: Sequence[Hole]) -> list[list[float]]:
    """The best score of matching the first i items with the first j holes."""
    best = [[0.0] * (len(holes) + 1) for _ in range(len(items) + 1)]
    for i in range(len(items) + 1):
        for j in range(len(holes) + 1):
            choices = []
            if i and j:
                choices.append(best[i - 1][j - 1] + _GAIN[holes[j - 1].kind, items[i - 1]])
            if i:
                choices.append(best[i - 1][j] - _UNPLACED[items[i - 1]])
            if j:
                choices.append(best[i][j - 1] - _LOSS[holes[j - 1].kind])
            if choices:
                best[i][j] = max(choices)
    return best
