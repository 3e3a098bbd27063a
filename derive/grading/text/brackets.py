"""Where brackets close."""

from __future__ import annotations

_OPEN, _CLOSE = "([{", ")]}"


def closing(text: str, start: int = 0) -> int:
    """Where the bracket that opens at a place is closed; -1 where it is not."""
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] in _OPEN) - (text[k] in _CLOSE)
        if not depth:
            return k
    return -1


def is_sum(formula: str) -> bool:
    """Whether a + or - stands between operands outside all brackets of a formula."""
    depth = 0
    for k, c in enumerate(formula):
        depth += (c in _OPEN) - (c in _CLOSE)
        if not depth and c in "+-−" and formula[:k].rstrip()[-1:] not in _NO_OPERAND:
            return True
    return False


_NO_OPERAND = ("", *"+-−*/^=·×,_")
