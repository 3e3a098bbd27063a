"""Names and phrases that stand for a value: nouns, norms, signs, products of two things, matrices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from derive.grading.worded.nouns import APPOSITIVES
from derive.grading.worded.reader import LETTER, NUMBER, PHRASE, Reader, Said, built
from derive.maths import expr as E
from derive.maths.expr import Expr

NORMS = {"l1": "1", "one": "1", "1": "1", "manhattan": "1", "taxicab": "1", "l2": "2", "two": "2", "2": "2", "euclidean": "2", "linf": "inf", "infinity": "inf", "inf": "inf", "max": "inf",
         "maximum": "inf", "sup": "inf", "supremum": "inf", "chebyshev": "inf", "frobenius": "fro", "nuclear": "nuc", "trace": "nuc", "spectral": "op", "operator": "op"}
_SIGNED = {"\\ell_1": "1", "ℓ_1": "1", "ℓ1": "1", "ℓ₁": "1", "L_1": "1", "L^1": "1", "\\ell_2": "2", "ℓ_2": "2", "ℓ2": "2", "ℓ₂": "2", "L_2": "2", "\\ell_\\infty": "inf", "ℓ_∞": "inf",
           "ℓ∞": "inf", "L_\\infty": "inf", "\\infty": "inf", "∞": "inf", "L_∞": "inf", "L∞": "inf", "l∞": "inf", "l_1": "1", "l_2": "2", "l_inf": "inf"}
_SQUARED = ("squared", "square")
_THE = ("the", "a", "an", "")


class Phrases(Reader):
    """Phrases; the grammar of values and that of entries stand on them."""

    def sum(self, at: int) -> list[Said]:
        """A value without pauses."""
        raise NotImplementedError

    def value(self, at: int) -> list[Said]:
        """A value."""
        raise NotImplementedError

    def reach(self, at: int, tight: bool = False) -> list[Said]:
        """What stands behind 'half of'."""
        raise NotImplementedError

    def unit(self, at: int) -> list[Said]:
        """A sum of two names."""
        raise NotImplementedError

    def factor(self, at: int) -> list[Said]:
        """A factor."""
        raise NotImplementedError

    def glossed(self, s: Said) -> list[int]:
        """Where brackets end that say what a value is."""
        raise NotImplementedError

    def entries(self, at: int) -> list[Said]:
        """The entries of a vector."""
        raise NotImplementedError

    def totals(self, at: int) -> Iterable[Said]:
        """A number made of entries."""
        raise NotImplementedError

    def named(self, at: int) -> list[Said]:
        """A name or phrase, and what stands behind it and changes it alone."""
        return self.once("named", at, self._named)

    def _named(self, at: int) -> Iterator[Said]:
        heard = [s for s in self._base(at) if self._whole(s)]
        while heard:
            yield from heard
            heard = list(dict.fromkeys(t for s in heard for t in self._behind(s)))

    def _whole(self, s: Said) -> bool:
        return s.end <= len(self.tokens)

    def _behind(self, s: Said) -> Iterator[Said]:
        yield from (Said(s.expr, end, PHRASE) for end in self.glossed(s))
        for word, power in (("squared", 2), ("cubed", 3)):
            if self.word(s.end) == word and not s.expr.shape:
                yield Said(E.power(s.expr, E.num(power)), s.end + 1, PHRASE)
        for p in self.after(s.end, "to the power", "to the power of", "raised to the power", "raised to the power of", "to the"):
            for k in self._row_of(p):
                if not k.expr.shape and not s.expr.shape and (e := built(E.power, s.expr, k.expr)) is not None:
                    ends = self.after(k.end, "", "th power", "th") if self.word(p - 1) == "the" else [k.end]
                    yield from (Said(e, q, PHRASE) for q in ends if self.word(p - 1) != "the" or q > k.end)
        for word, parts in (("halves", 2), ("thirds", 3), ("quarters", 4), ("fourths", 4)):
            if self.word(s.end) == word and s.kind == LETTER:  # 'alpha halves'
                yield Said(E.div(s.expr, E.num(parts)), s.end + 1, PHRASE)
        for p in self.after(s.end, "transposed", "transpose"):
            if (e := built(E.transpose, s.expr)) is not None:
                yield Said(e, p, s.kind)
        for p in self.after(s.end, "inverse"):
            if len(s.expr.shape) == 2 and (e := built(E.inverse, s.expr)) is not None:
                yield Said(e, p, PHRASE)

    def _row_of(self, at: int) -> list[Said]:
        return [s for s in self.factor(at) if s.kind != PHRASE] + [s for s in self.unit(at) if self.word(s.end) == "power"] if at < len(self.tokens) else []

    def _base(self, at: int) -> Iterator[Said]:
        if self.mark(at) == "(":
            yield from (Said(s.expr, s.end + 1, PHRASE) for s in self.value(at + 1) if self.mark(s.end) == ")")
        number = self.number(at)
        if number is not None:
            yield Said(number, at + 1, NUMBER)
        elif at < len(self.tokens) and not self.tokens[at].loose:
            yield from (Said(e, at + 1, LETTER) for e in self.formulas(at))
        for p in self.after(at, *_THE):
            yield from self._noun(p)
            yield from self._adjective(p)
            yield from self._norm(p)
            yield from self._function(p)
            yield from self._of_two(p)
            yield from self._shaped(p)
        yield from self.totals(at)

    def _noun(self, at: int) -> Iterator[Said]:
        """A noun of a symbol, with its letter behind it or not; a noun that only says what the letter behind it is."""
        for phrase, e in self.nouns.items():
            if all(self.word(at + k) == w for k, w in enumerate(phrase)):
                end = at + len(phrase)
                yield Said(e, end, PHRASE)
                if (letter := self._letter(end)) == e:
                    yield Said(e, end + 1, PHRASE)
                for q in self.after(end, "vector", "matrix"):
                    if len(e.shape) == (1 if self.word(end) == "vector" else 2):
                        yield Said(e, q, PHRASE)
        if self.word(at) in APPOSITIVES and (letter := self._letter(at + 1)) is not None and self.nouns.get((self.word(at),), letter) == letter:
            yield Said(letter, at + 2, PHRASE)
        if self.word(at) == "vector":
            yield from (Said(e, at + 2, PHRASE) for e in self.formulas(at + 1) if e.op == "vec")
        if self.word(at - 1) == "the" and (letter := self._letter(at)) is not None and len(self.tokens[at].formula) > 1:
            yield Said(letter, at + 1, PHRASE)

    def _letter(self, at: int) -> Expr | None:
        e = self.formula(at)
        return e if e is not None and e.op in ("sym", "dim", "idx") else None

    def _adjective(self, at: int) -> Iterator[Said]:
        """'the negative gradient', 'the normalised gradient', 'the absolute gradient'."""
        for p in self.after(at, "negative"):
            yield from (Said(E.neg(s.expr), s.end, PHRASE) for s in self._noun(p) if s.expr.shape)
        for p in self.after(at, "normalised", "normalized", "unit"):
            yield from (Said(e, s.end, PHRASE) for s in self._noun(p) if (e := _normalised(s.expr)) is not None)
        for p in self.after(at, "unit vector in the direction of", "unit vector along", "unit vector in direction of", "unit vector parallel to"):
            yield from (Said(e, s.end, PHRASE) for s in self.operand(p) if (e := _normalised(s.expr)) is not None)
        for p in self.after(at, "unit vector opposite to", "unit vector in the direction opposite to", "unit vector in the opposite direction of", "unit vector against",
                            "unit vector in the opposite direction to"):
            yield from (Said(E.neg(e), s.end, PHRASE) for s in self.operand(p) if (e := _normalised(s.expr)) is not None)

    def operand(self, at: int) -> list[Said]:
        """What 'the norm of', 'the sign of' are of: a name, names beside each other, a sum of two; a product is no operand of theirs."""
        return [s for p in self.after(at, "", "the vector", "the matrix") for s in (*self.factor(p), *self.unit(p))]

    def _norm(self, at: int) -> Iterator[Said]:
        for make, p in self._norm_words(at):
            for q in self.after(p, "of"):
                yield from (Said(e, s.end, PHRASE) for s in self.operand(q) if s.expr.shape and (e := built(make, s.expr)) is not None)

    def of_its_own(self, at: int, of: Expr) -> list[Said]:
        """The norm that words name, of what they speak of: 'its squared Euclidean length'."""
        plain = [Said(e, p, PHRASE) for make, p in self._norm_words(at) if (e := built(make, of)) is not None]
        return [*plain, *(Said(s.expr, end, PHRASE) for s in plain for end in self.glossed(s))]

    def _norm_words(self, at: int) -> Iterator[tuple[Callable[[Expr], Expr], int]]:
        """Where the words for a norm end, and what they make of a vector: 'squared Euclidean norm', 'one-norm', 'squared length'."""
        for p in self.after(at, *_SQUARED, ""):
            squared = p > at
            for make, q in self._plain_norm(p):
                done = [(make, q, squared)] + [(make, q + 1, True)] * (self.word(q) == "squared" and not squared)
                for norm, end, square in done:
                    yield (_squared(norm) if square else norm), end

    def _plain_norm(self, at: int) -> Iterator[tuple[Callable[[Expr], Expr], int]]:
        word = self.word(at)
        signed = self.tokens[at].formula.replace("{", "").replace("}", "").replace(" ", "") if at < len(self.tokens) else ""
        kind = NORMS.get(word) or _SIGNED.get(signed) or NORMS.get(signed)
        if kind is not None and self.word(at + 1) == "norm":
            yield _norm_of(kind), at + 2
        elif kind is None and self.word(at + 1) == "norm" and (p := self.formula(at)) is not None and not p.shape:
            yield (lambda x: E.norm(_vector(x), p)), at + 2
        if word == "norm":
            yield (lambda x: E.norm(_vector(x), E.TWO)), at + 1
        for end in self.after(at, "euclidean length", "euclidean magnitude", "euclidean size"):
            yield (lambda x: E.norm(_vector(x), E.TWO)), end
        if word == "length" and ("length",) not in self.nouns:
            yield (lambda x: E.norm(_vector(x), E.TWO)), at + 1

    def _function(self, at: int) -> Iterator[Said]:
        for words, make in _FUNCTIONS.items():
            for p in self.after(at, words):
                for s in self.reach(p, tight=self.word(p) in ("the", "its")) if words in _REACHING else self.operand(p):
                    if (e := built(make, s.expr)) is not None:
                        yield Said(e, s.end, PHRASE)

    def _of_two(self, at: int) -> Iterator[Said]:
        """'the sum of x and y', 'the ratio of x to y'."""
        for words, (make, between) in _TWO.items():
            for p in self.after(at, words):
                for left in self.sum(p):
                    for q in self.after(left.end, between):
                        for right in self.reach(q):
                            if (e := built(make, left.expr, right.expr)) is not None:
                                yield Said(e, right.end, PHRASE)

    def _shaped(self, at: int) -> Iterator[Said]:
        """'the vector of ones', 'the identity matrix', 'the vector with entries a_i theta_i'."""
        size = self.scope.size
        for p in self.after(at, "vector of ones", "all ones vector", "ones vector", "vector of all ones"):
            yield Said(E.ones(size), p, PHRASE)
        for p in self.after(at, "identity matrix", "identity"):
            yield Said(E.eye(size), p, PHRASE)
        for p in self.after(at, "vector with entries", "vector with the entries", "vector with components", "vector whose entries are", "vector with coordinates", "vector of entries"):
            body, end = None, p
            while (f := self.formula(end)) is not None and (body is None or not f.shape):
                body = f if body is None else built(E.mul, body, f)
                end += 1
                if body is None:
                    return
                free = E.free_indices(body)
                sizes = {x.args[0].shape[0] for x in E.walk(body) if x.op == "at" and len(x.args) == 2 and x.args[0].shape}
                if len(free) == 1 and len(sizes) == 1 and not body.shape:
                    yield Said(E.comp(next(iter(free)), body, sizes.pop()), end, PHRASE)


def _vector(x: Expr) -> Expr:
    if len(x.shape) != 1:
        raise E.ShapeError("the norm of no vector")
    return x


def _norm_of(kind: str) -> Callable[[Expr], Expr]:
    if kind in ("fro", "nuc", "op"):
        return lambda x: E.norm(_matrix(x), None, kind)
    return lambda x: E.norm(_vector(x), {"1": E.ONE, "2": E.TWO, "inf": E.INF}[kind])


def _matrix(x: Expr) -> Expr:
    if len(x.shape) != 2:
        raise E.ShapeError("the norm of no matrix")
    return x


def _squared(norm: Callable[[Expr], Expr]) -> Callable[[Expr], Expr]:
    return lambda x: E.power(norm(x), E.TWO)


def _normalised(x: Expr) -> Expr | None:
    return E.div(x, E.norm(x, E.TWO)) if len(x.shape) == 1 else None


def _extreme(kind: str) -> Callable[[Expr], Expr]:
    return lambda x: E.reduce_all(kind, E.eig(_matrix(x), "values"))


def _outer(a: Expr, b: Expr) -> Expr:
    return E.matmul(_vector(a), E.transpose(_vector(b)))


def _difference(a: Expr, b: Expr) -> Expr:
    return _sum(a, E.neg(b))


def _sum(a: Expr, b: Expr) -> Expr:
    if a.shape != b.shape:
        raise E.ShapeError("a sum of two shapes")
    return E.add(a, b)


def _of_numbers(a: Expr, b: Expr) -> Expr:
    if a.shape and b.shape and not (len(a.shape) == 2 or len(b.shape) == 2):
        raise E.ShapeError("the product of two vectors")
    return E.product(a, b)


def _entrywise(a: Expr, b: Expr) -> Expr:
    if a.shape != b.shape or not a.shape:
        raise E.ShapeError("entries of two shapes")
    return E.mul(a, b)


def _ratio(a: Expr, b: Expr) -> Expr:
    if b.shape:
        raise E.ShapeError("a quotient by no number")
    return E.div(a, b)


def _modulus(x: Expr) -> Expr:
    """Of a number; the magnitude of a vector is its length to some, and taken entry by entry to others."""
    if x.shape:
        raise E.ShapeError("the magnitude of a vector")
    return E.fn("abs", x)


def _of_eigenvalues(sign: str, squared: bool) -> Callable[[Expr], Expr]:
    """The sum of the eigenvalues of a sign, or of their squares."""
    def of(x: Expr) -> Expr:
        values = E.eig(_matrix(x), "values")
        part = values if not sign else E.fn("relu", values if sign == "positive" else E.neg(values))
        if squared:
            return E.total(E.power(part, E.TWO))
        return E.neg(E.total(part)) if sign == "negative" else E.total(part)
    return of


def _said_of_eigenvalues(sign: str, squared: bool) -> list[str]:
    of = [f"{every} {sign} eigenvalues of" for every in ("", "all", "the", "all the")]
    said = [f"sum of {what} {w}" for w in of for what in ("squares of", "the squares of")] + [f"sum of squared {sign} eigenvalues of"] if squared else [f"sum of {w}" for w in of]
    return [" ".join(w.split()) for w in said]


_FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    **{w: lambda x: E.fn("sign", x) for w in ("sign of", "signs of", "sign vector of", "elementwise sign of", "elementwise signs of", "vector of signs of", "vector of the signs of",
                                              "signs of the entries of", "sign of each entry of", "sign of every entry of")},
    "absolute value of": lambda x: E.fn("abs", x), **dict.fromkeys(("modulus of", "magnitude of"), _modulus),
    **{f"elementwise {w} of": lambda x: E.div(E.ONE, _vector(x)) for w in ("inverse", "reciprocal")},
    "elementwise square of": lambda x: E.power(_vector(x), E.TWO), "elementwise square root of": lambda x: E.fn("sqrt", _vector(x)), "elementwise absolute value of": lambda x: E.fn("abs",
                                                                                                                _vector(x)),
    "elementwise exponential of": lambda x: E.fn("exp", _vector(x)), "transpose of": E.transpose, "trace of": E.trace, "determinant of": E.det,
    "largest eigenvalue of": _extreme("max"), "smallest eigenvalue of": _extreme("min"), "maximal eigenvalue of": _extreme("max"), "minimal eigenvalue of": _extreme("min"),
    **{w: lambda x: E.norm(_matrix(x), None, "nuc") for w in ("sum of singular values of", "sum of the singular values of", "sum of all singular values"
        " of", "sum of all the singular values of", "nuclear norm of")},
    **{w: _of_eigenvalues(sign, squared) for sign in ("positive", "negative", "") for squared in (True, False) for w in _said_of_eigenvalues(sign, squared)},
    "largest singular value of": lambda x: E.norm(_matrix(x), None, "op"),
    "pseudoinverse of": lambda x: E.pinv(_matrix(x)), "pseudo inverse of": lambda x: E.pinv(_matrix(x)), "moore penrose inverse of": lambda x: E.pinv(_matrix(x)),
    "positive part of": lambda x: E.fn("relu", x), "elementwise positive part of": lambda x: E.fn("relu", x), "floor of": lambda x: E.fn("floor", x), "ceiling of": lambda x: E.fn("ceil", x),
}
_REACHING = frozenset(("absolute value of", "modulus of", "magnitude of", "trace of", "transpose of", "determinant of", "floor of", "ceiling of"))
_TWO: dict[str, tuple[Callable[[Expr, Expr], Expr], str]] = {
    "sum of": (_sum, "and"), "difference of": (_difference, "and"), "difference between": (_difference, "and"), "product of": (_of_numbers, "and"), "ratio of": (_ratio, "to"),
    "quotient of": (_ratio, "and"), "outer product of": (_outer, "and"), "inner product of": (E.dot, "and"), "dot product of": (E.dot, "and"), "scalar product of": (E.dot, "and"),
    "inner product between": (E.dot, "and"), "elementwise product of": (_entrywise, "and"), "hadamard product of": (_entrywise, "and"),
    "average of": (lambda a, b: E.div(_sum(a, b), E.TWO), "and"), "mean of": (lambda a, b: E.div(_sum(a, b), E.TWO), "and"),
}
