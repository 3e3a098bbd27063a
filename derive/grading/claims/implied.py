"""A relation of the data that is said to imply one of the answer, 'The layer that starts larger ends larger: $u_0>v_0$ implies $u>v$', and what terms and eigenvalues are said to be."""

from __future__ import annotations

from itertools import pairwise

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations
from derive.grading.claims.measures import varied
from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, settings
from derive.maths import expr as E
from derive.maths.exact import World, exact
from derive.maths.parse import Statement

_MARK = "\ue000"
_LEAD = r"(?:\W|\b(?:and|so|thus|hence|also|but|note|that|in|particular|indeed|therefore|here)\b)*"
_IMPLIES = re.compile(rf"{_LEAD}(?:if |when(?:ever)? |for |from |with )?{_MARK}\W*(?:(?:always |then |also )*(?:implies|gives|means|leads to|entails|forces|follows|"
                      rf"then|one has|we have|also)\W*)+(?:that )?"
                      rf"{_MARK}\W*", re.I)
_WHENEVER = re.compile(rf"{_LEAD}(?:we have |one has )?{_MARK}\W*(?:whenever|if|when|for|as soon as) {_MARK}\W*", re.I)
_TERMS = re.compile(rf"{_LEAD}(?:each|every one|all)(?: of)?(?: the)?(?: \w+)? (?:terms?|summands?|products?|contributions?|numbers?)\W*{_MARK}\W*"
                    rf"(?:contributes?|is|are|equals?|are equal to|adds?)(?: all)?\W*"
                    rf"{_MARK}(?P<behind>.*)", re.I | re.S)
_TO_THE_SUM = re.compile(r"\W*(?:to (?:the |this |its )?(?:sum|total|prediction|product)\b.{0,60})?\W*", re.I | re.S)
_EIGENVALUES = re.compile(rf"{_LEAD}(?:the |its |both )?(?:two )?(?:eigenvalues|roots) (?:are|must be) (?:therefore |thus |then |hence |simply |just )?{_MARK} and {_MARK}(?P<behind>.*)", re.I | re.S)
_EVERYWHERE = re.compile(r"\W*(?:for (?:every|all|any)|whatever)?\W*\S{0,14}\W*(?:is\W*)?", re.I)


def implied_told(text: str, key: Key) -> bool | None:
    """Whether what is said to follow, or each term, or the two eigenvalues are as is said; None where nothing is said of them."""
    if key.derivation.answer is None or key.wanted.condition:
        return None
    found = formulas(text, key.wanted.scope)
    if not 2 <= len(found) <= 3:
        return None
    words, last = "", 0
    for at, f in found:
        place = text.find(f, at)
        if place < last:
            return None
        words += text[last:place] + _MARK
        last = place + len(f)
    words = re.sub(r"\$+|\\[()\[\]]", "", words + text[last:])
    if len(found) == 2 and _IMPLIES.fullmatch(words):
        return _follows(found[0][1], found[1][1], key)
    if len(found) == 2 and _WHENEVER.fullmatch(words):
        return _follows(found[1][1], found[0][1], key)
    m = _TERMS.match(words)
    if m is not None and (len(found) == 2 or _MARK in m["behind"]) and _TO_THE_SUM.fullmatch(m["behind"]):
        return _each_term(found[0][1], found[1][1], key)
    m = _EIGENVALUES.match(words)
    if m is not None and _EVERYWHERE.fullmatch(m["behind"].replace(_MARK, "x")):
        return _eigenvalues(found[0][1], found[1][1], key)
    return None


def _relation(text: str, key: Key) -> Statement | None:
    told = equations(text, key)
    s = told[0] if len(told) == 1 else None
    return s if s is not None and s.ops and set(s.ops) <= {"<", "<=", ">", ">="} and not any(t.op == "new" or E.has(t, "new") or t.shape or E.free_indices(t) for t in s.terms) else None


def _asked(key: Key) -> dict[str, int]:
    """The letters that are asked, and which entry of the answer each is."""
    if key.wanted.asked and not key.wanted.shape and not key.derivation.outputs:
        return {key.wanted.asked: 0}
    return {str(e.data): k for k, e in enumerate(key.wanted.entries)} if key.wanted.entries and all(e.op == "sym" for e in key.wanted.entries) else {}


def _follows(condition: str, claim: str, key: Key) -> bool | None:
    """Whether a relation of what is asked holds wherever one of the data does."""
    given, told, asked = _relation(condition, key), _relation(claim, key), _asked(key)
    if given is None or told is None or not asked:
        return None
    mine = set().union(*(E.symbols_in(t) for t in told.terms))
    if not mine & set(asked) or set().union(*(E.symbols_in(t) for t in given.terms)) & set(asked):
        return None
    seen = []
    for w in varied(key):
        if _true(given, w) is not True:
            continue
        v = numbers(key.derivation.answer, w)  # type: ignore[arg-type]
        if v is None:
            return None
        value = exact(key.derivation.answer, w)  # type: ignore[arg-type]
        entries = value if isinstance(value, list) else [value]
        true = _true(told, World({**w.values, **{n: entries[k] for n, k in asked.items()}}, w.dims))
        if true is None:
            return None
        seen.append(true)
    return all(seen) if len(seen) > 1 else None


def _true(s: Statement, w: World) -> bool | None:
    """Whether a chain of relations holds in an instance; None where two sides are too close to say, or have no value."""
    values = [numbers(t, w) for t in s.terms]
    if any(v is None or len(v) != 1 for v in values):
        return None
    for op, (a, b) in zip(s.ops, pairwise([v[0] for v in values if v is not None]), strict=True):
        if abs(a - b) <= 1e-9 * max(abs(a), abs(b)):
            return None
        if (a < b) is not (op in ("<", "<=")):
            return False
    return True


def _each_term(term: str, value: str, key: Key) -> bool | None:
    """Whether every term with an index, of what is asked, has one value."""
    of, to = equations(term, key), equations(value, key)
    if len(of) != 1 or len(to) != 1 or of[0].ops or to[0].ops or len(key.wanted.shape) != 1 or not key.wanted.asked:
        return None
    e, told = of[0].terms[0], to[0].terms[0]
    index = E.free_indices(e)
    if len(index) != 1 or e.shape or told.shape or E.free_indices(told) or key.wanted.asked not in {n.partition("@")[0] for n in E.symbols_in(e)}:
        return None
    every = E.comp(min(index), e, key.wanted.shape[0])
    seen = []
    for s in settings(key):
        v, t = numbers(every, s.world), numbers(told, s.world)
        if v is None or t is None or len(t) != 1:
            return None
        seen.append(all(abs(x - t[0]) <= (0.006 if E.has(told, "dec") else 1e-9) * max(abs(x), abs(t[0])) for x in v))
    return all(seen) if seen else None


def _eigenvalues(first: str, second: str, key: Key) -> bool | None:
    """Whether two eigenvalues have the sum and the product that are required."""
    asked = key.part.quantities
    a, b = equations(first, key), equations(second, key)
    if len(a) != 1 or len(b) != 1 or a[0].ops or b[0].ops or not {"sum", "product"} <= set(asked):
        return None
    seen = []
    for s in settings(key):
        x, y = numbers(a[0].terms[0], s.world), numbers(b[0].terms[0], s.world)
        if x is None or y is None or len(x) != 1 or len(y) != 1:
            return None
        for told, what in ((x[0] + y[0], "sum"), (x[0] * y[0], "product")):
            v = s.answer[asked.index(what)]
            seen.append(abs(told - v) <= 1e-9 * max(abs(told), abs(v), abs(x[0]), abs(y[0])))
    return all(seen) if seen else None
