"""One vector state after T steps: w_T = w* + A^T (w_0 - w*), where w_{t+1} = A w_t + b and (I - A) w* = b.

Any solution w* will do. Source: geometric series of matrices; early stopping in Hastie, Tibshirani and Friedman.
"""

from __future__ import annotations

from derive.derivation.quadratics.words import Sum, TooLong
from derive.derivation.rules.common import Solve
from derive.derivation.rules.invariant_subspace import definite_part, fixed_point, particular, positive_leading
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.system import system_of
from derive.derivation.rules.vector_modes import Modes, modes_of
from derive.derivation.rules.worked import tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.problem.model import Part, Problem

NAME = "matrix recurrence"


def accepts(problem: Problem, part: Part) -> bool:
    """One vector (or matrix) state after a number of steps that has a name."""
    it = problem.iteration
    return (part.ask == "iterate" and it is not None and not it.flow and it.rescale is None and len(it.states) == 1
            and it.output is None and bool(problem.symbols[it.over].shape) and it.count is not None and it.count.op == "sym")


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The closed form with a power of the update's matrix."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        modes = modes_of(system, part)
        w, s = modes.words, system.states[0]
        n, count = s.shape[0], system.iteration.count
        assert count is not None
        matrix = _update_matrix(modes)
        constant = w.scaled(modes.constant, w.tidy(modes.field.back_to(modes.load[0])))
        a = w.build(matrix, (n, n))
        now = E.sym(f"{s.data}@t", s.shape)
        name = {k: tex(E.sym(f"{s.data}@{k}", s.shape)) for k in ("t", "next")}
        steps.append(Step("affine update", "The update is affine in the state.",
                          f"{name['next']} = {tex(E.matmul(a, now))}" + (f" + {tex(w.build(constant, s.shape))}" if constant else "")))
        rest = _rest_point(modes)
        alone = matrix.get((), E.ZERO) if set(matrix) <= {()} else None
        power = E.Expr("matpow", (a, count), (n, n)) if alone is None else E.power(alone, count)
        start = modes.start[0]
        if rest:
            point = w.build(rest, s.shape)
            steps.append(Step("fixed point", "A point that the update keeps:", f"{tex(s)}^* = {tex(point)}", relation=Relation.DEFINES))
            kept = E.sym("kept", s.shape)
            steps.append(Step("error", "The distance to it is multiplied by the same matrix in every step.",
                              f"{name['next']} - {tex(s)}^* = {tex(E.matmul(a, E.sub(now, kept))).replace(tex(kept), f'{tex(s)}^*')}", relation=Relation.REDUCES))
            gap = E.sub(system.start[s], point)
            one = E.eye(n) if alone is None else E.ONE
            answer = E.matmul(E.sub(one, power), point) if not start else E.add(point, E.matmul(power, gap))
        else:
            answer = E.matmul(power, system.start[s])
    except (TooLong, E.ShapeError) as why:
        return NotDerived(problem, part, f"a product of matrices could not be put in order {why}".strip(), tuple(steps))
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps.append(Step("closed form", "After all steps:", f"{tex(s)}_{{{tex(count)}}} = {tex(answer)}"))
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always")


def _update_matrix(modes: Modes) -> Sum:
    """A = a I + c N."""
    import sympy as sp

    w, entry = modes.words, sp.expand(modes.matrix[0, 0])
    identity, slope = (w.tidy(modes.field.back_to(entry.coeff(modes.h, k))) for k in (0, 1))
    return w.plus(w.scaled({(): E.ONE}, identity), w.scaled(modes.operator, slope))


def _rest_point(modes: Modes) -> Sum:
    """A solution w* of (I - A) w* = b; empty where b is 0."""
    if not modes.constant:
        return {}
    w = modes.words
    point = fixed_point(modes, 0)
    q0, q1, p = (w.tidy(modes.field.back_to(x)) for x in (point.q0, point.q1, point.p))
    hessian, right = positive_leading(w, w.plus(w.scaled({(): E.ONE}, q0), w.scaled(modes.operator, q1)), w.scaled(modes.constant, p))
    unique = definite_part(modes, hessian, right)
    if unique is not None:
        return unique
    found = particular(modes, hessian, right, None)
    if found is None:
        raise Refused("no fixed point of the update is seen (declare the ranks of the matrices)")
    return found[0]
