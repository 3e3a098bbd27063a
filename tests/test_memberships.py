"""Cases by membership in sets that the text describes; spoken formulas with pauses; letters of a decomposition; sums and products of eigenvalues in words."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

HARD, ORTHANT, L2, LINF, RING, EIGEN, NUCLEAR = (
    "prox_l0#answer", "proj_orthant#answer", "penalty-l2#update", "penalty-linf#update", "comm-table#ring-messages", "momentum_eigenvalues#answer", "mn_nuclear#answer")

FORMS = [
    (HARD, [r"$x_i = v_i$ for $i\in J$ and $0$ for $i\notin J$, where $J=\{i : |v_i|>\sqrt{2\lambda}\}$", "x_i = v_i if i ∈ I, 0 otherwise, where I = {i | v_i² > 2λ}",
            r"Let $S=\{j: |v_j| \le \sqrt{2\lambda}\}$. Then $x_i=0$ for $i\in S$ and $x_i=v_i$ for $i\notin S$."],
     [r"$x_i = v_i$ for $i\in J$ and $0$ for $i\notin J$, where $J=\{i : |v_i|>2\lambda\}$", r"$x_i = v_i$ for $i\notin J$ and $0$ for $i\in J$, where $J=\{i : |v_i|>\sqrt{2\lambda}\}$"]),
    (ORTHANT, ["Let J = {i : v_i ≥ 0}. Then x_i = v_i for i ∈ J and x_i = 0 for i ∉ J.", "x_i = v_i for i in P and 0 otherwise, P = {i : v_i > 0}"],
     [r"$x_i=v_i$ for $i\in P$, $x_i=0$ for $i\notin P$, with $P=\{i: v_i<0\}$", r"$x_i=v_i$ for $i\in P$, $x_i=0$ for $i\notin P$",
      "Let J = {i : v_i ≥ 0}. Then x_i = v_i for i ∈ J and x_i = 1 for i ∉ J."]),
    ("penalty-l1#update", ["u_k = -(α/2) g_k for one k with |g_k| ≥ |g_i| for all i, all other u_i = 0", "u_k = -(α/2) g_k for any k with |g_k| = max_i |g_i|, all other u_i = 0"],
     ["u_k = -(α/2) g_k for one k with |g_k| ≤ |g_i| for all i, all other u_i = 0", "u_k = -(α/2) g_k for one k with |g_k| = min_i |g_i|, all other u_i = 0"]),
    (L2, ["minus alpha over two, times g", "u equals minus one half times alpha, times g", "negative alpha, over two, times g"],
     ["minus alpha over four, times g", "alpha over two, times g", "minus alpha, minus two, times g"]),
    (LINF, ["minus alpha over two, times the one-norm of g, times the sign of g"], ["minus alpha over two, times the two-norm of g, times the sign of g", "minus alpha over two, times the sign of g"]),
    ("penalty-l2#value", ["minus alpha over four, times the squared norm of g"], ["minus alpha over four, times the norm of g"]),
    (RING, ["two n, times n minus one"], ["two n, times n plus one", "two n times n minus one"]),  # without the pause it can be grouped both ways
    (EIGEN, ["Their sum is 2 - b - 2bηs² and their product is 1 - b.", "The two eigenvalues add up to 2 - b - 2 b eta s^2 and multiply to 1 - b."],
     ["Their sum is 1 - b and their product is 2 - b - 2bηs².", "The two eigenvalues add up to 2 - b - b eta s^2 and multiply to 1 - b."]),
    (NUCLEAR, [r"$X = \frac{1}{\sigma_1} u_1 v_1^\top$ where $A=U\Sigma V^\top$", r"Write $A=P\,\mathrm{diag}(\sigma)\,Q^\top$ (SVD). Then $X=\frac{1}{\sigma_1}p_1q_1^\top$."],
     [r"$X = \frac{1}{\sigma_1} u_1 v_1^\top$ where $A^\top=U\Sigma V^\top$", r"Write $A=P\,\mathrm{diag}(\sigma)\,Q^\top$ (SVD). Then $X=\sigma_1p_1q_1^\top$."]),
    ("penalty-linf-unsquared#update", ["```python\nimport numpy as np\n0\n```"], ["```python\nimport numpy as np\n1\n```"]),
    (LINF, [], ["```python\nimport numpy as np\n0\n```"]),
]


@pytest.mark.parametrize(("part", "right", "wrong"), FORMS)
def test_forms_beside_their_near_misses(problems: dict[str, Problem], part: str, right: list[str], wrong: list[str]) -> None:
    name, _, place = part.partition("#")
    for text in right:
        assert grade(problems[name], place, text).verdict.value == "correct", text
    for text in wrong:
        assert grade(problems[name], place, text).verdict.value != "correct", text
