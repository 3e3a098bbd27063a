"""Vectors that a part gives in numbers, under an index: a_i/sum_j a_j^2 is read in the symbols and then put in numbers, exactly."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from derive.maths.direct.forms import LIST, SCALAR, VECTOR, WIDTH, Algebra, Beyond, Value, exponents


def entries_of(algebra: Algebra, name: str) -> list[float]:
    """The entries of a vector that the part gives in numbers. Raises Beyond where it does not."""
    return [float(x) for x in _exact(algebra, name)]


def _exact(algebra: Algebra, name: str) -> list[Fraction]:
    found = algebra.lists.get(name)
    if found is None or any(m for x in found[1] for m in x[1]):
        raise Beyond
    return [Fraction(x[1].get(0, 0), x[2]) for x in found[1]]


def ratio(a: Value, b: Value, e: int) -> Fraction | None:
    """c where the entries of a list are c times those of another to the power e, all numbers and none of them 0 or a decimal."""
    if len(a[1]) != len(b[1]) or any(len(x) == 4 or len(x[1]) != 1 or 0 not in x[1] for x in (*a[1], *b[1])):
        return None
    found = {Fraction(x[1][0], x[2]) / Fraction(y[1][0], y[2]) ** e for x, y in zip(a[1], b[1], strict=True)}
    return found.pop() if len(found) == 1 else None


def in_numbers(algebra: Algebra, a: Value) -> Value:
    """A vector that is made of one that is given in numbers, entry by entry."""
    entries: list[dict[int, Fraction]] = []
    for m, c in a[1].items():
        factors, rest = [Fraction(c, a[2])], m
        for k, e in exponents(m):
            known = _number(algebra, k, e)
            if known is not None:
                rest -= e << (WIDTH * k)
                factors = [f * x for f in factors for x in known] if len(factors) == 1 else [f * x for f, x in zip(factors, known * (len(factors) // len(known)), strict=True)]
        entries = entries or [{} for _ in factors]
        if len(factors) == 1:
            factors *= len(entries)
        elif len(entries) == 1:
            entries = [dict(entries[0]) for _ in factors]
        for terms, f in zip(entries, factors, strict=True):
            terms[rest] = terms.get(rest, Fraction(0)) + f
    return LIST, [_over_one_denominator(terms) for terms in entries], 1


def _number(algebra: Algebra, k: int, e: int) -> list[Fraction] | None:
    """The power of an atom that is given in numbers: one, or one for each entry."""
    kind, of, *more = algebra.names[k]
    if kind == "sum of":
        parts = in_numbers(algebra, (VECTOR, {of: 1}, 1))[1]
        if any(m for x in parts for m in x[1]):
            return None
        return [sum((Fraction(x[1].get(0, 0), x[2]) for x in parts), Fraction(0)) ** e]
    if of not in algebra.lists or kind not in ("vector", "sign", "norm", "total"):
        return None
    x = _exact(algebra, of)
    if kind == "vector":
        return [v**e for v in x]
    if kind == "sign":
        return [Fraction((v > 0) - (v < 0)) ** e for v in x]
    if kind == "norm" and more[0] == 2:
        return None if e % 2 else [sum((v * v for v in x), Fraction(0)) ** (e // 2)]
    return [(sum(x, Fraction(0)) if kind == "total" else sum(map(abs, x), Fraction(0)) if more[0] else max(map(abs, x))) ** e]


def _over_one_denominator(terms: dict[int, Fraction]) -> Value:
    under = lcm(*(c.denominator for c in terms.values()))
    return SCALAR, {m: int(c * under) for m, c in terms.items() if c}, under
