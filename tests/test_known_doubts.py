"""Hedges, percents, undefined indices, ellipses and ambiguous products: each right form with its near miss."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("undecided", "comm-table", "ring-messages", "≈ 2n(n-1)"),
    ("undecided", "penalty-l2", "update", r"$u \approx -\frac{\alpha}{2} g$"),
    ("correct", "limit-sgd", "vector", r"$\approx (0.990, 0.0990, 0.00990)$"),
    ("correct", "limit-sgd", "vector", "(99.0%, 9.90%, 0.990%)"),
    ("incorrect", "limit-sgd", "vector", "(99.01%, 9.90%, 0.990%)"),
    ("correct", "limit-sgd", "vector", "a/(a^T a), which satisfies a^T theta = 1"),
    ("incorrect", "limit-sgd", "vector", "a/(a^T a)^2, which satisfies a^T theta = 1"),
    ("correct", "limit-sgd", "vector", r"$a^{\dagger\top}$"),
    ("correct", "penalty-l1", "update", r"update only the coordinate with the largest |g_i|: $u_k=-\frac{\alpha}{2}g_k$, all others zero"),
    ("incorrect", "penalty-l1", "update", r"update only the coordinate with the smallest |g_i|: $u_k=-\frac{\alpha}{2}g_k$, all others zero"),
    ("incorrect", "penalty-l1", "update", r"$-\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g_j) e_j$"),  # whichever j is
    ("undecided", "penalty-l1", "update", r"$-\frac{\alpha}{2}\|g\|_\infty \operatorname{sign}(g_j) e_j$"),  # right for one j
    ("undecided", "penalty-linf", "update", r"$-r\operatorname{sign}(g)$"),  # r may be any number
    ("undecided", "penalty-l1", "update", r"Let $m=\arg\max_i g_i$. $u=-\frac{\alpha}{2}g_m e_m$ where $m=\arg\max_i|g_i|$"),
    ("correct", "limit-adam", "vector", "the vector whose three entries all equal 100/111"),
    ("incorrect", "limit-adam", "vector", "all three entries sum to 100/111"),
    ("correct", "penalty-l2", "update", "-(alpha/2)*[g_1, ..., g_n]"),
    ("undecided", "penalty-l2", "update", "-(alpha/2)*[g_1, ..., g_{n-1}]"),
    ("undecided", "penalty-l2", "update", r"$-\frac{\alpha}{2}(g_1,\dots,g_m)$"),
    ("undecided", "penalty-linf", "update", r"$-\frac{\alpha}{2}\|(g_1,\dots,g_{n-1})\|_1 \operatorname{sign}(g)$"),
    ("correct", "penalty-linf", "update", "-alpha/2 * sum(map(abs, g)) * np.sign(g)"),
    ("incorrect", "penalty-linf", "update", "-alpha/2 * max(map(abs, g)) * np.sign(g)"),
    ("correct", "grad_logistic", "answer", "-X^T (sigmoid(-y*X w) * y)"),  # y ⊙ (X w), or (y ⊙ X) w
    ("incorrect", "grad_logistic", "answer", "-X^T (sigmoid(y*X w) * y)"),
    ("correct", "proj_ball", "answer", r"If $\|v-c\|\le r$ then $x=v$, otherwise $x = c + r\frac{v-c}{\|v-c\|}$."),
    ("incorrect", "proj_ball", "answer", r"If $\|v-c\|\ge r$ then $x=v$, otherwise $x = c + r\frac{v-c}{\|v-c\|}$."),
    ("correct", "kkt_softmax", "answer", r"The optimum is the softmax of $z/T$, i.e. $x_i = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}$."),
    ("correct", "lmo_linf", "answer", r"So $x=-r\operatorname{sign}(g)$ (for zero entries of $g$ anything in $[-r,r]$ works)."),
    ("unreadable", "hess_logistic", "answer", r"$H = X^\top D X$ where $D$ is a matrix with entries $\sigma(x_i^\top w)$."),
    ("correct", "prox_l1", "answer", "torch.sign(v)*F.relu(v.abs()-lam)"),
    ("incorrect", "prox_l1", "answer", "torch.sign(v)*F.relu(v.abs()+lam)"),
]


@pytest.mark.parametrize(("expected", "problem", "part", "text"), CASES)
def test_verdict(problems: dict[str, Problem], expected: str, problem: str, part: str, text: str) -> None:
    g = grade(problems[problem], part, text, certified=False)
    assert g.verdict.value == expected, g.reason


@pytest.mark.parametrize(("said", "expected"), [
    (r"where $g$ denotes $g/\|g\|$", "undecided"), (r"where $\alpha$ denotes $2\alpha$", "undecided"), ("(here g denotes sign(g))", "undecided"),
    (r"where $g$ denotes the gradient $\nabla f(\theta)$", "correct"), (r"where $g$ denotes $\nabla f$.", "correct"), (r"where $\alpha$ stands for the step size", "correct"),
])
def test_a_letter_of_the_statement_with_another_meaning(problems: dict[str, Problem], said: str, expected: str) -> None:
    assert grade(problems["penalty-l2"], "update", rf"$u=-\frac{{\alpha}}{{2}}g$, {said}").verdict == expected
