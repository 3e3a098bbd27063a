"""Operands of the direct lane: brackets, bars, functions, fractions, matrices, declared notations."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from derive.maths.direct.entries import Entries
from derive.maths.direct.forms import BOUND, ENTRY, LIST, ONE, SCALAR, VECTOR, Beyond, Value, number
from derive.maths.direct.words import (
    BAR,
    BREAK,
    CELL,
    CLOSE,
    COMMA,
    EQUALS,
    INFINITY,
    LETTER,
    LOWERED,
    NUMBER,
    OPEN,
    OVER,
    POWER,
    RAISED,
    SUB,
    TIMES,
    VALUE,
    VECTOR_NAME,
    Token,
    ones,
)


class Operands(Entries):
    """What an operand can be beside a number and a symbol."""

    __slots__ = ()

    @abstractmethod
    def factor(self) -> Value:
        """An operand with its powers and transposes."""

    @abstractmethod
    def over(self, a: Value, b: Value) -> Value:
        """a / b."""

    @abstractmethod
    def range(self) -> str:
        """The index of the sum or maximum at hand."""

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
        if closer == "]" and tokens[-1][:2] == (TIMES, False) and first[0] == SCALAR:
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
            elif code == POWER and [t[3] for t in self.tokens[-4:-1]] == ["}", "2", "{"]:
                del self.tokens[-3:]
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
        if self.words.partial is not None and len(self.tokens) > 7 and self.tokens[-2][3] in ("\\partial", "∂"):
            return self.partial(*self.words.partial)
        above = self.argument()
        return self.over(above, self.argument())

    def partial(self, function: str, of: str, gradient: str) -> Value:
        """\\frac{\\partial f}{\\partial x_k}."""
        tokens = self.tokens
        if [tokens[-k][3] for k in (1, 3, 4, 5, 6, 7)] != ["{", function, "}", "{", tokens[-2][3], of]:
            raise Beyond
        del tokens[-7:]
        if tokens[-1][0] not in (SUB, LOWERED):
            raise Beyond
        value = self.vector(gradient)
        self.close("}")
        return value

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
        if self.tokens[-1][:2] == (OPEN, ")"):  # max(abs(g))
            return self.called("max")
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
        following = tokens[-1][3]
        for rest, token in sequences:
            k = len(rest)
            if rest[0] == following and len(tokens) > k and all(tokens[-1 - j][3] == rest[j] for j in range(k)):
                del tokens[len(tokens) - k :]
                if rest[-1] != ")":
                    after = tokens[-1]
                    if after[0] == OPEN and token[0] == VECTOR_NAME:
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


def _full(r: Operands, args: list[Value], p: int | None) -> Value:
    size, x = _two(args)
    if not isinstance(r.words.dimension, int) or size[1:3] != ({0: r.words.dimension}, 1) or x[0] != SCALAR or len(x) == 4:
        raise Beyond
    return LIST, [x] * r.words.dimension, 1


def _ones(r: Operands, args: list[Value], p: int | None) -> Value:
    if not isinstance(r.words.dimension, int) or _one(args)[1:3] != ({0: r.words.dimension}, 1):
        raise Beyond
    return ones(r.words.dimension)


def _array(r: Operands, args: list[Value], p: int | None) -> Value:
    if _one(args)[0] not in (VECTOR, LIST):
        raise Beyond
    return args[0]


def _vector(x: Value) -> Value:
    if x[0] not in (VECTOR, LIST):
        raise Beyond
    return x


_FUNCTIONS: dict[str, Callable[[Operands, list[Value], int | None], Value]] = {
    "sign": lambda r, args, p: r.algebra.sign(_one(args)),
    "abs": lambda r, args, p: r.algebra.size(_one(args)),
    "sum": lambda r, args, p: r.algebra.total(_vector(_one(args))),
    "norm": lambda r, args, p: r.normed(_one(args), 2 if p is None else p),
    "multiply": lambda r, args, p: r.algebra.times(*_two(args)),
    "dot": lambda r, args, p: r.algebra.dot(*_two(args)),
    "max": lambda r, args, p: r.largest(_one(args), VECTOR),
    "array": _array, "full": _full, "ones": _ones,
}
