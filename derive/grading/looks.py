"""One look at a text: its answer is found, read and judged; the words around it are held against it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from derive import patterns as re
from derive.grading.beside.equations_held import false_equation
from derive.grading.conditions.exact_ranges import another_exact_range
from derive.grading.conditions.in_words import as_condition
from derive.grading.finding.reply import find_reply
from derive.grading.finding.wanted import Reply
from derive.grading.judging.judge import judge
from derive.grading.judging.replies import judge_reply
from derive.grading.keys import Key
from derive.grading.text.cleaning import cleaned
from derive.grading.text.segments import pieces
from derive.grading.verdict import Judgement, Verdict, contradicted
from derive.grading.words.check import checked_words
from derive.grading.words.counted import other_extent
from derive.maths.write import plain

Found = tuple[Judgement, str | Callable[[], str], Reply]
"""A judgement, what was read, and the reply that was judged."""


def is_judged(verdict: Verdict, key: Key, formula: str) -> bool:
    """Whether a formula alone is judged so."""
    return judge_reply(find_reply(formula, key.wanted), key)[0].verdict is verdict


def looked_at(text: str, stated: str, key: Key, whole: str = "") -> Found:
    """What one look at a text finds. stated: the text as it was given; whole: the text whose words hold for the answer, where that is a longer one."""
    part = key.part
    if part.ask == "dual" and part.at:
        from derive.grading.norms.named import named_blanks

        text = named_blanks(text, part.at)
    if key.derivation.kind == "condition":
        text = as_condition(text, key.wanted)
    reply = find_reply(text, key.wanted)
    if part.ask == "dual" and not any(a.interpretations for a in reply.alternatives):
        from derive.grading.norms.named import named_norm

        named = named_norm(text, key.part.at or "", key)
        if named is not None:
            judgement, false = judge(named, key), false_equation(text, key)
            if false and judgement.verdict is Verdict.CORRECT:
                judgement = contradicted(false, "The norm", shown=false)
            return judgement, plain(named), reply
    judgement, reading = judge_reply(reply, key)
    if judgement.verdict is Verdict.INCORRECT and (lost := _unread_beside(judgement, reply, text, key)):
        return Judgement(Verdict.UNREADABLE, lost), "", reply
    if part.ask in ("count", "eigenvalues") and judgement.verdict is Verdict.INCORRECT:
        from derive.grading.counts import answer as counts

        if counts.unclear(stated, key):
            asked = ", ".join(f"{what}: ..." for what in counts.quantities_of(key))
            judgement = Judgement(Verdict.UNDECIDED, f"Which value belongs to which quantity is not clear; write {asked}.")
    if part.ask == "count" and judgement.verdict is Verdict.CORRECT:
        from derive.grading.counts import answer as counts

        said = cleaned(stated, hedges=False)
        other = other_extent(said, counts.places(said, key, [a.text for a in reply.alternatives]), key)
        if other:
            judgement = Judgement(Verdict.UNDECIDED, f"The number would be right, but '{other}' says that it is counted of something else than is asked.")
    judgement = checked_words(judgement, reply, whole or text, key)
    if judgement.verdict is Verdict.CORRECT and key.derivation.kind == "condition":
        from derive.grading.conditions.statuses import with_exceptions_held

        judgement = with_exceptions_held(judgement, whole or text)
        wrong = partial(is_judged, Verdict.INCORRECT, key)
        if judgement.verdict is Verdict.CORRECT and (other := another_exact_range(whole or text, key.wanted.scope, wrong)):
            judgement = Judgement(Verdict.UNDECIDED, f"The condition would be right, but the text also says '{other[:200]}'.")
    return judgement, reading, reply


def _unread_beside(judgement: Judgement, reply: Reply, text: str, key: Key) -> str:
    """Why a formula is not read that stands beside what was read, where that is only letters which the text speaks of: '$-r |\\sin \\varphi|$, where $\\varphi$ is the angle between $g$ and $a$'."""
    read = [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]
    if "```" in text and judgement.diagnosis == "restatement" and (m := _BLOCK.search(text)) is not None:
        return next((str(a.error) for a in find_reply(m[1], key.wanted).alternatives if a.error is not None), "")
    if not read or any(e.op != "sym" for e in read) or "$" not in text:
        return ""
    for p in pieces(text):
        if p.formula and _COMPOSED.search(p.text) and all(p.text != a.text for a in reply.alternatives):
            return next((str(a.error) for a in find_reply(p.text, key.wanted).alternatives if a.error is not None), "")
    return ""


_BLOCK = re.compile(r"```[a-z]*\n(.*?)\n```", re.S)
_COMPOSED = re.compile(r"[-+*/^|=]|\\(?:frac|sqrt|left|cdot)")
