"""The five verdicts, and the Grade that carries one with everything a person needs to check it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from derive.maths.equality import Witness


class Verdict(str, Enum):
    """correct, partial, incorrect, undecided (it could not be decided), unreadable (it could not be read)."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"


SCORES = {Verdict.CORRECT: 1.0, Verdict.PARTIAL: 0.5, Verdict.INCORRECT: 0.0}


@dataclass(frozen=True)
class Judgement:
    """What was decided of one expression, and on what evidence."""

    verdict: Verdict
    reason: str
    strength: str = ""
    witness: Witness | None = None
    diagnosis: str = ""


@dataclass(frozen=True)
class Grade:
    """The verdict on one answer. score is None where a person must look (undecided, unreadable)."""

    problem: str
    part: str
    verdict: Verdict
    score: float | None
    read_as: str
    reason: str
    strength: str = ""
    diagnosis: str = ""
    witness: Witness | None = None
    id: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The stable JSON form: the same keys in the same order for every grade."""
        return {
            "id": self.id, "problem": self.problem, "part": self.part, "verdict": self.verdict.value, "score": self.score,
            "read_as": self.read_as, "reason": self.reason, "strength": self.strength or None,
            "diagnosis": self.diagnosis or None, "witness": self.witness.to_dict() if self.witness else None,
        }
