"""A wrong answer beside the key: float64 values to search by, exact ones to decide by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from derive.grading.decimals import Shown, compare_rounded, shown_entries
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.evaluate import NotEvaluable, evaluate
from derive.maths.exact import Undefined, flatten, value_at
from derive.maths.expr import Expr, ShapeError

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Bounds:
    """Every bound of the search, with its scale."""

    close: float = 1e-9  # relative difference of two float64 values that asks for exact arithmetic
    decimal: float = 2e-2  # the same beside decimals, which are compared as rounding intervals in the end
    simple: int = 20  # numerator and denominator of a factor that people drop
    factor: int = 1000  # numerator and denominator of a factor that is still reported
    bases: int = 12  # factors that are tried
    entries: int = 64  # of a vector whose order is looked at


BOUNDS = Bounds()
FAILS = (NotEvaluable, Undefined, ShapeError)


def floats(e: Expr, key: Key) -> tuple[Array, ...] | None:
    """The entries of e in every generic world, one (worlds, entries) array a size; None where it has no values."""
    out = []
    try:
        for ws in key.generic:
            out.append(np.asarray(evaluate(e, ws.batch), dtype=np.float64).reshape(len(ws.worlds), -1))
    except FAILS:
        return None
    return tuple(out)


def floats_of_key(e: Expr, key: Key) -> tuple[Array, ...] | None:
    """As floats, remembered with the part: for expressions that belong to it."""
    known: dict[Expr, tuple[Array, ...] | None] = kept(key, "diagnosis:floats", dict)
    if e not in known:
        known[e] = floats(e, key)
    return known[e]


def close(a: tuple[Array, ...], b: tuple[Array, ...], tolerance: float = BOUNDS.close) -> bool:
    """Whether two lists of values agree in float64, wherever both are finite, relative to the largest entry."""
    seen = False
    with np.errstate(all="ignore"):
        for x, y in zip(a, b, strict=True):
            if x.shape != y.shape:
                return False
            scale = np.maximum(np.abs(x), np.abs(y)).max(axis=1, initial=0.0)
            gap = np.abs(x - y).max(axis=1, initial=0.0)
            fine = np.isfinite(scale) & np.isfinite(gap)
            if np.any(gap[fine] > tolerance * scale[fine]):
                return False
            seen = seen or bool(fine.any())
    return seen


@dataclass(frozen=True)
class Sample:
    """A wrong answer with what is known of it.

    expr: the answer, rows as columns; values: its float64 values; required: those of the key; shown: its
    entries where they are decimals beside a key that is a constant, else None.
    """

    expr: Expr
    key: Key
    values: tuple[Array, ...]
    required: tuple[Array, ...]
    shown: tuple[Shown, ...] | None

    @property
    def target(self) -> Expr:
        """The key's expression."""
        answer = self.key.derivation.answer
        assert answer is not None
        return answer

    @cached_property
    def constant(self) -> bool:
        """Whether the key has the same value in every world: nothing in it is free."""
        return len(self.required) == 1 and bool(np.all(self.required[0] == self.required[0][:1]))

    @property
    def tolerance(self) -> float:
        """How near in float64 is near enough to look exactly."""
        return BOUNDS.decimal if self.shown is not None else BOUNDS.close

    def equals(self, other: Expr, own: bool = True) -> bool:
        """Whether the answer is this expression, in every generic world, exactly; decimals as their rounding intervals.

        own: the expression belongs to the part, so its values are remembered with it.
        """
        try:
            theirs = floats_of_key(other, self.key) if own else floats(other, self.key)
            if theirs is None or not close(self.values, theirs, self.tolerance):
                return False
            if self.shown is not None:
                value = value_at(other, self.key.generic[0].worlds[0])
                entries = [] if value is None else flatten(value)
                return len(entries) == len(self.shown) and compare_rounded(list(self.shown), entries, 1).fits
            return isinstance(agree(self.expr, other, self.key.generic), Equal)
        except FAILS:
            return False

    def differs_only_by(self, make: Callable[[Expr], Expr]) -> bool:
        """Whether the answer is the key after this change."""
        try:
            return self.equals(make(self.target), own=False)
        except FAILS:
            return False


def sample(answer: Expr, key: Key, approximate: bool = False) -> Sample | None:
    """The answer beside the key; None where one of them has no values."""
    required = key.derivation.answer
    if required is None or not key.generic:
        return None
    answer = E.as_column(answer)
    if E.is_number(answer, 0) and required.shape:
        answer = E.zeros(*required.shape)
    mine, theirs = floats(answer, key), floats_of_key(required, key)
    if mine is None or theirs is None or any(a.shape != b.shape for a, b in zip(mine, theirs, strict=True)):
        return None
    found = Sample(answer, key, mine, theirs, None)
    shown = shown_entries(answer, approximate) if found.constant else None
    return found if shown is None else Sample(answer, key, mine, theirs, tuple(shown))


def fraction_near(x: float, bound: int, tolerance: float) -> Fraction | None:
    """The simple fraction that x is, within a relative tolerance; None where none is."""
    if not np.isfinite(x) or abs(x) > bound:
        return None
    q = Fraction(x).limit_denominator(bound)
    return q if abs(q.numerator) <= bound and abs(float(q) - x) <= tolerance * abs(x) else None
