"""What the eigenvalues of a linear update say: their sum and product, the rate, repeated ones, and stability.

Jury's conditions for z^2 - t z + d: p(1) > 0, p(-1) > 0, d < 1. Source: Jury, Theory and Application of the z-Transform
Method, 1964; Polyak, Some Methods of Speeding up the Convergence of Iteration Methods, 1964.
"""

from __future__ import annotations

from typing import Any

from derive.derivation.letters import own
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.system import system_of
from derive.derivation.rules.update_matrix import UpdateMatrix, matrix_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "eigenvalues of the update"
_ASKS = ("eigenvalues", "critical-step", "stability", "rate", "condition")


def accepts(problem: Problem, part: Part) -> bool:
    """A part about the eigenvalues of a linear update."""
    it = problem.iteration
    return part.ask in _ASKS and it is not None and bool(it.states) and not it.flow and it.rescale is None and it.steps == "constant"


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The asked quantity of the matrix of the update."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        m = matrix_of(system, part)
        steps += matrix_lines(m)
        if part.ask == "condition":
            return _condition(problem, part, m, steps)
        answer = {"eigenvalues": _quantities, "critical-step": _critical, "stability": _stability, "rate": _rate}[part.ask](problem, part, m, steps)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps += number_line(answer, problem, "")
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always",
                      extra={"upper_of": problem.iteration.step if problem.iteration and part.ask == "stability" else ""})


def matrix_lines(m: UpdateMatrix) -> list[Step]:
    """The matrix, and the range of its curvature."""
    rows = r" \\ ".join(" & ".join(_text(m, x) for x in m.matrix.row(i)) for i in range(m.matrix.rows))
    lines = [Step("matrix of the update", "The distance of the states from their fixed point is multiplied by one matrix in every step.",
                  rf"«M» = \begin{{pmatrix}}{rows}\end{{pmatrix}}", relation=Relation.REDUCES)]
    if m.modes is not None:
        low, high = (tex(m.field.back_to(x)) for x in (m.modes.low, m.modes.high))
        h = _text(m, m.modes.h)
        lines.append(Step("modes", f"The curvature ${h}$ of a mode lies between the smallest and the largest one.", rf"{low} \le {h} \le {high}"))
    return lines


def _text(m: UpdateMatrix, x: Any) -> str:
    """A SymPy scalar in LaTeX, a curvature without a name as h."""
    named = x if m.modes is None or m.modes.h in m.field.back else x.subs(m.modes.h, m.field.to(own("h")))
    return tex(m.field.back_to(named))


def _two(m: UpdateMatrix) -> None:
    if m.matrix.rows != 2:
        raise Refused(f"the update is a matrix of {m.matrix.rows} rows; 2 are covered")


def _quantities(problem: Problem, part: Part, m: UpdateMatrix, steps: list[Step]) -> Expr:
    import sympy as sp

    values = []
    for q in part.quantities:
        if q == "discriminant":
            _two(m)
        values.append({"sum": lambda: m.trace, "product": lambda: m.det, "discriminant": lambda: m.gap}[q]())
    shown = [m.field.back_to(sp.expand(v) if q != "discriminant" else v) for q, v in zip(part.quantities, values, strict=True)]
    first, second = (tex(E.sym(n)) for n in part.eigenvalues[1:]) if part.eigenvalues else (r"«\lambda»_1", r"«\lambda»_2")
    names = {"sum": rf"{first} + \dots = \operatorname{{tr}} «M»", "product": rf"{first} \cdots = \det «M»", "discriminant": rf"({first} - {second})^2"}
    for q, e in zip(part.quantities, shown, strict=True):
        steps.append(Step("characteristic polynomial", {"sum": "The sum of the eigenvalues is the trace.", "product": "Their product is the determinant.",
                                                        "discriminant": "The discriminant of the characteristic polynomial:"}[q], f"{names[q]} = {tex(e)}"))
    return shown[0] if len(shown) == 1 else E.vec(tuple(shown))


def _step_symbol(problem: Problem, m: UpdateMatrix) -> Any:
    it = problem.iteration
    assert it is not None
    if problem.symbols[it.step].let is not None:
        raise Refused("the step size is given by a formula: there is none to choose")
    return m.field.to(E.sym(it.step))


def _critical(problem: Problem, part: Part, m: UpdateMatrix, steps: list[Step]) -> Expr:
    import sympy as sp

    _two(m)
    if m.modes is not None:
        raise Refused("the modes of a range have repeated eigenvalues at different steps")
    step = _step_symbol(problem, m)
    steps.append(Step("discriminant", "An eigenvalue is repeated exactly where the discriminant of the characteristic polynomial vanishes.",
                      rf"(\operatorname{{tr}} «M»)^2 - 4 \det «M» = {tex(m.field.back_to(m.gap))} = 0"))
    roots = [sp.simplify(r) for r in sp.roots(sp.Poly(sp.fraction(sp.together(m.gap))[0], step))] if m.gap.has(step) else []
    positive = [r for r in roots if m.field.sign(r) == 1 or _always(m.field, r, lambda v: v > 0)]
    if not positive:
        raise Refused("no positive step size has a repeated eigenvalue for certain")
    listed = ",\\ ".join(tex(m.field.back_to(sp.factor(r))) for r in positive)
    answer = m.field.back_to(sp.factor(_extreme(m.field, positive, 1)))
    steps.append(Step("roots", "The positive step sizes where it vanishes:", rf"{_step_text(problem)} \in \{{{listed}\}}"))
    steps.append(Step("largest", "The largest of them:", f"{_step_text(problem)} = {tex(answer)}"))
    return answer


def _step_text(problem: Problem) -> str:
    return tex(E.sym(problem.iteration.step if problem.iteration else ""))


def _always(field: Field, x: Any, test: Any) -> bool:
    """Whether a real quantity passes a test at every sample: for what a proof of signs does not see."""
    values = [x.subs(at) for at in field.samples([x])]
    return bool(values) and all(v.is_real is True and bool(test(v)) for v in values)


def _extreme(field: Field, values: list[Any], direction: int) -> Any:
    """The largest (1) or smallest (-1) of several values, the same one everywhere. Raises Refused where that changes."""
    for v in values:
        if all(u is v or field.sign((v - u) * direction) in (0, 1) or _always(field, (v - u) * direction, lambda d: d >= 0) for u in values):
            return v
    raise Refused("which of several bounds decides depends on the parameters")


def _bounds(problem: Problem, m: UpdateMatrix, steps: list[Step]) -> list[Any]:
    """The steps at which one of Jury's conditions fails first, in the worst mode."""
    import sympy as sp

    step, z = _step_symbol(problem, m), sp.Symbol("_z")
    p, size = m.polynomial(z), m.matrix.rows
    if size > 2:
        raise Refused(f"the update is a matrix of {size} rows; Jury's conditions are written out for 1 and 2")
    margins = [sp.factor(p.subs(z, 1)), sp.factor((-1) ** size * p.subs(z, -1))] + ([sp.factor(1 - m.det), sp.factor(1 + m.det)] if size == 2 else [])
    steps.append(Step("stability", "All eigenvalues lie inside the unit disc exactly when these are positive.",
                      ",\\quad ".join(f"{_text(m, x)} > 0" for x in margins), relation=Relation.EQUIVALENT))
    found = []
    for x in margins:
        if not x.has(step):
            if m.field.sign(x) != 1:
                raise Refused("a condition for stability does not depend on the step, and is not known to hold")
            continue
        top = sp.Poly(sp.fraction(sp.together(x))[0], step)
        if m.field.sign(sp.cancel(x.subs(step, 0))) not in (0, 1):
            raise Refused("it is not certain that small steps are stable")
        if m.field.sign(sp.cancel(x.subs(step, 0))) == 0 and m.field.sign(sp.cancel(sp.diff(x, step).subs(step, 0))) != 1:
            raise Refused("it is not certain that small steps are stable")
        if m.field.sign(x) == 1:
            continue
        if top.degree() > 2 or (top.degree() == 2 and m.field.sign(sp.cancel(x.subs(step, 0))) != 0):
            raise Refused("a condition for stability is not linear in the step")
        roots = [r for r in sp.roots(top) if r != 0]
        if len(roots) != 1:
            raise Refused("a condition for stability is not linear in the step")
        root = sp.factor(sp.cancel(roots[0]))
        sign = m.field.sign(root)
        if sign == 1:
            found.append(_worst(m, root))
        elif sign is None:
            raise Refused("whether a condition for stability bounds the step depends on the parameters")
    return found


def _worst(m: UpdateMatrix, bound: Any) -> Any:
    """The smallest value of a bound over the modes, at the end where it is smallest."""
    import sympy as sp

    if m.modes is None or not bound.has(m.modes.h):
        return bound
    slope = m.field.sign(sp.diff(bound, m.modes.h))
    if slope is None:
        raise Refused("which mode is stable least depends on the parameters")
    return sp.factor(bound.subs(m.modes.h, m.modes.high if slope == -1 else m.modes.low))


def _stability(problem: Problem, part: Part, m: UpdateMatrix, steps: list[Step]) -> Expr:
    found = _bounds(problem, m, steps)
    if not found:
        raise Refused("every step size is stable: there is no supremum")
    try:
        answer = m.field.back_to(_extreme(m.field, found, -1))
    except Refused:
        answer = m.field.back_to(found[0])
        for x in found[1:]:
            answer = E.fn("minimum", answer, m.field.back_to(x))
    at = ", at the largest curvature" if m.modes is not None else ""
    steps.append(Step("supremum", f"The first condition to fail as the step grows bounds it{at}.", rf"0 < {_step_text(problem)} < {tex(answer)}"))
    return answer


def _condition(problem: Problem, part: Part, m: UpdateMatrix, steps: list[Step]) -> Outcome:
    upper = _stability(problem, part, m, steps)
    step = E.sym(problem.iteration.step if problem.iteration else "")
    answer = Expr("and", (E.rel("<", E.ZERO, step), E.rel("<", step, upper)))
    return Derivation(problem, part, "condition", tuple(steps), answer=answer, unique="always", extra={"on": step.data, "lower": E.ZERO, "upper": upper, "spectral": True})


# ------------------------------------------------------------------------------------------ the rate

def modulus(field: Field, x: Any) -> Expr:
    """|x|, without bars where the sign is known."""
    import sympy as sp

    sign = field.sign(x)
    return field.back_to(sp.factor(x if sign in (0, 1) else -x)) if sign is not None else E.fn("abs", field.back_to(sp.expand(x)))


def _rate(problem: Problem, part: Part, m: UpdateMatrix, steps: list[Step]) -> Expr:
    import sympy as sp

    if m.matrix.rows == 1:
        entry = m.matrix[0, 0]
        if m.modes is None or not entry.has(m.modes.h):
            answer = modulus(m.field, entry)
            steps.append(Step("rate", "The error is multiplied by this number in every step.", rf"|«M»| = {tex(answer)}"))
            return answer
        if sp.Poly(entry, m.modes.h).degree() > 1:
            raise Refused("the factor of a mode is not affine in its curvature")
        ends = [modulus(m.field, entry.subs(m.modes.h, end)) for end in (m.modes.low, m.modes.high)]
        answer = ends[0] if ends[0] == ends[1] else E.fn("maximum", *ends)
        h = _text(m, m.modes.h)
        steps.append(Step("worst mode", f"A modulus of an affine function of ${h}$ is largest at an end.", rf"\max_{{{h}}} |«M»({h})| = {tex(answer)}"))
        return answer
    _two(m)
    if m.modes is None:
        return _radius(m.field, m.trace, m.det, steps)
    if m.det.has(m.modes.h) or sp.Poly(m.trace, m.modes.h).degree() > 1:
        raise Refused("which mode is the slowest is not decided: the product of the eigenvalues changes with the curvature")
    h = _text(m, m.modes.h)
    steps.append(Step("worst mode", "The product of the eigenvalues is the same in every mode, so the larger modulus grows with the modulus of "
                      "their sum, which is largest at an end of the range.", rf"«\rho» = \max\left(«\rho»({h}_{{\min}}), «\rho»({h}_{{\max}})\right)", relation=Relation.REDUCES))
    return E.fn("maximum", *(_radius(m.field, m.trace.subs(m.modes.h, end), m.det, steps) for end in (m.modes.low, m.modes.high)))


def _radius(field: Field, trace: Any, det: Any, steps: list[Step]) -> Expr:
    """The larger modulus of the roots of z^2 - trace z + det."""
    import sympy as sp

    discriminant = sp.factor(sp.expand(trace**2 - 4 * det))
    complex_pair = E.fn("sqrt", field.back_to(sp.factor(det)))
    real_pair = E.div(E.add(modulus(field, trace), E.fn("sqrt", field.back_to(discriminant))), E.TWO)
    steps.append(Step("two eigenvalues", "A complex pair has the modulus of the root of its product; of two real ones the larger counts.",
                      rf"«\lambda» = \frac{{\operatorname{{tr}} «M» \pm \sqrt{{{tex(field.back_to(discriminant))}}}}}{{2}}"))
    sign = field.sign(discriminant)
    if sign is not None:
        return complex_pair if sign == -1 else real_pair
    return E.cases(((complex_pair, E.rel("<", field.back_to(discriminant), E.ZERO)),), real_pair)
