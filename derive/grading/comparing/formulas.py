"""Looking at formulas: their kind, the branches that they switch between, simpler forms, degrees."""

from __future__ import annotations

from derive.grading.comparing.logic import atoms, is_condition, negated
from derive.maths import expr as E
from derive.maths.expr import Expr

KIND_NAMES = {"condition": "a condition", "set": "a set", "range": "a set of numbers", "list": "a list", "order": "an order of growth", "value": "a value"}


def kind_of(e: Expr) -> str:
    """What e is, as a key of KIND_NAMES."""
    if is_condition(e):
        return "condition"
    return {"set": "set", "order": "order", "list": "list", "interval": "range", "solutions": "range", "union": "range", "minus": "range", "meet": "range"}.get(e.op, "value")


def switches(x: Expr) -> tuple[Expr, ...]:
    """The expressions whose sign (or whole part) decides which branch of x applies."""
    if x.op == "fn" and x.data in ("abs", "sign", "relu", "floor", "ceil"):
        return (x.args[0],)
    if x.op == "fn" and x.data == "mod":
        return (E.div(*x.args),)
    if x.op == "fn" and x.data in ("maximum", "minimum") and x.args[0].shape == x.args[1].shape:
        return (E.sub(*x.args),)
    return tuple(E.sub(*r.args) for c in x.args[1::2] for r in atoms(c) if r.args[0].shape == r.args[1].shape) if x.op == "cases" else ()


def resolvable(x: Expr) -> bool:
    """Whether x is one of two expressions, by the sign of a third: |u|, relu, max, min."""
    return x.op == "fn" and x.data in ("abs", "relu", "maximum", "minimum") and not x.shape


def branch(x: Expr, sign: int) -> Expr:
    """|u|, relu, max, min where the expression that decides is >= 0 (sign 1) or <= 0."""
    if x.data == "abs":
        return x.args[0] if sign > 0 else E.neg(x.args[0])
    if x.data == "relu":
        return x.args[0] if sign > 0 else E.ZERO
    return x.args[0] if (sign > 0) == (x.data == "maximum") else x.args[1]


def plainer(e: Expr) -> Expr:
    """log2, log10, sigmoid, relu and floor of whole numbers in terms of simpler functions; relations with a negation resolved."""
    if not e.args:
        return e
    if e.op == "not":
        return plainer(negated(e.args[0]))
    args = tuple(map(plainer, e.args))
    if e.op == "fn" and e.data in ("log2", "log10"):
        return E.div(E.fn("log", args[0]), E.fn("log", E.num(2 if e.data == "log2" else 10)))
    if e.op == "fn" and e.data == "sigmoid":
        return E.div(E.ONE, E.add(E.ONE, E.fn("exp", E.neg(args[0]))))
    if e.op in ("and", "or"):
        return args[0] if len(args) == 1 else e._replace(args=tuple(y for x in args for y in (x.args if x.op == e.op else (x,))))
    return E.rebuild(e, args) if args != e.args else e


def is_ratio(e: Expr) -> bool:
    """Whether e is written as a quotient of two numbers, up to its sign."""
    return (e.op == "div" and all(E.number_value(x) is not None for x in e.args)) or (e.op == "neg" and is_ratio(e.args[0]))


def degree(e: Expr) -> int:
    """A bound for the degree of e as a polynomial in its parts."""
    if e.op == "pow":
        k = E.number_value(e.args[1])
        if k is None and not is_ratio(e.args[1]):
            return max(map(degree, e.args)) + 1 if E.symbols_in(e.args[1]) else 10**6
        sizes: list[int] = [abs(v.numerator) for x in E.walk(e.args[1]) if (v := E.number_value(x)) is not None]
        return min(max(degree(e.args[0]), 1) * max(1, *sizes), 10**6)
    if e.op in ("mul", "div"):
        return sum(map(degree, e.args))
    if e.op == "fn":
        # sin(50 x) is a polynomial of degree 50 in sin x and cos x.
        sizes = [abs(v.numerator) for x in E.walk(e) if (v := E.number_value(x)) is not None]
        return max(degree(e.args[0]), 1, *(sizes if e.data in ("sin", "cos", "tan") else ()))
    return max(map(degree, e.args), default=0 if E.number_value(e) is not None or e.op == "const" else 1)
