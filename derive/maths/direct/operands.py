"""Operands of the direct lane: brackets, functions, fractions, matrices, declared notations."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from derive.maths.direct.forms import BOUND, ENTRY, LIST, ONE, SCALAR, VECTOR, Beyond, Value, number
from derive.maths.direct.functions import FUNCTIONS, one
from derive.maths.direct.norms import Norms, kind_of
from derive.maths.direct.words import (
    BREAK,
    CELL,
    CLOSE,
    COMMA,
    END,
    EQUALS,
    INFINITY,
    LETTER,
    LOWERED,
    NUMBER,
    OPEN,
    OVER,
    SUB,
    TIMES,
    VALUE,
    VECTOR_NAME,
    Notations,
    Token,
    ones,
)


class Operands(Norms):
    """What an operand can be beside a number and a symbol."""

    __slots__ = ()

    @abstractmethod
    def over(self, a: Value, b: Value) -> Value:
        """a / b."""

    @abstractmethod
    def range(self) -> str:
        """The index of the sum or maximum at hand."""

    def bracketed(self, closer: str) -> Value:
        """( ... ), [ ... ], { ... } or ⟨ ... ⟩: one value or an explicit vector."""
        bars, self.bars = self.bars, 0
        tokens = self.tokens
        self.opened = len(tokens)
        first = self.sum()
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
        code, payload, _, _ = tokens.pop()
        if code != CLOSE or payload != closer:
            raise Beyond
        if closer == "]" and tokens[-1][0] == TIMES and tokens[-1][3] == "*" and first[0] == SCALAR:
            raise Beyond  # [x]*3 in code
        return first

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
        if what == "sign" and tokens[-1][0] == VECTOR_NAME and tokens[-2][0] in (END, CLOSE):  # sign g
            return self.algebra.sign(self.words.vectors[tokens.pop()[1]])
        self.open()
        if what == "len":
            return self.dimension()
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
                p = 0 if code == INFINITY else kind_of(core) if code == NUMBER else None
                if p is None or tokens[-1][0] != CLOSE:
                    raise Beyond
            else:
                args.append(self.sum())
        self.bars = bars
        self.close(")")
        if what == "norm":
            return self.normed(one(args), 2 if p is None else p)
        if what == "sqrt":
            return self.root(one(args))
        function = FUNCTIONS.get(what)
        if function is None:
            raise Beyond
        return function(self.algebra, self.words, args)

    def dimension(self) -> Value:
        """len(g), behind its bracket."""
        if self.tokens.pop()[0] != VECTOR_NAME:
            raise Beyond
        self.close(")")
        size = self.words.dimension
        if isinstance(size, int):
            return number(size)
        return SCALAR, {self.algebra.units["dim", size]: 1}, 1

    def fraction(self, _: object) -> Value:
        """\\frac{a}{b}, \\frac12."""
        if self.words.partial is not None and len(self.tokens) > 7 and self.tokens[-2][3] in ("\\partial", "∂") and self.tokens[-3][3] == self.words.partial[0]:
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
            if tokens.pop()[:2] != (OPEN, "}") or tokens.pop()[3] not in ("c", "l", "r"):
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
        if self.tokens[-1][:2] == (OPEN, "\\}"):  # \max\{x, 0\}
            self.tokens.pop()
            bars, self.bars = self.bars, 0
            x = self.sum()
            if self.tokens.pop()[0] != COMMA:
                raise Beyond
            x = self.algebra.larger(x, self.sum())
            self.bars = bars
            self.close("\\}")
            return x
        letter = self.range()
        self.bound = letter
        inner = self.factor()
        self.bound = ""
        if any(t[3] == letter or t[1] == letter for t in self.tokens):
            raise Beyond  # the factors behind it may belong to it
        return self.algebra.largest_of(inner, BOUND)

    def aliased(self, table: Notations) -> Value:
        """The symbol whose declared notation begins here: the longest of them."""
        node: dict[Any, Any] | None = table[0]
        tokens = self.tokens
        token, at = None, len(tokens)
        for k in range(at - 1, -1, -1):
            node = node.get(tokens[k][3]) if node is not None else None
            if node is None:
                break
            if None in node:
                token, at = node[None], k
        if token is None:
            if table[1] is None:
                raise Beyond
            return self.named(table[1])
        closed = tokens[at][3] == ")"
        del tokens[at:]
        if not closed and tokens[-1][0] == OPEN and token[0] != VALUE and tokens[-1][3] != "{":
            raise Beyond  # \nabla f(x) at another point
        if tokens[-1][3] == "'":  # \nabla f'
            raise Beyond
        value = self.named(token)
        if not closed and tokens[-1][0] == OPEN and token[0] == VECTOR_NAME and tokens[-1][3] != "{":
            raise Beyond  # \nabla f_k(x)
        return value

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
