"""What is said of a count beside it: how it compares with that of another schedule, what one worker sends, what a message carries."""

from __future__ import annotations

import math
from fractions import Fraction

from derive import patterns as re
from derive.grading.keys import Key, key_of
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import answer_words, compiled
from derive.grading.traits.settings import numbers, same
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.problem.nouns.schedule import Schedule

_WHAT = r"(?:number|numbers|count|size|sizes|total|amount|message size|messages|many messages|number of messages|message count|value|many|as many messages|few messages|few|load)"
_OTHER = r"(?P<other>.{2,50}?)"
_RANGE = r"(?: (?:for|when|if|once|with|as soon as) (?:large n|many workers|n (?P<sign>>=?) (?P<from>\d+)|all n|every n|n is large|more than (?P<more>\d+|one|two|three) workers))?"
_COMPARED = (
    (rf"(?:IT|the {_WHAT}|{_WHAT})?(?: is| are| has| costs| needs| requires| takes)? ?(?:exactly |just |precisely |again )?(?:the )?(?:same|equal)(?: {_WHAT})?(?: of messages)? (?:as|"
     rf"to)(?: (?:that|those))?(?: (?:with|for|in|of|by|under|what))?(?: the| an?)? {_OTHER}(?: needs| sends| has| uses)?{_RANGE}", "="),
    (rf"IT(?: is| are| needs| costs| has| takes)? (?:\w+ )?(?P<times>half|twice|double|a third|three times|one and a half times|n times)(?: as (?:many|much|large|small|big)| smaller|"
     rf" larger)?(?: messages)?(?: of| the| as| that| what| than| number| size)*(?: (?:with|for|in|of|by|under))?(?: the| an?)? {_OTHER}(?: needs| sends| has| uses)?{_RANGE}", "*"),
    (rf"IT(?: is| are| needs| costs| has| takes| sends)? (?:\w+ )?(?P<how>fewer|less|smaller|more|larger|bigger|greater|lower|higher|cheaper)(?: messages| numbers)? than(?: (?:that|"
     rf"those))?(?: (?:with|for|in|of|by|under|what))?(?: the| an?)? {_OTHER}(?: needs| sends| has| uses)?{_RANGE}", "<"),
)
_PER = (r"(?:in total |here |so )?(?:each|every|one|any|a single|each single|a) (?:single )?(?:worker|node|machine|rank) (?:sends|transmits|passes on"
    r"|forwards)(?: and receives)? (?:exactly |only |a total of |"
        r"in total )?(?P<value>.{1,25}?)(?: messages?| times| of them| packets?)?(?: in total| altogether| in all| over all rounds)?")
_CARRIES = (r"(?:each|every|a|one|any|the) (?:message|messages|of them) (?:carry|carries|contain|contains|hold|holds|consists? of|transports?|is|are) (?:only |just |exactly )?(?:the |a |"
           r"an )?(?P<load>whole|full|entire|complete|one|single|n-th part|small part|part|chunk|fraction)(?: of)? ?(?:the )?(?:vector|gradient|model|chunk|parameter vector|piece|"
           r"share)?(?: of (?:the )?(?:vector|gradient|model))?")


def said_of_counts(said: Said, key: Key) -> bool | None:
    """Whether what is said of a count holds; None where nothing is."""
    required = key.derivation.answer
    if key.part.ask != "count" or required is None or required.shape or key.part.schedule is None:
        return None
    own = key.problem.schedule(key.part.schedule)
    it = answer_words(key)[:-1] + r"|the (?:number|count|size|total|number of messages|message size|messages?|messages in total))"
    for pattern, relation in _COMPARED:
        m = compiled(pattern.replace("IT", it)).fullmatch(said.body)
        if m is None:
            continue
        other = _named(m["other"], key.problem.schedules, own)
        value = _count(key, other) if other is not None else None
        if value is None:
            return None
        found = m.groupdict()
        least = int(found["from"]) + (found["sign"] == ">") if found.get("from") else {"one": 2, "two": 3, "three": 4}.get(found.get("more") or "",
            0) or (int(found["more"]) + 1 if found.get("more") else 60)
        exactly = relation in ("=", "*")
        return _compare(said, required, value, relation, found.get("times") or found.get("how") or "", [2, 3, 7] if exactly else [least, least + 1, least + 40])
    m = compiled(_PER).fullmatch(said.body)
    if m is not None and key.part.what == "messages":
        return _per_worker(said, key, required, own, m["value"])
    m = compiled(_CARRIES).fullmatch(said.body)
    if m is not None and key.part.what == "size":
        p = World({"n": Fraction(7), "p": Fraction(42)}, {})
        v = numbers(required, p)
        whole = m["load"].lower() in ("whole", "full", "entire", "complete")
        return said.verdict([same(v[0], 42) is whole]) if v is not None else None
    return None


def _named(words: str, schedules: tuple[Schedule, ...], own: Schedule) -> Schedule | None:
    low = words.lower().strip()
    names = {s.id: {s.title.lower(), *(a.lower() for a in s.aliases), s.title.lower().split()[0]} for s in schedules}
    found = [s for s in schedules if any(re.fullmatch(rf"(?:the )?{re.escape(n)}(?: (?:case|scheme|method|approach|communication|schedule|algorithm))?", low) for n in names[s.id])]
    return found[0] if len(found) == 1 and found[0] is not own else None


def _count(key: Key, other: Schedule) -> Expr | None:
    part = next((p for p in key.problem.parts if p.schedule == other.id and p.what == key.part.what), None)
    return key_of(key.problem, part, False).derivation.answer if part is not None else None


_TIMES = {"half": 0.5, "twice": 2, "double": 2, "a third": 1 / 3, "three times": 3, "one and a half times": 1.5}


def _compare(said: Said, own: Expr, other: Expr, relation: str, how: str, sizes: list[int]) -> bool | None:
    found = []
    for n in sizes:
        at = World({"n": Fraction(n), "p": Fraction(n * 12)}, {})
        a, b = numbers(own, at), numbers(other, at)
        if a is None or b is None:
            return None
        x, y = a[0], b[0]
        if relation == "=":
            found.append(same(x, y))
        elif relation == "*":
            times = _TIMES.get(how.lower(), math.nan if how.lower() != "n times" else (1 / n if "smaller" in said.body else n))
            found.append(same(x, times * y))
        else:
            found.append(x < y if how.lower() in ("fewer", "less", "smaller", "lower", "cheaper") else x > y)
    return said.verdict(found) if relation != "=" or all(found) or not any(found) else False


def _per_worker(said: Said, key: Key, required: Expr, own: Schedule, value: str) -> bool | None:
    from derive.grading.asides.runs import formula_first

    told = formula_first(value, key)
    if told is None or told[1].strip() or any("server" in str(s) for s in (own.id, own.title.lower())):
        return None
    found = []
    for n in (2, 3, 7):
        at = World({"n": Fraction(n), "p": Fraction(n * 12)}, {})
        a, b = numbers(required, at), numbers(told[0], at)
        if a is None or b is None:
            return None
        found.append(same(a[0], n * b[0]))
    return said.verdict([all(found)])
