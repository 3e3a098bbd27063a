"""What is known of the sign of a scalar expression, from the declared domains; and convexity by composition.

A number between 0 and 1 is written T/(1+T), one above a as a + T, with T > 0, so that SymPy sees the
sign of 1 - tau. "Not known" is no sign. Source of the composition rules: disciplined convex programming
(Grant, Boyd and Ye, 2006).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.sympy_bridge import from_sympy, to_sympy
from derive.maths.writing.style import OWN


class Signs:
    """The scalars of a problem as SymPy symbols with their assumptions."""

    def __init__(self, symbols: Mapping[str, Symbol], unknown: str) -> None:
        import sympy as sp

        self.table: dict[Expr, Any] = {}
        self.conditions: tuple[Expr, ...] = ()  # what the constraints keep >= 0
        self.assumed: list[Any] = []  # what the conditions of the statement say is >= 0
        self.sharper: dict[Any, Any] = {}
        self.renamed: dict[Any, Any] = {}
        self.named: dict[Any, Expr] = {}
        self.positive_names = frozenset(n for n, s in symbols.items() if s.domain in ("positive", "nonnegative", "unit", "simplex", "count") or (s.above is not None and s.above >= 0))
        self.nonzero_names = frozenset(n for n, s in symbols.items() if s.shape and s.domain in ("nonzero", "positive", "negative", "unit", "simplex", "fullrank", "spd"))
        for name, s in symbols.items():
            if s.kind != "value" or name == unknown:
                continue
            known = {"positive": {"positive": True}, "unit": {"positive": True}, "count": {"positive": True},
                     "simplex": {"positive": True}, "nonnegative": {"nonnegative": True}, "negative": {"negative": True},
                     "nonzero": {"real": True, "nonzero": True}}.get(s.domain, {"real": True})
            if s.above is not None:
                excess = sp.Symbol(f"T_{name}@{OWN}", positive=True)
                self.table[E.sym(name)] = sp.nsimplify(s.above) + excess
                self.renamed[excess] = sp.Symbol(name, real=True) - sp.nsimplify(s.above)
                self.named[sp.Symbol(name, real=True)] = E.sym(name)
                continue
            symbol = self.table[E.sym(name)] = sp.Symbol(name, **known)
            if s.domain == "unit":
                excess = sp.Symbol(f"T_{name}@{OWN}", positive=True)
                self.sharper[symbol] = excess / (1 + excess)
        self.table[E.sym(unknown)] = self.t = sp.Symbol(unknown, real=True)

    def sympy(self, e: Expr) -> Any:
        """e in SymPy; what SymPy should not see stands as one real symbol each."""
        import sympy as sp

        for x in E.walk(e):
            if x.op == "dim" and x not in self.table:
                self.table[x] = sp.Symbol(str(x.data), positive=True, integer=True)
            elif x.op == "norm" and x not in self.table:
                away = x.args[0].op == "sym" and x.args[0].data in self.nonzero_names
                self.table[x] = sp.Dummy("v", positive=True) if away else sp.Dummy("v", nonnegative=True)
        out, back = to_sympy(e, self.table)
        self.table.update({x: s for s, x in back.items()})
        return out

    def symbols_of(self, stand_ins: Iterable[Expr]) -> list[Any]:
        """The SymPy symbols that differ from entry to entry."""
        return list(dict.fromkeys(x for e in stand_ins for x in sorted(self.sympy(e).free_symbols, key=str)))

    def back(self, s: Any) -> Expr:
        """A SymPy expression as a scalar Expr. Raises ValueError at what the language does not have."""
        import sympy as sp

        if self.renamed:
            s = sp.powsimp(s.subs(self.renamed)).replace(sp.Pow, lambda b, k: b ** sp.factor(sp.cancel(k)))
        known = {v: k for k, v in self.table.items() if v.is_Symbol}
        return simplify(from_sympy(s, {**known, **self.named}), self.positive_names)

    def at_least(self, s: Any, strictly: bool = False) -> bool:
        """Whether s >= 0 (> 0) is known."""
        import sympy as sp

        def known(x: Any) -> bool:
            return bool(x.is_positive if strictly else x.is_nonnegative)

        for x in (s, s.subs(self.sharper) if self.sharper else s):
            x = sp.Integer(0) + x
            if known(x) or known(sp.expand(x)):
                return True
            if any(known(sp.expand(x - k)) for k in self.assumed):
                return True
            numerator, denominator = sp.fraction(sp.together(x))
            if denominator.is_positive and (known(sp.expand(numerator)) or known(sp.factor(numerator))):
                return True
        return False

    def sign(self, s: Any) -> int | None:
        """1, -1 or 0 where known."""
        import sympy as sp

        if sp.simplify(s) == 0:
            return 0
        return 1 if self.at_least(s, strictly=True) else -1 if self.at_least(-s, strictly=True) else None

    def weakly(self, e: Expr) -> int | None:
        """1 where e >= 0 is known, -1 where e <= 0 is."""
        s = self.sympy(e)
        return 1 if self.at_least(s) else -1 if self.at_least(-s) else None

    def kept_positive(self, e: Expr) -> bool:
        """Whether the constraints keep e, in which the unknown stands, at 0 or above."""
        import sympy as sp

        for c in self.conditions:
            ratio = sp.simplify(self.sympy(e) / self.sympy(c))
            if not ratio.has(self.t) and self.at_least(ratio, strictly=True):
                return True
        return False

    def slope(self, e: Expr) -> Any:
        """The slope of e in the unknown if e is affine in it, else None."""
        import sympy as sp

        s = self.sympy(e)
        unknown = next(x for x, known in self.table.items() if known == self.t)
        unread = {known for x, known in self.table.items() if x != unknown and unknown in set(E.walk(x))}
        if s.has(sp.Abs, sp.Max, sp.Min, sp.sign) or s.free_symbols & unread:
            return None
        d = sp.simplify(sp.diff(s, self.t))
        return None if d.has(self.t) else d


def curvature(e: Expr, t: Expr, signs: Signs) -> str | None:
    """'constant', 'affine', 'convex' or 'concave' in t, by composition or by the sign of the second derivative; None where neither tells."""
    return _composed(e, t, signs) or _by_derivative(e, t, signs)


def _by_derivative(e: Expr, t: Expr, signs: Signs) -> str | None:
    """'convex' or 'concave' of a smooth e whose second derivative has a known sign on the domain of t."""
    import sympy as sp

    if not _SMOOTH.issuperset(x.op for x in E.walk(e)) or any(x.op == "fn" and x.data not in ("exp", "log", "sqrt", "tanh", "cosh", "sinh") for x in E.walk(e)):
        return None
    s = signs.sympy(e)
    if s.has(sp.Abs, sp.Max, sp.Min, sp.sign, sp.Piecewise):
        return None
    where = sp.Dummy("t", positive=True) if signs.kept_positive(t) else signs.t
    second = sp.simplify(sp.diff(s, signs.t, 2)).subs(signs.t, where)
    return "convex" if signs.at_least(second) else "concave" if signs.at_least(-second) else None


_SMOOTH = frozenset(("add", "neg", "mul", "div", "pow", "fn", "sym", "num", "dim", "const", "norm", "dot", "total"))


def _composed(e: Expr, t: Expr, signs: Signs) -> str | None:
    if all(x != t for x in E.walk(e)):
        return "constant"
    if e == t:
        return "affine"
    if e.op == "add":
        return _joined([curvature(a, t, signs) for a in e.args])
    if e.op == "neg":
        return _scaled(curvature(e.args[0], t, signs), -1)
    if e.op == "mul":
        return _product(e, t, signs)
    if e.op == "div" and all(x != t for x in E.walk(e.args[1])):
        return _scaled(curvature(e.args[0], t, signs), signs.weakly(e.args[1]))
    if e.op == "div" and all(x != t for x in E.walk(e.args[0])):
        convex = curvature(e.args[1], t, signs) == "affine" and signs.kept_positive(e.args[1])
        return _scaled("convex", signs.weakly(e.args[0])) if convex else None
    if e.op == "pow":
        return _power(e.args[0], e.args[1], t, signs)
    if e.op == "cases":  # that the pieces meet with increasing slopes is looked at where they are known (scalar_pieces)
        kinds = {curvature(a, t, signs) for a in (*e.args[:-1:2], e.args[-1])}
        return "convex" if kinds <= {"constant", "affine", "convex"} and len(e.args) == 3 else None
    if e.op == "fn":
        inside = [curvature(a, t, signs) for a in e.args]
        flat = all(c in ("constant", "affine") for c in inside)
        if e.data in ("relu", "maximum", "exp") and all(c in ("constant", "affine", "convex") for c in inside):
            return "convex"
        if e.data == "minimum" and all(c in ("constant", "affine", "concave") for c in inside):
            return "concave"
        if flat and e.data in ("abs", "log", "sqrt"):
            return "convex" if e.data == "abs" else "concave"
    return None


def _joined(kinds: list[str | None]) -> str | None:
    found = {k for k in kinds if k not in ("constant", "affine")}
    if not found:
        return "affine"
    return found.pop() if len(found) == 1 else None


def _scaled(kind: str | None, sign: int | None) -> str | None:
    if kind in (None, "constant", "affine") or sign == 1:
        return kind
    if sign is None:
        return None
    return "concave" if kind == "convex" else "convex"


def _factors(e: Expr) -> list[Expr]:
    return [f for a in e.args for f in _factors(a)] if e.op == "mul" else [e]


def _product(e: Expr, t: Expr, signs: Signs) -> str | None:
    factors = _factors(e)
    mine = [f for f in factors if t in set(E.walk(f))]
    rest = E.ONE
    for f in factors:
        if f not in mine:
            rest = E.mul(rest, f)
    kinds = [curvature(f, t, signs) for f in mine]
    if len(mine) == 1:
        return _scaled(kinds[0], signs.weakly(rest))
    if len(mine) == 2 and mine[0] == mine[1] and kinds[0] == "affine":
        return _scaled("convex", signs.weakly(rest))
    if len(mine) == 2:
        a, b = mine if mine[1].op == "fn" else mine[::-1]
        ratio = None
        if b.op == "fn" and b.data == "log" and curvature(a, t, signs) == "affine":
            import sympy as sp

            ratio = sp.simplify(signs.sympy(b.args[0]) / signs.sympy(a))
        if ratio is not None and not ratio.has(signs.t) and signs.at_least(ratio, strictly=True):
            return _scaled("convex", signs.weakly(rest))  # c a log(a k) with k > 0: the entropy
    return None


def _power(base: Expr, k: Expr, t: Expr, signs: Signs) -> str | None:
    if t in set(E.walk(k)):
        return None
    inside = curvature(base, t, signs)
    n = E.number_value(k)
    if n is not None and n.denominator == 1 and n % 2 == 0 and n > 0 and inside == "affine":
        return "convex"
    sizes = base.op == "fn" and (base.data in ("abs", "relu") or (base.data == "maximum" and any(
        t not in set(E.walk(a)) and signs.weakly(a) == 1 for a in base.args)))
    if sizes and inside == "convex" and signs.at_least(signs.sympy(E.sub(k, E.ONE))):
        return "convex"
    return None
