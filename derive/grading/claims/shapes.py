"""What is said of the shape of an answer: 'a vector with one entry for each of the $m$ rows of $X$', 'an $n\\times n$ matrix', 'of the same shape as $X$', 'as many nonzero entries as $g$'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.claims.measures import measure, own_words
from derive.grading.keys import Key
from derive.grading.traits.clause import said_of
from derive.grading.traits.quantities import ENTRY, compiled, quantity
from derive.grading.traits.settings import edge_settings, is_zero, numbers, settings
from derive.maths.expr import Expr

_IS = r"(?:(?:IT|which|it|this) (?:is|has|remains|stays) )?"
_ONE_EACH = (rf"{_IS}(?:an? )?(?:column )?(?:vector )?(?:with |of |has |having )?(?:exactly )?one (?:{ENTRY}|number|value) (?:per|for each|for every)(?: (?:one )?of the(?: \w{{1,2}})?)? "
             r"(?P<what>row|column|entry|component)s?(?: of| in) (?P<of>[A-Za-z]\w{0,3})")
_LIKE = rf"{_IS}(?:an? (?:vector|matrix) )?(?:of |has |with )?(?:the )?(?:same )?(?:shape|size|dimensions?|format|number of entries)(?: and size)? (?:as|like|of) (?P<of>[A-Za-z]\w{{0,3}})"
_MATRIX = rf"{_IS}(?:an? )?(?P<rows>\w+) ?(?:times|x|×|by|-by-) ?(?P<columns>\w+)[ -]?matrix(?:,? (?:for (?:any|every|all)|whatever|no matter) .{{1,40}})?"
_AS_MANY = (rf"(?:IT|this IT|which) (?:has|have|contains) (?:exactly )?as many (?P<kind>nonzero |non-zero |zero )(?:{ENTRY}) as (?P<of>[A-Za-z]\w{{0,3}})(?: has| does)?")


def shape_told(text: str, key: Key) -> bool | None:
    """Whether what is said of the shape, or of how many entries are not zero, holds; None where nothing is."""
    required = key.derivation.answer
    said = said_of(text)
    if required is None or said is None or key.wanted.condition or said.denied or said.possible or said.not_always or key.derivation.outputs:
        return None
    it = own_words(key)

    def match(pattern: str) -> re.Match[str] | None:
        return compiled(pattern.replace("IT", it)).fullmatch(said.body)

    if (m := match(_ONE_EACH)) is not None and required.shape:
        of = _declared(m["of"], key)
        what = m["what"].lower()
        if of is None or len(of.shape) != (2 if what in ("row", "column") else 1):
            return None
        return len(required.shape) == 1 and required.shape[0] == of.shape[1 if what == "column" else 0]
    if (m := match(_LIKE)) is not None and required.shape:
        of = _declared(m["of"], key)
        return None if of is None or not of.shape else required.shape == of.shape
    if (m := match(_MATRIX)) is not None and len(required.shape) == 2:
        known = key.problem.dims | {n for n, s in key.problem.symbols.items() if s.kind == "dimension"}
        told = (m["rows"], m["columns"])
        return None if any(t not in known and not t.isdigit() for t in told) else tuple(map(str, required.shape)) == told
    m = match(_AS_MANY)
    of = _declared(m["of"], key) if m is not None else None
    if m is None or of is None or len(required.shape) != 1 or len(of.shape) != 1:
        return None
    zero = m["kind"].strip().lower() == "zero"
    found = []
    for s in (*settings(key), *edge_settings(key)):
        v = numbers(of, s.world)
        if v is None:
            return None
        found.append(sum(is_zero(x, v) is zero for x in v) == sum(is_zero(x, s.answer) is zero for x in s.answer))
    return all(found) if found and measure("it", key) is not None else None


def _declared(words: str, key: Key) -> Expr | None:
    e = quantity(words, key)
    return e if e is not None and e.op == "sym" and e.data != key.wanted.asked else None
