"""Scalar expressions to and from SymPy, which is imported when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.expr import Expr


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
