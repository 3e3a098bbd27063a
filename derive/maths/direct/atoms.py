"""The atoms of a part in the direct lane, and monomials in them: integers that hold the exponents, WIDTH bits each."""


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


class Wider(Beyond):
    """A value without a normal form in the atoms of the part; derive.maths.direct.wide may hold it."""


class Misread(Beyond):
    """One of two ways to read a notation that gives no value: the other stands alone."""


class Scaled(Beyond):
    """A decimal times what is a number or an explicit vector."""


ONE: Value = (SCALAR, {0: 1}, 1)


def number(numerator: int, denominator: int = 1) -> Value:
    """A rational constant."""
    return SCALAR, {0: numerator} if numerator else {}, denominator


def exponents(m: int) -> list[tuple[int, int]]:
    """(atom, exponent) of a monomial."""
    out = []
    while m:
        k = ((m & -m).bit_length() - 1) // WIDTH  # the first that is not 0
        e = (((m >> WIDTH * k) + _HALF) & _MASK) - _HALF
        out.append((k, e))
        m -= e << WIDTH * k
    return out


class Atoms:
    """The atoms of one part, and the rules for products of them.

    nonzero: monomials by which may be divided. sized: (position of x or |x|, position of sign(x)) of each pair that is tied by x sign(x)^2 = x.
    """

    def __init__(self) -> None:
        self.names: list[tuple[Any, ...]] = []
        self.room = MAX_ATOMS
        self.entrywise: set[int] = set()
        self.idempotent: set[int] = set()
        self.positive: set[int] = set()
        self.sized: list[tuple[int, int]] = []
        self.tied = self.apart = self.varying = self.ruled = 0  # the fields of signs and indicators, of unit vectors, of all that is entrywise, of all these
        self.units: dict[tuple[Any, ...], int] = {}
        self.lists: dict[str, Value] = {}
        self.signs: dict[int, int] = {}
        self.sizes: dict[int, int] = {}
        self.norms: dict[tuple[int, int], int] = {}
        self.totals: dict[int, int] = {}
        self.places: dict[tuple[str, str], int] = {}
        self.declared: dict[str, str] = {}  # places of the part -> of which vector
        self._making = Lock()
        self._invertible: dict[int, bool] = {0: True}

    def atom(self, *name: Any, entrywise: bool = False, positive: bool = False, idempotent: bool = False) -> int:
        """The monomial of an atom, made when it is first asked for."""
        with self._making:
            found = self.units.get(name)
            if found is None:
                place = len(self.names)
                if place >= self.room:
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
                self.ruled = self.tied | self.apart | self.varying
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

    def unit(self, place: str, vector: str) -> int:
        """e_k of a place k, which is one of a vector."""
        found = self.units.get(("unit", place))
        if found is None:
            raise Wider if vector or place.isdecimal() else Beyond
        return found

    def largest(self, name: str) -> int:
        """The indicator of |x_i| = ||x||_inf, which several entries meet at ties."""
        return self.atom("largest", name, entrywise=True, idempotent=True)

    def joined(self, a: int, b: int) -> int:
        """The product of two monomials. Where a sign or an indicator stands in both, or a unit vector beside a vector, rules apply.

        A negative exponent in a lower field can hide a field of 1 from the masks: then a rule is left out, and two forms of one value may differ.
        """
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
                    raise Wider
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
                    raise Wider
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
            raise Wider
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
