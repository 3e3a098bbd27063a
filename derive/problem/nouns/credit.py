"""What a wrong answer may earn: shares by kind of mistake, and the mistakes that a spec foresees."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths.expr import Expr

# What a [credit] table may give points for: the verdict 'partial', and kinds of mistakes by their diagnosis.
CREDITS = {
    "partial": "the verdict partial: a share of a table, an order of growth, a name that leaves something open",
    "follow_through": "a wrong value that is right for the person's own earlier answer",
    "constant_factor": "right but for a constant factor",
    "sign": "right but for the sign",
    "sign_and_factor": "right but for the sign and a constant factor",
    "penalty_convention": "right for another convention of the penalty weight",
    "other_norm": "right for another norm, or with another norm in it",
    "dual_norm": "a norm and its dual exchanged",
    "factor": "a missing or extra factor: a declared scalar, a dimension, a norm",
    "normalised": "normalised where it is not, or the other way round",
    "maximiser": "the maximiser in place of the minimiser, or the other way round",
    "rearranged": "the right entries in another order, or transposed",
    "inverse": "inverted",
    "not_optimal": "feasible but not optimal",
    "infeasible": "a constraint is violated",
    "sibling": "the answer to another part or problem",
    "not_converted": "not converted back to the original units",
    "rounding": "a rounding slip",
    "small_size": "right in dimension 1 only",
    "boundary": "wrong at the edge only: the end of a range, zeros, ties",
    "opposite": "a condition that holds where it must fail",
    "zero": "zero where it is not",
    "shape": "wrong shape",
}
DEFAULT_CREDIT = {"partial": 0.5, "follow_through": 0.5}  # every other kind earns nothing unless the spec says so


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that a spec foresees: its formula, what to say of it, and the share of the points it earns."""

    part: str
    answer: Expr
    says: str
    credit: float = 0.0
