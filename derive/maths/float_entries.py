"""Entries of float64 arrays whose first axes stand for worlds and indices: put there, taken, compared, and the place of the largest."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from derive.maths.batches import Array, NotEvaluable


@lru_cache(1024)
def filled(shape: tuple[int, ...], value: float) -> Array:
    """One value everywhere."""
    out = np.full(shape, value)
    out.flags.writeable = False
    return out


def as_float(value: Any) -> float:
    """A number in float64, infinite where it is too large."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def spread(x: Array, own: int, depth: int, rank: int) -> Array:
    """Insert axes so that a value of shape (..., *own axes) broadcasts at rank own axes."""
    return x.reshape(x.shape[: 1 + depth] + (1,) * (rank - own) + x.shape[1 + depth :])


@lru_cache(64)
def counted(n: int) -> Array:
    """1, ..., n."""
    out = np.arange(1.0, n + 1)
    out.flags.writeable = False
    return out


def taken(x: Array, i: Array, axis: int, last: Any) -> Array:
    """x at the index i, counted from 1, along an axis; NaN where it is no whole number from 1 to last (None: the length of the axis)."""
    length = x.shape[axis]
    finite = np.isfinite(i)
    k = (i if finite.all() else np.where(finite, i, 0.0)).astype(np.int64) - 1
    bad = (k < 0) | (k >= (length if last is None else last)) | (i != np.floor(i))
    k = np.minimum(np.maximum(k, 0), length - 1)
    own = x.ndim - axis
    k = k.reshape(k.shape + (1,) * own)
    lead = np.broadcast_shapes(x.shape[:axis], k.shape[:axis])
    xb = np.broadcast_to(x, lead + x.shape[axis:])
    kb = np.broadcast_to(k, (*lead, 1, *x.shape[axis + 1:]))
    out = np.take_along_axis(xb, kb, axis=axis).squeeze(axis)
    if bad.any():
        out = np.where(bad.reshape(bad.shape + (1,) * (own - 1)), np.nan, out)
    return out


def place_of_extremum(v: Array, kind: str, axis: int) -> Array:
    """'argmax' or 'argmin' along an axis, counted from 1: the first of near-equals, since rounding must not turn an exact tie round."""
    best = v.max(axis=axis, keepdims=True) if kind == "argmax" else v.min(axis=axis, keepdims=True)
    near = np.abs(v - best) <= 1e-12 * np.abs(best)
    where = np.argmax(near, axis=axis) + 1.0
    undefined = np.isnan(best)
    return np.where(undefined.squeeze(axis), np.nan, where) if undefined.any() else where


def compared(op: str, a: Array, b: Array) -> Array:
    """1 where a relation holds and 0 where it does not, up to the rounding of both; NaN where one is undefined."""
    undefined = np.isnan(a) | np.isnan(b) if np.isnan(a).any() or np.isnan(b).any() else None
    with np.errstate(invalid="ignore"):
        near = (np.abs(a - b) <= 1e-11 * (np.abs(a) + np.abs(b))) | (a == b)
    if op == "=":
        out = near
    elif op == "!=":
        out = ~near
    elif op == "<":
        out = (a < b) & ~near
    elif op == "<=":
        out = (a < b) | near
    elif op == ">":
        out = (a > b) & ~near
    elif op == ">=":
        out = (a > b) | near
    else:
        raise NotEvaluable(f"relation {op} has no truth value here")
    result = out.astype(float)
    return result if undefined is None else np.where(undefined, np.nan, result)


def p_norm(a: Array, pv: Array) -> Array:
    """The p-norm of moduli along the last axis, for p above 0 or infinite, one a world; scaled so that no power is too large."""
    scale = a.max(axis=-1)
    ratio = np.where(scale[..., None] == 0, 0.0, a / np.where(scale[..., None] == 0, 1.0, scale[..., None]))
    inner = (ratio ** pv[..., None]).sum(axis=-1)
    return np.asarray(np.where(np.isinf(pv), scale, scale * inner ** (1.0 / pv)))
