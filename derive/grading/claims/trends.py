"""Which way what is measured of an answer is said to go: 'messages get bigger as more workers join', 'a wider prior (larger $b$) sets more entries to zero', 'the norm grows for every $\\eta$'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.grading.claims.measures import Measure, changed, free_symbol, measure, own_words, varied, with_value
from derive.grading.claims.nouns import counted_letters, named
from derive.grading.claims.worlds import allowed
from derive.grading.keys import Key
from derive.grading.traits.clause import Said, said_of
from derive.grading.traits.quantities import ENTRY, compiled
from derive.grading.traits.settings import length, settings
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.symbols import Symbol

_UP = r"(?:larger|bigger|longer|more|higher|greater|wider|stronger|heavier)"
_DOWN = r"(?:smaller|shorter|fewer|less|lower|weaker|narrower|tighter|lighter)"
_CAUSES = r"(?:means?|gives?|makes?(?: for)?|leads? to|results? in|yields?|produces?|implies|sets?|puts?|brings?|requires?|needs?|leaves?|has|have)"
_CAUSE = (rf"(?:an? |the )?(?:(?P<up>{_UP}|increasing|raising|enlarging)|(?P<down>{_DOWN}|decreasing|lowering|reducing))(?: the)? (?P<of>[^,;()]{{1,30}}?)"
          rf"(?: ?\((?:(?:an?|i\.e\.,?|that is,?) )?(?:{_UP}|{_DOWN}) (?P<of2>[^()]{{1,20}})\))? {_CAUSES} "
          r"(?:[^,;]{1,50}, (?:and )?(?:(?:hence|so|thus|therefore|and|which means) )?)?")
_EFFECTS = (rf"(?:an? |the )?(?:(?P<up2>{_UP})|(?P<down2>{_DOWN})) (?P<own>[^,;]{{1,50}})", rf"(?P<own>[^,;]{{1,50}}?) (?:(?P<up2>{_UP})|(?P<down2>{_DOWN}))")
_ZEROED = rf"(?:(?P<up2>more)|(?P<down2>fewer|less))(?: of the)? (?:{ENTRY})(?: of \w+)? (?:to|equal to|at|exactly) (?:zero|0)"
_GROWS = (rf"(?:grows?|increases?|rises?|goes up|lengthens?|(?:gets?|becomes?|is|are) {_UP})",
          rf"(?:shrinks?|decreases?|falls?|drops?|declines?|decays?|goes down|shortens?|(?:gets?|becomes?|is|are) {_DOWN})")
_EFFECT_FIRST = (rf"(?:(?:for|with) (?:an? |any |every |all )?(?:small|large|tiny|huge|positive)(?: enough)? [^,;]{{1,16}}?,? (?=the |it |its "
    rf"|this ))?(?P<own>[^,;]{{1,60}}?) (?:(?P<up2>{_GROWS[0]})|(?P<down2>{_GROWS[1]}))(?: and {_UP}| and {_DOWN}| to (?:zero|0|infinity)| without bound)?,? (?:as|when|if|with|the|for) "
                 rf"(?:(?P<of>[^,;]{{1,30}}?) (?:(?P<up>(?:grows?|increases?|rises?|gets? {_UP}|is {_UP}|is (?:increased|raised)))|(?P<down>(?:shrinks?|decreases?|falls?|"
                 rf"gets? {_DOWN}|is {_DOWN}|is (?:decreased|lowered|reduced))))|(?:(?P<more>more|larger|growing|increasing|bigger|additional)|(?P<less>fewer|smaller|decreasing)) "
                 r"(?P<of2>[^,;]{1,20}?)"
                 r"(?: (?:join|are added|take part|come in|participate|are used))?)")
_BY_STEPS = (r"(?P<own>[^,;]{1,50}?) (?:(?P<up2>grows?|increases?|explodes|rises?)|(?P<down2>shrinks?|decreases?|falls?|decays?|contracts?))"
             r"(?: (?:steadily|monotonically|exponentially|geometrically|from step to step|in every step|with every step|over time))?(?: for (?:every|all|any|each) .{1,40})?")


def trend_told(text: str, key: Key) -> bool | None:
    """Whether what is measured of the answer goes the way that is said when a letter is changed; None where nothing is said or it goes both ways."""
    said = said_of(text)
    if said is None or key.wanted.condition or said.denied or said.not_always or said.possible:
        return None
    m = compiled(_EFFECT_FIRST).fullmatch(said.body)
    if m is not None:
        found = m.groupdict()
        own = measure(found["own"], key)
        more = bool(found["up"] or found["more"])
        return None if own is None else _goes(own, _letter(found["of"] or found["of2"], key), more, bool(found["up2"]), found["own"], _adjective(found), key)
    for effect in (_ZEROED, *_EFFECTS):
        m = compiled(_CAUSE + effect).fullmatch(said.body)
        if m is None:
            continue
        found = m.groupdict()
        words = found.get("own") or "the number of zero entries"
        own = measure(words, key) or measure(f"the {words}", key) or measure(f"the {words.removesuffix('s')}", key)
        if own is not None:
            return _goes(own, _letter(found["of2"] or found["of"], key), bool(found["up"]), bool(found["up2"]), words, _adjective(found), key)
    return _by_steps(said, key)


def _adjective(found: dict[str, str | None]) -> str:
    return (found.get("up2") or found.get("down2") or "").lower()


def _letter(words: str | None, key: Key) -> Symbol | None:
    if not words:
        return None
    words = words.strip()
    direct = free_symbol(words, key)
    if direct is not None:
        return direct
    counted = counted_letters(key).get(words.lower().removesuffix("s"))
    symbol = key.problem.symbols[counted] if counted is not None else named(words, key)
    return symbol if symbol is not None and symbol.kind == "value" and symbol.given is None and symbol.let is None and symbol.name != key.wanted.asked else None


def _goes(own: Measure, letter: Symbol | None, more: bool, up: bool, words: str, adjective: str, key: Key) -> bool | None:
    """Whether what is measured grows (up) or shrinks when a letter grows (more) or shrinks."""
    if letter is None or letter.shape or (own.kind == "messages" and not re.search("more|fewer|less", adjective)) or (own.kind == "size" and re.search("more|fewer", adjective)):
        return None
    if letter.domain in ("integer", "sign", "binary"):
        return None
    counts = own.kind == "count"
    factors = tuple(Fraction(2) ** k for k in (-10, -6, -3, -1, 1, 3, 6)) if counts else (Fraction(2), Fraction(8), Fraction(64)) if letter.domain == "count" else (Fraction(3, 2), Fraction(5, 4))
    seen: list[int] = []
    for w in varied(key):
        for f in factors:
            if (at := changed(w, letter, f, key)) is None or not allowed(key, at):
                continue
            x, y = own.of(w), own.of(at)
            if x is None or y is None or len(x) != len(y):
                return None
            sized = len(x) > 1 or own.kind in ("length", "some length") or re.search(r"\b(?:step|update|move|size|length)\b", words) is not None
            a, b = (length(x), length(y)) if sized else (x[0], y[0])
            seen.append(0 if abs(a - b) <= 1e-9 * max(abs(a), abs(b)) else 1 if (b > a) is (f > 1) else -1)
    want = 1 if up is more else -1
    if not seen or (want in seen and -want in seen):
        return None
    if want in seen:
        return True
    return False if -want in seen or (not counts and letter.name not in E.symbols_in(key.derivation.answer or E.ZERO)) else None


def _by_steps(said: Said, key: Key) -> bool | None:
    """'The norm grows for every eta': from one step of the iteration to the next."""
    clock = [s for s in key.problem.symbols.values() if s.domain == "count" and s.kind == "value" and s.given is None and s.let is None]
    m = compiled(_BY_STEPS).fullmatch(said.body) if key.part.ask == "iterate" and len(clock) == 1 else None
    own = measure(m["own"], key) or (measure(f"the {m['own']}", key)) if m is not None else None
    if m is None or own is None or compiled(own_words(key)).fullmatch(m["own"]) is None:
        return None
    seen: list[int] = []
    for s in settings(key):
        now = s.world.values.get(clock[0].name)
        after: World | None = with_value(s.world, clock[0], now + 1, key) if isinstance(now, Fraction) else None
        x, y = own.of(s.world), own.of(after) if after is not None else None
        if x is None or y is None:
            return None
        a, b = (length(x), length(y)) if len(x) > 1 else (abs(x[0]), abs(y[0]))
        seen.append(0 if a == b else 1 if b > a else -1)
    want = 1 if m["up2"] else -1
    return None if not seen or (want in seen and -want in seen) else want in seen
