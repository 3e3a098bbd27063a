"""Expr -> value of the direct lane: the key of a part, and what the full reader reads, in the same normal form."""

from __future__ import annotations

from fractions import Fraction

from derive.maths.direct.forms import ENTRY, LIST, SCALAR, VECTOR, Algebra, Beyond, Value, number
from derive.maths.direct.words import ones
from derive.maths.expr import Expr


def place_of(e: Expr) -> str | None:
    """The vector x of arg max_i |x_i|, else None."""
    if e.op != "argopt" or e.data[0] != "argmax":
        return None
    body = e.args[0]
    if body.op != "fn" or body.data != "abs" or body.args[0].op != "at":
        return None
    x, *i = body.args[0].args
    return str(x.data) if x.op == "sym" and len(i) == 1 and i[0].op == "idx" and i[0].data == e.data[1] else None


def value_of(e: Expr, a: Algebra) -> Value:
    """The normal form of a tree. Raises Beyond where it is not of the subset."""
    op, args = e.op, e.args
    if op == "num":
        return number(e.data.numerator, e.data.denominator)
    if op == "dec":
        shown = Fraction(e.data[0])
        return number(shown.numerator, shown.denominator)
    if op == "sym":
        return _symbol(e, a)
    if op == "dim":
        found = a.units.get(("dim", e.data))
        if found is None:
            raise Beyond
        return SCALAR, {found: 1}, 1
    if op in ("ones", "zeros") and len(e.shape) == 1:
        if isinstance(e.shape[0], int):
            return ones(e.shape[0]) if op == "ones" else (LIST, [number(0)] * e.shape[0], 1)
        return VECTOR, {0: 1} if op == "ones" else {}, 1
    if op == "at":
        return _entry(e, a)
    if op == "basis":
        index = next((k for (v, k) in a.places if v == place_of(args[0])), None)
        if index is None:
            raise Beyond
        return VECTOR, {a.units["unit", index]: 1}, 1
    if op == "comp":
        inside = value_of(args[0], a)
        if inside[0] != ENTRY:
            raise Beyond
        return VECTOR, inside[1], inside[2]
    if op == "pow" and args[0].op == "norm" and args[1].op == "num" and args[1].data == 2 == args[0].args[1].data:
        inner = value_of(args[0].args[0], a)
        if inner[0] == LIST:
            return a.dot(inner, inner)
    values = [value_of(x, a) for x in args[: 1 if op == "norm" else None]]
    if op == "add":
        out = values[0]
        for v in values[1:]:
            out = a.plus(out, v)
        return out
    if op == "neg":
        return a.minus(values[0])[:3]
    if op == "mul":
        return a.times(values[0], values[1])
    if op == "div":
        return a.over(values[0], values[1])
    if op == "pow" and args[1].op == "num" and args[1].data.denominator == 1:
        return a.power(values[0], int(args[1].data))
    if op == "norm" and e.data == "p":
        p = 0 if args[1].op == "const" and args[1].data == "inf" else int(args[1].data) if args[1].op == "num" and args[1].data in (1, 2) else None
        if p is not None:
            return a.norm(values[0], p)
    if op == "fn" and e.data in ("sign", "abs"):
        return a.sign(values[0]) if e.data == "sign" else a.size(values[0])
    if op == "dot":
        return a.dot(values[0], values[1])
    if op == "total":
        return a.total(values[0])
    if op == "T" and values[0][0] == LIST:
        return values[0]
    if op == "vec" and all(v[0] == SCALAR for v in values):
        return LIST, values, 1
    raise Beyond


def _symbol(e: Expr, a: Algebra) -> Value:
    if e.data in a.lists:
        return a.lists[e.data]
    kind = "scalar" if not e.shape else "vector"
    found = a.units.get((kind, e.data))
    if found is None or len(e.shape) > 1:
        raise Beyond
    return (VECTOR if e.shape else SCALAR), {found: 1}, 1


def _entry(e: Expr, a: Algebra) -> Value:
    x, *i = e.args
    if x.op != "sym" or len(i) != 1 or ("vector", x.data) not in a.units:
        raise Beyond
    if i[0].op == "idx":
        return ENTRY, {a.units["vector", x.data]: 1}, 1
    place = next((m for (v, _), m in a.places.items() if v == x.data == place_of(i[0])), None)
    if place is None:
        raise Beyond
    return SCALAR, {place: 1}, 1
