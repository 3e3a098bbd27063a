"""Scalar iterations in closed form: the output after T steps, and its limit.

The output obeys a linear recurrence (output_sequence); its characteristic roots give the closed form. If 1 is a simple
root, chi(z) = (z - 1) q(z), then q(shift) o_t is conserved, and with all roots of q inside the unit disc the limit is
(q(shift) o)_0 / q(1). Source: Elaydi, An Introduction to Difference Equations, chapter 2.
"""

from __future__ import annotations

from derive.derivation.letters import own
from derive.derivation.rules.characteristic_roots import closed_form, closed_form_of_flow, closed_form_with_a_pair, roots_of, settles
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.output_sequence import Sequence, sequence_of
from derive.derivation.rules.system import System, system_of
from derive.derivation.rules.unrolled import entry_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "linear recurrence"


def accepts(problem: Problem, part: Part) -> bool:
    """What an iteration with scalar states gives after its steps, or in the limit."""
    it = problem.iteration
    if part.ask not in ("iterate", "limit") or it is None or (it.flow and part.ask == "limit") or it.rescale is not None or it.steps != "constant":
        return False
    shapes = {problem.symbols[s.name].shape for s in it.states}
    return bool(it.states) and (shapes == {()} or (part.ask == "iterate" and len(shapes) == 1 and len(it.states) > 1))


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The closed form after T steps, or the limit."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        back = None
        if not system.scalar:
            system, back = entry_of(system)
            steps.append(Step("entry by entry", "The update acts on every entry alike: follow one entry.", "i = 1, \\dots, n", relation=Relation.REDUCES))
        seq = sequence_of(system)
        steps += _recurrence_lines(system, seq)
        answer = _after(system, seq, steps) if part.ask == "iterate" else _limit(system, seq, steps)
        answer = back(answer) if back is not None else answer
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    says = ("for every step size small enough",) if part.ask == "limit" and system.step is not None else ()
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always", says=says)


def _recurrence_lines(system: System, seq: Sequence) -> list[Step]:
    field, k = seq.field, seq.order
    mean = "the expectation of " if system.iteration.noise else ""
    lines = []
    if system.iteration.noise:
        lines.append(Step("expectation", "The draws of a step are independent of the states before it, so powers of the noise may be averaged "
                          "first: only its moments remain.", ",\\ ".join(
                              rf"\mathbb{{E}}[{tex(E.sym(n.name))}] = {tex(n.mean)},\ \operatorname{{Var}}[{tex(E.sym(n.name))}] = {tex(n.variance)}"
                              for n in system.iteration.noise), relation=Relation.REDUCES,
                          requires=("draws independent of the states",)))
    left = tex(system.output)
    if system.output.op != "sym":
        lines.append(Step("output", f"Name {mean}the output.", f"«o»_t = {left}", relation=Relation.DEFINES))
    o = tex(system.output) if system.output.op == "sym" else "«o»"
    if system.iteration.flow:
        return lines + _flow_lines(system, seq)
    right = " + ".join(f"\\left({tex(field.back_to(w))}\\right) {o}_{{t+{j}}}" if j else f"\\left({tex(field.back_to(w))}\\right) {o}_t"
                       for j, w in reversed(list(enumerate(seq.weights))) if w != 0)
    lines.append(Step("recurrence", f"Applying the update {k} times in a row shows a linear recurrence for {mean}the output."
                      if k > 1 else f"One step takes {mean}the output to a multiple of itself.",
                      f"{o}_{{t+{k}}} = {right or '0'}", relation=Relation.REDUCES))
    first = ",\\ ".join(f"{o}_{i} = {tex(field.back_to(v))}" for i, v in enumerate(seq.first))
    lines.append(Step("first values", "From the start:", first))
    return lines


def _flow_lines(system: System, seq: Sequence) -> list[Step]:
    """The differential equation of the output, and its first derivatives."""
    o, field = _text(system), seq.field
    right = " + ".join(rf"\left({tex(field.back_to(w))}\right) {o}^{{({j})}}" for j, w in reversed(list(enumerate(seq.weights))) if w != 0)
    first = ",\\ ".join(rf"{o}^{{({i})}}(0) = {tex(field.back_to(v))}" for i, v in enumerate(seq.first))
    return [Step("differential equation", "Differentiating along the flow shows a linear differential equation for the output.",
                 rf"{o}^{{({seq.order})}} = {right or '0'}", relation=Relation.REDUCES),
            Step("first derivatives", "At the start:", first)]


def _text(system: System) -> str:
    return tex(system.output) if system.output.op == "sym" else "«o»"


def _after(system: System, seq: Sequence, steps: list[Step]) -> Expr:
    """The closed form at the number of steps."""
    count = system.iteration.count
    assert count is not None
    time = seq.field.to(count)
    if system.iteration.flow:
        return _at_time(system, seq, count, steps)
    try:
        roots = roots_of(seq.polynomial, seq.z, seq.field)
    except Refused as why:
        try:
            turning = seq.field.back_to(closed_form_with_a_pair(seq, time))
        except Refused:
            raise why from None
        steps.append(Step("characteristic roots", "Two roots are a complex pair $«r» (\\cos «\\phi» \\pm i \\sin «\\phi»)$, so that the solution turns by $«\\phi»$ a step.",
                          rf"«p»(«\lambda») = {tex(seq.field.back_to(seq.polynomial.subs(seq.z, seq.field.to(own('lambda')))))}"))
        steps.append(Step("closed form", "The real combination that takes the first values:", f"{_text(system)}_{{{tex(count)}}} = {tex(turning)}"))
        return turning
    listed = ",\\ ".join(tex(seq.field.back_to(r)) + (f"\\ (\\times {m})" if m > 1 else "") for r, m in roots)
    steps.append(Step("characteristic roots", "Powers of the roots of the characteristic polynomial solve the recurrence.", rf"«\lambda» \in \{{{listed}\}}",
                      requires=("the roots are distinct",) if len(roots) > 1 else ()))
    answer = seq.field.back_to(closed_form(seq, roots, time))
    o = tex(system.output) if system.output.op == "sym" else "«o»"
    steps.append(Step("closed form", "The combination of them that takes the first values:", f"{o}_{{{tex(count)}}} = {tex(answer)}"))
    steps += number_line(answer, system.problem, f"{o}_{{{tex(count)}}}")
    return answer


def _at_time(system: System, seq: Sequence, count: Expr, steps: list[Step]) -> Expr:
    """A flow at its time: exponentials of the roots in place of powers."""
    roots = roots_of(seq.polynomial, seq.z, seq.field)
    listed = ",\\ ".join(tex(seq.field.back_to(r)) + (f"\\ (\\times {m})" if m > 1 else "") for r, m in roots)
    steps.append(Step("characteristic roots", "Exponentials of the roots of the characteristic polynomial solve the differential equation.",
                      rf"«\lambda» \in \{{{listed}\}}", requires=("the roots are distinct",) if len(roots) > 1 else ()))
    answer = seq.field.back_to(closed_form_of_flow(seq, roots, seq.field.to(count)))
    steps.append(Step("closed form", "The combination of them that has the first derivatives:", f"{_text(system)}({tex(count)}) = {tex(answer)}"))
    return answer


def _limit(system: System, seq: Sequence, steps: list[Step]) -> Expr:
    """The conserved combination over q(1), where the rest decays."""
    import sympy as sp

    z, field = seq.z, seq.field
    step = field.to(system.step) if system.step is not None else None
    quotient, rest = sp.div(sp.Poly(seq.polynomial, z), sp.Poly(z - 1, z))
    if sp.simplify(rest.as_expr()) != 0:
        q, conserved = sp.Poly(seq.polynomial, z), sp.Integer(0)
    else:
        q = quotient
        conserved = sum((c * v for c, v in zip(reversed(q.all_coeffs()), seq.first, strict=True)), sp.Integer(0))
    why = settles(q.as_expr(), z, field, step)
    answer = field.back_to(sp.factor(sp.cancel(conserved / q(1))))
    o = tex(system.output) if system.output.op == "sym" else "«o»"
    steps.append(Step("convergence", f"The recurrence settles: {why}.", rf"{o}_t \to {o}_\infty", relation=Relation.BOUNDS,
                      requires=("a small enough step size",) if step is not None else ()))
    steps.append(Step("limit", "What the recurrence leaves unchanged fixes the limit.", rf"{o}_\infty = {tex(answer)}"))
    steps += number_line(answer, system.problem, rf"{o}_\infty")
    return answer

