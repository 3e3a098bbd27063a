"""Smooth convex quadratics: set the gradient to zero and solve for the unknown.

Accepts a program over one unknown without constraints whose gradient is c*u + b with a scalar c.
The obligation it leaves: c > 0, which makes the objective strictly convex and the point its only
minimiser.
"""

from __future__ import annotations

from derive.derivation.programs import lowered
from derive.derivation.rules.common import Solve, positive_names, program_of, signed_objective
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import normal_form, proved_equal, simplify
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.expr import Expr
from derive.maths.monomials import Normal, build
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "stationarity"


def accepts(problem: Problem, part: Part) -> bool:
    """An unconstrained program over one vector or scalar whose gradient is affine with a scalar slope."""
    program = program_of(problem, part)
    if part.ask not in ("argmin", "argmax") or program is None or program.constraints or len(program.over) != 1:
        return False
    u = E.sym(program.over[0], problem.symbols[program.over[0]].shape)
    try:
        return affine(gradient(signed_objective(program), u), u, positive_names(problem)) is not None
    except NotDifferentiable:
        return False


def affine(e: Expr, u: Expr, positive: frozenset[str]) -> tuple[Expr, Expr] | None:
    """e = c*u + b with scalar c and b free of u: (c, b); None where e is not of this form."""
    n = normal_form(e, positive)
    if n is None:
        return None
    slope: Normal = {}
    rest: Normal = {}
    own = normal_form(u, positive)
    assert own is not None
    ((own_scalars, own_vectors), _), = own.items()
    for (scalars, vectors), c in n.items():
        if own_vectors and own_vectors <= vectors and vectors == own_vectors:
            slope[(scalars, frozenset())] = c
        elif own_scalars and own_scalars <= scalars:
            slope[(scalars - own_scalars, vectors)] = c
        else:
            rest[(scalars, vectors)] = c
    coefficient, constant = build(slope, E.SCALAR), build(rest, e.shape)
    if not slope or u in set(E.walk(coefficient)) | set(E.walk(constant)):
        return None
    return coefficient, constant


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The stationary point -b/c, with the value of the objective there."""
    program = program_of(problem, part)
    assert program is not None
    name = program.over[0]
    u = E.sym(name, problem.symbols[name].shape)
    positive = positive_names(problem)
    objective = signed_objective(program)
    grad = gradient(objective, u)
    found = affine(grad, u, positive)
    assert found is not None
    slope, constant = found
    n = normal_form(slope, positive)
    if n is None or len(n) != 1 or not _positive(n, positive):
        return NotDerived(problem, part, f"The curvature {latex(slope)} is not known to be positive, so the stationary point "
                          "need not be a minimiser (the objective may be unbounded).")
    free = simplify(E.neg(E.div(constant, slope)), positive)
    symmetric = name in program.symmetric and not is_symmetric(problem, free)
    answer = E.div(E.add(free, E.transpose(free)), E.TWO) if symmetric else free
    value = simplify(E.replace(program.objective, {u: answer}), positive)
    v = latex(u)
    steps = (
        Step(NAME, f"Differentiate the objective with respect to ${v}$.", rf"\nabla_{{{v}}} {lowered(program)} = {latex(simplify(grad, positive))}",
             before=latex(program.objective), relation=Relation.DEFINES),
        Step(NAME, (f"The Hessian is ${latex(slope)} I$ with ${latex(slope)} > 0$" if u.shape else f"The second derivative ${latex(slope)}$ is positive")
             + f", so ${lowered(program).strip('()')}$ is strictly convex: the point where the {'gradient' if u.shape else 'derivative'} vanishes is "
             f"the only {'minimiser' if program.sense == 'min' else 'maximiser'}.", rf"{latex(simplify(grad, positive))} = 0",
             requires=(f"{latex(slope)} > 0",)),
        Step(NAME, f"Solve for ${v}$.", rf"{v} = {latex(free)}"),
        *((Step("symmetric-part", "The unknown is symmetric, and symmetric and skew-symmetric matrices are orthogonal: the nearest symmetric "
                "matrix to a matrix is its symmetric part.", rf"{v} = {latex(answer)}", requires=(rf"{v} = {v}^\top",)),) if symmetric else ()),
        Step(NAME, "Put it back into the objective.", rf"«J»^* = {latex(value)}", relation=Relation.REDUCES),
    )
    return Derivation(problem, part, "point", steps, answer, value, "always")


def is_symmetric(problem: Problem, e: Expr) -> bool:
    """Whether a matrix is symmetric by declarations, or by equal normal forms."""
    own = all(x.shape != e.shape or x.op != "sym" or problem.symbols[str(x.data)].domain in ("spd", "symmetric") for x in E.walk(e))
    linear = all(x.op in ("add", "neg", "mul", "div", "sym", "eye", "num", "dim", "zeros") for x in E.walk(e))
    return (own and linear) or proved_equal(e, E.transpose(e))


def _positive(n: Normal, positive: frozenset[str]) -> bool:
    """Whether a one-term coefficient is a positive number times positive atoms."""
    ((scalars, vectors), c), = n.items()
    return c > 0 and not vectors and all(
        (a.op == "sym" and a.data in positive) or a.op in ("num", "dim") for a, _ in scalars)
