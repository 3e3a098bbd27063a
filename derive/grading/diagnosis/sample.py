"""A wrong answer beside the key: float64 values to search by, exact ones to decide by.

All generic worlds stand in one array, padded with zeros to the largest size, so that the answer is held against many expressions of the
part at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from derive.grading.judging.decimals import Shown, compare_rounded, shown_entries
from derive.grading.judging.standards import generic_standard
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable, NotPadded, within
from derive.maths.entrywise import by_arrays
from derive.maths.equality import Equal, agree, agrees
from derive.maths.evaluate import evaluate
from derive.maths.exact import Undefined, flatten, value_at
from derive.maths.expr import Expr, ShapeError
from derive.maths.standard import Gaps, Standard

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


@dataclass(frozen=True)
class Valued:
    """An expression with its entries in every generic world, one row a world, 0 in the padding; and as what an answer is compared with."""

    expr: Expr
    values: Array
    standard: Standard


def valued(e: Expr, key: Key) -> Valued | None:
    """The values of an expression; None where it has none."""
    base = generic_standard(key)
    standard = base if e == base.required else base.requiring(e)
    try:
        return Valued(e, _in_one_batch(e, standard), standard)
    except FAILS:
        return None
    except NotPadded:
        pass
    try:
        return Valued(e, _padded([evaluate(e, ws.batch) for ws in key.generic]), standard)
    except FAILS:
        return None


def _in_one_batch(e: Expr, standard: Standard) -> Array:
    k = 0 if len(standard.sets) == 1 else -1
    if k < 0 and not standard.in_one_batch:
        raise NotPadded
    return _rows(standard.floats(k), e, standard)


def _rows(value: Array, e: Expr, standard: Standard) -> Array:
    batch = standard.batch(-1 if standard.in_one_batch else 0)
    return within(value, e.shape, batch, 0.0).reshape(batch.count, -1)


def _padded(parts: Sequence[Array]) -> Array:
    """Values by size in one array, in the places that they have in a padded batch."""
    shape = tuple(max(v.shape[k] for v in parts) for k in range(1, parts[0].ndim))
    filled = [np.pad(v, [(0, 0), *((0, n - m) for n, m in zip(shape, v.shape[1:], strict=True))]) for v in parts]
    return np.concatenate(filled).reshape(sum(len(v) for v in parts), -1)


def valued_of_key(e: Expr, key: Key) -> Valued | None:
    """As valued, remembered with the part: for expressions that belong to it."""
    known: dict[Expr, Valued | None] = kept(key, "diagnosis:values", dict)
    if e not in known:
        known[e] = valued(e, key)
    return known[e]


def close(a: Array, b: Array, tolerance: float = BOUNDS.close) -> Any:
    """Whether values agree in float64, wherever both are finite, relative to the largest entry of each world; of each of several b if there are."""
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(a), np.abs(b)).max(axis=-1, initial=0.0)
        gap = np.abs(a - b).max(axis=-1, initial=0.0)
        fine = np.isfinite(scale) & np.isfinite(gap)
        return ((gap <= tolerance * scale) | ~fine).all(axis=-1) & fine.any(axis=-1)


@dataclass(frozen=True)
class Sample:
    """A wrong answer with what is known of it.

    expr: the answer, rows as columns; values: its float64 values; required: those of the key; shown: its
    entries where they are decimals beside a key that is a constant, else None; gaps: the answer as it was compared with the key.
    """

    expr: Expr
    key: Key
    values: Array
    required: Array
    shown: tuple[Shown, ...] | None
    gaps: Gaps | None

    @property
    def target(self) -> Expr:
        """The key's expression."""
        answer = self.key.derivation.answer
        assert answer is not None
        return answer

    @cached_property
    def constant(self) -> bool:
        """Whether the key has the same value in every world: nothing in it is free."""
        return len(self.key.generic) == 1 and bool(np.all(self.required == self.required[:1]))

    @property
    def tolerance(self) -> float:
        """How near in float64 is near enough to look exactly."""
        return BOUNDS.decimal if self.shown is not None else BOUNDS.close

    def equals(self, other: Expr, own: bool = True) -> bool:
        """Whether the answer is this expression, in every generic world, exactly; decimals as their rounding intervals.

        own: the expression belongs to the part, so its values are remembered with it.
        """
        try:
            theirs = valued_of_key(other, self.key) if own else valued(other, self.key)
            return theirs is not None and theirs.values.shape == self.values.shape and bool(close(self.values, theirs.values, self.tolerance)) and (
                self.is_exactly(theirs))
        except FAILS:
            return False

    def is_exactly(self, theirs: Valued) -> bool:
        """The same of an expression whose float64 values are those of the answer."""
        if self.shown is not None:
            value = value_at(theirs.expr, self.key.generic[0].worlds[0])
            entries = [] if value is None else flatten(value)
            return len(entries) == len(self.shown) and compare_rounded(list(self.shown), entries, 1).fits
        try:
            if self.gaps is not None:
                theirs.standard.remember(self.expr, theirs.standard.against(self.gaps))
                return isinstance(agrees(self.expr, theirs.standard), Equal)
        except NotPadded:
            pass
        return isinstance(agree(self.expr, theirs.expr, self.key.generic), Equal)

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
    answer = by_arrays(E.as_column(answer))
    if E.is_number(answer, 0) and required.shape:
        answer = E.zeros(*required.shape)
    theirs = valued_of_key(required, key)
    if theirs is None:
        return None
    gaps = theirs.standard.whole(answer)
    if gaps is not None:
        values = _rows(gaps.value, answer, theirs.standard)
    else:
        mine = valued(answer, key)
        if mine is None:
            return None
        values = mine.values
    if values.shape != theirs.values.shape:
        return None
    found = Sample(answer, key, values, theirs.values, None, gaps)
    shown = shown_entries(answer, approximate) if found.constant else None
    return found if shown is None else replace(found, shown=tuple(shown))


def fraction_near(x: float, bound: int, tolerance: float) -> Fraction | None:
    """The simple fraction that x is, within a relative tolerance; None where none is."""
    if not np.isfinite(x) or abs(x) > bound:
        return None
    q = Fraction(x).limit_denominator(bound)
    return q if abs(q.numerator) <= bound and abs(float(q) - x) <= tolerance * abs(x) else None
