"""What a mistake is worth: the policy of the spec, by the kind of the diagnosis."""

from __future__ import annotations

from dataclasses import replace

from derive.grading.verdict import SCORES, Judgement, Verdict
from derive.problem.model import Problem

# How the sentence of each kind begins or what it says; the first that fits counts. Kinds: problem.nouns.credit.CREDITS.
_SAID: tuple[tuple[str, str], ...] = (
    ("right for the penalty weight", "penalty_convention"), ("the maximiser in place", "maximiser"), ("the minimiser in place", "maximiser"),
    ("several answers", ""), ("restatement", ""), ("wrong shape", "shape"), ("rounding", "rounding"), ("zero where", "zero"),
    ("dual norm", "dual_norm"), ("another norm", "other_norm"), ("missing factor", "factor"), ("extra factor", "factor"),
    ("normalised", "normalised"), ("not normalised", "normalised"), ("not converted back", "not_converted"), ("not rescaled", "not_converted"),
    ("answers another", "sibling"), ("inverse", "inverse"), ("transposed", "rearranged"), ("entries ", "rearranged"),
    ("infeasible", "infeasible"), ("feasible but not", "not_optimal"), ("not optimal", "not_optimal"), ("not the limit", "not_optimal"),
    ("right at", "small_size"), ("boundary", "boundary"), ("opposite", "opposite"), ("sign and", "sign_and_factor"),
    ("sign", "sign"), ("constant factor", "constant_factor"),
)


def kind_of(diagnosis: str) -> str:
    """The kind (a key of CREDITS) of a diagnosis that this package makes; '' for any other text.

    A sentence that names two mistakes is of no kind: neither is all that is wrong. What stands after a
    colon tells more than what stands before it, where it is of a kind itself.
    """
    if ", and " in diagnosis:
        return ""
    for text in (diagnosis.partition(": ")[2], diagnosis):
        for said, kind in _SAID:
            if text.startswith(said):
                return kind
    return ""


def share_of(judgement: Judgement, problem: Problem, part: str) -> float | None:
    """The share of the points that a judgement earns; None where a person must look."""
    if judgement.verdict is Verdict.PARTIAL:
        return problem.credit_for("follow_through" if judgement.diagnosis == "followed through" else "partial", part)
    if judgement.verdict is not Verdict.INCORRECT or not judgement.diagnosis:
        return SCORES.get(judgement.verdict)
    for m in problem.misconceptions:
        if m.part == part and m.says == judgement.diagnosis:
            return m.credit
    kind = kind_of(judgement.diagnosis)
    return problem.credit_for(kind, part) if kind else 0.0


def earns(problem: Problem, part: str) -> bool:
    """Whether any mistake in a part earns points."""
    own = next((p.credit for p in problem.parts if p.id == part), {})
    return any(v for table in (own, problem.credit) for v in table.values()) or any(m.credit for m in problem.misconceptions if m.part == part)


def credited(judgement: Judgement, problem: Problem, part: str) -> tuple[Judgement, float | None]:
    """The judgement and its score: a wrong answer whose mistake earns points is partial. The mistake is looked for only where one does."""
    if judgement.verdict is Verdict.INCORRECT and not earns(problem, part):
        return judgement, SCORES[judgement.verdict]
    share = share_of(judgement, problem, part)
    if judgement.verdict is Verdict.INCORRECT and share:
        return replace(judgement, verdict=Verdict.PARTIAL), share
    return judgement, share
