"""Derivations in several sentences: what they arrive at is the answer, and what is said behind it must not give another."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.conftest import SPECS

GROWTH = r"""The update is linear. Expanding the square:
$$(x-\eta y)^2 + (y+\eta x)^2 = x^2 + y^2 + \eta^2(x^2+y^2).$$
By induction
$$\|(x_T,y_T)\|^2 = %s.$$
So the iterates spiral outwards."""
FIXED_POINT = r"""Let $m_t = \mathbb{E}[w_t]$. Because $N$ is independent of $w_t$,
$$m_{t+1} = m_t + 2\eta\left(xy - (x^2+s^2)m_t\right).$$
At the fixed point the bracket vanishes:
$$m_\infty = %s.$$
%s"""
SHRINKS = r"So input noise shrinks the solution $y/x$ by the factor $x^2/(x^2+s^2)$."
BALL = r"""By Cauchy–Schwarz $g^\top u\ge-\|g\|_2\|u\|_2\ge-\delta\|g\|_2$, and equality requires $u$ antiparallel to $g$ with length $\delta$:

$$u^\star=%s\qquad(%s).$$

For $g=0$ every feasible $u$ is optimal."""
PRECONDITIONED = r"""Starting at 0, $\theta_\infty = c\,Pa$, and $a^\top\theta_\infty = 1$ requires $c = 1/(a^\top P a)$. Therefore
$$\theta_\infty = %s.$$"""
SPECTRAL = r"""Let $G = U\operatorname{diag}(s)V^\top$. Minimising over direction and length,
$$D^\star = -\frac\alpha2\,\|G\|_*\,UV^\top ,$$
where $\|G\|_* = %s$."""
CASES = r"""Per entry: $\min_x \lambda\max(0,1-x)+\tfrac12(x-v)^2$.
- If $x>1$: $x=v$, so $v>1$.
- If $x<1$: $-\lambda+x-v=0$, $x=v+\lambda$, so $v<1-\lambda$.
- Otherwise $x=1$.

$$x_i^\star=\begin{cases} v_i, & v_i\ge1,\\ 1, & 1-\lambda\le v_i<1,\\ %s, & v_i<1-\lambda.\end{cases}$$"""

DERIVED = [
    # (problem, part, right, near miss)
    ("gda_bilinear", "answer", GROWTH % r"(1+\eta^2)^T (x_0^2+y_0^2)", GROWTH % r"(1+\eta)^T (x_0^2+y_0^2)"),
    ("ib_noise_expectation", "answer", FIXED_POINT % (r"\frac{xy}{x^2+s^2}", SHRINKS), FIXED_POINT % (r"\frac{xy}{x^2+s^2}", r"Hence the answer is $y/x$.")),
    ("ball-l2", "update", BALL % (r"-\delta\,\frac{g}{\|g\|_2}", r"g\neq0"), BALL % (r"-\delta\,\frac{g}{\|g\|_2}", "g>0")),
    ("ib_precond", "answer", PRECONDITIONED % r"\frac{P a}{a^\top P a}", PRECONDITIONED % r"\frac{P a}{a^\top P a} = \frac{a}{\|a\|_2^2}"),
    ("pli_spectral", "answer", SPECTRAL % r"\sum_i s_i", SPECTRAL % r"\max_i s_i"),
    ("prox_hinge", "answer", CASES % r"v_i+\lambda", CASES % r"v_i-\lambda"),
]


@pytest.mark.parametrize(("problem", "part", "right", "miss"), DERIVED)
def test_a_derivation_answers_with_its_conclusion(problems: dict[str, Problem], problem: str, part: str, right: str, miss: str) -> None:
    p = problems[problem]
    assert grade(p, part, right, certified=False).verdict.value == "correct"
    assert grade(p, part, miss, certified=False).verdict.value != "correct"


@pytest.mark.parametrize("answer", [
    r"$u=-\delta\,\frac{g}{\|g\|_2}\quad (%s)$", "u = -delta g/||g||_2 (%s)", r"$$u=-\delta\,\frac{g}{\|g\|_2} \text{ (if }%s\text{)}.$$", "-delta*g/norm(g) (if %s)"])
def test_a_relation_in_brackets_behind_a_formula_is_a_condition(problems: dict[str, Problem], answer: str) -> None:
    p = problems["ball-l2"]
    assert grade(p, "update", answer % "g ≠ 0", certified=False).verdict.value == "correct"
    assert grade(p, "update", answer % "g > 0", certified=False).verdict.value == "undecided"


def test_a_sum_over_a_condition_in_brackets_is_no_condition(problems: dict[str, Problem]) -> None:
    p = problems["ls_eckart_young"]
    assert grade(p, "value", "(Σ_{i > k} s_i²)", certified=False).verdict.value == "correct"
    assert grade(p, "value", "It is not (Σ_{i > k} s_i²).", certified=False).verdict.value != "correct"


@pytest.mark.parametrize(("factor", "verdict"), [("", "correct"), ("2", "incorrect")])
def test_the_value_of_a_program_is_no_second_point(factor: str, verdict: str) -> None:
    text = (rf"$u=-{factor}\delta\operatorname{{sign}}(g)$" + "\n\n"
            r"Why: $\min_{\|u\|_\infty\le\delta}g^\top u=-\delta\|g\|_1$, and the sign vector attains it.")
    assert grade(load(SPECS / "cs182-hw2/ball-linf.toml"), "update", text).verdict == verdict
