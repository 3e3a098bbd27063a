"""Proofs that two expressions are equal: normal forms, cases of signs, SymPy."""

from __future__ import annotations

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.domains import nonnegative
from derive.grading.comparing.formulas import branch, degree, is_ratio, plainer, resolvable, switches
from derive.grading.comparing.instances import Case
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import to_sympy


def proved(case: Case, a: Expr, b: Expr) -> str:
    """How a = b is proved, or '' where it is not."""
    if a == b:
        return "they are the same formula"
    if sound(case, a) and sound(case, b) and proved_equal(a, b, case.positive):
        return "they have the same normal form"
    if not a.shape and any(resolvable(x) for e in (a, b) for x in E.walk(e)) and _by_cases(case, a, b, 4):
        return "their normal forms agree in every case of signs"
    if len(a.shape) and a.op == b.op and a.op in ("vec", "mat") and len(a.args) == len(b.args):
        return "entry by entry" if all(proved(case, x, y) for x, y in zip(a.args, b.args, strict=True)) else ""
    return "by SymPy" if not a.shape and by_sympy(case, a, b) else ""


def sound(case: Case, e: Expr) -> bool:
    """Whether normal forms are proofs here: a symbolic power needs a base that is not negative."""
    return all(x.op != "pow" or E.number_value(x.args[1]) is not None or is_ratio(x.args[1]) or nonnegative(case, x.args[0])
               for x in E.walk(e))


def _by_cases(case: Case, a: Expr, b: Expr, splits: int) -> bool:
    """Equal normal forms after |u|, max and their kin are resolved, for both signs of each u."""
    x = next((x for e in (a, b) for x in E.walk(e) if resolvable(x) and not E.free_indices(x)
              and not any(resolvable(y) for v in x.args for y in E.walk(v))), None)
    if x is None:
        return sound(case, a) and sound(case, b) and (proved_equal(a, b, case.positive) or by_sympy(case, a, b))
    if splits == 0:
        return False
    (u,) = switches(x)
    base = normal_form(u, case.positive)
    same: dict[Expr, int] = {x: 1}
    for y in {y for e in (a, b) for y in E.walk(e) if resolvable(y)} - {x}:
        n = normal_form(switches(y)[0], case.positive)
        if base and n and n.keys() == base.keys() and len({n[k] / base[k] for k in n}) == 1:
            same[y] = 1 if next(n[k] / base[k] for k in n) > 0 else -1
    for sign in (1, -1):
        table = {y: branch(y, sign * k) for y, k in same.items()}
        if not _by_cases(case, E.replace(a, table), E.replace(b, table), splits - 1):
            return False
    return True


def by_sympy(case: Case, a: Expr, b: Expr) -> bool:
    """Whether SymPy reduces a - b to 0 by rewritings that hold on the whole domain. It never refutes."""
    d = plainer(E.sub(a, b))
    nodes = list(E.walk(d))
    if len(nodes) > BOUNDS.proof_parts or degree(d) > BOUNDS.proof_power or not sound(case, d):
        return False
    if any(v is not None and max(v.numerator.bit_length(), v.denominator.bit_length()) > 64 for v in map(E.number_value, nodes)):
        return False
    import sympy as sp

    table = {E.sym(s.name): sp.Symbol(f"s{k}", real=True, positive=True if s.domain in ("positive", "unit", "count") else None,
                                      nonnegative=True if s.domain == "nonnegative" else None,
                                      nonzero=True if s.domain in ("nonzero", "negative") else None,
                                      integer=True if s.domain in ("integer", "count") else None)
             for k, s in enumerate(case.scalars)}
    try:
        z = to_sympy(d, table)[0]
        for tidy in (lambda z: z, sp.expand, lambda z: sp.cancel(sp.together(z)), lambda z: sp.expand(sp.expand_log(z)),
                     lambda z: sp.expand(sp.powsimp(sp.expand(z))), lambda z: sp.expand(sp.sqrtdenest(z)), sp.radsimp,
                     lambda z: sp.expand(sp.expand(sp.expand_trig(z)).rewrite(sp.exp)), lambda z: sp.cancel(sp.together(z.rewrite(sp.exp)))):
            if tidy(z) == 0:
                return True
    except Exception:  # a proof that fails, in whatever way, says nothing
        return False
    return False
