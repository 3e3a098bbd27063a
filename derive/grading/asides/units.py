"""A text in sentences, and sentences in clauses; nothing is cut within a formula or within brackets.

A bracket that opens with a word behind a space is a clause of its own: 'F (so it is not G)'.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.text.segments import delimited

MAX_TEXT = 3_000


class Clause(NamedTuple):
    """A clause with the mark before it; the marks and texts of all clauses, one behind the other, are the text."""

    mark: str
    text: str


Sentence = list[Clause]

_END = re.compile(r"(?<!\\)[.!?]+[\"')\]*_]{0,3}(?=\s|$)|✓|∎")
_STOP = re.compile(r"[.!?✓∎,;:()\[\]{}\n]|\s(?=—|--)|<(?=[^<>=\n]{1,80},)")
_PRODUCT = re.compile(r"<[^<>=,\n]{1,60},[^<>=,\n]{1,60}>")
_ABBREVIATED = re.compile(r"(?:\b(?:i\.e|e\.g|cf|vs|etc|resp|w\.r\.t|eq|fig|approx|ca|s\.t)|(?:^|\n)\s*\d{1,2}|(?:^|\n)\s*\(?[a-h])$", re.I)
_PART = re.compile(r"(?<!\\)[,;:](?=\s|$)|\s(?:—|--)(?=\s)")
_ASIDE = re.compile(r"\((?=(?:so|Up|and|or|not|but|as|if|in|up|it|we|an?|[A-Za-z]{3,})\s+\S)|\((?=\$[^$]{1,80}\$\s+[a-z]{3,})|\((?=\w{1,3}\s[a-z]{4,}\s)"
                    r"|\((?=(?:\$[^$]{1,40}\$|\w{1,3})\s+(?:up|down|to|from|out|back)\b)")
_LINE_GOES_ON = (",", ":", "=", "(")
_BEGINS = re.compile(r"[ \t]+[A-Z][a-z]+\b")
_CAPITAL = re.compile(r"\s+[A-Z]")


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order."""
    formulas = delimited(text)
    out: list[Sentence] = [[]]
    mark, begin, k, level, aside, inside = "", 0, 0, 0, False, 0

    def cut(end: int, mark_end: int, new: bool) -> None:
        nonlocal mark, begin
        out[-1].append(Clause(mark, text[begin:end]))
        mark, begin = text[end:mark_end], mark_end
        if new:
            out[-1].append(Clause(mark, ""))
            mark = ""
            out.append([])

    while k < len(text):
        while inside < len(formulas) and formulas[inside][1] <= k:
            inside += 1
        if inside < len(formulas) and formulas[inside][0] <= k:
            k = formulas[inside][1]
            inner = text[:k].rstrip("$])\\ \n")
            if (inner.endswith(".") and not inner.endswith("\\right.") and _CAPITAL.match(text, k)) or (text.endswith("$$", 0, k) and _BEGINS.match(text, k)):
                cut(k, k, True)
            continue
        stop = _STOP.search(text, k)
        at = len(text) if stop is None else stop.start()
        if at > k:  # between them nothing ends and nothing opens
            k = min(at, formulas[inside][0]) if inside < len(formulas) else at
            continue
        c = text[k]
        if c == "(" and level == 0 and text[k - 1 : k].isspace() and _ASIDE.match(text, k):
            cut(k, k + 1, False)
            aside = True
        elif c == ")" and aside and level == 0:
            cut(k, k + 1, False)
            aside = False
        elif c == "<" and (m := _PRODUCT.match(text, k)) is not None:
            k = m.end()
            continue
        elif c in "([{":
            level += 1
        elif c in ")]}":
            level = max(0, level - 1)
        elif c == "\n" and text[:k].rstrip()[-1:] not in _LINE_GOES_ON:
            level, aside = 0, False
            cut(k, k + 1, True)
        elif level == 0 and (m := _END.match(text, k)) is not None and not aside and not (c == "." and _ABBREVIATED.search(text, max(0, k - 8), k)):
            cut(k, m.end(), True)
            k = m.end()
            continue
        elif level == 0 and (m := _PART.match(text, k)) is not None:
            cut(k, m.end(), False)
            k = m.end()
            continue
        k += 1
    out[-1].append(Clause(mark, text[begin:]))
    return [s for s in out if any(c.mark or c.text for c in s)]


def joined(found: list[Sentence]) -> str:
    """The text of sentences."""
    return "".join([c.mark + c.text for s in found for c in s])
