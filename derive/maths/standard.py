"""A required expression with its values in given worlds, made once, beside which submitted ones are compared.

Float64 values stand in one padded batch over all sizes; exact ones are worked out world by world when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from derive.maths.algebra import NormalForms
from derive.maths.evaluate import Array, Batch, NotEvaluable, NotPadded, evaluate, within
from derive.maths.exact import Value, value_at
from derive.maths.expr import Expr, Shape
from derive.maths.worlds import WorldSet, join

EXACT_GENERIC = 4
"""Generic worlds compared exactly after float64 agrees, in as many sizes as there are."""
EXACT_EDGES = 1
"""Worlds of each other kind, in its largest size."""


class Standard:
    """Required values in the worlds of some sets."""

    def __init__(self, required: Expr, sets: Sequence[WorldSet]) -> None:
        self.required = required
        self.sets = tuple(sets)
        self.counts = [len(ws.worlds) for ws in self.sets]
        self.total = sum(self.counts)
        self.sizes = frozenset(d for ws in self.sets for d in ws.batch.dims.values())
        self._joined = join(self.sets) if len(self.sets) > 1 else None
        self._last: tuple[Expr, Array | None] | None = None
        self._floats: dict[int, Array] = {}
        self._first: dict[tuple[int, frozenset[tuple[int, int]]], npt.NDArray[np.int64]] = {}
        self._exact: dict[tuple[int, int], Value | None] = {}

    def batch(self, k: int) -> Batch:
        """The worlds of one set; of all of them for k = -1."""
        if k >= 0:
            return self.sets[k].batch
        assert self._joined is not None
        return self._joined.batch

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """(set, world) of what is compared exactly."""
        return exact_places(self.sets)

    @cached_property
    def spread(self) -> frozenset[tuple[int, int]]:
        """The same, as a set."""
        return frozenset(self.places)

    @cached_property
    def _normal(self) -> tuple[NormalForms, object]:
        forms = NormalForms(places=True)
        return forms, forms.of(self.required)

    def proves(self, e: Expr) -> bool:
        """Whether e has the normal form of what is required, and so its value wherever both are defined."""
        forms, required = self._normal
        return required is not None and forms.of(e) == required

    def floats(self, k: int) -> Array:
        """The required value in the worlds of a set, in float64."""
        if k not in self._floats:
            self._floats[k] = evaluate(self.required, self.batch(k))
        return self._floats[k]

    def exactly(self, k: int, i: int) -> Value | None:
        """The required value in world i of set k; None where it is undefined."""
        if (k, i) not in self._exact:
            self._exact[k, i] = value_at(self.required, self.sets[k].worlds[i])
        return self._exact[k, i]

    def whole(self, e: Expr) -> Array | None:
        """The differences in all worlds, set after set; None where they are not found in one batch. The last ones are remembered."""
        if self._last is None or self._last[0] is not e:
            found = None
            if self._joined is not None or len(self.sets) == 1:
                try:
                    found = self._difference(e, -1 if self._joined is not None else 0)
                except (NotPadded, NotEvaluable):
                    found = None
            self._last = e, found
        return self._last[1]

    def remember(self, e: Expr, whole: Array) -> None:
        """Take the differences of e from a batch in which these worlds stood with others."""
        self._last = e, whole

    def first(self, most: int, without: frozenset[tuple[int, int]] = frozenset()) -> npt.NDArray[np.int64]:
        """Where the first worlds of each set stand among all."""
        key = most, without
        if key not in self._first:
            starts = [sum(self.counts[:k]) for k in range(len(self.counts))]
            self._first[key] = np.array([start + i for k, (start, n) in enumerate(zip(starts, self.counts, strict=True))
                                         for i in range(min(most, n)) if (k, i) not in without], dtype=np.int64)
        return self._first[key]

    def differences(self, e: Expr) -> Iterator[Array | None]:
        """For each set how far e is from what is required in each world, relative to the largest entry (see relative).

        None where the shapes differ. Raises NotEvaluable at the first set in which e has no value.
        """
        whole = self.whole(e)
        if whole is not None:
            start = 0
            for n in self.counts:
                yield whole[start : start + n]
                start += n
            return
        for k in range(len(self.sets)):
            yield self._difference(e, k)

    def _difference(self, e: Expr, k: int) -> Array | None:
        batch, required = self.batch(k), self.floats(k)
        value = evaluate(e, batch)
        return relative(value, required, e.shape, batch) if value.shape == required.shape else None


class Together:
    """Standards of one required expression whose worlds stand in one batch, so that a submitted one is evaluated once for all of them."""

    def __init__(self, required: Expr, standards: Sequence[Standard]) -> None:
        self.standards = tuple(s for s in standards if s.sets)
        self._all = Standard(required, [ws for s in self.standards for ws in s.sets])

    def evaluate(self, e: Expr) -> None:
        """Let every standard know how far e is from what it requires; where no batch holds all worlds each finds it by itself."""
        whole = self._all.whole(e)
        start = 0
        for s in self.standards if whole is not None else ():
            assert whole is not None
            s.remember(e, whole[start : start + s.total])
            start += s.total


def exact_places(sets: Sequence[WorldSet]) -> list[tuple[int, int]]:
    """(set, world) of what is compared exactly after the filter agrees: generic worlds of each size, others of each kind."""
    generic = [k for k, ws in enumerate(sets) if ws.kind == "generic"]
    each = -(-EXACT_GENERIC // max(len(generic), 1))
    places = [(k, i) for k in generic for i in range(min(each, len(sets[k].worlds)))]
    largest: dict[str, int] = {}
    for k, ws in enumerate(sets):
        if ws.kind != "generic" and (ws.kind not in largest or sum(ws.batch.dims.values()) > sum(sets[largest[ws.kind]].batch.dims.values())):
            largest[ws.kind] = k
    return places + [(k, i) for k in largest.values() for i in range(min(EXACT_EDGES, len(sets[k].worlds)))]


def relative(a: Array, b: Array, shape: Shape, batch: Batch) -> Array:
    """max |a - b| / max(|a|, |b|) over the entries of each world: 0 where both are 0, -1 where one is undefined, NaN where one is infinite."""
    with np.errstate(all="ignore"):
        scale: Any = np.maximum(np.abs(a), np.abs(b))
        gap: Any = np.abs(a - b)
        if shape:
            if batch.masks:
                scale, gap = within(scale, shape, batch, 0.0), within(gap, shape, batch, 0.0)
            axes = tuple(range(1, a.ndim))
            scale, gap = np.maximum.reduce(scale, axis=axes), np.maximum.reduce(gap, axis=axes)
        return np.where(scale > 0, gap / scale, np.where(scale == 0, 0.0, -1.0))

