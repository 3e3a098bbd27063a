"""A last look at a text that tells counts and is not right as it was read: as a program, then clause by clause."""

from __future__ import annotations

from derive.grading.further_looks import Seen
from derive.grading.keys import Key
from derive.grading.looks import Found, looked_at
from derive.grading.reply import gives_up
from derive.grading.verdict import Judgement, Verdict
from derive.grading.wanted import Reply


def counts_told(text: str, before: Judgement, reply: Reply, key: Key) -> Found | None:
    """What is found so, where that is right and nothing was found to speak against a right number. before, reply: what the other looks found."""
    if before.verdict is Verdict.UNDECIDED and "would be right" in before.reason:
        return None
    if before.verdict is Verdict.INCORRECT and "\n" not in text and len(key.part.counted) < 2 and _numbers_in(reply) < 2:
        return None  # its one number is wrong
    if gives_up(text):
        return None
    from derive.grading.counts_in_code import told_in_code
    from derive.grading.counts_told import told

    found = told_in_code(text, key) or told(text, key)
    if not found:
        return None
    answer = found[0] if len(found) == 1 else f"({', '.join(found)})"
    seen = looked_at(answer, answer, key)
    return seen if seen[0].verdict is Verdict.CORRECT and not Seen(text, text, key).says_false() else None


def _numbers_in(reply: Reply) -> int:
    """How many formulas a reply was read to give."""
    return sum(len(i.members) for a in reply.alternatives for i in a.interpretations[:1])
