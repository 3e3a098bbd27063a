"""Whether what a text states of the declared symbols holds on their whole domain."""

from __future__ import annotations

from derive.grading.decimals import equal_as_shown
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact, flatten
from derive.maths.expr import Expr


def truths(e: Expr, key: Key) -> list[bool | None]:
    """The truth of a condition at generic instances of each size; None where it cannot be evaluated. A decimal is what it is rounded to.

    Where an entry is 0 by chance is no generic instance: 'g != 0' holds at all of them.
    """
    out: list[bool | None] = []
    numbers = not any(len(x.shape) > 1 for x in E.walk(e))  # what matrices are costs more, and is told by few
    for ws in key.generic:
        for w in ws.worlds if numbers else ws.worlds[:3]:
            try:
                rounded = equal_as_shown(e.args[1], exact(e.args[0], w)) if e.op == "rel" and e.data == "=" else None
                out.append(all(bool(v) for v in flatten(exact(e, w))) if rounded is None else rounded)
            except (Undefined, NotEvaluable):
                out.append(None)
    return out
