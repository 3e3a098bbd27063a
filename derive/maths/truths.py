"""Whether conditions hold in many worlds: by float64 where that is certain, so that exact arithmetic is left for those beside a boundary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from derive.maths.batches import Batch, NotEvaluable, NotPadded
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.ordinary_worlds import Ordinary, joined, ordinary_of
from derive.maths.rounding_of import bound_of
from derive.maths.worlds import gather, join

OPEN = -1


class Truths:
    """Worlds, of any sizes, in which conditions are looked at."""

    def __init__(self, worlds: Sequence[World]) -> None:
        self.worlds = tuple(worlds)
        by_size: dict[tuple[tuple[str, int], ...], list[int]] = {}
        for j, w in enumerate(self.worlds):
            by_size.setdefault(tuple(sorted(w.dims.items())), []).append(j)
        sets = [gather("generic", [self.worlds[j] for j in at], self.worlds[at[0]].dims) for at in by_size.values()]
        whole = join(sets) if len(sets) > 1 else None
        self._parts: list[tuple[npt.NDArray[np.int64], Batch, Ordinary]]
        if whole is not None:
            order = np.array([j for at in by_size.values() for j in at], dtype=np.int64)
            self._parts = [(order, whole.batch, joined([ordinary_of(ws) for ws in sets]))]
        else:
            self._parts = [(np.array(at, dtype=np.int64), ws.batch, ordinary_of(ws)) for at, ws in zip(by_size.values(), sets, strict=True)]

    def of(self, condition: Expr) -> npt.NDArray[np.int8]:
        """1 where it certainly holds, 0 where it certainly fails, OPEN elsewhere."""
        out = np.full(len(self.worlds), OPEN, dtype=np.int8)
        for at, batch, known in self._parts if not condition.shape else ():
            found = bound_of(condition, batch, known)
            if found is None or found.rounding.error or not found.rounding.whole:
                continue
            try:
                held = evaluate(condition, batch)
                if held.ndim == 1:  # a relation between vectors is left to exact arithmetic
                    out[at[found.worlds]] = held[found.worlds] != 0
            except (NotEvaluable, NotPadded):
                continue
        return out
