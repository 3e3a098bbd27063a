"""Conditions in one unknown, by the signs of polynomials on every interval between their roots."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.formulas import branch, degree, resolvable, switches
from derive.grading.comparing.instances import Case
from derive.grading.comparing.logic import HOLDS, atoms
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import to_sympy


def same_on_cells(case: Case, a: Expr, b: Expr) -> bool:
    """One unknown, rational functions: equal truth at every root and between the roots proves it."""
    names = sorted(E.symbols_in(a) | E.symbols_in(b))
    if len(names) != 1 or case.symbols[names[0]].shape or len(list(E.walk(a))) + len(list(E.walk(b))) > 2 * BOUNDS.proof_parts:
        return False
    domain = {"positive": ">", "nonnegative": ">=", "negative": "<", "nonzero": "!=", "unit": ">", "count": ">"}
    limit = domain.get(case.symbols[names[0]].domain)
    if limit:
        a, b = (Expr("and", (x, E.rel(limit, E.sym(names[0]), E.ZERO))) for x in (a, b))
    both = [_without_cases(x, 4) for x in (a, b)]
    if both[0] is None or both[1] is None:
        return False
    import sympy as sp

    t = sp.Symbol("t", real=True)
    polys: list[Any] = []
    where: dict[Expr, tuple[int, int]] = {}
    for r in {*atoms(both[0]), *atoms(both[1])}:
        parts = _fraction(E.sub(*r.args))
        if parts is None or max(map(degree, parts)) > BOUNDS.proof_power:
            return False
        places = []
        for p in parts:
            poly = sp.Poly(to_sympy(p, {E.sym(names[0]): t})[0], t)
            if not poly.domain.is_QQ and not poly.domain.is_ZZ:
                return False
            polys.append(poly)
            places.append(len(polys) - 1)
        where[r] = (places[0], places[1])
    found = sp.intervals([p for p in polys if p.degree() > 0], strict=True) if any(p.degree() > 0 for p in polys) else []
    order = [k for k, p in enumerate(polys) if p.degree() > 0]
    edges = [(lo, hi, {order[k] for k in hit}) for (lo, hi), hit in found]
    samples: list[tuple[Any, set[int]]] = [((lo + hi) / 2, hit) for lo, hi, hit in edges]
    ends = [e[0] for e in edges[:1]] and [edges[0][0] - 1, *((x[1] + y[0]) / 2 for x, y in pairwise(edges)), edges[-1][1] + 1]
    samples += [(x, set()) for x in ends or [sp.Integer(0)]]
    for x, vanish in samples:
        at = [0 if k in vanish else int(sp.sign(p(x))) for k, p in enumerate(polys)]
        if _holds(both[0], where, at) != _holds(both[1], where, at):
            return False
    return True


def _without_cases(c: Expr, splits: int) -> Expr | None:
    """A condition without |u|, max and their kin: (u >= 0 and c with u) or (u < 0 and c with -u)."""
    x = next((x for x in E.walk(c) if resolvable(x) and not any(resolvable(y) for v in x.args for y in E.walk(v))), None)
    if x is None:
        return c
    if splits == 0:
        return None
    (u,) = switches(x)
    parts = []
    for op, sign in ((">=", 1), ("<", -1)):
        inner = _without_cases(E.replace(c, {x: branch(x, sign)}), splits - 1)
        if inner is None:
            return None
        parts.append(Expr("and", (E.rel(op, u, E.ZERO), inner)))
    return Expr("or", tuple(parts))


def _fraction(e: Expr) -> tuple[Expr, Expr] | None:
    """A rational function as (numerator, product of all denominators), nothing cancelled."""
    if e.op in ("num", "dec", "sym"):
        return e, E.ONE
    parts = [_fraction(x) for x in e.args]
    if any(p is None for p in parts) or e.shape:
        return None
    known = [p for p in parts if p is not None]
    if e.op == "neg":
        return E.neg(known[0][0]), known[0][1]
    if e.op in ("add", "mul", "div"):
        top, bottom = known[0]
        for p, q in known[1:]:
            if e.op == "add":
                top, bottom = E.add(E.mul(top, q), E.mul(p, bottom)), E.mul(bottom, q)
            elif e.op == "mul":
                top, bottom = E.mul(top, p), E.mul(bottom, q)
            else:  # a/b / (p/q): undefined where p or q is 0
                top, bottom = E.mul(E.mul(top, q), q), E.mul(E.mul(bottom, p), q)
        return top, bottom
    k = E.number_value(e.args[1]) if e.op == "pow" else None
    if k is not None and k.denominator == 1 and abs(k) <= BOUNDS.proof_power:
        n = E.num(abs(k))
        top, bottom = known[0]
        return (E.power(top, n), E.power(bottom, n)) if k >= 0 else (E.power(bottom, n), E.mul(E.power(top, n), bottom))
    return None


def _holds(c: Expr, where: dict[Expr, tuple[int, int]], at: list[int]) -> bool:
    """Whether a condition holds, from the signs of the polynomials in its relations."""
    if c.op == "rel":
        top, bottom = (at[k] for k in where[c])
        if bottom == 0:
            return False
        return top != 0 if c.data == "!=" else bool(HOLDS[c.data](top * bottom))
    if c.op == "bool":
        return bool(c.data)
    return (all if c.op == "and" else any)(_holds(x, where, at) for x in c.args)
