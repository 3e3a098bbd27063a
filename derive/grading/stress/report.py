"""What a run of the question tests found: of one part, and of all together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One answer that was judged wrongly: the text, what it was, and the verdict with its reason."""

    text: str
    how: str
    verdict: str
    reason: str


@dataclass(frozen=True)
class StressReport:
    """What a run over one part tried and found. Every figure counts distinct texts.

    wanted, seed: how many of each were asked for, and from which draw; forms_tried, misses_tried: how many there were, fewer
    than wanted where the hands have no more to write; refused: right forms not judged correct; accepted: near misses judged correct;
    undecided: near misses that were neither refused nor accepted (undecided or unreadable); mistakes: near misses by class;
    skipped: why nothing could be tried.
    """

    problem: str
    part: str
    wanted: int = 0
    seed: int = 0
    forms_tried: int = 0
    refused: tuple[Finding, ...] = ()
    misses_tried: int = 0
    accepted: tuple[Finding, ...] = ()
    undecided: int = 0
    mistakes: tuple[tuple[str, int], ...] = ()
    skipped: str = ""

    @property
    def clean(self) -> bool:
        """No right form refused, no near miss accepted, and something was tried."""
        return not (self.refused or self.accepted or self.skipped)

    @property
    def short(self) -> bool:
        """Whether the hands had fewer distinct texts than were asked for."""
        return not self.skipped and min(self.forms_tried, self.misses_tried) < self.wanted

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "mistakes": dict(self.mistakes), "clean": self.clean}


def totals(reports: Sequence[StressReport]) -> dict[str, Any]:
    """The figures of all parts together, as plain data: sums, and the parts that were not tried or ran out of distinct texts."""
    return {
        "parts": len(reports),
        "tried": sum(not r.skipped for r in reports),
        "forms": sum(r.forms_tried for r in reports),
        "refused": sum(len(r.refused) for r in reports),
        "misses": sum(r.misses_tried for r in reports),
        "accepted": sum(len(r.accepted) for r in reports),
        "undecided": sum(r.undecided for r in reports),
        "short": [f"{r.problem}#{r.part}" for r in reports if r.short],
        "not_tried": {f"{r.problem}#{r.part}": r.skipped for r in reports if r.skipped},
    }


def totals_text(found: dict[str, Any]) -> str:
    """The figures of all parts in a few lines."""
    lines = [f"{found['tried']} of {found['parts']} parts tried: {found['forms']} right forms, {found['refused']} refused; "
             f"{found['misses']} near misses, {found['accepted']} accepted ({found['undecided']} undecided or unreadable)."]
    if found["short"]:
        names = found["short"]
        lines.append(f"Fewer distinct texts than asked for: {len(names)} parts ({', '.join(names[:NAMED])}{', ...' if len(names) > NAMED else ''}).")
    lines += [f"Not tried: {name}: {why}" for name, why in found["not_tried"].items()]
    return "\n".join(lines)


NAMED = 6  # names of parts in a line
