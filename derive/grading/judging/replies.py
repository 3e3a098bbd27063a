"""The judgement of everything that stands in a reply: its alternatives, their readings, what is said beside them; the worst decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from derive.errors import ReadError
from derive.grading.finding.wanted import Alternative, Interpretation, Member, Reply
from derive.grading.judging.holding import far_off, truths
from derive.grading.judging.judge import judge
from derive.grading.judging.unbound import wrong_at_every_index
from derive.grading.keys import Key, untied
from derive.grading.verdict import Judgement, Verdict, contradicted
from derive.maths.bigops import OVER_ANOTHER
from derive.maths.expr import Expr
from derive.maths.write import plain

# From best to worst, for what stands together: the worst member decides.
_WORST = (Verdict.INCORRECT, Verdict.UNREADABLE, Verdict.UNDECIDED, Verdict.PARTIAL, Verdict.CORRECT)


def _lone_index(a: Alternative) -> bool:
    """Whether an alternative is the letter of an index and nothing else: 'the $j$-th column' is no answer."""
    members = [m.expr for i in a.interpretations for m in i.members]
    return bool(members) and all(e.op == "idx" for e in members)


def judge_reply(reply: Reply, key: Key) -> tuple[Judgement, Callable[[], str]]:
    """Judge everything that stands in a reply; the worst of it decides. Returns the judgement and what tells what was read.

    What is written more than once is judged once, and only what decides is diagnosed.
    """
    if reply.missing:
        return Judgement(Verdict.UNREADABLE, "missing: the answer is blank."), str
    exact = [a for a in reply.alternatives if not all("asymptotic" in i.notes for i in a.interpretations) or not a.interpretations]
    standing = list({a.interpretations or i: a for i, a in enumerate(exact or reply.alternatives)}.values())
    standing = [a for a in standing if not _lone_index(a)] or standing
    found = [_judge_alternative(a, key) for a in standing[:_MOST_STANDING]]
    if len(found) == 1:
        return found[0].explained(key), found[0].reading
    readable = [f for f in found if f.judgement.verdict is not Verdict.UNREADABLE]
    if not readable:
        return found[-1].judgement, found[-1].reading

    def shown() -> str:
        return " | ".join(dict.fromkeys(f.read_as for f in readable if f.read_as))

    worst = min(readable, key=lambda f: _WORST.index(f.judgement.verdict))
    verdict = worst.judgement.verdict
    if len(standing) > _MOST_STANDING and verdict is not Verdict.INCORRECT:
        return Judgement(Verdict.UNDECIDED, f"{len(standing)} different formulas stand; the first {_MOST_STANDING} were looked at."), shown
    if verdict is Verdict.INCORRECT and len({f.read_as for f in readable}) > 1:
        j = worst.judgement
        return replace(j, reason=f"Several answers stand ({shown()}), and not all are right. {j.reason}", diagnosis="several answers"), shown
    if verdict in (Verdict.CORRECT, Verdict.PARTIAL) and len(readable) < len(found):
        lost = next(f.judgement for f in found if f.judgement.verdict is Verdict.UNREADABLE)
        return Judgement(Verdict.UNDECIDED, f"Beside a formula that would be right stands another answer that is not read: {lost.reason}"), shown
    return worst.explained(key), shown


_MOST_STANDING = 64
"""More formulas than this, all different, are not one answer."""


@dataclass(frozen=True)
class _Found:
    """A judgement, what was read, and the wrong formula to diagnose when this is what decides."""

    judgement: Judgement
    read: str | Expr = ""
    wrong: Member | None = None

    @property
    def read_as(self) -> str:
        return self.read if isinstance(self.read, str) else plain(self.read)

    def reading(self) -> str:
        return self.read_as

    def explained(self, key: Key) -> Judgement:
        j, wrong = self.judgement, self.wrong
        if wrong is None or key.truth is not None:  # a diagnosis compares with the key
            return j

        def diagnosed() -> Judgement:
            from derive.grading.diagnosis.diagnose import diagnose, foreseen

            look = foreseen if j.diagnosis else diagnose
            try:
                return replace(j, diagnosis=look(wrong.expr, key, wrong.approximate) or j.diagnosis)
            except RecursionError:  # it is wrong all the same
                return j

        return Judgement.later(diagnosed, verdict=j.verdict)


def _judge_alternative(a: Alternative, key: Key) -> _Found:
    if not a.interpretations:
        return _Found(Judgement.later(partial(_unread, a.error), verdict=Verdict.UNREADABLE, strength="", diagnosis="", witness=None))
    results = [_judge_interpretation(i, key) for i in a.interpretations]
    right = [f for f in results if f.judgement.verdict is Verdict.CORRECT]
    if right:
        return right[0]
    verdicts = {f.judgement.verdict for f in results}
    if len(verdicts) > 1 and Verdict.UNDECIDED in verdicts:
        return next(f for f in results if f.judgement.verdict is Verdict.UNDECIDED)
    return results[0]


def _unread(err: ReadError | None) -> Judgement:
    where = f"\n{err.caret()}" if err is not None and err.text else ""
    return Judgement(Verdict.UNREADABLE, f"{err}{where}" if err is not None else "No formula was found.")


def _judge_interpretation(i: Interpretation, key: Key) -> _Found:
    if i.restated and "asymptotic" in i.notes:
        from derive.grading.judging.orders import judge_order

        return _Found(judge_order(i.orders, key), "order of growth")
    if i.restated and OVER_ANOTHER in i.notes:
        return _Found(Judgement(Verdict.UNDECIDED, "A maximum or a limit over a variable of the text's own is left standing; it is not evaluated."), "maximum")
    if i.restated:
        return _Found(Judgement(Verdict.INCORRECT, "It restates the question: an optimisation or a limit is left standing.", "proved",
                                diagnosis="restatement"), "restatement")
    exact = [m for m in i.members if not m.approximate]
    claimed = exact or list(i.members)
    judged = [(_judged(m, untied(key) if i.untied else key), m) for m in claimed]
    j, m = min(judged, key=lambda pair: _WORST.index(pair[0].verdict))
    if j.verdict is Verdict.CORRECT:
        j, m = judged[-1]
    if j.verdict is Verdict.CORRECT:
        doubt = _beside_the_answer(i, key)
        if doubt is not None:
            return _Found(doubt, m.expr)
    if len(judged) > 1 and j.verdict is Verdict.INCORRECT and any(o.verdict is Verdict.CORRECT for o, _ in judged):
        j = replace(j, reason=f"The members of the chain are not equal. {j.reason}")
    return _Found(_remarks(j, i, key, exact), m.expr, m if j.verdict is Verdict.INCORRECT else None)


def _judged(m: Member, key: Key) -> Judgement:
    found = judge(m.expr, key, m.approximate)
    return found if found.verdict is not Verdict.UNDECIDED else wrong_at_every_index(m.expr, key) or found


def _beside_the_answer(i: Interpretation, key: Key) -> Judgement | None:
    """What a text says beside a right formula that takes it back: a false 'where A = B', a condition that can fail."""
    for e in i.said:
        seen = [v for v in truths(e, key) if v is not None]
        if seen and not all(seen):
            return contradicted(plain(e), shown=plain(e))
    for e in i.conditions:
        if any(v is False for v in truths(e, key)):
            return Judgement(Verdict.UNDECIDED, f"The formula is given only under a condition ({plain(e)}); it is required without it.")
    return None


def _remarks(j: Judgement, i: Interpretation, key: Key, exact: list[Member]) -> Judgement:
    said = [*i.notes, *(["judged where no entries tie, as the text supposes"] if i.untied else [])]
    for m in i.members:
        if m.approximate and exact and j.verdict is Verdict.CORRECT:
            other = judge(m.expr, key, True)
            if other.verdict is Verdict.INCORRECT and far_off(m.expr, key):
                return Judgement(Verdict.UNDECIDED, f"The formula would be right, but the text says that it is about {plain(m.expr)}, which it is not.")
            if other.verdict is Verdict.INCORRECT:
                said.append(f"the approximate restatement {plain(m.expr)} is not a correct rounding")
    return Judgement.later(lambda: replace(j, reason=f"{j.reason} ({'; '.join(said)}.)"), verdict=j.verdict) if said else j
