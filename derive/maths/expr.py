"""Expr: the one typed language that specs, derivations, answers and claims are read into.

An Expr is a tree of operations with a shape. A shape is a tuple of dimensions: () scalar,
(n,) vector, (m, n) matrix, (1, n) row; a dimension is an integer or the name of a symbol.
Indices count from 1. Expressions are immutable, hashable and compared by structure.

    op       args                      data              meaning
    num      -                         Fraction          an exact number
    dec      -                         (Fraction, text)  a decimal as it was written
    const    -                         'pi' 'e' 'inf'
    sym      -                         name              a declared symbol
    idx      -                         name              a bound or declared index, 1-based
    dim      -                         name              a dimension used as a number
    add neg mul div pow                                  elementwise; scalars broadcast
    matmul   a, b                                        A @ B, A @ x, row @ A, x @ row (outer)
    dot      a, b                                        sum_i a_i b_i
    T inv pinv trace det diag total mean rank            of one argument
    matpow   a, k                                        matrix power; a fractional one of a symmetric matrix
    svd      a                         'u'|'s'|'v'       thin: a = U diag(s) V^T, s_1 >= s_2 >= ... >= 0
    eig      a                         'values'|'vectors'  of a symmetric matrix, the largest value first
    fn       args                      name              elementwise function (FUNCTIONS)
    norm     x, p                      'p'|'fro'|'nuc'|'op'   p is an Expr (number, symbol, inf)
    reduce   body, lo, hi              (kind, index)     kind: sum prod max min
    reduceall x                        kind              max or min over all entries
    argopt   body, hi                  (kind, index)     argmax | argmin over index in 1..hi
    at       x, i [, j]                                  entry of a vector or matrix
    slice    x, first, last               entries of a vector, as the argument of a function of numbers
    basis    i                                           unit vector e_i
    ones zeros eye                                       constant vectors, matrices
    vec      entries                                     explicit vector
    mat      entries, row by row                         explicit matrix
    comp     body                      index             the vector with i-th entry body(i), or the matrix with i-th row body(i)
    cases    v1, c1, v2, c2, ..., v                      first value whose condition holds
    rel      a, b                      '<' '<=' '=' ...  a condition or an equation
    and or not                                           of conditions
    bool     -                         True | False
    psd      a                                           a is symmetric positive semidefinite
    set list interval union                              collections (answers, compare)
    root     gap                       (name, positive)  the number at which gap, in letter(name), is 0 (derive.maths.roots)
    letter   -                         name              that number, inside gap
    restate  -                         text              an optimisation or limit left standing
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

Dim = int | str
Shape = tuple[Dim, ...]

SCALAR: Shape = ()

UNARY_FUNCTIONS = frozenset(
    ["abs", "sign", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "relu", "floor", "ceil", "sigmoid", "factorial"]
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


# ---------------------------------------------------------------- leaves

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


# ---------------------------------------------------------------- arithmetic

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
            return rebuild(x, tuple(as_column(a) for a in x.args))
        return x.args[0] if x.op == "T" else Expr("T", (x,), x.shape[1:])
    if len(x.shape) == 2 and x.shape[1] == 1 and x.op not in ("sym", "vec"):  # a matrix of one column
        return Expr("matmul", (x, Expr("vec", (num(1),), (1,))), x.shape[:1])
    return x


def _aligned(a: Expr, b: Expr) -> tuple[Expr, Expr]:
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
    a, b = _aligned(a, b)
    return Expr("mul", (a, b), same_shape(a.shape, b.shape, "product"))


def div(a: Expr, b: Expr) -> Expr:
    """a / b, elementwise where b is a vector."""
    a, b = _aligned(a, b)
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
        raise ShapeError(f"product of {shape_text(sa)} and {shape_text(sb)}")
    if len(sb) == 1:
        if sa[0] == 1:
            return dot(as_column(a), b)
        return Expr("matmul", (a, b), (sa[0],))
    return Expr("matmul", (a, b), (sa[0], sb[1]))


def dot(a: Expr, b: Expr) -> Expr:
    """sum_i a_i b_i (over all entries for matrices)."""
    a, b = _aligned(as_column(a), as_column(b))
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


def _square(a: Expr, what: str) -> None:
    if len(a.shape) != 2 or a.shape[0] != a.shape[1]:
        raise ShapeError(f"{what} of {shape_text(a.shape)}")


def inverse(a: Expr) -> Expr:
    """A^{-1}; for a scalar or vector the reciprocal of each entry."""
    if len(a.shape) < 2:
        return div(ONE, a)
    _square(a, "inverse")
    return Expr("inv", (a,), a.shape)


def pinv(a: Expr) -> Expr:
    """The Moore-Penrose inverse."""
    if len(a.shape) != 2:
        raise ShapeError(f"pseudo-inverse of {shape_text(a.shape)}")
    return Expr("pinv", (a,), (a.shape[1], a.shape[0]))


def least(a: Dim, b: Dim) -> Dim:
    """The smaller of two dimensions; of two names the dimension 'min(m, n)', which has no name of its own."""
    if a == b:
        return a
    if isinstance(a, int) and isinstance(b, int):
        return min(a, b)
    return f"min({a}, {b})"


def inside_least(d: Dim) -> tuple[Dim, ...]:
    """The dimensions that a dimension is made of: m and n for 'min(m, n)', else itself."""
    if isinstance(d, int) or not d.startswith("min("):
        return (d,)
    return tuple(int(x) if x.isdigit() else x for x in d[4:-1].split(", "))


def svd(a: Expr, which: str) -> Expr:
    """A factor of the thin singular value decomposition a = U diag(s) V^T: 'u' (m, r), 's' (r,), 'v' (n, r), r = min(m, n)."""
    if len(a.shape) != 2:
        raise ShapeError(f"singular value decomposition of {shape_text(a.shape)}")
    m, n = a.shape
    r = least(m, n)
    return Expr("svd", (a,), {"u": (m, r), "s": (r,), "v": (n, r)}[which], which)


def eig(a: Expr, which: str) -> Expr:
    """'values' (n,) or 'vectors' (n, n) of a symmetric a = Q diag(w) Q^T, w_1 >= w_2 >= ..."""
    _square(a, "eigenvalues")
    return Expr("eig", (a,), a.shape if which == "vectors" else a.shape[:1], which)


def polar(a: Expr) -> Expr:
    """The polar factor (matrix sign) U V^T of a = U diag(s) V^T."""
    return matmul(svd(a, "u"), transpose(svd(a, "v")))


def rank(a: Expr) -> Expr:
    """The rank of a matrix."""
    if len(a.shape) != 2:
        raise ShapeError(f"rank of {shape_text(a.shape)}")
    return Expr("rank", (a,), SCALAR)


def psd(a: Expr) -> Expr:
    """The condition that a is symmetric positive semidefinite."""
    _square(a, "positive semidefinite")
    return Expr("psd", (a,), SCALAR)


def trace(a: Expr) -> Expr:
    """sum_i A_ii."""
    _square(a, "trace")
    return Expr("trace", (a,), SCALAR)


def det(a: Expr) -> Expr:
    """The determinant."""
    _square(a, "determinant")
    return Expr("det", (a,), SCALAR)


def diag(a: Expr) -> Expr:
    """diag(x) of a vector; the diagonal of a matrix."""
    a = as_column(a)
    if len(a.shape) == 1:
        return Expr("diag", (a,), (a.shape[0], a.shape[0]))
    _square(a, "diagonal")
    return Expr("diag", (a,), (a.shape[0],))


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
    a, b = _aligned(*args)
    return Expr("fn", (a, b), same_shape(a.shape, b.shape, name), name)


def norm(x: Expr, p: Expr | None = None, kind: str = "p") -> Expr:
    """The p-norm of a vector; kind 'fro', 'nuc' or 'op' for matrices. A scalar's norm is |x|."""
    if kind == "p" and len(x.shape) == 2 and x.shape[0] == 1:
        x = as_column(x)
    if not x.shape:
        return fn("abs", x)
    if kind == "p" and len(x.shape) == 2:
        raise ShapeError(f"p-norm of {shape_text(x.shape)}")
    if len(x.shape) == 1:
        kind = "p"
    return Expr("norm", (x, TWO if p is None else p), SCALAR, kind)


def nonzeros(x: Expr) -> Expr:
    """The number of entries that are not 0; it is no norm, though it is written as one with p = 0."""
    return total(cases(((ONE, rel("!=", x, ZERO)),), ZERO))


# ---------------------------------------------------------------- indices

def reduce_over(kind: str, index: str, body: Expr, lo: Expr, hi: Expr) -> Expr:
    """sum, prod, max or min of body over index = lo..hi."""
    return Expr("reduce", (body, lo, hi), body.shape, (kind, index))


def reduce_all(kind: str, x: Expr) -> Expr:
    """max or min over all entries of x."""
    return Expr("reduceall", (x,), SCALAR, kind) if x.shape else x


def argopt(kind: str, index: str, body: Expr, hi: Expr) -> Expr:
    """argmax or argmin of a scalar body over index = 1..hi; the first one at ties."""
    return Expr("argopt", (body, hi), SCALAR, (kind, index))


def at(x: Expr, *indices: Expr) -> Expr:
    """x_i or X_ij; X_i is a row."""
    x = as_column(x)
    for i in indices:
        if i.shape:
            raise ShapeError(f"{shape_text(i.shape)} as an index")
    if len(indices) > len(x.shape):
        raise ShapeError(f"{len(indices)} indices on {shape_text(x.shape)}")
    return Expr("at", (x, *indices), x.shape[len(indices) :])


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


def vec(entries: tuple[Expr, ...]) -> Expr:
    """An explicit vector of scalars."""
    for e in entries:
        if e.shape:
            raise ShapeError(f"{shape_text(e.shape)} as an entry of a vector")
    return Expr("vec", entries, (len(entries),))


def mat(rows: tuple[tuple[Expr, ...], ...]) -> Expr:
    """An explicit matrix of scalars; one column is a vector, one row a row."""
    if len({len(r) for r in rows}) != 1:
        raise ShapeError("rows of different lengths in a matrix")
    if len(rows[0]) == 1:
        return vec(tuple(r[0] for r in rows))
    if len(rows) == 1:
        return transpose(vec(rows[0]))
    for r in rows:
        vec(r)
    return Expr("mat", tuple(e for r in rows for e in r), (len(rows), len(rows[0])))


def comp(index: str, body: Expr, d: Dim) -> Expr:
    """The vector of length d whose i-th entry is body(i), or the matrix whose i-th row is the vector body(i)."""
    body = as_column(body)
    if len(body.shape) > 1:
        raise ShapeError(f"{shape_text(body.shape)} as the entry with index {index}")
    return Expr("comp", (body,), (d, *body.shape), index)


# ---------------------------------------------------------------- conditions and collections

def rel(op: str, a: Expr, b: Expr) -> Expr:
    """A comparison, elementwise on vectors; at top level an equation or inequality.

    'succeq' and 'preceq' of matrices are the order of the semidefinite cone; of anything else they are elementwise.
    """
    if op in ("succeq", "preceq"):
        large, small = (a, b) if op == "succeq" else (b, a)
        if any(len(x.shape) == 2 for x in (a, b)):
            return psd(large if is_number(small, 0) else sub(large, small))
        return rel(">=", large, small)
    if a.op not in COLLECTIONS and b.op not in COLLECTIONS:
        a, b = _aligned(a, b)
        shape = same_shape(a.shape, b.shape, "comparison")
    else:
        shape = SCALAR
    return Expr("rel", (a, b), shape, op)


def logic(op: str, *conditions: Expr) -> Expr:
    """and, or, not of conditions, entry by entry where one is of vectors."""
    shape: Shape = SCALAR
    for c in conditions:
        shape = same_shape(shape, c.shape, op)
    return Expr(op, conditions, shape)


def cases(pairs: tuple[tuple[Expr, Expr], ...], otherwise: Expr | None) -> Expr:
    """The value of the first condition that holds, else otherwise (undefined if None)."""
    flat: list[Expr] = []
    shape: Shape = SCALAR
    for v, c in pairs:
        shape = same_shape(shape, v.shape, "cases")
        shape = same_shape(shape, c.shape, "cases")
        flat += [v, c]
    if otherwise is not None:
        shape = same_shape(shape, otherwise.shape, "cases")
        flat.append(otherwise)
    return Expr("cases", tuple(flat), shape)


def collection(op: str, items: tuple[Expr, ...], data: Any = None) -> Expr:
    """A set, list, interval (data: (closed below, closed above)) or union."""
    return Expr(op, items, SCALAR, data)


def restate(text: str, shape: Shape = SCALAR) -> Expr:
    """An optimisation or a limit over the unknown that was left standing."""
    return Expr("restate", (), shape, text)


# ---------------------------------------------------------------- looking at trees

def is_number(e: Expr, value: int | Fraction | None = None) -> bool:
    """Whether e is a number literal (equal to value where given)."""
    if e.op == "num":
        return value is None or e.data == value
    if e.op == "dec":
        return value is None or e.data[0] == value
    return False


def number_value(e: Expr) -> Fraction | None:
    """The value of a signed number literal, else None."""
    if e.op == "num":
        return Fraction(e.data)
    if e.op == "dec":
        return Fraction(e.data[0])
    if e.op == "neg":
        v = number_value(e.args[0])
        return None if v is None else -v
    return None


def walk(e: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents first."""
    stack = [e]
    while stack:
        x = stack.pop()
        yield x
        stack.extend(x.args)


def symbols_in(e: Expr) -> frozenset[str]:
    """Names of the symbols that stand in e."""
    found = set()
    stack = [e]
    while stack:
        x = stack.pop()
        if x.args:
            stack.extend(x.args)
        elif x.op == "sym":
            found.add(x.data)
    return frozenset(found)


def has(e: Expr, op: str) -> bool:
    """Whether a node of this operation stands in e."""
    stack = [e]
    while stack:
        x = stack.pop()
        if x.op == op:
            return True
        stack.extend(x.args)
    return False


def bound_index(e: Expr) -> str | None:
    """The index that this node binds, or None."""
    if e.op in ("reduce", "argopt"):
        return str(e.data[1])
    return str(e.data) if e.op == "comp" else None


def free_indices(e: Expr) -> frozenset[str]:
    """Indices that occur in e and are not bound in it."""
    return _free(e) if has(e, "idx") else _NONE


_NONE: frozenset[str] = frozenset()


def _free(e: Expr) -> frozenset[str]:
    if not e.args:
        return frozenset((e.data,)) if e.op == "idx" else _NONE
    found = _NONE.union(*map(_free, e.args))
    bound = bound_index(e) if found else None
    return found - {bound} if bound else found


def rebuild(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same node over other arguments, with its shape worked out again."""
    op = e.op
    if op in _BUILD:
        return _BUILD[op](*args)
    if op == "fn":
        return fn(e.data, *args)
    if op == "norm":
        return norm(args[0], args[1], e.data)
    if op == "reduce":
        return reduce_over(e.data[0], e.data[1], *args)
    if op == "reduceall":
        return reduce_all(e.data, args[0])
    if op == "rel":
        return rel(e.data, *args)
    if op in ("svd", "eig"):
        return (svd if op == "svd" else eig)(args[0], e.data)
    if op == "comp":
        return comp(e.data, args[0], e.shape[0])
    if op in ("and", "or", "not"):
        return logic(op, *args)
    if op == "vec":
        return vec(args)
    if op == "cases":
        pairs = tuple((args[i], args[i + 1]) for i in range(0, len(args) - 1, 2))
        return cases(pairs, args[-1] if len(args) % 2 else None)
    return e._replace(args=args)


_BUILD: dict[str, Callable[..., Expr]] = {
    "add": add, "neg": neg, "mul": mul, "div": div, "pow": power, "matmul": matmul, "dot": dot, "T": transpose,
    "inv": inverse, "pinv": pinv, "trace": trace, "det": det, "diag": diag, "total": total, "mean": mean, "at": at, "rank": rank, "psd": psd,
}


def replace(e: Expr, mapping: Mapping[Expr, Expr]) -> Expr:
    """e with whole subtrees replaced, bound indices respected."""
    if e in mapping:
        return mapping[e]
    if not e.args:
        return e
    bound = bound_index(e)
    if bound is not None and idx(bound) in mapping:
        mapping = {k: v for k, v in mapping.items() if k != idx(bound)}
    args = tuple(replace(a, mapping) for a in e.args)
    return e if args == e.args else rebuild(e, args)


def with_dims(e: Expr, dims: Mapping[str, int]) -> Expr:
    """e with named dimensions fixed to integers."""
    def fixed(d: Dim) -> Dim:
        if isinstance(d, int) or d in dims:
            return dims[d] if isinstance(d, str) else d
        inside = inside_least(d)
        return d if len(inside) == 1 else least(*(fixed(x) for x in inside))

    shape = tuple(fixed(d) for d in e.shape)
    if e.op == "dim" and e.data in dims:
        return num(dims[e.data])
    return e._replace(args=tuple(with_dims(a, dims) for a in e.args), shape=shape)
