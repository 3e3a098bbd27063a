"""Whether words give numbers to letters of the statement: what stands behind them is said of an example."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.text.segments import pieces

_ASSIGNED = re.compile(r"(?:\A|[\s$(,;:])\\?(?P<name>[A-Za-z]+)(?:_\{?\w\}?)?\s*=\s*(?:\\left)?[(\[]?\s*[-−]?\d[\d\s.,;/+−-]*(?:\\right)?[)\]]?(?=[\s$,;:.)]|\Z)")


def letters_open(text: str, key: Key) -> bool:
    """Whether a text with numbers holds a declared letter that it gives none, and that is not asked."""
    told = {m["name"] for m in _ASSIGNED.finditer(text)} | {key.wanted.asked, *key.wanted.unknowns}
    symbols = key.wanted.scope.symbols
    formulas = " ".join(p.text for p in pieces(text) if p.formula)
    return any(n not in told and s.kind == "value" and re.search(rf"(?<![A-Za-z]){re.escape(n)}(?![A-Za-z]|\s*=)", formulas) for n, s in symbols.items())


def numbers_given(text: str, key: Key) -> int:
    """How many declared letters, none of which is asked, a text sets equal to numbers."""
    if "=" not in text:
        return 0
    symbols = key.wanted.scope.symbols
    named = {m["name"] for m in _ASSIGNED.finditer(text)} - {key.wanted.asked, *key.wanted.unknowns}
    return len([n for n in named if n in symbols or key.wanted.scope.writes(n)])
