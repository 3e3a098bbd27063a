"""Conditions: relations joined by and, or, not; a set of numbers as the condition to lie in it."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr

_COMPLEMENT = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ELEMENT = E.sym("_")  # of a set that a condition describes
HOLDS = {"=": lambda s: s == 0, "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0}


def is_condition(e: Expr) -> bool:
    """Whether e is true or false at a point, and no value there."""
    return e.op in E.CONDITIONS


def member(s: Expr, t: Expr) -> Expr | None:
    """The condition that the number t lies in s: an interval, a finite set, unions and differences of them."""
    if s.op == "interval" or (s.op == "vec" and s.data and len(s.args) == 2):
        low, high = s.data if s.op == "interval" else (s.data[0] == "[", s.data[1] == "]")
        ends = [E.rel("<=" if low else "<", s.args[0], t)] if s.args[0] != E.neg(E.INF) else []
        ends += [E.rel("<=" if high else "<", t, s.args[1])] if s.args[1] != E.INF else []
        return Expr("and", tuple(ends))
    if s.op == "set" and not any(x.shape or x.op in E.COLLECTIONS or is_condition(x) for x in s.args):
        return Expr("or", tuple(E.rel("=", t, x) for x in s.args))
    if s.op == "solutions":
        return E.replace(s.args[0], {ELEMENT: t})
    if s.op in ("union", "minus", "meet"):
        parts = [member(x, t) for x in s.args]
        if all(p is not None for p in parts):
            found = [p for p in parts if p is not None]
            if s.op == "minus":
                found = [found[0], *(negated(p) for p in found[1:])]
            return Expr("or" if s.op == "union" else "and", tuple(found))
    return None


def negated(c: Expr) -> Expr:
    """The condition that holds where c, which is defined everywhere, does not."""
    if c.op == "rel":
        return E.rel(_COMPLEMENT[c.data], *c.args)
    if c.op in ("and", "or"):
        return Expr("or" if c.op == "and" else "and", tuple(map(negated, c.args)))
    return c.args[0] if c.op == "not" else E.truth(not c.data)


def atoms(c: Expr) -> list[Expr]:
    """The relations in a condition."""
    return [c] if c.op == "rel" else [x for a in c.args for x in atoms(a)] if c.op in ("and", "or", "not") else []
