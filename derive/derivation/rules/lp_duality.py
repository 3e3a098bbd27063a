"""Linear programs whose cost is a combination of the constraint rows: the multipliers are read off, weak duality does the rest.

min c^T x subject to A x = b (or a^T x >= b): if c = A^T y (y >= 0 for inequalities) then c^T x = y^T A x >= y^T b at every
feasible point, with equality where the rows that are used are tight. Accepts linear objectives with one block of affine rows.
Source: Boyd and Vandenberghe, Convex Optimization, sections 5.2.1 and 5.2.2 and exercise 4.8.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from derive.derivation.quadratics.constraint_rows import Rows, read_rows
from derive.derivation.quadratics.definite import sign_of
from derive.derivation.quadratics.facts import Facts
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.quadratics.words import Sum, TooLong, Words
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.model import Part, Problem
from derive.problem.nouns.program import Program

NAME = "lp-duality"


@dataclass(frozen=True)
class Dual:
    """c = A^T y. y: scalar for a single row; constant: what the objective holds beside c^T x."""

    words: Words
    program: Program
    x: Expr
    cost: Expr
    rows: Rows
    y: Expr
    constant: Expr


def _matched(problem: Problem, part: Part, asks: tuple[str, ...] = ("argmin", "argmax")) -> Dual | None:
    asked = unknown_of(problem, part if part.ask in ("argmin", "argmax") else replace(part, ask="argmin"))
    if part.ask not in asks or asked is None or len(asked[1].shape) != 1 or len(asked[0].constraints) != 1:
        return None
    program, x = asked
    words = Words(Facts.of(problem, part), x)
    objective = signed_objective(program)
    try:
        cost = words.expand(gradient(objective, x))
        if not cost or any(words.holds_unknown(f) for w, k in cost.items() for f in (*w, k)):
            return None
        rows = read_rows(words, program.constraints[0], x)
        if rows is None or (rows.relation != "=" and not rows.single):
            return None
        y = _ratio(words, cost, rows.adjoint) if rows.single else _tail(words, cost, rows)
        if y is None:
            return None
        constant = words.scalar(E.replace(objective, {x: E.zeros(*x.shape)}))
        return Dual(words, program, x, words.build(cost, x.shape), rows, y, constant)
    except (NotDifferentiable, TooLong, E.ShapeError):
        return None


def _ratio(words: Words, cost: Sum, row: Sum) -> Expr | None:
    """The scalar y with cost = y * row."""
    if cost.keys() != row.keys():
        return None
    ratios = {words.tidy(E.div(c, row[w])) for w, c in cost.items()}
    return ratios.pop() if len(ratios) == 1 else None


def _tail(words: Words, cost: Sum, rows: Rows) -> Expr | None:
    """The vector y with cost = A^T y, where A^T is one product that every term begins with."""
    if len(rows.adjoint) != 1:
        return None
    ((front, scale),) = rows.adjoint.items()
    tails: Sum = {}
    for w, c in cost.items():
        if w[: len(front)] != front or len(w) == len(front):
            return None
        tails[w[len(front) :]] = words.tidy(E.div(c, scale))
    return words.build(tails, (rows.count,))


def accepts(problem: Problem, part: Part) -> bool:
    """A linear program whose cost lies in the span of its rows, asked for an optimum or for when it is bounded."""
    found = _matched(problem, part, ("argmin", "argmax", "status"))
    return found is not None and (part.ask != "status" or (found.rows.single and found.rows.relation != "="))


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The value y^T b, and the feasible point of least length with tight rows."""
    f = _matched(problem, part, ("argmin", "argmax", "status"))
    assert f is not None
    inequality = f.rows.relation != "="
    nearest = replace(f.program, sense="min", objective=E.power(E.norm(f.x, E.TWO), E.TWO), constraints=(_tight(f.program.constraints[0]),))
    point = solve(problem, replace(part, id=f"{part.id}|tight", of=None, ask="argmin", program=nearest))
    if isinstance(point, NotDerived) or point.answer is None:
        return NotDerived(problem, part, point.reason if isinstance(point, NotDerived) else "no feasible point is known.")
    if part.ask == "status":
        return _status(problem, part, f, point.answer)
    if inequality and sign_of(f.words, f.y) == 0:
        return NotDerived(problem, part, f"The multiplier ${latex(f.y)}$ is not known to be nonnegative: where it is negative the program is unbounded along "
                          f"the ray of ${latex(f.words.build(f.rows.adjoint, f.x.shape))}$.")
    bound = E.mul(f.y, f.rows.right) if f.rows.single else E.dot(f.y, f.rows.right)
    signed = f.words.scalar(E.add(bound, f.constant))
    value = signed if f.program.sense == "min" else f.words.scalar(E.neg(signed))
    return Derivation(problem, part, "point", (*_steps(f, bound, inequality), _feasible(f, point.answer)), point.answer, value, "no",
                      ("Every point at which the rows are tight is optimal.",), {"multiplier": f.y})


def _tight(c: Expr) -> Expr:
    return E.rel("=", *c.args)


def _steps(f: Dual, bound: Expr, inequality: bool) -> tuple[Step, ...]:
    x, y = latex(f.x), latex(f.y)
    pull = latex(f.words.build(f.rows.adjoint, f.x.shape if f.rows.single else (f.x.shape[0], f.rows.count)))
    says = "The cost is a multiple of the row of the constraint: this is dual feasibility" if f.rows.single else "The cost lies in the row space: this is dual feasibility"
    relation = r"\ge" if inequality else "="
    return (
        Step(NAME, f"{says}, with the multiplier ${y}$.", rf"{latex(f.cost)} = {pull}\, «y»,\quad «y» = {y}" + (r" \ge 0" if inequality else ""),
             before=latex(f.program.objective), requires=(rf"{y} \ge 0",) if inequality else ()),
        Step("weak-duality", "So the constraint bounds the objective at every feasible point" + (", with equality where it is tight." if inequality else "; it is the same at all of them."),
             rf"\left({latex(f.cost)}\right)^\top {x} {relation} {latex(f.words.scalar(bound))}", relation=Relation.BOUNDS),
    )


def _feasible(f: Dual, point: Expr) -> Step:
    return Step(NAME, "A point at which the constraint is tight attains the bound, for example the shortest one.", rf"{latex(f.x)} = {latex(point)}")


def _status(problem: Problem, part: Part, f: Dual, start: Expr) -> Outcome:
    """Bounded iff the multiplier is nonnegative: else the objective falls along the row."""
    row = f.words.build(f.rows.adjoint, f.x.shape)
    condition = E.rel(">=", f.y, E.ZERO)
    step = Step(NAME, "Where the multiplier is nonnegative weak duality bounds the objective; where it is negative the row itself is a ray of feasible points "
                "along which the objective falls without end.", rf"\text{{bounded}} \iff {latex(condition)};\quad \text{{ray }} {latex(f.x)} = {latex(start)} + «t»\, {latex(row)},\ «t» \to \infty")
    return Derivation(problem, part, "condition", (step,), condition, extra={"property": "bounded", "ray": row, "start": start, "attained": True})
