"""Logarithms of products and powers parted into sums, where every factor is known to be positive."""

from __future__ import annotations

from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.words import Words
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem

POSITIVE = frozenset(("positive", "unit", "simplex", "count"))


def parted(problem: Problem, e: Expr, unknowns: set[str]) -> Expr:
    """e with log(a b) = log a + log b, log(a/b), log(a^k) = k log a, each factor positive by its declaration."""
    facts = Facts({n: s.domain for n, s in problem.symbols.items()}, frozenset(n for n, s in problem.symbols.items() if s.domain in POSITIVE))
    words = Words(facts)

    def positive(x: Expr) -> bool:
        if x.op == "sym":
            return facts.domain(x) in POSITIVE
        if x.op in ("mul", "div"):
            return all(positive(a) for a in x.args)
        return not x.shape and sign_of(words, x) == 2

    def log(x: Expr) -> Expr:
        if x.op in ("mul", "div") and all(positive(a) or a.op in ("mul", "div", "pow") for a in x.args):
            a, b = (log(y) for y in x.args)
            if len(x.shape) < 2:
                a, b = (E.mul(y, E.ones(*x.shape)) if x.shape and not y.shape else y for y in (a, b))
                return E.add(a, b if x.op == "mul" else E.neg(b))
        if x.op == "pow" and not x.args[1].shape and positive(x.args[0]):
            return E.mul(x.args[1], log(x.args[0]))
        if E.is_number(x, 1):
            return E.ZERO
        return E.fn("log", x)

    def go(x: Expr) -> Expr:
        if not x.args:
            return x
        args = tuple(go(a) for a in x.args)
        x = x if args == x.args else E.rebuild(x, args)
        return log(x.args[0]) if x.op == "fn" and x.data == "log" and E.symbols_in(x) & unknowns else x

    return spread(go(e))


def spread(e: Expr) -> Expr:
    """Products with a sum multiplied out where a logarithm stands in the sum, so that the logarithms stand in terms of their own."""
    if e.op == "add":
        return E.add(*(spread(a) for a in e.args))
    if e.op == "neg":
        inner = spread(e.args[0])
        return E.add(*(_minus(a) for a in inner.args)) if inner.op == "add" else E.neg(inner)
    if e.op in ("mul", "div") and not e.shape:
        a, b = e.args
        left, right = spread(a), (spread(b) if e.op == "mul" else b)
        combine = E.mul if e.op == "mul" else E.div
        if left.op == "add" and _has_log(left):
            return E.add(*(spread(combine(t, right)) for t in left.args))
        if e.op == "mul" and right.op == "add" and _has_log(right):
            return E.add(*(spread(E.mul(left, t)) for t in right.args))
        return combine(left, right)
    if e.op == "total" and e.args[0].op == "mul" and len(e.shape) == 0 and _has_log(e):
        a, b = e.args[0].args
        for x, y in ((a, b), (b, a)):
            if y.op == "add" and _has_log(y) and all(t.shape == e.args[0].shape for t in y.args):
                return E.add(*(spread(E.total(E.mul(x, t))) for t in y.args))
    if e.op == "total" and e.args[0].op == "add" and all(t.shape == e.args[0].shape for t in e.args[0].args):
        return E.add(*(E.total(t) for t in e.args[0].args)) if _has_log(e) else e
    return e


def _minus(e: Expr) -> Expr:
    return e.args[0] if e.op == "neg" else E.neg(e)


def _has_log(e: Expr) -> bool:
    return any(x.op == "fn" and x.data == "log" for x in E.walk(e))
