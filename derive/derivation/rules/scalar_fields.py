"""Scalars as SymPy expressions with their domains, and proofs of their signs.

A number declared 'unit' is written q/(1 + q) with q > 0, an assumption x > y as x = y + d with d > 0: a sign is proved
where numerator and denominator are then sums of terms of one sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from derive.derivation.rules.linear_form import Refused
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import from_sympy, to_sympy
from derive.problem.model import Problem


class Field:
    """The scalars of a problem in SymPy: symbols by name, norms and inner products as atoms."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.table: dict[Expr, Any] = {}
        self.back: dict[Any, Expr] = {}

    def to(self, e: Expr) -> Any:
        """A scalar Expr as a SymPy expression."""
        import sympy as sp

        if e.shape:
            raise Refused(f"a number is needed, this is {E.shape_text(e.shape)}")
        for x in E.walk(e):
            if x.shape or x in self.table:
                continue
            if x.op == "sym":
                self._add(x, sp.Symbol(str(x.data), **self._assumptions(str(x.data))))
            elif x.op == "dim":
                self._add(x, sp.Symbol(f"_{x.data}", positive=True, integer=True))
            elif x.op == "norm" or (x.op == "dot" and x.args[0] == x.args[1]):
                self._add(x, sp.Symbol(f"_N{len(self.table)}", positive=self._nonzero(x.args[0]), nonnegative=True))
        found, back = to_sympy(e, self.table)
        for s, x in back.items():
            if s not in self.back:
                self._add(x, s)
        return found

    def _add(self, x: Expr, s: Any) -> None:
        self.table[x], self.back[s] = s, x

    def _nonzero(self, v: Expr) -> bool | None:
        if v.op in ("inv", "ones", "eye", "basis") or (v.op == "matmul" and v.args[0] == E.transpose(v.args[1])) or (
                v.op == "matmul" and v.args[1] == E.transpose(v.args[0])):
            return True if v.op != "matmul" else self._nonzero(v.args[0]) or self._nonzero(v.args[1])
        if v.op == "T":
            return self._nonzero(v.args[0])
        known = v.op == "sym" and v.data in self.problem.symbols and self.problem.symbols[str(v.data)].domain in (
            "nonzero", "positive", "unit", "negative", "frr", "fcr", "spd", "orthcols", "simplex", "fullrank")
        return True if known else None

    def _assumptions(self, name: str) -> dict[str, bool]:
        s = self.problem.symbols.get(name)
        domain = s.domain if s is not None else "real"
        if domain == "count":
            return {"positive": True, "integer": True}
        if domain in ("positive", "unit"):
            return {"positive": True}
        if domain in ("nonnegative", "negative"):
            return {domain: True}
        return {"real": True, "nonzero": True} if domain == "nonzero" else {"real": True}

    def fresh(self, name: str, **assumptions: Any) -> Any:
        """A SymPy symbol of its own."""
        import sympy as sp

        return sp.Dummy(name, **(assumptions or {"real": True}))

    def back_to(self, s: Any) -> Expr:
        """The Expr of a SymPy expression. Raises Refused at what the language does not have."""
        try:
            return tidy(from_sympy(s, self.back))
        except ValueError as why:
            raise Refused(str(why)) from None

    # -------------------------------------------------------------- signs

    def sign(self, s: Any, conditions: Iterable[Any] = ()) -> int | None:
        """1, -1 or 0 where the sign is the same for all admissible values (proved), else None."""
        import sympy as sp

        s = sp.cancel(sp.together(s.subs(self._substitution(s.free_symbols)).doit()))
        if s == 0:
            return 0
        out = 1
        for p in sp.fraction(s):
            own = self._one_sign(sp.expand(p))
            if own is None:
                return None
            out *= own
        return out

    def _substitution(self, symbols: Iterable[Any]) -> dict[Any, Any]:
        import sympy as sp

        out: dict[Any, Any] = {}
        for c in (self.problem.iteration.assume if self.problem.iteration else ()):
            if c.op == "rel" and c.data in ("<", ">"):
                low, high = (self.to(a) for a in (c.args if c.data == "<" else c.args[::-1]))
                if high.is_Symbol and high not in out:  # high = low + d
                    out[high] = low + sp.Symbol(f"_over_{high}", positive=True)
        for x in set(symbols) | {y for v in out.values() for y in v.free_symbols}:
            e = self.back.get(x)
            if e is not None and e.op == "sym" and e.data in self.problem.symbols and self.problem.symbols[str(e.data)].domain == "unit":
                q = sp.Symbol(f"_unit_{x}", positive=True)
                out = {k: v.subs(x, q / (1 + q)) for k, v in out.items()}
                out.setdefault(x, q / (1 + q))
        return out

    def _one_sign(self, p: Any) -> int | None:
        import sympy as sp

        signs = set()
        for term in sp.Add.make_args(p):
            signs.add(1 if term.is_positive else -1 if term.is_negative else None)
        if len(signs) == 1:
            return signs.pop()
        if p.is_positive or p.is_negative:
            return 1 if p.is_positive else -1
        factored = sp.factor(p)
        if factored.is_Mul or factored.is_Pow:
            out = 1
            for f in sp.Mul.make_args(factored):
                own = self._one_sign(f) if f != p and not f.is_Pow else None
                if f.is_Pow and f.exp.is_even and self._one_sign(f.base) is not None:
                    own = 1
                elif f.is_Pow:
                    own = self._one_sign(f.base) if f.exp.is_odd else (1 if f.is_positive else None)
                elif f.is_number:
                    own = 1 if f > 0 else -1
                if own is None:
                    return None
                out *= own
            return out
        return None

    def samples(self, exprs: Iterable[Any], count: int = 7) -> list[dict[Any, Any]]:
        """Admissible values of the atoms of some expressions, for what is decided by instances."""
        import sympy as sp

        atoms = sorted(set().union(*(e.free_symbols for e in exprs)), key=str)
        out = []
        for j in range(count):
            at: dict[Any, Any] = {}
            for i, a in enumerate(atoms):
                e = self.back.get(a)
                domain = self.problem.symbols[str(e.data)].domain if e is not None and e.op == "sym" and e.data in self.problem.symbols else "real"
                v = _PROBES[(3 * i + j) % len(_PROBES)]
                at[a] = sp.Rational(v.numerator, v.denominator)
                if domain == "unit":
                    at[a] = at[a] / (1 + at[a])
                elif domain == "count":
                    at[a] = sp.Integer(2 + (i + j) % 5)
            out.append(at)
        return [at for at in out if self._admitted(at)] or out

    def _admitted(self, at: Mapping[Any, Any]) -> bool:
        it = self.problem.iteration
        for c in it.assume if it else ():
            if c.op == "rel" and c.data in ("<", ">"):
                a, b = (self.to(x).subs(at) for x in c.args)
                if a.is_number and b.is_number and not bool(a < b if c.data == "<" else a > b):
                    return False
        return True


_PROBES = (Fraction(1, 3), Fraction(7, 5), Fraction(2), Fraction(5, 7), Fraction(11, 4), Fraction(1, 5), Fraction(13, 3), Fraction(17, 9), Fraction(3, 11))


def tidy(e: Expr) -> Expr:
    """A scalar from SymPy as a person writes it: quotients for negative powers, minus for a factor -1, roots as roots."""
    if not e.args:
        return E.neg(E.num(-e.data)) if e.op == "num" and e.data < 0 else e
    args = tuple(tidy(a) for a in e.args)
    if e.op == "mul":
        return _product(_factors(E.Expr("mul", args, e.shape)))
    if e.op == "pow":
        base, k = args
        v = E.number_value(k)
        if base.op == "add" and v is not None and v.denominator == 1 and v % 2 == 0 and any((E.number_value(t) or 0) < 0 for t in base.args):
            base = _turned(base)  # (b - 1)^2 is (1 - b)^2
        if v == -1:
            return E.div(E.ONE, base)
        if v is not None and v < 0:
            return E.div(E.ONE, tidy(E.power(base, E.num(-v))))
        if v == Fraction(1, 2):
            return E.fn("sqrt", base)
        return E.power(base, k)
    if e.op == "add":
        flat = sorted((t for a in args for t in (a.args if a.op == "add" else (a,))), key=lambda t: t.op == "neg")
        return E.add(*flat)
    return E.rebuild(e, args)


def _factors(e: Expr) -> list[Expr]:
    return [f for a in e.args for f in _factors(a)] if e.op == "mul" else [e]


def _product(factors: list[Expr]) -> Expr:
    sign, number = 1, Fraction(1)
    above: list[Expr] = []
    below: list[Expr] = []
    for f in factors:
        if f.op == "neg":
            sign, f = -sign, f.args[0]
        v = E.number_value(f)
        if v is not None:
            number *= v
        elif f.op == "div":
            if E.number_value(f.args[0]) is None:
                above.append(f.args[0])
            else:
                number *= E.number_value(f.args[0]) or 0
            below.append(f.args[1])
        else:
            above.append(f)
    if number < 0:
        sign, number = -sign, -number
    for group in (below, above):
        for k, f in enumerate(group):
            if sign < 0 and f.op == "add" and any((E.number_value(t) or 0) < 0 for t in f.args):  # -1/(c - 2) is 1/(2 - c)
                group[k] = _turned(f)
                sign = 1
    if number.numerator != 1:
        above.insert(0, E.num(number.numerator))
    if number.denominator != 1:
        below.insert(0, E.num(number.denominator))
    top = _times(above) or E.ONE
    bottom = _times(below)
    out = top if bottom is None else E.div(top, bottom)
    return E.neg(out) if sign < 0 else out


def _turned(e: Expr) -> Expr:
    """-e of a sum, term by term, a positive one leading."""
    return E.add(*sorted((t.args[0] if t.op == "neg" else E.neg(t) for t in e.args), key=lambda t: t.op == "neg"))


def _times(items: list[Expr]) -> Expr | None:
    out: Expr | None = None
    for x in items:
        out = x if out is None else E.mul(out, x)
    return out
