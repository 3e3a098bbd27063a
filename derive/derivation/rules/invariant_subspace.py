"""Limits of linear vector iterations: a contraction's fixed point, or the solution in start + range(L).

With M(h) = A + C h on the modes of N, the fixed point is p/(q0 + q1 h) b. If q0 > 0 (weight decay) or N is positive
definite it is the only one. Else N = L G R: every step lies in range(L), modes with h = 0 stay where they start, and
    theta_inf = theta_0 + L (R L)^{-1} (g - R theta_0),    N theta = L g' being the equation of stationary points.
For gradient descent L = X^T, R = X: the solution nearest to the start. Source: Gunasekar et al., Characterizing Implicit
Bias in Terms of Optimization Geometry, 2018; Ben-Israel and Greville, Generalized Inverses, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from derive.derivation.letters import own
from derive.derivation.quadratics.definite import definite, sign_of
from derive.derivation.quadratics.factors import is_square, product
from derive.derivation.quadratics.words import Sum, TooLong, Word, Words
from derive.derivation.rules.characteristic_roots import settles
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.response import Signs
from derive.derivation.rules.system import System, system_of, without_diagonals
from derive.derivation.rules.update_matrix import largest_eigenvalue
from derive.derivation.rules.vector_modes import Modes, factored, modes_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "invariant subspace"


def accepts(problem: Problem, part: Part) -> bool:
    """The limit of an iteration with vector (or matrix) states."""
    it = problem.iteration
    if part.ask != "limit" or it is None or it.flow or it.rescale is not None or it.steps != "constant":
        return False
    return bool(it.states) and all(problem.symbols[s.name].shape for s in it.states)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The limit of the output."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        modes = modes_of(system, part)
        steps += _mode_lines(system, modes)
        limits = {s: _limit(system, modes, k, steps) for k, s in enumerate(system.states) if s in set(E.walk(system.output))}
        answer = limits[system.output] if system.output in limits else _put(problem, modes, system.output, limits)
    except (TooLong, E.ShapeError) as why:
        return NotDerived(problem, part, f"a product of matrices could not be put in order {why}".strip(), tuple(steps))
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    name = tex(E.replace(system.output, {s: E.sym(f"{s.data}@limit", s.shape) for s in system.states}))
    steps += number_line(answer, problem, name)
    says = ("for every step size small enough",) if system.step is not None else ()
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", says=says)


def _put(problem: Problem, modes: Modes, output: Expr, limits: dict[Expr, Expr]) -> Expr:
    """The limits put into a linear or other output."""
    if modes.random and not _is_linear(modes, output):
        raise Refused("the expectation of an output that is not linear in the states is not its value at their expectation")
    e = E.replace(output, limits)
    if not e.shape:
        return modes.words.scalar(e)
    out = without_diagonals(modes.words.build(modes.words.expand(e), e.shape))
    return out if any(x.op in ("matmul", "inv") for x in E.walk(out)) else Signs.of(problem.symbols).simplify(out)


def _is_linear(modes: Modes, output: Expr) -> bool:
    """Whether a vector output is a sum of matrices times states, and vectors."""
    if not output.shape:
        return False
    inside = set(modes.states)
    terms = modes.words.expand(output).items()
    return all(not inside & set(E.walk(c)) and not any(inside & set(E.walk(f)) for f in w[:-1]) and (
        not w or w[-1] in inside or not inside & set(E.walk(w[-1]))) for w, c in terms)


def _mode_lines(system: System, modes: Modes) -> list[Step]:
    import sympy as sp

    n = system.states[0].shape[0]
    w = modes.words
    lines = []
    if system.iteration.noise:
        names = ", ".join(z.name for z in system.iteration.noise)
        lines.append(Step("expectation", f"The draws of {names} are independent of the states before them: averaged, only their second moments remain.",
                          ",\\ ".join(rf"\operatorname{{Var}} = {tex(z.variance)}" for z in system.iteration.noise), relation=Relation.REDUCES,
                          requires=("draws independent of the states",)))
    shape = (n, n)
    b = tex(w.build(modes.constant, system.states[0].shape)) if modes.constant else "0"
    lines.append(Step("affine update", "The updates are affine in the states, with one matrix and one vector.",
                      rf"«N» = {tex(w.build(modes.operator, shape)) if modes.operator else '0'},\qquad «b» = {b}", relation=Relation.DEFINES))
    h = modes.field.to(own("h"))
    rows = (" & ".join(tex(modes.field.back_to(sp.expand(x).subs(modes.h, h))) for x in modes.matrix.row(i)) for i in range(modes.matrix.rows))
    matrix = r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"
    lines.append(Step("modes", "On a mode of $«N»$ with value $«h»$ the states are multiplied by a small matrix.", f"«M»(«h») = {matrix}", relation=Relation.REDUCES))
    return lines


@dataclass(frozen=True)
class FixedPoint:
    """(q0 I + q1 N) state = p b, in SymPy scalars."""

    p: Any
    q0: Any
    q1: Any


def fixed_point(modes: Modes, k: int) -> FixedPoint:
    """The fixed point of state number k over the modes. Raises Refused where it is no such equation."""
    import sympy as sp

    m, h = modes.matrix, modes.h
    left = sp.eye(m.rows) - m
    if sp.simplify(left.det()) == 0:
        raise Refused("the states have no fixed point that the modes decide")
    value = sp.cancel(sp.together((left.LUsolve(modes.load))[k]))
    top, bottom = (sp.Poly(x, h) for x in sp.fraction(value))
    if top.degree() > 0 or bottom.degree() > 1:
        raise Refused("the fixed point is no linear equation in N")
    q1, q0 = (bottom.coeff_monomial(h), bottom.coeff_monomial(1))
    return FixedPoint(top.as_expr(), sp.factor(q0), sp.factor(q1))


def _limit(system: System, modes: Modes, k: int, steps: list[Step]) -> Expr:
    field, w, s = modes.field, modes.words, system.states[k]
    point = fixed_point(modes, k)
    n = s.shape[0]
    name = tex(E.sym(f"{s.data}@limit", s.shape))
    if point.p == 0 and point.q0 == 0:
        raise Refused("whether the iteration comes to rest at 0 is not decided")
    q0, q1, p = (w.tidy(field.back_to(x)) for x in (point.q0, point.q1, point.p))
    hessian = w.plus(w.scaled({(): E.ONE}, q0), w.scaled(modes.operator, q1))
    right = w.scaled(modes.constant, p)
    hessian, right = positive_leading(w, hessian, right)
    left = E.matmul(w.build(hessian, (n, n)), E.sym(f"{s.data}@limit", s.shape))
    text = f"{tex(left)} = {tex(w.build(right, s.shape)) if right else '0'}"
    steps.append(Step("stationary point", "Where the states no longer change:", text))
    unique = definite_part(modes, hessian, right)
    if unique is not None:
        _settles(system, modes, steps, all_modes=point.q0 != 0)
        answer = w.build(unique, s.shape)
        steps.append(Step("fixed point", "The matrix is invertible, so the limit does not depend on the start.", f"{name} = {tex(answer)}"))
        return answer
    answer = _in_subspace(system, modes, k, hessian, right, steps)
    steps.append(Step("limit", "The one stationary point in the start plus this range:", f"{name} = {tex(answer)}"))
    return answer


def positive_leading(w: Words, hessian: Sum, right: Sum) -> tuple[Sum, Sum]:
    """The equation divided by the common factor of its matrix, with a sign that makes positive coefficients of negative ones."""
    content = w.common_factor(hessian)
    negative = content.op == "neg" or (E.number_value(content) or 0) < 0
    if all(sign_of(w, E.neg(c)) == 2 for c in hessian.values()) and not negative:
        content = E.neg(content)
    scale = w.tidy(E.div(E.ONE, content))
    return w.scaled(hessian, scale), w.scaled(right, scale)


def definite_part(modes: Modes, hessian: Sum, right: Sum) -> Sum | None:
    """H^{-1} b where H, or what is left of H without a definite factor P in front, is positive definite."""
    w, n = modes.words, modes.states[0].shape[0]
    prefix = _common_prefix(hessian)
    for cut in range(len(prefix) + 1):
        front: Sum = {prefix[:cut]: E.ONE}
        if cut and not (is_square(prefix[cut - 1]) and definite(w, {(prefix[cut - 1],): E.ONE}).holds):
            return None
        if cut > 1:
            return None
        rest = {word[cut:]: c for word, c in hessian.items()}
        if definite(w, rest).holds:
            inverse = w.inverted(rest, n)
            return w.times(inverse, w.times(w.inverted(front, n) if cut else front, right))
    return None


def _common_prefix(s: Sum) -> Word:
    first, *others = s
    k = 0
    while k < len(first) and all(len(o) > k and o[k] == first[k] for o in others):
        k += 1
    return first[:k]


def _settles(system: System, modes: Modes, steps: list[Step], all_modes: bool) -> None:
    """Every mode contracts, for small steps where the step is free; with decay the modes h = 0 too."""
    import sympy as sp

    z = sp.Symbol("_z")
    step = modes.field.to(system.step) if system.step is not None else None
    p = sp.factor((z * sp.eye(modes.matrix.rows) - modes.matrix).det())
    try:
        why = settles(p, z, modes.field, step)
    except Refused:
        if step is not None or all_modes:
            raise
        why = _settles_where_h_lies(modes, p, z)
    if all_modes:
        settles(p.subs(modes.h, 0), z, modes.field, step)
    condition = ("«h» > 0",) if not all_modes else (r"«h» \ge 0",)
    chi = sp.collect(sp.expand(p), z)
    text = tex(modes.field.back_to(chi.subs({z: modes.field.to(own("z")), modes.h: modes.field.to(own("h"))})))
    steps.append(Step("convergence", f"On every mode: {why}.", rf"\det(«z» I - «M»(«h»)) = {text}", relation=Relation.BOUNDS,
                      requires=(*condition, *(("a small enough step size",) if step is not None else ()))))


def _settles_where_h_lies(modes: Modes, p: Any, z: Any) -> str:
    """A given step: h is one number where N has rank 1, and at most ||N|| else."""
    import sympy as sp

    w, field, h = modes.words, modes.field, modes.h
    f = factored(w, modes.operator)
    gram = w.times({f.right: E.ONE}, w.times({f.left: E.ONE}, f.middle)) if f is not None and set(f.middle) == {()} else {}
    if set(gram) == {()}:
        return settles(sp.factor(p.subs(h, field.to(gram[()]))), z, field, None).replace("every root", f"with $«h» = {tex(gram[()])}$ every root")
    entry = sp.expand(modes.matrix[0, 0])
    if modes.matrix.rows > 1 or modes.operator != w.transposed(modes.operator):
        raise Refused("the step is given: whether it contracts on every mode is not decided")
    at_end = entry.subs(h, field.to(largest_eigenvalue(modes)))
    if field.sign(entry.subs(h, 0) - 1) != 0 or field.sign(sp.diff(entry, h)) != -1 or field.sign(sp.cancel(1 + at_end)) != 1:
        raise Refused("the step is given: it is not certain that it contracts on every mode")
    return "1 - M(h) grows with h, and M(h) > -1 at the largest h, so every root lies inside the unit disc"


def particular(modes: Modes, hessian: Sum, right: Sum, start: Sum | None) -> tuple[Sum, Word] | None:
    """(theta_0 + L (R L)^{-1} (g - R theta_0), L) for N = L G R and b = L G g; None where the range is another."""
    w = modes.words
    f = factored(w, hessian)
    if f is None or any(word[: len(f.left)] != f.left for word in right):
        return None
    if not definite(w, f.middle).holds:
        raise Refused(f"the middle factor is not known to be positive definite: {definite(w, f.middle).missing}")
    rank_dim = f.right[0].shape[0]
    target = w.times(w.inverted(f.middle, rank_dim), {word[len(f.left) :]: c for word, c in right.items()})
    gram = w.times({f.right: E.ONE}, {f.left: E.ONE})
    scalar = set(gram) == {()} and sign_of(w, gram[()]) == 2
    if not scalar and not definite(w, gram).holds:
        raise Refused(f"it is not known that the equations can be solved in the range of the steps: {definite(w, gram).missing}")
    gap = target if not start else w.plus(target, w.scaled(w.times({f.right: E.ONE}, start), E.num(-1)))
    moved = w.times({f.left: E.ONE}, w.times(w.inverted(gram, rank_dim), gap))
    return (w.plus(start, moved) if start else moved), f.left


def _in_subspace(system: System, modes: Modes, k: int, hessian: Sum, right: Sum, steps: list[Step]) -> Expr:
    import sympy as sp

    w, s = modes.words, system.states[k]
    at_rest = modes.matrix.subs(modes.h, 0)
    pattern = _start_pattern(modes)
    if pattern is not None and any(sp.simplify(x) != 0 for x in at_rest * pattern - pattern):
        raise Refused("the part of the start outside the range of the steps does not stay where it is")
    found = particular(modes, hessian, right, modes.start[k])
    if found is None:
        raise Refused("no range is seen that holds every step and the solution (declare the ranks of the matrices)")
    answer, left = found
    span = tex(w.build({left: E.ONE}, (s.shape[0], left[-1].shape[-1] if len(left[-1].shape) == 2 else 1)) if len(left[-1].shape) == 2
               else product(left))
    steps.append(Step("invariant subspace", "Every change of a state lies in one range, so the iterates never leave the start plus this range.",
                      rf"{tex(s)}_t - {tex(s)}_0 \in \operatorname{{range}}\left({span}\right)", relation=Relation.REDUCES,
                      requires=("modes with h = 0 stay where they start",)))
    _settles(system, modes, steps, all_modes=False)
    return w.build(answer, s.shape)


def _start_pattern(modes: Modes) -> Any:
    """The ratios of the starts of the states, which must be multiples of one vector; None where all start at 0."""
    import sympy as sp

    base = next((s for s in modes.start if s), None)
    if base is None:
        return None
    ratios = []
    for s in modes.start:
        if s and s.keys() != base.keys():
            raise Refused("the states start at several vectors")
        shares = {modes.words.tidy(E.div(c, base[word])) for word, c in s.items()}
        if len(shares) > 1:
            raise Refused("the states start at several vectors")
        ratios.append(modes.field.to(shares.pop()) if shares else sp.Integer(0))
    return sp.Matrix(ratios)
