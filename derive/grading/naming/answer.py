"""The judgement of a text that names an optimizer."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.final_block import final_block
from derive.grading.keys import Key
from derive.grading.naming.judgement import judge_name
from derive.grading.verdict import Judgement, Verdict

_SENTENCE = re.compile(r"[.!\n]")


def judge_named(text: str, key: Key) -> tuple[Judgement, str]:
    """The judgement of a name, and what was read; of a reply that ends in a block which is called the answer, that of the block where it is right."""
    said = text.strip()
    if said.endswith("?") and said.count("?") == 1 and not _SENTENCE.search(said):
        return Judgement(Verdict.UNDECIDED, "It is asked, not answered."), ""
    found = judge_name(text, key.derivation)
    if found.verdict != Verdict.CORRECT and (last := final_block(text, key)):
        again = judge_name(last, key.derivation)
        found = again if again.verdict == Verdict.CORRECT else found
    verdict = Verdict(found.verdict)
    return Judgement(verdict, found.reason, "measured" if verdict is Verdict.CORRECT else "", found.witness), found.read_as
