"""Equal rewrites of an expression: other notations for norms, factors moved, expanded, entry by entry, in numbers.

Each result is checked in plain NumPy before it is written; a rewrite that is not equal is dropped.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np

from derive.grading.stress.values import Instance, Unvalued, defined, same, value
from derive.maths import expr as E
from derive.maths.expr import Expr

Rule = Callable[[Expr, random.Random], Expr | None]


def absolute(x: Expr) -> Expr:
    """|x|, elementwise."""
    return E.fn("abs", x)


def sign(x: Expr) -> Expr:
    """sign(x), elementwise."""
    return E.fn("sign", x)


def index_of_largest(x: Expr, kind: str = "argmax") -> Expr:
    """argmax_i |x_i|."""
    return E.argopt(kind, "i", absolute(E.at(x, E.idx("i"))), E.dim(x.shape[0]))


def over_entries(kind: str, x: Expr, body: Callable[[Expr], Expr]) -> Expr:
    """sum or max over all entries of x."""
    return E.reduce_over(kind, "j", body(E.at(x, E.idx("j"))), E.ONE, E.dim(x.shape[0]))


def positive_part(e: Expr) -> Expr | None:
    """x where e is max(x, 0), else None."""
    if e.op != "fn" or e.data not in ("relu", "maximum"):
        return None
    rest = [a for a in e.args if a not in (E.ZERO, E.zeros(*a.shape))]
    return rest[0] if len(rest) == 1 and rest[0].shape == e.shape else None


def softmax_of(e: Expr) -> Expr | None:
    """x where e is exp(x) / sum exp(x), else None."""
    if e.op == "mul" and e.args[0].op == "div" and e.args[0].args[0] == E.ONE:
        top, bottom = e.args[1], e.args[0].args[1]
    elif e.op == "div":
        top, bottom = e.args
    else:
        return None
    return top.args[0] if top.op == "fn" and top.data == "exp" and len(top.shape) == 1 and bottom == E.total(top) else None


def log_sum_exp_of(e: Expr) -> Expr | None:
    """x where e is log sum exp(x), else None."""
    if e.op != "fn" or e.data != "log" or e.args[0].op != "total":
        return None
    inner = e.args[0].args[0]
    return inner.args[0] if inner.op == "fn" and inner.data == "exp" else None


def restricted(e: Expr) -> tuple[Expr, Expr] | None:
    """(value, condition) where e is a sum of a value under a condition, else 0."""
    body = e.args[0]
    if e.data[0] == "sum" and body.op == "cases" and len(body.args) == 3 and body.args[2] == E.ZERO and body.args[1].op == "rel":
        return body.args[0], body.args[1]
    return None


def clipped(e: Expr) -> tuple[Expr, Expr, Expr] | None:
    """(x, l, u) where e is min(max(x, l), u), else None."""
    if e.op == "fn" and e.data == "minimum" and e.args[0].op == "fn" and e.args[0].data == "maximum":
        x, low = e.args[0].args
        return x, low, e.args[1]
    return None


def norm_as_sum(e: Expr, rng: random.Random) -> Expr | None:
    """A norm by its entries, or ||x||_1 = <x, sign(x)>."""
    if e.op != "norm" or e.data != "p" or e.args[0].op != "sym":
        return None
    x, p = e.args
    if p == E.ONE:
        return rng.choice((over_entries("sum", x, absolute), over_entries("sum", x, absolute), E.dot(x, sign(x)), E.dot(sign(x), x)))
    if p == E.INF:
        return rng.choice((over_entries("max", x, absolute), absolute(E.at(x, index_of_largest(x)))))
    if p == E.TWO:
        return E.fn("sqrt", rng.choice((over_entries("sum", x, lambda t: E.power(t, E.TWO)), E.dot(x, x))))
    return E.power(over_entries("sum", x, lambda t: E.power(absolute(t), p)), E.div(E.ONE, p))


def square_of_norm(e: Expr, rng: random.Random) -> Expr | None:
    """||x||_2^2 = <x, x> = sum x_i^2, or the norm twice."""
    if e.op != "pow" or e.args[1] != E.TWO:
        return None
    base = e.args[0]
    if base.op == "norm" and base.args[1] == E.TWO and base.args[0].op == "sym":
        x = base.args[0]
        return rng.choice((E.dot(x, x), E.dot(x, x), over_entries("sum", x, lambda t: E.power(t, E.TWO))))
    return E.mul(base, base) if base.op == "norm" and rng.random() < 0.1 else None


def sign_as_quotient(e: Expr, rng: random.Random) -> Expr | None:
    """sign(x) = x / |x| where no entry is 0."""
    if e.op == "fn" and e.data == "sign" and e.args[0].op == "sym" and e.shape and rng.random() < 0.3:
        return E.div(e.args[0], absolute(e.args[0]))
    return None


def minus_into_sign(e: Expr, rng: random.Random) -> Expr | None:
    """-c sign(x) = c sign(-x)."""
    if e.op != "neg":
        return None
    found = [x for x in E.walk(e.args[0]) if x.op == "fn" and x.data == "sign"]
    if len(found) != 1 or rng.random() < 0.7:
        return None
    return E.replace(e.args[0], {found[0]: sign(E.neg(found[0].args[0]))})


def largest_entry(e: Expr, rng: random.Random) -> Expr | None:
    """sign(x_k) ||x||_inf = x_k for k = argmax |x_i|, or ||x||_inf = |x_k|."""
    picked = [x for x in E.walk(e) if x.op == "fn" and x.data == "sign" and x.args[0].op == "at" and x.args[0].args[1].op == "argopt"]
    if not picked:
        return None
    entry = picked[0].args[0]
    top = E.norm(entry.args[0], E.INF)
    if not any(x == top for x in E.walk(e)):
        return None
    return E.replace(E.replace(e, {picked[0]: E.ONE}), {top: entry}) if rng.random() < 0.7 else E.replace(e, {top: absolute(entry)})


def expanded(e: Expr, rng: random.Random) -> Expr | None:
    """a (b + c) = a b + a c."""
    if e.op != "mul":
        return None
    for a, b in (e.args, e.args[::-1]):
        if b.op == "add" and not b.shape and not a.shape:
            return E.add(*(E.neg(_times(a, t.args[0])) if t.op == "neg" else _times(a, t) for t in b.args))
    return None


def _times(a: Expr, b: Expr) -> Expr:
    if b == E.ONE:
        return a
    return E.power(a, E.TWO) if a == b else E.mul(a, b)


def reciprocal(e: Expr, rng: random.Random) -> Expr | None:
    """a / b = a b^{-1}; sqrt(x) = x^{1/2}."""
    if e.op == "fn" and e.data == "sqrt" and rng.random() < 0.1:
        return E.power(e.args[0], E.HALF)
    return None


def sides_swapped(e: Expr, rng: random.Random) -> Expr | None:
    """a < b as b > a."""
    if e.op != "rel" or e.data not in ("<", "<=", ">", ">="):
        return None
    return E.rel({"<": ">", ">": "<", "<=": ">=", ">=": "<="}[e.data], e.args[1], e.args[0])


def cleared(e: Expr, rng: random.Random) -> Expr | None:
    """a < b / c as a c < b, for positive c."""
    if e.op == "rel" and e.args[1].op == "div":
        b, c = e.args[1].args
        return E.rel(e.data, E.mul(e.args[0], c), b)
    return None


RULES: tuple[Rule, ...] = (
    norm_as_sum,
    square_of_norm,
    sign_as_quotient,
    minus_into_sign,
    largest_entry,
    expanded,
    reciprocal,
    sides_swapped,
    cleared,
)


def rewritten(e: Expr, rng: random.Random, often: float = 0.3, rules: Sequence[Rule] = RULES) -> Expr:
    """e with rules applied here and there, top first."""
    for rule in rules:
        if rng.random() < often:
            try:
                found = rule(e, rng)
            except E.ShapeError:
                continue
            if found is not None:
                e = found
    if not e.args or e.op in ("argopt", "norm"):
        return e
    args = tuple(rewritten(a, rng, often, rules) for a in e.args)
    try:
        return e if args == e.args else E.rebuild(e, args)
    except E.ShapeError:
        return e


def equal_on(a: Expr, b: Expr, at: Sequence[Instance]) -> bool:
    """Whether two expressions agree wherever both are defined, and both are somewhere."""
    met = False
    for one in at:
        try:
            x, y = value(a, one), value(b, one)
        except (Unvalued, ValueError, KeyError):
            return False
        if not defined(y) or not defined(x):
            continue
        if not same(x, y):
            return False
        met = True
    return met


# ------------------------------------------------------------------------------------------ entry by entry


def entry(e: Expr, *at: Expr) -> Expr:
    """The i-th entry of a vector expression, or the entry (i, j) of a matrix, worked out as far as it goes elementwise."""
    if not e.shape:
        return e
    if e.op in ("add", "neg", "mul", "div", "pow", "fn", "cases", "rel", "and", "or", "not"):
        return E.rebuild(e, tuple(entry(a, *at) for a in e.args))
    i = at[0]
    if e.op == "comp":
        return E.replace(e.args[0], {E.idx(e.data): i})
    if e.op in ("ones", "zeros"):
        return E.ONE if e.op == "ones" else E.ZERO
    if e.op == "vec" and i.op == "num":
        return e.args[int(i.data) - 1]
    if e.op == "basis":
        raise Unvalued("basis")
    return E.at(e, *at)


def extreme_entry(e: Expr) -> Expr:
    """The largest, or smallest, of all entries, over an index for each of their places: max_i max_j a_ij."""
    inner = e.args[0]
    letters = "j" if len(inner.shape) == 1 else "ij"
    out = entry(inner, *(E.idx(i) for i in letters))
    for i, size in reversed(list(zip(letters, inner.shape, strict=True))):
        out = E.reduce_over(str(e.data), i, out, E.ONE, E.dim(size))
    return out


def sums_of_pieces(e: Expr) -> Expr:
    """Sums of vectors that are given by pieces or entry by entry, written as sums over their entries."""
    i = E.idx("@sum")
    if e.op == "total" and len(e.args[0].shape) == 1 and any(x.op == "cases" and x.shape for x in E.walk(e)):
        return E.reduce_over("sum", "@sum", entry(e.args[0], i), E.ONE, E.dim(e.args[0].shape[0]))
    if e.op == "dot" and any(a.op == "comp" for a in e.args):
        return E.reduce_over("sum", "@sum", E.mul(*(entry(a, i) for a in e.args)), E.ONE, E.dim(e.args[0].shape[0]))
    if not e.args:
        return e
    args = tuple(sums_of_pieces(a) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


def apart(e: Expr, within: tuple[str, ...] = ()) -> Expr:
    """e with another index for a sum or extreme that stands in one over the same index."""
    if not e.args:
        return e
    bound = E.bound_index(e)
    if bound is None:
        args = tuple(apart(a, within) for a in e.args)
        return e if args == e.args else e._replace(args=args)
    name = bound if bound not in within else f"{bound}@{len(within)}"
    body = e.args[0] if name == bound else E.replace(e.args[0], {E.idx(bound): E.idx(name)})
    return e._replace(args=(apart(body, (*within, name)), *(apart(a, within) for a in e.args[1:])), data=name if e.op == "comp" else (e.data[0], name))


def by_cases(e: Expr) -> tuple[Expr, Expr] | None:
    """(c, k) where e = c e_k for one unit vector: the entry at k is c, all others are 0."""
    units = [x for x in E.walk(e) if x.op == "basis"]
    if len(set(units)) != 1:
        return None
    unit = units[0]
    if e.op not in ("neg", "mul", "div"):
        return None
    k = unit.args[0]

    def at_k(x: Expr) -> Expr:
        if x == unit:
            return E.ONE
        if not x.shape:
            return x
        if x.op == "mul":
            a, b = (at_k(y) for y in x.args)
            return b if a == E.ONE else a if b == E.ONE else E.mul(a, b)
        return E.rebuild(x, tuple(at_k(y) for y in x.args))

    return at_k(e), k


# ------------------------------------------------------------------------------------------ in numbers


def rational_entries(v: Any) -> tuple[Fraction, ...] | None:
    """The exact entries behind float values, where they are fractions with small denominators."""
    flat = np.asarray(v, dtype=float).ravel()
    out = tuple(Fraction(float(x)).limit_denominator(10**7) for x in flat)
    return out if all(abs(float(f) - x) <= 1e-14 * (1 + abs(x)) for f, x in zip(out, flat, strict=True)) else None


def shortened(f: Fraction, digits: int) -> Expr:
    """f rounded to so many significant digits, with its zeros kept."""
    if f == 0:
        return E.dec(Fraction(0), "0.0")
    size = 0
    while abs(f) >= Fraction(10) ** size:
        size += 1
    while abs(f) < Fraction(10) ** (size - 1):
        size -= 1
    places = max(digits - size, 1)
    scaled = abs(f) * 10**places
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}"
    return E.dec(Fraction(whole, 10**places), text) if f > 0 else E.neg(E.dec(Fraction(whole, 10**places), text))


def terminating(f: Fraction) -> bool:
    """Whether f is a short decimal."""
    return f.denominator > 1 and 10**6 % f.denominator == 0


def exact_decimal(f: Fraction) -> Expr:
    """f as a decimal or an integer, exactly."""
    return E.num(f) if f.denominator == 1 or not terminating(f) else E.dec(f, f"{float(f):.12g}")


def numeric_vectors(entries: tuple[Fraction, ...], rng: random.Random) -> Expr:
    """A vector of numbers in one of the ways it is written: fractions, a factor outside, decimals."""
    whole = lcm(*(f.denominator for f in entries))
    numerators = [int(f * whole) for f in entries]
    g = gcd(*numerators) or 1
    ways = ["entries", "entries", "factor", "rounded", "quotient", "over"]
    if len(set(entries)) == 1:
        ways += ["ones", "ones"]
    way = rng.choice(ways)
    if way == "ones":
        return E.mul(E.num(entries[0]), E.ones(len(entries)))
    if way == "factor":
        return E.mul(E.num(Fraction(g, whole)), E.vec(tuple(E.num(k // g) for k in numerators)))
    if way == "over":
        return E.vec(tuple(E.div(E.num(k), E.num(whole)) for k in numerators))
    if way == "rounded":
        digits = rng.choice((4, 5, 6))
        return E.vec(tuple(shortened(f, digits) for f in entries))
    if way == "quotient" and entries[0]:
        first = entries[0]
        ratios = [f / first for f in entries]
        if all(r.denominator == 1 or terminating(r) for r in ratios) and (1 / first).denominator < 10**5 and terminating(1 / first):
            return E.div(E.vec(tuple(exact_decimal(r) for r in ratios)), E.dec(1 / first, f"{float(1 / first):.12g}"))
    return E.vec(tuple(E.num(f) for f in entries))
