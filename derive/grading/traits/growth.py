"""How an answer is said to depend on a quantity: linearly, not at all, on doubling it, as it goes to zero or infinity."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import SIZE, answer_words, compiled, quantity
from derive.grading.traits.settings import Setting, length, numbers, settings, with_value
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.expr import Expr

_POWERS = {"linear": 1, "quadratic": 2, "square": 2, "squared": 2, "cubic": 3, "cubically": 3, "constant": 0, "half": 0.5, "root": 0.5, "one": 1, "two": 2, "zero": 0,
    "1": 1, "2": 2, "0": 0, "-1": -1, "three": 3, "3": 3}
_QUANTITY = r"(?P<of>.{1,45}?)"
_SIZES = rf"(?:(?:{SIZE}|number|size) of )?"
_FACTORS = {"doubles": 2, "double": 2, "doubling": 2, "halves": 0.5, "halve": 0.5, "halving": 0.5, "triples": 3, "tripling": 3, "quadruples": 4, "quadrupling": 4,
    "negates": -1, "negating": -1, "flips": -1, "flipping": -1,
            "unchanged": 1, "untouched": 1, "the same": 1, "alone": 1, "as it is": 1}


def said_of_growth(said: Said, key: Key) -> bool | None:
    """Whether what is said of the dependence on a quantity holds; None where nothing is."""
    if key.derivation.answer is None or key.wanted.condition:
        return None
    it = answer_words(key)
    own = SIZE if key.wanted.shape else (r"(?:number|count|total|value|size|amount|cost|minimum|maximum|number of messages|message size|message count|messages|each message|a message|"
                    r"optimal value|length|load|"
                    r"traffic|growth|penalty)")
    subject = (rf"(?:{it}|(?:the |its |each )?(?:optimal |minimal |total |resulling |whole )?(?:{own})(?: of (?:{it}|a message|each message|messages))?|the (?:length|size|"
              rf"norm) of the (?:step|update))")
    by_size = re.match(rf"(?:the |its )?(?:(?:step|update) )?{SIZE}\b", said.body, re.I) is not None or "length" in said.body
    for look in (_degree, _independent, _monotone, _scaled):
        found = look(said, key, subject, by_size)
        if found is not None:
            return found
    return None


# ------------------------------------------------------------------------------------------ the answer where a quantity is changed

def _changed(s: Setting, key: Key, what: Expr, factor: Fraction) -> list[float] | None:
    """The answer where a quantity is multiplied by a number."""
    answer = key.derivation.answer
    assert answer is not None
    if what.op == "sym" and str(what.data) in s.world.values:
        if key.problem.symbols[str(what.data)].let is not None:
            return None
        return numbers(answer, with_value(s, str(what.data), factor))
    if what.op == "dim" and not key.wanted.shape and "n" not in (x.data for x in E.walk(answer) if x.op == "sym"):
        return None
    return None


def _free(what: Expr | None, key: Key) -> bool:
    """Whether a quantity has no value of its own and may be made any number of times as large."""
    if what is None or what.op != "sym" or what.data == key.wanted.asked or key.problem.conditions(key.part):
        return False
    s = key.problem.symbols.get(str(what.data))
    return s is not None and s.let is None and s.given is None and s.kind == "value"


def _degrees(key: Key, what: Expr, by_size: bool) -> set[float | None]:
    """By which power of a factor the answer grows when a quantity is multiplied by it; None where by none."""
    out: set[float | None] = set()
    large = key.part.ask == "count"
    for s in settings(key):
        base = s
        if large:
            moved = _changed(s, key, what, Fraction(10**9))
            base = Setting(with_value(s, str(what.data), Fraction(10**9)), moved) if moved is not None else s
        for factor in (Fraction(2), Fraction(8)):
            after = _changed(base, key, what, factor)
            if after is None:
                return set()
            x, y = ([length(base.answer)], [length(after)]) if by_size else (base.answer, after)
            pairs = [(a, b) for a, b in zip(x, y, strict=True) if a or b]
            ratios = {round(b / a, 6) if a else math.inf for a, b in pairs}
            if len(ratios) > 1 or any(r <= 0 or r == math.inf for r in ratios):
                out.add(None)
            elif ratios:
                d = math.log(ratios.pop()) / math.log(factor)
                out.add(round(d, 3) if abs(d - round(d, 3)) < 1e-5 else None)
    return out


def _additive(key: Key, what: Expr) -> bool:
    """Whether the answer of a sum of two values of a vector is the sum of the answers."""
    answer = key.derivation.answer
    assert answer is not None
    found = settings(key)
    for s, t in pairwise(found):
        x, y = s.world.values[str(what.data)], t.world.values[str(what.data)]
        if not isinstance(x, list) or not isinstance(y, list) or len(x) != len(y):
            continue
        both = numbers(answer, World({**s.world.values, str(what.data): [a + b for a, b in zip(x, y, strict=True)]}, s.world.dims))
        other = numbers(answer, World({**s.world.values, str(what.data): y}, s.world.dims))
        if both is None or other is None:
            continue
        scale = max(map(abs, both), default=1.0)
        if any(abs(a + b - c) > 1e-9 * scale for a, b, c in zip(s.answer, other, both, strict=True)):
            return False
    return True


# ------------------------------------------------------------------------------------------ what is said

def _degree(said: Said, key: Key, subject: str, by_size: bool) -> bool | None:
    verb = r"(?:scales?|grows?|depends?|increases?|varies|rises?|goes|changes?|growing|scaling)"
    by_size = by_size or re.search(rf"\bproportional to (?:the )?{SIZE} of\b", said.body, re.I) is not None  # what is proportional to a size is a size
    for pattern, exactly in (
        (rf"{subject} {verb} (?P<how>linear|quadratic|cubic|proportional)(?:ally|ly)? (?:with|in|on|to) {_SIZES}{_QUANTITY}", False),
        (rf"{subject} {verb} (?:like|as|with) (?:the )?(?P<how>square|square root|root|inverse|cube)(?: root)? of {_SIZES}{_QUANTITY}", False),
        (rf"{subject} (?:is|are|being) (?:therefore |only )?(?P<how>linear|quadratic|cubic|constant) in {_SIZES}{_QUANTITY}", True),
        (rf"{subject} (?:is|are) an? (?P<how>linear|quadratic|cubic) function of {_SIZES}{_QUANTITY}", True),
        (rf"{subject} (?:is|are) (?P<how>inversely )?proportional to {_SIZES}(?:the (?P<power>square|square root|inverse) of )?{_QUANTITY}(?P<square>\^\{{?2\}}?|\^2| squared)?", False),
        (rf"{subject} (?:is|are) (?:positively )?homogeneous of degree (?P<how>zero|one|two|[0-3]|-1) in {_QUANTITY}", False),
        (rf"{subject} {verb} (?P<how>linear|quadratic|cubic|exponential|logarithmic)(?:ally|ly)?", False),
    ):
        m = compiled(pattern).fullmatch(said.body)
        if m is None:
            continue
        found = m.groupdict()
        what = quantity(found["of"], key) if found.get("of") else _only_letter(key)
        if not _free(what, key):
            return None
        assert what is not None
        how = (found.get("how") or "proportional").strip().lower()
        want: float | None
        if how.startswith("inverse"):
            want = -1
        elif how == "proportional":
            want = {"square": 2, "square root": 0.5, "inverse": -1}.get((found.get("power") or "").lower(), 2 if found.get("square") else 1)
        elif how == "square root" or " root of" in said.body:
            want = 0.5
        elif how in ("exponential", "logarithmic"):
            want = math.nan
        else:
            want = 3 if how == "cube" else _POWERS[how]
        if len(key.wanted.shape) == 1 and len(what.shape) == 1 and not by_size and "proportional" in said.body:
            return None  # parallel to it (derive.grading.traits.directions)
        degrees = _degrees(key, what, by_size)
        if not degrees:
            return None
        holds = degrees == {want}
        if holds and exactly and want == 1 and what.shape and not by_size and not _additive(key, what):
            return None  # homogeneous, and not linear
        return said.verdict([holds])
    return None


def _only_letter(key: Key) -> Expr | None:
    """The quantity that a count grows with where none is named: the number of workers."""
    answer = key.derivation.answer
    names = E.symbols_in(answer) if answer is not None and key.part.ask == "count" else frozenset()
    return quantity("number of workers", key) if names else None


def _independent(said: Said, key: Key, subject: str, by_size: bool) -> bool | None:
    for pattern, depends in (
        (rf"{subject} (?:depends?|hinges?|relies) (?:only )?on (?P<size>the (?:size|magnitude|length|norm|scale) of )?{_QUANTITY}", True),
        (rf"{subject} (?:is|are|stays?|remains?) (?:independent of|unaffected by|insensitive to|invariant to|the same for (?:all|every|any)|the same whatever|"
         rf"constant in) (?P<size>the (?:size|magnitude|length|norm|scale) of )?{_QUANTITY}(?: is)?", False),
        (rf"{subject} (?:ignores?) (?P<size>the (?:size|magnitude|length|norm|scale) of )?{_QUANTITY}", False),
        (rf"(?P<size>the (?:size|magnitude|length|norm|scale) of )?{_QUANTITY} (?:matters?|enters?|plays? (?:a|any) role|affects? (?:{subject}|anything)|influences? (?:{subject})|has (?:an|"
         rf"any) (?:influence|effect)(?: on {subject})?)(?: (?:the )?(?:answer|update|step|limit|count))?", True),
        (rf"only {_QUANTITY} (?:matters?|enters?|counts?)", None),
    ):
        m = compiled(pattern).fullmatch(said.body)
        if m is None or depends is None:
            continue
        of = re.sub(r"^(?:only )", "", m["of"])
        if of != m["of"] or re.search(r"\bonly on\b", said.body):
            return None
        what = quantity(of, key)
        if what is None or what.op not in ("sym", "dim") or what.data == key.wanted.asked:
            return None
        if re.match(r"(?:the |its )?(?:step[- ]?size|learning rate)\b", said.body, re.I) and key.wanted.shape:
            return None  # the factor of the gradient, or the length
        varies = _varies(key, what, m["size"] is not None, by_size)
        return None if varies is None else said.verdict([varies is depends])
    return None


def _varies(key: Key, what: Expr, size_only: bool, by_size: bool) -> bool | None:
    """Whether the answer (by_size: its length) changes with a quantity; or with the size of that alone."""
    answer = key.derivation.answer
    assert answer is not None
    name = str(what.data)
    symbol = key.problem.symbols.get(name)
    if symbol is not None and symbol.given is not None:
        return None
    if not size_only:
        inside = E.symbols_in(answer) | {str(x.data) for x in E.walk(answer) if x.op == "dim"}
        return name in inside and (not by_size or not key.wanted.shape or not _same_length(key, name))
    if not _free(what, key):
        return None
    degrees = _degrees(key, what, False)
    return degrees != {0} if degrees else None


def _same_length(key: Key, name: str) -> bool:
    """Whether the answer has the same length whatever value a quantity has."""
    answer = key.derivation.answer
    assert answer is not None
    found = settings(key)
    for s, t in pairwise(found):
        if s.world.dims == t.world.dims and name in s.world.values:
            v = numbers(answer, World({**s.world.values, name: t.world.values[name]}, s.world.dims))
            if v is not None and abs(length(v) - length(s.answer)) > 1e-9 * length(v):
                return False
    return True


_MORE = r"(?:grows?|increases?|rises?|gets? (?:larger|bigger|longer|higher)|becomes? (?:larger|bigger|longer|higher)|goes up|scales?)"
_LESS = r"(?:shrinks?|decreases?|falls?|drops?|declines?|gets? (?:smaller|shorter|lower)|becomes? (?:smaller|shorter|lower)|goes down)"
_FLAT = r"(?:stays? (?:the same|constant|fixed|unchanged)|remains? (?:the same|constant|fixed|unchanged)|does not change)"


_SHRINKS_WITH = re.compile(r" shrinks? with (?!(?:the )?(?:growing|increasing|larger|more)\b)", re.I)


def _monotone(said: Said, key: Key, subject: str, by_size: bool) -> bool | None:
    for pattern in (
        rf"{subject} (?:(?P<up>{_MORE})|(?P<down>{_LESS})) (?:with|in) (?:the )?(?:{SIZE} of )?(?:growing |increasing |larger |the size of )?{_QUANTITY}",
        rf"{subject} (?:(?P<up>{_MORE})|(?P<down>{_LESS})|(?P<flat>{_FLAT})) (?:as|when|if) {_QUANTITY} (?:grows|increases|gets larger|becomes larger|goes up|is increased|rises)",
        rf"{subject} (?:(?P<up>{_MORE})|(?P<down>{_LESS})|(?P<flat>{_FLAT})) (?:as|when|if|with) (?:more|additional) {_QUANTITY}(?: (?:join|are added|take part|come in|participate|are used))?",
        rf"(?:larger|bigger|more|higher|a larger|a bigger|a higher|large|increasing) {_QUANTITY} (?:gives?|means?|makes?|leads? to|yields?|implies|requires?|"
        rf"needs?)(?: for)? (?:an? )?(?:(?P<up>larger|longer|bigger|more|higher|large)|(?P<down>smaller|shorter|fewer|lower|less|small))"
        rf" (?:steps?|updates?|messages?|numbers?|counts?|values?|sizes?)",
    ):
        m = compiled(pattern).fullmatch(said.body)
        if m is None:
            continue
        what = quantity(m["of"], key)
        if not _free(what, key):
            return None
        assert what is not None
        found = []
        together = m["down"] and _SHRINKS_WITH.search(said.body) is not None  # as it shrinks, or as it grows
        for s in settings(key):
            after = _changed(s, key, what, Fraction(2))
            if after is None:
                return None
            x, y = (length(s.answer), length(after)) if key.wanted.shape else (s.answer[0], after[0])
            change = 0 if abs(x - y) <= 1e-9 * max(abs(x), abs(y)) else 1 if y > x else -1
            found.append(change != 0 if together else change == (1 if m["up"] else 0 if m.groupdict().get("flat") else -1))
        return said.verdict(found)
    return None


_TIMES = (rf"(?P<op>doubling|halving|tripling|quadrupling|negating|flipping|scaling|multiplying|rescaling)(?: the)?(?: sign of| {SIZE} of|"
          rf" number of)?(?: all)?(?: the)? {_QUANTITY}(?: by (?:a factor (?:of )?)?(?P<by>\d|two|three|ten|10|"
          r"an? (?:fixed |common )?positive (?:number|factor|constant|scalar)|any positive \w+|c|t|a constant))? "
          r"(?:(?P<does>doubles?|halves?|triples?|quadruples?|negates?|flips?|multiplies|divides) (?P<it>.{1,40}?)(?: by (?P<by2>\d|two|three|four|ten|10|the same factor|a factor of (?:two|"
          r"four)))?|leaves (?P<left>.{1,40}?) (?:unchanged|untouched|the same|alone|as it is)|(?P<changes>changes?|affects?|alters?) (?P<changed>.{1,40}))(?: (?:too|as well))?")


def _scaled(said: Said, key: Key, subject: str, by_size: bool) -> bool | None:
    m = compiled(_TIMES).fullmatch(said.body)
    what = quantity(m["of"], key) if m is not None else None
    if m is None or not _free(what, key):
        return None
    assert what is not None
    target = m["it"] or m["left"] or m["changed"]
    if not re.fullmatch(rf"(?:every entry of |each entry of |the whole |everything|the |all of )*(?:{subject}|everything|result|the number of messages|the total|the objective|"
                    rf"the length of (?:the )?(?:step|update|it)|the direction(?: of (?:the )?(?:step|update))?|its direction|the size of (?:each|a|the) message|anything)?", target, re.I):
        return None
    op = m["op"].lower()
    by = Fraction(str(_FACTORS[op])) if op in _FACTORS else Fraction({"two": 2, "three": 3, "ten": 10}.get(m["by"] or "", 3) if not (m["by"] or "").isdigit() else int(m["by"]))
    if m["left"] or m["changes"]:
        want = 1.0
    else:
        does = m["does"].lower()
        by2 = m["by2"] or ""
        factor = float(by) if "same" in by2 else {"two": 2, "three": 3, "four": 4, "ten": 10}.get(by2.split()[-1], float(by2) if by2.isdigit() else 0) if by2 else 0
        want = (1 / factor if does.startswith("divid") else factor) if by2 else float(_FACTORS.get(does if does.endswith("s") else does + "s", 0))
        if not want:
            return None
    direction = "direction" in target
    sized = by_size or "length" in target or ("size" in target and bool(key.wanted.shape))
    large = key.part.ask == "count"
    found = []
    for s in settings(key):
        base = s
        if large:
            moved = _changed(s, key, what, Fraction(10**9))
            base = Setting(with_value(s, str(what.data), Fraction(10**9)), moved) if moved is not None else s
        after = _changed(base, key, what, by)
        if after is None:
            return None
        x, y = base.answer, after
        if direction:
            x, y = [a / (length(x) or 1) for a in x], [b / (length(y) or 1) for b in y]
        elif sized:
            x, y = [length(x)], [length(y)]
        found.append(all(abs(b - want * a) <= (1e-6 if large else 1e-9) * max(abs(a), abs(b)) for a, b in zip(x, y, strict=True)))
    return said._replace(denied=said.denied is not (m["changes"] is not None)).verdict(found)
