"""Clauses behind a formula that say which place a letter is: ', where k = argmax_i |g_i|', for the direct lane.

The place of the largest |x_i| that the part declares is known under whatever letter. Another place - of the smallest |x_i|, of the largest or smallest x_i, of
another vector - only refutes.
"""

from __future__ import annotations

import re

from derive.grading.direct_part import DirectPart
from derive.maths.direct.forms import BOUND, Beyond
from derive.maths.direct.read import Reader
from derive.maths.direct.words import END

Places = dict[str, tuple[str, str]]
"""letter -> (vector, place): the declared place, or one whose last letter tells what it is (derive.maths.direct.floats.At)."""

MAX_CLAUSES = 2
MAX_CLAUSE = 200
_CLOSED = re.compile(r"\s*(?:\$\$?|\\[\])]|\\end\{(?:equation|align)\*?\})?\.?\s*\Z")
_LINK = (r"(?:[ ]?,[ ]?(?:\\q?quad(?![A-Za-z])|\\[ ,;])?[ ]?(?:(?:where|with)[ ]|\\text\{(?:where|with) ?\})?"
         r"|\\quad[ ]?\\text\{(?:where|with) ?\}\\quad(?![A-Za-z])|\$?[ ](?:where|with)[ ])")
_MOST = r"(?P<op>\\operatorname\*?\{)?(?:\\arg ?\\|arg ?|\\arg|(?<=\{)arg ?\\, ?)(?P<most>max|min)(?(op)\}) ?(?:_(?P<i>[i-m])|_\{(?P<j>[i-m])\}|(?P<l>[ᵢⱼₖₗₘ]))? ?"
_CLAUSE = re.compile(rf"{_LINK}[ ]?\$?[ ]?(?P<letter>[i-m]) ?(?:=|\\in(?![A-Za-z])|∈) ?{_MOST}")
_LETTERS = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k", "ₗ": "l", "ₘ": "m"}
_DELIMITERS = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"), *((f"\\begin{{{e}{star}}}", f"\\end{{{e}{star}}}") for e in ("equation", "align") for star in ("", "*")))


def without_places(part: DirectPart, text: str) -> tuple[str, Places]:
    """A text without the clauses at its end that say which place a letter is, and what they say."""
    places: Places = {}
    for _ in range(MAX_CLAUSES):
        found = _clause(part, text)
        if found is None or found[1] in places:
            break
        text, letter, place = found
        places[letter] = place
    return text, places


def _clause(part: DirectPart, text: str) -> tuple[str, str, tuple[str, str]] | None:
    shown = _CLOSED.sub("", text)
    m = next(reversed(list(_CLAUSE.finditer(shown, max(0, len(text) - MAX_CLAUSE)))), None)
    if m is None:
        return None
    head = shown[: m.start()].rstrip()
    if "$" in shown[m.start() :] and "$" not in head and "\\(" not in head and "\\[" not in head:
        return None
    index = m["i"] or m["j"] or _LETTERS.get(m["l"] or "", "")
    place = _place(part, shown[m.end() :].removesuffix("$"), index, m["letter"], m["most"] == "max")
    if place is None:
        return None
    for opener, closer in _DELIMITERS:  # one that ended behind the clause ends before it
        if opener in head:
            open_ = head.count(opener) % 2 if opener == closer else head.count(opener) > head.count(closer)
            return head + closer if open_ else head, m["letter"], place
    return head, m["letter"], place


def _place(part: DirectPart, body: str, index: str, letter: str, most: bool) -> tuple[str, str] | None:
    """The place at which what is written is largest or smallest."""
    if not index:
        index = next((i for i in part.words.letters if re.search(rf"_\{{?{i}(?![A-Za-z])", body) or _lowered(i) in body), "")
    if index not in part.words.letters or (letter not in part.words.letters and not any(k == letter for _, k in part.algebra.places)):
        return None
    try:
        r = Reader(part.algebra, part.words, body)
        r.bound = index
        value = r.sum()
    except (Beyond, IndexError, OverflowError, ZeroDivisionError):
        return None
    if r.tokens[-1][0] != END or value[0] != BOUND:
        return None
    for name in part.words.vectors:
        x = part.algebra.units.get(("vector", name))
        if x is None:
            continue
        if value[1:] == ({part.algebra.sizes[x]: 1}, 1):
            declared = next((k for v, k in part.algebra.places if v == name), letter)
            return name, declared if most else declared + "-"
        if value[1:] == ({x: 1}, 1):
            return name, letter + ("+" if most else "~")
    return None


def _lowered(index: str) -> str:
    return next(c for c, i in _LETTERS.items() if i == index)
