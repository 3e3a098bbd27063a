"""Sums over nested loops with symbolic bounds, written as a person would: 2 n (n - 1).

    sum_{r} sum_{i} ... sum_{j} weight,   pairs `unless i = j` left out.

A closed form that comes from here is only proposed; a run or an enumeration confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import lcm
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import from_sympy, to_sympy
from derive.maths.write import plain
from derive.problem.model import Problem

MAX_CLASSES = 12  # residue classes of n that rounding may tell apart


class Open(Exception):
    """The sum has no closed form here; the message says why."""


class Counter:
    """Sums over nested loops, by SymPy, with the counts as positive integers."""

    def __init__(self, problem: Problem, names: Iterable[str], least: str | None = None, bounds: Iterable[Expr] = ()) -> None:
        """names: the symbols that occur; least: the one of them that is at least 2; bounds: those of all loops."""
        import sympy as sp

        self.sp, self.least = sp, least
        self.table: dict[Expr, Any] = {}
        self.back: dict[Any, Expr] = {}
        self.named: dict[str, Any] = {}  # indices that several sends share
        self.powers: list[tuple[Any, Any]] = []  # (2**L, n): written as n again at the end
        for k in sorted(names):
            self.symbol(E.sym(k))
        if least is not None:
            self._power_of_two(problem, E.sym(least), list(bounds))

    def _power_of_two(self, problem: Problem, n: Expr, bounds: list[Expr]) -> None:
        """n = 2^L makes every bound a polynomial in L and 2^L, whose sums are geometric."""
        log = E.fn("log2", n)
        let = problem.symbols[str(n.data)].let
        if let is not None:
            value, _ = to_sympy(let, self.table)
            if let.op == "pow" and E.is_number(let.args[0], 2):
                self.powers.append((value, self.table[n]))
                self.table[log] = to_sympy(let.args[1], self.table)[0]
            self.table[n] = value
        elif any(log in E.walk(b) for b in bounds):
            old, power = self.table[n], 2 ** self.symbol(log)
            self.powers.append((power, old))
            self.table[n] = power

    def symbol(self, e: Expr) -> Any:
        s = self.sp.Dummy(str(e.data or e.op), integer=True, positive=True)
        self.table[e], self.back[s] = s, e
        return s

    def read(self, e: Expr, loops: Mapping[str, Any]) -> Any:
        """A bound as a SymPy expression in the indices."""
        out, back = to_sympy(e, {**self.table, **{E.sym(k): d for k, d in loops.items()}})
        for s in sorted(out.free_symbols - self.back.keys() - set(loops.values()), key=str):
            # SymPy took this as a fresh symbol, so it must be constant in the indices.
            if E.symbols_in(back[s]) & loops.keys():
                raise Open(f"the bound {plain(e)} cannot be summed: {plain(back[s])} stands in it.")
            self.table[back[s]], self.back[s] = s, back[s]
        return out

    def total(self, loops: Sequence[tuple[str, Expr, Expr]], unless: Sequence[tuple[str, str]] = (), weight: Expr = E.ONE) -> Any:
        """The sum of the weight over all index tuples; how many there are for the weight 1."""
        dummies: dict[str, Any] = {}
        ranges = []
        for name, low, high in loops:
            lo, hi = self.read(low, dummies), self.read(high, dummies)
            dummies[name] = self.sp.Dummy(name, integer=True)
            ranges.append((dummies[name], lo, hi))
        for a, b in unless:
            if a not in dummies or b not in dummies:
                raise Open(f"'unless {a} = {b}' compares with something that is not an index of the send.")
        return self.count(ranges, [(dummies[a], dummies[b]) for a, b in unless], self.read(weight, dummies))

    def count(self, ranges: list[tuple[Any, Any, Any]], apart: list[tuple[Any, Any]], weight: Any) -> Any:
        """The sum over index tuples with these pairs apart: over all, less those in which the first pair is equal."""
        if apart:
            (a, b), rest = apart[0], apart[1:]
            if a is b:
                return self.sp.Integer(0)
            order = [d for d, _, _ in ranges]
            outer, inner = sorted((a, b), key=order.index)
            diagonal = self.diagonal(ranges, outer, inner)
            merged = [(outer if x is inner else x, outer if y is inner else y) for x, y in rest]
            equal = self.count(diagonal, merged, weight.subs(inner, outer)) if diagonal is not None else 0
            return self.count(ranges, rest, weight) - equal
        total = weight
        for d, lo, hi in reversed(ranges):
            total = self.sp.expand(self.sp.summation(total, (d, lo, hi)))
            if total.has(self.sp.Sum, self.sp.Piecewise):
                raise Open("a sum over its loops has no closed form.")
        return total

    def diagonal(self, ranges: list[tuple[Any, Any, Any]], outer: Any, inner: Any) -> list[tuple[Any, Any, Any]] | None:
        """The ranges with the inner index set to the outer one; None where that is never in range."""
        lo, hi = next((lo, hi) for d, lo, hi in ranges if d is inner)
        out = []
        for d, first, last in ranges:
            if d is inner:
                continue
            if d is outer:
                above, below = self.meet(outer, lo, first, 1), self.meet(outer, hi, last, -1)
                if above is None or below is None:
                    return None
                first, last = above, below
            out.append((d, first.subs(inner, outer), last.subs(inner, outer)))
        return out

    def meet(self, outer: Any, bound: Any, own: Any, side: int) -> Any:
        """The sharper of two bounds on the outer index (side 1: lower, -1: upper); None if no value meets it."""
        moving = bound.has(outer)
        gap = self.sp.expand(side * ((outer if moving else own) - bound))
        # n >= 2: one worker has no one to send to.
        for s, e in self.back.items():
            if e.op == "sym" and e.data == self.least:
                gap = self.sp.expand(gap.subs(s, s + 1))
        if gap.is_nonnegative:
            return own
        if gap.is_negative and moving:
            return None
        if gap.is_nonpositive and not moving and not bound.free_symbols - self.back.keys():
            return bound
        raise Open("it is undecided which of two equal indices has the wider range.")

    def quotient(self, a: Expr, b: Expr) -> Expr:
        """a / b, common factors cancelled."""
        return self.written(self.sp.cancel(self.read(a, {}) / self.read(b, {})))

    # -------------------------------------------------------------- back to our language

    def written(self, s: Any) -> Expr:
        """A sum as an Expr in factored form, as a person writes it: 2 n (n - 1)."""
        s = self.sp.expand(s)
        for power, n in self.powers:
            s = s.subs(power, n)
        return write_back(self.sp.factor(self.unrounded(s)), self.back)

    def unrounded(self, s: Any) -> Any:
        """Rounding removed where every residue class of n gives one formula: floor(n/2) + ceil(n/2) = n."""
        sp = self.sp
        n = next((d for d, e in self.back.items() if e.op == "sym" and e.data == self.least), None)
        if n is None:
            return s
        rounded = s.atoms(sp.floor, sp.ceiling)
        below = [sp.fraction(sp.together(f.args[0]))[1] for f in rounded]
        classes = lcm(*(int(d) for d in below if d.is_Integer))
        if not 1 < classes <= MAX_CLASSES:
            return s
        m = sp.Dummy("m", integer=True, nonnegative=True)
        in_m = [sp.expand(s.subs(n, classes * m + k)) for k in range(classes)]
        forms = {sp.expand(e.subs(m, (n - k) / sp.Integer(classes))) for k, e in enumerate(in_m)}
        return forms.pop() if len(forms) == 1 else s


def write_back(s: Any, back: Mapping[Any, Expr]) -> Expr:
    """A factored SymPy expression as an Expr: number, symbols, brackets; quotients as quotients."""
    from sympy import Dummy, Mul, fraction, together

    if s.could_extract_minus_sign() and not s.is_Add:
        return E.neg(write_back(-s, back))
    above, below = fraction(s)
    if below != 1:
        return E.div(write_back(above, back), write_back(below, back))
    if s.is_Add:
        return E.add(*(write_back(t, back) for t in s.as_ordered_terms()))
    if s.is_Mul:
        factors = sorted(Mul.make_args(s), key=lambda f: _place(f, back))
        out = write_back(factors[0], back)
        for f in factors[1:]:
            out = E.mul(out, write_back(f, back))
        return out
    if s.is_Pow:
        return E.power(write_back(s.base, back), write_back(s.exp, back))
    if s.is_Function and len(s.args) == 1:
        inner = Dummy()
        return from_sympy(s.func(inner), {inner: write_back(together(s.args[0]), back)})
    return from_sympy(s, back)


def _place(factor: Any, back: Mapping[Any, Expr]) -> tuple[int, str]:
    """Numbers stand first, then symbols and their powers, then functions, then brackets."""
    base = factor.base if factor.is_Pow else factor
    kind = back[base].op if base in back else "add" if base.is_Add else "fn"
    return (0 if factor.is_Number else {"sym": 1, "fn": 2}.get(kind, 3)), str(factor)
