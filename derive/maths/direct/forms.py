"""Sums of monomials in the atoms of one part, with whole coefficients over one denominator.

A value is (kind, terms, denominator) or, for a decimal as it was written, (kind, terms, denominator, text). terms: {monomial: coefficient}; a
monomial is one integer that holds the exponents of the atoms, WIDTH bits each, so that monomials multiply by adding them. A value of the kind
VECTOR is a function of the component: its monomials hold entrywise atoms (g, sign(g), e_k) beside scalar ones. ENTRY is such a function under an index that
the text leaves free, BOUND under that of the sum at hand. LIST is an explicit vector: its terms are the values of its entries.

Rules that hold wherever both sides are defined, also at zero: x = sign(x) |x|, x sign(x)^2 = x.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from derive.maths.direct.atoms import (
    BOUND,
    ENTRY,
    LIST,
    MAX_BITS,
    MAX_EXPONENT,
    MAX_POWER,
    MAX_TERMS,
    ONE,
    ROW,
    SCALAR,
    VECTOR,
    WIDTH,
    Atoms,
    Beyond,
    Misread,
    Scaled,
    Value,
    Wider,
    exponents,
    number,
)

__all__ = ["BOUND", "ENTRY", "LIST", "ONE", "ROW", "SCALAR", "VECTOR", "WIDTH", "Algebra", "Beyond", "Misread", "Scaled", "Value", "Wider", "exponents", "number"]


class Algebra(Atoms):
    """The arithmetic of values in the atoms of one part."""

    def times(self, a: Value, b: Value, dotted: bool = False) -> Value:
        """a b; of two vectors entrywise, or their inner product with a centred dot."""
        ka, kb = a[0], b[0]
        kind = ka or kb
        if not (ka and kb):
            if kind == LIST:
                return self.scaled(a, b) if ka == 0 else self.scaled(b, a)
            if len(a) == 4 and not kind and 0 in b[1]:  # 9.9 x 10^-3 is a decimal, too
                raise Scaled
        elif ka == ROW and kb == VECTOR:
            return self.dot(a, b)
        elif ka != kb or kind in (ROW, LIST):
            if ka == kb == LIST and dotted:
                return self.dot(a, b)
            raise Beyond
        elif dotted and kind == VECTOR:
            return self.dot(a, b)
        ta, tb = a[1], b[1]
        if len(ta) == 1 and len(tb) == 1:
            ((ma, ca),) = ta.items()
            ((mb, cb),) = tb.items()
            return kind, {self.joined(ma, mb) if ma & self.ruled and mb & self.ruled else ma + mb: ca * cb}, a[2] * b[2]
        if len(ta) * len(tb) > MAX_TERMS:
            raise Beyond
        out: dict[int, int] = {}
        for ma, ca in ta.items():
            for mb, cb in tb.items():
                m = self.joined(ma, mb)
                c = out.get(m, 0) + ca * cb
                if c:
                    out[m] = c
                else:
                    del out[m]
        return kind, out, a[2] * b[2]

    def entrywise_product(self, a: Value, b: Value) -> Value:
        """The products of the entries of two explicit vectors."""
        if len(a[1]) != len(b[1]):
            raise Beyond
        return LIST, [self.times(x, y) for x, y in zip(a[1], b[1], strict=True)], 1

    def scaled(self, a: Value, b: Value) -> Value:
        """A scalar a times an explicit vector b."""
        if len(a) == 4:  # 0.9 times ones is shown as 0.9 in each entry
            raise Scaled
        return LIST, [self.times(a, x) for x in b[1]], 1

    def over(self, a: Value, b: Value) -> Value:
        """a / b, where b is one monomial. Where that is zero there is no value: what is found speaks of the other places."""
        if b[0] == LIST:
            if a[0] == LIST:
                if len(a[1]) != len(b[1]):
                    raise Beyond
                return LIST, [self.over(x, y) for x, y in zip(a[1], b[1], strict=True)], 1
            if a[0] == SCALAR:
                return LIST, [self.over(a, y) for y in b[1]], 1
            raise Beyond
        if len(b[1]) != 1:
            raise Wider
        if a[0] == LIST:
            return LIST, [self.over(x, b) for x in a[1]], 1
        ((m, c),) = b[1].items()
        up = b[2] if c > 0 else -b[2]
        if b[0] == SCALAR:
            if len(a[1]) == 1:
                ((k, x),) = a[1].items()
                return a[0], {k - m: x * up}, a[2] * abs(c)
            return a[0], {k - m: x * up for k, x in a[1].items()}, a[2] * abs(c)
        if a[0] not in (SCALAR, b[0]) or b[0] == ROW:
            raise Beyond
        return b[0], {self.whole(k - m): x * up for k, x in a[1].items()}, a[2] * abs(c)

    def plus(self, a: Value, b: Value, sign: int = 1) -> Value:
        """a + b, or a - b."""
        if a[0] != b[0]:
            raise Beyond
        if a[0] == LIST:
            if len(a[1]) != len(b[1]):
                raise Beyond
            return LIST, [self.plus(x, y, sign) for x, y in zip(a[1], b[1], strict=True)], 1
        da, db = a[2], b[2]
        if da == db:
            out = dict(a[1])
            db, up = da, sign
        else:
            out = {m: c * db for m, c in a[1].items()}
            up, db = sign * da, da * db
        for m, c in b[1].items():
            v = out.get(m, 0) + c * up
            if v:
                out[m] = v
            else:
                del out[m]
        if len(out) > MAX_TERMS:
            raise Beyond
        return a[0], out, db

    def minus(self, a: Value) -> Value:
        """-a; of a decimal, still as it was written."""
        if a[0] == LIST:
            return LIST, [self.minus(x) for x in a[1]], 1
        if len(a[1]) == 1 and len(a) == 3:
            ((k, x),) = a[1].items()
            return a[0], {k: -x}, a[2]
        out = a[0], {m: -c for m, c in a[1].items()}, a[2]
        return (*out, "-" + a[3]) if len(a) == 4 else out

    def power(self, a: Value, k: int) -> Value:
        """a ** k for a small integer k."""
        if k < 0:
            return self._inverse(self.power(a, -k))
        if not 1 <= k <= MAX_POWER or a[0] == ROW:
            raise Wider
        if a[0] == LIST:
            return LIST, [self.power(x, k) for x in a[1]], 1
        if (max((abs(c) for c in a[1].values()), default=0).bit_length() + a[2].bit_length()) * k > MAX_BITS:
            raise Beyond
        if len(a[1]) == 1:
            ((m, c),) = a[1].items()
            if m and any(abs(e) * k > MAX_EXPONENT for _, e in exponents(m)):
                raise Beyond
            return a[0], {self.tidied(m * k) if m else 0: c**k}, a[2] ** k
        out = a
        for _ in range(k - 1):
            out = self.times(out, a)
        return out

    def _inverse(self, a: Value) -> Value:
        if a[0] != SCALAR or len(a[1]) != 1 or not self.is_invertible(next(iter(a[1]))):
            raise Wider
        return self.over(ONE, a)

    # -------------------------------------------------------------- functions

    def dot(self, a: Value, b: Value) -> Value:
        """sum_i a_i b_i."""
        if a[0] == LIST and b[0] == LIST:
            if len(a[1]) != len(b[1]):
                raise Beyond
            out = number(0)
            for x, y in zip(a[1], b[1], strict=True):
                out = self.plus(out, self.times(x, y))
            return out
        if a[0] not in (VECTOR, ROW) or b[0] != VECTOR:
            raise Beyond
        return self.total(self.times((VECTOR, a[1], a[2]), b))

    def total(self, a: Value) -> Value:
        """The sum of the entries of a vector, or of a summand over its index."""
        if a[0] == LIST:
            out = number(0)
            for x in a[1]:
                out = self.plus(out, x)
            return out
        if a[0] not in (VECTOR, BOUND):
            raise Beyond
        terms: dict[int, int] = {}
        for m, c in a[1].items():
            k = self.totals.get(m)
            if k is None:
                s, v = self.split(m)
                closed = self.totals.get(v)
                if closed is None:
                    if not v:
                        raise Wider
                    closed = self.totals[v] = self.atom("sum of", v)
                k = s + closed
            terms[k] = terms.get(k, 0) + c
            if not terms[k]:
                del terms[k]
        return SCALAR, terms, a[2]

    def norm(self, a: Value, p: int) -> Value:
        """The p-norm of a vector for p = 1, 2 and 0, which stands for infinity."""
        if a[0] == LIST:
            return self._norm_of_list(a, p)
        if a[0] != VECTOR:
            raise Beyond
        if len(a[1]) != 1:
            raise Wider
        ((m, c),) = a[1].items()
        found = self.norms.get((m, p))
        if found is None:
            s, v = self.split(m)
            found = self.norms.get((v, p))
            if found is None or (s and not self.is_invertible(s)):  # a positive factor
                raise Wider
            found += s
        return SCALAR, {found: abs(c)}, a[2]

    def _norm_of_list(self, a: Value, p: int) -> Value:
        sizes = [self.size(x) for x in a[1]]
        if p == 1:
            return self.total((LIST, sizes, 1))
        if p == 0 and sizes and not any(m for x in sizes for m in x[1]):
            most = sizes[0]
            for x in sizes[1:]:
                most = x if x[1].get(0, 0) * most[2] > most[1].get(0, 0) * x[2] else most
            return most
        raise Wider

    def largest_of(self, a: Value, kind: int) -> Value:
        """The largest of c |x_i|, c > 0."""
        if a[0] != kind or len(a[1]) != 1:
            raise Wider
        ((m, c),) = a[1].items()
        if c <= 0 or m not in self.sizes.values():
            raise Wider
        return self.norm((VECTOR, a[1], a[2]), 0)

    def size(self, a: Value) -> Value:
        """|a| entry by entry."""
        if a[0] == LIST:
            return LIST, [self.size(x) for x in a[1]], 1
        if a[0] == ROW:
            raise Beyond
        if not a[1]:
            return a[:3]
        if len(a[1]) != 1:
            raise Wider
        ((m, c),) = a[1].items()
        if m and not self.is_invertible(m):
            m = self._mapped(m, self.sizes)
        return a[0], {m: abs(c)}, a[2]

    def sign(self, a: Value) -> Value:
        """sign(a) entry by entry."""
        if a[0] == LIST:
            return LIST, [self.sign(x) for x in a[1]], 1
        if a[0] == ROW:
            raise Beyond
        if not a[1]:
            return a[:3]
        if len(a[1]) != 1:
            raise Wider
        ((m, c),) = a[1].items()
        if m:
            m = 0 if self.is_invertible(m) else self._mapped(m, self.signs)
        return a[0], {m: 1 if c > 0 else -1}, 1

    def root(self, a: Value) -> Value:
        """The square root, entry by entry, of what is plainly the square of a monomial."""
        if len(a[1]) != 1 or a[0] in (LIST, ROW):
            raise Wider
        ((m, c),) = a[1].items()
        up, down = isqrt(max(c, 0)), isqrt(a[2])
        found = exponents(m)
        if up * up != c or down * down != a[2] or any(e % 2 for _, e in found):
            raise Wider
        half = a[0], {sum((e // 2) << (WIDTH * k) for k, e in found): up}, down
        return half if all(k in self.positive or self.names[k][0] in ("norm", "least") for k, _ in found) else self.size(half)

    def function(self, name: str, a: Value) -> Value:
        """A function that no normal form holds."""
        raise Wider

    def raised(self, a: Value, k: Fraction) -> Value:
        """a ** k for a rational k."""
        if k.denominator == 1:
            return self.power(a, k.numerator)
        if k.denominator == 2 and k > 0:
            return self.root(self.power(a, k.numerator))
        raise Wider

    def larger(self, a: Value, b: Value) -> Value:
        """max(a, b), entry by entry."""
        raise Wider

    def at_place(self, a: Value, place: str, vector: str) -> Value:
        """The entry of a vector at a place, which is one of another vector or the same."""
        if a[0] != VECTOR:
            raise Beyond
        unit = self.unit(place, vector)
        terms: dict[int, int] = {}
        for m, c in a[1].items():
            m = self.joined(m, unit) - unit
            if self.split(m)[1]:
                raise Wider
            terms[m] = terms.get(m, 0) + c
        return SCALAR, {m: c for m, c in terms.items() if c}, a[2]

    def _mapped(self, m: int, table: dict[int, int]) -> int:
        """The size or sign of a monomial: of its one factor whose sign is not known."""
        found = table.get(m)
        if found is not None:
            return found
        free = [(k, e) for k, e in exponents(m) if k in self.positive]
        s = sum(e << (WIDTH * k) for k, e in free)
        found = table.get(m - s)
        if found is None:
            raise Wider
        return found + s if table is self.sizes else found

    def same(self, a: Value, b: Value) -> bool:
        """Whether two values have the same normal form."""
        if a[0] == LIST or b[0] == LIST:
            return a[0] == b[0] and len(a[1]) == len(b[1]) and all(self.same(x, y) for x, y in zip(a[1], b[1], strict=True))
        ta, tb = a[1], b[1]
        if len(ta) != len(tb):
            return False
        da, db = a[2], b[2]
        for m, c in ta.items():
            other = tb.get(m)
            if other is None or c * db != other * da:
                return False
        return True
