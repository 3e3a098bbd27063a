"""Replies that state the problem once more before they answer it, for the direct lane: 'We minimize F over u. ... The minimizer is x.'

What is minimised must have the normal form of the objective of the part, in the unknown: such a sentence is no second answer, and is left out.
"""

from __future__ import annotations

from copy import copy

from derive import patterns as re
from derive.grading.direct.part import DirectPart
from derive.maths.direct.forms import VECTOR, Algebra, Beyond, Value
from derive.maths.direct.read import Reader
from derive.maths.direct.trees import value_of
from derive.maths.direct.wide import Wide
from derive.maths.direct.words import END, VECTOR_NAME, Words, spellings

_STATED = re.compile(
    r"(?P<before>\A|\n\n|(?<=[a-z]\. ))(?:The problem is to minimi[sz]e|The objective is|We minimi[sz]e) (?P<problem>[^\n]{1,300}?)(?: over (?P<over>[^\n]{1,40}?))?\.(?=\n\n)")
_WITHIN = re.compile(r"\$\$([^$]+)\$\$|\$(?:\\displaystyle(?![A-Za-z]))?([^$]+)\$|\\\((.+)\\\)|\\\[(.+)\\\]|`([^`]+)`|([^$`]+)")


class Restated:
    """The objective of a part in normal form, and the words in which it is read."""

    def __init__(self, part: DirectPart) -> None:
        program, self.unknown = part.key.program, part.key.wanted.asked
        if program is None or program.constraints or program.sense != "min" or list(program.over) != [self.unknown]:
            raise Beyond
        self.algebra: Algebra = Wide(part.algebra)
        self.words: Words = copy(part.words)
        self.words.known = self.words.known.copy()
        self.words.vectors = {**self.words.vectors, self.unknown: (VECTOR, {self.algebra.vector(self.unknown): 1}, 1)}
        for written in spellings(self.unknown):
            self.words.put(written, VECTOR_NAME, self.unknown)
        if len(self.unknown) == 1:
            self.words.single = {**self.words.single, self.unknown: self.words.known[self.unknown]}
        self.objective: Value = value_of(program.objective, self.algebra)

    def without(self, text: str) -> str:
        """A text without the sentence that states the problem; the same text where there is none."""
        m = _STATED.search(text)
        if m is None or not self._is_problem(m["problem"]) or (m["over"] is not None and not self._is_unknown(m["over"])):
            return text
        return f"{text[: m.start()].rstrip()}\n\n{text[m.end() :].lstrip()}" if m.start() else text[m.end() :].lstrip()

    def _is_problem(self, written: str) -> bool:
        try:
            r = Reader(self.algebra, self.words, _within(written))
            value = r.sum()
            return r.tokens[-1][0] == END and not r.met and self.algebra.same(value, self.objective) and value[0] == self.objective[0]
        except (Beyond, IndexError, OverflowError, ZeroDivisionError):
            return False

    def _is_unknown(self, written: str) -> bool:
        try:
            tokens = self.words.tokens(_within(written))
        except Beyond:
            return False
        return len(tokens) == 2 and tokens[1][:2] == (VECTOR_NAME, self.unknown)


def _within(written: str) -> str:
    m = _WITHIN.fullmatch(written)
    return "" if m is None else next(g for g in m.groups() if g).strip()
