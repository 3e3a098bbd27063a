"""Two formulas that a word joins at the end of a text: 'The value is $A$ divided by $B$' as one quotient."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key

MOST_TEXT = 1_500
_JOINED = re.compile(
    r"(?P<before>\A|\b(?:is|equals|be|get|obtain|namely|answer:|value:)\s+|[:.]\s+)\$(?P<a>[^$]{1,300})\$,?\s+(?P<op>divided\s+by|over|times|multiplied\s+by)\s+(?:the\s+)?\$(?P<b>[^$]{1,300})\$(?=[.\s]*\Z)")
_RELATION = re.compile(r"[<>≤≥∈,;]|\\(?:leq?|geq?|in|to|ne|approx|qquad|quad)(?![A-Za-z])|[α-ω]\s*=")
_BRACKETED = re.compile(r"\([^()]*\)")
_SOUGHT = re.compile(r"\b(?:minimi|maximi|optimi|sum|averag|integra|range|taken)", re.I)


def as_one_formula(text: str, key: Key) -> str:
    """The text with the two formulas as one; unchanged where the second may be what the first is taken over."""
    m = _JOINED.search(text) if len(text) <= MOST_TEXT and "$" in text else None
    if m is None or any(_RELATION.search(_BRACKETED.sub("", x)) for x in (m["a"], m["b"])) or "=" in m["b"] or m["a"].count("=") > 1:
        return text
    over = m["op"].startswith("over")
    if over and (_SOUGHT.search(text[: m.start()]) or len(m["b"].strip("\\ ")) == 1 or key.wanted.scope.writes(m["b"].strip())):
        return text
    head, equals, a = m["a"].rpartition("=")
    divides = over or m["op"].startswith("divided")
    whole = rf"\frac{{{a.strip()}}}{{{m['b'].strip()}}}" if divides else rf"\left({a.strip()}\right)\left({m['b'].strip()}\right)"
    return f"{text[: m.start()]}{m['before']}${head}{equals} {whole}${text[m.end() :]}"
