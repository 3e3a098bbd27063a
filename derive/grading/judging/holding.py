"""Whether what a text states of the declared symbols holds on their whole domain."""

from __future__ import annotations

from derive.grading.keys import Key
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, exact, flatten
from derive.maths.expr import Expr


def truths(e: Expr, key: Key) -> list[bool | None]:
    """The truth of a condition at generic instances of each size; None where it cannot be evaluated.

    Where an entry is 0 by chance is no generic instance: 'g != 0' holds at all of them.
    """
    out: list[bool | None] = []
    for ws in key.generic:
        for w in ws.worlds[:3]:
            try:
                out.append(all(bool(v) for v in flatten(exact(e, w))))
            except (Undefined, NotEvaluable):
                out.append(None)
    return out
