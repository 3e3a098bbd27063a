"""Programs that stand in a reply beside a formula: one that computes another value of the kind that is asked is another answer."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.finding.interpret import MISFIT
from derive.grading.keys import Key
from derive.grading.looks import Found
from derive.grading.text.cleaning import is_program
from derive.grading.verdict import Verdict

_FENCED = re.compile(r"```[ \t]*(?:python|py|numpy)?[ \t]*\n(?P<code>.{1,4000}?)\n[ \t]*```", re.S | re.I)
_MOST = 4


def another_program(text: str, key: Key, look: Callable[[str], Found]) -> str:
    """The first line of the first program that has the shape that is asked and is wrong, or whose shapes do not fit; '' where there is none."""
    if "```" not in text or key.derivation.kind == "condition":
        return ""
    for m in list(_FENCED.finditer(text))[:_MOST]:
        if not is_program(m["code"]):
            continue
        judged, _, reply = look(m["code"])
        members = [x.expr for a in reply.alternatives for i in a.interpretations for x in i.members]
        misfit = any(a.error is not None and MISFIT in a.error.what for a in reply.alternatives)
        if misfit or (judged.verdict is Verdict.INCORRECT and members and all(e.shape == key.wanted.shape for e in members)):
            return m["code"].strip().partition("\n")[0]
    return ""
