"""A text that is one formula and words that only announce it -> the formula, for the direct lane.

The words are few and say nothing of the value. Any other word, a second formula or a delimiter that does not close leaves the text to the full way.
"""

from __future__ import annotations

import re

_DELIMITERS = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)", "`": "`", **{
    f"\\begin{{{e}{star}}}": f"\\end{{{e}{star}}}" for e in ("equation", "align") for star in ("", "*")}}
_OPENER = re.compile(r"\$\$|\$|\\\[|\\\(|\\begin\{(?:equation|align)\*?\}|`(?!`)|\\boxed\{")
_WORD = re.compile(r"[a-z]+")
MAX_LEAD = 160

ANNOUNCES = frozenset("""
answer answers solution result conclusion final my the is so thus hence therefore consequently then we i get obtain find conclude it this that follows gives yields
reads equals given update limit minimiser minimizer count number vector have
""".split())
"""Words right before a formula that say nothing of its value, in whatever order."""

_BEFORE = re.compile(
    r"(?:(?:setting the (?:derivative|gradient) to zero|solving for the unknown)(?: and solving)?|using (?:convex )?duality|after (?:some )?(?:simplification|algebra)|in (?:the end|conclusion|short)"
    r"|(?:good|great) question|let me think about this|okay|sure|thus|so|hence|therefore)?")
"""A clause before that of the formula, which says how it came about, or nothing."""

# What may stand behind a formula and says nothing of it, either: "This completes the proof."
_TAIL = re.compile(r"(?<=[$\])`}])(?:\.?\s{1,2}(?:✓|QED)|(?:(?:\.\s?|\n\s?)This completes the (?:proof|derivation)"
                   r"|(?:\.|(?<=[$\])}])\s)\s?(?:I hope this helps|This is the unique solution))[.!])\Z")
_TAIL_ENDS = frozenset("✓D.!")


def formula_of(text: str) -> tuple[str, str] | None:
    """The one formula of a text within its delimiters, and its opener ('' where it has none); None where more is said than that."""
    shown = text
    text = without_remark(text)
    if text[:1] != "$" and not ("$" in text or "\\(" in text or "\\[" in text or "`" in text or "\\begin{" in text or "\\boxed" in text):
        return _undelimited(text) if text is shown else None
    found = _OPENER.search(text, 0, MAX_LEAD + 20)
    if found is None:
        return _undelimited(text) if text is shown else None
    start, opener = found.start(), found.group()
    if opener == "\\boxed{":
        return (text, "") if text is shown and (not start or "=" in text[:start]) else None
    if start:
        lead = text[:start]
        if not announces(lead):
            return None
        if text[-1:] == ".":
            text = text[:-1]
    elif text[-1] == ".":
        text = text[:-1]
    closer = _DELIMITERS[opener]
    if not text.endswith(closer) or len(text) < start + len(opener) + len(closer):
        return None
    body = text[start + len(opener) : len(text) - len(closer)].strip()
    if "\n" in body and ("\n\n" in body or "\\boxed" in body):
        return None
    if opener.startswith("\\begin{align"):
        if body.count("&") != 1 or "&=" not in body.replace("& =", "&="):
            return None
        body = body.replace("&", "", 1)
    return body, opener


def corrected(text: str) -> tuple[str, str] | None:
    """The formula that a text takes back and the one that it puts in its place, within their delimiters; None for other texts."""
    if _TAKEN_BACK.search(text) is None:
        return None
    m = _CORRECTED.fullmatch(text)
    if m is None or m.group(3)[0].isalpha():
        return None
    first, then = m.group(1).lower(), m.group(3).lower()
    if not all(w in _HAD for w in _WORD.findall(first)) or not all(w in _INSTEAD for w in _WORD.findall(then)) or _TAKEN_BACK.search(then) is None or _NOW.search(then) is None:
        return None
    return m.group(2), m.group(4)


_HAD = frozenset("first i wrote initially got had at my earlier answer was".split())
_INSTEAD = frozenset("but that is wrong wait not right was incorrect i made a mistake correction the correct final answer result update limit count number vector".split())
_TAKEN_BACK = re.compile(r"\b(?:but that is wrong|is wrong|that is not right|was incorrect|made a mistake|but the correct)\b")
_NOW = re.compile(r"(?:\bthe (?:correct|right) (?:final )?(?:answer|result|update|limit|count|number|vector) is|\b(?:correction|final answer):)\s\Z")
_DELIMITED = r"(?:\$\$?[^$`]+\$\$?|\\\((?:(?!\\[()])[^$`])+\\\)|\\\[(?:(?!\\\])[^$`])+\\\]|`[^`$]+`)"
_CORRECTED = re.compile(rf"([A-Za-z ]*)({_DELIMITED})([A-Za-z ,.;:]+)({_DELIMITED})\.?")


def without_remark(text: str) -> str:
    """A text without what stands behind its last formula and says nothing of it."""
    return _TAIL.sub("", text) if text[-1:] in _TAIL_ENDS else text


def code_of(text: str) -> str | None:
    """The lines of a text that is Python, fenced or not, and nothing else beside what announces it; None for other texts."""
    m = _FENCED.fullmatch(text)
    if m is not None:
        return m.group(2) if not m.group(1) or announces(m.group(1)) else None
    return text if _PLACE_FIRST.match(text) else None


_FENCED = re.compile(r"([^`]*)```(?:python)?\n([^`]+)\n```")
_PLACE_FIRST = re.compile(r"[a-z] = np\.argmax\([^\n]*\n")


def announces(lead: str) -> bool:
    """Whether what stands before a formula only announces it."""
    if len(lead) > MAX_LEAD or not lead[-1:].isspace():
        return False
    if "*" in lead:  # in bold or italics: one stretch of it
        stressed = _STRESSED.fullmatch(lead)
        if stressed is None:
            return False
        lead = stressed.group(1) + stressed.group(3)
    if _SAID.fullmatch(lead) is None:
        return False
    *before, last = _CLAUSE.split(_PHRASE.sub(" ", lead.lower()))
    return all(w in ANNOUNCES for w in _WORD.findall(last)) and all(_BEFORE.fullmatch(c.strip()) or all(w in ANNOUNCES for w in _WORD.findall(c)) for c in before)


_STRESSED = re.compile(r"([^*]*)(\*\*?)((?:(?<=\*\*)[A-Za-z][^*\n]*)|[A-Za-z][A-Za-z .:]{1,60})\2[:.,]?\s{1,3}")
_SAID = re.compile(r"(?:#{1,4} )?[A-Za-z \n,.:!]+")
_CLAUSE = re.compile(r"[,.:!]\s+")
_PHRASE = re.compile(r"\b(?:turns out to be|given by|(?:solving for the unknown|setting the (?:derivative|gradient) to zero(?: and solving)?)(?= (?:gives|yields) ))\b")


def _undelimited(text: str) -> tuple[str, str] | None:
    lead, colon, rest = text.partition(": ")
    if colon and lead and announces(lead + " ") and "i" not in _WORD.findall(lead.lower()):
        return rest.strip(), ""
    m = _VERB.match(text) if text[:2].isalpha() else None
    if m is not None and announces(m.group()):
        rest = text[m.end() :]
        return rest[:-1] if rest[-1:] == "." else rest, ""
    return text, ""


_VERB = re.compile(r"(?:[A-Za-z ]{2,60}, )?(?:(?:so|thus|hence|therefore|the|my|final|answer|solution|result|update|limit|vector|count|minimi[sz]er|it|this|that|follows|we|conclude)[ ,]+){0,8}?"
                   r"(?:(?:is|get|obtain|find|gives|yields|equals|have|turns out to be) |(?:so|thus|hence|therefore),? (?=[^ =]{1,9} ?=))(?=[^A-Za-z]|[A-Za-z_]+ ?=)", re.I)
