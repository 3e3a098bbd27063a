r"""Products of the direct lane in any order, x (y^T z) without brackets, decimals before vectors, dashes of lists: the same verdicts as the whole way, or none."""

from __future__ import annotations

import pytest

from derive.grading.direct.lane import lane
from derive.grading.grade import _graded
from derive.grading.keys import key_of
from derive.problem.model import Problem

RIGHT = [
    ("penalty-linf", "update", r"$-\operatorname{sgn}(g) \frac{\alpha}{2} (\operatorname{sgn}(g))^T g$"),
    ("penalty-linf", "update", r"$-\operatorname{sgn}(g) \cdot g^T \operatorname{sgn}(g) \cdot \alpha/2$"),
    ("penalty-linf", "update", r"$u_i = -\operatorname{sgn}(g_i) \cdot g^\top \operatorname{sgn}(g) \cdot \alpha/2$"),
    ("penalty-linf", "update", r"$\left[-\alpha \cdot \nabla f^\top \mathrm{sgn}(\nabla f)/(2 |\nabla f|)\right]\odot \nabla f$"),
    ("penalty-l2", "update", r"$-\nabla f {1 \over 2}\,\alpha$"), ("penalty-l2", "update", r"$u_i = \left(-1\right) 0.5 \frac{\partial f}{\partial \theta_i} \alpha$"),
    ("penalty-l2", "update", r"- $-\frac{\alpha}{2} g$"), ("penalty-l2", "update", r"- \[u = -\frac{\alpha}{2} g\]"),
    ("penalty-l1", "update", r"$u_k = -\frac{\partial_k f}{2} \alpha, u_l = 0\text{ for }l\ne k$"),
]
WRONG = [
    ("penalty-linf", "update", r"$-\operatorname{sgn}(g) \alpha (\operatorname{sgn}(g))^T g$"), ("penalty-linf", "update", r"$-\operatorname{sgn}(g) \frac{\alpha}{2} g^T g$"),
    ("penalty-l2", "update", r"$\nabla f {1 \over 2}\,\alpha$"), ("penalty-l2", "update", r"- $u = \frac{\alpha}{2} g$"),
    ("limit-sgd", "vector", r"$1.1 \frac{1}{\|a\|_2^2} a$"), ("limit-rescaled", "vector", r"$0.25\,\frac{1}{a}$"), ("limit-rescaled", "vector", r"$-0.333 \frac{1}{a}$"),
    ("penalty-l1", "update", r"$u^\star=-\frac{\alpha \, \textrm{sign}(g_k) \, \|g\|_\infty}{2} \, \mathbf 1$"),
]
LEFT = [  # what the lane does not tell: another grouping, a dash that may be a sign, a decimal that may be a rounding
    ("penalty-linf", "update", r"$-\frac{\alpha}{2} \operatorname{sgn}(g) \odot g^T \operatorname{sgn}(g)$"), ("penalty-l2", "update", r"- $\frac{\alpha}{2} g$"),
    ("limit-rescaled", "vector", r"$0.333 \frac{1}{a}$"), ("penalty-l2", "update", r"$-\nabla f(1/2) \alpha$"), ("comm-table", "ring-messages", r"- $\sum_{i=1}^N 2(N-1)$"),
    ("limit-rescaled", "vector", r"$0.25 \frac{1}{a} + \frac{1}{12 a}$"),
]


@pytest.mark.parametrize(("problem", "part", "text", "verdict"), [(*c, True) for c in RIGHT] + [(*c, False) for c in WRONG] + [(*c, None) for c in LEFT])
def test_products(problems: dict[str, Problem], problem: str, part: str, text: str, verdict: bool | None) -> None:
    key = key_of(problems[problem], problems[problem].part(part))
    assert lane(key).verdict(text) is verdict
    if verdict is not None:
        assert _graded(key, text, "", None).verdict == ("correct" if verdict else "incorrect")
