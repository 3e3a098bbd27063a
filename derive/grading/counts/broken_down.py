"""What the number before it is made of: '2 T a b (T a b for dx and T a b for dW)' without the bracket, where its terms are proved to add up to that number."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_VALUE = r"[\w·*\\^/{}]{1,40}(?:\s[\w·*\\^/{}]{1,40}){0,4}?"
_TERM = re.compile(rf"\s*\$?(?P<value>{_VALUE})\$?\s+(?:for|from|to|per|of|by)\s+(?P<of>[^(),;]+)")
_BRACKET = re.compile(rf"(?P<value>{_VALUE})\$?\s*(?P<bracket>\((?P<terms>[^()]{{3,160}})\))")
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*;\s*")


def without_terms(text: str, holds: Callable[[str], bool]) -> str:
    """The text without brackets that break down the number before them. holds: whether an equation is proved."""
    for m in reversed(list(_BRACKET.finditer(text))) if "(" in text else ():
        terms = [_TERM.fullmatch(t) for t in _BETWEEN.split(m["terms"]) if t.strip()]
        if len(terms) < 2 or None in terms:
            continue
        total = " + ".join(t["value"] for t in terms if t is not None)
        ends = [m["value"].split(" ", k)[-1] for k in range(m["value"].count(" ") + 1)]  # 'backward 2 T a b': the words before are none of the value
        if any(holds(f"{end} = {total}") for end in ends):
            text = text[: m.start("bracket")].rstrip() + text[m.end("bracket") :]
    return text
