"""Expr -> CVXPY expression, operation by operation: how the independent truth states a program.

CVXPY is imported when this is called, not before. What CVXPY has no counterpart for raises NotEvaluable.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from derive.maths import expr as E
from derive.maths.batches import Batch, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.worlds import as_array


class Lowering:
    """Expr -> CVXPY expression in one world. What does not hold an unknown becomes a number."""

    def __init__(self, world: World, unknowns: Mapping[str, Any]) -> None:
        values = {n: as_array([v]) for n, v in world.values.items() if n not in unknowns}
        self.batch = Batch(values, world.dims, 1)
        self.unknowns = unknowns
        self.bound: dict[str, int] = {}

    def scalar(self, e: Expr) -> Any:
        import cvxpy as cp

        out = self.go(e)
        return cp.Constant(out) if isinstance(out, (float, np.ndarray)) else out

    def go(self, e: Expr) -> Any:
        if not any(x.op == "sym" and x.data in self.unknowns for x in E.walk(e)):
            mapping = {E.idx(n): E.num(i) for n, i in self.bound.items()}
            value = np.asarray(evaluate(E.replace(e, mapping) if mapping else e, self.batch)[0])
            if not np.all(np.isfinite(value)):
                raise NotEvaluable("a coefficient is undefined in this world")
            return value
        rule = _LOWER.get(e.op)
        if rule is None:
            raise NotEvaluable(f"'{e.op}' of the unknown has no CVXPY counterpart")
        return rule(self, e)

    def constraint(self, e: Expr) -> list[Any]:
        if e.op == "and":
            return [c for a in e.args for c in self.constraint(a)]
        import cvxpy as cp

        if e.op == "psd":
            x = self.go(e.args[0])
            return [x >> 0, x == x.T]
        if e.op != "rel" or e.data not in ("=", "<=", ">=", "<", ">"):
            raise NotEvaluable(f"'{e.data or e.op}' is no constraint of a convex program")
        a, b = (self.go(x) for x in e.args)
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            a = cp.Constant(a)  # it speaks of parameters only: it holds or the program is infeasible
        return [a == b if e.data == "=" else a <= b if e.data in ("<=", "<") else a >= b]


def _geometric_mean(s: Lowering, e: Expr) -> Any:
    """(prod_i x_i)^(1/n) of all entries of the unknown, which CVXPY knows as geo_mean; else None."""
    import cvxpy as cp

    base, k = e.args
    if base.op != "reduce" or base.data[0] != "prod" or not E.is_number(base.args[1], 1):
        return None
    body, size = base.args[0], s.go(base.args[2])
    if body.op != "at" or body.args[1:] != (E.idx(base.data[1]),) or s.go(body.args[0]).shape != (int(size),) or abs(float(s.go(k)) * float(size) - 1) > 1e-12:
        return None
    return cp.geo_mean(s.go(body.args[0]))


def _power(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    mean = _geometric_mean(s, e)
    if mean is not None:
        return mean
    k = s.go(e.args[1])
    if not isinstance(k, np.ndarray):
        raise NotEvaluable("the unknown stands in an exponent")
    base = s.go(e.args[0])
    if float(k) == 2 and base.is_affine():
        return cp.square(base)
    return cp.power(base, float(k))


def _norm(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    if e.args[0].op == "svd" and e.args[0].data == "s":  # a Schatten norm
        inside, q = e.args[0].args[0], e.args[1]
        kinds = {Fraction(1): "nuc", Fraction(2): "fro"}
        kind = "op" if q == E.INF else kinds.get(Fraction(float(s.go(q))))
        if kind is None:
            raise NotEvaluable("only the Schatten norms with exponent 1, 2 and infinity have a CVXPY counterpart")
        return _norm(s, E.norm(inside, None, kind))
    x = s.go(e.args[0])
    if e.data == "fro":
        return cp.norm(x, "fro")
    if e.data in ("op", "nuc"):
        return cp.norm(x, 2) if e.data == "op" else cp.normNuc(x)
    p = e.args[1]
    if p == E.INF:
        return cp.norm_inf(x)
    v = float(s.go(p))
    return cp.norm1(x) if v == 1 else cp.norm(x, 2) if v == 2 else cp.pnorm(x, v, approx=False)


def _root_of_squares(s: Lowering, x: Expr) -> Any:
    """sqrt of a sum or mean of squares, or of x^T A x, as the norm that it is; None for anything else."""
    import cvxpy as cp

    if x.op in ("mul", "div") and not x.shape:
        a, b = (x.args[1], x.args[0]) if x.op == "mul" and not _has_unknown(s, x.args[0]) else x.args
        inside = None if _has_unknown(s, b) else _root_of_squares(s, a)
        if inside is None:
            return None
        k = float(np.sqrt(s.go(b)))
        return inside * k if x.op == "mul" else inside / k
    if x.op in ("total", "mean") and x.args[0].op == "pow" and E.is_number(x.args[0].args[1], 2):
        v = s.go(x.args[0].args[0])
        return cp.norm(cp.vec(v, order="F"), 2) / (float(np.sqrt(v.size)) if x.op == "mean" else 1.0)
    if x.op != "dot":
        return None
    a, b = x.args
    if a == b:
        return cp.norm(cp.vec(s.go(a), order="F"), 2)
    for v, y in ((a, b), (b, a)):
        m = _matrix_on(s, y, v)
        if m is not None and np.allclose(m, m.T) and np.linalg.eigvalsh((m + m.T) / 2).min() > 0:
            return cp.norm(np.linalg.cholesky((m + m.T) / 2).T @ s.go(v), 2)
    return None


def _has_unknown(s: Lowering, e: Expr) -> bool:
    return any(x.op == "sym" and x.data in s.unknowns for x in E.walk(e))


def _fn(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    if e.data == "sqrt":
        root = _root_of_squares(s, e.args[0])
        if root is not None:
            return root
    table: dict[str, Callable[..., Any]] = {
        "abs": cp.abs, "exp": cp.exp, "log": cp.log, "sqrt": cp.sqrt, "relu": cp.pos, "maximum": cp.maximum,
        "minimum": cp.minimum,
    }
    if e.data == "log" and e.args[0].op == "det":
        return cp.log_det(s.go(e.args[0].args[0]))
    if e.data not in table:
        raise NotEvaluable(f"'{e.data}' of the unknown has no CVXPY counterpart")
    soft = _soft_function(s, e)
    if soft is not None:
        return soft
    return table[e.data](*(s.go(a) for a in e.args))


def _soft_function(s: Lowering, e: Expr) -> Any:
    """log(1 + exp(a)) and log(sum(exp(a))), which CVXPY knows as logistic and log_sum_exp; else None."""
    import cvxpy as cp

    of = e.args[0]
    if e.data != "log" or e.shape not in ((), of.shape):
        return None
    if of.op == "total" and of.args[0].op == "fn" and of.args[0].data == "exp":
        return cp.log_sum_exp(s.go(of.args[0].args[0]))
    if of.op == "reduce" and of.data[0] == "sum" and of.args[0].op == "fn" and of.args[0].data == "exp":
        entries = _reduce_terms(s, of._replace(args=(of.args[0].args[0], *of.args[1:])))
        return cp.log_sum_exp(cp.hstack(entries))
    if of.op == "add" and len(of.args) == 2:
        for one, other in (of.args, of.args[::-1]):
            if (E.is_number(one, 1) or one.op == "ones") and other.op == "fn" and other.data == "exp":
                return cp.logistic(s.go(other.args[0]))
    return None


def _dot(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    a, b = e.args
    if a == b:
        return cp.sum_squares(s.go(a))
    x, y = s.go(a), s.go(b)
    quadratic = _quadratic_form(s, a, b)
    quadratic = _quadratic_form(s, b, a) if quadratic is None else quadratic
    return quadratic if quadratic is not None else cp.sum(cp.multiply(x, y))


def _quadratic_form(s: Lowering, x: Expr, y: Expr) -> Any:
    """x^T A x with a constant symmetric A, however the product is bracketed."""
    import cvxpy as cp

    a = _matrix_on(s, y, x)
    if a is None or not np.allclose(a, a.T):
        return None
    a = (a + a.T) / 2
    values = np.linalg.eigvalsh(a)
    # A A^T of a rank-deficient A has eigenvalues a rounding below 0: told apart from indefinite matrices by their scale.
    slack = 1e-12 * float(np.abs(values).max())
    if values.min() >= -slack or values.max() <= slack:
        a = cp.psd_wrap(a)
    return cp.quad_form(s.go(x), a)


def _matrix_on(s: Lowering, y: Expr, x: Expr) -> Any:
    """The constant matrix A with y = A x, else None. x^T A stands as a row, so transposes are looked through."""
    def as_row(e: Expr) -> Expr:
        return e.args[0] if e.op == "T" else E.transpose(e)

    if y == x:
        return np.eye(int(np.prod(s.go(x).shape)))
    if y.op == "neg":
        inner = _matrix_on(s, y.args[0], x)
        return None if inner is None else -inner
    core = y.args[0] if y.op == "T" else y
    if (core.op in ("mul", "div") and not core.args[1].shape) or (core.op == "mul" and not core.args[0].shape):
        scale, rest = core.args if not core.args[0].shape else core.args[::-1]
        factor, inner = s.go(scale), _matrix_on(s, as_row(rest) if y.op == "T" else rest, x)
        if inner is None or not isinstance(factor, np.ndarray):
            return None
        return inner / factor if core.op == "div" else inner * factor
    if y.op == "matmul" and len(y.shape) == 1:
        left, inner = s.go(y.args[0]), _matrix_on(s, y.args[1], x)
        return left @ inner if isinstance(left, np.ndarray) and inner is not None else None
    if y.op == "T" and len(y.shape) == 1 and y.args[0].op == "matmul":
        row, right = y.args[0].args
        last, inner = s.go(right), _matrix_on(s, as_row(row), x) if row.shape[0] == 1 else None
        return last.T @ inner if isinstance(last, np.ndarray) and inner is not None else None
    return None


def _factors(e: Expr) -> list[Expr]:
    return [f for a in e.args for f in _factors(a)] if e.op == "mul" else [e]


def _entropy(s: Lowering, e: Expr) -> Any:
    """c x log(x) and c x log(x/y) of the unknown x, which CVXPY knows as entr and rel_entr; else None."""
    import cvxpy as cp

    factors = _factors(e)
    mine = [f for f in factors if any(x.op == "sym" and x.data in s.unknowns for x in E.walk(f))]
    logs = [f for f in mine if f.op == "fn" and f.data == "log"]
    if len(mine) != 2 or len(logs) != 1:
        return None
    x, of = next(f for f in mine if f is not logs[0]), logs[0].args[0]
    if of == x:
        out = -cp.entr(s.go(x))
    elif of.op == "div" and of.args[0] == x and isinstance(s.go(of.args[1]), np.ndarray):
        out = cp.rel_entr(s.go(x), s.go(of.args[1]))
    else:
        return None
    for f in factors:
        out = out if f in mine else cp.multiply(s.go(f), out)
    return out


def _div(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    a, b = (s.go(x) for x in e.args)
    return cp.multiply(a, cp.inv_pos(b)) if isinstance(a, np.ndarray) and not isinstance(b, np.ndarray) else a / b


def _mul(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    entropy = _entropy(s, e)
    if entropy is not None:
        return entropy
    if e.args[0] == e.args[1]:
        return cp.square(s.go(e.args[0]))
    a, b = (s.go(x) for x in e.args)
    return cp.multiply(a, b)


def _extreme(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    return (cp.max if e.data == "max" else cp.min)(s.go(e.args[0]))


def _reduce_terms(s: Lowering, e: Expr) -> list[Any]:
    body, lo, hi = e.args
    _, index = e.data
    first, last = int(s.go(lo)), int(s.go(hi))
    terms = []
    for i in range(first, last + 1):
        s.bound[index] = i
        terms.append(s.go(E.replace(body, {E.idx(index): E.num(i)})))
        del s.bound[index]
    return terms


def _reduce(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    terms, kind = _reduce_terms(s, e), e.data[0]
    if kind == "sum":
        return sum(terms[1:], terms[0])
    if kind == "prod":
        raise NotEvaluable("a product of unknowns has no CVXPY counterpart")
    return (cp.maximum if kind == "max" else cp.minimum)(*terms) if len(terms) > 1 else terms[0]


def _at(s: Lowering, e: Expr) -> Any:
    x = s.go(e.args[0])
    index = tuple(int(s.go(i)) - 1 for i in e.args[1:])
    return x[index if len(index) > 1 else index[0]]


def _total(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    return cp.sum(s.go(e.args[0]))


def _trace(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    x = e.args[0]
    if x.op == "matmul" and x.args[0] == E.transpose(x.args[1]):
        return cp.sum_squares(s.go(x.args[1]))
    if x.op == "matmul" and x.args[0].op == "matmul" and x.args[0].args[0] == E.transpose(x.args[1]):
        a = s.go(x.args[0].args[1])
        values, vectors = np.linalg.eigh(a) if isinstance(a, np.ndarray) and np.allclose(a, a.T) else (np.array([-1.0]), a)
        if values.min() >= 0:  # tr(R^T A R) = ||A^{1/2} R||_F^2
            return cp.sum_squares((np.sqrt(values)[:, None] * vectors.T) @ s.go(x.args[1]))
    return cp.trace(s.go(e.args[0]))


def _matmul(s: Lowering, e: Expr) -> Any:
    """A product; a column times a row, both one-dimensional arrays there, is their outer product."""
    import cvxpy as cp

    a, b = (s.go(x) for x in e.args)
    if len(e.shape) == 2 and len(e.args[0].shape) == 1:
        return cp.outer(a, cp.vec(b, order="F"))
    return a @ b


def _comp(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    entries = []
    for i in range(1, int(s.go(E.dim(e.shape[0]))) + 1):
        s.bound[e.data] = i
        entries.append(s.scalar(E.replace(e.args[0], {E.idx(e.data): E.num(i)})))
        del s.bound[e.data]
    return cp.hstack(entries) if len(e.shape) == 1 else cp.vstack(entries)


def _svd(s: Lowering, e: Expr) -> Any:
    raise NotEvaluable("singular values of the unknown stand outside a norm that CVXPY knows")


def _stack(s: Lowering, e: Expr) -> Any:
    import cvxpy as cp

    return cp.hstack([s.scalar(a) for a in e.args])


_LOWER: dict[str, Callable[[Lowering, Expr], Any]] = {
    "sym": lambda s, e: s.unknowns[e.data],
    "add": lambda s, e: sum((s.go(a) for a in e.args[1:]), s.go(e.args[0])),
    "neg": lambda s, e: -s.go(e.args[0]), "mul": _mul, "div": _div,
    "pow": _power, "matmul": _matmul, "dot": _dot, "norm": _norm, "fn": _fn,
    "total": _total, "reduceall": _extreme, "reduce": _reduce, "at": _at, "vec": _stack,
    "mean": lambda s, e: _total(s, e) / int(np.prod([float(s.go(E.dim(d))) for d in e.args[0].shape])),
    "trace": _trace,
    "T": lambda s, e: s.go(e.args[0]).T, "comp": _comp, "svd": _svd,
}
