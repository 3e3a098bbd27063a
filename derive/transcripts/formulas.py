"""Formulas broken over lines, joined for reading; every line keeps its number.

A formula `$$ ... $$`, `\\[ ... \\]`, `\\( ... \\)` or `$ ... $` that spans lines is put on its first
line; the lines it also stood on keep what follows the formula, or become empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_LINES = 40  # lines one formula may span; more is a stray delimiter
_CLOSES = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$": "$"}
_DELIMITER = re.compile(r"\\\\|\\\$|\$\$|\$|\\\[|\\\]|\\\(|\\\)")
_COMMAND = re.compile(
    r"\\(?:text|mathrm|operatorname|textbf|mbox)\*?\s*\{[^{}]*\}|\\(?:begin|end)\{[^{}]*\}|\\[A-Za-z]+"
)
_WORD = re.compile(r"[A-Za-z]{3,}")
_FUNCTIONS = frozenset(
    ("max", "min", "arg", "argmin", "argmax", "sign", "sgn", "log", "exp", "sin", "cos", "tan", "lim", "inf", "sup", "det", "diag", "span", "for", "all")
)


@dataclass(frozen=True)
class Join:
    """A formula that was joined: indices of its first and last line, the text before and after."""

    first: int
    last: int
    before: str
    after: str


def prose_words(text: str) -> list[str]:
    """Words of ordinary language in a text, with LaTeX commands and functions left out."""
    bare = _COMMAND.sub(" ", text)
    return [w for w in _WORD.findall(bare) if w.lower() not in _FUNCTIONS]


def join_formulas(lines: Sequence[str]) -> tuple[list[str], list[Join]]:
    """Join formulas that span lines. Returns as many lines as were given, and what was joined.

    A formula ends at its own closing delimiter before the next empty line. An opening
    delimiter whose formula would be prose is stray and stays as it is.
    """
    out = list(lines)
    joins: list[Join] = []
    fenced = False
    i = 0
    while i < len(out):
        if out[i].lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        opening = None if fenced else _unclosed(out[i])
        if opening is None:
            i += 1
            continue
        join = _closing(out, i, *opening)
        if join is None:
            i += 1
            continue
        last, cut = join
        before = "\n".join(lines[i : last + 1])
        pieces = [out[i].rstrip(), *(text.strip() for text in out[i + 1 : last]), out[last][:cut].strip()]
        rest = out[last][cut:]
        out[i] = " ".join(piece for piece in pieces if piece)
        out[i + 1 : last] = [""] * (last - i - 1)
        out[last] = rest
        joins.append(Join(i, last, before, "\n".join(out[i : last + 1])))
        i = last
    return out, joins


def _unclosed(line: str) -> tuple[str, int] | None:
    """The delimiter that opens on a line and does not close there, with the place behind it."""
    opened: tuple[str, int] | None = None
    for match in _DELIMITER.finditer(line):
        token = match.group()
        if opened is None:
            if token in _CLOSES:
                opened = (token, match.end())
        elif token == _CLOSES[opened[0]]:
            opened = None
        elif token == "$$" and opened[0] == "$":
            opened = (token, match.end())
    return opened


def _closing(lines: Sequence[str], first: int, opening: str, start: int) -> tuple[int, int] | None:
    """Line and place behind the delimiter that closes what `opening` began, or None."""
    close = _CLOSES[opening]
    reach = 3 if opening in ("$", "\\(") else MAX_LINES
    content = [lines[first][start:]]
    for j in range(first + 1, min(len(lines), first + reach + 1)):
        if not lines[j].strip():
            # A display that opens on a line of its own may be followed by one empty line.
            if j == first + 1 and not content[0].strip() and opening in ("$$", "\\["):
                continue
            return None
        for match in _DELIMITER.finditer(lines[j]):
            if match.group() == close:
                content.append(lines[j][: match.start()])
                return (j, match.end()) if _is_formula(" ".join(content), opening) else None
            if match.group() == "$$":
                return None
        content.append(lines[j])
    return None


def _is_formula(content: str, opening: str) -> bool:
    words = len(prose_words(content))
    if opening == "$":
        return words <= 1 and bool(re.search(r"[\\^_=<>+]", content))
    return words <= 3 + len(content) // 40
