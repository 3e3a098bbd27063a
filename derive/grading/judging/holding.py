"""Whether what a text states of the declared symbols holds on their whole domain."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.decimals import equal_as_shown
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import DIGITS, Undefined, exact, flatten, to_mpf
from derive.maths.expr import Expr

_CLOSE = Fraction(1, 50)


def far_off(shown: Expr, key: Key) -> bool:
    """Whether an entry of an approximate value differs from that of the key by more than a fiftieth: no matter of rounding."""
    answer = key.derivation.answer
    if answer is None:
        return False
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                pairs = list(zip(flatten(exact(E.as_column(shown), w)), flatten(exact(E.as_column(answer), w)), strict=True))
            except (Undefined, NotEvaluable, ValueError):
                continue
            if any(abs(to_mpf(a) - to_mpf(b)) > to_mpf(_CLOSE) * abs(to_mpf(b)) for a, b in pairs):
                return True
    return False


def truths(e: Expr, key: Key) -> list[bool | None]:
    """The truth of a condition at generic instances of each size; None where it cannot be evaluated. A decimal is what it is rounded to.

    Where an entry is 0 by chance is no generic instance: 'g != 0' holds at all of them.
    """
    out: list[bool | None] = []
    numbers = not any(len(x.shape) > 1 for x in E.walk(e))  # what matrices are costs more, and is told by few
    for ws in key.generic:
        for w in ws.worlds if numbers else ws.worlds[:3]:
            try:
                equation = e.op == "rel" and e.data == "="
                rounded = equal_as_shown(e.args[1], exact(e.args[0], w)) if equation else None
                true = all(bool(v) for v in flatten(exact(e, w))) if rounded is None else rounded
                if not true and equation and rounded is None:
                    true = all(bool(v) for v in flatten(exact(e, w, 3 * DIGITS)))  # what cancels leaves fewer digits
                out.append(true)
            except (Undefined, NotEvaluable):
                out.append(None)
    return out
