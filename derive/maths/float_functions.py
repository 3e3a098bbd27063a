"""Functions of numbers, entry by entry in float64; NaN where they are undefined."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial, gamma

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

MAX_FALLING = 60  # factors n (n-1) ... of a binomial that are multiplied one by one


def _factorial(x: Array) -> Array:
    flat = [gamma(v + 1) if 0 <= v <= 170 and v == int(v) else np.nan for v in x.ravel()]
    return np.array(flat).reshape(x.shape)


def _binom(n: Array, k: Array) -> Array:
    a, b = np.broadcast_arrays(n, k)
    flat = [np.prod(p - np.arange(q)) / factorial(int(q)) if q == int(q) and 0 <= q <= MAX_FALLING else _large_binom(p, q)
            for p, q in zip(a.ravel(), b.ravel(), strict=True)]
    return np.array(flat).reshape(a.shape)


def _large_binom(p: float, q: float) -> float:
    return float(comb(int(p), int(q))) if p == int(p) and q == int(q) and q >= 0 and 0 <= p <= 1000 else np.nan


UNARY: dict[str, Callable[[Array], Array]] = {
    "abs": np.abs, "sign": np.sign, "exp": np.exp, "floor": np.floor, "ceil": np.ceil,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "factorial": _factorial,
    "sqrt": lambda x: np.where(x < 0, np.nan, np.sqrt(x)),
    "log": lambda x: np.where(x <= 0, np.nan, np.log(x)),
    "log2": lambda x: np.where(x <= 0, np.nan, np.log2(x)),
    "log10": lambda x: np.where(x <= 0, np.nan, np.log10(x)),
    "relu": lambda x: np.where(np.isnan(x), x, np.maximum(x, 0.0)),
    "sigmoid": lambda x: 1.0 / (1.0 + np.exp(-x)),
}
BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "maximum": np.maximum, "minimum": np.minimum, "binom": _binom,
    "mod": lambda a, b: np.where(b == 0, np.nan, np.mod(a, b)),
    "divide_or_zero": lambda a, b: np.where(b == 0, 0.0, a / np.where(b == 0, 1.0, b)),
}
