"""Repair of damaged text, line by line, with a record of every change.

Lines count from 1 in the source as given, and no repair adds or removes a line: a formula
joined over lines leaves empty lines behind. Lost double bars are not repaired here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from derive.transcripts.formulas import join_formulas
from derive.transcripts.mojibake import count_damage, decode
from derive.transcripts.pages import Layout, lay_out

RepairKind = Literal["bytes", "zero-width", "space", "furniture", "formula"]

DAMAGED_FROM = 3  # certain wrong characters from which a whole document counts as damaged
_ROUNDS = 3  # text can have been wrongly decoded more than once
_ZERO_WIDTH = re.compile("[\u200b\u200c\u2060\ufeff\u00ad]|(?<![\u2190-\uffff\U0001f000-\U0001ffff])\u200d")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\x0c\x0b]")


@dataclass(frozen=True)
class Repair:
    """One change to one line: `line` is its number; `lossy` says that something was guessed.

    kind: `bytes` (wrongly decoded), `zero-width`, `space` (a special space became a common one),
    `furniture` (page header, footer, advertising: the line was emptied), `formula` (joined;
    `before` holds all its lines, so it ended on line + before.count(newline)).
    """

    line: int
    kind: RepairKind
    before: str
    after: str
    lossy: bool = False


@dataclass(frozen=True)
class Repaired:
    """The lines after repair, as many as were given, and the record of the changes."""

    lines: tuple[str, ...]
    repairs: tuple[Repair, ...]

    @property
    def struts(self) -> frozenset[int]:
        """Lines that held a zero-width character: in a text layer, the struts of typeset formulas."""
        return frozenset(r.line for r in self.repairs if r.kind == "zero-width")


def repair_characters(lines: Sequence[str], first_line: int = 1) -> Repaired:
    """Repair the characters of each line: wrong bytes, zero-width characters, special spaces."""
    damaged = is_damaged(lines)
    out: list[str] = []
    repairs: list[Repair] = []
    for number, line in enumerate(lines, first_line):
        text = line
        if not text.isascii() or "\x0c" in text or "\x0b" in text:
            text = _repair_one(number, text, damaged, repairs)
        out.append(text)
    return Repaired(tuple(out), tuple(repairs))


def is_damaged(lines: Sequence[str]) -> bool:
    """Whether a document holds enough certain damage to doubt its weaker signs too."""
    count = 0
    for line in lines:
        count += 0 if line.isascii() else count_damage(line)
        if count >= DAMAGED_FROM:
            return True
    return False


def _repair_one(number: int, line: str, damaged: bool, repairs: list[Repair]) -> str:
    text, lossy = line, False
    for _ in range(_ROUNDS):
        decoded = decode(text, damaged)
        if decoded.text == text:
            break
        text, lossy = decoded.text, lossy or decoded.lossy
    if text != line:
        repairs.append(Repair(number, "bytes", line, text, lossy))
    for kind, pattern, put in (("zero-width", _ZERO_WIDTH, ""), ("space", _SPACES, " ")):
        changed = pattern.sub(put, text)
        if changed != text:
            repairs.append(Repair(number, "zero-width" if kind == "zero-width" else "space", text, changed))
            text = changed
    return text


def join_broken_formulas(numbered: Sequence[tuple[int, str]]) -> tuple[list[tuple[int, str]], list[Repair]]:
    """Join formulas over the given (line number, text) pairs; the numbers may have gaps.

    The gaps are what stood between and is not part of the stream: footers, displaced
    pieces, notes.
    """
    texts, joins = join_formulas([text for _, text in numbered])
    repairs = [Repair(numbered[join.first][0], "formula", join.before, join.after) for join in joins]
    return [(number, text) for (number, _), text in zip(numbered, texts, strict=True)], repairs


def repair_lines(lines: Sequence[str]) -> Repaired:
    """Repair characters, then empty page furniture, then join broken formulas."""
    characters = repair_characters(lines)
    layout = lay_out(characters.lines, characters.struts)
    kept = [(n, text) for n, text in enumerate(characters.lines, 1) if n not in layout.furniture]
    joined, joins = join_broken_formulas(kept)
    out = [""] * len(lines)
    for number, text in joined:
        out[number - 1] = text
    repairs = (*characters.repairs, *furniture_repairs(characters.lines, layout), *joins)
    return Repaired(tuple(out), tuple(sorted(repairs, key=lambda r: r.line)))


def furniture_repairs(lines: Sequence[str], layout: Layout) -> tuple[Repair, ...]:
    """The record of the page furniture that was taken out (empty lines are not worth one)."""
    return tuple(
        Repair(n, "furniture", lines[n - 1], "") for n in sorted(layout.furniture) if lines[n - 1].strip()
    )
