"""The five verdicts, and the Grade that carries one with everything a person needs to check it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from derive.grading.later import Later
from derive.maths.equality import Witness


class Verdict(str, Enum):
    """correct, partial, incorrect, undecided (it could not be decided), unreadable (it could not be read)."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"


SCORES = {Verdict.CORRECT: 1.0, Verdict.PARTIAL: 0.5, Verdict.INCORRECT: 0.0}


def _none() -> None:
    return None


@dataclass(frozen=True)
class Judgement(Later):
    """What was decided of one expression, and on what evidence. What only explains may be worked out later."""

    verdict: Verdict
    reason: str
    strength: str = field(default_factory=str)
    witness: Witness | None = field(default_factory=_none)
    diagnosis: str = field(default_factory=str)
    false: str = field(default_factory=str)  # what the text says beside a right answer, and does not hold


def contradicted(false: str, answer: str = "The formula", shown: str = "") -> Judgement:
    """A right answer beside which a text says what does not hold. shown: how that is shown in the reason, where not in quotation marks."""
    return Judgement(Verdict.UNDECIDED, f"{answer} would be right, but the text also says {shown or quoted(false)}, which does not hold.", false=false)


def quoted(said: str) -> str:
    """Words of a text in quotation marks, at most 200 characters of them."""
    return f"'{said.strip()[:200]}'"


@dataclass(frozen=True)
class Grade(Later):
    """The verdict on one answer. score is None where a person must look (undecided, unreadable).

    Verdict and score are there at once; what explains them may be worked out when it is looked at. id: as the caller gave it, of its type: a number stays one.
    """

    problem: str
    part: str
    verdict: Verdict
    score: float | None
    read_as: str
    reason: str
    strength: str = field(default_factory=str)
    diagnosis: str = field(default_factory=str)
    witness: Witness | None = field(default_factory=_none)
    id: object = ""

    def named(self, id: object) -> Grade:
        """The same grade of an answer with another id; nothing is worked out for it."""
        return self if id is self.id else Grade.later(lambda: replace(self, id=id), problem=self.problem, part=self.part, verdict=self.verdict,
                                                      score=self.score, id=id)

    def to_dict(self) -> dict[str, Any]:
        """The stable JSON form: the same keys in the same order for every grade."""
        return {
            "id": self.id, "problem": self.problem, "part": self.part, "verdict": self.verdict.value, "score": self.score,
            "read_as": self.read_as, "reason": self.reason, "strength": self.strength or None,
            "diagnosis": self.diagnosis or None, "witness": self.witness.to_dict() if self.witness else None,
        }
