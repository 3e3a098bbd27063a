"""Letters that a text of several sentences introduces before it gives its answer: 'With S = ||g||_1: ... minimum = -(alpha/4) S^2'.

The end of a text that is looked at alone keeps what its letters stand for.
"""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

MAX_TEXT, _MOST = 6_000, 4
_PLAIN = r"[^\s=$:;,.]{1,10}\s*:?=\s*(?:[^.;:,\n$=]|\.(?=\d)|,(?=[^()\n]{0,30}\))){1,100}?(?=\s+and\s|\s+for\s|[.;:,\n]|\s*\Z)"
_GIVEN = rf"(?:\$[^$=]{{1,20}}=[^$=]{{1,160}}\$|{_PLAIN})"
_INTRODUCES = re.compile(
    rf"(?<![A-Za-z])(?:[Ww]ith|[Ll]et|[Pp]ut|[Ss]et|[Dd]efine|[Ww]rite|[Ww]riting|[Dd]enote|[Aa]bbreviate)\s+(?P<first>{_GIVEN})(?:(?:,|\s+and|,\s+and)\s+(?P<second>{_GIVEN}))?")
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")


def introduced_letters(text: str, scope: Scope) -> tuple[str, ...]:
    """The equations by which a text gives letters of its own a value, in their order."""
    if len(text) > MAX_TEXT or "=" not in text:
        return ()
    found = [d for m in _INTRODUCES.finditer(text) for d in (m["first"], m["second"]) if d]
    own = [d.strip() for d in found if (head := d.strip("$ ").partition("=")[0].strip(" :")) and not scope.writes(head) and not scope.writes(head.lstrip("\\"))]
    return tuple(dict.fromkeys(own))[:_MOST]


def with_letters(piece: str, letters: tuple[str, ...]) -> str:
    """A piece of a text with the values of the letters behind it."""
    said = piece.strip().rstrip(".")
    if any("$" in d for d in letters) and "$" not in said and "\\[" not in said and _PROSE.search(said) is None:
        said = f"${said}$"
    if "$" in said:
        letters = tuple(d if "$" in d else f"${d}$" for d in letters)
    return f"{said} with {' and '.join(letters)}"


def with_last_delimited(text: str, name: str) -> str:
    """A text with delimited formulas whose last equation for what is asked stands without them, with that equation delimited.

    name: the pattern of what is asked.
    """
    if len(text) > MAX_TEXT or "$" not in text or text.count("$") % 2:
        return text
    start = text.rindex("$") + 1
    m = re.compile(rf"(?:(?<=\n)|(?<=\s))(?P<said>(?:{name})(?:_\{{?[ijk]\}}?|[ᵢⱼₖ]|\^?\{{?(?:\*|\\star|⋆)\}}?)?\s*=\s*\S[^$\n]{{0,300}}?)[\s.]*\Z").search(text, start)
    if m is None or _PROSE.search(m["said"]):
        return text
    return f"{text[: m.start()]}${m['said']}${text[m.end('said') :]}"
