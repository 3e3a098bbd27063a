"""Normal forms as data: sums of monomials with rational coefficients, and how one is written as an expression again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr

Power = frozenset[Any]  # a frozen normal form
Key = tuple[frozenset[tuple[Expr, Power]], frozenset[tuple[Expr, Power]]]
Normal = dict[Key, Fraction]

EMPTY: Key = (frozenset(), frozenset())
MAX_BITS = 20_000  # of a power of numbers that is worked out


def is_even(k: Fraction | None) -> bool:
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
