"""What stands above a matrix: a transpose, an index of a sum, an inverse, a pseudo-inverse; and words that say which."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from tests.bank import stated

STOPPED = [
    (r"$w_T=\eta\sum_{t=0}^{T-1}(I-\eta X^\top X)^{t}X^\top y$", True),
    (r"$w_T=\eta\sum_{t=0}^{T-1}(I-\eta X^TX)^t X^T y$", True),
    (r"$w_T=\eta\sum_{t=1}^{T}(I-\eta X^TX)^{t-1} X^T y$", True),
    (r"$w_T=\eta\sum_{t=0}^{T}(I-\eta X^TX)^t X^T y$", False),
    (r"$w_T=\eta\sum_{t=0}^{T-1}(I-\eta X^TX)^T X^T y$", False),
]


@pytest.mark.parametrize(("answer", "right"), STOPPED)
def test_an_exponent_that_a_sum_binds_is_no_transpose(answer: str, right: bool) -> None:
    assert (grade(stated("ib_early_stopping"), "answer", answer).verdict == "correct") is right


INVERSES = [("−X⁻ᵀAᵀX⁻ᵀ", "correct"), ("$-X^{-T}A^TX^{-T}$", "correct"), ("−X⁻ᵀAᵀX⁻¹", "incorrect"), ("−X⁻¹AᵀX⁻¹", "incorrect")]


@pytest.mark.parametrize(("answer", "verdict"), INVERSES)
def test_the_inverse_of_the_transpose_is_one_sign(answer: str, verdict: str) -> None:
    assert grade(stated("grad_trace_inverse"), "answer", answer).verdict == verdict


BESIDE = [
    ("w = X⁺y with the Moore–Penrose inverse X⁺.", True),
    ("Gradient descent from zero finds the least-norm solution, w = X⁺y with the pseudo-inverse X⁺.", True),
    ("$w=X^+y$ where $X^+$ is the pseudo-inverse of $X$", True),
    ("w = X⁺y with the sign of y", False),
    ("$w=X^+y$ with the norm of $y$", False),
    ("w = X⁺y with the opposite sign", False),
    ("w = X⁺y with a factor of two", False),
]


@pytest.mark.parametrize(("answer", "right"), BESIDE)
def test_what_a_formula_has_is_told_behind_it(answer: str, right: bool) -> None:
    assert (grade(stated("ib_gd_system"), "answer", answer).verdict == "correct") is right
