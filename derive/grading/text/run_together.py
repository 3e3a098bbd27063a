"""A letter of the text's own that runs together with the identity: 'w = (XᵀX + rI)⁻¹Xᵀy, where r = s²/t²' with r I."""

from __future__ import annotations

from derive import patterns as re
from derive.maths.symbols import Scope

_INTRODUCED = re.compile(r"\b(?:let|where|with|and|put|set|writing)\s+\$?(?P<name>[a-zα-ω])\$?\s*:?=(?!=)", re.I)


def with_identity_apart(text: str, scope: Scope) -> str:
    """The text with a blank between such a letter and I."""
    if "I" not in text or "=" not in text or scope.writes("I"):
        return text
    for name in dict.fromkeys(m["name"] for m in _INTRODUCED.finditer(text)):
        if not scope.writes(name) and name not in scope.dims:
            text = re.sub(rf"(?<![A-Za-z\\]){name}I(?![A-Za-z])", f"{name} I", text)
    return text
