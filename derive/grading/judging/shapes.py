"""Whether the shape of an answer is the one that is asked."""

from __future__ import annotations

from derive.grading.keys import Key
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.equality import (
    Equal,
    Witness,
    agree,
)
from derive.maths.expr import Dim, Expr, shape_text


def misfit(answer: Expr, key: Key) -> Judgement | None:
    """A judgement if the shape is wrong, else None. A row stands for the vector of its entries."""
    wanted = key.wanted.shape
    got = E.as_column(answer).shape
    if len(got) == len(wanted) and all(isinstance(a, str) or isinstance(b, str) or a == b for a, b in zip(got, wanted, strict=True)):
        # Two declared dimensions are two sizes; a name of the text's own may stand for either.
        differ = {frozenset((a, b)) for a, b in zip(got, wanted, strict=True) if a != b and isinstance(a, str) and isinstance(b, str)}
        if any(isinstance(a, str) != isinstance(b, str) for a, b in zip(got, wanted, strict=True)) or any(d <= key.problem.dims or _differ(d, key) for d in differ):
            return Judgement(Verdict.INCORRECT, f"The answer is {shape_text(got)}; {shape_text(wanted)} is asked.", "proved",
                             Witness({}, shape_text(got), shape_text(wanted)), "wrong shape")
        return None
    required, asked = key.derivation.answer, key.part.counted or key.part.quantities
    if not got and required is not None and required.op == "vec" and len(asked) == len(required.args):  # one of several counts
        right = [what for what, e in zip(asked, required.args, strict=True) if isinstance(agree(answer, e, [*key.generic, *key.edges]), Equal)]
        if right:
            missing = [what for what in asked if what not in right]
            return Judgement(Verdict.PARTIAL, f"It is the {' and the '.join(right)}; {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} asked, too.")
    return Judgement(Verdict.INCORRECT, f"The answer is {shape_text(got)}; {shape_text(wanted)} is asked.", "proved",
                     Witness({}, shape_text(got), shape_text(wanted)), "wrong shape")


def _differ(dimensions: frozenset[Dim], key: Key) -> bool:
    """Whether two dimensions, one of them the least of several, are two sizes in an instance."""
    parts = [E.inside_least(d) for d in dimensions]
    if all(len(p) == 1 for p in parts) or not {x for p in parts for x in p if isinstance(x, str)} <= key.problem.dims:
        return False
    return any(len({min(x if isinstance(x, int) else w.dims[x] for x in p) for p in parts}) > 1 for ws in key.generic for w in ws.worlds[:1])
