"""The lines of a text that begin like a label of a problem or a part, and what follows the label on its line. What they mean is for the outline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from derive.course.label_forms import NAMED, WORDED, Label, faint_at, label_at, letter_after
from derive.course.labels import Labels

MAX_LABEL = 160
"""Characters of a heading that is compared with the names of parts."""
MAX_LINE = 20_000
"""Characters of a line that is looked at."""


@dataclass(frozen=True)
class Mark:
    """A line that begins like a label. said: the label as it stands there; rest: what follows it; indent: the blanks before it.

    faint: it may as well be mathematics, '1.1 x'.
    """

    line: int
    label: Label
    said: str
    rest: str
    indent: int = 0
    faint: bool = False


_DECORATION = re.compile(r"^(?:\s|>|[-*+•]\s+|#{1,6}\s*|\*\*|__|\*(?=\S))*")
_MARKS = re.compile(r"#|\*\*|__")
_CLOSING = re.compile(r"^(?:\s*:(?!=))?\s*")
_POINTS = re.compile(r"^\s*:?\s*[\[(]\s*\d+(?:\.\d+)?\s*(?:points?|pts?|marks?|p)\.?\s*[\])]", re.I)
_END_OF_NAME = re.compile(r"\s*(?::|(?:\*\*|__):?|=(?!=)|$)|\s+[-–—]\s")
_DISPLAY = re.compile(r"```|(?<!\\)\$\$|(?<!\\)\\[\[\]]")
_ROW = re.compile(r"^\s*\|(?P<first>[^|]*)\|(?P<rest>.*?)\|?\s*$")
_TABLE_HEAD = re.compile(r"^\W*(part|problem|question|item|exercise|task|no|nr|#)\W*$", re.I)


def marks_of(labels: Labels, lines: Sequence[str], problem: str) -> list[Mark]:
    """Every line that begins like a label, in order. problem: the id of the one that the text is about, where that is known."""
    found: list[Mark] = []
    table = False
    skipped = displays(lines)
    for k, line in enumerate(lines):
        if k in skipped or len(line) > MAX_LINE:
            continue
        row = _ROW.match(line)
        if row is not None:
            table = table or bool(_TABLE_HEAD.match(row["first"]))
            cell = _mark(labels, row["first"].strip() + ":", problem, k) if table else None
            if cell is not None:
                found.append(replace(cell, label=replace(cell.label, kind=NAMED, dress="table"), said=row["first"].strip(), rest=row["rest"].replace("|", " ").strip()))
            continue
        table = False
        mark = _mark(labels, line, problem, k)
        if mark is not None:
            found.append(mark)
            problem = mark.label.problem or problem
    return found


def _mark(labels: Labels, line: str, problem: str, k: int) -> Mark | None:
    """The label at the beginning of a line, as it stands there, and what follows it."""
    m = _DECORATION.match(line)
    start = m.end() if m is not None else 0
    opened, s = line[:start], line[start:]
    marked = bool(_MARKS.search(opened))
    indent = len(line) - len(line.lstrip())
    # The end of a bold beginning or of a heading ends a label as a colon does.
    plain = s.replace("**", ": ") + ":" if marked else s
    found = label_at(plain, marked)
    label = found[0] if found is not None else None
    said, rest = _cut(s, found[1] if found is not None else 0)
    tail = rest.lstrip(" *_,-–—")
    named = _name(labels, tail, problem)
    if named is not None:
        own, end = named
        if label is not None and not own.part and label.letter:
            own = replace(own, letter=label.letter, dress=label.dress)
        said, rest, label = said + tail[:end], tail[end:], own
    if label is None:
        faint = faint_at(s)
        return Mark(k, faint[0], s[: faint[1]], s[faint[1] :].lstrip(" ="), indent, True) if faint is not None else None
    after = _letter(labels, label, rest)
    if after is not None:
        label, (more, rest) = after[0], _cut(rest, after[1])
        said += more
        opened += "**" * (said.count("**") % 2)
    return Mark(k, label, said.replace("**", "").strip(" *_:" if named is not None else " *_"), _after(rest, opened), indent)


def _cut(text: str, end: int) -> tuple[str, str]:
    """A text before and from a place; '**' stays in one piece."""
    end -= text[end - 1 : end + 1] == "**" and not text[:end].endswith("**")
    return text[:end], text[end:]


def _letter(labels: Labels, label: Label, rest: str) -> tuple[Label, int] | None:
    """The label of a problem with the letter of one of its parts that follows it; None where no such letter does."""
    problem_alone = (label.problem and not label.part) or (label.number and label.worded != "part")
    if label.letter or not problem_alone:
        return None
    found = letter_after(rest)
    if found is None:
        return None
    letter, end = found
    whole = replace(label, letter=letter.letter, dress=letter.dress, kind=max(label.kind, letter.kind))
    own = labels.part_of(label.problem, letter.letter, WORDED) if label.problem else labels.placed(whole, "", True)
    return (whole, end) if own is not None else None


def _after(rest: str, opened: str) -> str:
    """What follows a heading on its line, without a colon and the marks that close what `opened` it."""
    for mark in ("**", "__"):
        if mark in opened:
            rest = re.sub(rf"^\s*:?\s*{re.escape(mark)}", "", rest, count=1)
    return _CLOSING.sub("", _POINTS.sub("", rest))


def _name(labels: Labels, text: str, problem: str) -> tuple[Label, int] | None:
    """The name of a part or problem that a text begins with: up to a colon, a dash, an equality or the end of its line."""
    for m in _END_OF_NAME.finditer(text[:MAX_LABEL]):
        if m.group().strip() == "=":
            return None  # an equation: 'value = ...' is an answer's own beginning
        said = text[: m.start()]
        label = labels.named(said, problem)
        if label is not None:
            return label, m.end()
        if labels.shared(said):
            return Label(part=said, kind=NAMED), m.end()
        if m.end() == len(text):
            break
    return None


def displays(lines: Sequence[str]) -> set[int]:
    """The lines that begin inside a displayed formula or a fenced block: no heading stands there. What is never closed opens nothing."""
    out: set[int] = set()
    inside: list[int] = []
    closer = ""
    for k, line in enumerate(lines):
        if closer and closer != "```" and not line.strip():  # no formula goes over an empty line
            closer, inside = "", []
        if closer:
            inside.append(k)
        for m in _DISPLAY.finditer(line):
            sign = m.group()
            if not closer and sign != r"\]":
                closer, inside = r"\]" if sign == r"\[" else sign, []
            elif sign == closer:
                out.update(inside)
                closer, inside = "", []
    return out
