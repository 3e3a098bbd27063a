"""The objective of a submitted point beside the optimal value, in float64 with its bound: where it is certain to be optimal, and where not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from derive.grading.keys import Key, kept
from derive.maths.batches import Batch, NotEvaluable, NotPadded
from derive.maths.evaluate import evaluate
from derive.maths.expr import Expr
from derive.maths.ordinary_worlds import Ordinary
from derive.maths.rounding_of import bound_of
from derive.maths.standard import Standard


class Optimality(NamedTuple):
    """The worlds in which a point is certainly optimal and feasible, and those in which its objective is certainly not the optimal one."""

    optimal: npt.NDArray[np.bool_]
    other: npt.NDArray[np.bool_]


def optimality(answer: Expr, key: Key, standard: Standard) -> Optimality | None:
    """Of a point in all worlds of the key's answer there, set after set; None where nothing is certain.

    Of programs with other unknowns, which stand at their optimum, nothing is said here.
    """
    program, d, name = key.program, key.derivation, key.wanted.asked
    if program is None or d.value is None or set(d.point) - {name} or not standard.sets:
        return None
    whole = standard.whole(answer)
    if whole is None or whole.bound is None:
        return None
    k = 0 if len(standard.sets) == 1 else -1
    if whole.value.shape != standard.floats(k).shape:
        return None  # remembered from a batch of larger worlds
    optimal = kept(key, f"optimal values {id(standard)}", lambda: (standard, Standard(d.value, standard.sets)))[1]  # type: ignore[arg-type]
    value = whole.value
    masks = standard.batch(k).masks
    for axis, size in enumerate(answer.shape, 1):  # found among worlds of larger sizes, it has more padding than these need
        width = masks[size].shape[1] if isinstance(size, str) and size in masks else value.shape[axis]
        if value.shape[axis] < width:
            return None
        value = value[(slice(None),) * axis + (slice(width),)]
    batch = standard.batch(k).beside(name, value)
    known = Ordinary(whole.bound.worlds, {**standard.ordinary(k).symbols, name: whole.bound.rounding})
    try:
        gaps = optimal.beside(program.objective, k, batch, known)
    except (NotEvaluable, NotPadded):
        return None
    if gaps is None:
        return None
    same = gaps.certain.same
    for c in program.constraints if same.any() else ():
        same = same & _holds(c, batch, known)
    return Optimality(same, gaps.certain.differs)


def _holds(condition: Expr, batch: Batch, known: Ordinary) -> npt.NDArray[np.bool_]:
    """Where a condition certainly holds, in every entry."""
    found = bound_of(condition, batch, known)
    if found is None or condition.shape or found.rounding.error or not found.rounding.whole:
        return np.zeros(batch.count, dtype=bool)
    return np.asarray(found.worlds & (evaluate(condition, batch) == 1))
