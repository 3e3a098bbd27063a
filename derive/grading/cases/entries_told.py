"""A vector of a fixed length whose entries are told in words: 'first weight: 1/3 ...' on lines of their own, 'all three coordinates end at F', 'F in each of the three coordinates'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths.signs import GREEK_CHARS

MAX_TEXT = 1_500
_ENTRY = r"(?:weights?|entr(?:y|ies)|components?|coordinates?|parameters?|features?|elements?)"
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}
_LINE = re.compile(rf"\s*(?:[-*•]\s+|\d[.)]\s+)?(?:the\s+)?(?P<place>{'|'.join(_ORDINALS)}|[1-5](?:st|nd|rd|th))\s+{_ENTRY}\s*(?::|=|\bis\b|→|->)\s*(?P<value>\S[^\n]{{0,80}}?)\s*[.;,]?\s*", re.I)
_N = r"(?P<n>two|three|four|five|[2-5])"
_ALL = re.compile(rf"\b(?:all|the)\s+(?:of\s+the\s+)?{_N}\s+(?:of\s+(?:the|them)\s+)?{_ENTRY}?\s*"
                  r"(?:end(?:\s+up)?|finish|stop|land|settle|arrive|converge|tend|go|approach|reach|become|are|equal|=)\s*"
                  r"(?:(?:all\s+)?(?:equal|identical|the\s+same)\s*,?\s*)?(?:at|to|on|in)?\s*(?<=[\s=])"
                  r"(?P<value>\$[^$\n]{1,60}\$|[−-]?[\d.]*\d(?:\s*/\s*[\d.]*\d)?(?:\s*[≈=]\s*[\d.]*\d)?)(?=[\s.,;]|$)", re.I)
_IN_EACH = re.compile(rf"(?P<value>\$[^$\n]{{1,60}}\$|[−-]?[\d.]*\d(?:\s*/\s*[\d.]*\d)?(?:\s*≈\s*[\d.]*\d)?)"
    rf"\s*,?\s+(?:in|for|at)\s+(?:each|every\s+one|all)\s+(?:of\s+)?(?:the\s+)?{_N}\s+{_ENTRY}", re.I)


def with_entries_told(text: str, wanted: Wanted) -> str:
    """The text with such words as one formula; unchanged where it tells no such thing, or of another number of entries."""
    size = wanted.shape[0] if len(wanted.shape) == 1 else None
    if not isinstance(size, int) or len(text) > MAX_TEXT or not wanted.asked:
        return text
    rows = _rows(text, size) or _equations(text, size, wanted)
    if rows:
        return rows[0] if len(rows) == 1 else f"({', '.join(rows)})"
    name = wanted.asked if len(wanted.asked) == 1 else "\\" + wanted.asked
    for pattern in (_ALL, _IN_EACH):
        m = pattern.search(text)
        if m is not None and _COUNTS[m["n"].lower()] == size:
            marked = m["value"].startswith("$")
            value = m["value"].strip("$ ")
            return f"{text[: m.start()]}${name}_i = {value}$ for all $i${text[m.end() :]}" if marked or "\\" in text else f"{text[: m.start()]}{wanted.asked}_i = {value} for all i{text[m.end() :]}"
    return text


_EQUATION = re.compile(r"\s*(?:[-*•]\s+)?\$?(?P<head>\\?[A-Za-zα-ω]+)\s*(?:_\s*\{?\s*(?P<place>[1-5])\s*\}?|(?P<low>[₁-₅]))"
    r"\s*(?:=|→)\s*(?P<value>[^=$\n≈]{1,80}?)(?:\s*(?:≈|\\approx)\s*(?P<about>[\d.]+))?\$?\s*[.;,]?\s*")


def _equations(text: str, size: int, wanted: Wanted) -> list[str]:
    """The entries of theta_1 = a, theta_2 = b, ... on lines of their own, where there is nothing else."""
    lines = [x for x in text.split("\n") if x.strip()]
    found = [m for x in lines if (m := _EQUATION.fullmatch(x)) is not None]
    about = [m["about"] for m in found if m["about"]]
    if len(lines) != size or len(found) != size or len(about) not in (0, size):
        return []
    symbol = wanted.scope.symbols.get(wanted.asked)
    names = {wanted.asked, *(a.lstrip("\\") for a in (symbol.aliases if symbol is not None else ()))}
    places = [m["place"] or str("₁₂₃₄₅".index(m["low"]) + 1) for m in found]
    heads = {GREEK_CHARS.get(h, h) for m in found for h in (m["head"].lstrip("\\"),)}
    if not heads <= names or places != [str(k + 1) for k in range(size)]:
        return []
    return [f"({', '.join(m['value'].strip() for m in found)}) ≈ ({', '.join(about)})"] if about else [m["value"].strip() for m in found]


def _rows(text: str, size: int) -> list[str]:
    """The entries on lines that name their places in order, where there is nothing else."""
    lines = [x for x in text.split("\n") if x.strip()]
    found = [_LINE.fullmatch(x) for x in lines]
    if len(lines) != size or None in found:
        return []
    places = [m["place"].lower() for m in found if m is not None]
    if [(_ORDINALS.index(p) if p in _ORDINALS else int(p[0]) - 1) for p in places] != list(range(size)):
        return []
    return [m["value"].strip("$ ") for m in found if m is not None]
