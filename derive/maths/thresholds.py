"""Worlds at the thresholds of piecewise formulas: where an entry crosses from one piece to the next.

Two formulas by pieces can differ only between their thresholds, a strip that worlds drawn at random may
all miss: v < 1 - sqrt(lam) beside v < 1 - lam. So an entry is set on, and just beside, every threshold of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.worlds import WorldSet, complete, gather

MOST = 10  # thresholds looked at
PER_SIZE = 3  # worlds of each size that are moved
STEPS = (Fraction(0), Fraction(1, 256), Fraction(-1, 256), Fraction(1, 16), Fraction(-1, 16))
_ALLOWED: dict[str, Callable[[Fraction], bool]] = {"positive": lambda v: v > 0, "nonnegative": lambda v: v >= 0, "negative": lambda v: v < 0, "nonzero": lambda v: v != 0,
            "real": lambda v: True, "unit": lambda v: 0 < v < 1}


def thresholds(e: Expr) -> Iterator[tuple[Expr, Expr]]:
    """The pairs (a, b) such that the pieces of e part where a = b."""
    for x in E.walk(e):
        if (x.op == "rel" and x.data in ("<", "<=", ">", ">=")) or (x.op == "fn" and x.data in ("maximum", "minimum")):
            yield x.args[0], x.args[1]
        elif x.op == "fn" and x.data in ("relu", "abs"):
            yield x.args[0], E.ZERO


def threshold_pairs(formulas: Sequence[Expr]) -> tuple[tuple[Expr, Expr], ...]:
    """The thresholds of the formulas, each once: of an entry whose index is free the first entries stand for all."""
    return tuple(dict.fromkeys(_bound(*p) for e in formulas for p in thresholds(e)))[:MOST]


def _bound(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    free = E.free_indices(a) | E.free_indices(b)
    if not free:
        return a, b
    bound = {E.idx(n): E.num(k + 1) for k, n in enumerate(sorted(free))}
    return E.replace(a, bound), E.replace(b, bound)


def threshold_sets(formulas: Sequence[Expr], sets: Sequence[WorldSet], symbols: dict[str, Symbol], when: Sequence[Expr] = ()) -> list[WorldSet]:
    """Worlds of the given sizes, under the conditions `when`, in which one entry stands on or beside a threshold of one of the formulas."""
    return sets_beside(threshold_pairs(formulas), sets, symbols, when)


def sets_beside(pairs: Sequence[tuple[Expr, Expr]], sets: Sequence[WorldSet], symbols: dict[str, Symbol], when: Sequence[Expr] = ()) -> list[WorldSet]:
    """Worlds on and beside these thresholds."""
    out = []
    for ws in sets if pairs else ():
        found = [w for one in ws.worlds[:PER_SIZE] for a, b in pairs for w in _moved(a, b, one, symbols) if _admitted(w, when)]
        if found:
            out.append(gather(ws.kind, found, ws.batch.dims))
    return out


def _admitted(w: World, when: Sequence[Expr]) -> bool:
    try:
        return all(all(flatten(exact(c, w))) for c in when)
    except (Undefined, NotEvaluable):
        return False


def _moved(a: Expr, b: Expr, w: World, symbols: dict[str, Symbol]) -> list[World]:
    """The world with an entry, or a number, moved to where a = b, if a - b is affine in it."""
    names = sorted(E.symbols_in(a) | E.symbols_in(b), key=lambda n: (not isinstance(w.values.get(n), list), n))
    for name in names:
        s = symbols.get(name)
        if s is None or s.let is not None or s.given is not None or len(s.shape) > 1 or s.domain not in _ALLOWED or name not in w.values:
            continue
        try:
            at = _crossing(a, b, w, s, symbols)
        except (Undefined, NotEvaluable, ZeroDivisionError, OverflowError, ValueError, IndexError):
            continue
        if at is not None:
            places = [at + d for d in STEPS]
            return [_with(w, s, v, symbols) for v in places if _fits(s, v)]
    return []


def _fits(s: Symbol, v: Fraction) -> bool:
    return _ALLOWED[s.domain](v) and (s.above is None or v > s.above) and (s.below is None or v < s.below)


def _crossing(a: Expr, b: Expr, w: World, s: Symbol, symbols: dict[str, Symbol]) -> Fraction | None:
    """The value of the first entry of a symbol (or of the number) at which a = b."""

    def gap(v: Fraction) -> float:
        one = _with(w, s, v, symbols)
        return _first(exact(a, one)) - _first(exact(b, one))

    at_one, at_two, at_four = (gap(Fraction(k)) for k in (1, 2, 4))
    slope = at_two - at_one
    if not slope or abs(at_four - at_two - 2 * slope) > 1e-9 * (abs(at_one) + abs(at_four) + abs(slope)):
        return None
    return Fraction(1 - at_one / slope).limit_denominator(2**20)


def _first(v: Value) -> float:
    while isinstance(v, list):
        v = v[0]
    return float(v)


def _with(w: World, s: Symbol, v: Fraction, symbols: dict[str, Symbol]) -> World:
    old = w.values[s.name]
    values = {n: x for n, x in w.values.items() if n not in symbols or symbols[n].let is None}
    values[s.name] = [v, *old[1:]] if isinstance(old, list) else v
    return complete(symbols, values, w.dims, w.kind)
