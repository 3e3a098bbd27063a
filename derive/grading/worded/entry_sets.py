"""Entries in words, and numbers made of them: 'the sum of the absolute gradient entries', 'the largest entry of g in absolute value'."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.grading.worded.reader import PHRASE, Said
from derive.grading.worded.values import Values
from derive.maths import expr as E
from derive.maths.calls import CALLS
from derive.maths.expr import Expr

SOME = "some"
"""Not all entries, as long as no others count: a sum of them."""
ENTRY = frozenset("entry entries component components coordinate coordinates element elements".split())
_ALL = ("", "the", "all", "all the", "all of the", "of the", "an", "a", "any", "of all", "of all the")
LARGEST = frozenset("largest maximum maximal biggest greatest max".split())
SMALLEST = frozenset("smallest minimum minimal least lowest min".split())
_MADE: dict[str, Callable[[Expr], Expr]] = {
    **{w: lambda x: E.fn("abs", x) for w in ("absolute values of", "absolute value of", "moduli of", "modulus of", "magnitudes of", "magnitude of", "absolute values in", "absolute value in",
                                             "absolute value among", "sizes of", "absolute sizes of")},
    **{w: lambda x: E.power(x, E.TWO) for w in ("squares of", "square of")},
    "reciprocals of": lambda x: E.div(E.ONE, x), "inverses of": lambda x: E.div(E.ONE, x), "exponentials of": lambda x: E.fn("exp", x), "logarithms of": lambda x: E.fn("log", x),
    "logs of": lambda x: E.fn("log", x),
}
_SUMMABLE = frozenset(("absolute values of", "squares of", "moduli of"))
_ADJECTIVES: dict[str, Callable[[Expr], Expr]] = {"absolute": _MADE["moduli of"], "squared": _MADE["squares of"]}
_IN_SIZE = ("in absolute value", "in modulus", "in magnitude", "by absolute value", "in absolute terms", "by magnitude", "in absolute size")


class EntrySets(Values):
    """The grammar of values with entries and what is made of them."""

    def entries(self, at: int) -> list[Said]:
        """A vector by its entries, as long as it is no number."""
        return self.once("entries", at, self._entries)

    def _entries(self, at: int) -> Iterator[Said]:
        for p in self.after(at, *_ALL):
            for s in self._listed(p):
                yield s
                if s.kind != SOME:
                    yield from self._raised(s)

    def _raised(self, s: Said) -> Iterator[Said]:
        """'the absolute values of g to the power q', each of them: what is made of them may be raised as well, which is another reading."""
        if self.word(s.end) == "squared":
            yield Said(E.power(s.expr, E.TWO), s.end + 1, PHRASE)
        for p in self.after(s.end, "to the power", "to the power of", "raised to the power", "raised to the power of", "to the"):
            power, named = (self.number(p) or self.formula(p)) if p < len(self.tokens) else None, self.word(p - 1) == "the"
            if power is not None and not power.shape:
                yield from (Said(E.power(s.expr, power), q, PHRASE) for q in (self.after(p + 1, "th power", "th") if named else [p + 1]))

    def _listed(self, at: int) -> Iterator[Said]:
        adjective = _ADJECTIVES.get(self.word(at))
        p = at + 1 if adjective is not None else at
        make = adjective if adjective is not None else _same
        if self.word(p) in ENTRY and self.word(p + 1) in ("of", "in"):
            yield from (Said(make(s.expr), s.end, PHRASE) for s in self._vector(p + 2))
        for s in self._vector(p):
            own = self.word(s.end) in ENTRY
            if own or adjective is not None:
                yield Said(make(s.expr), s.end + own, PHRASE)
            elif self.word(s.end).endswith("'s"):
                continue
        power = self.formula(at) if self.word(at + 1) == "th" else None
        if power is not None and not power.shape:
            yield from (Said(E.power(s.expr, power), s.end, PHRASE) for q in self.after(at + 2, "powers of") for s in (*self.entries(q), *self._vector(q)))
        for words, made in _MADE.items():
            for q in self.after(at, words):
                told = (*self.entries(q), *(s for r in self.after(q, "", "the", "all", "all the") for s in self._vector(r)))
                yield from (Said(made(s.expr), s.end, s.kind) for s in told if s.kind != SOME or words in _SUMMABLE)
        if self.word(at) == "positive" and self.word(at + 1) in ENTRY and self.word(at + 2) in ("of", "in"):
            yield from (Said(E.fn("relu", s.expr), s.end, SOME) for s in self._vector(at + 3))
        yield from self._barred(at)

    def _barred(self, at: int) -> Iterator[Said]:
        """'|g_i|', each for every i."""
        e = self.formula(at)
        if e is None or e.shape:
            return
        free = E.free_indices(e)
        sizes = {x.args[0].shape[0] for x in E.walk(e) if x.op == "at" and len(x.args) == 2 and x.args[0].shape}
        if len(free) == 1 and len(sizes) == 1:
            index = next(iter(free))
            made = E.comp(index, e, sizes.pop())
            yield Said(made, at + 1, PHRASE)
            for p in self.after(at + 1, "over all", "over", "for all", "of all"):
                if p < len(self.tokens) and self.tokens[p].formula == index:
                    yield Said(made, p + 1, PHRASE)

    def _vector(self, at: int) -> list[Said]:
        """A name of a vector."""
        return [s for p in self.after(at, "", "the vector") for s in self.named(p) if len(s.expr.shape) == 1]

    def totals(self, at: int) -> Iterator[Said]:
        """What is made of the entries of a vector: their sum, the largest."""
        for p in self.after(at, "the", ""):
            word = self.word(p)
            if word in ("sum", "total") and self.word(p + 1) == "of":
                yield from (Said(E.total(s.expr), s.end, PHRASE) for s in self._of(p + 2))
            if word == "median" and self.word(p + 1) == "of":
                yield from (Said(CALLS["median"]([s.expr], {}), s.end, PHRASE) for s in self._of(p + 2) if s.kind != SOME)
            if word in ("mean", "average") and self.word(p + 1) == "of":
                yield from (Said(E.mean(s.expr), s.end, PHRASE) for s in self._of(p + 2) if s.kind != SOME)
            for e in self._sample():
                yield from (Said(E.mean(e), q, PHRASE) for q in self.after(p, "sample mean", "empirical mean", "sample average", "empirical average"))
                yield from (Said(E.reduce_all("max", e), q, PHRASE) for q in self.after(p, "sample maximum", "empirical maximum"))
                yield from (Said(E.reduce_all("min", e), q, PHRASE) for q in self.after(p, "sample minimum", "empirical minimum"))
                yield from (Said(CALLS["median"]([e], {}), q, PHRASE) for q in self.after(p, "sample median", "empirical median"))
            kind = "max" if word in LARGEST else "min" if word in SMALLEST else ""
            if kind:
                for s in self._one_of(p + 1):
                    yield Said(E.reduce_all(kind, s.expr), s.end, PHRASE)

    def _sample(self) -> list[Expr]:
        e = self.nouns.get(("observations",))
        return [e] if e is not None and len(e.shape) == 1 else []

    def _one_of(self, at: int) -> Iterator[Said]:
        """Of which entries one is the largest; of which sizes, if that is said behind."""
        plain = [s for p in self.after(at, "", "of", "value of", "of the", "one of") for s in (*self.entries(p), *(self._vector(p) if p > at and self.word(p - 1) in ("of", "the") else []))]
        for noun, e in self.nouns.items():  # 'the largest observation'
            if len(noun) == 1 and len(e.shape) == 1 and noun[0].endswith("s") and self.word(at) == noun[0][:-1]:
                plain.append(Said(e, at + 1, PHRASE))
        for s in plain:
            if s.kind == SOME:
                continue
            sizes = self.after(s.end, *_IN_SIZE)
            if sizes:
                yield from (Said(E.fn("abs", s.expr), p, PHRASE) for p in sizes)
            yield s

    def _of(self, at: int) -> list[Said]:
        return [*self.entries(at), *(s for p in self.after(at, "", "all", "the", "all the") for s in self._vector(p))]


def _same(x: Expr) -> Expr:
    return x
