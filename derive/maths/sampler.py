"""Values drawn at random for declared symbols, each in its domain.

Numbers are dyadic (odd multiples of 1/8) where the domain allows it, so float64 holds them exactly; matrices have their declared rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np

from derive.maths.exact import Value, World, exact
from derive.maths.expr import Dim, inside_least
from derive.maths.symbols import Symbol

RANKED = frozenset(("frr", "fcr", "orthcols"))  # domains of matrices that bound one dimension by the other


class Sampler:
    """Draws values for symbols in the domain that each declares."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def size_of(self, kind: str, used: list[int]) -> int:
        """An odd number of eighths that was not used yet in this vector."""
        for _ in range(50):
            k = 2 * int(self.rng.integers(0, 24)) + 1
            if k not in used:
                break
        used.append(k)
        return k

    def scalar(self, s: Symbol, dims: Mapping[str, int], kind: str, number: int = 0) -> Fraction:
        """One value of a scalar symbol; counts go through 1, 2, 3, ... over the worlds of a batch."""
        if s.domain in ("count", "integer") and s.below is not None and s.below < float("inf"):
            return self.whole(s)
        low = Fraction(s.above) if s.above is not None and s.above > float("-inf") else None
        high = Fraction(s.below) if s.below is not None and s.below < float("inf") else None
        if s.within is not None:
            first, last = (int(exact(e, World({}, dims))) for e in s.within)
            return Fraction(first + int(self.rng.integers(0, max(last - first + 1, 1))))
        if s.domain in ("count", "integer") and low is not None and high is None:
            return Fraction(int(low) + 1 + (number if number < 12 else int(self.rng.integers(0, 30))))
        if low is not None and high is not None:
            return low + (high - low) * Fraction(int(self.rng.integers(1, 16)), 16)
        if low is not None:
            return low + Fraction(int(self.rng.integers(1, 32)), 8)
        if s.domain == "count":
            if s.multiple_of is not None:
                return Fraction(int(self.rng.integers(2, 12)))
            return Fraction(number + 1) if number < 12 else Fraction(int(self.rng.integers(2, 40)))
        if s.domain == "integer":
            return Fraction(int(self.rng.integers(-6, 9)))
        if s.domain == "binary":
            return Fraction(int(self.rng.integers(0, 2)))
        if s.domain == "unit":
            return Fraction(2 * int(self.rng.integers(0, 16)) + 1, 32)
        if s.domain == "sign":
            return Fraction(2 * int(self.rng.integers(0, 2)) - 1)
        k = self.size_of(kind, [8, 16])
        sign = -1 if s.domain in ("real", "nonzero") and self.rng.integers(0, 2) else 1
        if s.domain == "negative":
            sign = -1
        if kind == "zeros" and s.domain in ("real", "nonnegative") and self.rng.integers(0, 3) == 0:
            return Fraction(0)
        return Fraction(sign * k, 8)

    def whole(self, s: Symbol) -> Fraction:
        """A whole number below its open upper bound."""
        below = s.below if s.below is not None else float("inf")
        least = max(1 if s.domain == "count" else -6, floor(s.above) + 1 if s.above is not None and s.above > float("-inf") else -6)
        return Fraction(int(self.rng.integers(least, ceil(below))))

    def entries(self, s: Symbol, count: int, kind: str) -> list[Fraction]:
        """The entries of a vector or matrix symbol."""
        if s.domain == "simplex":
            cuts = sorted(int(c) for c in self.rng.choice(np.arange(1, 64), size=count - 1, replace=False)) if count > 1 else []
            return [Fraction(b - a, 64) for a, b in zip([0, *cuts], [*cuts, 64], strict=True)]
        if s.domain in ("count", "integer"):
            return [Fraction(int(self.rng.integers(1, 9))) for _ in range(count)]
        if s.domain == "binary":
            return [Fraction(int(self.rng.integers(0, 2))) for _ in range(count)]
        if s.domain == "sign":
            return [Fraction(2 * int(k) - 1) for k in self.rng.integers(0, 2, size=count)]
        if s.above is not None or s.below is not None:
            return [self.scalar(s, {}, kind) for _ in range(count)]
        used: list[int] = []
        out = []
        for _ in range(count):
            k = self.size_of(kind, used)
            sign = -1 if s.domain in ("real", "nonzero") and self.rng.integers(0, 2) else 1
            out.append(Fraction((-1 if s.domain == "negative" else sign) * k, 32 if s.domain == "unit" and k < 32 else 8))
        if s.domain == "unit":
            out = [Fraction(2 * int(self.rng.integers(0, 32)) + 1, 64) for _ in range(count)]
        if kind == "zeros" and s.domain in ("real", "nonnegative", "symmetric") and count:
            for i in self.rng.choice(count, size=int(self.rng.integers(1, count + 1)), replace=False):
                out[int(i)] = Fraction(0)
        if kind == "ties" and count > 1:
            i, j = (int(v) for v in self.rng.choice(count, size=2, replace=False))
            # The tie is at the largest entry, where maximisers are decided.
            top = max(abs(v) for v in out)
            out[i] = top if out[i] >= 0 else -top
            out[j] = top if out[j] >= 0 else -top
        return out

    def value(self, s: Symbol, dims: Mapping[str, int], kind: str, number: int = 0) -> Value:
        """One value of a symbol, as nested lists of Fractions."""
        shape = tuple(size_in(d, dims) for d in s.shape)
        if not shape:
            return self.scalar(s, dims, kind, number)
        if len(shape) == 1:
            return self.entries(s, shape[0], kind)
        m, n = shape
        if s.domain == "orthcols":
            return self.orthonormal(m, n)
        if s.domain == "symmetric" or s.domain == "fullrank":
            return self.decomposed(m, n, s.domain, kind)
        if s.domain in RANKED:
            for _ in range(40):
                rows = [[Fraction(int(v), 4) for v in self.rng.integers(-9, 10, size=n)] for _ in range(m)]
                if rank(rows) == min(m, n):
                    break
            return rows
        flat = [Fraction(int(v), 4) for v in self.rng.integers(-9, 10, size=m * n)]
        if s.domain == "sign":
            flat = [Fraction(1 if v > 0 else -1) for v in flat]
        rows = [flat[i * n : (i + 1) * n] for i in range(m)]
        if s.domain == "spd":
            gram = [[sum((rows[k][i] * rows[k][j] for k in range(m)), Fraction(0)) for j in range(n)] for i in range(n)]
            return [[gram[i][j] + (1 if i == j else 0) for j in range(n)] for i in range(n)]
        if s.domain == "positive":
            return [[abs(v) + Fraction(1, 8) for v in r] for r in rows]
        if s.domain == "negative":
            return [[-abs(v) - Fraction(1, 8) for v in r] for r in rows]
        if s.domain == "nonnegative":
            return [[abs(v) for v in r] for r in rows]
        if s.domain == "nonzero":
            return [[v or Fraction(1, 8) for v in r] for r in rows]
        return rows

    def decomposed(self, m: int, n: int, domain: str, kind: str) -> list[list[Value]]:
        """Q diag(w) P^T with rational orthonormal columns: singular values (fullrank), or eigenvalues with P = Q (symmetric).

        Generic ones are distinct in modulus and not 0, of both signs where symmetric; ties are at the largest modulus;
        eigenvalues of a symmetric matrix may be 0 in worlds with zeros. So the matrix sign, thresholds on singular values and
        spectral projections are rational too.
        """
        r = min(m, n)
        used: list[int] = []
        w = [Fraction(self.size_of(kind, used) + 1, 4) for _ in range(r)]
        if domain == "symmetric":
            w = [x if self.rng.integers(0, 2) else -x for x in w]
            if kind == "zeros":
                w[int(self.rng.integers(0, r))] = Fraction(0)
        if kind == "ties" and r > 1:
            top = max(w, key=abs)
            w = [top, top, *[x for x in w if x != top][: r - 2]]
        q = self.orthonormal(m, r)
        p = q if domain == "symmetric" else self.orthonormal(n, r)
        return [[sum((x * v * y for x, v, y in zip(a, w, b, strict=True)), Fraction(0)) for b in p] for a in q]

    def orthonormal(self, m: int, n: int) -> list[list[Value]]:
        """The first n columns of a product of two rational reflections I - 2 v v^T / v^T v."""
        q = [[Fraction(int(i == j)) for j in range(n)] for i in range(m)]
        for _ in range(2):
            v = [Fraction(int(k)) for k in self.rng.choice([-3, -2, -1, 1, 2, 3], size=m)]
            scale = 2 / sum((x * x for x in v), Fraction(0))
            along = [sum((v[k] * q[k][j] for k in range(m)), Fraction(0)) for j in range(n)]
            q = [[q[i][j] - scale * v[i] * along[j] for j in range(n)] for i in range(m)]
        return q


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """The rank of a rational matrix, by elimination."""
    left = [list(r) for r in rows]
    found = 0
    for c in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(found, len(left)) if left[i][c]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for i in range(found + 1, len(left)):
            k = left[i][c] / left[found][c]
            if k:
                left[i] = [x - k * y for x, y in zip(left[i], left[found], strict=True)]
        found += 1
    return found


def size_in(d: Dim, dims: Mapping[str, int]) -> int:
    """The integer behind a dimension."""
    if isinstance(d, int):
        return d
    return dims[d] if d in dims else min(size_in(x, dims) for x in inside_least(d))
