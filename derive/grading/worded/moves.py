"""Updates told by what each entry does: 'each coordinate moves by delta, in the direction opposite to the sign of its own partial derivative'.

One grammar for all coordinates, one for the single coordinate that moves while the others stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from derive.grading.worded.entry_sets import LARGEST, SMALLEST, EntrySets
from derive.grading.worded.reader import Said, built
from derive.grading.worded.values import times
from derive.maths import expr as E
from derive.maths.expr import Expr

COORDINATE = frozenset("coordinate coordinates entry entries component components parameter parameters weight weights one ones".split())
_MOVES = ("moves by", "moves", "move by", "changes by", "change by", "is moved by", "are moved by", "is changed by", "are changed by", "steps by", "is shifted by", "are shifted by", "shifts by",
          "goes by", "go by", "takes a step of", "takes a step of size", "takes a step of length", "make a step of size", "makes a step of", "makes a step of size", "takes a step")
_SAME_AMOUNT = ("the same amount", "the same distance", "exactly", "an amount of", "an amount", "a distance of", "the amount", "the same length", "the same size", "a distance", "the same step", "")
_OWN = ("its own", "its", "the", "the corresponding", "their own", "their", "")
_SLOPE = ("partial derivative", "derivative", "gradient", "gradient entry", "gradient component", "slope", "partial", "component of the gradient", "entry of the gradient", "gradient coordinate",
          "corresponding gradient entry", "entry in the gradient", "corresponding entry of the gradient", "corresponding component of the gradient", "coordinate of the gradient")
_AGAINST = ("in the direction opposite to", "in the direction opposite of", "in direction opposite to", "in the opposite direction of", "in the opposite direction to", "opposite to",
            "opposite", "against",
            "each one against", "each against", "always against", "in the direction against", "each one opposite to", "each opposite to", "each in the direction opposite to", "in direction against",
            "each in the opposite direction of")
_ALONG = ("along", "in the direction of", "with", "each one along", "each along", "each in the direction of", "each with", "following")
_THERE = ("put", "spend", "use", "place")


class Moves(EntrySets):
    """The grammar of updates of a vector."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        e = self.nouns.get(("gradient",))
        self.gradient = e if e is not None and len(e.shape) == 1 else None
        self.that: Expr | None = None

    def totals(self, at: int) -> Iterator[Said]:
        """Also 'that entry', where a coordinate was spoken of."""
        yield from super().totals(at)
        if self.that is not None:
            for p in self.after(at, "that", "its own", "its", "this", "the corresponding", "the same"):
                yield from (Said(self.that, q) for q in self.after(p, *_SLOPE, *(("entry",) if self.word(p - 1) == "that" else ())))

    def update(self, at: int) -> list[Said]:
        """The updates that a text tells from a place on."""
        return self.once("update", at, self._told_update)

    def _told_update(self, at: int) -> Iterator[Said]:
        yield from self._all(at)
        yield from self._single(at)
        yield from self._budget(at)

    def _all(self, at: int) -> Iterator[Said]:
        """'every coordinate moves by m against the sign of its gradient'."""
        for start in self.after(at, "the update moves", "it moves", "the step moves", "we move", "move"):
            p = self.every(start)
            yield from self._against_by(p) if p else ()
        p = self.every(at)
        if not p:
            return
        for q in self.after(p, "moves", "move", "is moved", "are moved", "changes", "is changed", "is shifted", "steps", "goes"):
            yield from self._against_by(q)
        for q in self.after(p, *_MOVES, *(f"{v} by" for v in _MOVES if not v.endswith(("by", "of", "size", "length")))):
            for r in self._amounts(q):
                for size in self.value(r):
                    for way in self._ways(size.end):
                        if not size.expr.shape and (e := built(times, size.expr, way.expr)) is not None:
                            yield Said(e, way.end)
                yield from self._of_that(r, self.gradient)

    def every(self, at: int) -> int:
        """Where 'every entry' ends, 0 where it does not stand."""
        p = at
        while self.word(p) in ("all", "each", "every", "the", "of", "single"):
            p += 1
        return p + 1 if {"all", "each", "every"} & {self.word(k) for k in range(at, p)} and self.word(p) in COORDINATE else 0

    def _against_by(self, at: int) -> Iterator[Said]:
        """'against the sign of its gradient by half of alpha', '... by the same amount, namely half of alpha'."""
        for same in self.after(at, "", "by the same amount", "by the same distance"):
            for way in self._ways(same):
                p = way.end + (self.mark(way.end) == ",")
                for q in self.after(p, *(("by", "by exactly") if same == at else ()), "namely by", "by the amount", "namely"):
                    yield from (Said(e, size.end) for size in self.value(q) if not size.expr.shape and (e := built(times, size.expr, way.expr)) is not None)

    def _amounts(self, at: int) -> Iterator[int]:
        for p in self.after(at, *_SAME_AMOUNT):
            yield p
            if self.mark(p) in (",", ":") and p > at:
                yield p + 1
                yield from self.after(p + 1, "namely", "which is", "of")
            yield from self.after(p, "of") if p > at else ()

    def _ways(self, at: int) -> Iterator[Said]:
        """Which way: the vector of signs that words like 'against its gradient' mean."""
        p = self._pause(at)
        for words, sign in ((_AGAINST, -1), (_ALONG, 1)):
            for q in self.after(p, *words):
                for s in self._slopes(q):
                    e = E.fn("sign", s.expr)
                    yield Said(E.neg(e) if sign < 0 else e, s.end)

    def _pause(self, at: int) -> int:
        at += self.mark(at) == ","
        return at + (self.word(at) == "and")

    def _slopes(self, at: int, signed: bool = False) -> Iterator[Said]:
        """'(the sign of) its own partial derivative', '(the sign of) g_i': the gradient, entry by entry. signed: it is a sign that is spoken of."""
        for p in [at, *self.after(at, "the sign of")]:
            if self.gradient is not None:
                for q in self.after(p, *_OWN):
                    yield from (Said(self.gradient, r) for r in self.after(q, *_SLOPE))
            e = self.formula(p)
            if e is not None and e.op == "at" and len(e.args) == 2 and e.args[0].op == "sym" and len(e.args[0].shape) == 1 and (p > at or signed) and e.args[1].op == "idx":
                yield Said(e.args[0], p + 1)

    # One coordinate.

    def _single(self, at: int) -> Iterator[Said]:
        """'only the coordinate with the largest gradient entry in absolute value is changed: subtract half of alpha times that entry from it; all others stay'."""
        for only in self.after(at, "only", "just", "only the single", "only that"):
            for chosen in self._chosen(only):
                for p in self.after(chosen.end, "is changed", "moves", "is moved", "changes", "is updated", "gets changed", "is touched"):
                    yield from self._step(self._colon(p), chosen.expr, True)
                    for q in self.after(p + (self.mark(p) == ","), "by", "namely by"):
                        yield from self._step_by(q, chosen.expr, True)
        for chosen in self._chosen(at):
            for p in self.after(chosen.end, "moves by", "is moved by", "is changed by", "changes by"):
                yield from self._step_by(p, chosen.expr, False)

    def _budget(self, at: int) -> Iterator[Said]:
        """'put the whole budget delta on one coordinate, the one where the gradient is largest in absolute value: move it by ...'."""
        p = at
        if self.word(p) not in _THERE:
            return
        for q in self.after(p + 1, "the whole budget", "the entire budget", "all the budget", "the full budget", "all of the budget", "everything", "the whole step", "all"):
            budget = self._letter(q)
            for r in ([q + 1] if budget is not None and not budget.shape else []) + [q]:
                for s in self.after(r, "on one coordinate", "on a single coordinate", "into one coordinate", "on one parameter", "on the coordinate", "on the one coordinate", "on one entry"):
                    places = [s] if self.word(s - 2) == "the" or self.word(s) else []
                    places += self.after(s + (self.mark(s) in (",", ":")), "the one", "namely the one", "namely on the one", "that", "the coordinate", "namely the coordinate")
                    for t in places:
                        for chosen in self._where(t):
                            for step in self._step(self._colon(chosen.end), chosen.expr, False):
                                if r == q or budget is None or self._moves_by(step.expr, budget):
                                    yield step

    def _moves_by(self, e: Expr, size: Expr) -> bool:
        """Whether a budget that is told is what the coordinate moves by."""
        return any(x == size for x in E.walk(e))

    def _colon(self, at: int) -> int:
        if self.mark(at) in (":", ",", ";", "."):
            at += 1
        return at + (self.word(at) == "and")

    def _chosen(self, at: int) -> Iterator[Said]:
        """'the coordinate with the largest gradient entry in absolute value': the place."""
        for p in self.after(at, "the", "the single", "the one"):
            if self.word(p) in COORDINATE:
                yield from self._where(p + 1)

    def _where(self, at: int) -> Iterator[Said]:
        for p in self.after(at, "with the", "with", "that has the", "having the", "of the", "with its", "which has the"):
            kind = "max" if self.word(p) in LARGEST else "min" if self.word(p) in SMALLEST else ""
            for s in self._sizes(p + 1) if kind else ():
                yield Said(self._place(kind, s.expr), s.end)
        for p in self.after(at, "where", "at which", "for which", "whose"):
            for s in self._gradients(p):
                for q in self.after(s.end, "is", "is the"):
                    kind = "max" if self.word(q) in LARGEST else "min" if self.word(q) in SMALLEST else ""
                    if kind and s.kind == "size":
                        yield Said(self._place(kind, s.expr), q + 1)
                    elif kind:
                        yield from (Said(self._place(kind, E.fn("abs", s.expr)), r) for r in self.after(q + 1, *_IN_SIZE))

    def _gradients(self, at: int) -> Iterator[Said]:
        """The gradient entry that is spoken of; of the kind 'size' where its absolute value is."""
        g = self.gradient
        if g is None:
            return
        for p in self.after(at, "the", "its", "the absolute", "the absolute value of the", "the size of the", "the magnitude of the", "the absolute value of its", "", "absolute"):
            sized = any(self.word(k) in ("absolute", "size", "magnitude") for k in range(at, p))
            yield from (Said(g, q, "size" if sized else "phrase") if not sized else Said(E.fn("abs", g), q, "size") for q in self.after(p, *_SLOPE))

    def _sizes(self, at: int) -> Iterator[Said]:
        """'gradient entry in absolute value', 'absolute gradient', '|g_i|': sizes of entries, one for each."""
        for s in self._one_of(at):
            if any(x.op == "fn" and x.data == "abs" for x in E.walk(s.expr)):
                yield s
        g = self.gradient
        if g is not None:
            for p in self.after(at, "absolute"):
                yield from (Said(E.fn("abs", g), q) for q in self.after(p, *_SLOPE))
            for p in self.after(at, "gradient", "partial derivative", "slope", "derivative"):
                yield from (Said(E.fn("abs", g), q) for q in self.after(p, *_IN_SIZE))

    def _place(self, kind: str, sizes: Expr) -> Expr:
        i = E.idx("i")
        size = E.fn("abs", E.at(sizes.args[0], i)) if sizes.op == "fn" and sizes.data == "abs" else E.at(sizes, i)
        return E.argopt("arg" + kind, "i", size, E.dim(sizes.shape[0]))

    def _step(self, at: int, place: Expr, settled: bool) -> Iterator[Said]:
        """'move it by delta against the sign of its partial derivative, and leave all the others where they are'."""
        for p in self.after(at, "move it by", "change it by", "move that one by", "shift it by", "it moves by", "it is moved by", "move this coordinate by", "change that one by",
        "move that coordinate by"):
            yield from self._step_by(p, place, settled)
        for p in self.after(at, "subtract", "take away", "we subtract"):
            for s in self._of_that(p, self._entry(place)):
                for q in self.after(s.end, "from it", "from that one", "from that coordinate", "from this coordinate"):
                    yield from self._rest(E.neg(s.expr), q, place, settled)
        for p in self.after(at, "add", "we add"):
            for s in self._of_that(p, self._entry(place)):
                for q in self.after(s.end, "to it", "to that one", "to that coordinate"):
                    yield from self._rest(s.expr, q, place, settled)

    def _entry(self, place: Expr) -> Expr | None:
        return E.at(self.gradient, place) if self.gradient is not None else None

    def _step_by(self, at: int, place: Expr, settled: bool) -> Iterator[Said]:
        for size in self.value(at):
            for way in self._ways(size.end):
                e = built(times, size.expr, E.at(way.expr, place)) if not size.expr.shape else None
                if e is not None:
                    yield from self._rest(e, way.end, place, settled)
        for s in self._of_that(at, self._entry(place)):
            yield from self._rest(s.expr, s.end, place, settled)

    def _of_that(self, at: int, that: Expr | None) -> list[Said]:
        """A value that speaks of 'that entry' or 'its gradient': the entry of the gradient at the place, or each one with its own."""
        if that is None or self.that is not None:
            return []
        made, self.made, self.that = self.made, {}, that
        found = [s for s in self.value(at) if s.expr.shape == that.shape and any(x == that for x in E.walk(s.expr))]
        self.made, self.that = made, None
        return found

    def _rest(self, moved: Expr, at: int, place: Expr, settled: bool) -> Iterator[Said]:
        """The update in which one entry is moved; 'all other coordinates stay' behind it, which must be said unless only one was spoken of."""
        if moved.shape or not self.scope.asked:
            return
        size = self.scope.symbols[self.scope.asked].shape
        if len(size) != 1:
            return
        e = E.mul(moved, E.basis(place, size[0]))
        if settled:
            yield Said(e, at)
        p = self._colon(at)
        p = p + (self.word(p) in ("while", "and"))
        for others in ("all other coordinates", "all the other coordinates", "all other parameters", "all the other parameters", "all other entries", "all others", "the others",
                       "the other coordinates",
                       "the rest", "all other components", "all the others", "every other coordinate", "everything else", "the other parameters", "the other entries", "the remaining coordinates"):
            for q in self.after(p, others):
                yield from (Said(e, r) for r in self.after(q, "stay", "stay where they are", "stays", "remain", "remain unchanged", "stay unchanged", "are unchanged", "are left alone",
                "stay as they are",
                                                           "do not move", "are not changed", "remain where they are", "is left alone", "stay put", "are left unchanged", "are zero",
                                                           "get zero", "is zero",
                                                           "do not change", "stay the same", "are left where they are", "remain the same"))
            for q in self.after(p, f"leave {others}", f"leaves {others}", f"leaving {others}"):
                yield from (Said(e, r) for r in self.after(q, "where they are", "unchanged", "alone", "as they are", "as is", "untouched", "as it is"))


_IN_SIZE = ("in absolute value", "in modulus", "in magnitude", "in size", "in absolute terms", "by absolute value")
