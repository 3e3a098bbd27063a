"""Blocks of a text: headings, paragraphs, displayed formulas, lists, tables, code.

A block keeps the numbers of its lines; empty lines belong to no block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["prose", "formula", "heading", "list", "code", "rule", "table"]
Line = tuple[int, str]

_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+\S")
# `**Solution**`, `**Step 1: Rewrite**`, `Final Answer:` stand for headings in many answers.
_BOLD_HEADING = re.compile(r"^\s*(?:[^\w\s*]\S*\s+)?\*\*[^*]{2,70}\*\*:?\s*$")
_NAMED_HEADING = re.compile(
    r"^\s*(?:final answers?|solution|answer|step \d+)\s*(?:[:.—–-].{0,60})?$", re.IGNORECASE
)
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|(?:\* ){2,}\*)\s*$")
_LIST = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+\S")
_OPENS = {"$$": "$$", "\\[": "\\]"}
TERMINAL = re.compile(r"[.!?:;…][\"'”’)*_\]]*\s*$|\$\$\s*$|\\\]\s*$")


@dataclass(frozen=True)
class Block:
    """Consecutive lines of one kind. gap: empty lines before it."""

    kind: BlockKind
    lines: tuple[Line, ...]
    gap: int = 0

    @property
    def text(self) -> str:
        """The lines, joined by spaces, without indentation."""
        return " ".join(text.strip() for _, text in self.lines)


def is_heading(text: str) -> bool:
    """Whether a line is a heading: Markdown, a line in bold, or the name of a part of an answer."""
    return bool(_HEADING.match(text) or _BOLD_HEADING.match(text) or _NAMED_HEADING.match(text))


def to_blocks(stream: Sequence[Line], wrapped: bool = False) -> list[Block]:
    """Cut a stream of numbered lines into blocks.

    wrapped: the lines come from a page and have no empty lines between paragraphs; then a
    paragraph ends where a sentence ends with its line, or where a line is clearly short.
    """
    width = max((len(text) for _, text in stream), default=0)
    blocks: list[Block] = []
    held: list[Line] = []
    gap = 0
    i = 0

    def close() -> None:
        nonlocal held, gap
        if held:
            blocks.append(Block(_kind(held), tuple(held), gap))
            held, gap = [], 0

    while i < len(stream):
        text = stream[i][1].strip()
        if not text:
            close()
            gap += 1
            i += 1
        elif text.startswith(("```", "~~~")):
            close()
            end = _until(stream, i, text[:3], starts=True)
            blocks.append(Block("code", tuple(stream[i:end]), gap))
            gap, i = 0, end
        elif text[:2] in _OPENS and _OPENS[text[:2]] not in text[2:]:
            close()
            end = _until(stream, i, _OPENS[text[:2]], starts=False)
            blocks.append(Block("formula", tuple(stream[i:end]), gap))
            gap, i = 0, end
        elif is_heading(text) or _RULE.match(text):
            close()
            blocks.append(Block("rule" if _RULE.match(text) else "heading", (stream[i],), gap))
            gap, i = 0, i + 1
        else:
            if held and (_is_formula(text) or _is_formula(held[-1][1].strip()) or _LIST.match(text)):
                close()
            held.append(stream[i])
            if wrapped and (TERMINAL.search(text) or len(text) < 0.55 * width):
                close()
            i += 1
    close()
    return blocks


def _until(stream: Sequence[Line], start: int, mark: str, starts: bool) -> int:
    for j in range(start + 1, len(stream)):
        text = stream[j][1].strip()
        if text.startswith(mark) if starts else mark in text:
            return j + 1
    # A stray opening mark: the block is its own line.
    return start + 1


def _is_formula(text: str) -> bool:
    return bool(re.match(r"^(?:\$\$.*\$\$|\\\[.*\\\])\s*[.,;]?$", text))


def _kind(held: Sequence[Line]) -> BlockKind:
    first = held[0][1].strip()
    if _is_formula(first):
        return "formula"
    if first.startswith("|") and first.count("|") > 1:
        return "table"
    return "list" if _LIST.match(first) else "prose"
