"""What is said of the entries of an answer: how many are zero, of which sign, whether they are equal or in order."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import ENTRY, answer_words, compiled, number
from derive.grading.traits.settings import CLOSE, Setting, edge_settings, is_zero, same, settings

Test = Callable[[Setting], bool]
_COUNT = r"(?:n|one|two|three|four|five|an?|a single|single|\d{1,2})"
_WHICH = (rf"(?P<which>(?:(?:only|at most|at least|no more than|more than|fewer than|less than|not more than) )?{_COUNT}(?: of the)?|all(?: of)?(?: the)?(?: \w)?|"
          rf"every(?: single)?(?: one of the)?|each(?: of the)?|none of the|no|not a single|some(?: of the)?|"
          r"several(?: of the)?|many(?: of the)?|most(?: of the)?|a few(?: of the)?|(?:all )?(?:the )?(?:other|others|remaining|rest of the|rest|second|third)|the|its|only some|all but one|"
          r"all except one|only the (?:largest|biggest|k-th|kth|dominant|maximal|first|steepest|selected|chosen))")
_OF = r"(?: of (?:the |this |that )?(?:update|step|answer|solution|vector|result|limit|minimi[sz]er|maximi[sz]er|it|[A-Za-zΔ]{1,9}(?:\^?\*)?|gradient|parameter vector))?"
_CONDITION = r"(?: (?:with|for which|where|whose) (?P<where>.{3,60}?))?"
_IS = r"(?:is|are|stays?|remains?|becomes?|get|gets|being|were|was|be|left|kept|ends? up)"
_NONZERO = (rf"(?:{_IS} (?:all )?(?:nonzero|non-zero|non zero|different from (?:zero|0)|active|updated|changed|touched|moved|affected|modified|adjusted|in use|used|selected|in play|involved|set)"
            r"|moves?|jumps?|changes?|survives?|(?:gets?|receives?) (?:updated|moved|changed|an update|some weight|a nonzero value|a contribution|a step|part of the step)|participates?|"
            r"contributes?|takes? part|takes? a step)")
_ZERO = (rf"(?:(?:{_IS} )?(?:all )?(?:set to |put to |put at |at |equal to |exactly )?(?:zero|0)|vanish(?:es)?|{_IS} (?:all )?(?:untouched|unchanged|inactive|fixed|put|at rest|unaffected|"
         rf"where (?:they are|it is|they were|it was)|as (?:they are|it is)|"
         r"alone|still|constant|frozen|dropped|ignored|idle|unmoved)|(?:stays?|remains?) the same|stands? still|rests?|get nothing|gets nothing|receives? nothing|stay(?:s)?)")
_POSITIVE, _NEGATIVE = rf"{_IS} (?:all )?(?:positive|> 0|greater than (?:zero|0))", rf"{_IS} (?:all )?(?:negative|< 0|less than (?:zero|0))"
_NOT_NEGATIVE, _NOT_POSITIVE = rf"{_IS} (?:all )?(?:nonnegative|non-negative|>= 0)", rf"{_IS} (?:all )?(?:nonpositive|non-positive|<= 0)"
_WHAT = rf"(?:(?P<nonzero>{_NONZERO})|(?P<zero>{_ZERO})|(?P<nonnegative>{_NOT_NEGATIVE})|(?P<nonpositive>{_NOT_POSITIVE})|(?P<positive>{_POSITIVE})|(?P<negative>{_NEGATIVE}))"
_TAIL = (r"(?: (?:in (?:one|each|every|a|this) (?:step|update|iteration|move)|at (?:once|a time|the same time|the start|first|each step|every step)|together|simultaneously|per step|"
        r"per update|here|in general|in the update|alone|by a smaller amount|by this step|by this update|by some amount|to this value|from (?:zero|0)|whatever .{1,30}))*")
_QUANTIFIED = re.compile(rf"{_WHICH} ?(?:{ENTRY})?{_OF}{_CONDITION} {_WHAT}{_TAIL}", re.I)
_ADJ = r"(?P<adj>nonzero|non-zero|zero|positive|negative|active|non-negative|nonnegative|vanishing|moving)"
_HAS_TEXT = (rf"(?:has|contains?|have|with|possess(?:es)?|consists? of|there is|there are) (?P<which>(?:(?:only|at most|at least|no more than|more than|fewer than|less than) )?(?:{_COUNT}|"
             rf"no|some|several|many|only|a few))"
             rf" {_ADJ} (?:{ENTRY})(?: in it| in u)?")
_TOUCHES_TEXT = (rf"(?:moves?|updates?|changes?|touches|uses?|affects?|modifies|involves?|alters?|acts? on|adjusts?|picks?(?: out)?|selects?) (?:along )?(?P<which>(?:(?:only|at most|"
                rf"at least|no more than|more than) )?(?:{_COUNT}|the largest|the steepest)|all(?: the)?|every|each|"
                 rf"(?:all )?(?:the )?(?:other|remaining)|several|many|only the largest) (?:{ENTRY})(?: of \w+)?{_TAIL}")
_SHAPE_TEXT = (r"(?:is|are|gives? an?|remains?) (?:an? |very |maximally |highly )*(?P<shape>(?:1|one)-sparse|sparse|dense|not sparse|zero|nonzero|non-zero|the zero vector|a unit vector|"
              r"nothing|constant|a constant vector|constant vector)(?: (?:vector|update|step|solution|in general))?")
_ALIKE_TEXT = (
    rf"(?:all |each |every |the |both |all the |all of the |each of the )?(?:\w )?(?:{ENTRY}){_OF} (?:{_IS}|has|have|moves?|changes?|shares?|takes?|steps?|carry|carries|receives?|"
    rf"gets?)? ?(?:all )?(?:by |of |in |with )?"
    r"(?:(?P<equal>(?:the same|equal|one common|a common|identical)(?: in| the)?(?P<how> (?:amounts?|magnitudes?|size|sizes|absolute values?|modulus|moduli|lengths?|distances?|values?|"
    r"weights?|sign|signs|number))?|equally(?: large| big| far)?|equal in (?:absolute value|modulus))"
    r"|(?P<unlike>(?:different|distinct|unequal)(?P<how2> (?:amounts?|magnitudes?|sizes?|absolute values?|moduli|lengths?|distances?|values?|weights?))?|"
    r"differ(?:ent)?(?: from (?:each other|one another|entry to entry))?(?: in (?P<how3>magnitude|size|absolute value|value|modulus))?)|differ(?:s| in (?P<how4>\w+))?)"
    r"(?P<but>(?: ?,? ?(?:up to|except for|apart from) (?:the |their )?signs?)|(?: in (?:magnitude|size|absolute value|modulus)))?(?: (?:to|as) (?:each other|one another|"
    r"the others?))?(?: at once| together| in each step)?")
_SPREAD = re.compile(rf"(?:(?:all|all of|all the|the whole|the entire|the) )*(?:budget|step|weight|mass|length|radius|update|change|movement|move) (?:is|gets|goes)? ?(?:(?P<even>(?:spread|"
                rf"distributed|divided|shared|split)(?: out)? (?:evenly|equally|uniformly) (?:over|among|across|between))|(?P<one>(?:spent|put|concentrated|placed|spent entirely|"
                rf"used up)? ?(?:on|in|to|into) (?:one|a single|only one|just one|the largest|the steepest|that one)))"
                     rf"(?: all)?(?: of)?(?: the)? (?:{ENTRY})", re.I)
_ORDER_TEXT = (rf"(?:the )?(?:{ENTRY}){_OF} (?:is|are|come|appear|get|decrease|increase|grow|fall|shrink) ?(?:\w+ )?(?P<how>decreasing|increasing|ascending|descending|smaller|larger|"
               rf")(?: order| from (?:the first|left) to (?:the last|right)| from entry to entry)?")
_EXTREME = re.compile(rf"(?:the )?(?P<place>first|second|third|last|middle|largest|smallest) (?:{ENTRY}) (?:is|has|gets|carries) (?:the )?(?P<how>largest|smallest|biggest|greatest|least|"
                rf"first|second|third|last|middle)(?: (?:{ENTRY}|one|value|of (?:all|the three|them)))*", re.I)
_PLACES = {"first": 0, "second": 1, "third": 2, "last": -1, "middle": None}


def said_of_entries(said: Said, key: Key) -> bool | None:
    """Whether what is said of the entries of a vector holds; None where nothing is."""
    if len(key.wanted.shape) != 1 or key.derivation.answer is None:
        return None
    test = _test(said, key)
    if test is None:
        return None
    said = said._replace(denied=False) if said.denied and getattr(test, "__name__", "") == "denied_inside" else said
    edges = [test(s) for s in edge_settings(key)]
    found = [test(s) for s in settings(key)]
    return said.verdict([*found, *edges] if _NEVER.match(said.body) and said.always else found, edges)


_NEVER = re.compile(r"(?:no|none|not a single)\b", re.I)


def _test(said: Said, key: Key) -> Test | None:
    body = said.body
    m = _QUANTIFIED.fullmatch(body)
    if m is not None and (m["where"] is None or re.search(r"(?:!=|nonzero|non-zero|not zero)", m["where"])):
        kind = next(k for k in ("nonzero", "zero", "nonnegative", "nonpositive", "positive", "negative") if m[k])
        return _counted(m["which"], kind, said.denied)
    it = answer_words(key)
    m = compiled(rf"(?:(?:{it}) )?{_HAS_TEXT}").fullmatch(body)
    if m is not None:
        kind = {"active": "nonzero", "moving": "nonzero", "non-zero": "nonzero", "vanishing": "zero", "non-negative": "nonnegative"}.get(m["adj"].lower(), m["adj"].lower())
        return _counted(m["which"], kind, False)
    m = compiled(rf"(?:(?:{it}|we|one step|each step) )?{_TOUCHES_TEXT}").fullmatch(body)
    if m is not None:
        return _counted(m["which"], "nonzero", False)
    m = compiled(rf"(?:{it}) {_SHAPE_TEXT}").fullmatch(body)
    if m is not None:
        return _SHAPES[_SHAPE_NAMES.get(m["shape"].lower(), m["shape"].lower())]
    m = _SPREAD.fullmatch(body)
    if m is not None:
        return _alike(True, "amount") if m["even"] else _SHAPES["one"]
    m = compiled(_ALIKE_TEXT).fullmatch(body)
    if m is not None:
        how = " ".join((m[k] or "") for k in ("how", "how2", "how3", "how4", "but"))
        return _alike(m["equal"] is not None, how.strip().lower() or ("amount" if re.search(r"mov|step|change|equally", body) else ""))
    m = compiled(_ORDER_TEXT).fullmatch(body)
    if m is not None and re.search(r"creas|cend|smaller|larger|grow|fall|shrink", body):
        down = re.search(r"decreas|descend|smaller|fall|shrink", body) is not None
        return lambda s: all((x > y) if down else (x < y) for x, y in zip(s.answer, s.answer[1:], strict=False))
    m = _EXTREME.fullmatch(body)
    if m is not None and key.wanted.shape != ("n",):
        return _extreme(m["place"].lower(), m["how"].lower())
    return None


_SHAPE_NAMES = {"1-sparse": "one", "one-sparse": "one", "the zero vector": "zero", "nothing": "zero", "non-zero": "nonzero", "a constant vector": "constant",
    "constant vector": "constant", "a unit vector": "unit"}
_SHAPES: dict[str, Test] = {
    "one": lambda s: _number(s.answer, "nonzero") == 1,
    "sparse": lambda s: 2 * _number(s.answer, "nonzero") <= len(s.answer),
    "dense": lambda s: _number(s.answer, "nonzero") == len(s.answer),
    "not sparse": lambda s: 2 * _number(s.answer, "nonzero") > len(s.answer),
    "zero": lambda s: not any(s.answer),
    "nonzero": lambda s: any(s.answer),
    "constant": lambda s: all(same(x, s.answer[0]) for x in s.answer),
    "unit": lambda s: abs(sum(x * x for x in s.answer) - 1) < CLOSE,
}
_KINDS: dict[str, Callable[[float, bool], bool]] = {
    "nonzero": lambda v, zero: not zero, "zero": lambda v, zero: zero, "positive": lambda v, zero: v > 0, "negative": lambda v, zero: v < 0,  # a softmax is positive, however small
    "nonnegative": lambda v, zero: v > 0 or zero, "nonpositive": lambda v, zero: v < 0 or zero}


def _number(v: list[float], kind: str) -> int:
    return sum(_KINDS[kind](x, is_zero(x, v)) for x in v)


def _counted(which: str, kind: str, denied: bool) -> Test:
    """How many entries are of a kind; what is denied of each is that it is."""
    which = re.sub(r"\bof\b|\bthe\b", " ", f" {which.lower()} ")
    which = re.sub(r"\s+", " ", which).strip()

    def count(v: list[float]) -> int:
        found = _number(v, kind)
        return len(v) - found if denied else found

    def denied_inside(s: Setting) -> bool:
        v, n = s.answer, len(s.answer)
        if which in ("other", "others", "all other", "all others", "remaining", "rest", "all remaining", "all rest"):
            largest = max(range(n), key=lambda k: abs(v[k]))
            rest = [x for k, x in enumerate(v) if k != largest]
            found = sum(_KINDS[kind](x, is_zero(x, v)) for x in rest)
            return (len(rest) - found if denied else found) == len(rest)
        found = count(v)
        if which in ("no", "none", "not a single"):
            return found == 0
        if which in ("some", "a few", "only some"):
            return found > 0 and (which != "only some" or found < n)
        if which in ("several", "many"):
            return found > 1
        if which == "most":
            return 2 * found > n or (n < 3 and 2 * found == n)
        if which in ("all but one", "all except one"):
            return found == n - 1
        if (which.startswith("only ") and number(which[5:]) is None) or which in ("largest", "steepest"):
            return found == 1
        bound = re.match(r"(only|at most|at least|no more than|not more than|more than|fewer than|less than)? ?(.*)", which)
        assert bound is not None
        k = number(bound[2])
        if k is None:
            return found == n
        how = bound[1] or ""
        if how in ("at most", "no more than", "not more than"):
            return found <= k
        return found >= k if how == "at least" else found > k if how == "more than" else found < k if how in ("fewer than", "less than") else found == k

    return denied_inside


def _alike(equal: bool, how: str) -> Test:
    """Whether all entries are the same; in size, if it says so or if they are said to move."""
    def test(s: Setting) -> bool:
        if "sign" in how and "up to" not in how and "except" not in how and "apart" not in how:
            return (all(x > 0 for x in s.answer) or all(x < 0 for x in s.answer)) is equal
        sizes = re.search(r"amount|magnitude|size|absolute|modul|length|distance|sign", how) is not None
        v = [abs(x) for x in s.answer] if sizes else s.answer
        return all(same(x, v[0]) for x in v) if equal else not all(same(x, v[0]) for x in v)

    return test


def _extreme(place: str, how: str) -> Test | None:
    if place in ("largest", "smallest"):
        place, how = how, place
    if how in _PLACES or place not in _PLACES:
        return None

    def test(s: Setting) -> bool:
        n = len(s.answer)
        at = _PLACES[place]
        k = n // 2 if at is None else at % n
        most = max(s.answer) if how in ("largest", "biggest", "greatest") else min(s.answer)
        return k < n and same(s.answer[k], most) and sum(same(x, most) for x in s.answer) == 1

    return test
