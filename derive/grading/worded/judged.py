"""The judgement of an answer in words alone, where its formulas, if it has any, are no answer."""

from __future__ import annotations

from derive.grading.finding.wanted import Wanted
from derive.grading.judging.judge import judge
from derive.grading.judging.replies import judge_reply
from derive.grading.keys import Key
from derive.grading.norms.named import judge_norm
from derive.grading.verdict import Judgement
from derive.grading.worded.answer import meaning, reply_of
from derive.maths import expr as E
from derive.maths.write import plain


def judged_in_words(text: str, key: Key) -> tuple[Judgement, str] | None:
    """The judgement of an answer that is words alone, and what was read."""
    if key.derivation.outputs or key.derivation.kind in ("name", "table"):
        return None
    if key.derivation.kind == "norm":
        return _norm(text, key)
    what = key.part.what if key.part.ask == "count" else (key.derivation.extra.get("property") or "bounded") if key.part.ask == "status" else ""
    said = meaning(text, key.wanted, what or "")
    if said is None:
        return None
    if key.part.ask == "status":
        return judge(said, key), plain(said)
    judgement, _ = judge_reply(reply_of(text, said), key)
    return judgement, plain(said)


def _norm(text: str, key: Key) -> tuple[Judgement, str] | None:
    """The judgement of a norm of the iterate that words name."""
    said = meaning(text, Wanted(key.wanted.scope, "", ()))
    theta = key.problem.iteration.over if key.problem.iteration is not None else ""
    if said is None or said.shape or theta not in E.symbols_in(said):
        return None
    return judge_norm(said, key), plain(said)
