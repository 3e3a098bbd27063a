"""Lists of evenly spaced numbers, as NumPy makes them: linspace(a, b, n), logspace(a, b, n), geomspace(a, b, n), both ends included."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError

MOST = 64
_TEN = E.num(10)


def spaced(kind: str) -> Callable[[list[Expr], dict[str, Expr]], Expr]:
    """The builder of one of the three."""

    def build(args: list[Expr], kw: dict[str, Expr]) -> Expr:
        num = args[2] if len(args) == 3 else kw.get("num")
        count = E.number_value(num) if num is not None else None
        base = kw.get("base", _TEN)
        if not 2 <= len(args) <= 3 or kw.keys() - {"num", "base"} or any(a.shape for a in args) or count is None or count.denominator != 1 or not 1 <= count <= MOST:
            raise ShapeError(f"{kind} with other arguments than the two ends and a number of entries")
        first, last = args[:2]
        parts = [Fraction(k, int(count) - 1) if count > 1 else Fraction(0) for k in range(int(count))]
        if kind == "geomspace":
            return E.vec(tuple(E.mul(first, E.power(E.div(last, first), E.num(t))) for t in parts))
        places = [_between(first, last, t) for t in parts]
        return E.vec(tuple(places if kind == "linspace" else [_power(base, x) for x in places]))

    return build


def _between(first: Expr, last: Expr, t: Fraction) -> Expr:
    a, b = E.number_value(first), E.number_value(last)
    if a is not None and b is not None:
        return E.num(a + (b - a) * t)
    return E.add(first, E.mul(E.sub(last, first), E.num(t)))


def _power(base: Expr, x: Expr) -> Expr:
    k = E.number_value(x)
    if k is not None and k < 0:
        return E.div(E.ONE, E.power(base, E.num(-k)))
    return E.power(base, x)
