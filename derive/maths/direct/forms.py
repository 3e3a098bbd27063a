"""Sums of monomials in the atoms of one part, with whole coefficients over one denominator.

A value is (kind, terms, denominator) or, for a decimal as it was written, (kind, terms, denominator, text). terms: {monomial: coefficient}; a
monomial is one integer that holds the exponents of the atoms, WIDTH bits each, so that monomials multiply by adding them. A value of the kind
VECTOR is a function of the component: its monomials hold entrywise atoms (g, sign(g), e_k) beside scalar ones. ENTRY is such a function under an index that
the text leaves free, BOUND under that of the sum at hand. LIST is an explicit vector: its terms are the values of its entries.

Rules that hold wherever both sides are defined, also at zero: x = sign(x) |x|, x sign(x)^2 = x.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, Final

SCALAR: Final = 0
VECTOR: Final = 1
ROW: Final = 2
ENTRY: Final = 3
BOUND: Final = 4
LIST: Final = 5

WIDTH: Final = 24
_HALF: Final = 1 << (WIDTH - 1)
_MASK: Final = (1 << WIDTH) - 1
MAX_TERMS: Final = 40
MAX_ATOMS: Final = 40
MAX_POWER: Final = 4
MAX_EXPONENT: Final = 1_000
MAX_BITS: Final = 2_000  # of a coefficient

Value = tuple[Any, ...]


class Beyond(Exception):
    """Not plainly of the subset: the full reader takes the text."""


ONE: Value = (SCALAR, {0: 1}, 1)


def number(numerator: int, denominator: int = 1) -> Value:
    """A rational constant."""
    return SCALAR, {0: numerator} if numerator else {}, denominator


def exponents(m: int) -> list[tuple[int, int]]:
    """(atom, exponent) of a monomial."""
    out = []
    k = 0
    while m:
        e = ((m + _HALF) & _MASK) - _HALF
        if e:
            out.append((k, e))
        m = (m - e) >> WIDTH
        k += 1
    return out


class Algebra:
    """The atoms of one part and the arithmetic of values in them.

    nonzero: monomials by which may be divided. sized: (position of x or |x|, position of sign(x)) of each pair that is tied by x sign(x)^2 = x.
    """

    def __init__(self) -> None:
        self.names: list[tuple[Any, ...]] = []
        self.entrywise: set[int] = set()
        self.idempotent: set[int] = set()
        self.positive: set[int] = set()
        self.sized: list[tuple[int, int]] = []
        self.tied = self.apart = self.varying = 0  # the fields of signs and indicators, of unit vectors, of all that is entrywise
        self.units: dict[tuple[Any, ...], int] = {}
        self.lists: dict[str, Value] = {}
        self.signs: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.norms: dict[tuple[int, int], int] = {}
        self.totals: dict[int, int] = {}
        self.places: dict[tuple[str, str], int] = {}
        self._making = Lock()
        self._invertible: dict[int, bool] = {0: True}

    # -------------------------------------------------------------- atoms

    def atom(self, *name: Any, entrywise: bool = False, positive: bool = False, idempotent: bool = False) -> int:
        """The monomial of an atom, made when it is first asked for."""
        with self._making:
            found = self.units.get(name)
            if found is None:
                place = len(self.names)
                if place >= MAX_ATOMS:
                    raise Beyond
                self.names.append(name)
                if entrywise:
                    self.entrywise.add(place)
                if positive:
                    self.positive.add(place)
                field = _MASK << (WIDTH * place)
                if entrywise:
                    self.varying |= field
                if idempotent:
                    self.idempotent.add(place)
                if name[0] == "unit":
                    self.apart |= field
                elif idempotent or name[0] in ("sign", "sign at"):
                    self.tied |= field
                found = self.units[name] = 1 << (WIDTH * place)
        return found

    def vector(self, name: str) -> int:
        """The monomial of a vector symbol, with its signs, sizes and norms."""
        known = self.units.get(("vector", name))
        if known is not None:
            return known
        x = self.atom("vector", name, entrywise=True)
        s = self.atom("sign", name, entrywise=True)
        self.sized.append((len(self.names) - 2, len(self.names) - 1))
        self.signs[x] = self.signs[s] = s
        self.sizes[x] = self.sizes[x + s] = x + s
        one, two, most = (self.atom("norm", name, p) for p in (1, 2, 0))
        for v in (x, x + s):
            self.norms[v, 1], self.norms[v, 2], self.norms[v, 0] = one, two, most
        self.totals[x + s] = one
        self.totals[2 * x] = 2 * two
        self.totals[x] = self.atom("total", name)
        return x

    def entry(self, name: str, index: str) -> tuple[int, int]:
        """(x_k, sign(x_k)) of the place k of the largest |x_i|: x_k = ||x||_inf sign(x_k), also at 0.

        An index that ends in '-' is the place of the smallest |x_i|, whose size is an atom of its own.
        """
        self.vector(name)
        size = self.atom("least", name) if index.endswith("-") else self.atom("norm", name, 0)
        known = self.units.get(("sign at", name, index))
        if known is None:
            known = self.atom("sign at", name, index)
            self.sized.append((exponents(size)[0][0], exponents(known)[0][0]))
            self.signs[size + known] = self.signs[known] = known
            self.sizes[size + known] = size
        return size + known, known

    def largest(self, name: str) -> int:
        """The indicator of |x_i| = ||x||_inf, which several entries meet at ties."""
        return self.atom("largest", name, entrywise=True, idempotent=True)

    def joined(self, a: int, b: int) -> int:
        """The product of two monomials. Where a sign or an indicator stands in both, or a unit vector beside a vector, rules apply.

        A negative exponent in a lower field can hide a field of 1 from the masks: then a rule is left out, and two forms of one value may differ.
        """
        if a and b:
            tied, apart = self.tied, self.apart
            if (a & tied and b & tied) or (apart and ((a & apart and b & self.varying) or (b & apart and a & self.varying))):
                return self.tidied(a + b)
        return a + b

    def tidied(self, m: int) -> int:
        """A product of monomials with x sign(x)^2 = x put in."""
        found = dict(exponents(m))
        for x, s in self.sized:
            b = found.get(s, 0)
            if b > 1 or b < 0:
                if found.get(x, 0) < 1 or b < 0:
                    raise Beyond
                m -= (b - b % 2) << (WIDTH * s)
        for k in self.idempotent:
            if k in found and self.names[k][0] == "unit":
                m = self._at_place(m, k, found)
            elif found.get(k, 0) > 1:
                m -= (found[k] - 1) << (WIDTH * k)
        return m

    def _at_place(self, m: int, k: int, found: dict[int, int]) -> int:
        """A product with e_k: every other vector counts at the place k alone."""
        index = self.names[k][1]
        m -= (found[k] - 1) << (WIDTH * k)
        for place, e in found.items():
            if place in self.entrywise and place != k:
                kind, name = self.names[place][:2]
                if kind not in ("vector", "sign") or (name, index) not in self.places or e < 0:
                    raise Beyond
                entry, sign = self.entry(name, index)
                m += (entry if kind == "vector" else sign) * e - (e << (WIDTH * place))
        signs = [s for _, s in self.sized if s not in self.entrywise]
        after = dict(exponents(m))
        if any(after.get(s, 0) > 1 for s in signs):
            return self.tidied(m)
        return m

    def whole(self, m: int) -> int:
        """A quotient with sign(x)^-1 = sign(x), where x is not zero."""
        found = dict(exponents(m))
        for _, s in self.sized:
            b = found.get(s, 0)
            m -= (b - b % 2) << (WIDTH * s)
        if any(found.get(k, 0) < 0 for k in self.idempotent):
            raise Beyond
        return m

    def is_generic(self, m: int) -> bool:
        """Whether a monomial is zero in no instance of which no entry is zero."""
        return all(k in self.positive or self.names[k][0] in ("vector", "sign", "norm", "sign at") for k, _ in exponents(m))

    def is_invertible(self, m: int) -> bool:
        """Whether a monomial is zero nowhere."""
        found = self._invertible.get(m)
        if found is None:
            found = all(k in self.positive for k, _ in exponents(m))
            if len(self._invertible) < 1_000:
                self._invertible[m] = found
        return found

    def split(self, m: int) -> tuple[int, int]:
        """(scalar part, entrywise part) of a monomial."""
        v = sum(e << (WIDTH * k) for k, e in exponents(m) if k in self.entrywise)
        return m - v, v

    # -------------------------------------------------------------- arithmetic

    def times(self, a: Value, b: Value, dotted: bool = False) -> Value:
        """a b; of two vectors entrywise, or their inner product with a centred dot."""
        ka, kb = a[0], b[0]
        kind = ka or kb
        if not (ka and kb):
            if kind == LIST:
                return self.scaled(a, b) if ka == 0 else self.scaled(b, a)
            if len(a) == 4 and not kind and 0 in b[1]:  # 9.9 x 10^-3 is a decimal, too
                raise Beyond
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
            return kind, {self.joined(ma, mb): ca * cb}, a[2] * b[2]
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

    def scaled(self, a: Value, b: Value) -> Value:
        """A scalar a times an explicit vector b."""
        if len(a) == 4:  # 0.9 times ones is shown as 0.9 in each entry
            raise Beyond
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
            raise Beyond
        if a[0] == LIST:
            return LIST, [self.over(x, b) for x in a[1]], 1
        ((m, c),) = b[1].items()
        up = b[2] if c > 0 else -b[2]
        if b[0] == SCALAR:
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
        out = a[0], {m: -c for m, c in a[1].items()}, a[2]
        return (*out, "-" + a[3]) if len(a) == 4 else out

    def power(self, a: Value, k: int) -> Value:
        """a ** k for a small integer k."""
        if k < 0:
            return self._inverse(self.power(a, -k))
        if not 1 <= k <= MAX_POWER or a[0] in (ROW, LIST):
            raise Beyond
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
            raise Beyond
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
            s, v = self.split(m)
            closed = self.totals.get(v)
            if closed is None:
                if not v:
                    raise Beyond
                closed = self.totals[v] = self.atom("sum of", v)
            k = s + closed
            terms[k] = terms.get(k, 0) + c
            if not terms[k]:
                del terms[k]
        return SCALAR, terms, a[2]

    def _factored(self, a: Value) -> tuple[int, int, int]:
        """(coefficient, scalar part that is positive, entrywise part) of a vector of one term."""
        if len(a[1]) != 1:
            raise Beyond
        ((m, c),) = a[1].items()
        s, v = self.split(m)
        if s and not self.is_invertible(s):
            raise Beyond
        return c, s, v

    def norm(self, a: Value, p: int) -> Value:
        """The p-norm of a vector for p = 1, 2 and 0, which stands for infinity."""
        if a[0] == LIST:
            return self._norm_of_list(a, p)
        if a[0] != VECTOR:
            raise Beyond
        c, s, v = self._factored(a)
        found = self.norms.get((v, p))
        if found is None:
            raise Beyond
        return SCALAR, {s + found: abs(c)}, a[2]

    def _norm_of_list(self, a: Value, p: int) -> Value:
        sizes = [self.size(x) for x in a[1]]
        if p == 1:
            return self.total((LIST, sizes, 1))
        if p == 0 and sizes:
            most = sizes[0]
            for x in sizes[1:]:
                most = x if x[1].get(0, 0) * most[2] > most[1].get(0, 0) * x[2] else most
            return most
        raise Beyond

    def size(self, a: Value) -> Value:
        """|a| entry by entry."""
        if a[0] == LIST:
            return LIST, [self.size(x) for x in a[1]], 1
        if a[0] == ROW:
            raise Beyond
        if not a[1]:
            return a[:3]
        if len(a[1]) != 1:
            raise Beyond
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
            raise Beyond
        ((m, c),) = a[1].items()
        if m:
            m = 0 if self.is_invertible(m) else self._mapped(m, self.signs)
        return a[0], {m: 1 if c > 0 else -1}, 1

    def _mapped(self, m: int, table: dict[int, int]) -> int:
        """The size or sign of a monomial: of its one factor whose sign is not known."""
        found = table.get(m)
        if found is not None:
            return found
        free = [(k, e) for k, e in exponents(m) if k in self.positive]
        s = sum(e << (WIDTH * k) for k, e in free)
        found = table.get(m - s)
        if found is None:
            raise Beyond
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
