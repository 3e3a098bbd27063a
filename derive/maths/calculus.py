"""Gradients in the vector algebra, by reverse accumulation over the graph of operations.

gradient(f, x) for a scalar Expr f of a scalar, vector or matrix symbol x, at symbolic shape: one
vector-Jacobian product an operation, the contributions to a shared subexpression added before it is
passed on. Source: the chain rule; matrix differentials as in Magnus and Neudecker (d tr(AX) = <A^T, dX>,
d X^{-1} = -X^{-1} dX X^{-1}, d det X = det X <X^{-T}, dX>).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.entrywise import on_arrays
from derive.maths.expr import Expr


class NotDifferentiable(Exception):
    """No rule for this operation; the message names it."""


@dataclass(frozen=True)
class Pull:
    """One node of the backward sweep: what stands there, and the derivative of the whole with respect to it."""

    node: Expr
    adjoint: Expr


def gradient(f: Expr, x: Expr) -> Expr:
    """The gradient of the scalar f with respect to the symbol x; the shape is that of x.

    Where f has kinks (abs, max, 1-norm) this is the gradient off the kinks, with sign(0) = 0.
    Raises NotDifferentiable for operations without a rule, and for pieces whose conditions are on x: there
    f may jump, and a vanishing gradient says nothing.
    """
    if any(e.op == "cases" and any(x in set(E.walk(c)) for c in e.args[1::2]) for e in E.walk(f)):
        raise NotDifferentiable("a function by pieces may jump")
    if f.shape:
        raise NotDifferentiable(f"the gradient of {E.shape_text(f.shape)}")
    return sweep(f, E.ONE, x)[-1].adjoint


def sweep(f: Expr, seed: Expr, x: Expr, tidy: Callable[[Expr], Expr] = lambda e: e) -> list[Pull]:
    """The nodes of f that depend on x from f down to x, each with d<seed, f>/d(node); the last one is x itself.

    seed: of the shape of f; tidy: applied to every adjoint. Raises NotDifferentiable.
    """
    f = lifted(f, x)
    adjoints: dict[Expr, list[Expr]] = {f: [seed]}
    out: list[Pull] = []
    for node in _order(f, x):
        if node == x:
            continue
        if node not in adjoints:  # flat: a sign, an index of a maximum
            continue
        total = tidy(E.add(*adjoints[node]))
        out.append(Pull(node, total))
        for target, share in pulled(node, total, x):
            if depends(target, x):
                adjoints.setdefault(target, []).append(fitted(share, target.shape))
    at_x = adjoints.get(x)
    out.append(Pull(x, tidy(E.add(*at_x)) if at_x else E.zeros(*x.shape) if x.shape else E.ZERO))
    return out


def pulled(node: Expr, adjoint: Expr, x: Expr) -> list[tuple[Expr, Expr]]:
    """What one operation passes on: pairs (argument, its share of the derivative)."""
    rule = _RULES.get(node.op)
    if rule is None:
        raise NotDifferentiable(f"there is no derivative rule for '{node.op}'")
    return rule(node, adjoint, x)


def depends(e: Expr, x: Expr) -> bool:
    """Whether x stands in e."""
    return any(n == x for n in E.walk(e))


def fitted(e: Expr, shape: E.Shape) -> Expr:
    """A row as the vector of its entries, or the other way round, where that shape is wanted."""
    if e.shape == shape or not e.shape:
        return e
    if len(shape) == 1 and len(e.shape) == 2:
        return E.as_column(e)
    return E.transpose(e) if len(e.shape) == 1 and len(shape) == 2 else e


def lifted(e: Expr, x: Expr) -> Expr:
    """Sums, maxima and vectors written by their entries as operations on whole vectors, where that is the same."""
    if not e.args or not depends(e, x):
        return e
    return on_arrays(E.rebuild(e, tuple(lifted(a, x) for a in e.args)))


def _order(f: Expr, x: Expr) -> list[Expr]:
    """The nodes that depend on x, each after everything that uses it; what binds an index is one node over x."""
    done: set[Expr] = set()
    out: list[Expr] = []
    stack: list[tuple[Expr, bool]] = [(f, False)]
    while stack:
        e, left = stack.pop()
        if left:
            out.append(e)
            continue
        if e in done or not depends(e, x):
            continue
        done.add(e)
        stack.append((e, True))
        stack.extend((a, False) for a in ((x,) if e.op in ("reduce", "comp", "argopt") else e.args))
    return out[::-1]


def _scaled(factor: Expr, cot: Expr, like: Expr) -> Expr:
    """factor * cot, summed where the argument is a scalar and the product is not."""
    if like.shape or not (factor.shape or cot.shape):
        return E.mul(factor, cot)
    if factor.shape and cot.shape:
        return E.dot(factor, cot)
    return E.mul(factor, E.total(cot)) if cot.shape else E.mul(E.total(factor), cot)


Pairs = list[tuple[Expr, Expr]]


def _mul(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    return [(a, _scaled(b, cot, a)), (b, _scaled(a, cot, b))]


def _div(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    out = [(a, _scaled(E.div(E.ONE, b), cot, a))]
    return [*out, (b, _scaled(E.neg(E.div(a, E.power(b, E.TWO))), cot, b))] if depends(b, x) else out


def _pow(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, k = e.args
    out: Pairs = []
    if depends(k, x):
        out.append((k, _scaled(E.mul(e, E.fn("log", a)), cot, k)))  # for a positive base
    if not depends(a, x):
        return out
    if a.op == "norm" and (a.data == "fro" or (a.data == "p" and E.is_number(a.args[1], 2))) and E.is_number(k, 2):
        return [*out, (a.args[0], E.mul(E.mul(E.TWO, cot), a.args[0]))]  # the square of the 2-norm is smooth at 0
    lowered = E.power(a, E.sub(k, E.ONE)) if not E.is_number(k, 2) else a
    return [*out, (a, _scaled(E.mul(k, lowered), cot, a))]


def _add(e: Expr, cot: Expr, x: Expr) -> Pairs:
    return [(a, cot if len(a.shape) == len(e.shape) else E.total(cot) if not a.shape else fitted(cot, a.shape)) for a in e.args]


def _dot(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, b = e.args
    return [(a, E.mul(cot, b)), (b, E.mul(cot, a))]


def _matmul(e: Expr, cot: Expr, x: Expr) -> Pairs:
    """d(AB) = dA B + A dB, and <C, dA B> = <C B^T, dA>, <C, A dB> = <A^T C, dB>; rows and columns alike."""
    a, b = e.args
    cot = fitted(cot, e.shape)
    out: Pairs = []
    if depends(a, x):
        out.append((a, E.matmul(cot, E.transpose(b))))
    if depends(b, x):
        out.append((b, E.matmul(E.transpose(a), cot)))
    return out


def _inv(e: Expr, cot: Expr, x: Expr) -> Pairs:
    v = E.transpose(e)
    return [(e.args[0], E.neg(E.matmul(E.matmul(v, cot), v)))]


def _det(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a = e.args[0]
    return [(a, E.mul(E.mul(cot, e), E.transpose(E.inverse(a))))]


def _matpow(e: Expr, cot: Expr, x: Expr) -> Pairs:
    """d A^k = sum_j A^j dA A^(k-1-j)."""
    a, k = e.args[0], int(e.args[1].data)
    if not 1 <= k <= 8:
        raise NotDifferentiable("there is no derivative rule for this matrix power; write it with the inverse")
    at = E.transpose(a)

    def times(left: Expr, j: int) -> Expr:
        for _ in range(j):
            left = E.matmul(left, at)
        return left

    terms = []
    for j in range(k):
        body = cot
        for _ in range(j):
            body = E.matmul(at, body)
        terms.append(times(body, k - 1 - j))
    return [(a, E.add(*terms))]


def _norm(e: Expr, cot: Expr, x: Expr) -> Pairs:
    v, p = e.args
    if e.data == "fro" or (e.data == "p" and E.is_number(p, 2)):
        return [(v, E.mul(E.div(cot, e), v))]
    if e.data == "p" and E.is_number(p, 1):
        return [(v, E.mul(cot, E.fn("sign", v)))]
    if e.data == "p" and p == E.INF:
        return _reduceall(E.reduce_all("max", E.fn("abs", v)), cot, x, v)
    if e.data == "p" and not depends(p, x):
        k = E.sub(p, E.ONE)
        return [(v, E.mul(E.div(cot, E.power(e, k)), E.mul(E.power(E.fn("abs", v), k), E.fn("sign", v))))]
    raise NotDifferentiable("there is no derivative rule for this norm")


def _reduceall(e: Expr, cot: Expr, x: Expr, inside: Expr | None = None) -> Pairs:
    """max_i v_i has the gradient e_k at the entry k that attains it (where only one does)."""
    v = e.args[0]
    if len(v.shape) != 1:
        raise NotDifferentiable("there is no derivative rule for an extremum over the entries of a matrix")
    d = v.shape[0]
    k = E.argopt("argmax" if e.data == "max" else "argmin", "_k", E.at(v, E.idx("_k")), E.dim(d))
    if inside is not None:
        return [(inside, E.mul(E.mul(cot, E.fn("sign", E.at(inside, k))), E.basis(k, d)))]
    return [(v, E.mul(cot, E.basis(k, d)))]


def _one_if(condition: Expr) -> Expr:
    return E.cases(((E.ONE, condition),), E.ZERO)


_FN: dict[str, Callable[[Expr], Expr]] = {
    "abs": lambda a: E.fn("sign", a), "exp": lambda a: E.fn("exp", a),
    "log": lambda a: E.div(E.ONE, a), "sqrt": lambda a: E.div(E.HALF, E.fn("sqrt", a)),
    "log2": lambda a: E.div(E.div(E.ONE, E.fn("log", E.TWO)), a), "log10": lambda a: E.div(E.div(E.ONE, E.fn("log", E.num(10))), a),
    "sin": lambda a: E.fn("cos", a), "cos": lambda a: E.neg(E.fn("sin", a)), "sinh": lambda a: E.fn("cosh", a),
    "cosh": lambda a: E.fn("sinh", a), "tan": lambda a: E.div(E.ONE, E.power(E.fn("cos", a), E.TWO)),
    "asin": lambda a: E.div(E.ONE, E.fn("sqrt", _complement(a))), "acos": lambda a: E.neg(E.div(E.ONE, E.fn("sqrt", _complement(a)))),
    "atan": lambda a: E.div(E.ONE, E.add(_ones(a), E.power(a, E.TWO))),
    "tanh": lambda a: _complement(E.fn("tanh", a)),
    "relu": lambda a: _one_if(E.rel(">", a, E.ZERO)),
    "sigmoid": lambda a: E.mul(E.fn("sigmoid", a), E.fn("sigmoid", E.neg(a))),
}
_FLAT = frozenset(("sign", "floor", "ceil"))  # piecewise constant


def _ones(like: Expr) -> Expr:
    return E.ones(*like.shape) if like.shape else E.ONE


def _complement(a: Expr) -> Expr:
    """1 - a^2, entry by entry."""
    return E.sub(_ones(a), E.power(a, E.TWO))


def _fn(e: Expr, cot: Expr, x: Expr) -> Pairs:
    if e.data in _FLAT:
        return []
    if len(e.args) == 1 and e.data in _FN:
        return [(e.args[0], E.mul(_FN[e.data](e.args[0]), cot))]
    if e.data in ("maximum", "minimum"):
        a, b = e.args
        first = E.rel(">" if e.data == "maximum" else "<", a, b)
        return [(a, _scaled(_one_if(first), cot, a)), (b, _scaled(E.cases(((E.ZERO, first),), E.ONE), cot, b))]
    raise NotDifferentiable(f"there is no derivative rule for '{e.data}'")


def _cases(e: Expr, cot: Expr, x: Expr) -> Pairs:
    """Each branch where its condition is the first that holds."""
    out: Pairs = []
    values = [*range(0, len(e.args) - 1, 2), *([len(e.args) - 1] if len(e.args) % 2 else [])]
    for v in values:
        if not depends(e.args[v], x):
            continue
        pairs = tuple((E.ONE if k == v else E.ZERO, e.args[k + 1]) for k in range(0, len(e.args) - 1, 2))
        mask = E.cases(pairs, E.ONE if v == len(e.args) - 1 else E.ZERO)
        out.append((e.args[v], _scaled(mask, cot, e.args[v])))
    return out


def _trace(e: Expr, cot: Expr, x: Expr) -> Pairs:
    d = e.args[0].shape[0]
    return [(e.args[0], E.mul(cot, E.eye(d)))]


def _reduce(e: Expr, cot: Expr, x: Expr) -> Pairs:
    """A sum is differentiated term by term; a product by leaving out one factor; an extremum at the index that attains it."""
    body, lo, hi = e.args
    kind, index = e.data
    if body.shape:
        raise NotDifferentiable("there is no derivative rule for this sum of vectors; write it with matrices")
    inner = gradient(body, x)
    if kind == "sum":
        return [(x, E.mul(cot, E.reduce_over("sum", index, inner, lo, hi)))]
    if kind == "prod":
        return [(x, E.mul(E.mul(cot, e), E.reduce_over("sum", index, E.div(inner, body), lo, hi)))]
    if not E.is_number(lo, 1):
        raise NotDifferentiable(f"there is no derivative rule for a {kind} that does not start at 1")
    k = E.argopt("arg" + kind, index, body, hi)
    return [(x, E.mul(cot, E.replace(inner, {E.idx(index): k})))]


def _comp(e: Expr, cot: Expr, x: Expr) -> Pairs:
    index = f"_{e.data}" if e.data in E.free_indices(cot) else str(e.data)
    body = E.replace(e.args[0], {E.idx(e.data): E.idx(index)}) if index != e.data else e.args[0]
    inner = E.mul(E.at(cot, E.idx(index)), gradient(body, x))
    return [(x, E.reduce_over("sum", index, inner, E.ONE, E.dim(e.shape[0])))]


def _at(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a, *indices = e.args
    first = E.basis(indices[0], a.shape[0])
    if len(a.shape) == 1:
        return [(a, E.mul(cot, first))]
    last = cot if len(indices) == 1 else E.mul(cot, E.basis(indices[1], a.shape[1]))
    return [(a, E.matmul(first, E.transpose(last)))]


def _diag(e: Expr, cot: Expr, x: Expr) -> Pairs:
    return [(e.args[0], E.diag(cot))]


def _mean(e: Expr, cot: Expr, x: Expr) -> Pairs:
    a = e.args[0]
    count = E.dim(a.shape[0]) if len(a.shape) == 1 else E.mul(E.dim(a.shape[0]), E.dim(a.shape[1]))
    return [(a, E.mul(E.div(cot, count), E.ones(*a.shape)))]


def _vec(e: Expr, cot: Expr, x: Expr) -> Pairs:
    return [(a, E.at(cot, E.num(i + 1))) for i, a in enumerate(e.args) if depends(a, x)]


_RULES: dict[str, Callable[[Expr, Expr, Expr], Pairs]] = {
    "reduce": _reduce, "comp": _comp, "reduceall": lambda e, c, x: _reduceall(e, c, x),
    "add": _add, "neg": lambda e, c, x: [(e.args[0], E.neg(c))], "mul": _mul, "div": _div, "pow": _pow,
    "dot": _dot, "matmul": _matmul, "norm": _norm, "fn": _fn, "trace": _trace, "inv": _inv, "det": _det, "matpow": _matpow,
    "T": lambda e, c, x: [(e.args[0], fitted(E.transpose(c), e.args[0].shape))], "diag": _diag, "cases": _cases,
    "total": lambda e, c, x: [(e.args[0], E.mul(c, E.ones(*e.args[0].shape)))], "mean": _mean, "at": _at, "vec": _vec,
    "argopt": lambda e, c, x: [], "rel": lambda e, c, x: [], "and": lambda e, c, x: [], "or": lambda e, c, x: [], "not": lambda e, c, x: [],
}
