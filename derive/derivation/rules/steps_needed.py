"""The fewest steps after which an error is small enough: w_t - w* = (w_0 - w*) r^t, so a power |r|^(p t) must fall below a bound.

Source: geometric decay; the logarithm of both sides, with log|r| < 0.
"""

from __future__ import annotations

from typing import Any

from derive.derivation.rules.characteristic_roots import roots_of
from derive.derivation.rules.common import Solve
from derive.derivation.rules.linear_form import Refused
from derive.derivation.rules.output_sequence import sequence_of
from derive.derivation.rules.scalar_fields import Field
from derive.derivation.rules.spectrum import modulus
from derive.derivation.rules.system import System, definitions, system_of
from derive.derivation.rules.worked import number_line, tex
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Part, Problem

NAME = "geometric decay"


def accepts(problem: Problem, part: Part) -> bool:
    """A number of steps of an iteration with scalar states."""
    it = problem.iteration
    return part.ask == "steps" and it is not None and not it.flow and not it.noise and all(not problem.symbols[s.name].shape for s in it.states)


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """ceil(log(bound)/(p log|r|))."""
    steps: list[Step] = []
    try:
        system = system_of(problem, part, solve)
        steps += system.opening
        answer = _count(system, part, steps)
    except Refused as why:
        return NotDerived(problem, part, str(why), tuple(steps))
    steps += number_line(answer, problem, "t")
    return Derivation(problem, part, "expression", tuple(steps), answer=answer, unique="always")


def _count(system: System, part: Part, steps: list[Step]) -> Expr:
    import sympy as sp

    seq = sequence_of(system)
    field, out = seq.field, field_output(system)
    roots = roots_of(seq.polynomial, seq.z, field)
    moving = [r for r, _ in roots if r != 1]
    if len(moving) != 1 or any(k > 1 for _, k in roots):
        raise Refused("the error is no single power: several roots decay together")
    r = moving[0]
    # o_t = A + C r^t through the first values.
    if seq.order == 1:
        end, gap = sp.Integer(0), seq.first[0]
    else:
        end = sp.factor(sp.cancel((seq.first[1] - r * seq.first[0]) / (1 - r)))
        gap = sp.factor(sp.cancel(seq.first[0] - end))
    steps.append(Step("error", "The distance to the limit is multiplied by the same number in every step.",
                      rf"{tex(out)}_t - {tex(out)}_\infty = \left({tex(field.back_to(gap))}\right) \left({tex(field.back_to(r))}\right)^t,\qquad "
                      rf"{tex(out)}_\infty = {tex(field.back_to(end))}", relation=Relation.REDUCES))
    power, bound = _inequality(system, part, field, out, end)
    ratio = sp.simplify(bound / sp.Abs(gap) ** power)
    ratio = ratio.replace(sp.Abs, lambda x: x if field.sign(x) in (0, 1) else -x if field.sign(x) == -1 else sp.Abs(x))
    below = field.back_to(sp.simplify(ratio))
    size = modulus(field, r)
    if field.sign(1 - r) != 1 and not system.iteration.step:
        raise Refused("it is not certain that the error decays")
    rate = E.fn("log", size)
    quotient = E.div(E.fn("log", below), rate if power == 1 else E.mul(E.num(int(power)), rate))
    answer = E.fn("ceil", quotient)
    if field.sign(1 - ratio) != 1:
        answer = E.fn("maximum", E.ZERO, answer)
    power_text = "t" if power == 1 else f"{power} t"
    steps.append(Step("inequality", "So the condition is one on a power.", rf"{_wrapped(size)}^{{{power_text}}} \le {tex(below)}", relation=Relation.EQUIVALENT))
    steps.append(Step("logarithm", "Taking logarithms turns the inequality round, since the logarithm of the factor is negative; t is whole.",
                      rf"t = {tex(answer)}", requires=(f"{tex(size)} < 1", f"{tex(size)} > 0")))
    return answer


def _wrapped(e: Expr) -> str:
    return tex(e) if e.op in ("fn", "sym", "num") else rf"\left({tex(e)}\right)"


def field_output(system: System) -> Expr:
    """The state that is asked for. Raises Refused where the output is another formula."""
    if system.output.op != "sym":
        raise Refused("the output is no state: accuracy is asked of a state")
    return system.output


def _inequality(system: System, part: Part, field: Field, out: Expr, end: Any) -> tuple[Any, Any]:
    """(p, bound) with the condition |state - end|^p <= bound."""
    import sympy as sp

    c = part.until
    assert c is not None
    if c.op != "rel" or c.data not in ("<=", ">="):
        raise Refused("the condition to reach is no inequality with <=")
    known = definitions(system.problem, system.iteration.internal)
    name = E.sym(system.iteration.end) if system.iteration.end else None
    left, right = (field.to(E.replace(x, known)) for x in (c.args if c.data == "<=" else c.args[::-1]))
    if name is not None:
        left, right = (x.subs(field.to(name), end) for x in (left, right))
    state = field.to(out)
    if right.has(state):
        raise Refused("both sides of the condition depend on the state")
    e = sp.Symbol("_e", positive=True)
    sides = [sp.factor(sp.simplify(left.subs(state, end + s * e))) for s in (1, -1)]
    if sp.simplify(sides[0] - sides[1]) != 0:
        raise Refused("the condition is not the same on both sides of the limit")
    factor, rest = sides[0].as_independent(e)
    power = rest.as_base_exp()[1] if rest.as_base_exp()[0] == e else None
    if power is None or not power.is_Integer or field.sign(_plain(factor, field)) != 1:
        raise Refused("the condition is no power of the distance to the limit")
    return power, sp.simplify(_plain(right, field) / _plain(factor, field))


def _plain(x: Any, field: Field) -> Any:
    """Moduli without bars where the sign inside is known."""
    import sympy as sp

    return x.replace(sp.Abs, lambda y: y if field.sign(y) in (0, 1) else -y if field.sign(y) == -1 else sp.Abs(y))
