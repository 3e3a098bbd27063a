"""Positive unknowns in their logarithms: x = exp(y) turns products into sums and monomial constraints into linear ones.

A monomial c x_1^{a_1} ... x_n^{a_n} becomes exp(b + a^T y), so posynomials are convex in y, and an inequality between
monomials is an inequality between affine functions. Accepts programs over one positive unknown with a product, a power or a
geometric mean in a constraint, or a product in the objective. Source: geometric programming, Boyd and Vandenberghe, section 4.5.3.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.letters import fresh
from derive.derivation.quadratics.quadratic_form import unknown_of
from derive.derivation.rules.common import Solve, signed_objective
from derive.derivation.rules.monomials import as_logarithm, exponentials, is_monomial, without_logs
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "log-variables"


def _matched(problem: Problem, part: Part) -> tuple[Problem, Part] | None:
    """The problem in y = log x."""
    asked = unknown_of(problem, part)
    if asked is None:
        return None
    program, x = asked
    positive = problem.symbols[str(x.data)].domain == "positive" or any(_keeps_positive(c, x) for c in program.constraints)
    bound = [c for c in program.constraints if not _keeps_positive(c, x)]
    if not positive or len(x.shape) > 1 or not any(_multiplies(e, x) for e in (program.objective, *bound)):
        return None
    name = fresh(problem, "y", "z", "h", "v")
    y = E.sym(name, x.shape)
    constraints = []
    for c in bound:
        if c.op != "rel" or c.data not in ("<=", ">=", "=") or not all(is_monomial(problem, a, x) for a in c.args):
            return None
        left, right = (as_logarithm(a, x, y) for a in c.args)
        if left.op == "mul" and y not in set(E.walk(left.args[0])) and is_monomial(problem, left.args[0], x):
            left, right = left.args[1], E.div(right, left.args[0])  # a positive factor leaves the relation as it is
        constraints.append(E.rel(c.data, left, simplify(right)))
    objective = exponentials(program.objective, x, y)
    if objective is None:
        return None
    symbols = problem.symbols | {name: Symbol(name, x.shape)}
    own = replace(part, id=f"{part.id}|log", of=None, program=replace(program, over=(name,), objective=objective, constraints=tuple(constraints)))
    return replace(problem, symbols=symbols, cache={}), own


def _keeps_positive(c: Expr, x: Expr) -> bool:
    """x >= 0 or x > 0."""
    return c.op == "rel" and ((c.data in (">", ">=") and c.args[0] == x and c.args[1].op in ("num", "zeros") and not c.args[1].data)
                              or (c.data in ("<", "<=") and c.args[1] == x and c.args[0].op in ("num", "zeros") and not c.args[0].data))


def _multiplies(e: Expr, x: Expr) -> bool:
    """Whether entries of the unknown are multiplied with one another."""
    return any(n.op == "reduce" and n.data[0] == "prod" and x in set(E.walk(n.args[0])) for n in E.walk(e))


def accepts(problem: Problem, part: Part) -> bool:
    """A program over one positive unknown with monomial constraints."""
    return _matched(problem, part) is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The optimum in y, and x = exp(y)."""
    found, asked = _matched(problem, part), unknown_of(problem, part)
    assert found is not None and asked is not None
    (logged, own), (program, x) = found, asked
    inner = solve(logged, own)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the program in the logarithms has no closed form.")
    assert own.program is not None
    answer = without_logs(inner.answer)
    value = min((simplify(E.replace(program.objective, {x: answer})), simplify(inner.value)), key=lambda e: sum(1 for _ in E.walk(e)))
    v, y, rows = latex(x), latex(E.sym(own.program.over[0], x.shape)), r",\ ".join(latex(c) for c in own.program.constraints)
    sense = r"\min" if program.sense == "min" else r"\max"
    shown = latex(signed_objective(own.program) if program.sense == "min" else own.program.objective)
    subject = rf"\quad \text{{subject to }} {rows}" if rows else ""
    head = Step(NAME, f"All entries of ${v}$ are positive, so write ${v} = e^{{{y}}}$: products turn into sums, and the constraints, by their logarithms, into linear ones.",
                rf"{sense}_{y}\ {shown}{subject}", before=latex(program.objective))
    back = Step(NAME, "Back to the unknown.", rf"{v} = e^{{{y}}} = {latex(answer)},\quad «J»^* = {latex(value)}", relation=Relation.REDUCES)
    return Derivation(problem, part, "point", (head, *inner.steps, back), answer, value, inner.unique)

