"""An objective read as sum over i of functions of one number x with a kink at z_i, and slopes -fall_i and rise_i beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.rules.bounded_signs import sign
from derive.derivation.rules.common import addends
from derive.derivation.rules.stationarity import affine
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.problem.model import Part, Problem

INDEX = "_i"


@dataclass(frozen=True)
class Kinks:
    """place: z_i; rise: slope right of it; fall: minus the slope left of it; index = first..last."""

    place: Expr
    rise: Expr
    fall: Expr
    index: str
    first: Expr
    last: Expr

    @property
    def count(self) -> Expr:
        """The number of terms."""
        return self.last if E.is_number(self.first, 1) else simplify(E.add(self.last, E.neg(self.first), E.ONE))


class _Other(Exception):
    """Not a sum of this form."""


def read_kinks(problem: Problem, part: Part, objective: Expr, x: Expr) -> Kinks | None:
    """The kinks of an objective to minimise; None where it has another form."""
    body, index, first, last = None, INDEX, E.ONE, E.ONE
    for t in addends(objective):
        if x not in set(E.walk(t)):
            continue
        factor, core = _factor(t, x)
        found = _summed(core)
        if found is None or body is not None:
            return None
        inside, index, first, last = found
        body = inside if factor is None else E.mul(factor, inside)
    if body is None:
        return None
    try:
        place, rise, fall = _kink(_Signs(problem, part), body, x)
    except _Other:
        return None
    return Kinks(simplify(place), simplify(rise), simplify(fall), index, first, last) if index in E.free_indices(place) else None


def _factor(t: Expr, x: Expr) -> tuple[Expr | None, Expr]:
    """A term as factor * core with the unknown in the core alone."""
    if t.op == "neg":
        f, core = _factor(t.args[0], x)
        return E.neg(E.ONE if f is None else f), core
    if t.op in ("mul", "div") and not t.shape:
        a, b = t.args
        if x not in set(E.walk(b)):
            f, core = _factor(a, x)
            own = b if t.op == "mul" else E.div(E.ONE, b)
            return (own if f is None else E.mul(f, own)), core
        if t.op == "mul" and x not in set(E.walk(a)):
            f, core = _factor(b, x)
            return (a if f is None else E.mul(a, f)), core
    return None, t


def _summed(e: Expr) -> tuple[Expr, str, Expr, Expr] | None:
    """A sum as (body, index, first, last)."""
    if e.op == "reduce" and e.data[0] == "sum":
        return e.args[0], e.data[1], e.args[1], e.args[2]
    vector = None
    if e.op in ("total", "mean") and len(e.args[0].shape) == 1:
        vector = e.args[0]
    elif e.op == "norm" and e.data == "p" and E.is_number(e.args[1], 1):
        vector = E.fn("abs", e.args[0])
    elif e.op == "dot" and len(e.args[0].shape) == 1:
        vector = E.mul(*e.args)
    if vector is None:
        return None
    body, size = entry(vector, E.idx(INDEX)), E.dim(vector.shape[0])
    return (E.div(body, size) if e.op == "mean" else body), INDEX, E.ONE, size


def entry(e: Expr, i: Expr) -> Expr:
    """The entry with index i of a vector, worked out through entrywise operations."""
    if not e.shape:
        return e
    if e.op in ("add", "neg", "mul", "div", "pow", "fn"):
        return E.rebuild(e, tuple(entry(a, i) for a in e.args))
    return E.ONE if e.op == "ones" else E.ZERO if e.op == "zeros" else E.at(e, i)


class _Signs:
    """Signs of scalars in which entries of vectors stand: an entry has the domain of its vector."""

    def __init__(self, problem: Problem, part: Part) -> None:
        self.problem, self.part = problem, part

    def of(self, e: Expr) -> int:
        """1, -1, or 0 where the sign is not known (or the value is 0)."""
        entries = sorted({y for y in E.walk(e) if y.op == "at" and y.args[0].op == "sym"}, key=repr)
        put = {y: E.sym(f"_e{k}") for k, y in enumerate(entries)}
        domains = {str(s.data): Symbol(str(s.data), domain=self.problem.symbols[str(y.args[0].data)].domain) for y, s in put.items()}
        known = replace(self.problem, symbols={**self.problem.symbols, **domains}, cache={})
        shown = simplify(E.replace(e, put))
        return 1 if sign(known, self.part, shown) == 2 else -1 if sign(known, self.part, simplify(E.neg(shown))) == 2 else 0


def _kink(signs: _Signs, e: Expr, x: Expr) -> tuple[Expr, Expr, Expr]:
    """(place, rise, fall) of a convex function of x with one kink. Raises _Other."""
    if x not in set(E.walk(e)):
        raise _Other
    if e.op in ("mul", "div"):
        a, b = e.args
        if x in set(E.walk(b)):
            if e.op == "div":
                raise _Other
            a, b = b, a
        place, rise, fall = _kink(signs, a, x)
        combine = E.mul if e.op == "mul" else E.div
        if signs.of(b) != 1:
            raise _Other
        return place, combine(rise, b), combine(fall, b)
    if e.op == "add":
        return _sum_of_kinks(signs, e, x)
    if e.op != "fn" or e.data not in ("abs", "relu", "maximum"):
        raise _Other
    lines = [_line(a, x) for a in e.args]
    if e.data == "abs":
        (p, q), = lines
        lines = [(p, q), (E.neg(p), E.neg(q))]
    elif e.data == "relu":
        lines.append((E.ZERO, E.ZERO))
    (p, q), (r, s) = lines
    gap = simplify(E.sub(q, s))
    side = signs.of(gap)
    if not side:
        raise _Other
    steep, flat = (q, s) if side > 0 else (s, q)
    return E.div(E.sub(r, p), gap), steep, E.neg(flat)


def _sum_of_kinks(signs: _Signs, e: Expr, x: Expr) -> tuple[Expr, Expr, Expr]:
    """Terms with one common kink, and lines, which turn both slopes."""
    place: Expr | None = None
    rise, fall = E.ZERO, E.ZERO
    for t in e.args:
        if x not in set(E.walk(t)):
            continue
        try:
            _, q = _line(t, x)
            rise, fall = E.add(rise, q), E.sub(fall, q)
            continue
        except _Other:
            pass
        own, up, down = _kink(signs, t, x)
        own = simplify(own)
        if place is not None and own != place:
            raise _Other
        place, rise, fall = own, E.add(rise, up), E.add(fall, down)
    if place is None or signs.of(simplify(E.add(rise, fall))) != 1:
        raise _Other
    return place, rise, fall


def _line(e: Expr, x: Expr) -> tuple[Expr, Expr]:
    """(p, q) of p + q x. Raises _Other."""
    if x not in set(E.walk(e)):
        return e, E.ZERO
    found = affine(e, x, frozenset())
    if found is None:
        raise _Other
    return found[1], found[0]
