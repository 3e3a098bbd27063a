"""The numerical truth of derivatives: difference quotients of the declared function, with many digits.

Central differences in 60-digit arithmetic, h = 2^-60: the error of a quotient is of order h^2, far below what a
float could show. Nothing here uses a derivative rule. Where the quotients from the two sides differ the function
has a kink, and the world says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten, to_mpf
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.worlds import complete
from derive.problem.nouns.program import Derivative

STEP = Fraction(1, 2**60)
SECOND_STEP = Fraction(1, 2**40)  # of second differences, which lose twice the digits
KINK = 1e-6  # two one-sided quotients further apart than this, times 1 + their size: no derivative

Index = tuple[int, ...]


class Kink(Exception):
    """The function has no derivative at this point."""


def differences(d: Derivative, ask: str, symbols: Mapping[str, Symbol], world: World) -> list[Any]:
    """The entries of the derivative in this world, row by row, by difference quotients.

    Raises Kink where there is none, Undefined or NotEvaluable where the function has no value.
    """
    f = d.function if d.upstream is None else paired(d, symbols)
    shape = symbols[d.over].shape
    world = at_point(d, symbols, world)
    places: list[Index] = list(product(*(range(k if isinstance(k, int) else world.dims[k]) for k in shape)))
    if ask == "hessian":
        return [_second(f, d.over, p, q, symbols, world) for p in places for q in places]
    columns = [_first(f, d.over, p, symbols, world) for p in places]
    if ask == "jacobian":
        return [column[i] for i in range(len(columns[0])) for column in columns]
    return [column[0] for column in columns]


def paired(d: Derivative, symbols: Mapping[str, Symbol]) -> Expr:
    """<upstream, function>, the scalar whose gradient is asked."""
    assert d.upstream is not None
    held = E.sym(d.upstream, symbols[d.upstream].shape)
    return E.dot(held, d.function) if d.function.shape else E.mul(held, d.function)


def at_point(d: Derivative, symbols: Mapping[str, Symbol], world: World) -> World:
    """The world moved to the point at which the derivative is asked."""
    if d.at is None:
        return world
    return _recomputed({**world.values, d.over: exact(d.at, world)}, symbols, world)


def _recomputed(values: dict[str, Any], symbols: Mapping[str, Symbol], world: World) -> World:
    return complete(symbols, values, world.dims, world.kind)


def _value(f: Expr, over: str, moves: list[tuple[Index, Fraction]], symbols: Mapping[str, Symbol], world: World) -> list[Any]:
    x = world.values[over]
    for place, h in moves:
        x = _moved(x, place, h)
    out = exact(f, _recomputed({**world.values, over: x}, symbols, world))
    return [to_mpf(v) for v in flatten(out)]


def _moved(x: Any, place: Index, h: Fraction) -> Any:
    if not place:
        return x + h
    return [_moved(v, place[1:], h) if i == place[0] else v for i, v in enumerate(x)]


def _first(f: Expr, over: str, place: Index, symbols: Mapping[str, Symbol], world: World) -> list[Any]:
    with mpmath.workdps(60):
        h = to_mpf(STEP)
        up, here, down = (_value(f, over, [(place, k * STEP)], symbols, world) for k in (1, 0, -1))
        out = []
        for a, b, c in zip(up, here, down, strict=True):
            right, left = (a - b) / h, (b - c) / h
            if abs(right - left) > KINK * (1 + abs(right) + abs(left)):
                raise Kink
            out.append((a - c) / (2 * h))
        return out


def _second(f: Expr, over: str, p: Index, q: Index, symbols: Mapping[str, Symbol], world: World) -> Any:
    """(f(+,+) - f(+,-) - f(-,+) + f(-,-)) / 4h^2, at two scales: they agree where f is smooth."""
    with mpmath.workdps(60):
        quotients = []
        for h in (SECOND_STEP, SECOND_STEP / 3):
            total = mpmath.mpf(0)
            for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                total += s * t * _value(f, over, [(p, s * h), (q, t * h)], symbols, world)[0]
            quotients.append(total / (4 * to_mpf(h) ** 2))
        if abs(quotients[0] - quotients[1]) > KINK * (1 + abs(quotients[0])):
            raise Kink
        return quotients[1]


def gap(key: Expr, d: Derivative, ask: str, symbols: Mapping[str, Symbol], world: World) -> float | None:
    """The largest difference between the key and the quotients, relative to 1 + the largest entry; None at a kink."""
    try:
        wanted = differences(d, ask, symbols, world)
    except (Kink, Undefined, NotEvaluable):
        return None
    with mpmath.workdps(60):
        got = [to_mpf(v) for v in flatten(exact(key, at_point(d, symbols, world)))]
        if len(got) != len(wanted):
            return float("inf")
        scale = 1 + max((abs(v) for v in wanted), default=mpmath.mpf(0))
        return float(max((abs(a - b) for a, b in zip(got, wanted, strict=True)), default=mpmath.mpf(0)) / scale)
