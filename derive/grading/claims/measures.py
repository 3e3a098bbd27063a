"""What a text measures of its answer in words: 'every $x_i$', 'its Euclidean length', 'the sum of the entries', 'the number of zero entries', 'all singular values of $D$', 'the optimal value'."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from derive import patterns as re
from derive.grading.claims.nouns import nouns_of_the_answer
from derive.grading.claims.worlds import allowed
from derive.grading.keys import Key, kept
from derive.grading.traits.directions import NORMS
from derive.grading.traits.quantities import ENTRY, answer_words, compiled
from derive.grading.traits.settings import is_zero, length, numbers, settings
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact
from derive.maths.symbols import Symbol

_ADJECTIVES = r"(?:optimal|minimal|maximal|resulting|attained|total|whole|final|best|required|these|this|that|each|every|all|both|such)"
_ENTRIES = rf"(?:(?:all|every|each|the|its|these|those|both|any|of|single) ){{1,4}}(?:(?:{ENTRY}|probabilities|probability)(?: (?:of )?ITEM)?|ITEM_\{{?[a-z]\}}?)(?: of (?:the )?(?:IT))?"
_NORM = rf"(?:(?P<norm>{'|'.join(map(re.escape, NORMS))})[- ]?)?(?:norm|length|size|magnitude)"
_LENGTH = rf"(?:the |its |whose )?{_NORM}(?: of (?:the )?(?:IT))?"
_SUM = rf"(?:(?:the |its )?(?:sum|total) of (?:the |its |all |all its ){{0,2}}(?:{ENTRY}|probabilities)(?: of (?:the )?(?:IT))?)"
_COUNT = rf"(?:the )?number of (?P<kind>zero|nonzero|non-zero|vanishing|active) (?:{ENTRY})(?: of (?:the )?(?:IT))?"
_SINGULAR = r"(?:(?:all|every|each|the|its|both|nonzero|of|largest) ){0,4}(?P<what>singular value|eigenvalue)s?(?: of (?:the )?(?:IT))?"
_VALUE = r"(?:the |its )?(?:optimal |minimal |minimum |maximal |attained |resulting )?(?:objective value|objective|optimal value|value)(?: of the objective| at the optimum| there)?"
_LOSS = (r"(?:the |its )?(?:remaining |final |squared |training |resulting )*(?:loss|error)(?: (?:remaining|left|that remains))?"
         r"(?: (?:there|then|here|at the limit|in the limit|in the end|at this point))?")
_MESSAGES = r"(?:the |each |every |a |an |single )*messages?"
_MESSAGE_SIZE = r"(?:the )?(?:message size|(?:size|length|load) of (?:each |a |the |every |one )?messages?)"
_OF_A_POINT = re.compile(r"\b(?:steps?|updates?|points?|minimi[sz]ers?|maximi[sz]ers?|solution|vector|direction|projection|weights?|iterates?|estimat\w+|moves?|displacement|choice|argmin)\b", re.I)


class Measure(NamedTuple):
    """What is measured: its numbers in an instance, and whether it is a length or count, whose sign says nothing."""

    of: Callable[[World], list[float] | None]
    kind: str


def own_words(key: Key) -> str:
    """A pattern for what a text may call the answer, by nouns of the question too."""
    return kept(key, "own words of claims", partial(_own_words, key))


def _own_words(key: Key) -> str:
    nouns = "|".join(sorted(map(re.escape, nouns_of_the_answer(key))))
    return rf"(?:{answer_words(key)}|(?:(?:the|its|this|our|an?|each|every|whole) )?(?:{_ADJECTIVES} )?(?:{nouns}))"


def measure(words: str, key: Key) -> Measure | None:
    """What words measure of the required answer; None where it is not known."""
    required = key.derivation.answer
    words = words.strip(" ,.;:")
    if required is None or not words or len(words) > 80 or (required.shape and key.part.ask in ("count", "eigenvalues")):
        return None
    it = own_words(key)

    def match(pattern: str) -> re.Match[str] | None:
        item = "|".join(re.escape(n.lstrip("\\")) for n in _names(key)) or "(?!)"
        return compiled(pattern.replace("ITEM", f"(?:{item})").replace("IT", it)).fullmatch(words)

    def answer(w: World) -> list[float] | None:
        return numbers(required, w)

    shape = required.shape
    if len(shape) == 1 and match(_ENTRIES):
        return Measure(answer, "entries")
    if len(shape) == 1 and (m := match(_COUNT)) is not None:
        zero = m["kind"].lower() in ("zero", "vanishing")
        return Measure(partial(_zeros, answer, zero), "count")
    if shape and match(_SUM):
        return Measure(lambda w: None if (v := answer(w)) is None else [math.fsum(v)], "sum")
    if shape and (m := match(_LENGTH)) is not None:
        named = NORMS.get((m["norm"] or "").lower())
        return Measure(partial(_norm, answer, named or 2.0), "length" if named is not None else "some length")
    if len(shape) == 2 and (m := match(_SINGULAR)) is not None:
        return Measure(partial(_spectrum, key, m["what"].lower()), "entries")
    if key.part.ask != "count" and key.derivation.value is not None and match(_VALUE):
        value = key.derivation.value
        return Measure(lambda w: numbers(value, w), "value")
    if key.part.ask == "limit" and key.problem.iteration is not None and (loss := key.problem.iteration.loss) is not None and match(_LOSS):
        return Measure(partial(_at_the_limit, loss, key.problem.iteration.over, required), "sum")
    if key.part.ask == "count" and match(_MESSAGES):
        return Measure(answer, "messages" if key.part.what == "messages" else "size")
    if key.part.ask == "count" and key.part.what == "size" and match(_MESSAGE_SIZE):
        return Measure(answer, "size")
    if key.part.ask == "value" and _OF_A_POINT.search(words):
        return None  # 'the step' beside an optimal value
    if match("IT"):
        return Measure(answer, "answer")
    return None


def _names(key: Key) -> list[str]:
    symbol = key.problem.symbols.get(key.wanted.asked)
    return [key.wanted.asked, *(symbol.aliases if symbol is not None else ())] if key.wanted.asked else []


def _zeros(answer: Callable[[World], list[float] | None], zero: bool, w: World) -> list[float] | None:
    v = answer(w)
    return None if v is None else [float(sum(is_zero(x, v) is zero for x in v))]


def _at_the_limit(loss: E.Expr, over: str, limit: E.Expr, w: World) -> list[float] | None:
    try:
        return numbers(loss, World({**w.values, over: exact(limit, w)}, w.dims))
    except (Undefined, NotEvaluable, KeyError, E.ShapeError):
        return None


def _norm(answer: Callable[[World], list[float] | None], p: float, w: World) -> list[float] | None:
    v = answer(w)
    return None if v is None else [length(v, p)]


def _spectrum(key: Key, what: str, w: World) -> list[float] | None:
    try:
        rows = exact(key.derivation.answer, w)  # type: ignore[arg-type]
        a = np.array([[float(x) for x in row] for row in rows], dtype=np.float64)
    except (Undefined, NotEvaluable, KeyError, TypeError, E.ShapeError):
        return None
    if what == "eigenvalue":
        return [float(x) for x in np.linalg.eigvalsh(a)] if a.shape[0] == a.shape[1] and np.allclose(a, a.T) else None
    return [float(x) for x in np.linalg.svd(a, compute_uv=False)]


def free_symbol(words: str, key: Key) -> Symbol | None:
    """The declared letter without a value of its own that words or signs name."""
    words = words.strip(" $().,").removeprefix("the ").lstrip("\\")
    for s in key.problem.symbols.values():
        if words in (s.name, *(a.lstrip("\\") for a in s.aliases)):
            return s if s.kind == "value" and s.given is None and s.let is None and s.name != key.wanted.asked and (key.program is None or s.name not in key.program.over) else None
    return None


def changed(w: World, s: Symbol, factor: Fraction, key: Key) -> World | None:
    """The instance with a letter some times as large, and the letters that are defined by it; None where it leaves its domain."""
    if s.name not in w.values:
        return None

    def times(v: Value) -> Value:
        return [times(x) for x in v] if isinstance(v, list) else v * factor

    value = times(w.values[s.name])
    if not isinstance(value, list) and ((s.domain == "unit" and not 0 < value < 1) or (s.domain in ("count", "integer") and value.denominator != 1)):
        return None
    return with_value(w, s, value, key)


def with_value(w: World, s: Symbol, value: Value, key: Key) -> World | None:
    """The instance with another value of a letter, and those that are defined by it."""
    values: dict[str, Value] = {**w.values, s.name: value}
    try:
        for d in key.problem.symbols.values():
            if d.let is not None and d.name in values and s.name in E.symbols_in(d.let):
                values[d.name] = exact(d.let, World(values, w.dims))
    except (Undefined, NotEvaluable, KeyError, TypeError, E.ShapeError):
        return None
    return World(values, w.dims)


_FACTORS = (Fraction(1, 256), Fraction(256), Fraction(-1))


def varied(key: Key) -> list[World]:
    """The instances of traits, and some of them with one letter very small, very large or of the other sign: what holds of a few numbers need not hold of all."""
    return kept(key, "varied instances of claims", partial(_varied, key))


def _varied(key: Key) -> list[World]:
    found = settings(key)
    out = [s.world for s in found]
    letters = [s for s in key.problem.symbols.values() if s.kind == "value" and s.given is None and s.let is None and s.name in E.symbols_in(key.derivation.answer or E.ZERO)]
    for at in {len(s.answer): s.world for s in found[:: max(1, len(found) // 4)]}.values():
        for s in letters:
            for f in _FACTORS:
                signed = f > 0 or s.domain in ("real", "nonzero")
                w = changed(at, s, f, key) if signed and s.domain not in _FIXED else None
                if w is not None and allowed(key, w):
                    out.append(w)
    return out


_FIXED = frozenset("count integer sign binary simplex orthcols".split())
