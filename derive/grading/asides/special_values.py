"""What a text says of its answer where letters have special values: 'with P = I it is a/||a||^2', 'for b -> 0 we get 2/h', 'if Av = b then x = v'.

The letters get their values in the instances of the key, the required answer is worked out there, and what the text gives is compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations, formula
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.expr import Expr
from derive.maths.parse import Statement
from derive.maths.symbols import Symbol

Checked = tuple[bool | None, str]
_NONE: Checked = (None, "")
_MARK = "\ue000"
_MOST = 6  # formulas in one sentence
_LEAD = (r"\s*(?:(?:and|so|but|also|note that|in particular|for example|for instance|as a check|sanity check|check|indeed|clearly|e\.g\.|conversely|similarly|here|then|again|now|"
         r"of course|moreover|finally)\b[,:]?\s+)*")
_COND = r"\b(?:for|with|if|when|whenever|where|at|as|in case|taking|take|takes|setting|set|sets|putting|letting|let|given|once|under|in the (?:special )?(?:case|limit)(?: of)?)\b"
_IF_FIRST = re.compile(rf"{_LEAD}(?P<subject>(?:[A-Za-z'-]+\s+){{0,5}}?){_COND}(?P<before>[^{_MARK}.;]{{0,60}}){_MARK}", re.I)
_AND = re.compile(r"\s*(?:,|and|,\s*and)\s*", re.I)
_IF_LAST = re.compile(rf"(?P<link>[^{_MARK}.;]{{0,50}}?){_COND}(?P<before>[^{_MARK}.;]{{0,30}})", re.I)
_LINK = re.compile(
    r"\b(?:is|are|gives?|gets?|yields?|becomes?|obtains?|has|have|reads?|equals?|reduces?|simplif(?:y|ies)|recovers?|means?|leaves?|there|then|be|finds?|tends?|turns?|"
    r"returns?|vanish\w*|where)\b", re.I)
_UNSAFE = re.compile(
    r"\b(?:not|never|no longer|half|twice|thrice|times|minus|plus|double\w*|halve\w*|divided|over|per|each|every|squared?|inverse|root|negative|opposite|unlike|"
    r"instead of|wrong\w*|without|only|except|"
    r"must|should|at most|at least|below|above|less|more|fewer|greater|smaller|larger|up to|order|proportional|doesn|isn|would fail|fails)\b|n't\b", re.I)
_TENDS = re.compile(r"^(?P<name>.+?)\s*(?:\\to|→|->|\\rightarrow)\s*(?P<to>.+)$", re.S)
_OTHERS = re.compile(r"\b(?:maximi[sz]er|minimi[sz]er|maximum|minimum|optimum|norm|ratio|penalty|residual|prediction|loss|gradient|objective|variance|"
    r"determinant|trace)\s+(?:is|are|of|becomes|equals)\b", re.I)
_OF_ANOTHER = re.compile(r"\b(?:at|by|with|on|over)\s*$", re.I)
"""Before a formula that is none of the answer: 'soft thresholding at F'."""


class _Said(NamedTuple):
    """Words with marks in place of the formulas, and the formulas."""

    words: str
    formulas: tuple[str, ...]


def special_value(said: str, key: Key) -> Checked:
    """Whether what a sentence says of the answer at special values of the letters holds; None where it says nothing of the kind."""
    required = key.derivation.answer
    if required is None or ("=" not in said and "→" not in said and "\\to" not in said and "->" not in said):
        return _NONE
    s = _marked(said, key)
    if s is None:
        return _NONE
    parted = _if_first(s) or _if_last(s) or _of_the_unknown(s, key)
    if parted is None:
        return _NONE
    conditions, claim = parted[0], _at_the_step(parted[1], parted[0], key)
    if "=" in claim and all(_sets_a_letter(x, key) for x in equations(claim, key)):
        return _NONE  # 'take alpha = 4 and g = (1, -1)' says nothing yet
    return _holds(conditions, claim, required, key), ""


def _sets_a_letter(s: Statement, key: Key) -> bool:
    """Whether an equation gives a declared letter, which is not the unknown, a number."""
    symbol = key.problem.symbols.get(str(s.terms[0].data)) if s.ops == ("=",) and s.terms[0].op == "sym" else None
    return symbol is not None and symbol.kind == "value" and symbol.name != key.wanted.asked and symbol.let is None and symbol.given is None and not E.symbols_in(s.terms[1])


_AGAINST = re.compile(r"\s*,?\s*\b(?:instead of|as against|compared (?:with|to)|as opposed to|in contrast to|whereas \w+)\b[^.]*$", re.I)


_AS_IT_SHOULD = re.compile(r",?\s*\bas\s+(?:(?:it|one|we|they|this)\s+(?:should|must|ought\s+to)(?:\s+be)?|expected)\b", re.I)
_NUMBER_BEHIND = re.compile(r"\s*,?\s*(?:it|this|that|these|they|we|one|the \w+)?\s*(?:is|are|gives?|gets?|makes?|needs?|has|have|means?)\s+(?:about |exactly |"
                r"just )?(?P<value>[-−]?\d[\d.,]*\d|\d)\b(?![.,]\d|\s*[*/^%])", re.I)


def _marked(said: str, key: Key) -> _Said | None:
    said = _AS_IT_SHOULD.sub("", _AGAINST.sub("", said))
    found = formulas(said, key.wanted.scope)
    if not 2 <= len(found) <= _MOST:
        return None
    words, at, out = "", 0, []
    for begin, text in found:
        place = said.find(text, begin)
        if place < at:
            return None
        words += said[at:place] + _MARK
        at = place + len(text)
        out.append(text)
    return _Said(re.sub(r"\$+|\\[()\[\]]", "", words + said[at:]), tuple(out))


def _if_first(s: _Said) -> tuple[tuple[str, ...], str] | None:
    """'With A = I and b = 0 it is F'."""
    m = _IF_FIRST.match(s.words)
    if m is None or _UNSAFE.search(m["subject"]) or _UNSAFE.search(m["before"]):
        return None
    between = s.words.split(_MARK)
    k = 1
    while k < len(s.formulas) - 1 and _AND.fullmatch(between[k]):
        k += 1
    number = _NUMBER_BEHIND.match(between[-1]) if k == len(s.formulas) - 1 and _AND.fullmatch(between[k]) else None
    if number is not None and not _UNSAFE.search(between[-1]):
        return s.formulas, number["value"]  # 'for $r = 8$, $M = 1$ these are 16000'
    if k != len(s.formulas) - 1:
        return None
    link, claim, behind = between[k], s.formulas[k], between[k + 1]
    equates = "=" in claim
    if _OF_ANOTHER.search(link) or _UNSAFE.search(link) or _UNSAFE.search(behind) or _OTHERS.search(link) or not (
            _LINK.search(link) or (equates and re.fullmatch(r"\s*,?\s*(?:so|and|also|hence|thus)?\s*(?:also\s*)?", link))):
        return None
    return s.formulas[:k], claim


_SETS = re.compile(rf"{_LEAD}(?:{_COND}[^{_MARK}.;]{{0,40}})?", re.I)
_SUPPOSED = re.compile(r"\b(?:if we|would|had|were|might|suppose|unless|approx\w*|about|roughly|nearly|almost|first order|small|large|bound\w*|mistake\w*|student)\b", re.I)


def _of_the_unknown(s: _Said, key: Key) -> tuple[tuple[str, ...], str] | None:
    """'T = 1 gives x_1 = F', 'for T = 2 the bracket simplifies and x_2 = F': what comes last is equated with the unknown, whatever words are between."""
    between = s.words.split(_MARK)
    *conditions, claim = s.formulas
    if _SETS.fullmatch(between[0]) is None or any(_AND.fullmatch(w) is None for w in between[1:-2]) or len(between[-2]) > 60 or re.search(r"[.;:]", between[-2]):
        return None
    if any(_UNSAFE.search(w) or _SUPPOSED.search(w) for w in between) or _OF_ANOTHER.search(between[-2]) or between[-1].strip():
        return None
    left, equals, _ = _at_the_step(claim, s.formulas[:-1], key).partition("=")
    return (tuple(conditions), claim) if equals and key.wanted.asked and key.wanted.equates(f"{left}= 0") else None


def _at_the_step(claim: str, conditions: Sequence[str], key: Key) -> str:
    """'x_2 = F' as 'x = F' where a condition says that the number of steps is 2."""
    iteration = key.problem.iteration
    if iteration is None or iteration.count is None or not key.wanted.asked:
        return claim
    for c in conditions:
        m = re.fullmatch(rf"\s*{re.escape(str(iteration.count.data))}\s*=\s*(?P<value>\d{{1,2}})\s*", c)
        if m is not None:
            return re.sub(rf"^(\s*\\?{re.escape(key.wanted.asked)})_(?:{m['value']}|\{{{m['value']}\}})(?=\s*=)", r"\1", claim)
    return claim


def _if_last(s: _Said) -> tuple[tuple[str, ...], str] | None:
    """'It is F for t = 2'."""
    between = s.words.split(_MARK)
    m = _IF_LAST.fullmatch(between[1])
    if m is None or any(_UNSAFE.search(w) for w in between) or not (_LINK.search(between[0]) or "=" in s.formulas[0]) or _OTHERS.search(between[0]):
        return None
    return (s.formulas[1:], s.formulas[0]) if all(_AND.fullmatch(w) for w in between[2:-1]) else None


# ------------------------------------------------------------------------------------------ special values in instances


class Given(NamedTuple):
    """A letter and what it is."""

    symbol: Symbol
    value: Expr


def _holds(conditions: tuple[str, ...], claim: str, required: Expr, key: Key) -> bool | None:
    given: list[Given] = []
    length = 0
    for c in conditions:
        read = assigned(c, key)
        if isinstance(read, int):
            length = read
        elif read is None:
            return None
        else:
            given += read
    told = _claimed(claim, key)
    if not told or (not given and not length) or any(left is None and not right.shape and required.shape and not E.is_number(right, 0) for left, right in told):
        return None  # 'with $H = I$ it is gradient descent with step size $F$'
    square = any(g.value.op == "eye" and g.value.shape != g.symbol.shape for g in given)
    seen = False
    for w in special_worlds(given, length, key, square):
        try:
            answer = exact(required, w)
        except (Undefined, NotEvaluable, KeyError, ZeroDivisionError):
            continue
        values = {**w.values, **{n: answer for n in (key.wanted.asked, f"{key.wanted.asked}@limit") if key.wanted.asked}}
        for left, right in told:
            try:
                a = answer if left is None else exact(left, World(values, w.dims))
                b = exact(right, World(values, w.dims))
            except (Undefined, NotEvaluable, KeyError, E.ShapeError, TypeError, ZeroDivisionError):
                continue
            if not _same(a, b, right):
                return False
            seen = True
    return True if seen else None


def _same(a: Value, b: Value, told: Expr) -> bool:
    if same_exactly(a, b):
        return True
    p, q = flatten(a), flatten(b)
    if len(q) == 1 and len(p) > 1 and E.symbols_in(told) == frozenset() and q[0] == 0:
        q = q * len(p)  # 'd = 0'
    if len(p) != len(q):
        return False
    if E.has(told, "dec"):
        return all(abs(float(x) - float(y)) <= 0.005 * max(abs(float(x)), abs(float(y))) for x, y in zip(p, q, strict=True))
    return all(same_exactly(x, y) for x, y in zip(p, q, strict=True))


def _claimed(claim: str, key: Key) -> list[tuple[Expr | None, Expr]]:
    """What must be equal: the sides of an equation, or the answer (None) and a value."""
    found = equations(claim, key)
    if found and found[0].ops:
        if len(found) != 1 or not set(found[0].ops) <= {"=", "~"}:
            return []
        s = found[0]
        unknown = E.sym(key.wanted.asked, key.wanted.shape) if key.wanted.asked else None
        if _free(s.terms[0], key) is not None and E.is_number(s.terms[-1]):
            return []  # 'for a = 1, b = 2': one more condition
        if s.terms[0] == unknown:
            return [(None, t) for t in s.terms[1:]]
        return [(a, b) for a, b in zip(s.terms, s.terms[1:], strict=False)]
    value = formula(claim, key)
    return [] if value is None else [(None, value)]


def assigned(condition: str, key: Key) -> list[Given] | int | None:
    """The letters that a condition gives a value; a number for the length of all vectors."""
    tends = _TENDS.match(condition)
    if tends is not None:
        condition = f"{tends['name']} = {tends['to']}"
    m = re.fullmatch(r"\s*(?P<name>[A-Za-z])\s*=\s*(?P<value>\d{1,2})\s*", condition)
    if m is not None and m["name"] in key.wanted.scope.dims and m["name"] not in key.problem.symbols:
        return int(m["value"])
    found = equations(condition, key)
    if len(found) == 1 and found[0].terms[0].op == "new":
        left, _, right = condition.partition("=")
        found = equations(f"{right} = {left}", key)
    if len(found) != 1 or not found[0].ops or set(found[0].ops) != {"="}:
        return None
    out: list[Given] = []
    terms = found[0].terms
    value = next((t for t in reversed(terms) if _free(t, key) is None), terms[-1])
    for t in terms:
        if t is value:
            continue
        symbol = _free(t, key)
        if symbol is None and t.op == "sym" and len(terms) > 2 and (told := key.problem.symbols.get(str(t.data))) is not None and told.let is not None:
            continue  # p = q = 2, where q is worked out of p
        if symbol is not None:
            if symbol.name in E.symbols_in(value):
                return None
            out.append(Given(symbol, value))
        elif t.op == "div" and len(terms) == 2 and (top := _free(t.args[0], key)) is not None and top.name not in E.symbols_in(E.mul(value, t.args[1])):
            out.append(Given(top, E.mul(value, t.args[1])))
        else:
            return None
    return out


def _free(e: Expr, key: Key) -> Symbol | None:
    """The symbol that an expression is, if its value is for a text to choose."""
    symbol = key.problem.symbols.get(str(e.data)) if e.op == "sym" else None
    sought = (key.wanted.asked, *(key.program.over if key.program is not None else ()))
    return symbol if symbol is not None and symbol.given is None and symbol.let is None and symbol.name not in sought else None


def special_worlds(given: list[Given], length: int, key: Key, square: bool) -> Iterator[World]:
    """The instances of a key (square: with all dimensions equal) with special values of the letters; those in which a letter would leave its domain are left out."""
    for ws in key.generic:
        if length and set(ws.worlds[0].dims.values()) != {length}:
            continue
        middle = len(ws.worlds) // 2  # in the first of them all counts are the same
        for w in (*ws.worlds[: min(3, middle)], *ws.worlds[middle : middle + 2]):
            if square:
                w = _squared(w, key)
            values: dict[str, Value] = dict(w.values)
            values.pop(key.wanted.asked, None)
            try:
                for g in given:
                    values[g.symbol.name] = _spread(exact(g.value, World(values, w.dims)), w.values.get(g.symbol.name))
                for s in key.problem.symbols.values():
                    if s.let is not None and s.name in values:
                        values[s.name] = exact(s.let, World(values, w.dims))
            except (Undefined, NotEvaluable, KeyError, E.ShapeError, TypeError, ZeroDivisionError):
                continue
            yield World(values, w.dims)


def _squared(w: World, key: Key) -> World:
    """The world with all dimensions cut to the least of them, so that rectangular matrices are square."""
    least = min(w.dims.values(), default=0)
    values = dict(w.values)
    for name, s in key.problem.symbols.items():
        if name in values and s.given is None:
            values[name] = _cut(values[name], s.shape, least)
    return World(values, dict.fromkeys(w.dims, least))


def _cut(value: Value, shape: tuple[int | str, ...], least: int) -> Value:
    if not shape or not isinstance(value, list):
        return value
    kept = value[:least] if isinstance(shape[0], str) else value
    return [_cut(v, shape[1:], least) for v in kept]


def _spread(value: Value, like: Value | None) -> Value:
    """A number for all entries of what is a vector or matrix: g = 0. Raises KeyError where the shapes are others."""
    if like is None:
        raise KeyError
    if not isinstance(like, list):
        if isinstance(value, list):
            raise KeyError
        return value
    if isinstance(value, list):
        if len(value) != len(like) or any(isinstance(v, list) != isinstance(x, list) or (isinstance(v, list) and len(v) != len(x)) for v, x in zip(value, like, strict=True)):
            raise KeyError
        return value
    if value not in (0, 1):
        raise KeyError
    if isinstance(like[0], list):
        if value != 0:
            raise KeyError
        return [[value for _ in row] for row in like]
    return [value for _ in like]


def key_there(given: list[Given], key: Key) -> Key | None:
    """The key of the same part at instances in which the letters have their special values."""
    generic = []
    for ws in key.generic:
        worlds = tuple(special_worlds(given, 0, replace(key, generic=(ws,), cache={}), False))
        if worlds:
            generic.append(replace(ws, worlds=worlds))
    return replace(key, generic=tuple(generic), edges=(), cache={}) if generic else None
