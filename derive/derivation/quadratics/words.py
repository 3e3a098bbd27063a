"""Products of matrices as words, sums of words as normal forms: the algebra behind affine and quadratic rules.

A word is a tuple of factors (matrices, a column (n,), a row (1, n)) read as their product; a sum maps words to
scalar coefficients. Transposes are pushed to single factors, products are inverted factor by factor where each is
square, adjacent inverses cancel, row times column leaves the word as a scalar. Equal sums prove equality.
Source: the free algebra with involution over the declared matrices, its relations from their declared domains.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from derive.derivation.quadratics.factors import is_euclidean, is_row, is_square, product, terms_of, times_scalar
from derive.derivation.quadratics.facts import Facts
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.expr import Dim, Expr, Shape
from derive.maths.monomials import build

Word = tuple[Expr, ...]
Sum = dict[Word, Expr]

SYMMETRIC = frozenset(("spd", "symmetric"))
MAX_WORDS = 200


class TooLong(Exception):
    """A sum of more words than a person would read."""


class Words:
    """Expressions to sums of words and back. unknown: a symbol that must stay visible as a factor."""

    def __init__(self, facts: Facts, unknown: Expr | None = None) -> None:
        self.facts = facts
        self.unknown = unknown
        self.memo: dict[Expr, Sum] = {}
        signs = [E.sym(n) for n, d in facts.domains.items() if d == "sign"]
        # y = -1 or 1: y^2 and |y| are 1.
        self.units = {k: E.ONE for y in signs for k in (E.power(y, E.TWO), E.fn("abs", y))}

    # -------------------------------------------------------------- sums

    def plus(self, *sums: Sum) -> Sum:
        """The sum of several sums."""
        gathered: dict[Word, list[Expr]] = {}
        for s in sums:
            for w, c in s.items():
                gathered.setdefault(w, []).append(c)
        out: Sum = {}
        for w, cs in gathered.items():
            c = cs[0] if len(cs) == 1 else self.tidy(E.add(*cs))
            if not E.is_number(c, 0):
                out[w] = c
        if len(out) > MAX_WORDS:
            raise TooLong
        return out

    def scaled(self, s: Sum, factor: Expr) -> Sum:
        """factor * s for a scalar factor."""
        if E.is_number(factor, 1):
            return s
        return {w: self.tidy(E.mul(factor, c)) for w, c in s.items()} if not E.is_number(factor, 0) else {}

    def times(self, a: Sum, b: Sum) -> Sum:
        """The product a b, word by word."""
        return self.plus(*(self.reduced(v + w, self.tidy(E.mul(c, d))) for v, c in a.items() for w, d in b.items()))

    def transposed(self, s: Sum) -> Sum:
        """s^T."""
        return {tuple(self.turned(f) for f in reversed(w)): c for w, c in s.items()}

    def inverted(self, s: Sum, d: Dim) -> Sum:
        """s^{-1} of a square sum: factor by factor where every factor is square, else one new factor."""
        if not s:
            raise E.ShapeError("inverse of a zero matrix")
        if len(s) == 1:
            ((w, c),) = s.items()
            if all(is_square(f) for f in w):
                return self.reduced(tuple(self.inverse_of(f) for f in reversed(w)), self.tidy(E.div(E.ONE, c)))
        content = self.common_factor(s)
        inner = self.scaled(s, self.tidy(E.div(E.ONE, content)))
        return {(E.inverse(self.build(inner, (d, d))),): self.tidy(E.div(E.ONE, content))}

    def common_factor(self, s: Sum) -> Expr:
        """A scalar that divides every coefficient: the first one where all are rational multiples of it, else a rational."""
        coefficients = list(s.values())
        if not coefficients:
            return E.ONE
        first = coefficients[0]
        ratios = [E.number_value(self.tidy(E.div(c, first))) for c in coefficients]
        numbers = ratios if all(r is not None for r in ratios) else [self.leading(c) for c in coefficients]
        known = [abs(r) for r in numbers if r]
        if len(known) != len(coefficients):
            return E.ONE
        content = Fraction(gcd(*(r.numerator for r in known)), lcm(*(r.denominator for r in known)))
        return self.tidy(E.mul(first, E.num(content))) if numbers is ratios else E.num(content)

    def leading(self, c: Expr) -> Fraction | None:
        """The rational coefficient of a one-term scalar; None for a sum."""
        n = normal_form(c, self.facts.positive)
        return next(iter(n.values())) if n and len(n) == 1 else None

    # -------------------------------------------------------------- factors

    def is_symmetric(self, f: Expr) -> bool:
        """Whether f^T = f is known from its form or its declaration."""
        if f.op == "sym":
            return len(f.shape) == 2 and self.facts.domain(f) in SYMMETRIC
        if f.op == "inv":
            inner = self.expand(f.args[0])
            return inner == self.transposed(inner)
        return f.op in ("diag", "eye") and len(f.shape) == 2

    def turned(self, f: Expr) -> Expr:
        """The transpose of one factor."""
        return f if self.is_symmetric(f) else E.transpose(f)

    def inverse_of(self, f: Expr) -> Expr:
        """The inverse of one square factor."""
        if f.op == "inv":
            return f.args[0]
        if f.op == "T":
            return self.turned(self.inverse_of(f.args[0]))
        if f.op == "diag":
            return E.diag(self.tidy(E.div(E.ONE, f.args[0])))
        if self.facts.domain(f) == "orthcols":
            return E.transpose(f)
        return E.inverse(f)

    def reduced(self, word: Word, coefficient: Expr) -> Sum:
        """A word with adjacent inverses cancelled and scalars pulled out."""
        factors = [f for f in word if f.op != "eye"]
        i = 0
        while i + 1 < len(factors):
            joined = self.joined(factors[i], factors[i + 1])
            if joined is None:
                i += 1
            else:
                factors[i : i + 2] = joined
                i = max(i - 1, 0)
        return self.split(tuple(factors), coefficient)

    def joined(self, a: Expr, b: Expr) -> list[Expr] | None:
        """What two neighbours become; None where they stand as they are."""
        if len(a.shape) == 2 and len(b.shape) == 2:
            if is_square(a) and is_square(b) and self.inverse_of(a) == b:
                return []
            if a.op == "T" and a.args[0] == b and self.facts.domain(b) == "orthcols":
                return []
            if a.op == "diag" and b.op == "diag":
                v = self.tidy(E.mul(a.args[0], b.args[0]))
                return [] if v.op == "ones" else [E.diag(v)]
        if a.op == "diag" and b.op == "ones" and a.args[0].op == "sym":
            return [a.args[0]]
        return None

    def split(self, word: Word, coefficient: Expr) -> Sum:
        """Row ... column inside a word is a scalar, unless the unknown stands in it."""
        for j, f in enumerate(word):
            if len(f.shape) != 1:
                continue
            i = next((k for k in range(j - 1, -1, -1) if is_row(word[k])), None)
            if i is None or any(self.holds_unknown(x) for x in word[i : j + 1]):
                continue
            c = self.tidy(E.mul(coefficient, self.scalar_word(word[i : j + 1])))
            return self.reduced(word[:i] + word[j + 1 :], c)
        return {word: coefficient} if not E.is_number(coefficient, 0) else {}

    def holds_unknown(self, e: Expr) -> bool:
        """Whether the unknown stands in e."""
        return self.unknown is not None and self.unknown in set(E.walk(e))

    def scalar_word(self, word: Word) -> Expr:
        """x^T M y as an inner product, the same for a word and its transpose."""
        other = tuple(self.turned(f) for f in reversed(word))
        for row, *column in (word, other):
            shorter = self.named(tuple(column))
            if shorter is not None:
                return self.inner({(E.as_column(row),): E.ONE}, shorter)
        first, *rest = min(word, other, key=repr)
        ends = [E.as_column(first).op, rest[-1].op]
        if "ones" in ends and len(rest) == 1:
            one, x = (rest[0], E.as_column(first)) if ends[1] == "ones" else (E.as_column(first), rest[0])
            return E.dim(one.shape[0]) if x.op == "ones" else self.tidy(E.total(x))
        if ends == ["ones", "ones"] and len(rest) == 2 and rest[0].op == "diag":
            return self.tidy(E.total(rest[0].args[0]))
        return self.tidy(E.dot(E.as_column(first), product(tuple(rest))))

    def named(self, column: Word) -> Sum | None:
        """A product that the definition of a vector names, by that name: H x = g + b where g = H x - b."""
        for name, definition in self.facts.names:
            if definition.op not in ("add", "matmul"):
                continue
            terms = self.expand(definition)
            longest = max(terms, key=len)
            if len(longest) > 1 and column[-len(longest) :] == longest:
                others = {w: c for w, c in terms.items() if w != longest}
                value = self.plus({(name,): E.ONE}, self.scaled(others, E.num(-1)))
                return self.times({column[: -len(longest)]: E.ONE}, self.scaled(value, self.tidy(E.div(E.ONE, terms[longest]))))
        return None

    # -------------------------------------------------------------- expressions to sums

    def tidy(self, e: Expr) -> Expr:
        """A scalar (or the entries of a diagonal) in the normal form of the vector algebra."""
        if e.op in ("num", "sym"):
            return e
        out = simplify(e, self.facts.positive)
        return simplify(E.replace(out, self.units), self.facts.positive) if self.units else out

    def expand(self, e: Expr) -> Sum:
        """A vector or matrix as a sum of words; what has no rule stands as one factor."""
        found = self.memo.get(e)
        if found is None:
            found = self.memo[e] = self._expand(e)
        return found

    def _expand(self, e: Expr) -> Sum:
        op, args = e.op, e.args
        if op == "add":
            return self.plus(*(self.expand(a) for a in args))
        if op == "neg":
            return self.scaled(self.expand(args[0]), E.num(-1))
        if op == "mul":
            return self._product(*args)
        if op == "div":
            if not args[1].shape:
                return self.scaled(self.expand(args[0]), self.tidy(E.div(E.ONE, self.scalar(args[1]))))
            return self._product(args[0], self.tidy(E.div(E.ONE, args[1])))
        if op == "matmul":
            return self.times(self.expand(args[0]), self.expand(args[1]))
        if op == "T":
            return {(e,): E.ONE} if args[0].op == "sym" and not self.is_symmetric(args[0]) else self.transposed(self.expand(args[0]))
        if op == "inv":
            return self.inverted(self.expand(args[0]), e.shape[0])
        if op == "pinv":
            return self._pinv(e)
        if op == "matpow" and args[1].op == "num" and abs(int(args[1].data)) <= 8:
            k = int(args[1].data)
            base = self.expand(args[0]) if k >= 0 else self.inverted(self.expand(args[0]), e.shape[0])
            out: Sum = {(): E.ONE}
            for _ in range(abs(k)):
                out = self.times(out, base)
            return out
        if op == "zeros":
            return {}
        if op == "pow" and not args[1].shape:
            base = self.expand(args[0])
            return {(E.power(self.build(base, e.shape), args[1]),): E.ONE} if base else {}
        if op == "eye":
            return {(): E.ONE}
        if op == "diag" and len(e.shape) == 2:
            return self._diagonal(args[0])
        return {(e,): E.ONE}

    def _product(self, a: Expr, b: Expr) -> Sum:
        """Scalar times anything, or two vectors entry by entry: diag(a) b with the unknown on the right."""
        if not a.shape or not b.shape:
            s, x = (a, b) if not a.shape else (b, a)
            row = self.affine_scalar(s) if self.holds_unknown(s) and len(x.shape) == 1 else None
            if row is not None:
                return self.times(self.expand(x), row)
            return self.scaled(self.expand(x), self.scalar(s))
        if "ones" in (a.op, b.op):
            return self.expand(b if a.op == "ones" else a)
        if self.holds_unknown(a) or (not self.holds_unknown(b) and repr(a) > repr(b)):
            a, b = b, a
        if len(a.shape) != 1 or self.holds_unknown(a):
            return {(E.mul(a, b),): E.ONE}
        terms = terms_of(a)
        if len(terms) > 1:
            return self.plus(*(self._product(t, b) for t in terms))
        return self.times(self.expand(E.diag(a)), self.expand(b))

    def affine_scalar(self, s: Expr) -> Sum | None:
        """A scalar a^T u + b as words that end in the unknown: T(a) u, and b; None where it has another form."""
        if not self.holds_unknown(s):
            c = self.scalar(s)
            return {} if E.is_number(c, 0) else {(): c}
        if s.op in ("add", "neg"):
            parts = [self.affine_scalar(a) for a in s.args]
            known = [p for p in parts if p is not None]
            total = self.plus(*known)
            return None if len(known) < len(parts) else total if s.op == "add" else self.scaled(total, E.num(-1))
        if s.op in ("mul", "div") and not self.holds_unknown(s.args[1]):
            inner, factor = self.affine_scalar(s.args[0]), self.scalar(s.args[1])
            return None if inner is None else self.scaled(inner, factor if s.op == "mul" else self.tidy(E.div(E.ONE, factor)))
        if s.op == "mul" and not self.holds_unknown(s.args[0]):
            return self.affine_scalar(E.mul(s.args[1], s.args[0]))
        if s.op == "total" and len(s.args[0].shape) == 1:
            return self.affine_scalar(E.dot(E.ones(*s.args[0].shape), s.args[0]))
        if s.op == "dot" and len(s.args[0].shape) == 1:
            p, q = s.args if not self.holds_unknown(s.args[0]) else s.args[::-1]
            return None if self.holds_unknown(p) else self.times(self.transposed(self.expand(p)), self.expand(q))
        return None

    def _diagonal(self, v: Expr) -> Sum:
        """diag(c v) = c diag(v) for a scalar c; diag of ones is the identity."""
        n = normal_form(v, self.facts.positive)
        if n is None or len(n) != 1:
            return {(E.diag(self.tidy(v)),): E.ONE} if n is None or n else {}
        (((scalars, vectors), c),) = n.items()
        entries = build({(frozenset(), vectors): Fraction(1)}, v.shape)
        return {() if entries.op == "ones" else (E.diag(entries),): build({(scalars, frozenset()): c}, E.SCALAR)}

    def _pinv(self, e: Expr) -> Sum:
        a, domain = e.args[0], self.facts.domain(e.args[0])
        if domain in ("fcr", "orthcols"):
            return self.expand(E.matmul(E.inverse(E.matmul(E.transpose(a), a)), E.transpose(a)))
        if domain == "frr":
            return self.expand(E.matmul(E.transpose(a), E.inverse(E.matmul(a, E.transpose(a)))))
        return {(e,): E.ONE}

    def scalar(self, e: Expr) -> Expr:
        """A scalar expression with its inner products multiplied out."""
        return self.tidy(self._scalar(e))

    def _scalar(self, e: Expr) -> Expr:
        if e.shape or not e.args or e.op in ("reduce", "cases", "rel", "argopt"):
            return e
        if e.op == "dot" and len(e.args[0].shape) == 1:
            return self.inner(self.expand(e.args[0]), self.expand(e.args[1]))
        if e.op in ("trace", "total", "norm") and not self.expand(e.args[0]):
            return E.ZERO
        if e.op == "total" and e.args[0].op == "mul" and all(len(a.shape) == 1 for a in e.args[0].args):
            return self._scalar(E.dot(*e.args[0].args))
        if e.op == "mean" and len(e.args[0].shape) == 1:
            return E.div(self._scalar(E.total(e.args[0])), E.dim(e.args[0].shape[0]))
        if e.op == "fn" and e.data == "relu" and (E.number_value(e.args[0]) or 0) > 0:
            return e.args[0]
        if e.op == "total" and len(e.args[0].shape) == 1:
            return self.inner({(E.ones(*e.args[0].shape),): E.ONE}, self.expand(e.args[0]))
        if e.op == "pow" and e.args[0].op == "norm" and is_euclidean(e.args[0]) and e.args[1].op == "num" and e.args[1].data % 2 == 0:
            x = e.args[0].args[0]
            if len(x.shape) == 1:
                return E.power(self._scalar(E.dot(x, x)), E.num(e.args[1].data / 2))
        args = tuple(self._scalar(a) if not a.shape else self.normal(a) for a in e.args)
        return E.rebuild(e, args)

    def inner(self, a: Sum, b: Sum) -> Expr:
        """a^T b of two sums of columns."""
        if not a or not b:
            return E.ZERO
        terms = []
        for v, c in self.transposed(a).items():
            for w, d in b.items():
                for rest, k in self.reduced(v + w, E.mul(c, d)).items():
                    terms.append(k if not rest else E.mul(k, self.scalar_word(rest)))
        return self.tidy(E.add(*terms)) if terms else E.ZERO

    def normal(self, e: Expr) -> Expr:
        """A vector or matrix rebuilt from its sum of words."""
        return self.build(self.expand(e), e.shape)

    # -------------------------------------------------------------- and back

    def build(self, s: Sum, shape: Shape) -> Expr:
        """The Expr of a sum, longer words first, a positive term leading where there is one."""
        if not s:
            return E.zeros(*shape)
        terms = []
        for w in sorted(s, key=lambda w: (-len(w), repr(w))):
            body = product(w) if w else E.eye(shape[0])
            c = s[w]
            negative = c.op == "neg" or (E.number_value(c) or 0) < 0
            size = self.tidy(E.neg(c)) if negative else c
            term = times_scalar(size, body)
            terms.append(E.neg(term) if negative else term)
        terms.sort(key=lambda t: t.op == "neg")
        return E.add(*terms)
