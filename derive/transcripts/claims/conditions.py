"""A condition on the step size is judged against the range for which the iteration converges."""

from __future__ import annotations

from derive.derivation.steps import Derivation
from derive.grading.judging.judge import judge
from derive.grading.keys import key_of
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.transcripts.claims.language import LETTER, Unreadable
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.verdicts import Judged


def judge_condition(link: Link, setting: Setting) -> Judged | None:
    """The judgement of an inequality in the step size alone; None for anything else.

    The range asked for, or a restatement of it, is true; one that holds or fails elsewhere is false.
    """
    part = next((p for p in setting.problem.parts if p.ask == "condition"), None)
    it = setting.problem.iteration
    if part is None or it is None or link.op not in ("<", "<=", ">", ">="):
        return None
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return None
    free = {str(x.data) for e in (a.expr, b.expr) for x in E.walk(e) if x.op == "sym"}
    declared = setting.lang.scope.symbols
    if it.step not in free or any(n.startswith(LETTER) or n not in declared or (n != it.step and declared[n].given is None) for n in free):
        return None
    key = key_of(setting.problem, part, False)
    if not isinstance(key.outcome, Derivation):
        return None
    found = judge(E.rel(link.op, a.expr, b.expr), key)
    sides = (a.expr, b.expr)
    if found.verdict is Verdict.CORRECT:
        return Judged("true", "It is the range of steps for which the iteration converges.", "measured", None, "limit", sides)
    if found.verdict is Verdict.INCORRECT:
        if E.is_number(b.expr, 0) or E.is_number(a.expr, 0):
            return None  # alpha > 0: an assumption
        return Judged("false", found.reason, found.strength, found.witness.to_dict() if found.witness else None, "limit", sides)
    return None
