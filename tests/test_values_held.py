r"""The value beside a minimiser, '$u = A, \qquad J(u^*) = F$', and the point beside a value: what holds is no second answer, what does not is not passed over."""

from __future__ import annotations

import pytest

from derive import grade
from derive.grading.verdict import Grade
from derive.problem.model import Problem
from tests.bank import stated

# (problem#part, text with {}, the true value, a false one)
PAIRS = [
    ("kkt_unc_qp", r"$x^* = -P^{{-1}} q, \qquad f(x^*) = {}$", r"r - \frac12 q^\top P^{-1} q", r"r + \frac12 q^\top P^{-1} q"),
    ("kkt_unc_qp", r"$$x^\star = -P^{{-1}}q,\qquad f^\star = {}.$$", r"r-\tfrac12 q^\top P^{-1}q", r"-\tfrac12 q^\top P^{-1}q"),
    ("kkt_unc_qp", r"$x^* = -P^{{-1}}q$, $p^* = {}$.", r"r - \frac12 q^\top P^{-1} q", r"-\frac12 q^\top P^{-1} q"),
    ("kkt_unc_qp", r"$x^* = -P^{{-1}}q$ and the minimum value is ${}$.", r"r - \frac12 q^\top P^{-1} q", r"-\frac12 q^\top P^{-1} q"),
    ("kkt_unc_qp", "x = -P^{{-1}} q with optimal value {}", "r - (1/2) q^T P^{-1} q", "r - q^T P^{-1} q"),
    ("penalty-l2#update", r"$u^* = -\frac{{\alpha}}{{2}} g, \qquad J(u^*) = {}$", r"-\frac{\alpha}{4}\|g\|_2^2", r"-\frac{\alpha}{2}\|g\|_2^2"),
    ("penalty-l2#update", r"$u = -\frac{{\alpha}}{{2}} g$, attaining ${}$", r"-\frac{\alpha}{4}\|g\|_2^2", r"-\alpha\|g\|_2^2"),
    ("penalty-linf#update", "u = -(alpha/2) ||g||_1 sign(g), with minimum value {}", "-(alpha/4) ||g||_1^2", "-(alpha/2) ||g||_1^2"),
    ("penalty-linf#update", r"$$u^\star = -\frac{{\alpha}}{{2}}\|g\|_1 \operatorname{{sign}}(g), \qquad \min_u J(u) = {}$$", r"-\frac{\alpha}{4}\|g\|_1^2", r"-\frac{\alpha}{4}\|g\|_2^2"),
    ("ball-l2#update", r"$u^* = -\delta g/\|g\|_2, \qquad g^\top u^* = {}$", r"-\delta\|g\|_2", r"-\|g\|_2"),
    ("lmo_linf", r"$d^* = -r\,\mathrm{{sign}}(g)$ with $g^\top d^* = {}$", r"-r\|g\|_1", r"r\|g\|_1"),
    ("lmo_linf", r"$d^* = -r\,\mathrm{{sign}}(g)$ (optimal value ${}$)", r"-r\|g\|_1", r"r\|g\|_1"),
    ("lmo_linf", "d = -r sign(g), attaining {}", "-r ||g||_1", "-r ||g||_2"),
    ("ls_ols", r"$\hat w = (X^\top X)^{{-1}} X^\top y, \qquad \|X\hat w - y\|^2 = {}$", r"y^\top y - y^\top X (X^\top X)^{-1} X^\top y", r"y^\top X (X^\top X)^{-1} X^\top y"),
    ("proj_ball", "x = c + r (v - c)/max(r, ||v - c||), with optimal value {}", "(max(||v-c|| - r, 0))^2", "max(||v-c|| - r, 0)"),
    ("kkt_softmax", "p = softmax(z/T), with maximum value {}", "T log sum_i exp(z_i/T)", "log sum_i exp(z_i/T)"),
    ("lmo_linf#value", "-r ||g||_1, attained at d = {}", "-r sign(g)", "r sign(g)"),
    ("lmo_linf#value", r"$-r\|g\|_1$ (attained by $d^* = {}$)", r"-r\,\mathrm{sign}(g)", r"r\,\mathrm{sign}(g)"),
    ("kkt_unc_qp#value", r"$x^* = {}, \qquad f(x^*) = r - \frac12 q^\top P^{{-1}} q$", "-P^{-1} q", "P^{-1} q"),
    ("support_ellipsoid", "sqrt(c^T P c), attained at x = {}", "P c / sqrt(c^T P c)", "P c / (c^T P c)"),
]


def _graded(at: str, text: str, problems: dict[str, Problem]) -> Grade:
    name, _, part = at.partition("#")
    return grade(problems.get(name) or stated(name), part or "answer", text)


@pytest.mark.parametrize(("at", "text", "true", "false"), PAIRS)
def test_a_true_value_is_passed_over_and_a_false_one_is_not(problems: dict[str, Problem], at: str, text: str, true: str, false: str) -> None:
    assert _graded(at, text.format(true), problems).verdict.value == "correct"
    assert _graded(at, text.format(false), problems).verdict.value in ("undecided", "incorrect")


@pytest.mark.parametrize(("at", "text"), [
    ("penalty-linf#update", r"$u=-\|u\|_\infty\operatorname{sign}(g)$ with $\|u\|_\infty=\frac{\alpha}{2}\|g\|_1$"),
    ("penalty-linf#update", r"$u = -t^* \operatorname{sign}(g)$, $t^* = \frac{\alpha}{2}\|g\|_1$"),
    ("penalty-linf#update", r"$J(u) = g^\top u + \frac1\alpha\|u\|_\infty^2$, so $u = -\frac{\alpha}{2}\|g\|_1\,\mathrm{sign}(g)$"),
    ("penalty-l2#update", r"Writing $u = -t\, g/\|g\|_2$ the objective is $-t\|g\|_2 + t^2/\alpha$, minimal at $t = \frac{\alpha}{2}\|g\|_2$; hence $u = -\frac{\alpha}{2} g$."),
])
def test_what_only_names_a_quantity_is_no_value(problems: dict[str, Problem], at: str, text: str) -> None:
    assert _graded(at, text, problems).verdict.value == "correct"


@pytest.mark.parametrize(("problem", "left", "verdict"), [
    ("penalty-l2", r"g^\top u + \frac1\alpha\|u\|^2", "correct"), ("penalty-l2", r"g^\top u", "undecided"), ("penalty-l2", r"\|u\|", "undecided"), ("penalty-l2", "J(u^*)", "correct"),
    ("mn_halfspace", r"\|x\|_2^2", "correct"), ("mn_halfspace", r"\|x\|_1", "undecided"), ("mn_halfspace", r"a^\top x", "undecided"), ("mn_halfspace", "p^*", "correct")])
def test_the_value_is_that_of_the_objective_and_of_no_part_of_it(problems: dict[str, Problem], problem: str, left: str, verdict: str) -> None:
    right = {"penalty-l2": r"-\frac{\alpha}{4}\|g\|^2", "mn_halfspace": r"\frac{\max(b,0)^2}{\|a\|_2^2}"}[problem]
    assert grade(problems[problem], "value", f"${left} = {right}$").verdict.value == verdict
