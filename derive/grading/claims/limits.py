"""What an answer is said to do in a limit, in words: 'As $\\mu\\to0$ every $x_i$ tends to 0', 'puts all mass on the largest as T -> 0', 'as rho -> infinity the data lose their influence'."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.claims.measures import Measure, free_symbol, measure, with_value
from derive.grading.claims.nouns import named
from derive.grading.claims.worlds import allowed
from derive.grading.keys import Key
from derive.grading.traits.clause import Said, said_of
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import length, numbers, settings
from derive.maths import expr as E
from derive.maths.exact import Value, World
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

_LIMIT = (r"(?:(?:as|when|if|in the limit(?: of| as| where| when)?|for|with) )(?:the )?(?P<of>[^,;]{1,25}?) (?:->|goes to|tends to|grows to|shrinks to|approaches|becomes|"
          r"is (?:driven|sent|taken|pushed|brought) to) (?P<end>0|zero|1|one|"
          r"\+? ?infinity)\^?\+?")
_LARGE = r"(?:for|with) (?:very |arbitrarily |extremely )?(?P<size>large|huge|small|tiny) (?P<of3>[^,; ]{1,15})"
_FRAMES = (rf"{_LIMIT},? (?P<what>.{{3,120}})", rf"(?P<what>.{{3,120}}?),? {_LIMIT}", rf"{_LARGE},? (?P<what>.{{3,120}})", rf"(?P<what>.{{3,120}}?),? {_LARGE}")
_ZERO = (r"(?:vanish(?:es)?|disappears?|dies out|(?:tends?|goes|go|converges?|shrinks?|decays?|drops?|is sent) to (?:zero|0)|approach(?:es)? (?:zero|0)|-> 0|becomes? (?:negligible|"
         r"arbitrarily small))")
_INFINITE = (r"(?:blows? up|explodes?|diverges?|(?:tends?|goes|go|grows?) to (?:\+ ?)?infinity|-> (?:\+ ?)?infinity|grows? (?:without (?:bound|limit)|beyond all bounds)|"
             r"(?:moves?|runs?|go|goes|wanders?|drifts?) (?:off|away|out) to infinity|"
             r"becomes? (?:unbounded|infinite|arbitrarily large)|is unbounded|are unbounded)")
_TENDS = rf"(?:(?P<own>.{{1,60}}?) )?(?:(?P<zero>{_ZERO})|(?P<infinite>{_INFINITE}))"
_TO = (r"(?:(?P<own>.{1,60}?) (?:tends? to|goes to|go to|converges? to|approach(?:es)?|reduces? to|becomes?|turns? into|->)|"
       r"(?:one|we|you) (?:recovers?|gets?|obtains?|gets? back)) (?:the |its |a )?(?P<to>\S.{0,90})")
_MASS = (r"(?:(?P<own>.{1,40}?) )?(?:puts?|places?|concentrates?|assigns?|gives?|spends?) (?:all|its|the|whole|entire|full|of|everything|itself| )*(?:mass|weight|probability|budget)? ?"
         r"(?:on|onto|at|to|in) (?:the )?(?:(?:one|entry|index|class|action|state|item|alternative) with (?:the )?)?(?P<which>largest|biggest|maximal|maximum|highest|best|smallest|least|lowest|"
         r"minimal)(?: (?P<vector>.{1,20}))?")
_ONE_HOT = (r"(?:(?P<own>.{1,40}?) )?(?:becomes|is|tends to|approaches|converges to|goes to|turns into|degenerates (?:in)?to|collapses (?:on|in)?to) (?:the |a |an )?(?:hard )?"
            r"(?:one-hot(?: vector| distribution)?|point mass|unit vector|(?:hard |arg)max(?:imum)?|vertex(?: of the simplex)?|indicator)"
            r"(?: (?:of|at|on|for) (?:the |an? )?(?:(?:one|entry|index|class|action) (?:of|with) (?:the |an? )?)?(?P<which>largest|biggest|maximal|maximum|highest|smallest|least|lowest|minimal)"
            r"(?: (?P<vector>.{1,20}))?)?")
_UNIFORM = r"(?:(?P<own>.{1,40}?) )?(?:becomes|is|tends to|approaches|converges to|goes to) (?:the |a |an )?(?:nearly |almost |more and more )?(?:uniform|flat)(?: distribution| one)?"
_INFLUENCE = (r"(?P<what>.{1,30}?) (?:(?:loses?|has|have|keeps?) (?:its|their|all|any|no|more| )*(?:influence|effect|importance|meaning|role|weight)|drops? out|(?:no longer|does not|do not) "
              r"(?:matters?|counts?|enters?)|matters? (?:no longer|no more)|becomes? (?:irrelevant|unimportant|meaningless)|(?:is|are) (?:ignored|irrelevant|forgotten)|plays? no (?:role|part)"
              r"(?: any more| anymore)?|(?:is|are) no longer (?:used|relevant|felt))")
_EVERY = re.compile(r",? (?:for|whatever) (?:every|all|any|each)? ?\$?\\?[A-Za-zα-ω]{1,8}(?: ?(?:\\in|∈|in) ?[(\[][^()\[\]]{1,12}[)\]]| ?[<>] ?\d)?\$?$")
_ASIDE = re.compile(r"\s*\((?:so|and|i\.e\.,?|hence|that is,?|with)\s[^()]*\)")
_STEPS = ((16, 32), (10, 14), (6, 9))
_TIMES = (200, 700)


def limit_told(text: str, key: Key) -> bool | None:
    """Whether what is said of the answer in a limit of a letter holds; None where nothing is said or it cannot be seen."""
    if key.wanted.condition or key.derivation.answer is None:
        return None
    text = _ASIDE.sub("", _EVERY.sub("", text))
    plain = re.sub(r"\b(?:no longer|does not|do not) (matters?|counts?|enters?)\b", r"\1 no more", text)
    said = said_of(plain)
    if said is None or said.not_always or said.possible:
        return None
    for frame in _FRAMES:
        m = compiled(frame).fullmatch(said.body)
        if m is None:
            continue
        found = m.groupdict()
        letter = free_symbol(found.get("of") or found.get("of3") or "", key)
        large: bool | None = "inf" in (found.get("end") or "") or (found.get("size") or "").lower() in ("large", "huge")
        if found.get("end") in ("1", "one"):
            if letter is None or letter.above != 1:
                continue
            large = None  # down to 1
        if letter is None or letter.shape or (large and (letter.domain == "unit" or letter.below is not None)) or (large is False and (letter.domain in ("count", "integer") or letter.above)):
            continue
        what = re.sub(r"^(?:then|we have|one has) ", "", found["what"].strip(" ,"))
        for body in (what, *what.split(" and ")[1:]):  # 'the penalty dominates and the value grows without bound'
            true = _in_the_limit(said._replace(body=body), letter, large, key)
            if true is not None:
                return true
    return None


def _in_the_limit(said: Said, letter: Symbol, large: bool | None, key: Key) -> bool | None:
    m = compiled(_TENDS).fullmatch(said.body)
    own = measure(m["own"] or "it", key) if m is not None else None
    true: bool | None = None
    if m is not None and own is not None:
        own = _size(own) if own.kind == "answer" else own
        seen = [_kind(own, s, letter, large, key) for s in _worlds(key)]
        want = "zero" if m["zero"] else "infinite"
        known = [x for x in seen if x]
        true = None if not known else all(x == want for x in known)
        return None if true is None else _said(true, said, known, want)
    m = compiled(_TO).fullmatch(said.body)
    target = _formula_in(m["to"], key) if m is not None and not said.denied else None
    own = measure(m["own"] or "it", key) if m is not None and target is not None else None
    if target is not None and own is not None and key.wanted.asked not in E.symbols_in(target):
        true = _to_formula(own, target, letter, large, key)
        if true is not None:
            return true
    m = compiled(_MASS).fullmatch(said.body)
    if m is not None and len(key.wanted.shape) == 1 and not said.denied and (m["own"] is None or measure(m["own"], key) is not None):
        return _on_one(m["which"].lower(), m["vector"] or "", letter, large, key)
    m = compiled(_ONE_HOT).fullmatch(said.body)
    if m is not None and len(key.wanted.shape) == 1 and not said.denied and (m["own"] is None or measure(m["own"], key) is not None):
        return _on_one((m["which"] or "").lower(), m["vector"] or "", letter, large, key)
    m = compiled(_UNIFORM).fullmatch(said.body)
    if m is not None and len(key.wanted.shape) == 1 and not said.denied and (m["own"] is None or measure(m["own"], key) is not None):
        ends = [e for w in _worlds(key) if (e := _ends(_entries(key), w, letter, large, key)) is not None]
        flat = [max(e[1]) - min(e[1]) <= 1e-2 * max(map(abs, e[1])) for e in ends if _settled(e)]
        return all(flat) if flat else None
    m = compiled(_INFLUENCE).fullmatch(said.body)
    what = _named(m["what"], key) if m is not None else None
    if m is not None and what is not None and not said.denied and what.name != letter.name and what.let is None and what.given is None and what.kind == "value":
        keeps = re.search(r"\bkeeps?\b|\b(?:has|have) (?:its|their|all|an)\b", said.body) is not None
        lost = _influence_lost(what, letter, large, key)
        return None if lost is None else lost is not keeps
    return None


def _formula_in(words: str, key: Key) -> Expr | None:
    """The formula at the end of some words: 'noise-free solution y/x'."""
    rest = words.strip(" .,").split(" ")
    for k in range(min(len(rest), 6)):
        found = formula(" ".join(rest[k:]), key)
        if found is not None:
            return found
        if re.fullmatch(r"[a-z][a-z-]{2,}", rest[k]) is None:
            break
    return None


def _to_formula(own: Measure, target: Expr, letter: Symbol, large: bool | None, key: Key) -> bool | None:
    """Whether what is measured comes as near as one likes to a formula; None where that cannot be seen."""
    seen = []
    for w in _worlds(key):
        e, f = _ends(own, w, letter, large, key), _ends(Measure(lambda at: numbers(target, at), "formula"), w, letter, large, key)
        if e is None or f is None or len(e[1]) != len(f[1]):
            continue
        far, further = (length([x - y for x, y in zip(a, b, strict=True)]) for a, b in zip(e, f, strict=True))
        size = max(length(e[1]), length(f[1]))
        if further <= 1e-3 * size or (further <= 0.1 * size and further <= 0.6 * far):
            seen.append(True)
        elif _settled(e) and _settled(f) and further > 0.02 * size:
            seen.append(False)
    return None if not seen else all(seen)


def _named(words: str, key: Key) -> Symbol | None:
    """The letter that is named: 'the anchor', 'v', 'the data vector $b$'."""
    last = re.sub(r"^(?:the |a |an )?(?:[a-z]{3,} ){1,2}(?=\S{1,8}$)", "", words.strip())
    return free_symbol(words, key) or named(words, key) or free_symbol(last, key)


def _said(true: bool, said: Said, known: list[str], want: str) -> bool | None:
    if not said.denied:
        return true
    return want not in known if want not in known or true else None


def _size(own: Measure) -> Measure:
    """The length of what is measured: a vector goes to infinity even where some of its entries stay 0."""
    return Measure(lambda w: None if (v := own.of(w)) is None else [length(v)], "length")


def _entries(key: Key) -> Measure:
    answer = key.derivation.answer
    assert answer is not None
    return Measure(lambda w: numbers(answer, w), "answer")


def _worlds(key: Key) -> Iterator[World]:
    for s in settings(key):
        yield s.world


def _ends(own: Measure, w: World, letter: Symbol, large: bool | None, key: Key) -> tuple[list[float], list[float]] | None:
    """What is measured far out and further out towards a limit of a letter."""
    if letter.domain in ("count", "integer"):
        pairs = [tuple(Fraction(t) for t in _TIMES)]
    else:
        now = w.values[letter.name]
        if isinstance(now, list):
            return None
        now = abs(now) if large else now
        pairs = [tuple(1 + (now - 1) * Fraction(2) ** -k if large is None else now * Fraction(2) ** (k if large else -k) for k in step) for step in _STEPS]
    for a, b in pairs:
        out = []
        for value in (a, b):
            at = with_value(w, letter, value, key)
            v = own.of(at) if at is not None and allowed(key, at) else None
            if v is None:
                break
            out.append(v)
        if len(out) == 2 and len(out[0]) == len(out[1]):
            return out[0], out[1]
    return None


def _settled(e: tuple[list[float], list[float]]) -> bool:
    return length([x - y for x, y in zip(*e, strict=True)]) <= 1e-3 * length(e[1])


def _kind(own: Measure, w: World, letter: Symbol, large: bool | None, key: Key) -> str:
    """Whether what is measured goes to zero, to infinity, or (each entry of it) to something else; '' where it cannot be seen."""
    before, e = own.of(w), _ends(own, w, letter, large, key)
    if before is None or e is None or len(before) != len(e[0]) or not any(before):
        return ""
    counts = letter.domain in ("count", "integer")
    kinds = set()
    for a, b, c in zip(before, *e, strict=True):
        x, y, z = abs(a), abs(b), abs(c)
        if not (x or y or z):
            continue  # no part of it
        if z <= 1e-3 * x and z <= 0.1 * y:
            kinds.add("zero")
        elif x and ((z >= 1e3 * x and z >= 10 * y) or (not counts and y > 1.5 * x and z - y > 0.3 * (y - x))):
            kinds.add("infinite")
        elif x and abs(y - z) <= 1e-4 * z and (not counts or abs(x - y) > 1e-2 * x):
            kinds.add("other")
        else:
            return ""
    return kinds.pop() if len(kinds) == 1 else "other" if kinds and "other" in kinds else "" if not kinds else "mixed"


def _on_one(which: str, vector: str, letter: Symbol, large: bool | None, key: Key) -> bool | None:
    """Whether all of the answer lies in the end where another vector is largest or smallest; at any one place where it is not said which."""
    name = re.sub(r"_\{?\w\}?$", "", vector.strip())
    others = [s for s in key.problem.symbols.values() if s.shape == key.wanted.shape and s.kind == "value" and s.name != key.wanted.asked and s.let is None]
    other = free_symbol(name, key) or named(name, key) if name else others[0] if len(others) == 1 else None
    if other is None or other.shape != key.wanted.shape:
        return None
    least = which in ("smallest", "least", "lowest", "minimal")
    seen = []
    for w in _worlds(key):
        e = _ends(_entries(key), w, letter, large, key)
        v: Value | None = w.values.get(other.name)
        if e is None or not isinstance(v, list) or len(set(map(str, v))) < len(v):
            continue
        sizes = [abs(x) for x in e[1]]
        total = sum(sizes)
        place = (min if least else max)(range(len(v)), key=lambda k: v[k])
        share = (sizes[place] if which else max(sizes)) / total if total else 0.0
        if share > 0.99:
            seen.append(True)
        elif _settled(e):
            seen.append(False)
    return None if not seen or (True in seen and False in seen) else seen[0]


def _influence_lost(what: Symbol, letter: Symbol, large: bool | None, key: Key) -> bool | None:
    """Whether the answer does not depend on a letter in the limit of another."""
    own = _entries(key)
    seen = []
    for w in _worlds(key):
        v = w.values.get(what.name)
        if v is None:
            return None

        def times(x: Value) -> Value:
            return [times(y) for y in x] if isinstance(x, list) else x * Fraction(3, 2)

        other = with_value(w, what, times(v), key)
        e, f = _ends(own, w, letter, large, key), _ends(own, other, letter, large, key) if other is not None else None
        if e is None or f is None or len(e[0]) != len(f[0]) or (length(e[1]) <= 0.1 * length(e[0])):
            continue
        near, far = (length([a - b for a, b in zip(x, y, strict=True)]) / (length(x) or 1.0) for x, y in zip(e, f, strict=True))
        if far <= 1e-3:
            seen.append(True)
        elif far > 0.5 * near:
            seen.append(False)
    return None if not seen or (True in seen and False in seen) else seen[0]
