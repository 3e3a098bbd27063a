"""How far float64 values of an expression in a batch of worlds can be from the exact ones; 0 where every operation was exact.

One bound for all ordinary worlds of a batch is found by going through the expression, not through its values. Most worlds hold dyadic
numbers of few bits, so most answers are compared exactly by their float64 values, and a difference beyond the bound refutes
without other arithmetic. What has no bound here is left to derive.maths.exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from derive.maths import expr as E
from derive.maths.batches import Array, Batch, Frame, NotEvaluable, NotPadded, size, within
from derive.maths.evaluate import bounds_of, evaluate_in, operands_in
from derive.maths.expr import Dim, Expr
from derive.maths.ordinary_worlds import Ordinary
from derive.maths.rounding import (
    LONGEST,
    SLACK,
    TOLD_APART,
    UNIT,
    Rounding,
    Unbounded,
    checked,
    euclidean_bound,
    largest_bound,
    number_bound,
    power_bound,
    product_bound,
    quotient_bound,
    root_bound,
    settled,
    sum_bound,
    told_apart,
    total_bound,
)

_NEAR = 1e-10
"""Relative differences above this are seen by evaluate, which compares with 1e-11."""


class Bound(NamedTuple):
    """A bound, and the worlds in which it holds."""

    rounding: Rounding
    worlds: npt.NDArray[np.bool_]


def bound_of(e: Expr, batch: Batch, known: Ordinary) -> Bound | None:
    """The bound for the values that evaluate(e, batch) has in ordinary worlds; None where none is known.

    It does not hold in worlds in which rounding leaves open whether a divisor is 0, or which of two values is larger.
    """
    if not known.worlds.any():
        return None
    place = _Place(Frame(batch), known, {}, known.worlds.copy())
    try:
        with np.errstate(all="ignore"):
            found = _of(e, place)
    except (Unbounded, NotEvaluable, NotPadded, OverflowError):
        return None
    return Bound(found, place.worlds) if place.worlds.any() else None


class _Place(NamedTuple):
    """Where a node stands: the indices that are bound round it, and the dimension or number up to which each of them runs from 1.

    worlds: those without a doubt so far.
    """

    frame: Frame
    known: Ordinary
    limits: dict[str, Expr]
    worlds: npt.NDArray[np.bool_]

    def bind(self, index: str, values: Array, limit: Expr) -> _Place:
        return _Place(self.frame.bind(index, values), self.known, {**self.limits, index: limit}, self.worlds)

    def values(self, e: Expr, fill: float) -> Array:
        """The values of a node, with another one in the padding of its own axes."""
        return within(evaluate_in(e, self.frame), e.shape, self.frame.batch, fill, self.frame.depth)

    def doubt(self, where: npt.NDArray[np.bool_]) -> None:
        """Leave out the worlds in which something is open for one entry or more."""
        found = np.asarray(where.any(axis=tuple(range(1, where.ndim))))
        self.worlds[found if len(found) == len(self.worlds) else np.repeat(found, len(self.worlds))] = False
        if not self.worlds.any():
            raise Unbounded

    def of_these(self, v: Array) -> Array:
        """The values in the worlds that are left."""
        return v[self.worlds] if len(v) == len(self.worlds) else v

    def size(self, d: Dim) -> int:
        return size(d, self.frame.batch)

    def entries(self, e: Expr) -> int:
        return math.prod(self.size(d) for d in e.shape)


def _of(e: Expr, p: _Place) -> Rounding:
    rule = _RULES.get(e.op)
    if rule is None:
        raise Unbounded
    return checked(rule(e, p))


def _const(e: Expr, p: _Place) -> Rounding:
    if e.data not in ("pi", "e"):
        raise Unbounded
    return Rounding(3.2, 8 * UNIT, None)


def _sym(e: Expr, p: _Place) -> Rounding:
    try:
        return p.known.symbols[e.data]
    except KeyError:
        raise Unbounded from None


def _idx(e: Expr, p: _Place) -> Rounding:
    if e.data not in p.frame.bound:
        raise Unbounded
    return Rounding(float(np.abs(p.frame.bound[e.data][1]).max(initial=0.0)))


def _div(e: Expr, p: _Place) -> Rounding:
    x, y = e.args
    a, b = _of(x, p), _of(y, p)
    if y.op == "num" and y.data:
        d = Fraction(y.data)
        size, n = abs(float(d)), abs(d.numerator)
        if d.denominator == 1 and n & (n - 1) == 0:  # halves, quarters, ...
            return settled(a.most / size, a.error / size, None if a.step is None else a.step + n.bit_length() - 1, a.whole, 2 * UNIT * a.most / size)
        return quotient_bound(a, b, size * (1 - 4 * UNIT), a.whole)
    sizes = np.abs(p.values(y, 1.0))
    if b.error:  # a divisor that may be 0
        p.doubt(sizes <= 4 * b.error)
    sizes = p.of_these(sizes)
    zero = sizes == 0
    undefined = bool(zero.any())
    low = float(np.where(zero | np.isnan(sizes), np.inf, sizes).min(initial=np.inf)) - 2 * b.error
    if not 0 < low < np.inf:
        raise Unbounded
    whole = a.whole and b.whole and not undefined
    return _whole_quotients(e, a, b, whole, p) or quotient_bound(a, b, low, whole)


def _whole_quotients(e: Expr, a: Rounding, b: Rounding, whole: bool, p: _Place) -> Rounding | None:
    """Quotients that float64 has as whole numbers q, where they are the exact ones.

    |q b - a| <= 2 u |a|, since q is a/b rounded; and q b - a is a multiple of 2**-s, the finer step of a and b. So it is 0 if |a| 2**s
    has few bits.
    """
    if a.step is None or b.step is None or a.most * 2.0 ** max(a.step, b.step) > TOLD_APART:
        return None
    q = p.of_these(p.values(e, 0.0))
    q = np.where(np.isfinite(q), q, 0.0)
    most = float(np.abs(q).max(initial=0.0))
    return Rounding(most, 0.0, 0, whole) if most <= LONGEST and (q == np.floor(q)).all() else None


def _pow(e: Expr, p: _Place) -> Rounding:
    x, k = e.args
    if k.op != "num":
        raise Unbounded
    a = _of(x, p)
    if k.data == 2:
        return product_bound(a, a)
    if k.data == Fraction(1, 2):
        return root_bound(a, _lowest(x, a.error, p))
    if k.data.denominator != 1 or not 1 <= k.data <= 16:
        raise Unbounded
    return power_bound(a, int(k.data))


def _lowest(x: Expr, error: float, p: _Place) -> float:
    """The smallest value, which is larger than the error; worlds in which it may be smaller, or is undefined, are left out."""
    values = p.values(x, np.inf)
    p.doubt(~(values > 4 * error) if error else ~(values >= 0))
    low = float(p.of_these(values).min())
    if not low < np.inf:
        raise Unbounded
    return low


def _fn(e: Expr, p: _Place) -> Rounding:
    args = [_of(a, p) for a in e.args]
    a, name = args[0], e.data
    if name in ("abs", "relu"):
        return a
    if name in ("maximum", "minimum"):
        return largest_bound(*args)
    if name == "sign":
        if a.error:
            p.doubt(~(np.abs(p.values(e.args[0], np.inf)) > 4 * a.error))
        return Rounding(1.0, whole=a.whole)
    if name in ("floor", "ceil") and a.error == 0.0 and a.most < LONGEST:
        return Rounding(a.most + 1, whole=a.whole)
    if name == "sqrt":
        return root_bound(a, _lowest(e.args[0], a.error, p))
    if name in ("log", "log2", "log10"):
        low = _lowest(e.args[0], max(a.error, UNIT * a.most), p) - 2 * a.error
        if low <= 0:
            raise Unbounded
        most = 1.5 * max(abs(math.log(low)), abs(math.log(max(a.most + a.error, low)))) + UNIT
        return Rounding(most, (1.5 * a.error / low + 32 * UNIT * most) * SLACK, None, a.whole)
    if name == "exp" and a.most + a.error < 200:
        most = math.exp(a.most + a.error)
        return Rounding(most, (most * math.expm1(a.error) + 32 * UNIT * most) * SLACK, None, a.whole)
    if name in ("sin", "cos", "tanh", "atan", "sigmoid") and a.most < 2.0**20:  # none of them is steeper than 1
        return Rounding(1.6, (a.error + 64 * UNIT) * SLACK, None, a.whole)
    raise Unbounded


def _matmul(e: Expr, p: _Place) -> Rounding:
    x, y = e.args
    return product_bound(_of(x, p), _of(y, p), 1 if len(x.shape) == 1 else p.size(x.shape[-1]))


def _mean(e: Expr, p: _Place) -> Rounding:
    a, n = _of(e.args[0], p), p.entries(e.args[0])
    return Rounding(a.most, (a.error + 2 * (n + 3) * UNIT * n * (a.most + a.error)) * SLACK, None, a.whole)


def _trace(e: Expr, p: _Place) -> Rounding:
    return total_bound(_defined(e.args[0], p), p.size(e.args[0].shape[0]))


def _diag(e: Expr, p: _Place) -> Rounding:
    return _defined(e.args[0], p)


def _defined(e: Expr, p: _Place) -> Rounding:
    """The bound of a vector or matrix of which a part is taken: exact arithmetic wants a value in every entry, also in those left out."""
    found = _of(e, p)
    if not found.whole:
        raise Unbounded
    return found


def _norm(e: Expr, p: _Place) -> Rounding:
    a, n = _of(e.args[0], p), p.entries(e.args[0])
    k = e.args[1] if e.data == "p" else None
    if e.data == "fro" or k == E.TWO:
        return euclidean_bound(a, n)
    if k == E.INF:
        return a
    if k == E.ONE:
        return total_bound(a, n)
    raise Unbounded


def _range(lo: Expr, hi: Expr, p: _Place) -> tuple[Array, npt.NDArray[np.bool_] | None]:
    for x in (lo, hi):
        found = _of(x, p)
        if found.error or not found.whole:
            raise Unbounded
    return bounds_of(lo, hi, p.frame)


def _reduce(e: Expr, p: _Place) -> Rounding:
    body, lo, hi = e.args
    kind, index = e.data
    values, inside = _range(lo, hi, p)
    if kind == "prod" or not len(values) or (kind != "sum" and inside is not None and not inside.any(axis=-1).all()):
        raise Unbounded
    a = _of(body, p.bind(index, values, hi))
    return total_bound(a, len(values)) if kind == "sum" else a


def _argopt(e: Expr, p: _Place) -> Rounding:
    body, hi = e.args
    values, _ = _range(E.ONE, hi, p)
    a = _of(body, p.bind(e.data[1], values, hi))
    if not told_apart(a):
        raise Unbounded
    return Rounding(float(len(values)), whole=a.whole)


def _inside(i: Expr, d: Dim, p: _Place) -> bool:
    """Whether an index is sure to be one of 1, ..., d."""
    if i.op == "idx":
        return p.limits.get(i.data) == E.dim(d)
    return i.op == "argopt" and i.args[1] == E.dim(d)


def _at(e: Expr, p: _Place) -> Rounding:
    a = _defined(e.args[0], p)
    whole = True
    for i, d in zip(e.args[1:], e.args[0].shape, strict=False):
        place = _of(i, p)
        if place.error:
            raise Unbounded
        whole = whole and place.whole and _inside(i, d, p)
    return a._replace(whole=whole)


def _basis(e: Expr, p: _Place) -> Rounding:
    place = _of(e.args[0], p)
    if place.error:
        raise Unbounded
    return Rounding(1.0, whole=place.whole and _inside(e.args[0], e.shape[0], p))


def _comp(e: Expr, p: _Place) -> Rounding:
    n = p.size(e.shape[0])
    return _of(e.args[0], p.bind(e.data, np.arange(1.0, n + 1), E.dim(e.shape[0])))


def _cases(e: Expr, p: _Place) -> Rounding:
    conditions = [_of(a, p) for a in e.args[1::2]]
    values = [_of(a, p) for k, a in enumerate(e.args) if k % 2 == 0]
    if not all(c.whole and c.error == 0.0 for c in conditions):
        raise Unbounded
    out = largest_bound(*values)
    # By conditions on entries exact arithmetic wants every case to have a value everywhere.
    if not out.whole and (any(c.shape for c in e.args[1::2]) or any(a.shape != e.shape for a in e.args[::2])):
        raise Unbounded
    return out._replace(whole=out.whole and len(e.args) % 2 == 1)


def _rel(e: Expr, p: _Place) -> Rounding:
    a, b = (_of(x, p) for x in e.args)
    if not told_apart(a, b):  # only where they are far apart
        operands = operands_in(e, p.frame)
        left, right = (within(v, e.shape, p.frame.batch, fill, p.frame.depth) for v, fill in zip(operands, (1.0, -1.0), strict=True))
        p.doubt(~(np.abs(left - right) > 4 * (a.error + b.error) + _NEAR * (np.abs(left) + np.abs(right))))
    return Rounding(1.0, whole=a.whole and b.whole)


def _logic(e: Expr, p: _Place) -> Rounding:
    for a in e.args:
        if not _of(a, p).whole:  # 'or' does not look at the second where the first holds
            raise Unbounded
    return Rounding(1.0)


def _first(e: Expr, p: _Place) -> Rounding:
    return _of(e.args[0], p)


def _filled(most: float) -> Callable[[Expr, _Place], Rounding]:
    return lambda e, p: Rounding(most)


_RULES: dict[str, Callable[[Expr, _Place], Rounding]] = {
    "num": lambda e, p: number_bound(e.data), "dec": lambda e, p: number_bound(e.data[0]), "const": _const, "bool": _filled(1.0),
    "dim": lambda e, p: Rounding(float(p.size(e.data))), "idx": _idx, "sym": _sym,
    "add": lambda e, p: sum_bound(*(_of(a, p) for a in e.args)), "neg": _first, "mul": lambda e, p: product_bound(_of(e.args[0], p), _of(e.args[1], p)),
    "div": _div, "pow": _pow, "fn": _fn,
    "dot": lambda e, p: product_bound(_of(e.args[0], p), _of(e.args[1], p), p.entries(e.args[0])), "matmul": _matmul,
    "total": lambda e, p: total_bound(_of(e.args[0], p), p.entries(e.args[0])), "trace": _trace, "mean": _mean, "norm": _norm,
    "reduce": _reduce, "reduceall": _first, "argopt": _argopt, "at": _at, "basis": _basis,
    "ones": _filled(1.0), "zeros": _filled(0.0), "eye": _filled(1.0), "T": _first, "diag": _diag,
    "vec": lambda e, p: largest_bound(*(_of(a, p) for a in e.args)), "mat": lambda e, p: largest_bound(*(_of(a, p) for a in e.args)),
    "comp": _comp, "cases": _cases, "rel": _rel, "and": _logic, "or": _logic, "not": _logic,
}
