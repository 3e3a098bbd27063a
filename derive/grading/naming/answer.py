"""The judgement of a text that names an optimizer."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.naming.judgement import NameJudgement, judge_name
from derive.grading.naming.said_to_be import said_to_be
from derive.grading.naming.updates import updates_written
from derive.grading.replies.final_block import final_block
from derive.grading.verdict import Judgement, Verdict

_SENTENCE = re.compile(r"[.!\n]")


_PROGRAM = re.compile(r"```.*?(?:```|\Z)", re.S)
_OF_THE_TEXTBOOK = re.compile(
    r"(?<=[.!\n])\s*In\s+(?:textbook|standard|plain|vanilla|ordinary|the\s+usual|usual|classical|classic|the\s+original)\s+"
    r"[A-Za-z -]{2,30}\s[^.\n]*\b(?:would|is|are|has)\b[^.\n]*\.(?=\s|\Z)")
"""What is said of another method of the same name."""


def judge_named(text: str, key: Key) -> tuple[Judgement, str]:
    """The judgement of a name, and what was read; of a reply that ends in a block which is called the answer, that of the block where it is right."""
    text = _OF_THE_TEXTBOOK.sub(" ", text)
    if "```" in text and re.search(r"[A-Za-z]{4}", without := _PROGRAM.sub(" ", text)) is not None:
        text = without  # a program beside the name
    said = text.strip()
    if said.endswith("?") and said.count("?") == 1 and not _SENTENCE.search(said):
        return Judgement(Verdict.UNDECIDED, "It is asked, not answered."), ""
    written = updates_written(text, key)
    found = judge_name(text, key.derivation)
    if found.verdict in ("unreadable", "partial") and written.rest != text:
        found = judge_name(written.rest, key.derivation)  # 'gradient descent: u = F'
    if found.verdict != Verdict.CORRECT:
        last = final_block(text, key)
        found = _all_right([last] if last else said_to_be(text), key) or found
    verdict = Verdict(found.verdict)
    if verdict is Verdict.CORRECT and written.wrong:
        return Judgement(Verdict.PARTIAL, f"The name is right, but the update that is written beside it, {written.wrong[:200]}, is another one.", "proved", written.witness), found.read_as
    return Judgement(verdict, found.reason, "measured" if verdict is Verdict.CORRECT else "", found.witness), found.read_as


def _all_right(pieces: list[str], key: Key) -> NameJudgement | None:
    """The judgement of the pieces of a text that name an optimizer, where one is right and none wrong; None elsewhere."""
    found = [j for p in pieces if (j := judge_name(p, key.derivation)).verdict != "unreadable"]
    return next((j for j in found if j.verdict == "correct"), None) if all(j.verdict in ("correct", "partial") for j in found) else None
