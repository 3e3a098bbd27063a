"""A right formula that stands in a text whose judgement is by another one: which of them is the answer must be plain before it is called wrong."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.beside.told_otherwise import told_otherwise
from derive.grading.direct.lane import lane
from derive.grading.finding.reply import find_reply
from derive.grading.judging.replies import judge_reply
from derive.grading.keys import Key
from derive.grading.looks import is_judged
from derive.grading.replies.final_block import LABEL
from derive.grading.text.cleaning import is_program
from derive.grading.verdict import Verdict

MAX_TEXT, MOST = 3_000, 12
_SPEAKS = re.compile(r"[a-z]{2,} [a-z]{2,}", re.I)
_CONCLUDES = re.compile(
    r"(?:\b(?:so|thus|hence|therefore|altogether|total|overall|finally|conclude|conclusion|result|answer|final|becomes|giving|gives|makes|instead|actually|rather|correct(?:ed|ion)?|wait|no|twice"
    r"|double|half|or|either|is(?!\s+not)|are(?!\s+not)|equals|i\.e)\b|=>|⇒|→|∴|\\Rightarrow|\\implies)[^.;$\n]{0,40}\Z", re.I)
_SENTENCE = re.compile(r"(?:[.;!?]\s|\n|,\s+(?=(?:but|so|hence|thus|therefore)\b))\s*")
_SUPPOSED = re.compile(
    r"\b(?:for|if|when|with|at|take|say|e\.g\.)\s+\$?\\?[A-Za-z]\w*(?:\s*=\s*\w+)*\s*=|\bnot\s*[$(]*\Z"
    r"|\b(?:would|were|example|instance|compare\w*|unlike|instead of|putting|more than|less than|below|above)\b", re.I)
_EQUATED = re.compile(r"=[\s*$`(]*\Z")
_ONLY_IF = re.compile(r"\b(?:would|were|had|if|one might|could)\b", re.I)
_IN_TOTAL = re.compile(r"[\s$*`)]*(?:messages?\s+|numbers?\s+)?(?:in\s+total|in\s+all|altogether|overall)\b", re.I)
_SO = re.compile(r"(?:\b(?:so|hence|thus|therefore|answer(?: is)?|total|makes|gives)\b|=>|→)[\s:$]*\Z", re.I)
_LETTER = re.compile(r"\\?[A-Za-zα-ω]\w{0,6}")
_MARKED = re.compile(r"\b(?:wrong|correction|first (?:i|we) wrote|mistake\w*|either|sorry|oops)\b|\\boxed|\*\*[^*\n]*(?:answer|result)[^*\n]*\*\*|~~", re.I)


def right_formula_beside(text: str, key: Key) -> str:
    """The right formula of a text judged wrong by another that nothing marks as its answer; '' where it has none, or concludes with the other."""
    if len(text) > MAX_TEXT or is_program(text) or "|--" in text or _SPEAKS.search(text) is None or _MARKED.search(text) is not None or any(LABEL.match(line) for line in text.split("\n")):
        return ""
    found = formulas(text, key.wanted.scope)
    if not 1 < len(found) <= MOST:
        return ""
    right = [k for k, (_, f) in enumerate(found) if _is_right(f, key)]
    if not right:
        return ""
    at = found[right[-1]][0]
    if found[right[-1]][1].lstrip("*$ ").startswith("=") or _EQUATED.search(text, max(0, at - 12), at) or _ONLY_IF.search(text, _begins(text, at), at):
        return ""
    if any(_IN_TOTAL.match(text, text.find(f, a) + len(f)) for k, (a, f) in enumerate(found) if k not in right):
        return ""
    others = [f for k, (_, f) in enumerate(found) if k not in right]
    if not any(is_judged(Verdict.INCORRECT, key, f) and _LETTER.fullmatch(f) is None for f in others) or told_otherwise(text, key):
        return ""  # it is wrong by its words
    for at, f in found[right[-1] :]:
        if _SUPPOSED.search(text, _begins(text, at), at) or not _could_answer(f, key):
            continue
        if _LETTER.fullmatch(f) and not _SO.search(text, max(0, at - 24), at):
            continue
        if (key.wanted.asked and key.wanted.equates(f)) or _CONCLUDES.search(text, max(0, at - 80), at):
            return ""
    return found[right[-1]][1]


def _begins(text: str, at: int) -> int:
    """Where the sentence of a formula begins."""
    return max((m.end() for m in _SENTENCE.finditer(text, 0, at)), default=0)


def _is_right(formula: str, key: Key) -> bool:
    told = lane(key).verdict(formula)
    return is_judged(Verdict.CORRECT, key, formula) if told is None else told


def _could_answer(formula: str, key: Key) -> bool:
    """Whether a formula is wrong, and of the kind that is asked: a number beside a vector is no second answer."""
    reply = find_reply(formula, key.wanted)
    return any(a.fits(key.wanted) for a in reply.alternatives if a.interpretations) and judge_reply(reply, key)[0].verdict is Verdict.INCORRECT
