"""Arithmetic and products of numbers, vectors and matrices; a row times a vector is a number."""

from __future__ import annotations

from derive.maths.expr.node import ONE, SCALAR, Expr, Shape, ShapeError, num, ones, shape_text
from derive.maths.expr.trees import is_number, number_value


def same_shape(a: Shape, b: Shape, what: str) -> Shape:
    """The common shape under broadcasting of scalars, or ShapeError."""
    if a == b or not b:
        return a
    if not a:
        return b
    # A row and a vector of the same length name the same entries.
    if len(a) == 2 and a[0] == 1 and b == a[1:]:
        return b
    if len(b) == 2 and b[0] == 1 and a == b[1:]:
        return a
    raise ShapeError(f"{what} of {shape_text(a)} and {shape_text(b)}")


def as_column(x: Expr) -> Expr:
    """A row (1, n) as the vector of its entries; anything else unchanged."""
    if len(x.shape) == 2 and x.shape[0] == 1:
        if x.op == "neg":
            return neg(as_column(x.args[0]))
        if x.op in ("mul", "div") and not all(a.shape for a in x.args):  # a scaled row
            return (mul if x.op == "mul" else div)(*(as_column(a) for a in x.args))
        return x.args[0] if x.op == "T" else Expr("T", (x,), x.shape[1:])
    if len(x.shape) == 2 and x.shape[1] == 1 and x.op not in ("sym", "vec"):  # a matrix of one column
        return Expr("matmul", (x, Expr("vec", (num(1),), (1,))), x.shape[:1])
    return x


def aligned(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Both as vectors where one is a row and the other is not."""
    if a.shape != b.shape and a.shape and b.shape:
        return as_column(a), as_column(b)
    return a, b


def add(*terms: Expr) -> Expr:
    """The sum of the terms; a scalar beside a vector is refused, except zero and the mean of such a vector (x - mean(x))."""
    flat: list[Expr] = []
    for t in terms:
        flat.extend(t.args if t.op == "add" else (t,))
    if len(flat) == 1:
        return flat[0]
    vector = next((t.shape for t in flat if len(t.shape) == 1), None)
    if vector is not None:
        flat = [_spread_mean(t, vector) for t in flat]
    shape = flat[0].shape
    for t in flat[1:]:
        if t.shape != shape:
            if not t.shape and is_number(t, 0):
                continue
            if not shape and all(is_number(f, 0) for f in flat[: flat.index(t)]):
                shape = t.shape
                continue
            if not t.shape or not shape:
                raise ShapeError(f"sum of {shape_text(shape)} and {shape_text(t.shape)}")
            shape = same_shape(shape, t.shape, "sum")
    if any(t.shape != shape and t.shape for t in flat):
        flat = [as_column(t) for t in flat]
    return Expr("add", tuple(flat), shape)


def _spread_mean(t: Expr, shape: Shape) -> Expr:
    """Plus or minus the mean of a vector of this shape as the vector whose entries it is; anything else unchanged."""
    core = t.args[0] if t.op == "neg" else t
    if core.op != "mean" or core.args[0].shape != shape:
        return t
    spread = mul(core, ones(*shape))
    return spread if core is t else neg(spread)


def neg(a: Expr) -> Expr:
    """-a."""
    return Expr("neg", (a,), a.shape)


def sub(a: Expr, b: Expr) -> Expr:
    """a - b."""
    return add(a, neg(b))


def mul(a: Expr, b: Expr) -> Expr:
    """Elementwise product; a scalar scales."""
    a, b = aligned(a, b)
    return Expr("mul", (a, b), same_shape(a.shape, b.shape, "product"))


def div(a: Expr, b: Expr) -> Expr:
    """a / b, elementwise where b is a vector."""
    a, b = aligned(a, b)
    return Expr("div", (a, b), same_shape(a.shape, b.shape, "quotient"))


def power(a: Expr, b: Expr) -> Expr:
    """a ** b, elementwise; a square matrix to an integer power is the matrix power."""
    if len(a.shape) == 2 and a.shape[0] != 1:
        if b.op == "neg" and is_number(b.args[0], 1):
            return inverse(a)
        if b.op == "num" and b.data.denominator == 1 and a.shape[0] == a.shape[1]:
            return Expr("matpow", (a, b), a.shape)
        k = b.args[0] if b.op == "neg" else b
        exponent = number_value(k.args[0]) if k.op == "div" and is_number(k.args[1]) else number_value(k)
        if k.op == "div" and exponent is not None:
            exponent = exponent / (number_value(k.args[1]) or 1)
        if exponent is not None and a.shape[0] == a.shape[1]:
            return Expr("matpow", (a, num(-exponent if b.op == "neg" else exponent)), a.shape)
        if exponent is None and not b.shape and a.shape[0] == a.shape[1] and b.op != "div":
            return Expr("matpow", (a, b), a.shape)  # a whole number of steps that has a name
        raise ShapeError(f"power of {shape_text(a.shape)}")
    return Expr("pow", (a, b), same_shape(a.shape, b.shape, "power"))


def product(a: Expr, b: Expr, centred_dot: bool = False) -> Expr:
    """The product that juxtaposition means for these shapes.

    Row times vector is the dot product, matrices multiply, two vectors multiply elementwise,
    or as a dot product where a centred dot stands between them.
    """
    sa, sb = a.shape, b.shape
    if not sa or not sb:
        return mul(a, b)
    if len(sa) == 1 and len(sb) == 1:
        return dot(a, b) if centred_dot else mul(a, b)
    return matmul(a, b)


def matmul(a: Expr, b: Expr) -> Expr:
    """The matrix product A B, A x, x^T A, x^T y, x y^T."""
    sa, sb = a.shape, b.shape
    if not sa or not sb:
        return mul(a, b)
    if len(sa) == 1 and len(sb) == 1:
        return dot(a, b)
    if len(sa) == 1:
        if len(sb) == 2 and sb[0] == 1:
            return Expr("matmul", (a, b), (sa[0], sb[1]))
        if sa[0] == sb[0]:
            return Expr("matmul", (transpose(a), b), (1, sb[1]))
        raise ShapeError(f"product of {shape_text(sa)} and {shape_text(sb)}")
    if sa[1] != sb[0]:
        if sa[0] == 1 and sb[0] == 1 and len(sb) == 2 and sa[1] == sb[1]:
            return mul(as_column(a), as_column(b))
        if b.op == "T" and b.args[0].op == "vec" and b.args[0].shape == (sa[1],):  # A [x, y, z]^T: the list is a row, typed as one
            return matmul(a, b.args[0])
        raise ShapeError(f"product of {shape_text(sa)} and {shape_text(sb)}")
    if len(sb) == 1:
        if sa[0] == 1:
            return dot(as_column(a), b)
        return Expr("matmul", (a, b), (sa[0],))
    return Expr("matmul", (a, b), (sa[0], sb[1]))


def dot(a: Expr, b: Expr) -> Expr:
    """sum_i a_i b_i (over all entries for matrices)."""
    a, b = aligned(as_column(a), as_column(b))
    if a.shape != b.shape or not a.shape:
        raise ShapeError(f"inner product of {shape_text(a.shape)} and {shape_text(b.shape)}")
    return Expr("dot", (a, b), SCALAR)


def transpose(a: Expr) -> Expr:
    """a^T; a vector becomes a row, a scalar stays."""
    if not a.shape:
        return a
    if a.op == "T":
        return a.args[0]
    if len(a.shape) == 1:
        return Expr("T", (a,), (1, a.shape[0]))
    if a.shape[0] == 1:
        return Expr("T", (a,), (a.shape[1],))
    return Expr("T", (a,), (a.shape[1], a.shape[0]))


def inverse(a: Expr) -> Expr:
    """A^{-1}; for a scalar or vector the reciprocal of each entry."""
    if len(a.shape) < 2:
        return div(ONE, a)
    square(a, "inverse")
    return Expr("inv", (a,), a.shape)


def total(a: Expr) -> Expr:
    """The sum of all entries."""
    return Expr("total", (a,), SCALAR) if a.shape else a


def mean(a: Expr) -> Expr:
    """The mean of all entries."""
    return Expr("mean", (a,), SCALAR) if a.shape else a


def fn(name: str, *args: Expr) -> Expr:
    """An elementwise function of one or two arguments."""
    if len(args) == 1:
        return Expr("fn", args, args[0].shape, name)
    a, b = aligned(*args)
    return Expr("fn", (a, b), same_shape(a.shape, b.shape, name), name)


def square(a: Expr, what: str) -> None:
    """ShapeError unless a is a square matrix."""
    if len(a.shape) != 2 or a.shape[0] != a.shape[1]:
        raise ShapeError(f"{what} of {shape_text(a.shape)}")
