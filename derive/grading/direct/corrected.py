"""Two formulas of which the text takes back the first: 'First I wrote A, but that is wrong. Correction: B', for the direct lane."""

from __future__ import annotations

from derive import patterns as re

_HAD = frozenset("first i wrote initially got had at my earlier answer was a common mistake is to some would say".split())
_INSTEAD = r"""
but that is wrong wait not right was incorrect i made a mistake correction the correct final answer result update limit count number vector minimiser minimizer it actually
hmm on second thought this cannot be should misses factor(?:\s[2-9])? so corrected
i forgot missed dropped lost of(?:\s[2-9])? sign minus half penalty term norm(?:\s[2-9])? solution
""".split()
_TAKEN_BACK = re.compile(
    r"\b(?:but that is wrong|is wrong|that is not right|was incorrect|made a mistake|but the correct|cannot be right|misses a factor|but it is actually|common mistake"
    r"|but (?:i )?(?:forgot|missed|dropped|lost))\b", re.I)
_NOUN = r"(?:answer|result|solution|update|limit|count|number|vector|limit vector|minimi[sz]er)"
_NOW = re.compile(rf"(?:\bthe (?:correct|right|corrected) (?:final )?{_NOUN} is|\bso the corrected result is|\bit should be|\bbut it is actually|\b(?:correction|final answer):)\s\Z", re.I)
_LEAD = re.compile(rf"(?:(?:{'|'.join(sorted(_HAD))})\s){{0,8}}(?:Initially: )?", re.I)
_LINK = re.compile(rf"[,.;]?\s+(?:but|wait|is|was|this|hmm|the)(?:[,.;:]*\s+(?:{'|'.join(sorted(_INSTEAD))})){{1,18}}(?:\s|:\s)", re.I)
_STRUCK = re.compile(r"~~[^~]{1,2000}~~\s*")
_NOT_BUT = re.compile(r"Not ((?:[^\n]|\n(?!\n)){1,300}?), but (?!rather|instead)", re.I)
_ATTEMPTS = re.compile(
    r"\*\*Attempt 1:\*\* (?P<first>(?:(?!\n\n|\*\*).){1,300})\n\n(?:This|That) is wrong, because the (?:penalty|factor|sign|norm|gradient) was (?:left out|forgotten|lost|missed)\.\n\n"
    r"\*\*Attempt 2:\*\* (?P<then>(?:(?!\n\n|\*\*).){1,300})\n\nFinal answer: (?P=then)\.?", re.S)
_WORDS = re.compile(r"\*|[A-Za-z]{2,} (?!=)|[A-Za-z]{2,}:")
_BETWEEN = re.compile(r"(?:either )?(.+?)\s+or\s+(.+)", re.S)


def may_correct(text: str) -> bool:
    """Whether a text may take something back: a quick look at its letters."""
    return ("wrong" in text or "orrect" in text or "mistake" in text or " right" in text or "actually" in text or "not " in text or "Not " in text
            or "~~" in text)


def corrected(text: str) -> tuple[str, str] | None:
    """(what a text takes back, '' where nothing needs to be known of it; what it puts in its place); None for other texts."""
    if text[:2] == "~~":
        m = _STRUCK.match(text)
        return None if m is None or "~~" in text[m.end() :] else ("", text[m.end() :])
    if text[:13] == "**Attempt 1:*":
        m = _ATTEMPTS.fullmatch(text)
        return None if m is None else (m["first"], m["then"])
    if text[:4] in ("Not ", "not "):
        m = _NOT_BUT.match(text)
        return None if m is None else (m.group(1), text[m.end() :])
    lead = _LEAD.match(text)
    start = lead.end() if lead is not None else 0
    m = _LINK.search(text, start)
    if m is None or m.start() == start or text[start] in "∴✅=>*#":
        return None
    said = text[:start] + m.group()
    if _TAKEN_BACK.search(said) is None or _NOW.search(m.group()) is None:
        return None
    return text[start : m.start()], text[m.end() :]


def alternatives(text: str) -> tuple[str, str] | None:
    """The two formulas of 'A or B', both within delimiters or both without; None for other texts."""
    m = _BETWEEN.fullmatch(text)
    if m is None or " or " in m.group(2):
        return None
    a, b = (any(g.startswith(d) for d in ("$", "`", "\\(", "\\[", "\\begin{")) for g in m.groups())
    if any(g.count(d) > k for g in m.groups() for d, k in (("$", 4 if "$$" in g or "=" in m.group(2) else 2), ("\\(", 1), ("\\[", 1), ("`", 2))):
        return None
    if ((not a or not b) and "\n" in text) or any(_WORDS.match(g) for g, delimited in zip(m.groups(), (a, b), strict=True) if not delimited):
        return None
    return m.group(1), m.group(2)
