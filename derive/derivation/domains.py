"""Whether an exact value lies in the domain that its symbol declares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.maths.exact import compare, flatten, s_add, s_div, s_mul, s_neg, to_mpf
from derive.maths.symbols import Symbol

_TESTS = {
    "positive": lambda v: compare(v, 0) > 0, "nonnegative": lambda v: compare(v, 0) >= 0, "negative": lambda v: compare(v, 0) < 0,
    "unit": lambda v: compare(v, 0) > 0 and compare(v, 1) < 0, "simplex": lambda v: compare(v, 0) >= 0,
    "sign": lambda v: compare(v, 1) == 0 or compare(v, -1) == 0, "binary": lambda v: compare(v, 0) == 0 or compare(v, 1) == 0,
    "integer": lambda v: compare(v, round(to_mpf(v))) == 0, "count": lambda v: compare(v, round(to_mpf(v))) == 0 and compare(v, 1) >= 0,
}
ROUNDING = 1e-12  # of a symmetric matrix, times its largest entry


def in_domain(s: Symbol, value: Any) -> bool:
    """Whether a point is admissible: entries in their range, a matrix symmetric or positive definite where that is declared."""
    if s.domain in ("spd", "symmetric"):
        return _is_symmetric(value) and (s.domain == "symmetric" or _definite(value))
    test, entries = _TESTS.get(s.domain), flatten(value)
    if s.domain == "simplex" and compare(sum(entries, Fraction(0)), 1) != 0:
        return False
    above = s.above is None or all(compare(v, Fraction(s.above)) > 0 for v in entries)
    below = s.below is None or all(compare(v, Fraction(s.below)) < 0 for v in entries)
    return above and below and (test is None or all(test(v) for v in entries))


def restricted(s: Symbol) -> bool:
    """Whether the domain of a symbol leaves anything out that in_domain looks at."""
    return s.domain in _TESTS or s.domain in ("spd", "symmetric") or s.above is not None or s.below is not None


def symmetric(value: Any) -> Any:
    """(A + A^T)/2."""
    n = len(value)
    return [[s_div(s_add(value[i][j], value[j][i]), 2) for j in range(n)] for i in range(n)]


def _is_symmetric(value: Any) -> bool:
    rows = [[float(to_mpf(v)) for v in r] for r in value]
    largest = max((abs(v) for r in rows for v in r), default=0.0)
    return all(abs(rows[i][j] - rows[j][i]) <= ROUNDING * largest for i in range(len(rows)) for j in range(i))


def _definite(value: Any) -> bool:
    """Positive pivots in the elimination of a symmetric matrix."""
    a = [list(r) for r in value]
    n = len(a)
    for c in range(n):
        if compare(a[c][c], 0) <= 0:
            return False
        for r in range(c + 1, n):
            k = s_div(a[r][c], a[c][c])
            a[r] = [s_add(x, s_neg(s_mul(k, y))) for x, y in zip(a[r], a[c], strict=True)]
    return True
