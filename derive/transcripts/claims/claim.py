"""The noun: a mathematical statement that a model makes, with its verdict and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

VERDICTS = ("true", "false", "convention", "definition", "hypothetical", "undecided", "unreadable")


@dataclass(frozen=True)
class Override:
    """A person's decision against the engine: what the engine's verdict was, who decided, and why."""

    was: str
    by: str = ""
    why: str = ""

    def to_dict(self) -> dict[str, str]:
        """As plain data."""
        return {"was": self.was, "by": self.by, "why": self.why}


@dataclass(frozen=True)
class Claim:
    """One statement.

    id: turn and number in it; role: assistant or assistant-thinking; part: problem, or problem#part where the
    claim is about the asked answer; line_start, line_end: in the source as given; text: as it stands there;
    latex: the statement as it was read; type: equation, objective, vector, numeric, inequality, table-entry,
    definition, identification or qualitative; verdict: one of VERDICTS; strength: proved, measured or empty;
    modality: asserted, quoted, hedged, conditional, question or withdrawn; witness: an instance against a false
    claim, {at, left, right} with the values of the two sides, or {at, submitted, required} for what the key
    judges; correction: the corrected form where the key gives it; convention: the weight of the penalty under
    which it is judged, where it is not that of the problem; lossy: it was put together from displaced pieces,
    which stand on its lines; place: the lines of the hole in the prose that it left, where that is plain;
    answers: it gives the asked answer itself; override: a person's decision, where verdict is theirs.
    """

    id: str
    turn: int
    role: str
    part: str
    line_start: int
    line_end: int
    text: str
    latex: str
    type: str
    verdict: str
    strength: str
    modality: str
    reason: str
    witness: dict[str, Any] | None = None
    correction: str = ""
    convention: str = ""
    lossy: bool = False
    place: tuple[int, int] | None = None
    answers: bool = False
    override: Override | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        out: dict[str, Any] = {
            "id": self.id, "turn": self.turn, "role": self.role, "part": self.part, "line_start": self.line_start, "line_end": self.line_end,
            "text": self.text, "latex": self.latex, "type": self.type, "verdict": self.verdict, "strength": self.strength,
            "modality": self.modality, "reason": self.reason, "witness": self.witness, "correction": self.correction,
        }
        if self.convention:
            out["convention"] = self.convention
        if self.override is not None:
            out["override"] = self.override.to_dict()
        if self.lossy:
            out["lossy"] = True
            out["place"] = list(self.place) if self.place is not None else None
        return out
