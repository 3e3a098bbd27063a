"""Which bars of a formula open and which close: ‖α ‖g‖_1 g‖_2 holds a norm in a norm, though no bar tells left from right.

A bar behind an operator opens, one before a subscript closes, \\lVert opens and \\right\\| closes. For the others the nearest pairing
is taken that leaves no bar over; brackets are never crossed. Where there is none, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.maths.tokens import Token

MAX_BARS = 16
MAX_MARKS = 100  # bars and brackets
MAX_STEPS = 2_000  # of the search for a pairing

_BARS = frozenset(("|", "‖"))
_OPENING = frozenset(("(", "[", "{", "\\{", "⟨"))
_CLOSING = frozenset((")", "]", "}", "\\}", "⟩"))
_BEFORE_OPENING = _OPENING | frozenset(("+", "-", "*", "/", "=", "≈", "<", ">", "≤", "≥", ",", "&", ";", "\\\\", "∈", "→", "⇒", "·", "×", "⊙", "^"))
_BEHIND_CLOSING = _CLOSING | frozenset(("_", "^", "+", "*", "/", "=", "≈", "<", ">", "≤", "≥", ",", "&", ";", "\\\\", "→", "⇒", "·", "×", "⊙"))


def openings(tokens: Sequence[Token], text: str) -> frozenset[int]:
    """The places of bars that open although another one of their kind is open."""
    bars = [k for k, t in enumerate(tokens) if t.kind == "op" and t.value in _BARS]
    if not 4 <= len(bars) <= MAX_BARS:
        return frozenset()
    marks = [k for k, t in enumerate(tokens) if t.kind == "op" and (t.value in _BARS or t.value in _OPENING or t.value in _CLOSING)]
    if len(marks) > MAX_MARKS:
        return frozenset()
    steps = 0

    def paired(at: int, stack: tuple[str, ...], previous: int) -> tuple[int, ...] | None:
        """Which of the marks from here on are bars that open; None where they cannot be paired."""
        nonlocal steps
        steps += 1
        if steps > MAX_STEPS:
            return None
        if at == len(marks):
            return () if not stack else None
        k = marks[at]
        sign = str(tokens[k].value)
        if sign in _OPENING:
            return paired(at + 1, (*stack, "("), -1)
        if sign in _CLOSING:
            return paired(at + 1, stack[:-1], -1) if stack and stack[-1] == "(" else None
        opens, closes = _directions(tokens, k, text)
        if closes and stack and stack[-1] == sign and previous != k - 1:
            rest = paired(at + 1, stack[:-1], -1)
            if rest is not None:
                return rest
        if opens:
            rest = paired(at + 1, (*stack, sign), k)
            if rest is not None:
                return k, *rest
        return None

    found = paired(0, (), -1)
    return frozenset(tokens[k].pos for k in found) if found else frozenset()


def _directions(tokens: Sequence[Token], k: int, text: str) -> tuple[bool, bool]:
    """Whether a bar can open, and whether it can close."""
    before, behind = tokens[k - 1] if k else None, tokens[min(k + 1, len(tokens) - 1)]
    written = text[max(0, tokens[k].pos - 6) : tokens[k].pos + 6]
    at = min(6, tokens[k].pos)
    ahead, own = written[:at].rstrip(), written[at:]
    if own.startswith(("\\lV", "\\lv")) or ahead.endswith("\\left"):
        return True, False
    if own.startswith(("\\rV", "\\rv")) or ahead.endswith("\\right"):
        return False, True
    first = before is None or (before.kind == "op" and before.value in _BEFORE_OPENING)
    last = behind.kind in ("end", "sub", "sup") or (behind.kind == "op" and behind.value in _BEHIND_CLOSING)
    return (not last, not first) if first != last else (True, True)
