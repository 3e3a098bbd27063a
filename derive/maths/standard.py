"""A required expression with its values in given worlds, made once, beside which submitted ones are compared.

Float64 values stand in one padded batch over all sizes; exact ones are worked out world by world when first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from derive.maths.algebra import NormalForms
from derive.maths.batches import Array, Batch, NotEvaluable, NotPadded, within
from derive.maths.evaluate import evaluate
from derive.maths.exact import Value, World, value_at
from derive.maths.expr import Expr, Shape
from derive.maths.ordinary_worlds import Ordinary, joined, ordinary_of
from derive.maths.rounding import SLACK, UNIT
from derive.maths.rounding_of import Bound, bound_of
from derive.maths.worlds import WorldSet, join

FILTER = 1e-9
"""The float64 difference that asks for exact arithmetic; times the largest entry."""
EXACT_GENERIC = 4
"""Generic worlds compared exactly after float64 agrees, in as many sizes as there are."""
EXACT_EDGES = 1
"""Worlds of each other kind, in its largest size."""


class Gaps:
    """How far an expression is from what is required in each of some worlds, in float64, and what is certain of it.

    relative: see relative(). What is certain is found when it is asked for. value: of the expression in the same worlds.
    """

    def __init__(self, relative: Array, whole: Callable[[], Certain], value: Array, bound: Callable[[], Bound | None]) -> None:
        self.relative = relative
        self.value = value
        self._whole = whole
        self._bound = bound

    @cached_property
    def near(self) -> npt.NDArray[np.bool_]:
        """Where both are defined and agree up to the filter."""
        return (self.relative >= 0) & (self.relative <= FILTER)

    @cached_property
    def certain(self) -> Certain:
        """What holds in which world, whatever float64 lost."""
        return self._whole()

    @cached_property
    def bound(self) -> Bound | None:
        """How far the value can be off in ordinary worlds."""
        return self._bound()

    def part(self, start: int, stop: int) -> Gaps:
        """Those of some of the worlds."""

        def bound() -> Bound | None:
            return None if self.bound is None else self.bound._replace(worlds=self.bound.worlds[start:stop])

        return Gaps(self.relative[start:stop], lambda: Certain(*(x[start:stop] for x in self.certain)), self.value[start:stop], bound)


class Certain(NamedTuple):
    """Where two values are equal, where they differ, and where the first or the second has none: without doubt."""

    same: npt.NDArray[np.bool_]
    differs: npt.NDArray[np.bool_]
    undefined: npt.NDArray[np.bool_]
    not_required: npt.NDArray[np.bool_]


class Standard:
    """Required values in the worlds of some sets."""

    def __init__(self, required: Expr, sets: Sequence[WorldSet]) -> None:
        self.required = required
        self.sets = tuple(sets)
        self.counts = [len(ws.worlds) for ws in self.sets]
        self.total = sum(self.counts)
        self.sizes = frozenset(d for ws in self.sets for d in ws.batch.dims.values())
        self._joined = join(self.sets) if len(self.sets) > 1 else None
        self._last: tuple[Expr, Gaps | None] | None = None
        self._floats: dict[int, Array] = {}
        self._ordinary: dict[int, Ordinary] = {}
        self._bounds: dict[int, Bound | None] = {}
        self._first: dict[int, npt.NDArray[np.int64]] = {}
        self._exact: dict[tuple[int, int], Value | None] = {}

    def requiring(self, other: Expr) -> Standard:
        """Another required expression in the same worlds."""
        out = object.__new__(Standard)
        out.__dict__.update({n: v for n, v in self.__dict__.items() if n in _OF_THE_WORLDS})
        out.required = other
        out._last, out._floats, out._bounds, out._exact = None, {}, {}, {}
        return out

    @property
    def in_one_batch(self) -> bool:
        """Whether worlds of several sizes stand in one batch."""
        return self._joined is not None

    def batch(self, k: int) -> Batch:
        """The worlds of one set; of all of them for k = -1."""
        if k >= 0:
            return self.sets[k].batch
        assert self._joined is not None
        return self._joined.batch

    def ordinary(self, k: int) -> Ordinary:
        """The worlds among them in which rounding is bounded."""
        if k not in self._ordinary:
            self._ordinary[k] = ordinary_of(self.sets[k]) if k >= 0 else joined([ordinary_of(ws) for ws in self.sets])
        return self._ordinary[k]

    def bound(self, k: int) -> Bound | None:
        """How far floats(k) can be off."""
        if k not in self._bounds:
            self._bounds[k] = bound_of(self.required, self.batch(k), self.ordinary(k))
        return self._bounds[k]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """(set, world) of what is compared exactly."""
        return exact_places(self.sets)

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

    def whole(self, e: Expr) -> Gaps | None:
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

    def remember(self, e: Expr, whole: Gaps) -> None:
        """Take the differences of e from a batch in which these worlds stood with others."""
        self._last = e, whole

    def first(self, most: int) -> npt.NDArray[np.int64]:
        """Where the first worlds of each set stand among all."""
        if most not in self._first:
            self._first[most] = np.array([start + i for start, n in zip(self.starts, self.counts, strict=True) for i in range(min(most, n))], dtype=np.int64)
        return self._first[most]

    def differences(self, e: Expr) -> Iterator[Gaps | None]:
        """For each set how far e is from what is required in each world.

        None where the shapes differ. Raises NotEvaluable at the first set in which e has no value.
        """
        whole = self.whole(e)
        if whole is not None:
            start = 0
            for n in self.counts:
                yield whole.part(start, start + n)
                start += n
            return
        for k in range(len(self.sets)):
            yield self._difference(e, k)

    def _difference(self, e: Expr, k: int) -> Gaps | None:
        return self.beside(e, k, self.batch(k), None)

    def beside(self, e: Expr, k: int, batch: Batch, known: Ordinary | None) -> Gaps | None:
        """The differences of e in the worlds of a set (of all for k = -1), in which further symbols may have a value; None where shapes differ."""
        required = self.floats(k)
        value = evaluate(e, batch)
        if value.shape != required.shape:
            return None

        return self._gaps(value, k, lambda: bound_of(e, batch, known or self.ordinary(k)))

    def against(self, other: Gaps) -> Gaps:
        """The differences of what was compared with another expression in the same worlds, all in one batch."""
        return self._gaps(other.value, -1 if self.in_one_batch else 0, lambda: other.bound)

    def _gaps(self, value: Array, k: int, bound: Callable[[], Bound | None]) -> Gaps:
        gap, scale = distances(value, self.floats(k), self.required.shape, self.batch(k))
        out = Gaps(relative(gap, scale), lambda: self._certain(out.bound, gap, scale, value, k), value, bound)
        return out

    def _certain(self, mine: Bound | None, gap: Array, scale: Array, value: Array, k: int) -> Certain:
        theirs = self.bound(k)
        nowhere = np.zeros(len(gap), dtype=bool)
        if mine is None or theirs is None:
            return Certain(nowhere, nowhere, nowhere, nowhere)
        here = mine.worlds & theirs.worlds
        a, b = mine.rounding, theirs.rounding
        if not a.error and not b.error:
            same, differs = here & (gap == 0), here & (gap > 0)
        else:
            same, differs = nowhere, here & (gap > (a.error + b.error + 2 * UNIT * scale) * SLACK)
        if a.whole and b.whole:
            return Certain(same, differs, nowhere, nowhere)
        shape, batch = self.required.shape, self.batch(k)
        return Certain(same, differs, *(here & _undefined(v, shape, batch) for v in (value, self.floats(k))))

    def among_all(self, k: int, i: int) -> int:
        """Where world i of set k stands among all."""
        return self.starts[k] + i

    @cached_property
    def starts(self) -> list[int]:
        """Where each set begins among all worlds."""
        return [sum(self.counts[:k]) for k in range(len(self.counts))]

    @cached_property
    def worlds(self) -> list[World]:
        """All worlds, set after set."""
        return [w for ws in self.sets for w in ws.worlds]

    @cached_property
    def place(self) -> dict[int, int]:
        """Where a world stands among all, by its identity."""
        return {id(w): j for j, w in enumerate(self.worlds)}

    @cached_property
    def chosen(self) -> npt.NDArray[np.bool_]:
        """Which of all worlds are compared exactly."""
        out = np.zeros(self.total, dtype=bool)
        out[[self.among_all(k, i) for k, i in self.places]] = True
        return out


_OF_THE_WORLDS = frozenset(("sets", "counts", "total", "sizes", "_joined", "_ordinary", "_first", "places", "starts", "worlds", "place", "chosen"))


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
            s.remember(e, whole.part(start, start + s.total))
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


def distances(a: Array, b: Array, shape: Shape, batch: Batch) -> tuple[Array, Array]:
    """max |a - b| and max(|a|, |b|) over the entries of each world; NaN where one of them is undefined."""
    with np.errstate(all="ignore"):
        scale: Any = np.maximum(np.abs(a), np.abs(b))
        gap: Any = np.abs(a - b)
        if shape:
            if batch.masks:
                scale, gap = within(scale, shape, batch, 0.0), within(gap, shape, batch, 0.0)
            axes = tuple(range(1, a.ndim))
            scale, gap = np.maximum.reduce(scale, axis=axes), np.maximum.reduce(gap, axis=axes)
        return gap, scale


def relative(gap: Array, scale: Array) -> Array:
    """The first over the second: 0 where both are 0, -1 where one is undefined, NaN where one is infinite."""
    with np.errstate(all="ignore"):
        return np.where(scale > 0, gap / scale, np.where(scale == 0, 0.0, -1.0))


def _undefined(v: Array, shape: Shape, batch: Batch) -> npt.NDArray[np.bool_]:
    """The worlds in which an entry is undefined."""
    return np.asarray(np.isnan(within(v, shape, batch, 0.0)).any(axis=tuple(range(1, v.ndim))))
