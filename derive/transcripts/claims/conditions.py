"""A condition on the step size is judged against the range for which the iteration converges."""

from __future__ import annotations

from dataclasses import replace

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
    it = setting.problem.iteration
    if it is None or link.op not in ("<", "<=", ">", ">=") or it.step not in setting.lang.scope.symbols:
        return None
    step = setting.lang.scope.symbols[it.step]
    asked = next((p for p in setting.problem.parts if p.ask == "condition"), None)
    if asked is None and (setting.key.part.ask != "limit" or it.steps != "constant" or step.let is not None or step.given is not None):
        return None
    part = asked or replace(setting.key.part, id=f"{setting.key.part.id}:steps", ask="condition")
    try:
        a, b = sides_of(link, setting)[0]
    except Unreadable:
        return None
    free = {str(x.data) for e in (a.expr, b.expr) for x in E.walk(e) if x.op == "sym"}
    declared = setting.lang.scope.symbols
    if it.step not in free or any(n.startswith(LETTER) or n not in declared or (n != it.step and (n in setting.moving or (asked is not None and declared[n].given is None))) for n in free):
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
        if asked is None and found.witness is not None and found.witness.submitted == "fails":
            return Judged("undecided", "It is narrower than the range of steps for which the iteration converges.", sides=sides)
        return Judged("false", found.reason, found.strength, found.witness.to_dict() if found.witness else None, "limit", sides)
    return None
