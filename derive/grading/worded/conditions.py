"""Conditions in words: 'alpha must be bigger than zero and its product with 1.0101 must be less than one'."""

from __future__ import annotations

from collections.abc import Iterator

from derive.grading.worded.reader import PHRASE, Said, built
from derive.grading.worded.sizes import Sizes
from derive.grading.worded.values import times
from derive.maths import expr as E
from derive.maths.expr import Expr

_LESS, _MORE = ("less", "smaller", "lower"), ("greater", "larger", "bigger", "more", "higher")
_RELATIONS = {
    **{f"{s}{w} than": "<" for w in _LESS for s in ("", "strictly ")}, "below": "<", "strictly below": "<", "under": "<",
    **{f"{s}{w} than": ">" for w in _MORE for s in ("", "strictly ")}, "above": ">", "strictly above": ">",
    **{f"{w} than or equal to": "<=" for w in _LESS}, **{f"{w} than or equal to": ">=" for w in _MORE},
    **{f"{no} {w} than": "<=" for w in _MORE for no in ("no", "not")}, **{f"{no} {w} than": ">=" for w in _LESS for no in ("no", "not")},
    "at most": "<=", "at least": ">=", "most": "<=", "least": ">=",
}
_SIGNS = {"positive": ">", "strictly positive": ">", "nonnegative": ">=", "negative": "<"}
_VERBS = ("must be", "has to be", "have to be", "should be", "needs to be", "need to be", "is", "are", "be", "stays", "remains", "must stay", "must remain", "has to stay", "lies",
          "must lie", "has to lie",
          "can be", "may be")
_EXCEEDS = {"exceeds": ">", "does not exceed": "<=", "must not exceed": "<=", "may not exceed": "<=", "doesn't exceed": "<=", "must exceed": ">", "cannot exceed": "<="}
_ALL = ("for all", "for every", "for any", "for each", "all", "every", "for exactly the", "exactly for the", "exactly for all", "exactly for", "for exactly those", "exactly the", "for")
_AND_NO_OTHER = ("and for no other", "and for no others", "and no other", "and no others", "and for no other value", "and for no other values", "and only for those", "and only then",
                 "and only for these",
                 "for no other", "and for no other ones")
_EXACTLY = ("exactly when", "precisely when", "if and only if", "iff", "exactly if", "precisely if", "when and only when", "exactly as long as")
_LEADS = ("", "it converges", "the iteration converges", "converges", "convergence", "gradient descent converges", "it is bounded below", "the objective is bounded below", "bounded below",
          "it is bounded",
          "the objective is bounded", "bounded", "it is bounded from below", "bounded from below", "the objective is bounded from below", "the problem is bounded below", "it is stable",
          "stable", "the method converges",
          "the program is bounded below", "we have convergence", "the iterates converge", "sgd converges", "it converges to a solution")


class Conditions(Sizes):
    """The grammar of conditions."""

    def condition(self, at: int) -> list[Said]:
        """A condition with what announces it and closes it."""
        return list(dict.fromkeys(self._whole_condition(at)))

    def _whole_condition(self, at: int) -> Iterator[Said]:
        for lead in self.after(at, *_LEADS):
            for p in self.after(lead, *_EXACTLY, *([""] if lead == at else [])):
                for s in (*self._joined_clauses(p), *(self._of_all(p) if p == lead else ())):
                    yield s
                    for q in (s.end, s.end + 1) if self.mark(s.end) == "," else (s.end,):
                        yield from (Said(s.expr, r) for r in self.after(q, *_AND_NO_OTHER))
            if lead > at:
                yield from (Said(s.expr, r) for s in self._of_all(lead) for q in ((s.end + 1) if self.mark(s.end) == "," else s.end,) for r in self.after(q, *_AND_NO_OTHER))

    def _joined_clauses(self, at: int) -> Iterator[Said]:
        heard = [(s, s.expr) for s in self._clause(at, None)]
        while heard:
            yield from (Said(c, s.end) for s, c in heard)
            more = []
            for s, c in heard:
                p = s.end + (self.mark(s.end) == ",")
                for q in self.after(p, "and", "but", "and also", "and at the same time"):
                    more += [(t, Expr("and", (*(c.args if c.op == "and" else (c,)), *(t.expr.args if t.expr.op == "and" else (t.expr,))))) for t in self._clause(q, self._subject_of(s.expr))]
            heard = more

    def _subject_of(self, c: Expr) -> Expr:
        first = c.args[0] if c.op == "and" else c
        return first.args[0]

    def _clause(self, at: int, before: Expr | None) -> Iterator[Said]:
        """'alpha must be positive', 'its product with 1.0101 is below one', 'less than 1/L' of what was spoken of."""
        subjects = [s for s in (*self.sum(at),) if not s.expr.shape]
        for p in self.after(at, "the value of", "the"):
            subjects += [s for s in self.sum(p) if not s.expr.shape]
        if before is not None:
            subjects += [Said(before, p, PHRASE) for p in self.after(at, "it", "")]
            for p in self.after(at, "its product with", "the product of it with", "the product with"):
                subjects += [Said(e, s.end, PHRASE) for s in self.sum(p) if (e := built(times, before, s.expr)) is not None]
        for s in subjects:
            spoken = s.end > at
            for verb, relation in _EXCEEDS.items():
                for p in self.after(s.end, verb) if spoken else ():
                    yield from self._against(s.expr, relation, p)
            for p in self.after(s.end, *_VERBS, *(("",) if not spoken or self.word(s.end) in ("below", "above", "most", "least") else ())):
                yield from self._predicate(s.expr, p)

    def _predicate(self, subject: Expr, at: int) -> Iterator[Said]:
        for words, relation in _RELATIONS.items():
            for p in self.after(at, words):
                yield from self._against(subject, relation, p)
        for words, relation in _SIGNS.items():
            for p in self.after(at, words):
                c = E.rel(relation, subject, E.ZERO)
                yield Said(c, p)
                for q in self.after(p, "and", "but"):
                    yield from (Said(Expr("and", (c, t.expr)), t.end) for t in self._predicate(subject, q))
        for p in self.after(at, "between", "strictly between"):
            for low in self.sum(p):
                for q in self.after(low.end, "and"):
                    yield from (Said(Expr("and", (E.rel("<", low.expr, subject), E.rel("<", subject, high.expr))), high.end)
                                for high in self._bounds(q) if not high.expr.shape and not low.expr.shape)

    def _bounds(self, at: int) -> Iterator[Said]:
        for s in self.sum(at):
            yield s
            yield from (Said(s.expr, end) for end in self.glossed(s))

    def _against(self, subject: Expr, relation: str, at: int) -> Iterator[Said]:
        for s in self._bounds(at):
            if not s.expr.shape:
                c = E.rel(relation, subject, s.expr)
                yield Said(c, s.end)
                strict = relation in ("<", ">")
                for p in (s.end, s.end + 1) if self.mark(s.end) in (",", "(") else (s.end,):
                    for q in self.after(p, "strictly", "strict") if strict else ():
                        if self.mark(s.end) != "(":
                            yield Said(c, q)
                        elif self.mark(q) == ")":
                            yield Said(c, q + 1)

    def _of_all(self, at: int) -> Iterator[Said]:
        """'for every positive alpha strictly smaller than 1/L'."""
        for p in self.after(at, *_ALL, *(("",) if self.word(at) == "positive" else ())):
            signs = [(None, p), *((r, q) for w, r in _SIGNS.items() for q in self.after(p, w))]
            for sign, q in signs:
                for s in self._of_these(q):
                    low = E.rel(sign, s.expr, E.ZERO) if sign is not None else None
                    for r in self.after(s.end, "", "that is", "that are", "which is", "which are", "with", "lying", "that lies", "that lie"):
                        for t in self._predicate(s.expr, r):
                            yield t if low is None else Said(Expr("and", (low, t.expr)), t.end)

    def _of_these(self, at: int) -> Iterator[Said]:
        """The letter or noun of what all are of, in the singular or the plural."""
        letter = self._letter(at)
        if letter is not None and not letter.shape:
            yield Said(letter, at + 1)
        for noun, e in self.nouns.items():
            if not e.shape and all(self.word(at + k) in (w, w + "s" if k == len(noun) - 1 else w) for k, w in enumerate(noun)):
                end = at + len(noun)
                yield Said(e, end)
                if self._letter(end) == e:
                    yield Said(e, end + 1)
