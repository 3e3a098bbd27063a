"""Values in words: 'minus a quarter of alpha times the square of the largest absolute value of the entries of g'.

Every grouping that a listener could hear is a reading. Half of a plus b has two, n times n minus one too; the shapes of what is multiplied take some away, and
what is left must agree (derive.grading.worded.settled). Three things are no question: a comma parts ('alpha over two, times g'), a number below a stroke ends it
('alpha over two times x'), and a sum whose second term is itself a product is no first factor ('one minus two alpha times x').
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.grading.worded.glosses import holds, is_so
from derive.grading.worded.phrases import Phrases
from derive.grading.worded.reader import LETTER, NUMBER, PHRASE, PRODUCT, SUM, Said, built
from derive.maths import expr as E
from derive.maths.expr import Expr

FRACTIONS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5, "sixth": 6, "eighth": 8,
             "tenth": 10, "hundredth": 100}
MULTIPLES = {"twice": 2, "double": 2, "thrice": 3, "triple": 3}
_TIMES = ("times", "multiplied by")
_OVER = ("over", "divided by")
_REACH_FAR = ("square root of", "root of", "square of", "cube of", "logarithm of", "log of", "exponential of", "reciprocal of", "inverse of")


def times(a: Expr, b: Expr) -> Expr:
    """A product that words can mean: two vectors have several."""
    if len(a.shape) == len(b.shape) == 1:
        raise E.ShapeError("the product of two vectors")
    return E.product(a, b)


def over(a: Expr, b: Expr) -> Expr:
    """A quotient by a number."""
    if b.shape:
        raise E.ShapeError("a quotient by no number")
    return E.div(a, b)


def plus(a: Expr, b: Expr) -> Expr:
    """A sum of what has one shape."""
    if E.as_column(a).shape != E.as_column(b).shape:
        raise E.ShapeError("a sum of two shapes")
    return E.add(a, b)


def minus(a: Expr, b: Expr) -> Expr:
    """A difference of what has one shape."""
    return plus(a, E.neg(b))


class Values(Phrases):
    """The grammar of values."""

    def value(self, at: int) -> list[Said]:
        """A value with the pauses that group it."""
        return self.once("value", at, self._paused)

    def _paused(self, at: int) -> Iterator[Said]:
        """'minus alpha over two, times g': what stands before a pause is one; a factor behind a sum of such parts is not grouped."""
        heard = [(s, False) for s in self.sum(at)]
        while heard:
            more: list[tuple[Said, bool]] = []
            for left, summed in heard:
                yield left
                yield from (Said(left.expr, end, PHRASE) for end in self.glossed(left))
                if self.mark(left.end) != ",":
                    continue
                at_op = left.end + 1
                for make, words in ((times, _TIMES), (over, _OVER), (plus, ("plus",)), (minus, ("minus",))):
                    if make in (times, over) and summed:
                        continue
                    for p in self.after(at_op, *words):
                        more += [(Said(e, right.end, PHRASE), make in (plus, minus)) for right in self.sum(p) if (e := built(make, left.expr, right.expr)) is not None]
                for p in self.after(at_op, "with a minus sign", "with minus sign", "with a negative sign", "with the sign reversed", "with opposite sign", "with the opposite sign"):
                    if self.word(at) not in ("minus", "negative"):
                        yield Said(E.neg(left.expr), p, PHRASE)
            heard = more

    def glossed(self, s: Said) -> list[int]:
        """Where a bracket behind a value ends that says what it is, '(about 0.99)', or an equation that holds."""
        at = s.end
        if self.mark(at) == "(":
            for p in self.after(at + 1, "about", "approximately", "roughly", "which is", "that is", "which is about", ""):
                for told in self.sum(p):
                    if self.mark(told.end) == ")" and is_so(s.expr, told.expr, self.scope):
                        return [told.end + 1]
        elif at < len(self.tokens) and self.tokens[at].formula[:1] == "(":
            formula = self.tokens[at].formula
            if ("=" in formula and holds(formula[1:-1], self.scope)) or ((e := self.formula(at)) is not None and is_so(s.expr, e, self.scope)):
                return [at + 1]
        return []

    def sum(self, at: int) -> list[Said]:
        """Products that are added and taken away."""
        return self.once("sum", at, self._sum)

    def _sum(self, at: int) -> Iterator[Said]:
        if at < len(self.tokens) and self.tokens[at].loose and (e := self.formula(at)) is not None:
            yield Said(e, at + 1, SUM)
        heard = self.product(at)
        while heard:
            yield from heard
            more = []
            for left in heard:
                for make, word in ((plus, "plus"), (minus, "minus")):
                    if self.word(left.end) == word:
                        more += [Said(e, right.end, SUM) for right in self.product(left.end + 1) if (e := built(make, left.expr, right.expr)) is not None]
            heard = list(dict.fromkeys(more))

    def product(self, at: int) -> list[Said]:
        """Factors and divisors, with a minus before them."""
        return self.once("product", at, self._product)

    def _product(self, at: int) -> Iterator[Said]:
        if self.word(at) in ("minus", "negative"):
            for s in self.product(at + 1):
                yield Said(E.neg(s.expr), s.end, PRODUCT)
            return
        heard = [*self.factor(at), *self.unit(at)]
        while heard:
            yield from (s for s in heard if s.kind != SUM)
            more: list[Said] = []
            for left in heard:
                for p in self.after(left.end, *_TIMES):
                    more += self._joined(left, times, [*self.factor(p), *self.sums(p), *self._negative(p)])
                for p in self.after(left.end, *_OVER):
                    more += self._joined(left, over, [*self.divisors(p, left), *self.sums(p), *self.own(p, left)])
                if left.kind != SUM:
                    for p in self.after(left.end, "squared", "cubed"):  # a whole product that is squared: 'a over b squared'
                        if left.kind == PRODUCT and self.word(p - 1) == "squared" and not left.expr.shape and left.expr.op == "div":
                            more += [Said(e, p, PRODUCT) for e in [built(E.power, left.expr, E.TWO)] if e is not None]
            heard = list(dict.fromkeys(more))

    def _joined(self, left: Said, make: object, rights: Iterable[Said]) -> list[Said]:
        return [Said(e, r.end, PRODUCT) for r in rights if (e := built(make, left.expr, r.expr)) is not None]  # type: ignore[arg-type]

    def _negative(self, at: int) -> list[Said]:
        return [Said(E.neg(s.expr), s.end, PRODUCT) for s in self.factor(at + 1)] if self.word(at) in ("minus", "negative") else []

    def divisors(self, at: int, above: Said) -> list[Said]:
        """What stands below a stroke: one factor, or several unless a number ends it."""
        first = self.factor(at)
        if any(s.kind == NUMBER for s in first) and above.kind != NUMBER:
            return first
        out, heard = list(first), first
        while heard:
            more: list[Said] = []
            for left in heard:
                for p in self.after(left.end, *_TIMES):
                    more += self._joined(left, times, self.factor(p))
            out += more
            heard = more
        return out

    def own(self, at: int, above: Said) -> list[Said]:
        """'the gradient divided by its norm': of what stands last before it."""
        if not {"its", "their"} & {self.word(at), self.word(at + 3)}:
            return []
        before = [s for start in range(at) for s in self.made.get(("factor", start), []) if s.end == self._stroke(at) and s.kind in (LETTER, PHRASE)]
        vectors = {s.expr for s in before if s.expr.shape}
        if len(vectors) != 1:
            return []
        of = vectors.pop()
        sums = [Said(E.total(of), p, PHRASE) for p in self.after(at, "its sum", "their sum", "the sum of its entries", "the sum of its components", "the sum of its elements")]
        return [*sums, *(self.of_its_own(at + 1, of) if self.word(at) == "its" else [])]

    def _stroke(self, at: int) -> int:
        return at - 2 if self.word(at - 1) == "by" else at - 1

    def sums(self, at: int) -> list[Said]:
        """The sums that may be the second factor: 'n times n minus one' can be grouped both ways, however long the sum is."""
        return [s for s in self.sum(at) if s.kind == SUM and not (at < len(self.tokens) and self.tokens[at].loose)]

    def unit(self, at: int) -> list[Said]:
        """'n minus one' as one thing: a sum of two names."""
        return self.once("unit", at, self._unit)

    def _unit(self, at: int) -> Iterator[Said]:
        for left in self.factor(at):
            for make, word in ((plus, "plus"), (minus, "minus")):
                if left.kind in (LETTER, NUMBER, PHRASE) and self.word(left.end) == word:
                    for right in self.factor(left.end + 1):
                        if right.kind in (LETTER, NUMBER, PHRASE) and (e := built(make, left.expr, right.expr)) is not None:
                            yield Said(e, right.end, SUM)
                            if PHRASE not in (left.kind, right.kind) and self.word(right.end) == "squared" and not e.shape:
                                yield Said(E.power(e, E.TWO), right.end + 1, PRODUCT)

    def factor(self, at: int) -> list[Said]:
        """A number beside what it multiplies, a name, a phrase, and what reaches over more than the next one."""
        return self.once("factor", at, self._factor)

    def _factor(self, at: int) -> Iterator[Said]:
        yield from self._row(at)
        yield from self._scaled(at)
        for p in self.after(at, "the negative of", "negative of", "the opposite of", "minus the opposite of"):
            for s in self.reach(p):
                yield Said(E.neg(s.expr), s.end, PRODUCT)
        for p in (at + 1, at) if self.word(at) in ("the", "a") else (at,):
            for name in _REACH_FAR:
                for q in self.after(p, name):
                    for s in self.reach(q, tight=self.word(q) in ("the", "its") and name != "inverse of"):
                        if (e := built(_FAR[name], s.expr)) is not None:
                            yield Said(e, s.end, PHRASE)
            yield from self._root(p)
            for q in self.after(p, "quantity", "expression", "term"):
                yield from (Said(s.expr, s.end, PHRASE) for s in self.sum(q) if s.kind == SUM)

    def _root(self, at: int) -> Iterator[Said]:
        """'the q-th root of x', 'the third root of x'."""
        degree = self.formula(at) if self.word(at + 1) in ("th", "nd", "rd") else None
        if degree is None or degree.shape:
            return
        for q in self.after(at + 2, "root of"):
            for s in self.reach(q, tight=self.word(q) == "the"):
                if not s.expr.shape:
                    yield Said(E.power(s.expr, E.div(E.ONE, degree)), s.end, PHRASE)

    def reach(self, at: int, tight: bool = False) -> list[Said]:
        """What words like 'half of' can reach over: a name, a product, a sum."""
        return [*self.factor(at)] if tight else [*self.factor(at), *self.product(at), *self.sum(at)]

    def _row(self, at: int) -> Iterator[Said]:
        """'two alpha', 'n p': a number or names beside each other."""
        heard = self.named(at)
        while heard:
            yield from heard
            more = []
            for left in heard:
                article = left.end < len(self.tokens) and self.tokens[left.end].word == "a"
                if left.kind not in (NUMBER, LETTER, PRODUCT) or (article and len(left.expr.shape) != 2):
                    continue
                for right in self.named(left.end):
                    if right.kind == LETTER and not self.tokens[left.end].loose and self._beside(left.end - 1) and (e := built(times, left.expr, right.expr)) is not None:
                        more.append(Said(e, right.end, PRODUCT))
            heard = more

    def _beside(self, at: int) -> bool:
        """Whether a formula can stand beside the next one: '1/2 alpha' says not what is below the stroke."""
        behind = self.tokens[at + 1].formula if at + 1 < len(self.tokens) else ""
        told = behind[:1] == "(" and behind[1:-1].replace(".", "", 1).isdigit()  # 'alpha (1.375)' may say what alpha is
        return not told and not any(c in self.tokens[at].formula for c in "/^_|")

    def _scaled(self, at: int) -> Iterator[Said]:
        """'half of x', 'a quarter alpha', 'two thirds of x', 'twice x', 'one n-th of p'."""
        start = at + 1 if self.word(at) in ("a", "an", "the") else at
        if self.word(start) in MULTIPLES:
            for s in self.reach(start + 1):
                yield self._times(E.num(MULTIPLES[self.word(start)]), s)
        count = self.number(start)
        place = start + 1 if count is not None else start
        if self.word(place) in FRACTIONS and (place > at or self.word(place) == "half"):
            share = E.div(count if count is not None else E.ONE, E.num(FRACTIONS[self.word(place)]))
            for p in self.after(place + 1, "of", "times", ""):
                if p == place + 1:  # 'half alpha'
                    yield from (self._times(share, s) for s in self._row(p) if s.kind in (LETTER, PRODUCT, PHRASE) and s.kind != NUMBER)
                elif self.word(p - 1) == "times":
                    yield from (self._times(share, s) for s in self.factor(p))
                else:
                    yield from (self._times(share, s) for s in self.reach(p))
            yield Said(share, place + 1, NUMBER)
        below = self.formula(place) if place > at and self.word(place + 1) == "th" else None
        if below is not None and not below.shape:
            for p in self.after(place + 1, "th of", "th part of"):
                yield from (self._times(E.div(count if count is not None else E.ONE, below), s) for s in self.reach(p))

    def _times(self, number: Expr, s: Said) -> Said:
        return Said(E.mul(number, s.expr), s.end, PRODUCT)


_FAR = {"square root of": lambda x: E.fn("sqrt", _number(x)), "root of": lambda x: E.fn("sqrt", _number(x)), "square of": lambda x: E.power(_number(x), E.TWO),
        "cube of": lambda x: E.power(_number(x), E.num(3)), "logarithm of": lambda x: E.fn("log", x), "log of": lambda x: E.fn("log", x),
        "exponential of": lambda x: E.fn("exp", x), "reciprocal of": lambda x: E.div(E.ONE, _number(x)), "inverse of": lambda x: _inverse(x)}


def _number(x: Expr) -> Expr:
    if x.shape:
        raise E.ShapeError("no number")
    return x


def _inverse(x: Expr) -> Expr:
    if len(x.shape) == 1:
        raise E.ShapeError("the inverse of a vector")
    return E.inverse(x) if x.shape else E.div(E.ONE, x)
