"""A last look at a text that tells counts and is not right as it was read: as a program, then clause by clause."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.reply import gives_up
from derive.grading.further_looks import Seen
from derive.grading.keys import Key
from derive.grading.looks import Found, is_judged, looked_at
from derive.grading.verdict import Judgement, Verdict


def counts_told(text: str, before: Judgement, key: Key) -> Found | None:
    """What is found so, where that is right and nothing was found to speak against a right number. before: what the other looks found."""
    if before.verdict is Verdict.UNDECIDED and "would be right" in before.reason:
        return None
    if len(key.part.counted) < 2 and "\n" not in text.strip() and (_CONCLUDES.search(text) is None or _SUMMANDS.search(text) is not None):
        return None  # one number in one line is read by the other looks
    if before.verdict is Verdict.INCORRECT and len(key.part.counted) < 2 and "\n" not in text.strip() and "$" in text and len(_FORMULAS.findall(text)) < 2:
        return None  # its one number is wrong
    if gives_up(text) or _TAKEN_BACK.search(before.reason) or _CHANGED.search(text):
        return None
    from derive.grading.counts.in_code import told_in_code
    from derive.grading.counts.told import told

    found = told_in_code(text, key) or told(text, key)
    if not found or (len(found) == 1 and (last := _LAST.search(text)) is not None and is_judged(Verdict.INCORRECT, key, last["what"])):
        return None
    answer = found[0] if len(found) == 1 else f"({', '.join(found)})"
    seen = looked_at(answer, answer, key)
    return seen if seen[0].verdict is Verdict.CORRECT and not Seen(text, text, key).says_false() else None


_LAST = re.compile(r"\b(?:so|hence|therefore|thus)\s+(?:we\s+(?:get|have)\s+|it\s+is\s+|there\s+are\s+)?\$(?P<what>[^$]{1,80})\$(?:\s+messages)?[\s.!]*\Z", re.I)
_FORMULAS = re.compile(r"\$[^$]{3,}\$")
_TAKEN_BACK = re.compile(r"^Every formula in the text is taken back")
_CONCLUDES = re.compile(r"\b(?:so|hence|therefore|thus)\b", re.I)
_SUMMANDS = re.compile(r"[A-Za-z]{3,}\s*\+|\+\s*[\w·*]+\s+[A-Za-z]{3,}")  # 'n messages up + n down'
_CHANGED = re.compile(r"\(times\s+\$?\d|\((?:[^()]*\b)?(?:twice|half|double|three times|not counting|one for each|except|excluding|without|only)\b"
                      r"|\b(?:negated|halved|doubled|squared|times (?:two|three|four))\b", re.I)
