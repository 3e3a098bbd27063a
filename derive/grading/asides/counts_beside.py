"""Other counts of the same schedule that a text gives beside its own.

'There are n(n - 1) such messages', 'the network carries 2np numbers in all', 'per worker that is 2(n - 1)', 'each of the 2(n - 1) rounds has n messages', 'the ring needs 2n(n - 1) messages'.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from derive import patterns as re
from derive.grading.asides.runs import formula_first
from derive.grading.asides.values import equal, formula
from derive.grading.keys import Key, kept, key_of
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.nouns.schedule import Schedule

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
    return _of_a_method(said, key)


def _messages(key: Key) -> Expr | None:
    return _count("messages", key)


def _numbers(key: Key) -> Expr | None:
    messages, size = _count("messages", key), _count("size", key)
    return E.mul(messages, size) if messages is not None and size is not None else None


def _of_a_worker(key: Key) -> Expr | None:
    messages = _count("messages", key)
    return E.div(messages, E.sym(key.problem.schedule(str(key.part.schedule)).workers)) if messages is not None else None


_METHOD = r"{lead}(?:with\s+|for\s+)?(?:the\s+|an?\s+)?(?P<name>{names})(?:\s+(?:method|scheme|approach|way|version|pattern|algorithm|organisation|organization))?\s+" \
    r"(?:itself\s+|alone\s+|only\s+|then\s+|also\s+)?" \
    r"(?:needs?|uses?|takes?|requires?|costs?|amounts\s+to|comes\s+to|makes|employs|there\s+are)\s+(?:exactly\s+|only\s+|just\s+)?(?=\S)"


def _of_a_method(said: str, key: Key) -> Checked:
    """'The ring needs 2n(n - 1)', 'a parameter server uses 2n messages': the messages of a way by its name."""
    opening = kept(key, "ways by name", partial(_ways, key))
    m = opening.match(said) if opening is not None else None
    if m is None:
        return _NONE
    told = formula_first(said[m.end() :].rstrip(" .,;"), key)
    if told is None or told[0].shape or (_MESSAGES_BEHIND.fullmatch(told[1]) is None and (told[1].strip(" .,;") or key.part.what != "messages")):
        return _NONE
    way = next((s.id for s in key.problem.schedules if _plain(m["name"]) in _names(s)), "")
    required = _count("messages", key, way)
    return (equal(required, told[0], key), "") if required is not None else _NONE


def _ways(key: Key) -> re.Pattern[str] | None:
    names = sorted({n for s in key.problem.schedules for n in _names(s)}, key=len, reverse=True)
    written = "|".join(r"[-\s]+".join(map(re.escape, n.split())) for n in names)
    return re.compile(_METHOD.format(lead=_LEAD, names=written), re.I) if names else None


def _names(s: Schedule) -> list[str]:
    return [_plain(n) for n in (s.title, *s.aliases)]


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").split())


_LOOKS: tuple[tuple[re.Pattern[str], re.Pattern[str], Callable[[Key], Expr | None], tuple[str, ...]], ...] = (
    (_MESSAGES, _MESSAGES_BEHIND, _messages, ("size",)), (_MOVED, _MOVED_BEHIND, _numbers, ("messages", "size")), (_PER_WORKER, _PER_WORKER_BEHIND, _of_a_worker, ("messages",)),
    (_ROUNDS, _PER_WORKER_BEHIND, _messages, ("messages", "size")))
"""How a sentence opens, what may stand behind its number, which count it is, and beside which."""


def _count(what: str, key: Key, way: str = "") -> Expr | None:
    """What is required of a part that asks a count of the same schedule, or of another."""
    part = next((p for p in key.problem.parts if p.schedule == (way or key.part.schedule) and p.what == what), None)
    return key_of(key.problem, part, False).derivation.answer if part is not None else None
