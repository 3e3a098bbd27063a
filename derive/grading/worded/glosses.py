"""What a value is said to be in brackets, '1/1.0101 (about 0.990)', 'the squared length (1.0101)': held against the value."""

from __future__ import annotations

from derive.errors import ReadError
from derive.grading.judging.decimals import equal_as_shown
from derive.grading.worded.settled import same
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.symbols import Scope
from derive.maths.worlds import world_sets


def holds(formula: str, scope: Scope) -> bool:
    """Whether an equation between declared quantities is true: '1/p + 1/q = 1'."""
    try:
        found = readings(formula, scope)
    except ReadError:
        return False
    told = found[0].statements
    if len(found) != 1 or len(told) != 1 or told[0].ops != ("=",):
        return False
    a, b = told[0].terms
    if any(x.op in ("new", "blank", "restate") or (x.op == "sym" and x.data == scope.asked) for t in (a, b) for x in E.walk(t)):
        return False
    return same(a, b, scope)


def is_so(value: Expr, gloss: Expr, scope: Scope) -> bool:
    """Whether the value is what the gloss says, to the digits that it shows."""
    if value.shape or gloss.shape or gloss.op in E.CONDITIONS:
        return False
    if same(value, gloss, scope):
        return True
    if gloss.op != "dec":
        return False
    worlds = [w for ws in world_sets({n: s for n, s in scope.symbols.items() if s.kind != "function"}, count=2) for w in ws.worlds]
    try:
        return bool(worlds) and all(equal_as_shown(gloss, exact(value, w)) for w in worlds[:6])
    except (NotEvaluable, Undefined, KeyError):
        return False
