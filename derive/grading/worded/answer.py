"""A text that answers in words alone -> what it says; nothing where a word of it is not read, or where the words have two meanings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derive import patterns as re
from derive.grading.finding.wanted import Alternative, Interpretation, Member, Reply, Wanted
from derive.grading.worded.glosses import holds
from derive.grading.worded.reader import Said, built
from derive.grading.worded.settled import same, settled
from derive.grading.worded.tallies import Tallies
from derive.grading.worded.tokens import MOST_TEXT, NotWorded, tokens_of
from derive.grading.worded.values import times
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

_CUE = re.compile(
    r"\b(?:half|third|quarter|fourth|times|twice|minus|plus|over|divided|multiplied|multiply|squared?|sum|product|inverse|transpose|trace|sign|signs|norm|length|largest|smallest|maximum|minimum|mean"
    r"|average|moves?|coordinates?|entry|entries|than|reciprocal|difference|quotient|eigenvalue|determinant"
    r"|absolute|modulus|median|every|each|all|elementwise|normali[sz]ed|exactly|squares"
    r"|below|above|most|least|between|exceeds?|positive|root|power|negative|th|number|gradient|ratio|together|total|makes|double|one|two|three)\b", re.I)
_SO = frozenset("so thus hence therefore then".split())
_IS = ("is", "equals", "is equal to", "is given by", "is just", "is simply", "are", "becomes", "must be", "is then", "is therefore", "reads", "is exactly")
_OF_VECTORS = ("update", "optimal update", "step", "solution", "minimiser", "minimizer", "limit", "answer", "optimal step", "result", "optimum", "limit vector", "vector", "estimate",
               "estimator", "unique minimiser")
_OF_NUMBERS = ("value", "optimal value", "optimal objective value", "best value", "best objective value", "minimal value", "minimal objective value", "lowest value",
               "minimum", "minimum value", "answer", "result", "limit", "maximum", "count", "number of messages", "optimum value", "smallest value",
               "largest value", "total", "total number of messages", "dual norm", "estimate", "estimator", "solution", "least value", "objective", "objectiv", "objective value",
               "objective at the minimum", "objectiv at the minimum", "objective at the optimum", "value at the minimum", "value at the optimum")
_UNBOUNDED_ELSE = ("otherwise the infimum is minus infinity", "otherwise it is unbounded", "otherwise it is unbounded below", "else it is unbounded below", "else it is unbounded")
_GOES = ("converges to", "goes to", "tends to", "ends at", "converges towards", "ends in", "the limit is")
_COUNTED = {"messages": ("messages", "messages in total", "in total", "messages altogether", "messages all together", "altogether"),
            "size": ("numbers", "parameters", "numbers each", "parameters each", "numbers per message", "parameters per message")}


class Answers(Tallies):
    """The grammar of whole answers."""

    wanted: Wanted
    what: str = ""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.index_before: dict[int, str] = {}

    def one(self, told: Callable[[], list[Expr]]) -> Expr | None:
        """The one meaning of all readings."""
        try:
            return settled(told(), self.scope)
        except (NotWorded, E.ShapeError, RecursionError):
            return None

    def whole(self) -> list[Expr]:
        """What the text can mean, with every word of it read."""
        n = len(self.tokens)
        found: list[Expr] = []
        for at in dict.fromkeys(self._starts()):
            for s in self._told(at):
                s = self._of_every_entry(s, at)
                if s.expr.op == "fn" and s.expr.data == "abs" and same(s.expr, s.expr.args[0], self.scope):
                    continue  # 'the absolute value of 2 n' means to change what it is said of
                ends = [s.end, *self.glossed(s), *self.after(s.end, *_COUNTED.get(self.what, ())), *self._closed(s)]
                if n in ends and not E.free_indices(s.expr) and (self.wanted.condition or E.as_column(s.expr).shape == E.as_column(E.sym("x", self.wanted.shape)).shape):
                    found.append(s.expr)
        return list(dict.fromkeys(found))

    def _of_every_entry(self, s: Said, at: int) -> Said:
        """What 'u_i =' stands before, as the vector of these entries."""
        index = self.index_before.get(at)
        if index is None or s.expr.shape or len(self.wanted.shape) != 1 or E.free_indices(s.expr) - {index}:
            return s
        return Said(E.comp(index, s.expr, self.wanted.shape[0]), s.end)

    def _closed(self, s: Said) -> Iterator[int]:
        """Where what is said once more ends, or what holds of the letters: ': 2n', ', that is 2n', ', elementwise', 'with 1/p + 1/q = 1'."""
        p = s.end + (self.mark(s.end) == ",")
        if len(s.expr.shape) == 1:
            yield from self.after(p, "elementwise")
        if self.wanted.condition:
            if self.what == "bounded" and self.mark(s.end) in (".", ",", ";"):
                yield from self.after(s.end + 1, *_UNBOUNDED_ELSE)
            return
        again = [s.end + 1] if self.mark(s.end) in (":", "=") else self.after(p, "that is") if p > s.end else []
        for q in again:
            q += self.mark(q) == ","
            yield from (t.end for t in self.value(q) if t.end == len(self.tokens) and same(t.expr, s.expr, self.scope))
        if p > s.end and self.word(p) == "the":
            yield from (t.end for t in self.value(p) if t.end == len(self.tokens) and same(t.expr, s.expr, self.scope))
        for q in self.after(p, "with", "where"):
            for left in self.sum(q) if self.mark(s.end) != "." else ():
                if self.mark(left.end) == "=":
                    yield from (t.end for t in self.sum(left.end + 1) if t.end == len(self.tokens) and same(left.expr, t.expr, self.scope))
            if q < len(self.tokens) and "=" in self.tokens[q].formula and holds(self.tokens[q].formula, self.scope):
                yield q + 1
        for q in (s.end + 1,) if self.mark(s.end) == "(" else self.after(p, "with", "where"):
            first, second = self._letter(q), self._letter(q + 3)
            if first is not None and second is not None and self.after(q + 1, "conjugate to", "dual to") and same(E.add(E.div(E.ONE, first), E.div(E.ONE, second)), E.ONE, self.scope):
                yield q + 4 + (self.mark(s.end) == "(" and self.mark(q + 4) == ")")

    def _told(self, at: int) -> Iterator[Said]:
        if self.wanted.condition:
            yield from self.condition(at)
            return
        if self.wanted.label:
            yield from self._multiplied(at)
        if len(self.wanted.shape) == 1:
            yield from self.update(at)
        yield from self.value(at)
        yield from self.told_in_steps(at)
        if self.what == "messages":
            yield from self.told_count(at)

    def _starts(self) -> Iterator[int]:
        """Where the answer can begin: behind 'so', 'the update is', 'u ='."""
        yield 0
        at = self.past(0, _SO)
        at += self.mark(at) == ","
        yield at
        if self.wanted.condition:
            return
        for p in self._subjects(at):
            yield from self.after(p, *_IS)
            if self.mark(p) in ("=", ":"):
                yield p + 1
            entry = self.formula(p - 1) if self.mark(p) == "=" else None
            if entry is not None and entry.op == "at":
                self.index_before[p + 1] = str(entry.args[1].data)
            if self.wanted.asked and not self.wanted.label:
                yield from self.after(p, *_GOES)
        if self.wanted.label:
            yield from self.after(at, "the next residual is", "the new residual is", "the residual becomes", "it becomes", "the next residual equals", "the new residual equals")

    def _subjects(self, at: int) -> Iterator[int]:
        if self.wanted.label:
            return
        yield from self.after(at, "it", "this", "the answer", "answer", "this is", "that")
        for p in self.after(at, "the", "its", "our", ""):
            yield from self.after(p, *(_OF_VECTORS if self.wanted.shape else _OF_NUMBERS))
            letter = self._letter(p)
            if letter is not None and letter.op == "sym" and letter.data == self.wanted.asked:
                yield p + 1
            entry = self.formula(p)
            if entry is not None and entry.op == "at" and len(entry.args) == 2 and entry.args[0] == E.sym(self.wanted.asked, self.wanted.shape) and entry.args[1].op == "idx":
                yield p + 1
            if self.wanted.asked:
                yield from (s.end for s in self._noun(p) if s.expr.op == "sym" and s.expr.data == self.wanted.asked)

    def _multiplied(self, at: int) -> Iterator[Said]:
        """'at each step the residual is multiplied by F': F times what is asked."""
        asked = E.sym(self.wanted.asked)
        for p in self.after(at, "at each step", "at every step", "in each step", "in every step", "each step", "every step", "with each step", ""):
            p += self.mark(p) == ","
            subjects = [s.end for q in self.after(p, "the", "") for s in (*self._noun(q),) if s.expr == asked] + self.after(p, "it")
            subjects += [p + 1] if self._letter(p) == asked else []
            for q in subjects:
                for r in self.after(q, "is multiplied by", "gets multiplied by", "is multiplied with", "is scaled by", "is multiplied by the factor", "is scaled by the factor"):
                    yield from (Said(e, s.end) for s in self.value(r) if not s.expr.shape and (e := built(times, s.expr, asked)) is not None)
            for q in self.after(p, "multiplies the residual by", "the residual by"):
                if p > at or self.word(q - 4) == "multiplies":
                    yield from (Said(e, s.end) for s in self.value(q) if not s.expr.shape and (e := built(times, s.expr, asked)) is not None)


def meaning(text: str, wanted: Wanted, what: str = "") -> Expr | None:
    """What a text in words says, all of whose words are read in one way. what: 'messages' or 'size' where these are counted."""
    grammar = _grammar(text, wanted.scope)
    if grammar is None:
        return None
    grammar.wanted, grammar.what = wanted, what
    return grammar.one(grammar.whole)


def _grammar(text: str, scope: Scope) -> Answers | None:
    if len(text) > MOST_TEXT or _CUE.search(text) is None:
        return None
    try:
        return Answers(tokens_of(text, scope), scope)
    except NotWorded:
        return None


def reply_of(text: str, said: Expr) -> Reply:
    """What was said in words as a reply."""
    return Reply((Alternative(text, (Interpretation((Member(said),), ("said in words",)),)),), spoken=True)
