"""Eigenvalues and singular values of exact matrices: rational where they are rational, else many digits.

A rational symmetric matrix has a rational eigenvalue w exactly where det(A - w I) = 0: candidates come from float64 and
are verified by elimination, so what is returned as a Fraction is exact. Its unit eigenvectors are rational where their
squared lengths are squares. Everything else is worked out by mpmath at the digits in force.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any

import numpy as np

from derive.maths.many_digits import mpmath

Value = Any  # Fraction | mpmath.mpf
Matrix = list[list[Value]]

DENOMINATORS = 4096  # of the rational eigenvalues and singular values that are looked for


def is_symmetric(m: Matrix) -> bool:
    """Whether m equals its transpose, exactly or to the digits in force."""
    n = len(m)
    scale = max((abs(_mpf(x)) for r in m for x in r), default=mpmath.mpf(0))
    close = mpmath.mpf(10) ** (-mpmath.mp.dps // 2) * scale
    return all(m[i][j] == m[j][i] or abs(_mpf(m[i][j]) - _mpf(m[j][i])) <= close for i in range(n) for j in range(i))


def symmetric_eigen(m: Matrix) -> tuple[list[Value], Matrix]:
    """(w, Q) with m = Q diag(w) Q^T, w from large to small; m is symmetric."""
    values, columns = _eigen(tuple(map(tuple, m)), mpmath.mp.dps)
    return list(values), _transposed([list(c) for c in columns])


def singular_decomposition(m: Matrix) -> tuple[Matrix, list[Value], Matrix]:
    """(U, s, V) with m = U diag(s) V^T, thin, s from large to small."""
    u, s, v = _svd(tuple(map(tuple, m)), mpmath.mp.dps)
    return _transposed([list(c) for c in u]), list(s), _transposed([list(c) for c in v])


Rows = tuple[tuple[Value, ...], ...]


def _mpf(x: Value) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mpmath.mpf(x)


def _transposed(m: Any) -> Matrix:
    return [list(r) for r in zip(*m, strict=True)]


def _is_rational(m: Rows) -> bool:
    return all(isinstance(x, Fraction) for r in m for x in r)


@lru_cache(maxsize=512)
def _eigen(m: Rows, digits: int) -> tuple[tuple[Value, ...], Rows]:
    """Eigenvalues and unit eigenvectors, one a row of the second."""
    if _is_rational(m):
        found = _rational_eigen([list(r) for r in m], squares=False)
        if found is not None:
            return tuple(found[0]), tuple(map(tuple, found[1]))
    half = mpmath.matrix([[(_mpf(x) + _mpf(y)) / 2 for x, y in zip(r, c, strict=True)] for r, c in zip(m, zip(*m, strict=True), strict=True)])
    w, q = mpmath.eigsy(half)
    order = range(len(m) - 1, -1, -1)
    return tuple(w[i] for i in order), tuple(tuple(q[r, i] for r in range(len(m))) for i in order)


@lru_cache(maxsize=512)
def _svd(m: Rows, digits: int) -> tuple[Rows, tuple[Value, ...], Rows]:
    """Left vectors (one a row), singular values, right vectors (one a row)."""
    rows, columns = len(m), len(m[0])
    if _is_rational(m):
        wide = rows <= columns
        a = [list(r) for r in m] if wide else _transposed(m)
        gram = [[sum((x * y for x, y in zip(r, t, strict=True)), Fraction(0)) for t in a] for r in a]
        found = _rational_eigen(gram, squares=True)
        if found is not None and all(w > 0 for w in found[0]):
            s = [Fraction(isqrt(w.numerator), isqrt(w.denominator)) for w in found[0]]
            first = found[1]
            across = _transposed(a)
            second = [[_times(u, r) / t if isinstance(_times(u, r), Fraction) else _times(u, r) / _mpf(t) for r in across]
                      for u, t in zip(first, s, strict=True)]
            left, right = (first, second) if wide else (second, first)
            return tuple(map(tuple, left)), tuple(s), tuple(map(tuple, right))
    u, t, vt = mpmath.svd_r(mpmath.matrix([[_mpf(x) for x in r] for r in m]), full_matrices=False)
    order = sorted(range(len(t)), key=lambda i: -t[i])
    return (tuple(tuple(u[r, i] for r in range(rows)) for i in order), tuple(t[i] for i in order),
            tuple(tuple(vt[i, c] for c in range(columns)) for i in order))


def _times(u: list[Value], v: list[Value]) -> Value:
    if all(isinstance(x, Fraction) for x in (*u, *v)):
        return sum((x * y for x, y in zip(u, v, strict=True)), Fraction(0))
    return mpmath.fsum(_mpf(x) * _mpf(y) for x, y in zip(u, v, strict=True))


def _rational_eigen(a: Matrix, squares: bool) -> tuple[list[Fraction], Matrix] | None:
    """Eigenvalues (verified) and orthonormal eigenvectors of a rational symmetric matrix; None where one is irrational.

    squares: the eigenvalues must be squares of rationals.
    """
    n = len(a)
    try:
        floats = np.linalg.eigvalsh(np.array([[float(x) for x in r] for r in a]))[::-1]
    except (OverflowError, np.linalg.LinAlgError):
        return None
    values: list[Fraction] = []
    vectors: Matrix = []
    for x in floats:
        if not np.isfinite(x):
            return None
        w = Fraction(float(np.sqrt(max(x, 0.0)))).limit_denominator(DENOMINATORS) ** 2 if squares else (
            Fraction(float(x)).limit_denominator(DENOMINATORS))
        if w in values:
            continue
        space = null_space([[v - (w if i == j else 0) for j, v in enumerate(r)] for i, r in enumerate(a)])
        if not space:
            return None
        for v in _orthogonal(space):
            length = sum((x * x for x in v), Fraction(0))
            p, q = isqrt(length.numerator), isqrt(length.denominator)
            if p * p == length.numerator and q * q == length.denominator:
                vectors.append([x * q / p for x in v])
            else:
                root = mpmath.sqrt(_mpf(length))
                vectors.append([_mpf(x) / root for x in v])
            values.append(w)
    if len(values) != n:
        return None
    order = sorted(range(n), key=lambda i: -values[i])
    return [values[i] for i in order], [vectors[i] for i in order]


def null_space(rows: Matrix) -> Matrix:
    """A basis of {x : R x = 0} by reduced row echelon form."""
    n, left = len(rows[0]), [list(r) for r in rows]
    pivots: list[int] = []
    for c in range(n):
        i = next((i for i in range(len(pivots), len(left)) if left[i][c]), None)
        if i is None:
            continue
        k = len(pivots)
        left[k], left[i] = left[i], left[k]
        left[k] = [x / left[k][c] for x in left[k]]
        for j in range(len(left)):
            if j != k and left[j][c]:
                left[j] = [x - left[j][c] * y for x, y in zip(left[j], left[k], strict=True)]
        pivots.append(c)
    basis = []
    for free in (c for c in range(n) if c not in pivots):
        v = [Fraction(int(c == free)) for c in range(n)]
        for k, c in enumerate(pivots):
            v[c] = -left[k][free]
        basis.append(v)
    return basis


def _orthogonal(vectors: Matrix) -> Matrix:
    """Gram-Schmidt without roots."""
    out: Matrix = []
    for v in vectors:
        for u in out:
            k = _times(u, v) / _times(u, u)
            v = [x - k * y for x, y in zip(v, u, strict=True)]
        out.append(v)
    return out
