"""The dual of a norm of magnitudes: weighted, of blocks, of singular values, and of a positive definite metric.

max {<G, D> : ||D|| <= 1}: the bound by Hölder's (von Neumann's, Cauchy-Schwarz's) inequality and a direction that attains it.
The dual of sqrt(u^T M u) is sqrt(g^T M^{-1} g); of c ||.|| it is 1/c times the dual.
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.norm_program import strictly_positive
from derive.derivation.rules.spectral_words import named, sizes_text
from derive.derivation.rules.structured_support import INEQUALITY, scaled
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import simplify
from derive.maths.expr import Expr
from derive.maths.norm_forms import canonical, norm_form
from derive.problem.model import Part, Problem

NAME = "dual-of-structure"


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that ask for the dual of a norm that is no plain p-norm of a symbol."""
    return part.ask == "dual" and part.norm is not None and not (part.norm.op == "norm" and part.norm.data == "p" and part.norm.args[0].op == "sym")


def unknown_of(norm: Expr, at: Expr) -> Expr | None:
    """The symbol that the norm is a norm of: the one of the shape of the point that it is asked at."""
    found = [x for x in dict.fromkeys(E.walk(norm)) if x.op == "sym" and x.shape == at.shape and x != at]
    return found[0] if len(found) == 1 else None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The dual norm at g, with the direction that attains it."""
    assert part.norm is not None and part.at is not None
    g = E.sym(part.at, problem.symbols[part.at].shape)
    strict, positive = strictly_positive(problem), positive_names(problem)
    candidates = [x for x in dict.fromkeys(E.walk(part.norm)) if x.op == "sym" and x.shape == g.shape and x != g and str(x.data) not in strict]
    u = candidates[0] if len(candidates) == 1 else unknown_of(part.norm, g)
    if u is None:
        return NotDerived(problem, part, f"It is not plain of which symbol this is a norm; it should have the shape of {part.at}.")
    metric = _metric(problem, part.norm, u)
    if metric is not None:
        inverse = E.matmul(E.inverse(metric), g)
        answer = E.fn("sqrt", E.dot(g, inverse))
        d = E.div(inverse, answer)
        rule, says = "cauchy-schwarz", "The Cauchy-Schwarz inequality in the metric bounds the inner product, with equality in one direction."
        words = None
    else:
        found = norm_form(part.norm, u, strict)
        if found is None:
            return NotDerived(problem, part, f"{named(problem, part.norm)} is not known as a norm of magnitudes.")
        form, factor = canonical(found[0], u), found[1]
        answer = simplify(E.div(form.dual(problem.symbols).at(g), factor), positive)
        d = form.direction(g, problem.symbols)
        d = d if E.is_number(factor, 1) else scaled(E.div(E.ONE, factor), d, positive)
        rule, says = INEQUALITY[form.structure]
        words = sizes_text(problem, form, g)
    x, at = named(problem, u), named(problem, g)
    steps = (
        *((Step("notation", *words, relation=Relation.DEFINES),) if words else ()),
        Step(rule, says, rf"\langle {at}, {x} \rangle \le {named(problem, answer)}\; {named(problem, part.norm)}", relation=Relation.BOUNDS),
        Step(NAME, "The bound is attained.", rf"{x} = {named(problem, d)}", requires=(f"{at} \\ne 0",)),
        Step(NAME, "So this is the dual norm.", rf"\|{at}\|_* = {named(problem, answer)}"),
    )
    return Derivation(problem, part, "expression", steps, answer, extra={"direction": d, "norm": part.norm, "of": u})


def _metric(problem: Problem, norm: Expr, u: Expr) -> Expr | None:
    """M of sqrt(u^T M u) with a declared positive definite M."""
    if norm.op != "fn" or norm.data != "sqrt" or norm.args[0].op != "dot":
        return None
    for x in E.walk(norm):
        if x.op == "sym" and len(x.shape) == 2 and problem.symbols[str(x.data)].domain == "spd":
            ways = (E.dot(u, E.matmul(x, u)), E.dot(E.matmul(x, u), u), E.dot(E.as_column(E.matmul(u, x)), u))
            if norm.args[0] in ways:
                return x
    return None
