"""Named functions: what `name(arguments)` means, in mathematics and in NumPy's spelling.

A safe subset of NumPy is read as mathematics; nothing is ever run. NumPy counts from 0, the
language from 1: the builders named in PYTHON_INDEX translate.
"""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths.call_arguments import NONE, Builder, Keywords, check_count
from derive.maths.expr import Expr, ShapeError
from derive.maths.layers import LAYERS
from derive.maths.reductions import average, extremum, median, over_slice, place_of_extremum, product, sum_along
from derive.maths.spaced_numbers import spaced

# Other spellings of the elementwise functions.
_ELEMENTWISE = {
    "abs": "abs",
    "absolute": "abs",
    "fabs": "abs",
    "sign": "sign",
    "sgn": "sign",
    "signum": "sign",
    "Sign": "sign",
    "Abs": "abs",
    "Sqrt": "sqrt",
    "sqrt": "sqrt",
    "exp": "exp",
    "log": "log",
    "ln": "log",
    "log2": "log2",
    "lg": "log2",
    "log10": "log10",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "asin": "asin",
    "arccos": "acos",
    "acos": "acos",
    "arctan": "atan",
    "atan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "relu": "relu",
    "ReLU": "relu",
    "floor": "floor",
    "ceil": "ceil",
    "sigmoid": "sigmoid",
    "factorial": "factorial",
    "pos": "relu",
}


def _elementwise(name: str) -> Builder:
    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 1, 1, name)
        return E.fn(name, args[0])

    return build


def _ascending(v: Expr) -> Expr:
    """The entries of a sorted vector from the other end."""
    n = E.dim(v.shape[0])
    return E.comp("_i", E.at(v, E.sub(E.add(n, E.ONE), E.idx("_i"))), v.shape[0])


def _norm(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 2, "norm")
    p = kw.get("ord", args[1] if len(args) == 2 else None)
    x = E.as_column(args[0])
    if p is not None and p.op == "sym" and p.data in ("inf", "Inf", "infinity"):  # ord='inf', ord=float('inf')
        p = E.INF
    if len(x.shape) == 2:
        if p is None or (p.op == "sym" and p.data in ("fro", "F")):
            return E.norm(x, None, "fro")
        if p.op == "sym" and p.data == "nuc":
            return E.norm(x, None, "nuc")
        if E.is_number(p, 2):
            return E.norm(x, None, "op")
        raise ShapeError("this norm of a matrix is not known; write ‖X‖_F, ‖X‖_* or ‖X‖_2")
    return E.norm(x, p)


def _slices(axis: int) -> Builder:
    """The vector of the p-norms of the rows (axis 0) or columns of a matrix; p = 2 unless given."""
    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 1, 2, "norms of rows or columns")
        x = args[0] if axis == 0 else E.transpose(args[0])
        if len(args[0].shape) != 2:
            raise ShapeError(f"rows or columns of {E.shape_text(args[0].shape)}")
        return E.comp("_i", E.norm(E.at(x, E.idx("_i")), args[1] if len(args) == 2 else None), x.shape[0])

    return build


def _factor(which: str) -> Builder:
    return _fixed(lambda a: E.svd(a, which), 1)


def _schatten(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 2, 2, "schatten")
    return E.norm(E.svd(args[0], "s"), args[1])


def _nonzeros(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 1, "nnz")
    x = E.as_column(args[0])
    if len(x.shape) != 1:
        raise ShapeError(f"nonzero entries of {E.shape_text(x.shape)}")
    return E.nonzeros(x)


def _distinct(args: list[Expr], kw: Keywords) -> Expr:
    """No two entries of a vector are equal: the number of pairs (i, j) with equal entries is that of the entries."""
    check_count(args, 1, 1, "distinct")
    x = E.as_column(args[0])
    if len(x.shape) != 1:
        raise ShapeError(f"distinct entries of {E.shape_text(x.shape)}")
    return distinct(x)


def distinct(x: Expr) -> Expr:
    """The condition that the entries of a vector differ from each other."""
    n = E.dim(x.shape[0])
    same = E.cases(((E.ONE, E.rel("=", E.at(x, E.idx("_i")), E.at(x, E.idx("_j")))),), E.ZERO)
    return E.rel("=", E.reduce_over("sum", "_i", E.reduce_over("sum", "_j", same, E.ONE, n), E.ONE, n), n)


def _where(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 3, 3, "where")
    return E.cases(((args[1], args[0]),), args[2])


def _dimension(x: Expr) -> E.Dim:
    if x.op == "num" and x.data.denominator == 1 and 1 <= x.data <= 4096:
        return int(x.data)
    if x.op in ("dim", "sym"):
        return str(x.data)
    if x.op == "fn" and x.data == "minimum" and all(a.op == "dim" for a in x.args):
        return E.least(*(str(a.data) for a in x.args))  # the number of singular values
    raise ShapeError("a size that is neither a small number nor a dimension")


def _full(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 2, 2, "full")
    return E.mul(args[1], E.ones(*_sizes(args[0])))


def _sizes(x: Expr) -> tuple[E.Dim, ...]:
    if x.op in ("vec", "list"):
        return tuple(_dimension(a) for a in x.args)
    return (_dimension(x),)


def _filled(make: Callable[..., Expr]) -> Builder:
    def build(args: list[Expr], kw: Keywords) -> Expr:
        sizes = [d for a in args for d in _sizes(a)]
        if len(sizes) == 2 and 1 in sizes and make is not E.eye:
            sizes.remove(1)
        return make(*sizes)

    return build


def _len(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 1, "len")
    if not args[0].shape:
        raise ShapeError("length of a scalar")
    return E.dim(args[0].shape[0])


def _arange(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 1, "arange")
    return E.comp("_i", E.sub(E.idx("_i"), E.ONE), _dimension(args[0]))


def _binary(name: str) -> Builder:
    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, 2, 2, name)
        return E.fn(name, *args)

    return build


def _clip(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 3, "clip")
    low, high = [*args[1:], NONE, NONE][:2]
    low, high = kw.get("a_min", kw.get("min", low)), kw.get("a_max", kw.get("max", high))
    out = args[0] if low == NONE else E.fn("maximum", args[0], low)
    return out if high == NONE else E.fn("minimum", out, high)


def _fixed(f: Callable[..., Expr], count: int) -> Builder:
    def build(args: list[Expr], kw: Keywords) -> Expr:
        check_count(args, count, count, getattr(f, "__name__", "this function"))
        return f(*args)

    return build


def _diagonal(args: list[Expr], kw: Keywords) -> Expr:
    """diag(x), diag(a, b, c); diag(s_i) waits for the length that its index runs to."""
    if len(args) > 1 and all(not a.shape for a in args):
        return E.diag(E.vec(tuple(args)))
    check_count(args, 1, 1, "diag")
    a = args[0]
    return E.diag(a) if a.shape or not E.free_indices(a) else Expr("diag", (a,), ())


def _identity(args: list[Expr], kw: Keywords) -> Expr:
    check_count(args, 1, 1, "array")
    return args[0]


def _soft(args: list[Expr], kw: Keywords) -> Expr:
    """sign(x) max(|x| - t, 0)."""
    check_count(args, 2, 2, "soft")
    x, t = args
    size = E.fn("abs", x)
    spread = E.mul(t, E.ones(*x.shape)) if x.shape and not t.shape else t
    return E.mul(E.fn("sign", x), E.fn("relu", E.sub(size, spread)))


def _cube_root(a: Expr) -> Expr:
    """The real cube root, which has the sign of its argument."""
    return E.mul(E.fn("sign", a), E.power(E.fn("abs", a), E.div(E.ONE, E.num(3))))


def _asinh(a: Expr) -> Expr:
    """sign(a) log(|a| + sqrt(a^2 + 1)), in which nothing cancels."""
    return E.mul(E.fn("sign", a), E.fn("log", E.add(E.fn("abs", a), E.fn("sqrt", E.add(E.power(a, E.TWO), E.ONE)))))


def _acosh(a: Expr) -> Expr:
    """log(a + sqrt(a^2 - 1)), for a >= 1."""
    return E.fn("log", E.add(a, E.fn("sqrt", E.sub(E.power(a, E.TWO), E.ONE))))


def _atanh(a: Expr) -> Expr:
    """(1/2) log((1 + a)/(1 - a)), for |a| < 1."""
    return E.div(E.fn("log", E.div(E.add(E.ONE, a), E.sub(E.ONE, a))), E.TWO)


CALLS: dict[str, Builder] = {
    **LAYERS,
    **{spelling: _elementwise(name) for spelling, name in _ELEMENTWISE.items()},
    "max": extremum("max", "maximum"),
    "min": extremum("min", "minimum"),
    "amax": extremum("max", "maximum"),
    "amin": extremum("min", "minimum"),
    "maximum": extremum("max", "maximum"),
    "minimum": extremum("min", "minimum"),
    "norm": _norm,
    "where": _where,
    "argmax": place_of_extremum("argmax"),
    "argmin": place_of_extremum("argmin"),
    "sum": sum_along,
    "total": over_slice("sum", E.total),
    "mean": over_slice("mean", E.mean),
    "average": average,
    "median": median,
    "med": median,
    "soft": _soft,
    "soft_threshold": _soft,
    "softthreshold": _soft,
    "dot": _fixed(lambda a, b: E.dot(a, b) if a.shape and b.shape and len(a.shape) == len(b.shape) else E.matmul(a, b), 2),
    "Matrix": _identity,
    "int": _identity,
    "print": _identity,
    "tensor": _identity,
    "matrix": _identity,
    "Vector": _identity,
    "vec": _identity,
    "repeat": _fixed(lambda v, k: E.mul(v, E.ones(_dimension(k))), 2),
    "tile": _fixed(lambda v, k: E.mul(v, E.ones(_dimension(k))), 2),
    "inner": _fixed(E.dot, 2),
    "vdot": _fixed(E.dot, 2),
    "matmul": _fixed(E.matmul, 2),
    "outer": _fixed(lambda a, b: E.matmul(a, E.transpose(b)), 2),
    "multiply": _fixed(E.mul, 2),
    "divide": _fixed(E.div, 2),
    "add": _fixed(E.add, 2),
    "subtract": _fixed(E.sub, 2),
    "power": _fixed(E.power, 2),
    "pow": _fixed(E.power, 2),
    "negative": _fixed(E.neg, 1),
    "square": _fixed(lambda a: E.mul(a, a) if len(a.shape) == 2 else E.power(a, E.TWO), 1),
    "reciprocal": _fixed(lambda a: E.div(E.ONE, a), 1),
    "cbrt": _fixed(_cube_root, 1),
    "float_power": _fixed(E.power, 2),
    "rsqrt": _fixed(lambda a: E.div(E.ONE, E.fn("sqrt", a)), 1),
    "exp2": _fixed(lambda a: E.power(E.TWO, a), 1),
    **{n: _fixed(_asinh, 1) for n in ("arcsinh", "asinh", "arsinh")},
    **{n: _fixed(_acosh, 1) for n in ("arccosh", "acosh", "arcosh")},
    **{n: _fixed(_atanh, 1) for n in ("arctanh", "atanh", "artanh")},
    "hypot": _fixed(lambda a, b: E.fn("sqrt", E.add(E.power(a, E.TWO), E.power(b, E.TWO))), 2),
    "logaddexp": _fixed(lambda a, b: E.fn("log", E.add(E.fn("exp", a), E.fn("exp", b))), 2),
    "solve": _fixed(lambda a, b: E.matmul(E.inverse(a), b), 2),
    "sec": _fixed(lambda a: E.div(E.ONE, E.fn("cos", a)), 1),
    "csc": _fixed(lambda a: E.div(E.ONE, E.fn("sin", a)), 1),
    "cot": _fixed(lambda a: E.div(E.fn("cos", a), E.fn("sin", a)), 1),
    "Gamma": _fixed(lambda a: E.fn("factorial", E.sub(a, E.ONE)), 1),
    "perm": _fixed(lambda a, b: E.div(E.fn("factorial", a), E.fn("factorial", E.sub(a, b))), 2),
    "matrix_power": _fixed(E.power, 2),
    "inv": _fixed(E.inverse, 1),
    "pinv": _fixed(E.pinv, 1),
    "det": _fixed(E.det, 1),
    "trace": _fixed(E.trace, 1),
    "tr": _fixed(E.trace, 1),
    "Tr": _fixed(E.trace, 1),
    "diag": _diagonal,
    "Diag": _diagonal,
    "transpose": _fixed(E.transpose, 1),
    "array": _identity,
    "asarray": _identity,
    "float": _identity,
    "Fraction": _fixed(E.div, 2),
    "Rational": _fixed(E.div, 2),
    "ones": _filled(E.ones),
    "zeros": _filled(E.zeros),
    "full": _full,
    "ones_like": _fixed(lambda a: E.ones(*a.shape), 1),
    "eye": _fixed(lambda a: E.eye(_dimension(a)), 1),
    "identity": _fixed(lambda a: E.eye(_dimension(a)), 1),
    "zeros_like": _fixed(lambda a: E.zeros(*a.shape), 1),
    "full_like": _fixed(lambda a, v: E.mul(v, E.ones(*a.shape)), 2),
    "len": _len,
    "dim": _len,
    "linspace": spaced("linspace"),
    "logspace": spaced("logspace"),
    "geomspace": spaced("geomspace"),
    "arange": _arange,
    "range": _arange,
    "mod": _binary("mod"),
    "clip": _clip,
    "prod": product,
    "binom": _binary("binom"),
    "comb": _binary("binom"),
    "divide_or_zero": _binary("divide_or_zero"),
    "copysign": _fixed(lambda a, b: E.mul(E.fn("abs", a), E.fn("sign", b)), 2),
    "S": _identity,
    "Integer": _identity,
    "vector_norm": _norm,
    "LSE": _fixed(lambda x: E.fn("log", E.total(E.fn("exp", x))), 1),
    "norm1": _fixed(lambda x: E.norm(E.as_column(x), E.ONE), 1),
    "norm2": _fixed(lambda x: E.norm(E.as_column(x), E.TWO), 1),
    "norminf": _fixed(lambda x: E.norm(E.as_column(x), E.INF), 1),
    "sq": _fixed(lambda a: E.power(a, E.TWO), 1),
    "sumsq": _fixed(lambda a: E.dot(a, a), 1),
    "svdU": _factor("u"),
    "svdS": _factor("s"),
    "singvals": _factor("s"),
    "svdV": _factor("v"),
    "qrQ": _fixed(lambda a: E.qr(a, "q"), 1),
    "qrR": _fixed(lambda a: E.qr(a, "r"), 1),
    "cholL": _fixed(E.chol, 1),
    "eigvals": _fixed(lambda a: E.eig(a, "values"), 1),
    "eigvalsh": _fixed(lambda a: _ascending(E.eig(a, "values")), 1),
    "cond": _fixed(lambda a: E.div(E.norm(a, None, "op"), E.reduce_all("min", E.svd(a, "s"))), 1),
    "eigvecs": _fixed(lambda a: E.eig(a, "vectors"), 1),
    "msign": _fixed(E.polar, 1),
    "polar": _fixed(E.polar, 1),
    "sqrtm": _fixed(lambda a: E.power(a, E.HALF), 1),
    "specnorm": _fixed(lambda a: E.norm(a, None, "op"), 1),
    "nucnorm": _fixed(lambda a: E.norm(a, None, "nuc"), 1),
    "schatten": _schatten,
    "rank": _fixed(E.rank, 1),
    "psd": _fixed(E.psd, 1),
    "nnz": _nonzeros,
    "distinct": _distinct,
    "rownorms": _slices(0),
    "colnorms": _slices(1),
    "grad": _fixed(lambda f, x: Expr("grad", (f, x), x.shape), 2),
}

# Builders whose index counts from 0 when the name is spelled as NumPy spells it.
PYTHON_INDEX = frozenset(("argmax", "argmin"))

# Postfix methods and attributes of arrays: x.sum(), x.T.
METHODS = frozenset("sum median max min mean std var dot argmax argmin prod clip abs sign norm sqrt pow square astype copy item ravel flatten numel".split())
