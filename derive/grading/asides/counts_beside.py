"""Other counts of the same schedule that a text gives beside its own.

'There are n(n - 1) such messages', 'the network carries 2np numbers in all', 'per worker that is 2(n - 1)', 'each of the 2(n - 1) rounds has n messages'.
"""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.runs import formula_first
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key, key_of
from derive.maths import expr as E
from derive.maths.expr import Expr

Checked = tuple[bool | None, str]
_NONE: Checked = (None, "")
_LEAD = r"\W*(?:(?:and|so|thus|hence|also|but|note that|here|altogether|in total|in all|as|since|because)\b,?\s+)*"
_IN_ALL = r"(?:\s+(?:altogether|in all|in total|overall|all in all|together))?"
_MESSAGES = re.compile(_LEAD + r"there\s+are\s+(?:exactly\s+)?(?=\S)", re.I)
_MESSAGES_BEHIND = re.compile(rf"\s*(?:such\s+)?(?:messages|transfers|sends|of\s+(?:these|those|them))(?:\s+(?:sent|exchanged|needed))?{_IN_ALL}\W*", re.I)
_MOVED = re.compile(
    _LEAD + r"(?:(?:the|this|our)\s+(?:whole\s+)?(?:network|server|cluster|system|scheme|links?|machines|workers)|all\s+messages|they|we|together\s+they|the\s+messages)\s+(?:together\s+)?"
    r"(?:carr(?:y|ies)|handles?|moves?|transfers?|transmits?|processes|sees?|exchanges?)\s+(?=\S)", re.I)
_MOVED_BEHIND = re.compile(rf"\s*(?:numbers|parameters|floats|values){_IN_ALL}\W*", re.I)
_PER_WORKER = re.compile(_LEAD + r"(?:per|for\s+each|for\s+every|for\s+one)\s+(?:worker|machine|node)\s*,?\s*(?:(?:that|this|it)\s+(?:is|makes|means|gives|comes\s+to)\s+)?(?=[\d\w$(\\])", re.I)
_PER_WORKER_BEHIND = re.compile(r"\s*(?:messages|sends|transfers)?(?:\s+(?:sent|each))?\W*", re.I)

_ROUNDS = re.compile(_LEAD + r"(?:in\s+)?each\s+of\s+(?:the|these)\s+(?P<rounds>\S.{0,20}?)\s+(?:rounds|steps|phases)\s*,?\s+(?:has|needs|uses|takes|involves|moves|carries|"
                     r"consists\s+of|there\s+are)\s+(?:exactly\s+)?(?=\S)", re.I)


def counts_beside(said: str, key: Key) -> Checked:
    """Whether another count of the schedule whose messages or size are asked is as a text gives it; None where it gives none."""
    if key.part.ask != "count" or key.part.schedule is None or key.part.what not in ("messages", "size"):
        return _NONE
    for opening, behind, count, what in _LOOKS:
        m = opening.match(said) if key.part.what in what else None
        told = formula_first(said[m.end() :].rstrip(" .,;"), key) if m is not None else None
        if told is None or told[0].shape or behind.fullmatch(told[1]) is None:
            continue
        required = count(key)
        factor = formula(m["rounds"], key) if m is not None and opening is _ROUNDS else E.ONE
        return (equal(required, E.mul(factor, told[0]), key), "") if required is not None and factor is not None and not factor.shape else _NONE
    return _NONE


def _messages(key: Key) -> Expr | None:
    return _count("messages", key)


def _numbers(key: Key) -> Expr | None:
    messages, size = _count("messages", key), _count("size", key)
    return E.mul(messages, size) if messages is not None and size is not None else None


def _of_a_worker(key: Key) -> Expr | None:
    messages = _count("messages", key)
    return E.div(messages, E.sym(key.problem.schedule(str(key.part.schedule)).workers)) if messages is not None else None


_LOOKS: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[Key], Expr | None], tuple[str, ...]], ...] = (
    (_MESSAGES, _MESSAGES_BEHIND, _messages, ("size",)), (_MOVED, _MOVED_BEHIND, _numbers, ("messages", "size")), (_PER_WORKER, _PER_WORKER_BEHIND, _of_a_worker, ("messages",)),
    (_ROUNDS, _PER_WORKER_BEHIND, _messages, ("messages", "size")))
"""How a sentence opens, what may stand behind its number, which count it is, and beside which."""


def _count(what: str, key: Key) -> Expr | None:
    """What is required of a part that asks another count of the same schedule."""
    part = next((p for p in key.problem.parts if p.schedule == key.part.schedule and p.what == what), None)
    return key_of(key.problem, part, False).derivation.answer if part is not None else None
