"""An example with numbers in any plain wording: 'e.g. $\\kappa=3$ gives the factor $1/2$', 'for $1\\times1$ matrices this is $-a/x^2$', 'with probability 0.6 it is 0.2'.

Told apart are the letters that get numbers and the one value that the answer is said to have; the words round them must be known to leave them as they are.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.runs import NUMBERS, formulas
from derive.grading.asides.values import equations
from derive.grading.claims.nouns import counted_letters, named, nouns_of_the_answer
from derive.grading.claims.worlds import answer_in, fits, worlds_with
from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, same
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact
from derive.maths.expr import Expr
from derive.maths.parse import Statement

_MARK = "\ue000"
_MAX = 320
_HARMLESS = frozenset("""for with if when where at e g eg i example instance check checking checks sanity quick plausibility consistency test take taking try set setting put say let consider as a
    an the in particular case special simplest so and also then indeed note that of one we you thus hence now numerically numbers concretely this it which here there our these those they
    us is
    are need needs send sends takes cost costs require requires give gives get gets yields becomes equals makes obtains obtain has have had reads comes out to evaluates reduces simplifies leads
    be calls recommends says returns produces means amounts
    just simply only exactly precisely again already about roughly approximately correctly only
    matrices matrix entry entries scalar scalars dimension dimensional data bet won probability gradient""".split())
_LINKS = re.compile(r"\b(?:is|are|gives?|gets?|yields?|becomes?|equals|makes|obtains?|reads|comes out|needs?|sends?|takes|costs?|requires?|evaluates|reduces|simplifies|leads|calls for|"
                    r"recommends|says|returns|produces|moves? by|means|amounts)\b|:", re.I)
_UNSAFE = re.compile(r"\b(?:not|never|no|or|than|but|if only|only if|at (?:most|least)|less|more|fewer|above|below|from|start\w*|initial\w*|first|step|after|per|half|twice|guess\w*|try|tr(?:y|ied)|"
                     r"between|each|until|without|minus|before|except|feasible|constraint|instead|other|another|gradient|objective|value)\b|n't\b|\?", re.I)
_TOLD_FIRST = re.compile(rf"\W*(?:e\.g\.?|for example|for instance|i\.e\.?|so|that is)\W*{_MARK}(?:\s+[a-z]+){{0,2}}?\s*,?\s*(?:for|when|if|at|with|where|among|between)\s", re.I)
_A_NUMBER = re.compile(r"(?<![\w.,=^_/*+$-])\d+(?:\.\d+)?(?:/\d+)?(?![\w.,]*\d|[\w^*/$(=])")
_WORD = re.compile(r"[A-Za-z]+")
_NAMED_NUMBER = re.compile(r"\b(?P<noun>[a-z]{3,}) (?:of |equal to )?\$?(?P<value>\d+(?:\.\d+)?(?:/\d+)?)\$?(?![\w.]*\d|[A-Za-z^*/(])", re.I)
_COUNTED = re.compile(rf"(?<![=\w.^_])(?<!= )(?P<sign>\$?)(?P<value>[1-9]\d{{0,3}}|{'|'.join(n for n in NUMBERS if n != 'zero')})(?P=sign) (?P<noun>[a-z]{{3,}})", re.I)
_ONE_BY_ONE = re.compile(r"\$?\s*1\s*(?:\\times|×|x|by)\s*1\s*\$?", re.I)
_SCALARS = re.compile(r"\b(?:in one dimension|in the scalar case|for scalars|one-dimensional(?:ly)?|in dimension (?:one|1))\b", re.I)
_MODULUS = re.compile(r"\s*(?:\\left)?(?:\||\\lvert|\\vert)\s*(?P<of>[A-Za-z]+)_\{?(?P<i>[a-z])\}?\s*(?:\\right)?(?:\||\\rvert|\\vert)\s*=\s*(?P<value>[^=]{1,40})")
_MOVES = re.compile(r"\b(?:moves?|changes?|shifts?) by\b", re.I)
_SUPPOSED = re.compile(r"\b(?:for|with|if|when\w*|where|at|e\.?g|example|instance|check\w*|test|tak(?:e|es|ing)|try|set\w*|put\w*|let\w*|say|consider|case|given|special|suppos\w*|assum\w*|"
                       r"under|once|choos\w*|pick\w*|us(?:e|ing))\b", re.I)
_DRAWN = re.compile(r"\b(?:so|thus|hence|therefore)\b", re.I)
_REASON = re.compile(r"\b(?:since|because)\b", re.I)


class _Example(NamedTuple):
    """The numbers that letters get, the lengths, and the value that is claimed."""

    given: dict[str, Value]
    dims: dict[str, int]
    claim: tuple[Expr, ...]


def example_told(said: str, key: Key) -> bool | None:
    """Whether the value that an example with numbers gives the answer is right there; None where it is no such example, or more than numbers would be needed."""
    required = key.derivation.answer
    if required is None or key.wanted.condition or len(said) > _MAX or not any(c.isdigit() for c in said):
        return None
    at_size = _of_entries(said, key)
    if at_size is not None:
        return at_size
    read = _read(said, key)
    if read is None:
        return None
    symbols = key.problem.symbols
    missing = [n for n in E.symbols_in(required) if n in symbols and n not in read.given and symbols[n].given is None and not _worked_out(n, read, key)]
    constant = not any(E.symbols_in(c) for c in read.claim)
    found: list[bool] = []
    for w in worlds_with(key, read.given, read.dims):
        v = answer_in(key, w)
        for c in read.claim:
            told = numbers(c, w)
            if v is None or told is None or len(told) != len(v):
                return None
            found.append(fits(v, told, E.has(c, "dec")) or _objective_of(key, w, c, False))
    if not found:
        return _beyond(read, key)
    if constant and missing and not all(found):
        return None
    return all(found)


def _beyond(read: _Example, key: Key) -> bool | None:
    """The same where a number leaves the range that is declared: false only where the claimed point is worse than another."""
    for w in worlds_with(key, read.given, read.dims, False):
        v, told = answer_in(key, w), numbers(read.claim[-1], w)
        if v is None or told is None or len(v) != len(told):
            return None
        if fits(v, told, E.has(read.claim[-1], "dec")):
            return True
        return False if key.program is not None and not key.program.constraints and _objective_of(key, w, read.claim[-1], True) else None
    return None


def _worked_out(name: str, read: _Example, key: Key) -> bool:
    """Whether a letter has its value by those that are given, or one that is given has its value by it."""
    symbols = key.problem.symbols
    let = symbols[name].let
    return (let is not None and E.symbols_in(let) <= set(read.given)) or any((d := symbols[n].let) is not None and name in E.symbols_in(d) for n in read.given)


def _objective_of(key: Key, w: World, claim: Expr, worse: bool) -> bool:
    """Whether another point than the required one has the same objective, where there are several minimisers; or a worse one."""
    program = key.program
    if program is None or (key.derivation.unique == "always" and not worse) or len(program.over) != 1 or key.wanted.asked != program.over[0]:
        return False
    try:
        own, other = (numbers(program.objective, World({**w.values, key.wanted.asked: exact(e, w)}, w.dims)) for e in (key.derivation.answer, claim))  # type: ignore[arg-type]
    except (Undefined, NotEvaluable, KeyError, TypeError, E.ShapeError):
        return False
    if own is None or other is None or len(own) != 1 or len(other) != 1:
        return False
    return same(own[0], other[0]) if not worse else (other[0] > own[0]) is (program.sense == "min") and not same(own[0], other[0])


# ------------------------------------------------------------------------------------------ reading

def _read(said: str, key: Key) -> _Example | None:
    words, dims = said, {}
    small = _ONE_BY_ONE.search(words) or _SCALARS.search(words)
    if small is not None:
        words = words[: small.start()] + " " + words[small.end() :]
        dims = dict.fromkeys((d for s in key.problem.symbols.values() for d in s.shape if isinstance(d, str)), 1)
    given: dict[str, Value] = {}
    for m in _COUNTED.finditer(words):
        letter = counted_letters(key).get(m["noun"].lower().removesuffix("s"))
        if letter is not None and letter not in given:
            given[letter] = Fraction(NUMBERS.get(m["value"].lower(), 0) or int(m["value"]))
            words = words[: m.start()] + " " * len(m.group()) + words[m.end() :]
    for m in _NAMED_NUMBER.finditer(re.sub(r"\$[^$]*=[^$]*\$", lambda x: " " * len(x.group()), words)):
        symbol = named(m["noun"], key)
        if symbol is not None and not symbol.shape and symbol.given is None and symbol.name != key.wanted.asked and symbol.name not in given:
            given[symbol.name] = Fraction(m["value"])
            words = words[: m.start()] + " " * len(m.group()) + words[m.end() :]
    found = formulas(words, key.wanted.scope)
    if found and "$" in words and all(_assignments(f, key) is not None for _, f in found):  # the numbers between delimiters, and the value as it is typed
        found = sorted([*found, *((m.start(), m.group()) for m in _A_NUMBER.finditer(re.sub(r"\$[^$]*\$", lambda x: " " * len(x.group()), words)))])
    places, behind, claims = [], 0, []
    for at, text in found:
        place = words.find(text, max(at, behind))
        if place < 0:
            return None
        behind = place + len(text)
        told = _assignments(text, key)
        if told is None:
            claims.append((place, text))
        else:
            for name, value in told.items():
                if (name in key.wanted.scope.dims and name not in key.problem.symbols) or key.problem.symbols[name].kind == "dimension":
                    if isinstance(value, list) or value.denominator != 1 or not 1 <= value <= 8:
                        return None
                    dims[name] = int(value)
                elif name in given:
                    return None
                else:
                    given[name] = value
        places.append((place, place + len(text)))
    if len(claims) != 1 or not (given or dims):
        return None
    plain = _between(words, places)
    claim = _claimed(claims[0][1], key, bool(dims) and set(dims.values()) == {1})
    if claim is None or _as_a_fact(plain, claim[0]) or not (_UNSAFE.search(plain) is None if claim[1] else _harmless(plain, key) and (_LINKS.search(plain) or _TOLD_FIRST.match(plain))):
        return None
    return _Example(given, dims, claim[0])


def _as_a_fact(plain: str, claim: tuple[Expr, ...]) -> bool:
    """Whether a letter of the statement is said to be a number rather than supposed to be, with a formula drawn from it: 'alpha = 2, so u = -g' is no example."""
    return any(E.symbols_in(c) for c in claim) and (_REASON.search(plain) is not None or (_DRAWN.search(plain) is not None and not _SUPPOSED.search(plain)))


def _between(words: str, places: list[tuple[int, int]]) -> str:
    """The words round the formulas."""
    out, last = "", 0
    for a, b in places:
        out += words[last:a] + _MARK
        last = b
    return re.sub(r"\$+|\\[()\[\],;:!]", " ", out + words[last:])


def _harmless(plain: str, key: Key) -> bool:
    """Whether all words are known to leave the value as it is."""
    nouns = nouns_of_the_answer(key)
    counted = counted_letters(key)
    words = [w.lower() for w in _WORD.findall(_MOVES.sub(" ", plain)) if w != key.wanted.asked]
    return "?" not in plain and all(w in _HARMLESS or w in nouns or w.removesuffix("s") in nouns or w.removesuffix("s") in counted or named(w, key) is not None for w in words)


def _assignments(text: str, key: Key) -> dict[str, Value] | None:
    """The letters that a formula gives numbers; None where it is anything else."""
    out: dict[str, Value] = {}
    m = re.fullmatch(r"\s*(?P<name>[A-Za-z])\s*=\s*(?P<value>[1-8])\s*", text)
    if m is not None and m["name"] in key.wanted.scope.dims and m["name"] not in key.problem.symbols:
        return {m["name"]: Fraction(m["value"])}
    left, _, right = text.partition("=")
    written = next((x for x in key.problem.symbols.values() if left.strip() in x.aliases and x.kind == "value" and x.given is None and x.name != key.wanted.asked), None)
    found = equations(text if written is None else right, key)
    if written is not None and len(found) == 1 and not found[0].ops and not E.symbols_in(found[0].terms[0]):
        try:
            return {written.name: exact(found[0].terms[0], World({}, {}))}
        except (Undefined, NotEvaluable, KeyError, E.ShapeError):
            return None
    for s in found:
        if not s.ops or set(s.ops) != {"="} or any(E.symbols_in(t) and t.op != "sym" for t in s.terms[:-1]) or E.symbols_in(s.terms[-1]):
            return None
        for t in s.terms[:-1]:
            name = str(t.data)
            symbol = key.problem.symbols.get(name)
            if t.op == "dim":
                symbol = key.problem.symbols.get(name)
            elif t.op != "sym" or symbol is None or symbol.given is not None or name == key.wanted.asked or symbol.kind not in ("value", "dimension"):
                return None
            if key.program is not None and name in key.program.over:
                return None
            try:
                out[name] = exact(s.terms[-1], World({}, {}))
            except (Undefined, NotEvaluable, KeyError, E.ShapeError):
                return None
    return out or None


def _claimed(text: str, key: Key, single: bool) -> tuple[tuple[Expr, ...], bool] | None:
    """The values that a formula gives the answer, and whether it names the unknown."""
    if single:
        text = _single_entries(text, key)
    found = equations(text, key)
    if len(found) != 1:
        return None
    s: Statement = found[0]
    if any(E.has(t, "new") or t.op == "new" for t in s.terms[1:]) or not set(s.ops) <= {"=", "~"}:
        return None
    first = s.terms[0]
    if first.op == "new" and s.ops:
        return None
    if first.op == "sym" and first.data == key.wanted.asked and s.ops:
        return s.terms[1:], True
    if s.ops and (E.symbols_in(first) or key.wanted.asked in E.symbols_in(first)):
        return None
    return s.terms, False


_LETTERS = re.compile(r"(?<![A-Za-z\\_])([A-Za-z]{1,3})(?![A-Za-z_])")


def _single_entries(text: str, key: Key) -> str:
    """A formula for vectors and matrices of one entry with that entry for each of them: 'a/x' for 'A_{11}/X_{11}'."""
    def entry(letter: str) -> str:
        name = letter if letter in key.problem.symbols else letter.upper()
        s = key.problem.symbols.get(name)
        return letter if s is None or not s.shape or s.kind != "value" else f"{{{name}_{{{','.join('1' * len(s.shape))}}}}}"

    def entries(m: re.Match[str]) -> str:
        found = [entry(x) for x in m[1]]
        return "".join(found) if m[1] not in key.problem.symbols and all(len(x) > 1 for x in found) else entry(m[1])

    return _LETTERS.sub(entries, re.sub(r"\^\s*(?:\\top|\{\\top\}|T\b)", "", text))


# ------------------------------------------------------------------------------------------ one entry of a size

def _of_entries(said: str, key: Key) -> bool | None:
    """'where $|g_i|=\\epsilon$ the entry moves by $\\eta/2$': all entries get that modulus, and each of the answer must have the one that is told."""
    found = formulas(said, key.wanted.scope)
    m = _MODULUS.fullmatch(found[0][1]) if len(found) == 2 else None
    if m is None or len(key.wanted.shape) != 1:
        return None
    places = [(said.find(t, a), said.find(t, a) + len(t)) for a, t in found]
    plain = _between(said, places)
    symbol = key.problem.symbols.get(m["of"])
    of, claim = equations(m["value"], key), _claimed(found[1][1], key, False)
    if symbol is None or symbol.shape != key.wanted.shape or len(of) != 1 or of[0].ops or claim is None or claim[1] or not _LINKS.search(plain) or not _harmless(plain, key):
        return None
    seen = []
    for ws in key.generic:
        for w in ws.worlds[:2]:
            size = numbers(of[0].terms[0], w)
            now = w.values.get(symbol.name)
            if size is None or len(size) != 1 or not isinstance(now, list):
                return None
            modulus = exact(of[0].terms[0], w)
            signed: list[Value] = [-modulus if x < 0 else modulus for x in now]
            at = World({**w.values, symbol.name: signed}, w.dims)
            v = answer_in(key, at)
            told = numbers(claim[0][-1], at)
            if v is None or told is None or len(told) != 1:
                return None
            seen.append(all(same(abs(x), abs(told[0])) for x in v))
    return all(seen) if seen else None
