"""Equations of counts in which each summand carries its unit: 'n messages up + n messages down = **2n**' is n + n = 2n."""

from __future__ import annotations

import re

_SUMMAND = re.compile(r"(?P<count>[^\s+=*A-Z][^+=*]{0,60}?) messages?(?: (?:up|down|in|out|back|forward|sent|received))?(?=\s*[+=]|\Z)")
_SUMS = re.compile(r"[^+=]+(?:\+[^+=]+)+=")


def of_counts(text: str) -> str | None:
    """A sum of messages, set equal to their number, as an equation of numbers; None for other texts."""
    if len(text) > 200:
        return None
    head, equals, total = text.partition("=")
    if not equals or "=" in total or not _SUMS.match(text):
        return None
    total = total.strip()
    if total[:2] == "**" == total[-2:]:
        total = total[2:-2]
    elif "*" in total:
        return None
    parts = [_SUMMAND.fullmatch(p.strip()) for p in head.split("+")]
    whole = _SUMMAND.fullmatch(total)
    if not all(parts):
        return None
    summed = " + ".join([f"({m['count']})" for m in parts if m is not None])
    return f"{summed} = {total if whole is None else whole['count']}"
