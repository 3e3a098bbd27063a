"""Derivatives as a person writes them: factors collected, units dropped, nothing multiplied out.

A term is a rational coefficient, powers of scalar atoms, and either powers of vector atoms (entry by entry) or a
chain of matrix factors. Sums keep their terms together, so 2 X^T (X w - y) stays a product. Whatever is equal
entry by entry stays equal: c / c = 1 and sqrt(c)^2 = c are used where both sides are defined.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr

Powers = dict[Expr, Fraction]
_1 = Fraction(1)


@dataclass
class Term:
    """coefficient * scalars * (entries, or the chain of matrix factors)."""

    shape: E.Shape
    coefficient: Fraction = _1
    scalars: Powers = field(default_factory=dict)
    entries: Powers = field(default_factory=dict)


def neat(e: Expr, symmetric: frozenset[str] = frozenset(), units: frozenset[str] = frozenset()) -> Expr:
    """The same expression with factors collected.

    symmetric: names of matrices that equal their transposes; units: names whose entries are -1 or 1.
    """
    return _Neat(symmetric, units).of(e)


class _Neat:
    def __init__(self, symmetric: frozenset[str], units: frozenset[str]) -> None:
        self.symmetric = symmetric
        self.units = units
        self.memo: dict[Expr, Expr] = {}

    def of(self, e: Expr) -> Expr:
        found = self.memo.get(e)
        if found is None:
            found = self.memo[e] = self.built(self.term(e)) if E.bound_index(e) is None else self.plain(e)
        return found

    def plain(self, e: Expr) -> Expr:
        """A node whose arguments are neat."""
        return E.rebuild(e, tuple(self.of(a) for a in e.args)) if e.args else e

    # -------------------------------------------------------------- expressions to terms

    def term(self, e: Expr) -> Term:
        if e.op in ("num", "dec"):
            return Term((), Fraction(e.data if e.op == "num" else e.data[0]))
        if e.op == "zeros":
            return Term(e.shape, Fraction(0))
        if e.op == "ones" and len(e.shape) == 1:
            return Term(e.shape)
        if e.op == "neg":
            t = self.term(e.args[0])
            return replace(t, coefficient=-t.coefficient)
        if e.op in ("mul", "div"):
            a, b = (self.term(x) for x in e.args)
            return self.times(a, self.power(b, Fraction(-1)) if e.op == "div" else b, e.shape)
        if e.op == "pow" and (k := E.number_value(self.of(e.args[1]))) is not None:
            return self.power(self.term(e.args[0]), k)
        if e.op == "fn" and e.data == "sqrt" and not e.shape:
            t = self.term(e.args[0])
            return self.power(t, Fraction(1, 2)) if self.is_atom(t) else self.atom(self.plain(e))
        if e.op == "add":
            return self.sum(e)
        if e.op in ("matmul", "T"):
            return self.chain(e)
        if e.op in ("dot", "total", "mean", "trace", "diag"):
            return self.linear(e)
        if e.op == "at" and len(e.args) == 2 and len(e.args[0].shape) == 1:
            inner = _entry(e.args[0], e.args[1])
            if inner is not None:
                return self.term(inner)
        if e.op == "fn" and e.data == "log":
            return self.logarithm(e)
        if e.op == "inv" and e.args[0].op == "inv":
            return self.term(e.args[0].args[0])
        return self.atom(self.plain(e))

    def logarithm(self, e: Expr) -> Term:
        """log(exp(u)^k r) is k u + log(r): r is positive wherever the product is."""
        t = self.term(e.args[0])
        powers = {**t.scalars, **t.entries}
        grown = [a for a in powers if a.op == "fn" and a.data == "exp" and len(a.shape) == len(e.shape)]
        if not grown:
            return self.atom(self.plain(e))
        rest = replace(t, scalars={a: k for a, k in t.scalars.items() if a not in grown}, entries={a: k for a, k in t.entries.items() if a not in grown})
        terms = [E.mul(E.num(powers[a]), a.args[0]) for a in grown]
        left = self.built(rest)
        if not E.is_number(left, 1) and left.op != "ones":
            terms.append(E.fn("log", left))
        return self.term(E.add(*terms))

    def is_atom(self, t: Term) -> bool:
        return t.coefficient == 1 and len(t.scalars) == 1

    def atom(self, e: Expr) -> Term:
        if not e.shape:
            return Term((), scalars={e: _1})
        return Term(e.shape, entries={e: _1})

    def times(self, a: Term, b: Term, shape: E.Shape) -> Term:
        entries = _merged(a.entries, b.entries)
        if len(shape) == 2 and len(a.shape) == len(b.shape) == 2:
            scaled = self.outer(entries, shape)
            if scaled is not None:
                out = self.chain(scaled)
                return replace(out, coefficient=out.coefficient * a.coefficient * b.coefficient,
                               scalars=_merged(out.scalars, _merged(a.scalars, b.scalars)))
        return self.logistic(Term(shape, a.coefficient * b.coefficient, _merged(a.scalars, b.scalars), entries))

    def outer(self, entries: Powers, shape: E.Shape) -> Expr | None:
        """M * (u v^T), entry by entry, is diag(u) M diag(v)."""
        for a, k in entries.items():
            if k == 1 and a.op == "matmul" and len(a.args[0].shape) == 1 and len(entries) > 1:
                left, right = E.diag(a.args[0]), E.diag(E.as_column(a.args[1]))
                rest = self.built(Term(shape, entries={b: x for b, x in entries.items() if b is not a}))
                return E.matmul(E.matmul(left, rest), right)
        return None

    def logistic(self, t: Term) -> Term:
        """1/(1 + e^u) is sigmoid(-u), and e^u sigmoid(-u) is sigmoid(u)."""
        for group in (t.scalars, t.entries):
            for base in list(group):
                if base.op == "sym" and base.data in self.units and group[base].denominator == 1:
                    k = group.pop(base) % 2
                    if k:
                        group[base] = k
            for base in list(group):
                u = _one_plus_exp(base)
                k = group.get(base, Fraction(0))
                if u is not None and k < 0 and k.denominator == 1:
                    del group[base]
                    _put(group, E.fn("sigmoid", self.of(E.neg(u))), -k)
            for base in list(group):
                if base.op == "fn" and base.data == "sigmoid" and group.get(base, 0) > 0:
                    grown = E.fn("exp", self.of(E.neg(base.args[0])))
                    k = min(group[base], group.get(grown, Fraction(0)))
                    if k >= 1:
                        _put(group, base, -k)
                        _put(group, grown, -k)
                        _put(group, E.fn("sigmoid", self.of(E.neg(base.args[0]))), k)
        return t

    def power(self, t: Term, k: Fraction) -> Term:
        if k == 1 or (t.coefficient == 0 and k > 0):
            return t
        if k.denominator != 1 and (t.coefficient != 1 or len(t.scalars) + len(t.entries) != 1):
            e = E.power(self.built(t), E.num(k))
            return self.atom(e)
        if t.coefficient == 0:
            return self.atom(E.div(E.ONE, self.built(t)))
        return self.logistic(Term(t.shape, t.coefficient ** int(k) if k.denominator == 1 else _1,
                                  {a: x * k for a, x in t.scalars.items()}, {a: x * k for a, x in t.entries.items()}))

    def sum(self, e: Expr) -> Term:
        gathered: dict[tuple[frozenset[tuple[Expr, Fraction]], frozenset[tuple[Expr, Fraction]]], Term] = {}
        for a in e.args:
            t = self.term(a)
            key = (frozenset(t.scalars.items()), frozenset(t.entries.items()))
            old = gathered.get(key)
            gathered[key] = t if old is None else replace(old, coefficient=old.coefficient + t.coefficient)
        terms = [replace(t, shape=e.shape) for t in gathered.values() if t.coefficient]
        if not terms:
            return Term(e.shape, Fraction(0))
        if len(terms) == 1:
            return terms[0]
        flipped = self.complement(terms)
        if flipped is not None:
            return flipped
        common = abs(terms[0].coefficient) if len({abs(t.coefficient) for t in terms}) == 1 else _1
        shared = {a: k for a, k in terms[0].scalars.items() if all(t.scalars.get(a) == k for t in terms)}
        inner = [replace(t, coefficient=t.coefficient / common, scalars={a: k for a, k in t.scalars.items() if a not in shared}) for t in terms]
        if all(t.coefficient < 0 for t in inner):
            common, inner = -common, [replace(t, coefficient=-t.coefficient) for t in inner]
        body = E.add(*sorted((self.built(t) for t in inner), key=lambda x: x.op == "neg"))
        out = self.atom(body)
        return replace(out, coefficient=common, scalars=_merged(out.scalars, shared))

    def complement(self, terms: list[Term]) -> Term | None:
        """1 - sigmoid(u) is sigmoid(-u)."""
        if len(terms) == 2:
            for one, other in (terms, terms[::-1]):
                atoms = {**other.scalars, **other.entries}
                if one.coefficient == 1 and not one.scalars and not one.entries and other.coefficient == -1 and len(atoms) == 1:
                    (a, k), = atoms.items()
                    if k == 1 and a.op == "fn" and a.data == "sigmoid" and len(a.shape) < 2:
                        return self.atom(E.fn("sigmoid", self.of(E.neg(a.args[0]))))
        return None

    # -------------------------------------------------------------- chains of matrices

    def factors(self, e: Expr, turned: bool = False) -> tuple[Fraction, Powers, list[Expr]]:
        """A product of matrices as (coefficient, scalars, factors), transposes on single factors."""
        if e.op == "matmul":
            parts = [self.factors(a, turned) for a in (e.args[::-1] if turned else e.args)]
            return parts[0][0] * parts[1][0], _merged(parts[0][1], parts[1][1]), parts[0][2] + parts[1][2]
        if e.op == "T":
            return self.factors(e.args[0], not turned)
        if e.op == "eye":
            return _1, {}, []
        t = self.term(e)
        core = self.built(replace(t, coefficient=_1, scalars={})) if t.coefficient else E.zeros(*e.shape)
        c = t.coefficient
        if core.op == "eye":
            return c, t.scalars, []
        if core.op in ("matmul", "T"):
            inner = self.factors(core, turned)
            return c * inner[0], _merged(t.scalars, inner[1]), inner[2]
        return c, t.scalars, [self.turned(core) if turned else core]

    def turned(self, f: Expr) -> Expr:
        inner = f.args[0] if f.op == "inv" else f
        if (inner.op == "sym" and inner.data in self.symmetric) or (f.op == "diag" and len(f.shape) == 2):
            return f
        return E.transpose(f)

    def chain(self, e: Expr) -> Term:
        c, scalars, factors = self.factors(e)
        i = 0
        while i + 1 < len(factors):
            a, b = factors[i], factors[i + 1]
            if a.op == "diag" and len(a.shape) == 2 and (len(b.shape) == 1 or (b.op == "diag" and len(b.shape) == 2)):
                joined = self.term(E.mul(a.args[0], b if len(b.shape) == 1 else b.args[0]))
                c, scalars = c * joined.coefficient, _merged(scalars, joined.scalars)
                entries = self.built(Term(joined.shape, entries=joined.entries))
                factors[i : i + 2] = [entries] if len(b.shape) == 1 else [E.diag(entries)] if entries.op != "ones" else []
                i = max(i - 1, 0)
            elif (a.op == "inv" and a.args[0] == b) or (b.op == "inv" and b.args[0] == a):
                factors[i : i + 2] = []
                i = max(i - 1, 0)
            else:
                i += 1
        ends = [j for j, f in enumerate(factors) if len(f.shape) == 1]
        for j in ends[::-1]:  # row ... column inside a chain is a scalar
            start = next((k for k in range(j - 1, -1, -1) if len(factors[k].shape) == 2 and factors[k].shape[0] == 1), None)
            if start is not None and len(factors) > j - start + 1 - (not e.shape):
                inner = self.term(E.dot(E.as_column(factors[start]), _folded(factors[start + 1 : j + 1])))
                c, scalars = c * inner.coefficient, _merged(scalars, inner.scalars)
                factors[start : j + 1] = []
        if not factors or not c:
            return Term(e.shape, c, scalars)
        body = _joined(factors)
        if body.shape != e.shape:
            body = E.transpose(body) if len(e.shape) == 2 and len(body.shape) == 1 else E.as_column(body)
        return Term(e.shape, c, scalars, {body: _1})

    def linear(self, e: Expr) -> Term:
        """Scalars drawn out of dot, total, mean, trace, diag; a vector of ones beside another is its total."""
        parts = [self.term(a) for a in e.args]
        c, scalars = _1, dict[Expr, Fraction]()
        cores = []
        for t in parts:
            if not t.coefficient:
                return Term(e.shape, Fraction(0))
            c, scalars = c * t.coefficient, _merged(scalars, t.scalars)
            cores.append(self.built(replace(t, coefficient=_1, scalars={})))
        if e.op == "dot" and any(x.op == "ones" for x in cores):
            inner = self.linear(E.total(cores[1] if cores[0].op == "ones" else cores[0]))
            return replace(inner, coefficient=c * inner.coefficient, scalars=_merged(scalars, inner.scalars))
        if e.op in ("total", "mean") and cores[0].op == "ones" and len(cores[0].shape) == 1:
            return Term((), c, scalars if e.op == "mean" else _merged(scalars, {E.dim(cores[0].shape[0]): _1}))
        if e.op == "total" and cores[0].op == "add" and len(cores[0].shape) == 1:
            alone = self.collapsed(cores[0])
            if alone is not None:
                return replace(alone, coefficient=c * alone.coefficient, scalars=_merged(scalars, alone.scalars))
        if e.op == "total" and cores[0].op == "basis":
            return Term((), c, scalars)
        if e.op == "diag" and cores[0].op == "ones":
            return Term(e.shape, c, scalars)
        atom = self.atom(E.rebuild(e, tuple(cores)))
        return replace(atom, coefficient=c, scalars=_merged(scalars, atom.scalars))

    def collapsed(self, body: Expr) -> Term | None:
        """The total of a sum where at most one term of it stays: the entries of x - mean(x) add up to 0."""
        gathered: dict[frozenset[tuple[Expr, Fraction]], Term] = {}
        for a in body.args:
            t = self.term(E.total(a))
            powers: Powers = {}
            for atom, k in t.scalars.items():
                over = {E.total(atom.args[0]): k, E.dim(atom.args[0].shape[0]): -k} if atom.op == "mean" and len(atom.args[0].shape) == 1 else {atom: k}
                powers = _merged(powers, over)
            key = frozenset(powers.items())
            gathered[key] = Term((), gathered[key].coefficient + t.coefficient, powers) if key in gathered else t
        left = [t for t in gathered.values() if t.coefficient]
        return None if len(left) > 1 else left[0] if left else Term((), Fraction(0))

    # -------------------------------------------------------------- and back

    def built(self, t: Term) -> Expr:
        if not t.coefficient:
            return E.zeros(*t.shape) if t.shape else E.ZERO
        size = abs(t.coefficient)
        above = [E.num(size.numerator)] if size.numerator != 1 else []
        below = [E.num(size.denominator)] if size.denominator != 1 else []
        for a, k in t.scalars.items():
            (above if k > 0 else below).append(_powered(a, abs(k)))
        over = [_powered(a, k) for a, k in t.entries.items() if k > 0]
        under = [_powered(a, -k) for a, k in t.entries.items() if k < 0]
        if t.shape and not over:
            over = [E.eye(t.shape[0])] if len(t.shape) == 2 else [] if under else [E.ones(*t.shape)]
        vector = _product(over)
        if under:
            bottom = _product(under)
            assert bottom is not None
            vector = E.div(vector if vector is not None else E.ONE, bottom)
        top = _product(above)
        bottom = _product(below)
        if vector is None:
            out = top if top is not None else E.ONE
            out = E.div(out, bottom) if bottom is not None else out
        elif top is None:
            out = E.div(vector, bottom) if bottom is not None else vector
        else:
            out = E.mul(E.div(top, bottom) if bottom is not None else top, vector)
        return E.neg(out) if t.coefficient < 0 else out


def _entry(e: Expr, i: Expr) -> Expr | None:
    """The i-th entry of what is made entry by entry: exp(z)_i is exp(z_i). None where the vector is no such thing."""
    if e.op == "ones":
        return E.ONE
    if e.op not in ("mul", "div", "neg", "add", "fn", "pow") or any(len(a.shape) > 1 for a in e.args):
        return None
    return E.rebuild(e, tuple(E.at(a, i) if a.shape else a for a in e.args))


def _put(group: Powers, base: Expr, k: Fraction) -> None:
    total = group.get(base, Fraction(0)) + k
    if total:
        group[base] = total
    else:
        group.pop(base, None)


def _merged(a: Powers, b: Powers) -> Powers:
    out = dict(a)
    for base, k in b.items():
        _put(out, base, k)
    return out


def _one_plus_exp(e: Expr) -> Expr | None:
    """u where e is 1 + exp(u), entry by entry."""
    if e.op != "add" or len(e.args) != 2 or len(e.shape) > 1:
        return None
    for one, other in (e.args, e.args[::-1]):
        if (E.is_number(one, 1) or one.op == "ones") and other.op == "fn" and other.data == "exp":
            return other.args[0]
    return None


def _product(factors: list[Expr]) -> Expr | None:
    out: Expr | None = None
    for f in factors:
        out = f if out is None else E.mul(out, f)
    return out


def _powered(a: Expr, k: Fraction) -> Expr:
    if k == 1:
        return a
    if k == Fraction(1, 2) and not a.shape:
        return E.fn("sqrt", a)
    if len(a.shape) == 2:  # entry by entry: a power of a matrix is another thing
        out = _product([a] * int(k))
        assert out is not None and k.denominator == 1
        return out
    return E.power(a, E.num(k))


def _folded(factors: list[Expr]) -> Expr:
    """A chain that ends in a column, bracketed so that every partial product is a vector."""
    out = factors[-1]
    for f in factors[-2::-1]:
        out = E.matmul(f, out)
    return out


def _joined(factors: list[Expr]) -> Expr:
    column = next((j for j, f in enumerate(factors) if len(f.shape) == 1), None)
    if column is not None:
        out = _folded(factors[: column + 1])
        rest = factors[column + 1 :]
        return E.matmul(out, _joined(rest)) if rest else out
    out = factors[0]
    for f in factors[1:]:
        out = E.matmul(out, f)
    return out
