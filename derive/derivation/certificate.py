"""Evidence and certificates: what was checked, how strongly, with what result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PROVED, MEASURED, ASSUMED = "proved", "measured", "assumed"
_ORDER = {PROVED: 2, MEASURED: 1, ASSUMED: 0}


@dataclass(frozen=True)
class Evidence:
    """One check: its name, strength, whether it holds, and the figures behind it.

    gap: the largest relative difference that was seen, where the check measures one.
    """

    check: str
    strength: str
    holds: bool
    detail: str
    gap: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        out: dict[str, Any] = {"check": self.check, "strength": self.strength, "holds": self.holds, "detail": self.detail}
        if self.gap is not None:
            out["gap"] = float(f"{self.gap:.2e}")
        return out


@dataclass(frozen=True)
class Certificate:
    """All evidence for one part. needs: what the checks read of the derivation besides its answer and value."""

    problem: str
    part: str
    evidence: tuple[Evidence, ...]
    needs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every check holds (a certificate without evidence holds nothing)."""
        return bool(self.evidence) and all(e.holds for e in self.evidence)

    @property
    def strength(self) -> str:
        """The weakest strength of the checks."""
        return min((e.strength for e in self.evidence), key=lambda s: _ORDER[s]) if self.evidence else ASSUMED

    @property
    def gap(self) -> float | None:
        """The largest measured gap to the numerical truth."""
        gaps = [e.gap for e in self.evidence if e.gap is not None]
        return max(gaps) if gaps else None

    def failures(self) -> tuple[Evidence, ...]:
        """The checks that do not hold."""
        return tuple(e for e in self.evidence if not e.holds)
