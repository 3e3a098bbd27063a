"""Whether an exact value lies in the domain that its symbol declares."""

from __future__ import annotations

from typing import Any

from derive.maths.exact import compare, flatten, s_add, s_div, s_mul, s_neg
from derive.maths.symbols import Symbol

_TESTS = {
    "positive": lambda v: compare(v, 0) > 0, "nonnegative": lambda v: compare(v, 0) >= 0, "negative": lambda v: compare(v, 0) < 0,
    "unit": lambda v: compare(v, 0) > 0 and compare(v, 1) < 0, "simplex": lambda v: compare(v, 0) >= 0,
}


def in_domain(s: Symbol, value: Any) -> bool:
    """Whether a competitor is admissible: entries in their range, a matrix positive definite where that is declared."""
    if s.domain == "spd":
        return _definite(value)
    test = _TESTS.get(s.domain)
    return test is None or all(test(v) for v in flatten(value))


def symmetric(value: Any) -> Any:
    """(A + A^T)/2."""
    n = len(value)
    return [[s_div(s_add(value[i][j], value[j][i]), 2) for j in range(n)] for i in range(n)]


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
