"""Monomials in a positive unknown, their logarithms, and exponentials of sums of logarithms as products."""

from __future__ import annotations

from fractions import Fraction

from derive.derivation.quadratics.definite import STRICT
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.problem.model import Problem

POSITIVE = STRICT | {"simplex"}


def is_monomial(problem: Problem, e: Expr, x: Expr) -> bool:
    """Whether e is a positive constant times powers of entries of the unknown x."""
    if e == x:
        return True
    if e.op == "sym":
        return problem.symbols[str(e.data)].domain in POSITIVE if str(e.data) in problem.symbols else False
    if e.op == "num":
        return bool(e.data > 0)
    if e.op == "dim":
        return True
    if e.op == "at":
        return e.args[0].op == "sym" and is_monomial(problem, e.args[0], x)
    if e.op in ("mul", "div"):
        return all(is_monomial(problem, a, x) for a in e.args)
    if e.op == "pow":
        return is_monomial(problem, e.args[0], x) and x not in set(E.walk(e.args[1]))
    if e.op == "fn" and e.data in ("sqrt", "exp"):
        return x not in set(E.walk(e)) if e.data == "exp" else is_monomial(problem, e.args[0], x)
    return e.op == "reduce" and e.data[0] == "prod" and is_monomial(problem, e.args[0], x)


def as_logarithm(e: Expr, x: Expr, y: Expr) -> Expr:
    """log e of a monomial, with log x written y."""
    if e == x:
        return y
    if x not in set(E.walk(e)):
        return E.ZERO if E.is_number(e, 1) else E.fn("log", e)
    if e.op == "at":
        return E.at(y, *e.args[1:])
    if e.op in ("mul", "div"):
        a, b = (as_logarithm(f, x, y) for f in e.args)
        return E.add(a, b) if e.op == "mul" else E.sub(a, b)
    if e.op == "pow":
        return E.mul(e.args[1], as_logarithm(e.args[0], x, y))
    if e.op == "fn" and e.data == "sqrt":
        return E.mul(E.HALF, as_logarithm(e.args[0], x, y))
    return E.reduce_over("sum", e.data[1], as_logarithm(e.args[0], x, y), *e.args[1:])


def exponentials(e: Expr, x: Expr, y: Expr) -> Expr | None:
    """e with x = exp(y), products and powers of exponentials and logarithms of them worked out."""
    if x not in set(E.walk(e)):
        return e
    if e == x:
        return E.fn("exp", y)
    if e.op == "at" and e.args[0] == x:
        return E.fn("exp", E.at(y, *e.args[1:]))
    args = [exponentials(a, x, y) for a in e.args]
    if any(a is None for a in args):
        return None
    own = [a for a in args if a is not None]
    if e.op == "pow" and own[0].op == "fn" and own[0].data == "exp":
        return E.fn("exp", simplify(E.mul(own[1], own[0].args[0])))
    if e.op == "div" and own[1].op == "fn" and own[1].data == "exp":
        inverse = E.fn("exp", E.neg(own[1].args[0]))
        return inverse if E.is_number(own[0], 1) else E.mul(own[0], inverse)
    if e.op == "fn" and e.data == "log" and own[0].op == "fn" and own[0].data == "exp":
        return own[0].args[0]
    if e.op == "reduce" and e.data[0] == "prod":
        return E.fn("exp", as_logarithm(e, x, y))
    try:
        return E.rebuild(e, tuple(own))
    except E.ShapeError:
        return None


def without_logs(e: Expr) -> Expr:
    """exp(y) of a sum y: exp(a + k log b) = exp(a) b^k, entry by entry."""
    factors: Expr | None = None
    rest: list[Expr] = []
    spread = E.ones(*e.shape) if e.shape else None
    for t in _terms(simplify(e)):
        found = _log_term(t)
        if found is None:
            rest.append(t)
            continue
        k, base = found
        factor = base if k == 1 else E.div(E.ONE, base) if k == -1 else E.power(base, E.num(k))
        factors = factor if factors is None else E.mul(factors, factor)
    if rest:
        scalar = [_unspread(t) for t in rest]
        gathered = [t for t in scalar if t is not None]
        outer = E.fn("exp", E.add(*gathered) if len(gathered) == len(rest) else E.add(*rest))
        factors = outer if factors is None else E.mul(outer, factors)
    assert factors is not None
    out = simplify(factors)
    return out if out.shape == e.shape or spread is None else E.mul(out, spread)


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if e.op == "add" else (e,)


def _unspread(t: Expr) -> Expr | None:
    """The scalar c of c * ones."""
    if not t.shape:
        return t
    if t.op == "neg":
        inner = _unspread(t.args[0])
        return None if inner is None else E.neg(inner)
    if t.op in ("mul", "div"):
        a, b = t.args
        if a.op == "ones":
            return b if t.op == "mul" else None
        if b.op == "ones":
            return a
        if not b.shape:
            inner = _unspread(a)
            return None if inner is None else E.rebuild(t, (inner, b))
        if not a.shape and t.op == "mul":
            inner = _unspread(b)
            return None if inner is None else E.mul(a, inner)
    return E.ONE if t.op == "ones" else None


def _log_term(t: Expr) -> tuple[Fraction, Expr] | None:
    """(k, b) of k log b with a number k, b spread where the vector of equal entries stands."""
    if t.op == "neg":
        inner = _log_term(t.args[0])
        return None if inner is None else (-inner[0], inner[1])
    if t.op == "fn" and t.data == "log":
        return Fraction(1), t.args[0]
    if t.op in ("mul", "div"):
        a, b = t.args
        if t.op == "mul" and a.op == "num":
            inner = _log_term(b)
            return None if inner is None else (a.data * inner[0], inner[1])
        if t.op == "div" and b.op == "num":
            inner = _log_term(a)
            return None if inner is None else (inner[0] / b.data, inner[1])
        if t.op == "mul" and "ones" in (a.op, b.op):
            return _log_term(b if a.op == "ones" else a)
    return None
