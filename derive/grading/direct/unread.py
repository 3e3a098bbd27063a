"""A lone formula that cannot be read as an answer: it holds a letter that nobody declared, or is an equation for a declared symbol that is not asked.

Told here only of '$...$' in which nothing could say what a letter means.
"""

from __future__ import annotations

import re

from derive.errors import ReadError
from derive.grading.direct.part import DirectPart
from derive.maths.direct.words import VALUE, VECTOR_NAME
from derive.maths.read import readings

MAX_TEXT = 200

_WORDS = re.compile(r"\\(?:text(?:rm)?|mathrm|operatorname)(?!\s?\{(?:sign|sgn)\})|\\(?:mbox|boxed|begin|arg|forall|approx)|(?<!\\)[,;:?]|[≈<>]")
_LETTER = re.compile(r"(?<![A-Za-z\\])(?P<plain>[a-z])(?![A-Za-z])|\\(?P<greek>eta|beta|gamma|mu|nu|rho|kappa|xi|tau|phi|psi|omega|sigma|epsilon)(?![A-Za-z])")
_INDICES = frozenset("ijklmt")


def unread(part: DirectPart, text: str) -> bool:
    """Whether a text is such a formula."""
    if text[:1] != "$" or text[-1:] != "$" or text.count("$") != 2 or len(text) > MAX_TEXT or "\n" in text or _WORDS.search(text) is not None:
        return False
    body = text[1:-1].strip()
    head, equals, rest = body.partition("=")
    if equals:
        known = part.words.known.get(head.strip())
        return not part.unknown_heads and "=" not in rest and bool(rest.strip()) and known is not None and known[0] in (VALUE, VECTOR_NAME) and head.strip() not in part.heads
    scope = part.key.wanted.scope
    if not any((name := m["plain"] or m["greek"]) not in _INDICES and not scope.writes(name) and not scope.writes(f"\\{name}") and name not in scope.dims for m in _LETTER.finditer(body)):
        return False
    try:
        readings(body, scope)
    except ReadError as err:
        return err.what.endswith("is not declared.")
    return False
