"""Which sign, activity or kind of optimum an answer is said to have: 'which is negative whenever $S<1$', 'The constraint $a^\\top x\\ge b$ is not active', 'the point is a maximum'."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.asides.runs import formulas
from derive.grading.asides.values import equations
from derive.grading.claims.measures import Measure, measure, varied
from derive.grading.keys import Key
from derive.grading.traits.clause import said_of
from derive.grading.traits.quantities import ENTRY, compiled
from derive.grading.traits.settings import edge_settings, numbers, settings
from derive.maths import expr as E
from derive.maths.exact import World

_SIGNS: dict[str, Callable[[float], bool]] = {
    "negative": lambda v: v < 0, "below zero": lambda v: v < 0, "positive": lambda v: v > 0, "above zero": lambda v: v > 0,
    "nonnegative": lambda v: v >= 0, "non-negative": lambda v: v >= 0, "nonpositive": lambda v: v <= 0, "non-positive": lambda v: v <= 0}
_SIGN = (rf"(?:(?P<own>.{{1,60}}?) )?(?:is|are|stays?|remains?|becomes?) (?:automatically |guaranteed to be |all )*(?P<sign>{'|'.join(_SIGNS)})"
         r"(?P<when> (?:whenever|when|if|for|as long as|where|since|as) .{1,40})?")
_EACH_OF_THEM = rf"(?:all|each|every|none|no)(?: of)?(?: the| these| those)? (?:{ENTRY}|probabilities)"
_ACTIVE = (r"(?:the |this )?(?:\w+ )?(?:constraint|condition|bound|inequality) MARK (?:is|holds|stays|becomes|binds)(?: (?P<slack>slack|inactive|loose|strict(?:ly)?|redundant|superfluous)|"
           r" (?P<active>active|tight|binding|with equality|met with equality|attained))?(?: (?:at|in) (?:the|this) (?:point|optimum|solution|minimum|minimi[sz]er)| there| here)?")
_KIND = (r"(?:it|this|that|the (?:stationary |critical |optimal |above )?(?:point|solution|value|step|update|answer)) (?:is|must be)(?: indeed| in fact| actually)? (?:an? |the )?"
         r"(?:(?:global|strict|local|unique) )*(?P<kind>maximum|minimum|maximi[sz]er|minimi[sz]er|saddle point|saddle)")


def sign_told(text: str, key: Key) -> bool | None:
    """Whether the sign that is told holds at all instances; None where it holds at some of them and a condition is told, or nothing is."""
    said = said_of(re.sub(r"\bguaranteed to be\b", "", text))
    required = key.derivation.answer
    m = compiled(_SIGN).fullmatch(said.body) if said is not None and required is not None and not key.wanted.condition and not key.derivation.outputs else None
    if m is None or said is None or required is None or said.possible or said.not_always or said.denied:
        return None
    words = m["own"] or "it"
    entries = compiled(_EACH_OF_THEM).fullmatch(words) is not None and len(required.shape) == 1
    none = re.match(r"(?:none|no)\b", words, re.I) is not None
    own = measure("all entries" if entries else words, key)
    if own is None or (required.shape and own.kind == "answer"):
        return None
    test = _SIGNS[m["sign"].lower()]
    generic, edges = (_held(own, worlds, test, none) for worlds in (varied(key), [s.world for s in edge_settings(key)]))
    if not generic or edges is None:
        return None
    if m["when"]:
        return True if all(generic) and all(edges) else False if not any(generic) and not any(edges) else None
    return False if not all(generic) else True if all(edges) else None


def _held(own: Measure, worlds: list[World], test: Callable[[float], bool], none: bool) -> list[bool] | None:
    """Whether each number that is measured passes a test; None where one is too near 0 beside the others to say."""
    out = []
    for w in worlds:
        v = own.of(w)
        if v is None or any(0 < abs(x) <= 1e-12 * max(map(abs, v)) for x in v):
            return None
        out += [test(x) is not none for x in v]
    return out


def activity_told(text: str, key: Key) -> bool | None:
    """Whether a constraint that is written is active at the required point, as is told; None where none is."""
    if key.program is None or not key.wanted.asked or key.derivation.outputs or not re.search(r"constraint|condition|bound|inequality", text):
        return None
    found = formulas(text, key.wanted.scope)
    relations = [s for _, f in found for s in equations(f, key) if len(s.ops) == 1 and s.ops[0] in ("<=", ">=")]
    if len(found) != 1 or len(relations) != 1 or key.wanted.asked not in {str(n) for t in relations[0].terms for n in E.symbols_in(t)}:
        return None
    said = said_of(text.replace(found[0][1], "MARK", 1))
    m = compiled(_ACTIVE).fullmatch(said.body) if said is not None else None
    if m is None or said is None or said.possible or said.not_always or not (m["active"] or m["slack"] or "binds" in said.body):
        return None
    a, b = relations[0].terms
    tight = []
    for s in settings(key):
        x, y = numbers(a, s.world), numbers(b, s.world)
        if x is None or y is None:
            return None
        if len(x) == 1 == len(y):
            tight.append(abs(x[0] - y[0]) <= 1e-9 * max(abs(x[0]), abs(y[0])))
    if not tight or len(set(tight)) != 1:
        return None
    return tight[0] is ((m["slack"] is None) is not said.denied)


def optimum_told(text: str, key: Key) -> bool | None:
    """'the point is a maximum': whether it is of the kind that is asked."""
    said = said_of(text)
    program = key.program
    m = compiled(_KIND).fullmatch(said.body) if said is not None and program is not None and key.part.ask in ("argmin", "argmax", "value") else None
    if m is None or said is None or program is None or said.possible or said.not_always:
        return None
    kind = m["kind"].lower()
    right = kind.startswith("minim") if program.sense == "min" else kind.startswith("maxim")
    return right is not said.denied
