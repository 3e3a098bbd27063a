"""Numbers that check an answer, answers that are only offered, programs beside formulas, names of a text's own."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.conftest import SPECS

LINF = r"$u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$"
CODE = "In code:\n\n```python\nk = np.argmax(np.abs(g))\nu = np.zeros_like(g)\nu[k] = -alpha / 2 * g[k]\n```\n\nAs a formula: "
CASES = [
    ("penalty-linf", "update", LINF + r". Take $g=(3,-1)$, $\alpha=2$. The formula gives $u=(-4,4)$.", "correct"),
    ("penalty-linf", "update", LINF + r". With $\alpha=2$ and $g=(1,1)$ we get $u=(-2,-2)$.", "correct"),
    ("penalty-linf", "update", LINF + r". Take the negative.", "undecided"),
    ("penalty-linf", "update", LINF + r" with $\alpha=2$", "undecided"),
    ("penalty-linf", "update", r"With $g=(1,1)$ we get $u=(-2,-2)$.", "incorrect"),
    ("penalty-linf", "update", f"The expected answer is either (i) {LINF}, or (ii) $u=-\\eta\\,\\mathrm{{sign}}(g)$ with a constant $\\eta$. I would submit one of these two.", "undecided"),
    ("penalty-linf", "update", LINF + r", where by $\|g\|_1$ I mean the square root of the sum of the squared entries.", "undecided"),
    ("penalty-linf", "update", LINF + r", where by $\|g\|_1$ I mean the sum of the absolute values.", "correct"),
    ("penalty-linf", "update", r"$u = - \frac { \alpha } { 2 } \| g \| _ { 1 } \operatorname { s i g n } ( g )$", "correct"),
    ("penalty-linf", "update", r"$u = - \frac { \alpha } { 2 } \| g \| _ { 2 } \operatorname { s i g n } ( g )$", "incorrect"),
    ("penalty-l2", "update", "uᵢ = −(α/2) ∂f/∂θᵢ", "correct"),
    ("penalty-l2", "update", "uᵢ = −α ∂f/∂θᵢ", "incorrect"),
    ("penalty-l2", "update", "−(α/2)·∂f(θ)/∂θ", "correct"),
    ("penalty-l1", "update", CODE + r"$u=-\frac{\alpha}{2}g_k e_k$ with $k=\arg\max_i|g_i|$.", "correct"),
    ("penalty-l1", "update", CODE + r"$u=-\frac{\alpha}{2}g_k e_k$ with $k=\arg\min_i|g_i|$.", "undecided"),
    ("penalty-l1", "update", CODE + r"$u=-\alpha g_k e_k$.", "incorrect"),
    ("comm-table", "a2a-messages", r"$N_{\text{msg}}=n^{2}-n$", "correct"),
    ("comm-table", "a2a-messages", r"$N_{\text{msg}}=n^{2}$", "incorrect"),
    ("comm-table", "ring-messages", r"I was about to say $2(n-1)$, but that is what one worker sends. Total: $2n(n-1)$", "correct"),
    ("comm-table", "ring-messages", r"I was about to say $2n(n-1)$, but that is too much. Total: $2(n-1)$", "incorrect"),
]


@pytest.mark.parametrize(("name", "part", "answer", "verdict"), CASES)
def test_what_stands_beside_an_answer(problems: dict[str, Problem], name: str, part: str, answer: str, verdict: str) -> None:
    problem = problems.get(name) or load(SPECS / "cs182-hw2" / f"{name}.toml")
    assert grade(problem, part, answer).verdict == verdict
