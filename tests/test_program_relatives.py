"""Programs beyond the bank, each with the answer that a person writes, and a near miss. Sources: exercises of optimisation courses."""

from __future__ import annotations

import tomllib

import pytest

from derive.errors import SpecError
from derive.grading.grade import grade
from derive.problem.load import from_data
from derive.problem.model import Problem

SYMBOLS = {"n": "dimension", "x": "vector(n)", "v": "vector(n)", "y": "vector(n)", "g": "vector(n)", "w": "positive vector(n)", "lam": "positive", "a": "positive",
           "A": "spd matrix(n, n)", "M": "matrix(n, n)", "b": "vector(n)", "d": "nonzero vector(n)", "x0": "vector(n)", "t": "real", "eta": "positive"}


def stated(part: str, iteration: str = "", **symbols: str) -> Problem:
    declared = "".join(f'{k} = {{ type = "{t}" }}\n' for k, t in {**SYMBOLS, **symbols}.items())
    text = f'schema = 1\nid = "r"\ntitle = "r"\n[symbols]\n{declared}\n{iteration}\n[[parts]]\nid = "answer"\n{part}\n'
    return from_data(tomllib.loads(text), "r")


def least(objective: str, *more: str, over: str = "x") -> str:
    return "\n".join((f'ask = "argmin"\nover = "{over}"\nminimize = "{objective}"', *more))


GD = '[iteration]\nover = "x"\nstart = "0"\nupdate = "x - eta*(A x - b)"\nstep = "eta"'
CASES = [
    ("cubed max norm", stated(least("g^T x + (1/a)*norm(x, inf)^3")), r"-\sqrt{\frac{a\|g\|_1}{3}}\operatorname{sign}(g)", r"-\sqrt{\frac{a\|g\|_1}{2}}\operatorname{sign}(g)"),
    ("weighted max norm", stated(least("g^T x + (1/a)*norm(w*x, inf)^2")), r"x_i=-\frac a2\Big(\sum_j |g_j|/w_j\Big)\operatorname{sign}(g_i)/w_i",
     r"x_i=-\frac a2\Big(\sum_j |g_j|\Big)\operatorname{sign}(g_i)/w_i"),
    ("a kink on an unknown side of a bound", stated(least("norm(x - y, 1)", 'subject_to = ["x >= 0"]')), r"\max(y, 0)", r"|y|"),
    ("a kink between two bounds", stated(least("norm(x - y, 1)", 'subject_to = ["x >= -1", "x <= 1"]')), r"\min(\max(y, -1), 1)", r"\max(y, -1)"),
    ("a threshold around a point, cut at zero", stated(least("lam*norm(x - y, 1) + (1/2)*norm(x - v, 2)^2"), x="nonnegative vector(n)"),
     r"\max(y + \operatorname{sign}(v-y)\odot\max(|v-y|-\lambda, 0), 0)", r"y + \operatorname{sign}(v-y)\odot\max(|v-y|-\lambda, 0)"),
    ("entropy without a simplex", stated(least("lam*sum(x*log(x) - x) - v^T x"), x="positive vector(n)"), r"e^{v/\lambda}", r"e^{v/\lambda - 1}"),
    ("a bound on the least entry", stated('ask = "argmax"\nover = "x"\nmaximize = "v^T x - sum(exp(x))"\nwhen = ["min(v) > 0"]'), r"\log v", r"\log(v) - 1"),
    ("exact line search", stated(least("(1/2)*(x0 + t*d)^T A (x0 + t*d) - b^T (x0 + t*d)", over="t")), r"\frac{d^T(b-Ax_0)}{d^TAd}", r"\frac{d^T(b+Ax_0)}{d^TAd}"),
    ("step sizes of gradient descent with a matrix", stated('ask = "condition"', GD), r"0<\eta<\frac{2}{\lambda_{\max}(A)}", r"0<\eta<\frac{1}{\lambda_{\max}(A)}"),
    ("symmetric part", stated(least("norm_fro(X - M)^2", over="X"), X="symmetric matrix(n, n)"), r"\frac{M+M^T}{2}", r"\frac{M-M^T}{2}"),
]


@pytest.mark.parametrize(("problem", "right", "wrong"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_answer_of_a_person_is_accepted_and_its_neighbour_is_not(problem: Problem, right: str, wrong: str) -> None:
    found = grade(problem, "answer", right, certified=False)
    assert found.verdict == "correct", found.reason
    assert grade(problem, "answer", wrong, certified=False).verdict == "incorrect"


def test_symmetry_is_declared_and_no_constraint() -> None:
    with pytest.raises(SpecError, match="symmetric matrix"):
        stated(least("norm_fro(X - M)^2", 'subject_to = ["X = X^T"]', over="X"), X="matrix(n, n)")
