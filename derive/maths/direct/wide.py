"""Values of one answer that have no normal form in the atoms of its part: functions of normal forms as atoms of their own.

1/(n - 1), sqrt(alpha) and ||sign(g)||_1 are no sums of monomials. Here each is one more atom, whose name holds the function and the normal forms that
it is taken of. Nothing is known of such an atom but its values (derive.maths.direct.wide_floats), so equality is not proved with it; a difference is.
"""

from __future__ import annotations

from fractions import Fraction
from threading import Lock
from typing import Any

from derive.maths.direct.forms import BOUND, LIST, ROW, SCALAR, VECTOR, Algebra, Beyond, Value

MAX_EXPONENT = 64
MAX_OWN = 24


class Wide(Algebra):
    """The algebra of a part with the further atoms of one answer, from the place `own` on."""

    def __init__(self, base: Algebra) -> None:
        with base._making:
            self.names = base.names.copy()
            self.units = base.units.copy()
        self.own = len(self.names)
        self.room = self.own + MAX_OWN
        self.entrywise, self.idempotent, self.positive = base.entrywise.copy(), base.idempotent.copy(), base.positive
        self.sized = base.sized.copy()
        self.tied, self.apart, self.varying, self.ruled = base.tied, base.apart, base.varying, base.ruled
        self.lists, self.places, self.declared = base.lists, base.places, base.declared
        self.signs, self.sizes, self.norms, self.totals = base.signs.copy(), base.sizes.copy(), base.norms.copy(), base.totals.copy()
        self._making = Lock()
        self._invertible = {0: True}

    def of(self, function: str, *values: Value, whole: bool = False) -> Value:
        """The value of a function, of which nothing else is known, entry by entry; or of whole vectors."""
        kind = SCALAR
        name: list[Any] = ["of", function]
        for v in values:
            if v[0] == ROW or (v[0] == LIST and not whole):
                raise Beyond
            if not whole and v[0] != kind:
                if kind and v[0]:
                    raise Beyond
                kind = kind or v[0]
            name.append(v[:3] if v[0] != LIST else (LIST, v[1], 1))
        place = ("of", function, kind, *((v[0], frozenset(v[1].items()), v[2]) if v[0] != LIST else (LIST, str(v[1])) for v in values))
        m = self.units.get(place)
        if m is None:
            m = self.atom(*place, entrywise=kind != SCALAR)
            self.names[-1] = tuple(name)
        return kind, {m: 1}, 1

    def tidied(self, m: int) -> int:
        """A product, as far as it can be made simpler."""
        try:
            return super().tidied(m)
        except Beyond:
            return m

    def is_generic(self, m: int) -> bool:
        """Where a divisor is zero an instance says nothing."""
        return True

    def over(self, a: Value, b: Value) -> Value:
        """a / b."""
        try:
            return super().over(a, b)
        except Beyond:
            if b[0] in (LIST, ROW) or (a[0] != SCALAR and b[0] != SCALAR and a[0] != b[0]):
                raise
        return self.times(a, self.of("inverse", b))

    def power(self, a: Value, k: int) -> Value:
        """a ** k for an integer k."""
        try:
            return super().power(a, k)
        except Beyond:
            if a[0] == LIST:
                return LIST, [self.power(x, k) for x in a[1]], 1
            return self.raised(a, Fraction(k))

    def raised(self, a: Value, k: Fraction) -> Value:
        """a ** k for a rational k."""
        if a[0] == LIST:
            return LIST, [self.raised(x, k) for x in a[1]], 1
        if abs(k) > MAX_EXPONENT:
            raise Beyond
        return self.of("power", a, (SCALAR, {0: k.numerator} if k else {}, k.denominator))

    def root(self, a: Value) -> Value:
        """The square root, entry by entry."""
        try:
            return super().root(a)
        except Beyond:
            if a[0] == LIST:
                return LIST, [self.root(x) for x in a[1]], 1
            return self.of("root", a)

    def function(self, name: str, a: Value) -> Value:
        """exp and log, entry by entry."""
        if a[0] == LIST:
            return LIST, [self.function(name, x) for x in a[1]], 1
        return self.of(name, a)

    def larger(self, a: Value, b: Value) -> Value:
        """max(a, b), entry by entry."""
        return self.of("larger", a, b)

    def norm(self, a: Value, p: int) -> Value:
        """The p-norm of a vector."""
        try:
            return super().norm(a, p)
        except Beyond:
            if a[0] not in (VECTOR, LIST) or p not in (0, 1, 2, 3):
                raise
            return self.of(f"norm {p}", a, whole=True)

    def largest_of(self, a: Value, kind: int) -> Value:
        """The largest entry."""
        try:
            return super().largest_of(a, kind)
        except Beyond:
            if a[0] != kind and a[0] != LIST:
                raise
            return self.of("largest", a, whole=True)

    def total(self, a: Value) -> Value:
        """The sum of the entries."""
        try:
            return super().total(a)
        except Beyond:
            if a[0] not in (VECTOR, BOUND):
                raise
            return self.of("total", a, whole=True)

    def size(self, a: Value) -> Value:
        """|a| entry by entry."""
        try:
            return super().size(a)
        except Beyond:
            return self.of("size", a)

    def sign(self, a: Value) -> Value:
        """sign(a) entry by entry."""
        try:
            return super().sign(a)
        except Beyond:
            return self.of("sign", a)

    def unit(self, place: str, vector: str) -> int:
        """e_k of a place k, also of one that the part does not declare, or a number."""
        known = self.units.get(("unit", place))
        if place.isdecimal():
            return known or self.atom("unit", place, entrywise=True, idempotent=True)
        if known is not None or not vector:
            return super().unit(place, vector)
        return self.units.get(("unit", place, vector)) or self.atom("unit", place, vector, entrywise=True, idempotent=True)

    def at_place(self, a: Value, place: str, vector: str) -> Value:
        """The entry of a vector at a place."""
        try:
            return super().at_place(a, place, vector)
        except Beyond:
            if a[0] != VECTOR:
                raise
            return self.of("at", a, (VECTOR, {self.unit(place, vector): 1}, 1), whole=True)
