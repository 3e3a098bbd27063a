"""Exact matrices, as lists of rows: products, elimination, decompositions. Rational ones stay rational."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from derive.maths.exact_numbers import ONE, ZERO, Undefined, Value, bounded, is_zero, s_add, s_div, s_mul, s_neg, s_sqrt, to_mpf, total
from derive.maths.spectral import is_symmetric


def transposed(m: list[list[Value]]) -> list[list[Value]]:
    """M^T."""
    return [list(r) for r in zip(*m, strict=True)]


def products(a: list[list[Value]], b: list[list[Value]]) -> list[list[Value]]:
    """A B."""
    cols = transposed(b)
    p, q = [over_common(r) for r in a], [over_common(c) for c in cols]
    if None not in p and None not in q:  # rational: one fraction an entry instead of one a product
        return [[bounded(Fraction(sum(x * y for x, y in zip(r[0], c[0], strict=True)), r[1] * c[1])) for c in q if c] for r in p if r]
    return [[total([s_mul(x, y) for x, y in zip(r, c, strict=True)]) for c in cols] for r in a]


def over_common(row: list[Value]) -> tuple[list[int], int] | None:
    """Rational numbers over their common denominator: (numerators, denominator); None where one is not rational."""
    if not all(isinstance(x, Fraction) for x in row):
        return None
    d = lcm(*(x.denominator for x in row))
    return [x.numerator * (d // x.denominator) for x in row], d


def _solve(m: list[list[Value]], rhs: list[list[Value]]) -> list[list[Value]]:
    """Gauss-Jordan elimination; exact on rationals."""
    n = len(m)
    rows = [over_common(list(r) + list(s)) for r, s in zip(m, rhs, strict=True)]
    if None not in rows:
        return _solve_integers([r[0] for r in rows if r], n)
    a = [list(r) + list(s) for r, s in zip(m, rhs, strict=True)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(to_mpf(a[r][c])))
        if is_zero(a[pivot][c]):
            raise Undefined("inverse of a singular matrix")
        a[c], a[pivot] = a[pivot], a[c]
        a[c] = [s_div(x, a[c][c]) for x in a[c]]
        for r in range(n):
            if r != c and not is_zero(a[r][c]):
                k = a[r][c]
                a[r] = [s_add(x, s_neg(s_mul(k, y))) for x, y in zip(a[r], a[c], strict=True)]
    return [r[n:] for r in a]


def solved(m: list[list[Value]], rhs: list[list[Value]]) -> list[list[Value]]:
    """M^{-1} R. Raises Undefined where M is singular."""
    return _solve(m, rhs)


def _solve_integers(a: list[list[int]], n: int) -> list[list[Value]]:
    """Elimination without fractions: every division is exact. Source: Bareiss, Math. Comp. 22 (1968)."""
    last = 1
    for c in range(n):
        pivot = next((r for r in range(c, n) if a[r][c]), None)
        if pivot is None:
            raise Undefined("inverse of a singular matrix")
        a[c], a[pivot] = a[pivot], a[c]
        top, p = a[c], a[c][c]
        for r in range(n):
            if r != c:
                k = a[r][c]
                a[r] = [(p * x - k * y) // last for x, y in zip(a[r], top, strict=True)]
        last = p
    return [[bounded(Fraction(x, a[r][r])) for x in a[r][n:]] for r in range(n)]


def identity(n: int) -> list[list[Value]]:
    """The identity matrix."""
    return [[ONE if i == j else ZERO for j in range(n)] for i in range(n)]


def cholesky(m: list[list[Value]]) -> list[list[Value]]:
    """Lower triangular L with M = L L^T. Raises Undefined where M is not symmetric positive definite."""
    if not is_symmetric(m):
        raise Undefined("Cholesky factor of a matrix that is not symmetric")
    n = len(m)
    out: list[list[Value]] = [[ZERO] * n for _ in range(n)]
    for j in range(n):
        left = s_add(m[j][j], s_neg(total([s_mul(x, x) for x in out[j][:j]])) if j else ZERO)
        if is_zero(left) or left < 0:
            raise Undefined("Cholesky factor of a matrix that is not positive definite")
        out[j][j] = s_sqrt(left)
        for i in range(j + 1, n):
            inner = total([s_mul(x, y) for x, y in zip(out[i][:j], out[j][:j], strict=True)]) if j else ZERO
            out[i][j] = s_div(s_add(m[i][j], s_neg(inner)), out[j][j])
    return out


def qr_factor(m: list[list[Value]], which: str) -> list[list[Value]]:
    """'q' or 'r' of M = Q R, the diagonal of R in turn below and above 0: R^T is the Cholesky factor of M^T M up to signs, and Q = M R^{-1}."""
    below = cholesky(products(transposed(m), m))
    r = [[x if i % 2 else s_neg(x) for x in row] for i, row in enumerate(transposed(below))]
    return r if which == "r" else products(m, _solve(r, identity(len(r))))


def pseudoinverse(m: list[list[Value]]) -> list[list[Value]]:
    """(M^T M)^{-1} M^T or M^T (M M^T)^{-1} for matrices of full rank; F^T (F F^T)^{-1} (C^T C)^{-1} C^T for rational ones, M = C F of full rank."""
    t = transposed(m)
    try:
        if len(m) >= len(m[0]):  # full column rank: (M'M)^-1 M'; full row rank: M'(MM')^-1
            return _solve(products(t, m), t)
        return transposed(_solve(products(m, t), m))
    except Undefined:
        if not all(isinstance(x, Fraction) for row in m for x in row):
            raise
    reduced, pivots = _reduced([[x for x in row if isinstance(x, Fraction)] for row in m])
    if not pivots:
        return [[ZERO] * len(m) for _ in t]
    columns: list[list[Value]] = [[row[c] for c in pivots] for row in m]
    across = transposed(columns)
    right = _solve(products(across, columns), across)
    back = transposed(reduced)
    return products(back, _solve(products(reduced, back), right))


def _reduced(m: list[list[Fraction]]) -> tuple[list[list[Value]], list[int]]:
    """The rows of the reduced echelon form that are not zero, and the columns of its pivots."""
    a = [list(row) for row in m]
    pivots: list[int] = []
    for c in range(len(a[0])):
        top = len(pivots)
        pivot = next((r for r in range(top, len(a)) if a[r][c]), None)
        if pivot is None:
            continue
        a[top], a[pivot] = a[pivot], a[top]
        p = a[top][c]
        a[top] = [x / p for x in a[top]]
        for r in range(len(a)):
            if r != top and a[r][c]:
                k = a[r][c]
                a[r] = [x - k * y for x, y in zip(a[r], a[top], strict=True)]
        pivots.append(c)
    return [[bounded(x) for x in row] for row in a[: len(pivots)]], pivots


def determinant(m: list[list[Value]]) -> Value:
    """det M, by elimination."""
    m = [list(r) for r in m]
    out: Value = ONE
    n = len(m)
    for c in range(n):
        pivot = next((r for r in range(c, n) if not is_zero(m[r][c])), None)
        if pivot is None:
            return ZERO
        if pivot != c:
            m[c], m[pivot] = m[pivot], m[c]
            out = s_neg(out)
        out = s_mul(out, m[c][c])
        for r in range(c + 1, n):
            k = s_div(m[r][c], m[c][c])
            m[r] = [s_add(x, s_neg(s_mul(k, y))) for x, y in zip(m[r], m[c], strict=True)]
    return out
