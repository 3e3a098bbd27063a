"""Which way an answer is said to go when a quantity is changed: 'the larger lambda, the shorter the weight vector', 'entries with a large g_i move further'."""

from __future__ import annotations

from fractions import Fraction

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import ENTRY, answer_words, compiled, quantity
from derive.grading.traits.settings import Setting, length, numbers, settings, with_value
from derive.maths import expr as E
from derive.maths.expr import Expr

_UP = r"larger|bigger|higher|greater|more|stronger|longer"
_DOWN = r"smaller|lower|less|weaker|shorter|fewer"
_OWN = (r"(?:the |its |an? )?(?:optimal |minimal |resulting |attained |total |limiting )?"
        r"(?:step|update|weights?|weight vector|messages?|number of messages|count|value|answer|solution|vector|estimate|minimi[sz]er|factor|result|size|length|limit|"
       r"IT)(?: vector| itself)?")
_THE_MORE = re.compile(
    rf"the (?:(?P<up>{_UP})|(?P<down>{_DOWN})) (?:the )?(?P<of>.{{1,40}}?)(?: is| gets| becomes)?,? (?:the|so the) (?:(?P<up2>{_UP})|(?P<down2>{_DOWN})|(?P<closer>closer|nearer)|"
    rf"(?P<further>further|farther))"
    r"(?: (?:is|are|gets|becomes|stays))? (?P<own>.{1,60})", re.I)
_CHANGING = re.compile(
    r"(?:(?P<up>raising|increasing|enlarging|growing)|(?P<down>lowering|decreasing|reducing)) (?:the )?(?:constant |parameter |value of )?(?P<of>.{1,30}?) (?:(?P<up2>raises|increases|"
    r"enlarges|lengthens)|(?P<down2>lowers|decreases|reduces|shortens|shrinks)|"
    r"(?P<moves>moves|shifts|changes|affects)) (?P<own>.{1,60})", re.I)
_COUPLED = (rf"(?:the )?(?:{ENTRY}) (?:with|where|whose) (?:an? |the )?(?P<size>large|larger|largest|big|small|smaller|smallest)(?:er|est)? (?:gradient |modulus of |absolute value of |"
            rf"magnitude of )?(?P<of>.{{1,25}}?)(?: entry| entries| component| is (?:large|small))? "
            r"(?:(?:moves?|changes?|is moved|are moved|goes|step) (?P<how>further|farther|more|most|less|least|longer|by more|by less)|(?:gets?|have|has|receives?) (?:the )?(?P<how2>larger|"
            r"largest|smaller|smallest|longer|longest|shorter|shortest) (?:steps?|updates?|weights?|entries))"
            r"(?: than .*)?")


def said_of_trends(said: Said, key: Key) -> bool | None:
    """Whether the answer goes the way that is said; None where nothing is."""
    if key.derivation.answer is None or key.wanted.condition:
        return None
    m = _THE_MORE.fullmatch(said.body) or _CHANGING.fullmatch(said.body)
    if m is not None:
        return _trend(said, key, m)
    m = compiled(_COUPLED).fullmatch(said.body) if len(key.wanted.shape) == 1 else None
    return _coupled(said, key, m) if m is not None else None


def _trend(said: Said, key: Key, m: re.Match[str]) -> bool | None:
    what = quantity(m["of"], key)
    symbol = key.problem.symbols.get(str(what.data)) if what is not None and what.op == "sym" else None
    if symbol is None or symbol.given is not None or symbol.let is not None or what is None or what.data == key.wanted.asked or key.problem.conditions(key.part):
        return None
    found = m.groupdict()
    own = found["own"].strip()
    to: Expr | None = None
    near = found.get("closer") or found.get("further")
    if near:
        parts = re.match(r"(?P<it>.{1,40}?)(?: is| stays| lies| comes| gets)? (?:to|from) (?P<to>.+)$", own)
        if parts is None:
            return None
        own, to = parts["it"], quantity(parts["to"], key)
        if to is None or to.shape != key.wanted.shape:
            return None
    if not compiled(_OWN.replace("IT", answer_words(key)) + r"(?: further away from the origin| away from the origin| up| down)?").fullmatch(own):
        return None
    more = found["up"] is not None
    inside = str(what.data) in E.symbols_in(key.derivation.answer)  # type: ignore[arg-type]
    if found.get("moves"):
        return said.verdict([inside])
    want = 1 if (found.get("up2") or found.get("further")) else -1
    seen = []
    for s in settings(key):
        before, after = _distance(key, s, what, Fraction(1), to), _distance(key, s, what, Fraction(3, 2) if more else Fraction(2, 3), to)
        if before is None or after is None:
            return None
        change = 0 if abs(after - before) <= 1e-9 * max(abs(after), abs(before)) else 1 if after > before else -1
        seen.append(change == want)
    return said.verdict(seen)


def _distance(key: Key, s: Setting, what: Expr, factor: Fraction, to: Expr | None) -> float | None:
    """The size of the answer, or its distance from a point, where a quantity is multiplied by a factor."""
    if str(what.data) not in s.world.values:
        return None
    at = with_value(s, str(what.data), factor)
    v = numbers(key.derivation.answer, at)  # type: ignore[arg-type]
    if v is None:
        return None
    if to is None:
        return length(v) if key.wanted.shape else v[0]
    t = numbers(to, at)
    return None if t is None or len(t) != len(v) else length([a - b for a, b in zip(v, t, strict=True)])


def _coupled(said: Said, key: Key, m: re.Match[str]) -> bool | None:
    """Whether the size of an entry goes with that of an entry of another vector."""
    of = re.sub(r"^\|(.*)\|$", r"\1", m["of"].strip()).strip("| ")
    what = quantity(re.sub(r"_\{?\w\}?$", "", of), key) or (quantity("the gradient", key) if "gradient" in m.group(0).lower() else None)
    if what is None or len(what.shape) != 1 or what.op != "sym":
        return None
    small = m["size"].lower().startswith("small")
    how = (m["how"] or m["how2"]).lower()
    more = how in ("further", "farther", "more", "most", "longer", "by more", "larger", "largest", "longest")
    want = -1 if small is more else 1
    seen = []
    for s in settings(key):
        y = numbers(what, s.world)
        if y is None or len(y) != len(s.answer):
            return None
        for j in range(len(y)):
            for k in range(len(y)):
                if abs(y[j]) > abs(y[k]) * (1 + 1e-9):
                    a, b = abs(s.answer[j]), abs(s.answer[k])
                    seen.append((a > b if want > 0 else a < b) and abs(a - b) > 1e-9 * max(a, b))
    return said.verdict(seen)
