"""Near misses in products of matrices, positive parts and pieces: a transpose or an inverse lost, factors swapped, a threshold moved."""

from __future__ import annotations

from collections.abc import Iterator

from derive.grading.stress.matrices import chain, chained
from derive.grading.stress.rewrites import positive_part
from derive.maths import expr as E
from derive.maths.expr import Expr

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def mistaken(x: Expr) -> Iterator[tuple[Expr, str]]:
    """One node with one mistake; what no longer fits together raises ShapeError when it is drawn, see `mistakes_at`."""
    if x.op == "T" and len(x.shape) == 2 and x.shape[0] != 1:
        yield x.args[0], "transpose dropped"
    if x.op == "sym" and len(x.shape) == 2:
        yield E.transpose(x), "transposed"
        if x.shape[0] == x.shape[1]:
            yield E.inverse(x), "inverse of the wrong matrix"
    if x.op == "inv":
        yield x.args[0], "inverse dropped"
        yield E.transpose(x.args[0]), "transpose for inverse"
        yield E.matmul(x, x), "inverse twice"
    if x.op == "pinv":
        yield E.transpose(x.args[0]), "transpose for inverse"
    if x.op == "matmul":
        f = chain(x)
        for k in range(len(f)):
            yield _joined((*f[:k], *f[k + 1 :]), x), "factor dropped"
        for k in range(len(f) - 1):
            yield _joined((*f[:k], f[k + 1], f[k], *f[k + 2 :]), x), "factors swapped"
    if x.op == "trace":
        yield E.det(x.args[0]), "determinant for trace"
        yield E.total(x.args[0]), "all entries for the diagonal"
    if x.op == "diag" and len(x.shape) == 2:
        yield E.inverse(x), "inverse of the wrong matrix"
        yield E.eye(x.shape[0]), "weights dropped"
    if x.op == "norm" and x.data == "fro":
        yield E.norm(x.args[0], None, "op"), "another norm"
        yield E.norm(x.args[0], None, "nuc"), "another norm"
    inner = positive_part(x)
    if inner is not None:
        yield inner, "positive part missing"
        yield E.fn("abs", inner), "absolute value for positive part"
        yield E.neg(E.fn("relu", E.neg(inner))), "negative part"
        yield E.fn("relu", E.neg(inner)), "sign inside the positive part"
    if x.op == "fn" and x.data in ("maximum", "minimum"):
        yield E.fn("minimum" if x.data == "maximum" else "maximum", *x.args), "maximum for minimum"
        for a in x.args:
            if a.shape == x.shape:
                yield a, "one side of a bound missing"
    if x.op == "fn" and x.data in ("exp", "log", "sqrt"):
        yield x.args[0], f"{x.data} missing"
        yield E.fn(x.data, E.neg(x.args[0])), "sign inside a function"
        if x.data == "exp":
            yield E.fn("log", x.args[0]), "log for exp"
    if x.op == "cases":
        values, conditions = x.args[::2], x.args[1::2]
        for v in dict.fromkeys(values):
            if v.shape == x.shape:
                yield v, "one piece for all"
        for k in range(len(values) - 1):
            swapped = list(x.args)
            swapped[2 * k], swapped[2 * k + 2] = swapped[2 * k + 2], swapped[2 * k]
            yield E.rebuild(x, tuple(swapped)), "pieces swapped"
        for k, c in enumerate(conditions):
            if c.op == "rel" and c.data in FLIPPED:
                a, b = c.args
                for moved, mistake in ((E.rel(FLIPPED[c.data], a, b), "the other side"), (E.rel(c.data, a, E.mul(E.TWO, b)), "another threshold"),
                                       (E.rel(c.data, a, E.neg(b)), "sign of a threshold"), (E.rel(c.data, a, E.ZERO), "another threshold")):
                    yield E.rebuild(x, (*x.args[: 2 * k + 1], moved, *x.args[2 * k + 2 :])), mistake
    if x.op in ("reduce", "reduceall"):
        kind = x.data[0] if x.op == "reduce" else x.data
        other = {"sum": "max", "max": "min", "min": "max"}.get(kind)
        if other:
            yield x._replace(data=(other, x.data[1]) if x.op == "reduce" else other), "another reduction"
    if x.op == "total":
        yield E.norm(x.args[0], E.ONE), "absolute values"
        yield E.mean(x.args[0]), "mean for sum"


def _joined(factors: tuple[Expr, ...], whole: Expr) -> Expr:
    """The product of the factors; where they do not fit, the product as it would be written, of the same shape."""
    if not factors:
        return whole
    try:
        found = chained(factors)
    except E.ShapeError:
        return unfitting(factors, whole)
    return found if found.shape == whole.shape else unfitting(factors, whole)


def unfitting(factors: tuple[Expr, ...], whole: Expr) -> Expr:
    """A product of factors that do not fit, as people write it by mistake."""
    out = factors[0]
    for f in factors[1:]:
        out = Expr("matmul", (out, f), whole.shape)
    return out if len(factors) > 1 else out._replace(shape=whole.shape)


def rebuilt(e: Expr, args: tuple[Expr, ...]) -> Expr:
    """The node over other arguments, with the shape that it had where they do not fit."""
    try:
        found = E.rebuild(e, args)
    except (E.ShapeError, ValueError):
        return e._replace(args=args)
    return found
