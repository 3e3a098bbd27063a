"""Functions of machine learning as compositions of elementary ones: softmax, log-sum-exp, softplus, standard deviation.

On a matrix, softmax and log-sum-exp go row by row (one example a row).
"""

from __future__ import annotations

from collections.abc import Callable

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError

Builder = Callable[[list[Expr], dict[str, Expr]], Expr]


def ones_like(x: Expr) -> Expr:
    """The constant 1 of the shape of x."""
    return E.ones(*x.shape) if x.shape else E.ONE


def row_sums(m: Expr) -> Expr:
    """M 1."""
    return E.matmul(m, E.ones(m.shape[1]))


def softmax(x: Expr) -> Expr:
    """exp(x_i) / sum_j exp(x_j); for a matrix in every row."""
    x = E.as_column(x)
    e = E.fn("exp", x)
    if len(x.shape) == 2:
        return E.matmul(E.diag(E.div(E.ONE, row_sums(e))), e)
    if not x.shape:
        raise ShapeError("softmax of a scalar")
    return E.div(e, E.total(e))


def logsumexp(x: Expr) -> Expr:
    """log sum_j exp(x_j); for a matrix the vector of its rows' values."""
    x = E.as_column(x)
    e = E.fn("exp", x)
    return E.fn("log", row_sums(e) if len(x.shape) == 2 else E.total(e))


def log_softmax(x: Expr) -> Expr:
    """x - log sum exp x, entry by entry."""
    x = E.as_column(x)
    if len(x.shape) != 1:
        raise ShapeError(f"log-softmax of {E.shape_text(x.shape)}")
    return E.sub(x, E.mul(logsumexp(x), E.ones(*x.shape)))


def softplus(x: Expr) -> Expr:
    """log(1 + exp x)."""
    return E.fn("log", E.add(ones_like(x), E.fn("exp", x)))


def variance(x: Expr) -> Expr:
    """(1/n) sum_i (x_i - mean(x))^2, the population variance."""
    x = E.as_column(x)
    if len(x.shape) != 1:
        raise ShapeError(f"variance of {E.shape_text(x.shape)}")
    return E.mean(E.power(E.sub(x, E.mul(E.mean(x), E.ones(*x.shape))), E.TWO))


def one_hot(k: Expr, size: Expr) -> Expr:
    """The unit vector of the class k, counted from 0 as in code."""
    if size.op not in ("num", "dim", "sym") or (size.op == "num" and size.data.denominator != 1):
        raise ShapeError("a unit vector of a length that is no dimension")
    return E.basis(E.add(k, E.ONE), int(size.data) if size.op == "num" else str(size.data))


def _one(f: Callable[[Expr], Expr]) -> Builder:
    def build(args: list[Expr], kw: dict[str, Expr]) -> Expr:
        if len(args) != 1:
            raise ShapeError(f"{f.__name__} with {len(args)} arguments, where it takes 1")
        return f(args[0])

    return build


def _one_hot(args: list[Expr], kw: dict[str, Expr]) -> Expr:
    given = [*args, *(kw[k] for k in ("num_classes", "n") if k in kw)]
    if len(given) != 2 or kw.keys() - {"num_classes", "n", "dtype"}:
        raise ShapeError(f"one_hot with {len(given)} arguments, where it takes 2: one_hot(k, n)")
    return one_hot(*given)


def std(x: Expr) -> Expr:
    """The root of the population variance."""
    return E.fn("sqrt", variance(x))


def _covariance(args: list[Expr], kw: dict[str, Expr]) -> Expr:
    """The population covariance of two vectors; np.cov is a matrix, and another."""
    if len(args) != 2 or len(args[0].shape) != 1 or args[0].shape != args[1].shape:
        raise ShapeError("a covariance of anything but two vectors of one length")
    x, y = args
    return E.sub(E.mean(E.mul(x, y)), E.mul(E.mean(x), E.mean(y)))


def log1p(x: Expr) -> Expr:
    """log(1 + x)."""
    return E.fn("log", E.add(ones_like(x), x))


def expm1(x: Expr) -> Expr:
    """exp(x) - 1."""
    return E.sub(E.fn("exp", x), ones_like(x))


def _normalize(args: list[Expr], kw: dict[str, Expr]) -> Expr:
    """A vector over its norm, as torch.nn.functional.normalize has it: p = 2 unless given; of a matrix each row (dim=1, as it is unless given) or column (dim=0)."""
    x = E.as_column(args[0]) if args else E.ZERO
    if not 1 <= len(args) <= 2 or not x.shape or kw.keys() - {"p", "ord", "dim", "axis"}:
        raise ShapeError("normalize of anything but one vector or matrix")
    p = args[1] if len(args) == 2 else kw.get("p", kw.get("ord"))
    if len(x.shape) == 1:
        return E.div(x, E.norm(x, p))
    axis = kw.get("axis", kw.get("dim", E.ONE))
    if not any(E.is_number(axis, k) for k in (0, 1)) and axis != E.neg(E.ONE):
        raise ShapeError("an axis that a matrix does not have")
    rows = E.transpose(x) if E.is_number(axis, 0) else x
    row = E.at(rows, E.idx("_r"))
    made = E.comp("_r", E.div(row, E.norm(row, p)), rows.shape[0])
    return E.transpose(made) if E.is_number(axis, 0) else made


LAYERS: dict[str, Builder] = {
    "softmax": _one(softmax), "Softmax": _one(softmax), "logsumexp": _one(logsumexp), "LSE": _one(logsumexp), "lse": _one(logsumexp),
    "log_softmax": _one(log_softmax), "softplus": _one(softplus), "var": _one(variance), "Var": _one(variance), "std": _one(std), "cov": _covariance, "Cov": _covariance,
    "log1p": _one(log1p), "expm1": _one(expm1), "onehot": _one_hot, "one_hot": _one_hot, "normalize": _normalize,
    "expit": _one(lambda x: E.fn("sigmoid", x)), "logistic": _one(lambda x: E.fn("sigmoid", x)),
}


def entrywise_sum(a: Expr, b: Expr, defined: Callable[[str], Expr | None]) -> tuple[Expr, Expr] | None:
    """The terms of a + b with a scalar spread over the entries of a vector, where that is what is written.

    1 + exp(v), 1 - s(1 - s) for entrywise s, x - mean(x): the vector is made entry by entry, or the scalar
    is a statistic of one. Elsewhere a scalar beside a vector is a slip, and None is returned.
    defined: a name's definition.
    """
    scalar, vector = (a, b) if not a.shape else (b, a)
    if scalar.shape or not vector.shape or E.is_number(scalar, 0):
        return None
    if not (_entry_by_entry(vector, defined, E.number_value(scalar) is not None) or _statistic(scalar, defined)):
        return None
    spread = E.ones(*vector.shape) if E.is_number(scalar, 1) else E.mul(scalar, E.ones(*vector.shape))
    return (spread, b) if not a.shape else (a, spread)


def _entry_by_entry(e: Expr, defined: Callable[[str], Expr | None], products: bool) -> bool:
    """products: whether a product of two vectors counts, which beside a number cannot be a slip for an inner product."""
    if e.op == "sym":
        let = defined(str(e.data))
        return let is not None and _entry_by_entry(let, lambda name: None, products)
    if e.op in ("neg", "add", "mul", "div"):
        if products and e.op in ("mul", "div") and all(a.shape for a in e.args):
            return True
        return any(_entry_by_entry(a, defined, products) for a in e.args if a.shape)
    return e.op in ("fn", "pow", "cases", "ones")


def _statistic(e: Expr, defined: Callable[[str], Expr | None]) -> bool:
    if e.op == "sym":
        let = defined(str(e.data))
        return let is not None and _statistic(let, lambda name: None)
    if e.op in ("neg", "mul", "div"):
        return any(_statistic(a, defined) for a in e.args)
    return e.op in ("mean", "total", "reduceall") or (e.op == "reduce" and e.data[0] in ("sum", "max", "min"))
