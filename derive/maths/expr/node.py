"""The node of every expression, its shape, and the leaves."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

Dim = int | str
Shape = tuple[Dim, ...]

SCALAR: Shape = ()

UNARY_FUNCTIONS = frozenset(
    [
        "abs",
        "sign",
        "sqrt",
        "exp",
        "log",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "relu",
        "floor",
        "ceil",
        "sigmoid",
        "factorial",
    ]
)
BINARY_FUNCTIONS = frozenset(["maximum", "minimum", "mod", "binom", "divide_or_zero"])
FUNCTIONS = UNARY_FUNCTIONS | BINARY_FUNCTIONS
CONDITIONS = frozenset(("rel", "and", "or", "not", "bool", "psd"))
COLLECTIONS = frozenset(("set", "list", "interval", "union"))


class Expr(NamedTuple):
    """One node: operation, arguments, shape, and what else the operation needs."""

    op: str
    args: tuple[Expr, ...] = ()
    shape: Shape = ()
    data: Any = None


class ShapeError(ValueError):
    """Two shapes that do not fit; the message names both."""


def shape_text(shape: Shape) -> str:
    """A shape in words: 'a scalar', 'a vector of length n', 'a 2 x 3 matrix'."""
    if not shape:
        return "a scalar"
    if len(shape) == 1:
        return f"a vector of length {shape[0]}"
    return f"a {shape[0]} x {shape[1]} matrix"


def num(value: int | Fraction) -> Expr:
    """An exact rational number."""
    return Expr("num", (), SCALAR, Fraction(value))


ZERO, ONE, TWO = num(0), num(1), num(2)
HALF = num(Fraction(1, 2))
INF = Expr("const", (), SCALAR, "inf")
PI = Expr("const", (), SCALAR, "pi")
EULER = Expr("const", (), SCALAR, "e")


def dec(value: Fraction, text: str) -> Expr:
    """A decimal as it was written; alone as an entry it stands for its rounding interval."""
    return Expr("dec", (), SCALAR, (value, text))


def sym(name: str, shape: Shape = SCALAR) -> Expr:
    """A declared symbol."""
    return Expr("sym", (), shape, name)


def idx(name: str) -> Expr:
    """An index, counted from 1."""
    return Expr("idx", (), SCALAR, name)


def dim(d: Dim) -> Expr:
    """A dimension used as a number."""
    return num(d) if isinstance(d, int) else Expr("dim", (), SCALAR, d)


def truth(value: bool) -> Expr:
    """The condition that always, or never, holds."""
    return Expr("bool", (), SCALAR, value)


def basis(i: Expr, d: Dim) -> Expr:
    """The unit vector e_i of length d."""
    return Expr("basis", (i,), (d,))


def ones(*shape: Dim) -> Expr:
    """All ones."""
    return Expr("ones", (), shape)


def zeros(*shape: Dim) -> Expr:
    """All zeros."""
    return Expr("zeros", (), shape)


def eye(d: Dim) -> Expr:
    """The identity matrix."""
    return Expr("eye", (), (d, d))


def restate(text: str, shape: Shape = SCALAR) -> Expr:
    """An optimisation or a limit over the unknown that was left standing."""
    return Expr("restate", (), shape, text)
