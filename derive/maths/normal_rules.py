"""The normal form of each operation, by the forms of its arguments."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derive.maths import expr as E
from derive.maths.entrywise import entrywise
from derive.maths.expr import Expr
from derive.maths.monomials import EMPTY, Normal, build, constant_of, number

if TYPE_CHECKING:
    from derive.maths.algebra import Builder


def _pow(b: Builder, e: Expr) -> Normal:
    base, k = e.args
    if k.shape:  # a power for each entry: one vector, not a number to a power
        return b.normal(E.fn("exp", k)) if base == E.EULER else b.atom(e)
    return b.power(b.normal(base), b.normal(k))


def _fn(b: Builder, e: Expr) -> Normal:
    name = e.data
    if len(e.args) != 1:
        return b.atom(e)
    n = b.normal(e.args[0])
    if name == "sqrt":
        return b.power(n, {EMPTY: Fraction(1, 2)})
    if name in ("abs", "sign") and len(n) == 1:
        if name == "abs":
            return b.absolute(n)
        ((scalars, vectors), c), = n.items()
        out: Normal = {EMPTY: Fraction(1 if c > 0 else -1)}
        for group in (scalars, vectors):
            for a, _ in group:
                if a.op == "fn" and a.data == "sign":
                    out = b.times(out, b.raised(a, number(Fraction(1))))
                elif not (a.op == "fn" and a.data == "abs") and not b.is_positive(a):
                    return b.atom(e)
        return out
    if name == "exp" and not n:
        return {EMPTY: Fraction(1)}
    if (name == "abs" and not n) or (name == "sign" and not n):
        return {}
    return b.atom(e)


def _norm(b: Builder, e: Expr) -> Normal:
    x, p = e.args
    n = b.normal(x)
    if not n:
        return {}
    parts = b.split(n)
    p = b.canonical(p)
    if parts is None:
        whole, content = b.primitive(n)
        return b.times(b.absolute(content), b.raised(E.norm(whole, p, e.data), number(Fraction(1))))
    scalar, vector = parts
    return b.times(b.absolute(scalar), b.raised(E.norm(build(vector, x.shape), p, e.data), number(Fraction(1))))


def _dot(b: Builder, e: Expr) -> Normal:
    x, y = (b.normal(a) for a in e.args)
    shape = e.args[0].shape
    out: Normal = {}
    for kx, cx in x.items():
        for ky, cy in y.items():
            scalar = b.times({(kx[0], frozenset()): cx}, {(ky[0], frozenset()): cy})
            out = b.add(out, b.times(scalar, _inner(b, kx[1], ky[1], shape)))
    return out


def _inner(b: Builder, u: Any, v: Any, shape: E.Shape) -> Normal:
    """Inner product of two vector monomials; entrywise products are moved to where they close."""
    if len(shape) == 1 and not any(a.op in ("T", "matmul", "at", "vec") for a, _ in u | v):
        merged = b.times({(frozenset(), u): Fraction(1)}, {(frozenset(), v): Fraction(1)})
        closed = _total_of(b, merged, shape)
        if closed is not None:
            return closed
    p, q = sorted((build({(frozenset(), u): Fraction(1)}, shape), build({(frozenset(), v): Fraction(1)}, shape)), key=repr)
    return b.raised(E.dot(p, q), number(Fraction(1)))


def _total_of(b: Builder, n: Normal, shape: E.Shape) -> Normal | None:
    """Sum of the entries of a one-term vector where it is a power of a norm, else None."""
    ((scalars, vectors), c), = n.items()
    factor: Normal = {(scalars, frozenset()): c}
    items = dict(vectors)
    if not items or all(a.op == "ones" for a in items):
        return b.times(factor, {(frozenset(((E.dim(shape[0]), number(Fraction(1))),)), frozenset()): Fraction(1)})
    if len(items) != 1:
        return None
    (a, e), = items.items()
    if not (a.op == "fn" and a.data == "abs"):
        return None
    power = constant_of(dict(e))
    if power is not None and power <= 0:
        return None  # a sum of reciprocals is no power of a norm
    k = build(dict(e), E.SCALAR)
    return b.times(factor, b.raised(E.norm(a.args[0], k), e))


def _total(b: Builder, e: Expr) -> Normal:
    n = b.normal(e.args[0])
    shape = e.args[0].shape
    out: Normal = {}
    for (s, v), c in n.items():
        closed = _total_of(b, {(frozenset(), v): Fraction(1)}, shape) if len(shape) == 1 else None
        if closed is None and len(shape) == 1:
            closed = _split_total(b, v, shape)
        if closed is None:
            closed = b.raised(E.total(build({(frozenset(), v): Fraction(1)}, shape)), number(Fraction(1)))
        out = b.add(out, b.times({(s, frozenset()): c}, closed))
    return out


def _split_total(b: Builder, v: Any, shape: E.Shape) -> Normal | None:
    """sum_i x_i y_i is the inner product of x and y: one canonical split of two real factors."""
    bases = sorted({a.args[0] for a, _ in v if a.op == "fn" and a.data in ("sign", "abs")}, key=repr)
    if len(bases) != 2:
        return None
    groups = []
    for base in bases:
        groups.append(frozenset((a, e) for a, e in v if a.args[0] == base))
    if groups[0] | groups[1] != v:
        return None
    return _inner_atom(b, groups[0], groups[1], shape)


def _inner_atom(b: Builder, u: Any, v: Any, shape: E.Shape) -> Normal:
    p, q = sorted((build({(frozenset(), u): Fraction(1)}, shape), build({(frozenset(), v): Fraction(1)}, shape)), key=repr)
    return b.raised(E.dot(p, q), number(Fraction(1)))


def _reduce(b: Builder, e: Expr) -> Normal:
    body, lo, hi = e.args
    kind, index = e.data
    vector = entrywise(body, index, hi) if E.is_number(lo, 1) and not body.shape else None
    if vector is not None:
        if kind == "sum":
            return b.normal(E.total(vector))
        if kind in ("max", "min"):
            return b.normal(E.reduce_all(kind, vector))
    return b.raised(e, number(Fraction(1)))


def _reduceall(b: Builder, e: Expr) -> Normal:
    n = b.normal(e.args[0])
    parts = b.split(n)
    if parts is not None and e.data == "max" and len(e.args[0].shape) == 1:
        scalar, vector = parts
        ((_, vectors), _c), = vector.items()
        (_, c), = scalar.items()
        if c > 0 and len(vectors) == 1:
            (a, power), = vectors
            if a.op == "fn" and a.data == "abs" and power == number(Fraction(1)) and all(
                    b.is_positive(s) for s, _ in next(iter(scalar))[0]):
                return b.times(scalar, b.raised(E.norm(a.args[0], E.INF), number(Fraction(1))))
    return b.atom(e)


def _comp(b: Builder, e: Expr) -> Normal:
    vector = entrywise(e.args[0], e.data, E.dim(e.shape[0]))
    return b.raised(e, number(Fraction(1))) if vector is None else b.normal(vector)


def _add(b: Builder, e: Expr) -> Normal:
    out: Normal = {}
    for a in e.args:
        out = b.add(out, b.normal(a))
    return out


def _div(b: Builder, e: Expr) -> Normal:
    return b.times(b.normal(e.args[0]), b.power(b.normal(e.args[1]), {EMPTY: Fraction(-1)}))


def _at(b: Builder, e: Expr) -> Normal:
    x, *indices = e.args
    if len(x.shape) != 1 or len(indices) != 1:
        return b.real(E.rebuild(e, tuple(b.canonical(a) for a in e.args)))
    i = b.canonical(indices[0])
    out: Normal = {}
    for (s, v), c in b.normal(x).items():
        term: Normal = {(s, frozenset()): c}
        for a, power in v:
            if a.op == "fn" and a.data == "abs" and i.op == "argopt" and i.data == ("argmax", _PLACE.data) and i.args[0] == E.at(a, _PLACE):
                entry = E.norm(a.args[0], E.INF)  # |x_k| for the place k of the largest |x_i|
            elif a.op == "fn" and a.data in ("sign", "abs"):
                entry = E.fn(a.data, E.at(a.args[0], i))
            elif a.op == "ones":
                continue
            else:
                entry = E.at(a, i)
            term = b.times(term, b.raised(entry, power))
        out = b.add(out, term)
    return out


_PLACE = E.idx("_")


def _argopt(b: Builder, e: Expr) -> Normal:
    """argmax_i f(i) by the vector of all f(i), whatever its index is called."""
    vector = entrywise(e.args[0], e.data[1], e.args[1]) if b.places else None
    if vector is None:
        return b.atom(e)
    return b.raised(E.argopt(e.data[0], str(_PLACE.data), E.at(b.canonical(vector), _PLACE), e.args[1]), number(Fraction(1)))


def _matmul(b: Builder, e: Expr) -> Normal:
    """Identities drop out and scalar factors come to the front."""
    scale: Normal = {EMPTY: Fraction(1)}
    kept: list[Expr] = []
    for a in e.args:
        n = b.normal(a)
        parts = b.split(n)
        if not n:
            return {}
        if parts is None or len(a.shape) != 2 or 1 in a.shape:
            kept.append(b.canonical(a))
            continue
        scale = b.times(scale, parts[0])
        kept.append(build(parts[1], a.shape))
    x, y = kept
    if x.op == "eye" or y.op == "eye":
        return b.times(scale, b.normal(y if x.op == "eye" else x))
    return b.times(scale, b.raised(E.matmul(x, y), number(Fraction(1))))


def _vec(b: Builder, e: Expr) -> Normal:
    """A constant vector with a common entry is that entry times the vector of ones."""
    entries = [b.canonical(a) for a in e.args]
    if len(set(entries)) == 1 and entries:
        return b.times(b.normal(entries[0]), b.raised(E.ones(len(entries)), number(Fraction(1))))
    return b.raised(E.vec(tuple(entries)), number(Fraction(1)))


RULES: dict[str, Callable[[Builder, Expr], Normal]] = {
    "num": lambda b, e: {EMPTY: Fraction(e.data)} if e.data else {},
    "dec": lambda b, e: {EMPTY: Fraction(e.data[0])} if e.data[0] else {},
    "sym": lambda b, e: b.real(e), "add": _add, "div": _div, "fn": _fn, "norm": _norm, "dot": _dot, "total": _total,
    "neg": lambda b, e: b.times({EMPTY: Fraction(-1)}, b.normal(e.args[0])),
    "mul": lambda b, e: b.times(b.normal(e.args[0]), b.normal(e.args[1])),
    "pow": _pow,
    "zeros": lambda b, e: {}, "reduce": _reduce, "reduceall": _reduceall, "comp": _comp, "at": _at, "vec": _vec,
    "matmul": _matmul, "argopt": _argopt,
}
