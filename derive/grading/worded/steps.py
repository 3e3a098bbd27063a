"""Values told as steps: 'raise the absolute values of g to the power q, add up, take the q-th root'."""

from __future__ import annotations

from collections.abc import Iterator

from derive.grading.worded.conditions import Conditions
from derive.grading.worded.reader import Said, built
from derive.grading.worded.values import over, times
from derive.maths import expr as E
from derive.maths.expr import Expr

_IT = ("it", "this", "that", "the result", "them", "these", "everything", "the whole", "")
_BEGIN = ("take", "start with", "start from", "form", "compute", "begin with", "calculate")
_ADD = ("add up", "add them up", "add these up", "sum", "sum up", "sum them up", "sum them", "add everything up", "add them all up", "add all of them up", "add them", "sum these",
        "sum over all of them")


class Steps(Conditions):
    """The grammar of steps: each does something with what the one before it made."""

    def told_in_steps(self, at: int) -> Iterator[Said]:
        """The values that two steps or more make."""
        heard = list(self._first(at))
        while heard:
            more = []
            for s in heard:
                p = s.end + (self.mark(s.end) in (",", ";", "."))
                for q in self.after(p, "then", "and then", "and", "finally", "and finally", *(("",) if p > s.end else ())):
                    more += list(self._next(q, s.expr))
            yield from more
            heard = more

    def _first(self, at: int) -> Iterator[Said]:
        for p in self.after(at, *_BEGIN):
            yield from (Said(s.expr, s.end) for s in (*self.entries(p), *self.sum(p)))
        for p in self.after(at, "raise"):
            for s in (*self.entries(p), *self._vector(p)):
                for q in self.after(s.end, "to the power", "to the power of", "to the"):
                    power = (self.number(q) or self.formula(q)) if q < len(self.tokens) else None
                    if power is not None and not power.shape:
                        yield from (Said(E.power(s.expr, power), r) for r in (self.after(q + 1, "th power", "th") if self.word(q - 1) == "the" else [q + 1]))
        for p in self.after(at, "square"):
            yield from (Said(E.power(s.expr, E.TWO), s.end) for s in (*self.entries(p), *self._vector(p)))
        for p in self.after(at, "add up", "sum", "sum up", "add"):
            yield from (Said(E.total(s.expr), s.end) for s in self._of(p))

    def _next(self, at: int, so_far: Expr) -> Iterator[Said]:
        for p in self.after(at, *_ADD):
            if so_far.shape:
                yield Said(E.total(so_far), p)
        for p in self.after(at, "take the largest", "take the largest of them", "take the maximum", "take the largest one", "take their maximum"):
            if so_far.shape:
                yield Said(E.reduce_all("max", so_far), p)
        for p in self.after(at, "take the square root", "take the root", "and the square root", "take its square root"):
            if not so_far.shape:
                yield Said(E.fn("sqrt", so_far), p)
        for p in self.after(at, "take the"):
            degree = self.formula(p) if self.word(p + 1) in ("th", "rd") else None
            if degree is not None and not degree.shape and not so_far.shape:
                yield from (Said(E.power(so_far, E.div(E.ONE, degree)), q) for q in self.after(p + 2, "root"))
        for it in _IT:
            for p in self.after(at, f"multiply {it} by", f"multiply {it} with"):
                yield from (Said(e, s.end) for s in self.sum(p) if (e := built(times, s.expr, so_far)) is not None)
            for p in self.after(at, f"divide {it} by"):
                yield from (Said(e, s.end) for s in self.sum(p) if (e := built(over, so_far, s.expr)) is not None)
            for p in self.after(at, f"square {it}"):
                yield Said(E.power(so_far, E.TWO), p)
            for p in self.after(at, f"halve {it}"):
                yield Said(E.div(so_far, E.TWO), p)
        for p in self.after(at, "change the sign", "flip the sign", "reverse the sign", "take the negative"):
            yield Said(E.neg(so_far), p)
