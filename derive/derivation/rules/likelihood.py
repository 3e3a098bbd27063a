"""Maximum likelihood and maximum a posteriori: write the log-density, then maximise it by the rules for programs.

Independent draws multiply densities, so logarithms add; the logarithm is increasing, so the maximisers are the same, and
what is free of the unknowns does not matter. Source: Bishop, Pattern Recognition and Machine Learning, sections 1.2.4-1.2.6.
"""

from __future__ import annotations

from dataclasses import replace

from derive.derivation.rules.common import Solve
from derive.derivation.rules.logs import parted
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.problem.likelihood import Draw, log_density
from derive.problem.model import Part, Problem

NAME = "likelihood"


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that ask for a maximum of a likelihood or posterior density."""
    return part.ask in ("mle", "map") and part.model is not None


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The maximiser of the log-density as a program."""
    program, model = part.program, part.model
    assert program is not None and model is not None
    unknowns = set(program.over)
    terms = _terms(parted(problem, program.objective, unknowns))
    varying = [t for t in terms if E.symbols_in(t) & unknowns]
    if not varying:
        return NotDerived(problem, part, "the log-density does not depend on the unknowns.")
    objective = E.add(*varying)
    inner = solve(problem, replace(part, id=f"{part.id}|density", ask="argmax", model=None, program=replace(program, objective=objective)))
    head = _steps(part, objective)
    if isinstance(inner, NotDerived) or inner.answer is None or inner.value is None:
        return NotDerived(problem, part, inner.reason if isinstance(inner, NotDerived) else "the log-density has no closed maximum.", head)
    value = E.replace(program.objective, {E.sym(n, problem.symbols[n].shape): e for n, e in inner.point.items()})
    return Derivation(problem, part, "point", (*head, *inner.steps), inner.answer, value, inner.unique, inner.says,
                      outputs=inner.outputs, extra=inner.extra)


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.args if e.op == "add" else (e,)


def _steps(part: Part, objective: Expr) -> tuple[Step, ...]:
    assert part.model is not None and part.program is not None
    names = ", ".join(latex(E.sym(n)) for n in part.program.over)
    seen = r" \\ ".join(rf"\log «p»({_drawn(d)} \mid {names}) &= {latex(log_density(d))} + \text{{const}}" for d in part.model.observations)
    out = [Step(NAME, "The draws are independent, so the logarithm of their joint density is a sum.", rf"\begin{{aligned}} {seen} \end{{aligned}}",
                relation=Relation.DEFINES)]
    if part.model.priors:
        priors = r" \\ ".join(rf"\log «p»({_drawn(d)}) &= {latex(log_density(d))} + \text{{const}}" for d in part.model.priors)
        out.append(Step("posterior", "By Bayes' rule the posterior density is proportional to likelihood times prior, so their logarithms add.",
                        rf"\begin{{aligned}} {priors} \end{{aligned}}", relation=Relation.DEFINES))
    out.append(Step(NAME, "The logarithm is increasing: the same unknowns maximise the density and its logarithm. What is free of them is left out.",
                    rf"\max_{{{names}}}\ {latex(objective)}"))
    return tuple(out)


def _drawn(d: Draw) -> str:
    return latex(d.what)
