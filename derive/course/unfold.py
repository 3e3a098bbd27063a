"""A line that holds several parts, '1. (a) $x$ (b) $y$', as a line for each: where its letters go on one by one in the same dress, outside of formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.course.headings import MAX_LINE, Mark
from derive.course.label_forms import Label, label_at

FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|\\\(.*?\\\)|\\\[.*?\\\]|`[^`\n]*`", re.S)
_START = re.compile(r"(?<=\s)(?=[(\[]?\w)")
# What a sentence or a formula ends in; behind 'by' or '=' a letter is no label.
_ENDED = re.compile(r"[.;,)\]}$]\s+$|\s{2,}$")


def without_formulas(line: str) -> str:
    """A line with '$' in the place of its formulas, of the same length."""
    return FORMULA.sub(lambda m: "$" * len(m.group()), line)


def unfolded(lines: Sequence[str], marks: Sequence[Mark]) -> tuple[list[str], list[int]]:
    """The lines with each part on a line of its own, and the number of the line, from 0, in which each stood."""
    begun = {m.line: m.label for m in marks}
    out: list[str] = []
    numbers: list[int] = []
    after: Label | None = None  # the next letter that begins a line
    for k in range(len(lines) - 1, -1, -1):
        label = begun.get(k)
        pieces = _pieces(lines[k], label, after) if label is not None and len(label.letter) == 1 and len(lines[k]) <= MAX_LINE else [lines[k]]
        out += pieces[::-1]
        numbers += [k] * len(pieces)
        after = label if label is not None and (label.letter or label.number) else after
    return out[::-1], numbers[::-1]


def _pieces(line: str, label: Label, after: Label | None) -> list[str]:
    plain = without_formulas(line)
    cuts: list[int] = []
    wanted = chr(ord(label.letter) + 1)
    last = after.letter if after is not None and not after.number else ""
    for m in _START.finditer(plain):
        found = label_at(plain[m.start() : m.start() + 8], False) if _ENDED.search(plain[max(0, m.start() - 12) : m.start()]) else None
        if found is None or found[0].number not in (0, label.number) or found[0].letter != wanted or found[0].dress != label.dress:
            continue
        if "a" < last <= wanted or not plain[m.start() + found[1] :].strip():
            break
        cuts.append(m.start())
        wanted = chr(ord(wanted) + 1)
    return [line[i:j].rstrip() for i, j in zip([0, *cuts], [*cuts, len(line)], strict=True)]
