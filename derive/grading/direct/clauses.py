"""Clauses behind a formula that say what a letter is, for the direct lane: ', where k = argmax_i |g_i|', ' with c = alpha/2'.

The place of the largest |x_i| that the part declares is known under whatever letter. Another place - of the smallest |x_i|, of the largest or smallest x_i, of
another vector - only refutes.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.direct.part import DirectPart
from derive.grading.direct.words import led
from derive.maths.direct.forms import BOUND, LIST, SCALAR, VECTOR, Beyond, Value
from derive.maths.direct.read import Reader
from derive.maths.direct.words import END, LETTER, Words, core_of
from derive.maths.signs import GREEK_NAMES

Places = dict[str, tuple[str, str]]
"""letter -> (vector, place): the declared place, or one whose last letter tells what it is (derive.maths.direct.floats.At)."""

MAX_CLAUSES = 2
MAX_CLAUSE = 200
MAX_LINK = 50
_LINK = (r"(?:[ ]?,[ ]?(?:\\q?quad(?![A-Za-z])|\\[ ,;])?[ ]?(?:(?:where|with)[ ]|\\text\{(?:where|with) ?\})?"
         r"|\\quad[ ]?\\text\{(?:where|with) ?\}\\quad(?![A-Za-z])|\$?[ ](?:where|with)[ ])")
_MOST = r"(?P<op>\\operatorname\*?\{)?(?:\\arg ?\\|arg ?|\\arg|(?<=\{)arg ?\\, ?)(?P<most>max|min)(?(op)\})(?![A-Za-z]) ?(?:_(?P<i>[i-m])|_\{(?P<j>[i-m])\}|(?P<l>[ᵢⱼₖₗₘ]))? ?"
_CLAUSE = re.compile(rf"{_LINK}[ ]?\$?[ ]?(?P<letter>[i-m]) ?(?:=|\\in(?![A-Za-z])|∈) ?{_MOST}")
_DEFINED = re.compile(rf"{_LINK}[ ]?\$?[ ]?(?P<name>\\?[A-Za-z]+|[α-ω])(?:[ ]|\\[,;:! ])*=(?!=)(?=[^=]*\Z)")
_DEFINES = re.compile(r"(?:,|with ?\}?|where ?\}?)[^=,(){}\[\]0-9]{1,24}=(?!=)")
_AN_INDEX = re.compile(r"_\{?([i-m])(?![A-Za-z])|([ᵢⱼₖₗₘ])")
_LETTERS = {"ᵢ": "i", "ⱼ": "j", "ₖ": "k", "ₗ": "l", "ₘ": "m"}
_ENDS = frozenset("$])}")  # of what closes
_DELIMITERS = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"), *((f"\\begin{{{e}{star}}}", f"\\end{{{e}{star}}}") for e in ("equation", "align") for star in ("", "*")))


def without_places(part: DirectPart, text: str) -> tuple[str, Places]:
    """A text without the clauses at its end that say which place a letter is, and what they say."""
    places: Places = {}
    for _ in range(MAX_CLAUSES):
        if "arg" not in text:
            break
        found = _clause(part, text)
        if found is None or found[1] in places:
            break
        text, letter, place = found
        places[letter] = place
    return text, places


def may_define(text: str) -> bool:
    """Whether a clause that defines a letter may stand in a text."""
    return _DEFINES.search(text) is not None and "ord=" not in text


def without_names(part: DirectPart, text: str) -> tuple[str, Words | None]:
    """A text without the clauses at its end that define letters which the part does not know, and the words of the part with them."""
    names: dict[str, Value] = {}
    for _ in range(MAX_CLAUSES):
        shown = _opened(text)
        at = shown.rfind("=")
        m = _DEFINED.search(shown, max(0, at - MAX_LINK)) if at > 0 and len(shown) - at < MAX_CLAUSE else None
        if m is None or "\n\n" in shown[m.start() :]:
            break
        name = core_of(m["name"])
        if len(name) > 1 and name not in GREEK_NAMES:
            break
        known = part.words.known.get(m["name"])
        if name in names or part.key.wanted.scope.writes(name) or (known is not None and known[0] != LETTER):
            break
        head = _head(shown, m.start())
        value = one_value(part, shown[m.end() :].removesuffix("$"), "")
        if head is None or _only_leads(head) or value is None or value[0] not in (SCALAR, VECTOR, LIST) or len(value) == 4:
            break
        text, names[name] = head, value
    return text, part.words.extended(names) if names else None


def _only_leads(head: str) -> bool:
    """Whether what stands before a clause holds no formula, so that the clause is one."""
    return len(head) < 60 and head.replace(" ", "").replace("-", "").isalpha() and led(f"{head}, x") == f"{head}, "


def _clause(part: DirectPart, text: str) -> tuple[str, str, tuple[str, str]] | None:
    shown = _opened(text)
    at = shown.rfind("arg")
    m = _CLAUSE.search(shown, max(0, at - MAX_LINK, shown.rfind("arg", 0, at) + 3)) if at >= 0 else None
    if m is None or "\n" in shown[m.start() :]:
        return None
    head = _head(shown, m.start())
    index = m["i"] or m["j"] or _LETTERS.get(m["l"] or "", "")
    place = _place(part, shown[m.end() :].removesuffix("$"), index, m["letter"], m["most"] == "max")
    return None if head is None or place is None else (head, m["letter"], place)


def _opened(text: str) -> str:
    """A text without the delimiter that ends it."""
    text = text.rstrip(" .\n")
    if text[-1:] not in _ENDS:
        return text
    for _, closer in _DELIMITERS:
        if text.endswith(closer):
            return text[: -len(closer)].rstrip()
    return text


def _head(shown: str, start: int) -> str | None:
    """What stands before a clause, closed where it ended behind it; None where the clause alone is within delimiters."""
    head = shown[:start].rstrip()
    if "$" in shown[start:] and "$" not in head and "\\(" not in head and "\\[" not in head:
        return None
    for opener, closer in _DELIMITERS:
        if opener in head:
            open_ = head.count(opener) % 2 if opener == closer else head.count(opener) > head.count(closer)
            return head + closer if open_ else head
    return head


def one_value(part: DirectPart, text: str, bound: str = "") -> Value | None:
    """The value of a formula that can be read in one way only."""
    try:
        r = Reader(part.algebra, part.words, text)
        r.bound = bound
        value = r.sum()
        return value if r.tokens[-1][0] == END and not r.met else None
    except (Beyond, IndexError, OverflowError, ZeroDivisionError):
        return None


def _place(part: DirectPart, body: str, index: str, letter: str, most: bool) -> tuple[str, str] | None:
    """The place at which what is written is largest or smallest."""
    if not index:
        first = _AN_INDEX.search(body)
        index = "" if first is None else first[1] or _LETTERS[first[2]]
    if index not in part.words.letters or (letter not in part.words.letters and not any(k == letter for _, k in part.algebra.places)):
        return None
    value = one_value(part, body, index)
    if value is None or value[0] != BOUND:
        return None
    for name in part.words.vectors:
        x = part.algebra.units.get(("vector", name))
        if x is None:
            continue
        if value[1:] == ({part.algebra.sizes[x]: 1}, 1):
            declared = next((k for v, k in part.algebra.places if v == name), letter)
            if most and declared == letter and (name, letter) not in part.algebra.places and any(k == letter for _, k in part.algebra.places):
                return None  # the declared letter for the place of another vector
            return name, declared if most else declared + "-"
        if value[1:] == ({x: 1}, 1):
            return name, letter + ("+" if most else "~")
    return None
