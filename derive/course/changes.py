"""What differs between two gradings of a course."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from derive.course.collate import Record
from derive.course.decisions import Decision
from derive.course.mark import Marked

_SEEN = ("verdict", "points", "max")


def changes(before: Sequence[Record], after: Sequence[Record]) -> list[dict[str, Any]]:
    """One entry for each answer whose verdict or points differ, or that is in one of the two only: student, problem, part, was, now, read_as."""
    was, now = _by_part(before), _by_part(after)
    out = []
    for at in dict.fromkeys([*now, *was]):
        a, b = was.get(at), now.get(at)
        old, new = ({k: p[k] for k in _SEEN} if p is not None else None for p in (a, b))
        if old != new:
            student, problem, part = at
            out.append({"student": student, "problem": problem, "part": part, "was": old, "now": new, "read_as": (b or a or {}).get("read_as", "")})
    return out


def _by_part(records: Sequence[Record]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(r["student"], p["problem"], p["part"]): p for r in records for p in r["parts"]}


def unused(decisions: Sequence[Decision], marked: Iterable[Marked]) -> list[Decision]:
    """Decisions that fit no answer that was handed in."""
    answers = [(m["student"], p) for m in marked for p in m["parts"]]
    return [d for d in decisions if not any(d.applies(student, p) for student, p in answers)]
