"""Trees from trees: the same node over other arguments, subtrees replaced, dimensions fixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.maths.expr.arithmetic import add, div, dot, fn, inverse, matmul, mean, mul, neg, power, total, transpose
from derive.maths.expr.indexed import at, cases, comp, logic, reduce_all, reduce_over, rel, vec
from derive.maths.expr.matrices import chol, det, diag, eig, inside_least, least, norm, pinv, psd, qr, rank, svd, trace
from derive.maths.expr.node import Dim, Expr, idx, num
from derive.maths.expr.trees import bound_index


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
    if op in ("svd", "eig", "qr"):
        return {"svd": svd, "eig": eig, "qr": qr}[op](args[0], e.data)
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
    "add": add,
    "neg": neg,
    "mul": mul,
    "div": div,
    "pow": power,
    "matmul": matmul,
    "dot": dot,
    "T": transpose,
    "inv": inverse,
    "pinv": pinv,
    "trace": trace,
    "det": det,
    "diag": diag,
    "total": total,
    "mean": mean,
    "at": at,
    "rank": rank,
    "psd": psd,
    "chol": chol,
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
