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
