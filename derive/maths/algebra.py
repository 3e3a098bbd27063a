"""Normal forms in the vector algebra.

A normal form is a sum of monomials: rational coefficient x powers of scalar atoms x entrywise
powers of vector atoms. Norms and inner products are pulled through scalar factors, sums over
components become norms and inner products, x is written as sign(x) |x| so that powers combine.
Equal normal forms prove equality wherever both sides are defined.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.monomials import EMPTY, Key, Normal, Power, build, constant_of, is_even, number, small_power
from derive.maths.normal_rules import RULES

MAX_TERMS = 400
MAX_PARTS = 2_000  # expressions whose normal forms are remembered together
_WHOLE_REALS = frozenset(("dot", "total", "reduce", "det", "trace"))  # real atoms that are not split into sign and size


class TooLarge(Exception):
    """A normal form that would be larger than is useful."""


class Builder:
    def __init__(self, positive: frozenset[str], places: bool = False) -> None:
        self.positive = positive
        self.places = places
        self.memo: dict[Expr, Normal] = {}

    # -------------------------------------------------------------- arithmetic of normal forms

    def add(self, a: Normal, b: Normal, factor: Fraction = Fraction(1)) -> Normal:
        out = dict(a)
        for k, c in b.items():
            c = c if factor == 1 else c * factor
            v = out[k] + c if k in out else c
            if v:
                out[k] = v
            else:
                out.pop(k, None)
        return out

    def times(self, a: Normal, b: Normal) -> Normal:
        if len(a) * len(b) > MAX_TERMS:
            raise TooLarge
        for one, other in ((a, b), (b, a)):
            if len(one) == 1 and EMPTY in one:  # a number scales
                return other if one[EMPTY] == 1 else {k: c * one[EMPTY] for k, c in other.items()}
        out: Normal = {}
        for (s1, v1), c1 in a.items():
            for (s2, v2), c2 in b.items():
                key, c = self.merged(s1, s2, v1, v2)
                out = self.add(out, {key: c * c1 * c2})
        return out

    def merged(self, s1: Any, s2: Any, v1: Any, v2: Any) -> tuple[Key, Fraction]:
        scalars, c = self.combine(dict(s1), s2)
        vectors, d = self.combine(dict(v1), v2)
        if len(vectors) > 1:  # ones are neutral in an entrywise product
            vectors = frozenset(p for p in vectors if p[0].op != "ones") or frozenset(list(vectors)[:1])
        return (scalars, vectors), c * d

    def combine(self, a: dict[Expr, Power], b: Any) -> tuple[frozenset[tuple[Expr, Power]], Fraction]:
        for atom, e in b:
            total = self.add(dict(a.get(atom, frozenset())), dict(e))
            if total:
                a[atom] = frozenset(total.items())
            else:
                a.pop(atom, None)
        return self.tidy(a)

    def tidy(self, a: dict[Expr, Power]) -> tuple[frozenset[tuple[Expr, Power]], Fraction]:
        """sign(x)^2 is 1 where |x| stands beside it with a positive power (at 0 both sides are 0)."""
        c = Fraction(1)
        for atom in list(a):
            e = constant_of(dict(a[atom]))
            if atom.op == "fn" and atom.data == "sign" and e is not None and e.denominator == 1 and e not in (0, 1):
                size = constant_of(dict(a.get(E.fn("abs", atom.args[0]), frozenset())))
                symbolic = E.fn("abs", atom.args[0]) in a and size is None
                if symbolic or (size is not None and size != 0):
                    if e % 2:
                        a[atom] = number(Fraction(1))
                    else:
                        del a[atom]
            elif atom.op == "fn" and atom.data == "abs" and atom.args[0].op in _WHOLE_REALS and is_even(e) and E.fn("sign", atom.args[0]) not in a:
                # |x|^2 = x^2 for an atom that is not split into sign and size
                own = self.add(dict(a.get(atom.args[0], frozenset())), dict(a[atom]))
                del a[atom]
                if own:
                    a[atom.args[0]] = frozenset(own.items())
            elif atom.op == "num" and e is not None and e.denominator == 1 and small_power(atom.data, e):
                c *= atom.data ** int(e)
                del a[atom]
        return frozenset(a.items()), c

    # -------------------------------------------------------------- expressions to normal forms

    def normal(self, e: Expr) -> Normal:
        found = self.memo.get(e)
        if found is None:
            rule = RULES.get(e.op)
            found = self.memo[e] = rule(self, e) if rule else self.atom(e)
        return found

    def canonical(self, e: Expr) -> Expr:
        return build(self.normal(e), e.shape)

    def atom(self, e: Expr, power: Power | None = None) -> Normal:
        """An expression that is taken as a whole, its arguments in normal form."""
        if e.args and e.op not in ("reduce", "argopt", "comp", "cases", "rel"):
            e = E.rebuild(e, tuple(self.canonical(a) for a in e.args))
        return self.raised(e, number(Fraction(1)) if power is None else power)

    def raised(self, e: Expr, power: Power) -> Normal:
        pair = frozenset(((e, power),))
        return {((frozenset(), pair) if e.shape else (pair, frozenset())): Fraction(1)}

    def is_positive(self, e: Expr) -> bool:
        """Whether e >= 0 is known from its form or its declaration."""
        if e.op == "sym":
            return str(e.data) in self.positive
        if e.op in ("norm", "dim", "const"):
            return True
        if e.op == "fn":
            return e.data in ("abs", "exp", "sqrt", "relu", "sigmoid", "cosh")
        return e.op == "num" and e.data >= 0

    def real(self, e: Expr) -> Normal:
        """A real atom x as sign(x) |x|, unless it cannot be negative."""
        if self.is_positive(e) or len(e.shape) > 1 or e.op in ("basis", "ones", "zeros", "T", "matmul", "argopt", "idx"):
            return self.raised(e, number(Fraction(1)))
        pairs = frozenset(((E.fn("sign", e), number(Fraction(1))), (E.fn("abs", e), number(Fraction(1)))))
        return {((frozenset(), pairs) if e.shape else (pairs, frozenset())): Fraction(1)}

    def power(self, base: Normal, k: Normal) -> Normal:
        exponent = constant_of(k)
        if exponent == 0:
            return {EMPTY: Fraction(1)}
        if exponent is not None and exponent.denominator == 1 and 1 < exponent <= 4 and 1 < len(base) <= 4:
            out = base
            for _ in range(int(exponent) - 1):
                out = self.times(out, base)
            return out
        if len(base) != 1:
            if not base:
                return {}
            whole, content = self.primitive(base, signed=exponent is None or exponent.denominator == 1)
            return self.times(self.power(content, k), self.raised(whole, frozenset(k.items())))
        ((scalars, vectors), c), = base.items()
        if any(len(a.shape) > 1 for a, _ in vectors):
            return self.raised(build(base, next(iter(vectors))[0].shape), frozenset(k.items()))
        if exponent is not None and exponent.denominator != 1:
            held, content = self.under_root(base)
            if held is not None:
                return self.times(self.power(content, k), self.raised(held, frozenset(k.items())))
        out = self.number_power(c, k)
        for group in (scalars, vectors):
            for a, e in group:
                raised = self.times(dict(e), k)
                if not raised:
                    continue
                if (exponent is None or exponent.denominator != 1) and not self.is_positive(a) and not (
                        a.op == "fn" and a.data in ("sign", "abs")):
                    # A root of a factor whose sign is not known: |x| for an even power, else left whole.
                    own = constant_of(dict(e))
                    if own is None or own.denominator != 1 or own % 2:
                        return self.raised(build(base, a.shape), frozenset(k.items()))
                    a = E.fn("abs", a)
                if a.op == "fn" and a.data == "sign" and exponent is not None and exponent.denominator == 1:
                    sign_power = constant_of(raised)
                    assert sign_power is not None
                    raised = {EMPTY: Fraction(abs(sign_power))}
                if a.op == "fn" and a.data == "abs" and a.args[0].op in _WHOLE_REALS and is_even(constant_of(raised)):
                    a = a.args[0]
                out = self.times(out, self.raised(a, frozenset(raised.items())))
        return out

    def number_power(self, c: Fraction, k: Normal) -> Normal:
        exponent = constant_of(k)
        if c == 1:
            return {EMPTY: Fraction(1)}
        if exponent is not None and exponent.denominator == 1 and abs(exponent) <= 64 and small_power(c, exponent):
            return {EMPTY: c ** int(exponent)}
        if exponent is not None and exponent.denominator == 2 and c > 0:
            from math import isqrt

            n, d = isqrt(c.numerator), isqrt(c.denominator)
            if n * n == c.numerator and d * d == c.denominator:
                return {EMPTY: Fraction(n, d) ** exponent.numerator}
        return self.raised(E.num(c), frozenset(k.items()))

    def under_root(self, base: Normal) -> tuple[Expr | None, Normal]:
        """A product as (what must stay under one root, what may leave it): its factors of unknown sign with its sign.

        sqrt(-x) is sqrt(-1) sqrt(x) for no real x but 0, and sqrt(x y) is not sqrt(x) sqrt(y) where both are negative. One factor of
        unknown sign beside a positive number may leave: the root is defined where the root of the factor is.
        """
        ((scalars, vectors), c), = base.items()
        signed = {a.args[0] for group in (scalars, vectors) for a, _ in group if a.op == "fn" and a.data == "sign"}
        if c > 0 and len(signed) <= 1:
            return None, base
        held = [frozenset((a, e) for a, e in group if not signed or (a.op == "fn" and a.data in ("sign", "abs") and a.args[0] in signed))
                for group in (scalars, vectors)]
        shape = next((a.shape for a, _ in held[1]), E.SCALAR)
        whole = build({(held[0], held[1]): Fraction(1 if c > 0 else -1)}, shape)
        return whole, {(scalars - held[0], vectors - held[1]): abs(c)}

    def primitive(self, base: Normal, signed: bool = True) -> tuple[Expr, Normal]:
        """A sum as (sum with leading coefficient 1, the coefficient); with leading coefficient 1 or -1 where the other must be positive."""
        lead = base[min(base, key=repr)]
        lead = lead if signed else abs(lead)
        scaled = {key: c / lead for key, c in base.items()}
        shape = next((a.shape for (_, v) in base for a, _ in v), E.SCALAR)
        return build(scaled, shape), {EMPTY: lead}

    def split(self, n: Normal) -> tuple[Normal, Normal] | None:
        """A one-term vector as (scalar factor, vector); None for a sum."""
        if len(n) != 1:
            return None
        ((scalars, vectors), c), = n.items()
        return {(scalars, frozenset()): c}, {(frozenset(), vectors): Fraction(1)}

    def absolute(self, n: Normal) -> Normal:
        """|x| of a one-term normal form: signs drop, the coefficient turns positive."""
        ((scalars, vectors), c), = n.items()
        groups = []
        for group in (scalars, vectors):
            kept = {}
            for a, e in group:
                if a.op == "fn" and a.data == "sign":
                    if E.fn("abs", a.args[0]) not in dict(group):
                        kept[E.fn("abs", a)] = number(Fraction(1))
                    continue
                k = constant_of(dict(e))
                even = k is not None and k.denominator == 1 and k % 2 == 0
                if even or self.is_positive(a) or (a.op == "fn" and a.data == "abs"):
                    kept[a] = e
                else:
                    kept[E.fn("abs", a)] = e
            groups.append(frozenset(kept.items()))
        return {(groups[0], groups[1]): abs(c)}


def normal_form(e: Expr, positive: frozenset[str] = frozenset()) -> Normal | None:
    """The normal form of e; None where it would grow too large. positive: names known to be >= 0."""
    return NormalForms(positive).of(e)


class NormalForms:
    """Normal forms of expressions that have parts in common: those are worked out once.

    places: also bring arg-maxima to one form, for forms that are compared and not shown.
    """

    def __init__(self, positive: frozenset[str] = frozenset(), places: bool = False) -> None:
        self._builder = Builder(positive, places)

    def of(self, e: Expr) -> Normal | None:
        """The normal form of e; None where it would grow too large."""
        if len(self._builder.memo) > MAX_PARTS:
            self._builder.memo.clear()
        try:
            return self._builder.normal(e)
        except (TooLarge, E.ShapeError):
            return None


def simplify(e: Expr, positive: frozenset[str] = frozenset()) -> Expr:
    """e rebuilt from its normal form; e itself where that fails."""
    n = normal_form(e, positive)
    return e if n is None else build(n, e.shape)


def proved_equal(a: Expr, b: Expr, positive: frozenset[str] = frozenset()) -> bool:
    """Whether equal normal forms prove a = b (False says nothing)."""
    if a.shape != b.shape:
        return False
    builder = Builder(positive)
    try:
        return builder.normal(a) == builder.normal(b)
    except (TooLarge, E.ShapeError):
        return False
