"""Batches of worlds: values of the declared symbols in float64, and the indices that are bound round a node.

Worlds of several sizes can share one batch: vectors are then padded to the largest size, and what runs over a
dimension (a sum, a norm, a maximum) leaves the padding out. Entries in the padding have no meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from derive.maths.expr import Dim, Expr, Shape, inside_least

Array = npt.NDArray[np.float64]


class NotEvaluable(Exception):
    """The expression has no number in a world: an undeclared symbol, a restatement, a set."""


class NotPadded(Exception):
    """An operation on whole matrices that padding would change: worlds of each size are evaluated on their own."""


class Batch:
    """Values of the declared symbols in `count` worlds.

    values: name -> float64 array of shape (count, *shape); dims: dimension name -> int, the largest of the batch;
    lengths: the sizes of the dimensions that differ between the worlds, name -> float64 array of shape (count,); known: values of
    norms, sums and arg-maxima that were worked out, for batches in which many expressions are evaluated, else None.
    """

    __slots__ = ("__weakref__", "count", "dims", "known", "lengths", "masks", "values")

    def __init__(self, values: Mapping[str, Array], dims: Mapping[str, int], count: int, lengths: Mapping[str, Array] | None = None) -> None:
        self.values = values
        self.dims = dims
        self.count = count
        self.known: dict[Expr, Array] | None = None
        self.lengths = lengths or {}
        self.masks = {d: np.arange(1, dims[d] + 1) <= n[:, None] for d, n in self.lengths.items()}

    def beside(self, name: str, value: Array) -> Batch:
        """The same worlds with the value of one more symbol."""
        out = Batch({**self.values, name: value}, self.dims, self.count)
        out.lengths, out.masks = self.lengths, self.masks
        return out


def size(d: Dim, batch: Batch) -> int:
    """The integer that a dimension has in this batch. The least of several has none where one of them differs between the worlds."""
    if isinstance(d, int):
        return d
    if d not in batch.dims and len(inside := inside_least(d)) > 1:
        if any(x in batch.lengths for x in inside):
            raise NotPadded
        return min(size(x, batch) for x in inside)
    try:
        return batch.dims[d]
    except KeyError:
        raise NotEvaluable(f"dimension {d} has no size") from None


def within(v: Array, shape: Shape, batch: Batch, fill: float, depth: int = 0) -> Array:
    """v with another value in the padding of its own axes."""
    for k, d in enumerate(shape):
        if d in batch.masks:
            mask = batch.masks[d]
            ones = (1,) * (len(shape) - k - 1)
            v = np.where(mask.reshape((mask.shape[0],) + (1,) * (depth + k) + (mask.shape[1], *ones)), v, fill)
        elif batch.masks and isinstance(d, str) and d not in batch.dims:
            raise NotPadded
    return v


class Frame:
    """A batch with the indices that are bound round a node: name -> (its axis among theirs, its values)."""

    __slots__ = ("batch", "bound", "depth")

    def __init__(self, batch: Batch, bound: dict[str, tuple[int, Array]] | None = None, depth: int = 0) -> None:
        self.batch = batch
        self.bound = bound or {}
        self.depth = depth

    def bind(self, index: str, values: Array) -> Frame:
        """The same with one more index."""
        return Frame(self.batch, {**self.bound, index: (self.depth, values)}, self.depth + 1)


def length(d: Dim, f: Frame) -> Any:
    """The size of a dimension: a number, or one for each world."""
    if d in f.batch.lengths:
        n = f.batch.lengths[d]  # type: ignore[index]
        return n.reshape(n.shape + (1,) * f.depth)
    if f.batch.masks and isinstance(d, str) and d not in f.batch.dims:
        raise NotPadded
    return float(size(d, f.batch))
