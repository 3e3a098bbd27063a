"""Which entry of an answer is said to belong to which number of the data: 'the first entry belongs to the feature 0.01', 'the smallest feature gets the largest weight'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import ENTRY
from derive.grading.traits.settings import numbers, same, settings
from derive.maths import expr as E

_PLACE = r"(?P<place>first|second|third|last|middle|largest|smallest|biggest)"
_FEATURE = (r"(?:(?:feature|coefficient|input|entry|coordinate|a_i)(?: value| with value| a_i =| with coefficient| whose value is| of size)? )?(?P<value>-?\d*\.?\d+)|(?P<which>largest|"
           r"smallest|biggest|weakest|strongest|first|second|third|last|middle) (?:feature|coefficient|input|one|scale)")
_BELONGS = re.compile(rf"(?:the )?{_PLACE} (?:{ENTRY}|number|value) (?:belongs|corresponds|refers|goes|is attached) to (?:the )?(?:{_FEATURE})(?: feature| coefficient)?(?: of a)?", re.I)
_GETS = re.compile(rf"(?:the )?(?:(?:feature|coefficient|input) (?:with (?:the )?)?(?P<value>-?\d*\.?\d+)|(?P<which>largest|smallest|biggest|weakest|strongest|first|second|third|last|"
                rf"middle) (?:feature|coefficient|input)|(?:feature|input) with the (?P<which2>largest|smallest) (?:scale|value|coefficient|entry))"
                   rf" (?:gets|has|receives|carries|is given|takes) (?:the )?(?P<place>largest|smallest|biggest|first|second|third|last) (?:{ENTRY}|value)", re.I)
_GOES = re.compile(rf"(?:the )?(?P<place>largest|smallest|biggest) (?:{ENTRY}|value) (?:goes|belongs|is given|sits|is) (?:to|on|at) (?:the )?(?P<which>largest|smallest|biggest|weakest|"
                rf"strongest|first|second|third|last|middle) (?:feature|coefficient|input|place|position|entry|coordinate)", re.I)
_SHARE = re.compile(r"(?:each|every|all) (?:of the )?(?:three )?(?:features?|coordinates?|inputs?|terms?) (?:contributes?|adds?|gives?|accounts? for) (?:(?P<equal>equally|"
                r"the same(?: amount)?|the same share|an equal share)|(?:exactly )?(?P<share>one third|a third|one half|half|\(?\d+\)?\s*/\s*\(?\d+\)?|0?\.\d+))"
                    r"(?: (?:to|of) (?:the )?(?:prediction|output|sum|fit|result|total|a\^?T theta|inner product|product|equation))?", re.I)
_ORDER = {"first": 0, "second": 1, "third": 2, "last": -1, "middle": 1}


def said_of_places(said: Said, key: Key) -> bool | None:
    """Whether an entry is said to belong to the right number of the data; None where nothing is said."""
    if len(key.wanted.shape) != 1 or key.derivation.answer is None:
        return None
    data = [s for s in key.problem.symbols.values() if s.given is not None and s.shape == key.wanted.shape and s.name != key.wanted.asked]
    if len(data) != 1:
        return None
    found = settings(key)
    a = numbers(E.sym(data[0].name, data[0].shape), found[0].world) if found else None
    if a is None:
        return None
    v = found[0].answer
    m = _SHARE.fullmatch(said.body)
    if m is not None:
        terms = [x * y for x, y in zip(a, v, strict=True)]
        if m["equal"]:
            return said.verdict([all(same(t, terms[0]) for t in terms)])
        share = {"one third": 1 / 3, "a third": 1 / 3, "one half": 0.5, "half": 0.5}.get(m["share"].lower())
        if share is None:
            over = re.fullmatch(r"\(?(\d+)\)?\s*/\s*\(?(\d+)\)?", m["share"])
            share = int(over[1]) / int(over[2]) if over is not None and int(over[2]) else float(m["share"]) if over is None else 0.0
        return said.verdict([all(abs(t - share) < 0.005 for t in terms)])
    for pattern in (_BELONGS, _GETS, _GOES):
        m = pattern.fullmatch(said.body)
        if m is None:
            continue
        places = _at(m["place"].lower(), v)
        told = m.groupdict()
        which = (told.get("which") or told.get("which2") or "").lower()
        others = _at(which, a) if which else [k for k, x in enumerate(a) if same(x, float(told.get("value") or "nan"))]
        if not others:
            return None
        return said.verdict([len(places) == 1 and places == others])
    return None


def _at(word: str, v: list[float]) -> list[int]:
    """The places that a word means: 'second', or those of the largest numbers."""
    if word in _ORDER:
        return [_ORDER[word] % len(v)]
    most = min(map(abs, v)) if word in ("smallest", "weakest") else max(map(abs, v))
    return [k for k, x in enumerate(v) if same(abs(x), most)]
