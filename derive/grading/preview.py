"""What is read in an answer, without judging it: a student's preview."""

from __future__ import annotations

from typing import Any

from derive.grading.conditions.in_words import as_condition
from derive.grading.finding.reply import find_reply
from derive.grading.grade import grade, has_text
from derive.grading.keys import key_of, not_gradable
from derive.maths.write import plain
from derive.problem.model import Part, Problem


def preview(problem: Problem, part: Part | str, text: str) -> dict[str, Any]:
    """What is read in a text for a part, without judging it: {"read_as": [...], "problem": why nothing was read}."""
    if isinstance(part, str):
        part = problem.part(part)
    key = key_of(problem, part, False)
    kind = key.derivation.kind if not not_gradable(key) else ""
    if not has_text(text):
        return {"read_as": [], "problem": "missing: the answer is blank."}
    if kind in ("name", "table", "norm") or (kind and key.derivation.outputs):
        g = grade(problem, part, text, certified=False)
        return {"read_as": [g.read_as] if g.read_as else [], "problem": "" if g.read_as else g.reason}
    reply = find_reply(as_condition(text, key.wanted) if kind == "condition" else text, key.wanted)
    read = [plain(m.expr) for a in reply.alternatives for i in a.interpretations[:1] for m in i.members]
    errors = [str(a.error) for a in reply.alternatives if a.error is not None]
    return {"read_as": read, "problem": "" if read else "; ".join(errors) or "No formula was found."}
