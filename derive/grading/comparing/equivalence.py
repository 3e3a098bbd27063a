"""Proofs that two conditions have the same solutions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.cells import same_on_cells
from derive.grading.comparing.domains import nonnegative, nonzero, total
from derive.grading.comparing.formulas import degree
from derive.grading.comparing.instances import Case
from derive.grading.comparing.logic import atoms
from derive.grading.comparing.proofs import by_sympy, sound
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal
from derive.maths.expr import Expr
from derive.maths.monomials import build
from derive.maths.sympy_bridge import from_sympy, to_sympy


def same_condition(case: Case, a: Expr, b: Expr) -> str:
    """How two conditions are proved to have the same solutions, or ''."""
    a, b = _without_known(case, a), _without_known(case, b)
    if _matches(case, a, b):
        return "the sides differ by a factor that keeps the relation"
    systems = [atoms(x) if x.op in ("and", "rel") else [] for x in (a, b)]
    if all(s and all(r.data == "=" and not r.shape and total(case, E.sub(*r.args)) for r in s) for s in systems):
        spans = [_span(case, s) for s in systems]
        if spans[0] is not None and spans[0] == spans[1]:
            return "each equation of one side is a combination of those of the other"
    return "by the signs of polynomials on every interval between their roots" if same_on_cells(case, a, b) else ""


def _without_known(case: Case, c: Expr) -> Expr:
    """A conjunction without the relations that hold on the declared domains: 0 < a and a b < 2 for a positive is a b < 2."""
    if c.op != "and":
        return c
    left = [x for x in c.args if not (x.op == "rel" and _holds(case, x))]
    return E.truth(True) if not left else left[0] if len(left) == 1 else c._replace(args=tuple(left))


def _holds(case: Case, r: Expr) -> bool:
    op, f = _standard(r)
    gap = E.neg(f)
    return op in ("<", "<=") and not f.shape and total(case, f) and sound(case, f) and nonnegative(case, gap) and (op == "<=" or nonzero(case, gap))


def _matches(case: Case, a: Expr, b: Expr) -> bool:
    """Whether conditions agree relation by relation."""
    if a.op == "or" or b.op == "or":  # f = 0 or g = 0 is f g = 0
        merged = [_as_product(case, x) for x in (a, b)]
        if merged[0] is not None and merged[1] is not None:
            return _same_relation(case, merged[0], merged[1])
    if a.op == b.op == "rel":
        return _same_relation(case, a, b)
    if a.op != b.op or a.op not in ("and", "or"):
        return a == b
    sides = [list(x.args) for x in (a, b)]
    return all(any(_matches(case, x, y) for y in sides[1]) for x in sides[0]) and all(any(_matches(case, x, y) for x in sides[0]) for y in sides[1])


def _same_relation(case: Case, a: Expr, b: Expr) -> bool:
    """f ~ 0 and r f ~ 0 have the same solutions if r > 0, and for = and != if r is nowhere 0."""
    (op, f), (other, g) = (_standard(x) for x in (a, b))
    if op != other or f.shape != g.shape or not (total(case, f) and total(case, g)):
        return f == g and op == other
    m, n = normal_form(f, case.positive), normal_form(g, case.positive)
    if m is None or n is None or not (sound(case, f) and sound(case, g)):
        return False
    if not m or not n:
        return m == n
    lead = min(m, key=repr)
    for key in sorted(n, key=repr)[:20]:
        ratio = (E.num(m[lead] / n[lead]) if lead in n else None) if f.shape else E.div(build({lead: m[lead]}, ()), build({key: n[key]}, ()))
        if ratio is None or not nonzero(case, ratio) or (op not in ("=", "!=") and not nonnegative(case, ratio)):
            continue
        if proved_equal(f, E.mul(ratio, g), case.positive):
            return True
    return not f.shape and _factor_of(case, op, f, g)


def _factor_of(case: Case, op: str, f: Expr, g: Expr) -> bool:
    """Whether SymPy finds f/g = r, and r keeps the relation."""
    if max(len(list(E.walk(x))) for x in (f, g)) > BOUNDS.proof_parts or max(map(degree, (f, g))) > BOUNDS.proof_power:
        return False
    import sympy as sp

    try:
        table = {E.sym(s.name): sp.Symbol(f"s{k}", real=True) for k, s in enumerate(case.scalars)}
        p, back = to_sympy(f, table)
        q, again = to_sympy(g, {**table, **{x: s for s, x in back.items()}})
        top, bottom = (from_sympy(x, {**back, **again}) for x in sp.fraction(sp.cancel(sp.together(p / q))))
    except Exception:  # no factor found
        return False
    ratio = E.div(top, bottom)
    if not nonzero(case, ratio) or (op not in ("=", "!=") and not nonnegative(case, ratio)):
        return False
    return by_sympy(case, f, E.mul(ratio, g))


def _standard(r: Expr) -> tuple[str, Expr]:
    """A relation as (op, f) for f op 0 with op one of =, !=, <, <=."""
    x, y = r.args
    return (r.data, E.sub(x, y)) if r.data in ("=", "!=", "<", "<=") else ({">": "<", ">=": "<="}[r.data], E.sub(y, x))


def _as_product(case: Case, e: Expr) -> Expr | None:
    """f = 0 or g = 0 as f g = 0, where every part is defined everywhere."""
    parts = list(e.args) if e.op == "or" else [e]
    if not parts or any(p.op != "rel" or p.data != "=" or p.shape or not total(case, E.sub(*p.args)) for p in parts):
        return None
    out = E.sub(*parts[0].args)
    for p in parts[1:]:
        out = E.mul(out, E.sub(*p.args))
    return E.rel("=", out, E.ZERO)


def _span(case: Case, system: list[Expr]) -> list[dict[Any, Fraction]] | None:
    """The reduced echelon form of equations over their monomials."""
    rows: list[dict[Any, Fraction]] = []
    for r in system:
        n = normal_form(E.sub(*r.args), case.positive)
        if n is None:
            return None
        row: dict[Any, Fraction] = dict(n)
        for done in rows:
            row = _eliminated(row, done)
        if row:
            lead = min(row, key=repr)
            row = {k: c / row[lead] for k, c in row.items()}
            rows = [*(_eliminated(d, row) for d in rows), row]
    return sorted(rows, key=lambda r: min(map(repr, r)))


def _eliminated(row: dict[Any, Fraction], by: dict[Any, Fraction]) -> dict[Any, Fraction]:
    lead = min(by, key=repr)
    k = row.get(lead, Fraction(0))
    return {m: c for m in {*row, *by} if (c := row.get(m, Fraction(0)) - k * by.get(m, Fraction(0)))} if k else row
