"""Typical mistakes of a part: what a slip of a sign, a factor, a norm or a convention gives, and what is said of it.

Nothing is typed in but what the spec foresees: every wrong answer is derived from a changed statement or is the key with one
thing changed, it is judged as an answer is, and it is listed only where it is judged wrong with a diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.derivation.steps import Derivation
from derive.grading.diagnosis.credit import credited
from derive.grading.diagnosis.diagnose import diagnose
from derive.grading.diagnosis.variants import CANNOT, conventions, opposite_sense, other_questions
from derive.grading.judging.judge import judge
from derive.grading.keys import Key, key_of
from derive.grading.stress.misses import conditions as changed_conditions
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

MOST = 6
TRIED = 24  # candidates that are judged at most


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, what is said of it, and the share of the points it earns."""

    answer: Expr
    says: str
    share: float


def typical_mistakes(problem: Problem, part: Part, most: int = MOST) -> list[Mistake]:
    """Wrong answers to a part with their diagnoses, those that the spec foresees first; one for each diagnosis."""
    key = key_of(problem, part, certified=False)
    if not isinstance(key.outcome, Derivation) or key.derivation.answer is None or key.derivation.outputs:
        return []
    found: dict[str, Mistake] = {}
    kinds: dict[str, int] = {}
    for tried, e in enumerate(_candidates(key)):
        if len(found) >= most or tried >= TRIED:
            break
        try:
            judged = judge(e, key)
            said = judged.diagnosis or (diagnose(e, key) if judged.verdict is Verdict.INCORRECT else "")
            judgement, share = credited(replace(judged, diagnosis=said), problem, part.id)
        except CANNOT:
            continue
        kind = judgement.diagnosis.partition(":")[0].partition(" ")[0]
        wrong = judgement.verdict in (Verdict.INCORRECT, Verdict.PARTIAL) and judgement.diagnosis
        if not wrong or judgement.diagnosis in found or kinds.get(kind, 0) >= 2:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        found[judgement.diagnosis] = Mistake(_plain(e), judgement.diagnosis, share or 0.0)
    return list(found.values())


def _candidates(key: Key) -> Iterator[Expr]:
    """Wrong answers, the likeliest first."""
    answer = key.derivation.answer
    assert answer is not None
    for m in key.problem.misconceptions:
        if m.part == key.part.id:
            yield m.answer
    if key.derivation.kind == "condition":
        yield from (m.expr for m in changed_conditions(answer))
        return
    if key.derivation.kind not in ("point", "expression"):
        return
    yield from (v.expr for v in conventions(key).told[:2])
    yield simplify(E.mul(E.TWO, answer))
    if key.part.ask != "count":  # nobody counts to less than nothing
        yield simplify(E.neg(answer))
    yield from (v.expr for v in other_questions(key).told)
    yield from (v.expr for v in opposite_sense(key).told)
    yield simplify(E.div(answer, E.TWO))



def _plain(e: Expr) -> Expr:
    """The wrong answer as people write it: no factor 1, no term 0."""
    try:
        return simplify(e)
    except CANNOT:
        return e
