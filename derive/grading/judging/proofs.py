"""How strongly an agreement is established."""

from __future__ import annotations

from derive.grading.judging.standards import required_of
from derive.grading.keys import Key
from derive.grading.proof import proof_of
from derive.maths.equality import (
    Equal,
)
from derive.maths.expr import Expr


def strength_of(answer: Expr, key: Key, found: object) -> tuple[str, str]:
    """The strength of an agreement, and how it is proved where a proof is demanded."""
    strength = found.strength if isinstance(found, Equal) else "measured"
    if key.proof != "always" or strength == "proved" or not isinstance(found, Equal):
        return strength, ""
    how = proof_of(answer, required_of(key), key)
    return ("proved", f" It is proved: {how}.") if how else (strength, " No proof of it was found.")
