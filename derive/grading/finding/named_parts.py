"""Answers whose entries have names: u = ..., v = ...; the sum and product of eigenvalues; a characteristic equation; a bound.

    u_inf = sqrt(2), v_inf = 1/u_inf               the entries of (u, v), one after the other
    l_1 + l_2 = 3 b, l_1 l_2 = b^2                 entries that are formulas in names of their own
    l^2 - 3 b l + b^2 = 0                          the characteristic equation, or its polynomial alone: sum and product are its coefficients
    0 < eta < 2/h                                  the supremum of eta
"""

from __future__ import annotations

from collections.abc import Sequence

from derive.grading.finding.wanted import Member, Wanted
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.parse import Statement


def named_parts(statements: Sequence[Statement], wanted: Wanted) -> Member | None:
    """The answer that statements about its named parts give; None where they do not."""
    if wanted.supremum:
        return _bound(statements, wanted)
    if not wanted.entries:
        return None
    found = _entries(statements, wanted)
    return found if found is not None or not wanted.eigenvalue else _characteristic(statements, wanted)


def names_of_parts(wanted: Wanted) -> frozenset[str]:
    """The names that stand for what is asked: equations for them are the answer, not claims beside it."""
    return frozenset().union(*(E.symbols_in(e) for e in wanted.entries), {wanted.eigenvalue})


def _without_time(e: Expr) -> Expr:
    """u_infinity and u_T as u."""
    mapping = {x: E.sym(str(x.data).partition("@")[0], x.shape) for x in E.walk(e) if x.op == "sym" and str(x.data).endswith("@limit")}
    return E.replace(e, mapping) if mapping else e


def _entries(statements: Sequence[Statement], wanted: Wanted) -> Member | None:
    values: list[Expr | None] = [None] * len(wanted.entries)
    approximate = False
    for s in statements:
        if not s.ops or any(op not in ("=", "~") for op in s.ops):
            continue
        head = _without_time(s.terms[0])
        k = next((k for k, e in enumerate(wanted.entries) if not head.shape and proved_equal(head, e)), None)
        if k is None:
            continue
        if values[k] is not None:
            return None  # given twice: which one stands is not ours to say
        known = {e: v for e, v in zip(wanted.entries, values, strict=True) if v is not None and e.op == "sym"}
        exact = [t for op, t in zip(s.ops, s.terms[1:], strict=True) if op == "="]
        values[k] = E.replace(_without_time(exact[-1] if exact else s.terms[-1]), known)
        approximate = approximate or not exact
    known_values = tuple(v for v in values if v is not None)
    if len(known_values) < len(values) or any(v.shape for v in known_values):
        return None
    return Member(E.vec(known_values), approximate)


def _characteristic(statements: Sequence[Statement], wanted: Wanted) -> Member | None:
    """l^2 - S l + P = 0 up to a factor: (S, P), or what of them is asked."""
    x = E.sym(wanted.eigenvalue)
    for s in statements:
        if s.ops not in ((), ("=",)) or not any(x in E.walk(t) for t in s.terms) or any(t.shape for t in s.terms):
            continue
        p = E.sub(*s.terms) if s.ops else s.terms[0]  # the polynomial alone, too
        if not _is_quadratic(p, x):
            return None
        at = {k: E.replace(p, {x: E.num(k) if k >= 0 else E.neg(E.num(-k))}) for k in (-1, 0, 1)}
        slope = E.div(E.sub(at[1], at[-1]), E.TWO)
        lead = E.sub(E.div(E.add(at[1], at[-1]), E.TWO), at[0])
        of = {"sum": E.neg(E.div(slope, lead)), "product": E.div(at[0], lead)}
        of["discriminant"] = E.sub(E.power(of["sum"], E.TWO), E.mul(E.num(4), of["product"]))
        values = tuple(simplify(of[q]) for q in wanted.quantities)
        return Member(values[0] if len(values) == 1 else E.vec(values))
    return None


def _is_quadratic(e: Expr, x: Expr) -> bool:
    """Whether x stands in e as x and x^2 only: in sums, and in products with what is free of it."""
    if e == x or x not in E.walk(e):
        return True
    if e.op == "pow":
        return e.args[0] == x and E.is_number(e.args[1], 2)
    if e.op in ("add", "neg"):
        return all(_is_quadratic(a, x) for a in e.args)
    if e.op == "mul":
        inside = [a for a in e.args if x in E.walk(a)]
        return len(inside) == 1 and _is_quadratic(inside[0], x)
    return e.op == "div" and x not in E.walk(e.args[1]) and _is_quadratic(e.args[0], x)


def _bound(statements: Sequence[Statement], wanted: Wanted) -> Member | None:
    """0 < eta < X, or eta < X: X."""
    x = E.sym(wanted.asked)
    for s in statements:
        ops, terms = list(s.ops), list(s.terms)
        if ops and all(op in (">", ">=") for op in ops):
            ops, terms = ["<"] * len(ops), terms[::-1]
        if not ops or any(op not in ("<", "<=") for op in ops) or x not in terms:
            continue
        k = terms.index(x)
        below = all(E.is_number(t, 0) for t in terms[:k])
        if below and k <= 1 and k + 2 == len(terms):
            return Member(terms[k + 1])
    return None
