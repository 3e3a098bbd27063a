"""Bounds that an answer is said to keep: 'it never exceeds $\\max_i z_i$', 'the value is at least $F$', 'a range smaller than the $2/h$ of gradient descent'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.claims.measures import measure
from derive.grading.keys import Key
from derive.grading.traits.clause import said_of
from derive.grading.traits.quantities import compiled
from derive.grading.traits.settings import edge_settings, numbers, same, settings
from derive.maths import expr as E

_BELOW = r"(?:is |are |lies |lie |stays? |remains? |falls? )?(?:at most|below|bounded (?:from )?above by|no (?:more|larger|greater|bigger) than)"
_ABOVE = r"(?:is |are |lies |lie |stays? |remains? )?(?:at least|above|bounded (?:from )?below by|no (?:less|smaller) than)"
_LESS = r"(?:is |are |stays? )?(?:strictly )?(?:smaller|less|lower|narrower|shorter) than"
_MORE = r"(?:exceeds?|surpass(?:es)?|goes beyond|(?:is |are |stays? )?(?:strictly )?(?:larger|greater|bigger|higher|more|wider|longer) than)"
_SAID = (rf"(?P<own>.{{1,60}}?) (?:(?P<below>{_BELOW})|(?P<above>{_ABOVE})|(?P<less>{_LESS})|(?P<more>{_MORE})) (?:the |its |that of )?(?:[a-z][a-z-]{{2,}} ){{0,3}}?(?P<to>\S.{{0,60}}?)"
         r"(?: (?:of|for|in) (?:the |a |an )?[a-z][a-z -]{2,40})?")
_MAKES = re.compile(r"^.{0,60}?\bmakes? (?P<own>(?:the |its )?(?:[a-z-]+ ){0,2}(?:range|bound|limit|threshold|interval|value|answer)) (?=smaller|larger|wider|narrower|lower|higher|greater|bigger)")
_OWN_RANGE = re.compile(r"(?:the |its |this |that )?(?:\w+ ){0,2}(?:range|bound|limit|threshold|interval|supremum|maximum|minimum|optimum|bound on \S+)")


def compared_told(text: str, key: Key) -> bool | None:
    """Whether a bound in words holds of the answer; None where none is told, or it depends on the instance what it is."""
    if key.derivation.answer is None or key.wanted.condition or key.part.ask in ("count", "eigenvalues"):
        return None
    said = said_of(text)
    if said is None or said.not_always:
        return None
    body = _MAKES.sub(lambda m: f"{m['own']} is ", said.body)
    m = compiled(_SAID).fullmatch(body)
    target = formula(m["to"].strip(" .,"), key) if m is not None else None
    if m is None or target is None or target.shape or target.op == "num" or key.wanted.asked in E.symbols_in(target):
        return None
    words = "it" if m["own"].lower() in ("which", "this", "that", "and it") else m["own"]
    own = measure(words, key) or (measure("it", key) if not key.wanted.shape and _OWN_RANGE.fullmatch(words) is not None else None)
    if own is None:
        return None
    seen = []
    for s in (*settings(key), *edge_settings(key)):
        a, b = own.of(s.world), numbers(target, s.world)
        if a is None or b is None or len(b) != 1:
            continue
        for x in a:
            equal = same(x, b[0])
            less = x < b[0] and not equal
            seen.append(less or equal if m["below"] else not less if m["above"] else less or (equal and key.wanted.supremum) if m["less"] else not less and not equal)
    if not seen:
        return None
    if said.denied:
        return not any(seen)  # it never does
    if said.possible:
        return True if any(seen) else None
    return all(seen) or (None if any(seen) and (m["less"] or m["more"]) and not said.always else False)
