"""The answer once more in a letter of the text's own: 'With the conjugate exponent q = p/(p - 1) this is the familiar ||y||_q^q / q'."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.keys import Key

_MARK = "\ue000"
_ADJECTIVES = r"(?:(?:the|a|just|simply|exactly|also|familiar|usual|well-known|known|more|compact|short|symmetric|nice|classical|standard)\s+)*"
_ONCE_MORE = re.compile(
    rf"\W*(?:(?:and|so|note that|equivalently|in short),?\s+)*(?:with|using|writing|putting|setting|in terms of|for)\s+(?:the\s+)?(?:(?!half|twice|minus)[a-z-]+\s+){{0,4}}{_MARK}\s*,?\s+"
    rf"(?:this|it|that|the\s+(?:answer|result|value|formula|solution))\s+(?:is|reads|equals|becomes|can\s+be\s+written(?:\s+as)?|may\s+be\s+written(?:\s+as)?)\s+{_ADJECTIVES}"
    rf"(?:(?:form|expression|formula)\s+)?{_MARK}\W*", re.I)
_DEFINES = re.compile(r"(?P<name>\\?[A-Za-z]+(?:_\{?\w+\}?)?|[α-ωΑ-Ω])\s*:?=(?!=)[^=]+")


def restated(said: str, key: Key, right: Callable[[str], bool]) -> bool | None:
    """Whether a sentence that defines a letter gives the required answer in it; None where it does nothing of the kind."""
    found = formulas(said, key.wanted.scope) if "=" in said else []
    if len(found) != 2:
        return None
    defined, again = found[0][1], found[1][1]
    words = re.sub(r"\$+|\\[()\[\]]", "", said.replace(defined, _MARK, 1).replace(again, _MARK, 1))
    m = _DEFINES.fullmatch(defined)
    if m is None or not _ONCE_MORE.fullmatch(words) or any(key.wanted.scope.writes(n) or n in key.wanted.scope.dims for n in (m["name"], m["name"].lstrip("\\"))):
        return None
    return right(f"${again}$ where ${defined}$")
