"""Values of normal forms with functions in them, in one world, as Python floats with the sizes of what rounding may do to them.

A value x comes with a size s: what is computed differs from x by less than MARGIN s. For the terms of a sum that is the sum of their sizes; a function f of
x has the size of f(x) and of what f makes of an error of s, |f'(x)| s. Where s is so large that x may be 0 and f may not be taken there, nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt

from derive.maths.direct.floats import LARGEST, MARGIN, At
from derive.maths.direct.forms import LIST, SCALAR, VECTOR, WIDTH, Beyond, Value, exponents
from derive.maths.direct.wide import Wide

Pair = tuple[float, float]
Entries = list[Pair]
CLEAR = 1e3  # times MARGIN: how far from 0 a value must be where a function is steep


class WideAt:
    """The atoms of a wide algebra in the world of an At."""

    def __init__(self, algebra: Wide, at: At) -> None:
        self.algebra = algebra
        self.at = at
        self.least = 1 << (WIDTH * algebra.own - 1)
        self.found: dict[int, Pair | Entries] = {}

    def value(self, a: Value) -> Entries:
        """The entries of a value, each with its size."""
        if a[0] == LIST:
            return [x for v in a[1] for x in self.value(v)]
        count = 1 if a[0] == SCALAR else self.at.size
        out = [(0.0, 0.0)] * count
        for m, c in a[1].items():
            factor = c / a[2]
            size = abs(factor)
            found = self._monomial(m)
            if isinstance(found, tuple):
                found = [found] * count
            out = [(x + factor * v, s + size * t) for (x, s), (v, t) in zip(out, found, strict=True)]
        if not max((s for _, s in out), default=0.0) < LARGEST:
            raise Beyond
        return out

    def _monomial(self, m: int) -> Pair | Entries:
        if abs(m) < self.least:
            known = self.at.monomial(m)
            return [(x, abs(x)) for x in known] if isinstance(known, list) else (known, abs(known))
        out: Pair | Entries | None = None
        plain = 0
        for k, e in exponents(m):
            if k < self.algebra.own:
                plain += e << (WIDTH * k)
                continue
            v = self.found.get(k)
            if v is None:
                v = self.found[k] = self._atom(k)
            if e != 1:
                v = _power(v, e) if isinstance(v, tuple) else [_power(x, e) for x in v]
            out = v if out is None else _joined(out, v)
        assert out is not None
        return _joined(out, self._monomial(plain)) if plain else out

    def _atom(self, k: int) -> Pair | Entries:
        kind, function, *of = name = self.algebra.names[k]
        if kind == "sum of":
            return _REDUCED["total"](self.value((VECTOR, {function: 1}, 1)))
        if kind != "of":
            known = self.at.atom(name)
            return [(x, abs(x)) for x in known] if isinstance(known, list) else (known, abs(known))
        values = [self.value(v) for v in of]
        reduced = _REDUCED.get(function)
        if reduced is not None:
            return reduced(*values)
        rule = _RULES[function]
        count = max(len(v) for v in values) if any(v[0] != SCALAR for v in of) else 1
        wide = [v * count if len(v) == 1 else v for v in values]
        found = [rule(*x) for x in zip(*wide, strict=True)]
        return found if k in self.algebra.entrywise else found[0]


def _product(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0], a[1] * b[1]


def _joined(a: Pair | Entries, b: Pair | Entries) -> Pair | Entries:
    """The product of two values, each one number or one for each entry."""
    if isinstance(a, tuple):
        return _product(a, b) if isinstance(b, tuple) else [_product(a, y) for y in b]
    return [_product(x, b) for x in a] if isinstance(b, tuple) else [_product(x, y) for x, y in zip(a, b, strict=True)]


def _power(a: Pair, e: int) -> Pair:
    x, s = a
    if e < 0:
        x, s = _inverse(a)
        e = -e
    return x**e, s**e


def _clear(a: Pair) -> float:
    """A value that is not 0, whatever rounding did."""
    if not abs(a[0]) > CLEAR * MARGIN * a[1]:
        raise Beyond
    return a[0]


def _inverse(a: Pair) -> Pair:
    x = _clear(a)
    return 1 / x, 2 * a[1] / (x * x)


def _root(a: Pair) -> Pair:
    if a == (0.0, 0.0):
        return a
    x = _clear(a)
    if x < 0:
        raise Beyond
    y = sqrt(x)
    return y, 2 * a[1] / y


def _raised(a: Pair, b: Pair) -> Pair:
    x, k = _clear(a), b[0]
    if x < 0 and k != int(k):
        raise Beyond
    y = float(x**k)
    return y, abs(y) * 2 * (1 + abs(k)) * a[1] / abs(x)


def _sign(a: Pair) -> Pair:
    if a == (0.0, 0.0):
        return a
    return (1.0, 1.0) if _clear(a) > 0 else (-1.0, 1.0)


def _exp(a: Pair) -> Pair:
    if not a[1] < 100:
        raise Beyond
    y = exp(a[0])
    return y, 2 * y * (1 + a[1])


def _log(a: Pair) -> Pair:
    x = _clear(a)
    if x < 0:
        raise Beyond
    y = log(x)
    return y, abs(y) + 2 * a[1] / x


def _euclidean(v: Entries) -> Pair:
    return sqrt(sum(x * x for x, _ in v)), sqrt(sum(s * s for _, s in v))


def _cubic(v: Entries) -> Pair:
    return float(sum(abs(x) ** 3 for x, _ in v) ** (1 / 3)), 2 * sum(s for _, s in v)


def _largest(v: Entries) -> Pair:
    return max(x for x, _ in v), max(s for _, s in v)


_RULES: dict[str, Callable[..., Pair]] = {
    "inverse": _inverse, "root": _root, "power": _raised, "sign": _sign, "exp": _exp, "log": _log,
    "size": lambda a: (abs(a[0]), a[1]), "larger": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
}
_REDUCED: dict[str, Callable[..., Pair]] = {
    "total": lambda v: (sum(x for x, _ in v), sum(s for _, s in v)), "largest": _largest,
    "norm 1": lambda v: (sum(abs(x) for x, _ in v), sum(s for _, s in v)), "norm 2": _euclidean, "norm 3": _cubic,
    "norm 0": lambda v: _largest([(abs(x), s) for x, s in v]),
    "at": lambda v, unit: next(x for x, (u, _) in zip(v, unit, strict=True) if u),
}
