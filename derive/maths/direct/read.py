"""Tokens -> values: precedence climbing that does its algebra on the way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from derive.maths.direct.forms import BOUND, LIST, ONE, ROW, SCALAR, VECTOR, Beyond, Value, Wider
from derive.maths.direct.operands import Operands
from derive.maths.direct.words import (
    ALIAS,
    APPROX,
    BAR,
    BEGIN,
    BINOMIAL,
    BOLD_ONE,
    BREAK,
    CELL,
    CLOSE,
    COMMA,
    END,
    EQUALS,
    FRACTION,
    FUNCTION,
    IF,
    LARGEST,
    LETTER,
    LOWERED,
    MINUS,
    MOST,
    NORM_BAR,
    NUMBER,
    OPEN,
    OPENS,
    OTHERWISE,
    OVER,
    PLUS,
    POWER,
    RAISED,
    ROOT,
    SLASH,
    SUB,
    SUM,
    TIMES,
    UNEQUAL,
    UNIT,
    VALUE,
    VECTOR_NAME,
)

MAX_DEPTH = 30
MAX_EXPONENT = 100
_BEHIND = frozenset((POWER, RAISED, OPEN, LARGEST, SUB, LOWERED))
_READ = frozenset((VALUE, NUMBER))
_NOTHING_BEHIND = frozenset(range(ROOT + 1)) - _BEHIND - {NUMBER, FRACTION}
"""What may follow an operand that is read already."""
_ENDS = frozenset((END, PLUS, MINUS, CLOSE, COMMA, EQUALS, APPROX, OVER, BREAK, CELL, UNEQUAL, IF, OTHERWISE))
"""What ends a product."""


class Reader(Operands):
    """One formula of one part, read from left to right."""

    __slots__ = ()

    def chain(self, first: Value) -> list[tuple[Value, bool]]:
        """The members of A = B = ... ≈ C, whose first is read, each with whether it is approximate."""
        out = [(first, False)]
        while True:
            code = self.tokens[-1][0]
            if code == END:
                return out
            if code not in (EQUALS, APPROX):
                raise Beyond
            self.tokens.pop()
            out.append((self.sum(), code == APPROX))

    def sum(self) -> Value:
        """Sums and differences."""
        tokens = self.tokens
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Beyond
        code = tokens[-1][0]
        left: Value
        if code in _READ and tokens[-2][0] in _ENDS:  # a summand of one token
            left = tokens.pop()[1]
        elif code == MINUS:
            tokens.pop()
            left = self.algebra.minus(self.product())
        else:
            if code == PLUS:
                tokens.pop()
            left = self.product()
        while True:
            code = tokens[-1][0]
            if code != PLUS and code != MINUS:
                self.depth -= 1
                return left
            tokens.pop()
            following = tokens[-1][0]
            if following in _READ and tokens[-2][0] in _ENDS:
                right = tokens.pop()[1]
            elif following <= MINUS:  # a further sign, or nothing
                raise Beyond
            else:
                right = self.product()
            if left[0] != right[0]:
                left, right = self.beside(left, right), self.beside(right, left)
            left = self.algebra.plus(left, right, 1 if code == PLUS else -1)

    def beside(self, a: Value, b: Value) -> Value:
        """What a is in a sum with b, which is of another kind: a number that is not 0 stands in each entry of a column."""
        if self.turned or len(a) == 4 or len(b) == 4 or SCALAR not in (a[0], b[0]):
            raise Beyond
        if a[0] != SCALAR:
            return a
        if not a[1] or (b[0] == LIST and any(len(x) == 4 for x in b[1])):
            raise Beyond
        if b[0] == LIST:
            return LIST, [a] * len(b[1]), 1
        if b[0] != VECTOR:
            raise Beyond
        return VECTOR, a[1], a[2]

    def product(self) -> Value:
        """Products and quotients, explicit or by juxtaposition."""
        tokens, times = self.tokens, self.algebra.times
        left: Value
        right: Value
        first = code = tokens[-1][0]
        if code == SUM:
            return self.summed(None)
        if code in _READ and tokens[-2][0] in _NOTHING_BEHIND:  # an operand that stands by itself
            left = tokens.pop()[1]
        else:
            left = self.factor()
        while True:
            code, payload, spaced, _ = tokens[-1]
            if code in _ENDS:
                return left
            if code >= NUMBER:
                if code == VALUE and tokens[-2][0] in _NOTHING_BEHIND:
                    tokens.pop()
                    left = times(left, payload)
                    continue
                if code == self.bars and payload is not OPENS:
                    return left
                if code == NUMBER and not (spaced and (left[0] or any(left[1]) or first == OPEN)):  # n 2, but not n2
                    raise Beyond
                if code == SUM:
                    return self.summed(left)
                right = self.factor()
                if right[0] == ROW and left[0] > SCALAR:  # v x^T y = v (x^T y)
                    right = self.contracted(right)
                left = times(left, right)
            elif code == TIMES:
                tokens.pop()
                code = tokens[-1][0]
                if code == SUM:
                    return self.summed(left)
                if code <= MINUS and not payload:  # alpha*-g: a star on alpha
                    raise Beyond
                right = tokens.pop()[1] if code in _READ and tokens[-2][0] in _NOTHING_BEHIND else self.factor()
                if right[0] == LIST == left[0] and not payload and not self.turned:  # a*a
                    left = self.algebra.entrywise_product(left, right)
                    continue
                if payload and right[0] == ROW and left[0] > SCALAR:
                    right = self.contracted(right)
                left = times(left, right, payload)
            elif code == SLASH:
                tokens.pop()
                code = tokens[-1][0]
                bracketed = code == OPEN
                right = tokens.pop()[1] if code in _READ and tokens[-2][0] in _NOTHING_BEHIND else self.factor()
                code, _, spaced, _ = tokens[-1]
                if code >= NUMBER and not spaced and not bracketed and code != self.bars:
                    self.met |= 2
                    if self.right:
                        while tokens[-1][0] >= NUMBER and not tokens[-1][2] and tokens[-1][0] != self.bars:
                            if tokens[-1][0] in (NUMBER, SUM):
                                raise Beyond
                            right = times(right, self.factor())
                left = self.over(left, right)
            else:
                return left

    def contracted(self, row: Value) -> Value:
        """x^T and the factors up to the y with which it is an inner product."""
        tokens = self.tokens
        while row[0] == ROW:
            code, payload, _, _ = tokens[-1]
            if code == TIMES and payload:
                tokens.pop()
            elif code < VALUE or code == self.bars or code == SUM:
                raise Beyond
            row = self.algebra.times(row, self.factor())
        return row

    def over(self, a: Value, b: Value) -> Value:
        """a / b; noted where b may be zero somewhere."""
        if b[0] != LIST and len(b[1]) == 1:
            ((m, c),) = b[1].items()
            if m and not self.algebra.is_invertible(m):
                if not self.algebra.is_generic(m):
                    raise Wider
            if c > 0 and b[0] == SCALAR and a[0] != LIST and len(a[1]) == 1:  # as the algebra does it
                ((k, x),) = a[1].items()
                return a[0], {k - m: x * b[2]}, a[2] * c
        return self.algebra.over(a, b)

    def summed(self, before: Value | None) -> Value:
        """before times a sum, which takes the whole product that follows: what does not hold its index is pulled out of it."""
        tokens, times = self.tokens, self.algebra.times
        tokens.pop()
        if self.bound:
            raise Beyond
        self.bound = self.range()
        inside: Value | None = None
        outside = before
        dotted = under = False
        while True:
            right = self.factor()
            if under:
                if right[0] == BOUND or tokens[-1][0] >= NUMBER:
                    raise Beyond
                outside = self.over(ONE if outside is None else outside, right)
            elif right[0] == BOUND:
                inside = right if inside is None else times(inside, right)
            else:
                outside = right if outside is None else times(outside, right, dotted)
            code, payload, _, _ = tokens[-1]
            dotted = False
            under = code == SLASH
            if code == TIMES:
                tokens.pop()
                dotted = payload
            elif under:
                tokens.pop()
            elif code in (SUM, NUMBER):
                raise Beyond
            elif code < NUMBER or code == self.bars:
                break
        self.bound = ""
        if inside is None:
            raise Beyond
        total = self.algebra.total(inside)
        return total if outside is None else times(outside, total)

    def range(self) -> str:
        """The index of the sum or maximum at hand: _i, _{i}, _{i=1}^n."""
        tokens = self.tokens
        letter = ""
        for _ in range(2):
            code, payload, _, core = tokens[-1]
            if code == LOWERED and not letter:
                tokens.pop()
                letter = payload
            elif code == SUB and not letter:
                tokens.pop()
                code, payload, _, core = tokens.pop()
                letter = core
                if code == OPEN and payload == "}":
                    letter = tokens.pop()[3]
                    if letter == "1" and tokens[-1][1] == "le":  # 1 <= i <= n
                        tokens.pop()
                        letter = tokens.pop()[3]
                        if tokens.pop()[1] != "le" or tokens.pop()[3] not in self.words.uppers:
                            raise Beyond
                    elif tokens[-1][0] == EQUALS:
                        tokens.pop()
                        if tokens.pop()[3] != "1":
                            raise Beyond
                        if tokens[-1][0] == COMMA:  # i = 1, ..., n
                            if tokens[-2][1] != "dots" or tokens[-3][0] != COMMA or tokens[-4][3] not in self.words.uppers:
                                raise Beyond
                            del tokens[-4:]
                    self.close("}")
            elif code == POWER and letter:
                tokens.pop()
                code, payload, _, core = tokens.pop()
                if code == OPEN and payload == "}":
                    core = tokens.pop()[3]
                    self.close("}")
                if core not in self.words.uppers:
                    raise Beyond
        if letter not in self.words.letters or letter == self.free:
            raise Beyond
        return letter

    def factor(self) -> Value:
        """An operand with its powers and transposes."""
        tokens = self.tokens
        code, payload, _, _ = tokens.pop()
        value: Value
        if code == OPEN:
            value = self.bracketed(payload)
        elif code == VECTOR_NAME:
            value = self.vector(payload)
        elif code == VALUE:
            value = payload
        elif code == NUMBER:
            value = payload
            if tokens[-1][0] == NUMBER or (tokens[-1][0] == FRACTION and len(payload) < 4):  # 1 1/2
                raise Beyond
        elif END < code <= MINUS:
            if tokens[-1][0] <= MINUS:
                raise Beyond
            inner = self.factor()
            return self.algebra.minus(inner) if code == MINUS else inner
        else:
            handler = _OPERANDS.get(code)
            if handler is None:
                raise Beyond
            value = handler(self, payload)
        while tokens[-1][0] in _BEHIND:
            code, payload, spaced, core = tokens[-1]
            if code == POWER:
                tokens.pop()
                value = self.raised(value)
            elif code == OPEN:
                if core == "[" and value[0] != SCALAR and not spaced:  # an index
                    value = self.at_index(value)
                    continue
                return value
            elif code in (SUB, LOWERED):  # (\\nabla f)_i
                value = self.entry_of(value)
            elif code == RAISED:
                tokens.pop()
                if tokens[-1][0] in (POWER, RAISED):
                    raise Beyond
                value = self.inner(self.transposed(value)) if payload == "T" else self.algebra.power(value, payload)
            else:
                tokens.pop()
                value = self.algebra.largest_of(value, VECTOR) if payload == "max" else self.algebra.total(value) if payload == "sum" else self.dotted(value)
        return value

    def raised(self, value: Value) -> Value:
        """value to the exponent at hand, or transposed."""
        tokens = self.tokens
        code, payload, spaced, core = tokens.pop()
        sign = 1
        braced = code == OPEN and payload == "}"
        if braced and spaced:
            raise Beyond
        if code == OPEN and payload == ")":
            return self.to_the(value, ")")
        if braced:
            first = -2 if tokens[-1][0] == MINUS else -1
            if tokens[first][0] in (NUMBER, FRACTION) and tokens[first - 1][3] != "}":
                return self.to_the(value, "}")
        if braced:
            code, payload, _, core = tokens.pop()
            if code == MINUS:
                sign = -1
                code, payload, _, core = tokens.pop()
        elif code in (OPEN, MINUS):
            raise Beyond
        if code == LETTER and payload == "T" and sign == 1:
            value = self.transposed(value)
        elif code == NUMBER and core.isdigit() and (braced or len(core) == 1):
            value = self.algebra.power(value, sign * int(core[:3]))
        else:
            raise Beyond
        if braced:
            self.close("}")
        if code == LETTER:
            return self.inner(value)
        if self.tokens[-1][0] in (POWER, RAISED):  # a^b^c nests to the right
            raise Beyond
        return value

    def to_the(self, value: Value, closer: str) -> Value:
        """value to an exponent in brackets, which is a number."""
        _, terms, under, *_ = k = self.bracketed(closer)
        if k[0] != SCALAR or len(terms) > 1 or (terms and 0 not in terms) or abs(terms.get(0, 0)) > MAX_EXPONENT * under:
            raise Beyond
        if self.tokens[-1][0] in (POWER, RAISED):  # a^b^c nests to the right
            raise Beyond
        return self.algebra.raised(value, Fraction(terms.get(0, 0), under))

    def transposed(self, value: Value) -> Value:
        """x^T."""
        if value[0] == VECTOR:
            return ROW, value[1], value[2]
        if value[0] == LIST:
            self.turned = True
            return value
        raise Beyond

    def dotted(self, value: Value) -> Value:
        """x.dot(y), behind the name."""
        bars, self.bars = self.bars, 0
        self.open()
        other = self.sum()
        self.close(")")
        self.bars = bars
        return self.algebra.dot(value, other)

    def inner(self, value: Value) -> Value:
        """x^T y of explicit vectors, behind the transpose; else x^T."""
        if value[0] == LIST and self.tokens[-1][0] == VECTOR_NAME:
            name = self.tokens.pop()[1]
            if self.tokens[-1][0] in _BEHIND:  # x^T y^{-1}: the exponent is that of y
                raise Beyond
            return self.algebra.dot(value, self.vector(name))
        return value


_OPERANDS: dict[int, Callable[[Reader, Any], Value]] = {
    FUNCTION: Reader.called, FRACTION: Reader.fraction, BEGIN: Reader.matrix, BINOMIAL: Reader.binomial, ROOT: Reader.radical,
    MOST: Reader.most, ALIAS: Reader.aliased, UNIT: Reader.unit, BOLD_ONE: Reader.bold_one,
    NORM_BAR: lambda r, _: r.barred(NORM_BAR), BAR: lambda r, _: r.barred(BAR),
}
