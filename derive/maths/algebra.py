"""Normal forms in the vector algebra, and scalar expressions to and from SymPy.

A normal form is a sum of monomials: rational coefficient x powers of scalar atoms x entrywise
powers of vector atoms. Norms and inner products are pulled through scalar factors, sums over
components become norms and inner products, x is written as sign(x) |x| so that powers combine.
Equal normal forms prove equality wherever both sides are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.entrywise import entrywise
from derive.maths.expr import Expr

Power = frozenset[Any]  # a frozen normal form
Key = tuple[frozenset[tuple[Expr, Power]], frozenset[tuple[Expr, Power]]]
Normal = dict[Key, Fraction]

EMPTY: Key = (frozenset(), frozenset())
MAX_TERMS = 400
MAX_PARTS = 2_000  # expressions whose normal forms are remembered together
MAX_BITS = 20_000  # of a power of numbers that is worked out
_WHOLE_REALS = frozenset(("dot", "total", "reduce", "det", "trace"))  # real atoms that are not split into sign and size


class TooLarge(Exception):
    """A normal form that would be larger than is useful."""


class _Builder:
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
            elif atom.op == "fn" and atom.data == "abs" and atom.args[0].op in _WHOLE_REALS and _is_even(e) and E.fn("sign", atom.args[0]) not in a:
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
            rule = _RULES.get(e.op)
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
            whole, content = self.primitive(base)
            return self.times(self.power(content, k), self.raised(whole, frozenset(k.items())))
        ((scalars, vectors), c), = base.items()
        if any(len(a.shape) > 1 for a, _ in vectors):
            return self.raised(build(base, next(iter(vectors))[0].shape), frozenset(k.items()))
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
                if a.op == "fn" and a.data == "abs" and a.args[0].op in _WHOLE_REALS and _is_even(constant_of(raised)):
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

    def primitive(self, base: Normal) -> tuple[Expr, Normal]:
        """A sum as (sum with leading coefficient 1, the coefficient)."""
        lead = base[min(base, key=repr)]
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


def _is_even(k: Fraction | None) -> bool:
    return k is not None and k.denominator == 1 and k % 2 == 0


def number(c: Fraction) -> Power:
    """A constant as a frozen normal form."""
    return frozenset({EMPTY: c}.items()) if c else frozenset()


def small_power(c: Fraction, k: Fraction) -> bool:
    """Whether c^k is small enough to be worked out."""
    return abs(k) * (c.numerator.bit_length() + c.denominator.bit_length()) <= MAX_BITS


def constant_of(n: Normal) -> Fraction | None:
    """The value of a constant normal form, else None."""
    if not n:
        return Fraction(0)
    if len(n) == 1 and EMPTY in n:
        return n[EMPTY]
    return None


# ------------------------------------------------------------------------------------------ rules

def _pow(b: _Builder, e: Expr) -> Normal:
    base, k = e.args
    if k.shape:  # a power for each entry: one vector, not a number to a power
        return b.normal(E.fn("exp", k)) if base == E.EULER else b.atom(e)
    return b.power(b.normal(base), b.normal(k))


def _fn(b: _Builder, e: Expr) -> Normal:
    name = e.data
    if len(e.args) != 1:
        return b.atom(e)
    n = b.normal(e.args[0])
    if name == "sqrt":
        return b.power(n, {EMPTY: Fraction(1, 2)})
    if name in ("abs", "sign") and len(n) == 1:
        if name == "abs":
            return b.absolute(n)
        ((scalars, vectors), c), = n.items()
        out: Normal = {EMPTY: Fraction(1 if c > 0 else -1)}
        for group in (scalars, vectors):
            for a, _ in group:
                if a.op == "fn" and a.data == "sign":
                    out = b.times(out, b.raised(a, number(Fraction(1))))
                elif not (a.op == "fn" and a.data == "abs") and not b.is_positive(a):
                    return b.atom(e)
        return out
    if name == "exp" and not n:
        return {EMPTY: Fraction(1)}
    if (name == "abs" and not n) or (name == "sign" and not n):
        return {}
    return b.atom(e)


def _norm(b: _Builder, e: Expr) -> Normal:
    x, p = e.args
    n = b.normal(x)
    if not n:
        return {}
    parts = b.split(n)
    p = b.canonical(p)
    if parts is None:
        whole, content = b.primitive(n)
        return b.times(b.absolute(content), b.raised(E.norm(whole, p, e.data), number(Fraction(1))))
    scalar, vector = parts
    return b.times(b.absolute(scalar), b.raised(E.norm(build(vector, x.shape), p, e.data), number(Fraction(1))))


def _dot(b: _Builder, e: Expr) -> Normal:
    x, y = (b.normal(a) for a in e.args)
    shape = e.args[0].shape
    out: Normal = {}
    for kx, cx in x.items():
        for ky, cy in y.items():
            scalar = b.times({(kx[0], frozenset()): cx}, {(ky[0], frozenset()): cy})
            out = b.add(out, b.times(scalar, _inner(b, kx[1], ky[1], shape)))
    return out


def _inner(b: _Builder, u: Any, v: Any, shape: E.Shape) -> Normal:
    """Inner product of two vector monomials; entrywise products are moved to where they close."""
    if len(shape) == 1 and not any(a.op in ("T", "matmul", "at", "vec") for a, _ in u | v):
        merged = b.times({(frozenset(), u): Fraction(1)}, {(frozenset(), v): Fraction(1)})
        closed = _total_of(b, merged, shape)
        if closed is not None:
            return closed
    p, q = sorted((build({(frozenset(), u): Fraction(1)}, shape), build({(frozenset(), v): Fraction(1)}, shape)), key=repr)
    return b.raised(E.dot(p, q), number(Fraction(1)))


def _total_of(b: _Builder, n: Normal, shape: E.Shape) -> Normal | None:
    """Sum of the entries of a one-term vector where it is a power of a norm, else None."""
    ((scalars, vectors), c), = n.items()
    factor: Normal = {(scalars, frozenset()): c}
    items = dict(vectors)
    if not items or all(a.op == "ones" for a in items):
        return b.times(factor, {(frozenset(((E.dim(shape[0]), number(Fraction(1))),)), frozenset()): Fraction(1)})
    if len(items) != 1:
        return None
    (a, e), = items.items()
    if not (a.op == "fn" and a.data == "abs"):
        return None
    power = constant_of(dict(e))
    if power is not None and power <= 0:
        return None  # a sum of reciprocals is no power of a norm
    k = build(dict(e), E.SCALAR)
    return b.times(factor, b.raised(E.norm(a.args[0], k), e))


def _total(b: _Builder, e: Expr) -> Normal:
    n = b.normal(e.args[0])
    shape = e.args[0].shape
    out: Normal = {}
    for (s, v), c in n.items():
        closed = _total_of(b, {(frozenset(), v): Fraction(1)}, shape) if len(shape) == 1 else None
        if closed is None and len(shape) == 1:
            closed = _split_total(b, v, shape)
        if closed is None:
            closed = b.raised(E.total(build({(frozenset(), v): Fraction(1)}, shape)), number(Fraction(1)))
        out = b.add(out, b.times({(s, frozenset()): c}, closed))
    return out


def _split_total(b: _Builder, v: Any, shape: E.Shape) -> Normal | None:
    """sum_i x_i y_i is the inner product of x and y: one canonical split of two real factors."""
    bases = sorted({a.args[0] for a, _ in v if a.op == "fn" and a.data in ("sign", "abs")}, key=repr)
    if len(bases) != 2:
        return None
    groups = []
    for base in bases:
        groups.append(frozenset((a, e) for a, e in v if a.args[0] == base))
    if groups[0] | groups[1] != v:
        return None
    return _inner_atom(b, groups[0], groups[1], shape)


def _inner_atom(b: _Builder, u: Any, v: Any, shape: E.Shape) -> Normal:
    p, q = sorted((build({(frozenset(), u): Fraction(1)}, shape), build({(frozenset(), v): Fraction(1)}, shape)), key=repr)
    return b.raised(E.dot(p, q), number(Fraction(1)))


def _reduce(b: _Builder, e: Expr) -> Normal:
    body, lo, hi = e.args
    kind, index = e.data
    vector = entrywise(body, index, hi) if E.is_number(lo, 1) and not body.shape else None
    if vector is not None:
        if kind == "sum":
            return b.normal(E.total(vector))
        if kind in ("max", "min"):
            return b.normal(E.reduce_all(kind, vector))
    return b.raised(e, number(Fraction(1)))


def _reduceall(b: _Builder, e: Expr) -> Normal:
    n = b.normal(e.args[0])
    parts = b.split(n)
    if parts is not None and e.data == "max" and len(e.args[0].shape) == 1:
        scalar, vector = parts
        ((_, vectors), _c), = vector.items()
        (_, c), = scalar.items()
        if c > 0 and len(vectors) == 1:
            (a, power), = vectors
            if a.op == "fn" and a.data == "abs" and power == number(Fraction(1)) and all(
                    b.is_positive(s) for s, _ in next(iter(scalar))[0]):
                return b.times(scalar, b.raised(E.norm(a.args[0], E.INF), number(Fraction(1))))
    return b.atom(e)


def _comp(b: _Builder, e: Expr) -> Normal:
    vector = entrywise(e.args[0], e.data, E.dim(e.shape[0]))
    return b.raised(e, number(Fraction(1))) if vector is None else b.normal(vector)


def _add(b: _Builder, e: Expr) -> Normal:
    out: Normal = {}
    for a in e.args:
        out = b.add(out, b.normal(a))
    return out


def _div(b: _Builder, e: Expr) -> Normal:
    return b.times(b.normal(e.args[0]), b.power(b.normal(e.args[1]), {EMPTY: Fraction(-1)}))


def _at(b: _Builder, e: Expr) -> Normal:
    x, *indices = e.args
    if len(x.shape) != 1 or len(indices) != 1:
        return b.real(E.rebuild(e, tuple(b.canonical(a) for a in e.args)))
    i = b.canonical(indices[0])
    out: Normal = {}
    for (s, v), c in b.normal(x).items():
        term: Normal = {(s, frozenset()): c}
        for a, power in v:
            if a.op == "fn" and a.data == "abs" and i.op == "argopt" and i.data == ("argmax", _PLACE.data) and i.args[0] == E.at(a, _PLACE):
                entry = E.norm(a.args[0], E.INF)  # |x_k| for the place k of the largest |x_i|
            elif a.op == "fn" and a.data in ("sign", "abs"):
                entry = E.fn(a.data, E.at(a.args[0], i))
            elif a.op == "ones":
                continue
            else:
                entry = E.at(a, i)
            term = b.times(term, b.raised(entry, power))
        out = b.add(out, term)
    return out


_PLACE = E.idx("_")


def _argopt(b: _Builder, e: Expr) -> Normal:
    """argmax_i f(i) by the vector of all f(i), whatever its index is called."""
    vector = entrywise(e.args[0], e.data[1], e.args[1]) if b.places else None
    if vector is None:
        return b.atom(e)
    return b.raised(E.argopt(e.data[0], str(_PLACE.data), E.at(b.canonical(vector), _PLACE), e.args[1]), number(Fraction(1)))


def _matmul(b: _Builder, e: Expr) -> Normal:
    """Identities drop out and scalar factors come to the front."""
    scale: Normal = {EMPTY: Fraction(1)}
    kept: list[Expr] = []
    for a in e.args:
        n = b.normal(a)
        parts = b.split(n)
        if not n:
            return {}
        if parts is None or len(a.shape) != 2 or 1 in a.shape:
            kept.append(b.canonical(a))
            continue
        scale = b.times(scale, parts[0])
        kept.append(build(parts[1], a.shape))
    x, y = kept
    if x.op == "eye" or y.op == "eye":
        return b.times(scale, b.normal(y if x.op == "eye" else x))
    return b.times(scale, b.raised(E.matmul(x, y), number(Fraction(1))))


def _vec(b: _Builder, e: Expr) -> Normal:
    """A constant vector with a common entry is that entry times the vector of ones."""
    entries = [b.canonical(a) for a in e.args]
    if len(set(entries)) == 1 and entries:
        return b.times(b.normal(entries[0]), b.raised(E.ones(len(entries)), number(Fraction(1))))
    return b.raised(E.vec(tuple(entries)), number(Fraction(1)))


_RULES: dict[str, Callable[[_Builder, Expr], Normal]] = {
    "num": lambda b, e: {EMPTY: Fraction(e.data)} if e.data else {},
    "dec": lambda b, e: {EMPTY: Fraction(e.data[0])} if e.data[0] else {},
    "sym": lambda b, e: b.real(e), "add": _add, "div": _div, "fn": _fn, "norm": _norm, "dot": _dot, "total": _total,
    "neg": lambda b, e: b.times({EMPTY: Fraction(-1)}, b.normal(e.args[0])),
    "mul": lambda b, e: b.times(b.normal(e.args[0]), b.normal(e.args[1])),
    "pow": _pow,
    "zeros": lambda b, e: {}, "reduce": _reduce, "reduceall": _reduceall, "comp": _comp, "at": _at, "vec": _vec,
    "matmul": _matmul, "argopt": _argopt,
}


# ------------------------------------------------------------------------------------------ back

def build(n: Normal, shape: E.Shape) -> Expr:
    """The Expr of a normal form, written as a person would: -(alpha/2) * norm(g, 1) * sign(g)."""
    if not n:
        return E.zeros(*shape) if shape else E.ZERO
    terms = []
    for key in sorted(n, key=repr):
        terms.append(_term(key, n[key], shape))
    terms.sort(key=lambda t: t.op == "neg")  # a positive term leads where there is one
    return E.add(*terms)


def _joined(atoms: Any) -> list[tuple[Expr, Normal]]:
    """Powers of atoms with sign(x) |x| put together to x again."""
    a = dict(atoms)
    out: list[tuple[Expr, Normal]] = []
    for atom in sorted(a, key=repr):
        if atom.op == "fn" and atom.data in ("sign", "abs") and atom in a:
            base = atom.args[0]
            sign, size = a.get(E.fn("sign", base)), a.get(E.fn("abs", base))
            k = constant_of(dict(size)) if size is not None else None
            odd = sign == number(Fraction(1))
            if k is not None and k.denominator == 1 and (odd == (k % 2 != 0)) and (odd or sign is None):
                a.pop(E.fn("sign", base), None)
                a.pop(E.fn("abs", base), None)
                out.append((base, {EMPTY: k}))
    out += [(atom, dict(a[atom])) for atom in sorted(a, key=repr)]
    return sorted(out, key=lambda pair: (_rank(pair[0]), repr(pair)))


def _rank(e: Expr) -> int:
    """Scalars stand before norms, norms before functions, signs last."""
    if e.op == "fn" and e.data == "sign":
        return 4
    return {"num": 0, "dim": 0, "sym": 1, "const": 1, "norm": 2, "fn": 3}.get(e.op, 2)


def _term(key: Key, c: Fraction, shape: E.Shape) -> Expr:
    above: list[Expr] = []
    below: list[Expr] = []
    for atom, k in _joined(key[0]):
        exponent = constant_of(k)
        if exponent is not None and exponent < 0:
            below.append(_powered(atom, -exponent))
        elif exponent is not None:
            above.append(_powered(atom, exponent))
        else:
            above.append(E.power(atom, build(k, E.SCALAR)))
    size = abs(c)
    scalars = [x for x in above if x.op != "norm"]
    norms = [x for x in above if x.op == "norm"]
    top: Expr | None = E.num(size.numerator) if size.numerator != 1 else None
    for x in scalars:
        top = x if top is None else E.mul(top, x)
    bottom: Expr | None = E.num(size.denominator) if size.denominator != 1 else None
    for x in below:
        bottom = x if bottom is None else E.mul(bottom, x)
    if top is None and bottom is not None and norms and size.denominator == 1:
        top, norms = norms[0], norms[1:]
    out: Expr | None = top
    if bottom is not None:
        out = E.div(top if top is not None else E.ONE, bottom)
    for x in norms:
        out = x if out is None else E.mul(out, x)
    for atom, k in _joined(key[1]):
        exponent = constant_of(k)
        if exponent is not None and exponent < 0 and out is not None:
            out = E.div(out, _powered(atom, -exponent))
            continue
        x = _powered(atom, exponent) if exponent is not None else E.power(atom, build(k, E.SCALAR))
        out = x if out is None else E.mul(out, x)
    if out is None:
        out = E.ONE
    if shape and not out.shape:
        out = E.mul(out, E.ones(*shape)) if not E.is_number(out, 1) else E.ones(*shape)
    return E.neg(out) if c < 0 else out


def _powered(atom: Expr, k: Fraction) -> Expr:
    if k == 1:
        return atom
    if k == Fraction(1, 2):
        return E.fn("sqrt", atom)
    return E.power(atom, E.num(k)) if len(atom.shape) < 2 else Expr("matpow", (atom, E.num(k)), atom.shape)


# ------------------------------------------------------------------------------------------ public

def normal_form(e: Expr, positive: frozenset[str] = frozenset()) -> Normal | None:
    """The normal form of e; None where it would grow too large. positive: names known to be >= 0."""
    return NormalForms(positive).of(e)


class NormalForms:
    """Normal forms of expressions that have parts in common: those are worked out once.

    places: also bring arg-maxima to one form, for forms that are compared and not shown.
    """

    def __init__(self, positive: frozenset[str] = frozenset(), places: bool = False) -> None:
        self._builder = _Builder(positive, places)

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
    builder = _Builder(positive)
    try:
        return builder.normal(a) == builder.normal(b)
    except (TooLarge, E.ShapeError):
        return False


def to_sympy(e: Expr, table: Mapping[Expr, Any] | None = None) -> tuple[Any, dict[Any, Expr]]:
    """A scalar expression as a SymPy expression, whatever SymPy should not see as a fresh symbol.

    table: Expr -> SymPy symbol to use for it (with its assumptions). Returns (SymPy expression,
    SymPy symbol -> Expr). Our own trees only: no text is parsed.
    """
    import sympy as sp

    known: dict[Expr, Any] = dict(table or {})

    def go(x: Expr) -> Any:
        if x in known:
            return known[x]
        if x.op in ("num", "dec"):
            v = x.data if x.op == "num" else x.data[0]
            return sp.Rational(v.numerator, v.denominator)
        if x.op == "const":
            return {"pi": sp.pi, "e": sp.E, "inf": sp.oo}[x.data]
        if x.op == "add":
            return sp.Add(*(go(a) for a in x.args))
        if x.op == "neg":
            return -go(x.args[0])
        if x.op == "mul" and not x.shape:
            return go(x.args[0]) * go(x.args[1])
        if x.op == "div" and not x.shape:
            return go(x.args[0]) / go(x.args[1])
        if x.op == "pow" and not x.shape:
            return go(x.args[0]) ** go(x.args[1])
        if x.op == "fn" and not x.shape and x.data in _SYMPY:
            return getattr(sp, _SYMPY[x.data])(*(go(a) for a in x.args))
        known[x] = sp.Dummy(f"v{len(known)}", real=True)
        return known[x]

    out = go(e)
    return out, {s: x for x, s in known.items()}


_SYMPY = {"abs": "Abs", "sign": "sign", "sqrt": "sqrt", "exp": "exp", "log": "log", "sin": "sin", "cos": "cos",
          "tan": "tan", "maximum": "Max", "minimum": "Min", "floor": "floor", "ceil": "ceiling", "tanh": "tanh",
          "sinh": "sinh", "cosh": "cosh", "acos": "acos", "asin": "asin", "atan": "atan"}
_FROM_SYMPY = {v: k for k, v in _SYMPY.items() if v not in ("Max", "Min")}


def from_sympy(s: Any, back: Mapping[Any, Expr]) -> Expr:
    """A SymPy scalar as an Expr; raises ValueError at what the language does not have."""
    import sympy as sp

    if s in back:
        return back[s]
    if s.is_Rational:
        return E.num(Fraction(int(s.p), int(s.q)))
    if s is sp.pi:
        return E.PI
    if s is sp.E:
        return E.EULER
    if s.is_Add:
        return E.add(*(from_sympy(a, back) for a in s.args))
    if s.is_Mul:
        out = None
        for a in s.args:
            x = from_sympy(a, back)
            out = x if out is None else E.mul(out, x)
        assert out is not None
        return out
    if s.is_Pow:
        return E.power(from_sympy(s.base, back), from_sympy(s.exp, back))
    name = type(s).__name__
    if name in ("Max", "Min"):
        fn = "maximum" if name == "Max" else "minimum"
        out = from_sympy(s.args[0], back)
        for a in s.args[1:]:
            out = E.fn(fn, out, from_sympy(a, back))
        return out
    if name in _FROM_SYMPY:
        return E.fn(_FROM_SYMPY[name], *(from_sympy(a, back) for a in s.args))
    raise ValueError(f"{name} has no counterpart in the language")
