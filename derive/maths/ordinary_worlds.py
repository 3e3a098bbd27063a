"""Ordinary worlds: those of a batch whose values are of moderate size and, where they are dyadic, of few bits; with bounds for their symbols."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from derive.maths.batches import Batch
from derive.maths.exact import World, flatten
from derive.maths.rounding import UNIT, Rounding, largest_bound
from derive.maths.worlds import WorldSet

_FEW = 12
"""Bits before and after the point of the values of an ordinary world."""


class Ordinary(NamedTuple):
    """The worlds of a batch for which bounds hold, and the bounds of their symbols."""

    worlds: npt.NDArray[np.bool_]
    symbols: dict[str, Rounding]


def ordinary_of(ws: WorldSet) -> Ordinary:
    """The worlds whose values are of ordinary size and, where they are dyadic, of few bits; found once a set."""
    batch = ws.batch
    found = _FOUND.get(batch)
    if found is None:
        found = _FOUND[batch] = _ordinary(batch, ws.worlds)
    return found


_FOUND: WeakKeyDictionary[Batch, Ordinary] = WeakKeyDictionary()


def _ordinary(batch: Batch, worlds: Sequence[World]) -> Ordinary:
    few: list[bool] = []
    most = dict.fromkeys(batch.values, 0.0)
    step: dict[str, int | None] = dict.fromkeys(batch.values, 0)
    for w in worlds:
        found = {name: _of_value(w.values[name]) for name in batch.values}
        few.append(all(m <= 2.0**_FEW and (s is None or s <= _FEW) for m, s in found.values()))
        for name, (m, s) in found.items() if few[-1] else ():
            other = step[name]
            most[name], step[name] = max(most[name], m), None if s is None or other is None else max(s, other)
    symbols = {n: Rounding(m, 0.0 if step[n] is not None else 2 * UNIT * m, step[n]) for n, m in most.items()}
    return Ordinary(np.array(few, dtype=bool), symbols)


def joined(parts: Sequence[Ordinary]) -> Ordinary:
    """Those of several sets that stand in one batch."""
    symbols = {n: largest_bound(*(p.symbols[n] for p in parts)) for n in parts[0].symbols}
    return Ordinary(np.concatenate([p.worlds for p in parts]), symbols)


def _of_value(v: Any) -> tuple[float, int | None]:
    """The largest modulus in a value, and the bits after the point; None where it is not dyadic."""
    most, step, dyadic = 0.0, 0, True
    for x in flatten(v):
        rational = Fraction(x) if isinstance(x, (Fraction, int)) else None
        if rational is not None and rational.numerator.bit_length() - rational.denominator.bit_length() > 2 * _FEW:
            return math.inf, None
        most = max(most, abs(float(x)))
        dyadic = dyadic and rational is not None and not rational.denominator & (rational.denominator - 1)
        step = max(step, rational.denominator.bit_length() - 1) if rational is not None else step
    return most * (1 + 2 * UNIT) if not dyadic else most, step if dyadic else None
