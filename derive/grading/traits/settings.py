"""The required answer in numbers: at instances without zeros and ties, and where a quantity is made larger, smaller or zero.

What is said of an answer is no proof of it, so that float64 numbers and a relative tolerance are enough here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from derive.grading.keys import Key, kept
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.expr import Expr, ShapeError

CLOSE = 1e-9
_EACH = 3  # instances of each size


class Setting(NamedTuple):
    """One instance and the entries of the required answer there."""

    world: World
    answer: list[float]


def numbers(e: Expr, world: World) -> list[float] | None:
    """The entries of an expression in an instance; None where it has none, or no finite ones."""
    try:
        out = [float(v) for v in flatten(exact(e, world))]
    except (Undefined, NotEvaluable, KeyError, ShapeError, TypeError, OverflowError, ValueError):
        return None
    return out if all(math.isfinite(v) for v in out) else None


def settings(key: Key) -> list[Setting]:
    """Instances of several sizes, with vectors of two entries or more where there are such, and the answer in each."""
    return kept(key, "settings of traits", lambda: list(_settings(key, False)))


def edge_settings(key: Key) -> list[Setting]:
    """The same where entries are zero or tie."""
    return kept(key, "edge settings of traits", lambda: list(_settings(key, True)))


def _settings(key: Key, edges: bool) -> Iterator[Setting]:
    required = key.derivation.answer
    if required is None or key.wanted.condition:
        return
    sets = [ws for ws in (key.edges if edges else key.generic) if 1 not in ws.batch.dims.values()] or list(key.edges if edges else key.generic)
    for ws in sets:
        for w in ws.worlds[: _EACH if len(sets) > 1 else 2 * _EACH]:
            answer = numbers(required, w)
            if answer is not None:
                yield Setting(with_answer(key, w, required), answer)


def with_answer(key: Key, w: World, required: Expr) -> World:
    """The instance in which the unknown is the required answer."""
    if not key.wanted.asked:
        return w
    return World({**w.values, **{name: exact(required, w) for name in (key.wanted.asked, f"{key.wanted.asked}@limit")}}, w.dims)


def with_value(s: Setting, name: str, change: Fraction) -> World:
    """The instance in which a declared quantity is multiplied by a number."""
    def times(v: Value) -> Value:
        return [times(x) for x in v] if isinstance(v, list) else v * change

    return World({**s.world.values, name: times(s.world.values[name])}, s.world.dims)


def same(a: float, b: float) -> bool:
    """Whether two numbers are the same to rounding."""
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))


def is_zero(v: float, beside: list[float]) -> bool:
    """Whether an entry is 0 beside the largest of the others."""
    return abs(v) <= CLOSE * max((abs(x) for x in beside), default=0.0)


def length(v: list[float], p: float = 2) -> float:
    """A norm of a vector."""
    if p == math.inf:
        return max((abs(x) for x in v), default=0.0)
    return sum(abs(x) for x in v) if p == 1 else math.sqrt(sum(x * x for x in v))
