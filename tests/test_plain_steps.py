"""Derivations in plain text that name quantities step by step, and counts whose number and size are told apart."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

BALL, LINF, SGD, RIDGE, SOFTMAX = "ball-l2#update", "penalty-linf#update", "limit-sgd#vector", "ls_ridge#answer", "kkt_softmax#answer"

STEPS = [
    (LINF, "Let S = sum |g_i|. Then r = α S/2. So u_i = -r sign(g_i).", ["Let S = sum |g_i|. Then r = α S. So u_i = -r sign(g_i).", "Let S = sum g_i. Then r = α S/2. So u_i = -r sign(g_i)."]),
    (LINF, "Let t = ‖u‖_∞.\nThen g·u ≥ -t‖g‖₁.\nMinimise -t‖g‖₁ + t²/α: t = α‖g‖₁/2.\nSo u_i = -t sign(g_i).", ["Let t = ‖u‖_∞.\nMinimise -t‖g‖₁ + t²/α: t = α‖g‖₁/2.\nSo u_i = t sign(g_i)."]),
    (LINF, "S := ‖g‖_1, r := α S. Wait, the minimum of -rS + r²/α is at r = α S/2. So u = -r sign(g) with r = αS/2.",
     ["S := ‖g‖_1, r := α S/2. Wait, the minimum of -rS + r²/α is at r = α S. So u = -r sign(g) with r = αS.", "S := ‖g‖_1, r := α S. Also r = αS/2. So u = -r sign(g)."]),
    (SGD, "D = 1 + 0.01 + 0.0001 = 1.0101\nc = 1/D\nθ = c (1, 0.1, 0.01)", ["D = 1 + 0.1 + 0.01 = 1.11\nc = 1/D\nθ = c (1, 0.1, 0.01)"]),
    (BALL, "c = δ/‖g‖₂\nu = -c g", ["c = δ/‖g‖₂\nu = -c g\nWait, I forgot a factor: c = 2 δ/‖g‖₂", "c = δ/‖g‖₂\nu = -c g\nc = 2 δ/‖g‖₂", "c = δ/‖g‖₂²\nu = -c g"]),
    (RIDGE, "A = X^T X + λ I\nb = X^T y\nw = A^{-1} b", ["A = X^T X - λ I\nb = X^T y\nw = A^{-1} b"]),
    (SOFTMAX, "w_i = exp(z_i/T)\nZ = sum_j w_j\np_i = w_i/Z", ["w_i = exp(z_i T)\nZ = sum_j w_j\np_i = w_i/Z", "w_i = exp(z_i/T)\nZ = sum_j w_j\np_i = Z/w_i"]),
    ("cnt_transformer_block#answer", "attention: 4 d² + 4 d\nMLP: 8 d² + 5 d\nlayer norms: 4 d\ntotal: 12 d² + 13 d", ["attention: 4 d² + 4 d\nMLP: 8 d² + 5 d\ntotal: 12 d² + 9 d"]),
    ("comm-table#ring-size", r"$$\text{message size}=p/n$$ and there are $2n(n-1)$ of them.", [r"$$\text{message size}=p$$ and there are $2n(n-1)$ of them."]),
    ("comm-table#ring-messages", r"$\#\text{msg}=2n(n-1)$", [r"$\#\text{msg}=2(n-1)$"]),
    ("comm-table#a2a-size", "If there are n workers, each sends p numbers to every other one.", ["If there are n workers, each sends p/n numbers to every other one."]),
    ("comm-table#a2a-messages", "If there are n workers, each sends n-1, so n(n-1) in total.", ["If there are n workers, each sends n(n-1)."]),
]


@pytest.mark.parametrize(("part", "right", "wrong"), STEPS)
def test_steps_are_followed(problems: dict[str, Problem], part: str, right: str, wrong: list[str]) -> None:
    name, _, place = part.partition("#")
    assert grade(problems[name], place, right).verdict.value == "correct"
    for text in wrong:
        assert grade(problems[name], place, text).verdict.value != "correct", text
