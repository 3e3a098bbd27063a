"""The dual of a p-norm: Hölder's inequality and the direction that attains it."""

from __future__ import annotations

from derive.derivation.rules.common import Solve
from derive.derivation.steps import Derivation, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.norms import conjugate, dual_direction, dual_norm
from derive.maths.write import latex
from derive.problem.model import Part, Problem

NAME = "dual-norm"


def accepts(problem: Problem, part: Part) -> bool:
    """Parts that ask for the dual of a declared p-norm."""
    return part.ask == "dual" and part.norm is not None and part.norm.op == "norm" and part.norm.data == "p" and (
        part.norm.args[0].op == "sym")


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """||g||_* = max {g^T d : ||d||_p <= 1} = ||g||_q."""
    assert part.norm is not None and part.at is not None
    g = E.sym(part.at, problem.symbols[part.at].shape)
    p = part.norm.args[1]
    q = conjugate(p, problem.symbols)
    answer = dual_norm(part.norm, g, problem.symbols)
    d = dual_direction(g, p, problem.symbols)
    steps = (
        Step(NAME, "Hölder's inequality bounds the inner product, with conjugate exponents.",
             rf"{latex(g)}^\top «d» \le \|{latex(g)}\|_{{{latex(q)}}} \|«d»\|_{{{latex(p)}}},\quad \tfrac1{{{latex(p)}}}+\tfrac1{{{latex(q)}}}=1",
             relation=Relation.BOUNDS),
        Step(NAME, "The bound is attained.", rf"«d» = {latex(d)}", requires=(f"{latex(g)} \\ne 0",)),
        Step(NAME, "So the dual norm is the norm with the conjugate exponent.", rf"\|{latex(g)}\|_* = {latex(answer)}"),
    )
    return Derivation(problem, part, "expression", steps, answer, extra={"direction": d, "norm": part.norm})
