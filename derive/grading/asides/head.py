"""A text without delimiters that begins with its answer: 'F. Sentences', 'F, which ...', 'F (remark)' as F, to be read alone; the words behind are looked at all the same.

Only words that hold no formula that could be another answer may stand behind. Where a vector is asked, that is one of its shape that is not right; where a
number is asked, any one but a letter that is named in passing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.units import joined, sentences
from derive.grading.asides.values import equations, formula, holds, instances
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import World, exact, flatten
from derive.maths.exact_numbers import Undefined
from derive.maths.expr import Expr

MAX_TEXT = 1_500
MAX_ENTRIES = 20
_DELIMITED = re.compile(r"\$|\\[(\[]|\\boxed|```|\n")
_NUMBER_FIRST = re.compile(r"(?P<value>\d{1,2})\.\s+(?P<words>[A-Z][a-z]+ [^\d$\n]{5,200})$")
_ANNOUNCED = re.compile(r"(?:the\s+)?(?:final\s+)?(?:answer|limit|result|update|solution|conclusion|so|hence|thus|therefore)\b(?!.{0,200}\b(?:if|would|not|never|unless)\b)", re.I)
_DECLARES = re.compile(r"\s*(?:and\s+)?(?:where|with|here|for|if|when|let|provided|assuming|given|such|over|on|read|under|unless|except|but|or|[ijklm](?=\s))\b", re.I)
_STANDS = re.compile(r"\s*but (?:it|this|that) (?:is (?:right|correct|fine|so|not what (?:is|was) asked)|was not (?:asked|the question))\W*$", re.I)
_DENIES = re.compile(r"\b(?:not|never|no|neither|unlike|except|but|would|if|wrong|instead|rather)\b|n't\b", re.I)
_RELATION = re.compile(r"\S{1,12}\s*(?:[<>≤≥≠]|!=)\s*\S{1,12}")
_TURNS = re.compile(r"\W*(?:however|but|no|wait|except|unfortunately|instead)\b(?! (?:matter|other|ties|longer))", re.I)
_WORDS = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
_LAST = re.compile(r"(?P<before>[A-Za-z]*)\W+(?P<name>[A-Za-z]+)\W*$")
_OF = frozenset("of on index gradient vector with for all every each in letter symbol".split())
_PROPORTIONAL = re.compile(r"\bproportional to\W+[A-Za-z]+\W*$", re.I)
_TIMES = re.compile(r"\b(?:times|factors?|fold|percent|larger|smaller|twice|half|double\w*|halve\w*|must|should|actual\w*|correct\w*|instead|rather)\b|%", re.I)
_SIGN = re.compile(r"[=*/^+<>≤≥√∑‖|\d\\]|\b[A-Za-z]\(")
_A_LETTER = re.compile(r"\\?[A-Za-zα-ωε]+(?:_?\{?[ijk0-9ᵢⱼₖ₁₂₃]\}?)?")
_NORM = re.compile(r"[Lℓl]_?(?:[₁₂∞12p]|inf)\W*")


def first_formula(text: str, key: Key, right: Callable[[str], bool]) -> tuple[str, ...]:
    """What may be read as the answer of a text without the words behind its last formula: the longest first."""
    if len(text) > MAX_TEXT or _DELIMITED.search(text.strip()):
        return ()
    number = _NUMBER_FIRST.match(text.strip())
    if number is not None:  # '0. This completes the proof.' is no item of a list
        return (number["value"],) if right(number["value"]) and not _formulaic(number["words"], key, right) else ()
    found = [s for s in sentences(text.strip()) if joined([s]).strip()]
    while len(found) > 1 and not (_ANNOUNCED.match(said := joined(found[-1:]).strip()) and formulas(said, key.wanted.scope)) and not _formulaic(said, key, right):
        if _TURNS.match(said):
            return ()
        del found[-1]
    if not found or any(c.mark.startswith("?") for s in found for c in s) or any(c.mark.startswith("!") for c in found[-1]):
        return ()  # 'n!' may be a factorial
    before, last = joined(found[:-1]), found[-1]
    heads = [joined([last]).strip()]
    while len(last) > 1 and not _formulaic(last[-1].text, key, right) and (not _DECLARES.match(last[-1].text) or _STANDS.match(last[-1].text)):
        last = last[:-1]
        heads.append(joined([last]).strip(" .,;:("))
    announced = [h for h in heads if _ANNOUNCED.match(h)]
    if len(last) > 1 and last[-1].mark[:1] in (",", ":") and not _DENIES.search(lead := joined([last[:-1]])) and _WORDS.search(lead) and (
            alone := formula(last[-1].text, key)) is not None and alone.args:
        announced.append(last[-1].text.strip())
    return tuple(dict.fromkeys(h for h in (*(f"{before} {h}" if before.strip() else h for h in heads), *announced) if h and h.count("(") == h.count(")")))


def _formulaic(said: str, key: Key, right: Callable[[str], bool]) -> bool:
    """Whether words hold what could be another answer, or a factor of one."""
    scope = key.wanted.scope
    m = _LAST.search(said)
    if m is not None and (scope.writes(m["name"]) or m["name"] in scope.dims) and m["before"].lower() not in _OF and not _PROPORTIONAL.search(said):
        return True
    found = [f for _, f in formulas(said, scope) if not _NORM.fullmatch(f) and not (_A_LETTER.fullmatch(f) and not f.isdigit())]
    if not found:
        return _SIGN.search(re.sub(r"\([a-z]+\)|∞|\|?\|?[A-Za-z]\|?\|?_[\w∞]", "", said)) is not None and not all(_A_LETTER.fullmatch(f) or _NORM.fullmatch(f) for _, f in formulas(said, scope))
    if not key.wanted.shape or _TIMES.search(said):
        return True
    return not all(_is_another_thing(f, key, right) for f in found)


def _is_another_thing(text: str, key: Key, right: Callable[[str], bool]) -> bool:
    """Whether a formula has another shape than the answer, or is it once more."""
    if _RELATION.fullmatch(text):  # a condition is judged with the words (derive.grading.words.restrictions)
        return True
    told = [s for s in equations(text, key) if s.ops and key.wanted.asked]
    if any(t.terms[0].op == "sym" and str(t.terms[0].data).partition("@")[0] == key.wanted.asked for t in told):
        return right(text)
    if told:
        return all(s.ops[0] != "=" or any(E.has(t, "new") for t in s.terms) or holds(s, key) is True for s in told)
    read = formula(text, key)
    if read is None:
        return False
    return right(text) if len(read.shape) == len(key.wanted.shape) else _is_no_entry(read, key)


def _is_no_entry(number: Expr, key: Key) -> bool:
    """Whether a number beside a vector of numbers is no other value of an entry: one of its entries, or a small count."""
    required = key.derivation.answer
    if required is None or E.symbols_in(number) or number.shape:
        return True
    values = [v for w in instances(key, {}) for v in flatten(exact(required, w)) if isinstance(v, Fraction)][:MAX_ENTRIES] if not _varies(required, key) else []
    if not values:
        return True
    try:
        value = exact(number, World({}, {}))
    except (Undefined, NotEvaluable):  # a number of the sizes, which has no value alone
        return False
    return value in (0, 1, 2, 3) or (isinstance(value, Fraction) and any(abs(value - v) <= abs(v) / 200 for v in values))


def _varies(required: Expr, key: Key) -> bool:
    return any(key.problem.symbols[n].given is None for n in E.symbols_in(required) if n in key.problem.symbols)
