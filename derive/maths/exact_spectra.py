"""Spectra of exact matrices, as lists of rows, and what they tell: powers, rank, definiteness."""

from __future__ import annotations

from fractions import Fraction

from derive.maths.batches import NotEvaluable
from derive.maths.exact_matrices import identity, products, solved, transposed
from derive.maths.exact_numbers import ZERO, Undefined, Value, flatten, is_zero, s_mul, s_pow, to_mpf
from derive.maths.many_digits import mpmath
from derive.maths.spectral import is_symmetric, null_space, singular_decomposition, symmetric_eigen


def negligible(v: Value, among: list[Value]) -> bool:
    """Whether a value is 0 up to the digits that are worked with, on the scale of the others."""
    if isinstance(v, Fraction):
        return v == 0
    return bool(abs(v) <= mpmath.mpf(10) ** (-mpmath.mp.dps // 2) * max(abs(to_mpf(x)) for x in among))


def eigen(m: list[list[Value]]) -> tuple[list[Value], list[list[Value]]]:
    """Eigenvalues, largest first, and eigenvectors. Raises Undefined for a matrix that is not symmetric."""
    if not is_symmetric(m):
        raise Undefined("eigenvalues of a matrix that is not symmetric")
    return symmetric_eigen(m)


def power_of(m: list[list[Value]], k: Fraction) -> list[list[Value]]:
    """M^k: a product for a whole k, of inverses below 0; else by eigenvalues.

    Raises Undefined where M has no such power, NotEvaluable for a product of more than 64.
    """
    if k.denominator != 1:
        values, vectors = eigen(m)
        if any(v < 0 and not negligible(v, values) for v in values):
            raise Undefined("fractional power of an indefinite matrix")
        powers = [s_pow(ZERO if negligible(v, values) else v, k) for v in values]
        return products([[s_mul(x, p) for x, p in zip(r, powers, strict=True)] for r in vectors], transposed(vectors))
    times = int(k)
    if abs(times) > 64:
        raise NotEvaluable("matrix power past 64")
    if times < 0:
        m, times = solved(m, identity(len(m))), -times
    out = identity(len(m))
    for _ in range(times):
        out = products(out, m)
    return out


def rank_of(m: list[list[Value]]) -> Value:
    """The rank; of a rational matrix by elimination, else the number of singular values that are not negligible."""
    if all(isinstance(x, Fraction) for x in flatten(m)):
        return Fraction(len(m[0]) - len(null_space(m)))
    s = singular_decomposition(m)[1]
    return Fraction(sum(not negligible(x, s) for x in s) if any(not is_zero(x) for x in s) else 0)


def is_semidefinite(m: list[list[Value]]) -> bool:
    """Whether M is symmetric and has no eigenvalue below 0."""
    if not is_symmetric(m):
        return False
    values = symmetric_eigen(m)[0]
    return all(v >= 0 or negligible(v, values) for v in values)
