"""Expr x worlds -> values in float64, for a whole batch of worlds of one size at once.

Every value carries the batch axis first, then one axis for each index that is bound round the
node (length 1 where it does not depend on it), then its own shape:
(worlds, index_1, ..., index_d, *shape). Undefined values are NaN.

In a padded batch (derive.maths.batches) what runs over a dimension leaves the padding out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from derive.maths.batches import Array, Batch, Frame, NotEvaluable, NotPadded, length, size, within
from derive.maths.expr import Expr
from derive.maths.float_entries import as_float, compared, counted, filled, p_norm, place_of_extremum, spread, taken
from derive.maths.float_functions import BINARY, UNARY
from derive.maths.float_matrices import (
    cholesky_factor,
    eigen,
    orthogonal_factor,
    powers,
    pseudoinverse,
    ranks,
    semidefinite,
    singular,
    spectral_norm,
    spectral_power,
    where_possible,
)

MAX_TERMS = 4096  # of a sum or product that is evaluated term by term


def evaluate(e: Expr, batch: Batch) -> Array:
    """The value of e in every world: shape (count, *shape of e). NaN where undefined."""
    with np.errstate(all="ignore"):
        value = evaluate_in(e, Frame(batch))
        if not e.shape:
            return value if value.shape[0] == batch.count else np.broadcast_to(value, (batch.count,))
        if batch.masks and any(isinstance(d, str) and d not in batch.dims for d in e.shape):
            raise NotPadded
        core = tuple(size(d, batch) for d in e.shape)
        return np.broadcast_to(value, (batch.count, *core))


def evaluate_in(e: Expr, f: Frame) -> Array:
    """The value of a node in its place: shape (worlds or 1, indices, *shape of e)."""
    try:
        rule = _RULES[e.op]
    except KeyError:
        raise NotEvaluable(f"a {e.op} has no numeric value") from None
    if e.op in _WHOLE and f.batch.masks and any(isinstance(d, str) and (d in f.batch.masks or d not in f.batch.dims) for d in e.args[0].shape):
        raise NotPadded
    known = f.batch.known
    if known is None or f.depth or e.op not in _KEPT:
        return rule(e, f)
    value = known.get(e)
    if value is None:
        value = rule(e, f)
        if len(known) >= _MOST_KEPT:
            known.clear()  # what is met again and again comes back at once
        value.flags.writeable = False
        known[e] = value
    return value


_KEPT = frozenset(("norm", "dot", "argopt", "reduce", "total", "at", "basis", "svd", "eig", "qr", "chol", "inv", "pinv", "matpow", "det"))
_MOST_KEPT = 400  # values kept with a batch


_WHOLE = frozenset(("matpow", "inv", "pinv", "det", "svd", "eig", "qr", "chol", "rank", "psd"))
"""What reads a matrix as a whole."""


def _constant(value: float, f: Frame, shape: tuple[int, ...] = ()) -> Array:
    return filled((1,) * (1 + f.depth) + shape, value)


def _lift(core: Array, f: Frame) -> Array:
    """An array of the node's own shape, as a value that depends on nothing."""
    return core.reshape((1,) * (1 + f.depth) + core.shape)


def _sym(e: Expr, f: Frame) -> Array:
    try:
        a = f.batch.values[e.data]
    except KeyError:
        raise NotEvaluable(f"{e.data} has no value") from None
    return a if not f.depth else a.reshape(a.shape[:1] + (1,) * f.depth + a.shape[1:])


def _idx(e: Expr, f: Frame) -> Array:
    if e.data not in f.bound:
        raise NotEvaluable(f"index {e.data} is not bound")
    level, values = f.bound[e.data]
    shape = [1] * (1 + f.depth)
    shape[1 + level] = len(values)
    return values.reshape(shape)


def operands_in(e: Expr, f: Frame) -> list[Array]:
    """The values of the arguments of a node, with as many axes of their own as the node has."""
    rank = len(e.shape)
    out = []
    for a in e.args:
        v = evaluate_in(a, f)
        out.append(v if len(a.shape) == rank else spread(v, len(a.shape), f.depth, rank))
    return out


def _add(e: Expr, f: Frame) -> Array:
    terms = operands_in(e, f)
    acc = terms[0]
    for t in terms[1:]:
        acc = acc + t
    return acc


def _mul(e: Expr, f: Frame) -> Array:
    a, b = operands_in(e, f)
    return a * b


def _div(e: Expr, f: Frame) -> Array:
    a, b = operands_in(e, f)
    if e.args[1].op == "num" and e.args[1].data:
        return a / b
    return np.where(b == 0, np.nan, a / b)


def _pow(e: Expr, f: Frame) -> Array:
    a, b = operands_in(e, f)
    if e.args[1].op == "num" and e.args[1].data == 2:
        return a * a
    return np.where((a == 0) & (b < 0), np.nan, np.power(a, b))


def _matpow(e: Expr, f: Frame) -> Array:
    a = evaluate_in(e.args[0], f)
    if e.args[1].op != "num":
        return powers(a, evaluate_in(e.args[1], f))
    if e.args[1].data.denominator != 1:
        return spectral_power(a, float(e.args[1].data))
    k = int(e.args[1].data)
    if abs(k) > 64:
        raise NotEvaluable("matrix power past 64")
    return where_possible(lambda m: np.linalg.matrix_power(m, k), a)


def _matmul(e: Expr, f: Frame) -> Array:
    x, y = e.args
    a, b = evaluate_in(x, f), evaluate_in(y, f)
    if len(x.shape) == 1:  # x y^T with y^T a row
        return a[..., :, None] * b
    if f.batch.masks:
        a, b = within(a, x.shape, f.batch, 0.0, f.depth), within(b, y.shape, f.batch, 0.0, f.depth)
    if len(y.shape) == 1:
        return np.asarray(np.matmul(a, b[..., None])[..., 0])
    return np.asarray(np.matmul(a, b))


def _dot(e: Expr, f: Frame) -> Array:
    a, b = (evaluate_in(x, f) for x in e.args)
    axes = (-1,) if len(e.args[0].shape) == 1 else (-2, -1)
    return np.asarray(np.add.reduce(within(a * b, e.args[0].shape, f.batch, 0.0, f.depth), axis=axes))


def _transpose(e: Expr, f: Frame) -> Array:
    a = evaluate_in(e.args[0], f)
    if len(e.args[0].shape) == 1:
        return a[..., None, :]
    if len(e.shape) == 1:
        return a[..., 0, :]
    return np.swapaxes(a, -1, -2)


def _diag(e: Expr, f: Frame) -> Array:
    a = evaluate_in(e.args[0], f)
    if len(e.shape) == 2:
        return a[..., None] * np.eye(a.shape[-1])
    return np.diagonal(a, axis1=-2, axis2=-1)


def _trace(e: Expr, f: Frame) -> Array:
    a = within(evaluate_in(e.args[0], f), e.args[0].shape, f.batch, 0.0, f.depth)
    return np.asarray(np.trace(a, axis1=-2, axis2=-1))


def _total(e: Expr, f: Frame) -> Array:
    shape = e.args[0].shape
    a = within(evaluate_in(e.args[0], f), shape, f.batch, 0.0, f.depth)
    return np.asarray(np.add.reduce(a, axis=tuple(range(-len(shape), 0))))


def _mean(e: Expr, f: Frame) -> Array:
    total = _total(e, f)
    count: Any = 1
    for d in e.args[0].shape:
        count = count * length(d, f)
    return np.asarray(total / count)


def _dim(e: Expr, f: Frame) -> Array:
    n = length(e.data, f)
    return n if isinstance(n, np.ndarray) else _constant(n, f)


def _fn(e: Expr, f: Frame) -> Array:
    args = operands_in(e, f)
    return UNARY[e.data](args[0]) if len(args) == 1 else BINARY[e.data](args[0], args[1])


def _norm(e: Expr, f: Frame) -> Array:
    x = evaluate_in(e.args[0], f)
    if f.batch.masks:
        if e.data in ("op", "nuc"):
            raise NotPadded
        x = within(x, e.args[0].shape, f.batch, 0.0, f.depth)
    if e.data == "p":
        p = e.args[1]
        a = np.abs(x)
        if p.op == "const" and p.data == "inf":
            return np.asarray(a.max(axis=-1))
        if p.op == "num" and p.data == 1:
            return np.asarray(a.sum(axis=-1))
        if p.op == "num" and p.data == 2:
            return np.asarray(np.sqrt((a * a).sum(axis=-1)))
        return p_norm(a, evaluate_in(p, f))
    if e.data == "fro":
        return np.asarray(np.sqrt((x * x).sum(axis=(-2, -1))))
    return spectral_norm(x, e.data == "nuc")


def bounds_of(lo: Expr, hi: Expr, f: Frame) -> tuple[Array, npt.NDArray[np.bool_] | None]:
    """The values of an index over all worlds, and where it is in range (None where it always is)."""
    if hi.op == "dim" and lo.op == "num" and lo.data == 1:
        n = size(hi.data, f.batch)
        mask = f.batch.masks.get(hi.data)
        return counted(n), None if mask is None else mask.reshape(mask.shape[:1] + (1,) * f.depth + mask.shape[1:])
    a, b = evaluate_in(lo, f), evaluate_in(hi, f)
    first, last = float(a.min()), float(b.max())
    if not (np.all(a == np.floor(a)) and np.all(b == np.floor(b))) or last - first >= MAX_TERMS:
        raise NotEvaluable("bounds of a sum that are no integers, or too far apart")
    values = np.arange(first, last + 1)
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        return values, None
    return values, (values >= a[..., None]) & (values <= b[..., None])


_REDUCE: dict[str, Any] = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def _reduce(e: Expr, f: Frame) -> Array:
    body, lo, hi = e.args
    kind, index = e.data
    values, inside = bounds_of(lo, hi, f)
    if not len(values):
        return _constant({"sum": 0.0, "prod": 1.0}.get(kind, np.nan), f, tuple(size(d, f.batch) for d in e.shape))
    inner = f.bind(index, values)
    v = evaluate_in(body, inner)
    axis = 1 + f.depth
    if v.shape[axis] == 1 and len(values) > 1:
        v = np.repeat(v, len(values), axis=axis)
    if inside is not None:
        inside = inside.reshape(inside.shape + (1,) * len(e.shape))
        v = np.where(inside, v, {"sum": 0.0, "prod": 1.0, "max": -np.inf, "min": np.inf}[kind])
    return np.asarray(_REDUCE[kind](v, axis=axis))


def _reduceall(e: Expr, f: Frame) -> Array:
    fill = -np.inf if e.data == "max" else np.inf
    v = within(evaluate_in(e.args[0], f), e.args[0].shape, f.batch, fill, f.depth)
    return np.asarray(_REDUCE[e.data](v, axis=tuple(range(-len(e.args[0].shape), 0))))


def _argopt(e: Expr, f: Frame) -> Array:
    body, hi = e.args
    kind, index = e.data
    values, inside = bounds_of(Expr("num", (), (), 1), hi, f)
    v = evaluate_in(body, f.bind(index, values))
    axis = 1 + f.depth
    if v.shape[axis] == 1 and len(values) > 1:
        v = np.repeat(v, len(values), axis=axis)
    if inside is not None:
        v = np.where(inside, v, -np.inf if kind == "argmax" else np.inf)
    return place_of_extremum(v, kind, axis)


def _at(e: Expr, f: Frame) -> Array:
    x = evaluate_in(e.args[0], f)
    for d, i in zip(e.args[0].shape, e.args[1:], strict=False):  # each index consumes the first of the node's own axes
        x = taken(x, evaluate_in(i, f), 1 + f.depth, length(d, f) if f.batch.masks else None)
    return x


def _basis(e: Expr, f: Frame) -> Array:
    n = size(e.shape[0], f.batch)
    i = evaluate_in(e.args[0], f)[..., None]
    last = length(e.shape[0], f)
    last = last[..., None] if isinstance(last, np.ndarray) else last
    return np.where((i >= 1) & (i <= last) & (i == np.floor(i)), (np.arange(1, n + 1) == i).astype(float), np.nan)


def _vec(e: Expr, f: Frame) -> Array:
    entries = np.broadcast_arrays(*(evaluate_in(a, f) for a in e.args))
    return np.stack(entries, axis=-1)


def _mat(e: Expr, f: Frame) -> Array:
    flat = _vec(e, f)
    return flat.reshape(flat.shape[:-1] + tuple(size(d, f.batch) for d in e.shape))


def _comp(e: Expr, f: Frame) -> Array:
    n = size(e.shape[0], f.batch)
    v = evaluate_in(e.args[0], f.bind(e.data, counted(n)))
    axis = -len(e.shape)
    if v.shape[axis] == 1 and n > 1:
        v = np.repeat(v, n, axis=axis)
    return v


def _cases(e: Expr, f: Frame) -> Array:
    args = operands_in(e, f)
    otherwise = args[-1] if len(args) % 2 else _constant(np.nan, f, (1,) * len(e.shape))
    out = otherwise
    for k in reversed(range(0, len(args) - 1, 2)):
        c = args[k + 1]
        out = np.where(np.isnan(c), np.nan, np.where(c != 0, args[k], out))
    return out


def _rel(e: Expr, f: Frame) -> Array:
    return compared(e.data, *operands_in(e, f))


def _logic(e: Expr, f: Frame) -> Array:
    args = operands_in(e, f)
    if e.op == "not":
        return 1.0 - args[0]
    out = args[0]
    if len({a.ndim for a in args if a.ndim}) > 1:
        raise NotEvaluable("a comparison of a vector beside one of numbers")
    for a in args[1:]:
        out = out * a if e.op == "and" else np.maximum(out, a)
    return out


def _root(e: Expr, f: Frame) -> Array:
    from derive.maths.roots import float_root

    return float_root(e, f)


_RULES: dict[str, Callable[[Expr, Frame], Array]] = {
    "letter": _sym, "root": _root,
    "num": lambda e, f: _constant(as_float(e.data), f),
    "dec": lambda e, f: _constant(as_float(e.data[0]), f),
    "const": lambda e, f: _constant({"pi": np.pi, "e": np.e, "inf": np.inf}[e.data], f),
    "bool": lambda e, f: _constant(float(e.data), f),
    "dim": _dim,
    "sym": _sym, "idx": _idx, "add": _add, "neg": lambda e, f: -evaluate_in(e.args[0], f),
    "mul": _mul, "div": _div, "pow": _pow, "matpow": _matpow, "matmul": _matmul, "dot": _dot, "T": _transpose,
    "inv": lambda e, f: where_possible(np.linalg.inv, evaluate_in(e.args[0], f)),
    "pinv": lambda e, f: where_possible(pseudoinverse, evaluate_in(e.args[0], f)),
    "det": lambda e, f: np.asarray(np.linalg.det(evaluate_in(e.args[0], f))),
    "svd": lambda e, f: singular(evaluate_in(e.args[0], f), e.data, len(e.shape)),
    "eig": lambda e, f: eigen(evaluate_in(e.args[0], f), e.data, len(e.shape)),
    "qr": lambda e, f: orthogonal_factor(evaluate_in(e.args[0], f), e.data), "chol": lambda e, f: cholesky_factor(evaluate_in(e.args[0], f)),
    "rank": lambda e, f: ranks(evaluate_in(e.args[0], f)), "psd": lambda e, f: semidefinite(evaluate_in(e.args[0], f)),
    "trace": _trace,
    "diag": _diag, "total": _total, "mean": _mean, "fn": _fn, "norm": _norm,
    "reduce": _reduce, "reduceall": _reduceall, "argopt": _argopt, "at": _at, "basis": _basis,
    "ones": lambda e, f: _constant(1.0, f, tuple(size(d, f.batch) for d in e.shape)),
    "zeros": lambda e, f: _constant(0.0, f, tuple(size(d, f.batch) for d in e.shape)),
    "eye": lambda e, f: _lift(np.eye(size(e.shape[0], f.batch)), f),
    "vec": _vec, "mat": _mat, "comp": _comp, "cases": _cases, "rel": _rel, "and": _logic, "or": _logic, "not": _logic,
}
