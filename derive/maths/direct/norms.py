"""Norms and roots of the direct lane: ‖x‖ with its kind, |x|, and the squares that belong to them."""

from __future__ import annotations

from abc import abstractmethod

from derive.maths.direct.entries import Entries
from derive.maths.direct.forms import BOUND, ENTRY, LIST, ONE, SCALAR, VECTOR, Beyond, Value
from derive.maths.direct.words import BAR, CLOSE, INFINITY, LETTER, LOWERED, NORM_BAR, NUMBER, OPEN, OPENS, POWER, RAISED, SUB, VECTOR_NAME, Token


class Norms(Entries):
    """What stands between bars or under a root."""

    __slots__ = ()

    @abstractmethod
    def factor(self) -> Value:
        """An operand with its powers and transposes."""

    @abstractmethod
    def argument(self) -> Value:
        """A group, or one token."""

    def barred(self, code: int) -> Value:
        """|x|, ‖x‖ with its kind."""
        alone = len(self.tokens) + 1 == self.opened
        if self.tokens[-1][0] == VECTOR_NAME and self.tokens[-2][0] == code:  # ‖g‖
            inner = self.words.vectors[self.tokens.pop()[1]]
            self.tokens.pop()
        else:
            inner = self._between(code)
        exponent = self.exponent_first() if self.tokens[-1][0] == POWER else None
        p = self.kind(code)
        if exponent is not None:
            self.tokens += exponent
        if p is None:
            if code == BAR:
                if inner[0] in (SCALAR, ENTRY, BOUND):
                    return self.algebra.size(inner)
                self.met |= 1
                if not self.lengths:
                    return self.algebra.size(inner)
            p = 2
        return self.normed(inner, p, alone)

    def _between(self, code: int) -> Value:
        """What stands up to the closing bar; a further norm in it, whose bars do not tell left from right, where it is no vector else."""
        tokens = self.tokens
        before = tokens.copy() if code == NORM_BAR else None
        depth = self.depth
        bars, self.bars = self.bars, code
        inner = self.sum()
        if before is not None and inner[0] == SCALAR:
            k = next((k for k in range(len(before) - 1, -1, -1) if before[k][0] == NORM_BAR and before[k][1] is not OPENS), 0)
            if sum(t[0] == NORM_BAR for t in before[:k]) > 1:
                before[k] = NORM_BAR, OPENS, *before[k][2:]
                tokens[:] = before
                self.depth = depth
                inner = self.sum()
        self.bars = bars
        if tokens.pop()[0] != code:
            raise Beyond
        return inner

    def exponent_first(self) -> list[Token] | None:
        """The tokens of the exponent before the kind of a norm, ‖x‖^2_2, which are taken away; None where no kind follows it."""
        tokens = self.tokens
        k = 2 if tokens[-2][0] == NUMBER else 4 if tokens[-2][3] == "{" and tokens[-3][0] == NUMBER and tokens[-4][3] == "}" else 0
        if not k or len(tokens) <= k or tokens[-k - 1][0] != SUB:
            return None
        exponent = tokens[-k:]
        del tokens[-k:]
        return exponent

    def normed(self, inner: Value, p: int, alone: bool = False) -> Value:
        """The p-norm of a vector; the 2-norm of numbers only with its square. alone: a bracket stands before it."""
        if inner[0] == LIST and p == 2 and (sign := self.squares(alone)):
            return self.algebra.dot(inner, inner) if sign > 0 else self.algebra.over(ONE, self.algebra.dot(inner, inner))
        if inner[0] not in (VECTOR, LIST):
            raise Beyond
        return self.algebra.norm(inner, p)

    def squares(self, alone: bool = False) -> int:
        """1 where a square stands behind the operand at hand, -1 for the exponent -2, else 0; steps over it.

        alone: a bracket opens right before the operand, and the square may stand behind it.
        """
        tokens = self.tokens
        if alone and tokens[-1][0] == CLOSE and tokens[-1][1] in (")", "]") and len(tokens) > 1 and tokens[-2][0] in (POWER, RAISED):
            closing = tokens.pop()
            sign = self.squares()
            tokens.append(closing)
            return sign
        code, payload, _, _ = tokens[-1]
        sign = 1
        if code == POWER and tokens[-2][3] == "2":
            del tokens[-2:]
        elif code == POWER and [t[3] for t in tokens[-4:-1]] == ["}", "2", "{"]:
            del tokens[-4:]
        elif code == POWER and [t[3] for t in tokens[-5:-1]] == ["}", "2", "-", "{"]:
            sign = -1
            del tokens[-5:]
        elif code == RAISED and payload == 2:
            tokens.pop()
        else:
            return 0
        if tokens[-1][0] in (POWER, RAISED):  # a^b^c nests to the right
            raise Beyond
        return sign

    def root(self, x: Value, alone: bool = False) -> Value:
        """sqrt(x), or x or 1/x where its square stands."""
        if x[0] == SCALAR and self.tokens[-1][0] in (POWER, RAISED, CLOSE) and all(m == 0 and c > 0 for m, c in x[1].items()) and (sign := self.squares(alone)):
            return x[:3] if sign > 0 else self.algebra.over(ONE, x[:3])
        return self.algebra.root(x)

    def radical(self, braced: bool) -> Value:
        """\\sqrt{x}, √(x), √x."""
        alone = len(self.tokens) + 1 == self.opened
        if braced:
            if self.tokens[-1][3] == "[":  # another root
                raise Beyond
            return self.root(self.argument(), alone)
        return self.algebra.root(self.factor())

    def kind(self, bar: int) -> int | None:
        """The subscript of a norm: 1, 2, ∞ (as 0), ℓ_1, L_2."""
        tokens = self.tokens
        code, payload, _, core = tokens[-1]
        if bar == BAR and code in (SUB, LOWERED):  # |x|_i is an entry of |x|
            index = payload if code == LOWERED else tokens[-2 if tokens[-2][0] != OPEN else -3][3]
            if index in self.words.letters or any(k == index for _, k in self.algebra.places):
                return None
        if code == LOWERED:
            tokens.pop()
            return kind_of(payload)
        if code == INFINITY and bar == NORM_BAR and core in ("∞", "\\infty"):  # ‖g‖∞
            tokens.pop()
            return 0
        if code != SUB:
            return None
        tokens.pop()
        code, payload, _, core = tokens.pop()
        if code != OPEN or payload != "}":
            if code == NUMBER and len(core) > 1:
                raise Beyond
            if code == INFINITY and core[0] == "\\" and tokens[-1][3] == "**":
                raise Beyond
            return 0 if code == INFINITY else kind_of(core)
        code, payload, _, core = tokens.pop()
        if code == LETTER and payload in ("ell", "L"):
            if tokens[-1][0] == SUB:
                tokens.pop()
            code, payload, _, core = tokens.pop()
        found = 0 if code == INFINITY else kind_of(core)
        self.close("}")
        return found


def kind_of(core: str) -> int:
    if core in ("1", "2", "3"):
        return int(core)
    raise Beyond
