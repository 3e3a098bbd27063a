"""Names of a text's own that are no single letter: "a' = a + n_1", 'c_i / (total count), where total count = sum_j c_j'.

Each is put under a letter that the text does not use, where the text itself says by an equation what it stands for.
"""

from __future__ import annotations

import re

from derive.grading.wanted import Wanted

MOST_TEXT = 4_000
_PRIMED = re.compile(r"(?<![A-Za-z\\'])(?P<name>\\?[A-Za-z]+)\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*=(?![=])")
_WORDS = re.compile(
    r"(?:\b(?:where|with|and|let|here)|[,;(])\s+(?:the\s+)?\$?(?:\\(?:text|mathrm)\s*\{\s*)?"
    r"(?P<name>(?!(?:where|with|and|let|here|the)\b)[A-Za-z]{3,15}(?:[ _-][A-Za-z]{3,15}){1,2})\s*\}?\s*:?=(?!=)")
_LETTERS = "ZSKMCBDEHJPRWqrstuvcdfghkz"
_KEPT = frozenset("the and for with where let here then that this".split())


def under_letters(text: str, wanted: Wanted) -> str:
    """The text with its own primed names and names of several words under letters."""
    if "=" not in text or len(text) > MOST_TEXT:
        return text
    if "'" in text or "prime" in text:
        for name in dict.fromkeys(m["name"] for m in _PRIMED.finditer(text)):
            declared = wanted.scope.symbols.get(name.lstrip("\\"))
            if _twice(text, rf"{re.escape(name)}\s*(?:'|\^\s*\{{?\s*\\prime\s*\}}?)") or name.lstrip("\\") == wanted.asked or (declared is not None and (declared.shape or declared.kind != "value")):
                continue  # x' of a vector is its transpose
            text = _put(text, rf"(?<![A-Za-z\\]){re.escape(name)}\s*(?:'|\^\s*\{{?\s*\\prime\s*\}}?)(?!')", wanted)
    if "where" in text or "with" in text or "et " in text:
        for name in dict.fromkeys(m["name"] for m in _WORDS.finditer(text)):
            words = re.split(r"[ _-]", name)
            if _KEPT & {w.lower() for w in words} or any(wanted.scope.writes(w) for w in (name, *words)) or len(re.findall(rf"\b{re.escape(name)}\b", text)) < 2 or _twice(text, re.escape(name)):
                continue
            text = _put(text, rf"\\(?:text|mathrm|textit|operatorname)\s*\{{\s*(?:the\s+)?{re.escape(name)}\s*\}}|(?<![A-Za-z\\])(?:the\s+)?{re.escape(name)}(?![A-Za-z])", wanted)
    return text


def _twice(text: str, name: str) -> bool:
    """Whether a text says twice what a name stands for."""
    return len(re.findall(rf"(?<![A-Za-z\\]){name}\s*\}}?\s*:?=(?!=)", text)) > 1


def _put(text: str, pattern: str, wanted: Wanted) -> str:
    fresh = next((c for c in _LETTERS if re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None and not wanted.scope.writes(c) and c not in wanted.scope.dims), None)
    return text if fresh is None else re.sub(pattern, fresh, text)
