"""Entries of vectors in the direct lane: x_k at a declared place, x_i under an index, and what is 0 elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod

from derive.maths.direct.forms import BOUND, ENTRY, LIST, SCALAR, VECTOR, Algebra, Beyond, Misread, Value, number
from derive.maths.direct.given import ratio
from derive.maths.direct.words import (
    BREAK,
    CELL,
    CLOSE,
    COMMA,
    EQUALS,
    FUNCTION,
    IF,
    LETTER,
    LOWERED,
    NUMBER,
    OPEN,
    OTHERWISE,
    PLUS,
    SUB,
    UNEQUAL,
    VECTOR_NAME,
    Token,
    Words,
)


class Entries(ABC):
    """One formula of one part, whose words and algebra are given, as text or as tokens, which are used up.

    lengths, right: whether |x| of a vector is its length, and 1/2x is 1/(2x); met: 1 where the first choice mattered, 2 the second, 3 both.
    """

    __slots__ = ("algebra", "bars", "bound", "depth", "free", "lengths", "met", "opened", "places", "right", "tokens", "turned", "words")

    def __init__(self, algebra: Algebra, words: Words, text: str | list[Token], lengths: bool = False, right: bool = False) -> None:
        self.algebra = algebra
        self.words = words
        self.tokens = words.tokens(text) if isinstance(text, str) else text
        self.lengths = lengths
        self.right = right
        self.met = 0
        self.places: dict[str, tuple[str, str]] | None = None  # letters that the text itself makes places: (of which vector, which)
        self.bars = 0  # the bar that is open
        self.opened = -1  # how many tokens were left behind the last bracket that opened
        self.bound = ""
        self.free = ""
        self.depth = 0
        self.turned = False  # whether an explicit vector was transposed

    @abstractmethod
    def sum(self) -> Value:
        """Sums and differences."""

    def close(self, closer: str) -> None:
        """Step over a closing bracket."""
        code, payload, _, _ = self.tokens.pop()
        if code != CLOSE or payload != closer:
            raise Beyond

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
            return self.at_index(self.words.vectors[name], name)
        else:
            return self.words.vectors[name]
        if given is not None:
            if core.isdecimal():
                if not 0 < int(core) <= len(given[1]):
                    raise Beyond
                return given[1][int(core) - 1]  # type: ignore[no-any-return]
            return self.under(core), {algebra.units["vector", name]: 1}, 1
        return self.entry(name, core)

    def entry(self, name: str, index: str) -> Value:
        """x_k at a declared place, or x_i under an index."""
        algebra = self.algebra
        if self.places is not None and index in self.places:
            vector, place = self.places[index]
            if vector == name and place.rstrip("-") in algebra.declared:
                return SCALAR, {algebra.entry(name, place)[0]: 1}, 1
            return algebra.at_place(self.words.vectors[name], place, vector)
        entry = algebra.places.get((name, index))
        if entry is not None:
            return SCALAR, {entry: 1}, 1
        if index in algebra.declared:
            return algebra.at_place(self.words.vectors[name], index, algebra.declared[index])
        if index.isdecimal() and len(index) < 4:
            return algebra.at_place(self.words.vectors[name], index, "")
        return self.under(index), {self.algebra.units["vector", name]: 1}, 1

    def under(self, index: str) -> int:
        """The kind of an entry under an index."""
        if index not in self.words.letters:
            raise Beyond
        if index == self.bound:
            return BOUND
        if self.free and self.free != index:
            raise Beyond
        self.free = index
        return ENTRY

    def entry_of(self, value: Value) -> Value:
        """The entry of a vector in brackets, at a declared place or under an index."""
        if self.tokens[-1][1] == "+" or self.tokens[-2][0] == PLUS:  # (x)_+ is max(x, 0)
            del self.tokens[-1 if self.tokens[-1][1] == "+" else -2 :]
            return self.algebra.larger(value, number(0))
        name = next((n for n, v in self.words.vectors.items() if v == value and v[0] == VECTOR), None)
        if name is not None:
            return self.vector(name)
        core = self.subscript()
        if value[0] == LIST:
            return self.listed_entry(value, core)
        if value[0] != VECTOR:
            raise Misread if value[0] == SCALAR and self.lengths else Beyond
        if self.places is not None and core in self.places:
            vector, place = self.places[core]
            return self.algebra.at_place(value, place, vector)
        if core in self.algebra.declared:
            return self.algebra.at_place(value, core, self.algebra.declared[core])
        return self.under(core), value[1], value[2]

    def at_index(self, value: Value, name: str = "") -> Value:
        """x[k] in code, at a place of the part or a number from 0 on. name: of a vector symbol."""
        self.tokens.pop()
        vector, place = self.place()
        self.close("]")
        if name and vector in ("", name) and (name, place.rstrip("-")) in self.algebra.places:
            return SCALAR, {self.algebra.entry(name, place)[0]: 1}, 1
        if value[0] == LIST and not vector and int(place) <= len(value[1]):
            return value[1][int(place) - 1]  # type: ignore[no-any-return]
        if value[0] != VECTOR:
            raise Beyond
        return self.algebra.at_place(value, place, vector)

    def listed_entry(self, value: Value, index: str) -> Value:
        """The entry under an index of a list that is a multiple of a vector which the part gives in numbers, or of its inverse."""
        for name, given in self.algebra.lists.items():
            for e in (1, -1):
                c = ratio(value, given, e)
                if c is not None:
                    return self.under(index), {self.algebra.units["vector", name] * e: c.numerator}, c.denominator
        raise Beyond

    def subscript(self) -> str:
        """The letter or digit below an operand."""
        code, payload, _, core = self.tokens.pop()
        if code == LOWERED:
            return str(payload)
        code, payload, _, core = self.tokens.pop()
        if code == OPEN and payload == "}":
            core = self.tokens.pop()[3]
            self.close("}")
        return core

    def place(self) -> tuple[str, str]:
        """A place and the vector that it is of: one that is declared, by its name or as np.argmax(np.abs(g)), another one, or a number."""
        tokens = self.tokens
        code, payload, _, core = tokens.pop()
        if code == LETTER:
            if self.places is not None and core in self.places:
                return self.places[core]
            if core not in self.algebra.declared:
                raise Beyond
            return self.algebra.declared[core], core
        if code == NUMBER and core.isdecimal() and len(core) < 4:
            return "", str(int(core) + 1)
        if code != FUNCTION or payload not in ("argmax", "argmin"):
            raise Beyond
        self.open()
        x = self.sum()
        self.close(")")
        for vector, k in self.algebra.places or [(v, "i") for v, x in self.words.vectors.items() if x[0] == VECTOR]:
            unit = self.algebra.units["vector", vector]
            if x == (VECTOR, {self.algebra.sizes[unit]: 1}, 1):
                return vector, k if payload == "argmax" else k + "-"
            if x == (VECTOR, {unit: 1}, 1):
                return vector, k + ("+" if payload == "argmax" else "~")
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
            unit = self.unit_at(*self.place())
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
        return self.unit_at(*(self.places[index] if self.places is not None and index in self.places else ("", index)))

    def unit_at(self, vector: str, place: str) -> Value:
        """The unit vector at a place of a vector."""
        return VECTOR, {self.algebra.unit(place, vector): 1}, 1

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
        _, _, spaced, core = self.tokens.pop()
        if core != "[" or spaced:
            raise Beyond
        unit = self.unit_at(*self.place())
        self.close("]")
        return unit

    def cases(self) -> Value:
        """x if i = k, 0 if i != k or otherwise, under an index i that is free."""
        tokens = self.tokens
        value = self.sum()
        letter, index = self.condition(EQUALS)
        if tokens.pop()[0] != BREAK or tokens.pop()[3] != "0":
            raise Beyond
        if tokens[-1][0] not in (CELL, COMMA, IF, OTHERWISE):
            raise Beyond
        self.separator()
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
        self.separator()
        if tokens[-1][0] == IF:
            tokens.pop()
        letter = tokens.pop()[3]
        if tokens.pop()[0] != relation:
            raise Beyond
        return letter, tokens.pop()[3]

    def separator(self) -> None:
        """Step over what parts a value and its condition: a comma, an ampersand, or one behind the other."""
        for code in (COMMA, CELL):
            if self.tokens[-1][0] == code:
                self.tokens.pop()
