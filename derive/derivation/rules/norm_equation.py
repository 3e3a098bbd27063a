"""The smallest norm under one linear equation or inequality: the bound is the dual norm, the point its attaining direction.

min phi(||x||), phi increasing, subject to <a, x> = b (or >= b): b <= ||a||_* ||x||, with equality along the direction of a in
which the dual norm is attained, so x = (b / ||a||_*) d. Obligation: a is not zero. Source: definition of the dual norm.
"""

from __future__ import annotations

from derive.derivation.rules.common import Solve, positive_names
from derive.derivation.rules.norm_program import LENGTH, NormProgram, known_nonzero, read, strictly_positive, tidied
from derive.derivation.rules.spectral_words import named, sizes_text
from derive.derivation.rules.structured_support import INEQUALITY, direction, remarks, scaled
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.monomials import constant_of
from derive.maths.norm_forms import ENTRIES, NormForm, is_positive
from derive.problem.model import Part, Problem

NAME = "norm-equation"


def accepts(problem: Problem, part: Part) -> bool:
    """One norm to minimise, one scalar equation or inequality that is affine in the unknown."""
    return part.ask in ("argmin", "argmax") and _matched(problem, part) is not None


def _matched(problem: Problem, part: Part) -> tuple[NormProgram, Expr, Expr, str] | None:
    """(program, a, b, relation) of a norm (or a plain squared 2-norm) under <a, x> = b or >= b."""
    found = read(problem, part)
    if found is None or found.limit is not None or len(found.others) != 1 or found.linear.op != "zeros":
        return None
    if not E.is_number(found.curvature, 0) or E.is_number(found.phi, 0):
        return None
    row = row_of(found.others[0], found.u, positive_names(problem))
    return None if row is None else (found, *row)


def row_of(c: Expr, u: Expr, positive: frozenset[str]) -> tuple[Expr, Expr, str] | None:
    """<a, x> = b or >= b as (a, b, relation); None where a constraint is no single affine row."""
    if c.op != "rel" or c.data not in ("=", "<=", ">=") or c.shape:
        return None
    large, small = c.args if c.data != "<=" else c.args[::-1]
    try:
        residual = E.sub(large, small)
        a = gradient(residual, u)
    except (NotDifferentiable, E.ShapeError):
        return None
    if any(x == u for x in E.walk(a)):
        return None
    a = simplify(tidied(simplify(E.as_column(a), positive)), positive)
    b = simplify(tidied(E.neg(E.replace(residual, {u: E.zeros(*u.shape)}))), positive)
    return a, b, "=" if c.data == "=" else ">="


def _increasing(phi: Expr, positive: frozenset[str]) -> bool:
    """Whether phi is a sum of positive multiples of positive powers of the length, and constants."""
    n = normal_form(phi, positive | {str(LENGTH.data)})
    if n is None:
        return False
    for (scalars, vectors), c in n.items():
        powers = [(a, k) for a, k in scalars if a == LENGTH]
        if not powers:
            continue
        exponent = constant_of(dict(powers[0][1]))
        others = [a for a, _ in scalars if a != LENGTH]
        if c <= 0 or vectors or exponent is None or exponent <= 0 or not all(is_positive(a, positive) for a in others):
            return False
    return True


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """(b / ||a||_*) d, with the value phi(|b| / ||a||_*)."""
    matched = _matched(problem, part)
    assert matched is not None
    found, a, b, relation = matched
    strict, positive = strictly_positive(problem), positive_names(problem)
    if not _increasing(found.phi, strict):
        return NotDerived(problem, part, "The objective is not known to grow with the norm.")
    if not known_nonzero(problem, part, a):
        return NotDerived(problem, part, f"The coefficients ${named(problem, a)}$ may all be zero; declare them nonzero or of full rank.")
    dual = found.form.dual(problem.symbols)
    support = simplify(dual.at(a), positive)
    d = direction(found.form, a, problem, strict)
    wanted = b if relation == "=" or is_positive(b, strict) else E.fn("relu", b)
    factor = simplify(E.div(wanted, simplify(found.form.attained(a, problem.symbols), positive)), positive)
    answer = scaled(factor, d, positive)
    size = simplify(E.div(wanted if is_positive(wanted, strict) or wanted.op == "fn" else E.fn("abs", wanted), support), positive)
    least = E.add(simplify(E.replace(found.phi, {LENGTH: size}), positive), *([] if E.is_number(found.constant, 0) else [found.constant]))
    value = least if found.program.sense == "min" else simplify(E.neg(least), positive)
    rule, says = INEQUALITY[found.form.structure]
    x, g, bound = (named(problem, e) for e in (found.u, a, b))
    norm = named(problem, found.form.at(found.u))
    words = sizes_text(problem, found.form, a)
    sign = "" if relation == "=" else " Where the right side is not positive the point 0 is feasible, and nothing is smaller."
    steps = (
        *((Step("notation", *words, relation=Relation.DEFINES),) if words else ()),
        Step(rule, says + " It bounds the norm of every feasible point from below.",
             rf"{bound} {'=' if relation == '=' else chr(92) + 'le'} \langle {g}, {x} \rangle \le {named(problem, support)}\; {norm}",
             before=named(problem, found.program.objective), relation=Relation.BOUNDS, requires=(f"{g} \\ne 0",)),
        Step("dual-norm", "The direction of size 1 in which the dual norm is attained.", rf"\hat{{{x}}} = {named(problem, d)}", relation=Relation.DEFINES),
        Step(NAME, "Scaled to meet the condition it attains the bound, and the objective grows with the norm." + sign,
             rf"{x} = {named(problem, answer)}"),
        Step(NAME, "The value there.", rf"«J»^* = {named(problem, value)}", relation=Relation.REDUCES),
    )
    unique = found.form.unique() if _every_entry(found.form, a, problem) == "generic" else "always"
    return Derivation(problem, part, "point", steps, answer, value, unique, remarks(found.form, unique, g))


def _every_entry(form: NormForm, a: Expr, problem: Problem) -> str:
    """With declared nonzero entries the max norm leaves no choice."""
    full = a.op == "sym" and problem.symbols[str(a.data)].domain in ("nonzero", "positive", "negative", "unit")
    return "always" if form.structure == ENTRIES and form.p == E.INF and full else form.unique()
