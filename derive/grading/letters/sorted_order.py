"""Sorted entries counted from the largest: where a text says that v_(1) >= v_(2) >= ..., or that c_(k) is the k-th largest, v_(k) is the (n + 1 - k)-th smallest.

The text is put into the usual count from the smallest; what it says of the order goes.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted

MOST_TEXT = 4_000
_INSIDE = r"(?:[^(){}]|\([^(){}]*\)){1,20}"
_PLACE = rf"_\s*(?:\{{\s*\(\s*(?P<k>{_INSIDE})\s*\)\s*\}}|\(\s*(?P<j>{_INSIDE})\s*\))"
_NAME = r"(?<![A-Za-z\\])\|?\s*(?P<name>\\?[A-Za-z]+)"
_LARGER = r"(?:\\geq?(?:slant)?(?![A-Za-z])|≥|>=?)"
DOTS = r"(?:\\[lc]?dots(?![A-Za-z])|\.{3}|…|⋯)"
"""The dots of a list, as a pattern."""
_FALLING = re.compile(rf"{_NAME}_\s*\{{?\(1\)\}}?\s*\|?\s*{_LARGER}\s*\|?\s*(?:(?P=name)_\s*\{{?\(2\)\}}?|{DOTS})")
_CHAIN = re.compile(rf"[\s,;]*(?:\b(?:where|with|and|let|for)\b\s*)?\$?\s*{_NAME}_\s*\{{?\(1\)\}}?\s*(?P<op>{_LARGER}|\\leq?(?:slant)?(?![A-Za-z])|≤|<=?)"
                    rf"(?:\s*(?P=name)_\s*\{{?\(\w\)\}}?\s*(?P=op)|\s*{DOTS}\s*(?P=op)){{1,4}}(?:\s*(?P=name)_\s*\{{?\(\w\)\}}?|\s*{DOTS})\s*(?P<close>\$|(?=[,;.)\s]|$))")
_NTH = re.compile(r"_\s*\{?\((?P<k>\w)\)\}?\s*\$?\s*(?:,|is|are|denotes?|being|be|=|for)?\s+(?:the\s+)?"
                  r"\$?(?P=k)\$?\s*-?\s*(?:th|st|nd|rd)\s+(?P<which>largest|greatest|biggest|highest|smallest|lowest|least)", re.I)
_WORDS = re.compile(r"\b(?:sorted|ordered|arranged|ranked|listed)\s+(?:\w+\s+){0,2}?(?:in\s+)?(?:descending|decreasing|non-?increasing|falling)\b"
                    r"|\bin\s+(?:descending|decreasing|non-?increasing)\s+order\b|\bfrom\s+(?:the\s+)?largest\s+to\s+(?:the\s+)?smallest\b|\blargest\s+first\b", re.I)


def counts_from_largest(text: str) -> bool:
    """Whether a text says that it counts sorted entries from the largest."""
    return _FALLING.search(text) is not None or _WORDS.search(text) is not None or any(m["which"].lower() in _LARGEST for m in _NTH.finditer(text))


def turned(text: str, wanted: Wanted) -> str:
    """A text that counts from the largest, counted from the smallest once and for all: the words that say so say the other order."""
    text = counted_from_smallest(text, wanted)
    text = _NTH.sub(lambda m: m[0][: m.start("which") - m.start()] + "smallest" if m["which"].lower() in _LARGEST else m[0], text)
    return _WORDS.sub("sorted", text)


_LARGEST = frozenset(("largest", "greatest", "biggest", "highest"))


def counted_from_smallest(text: str, wanted: Wanted) -> str:
    """The text with sorted entries that it counts from the largest counted from the smallest, and without what it says of their order."""
    if "_" not in text or "(" not in text or len(text) > MOST_TEXT or not _PLACES.search(text):
        return text
    text = _of_the_first(text, wanted)
    falling = counts_from_largest(text)
    if _ORDER_SAID.search(text):
        text = _CHAIN.sub(lambda m: "$" if m["close"] == "$" and "$" not in m[0][:-1] else "", text)
    if not falling:
        return text

    def counted(m: re.Match[str]) -> str:
        name = m["name"].lstrip("\\")
        s = next((s for s in wanted.scope.symbols.values() if name == s.name or name in s.aliases or "\\" + name in s.aliases), None)
        if s is None or len(s.shape) != 1:
            return m[0]
        return f"{m[0][: m.start('sub') - m.start()]}_{{({s.shape[0]}+1-({(m['k'] or m['j']).strip()}))}}"

    return re.sub(rf"{_NAME}(?P<sub>{_PLACE})", counted, text)


_RISES = (rf"{_NAME}_\s*\{{?\(1\)\}}?\s*(?P<op>\\leq?(?:slant)?(?![A-Za-z])|≤|<=?|\\lt(?![A-Za-z])|(?P<falls>{_LARGER}|\\gt(?![A-Za-z])))\s*"
          rf"(?:(?P=name)_\s*\{{?\(2\)\}}?\s*(?P=op)\s*)?{DOTS}\s*(?P=op)\s*(?P=name)_\s*\{{?\((?P<last>[^(){{}}$]{{1,12}})\)\}}?")
_CLAUSE = re.compile(r"[\s,;]*\b(?:where|with|as|[Ww]ith)\s*$")
_ARE_SORTED = re.compile(r"\s*(?:are\s+|for\s+|being\s+)?(?:the\s+)?(?:sorted|ordered)\s+(?:numbers|values|points|entries)")
_FIRST_ONLY = re.compile(_RISES)


def _of_the_first(text: str, wanted: Wanted) -> str:
    """'z_(1) < ... < z_(m)' for fewer entries than z has: the sorted entries are those of the first m, z_{(k):m}; z_{(m+1-k):m} where they fall."""
    m = _FIRST_ONLY.search(text)
    name = m["name"].lstrip("\\") if m is not None else ""
    s = next((s for s in wanted.scope.symbols.values() if name == s.name or name in s.aliases or "\\" + name in s.aliases), None)
    if m is None or s is None or len(s.shape) != 1 or not isinstance(s.shape[0], int) or m["last"].strip() in (str(s.shape[0]), "n"):
        return text
    behind = _ARE_SORTED.match(text, m.end()) if "$" not in text else None
    head, tail = text[: m.start()], text[m.end() if behind is None else behind.end() :]
    if head.endswith("$") and tail.startswith("$") and not head.endswith("$$"):  # the chain alone between its delimiters
        opened = _CLAUSE.sub("", head[:-1])
        head, tail = (opened, tail[1:]) if opened != head[:-1] else (head, tail)
        tail = tail.lstrip(" ,") if opened == head and re.search(r"(?:\A|[.:;\n])\s*\Z", head) else tail
        head += " " * (head[-1:] in (".", ":", ";"))
    text = (_CLAUSE.sub("", head) if "$" not in text else head) + tail
    last = m["last"].strip()

    def place(k: re.Match[str]) -> str:
        own = (k["k"] or k["j"]).strip()
        return f"{m['name']}_{{({f'{last}+1-({own})' if m['falls'] else own}):{last}}}"

    return re.sub(rf"(?<![A-Za-z\\]){re.escape(m['name'])}{_PLACE}", place, text)


_PLACES = re.compile(r"_\s*\{?\s*\(")
_ORDER_SAID = re.compile(r"_\s*\{?\(1\)")
