"""What every rule for programs needs: the program a part is about, its sign, what is known to be positive."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derive.derivation.programs import positive_names, program_of, signed_objective
from derive.derivation.steps import Outcome
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.sympy_bridge import from_sympy, to_sympy
from derive.maths.write import plain
from derive.problem.model import Part, Problem

__all__ = ["Solve", "addends", "positive_names", "program_of", "signed_objective"]

Solve = Callable[[Problem, Part], Outcome]


def to_write(condition: str) -> str:
    """What to write where, for a condition that a part does not state."""
    return f'write when = ["{condition}"] in this part'


def nonzero_written(e: Expr) -> str:
    """The condition e != 0 of a vector or matrix, as a spec writes it."""
    return f"{'norm_fro(' + plain(e) + ')' if len(e.shape) == 2 else 'norm(' + plain(e) + ', 2)'} > 0"


def addends(e: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, minus signs in front of brackets multiplied in."""
    if e.op == "neg":
        return tuple(t.args[0] if t.op == "neg" else E.neg(t) for t in addends(e.args[0]))
    return tuple(t for a in e.args for t in addends(a)) if e.op == "add" else (e,)


def cancelled(e: Expr) -> Expr:
    """A scalar as one fraction without common factors, where that is shorter."""
    import sympy as sp

    if e.shape or not any(x.op == "div" for x in E.walk(e)) or any(x.op in ("cases", "rel", "reduce") for x in E.walk(e)):
        return e
    s, back = to_sympy(e)
    top, below = sp.fraction(sp.factor(sp.cancel(sp.together(s))))
    if below.is_number:
        return e
    out = E.div(*(simplify(from_sympy(x, back)) for x in (top, below)))
    return out if sum(1 for _ in E.walk(out)) < sum(1 for _ in E.walk(e)) else e


def numeric_ratio(a: Expr, b: Expr, positive: frozenset[str]) -> Fraction | None:
    """The positive rational number t with a = t b by equal normal forms, or None."""
    x, y = normal_form(a, positive), normal_form(b, positive)
    if not x or not y or x.keys() != y.keys():
        return None
    k = next(iter(x))
    t = Fraction(x[k]) / Fraction(y[k])
    return t if t > 0 and proved_equal(a, E.mul(E.num(t), b), positive) else None
