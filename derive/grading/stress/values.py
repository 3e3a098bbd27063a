"""The value that an expression has in one instance of a problem, in plain NumPy.

Everything the question tests call right or wrong is settled here and in `optimum`: no reader, no
judge, no batch evaluation of the package takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import comb, gamma, inf, nan
from typing import Any

import numpy as np

from derive.maths.expr import Dim, Expr

CLOSE = 1e-9  # relative: below this two float results are the same number
SINGULAR = 1e12  # condition number from which a matrix has no inverse
SPECIAL = {"pi": np.pi, "e": np.e, "inf": inf}


class Unvalued(Exception):
    """The expression has no number in an instance: an unknown without a value, a set."""


class Misfit(Exception):
    """Arrays of sizes that cannot be multiplied or added."""


@dataclass(frozen=True)
class Instance:
    """Values of symbols (floats and float arrays), sizes of dimensions, and what is special: '', 'zeros', 'ties', 'boundary'."""

    values: Mapping[str, Any]
    dims: Mapping[str, int]
    kind: str = ""
    bound: Mapping[str, int] = field(default_factory=dict)

    def with_values(self, **values: Any) -> Instance:
        """The same instance with some values set."""
        return Instance({**self.values, **values}, self.dims, self.kind, self.bound)

    def at_index(self, name: str, value: int) -> Instance:
        """The same instance inside a sum, maximum or componentwise definition."""
        return Instance(self.values, self.dims, self.kind, {**self.bound, name: value})


def size(d: Dim, at: Instance) -> int:
    """The integer that a dimension is here."""
    if isinstance(d, int):
        return d
    if d.startswith("min("):  # the number of singular values of a matrix
        return min(size(int(x) if x.isdigit() else x, at) for x in d[4:-1].replace(" ", "").split(","))
    return int(at.dims[d])


def value(e: Expr, at: Instance) -> Any:
    """The value of e: a float, an array of e's shape, or a bool for a condition; NaN where undefined."""
    with np.errstate(all="ignore"):
        return _value(e, at)


def _value(e: Expr, at: Instance) -> Any:
    rule = _OPS.get(e.op)
    if rule is None:
        raise Unvalued(e.op)
    return rule(e, at)


def _args(e: Expr, at: Instance) -> list[Any]:
    return [_value(a, at) for a in e.args]


def _symbol(e: Expr, at: Instance) -> Any:
    if e.data not in at.values:
        raise Unvalued(str(e.data))
    return at.values[e.data]


def _index(e: Expr, at: Instance) -> float:
    if e.data in at.bound:
        return float(at.bound[e.data])
    if e.data in at.values:
        return float(at.values[e.data])
    raise Unvalued(str(e.data))


def _quotient(a: Any, b: Any) -> Any:
    return np.where(np.asarray(b) == 0, nan, np.asarray(a, dtype=float) / np.where(np.asarray(b) == 0, 1.0, b))


def _power(a: Any, b: Any) -> Any:
    a = np.asarray(a, dtype=float)
    return np.where((a == 0) & (np.asarray(b) < 0), nan, np.power(a, b))


_MATRIX_NORMS: dict[str, Any] = {"fro": "fro", "nuc": "nuc", "op": 2}
_REDUCTIONS: dict[str, Any] = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def _norm(e: Expr, at: Instance) -> float:
    x = np.asarray(_value(e.args[0], at), dtype=float)
    if e.data != "p":
        return float(np.linalg.norm(x, _MATRIX_NORMS[e.data]))
    p = float(_value(e.args[1], at))
    return float(np.linalg.norm(x.ravel(), p)) if p >= 1 else nan


def _span(e: Expr, at: Instance) -> range:
    return range(int(_value(e.args[1], at)), int(_value(e.args[2], at)) + 1)


def _reduce(e: Expr, at: Instance) -> Any:
    kind, index = e.data
    items = [_value(e.args[0], at.at_index(index, i)) for i in _span(e, at)]
    if not items:
        return {"sum": 0.0, "prod": 1.0}.get(kind, nan)
    return _REDUCTIONS[kind](np.array(items), axis=0)


def _argopt(e: Expr, at: Instance) -> float:
    kind, index = e.data
    items = [float(_value(e.args[0], at.at_index(index, i))) for i in range(1, int(_value(e.args[1], at)) + 1)]
    return float(np.argmax(items) if kind == "argmax" else np.argmin(items)) + 1.0


def _entry(e: Expr, at: Instance) -> Any:
    x = np.asarray(_value(e.args[0], at), dtype=float)
    for i in e.args[1:]:
        k = float(_value(i, at))
        if k != int(k) or not 1 <= k <= len(x):
            return nan
        x = x[int(k) - 1]
    return float(x) if np.ndim(x) == 0 else x


def _basis(e: Expr, at: Instance) -> Any:
    out = np.zeros(size(e.shape[0], at))
    k = int(_value(e.args[0], at))
    if not 1 <= k <= len(out):
        return out * nan
    out[k - 1] = 1.0
    return out


def _transpose(e: Expr, at: Instance) -> Any:
    a = np.asarray(_value(e.args[0], at), dtype=float)
    return a[None, :] if a.ndim == 1 else a[0] if len(e.shape) == 1 else a.T


def _matmul(e: Expr, at: Instance) -> Any:
    a, b = (np.asarray(x, dtype=float) for x in _args(e, at))
    if len(e.shape) == 2 and a.ndim == 1 and b.ndim == 2 and len(b) == 1:
        return np.outer(a, b[0])
    if not a.ndim or not b.ndim or a.shape[-1] != b.shape[0]:
        raise Misfit(f"{a.shape} @ {b.shape}")
    return a @ b


def _singular(a: Any, which: str) -> Any:
    """A factor of the thin singular value decomposition, all factors of one decomposition."""
    u, s, vt = np.linalg.svd(np.asarray(a, dtype=float), full_matrices=False)
    return {"u": u, "s": s, "v": vt.T}[which]


def _spectrum(a: Any, which: str) -> Any:
    """The eigenvalues of a symmetric matrix, largest first, or their vectors as columns."""
    values, vectors = np.linalg.eigh(np.asarray(a, dtype=float))
    return values[::-1] if which == "values" else vectors[:, ::-1]


def _inverse(e: Expr, at: Instance) -> Any:
    a = np.asarray(_value(e.args[0], at), dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise Misfit(f"inverse of {a.shape}")
    return np.linalg.inv(a) if np.linalg.cond(a) < SINGULAR else a * nan


def _cases(e: Expr, at: Instance) -> Any:
    """The first value whose condition holds; entry by entry where the conditions are of entries."""
    if not e.shape:
        for k in range(0, len(e.args) - 1, 2):
            if bool(_value(e.args[k + 1], at)):
                return _value(e.args[k], at)
        return _value(e.args[-1], at) if len(e.args) % 2 else nan
    shape = tuple(size(d, at) for d in e.shape)
    out = np.broadcast_to(_value(e.args[-1], at) if len(e.args) % 2 else nan, shape)
    for k in reversed(range(0, len(e.args) - 1, 2)):
        out = np.where(_value(e.args[k + 1], at), np.broadcast_to(_value(e.args[k], at), shape), out)
    return out


def _relation(e: Expr, at: Instance) -> Any:
    """Whether a comparison holds, entry by entry; sides within rounding of each other count as equal."""
    a, b = (np.asarray(x, dtype=float) for x in _args(e, at))
    if np.isnan(a).any() or np.isnan(b).any():
        raise Unvalued("a comparison with an undefined side")
    near = (a == b) | (np.abs(a - b) <= CLOSE * (np.abs(a) + np.abs(b)))
    op = str(e.data)
    if op in ("=", "!="):
        return near == (op == "=")
    strict = ~near & (a < b if op[0] == "<" else a > b)
    return strict | near if len(op) == 2 else strict


def holds(condition: Expr, at: Instance) -> bool:
    """Whether a condition holds; one of vectors holds where it holds for every entry."""
    return bool(np.all(value(condition, at)))


def _factorial(x: Any) -> float:
    return gamma(float(x) + 1) if 0 <= float(x) <= 100 else nan


_FN: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "sign": np.sign,
    "sqrt": lambda x: np.where(np.asarray(x) < 0, nan, np.sqrt(np.abs(x))),
    "exp": np.exp,
    "log": lambda x: np.where(np.asarray(x) <= 0, nan, np.log(np.abs(x) + (np.asarray(x) == 0))),
    "log2": np.log2,
    "log10": np.log10,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "floor": np.floor,
    "ceil": np.ceil,
    "relu": lambda x: np.maximum(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-np.asarray(x))),
    "factorial": _factorial,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "mod": np.mod,
    "binom": lambda a, b: float(comb(int(a), int(b))),
    "divide_or_zero": lambda a, b: np.where(np.asarray(b) == 0, 0.0, np.asarray(a) / np.where(np.asarray(b) == 0, 1.0, b)),
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
}


def _sum(e: Expr, at: Instance) -> Any:
    out = _value(e.args[0], at)
    for a in e.args[1:]:
        term = _value(a, at)
        if np.shape(out) and np.shape(term) and np.shape(out) != np.shape(term) and np.size(out) != np.size(term):
            raise Misfit(f"{np.shape(out)} + {np.shape(term)}")
        out = out + term
    return out


_OPS: dict[str, Callable[[Expr, Instance], Any]] = {
    "num": lambda e, s: float(e.data),
    "dec": lambda e, s: float(e.data[0]),
    "const": lambda e, s: SPECIAL[e.data],
    "sym": _symbol,
    "idx": _index,
    "dim": lambda e, s: float(size(e.data, s)),
    "bool": lambda e, s: bool(e.data),
    "add": _sum,
    "neg": lambda e, s: -_value(e.args[0], s),
    "mul": lambda e, s: _value(e.args[0], s) * _value(e.args[1], s),
    "div": lambda e, s: _quotient(*_args(e, s)),
    "pow": lambda e, s: _power(*_args(e, s)),
    "matmul": _matmul,
    "dot": lambda e, s: float(np.sum(_value(e.args[0], s) * _value(e.args[1], s))),
    "T": _transpose,
    "svd": lambda e, s: _singular(_value(e.args[0], s), e.data),
    "eig": lambda e, s: _spectrum(_value(e.args[0], s), e.data),
    "rank": lambda e, s: float(np.linalg.matrix_rank(_value(e.args[0], s))),
    "inv": _inverse,
    "pinv": lambda e, s: np.linalg.pinv(_value(e.args[0], s)),
    "det": lambda e, s: float(np.linalg.det(_value(e.args[0], s))),
    "trace": lambda e, s: float(np.trace(_value(e.args[0], s))),
    "matpow": lambda e, s: np.linalg.matrix_power(_value(e.args[0], s), int(_value(e.args[1], s))),
    "diag": lambda e, s: np.diag(_value(e.args[0], s)),
    "total": lambda e, s: float(np.sum(_value(e.args[0], s))),
    "mean": lambda e, s: float(np.mean(_value(e.args[0], s))),
    "fn": lambda e, s: _FN[e.data](*_args(e, s)),
    "norm": _norm,
    "reduce": _reduce,
    "argopt": _argopt,
    "at": _entry,
    "basis": _basis,
    "reduceall": lambda e, s: float((np.max if e.data == "max" else np.min)(_value(e.args[0], s))),
    "cases": _cases,
    "rel": _relation,
    "ones": lambda e, s: np.ones([size(d, s) for d in e.shape]),
    "zeros": lambda e, s: np.zeros([size(d, s) for d in e.shape]),
    "eye": lambda e, s: np.eye(size(e.shape[0], s)),
    "vec": lambda e, s: np.array([float(v) for v in _args(e, s)]),
    "mat": lambda e, s: np.array([float(v) for v in _args(e, s)]).reshape([size(d, s) for d in e.shape]),
    "comp": lambda e, s: np.array([_value(e.args[0], s.at_index(e.data, i + 1)) for i in range(size(e.shape[0], s))], dtype=float),
    "and": lambda e, s: np.logical_and.reduce(_args(e, s)),
    "or": lambda e, s: np.logical_or.reduce(_args(e, s)),
    "not": lambda e, s: np.logical_not(_value(e.args[0], s)),
}


def defined(v: Any) -> bool:
    """Whether a value holds no NaN and no infinity."""
    return bool(np.all(np.isfinite(np.asarray(v, dtype=float))))


def same(a: Any, b: Any) -> bool:
    """Whether two values are the same up to rounding; a row and a vector of the same entries are."""
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if x.size != y.size or (x.ndim == 0) != (y.ndim == 0):
        return False
    x, y = x.ravel(), y.ravel()
    return bool(np.all(np.abs(x - y) <= CLOSE * (np.max(np.abs(x), initial=0.0) + np.max(np.abs(y), initial=0.0)) + 1e-300))
