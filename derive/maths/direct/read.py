"""Tokens -> values: precedence climbing that does its algebra on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derive.maths.direct.forms import BOUND, ENTRY, LIST, ONE, ROW, SCALAR, VECTOR, Algebra, Beyond, Value, number
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
    INFINITY,
    LARGEST,
    LETTER,
    LOWERED,
    MINUS,
    MOST,
    NORM_BAR,
    NUMBER,
    OPEN,
    OTHERWISE,
    OVER,
    PLUS,
    POWER,
    RAISED,
    SLASH,
    SUB,
    SUM,
    TIMES,
    UNEQUAL,
    UNIT,
    VALUE,
    VECTOR_NAME,
    Token,
    Words,
    ones,
)

MAX_DEPTH = 30
_BEHIND = frozenset((POWER, RAISED, OPEN, LARGEST, SUB))


class Reader:
    """One formula of one part, whose words and algebra are given.

    lengths, right: whether |x| of a vector is its length, and 1/2x is 1/(2x); met: 1 where the first choice mattered, 2 the second, 3 both.
    """

    __slots__ = ("algebra", "bars", "bound", "depth", "free", "least", "lengths", "met", "right", "tokens", "words")

    def __init__(self, algebra: Algebra, words: Words, text: str, lengths: bool = False, right: bool = False) -> None:
        self.algebra = algebra
        self.words = words
        self.tokens = words.tokens(text)
        self.lengths = lengths
        self.right = right
        self.met = 0
        self.least = False  # whether the text says that the declared place is that of the smallest entry
        self.bars = 0  # the bar that is open
        self.bound = ""
        self.free = ""
        self.depth = 0

    def chain(self) -> list[tuple[Value, bool]]:
        """The members of A = B = ... ≈ C, each with whether it is approximate."""
        out = [(self.sum(), False)]
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
        if code == MINUS:
            tokens.pop()
            left = self.algebra.minus(self.product())
        else:
            if code == PLUS:
                tokens.pop()
            left = self.product()
        while True:
            code = tokens[-1][0]
            if code == PLUS:
                sign = 1
            elif code == MINUS:
                sign = -1
            else:
                self.depth -= 1
                return left
            tokens.pop()
            if tokens[-1][0] <= MINUS:  # a further sign, or nothing
                raise Beyond
            left = self.algebra.plus(left, self.product(), sign)

    def product(self) -> Value:
        """Products and quotients, explicit or by juxtaposition."""
        tokens, times = self.tokens, self.algebra.times
        if tokens[-1][0] == SUM:
            return self.summed(None)
        left = self.factor()
        while True:
            code, payload, spaced, _ = tokens[-1]
            if code >= NUMBER:
                if code == self.bars:
                    return left
                if code == NUMBER:
                    raise Beyond
                if code == SUM:
                    return self.summed(left)
                left = times(left, self.factor())
            elif code == TIMES:
                tokens.pop()
                if tokens[-1][0] == SUM:
                    return self.summed(left)
                left = times(left, self.factor(), payload)
            elif code == SLASH:
                tokens.pop()
                bracketed = tokens[-1][0] == OPEN
                right = self.factor()
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

    def over(self, a: Value, b: Value) -> Value:
        """a / b; noted where b may be zero somewhere."""
        if b[0] != LIST and len(b[1]) == 1:
            ((m, _),) = b[1].items()
            if m and not self.algebra.is_invertible(m):
                if not self.algebra.is_generic(m):
                    raise Beyond
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
        dotted = False
        while True:
            right = self.factor()
            if right[0] == BOUND:
                inside = right if inside is None else times(inside, right)
            else:
                outside = right if outside is None else times(outside, right, dotted)
            code, payload, _, _ = tokens[-1]
            dotted = False
            if code == TIMES:
                tokens.pop()
                dotted = payload
            elif code in (SLASH, SUM, NUMBER):
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
                    if tokens[-1][0] == EQUALS:
                        tokens.pop()
                        if tokens.pop()[3] != "1":
                            raise Beyond
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

    def close(self, closer: str) -> None:
        """Step over a closing bracket."""
        code, payload, _, _ = self.tokens.pop()
        if code != CLOSE or payload != closer:
            raise Beyond

    def factor(self) -> Value:
        """An operand with its powers and transposes."""
        tokens = self.tokens
        code, payload, _, _ = tokens.pop()
        value: Value
        if code == NUMBER:
            value = payload
            if tokens[-1][0] in (FRACTION, NUMBER):  # 1 1/2
                raise Beyond
        elif code == VALUE:
            value = payload
        elif code == VECTOR_NAME:
            value = self.vector(payload)
        elif code in (MINUS, PLUS):
            if tokens[-1][0] <= MINUS:
                raise Beyond
            inner = self.factor()
            return self.algebra.minus(inner) if code == MINUS else inner
        elif code == OPEN:
            value = self.bracketed(payload)
        else:
            handler = _OPERANDS.get(code)
            if handler is None:
                raise Beyond
            value = handler(self, payload)
        while True:
            code, payload, spaced, core = tokens[-1]
            if code not in _BEHIND:
                return value
            if code == POWER:
                tokens.pop()
                value = self.raised(value)
            elif code == OPEN:
                if core == "[" and value[0] != SCALAR and not spaced:  # an index
                    raise Beyond
                return value
            elif code == SUB:  # (\\nabla f)_i
                value = self.entry_of(value)
            elif code == RAISED:
                tokens.pop()
                if tokens[-1][0] in (POWER, RAISED):
                    raise Beyond
                value = self.transposed(value) if payload == "T" else self.algebra.power(value, payload)
            else:
                tokens.pop()
                value = self.largest(value, VECTOR)

    def raised(self, value: Value) -> Value:
        """value to the exponent at hand, or transposed."""
        code, payload, _, core = self.tokens.pop()
        sign = 1
        braced = code == OPEN and payload == "}"
        if braced:
            code, payload, _, core = self.tokens.pop()
            if code == MINUS:
                sign = -1
                code, payload, _, core = self.tokens.pop()
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
        if self.tokens[-1][0] in (POWER, RAISED):  # a^b^c nests to the right
            raise Beyond
        return value

    def transposed(self, value: Value) -> Value:
        """x^T."""
        if value[0] == VECTOR:
            return ROW, value[1], value[2]
        if value[0] == LIST:
            return value
        raise Beyond

    # -------------------------------------------------------------- operands

    def vector(self, name: str) -> Value:
        """A vector symbol, or its entry."""
        code, payload, _, _ = self.tokens[-1]
        algebra = self.algebra
        given = algebra.lists.get(name) if code in (SUB, LOWERED) else None
        if code == SUB:
            self.tokens.pop()
            code, payload, _, core = self.tokens.pop()
            if code == OPEN and payload == "}":
                core = self.tokens.pop()[3]
                self.close("}")
        elif code == LOWERED:
            self.tokens.pop()
            core = payload
        elif code == OPEN and self.tokens[-1][3] == "[" and not self.tokens[-1][2]:  # g[k] in code
            self.tokens.pop()
            core = self.place()
            self.close("]")
            if (name, core) not in algebra.places:
                raise Beyond
        else:
            return self.words.vectors[name]
        if given is not None:
            raise Beyond
        return self.entry(name, core)

    def entry(self, name: str, index: str) -> Value:
        """x_k at a declared place, or x_i under an index."""
        place = self.algebra.places.get((name, index))
        if place is not None:
            return SCALAR, {self.algebra.entry(name, index + "-")[0] if self.least else place: 1}, 1
        if index not in self.words.letters:
            raise Beyond
        unit = self.algebra.units["vector", name]
        if index == self.bound:
            return BOUND, {unit: 1}, 1
        if self.free and self.free != index:
            raise Beyond
        self.free = index
        return ENTRY, {unit: 1}, 1

    def entry_of(self, value: Value) -> Value:
        """The entry of a vector symbol in brackets."""
        name = next((n for n, v in self.words.vectors.items() if v == value and v[0] == VECTOR), None)
        if name is None:
            raise Beyond
        return self.vector(name)

    def place(self) -> str:
        """A declared place, by its name or as np.argmax(np.abs(g))."""
        tokens = self.tokens
        code, payload, _, core = tokens.pop()
        if code == LETTER:
            return core
        if code != FUNCTION or payload != "argmax":
            raise Beyond
        self.open()
        x = self.sum()
        self.close(")")
        for (vector, k) in self.algebra.places:
            unit = self.algebra.units["vector", vector]
            if x == (VECTOR, {self.algebra.sizes[unit]: 1}, 1):
                return k
        raise Beyond

    def open(self) -> None:
        """Step over a round bracket."""
        code, payload, _, _ = self.tokens.pop()
        if code != OPEN or payload != ")":
            raise Beyond

    def length(self) -> None:
        """Step over the length of the vectors, in brackets: (n), (len(g))."""
        self.open()
        code, payload, _, core = self.tokens.pop()
        if code == FUNCTION and payload == "len":
            self.open()
            if self.tokens.pop()[0] != VECTOR_NAME:
                raise Beyond
            self.close(")")
        elif core != self.words.dimension:
            raise Beyond
        self.close(")")

    def chosen(self) -> Value:
        """np.where(np.arange(n) == k, x, 0), np.where(np.abs(x) == np.abs(x).max(), x, 0): x at one place, or some, and 0 elsewhere."""
        tokens = self.tokens
        self.open()
        if tokens[-1][1] == "arange":
            tokens.pop()
            self.length()
            if tokens.pop()[3] != "==":
                raise Beyond
            unit = self.units(self.place())
        else:
            unit = self.indicator(VECTOR)
        if tokens.pop()[0] != COMMA:
            raise Beyond
        x = self.sum()
        if tokens.pop()[0] != COMMA or tokens.pop()[3] != "0" or x[0] not in (SCALAR, VECTOR):
            raise Beyond
        self.close(")")
        return self.algebra.times(unit, x)

    def units(self, index: str) -> Value:
        """e_k."""
        found = self.algebra.units.get(("unit", index + "-" if self.least else index))
        if found is None:
            raise Beyond
        return VECTOR, {found: 1}, 1

    def indicator(self, kind: int) -> Value:
        """The entries at which |x_i| = ||x||_inf."""
        sides = [self.sum()]
        if self.tokens.pop()[0] != EQUALS:
            raise Beyond
        sides.append(self.sum())
        sizes, most = sides if sides[0][0] == kind else sides[::-1]
        if sizes[0] != kind or most[0] != SCALAR:
            raise Beyond
        algebra = self.algebra
        for name, *of in algebra.names:
            if name == "vector":
                x = algebra.units["vector", of[0]]
                if sizes[1:] == ({algebra.sizes[x]: 1}, 1) and most[1:] == ({algebra.norms[x, 0]: 1}, 1):
                    return kind, {algebra.largest(of[0]): 1}, 1
        raise Beyond

    def row_of_identity(self) -> Value:
        """np.eye(n)[k]."""
        self.length()
        if self.tokens.pop()[3] != "[":
            raise Beyond
        unit = self.units(self.place())
        self.close("]")
        return unit

    def cases(self) -> Value:
        """x if i = k, 0 if i != k or otherwise, under an index i that is free."""
        tokens = self.tokens
        value = self.sum()
        letter, index = self.condition(EQUALS)
        if tokens.pop()[0] != BREAK or tokens.pop()[3] != "0":
            raise Beyond
        if tokens[-1][0] == CELL:
            tokens.pop()
        if tokens[-1][0] == OTHERWISE:
            tokens.pop()
        elif self.condition(UNEQUAL) != (letter, index):
            raise Beyond
        self.close("cases")
        if self.free not in ("", letter) or letter not in self.words.letters or value[0] not in (SCALAR, ENTRY):
            raise Beyond
        self.free = letter
        _, unit, _ = self.units(index)
        return self.algebra.times((ENTRY, unit, 1), value)

    def condition(self, relation: int) -> tuple[str, str]:
        """'& i = k', 'if i = k'."""
        tokens = self.tokens
        while tokens[-1][0] in (CELL, COMMA, IF):
            tokens.pop()
        letter = tokens.pop()[3]
        if tokens.pop()[0] != relation:
            raise Beyond
        return letter, tokens.pop()[3]

    def bracketed(self, closer: str) -> Value:
        """( ... ), [ ... ], { ... } or ⟨ ... ⟩: one value or an explicit vector."""
        bars, self.bars = self.bars, 0
        first = self.sum()
        tokens = self.tokens
        code = tokens[-1][0]
        if code == COMMA and closer != "}":
            items = [first]
            while tokens[-1][0] == COMMA:
                tokens.pop()
                items.append(self.sum())
            if closer == ">" and len(items) == 2 and items[0][0] in (VECTOR, LIST):
                first = self.algebra.dot(*items)
            else:
                first = listed(items)
        elif code == OVER and closer == "}":
            tokens.pop()
            first = self.over(first, self.sum())
        elif closer == ">":
            raise Beyond
        self.bars = bars
        self.close(closer)
        if closer == "]" and tokens[-1][0] == TIMES and first[0] == SCALAR:
            raise Beyond  # [x]*3 in code
        return first

    def barred(self, code: int) -> Value:
        """|x|, ‖x‖ with its kind."""
        if self.tokens[-1][0] == VECTOR_NAME and self.tokens[-2][0] == code:  # ‖g‖
            inner = self.words.vectors[self.tokens.pop()[1]]
        else:
            bars, self.bars = self.bars, code
            inner = self.sum()
            self.bars = bars
        if self.tokens.pop()[0] != code:
            raise Beyond
        p = self.kind()
        if p is None:
            if code == BAR:
                if inner[0] in (SCALAR, ENTRY, BOUND):
                    return self.algebra.size(inner)
                self.met |= 1
                if not self.lengths:
                    return self.algebra.size(inner)
            p = 2
        return self.normed(inner, p)

    def normed(self, inner: Value, p: int) -> Value:
        """The p-norm of a vector; the 2-norm of numbers only with its square."""
        if inner[0] == LIST and p == 2:
            code, payload, _, _ = self.tokens[-1]
            if code == POWER and self.tokens[-2][3] == "2":
                self.tokens.pop()
            elif code != RAISED or payload != 2:
                raise Beyond
            self.tokens.pop()
            return self.algebra.dot(inner, inner)
        if inner[0] not in (VECTOR, LIST):
            raise Beyond
        return self.algebra.norm(inner, p)

    def kind(self) -> int | None:
        """The subscript of a norm: 1, 2, ∞ (as 0), ℓ_1, L_2."""
        tokens = self.tokens
        code, payload, _, core = tokens[-1]
        if code == LOWERED:
            tokens.pop()
            return _kind_of(payload)
        if code == INFINITY and core in ("∞", "\\infty"):  # ‖g‖∞
            tokens.pop()
            return 0
        if code != SUB:
            return None
        tokens.pop()
        code, payload, _, core = tokens.pop()
        if code != OPEN or payload != "}":
            if code == NUMBER and len(core) > 1:
                raise Beyond
            return 0 if code == INFINITY else _kind_of(core)
        code, payload, _, core = tokens.pop()
        if code == LETTER and payload in ("ell", "L"):
            if tokens[-1][0] == SUB:
                tokens.pop()
            code, payload, _, core = tokens.pop()
        found = 0 if code == INFINITY else _kind_of(core)
        self.close("}")
        return found

    def called(self, what: str) -> Value:
        """A function of what stands in the round brackets behind it."""
        tokens = self.tokens
        if what == "where":
            bars, self.bars = self.bars, 0
            value = self.chosen()
            self.bars = bars
            return value
        if what == "eye":
            return self.row_of_identity()
        self.open()
        if what in ("sign", "abs") and tokens[-1][0] == VECTOR_NAME and tokens[-2][0] == CLOSE:  # sign(g)
            x = self.words.vectors[tokens.pop()[1]]
            self.close(")")
            return self.algebra.sign(x) if what == "sign" else self.algebra.size(x)
        bars, self.bars = self.bars, 0
        args = [self.sum()]
        p: int | None = None
        while tokens[-1][0] == COMMA:
            tokens.pop()
            code, payload, _, core = tokens[-1]
            if code == LETTER and payload == "ord":
                tokens.pop()
                if tokens.pop()[0] != EQUALS or what != "norm":
                    raise Beyond
                code, payload, _, core = tokens[-1]
            if what == "norm":
                tokens.pop()
                p = 0 if code == INFINITY else _kind_of(core) if code == NUMBER else None
                if p is None or tokens[-1][0] != CLOSE:
                    raise Beyond
            else:
                args.append(self.sum())
        self.bars = bars
        self.close(")")
        function = _FUNCTIONS.get(what)
        if function is None:
            raise Beyond
        return function(self, args, p)

    def fraction(self, _: object) -> Value:
        """\\frac{a}{b}, \\frac12."""
        above = self.argument()
        return self.over(above, self.argument())

    def argument(self) -> Value:
        """A group, or one token."""
        tokens = self.tokens
        code, payload, _, core = tokens.pop()
        if code == OPEN and payload == "}":
            follower = tokens[-1]
            if NUMBER <= follower[0] <= VALUE and tokens[-2][1] == "}":  # {2}, {\\alpha}: nothing else in it
                tokens.pop()
                self.close("}")
                return follower[1]  # type: ignore[no-any-return]
            return self.bracketed("}")
        if code == VALUE:
            return payload  # type: ignore[no-any-return]
        if code == NUMBER and core.isdigit():
            if len(core) > 1:
                self.tokens.append((NUMBER, number(int(core[1:])), False, core[1:]))
            return number(int(core[0]))
        raise Beyond

    def binomial(self, _: object) -> Value:
        """\\binom{n}{2} = n (n - 1)/2."""
        n, k = self.argument(), self.argument()
        if n[0] != SCALAR or k[1] != {0: 2} or k[2] != 1:
            raise Beyond
        algebra = self.algebra
        return algebra.over(algebra.times(n, algebra.plus(n, ONE, -1)), number(2))

    def matrix(self, environment: str) -> Value:
        """A column or a row of a matrix environment as an explicit vector."""
        tokens = self.tokens
        if environment == "cases":
            bars, self.bars = self.bars, 0
            value = self.cases()
            self.bars = bars
            return value
        if environment == "array":
            if tokens.pop()[1] != "}" or tokens.pop()[3] not in ("c", "l", "r"):
                raise Beyond
            self.close("}")
        bars, self.bars = self.bars, 0
        items = [self.sum()]
        separator = tokens[-1][0]
        while tokens[-1][0] in (BREAK, CELL):
            if tokens.pop()[0] != separator:
                raise Beyond
            items.append(self.sum())
        self.bars = bars
        self.close(environment)
        return listed(items)

    def most(self, _: object) -> Value:
        """max_i |g_i| = ||g||_inf."""
        if self.bound:
            raise Beyond
        letter = self.range()
        self.bound = letter
        inner = self.factor()
        self.bound = ""
        if any(t[3] == letter or t[1] == letter for t in self.tokens):
            raise Beyond  # the factors behind it may belong to it
        return self.largest(inner, BOUND)

    def largest(self, x: Value, kind: int) -> Value:
        """The largest of c |x_i|, c > 0."""
        if x[0] != kind or len(x[1]) != 1:
            raise Beyond
        ((m, c),) = x[1].items()
        if c <= 0 or m not in self.algebra.sizes.values():
            raise Beyond
        return self.algebra.norm((VECTOR, x[1], x[2]), 0)

    def aliased(self, table: tuple[list[tuple[tuple[str, ...], Token]], Token | None]) -> Value:
        """The symbol whose declared notation begins here."""
        sequences, alone = table
        tokens = self.tokens
        for rest, token in sequences:
            k = len(rest)
            if len(tokens) > k and all(tokens[-1 - j][3] == rest[j] for j in range(k)):
                del tokens[len(tokens) - k :]
                if not rest or rest[-1] != ")":
                    after = tokens[-1]
                    if after[0] == OPEN and token[0] == VECTOR_NAME and not after[2]:
                        raise Beyond  # \nabla f(x) at another point
                return self.named(token)
        if alone is None:
            raise Beyond
        return self.named(alone)

    def named(self, token: Token) -> Value:
        """The value of a name."""
        if token[0] == VALUE:
            return token[1]  # type: ignore[no-any-return]
        if token[0] == VECTOR_NAME:
            return self.vector(token[1])
        if token[0] == LETTER and isinstance(token[1], tuple):
            return self.entry(*token[1])
        raise Beyond

    def unit(self, _: object) -> Value:
        """e_k at a declared place k."""
        code, payload, _, core = self.tokens.pop()
        if code == SUB:
            code, payload, _, core = self.tokens.pop()
            if code == OPEN and payload == "}":
                core = self.tokens.pop()[3]
                self.close("}")
        elif code == LOWERED:
            core = payload
        else:
            raise Beyond
        return self.units(core)

    def bold_one(self, _: object) -> Value:
        """The vector of ones, or an indicator."""
        code, payload, _, _ = self.tokens[-1]
        if code == OPEN and payload in ("\\}", "]"):
            self.tokens.pop()
            bars, self.bars = self.bars, 0
            found = self.indicator(ENTRY)
            self.bars = bars
            self.close(payload)
            return found
        if code in (OPEN, SUB):  # a length
            raise Beyond
        return ones(self.words.dimension) if isinstance(self.words.dimension, int) else (VECTOR, {0: 1}, 1)


def listed(items: list[Value]) -> Value:
    """Numbers and scalars as an explicit vector."""
    if any(x[0] != SCALAR for x in items):
        raise Beyond
    return LIST, items, 1


def _kind_of(core: str) -> int:
    if core == "1":
        return 1
    if core == "2":
        return 2
    raise Beyond


def _one(args: list[Value]) -> Value:
    if len(args) != 1:
        raise Beyond
    return args[0]


def _two(args: list[Value]) -> tuple[Value, Value]:
    if len(args) != 2:
        raise Beyond
    return args[0], args[1]


def _full(r: Reader, args: list[Value], p: int | None) -> Value:
    size, x = _two(args)
    if not isinstance(r.words.dimension, int) or size[1:3] != ({0: r.words.dimension}, 1) or x[0] != SCALAR or len(x) == 4:
        raise Beyond
    return LIST, [x] * r.words.dimension, 1


def _ones(r: Reader, args: list[Value], p: int | None) -> Value:
    if not isinstance(r.words.dimension, int) or _one(args)[1:3] != ({0: r.words.dimension}, 1):
        raise Beyond
    return ones(r.words.dimension)


def _array(r: Reader, args: list[Value], p: int | None) -> Value:
    if _one(args)[0] not in (VECTOR, LIST):
        raise Beyond
    return args[0]


def _vector(x: Value) -> Value:
    if x[0] not in (VECTOR, LIST):
        raise Beyond
    return x


_FUNCTIONS: dict[str, Callable[[Reader, list[Value], int | None], Value]] = {
    "sign": lambda r, args, p: r.algebra.sign(_one(args)),
    "abs": lambda r, args, p: r.algebra.size(_one(args)),
    "sum": lambda r, args, p: r.algebra.total(_vector(_one(args))),
    "norm": lambda r, args, p: r.normed(_one(args), 2 if p is None else p),
    "multiply": lambda r, args, p: r.algebra.times(*_two(args)),
    "dot": lambda r, args, p: r.algebra.dot(*_two(args)),
    "max": lambda r, args, p: r.largest(_one(args), VECTOR),
    "array": _array, "full": _full, "ones": _ones,
}

_OPERANDS: dict[int, Callable[[Reader, Any], Value]] = {
    FUNCTION: Reader.called, FRACTION: Reader.fraction, BEGIN: Reader.matrix, BINOMIAL: Reader.binomial,
    MOST: Reader.most, ALIAS: Reader.aliased, UNIT: Reader.unit, BOLD_ONE: Reader.bold_one,
    NORM_BAR: lambda r, _: r.barred(NORM_BAR), BAR: lambda r, _: r.barred(BAR),
}
