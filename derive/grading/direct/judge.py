"""The verdict of the direct lane on a formula that is cut out already: read, compare with the required normal form, refute in an instance."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from derive.grading.direct.part import DirectPart
from derive.maths import expr as E
from derive.maths.direct.floats import MARGIN
from derive.maths.direct.forms import BOUND, ENTRY, LIST, ROW, SCALAR, VECTOR, Algebra, Beyond, Misread, Value, Wider
from derive.maths.direct.given import in_numbers
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import value_of
from derive.maths.direct.wide import Wide
from derive.maths.direct.wide_floats import Entries, WideAt
from derive.maths.direct.words import END, MINUS, NUMBER, TIMES, Token, Words
from derive.maths.expr import Expr


class Said(NamedTuple):
    """What a text says beside the right side of an equation.

    under: the index of its left side; approximate: it holds only about; headless: the left side is a member itself; places: what letters are places
    (derive.grading.direct.clauses); boxed: it is a box, and a clause stands behind it; alone: it is the entry at this place, and all others are 0; words: those of the part with names
    that the text defines.
    """

    under: str = ""
    approximate: bool = False
    headless: bool = False
    places: dict[str, tuple[str, str]] | None = None
    boxed: bool = False
    alone: str = ""
    words: Words | None = None


_NO_ANSWERS = frozenset((ROW, BOUND))
PLAIN = Said()
"""Nothing is said beside it."""


class DirectJudge(DirectPart):
    """A part that judges formulas in its own notation."""

    def of_tree(self, answer: Expr) -> bool | None:
        """Whether an expression is right; None where that is not seen here."""
        if self.constants is not None and E.has(answer, "dec"):
            return None
        answer = E.as_column(answer)
        try:
            return self.of_value(self.algebra, value_of(answer, self.algebra), False, False)
        except Wider:
            pass
        except (Beyond, OverflowError, ZeroDivisionError):
            return None
        try:
            wide = Wide(self.algebra)
            return self.of_value(wide, value_of(answer, wide), False, False)
        except (Beyond, OverflowError, ZeroDivisionError):
            return None

    def of_chain(self, text: str, said: Said) -> bool | None:
        """The verdict on a formula, or on equations of which each member is a claim. Raises Beyond, or IndexError where the formula ends too early."""
        tokens = (self.words if said is PLAIN else said.words or self.words).tokens(text)
        try:
            right, met = self._read_in(self.algebra, tokens, said, False, False)
        except Wider:
            right, met = self._read_in(Wide(self.algebra), tokens, said, False, False)
        if not met:
            return right
        readings = [right]
        for lengths in (False, True)[: 1 + (met & 1)]:
            for slash in (False, True)[: 1 + (met >> 1)]:
                if lengths or slash:
                    try:
                        readings.append(self._as_read(tokens, said, lengths, slash)[0])
                    except Misread:
                        continue
        return None if None in readings else True in readings

    def of_scaled(self, text: str) -> bool | None:
        """False where a text is a decimal times an explicit vector, and no number that the decimal can be rounded from makes it the required one; else None."""
        if self.constants is None or self.required[0] != LIST:
            return None
        tokens = self.words.tokens(text)
        negative = tokens[-1][0] == MINUS
        if negative:
            tokens.pop()
        code, decimal, _, _ = tokens.pop()
        if code != NUMBER or len(decimal) < 4:
            return None
        if tokens[-1][0] == TIMES:
            tokens.pop()
        r = Reader(self.algebra, self.words, tokens)
        v = r.product()
        if r.tokens[-1][0] != END or r.met or v[0] != LIST or len(v[1]) != len(self.constants) or any(len(x) == 4 or len(x[1]) > 1 for x in v[1]):
            return None
        factor, half = Fraction(decimal[1].get(0, 0), decimal[2]) * (-1 if negative else 1), Fraction(1, 2 * decimal[2])
        entries = [Fraction(x[1].get(0, 0), x[2]) if 0 in x[1] or not x[1] else None for x in v[1]]
        if None in entries:
            return None
        return False if any(abs(c - factor * e) > half * abs(e) for c, e in zip(self.constants, entries, strict=True) if e is not None) else None

    def _as_read(self, tokens: list[Token], said: Said, lengths: bool, slash: bool) -> tuple[bool | None, int]:
        """The verdict on one reading of a chain, and which notations could be read otherwise."""
        try:
            return self._read_in(self.algebra, tokens, said, lengths, slash)
        except Wider:
            return self._read_in(Wide(self.algebra), tokens, said, lengths, slash)

    def _read_in(self, algebra: Algebra, tokens: list[Token], said: Said, lengths: bool, slash: bool) -> tuple[bool | None, int]:
        if said is PLAIN:
            r = Reader(algebra, self.words, tokens.copy(), lengths, slash)
        else:
            r = Reader(algebra, said.words or self.words, tokens.copy(), lengths, slash)
            r.free, r.places = said.under, said.places
        first = r.sum()
        if said is PLAIN and r.tokens[-1][0] == END:
            return self.of_value(algebra, first, False, False), r.met
        members = r.chain(first)
        if said.headless and len(members) > 1 and not self.unknown_heads:
            return None, 0
        if said.approximate:
            members[0] = members[0][0], True
        if said.boxed and members[0][0][0] == SCALAR != self.required[0]:
            return None, 0  # a box that cannot be an answer, beside another formula
        if said.alone:
            (value, rounded), *more = members
            if rounded or more or value[0] != SCALAR:
                return None, 0
            members[0] = algebra.times(r.units(said.alone), value), False
        if len(members) == 1:
            return self.of_value(algebra, members[0][0], bool(said.under), members[0][1]), r.met
        if said.under and any(v[0] in (LIST, VECTOR) for v, _ in members):  # an entry and a whole vector in one chain
            return None, 0
        exactly = [m for m in members if not m[1]]
        if exactly and len(exactly) < len(members) and any(self.of_value(algebra, v, bool(said.under), True) is not True for v, rounded in members if rounded):
            return None, 0  # how far off it is decides
        found = [self.of_value(algebra, v, bool(said.under), rounded) for v, rounded in (exactly or members)]
        return (False if False in found else None if None in found else True), r.met

    def of_value(self, algebra: Algebra, v: Value, entrywise: bool, approximate: bool) -> bool | None:
        """The verdict on a value of an algebra."""
        kind, required, wide = v[0], self.required, algebra is not self.algebra
        if kind in _NO_ANSWERS:
            return None
        if required[0] == LIST:
            if kind == SCALAR and entrywise:
                v = (LIST, [v] * len(required[1]), 1)
            elif kind == SCALAR:
                return False if v[1] and not (len(v) == 4 or approximate) else None
            elif kind == ENTRY and entrywise:
                v = (VECTOR, v[1], v[2]) if wide else in_numbers(algebra, v)
            elif kind != LIST or entrywise:
                return None
            elif algebra.lists and not wide and any(m for x in v[1] for m in x[1]):
                v = LIST, [in_numbers(algebra, x)[1][0] for x in v[1]], 1
            if v[0] == LIST and len(v[1]) != len(required[1]):
                return False
            if wide:
                return self._refuted(algebra, v, approximate)
            return self._of_numbers(v, approximate) if self.constants is not None else self._exactly(v, approximate)
        if required[0] == SCALAR:
            if kind != SCALAR:
                return None
            if wide:
                return self._refuted(algebra, v, approximate)
            if self.constants is not None:
                return self._of_numbers((LIST, [v], 1), approximate)
            return None if approximate or len(v) == 4 else self.of_form(v)
        if approximate:
            return None
        if kind == SCALAR and not entrywise:
            return False if v[1] else None
        if kind == LIST or (entrywise and kind == VECTOR):
            return None
        v = VECTOR, v[1], v[2]
        return self._refuted(algebra, v, approximate) if wide else self.of_form(v)

    def _refuted(self, algebra: Algebra, v: Value, approximate: bool) -> bool | None:
        """False where a value that is no normal form of the part differs from the required one in an instance; no equality is seen here."""
        wide = algebra if isinstance(algebra, Wide) else Wide(algebra)
        if approximate or len(v) == 4 or (v[0] == LIST and any(len(x) == 4 for x in v[1])):
            return None
        for k, w in enumerate(self.worlds):
            try:
                found, required = WideAt(wide, w).value(v), self.required_at[k] or self._required_in(k)
                if any(abs(x - y) > MARGIN * (s + t) for (x, s), (y, t) in zip(found, required, strict=True)) and (
                        self.worse is None or self.worse([x for x, _ in found], k)):
                    return False
            except (Beyond, ZeroDivisionError, OverflowError, KeyError):
                continue
        return None

    def _required_in(self, k: int) -> Entries:
        """The entries of the required value in an instance, each with its size; worked out once."""
        found = self.required_at[k] = WideAt(Wide(self.algebra), self.worlds[k]).value(self.required)
        return found

    def _exactly(self, v: Value, approximate: bool) -> bool | None:
        return True if not approximate and self.algebra.same(v, self.required) else None

    def _of_numbers(self, v: Value, approximate: bool) -> bool | None:
        """Numbers beside numbers: exactly, or each decimal as its rounding interval."""
        constants = self.constants
        assert constants is not None
        decimals = sum(len(x) == 4 for x in v[1])
        if approximate or decimals:
            found = [_rounded(x, c, self.key.part.digits) for x, c in zip(v[1], constants, strict=True) if len(x) == 4 or decimals == len(constants)]
            return False if False in found else None if None in found or decimals < len(constants) else True
        right = True
        for (_, terms, under), (above, below) in zip(v[1], self.ratios, strict=True):
            if len(terms) > 1 or (terms and 0 not in terms):
                return self._refuted(self.algebra, v, False)
            right = right and terms.get(0, 0) * below == above * under
        return right

    def of_form(self, v: Value) -> bool | None:
        """A formula beside a formula."""
        if self.algebra.same(v, self.required):
            return True
        if self.worlds and self._apart(v, 0):
            return False
        away = self.algebra.plus(v[:3], self.required, -1)
        for k, w in enumerate(self.worlds):
            gap, scale = w.value(away)
            if any(abs(x) > MARGIN * s for x, s in zip(gap, scale, strict=True)) and (self.worse is None or self.worse(w.value(v)[0], k)):
                return False
        return None

    def _apart(self, v: Value, k: int) -> bool:
        """Whether a normal form and the required one are apart in an instance, at a glance: where they share large terms their difference tells more."""
        found, scale = self.worlds[k].value(v)
        required = self.required_at[k] or self._required_in(k)
        for x, s, (y, t) in zip(found, scale, required, strict=True):
            if abs(x - y) > MARGIN * (s + t):
                return self.worse is None or self.worse(found, k)
        return False


def _rounded(shown: Value, required: Fraction, digits: int) -> bool | None:
    """Whether a number lies in the closed rounding interval of a decimal; None where that shows too few digits to tell."""
    written, unit = shown[1].get(0, 0), shown[2]  # unit = 10^places
    away = abs(required.numerator * unit - written * required.denominator)
    if not away:
        return True
    if 2 * away > required.denominator:
        return False
    return True if len(shown[3].lstrip("-").replace(".", "").lstrip("0")) >= digits else None
