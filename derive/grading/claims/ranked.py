"""Which way of communicating is said to send most or least: 'for n > 3 the ring sends the fewest messages of the three', 'all-to-all needs more messages than the ring'."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from derive import patterns as re
from derive.grading.keys import Key, kept, key_of
from derive.grading.traits.clause import plain_words
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import numbers
from derive.maths.exact import World
from derive.maths.expr import Expr

_LEAD = r"(?:(?:and|so|thus|hence|but|as the table shows|as one sees|note that|here|in the table|also),? )*"
_RANGE = r"(?:(?:for|when|if|once|with) (?:all |every |large |many )?(?:n|workers|(?P<of>n) ?(?P<op>>=?) ?(?P<from>\d+)|more than (?P<more>two|three|four|\d+) workers),? )?"
_WAY = r"(?:the |an? )?(?:NAME)(?: (?:method|scheme|approach|way|version|one))?"
_VERB = r"(?:sends?|needs?|uses?|has|requires?|takes?|exchanges|makes?)"
_MESSAGES, _SIZE = r"(?:number of )?messages(?: in total| overall)?", r"(?:message size|messages|parameters per message|numbers per message)"
_MOST = (rf"{_LEAD}{_RANGE}(?P<way>{_WAY}) {_VERB} (?:by far )?the (?:(?P<most>most|largest number of|highest number of)|(?P<least>fewest|least|smallest number of|"
         rf"lowest number of)) {_MESSAGES}(?P<size>\b)")
_BIGGEST = rf"{_LEAD}{_RANGE}(?P<way>{_WAY}) {_VERB} (?:by far )?the (?:(?P<most>largest|biggest|longest)|(?P<least>smallest|shortest)) (?P<size>{_SIZE})"
_TAIL = r"(?: of (?:the |all )?(?:three|two|four|all|them|these)(?: ways| methods| schemes)?| of all| among (?:them|the three))?(?: (?:for|when|if) n (?P<op2>>=?) (?P<from2>\d+))?"
_MORE = rf"{_LEAD}{_RANGE}(?P<way>{_WAY}) {_VERB} (?:(?P<most>more)|(?P<least>fewer|less)) {_MESSAGES}(?P<size>\b) than (?P<other>{_WAY})"
_WORDS = {"two": 2, "three": 3, "four": 4}


def ranked_told(text: str, key: Key) -> bool | None:
    """Whether a way sends most or least of all ways of its problem, or more than another, as is said; None where nothing is said, or it changes with the number of workers."""
    names = kept(key, "ways by their names", partial(_names, key))
    if len(set(names.values())) < 2:
        return None
    name = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    said = plain_words(text).replace("-", " ")
    for pattern in (_MOST + _TAIL, _BIGGEST + _TAIL, _MORE + _TAIL):
        m = compiled(pattern.replace("NAME", name)).fullmatch(said)
        if m is not None:
            return _holds(m.groupdict(), names, key)
    return None


def _holds(found: dict[str, str | None], names: dict[str, str], key: Key) -> bool | None:
    what = "size" if found["size"] else "messages"
    way, other = _way(found["way"], names), _way(found.get("other"), names)
    counts = {i: c for i in sorted(set(names.values())) if (c := _count(key, i, what)) is not None}
    if way not in counts or (found.get("other") and other not in counts) or len(counts) < len(set(names.values())):
        return None
    more = (found.get("more") or "").lower()
    told = found.get("from") or found.get("from2")
    strict = (found.get("op") or found.get("op2")) == ">"
    first = int(told) + strict if told else _WORDS.get(more, int(more) if more.isdigit() else 0) + 1 if more else 3
    others = [i for i in counts if i != way and (not found.get("other") or i == other)]
    seen = []
    for n in (first, first + 1, first + 4, first + 60):
        at = World({"n": Fraction(n), "p": Fraction(n * 12)}, {})
        v = {i: numbers(c, at) for i, c in counts.items()}
        if any(x is None for x in v.values()):
            return None
        own = (v[str(way)] or [0.0])[0]
        seen.append(all((own > (v[i] or [0.0])[0]) if found["most"] else (own < (v[i] or [0.0])[0]) for i in others))
    return seen[0] if len(set(seen)) == 1 else None


def _names(key: Key) -> dict[str, str]:
    """The schedules of the problem by their names in plain words."""
    out: dict[str, set[str]] = {}
    for s in key.problem.schedules:
        if any(p.schedule == s.id and p.what == "messages" for p in key.problem.parts):
            for n in (s.title, *s.aliases, s.title.split()[0]):
                out.setdefault(" ".join(n.lower().replace("-", " ").split()), set()).add(s.id)
    return {n: ids.pop() for n, ids in out.items() if len(ids) == 1 and len(n) > 2}


def _way(words: str | None, names: dict[str, str]) -> str | None:
    low = (words or "").lower()
    found = [n for n in names if re.search(rf"(?<![a-z]){re.escape(n)}(?![a-z])", low)]
    return names[max(found, key=len)] if found else None


def _count(key: Key, schedule: str, what: str) -> Expr | None:
    part = next((p for p in key.problem.parts if p.schedule == schedule and p.what == what), None)
    return key_of(key.problem, part, False).derivation.answer if part is not None else None
