"""A part of a formula that its words say is not there: 'F; there is no minus', 'F (the 2 goes away)', where F has a minus or a 2."""

from __future__ import annotations

from collections.abc import Iterable

from derive import patterns as re

_PART = r"(?:factors?\s+(?:of\s+)?)?\$?(?P<part>minus|\d{1,2}|½|1/2|1/4|one\s+half)\$?(?:\s+sign)?"
_NONE = re.compile(rf"\b(?:there\s+is\s+no|there\s+should\s+be\s+no|has\s+no|with\s+no|without\s+(?:the|a|any)|no)\s+{_PART}(?![\w.]*\d|[-\w/^*])", re.I)
_GOES = re.compile(
    rf"\b(?:the|that|this)\s+{_PART}\s+(?:is\s+(?:not\s+(?:needed|necessary|there)|superfluous|unnecessary|redundant|gone)|goes\s+away|drops\s+out|falls\s+away|cancels(?:\s+out)?|disappears|vanishes"
    r"|can\s+be\s+(?:dropped|omitted|left\s+out|ignored)|should\s+(?:not\s+be\s+there|go))(?!\s+(?:twice|from|in|with|against|when|if|for)\b)", re.I)
_SCRIPTS = re.compile(r"[_^]\s*(?:\{[^{}]*\}|\\?\w+)|[₀-₉⁰¹²³⁴-⁹]")
_HEARD = re.compile(r"\b(?:no|without|away|out|cancels|disappears|vanishes|superfluous|unnecessary|redundant|gone|needed|necessary|dropped|omitted|ignored|there|go)\b")
_MINUS = re.compile(r"[-−–]")
_OF_ANOTHER = re.compile(r"\b(?:if|would|were|had|unlike|where|case|when)\b", re.I)


def absent_part(text: str, standing: Iterable[str]) -> str:
    """The words that say of a part that stands in the answer that it does not; '' where there are none."""
    if _HEARD.search(text) is None:
        return ""
    for pattern in (_NONE, _GOES):
        for m in pattern.finditer(text):
            begins = max(text.rfind(c, 0, m.start()) for c in ".;:(\n") + 1
            if _OF_ANOTHER.search(text, begins, m.start()) is None and any(_holds(formula, m["part"].lower()) for formula in standing):
                return m[0]
    return ""


def _holds(formula: str, part: str) -> bool:
    bare = _SCRIPTS.sub(" ", formula)
    if part == "minus":
        return _MINUS.match(bare.partition("=")[2].lstrip(" $(") if "=" in bare else bare.lstrip(" $(")) is not None
    number = {"½": "2", "1/2": "2", "one half": "2", "1/4": "4"}.get(" ".join(part.split()), part)
    return re.search(rf"(?<!\d){number}(?!\d)", bare) is not None
