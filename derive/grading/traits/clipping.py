"""What an answer is said to do with large and small entries: 'the large entries are cut to a common level', 'small entries are kept', 'every entry is clipped to [-r, r]'."""

from __future__ import annotations

from derive.grading.asides.values import formula
from derive.grading.keys import Key
from derive.grading.traits.clause import Said
from derive.grading.traits.quantities import ENTRY, compiled
from derive.grading.traits.settings import Setting, numbers, same, settings
from derive.maths import expr as E

_CUT = (rf"(?:only )?(?:the )?(?:large|larger|largest|big|bigger) {ENTRY}(?: of \w+)? (?:is|are|get|gets) (?:all )?(?:cut|clipped|capped|lowered|reduced|pulled|brought|shrunk|truncated) "
        r"(?:off |back |down )?(?:to|at) (?:the|a|one) (?:same|common|single) (?:level|value|size|height|magnitude|modulus)(?: \w{1,6})?")
_KEPT = rf"(?:the )?(?:small|smaller|other) {ENTRY}(?: of \w+)? (?:is|are|stays?|remains?) (?:kept|unchanged|untouched|as (?:it is|they are)|left alone)"

_TO_RANGE = (rf"(?:in words:? )?(?:every|each|all(?: the)?|the) {ENTRY}(?: of \w+)? (?:is|are) (?:clipped|clamped|cut|truncated|cut off|projected) (?:off )?(?:to|into|on|onto|at) (?:the )?"
             r"(?:interval |range |box )?(?:\[(?P<low>[^,\[\]]{1,20}),(?P<high>[^,\[\]]{1,20})\]|(?:±|\+/?-|pm) ?(?P<both>\w{1,8}))")


def said_of_clipping(said: Said, key: Key) -> bool | None:
    """Whether entries above a level are cut to it and the others are kept, as is said; None where nothing is."""
    point = _point(key) if len(key.wanted.shape) == 1 else None
    if point is None or said.possible or said.not_always:
        return None
    m = compiled(_TO_RANGE).fullmatch(said.body)
    if m is not None:
        low, high = (formula(t, key) for t in ((f"-{m['both']}", m["both"]) if m["both"] else (m["low"], m["high"])))
        return None if low is None or high is None else said.verdict([_between(s, point, low, high) for s in settings(key)])
    if compiled(_CUT).fullmatch(said.body) is None and compiled(_KEPT).fullmatch(said.body) is None:
        return None
    return said.verdict([_clipped(s, v) for s in settings(key) if (v := numbers(point, s.world)) is not None and len(v) == len(s.answer)])


def _point(key: Key) -> E.Expr | None:
    """The one declared vector that an answer is made of."""
    like = [s for s in key.problem.symbols.values() if s.kind == "value" and s.shape == key.wanted.shape and s.let is None and s.name != key.wanted.asked]
    return E.sym(like[0].name, like[0].shape) if len(like) == 1 else None


def _clipped(s: Setting, v: list[float]) -> bool:
    level = max(map(abs, s.answer))
    return all(same(x, y) if abs(y) <= level else same(abs(x), level) and x * y >= 0 for x, y in zip(s.answer, v, strict=True))


def _between(s: Setting, point: E.Expr, low: E.Expr, high: E.Expr) -> bool:
    """Whether each entry is that of the point, or the end of a range beyond which that lies."""
    v, a, b = (numbers(e, s.world) for e in (point, low, high))
    if v is None or a is None or b is None or len(v) != len(s.answer):
        return False
    ends = zip(a * len(v) if len(a) == 1 else a, b * len(v) if len(b) == 1 else b, strict=False)
    return all(same(x, min(max(y, p), q)) for x, y, (p, q) in zip(s.answer, v, ends, strict=False))
