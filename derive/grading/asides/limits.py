"""What a text says its answer tends to: 'as rho -> infinity we get x -> v', 'which converges to y/s as T -> infinity', 'for small c it is about -c/2'.

The answer and what the text gives are worked out where the letter is very large or very small, twice: they must come together.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations, formula
from derive.grading.keys import Key
from derive.grading.traits.settings import length, numbers
from derive.maths import expr as E
from derive.maths.exact import Value, World, exact
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

Checked = tuple[bool | None, str]
_NONE: Checked = (None, "")
_MARK = "\ue000"
_ARROW = re.compile(r"^(?P<of>.+?)\s*(?:\\to|→|->|\\rightarrow|\\downarrow|\\uparrow)\s*\+?(?P<end>\\?infty|∞|infinity|0|1)\^?\{?\+?\}?$", re.S)
_UNSAFE = re.compile(r"\b(?:not|never|half|twice|times|minus|plus|inverse|root|instead|except|only|must|should|would|gradient descent|unlike|below|above|less|more|faster|slower|without|"
                r"distance|difference)\b|n't\b", re.I)
_IT = r"(?:it|this|that|which|one|we|the (?:limit|answer|update|step|result|solution|formula|value|weight|weights|minimi[sz]er|estimate|iterate|expression|number|factor))"
_GETS = (r"(?:is|are|gives?|get|gets|yields?|becomes?|obtains?|have|reads?|equals?|reduces? to|recovers?|turns? into|tends? to|converges? to|goes to|approaches|approach|end up at|settles? at|"
         r"remains?|comes? out as|is about|is roughly|is nearly|is approximately|behaves? like|looks? like)")
_LIMIT = r"(?: (?:the|a) (?:\w+ ){0,2}(?:limit|step|vector|solution|value|estimate|update|point|projection|mean))?"
_FIRST = re.compile(rf"(?:\W|\b(?:and|so|but|also|then|here|hence|thus)\b|(?:since|because|as) [^,{_MARK}]{{3,60}}, )*(?:the limit )?(?:as|for|when|if|in the limit|"
                rf"with) {_MARK}[ ,]*(?:then )?(?:the limit |{_IT} )?(?:{_GETS})?{_LIMIT} ?{_MARK}(?P<behind>.*)", re.I | re.S)
_LAST = re.compile(rf"(?:\W|\b(?:and|so|but|also|then|here|hence|thus)\b)*(?:{_IT}|{_MARK})? ?(?:{_GETS})(?: the)?(?: (?:finite|constant))*{_LIMIT} ?{_MARK},? (?:as|for|when|if|"
                rf"in the limit) {_MARK}(?P<behind>.*)", re.I | re.S)
_SMALL = re.compile(rf"(?:\W|\b(?:and|so|but|also)\b)*(?:for|if) (?:very )?(?P<how>small|tiny|large|huge|big) {_MARK}[ ,]*(?:{_IT} )?(?:{_GETS}) ?(?:about|roughly|nearly|approximately|"
                rf"close to|almost)? ?{_MARK}(?P<behind>.*)", re.I | re.S)
_BEHIND = re.compile(r"\W*(?:for (?:any|every|all) \S{1,6}|(?:which|as) .{0,60}|again|there|the \w+(?: \w+){0,4})?\W*", re.I)


def limit_said(said: str, key: Key) -> Checked:
    """Whether the limit that a sentence gives the answer is its limit; None where it gives none."""
    required = key.derivation.answer
    if required is None or key.wanted.condition or not ("→" in said or "\\to" in said or "->" in said or "small" in said or "large" in said):
        return _NONE
    found = formulas(said, key.wanted.scope)
    if len(found) != 2 or _UNSAFE.search(said):
        return _NONE
    (a, first), (b, second) = found
    p, q = said.find(first, a), said.find(second, b)
    if p < 0 or q < p + len(first):
        return _NONE
    words = re.sub(r"\s+", " ", re.sub(r"\$+|\\[()\[\]]", "", said[:p] + _MARK + said[p + len(first) : q] + _MARK + said[q + len(second) :])).strip()
    m = _FIRST.fullmatch(words)
    condition, claim, large = first, second, None
    if m is None:
        m = _LAST.fullmatch(words)
        condition, claim = second, first
    if m is None:
        m = _SMALL.fullmatch(words)
        condition, claim = first, second
        large = m["how"].lower() in ("large", "huge", "big") if m is not None else None
    if m is None or not _BEHIND.fullmatch(m["behind"]):
        return _NONE
    if large is None:
        arrow = _ARROW.match(condition.strip())
        if arrow is None or arrow["end"] == "1":
            return _NONE
        large, condition = "inf" in arrow["end"] or arrow["end"] == "∞", arrow["of"]
    symbol = _letter(condition, key)
    told = _claim(claim, key)
    if symbol is None or told is None:
        return _NONE
    return _come_together(symbol, large, required, told, key), ""


def _letter(text: str, key: Key) -> Symbol | None:
    """The letter that goes to an end; one without a value of its own."""
    text = re.sub(r"[|{}\s]", "", text).removesuffix("_i")
    found = [s for s in key.problem.symbols.values() if text in (s.name, *s.aliases) or text.lstrip("\\") in (s.name, *(a.lstrip("\\") for a in s.aliases))]
    s = found[0] if len(found) == 1 else None
    return s if s is not None and s.given is None and s.let is None and s.kind == "value" and s.name != key.wanted.asked else None


def _claim(text: str, key: Key) -> Expr | None:
    m = re.match(r"(?P<of>[^→=]+?)\s*(?:\\to|→|->|\\rightarrow)\s*(?P<to>.+)$", text, re.S)
    if m is not None:
        told = equations(m["of"], key)
        asked = E.sym(key.wanted.asked, key.wanted.shape) if key.wanted.asked else None
        return formula(m["to"], key) if len(told) == 1 and told[0].terms[0] == asked else None
    return formula(text, key)


_STEPS = ((Fraction(2) ** 16, Fraction(2) ** 32), (Fraction(2) ** 8, Fraction(2) ** 10))
_TIMES = (200, 700)


def _changed(v: Value, large: bool, step: Fraction, count: int) -> Value:
    if isinstance(v, list):
        return [_changed(x, large, step, count) for x in v]
    if count:
        return Fraction(count if large else 0)
    return v * step if large else v / step


def _come_together(symbol: Symbol, large: bool, required: Expr, told: Expr, key: Key) -> bool | None:
    seen = False
    count = symbol.domain in ("count", "integer")
    if (large and (symbol.below is not None or symbol.domain == "unit" or symbol.within is not None)) or (not large and (symbol.above or count)):
        return None
    for w in _instances(key):
        if symbol.name not in w.values:
            return None
        before = numbers(required, w)
        for steps in _STEPS if not count else _STEPS[:1]:
            gaps, sizes = [], []
            for k in (0, 1):
                at = _at(w, symbol, _changed(w.values[symbol.name], large, steps[k], _TIMES[k] if count else 0), key)
                x, y = numbers(required, at), numbers(told, at)
                if x is None or y is None or before is None:
                    break
                y = y * len(x) if len(y) == 1 and y[0] == 0 else y
                if len(x) != len(y):
                    return None
                gaps.append(length([a - b for a, b in zip(x, y, strict=True)]))
                sizes.append(max(length(y), length(x)) if any(y) else length(before))
            if len(gaps) == 2:
                break
        else:
            continue  # it cannot be worked out so far out
        if not sizes[1]:
            continue
        seen = True
        if gaps[1] > 0.02 * sizes[1] and not (steps is not _STEPS[0] and gaps[1] < 0.5 * gaps[0]):
            return False
    return True if seen else None


def _at(w: World, symbol: Symbol, value: Value, key: Key) -> World:
    """The instance with another value of a letter, and of those that are defined by it."""
    values = {**w.values, symbol.name: value}
    for s in key.problem.symbols.values():
        if s.let is not None and s.name in values and symbol.name in E.symbols_in(s.let):
            values[s.name] = exact(s.let, World(values, w.dims))
    return World(values, w.dims)


def _instances(key: Key) -> Iterator[World]:
    for ws in key.generic:
        if 1 in ws.batch.dims.values() and len(key.generic) > 1:
            continue
        yield from ws.worlds[:2]
