"""What a course does with answers: points, attempts, digits, follow-through. Read from [policy] and from the parts of a spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derive.problem.fields import Place, only_keys

COUNTS = ("last", "best")
FEEDBACK = ("full", "hint", "verdict")
MAX_DIGITS = 15


@dataclass(frozen=True)
class Policy:
    """What holds for every part of a problem that does not say otherwise.

    points: of a part that names none; digits: significant digits that a decimal needs at least; follow_through: whether the
    value of an earlier part is judged by the person's own answer to it; attempts: how many attempts are marked
    (None: as many as there are); counts: which of them counts, the 'last' or the 'best'; attempt_cost: the share of
    the points that every attempt before the counted one costs; feedback: how much a student is shown.
    """

    points: float = 1.0
    digits: int = 2
    follow_through: bool = False
    attempts: int | None = None
    counts: str = "last"
    attempt_cost: float = 0.0
    feedback: str = "full"

    def kept(self, attempt: int) -> float:
        """The share of the points that is left at an attempt (1, 2, ...): 1 - attempt_cost * (attempt - 1), at least 0."""
        return max(0.0, round(1.0 - self.attempt_cost * (attempt - 1), 12))

    def counted(self, shares: Sequence[float | None]) -> tuple[int, float | None]:
        """Which attempt counts (from 0; -1 for none), and its share of the points less what the attempts before it cost.

        shares: what each attempt earned, in order; None where a person must look. The share is None where the
        counted attempt waits for a person, or where, of the best, one that waits could still be better.
        """
        marked = list(shares[: self.attempts])
        if not marked:
            return -1, None
        worth = [None if s is None else round(s * self.kept(i), 12) for i, s in enumerate(marked, 1)]
        if self.counts == "last":
            return len(marked) - 1, worth[-1]
        known = [(w, -i) for i, w in enumerate(worth) if w is not None]
        best, place = max(known, default=(-1.0, 0))
        waiting = [i for i, w in enumerate(worth) if w is None and self.kept(i + 1) > best]
        return (waiting[0], None) if waiting else (-place, best)


def read_policy(raw: Any, place: Place) -> Policy:
    """The [policy] table. Raises SpecError with file and key."""
    only_keys(raw, frozenset(Policy.__dataclass_fields__), place)
    attempts = raw.get("attempts")
    if attempts is not None and (not isinstance(attempts, int) or isinstance(attempts, bool) or attempts < 1):
        raise place.at("attempts").error(f"{attempts!r} is no number of attempts.", "Write attempts = 3, or leave it out for any number.")
    for key, words in (("counts", COUNTS), ("feedback", FEEDBACK)):
        if raw.get(key, words[0]) not in words:
            raise place.at(key).error(f"{raw[key]!r} is not known.", f"Write one of: {', '.join(words)}.")
    default = Policy()
    return Policy(
        points_of(raw, default, place), digits_of(raw, default, place), flag_of(raw, "follow_through", False, place), attempts, raw.get("counts", COUNTS[0]),
        share_of(raw["attempt_cost"], place.at("attempt_cost")) if "attempt_cost" in raw else 0.0, raw.get("feedback", FEEDBACK[0]),
    )


def points_of(raw: Mapping[str, Any], policy: Policy, place: Place) -> float:
    """The points of a part."""
    value = raw.get("points", policy.points)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        raise place.at("points").error(f"{value!r} is no number of points.", "Write a number that is not negative, like points = 2.")
    return float(value)


def digits_of(raw: Mapping[str, Any], policy: Policy, place: Place) -> int:
    """The significant digits that a decimal answer to a part needs at least."""
    value = raw.get("digits", policy.digits)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_DIGITS:
        raise place.at("digits").error(f"{value!r} is no number of significant digits.", f"Write a whole number from 1 to {MAX_DIGITS}, like digits = 3.")
    return value


def flag_of(raw: Mapping[str, Any], key: str, default: bool, place: Place) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise place.at(key).error(f"{key} is true or false.")
    return value


def share_of(value: Any, place: Place) -> float:
    """A share of the points."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise place.error(f"{value!r} is not a share of the points.", "Write a number from 0.0 to 1.0.")
    return float(value)


def credit_of(raw: Any, kinds: Mapping[str, str], place: Place) -> dict[str, float]:
    """A [credit] table: the share of the points by kind of mistake."""
    only_keys(raw, frozenset(kinds), place)
    return {kind: share_of(value, place.at(kind)) for kind, value in raw.items()}
