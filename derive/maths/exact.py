"""Expr x one world -> exact value: rational where the world and the operations are, else many digits.

Scalars are Fractions as long as they can be; a root, exponential or trigonometric value that is
not rational is an mpmath number of `digits` digits. Vectors are lists, matrices lists of lists.
Nothing here rounds to float64, so a difference of 1e-30 is seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.evaluate import MAX_TERMS
from derive.maths.exact_matrices import cholesky, determinant, identity, over_common, products, pseudoinverse, qr_factor, solved, transposed
from derive.maths.exact_numbers import (
    BINARY,
    DIGITS,
    ONE,
    UNARY,
    ZERO,
    Undefined,
    Value,
    bounded,
    compare,
    each,
    extreme,
    flatten,
    plus,
    root_of,
    s_add,
    s_div,
    s_mul,
    s_neg,
    s_pow,
    s_sign,
    s_sqrt,
    times,
    to_mpf,
    total,
)
from derive.maths.exact_spectra import eigen, is_semidefinite, power_of, rank_of
from derive.maths.expr import Dim, Expr, free_indices, inside_least
from derive.maths.many_digits import NotRational, loaded, mpmath, rational_only
from derive.maths.spectral import singular_decomposition

__all__ = [
    "DIGITS", "Undefined", "Value", "World", "compare", "exact", "flatten", "s_add", "s_div", "s_mul", "s_neg", "s_pow", "s_sign", "s_sqrt", "solved", "to_mpf",
    "value_at",
]


class World:
    """One exact instance: values (nested lists of Fractions) by symbol, and dimensions.

    known: what was worked out in it (norms, inner products, arg-maxima and the like, at DIGITS digits), for worlds in which
    many expressions are evaluated; else None.
    """

    __slots__ = ("dims", "kind", "known", "values")

    def __init__(self, values: Mapping[str, Value], dims: Mapping[str, int], kind: str = "generic") -> None:
        self.values = values
        self.dims = dims
        self.kind = kind
        self.known: dict[Expr, Value] | None = None


_KEPT = frozenset(("norm", "dot", "argopt", "reduce", "total", "svd", "eig", "qr", "chol", "inv", "pinv", "matpow", "det", "fn"))
_MOST_KEPT = 300  # values kept with a world


def exact(e: Expr, world: World, digits: int = DIGITS) -> Value:
    """The value of e in the world. Raises Undefined, or NotEvaluable for what has no number."""
    if digits != DIGITS and world.known is not None:
        world = World(world.values, world.dims, world.kind)
    if not loaded():
        try:
            with rational_only():
                return _eval(e, world, {})
        except NotRational:
            pass
    if mpmath.mp.dps == digits:
        return _eval(e, world, {})
    with mpmath.workdps(digits):
        return _eval(e, world, {})


def value_at(e: Expr, world: World) -> Value | None:
    """The exact value, or None where it is undefined."""
    try:
        return exact(e, world)
    except Undefined:
        return None


Bound = dict[str, int]


def _eval(e: Expr, w: World, b: Bound) -> Value:
    try:
        rule = _RULES[e.op]
    except KeyError:
        raise NotEvaluable(f"a {e.op} has no numeric value") from None
    if w.known is None or e.op not in _KEPT or (b and e.op == "fn"):
        return rule(e, w, b)
    value = w.known.get(e)
    if value is None:
        value = rule(e, w, b)
        if len(w.known) < _MOST_KEPT and not (b and free_indices(e)):
            w.known[e] = value
    return value


def _fn(e: Expr, w: World, b: Bound) -> Value:
    args = [_eval(a, w, b) for a in e.args]
    return each(UNARY[e.data] if len(args) == 1 else BINARY[e.data], *args)


def _sym(e: Expr, w: World, b: Bound) -> Value:
    try:
        return w.values[e.data]
    except KeyError:
        raise NotEvaluable(f"{e.data} has no value") from None


def _idx(e: Expr, w: World, b: Bound) -> Value:
    if e.data not in b:
        raise NotEvaluable(f"index {e.data} is not bound")
    return Fraction(b[e.data])


def _dim(d: Dim, w: World) -> int:
    if isinstance(d, int):
        return d
    if d not in w.dims and len(inside := inside_least(d)) > 1:
        return min(_dim(x, w) for x in inside)
    if d not in w.dims:
        raise NotEvaluable(f"dimension {d} has no size")
    return w.dims[d]


def _fold(f: Callable[[Value, Value], Value]) -> Callable[[Expr, World, Bound], Value]:
    def apply(e: Expr, w: World, b: Bound) -> Value:
        values = [_eval(a, w, b) for a in e.args]
        acc = values[0]
        for v in values[1:]:
            acc = f(acc, v)
        return acc

    return apply


def _matmul(e: Expr, w: World, b: Bound) -> Value:
    x, y = e.args
    p, q = _eval(x, w, b), _eval(y, w, b)
    if len(x.shape) == 1:
        return [[s_mul(s, t) for t in q[0]] for s in p]
    if len(y.shape) == 1:
        return [r[0] for r in products(p, [[t] for t in q])]
    return products(p, q)


def _dot(e: Expr, w: World, b: Bound) -> Value:
    p, q = (flatten(_eval(a, w, b)) for a in e.args)
    r, c = over_common(p), over_common(q)
    if r is not None and c is not None:
        return bounded(Fraction(sum(x * y for x, y in zip(r[0], c[0], strict=True)), r[1] * c[1]))
    return total([s_mul(x, y) for x, y in zip(p, q, strict=True)])


def _T(e: Expr, w: World, b: Bound) -> Value:
    v = _eval(e.args[0], w, b)
    if len(e.args[0].shape) == 1:
        return [v]
    return v[0] if len(e.shape) == 1 else transposed(v)


def _inv(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    return solved(m, identity(len(m)))


def _matpow(e: Expr, w: World, b: Bound) -> Value:
    m, k = _eval(e.args[0], w, b), e.args[1]
    if k.op == "num":
        return power_of(m, k.data)
    named = _eval(k, w, b)
    if not isinstance(named, Fraction) or named.denominator != 1:
        raise Undefined("a power of a matrix that is no whole number")
    return power_of(m, named)


def _svd(e: Expr, w: World, b: Bound) -> Value:
    u, s, v = singular_decomposition(_eval(e.args[0], w, b))
    return {"u": u, "s": s, "v": v}[e.data]


def _eig(e: Expr, w: World, b: Bound) -> Value:
    return eigen(_eval(e.args[0], w, b))[0 if e.data == "values" else 1]


def _diag(e: Expr, w: World, b: Bound) -> Value:
    v = _eval(e.args[0], w, b)
    if len(e.shape) == 2:
        return [[x if i == j else ZERO for j in range(len(v))] for i, x in enumerate(v)]
    return [v[i][i] for i in range(len(v))]


def _pow(e: Expr, w: World, b: Bound) -> Value:
    """Powers; an even power of a root stays rational: sqrt(x)^k = x^(k/2), ||x||_2^k = (sum x_i^2)^(k/2)."""
    base, k = e.args
    if base.op == "fn" and base.data == "sqrt" and k.op == "num" and k.data.denominator == 1 and k.data % 2 == 0:
        return each(lambda x: s_pow(root_of(x), k.data / 2), _eval(base.args[0], w, b))
    if base.op == "norm" and k.op == "num" and k.data.denominator == 1 and k.data % 2 == 0 and (
            base.data == "fro" or (base.data == "p" and base.args[1].op == "num" and base.args[1].data == 2)):
        squares = total([s_mul(t, t) for t in flatten(_eval(base.args[0], w, b))])
        return s_pow(squares, k.data / 2)
    return each(s_pow, _eval(base, w, b), _eval(k, w, b))


def _norm(e: Expr, w: World, b: Bound) -> Value:
    x = _eval(e.args[0], w, b)
    if e.data in ("nuc", "op"):
        s = singular_decomposition(x)[1]
        return s[0] if e.data == "op" else total(s)
    entries = [abs(t) for t in flatten(x)]
    p: Value = Fraction(2)
    if e.data == "p":
        p = math.inf if e.args[1] == E.INF else _eval(e.args[1], w, b)
    if p == math.inf:
        return extreme(entries, 1)
    if p == 1:
        return total(entries)
    return s_pow(total([s_pow(t, p) for t in entries]), s_div(ONE, p))


def _range(lo: Expr, hi: Expr, w: World, b: Bound) -> range:
    p, q = _eval(lo, w, b), _eval(hi, w, b)
    if not all(isinstance(x, Fraction) and x.denominator == 1 for x in (p, q)) or q - p >= MAX_TERMS:
        raise NotEvaluable("bounds of a sum that are no integers, or too far apart")
    return range(int(p), int(q) + 1)


def _reduce(e: Expr, w: World, b: Bound) -> Value:
    body, lo, hi = e.args
    kind, index = e.data
    values = [_eval(body, w, {**b, index: i}) for i in _range(lo, hi, w, b)]
    if not values:
        if kind in ("max", "min"):
            raise Undefined(f"{kind} over nothing")
        return _eval(E.zeros(*e.shape) if kind == "sum" else E.ones(*e.shape), w, b) if e.shape else ZERO if kind == "sum" else ONE
    if kind in ("max", "min"):
        return extreme(values, 1 if kind == "max" else -1)
    acc = values[0]
    for v in values[1:]:
        acc = each(s_add if kind == "sum" else s_mul, acc, v)
    return acc


def _argopt(e: Expr, w: World, b: Bound) -> Value:
    body, hi = e.args
    kind, index = e.data
    best, where = None, 0
    for i in _range(Expr("num", (), (), ONE), hi, w, b):
        v = _eval(body, w, {**b, index: i})
        if best is None or compare(v, best) * (1 if kind == "argmax" else -1) > 0:
            best, where = v, i
    return Fraction(where)


def _at(e: Expr, w: World, b: Bound) -> Value:
    x = _eval(e.args[0], w, b)
    for i in e.args[1:]:
        k = _eval(i, w, b)
        if not isinstance(k, Fraction) or k.denominator != 1 or not 1 <= k <= len(x):
            raise Undefined("an index outside the vector")
        x = x[int(k) - 1]
    return x


def _basis(e: Expr, w: World, b: Bound) -> Value:
    n = _dim(e.shape[0], w)
    k = _eval(e.args[0], w, b)
    if not isinstance(k, Fraction) or k.denominator != 1 or not 1 <= k <= n:
        raise Undefined("a unit vector outside the dimension")
    return [ONE if i + 1 == k else ZERO for i in range(n)]


def _full(value: Fraction) -> Callable[[Expr, World, Bound], Value]:
    def apply(e: Expr, w: World, b: Bound) -> Value:
        out: Value = value
        for d in reversed(e.shape):
            out = [out] * _dim(d, w)
        return out

    return apply


def _mat(e: Expr, w: World, b: Bound) -> Value:
    c = _dim(e.shape[1], w)
    flat = [_eval(a, w, b) for a in e.args]
    return [flat[i : i + c] for i in range(0, len(flat), c)]


def _cases(e: Expr, w: World, b: Bound) -> Value:
    if not any(c.shape for c in e.args[1::2]):  # the case that applies decides alone: another may be undefined here
        holding = (e.args[k] for k in range(0, len(e.args) - 1, 2) if _eval(e.args[k + 1], w, b))
        chosen = next(holding, e.args[-1] if len(e.args) % 2 else None)
        if chosen is None:
            raise Undefined("no case applies")
        if chosen.shape == e.shape:
            return _eval(chosen, w, b)

    def pick(*values: Value) -> Value:
        for k in range(0, len(values) - 1, 2):
            if values[k + 1]:
                return values[k]
        if len(values) % 2:
            return values[-1]
        raise Undefined("no case applies")

    return each(pick, *(_eval(a, w, b) for a in e.args))


_COMPARE: dict[str, Callable[[int], bool]] = {
    "=": lambda c: c == 0, "!=": lambda c: c != 0, "<": lambda c: c < 0, "<=": lambda c: c <= 0,
    ">": lambda c: c > 0, ">=": lambda c: c >= 0,
}


def _rel(e: Expr, w: World, b: Bound) -> Value:
    if e.data not in _COMPARE:
        raise NotEvaluable(f"relation {e.data} has no truth value here")
    test = _COMPARE[e.data]
    return each(lambda x, y: test(compare(x, y)), *(_eval(a, w, b) for a in e.args))


def _const(e: Expr, w: World, b: Bound) -> Value:
    return {"pi": mpmath.pi, "e": mpmath.e, "inf": mpmath.inf}[e.data] * 1


def _root(e: Expr, w: World, b: Bound) -> Value:
    from derive.maths.roots import exact_root

    return exact_root(e, lambda t: _eval(e.args[0], World({**w.values, e.data[0]: t}, w.dims, w.kind), b))


_RULES: dict[str, Callable[[Expr, World, Bound], Value]] = {
    "letter": _sym, "root": _root,
    "num": lambda e, w, b: Fraction(e.data), "dec": lambda e, w, b: Fraction(e.data[0]), "const": _const,
    "bool": lambda e, w, b: bool(e.data), "dim": lambda e, w, b: Fraction(_dim(e.data, w)),
    "sym": _sym, "idx": _idx, "add": _fold(plus), "neg": lambda e, w, b: each(s_neg, _eval(e.args[0], w, b)),
    "mul": _fold(times), "div": _fold(partial(each, s_div)), "pow": _pow, "matpow": _matpow, "matmul": _matmul,
    "qr": lambda e, w, b: qr_factor(_eval(e.args[0], w, b), e.data), "chol": lambda e, w, b: cholesky(_eval(e.args[0], w, b)),
    "svd": _svd, "eig": _eig, "rank": lambda e, w, b: rank_of(_eval(e.args[0], w, b)), "psd": lambda e, w, b: is_semidefinite(_eval(e.args[0], w, b)),
    "dot": _dot, "T": _T, "inv": _inv, "diag": _diag,
    "pinv": lambda e, w, b: pseudoinverse(_eval(e.args[0], w, b)), "det": lambda e, w, b: determinant(_eval(e.args[0], w, b)),
    "trace": lambda e, w, b: total([r[i] for i, r in enumerate(_eval(e.args[0], w, b))]),
    "total": lambda e, w, b: total(flatten(_eval(e.args[0], w, b))),
    "mean": lambda e, w, b: (lambda v: s_div(total(v), Fraction(len(v))))(flatten(_eval(e.args[0], w, b))),
    "fn": _fn, "norm": _norm, "reduce": _reduce, "argopt": _argopt, "at": _at, "basis": _basis,
    "reduceall": lambda e, w, b: extreme(flatten(_eval(e.args[0], w, b)), 1 if e.data == "max" else -1),
    "ones": _full(ONE), "zeros": _full(ZERO), "eye": lambda e, w, b: identity(_dim(e.shape[0], w)),
    "vec": lambda e, w, b: [_eval(a, w, b) for a in e.args], "mat": _mat,
    "comp": lambda e, w, b: [_eval(e.args[0], w, {**b, e.data: i}) for i in range(1, _dim(e.shape[0], w) + 1)],
    "cases": _cases, "rel": _rel,
    "and": lambda e, w, b: each(lambda *v: all(v), *(_eval(a, w, b) for a in e.args)) if e.shape else all(_eval(a, w, b) for a in e.args),
    "or": lambda e, w, b: each(lambda *v: any(v), *(_eval(a, w, b) for a in e.args)) if e.shape else any(_eval(a, w, b) for a in e.args),
    "not": lambda e, w, b: each(lambda v: not v, _eval(e.args[0], w, b)),
}
