"""Cases that are worked out one after the other, each in a paragraph or an item: '**Case $c$:** ..., so $x=A$.', '* If $c$, ..., so $d_i=B$.'

Every case is opened by its condition and gives one equation for the unknown; together they are one formula by cases. What else stands in a case
is how the equation came about: no formula follows the last one, and no word there denies or changes it.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.cases.told_cases import DOUBTFUL, SIGN, Told
from derive.grading.finding.candidates import goes_on
from derive.grading.finding.wanted import Wanted

MOST_TEXT = 3_000
_OPENS = re.compile(
    r"^[ \t]*(?:(?:[-*•–]|\d{1,2}[.)])[ \t]+)?(?:\*\*[ \t]*)?(?:case\b[ \t]*(?:\d[ \t]*)?(?:[:.,(][ \t]*)?(?:\*\*[ \t]*)?(?:(?:if|when|for)[ \t]+)?|(?:if|when)[ \t]+)"
    r"\$(?!\$)(?P<c>[^$]{1,150})\$", re.I | re.M)
_FORMULA = re.compile(r"\$\$(?P<d>[^$]+)\$\$|\$(?P<s>[^$]+)\$")
_ENDS = " \t\n.,;"
_SPACES = re.compile(r"\s+|\\[,;!]")


def worked_cases(text: str, wanted: Wanted) -> Told:
    """The text with its worked cases for the unknown as one formula."""
    if not wanted.asked or len(text) > MOST_TEXT or text.count("$") < 8 or not ("ase" in text or "f $" in text or "hen $" in text):
        return Told(text, {})
    opened = list(_OPENS.finditer(text))
    pairs: list[tuple[str, str]] = []
    equations: list[str] = []
    heads: list[str] = []
    end = 0
    for k, m in enumerate(opened):
        stop = opened[k + 1].start() if k + 1 < len(opened) else len(text)
        found = _result(text, m.end(), stop, wanted)
        if found is None or not _is_condition(m["c"], wanted):
            return Told(text, {})
        head, value, end = found
        heads.append(head)
        pairs.append((value, m["c"].strip()))
        equations.append(f"{head}={value}")
        if k + 1 == len(opened) and _FORMULA.search(text, end):
            return Told(text, {})
    long = max(heads, key=len, default="")
    if len(pairs) < 2 or any(h not in (long, wanted.asked) or (h != long and v != "0") for h, (v, _) in zip(heads, pairs, strict=True)):
        return Told(text, {})
    formula = f"{long} = " + ", ".join(rf"{value} \text{{ if }} {condition}" for value, condition in pairs)
    return Told(f"{text[: opened[0].start()]}${formula}${text[end:]}", {formula: tuple(equations)})


def _result(text: str, start: int, stop: int, wanted: Wanted) -> tuple[str, str, int] | None:
    """The one equation for the unknown in a case: its head, its value, and where it ends; None where there are several, none, or doubtful words."""
    out: tuple[str, str, int] | None = None
    words = place = start
    for m in _FORMULA.finditer(text, start, stop):
        said = m["d"] or m["s"]
        prose = text[place : m.start()]
        if DOUBTFUL.search(prose):
            return None
        place = m.end()
        head, equals, value = said.partition("=")
        name = _SPACES.sub("", head)
        if not equals or not (name == wanted.asked or _entry(name, wanted.asked)):
            if out is not None and _is_claim(said):
                return None  # a formula behind the equation may be another answer
            continue
        if out is not None or "=" in value or SIGN.search(value) or goes_on(text[words : m.start()], text[m.end() : stop], False):
            return None
        out = name, value.strip(_ENDS), m.end()
    return None if out is None or DOUBTFUL.search(text[place:stop]) else out


def _entry(name: str, asked: str) -> bool:
    return re.compile(re.escape(asked) + r"_(?:\{[ijk]\}|[ijk])").fullmatch(name) is not None


def _is_claim(said: str) -> bool:
    return "=" in said or SIGN.search(said) is not None


def _is_condition(said: str, wanted: Wanted) -> bool:
    """Whether the formula that opens a case compares something, and not the unknown, with something."""
    head, equals, right = said.partition("=")
    return SIGN.search(said) is not None or bool(equals and "=" not in right and _SPACES.sub("", head) != wanted.asked)
