"""Values of atoms, of normal forms and of simple trees in one world, as Python floats.

A float only refutes: a difference beyond what rounding can do (MARGIN times the size of the terms) is a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from typing import Any

from derive.maths.direct.forms import LIST, SCALAR, Algebra, Beyond, Value, exponents
from derive.maths.direct.given import entries_of
from derive.maths.exact import World
from derive.maths.expr import Expr

MARGIN = 1e-9
"""A few hundred roundings of 2^-53 each are below 1e-13 of the terms."""
LARGEST = 1e100
MAX_KEPT = 500  # monomials whose values are kept with a world

Floats = Any  # a float, or a list of them


class At:
    """The atoms of an algebra in one world."""

    def __init__(self, algebra: Algebra, world: World, size: int, places: dict[str, str]) -> None:
        self.algebra = algebra
        self.world = world
        self.size = size
        self.places = places
        self.values: dict[int, Floats] = {}
        self.monomials: dict[int, Floats] = {}

    def atom(self, name: tuple[Any, ...]) -> Floats:
        """The value of an atom by its name."""
        kind, of = name[0], name[1]
        if kind == "scalar":
            return float(self.world.values[of])
        if kind == "dim":
            return float(self.world.dims[of])
        if kind == "sum of":
            found = self.monomial(of)
            return sum(found) if isinstance(found, list) else found * self.size
        if kind == "unit" and of.isdecimal():
            if not 0 < int(of) <= self.size:
                raise Beyond
            return [float(i == int(of) - 1) for i in range(self.size)]
        if kind == "unit":
            k = self._place(name[2] if len(name) > 2 else self.places[of], of)
            return [float(i == k) for i in range(self.size)]
        x = [float(v) for v in self.world.values[of]] if of not in self.algebra.lists else entries_of(self.algebra, of)
        if kind == "vector":
            return x
        if kind == "sign":
            return [float((v > 0) - (v < 0)) for v in x]
        if kind == "norm":
            return sum(map(abs, x)) if name[2] == 1 else sqrt(sum(v * v for v in x)) if name[2] == 2 else max(map(abs, x))
        if kind == "total":
            return sum(x)
        if kind == "least":
            return min(map(abs, x))
        if kind == "largest":
            return [float(abs(v) == max(map(abs, x))) for v in x]
        entry = x[self._place(of, name[2])]
        return float((entry > 0) - (entry < 0))

    def _place(self, vector: str, index: str) -> int:
        """Where |x_i| is largest, or smallest where the index ends in '-'; where x_i is largest for '+' and smallest for '~'."""
        x: list[Any] = list(self.world.values[vector])
        if index[-1] in "+~":
            return x.index(max(x) if index[-1] == "+" else min(x))
        sizes = [abs(v) for v in x]
        return sizes.index(min(sizes) if index[-1] == "-" else max(sizes))

    def monomial(self, m: int) -> Floats:
        """The value of a monomial: a float, or one for each component; those of the part come again and again."""
        found = self.monomials.get(m)
        if found is None:
            found = self._monomial(m)
            if len(self.monomials) < MAX_KEPT:
                self.monomials[m] = found
        return found

    def _monomial(self, m: int) -> Floats:
        scalar = 1.0
        entries: list[float] | None = None
        for k, e in exponents(m):
            v = self.values.get(k)
            if v is None:
                v = self.values[k] = self.atom(self.algebra.names[k])
            if isinstance(v, list):
                raised = [x**e for x in v]
                entries = raised if entries is None else [a * b for a, b in zip(entries, raised, strict=True)]
            else:
                scalar *= v**e
        return scalar if entries is None else [scalar * x for x in entries]

    def value(self, a: Value) -> tuple[list[float], list[float]]:
        """(the entries of a scalar or vector value, the sizes of the terms they are made of)."""
        if a[0] == LIST:
            raise Beyond
        if a[0] == SCALAR:
            x = y = 0.0
            for m, c in a[1].items():
                v = c / a[2] * self.monomial(m)
                x += v
                y += abs(v)
            out, scale = [x], [y]
        else:
            out, scale = [0.0] * self.size, [0.0] * self.size
            for m, c in a[1].items():
                factor = c / a[2]
                found = self.monomial(m)
                for i, v in enumerate(found if isinstance(found, list) else [found] * self.size):
                    v *= factor
                    out[i] += v
                    scale[i] += abs(v)
        if not max(scale) < LARGEST:
            raise Beyond
        return out, scale


def compiled(e: Expr) -> Callable[[dict[str, Floats]], Floats]:
    """A tree of sums, products, norms and the like as a function of the values of its symbols. Raises Beyond for any other."""
    make = _RULES.get(e.op)
    if make is None:
        raise Beyond
    return make(e, *(compiled(a) for a in e.args))


Compiled = Callable[[dict[str, Floats]], Floats]


def _number(e: Expr) -> Compiled:
    v = float(Fraction(e.data if e.op == "num" else e.data[0]))
    return lambda at: v


def _symbol(e: Expr) -> Compiled:
    if len(e.shape) > 1:
        raise Beyond
    name = e.data
    return lambda at: at[name]


def _sum(e: Expr, *terms: Compiled) -> Compiled:
    if e.shape:
        return lambda at: [sum(x) for x in zip(*(t(at) for t in terms), strict=True)]
    return lambda at: sum(t(at) for t in terms)


def _negative(e: Expr, a: Compiled) -> Compiled:
    return (lambda at: [-x for x in a(at)]) if e.shape else lambda at: -a(at)


def _product(e: Expr, a: Compiled, b: Compiled) -> Compiled:
    x, y = (bool(t.shape) for t in e.args)
    if x and y:
        return lambda at: [s * t for s, t in zip(a(at), b(at), strict=True)]
    if x or y:
        scalar, vector = (b, a) if x else (a, b)

        def scaled(at: dict[str, Floats]) -> Floats:
            c = scalar(at)
            return [c * t for t in vector(at)]

        return scaled
    return lambda at: a(at) * b(at)


def _quotient(e: Expr, a: Compiled, b: Compiled) -> Compiled:
    if e.args[1].shape:
        raise Beyond
    if not e.shape:
        return lambda at: a(at) / b(at)

    def scaled(at: dict[str, Floats]) -> Floats:
        c = b(at)
        return [x / c for x in a(at)]

    return scaled


def _power(e: Expr, a: Compiled, b: Compiled) -> Compiled:
    k = e.args[1]
    if k.op != "num" or k.data.denominator != 1 or not 1 <= k.data <= 8:
        raise Beyond
    n = int(k.data)
    return (lambda at: [x**n for x in a(at)]) if e.shape else lambda at: a(at) ** n


def _norm(e: Expr, a: Compiled, p: Compiled) -> Compiled:
    kind = e.args[1]
    if e.data != "p" or len(e.args[0].shape) != 1:
        raise Beyond
    if kind.op == "const" and kind.data == "inf":
        return lambda at: max(map(abs, a(at)))
    if kind.op == "num" and kind.data == 1:
        return lambda at: sum(map(abs, a(at)))
    if kind.op == "num" and kind.data == 2:
        return lambda at: sqrt(sum(x * x for x in a(at)))
    raise Beyond


def _dot(e: Expr, a: Compiled, b: Compiled) -> Compiled:
    if len(e.args[0].shape) != 1 or len(e.args[1].shape) != 1:
        raise Beyond
    return lambda at: sum(x * y for x, y in zip(a(at), b(at), strict=True))


_RULES: dict[str, Callable[..., Compiled]] = {
    "num": _number, "dec": _number, "sym": _symbol, "add": _sum, "neg": _negative, "mul": _product, "div": _quotient, "pow": _power, "norm": _norm, "dot": _dot,
    "const": lambda e: lambda at: float("inf"), "total": lambda e, a: lambda at: sum(a(at)),
}
