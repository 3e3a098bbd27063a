"""Updates told by the size and the sign of each entry: 'every entry has magnitude m and the opposite sign of g_i'."""

from __future__ import annotations

from collections.abc import Iterator

from derive.errors import ReadError
from derive.grading.worded.moves import COORDINATE, Moves
from derive.grading.worded.reader import Said, built
from derive.grading.worded.values import times
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings

_SIZE = ("magnitude", "the same magnitude", "absolute value", "the same absolute value", "modulus", "size", "the same size", "the magnitude", "the absolute value", "the size", "the same modulus")
_NAMELY = ("", "namely", "of", "equal to", "which is")
_OPPOSITE = ("the opposite sign of", "the opposite sign to", "the opposite sign as", "opposite sign to", "opposite sign of", "opposite sign as", "sign opposite to", "sign opposite of",
             "the sign opposite to",
             "the sign opposite of", "its sign is opposite to", "its sign is the opposite of", "the sign of each entry is opposite to", "the opposite sign from",
             "the sign of every entry is opposite to",
             "its sign is opposite to the sign of", "the sign of each entry is the opposite of", "the sign of each component is opposite to", "the sign of each coordinate is opposite to",
             "opposite in sign to", "the sign is opposite to", "a sign opposite to", "the opposite of the sign of")
_SAME = ("the same sign as", "same sign as", "the sign of", "the same sign of", "its sign is the same as", "its sign is that of", "the sign of each entry is the same as", "its sign is equal to")
_ALONG = ("in the direction of", "in direction of", "along", "that points in the direction of", "pointing in the direction of")
_AGAINST = ("in the direction opposite to", "opposite to", "against", "straight against", "that points opposite to", "pointing opposite to", "in the opposite direction of",
            "in the direction against",
            "in the opposite direction to", "that points against", "pointing against", "in the direction opposite of")


class Sizes(Moves):
    """The grammar of updates, by size and sign too."""

    def _told_update(self, at: int) -> Iterator[Said]:
        yield from super()._told_update(at)
        yield from self._constant(at)
        yield from self._directed(at)
        for size in self._sized(at):
            p = size.end + (self.mark(size.end) in (",", ";", "."))
            for q in self.after(p, "with", "and", "and with", "but", "but with", "and has", "and it has", *(("",) if p > size.end else ())):
                for words, sign in ((_OPPOSITE, -1), (_SAME, 1)):
                    for r in self.after(q, *words):
                        for way in self._whose_sign(r):
                            signs = E.fn("sign", way.expr)
                            e = built(times, size.expr, E.neg(signs) if sign < 0 else signs)
                            if e is not None:
                                yield Said(e, way.end)

    def _constant(self, at: int) -> Iterator[Said]:
        """'all three entries are one over 1.11'."""
        size = self._size_of_asked()
        p = at + (self.word(at) in ("all", "every", "each")) + (self.word(at) == "all" and self.word(at + 1) == "the")
        counted = self.number(p) if p > at and len(size) == 1 else None
        if counted is not None and counted != E.dim(size[0]):
            return
        end = p + 1 if counted is not None else 0
        end = end + 1 if end and self.word(end) in COORDINATE else self.every(at)
        if not end or len(size) != 1:
            return
        for q in self.after(end, "are", "is", "equal", "equals", "are equal to", "is equal to", "have the value", "has the value", "become", "becomes"):
            yield from (Said(E.mul(s.expr, E.ones(size[0])), s.end) for s in self.value(q) if not s.expr.shape)

    def _directed(self, at: int) -> Iterator[Said]:
        """'a step of length delta in the direction opposite to the gradient': the length times the unit vector; of other directions than a vector's own the length is in doubt."""
        for p in self.after(at, *(f"{lead}{what} of length" for lead in ("a ", "the ", "") for what in ("step", "vector", "move", "update")), "move a distance", "move by", "a move of",
                                                                         "go a distance",
                            "a step of size", "step a distance", "move by a distance"):
            for size in self.sum(p):
                q = size.end + (self.mark(size.end) == ",")
                for words, sign in ((_ALONG, 1), (_AGAINST, -1)):
                    for r in self.after(q, *words):
                        for s in self.named(r):
                            if not size.expr.shape and len(s.expr.shape) == 1 and (s.expr.args[0] if s.expr.op == "neg" else s.expr).op == "sym":
                                unit = E.div(s.expr, E.norm(s.expr, E.TWO))
                                yield Said(E.mul(size.expr, unit if sign > 0 else E.neg(unit)), s.end)

    def _whose_sign(self, at: int) -> Iterator[Said]:
        for p in self.after(at, "", "that of", "the sign of"):
            yield from self._slopes(p, True)

    def _sized(self, at: int) -> Iterator[Said]:
        """'every entry of u has magnitude m', '|u_i| = m'."""
        p = self.every(at)
        if p:
            for q in (p, *(s.end for r in self.after(p, "of") for s in self.named(r) if s.expr.op == "sym" and s.expr.data == self.scope.asked)):
                for r in self.after(q, *(f"{v} {s}" for v in ("has", "have", "is of", "gets") for s in _SIZE)):
                    r += self.mark(r) in (",", ":")
                    for start in self.after(r, *_NAMELY):
                        yield from (s for s in self.value(start) if not s.expr.shape)
        told = self._absolute(at)
        if told is not None:
            yield told

    def _absolute(self, at: int) -> Said | None:
        """'|u_i| = m', in one formula or with its sign of equality apart."""
        if at >= len(self.tokens):
            return None
        formula = self.tokens[at].formula
        if "=" in formula:
            try:
                found = readings(formula, self.scope)
            except ReadError:
                return None
            told = found[0].statements
            if len(found) == 1 and len(told) == 1 and told[0].ops == ("=",) and self._is_size(told[0].terms[0]) and not told[0].terms[1].shape and not self._speaks_of_asked(told[0].terms[1]):
                return Said(told[0].terms[1], at + 1)
        elif self.mark(at + 1) == "=" and (left := self.formula(at)) is not None and self._is_size(left):
            return next((s for s in self.value(at + 2) if not s.expr.shape and self.word(s.end) in ("with", "and", "")), None)
        return None

    def _is_size(self, e: Expr) -> bool:
        return e.op == "fn" and e.data == "abs" and e.args[0].op == "at" and e.args[0].args[0] == E.sym(self.scope.asked or "", self._size_of_asked()) and e.args[0].args[1].op == "idx"

    def _size_of_asked(self) -> E.Shape:
        s = self.scope.symbols.get(self.scope.asked or "")
        return s.shape if s is not None else ()

    def _speaks_of_asked(self, e: Expr) -> bool:
        return any(x.op in ("new", "blank", "restate") or (x.op == "sym" and x.data == self.scope.asked) for x in E.walk(e))
