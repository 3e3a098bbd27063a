"""Order statistics, rows and columns, letters of a text's own and remarks in words: each beside a near miss in the same words."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

TWO = [
    ("ls_median_even", "answer", "x = ½(z₍ₕ₎ + z₍ₕ₊₁₎), where z₍₁₎ < … < z₍₂ₕ₎ are z₁,…,z₂ₕ sorted", "z₍ₕ₊₁₎)", "z₍ₕ₊₂₎)"),
    ("ls_median_even", "answer", "x = (z_(h) + z_(h+1))/2, where z_(1), ..., z_(2h) are the first 2h numbers in increasing order", "the first 2h numbers", "the first 2h+1 numbers"),
    ("ls_median_even", "answer", "the average of the h-th and the (h+1)-th smallest of the first 2h numbers", "(h+1)-th", "(h+2)-th"),
    ("ls_median", "value", r"\sum_{j=1}^{h}\big(z_{(2h+2-j)}-z_{(j)}\big)\quad\text{with } z_{(1)}<\dots<z_{(2h+1)}\text{ the sorted first } 2h+1 \text{ numbers}", "2h+2-j", "2h+1-j"),
    ("ls_median", "answer", "x = z_(h+1), where z_(1) > ... > z_(2h+1) are the first 2h+1 numbers in decreasing order", "z_(h+1)", "z_(h)"),
    ("ls_median", "answer", "x = z_(h+1), the (h+1)-th smallest of the first 2h+1 numbers", "the (h+1)-th", "the h-th"),
    ("ls_median", "answer", "x is the median of z_1, ..., z_{2h+1}", "z_{2h+1}", "z_7"),
    ("ls_median", "answer", "take the median of the first 2h+1 numbers", "median", "average"),
    ("lmo_ksparse", "value", "c₍₁₎ + c₍₂₎ + … + c₍ₖ₎ with c₍₁₎ < c₍₂₎ < … < c₍ₙ₎ the costs in increasing order", "in increasing", "in decreasing"),
    ("lmo_ksparse", "value", r"$\sum_{i=1}^k c_{(i)}$, with $c_{(i)}$ the i-th smallest cost", "smallest", "largest"),
    ("lmo_ksparse", "value", r"$c_{(1)}+\dots+c_{(k)}$ where $c_{(1)}, \dots, c_{(n)}$ are the costs in ascending order", "the costs", "the squared costs"),
    ("lmo_ksparse", "value", "the sum of the k smallest entries of c", "smallest", "largest"),
    ("mle_laplace_location", "answer", "the median of the observed numbers z_1, ..., z_{2h+1}", "median", "mean"),
    ("mle_laplace_location", "answer", "the median of the 2h+1 observations", "2h+1", "7"),
    ("mle_uniform", "answer", r"$t = x_{(n)}$ with $x_{(1)}\le\dots\le x_{(n)}$ the sorted numbers", "$t = x_{(n)}$", "$t = x_{(1)}$"),
    ("ls_orthonormal", "answer", "wⱼ = ⟨qⱼ, y⟩, where qⱼ is column j of Q", "column", "row"),
    ("ls_orthonormal", "answer", r"$w_j = q_j^\top y$, where $Q = [q_1, \dots, q_n]$", r"q_j^\top y", r"2q_j^\top y"),
    ("ls_orthonormal", "answer", "The j-th weight is q_j^T y, q_j being the j-th column of Q.", "q_j^T y", "-q_j^T y"),
    ("ls_weighted", "answer", r"w=\Big(\sum_i a_ix_ix_i^\top\Big)^{-1}\sum_i a_iy_ix_i\quad (x_i^\top = \text{row } i \text{ of } X)", "a_iy_ix_i", "y_ix_i"),
    ("ls_weighted", "answer", "w = (Σᵢ aᵢ rᵢ rᵢᵀ)⁻¹ Σᵢ aᵢ yᵢ rᵢ, with rᵢ = row i of X written as a column", "(Σᵢ aᵢ rᵢ", "(Σᵢ aᵢ² rᵢ"),
    ("mle_gauss_cov", "answer", "S = (1/m) Σₖ xₖ xₖᵀ, xₖᵀ being the k-th row of X", "1/m", "1/n"),
    ("ib_newton_schulz", "answer", r"$\sum_{i=1}^{\min(m,n)}u_iv_i^\top$, where $u_i$ and $v_i$ are the columns of $U$ and $V$", r"u_iv_i^\top", r"2u_iv_i^\top"),
    ("gd_best_rate", "answer", "1 - 2/(kappa + 1), attained at eta = 2/(L + mu)", "2/(L + mu)", "1/L"),
    ("heavy_ball_best_rate", "answer", "(√κ−1)/(√κ+1), attained at b = ((√κ−1)/(√κ+1))²", "(√κ+1))²", "(√κ+1))"),
    ("mle_gauss_var", "answer", r"\left(\bar x,\ \frac1n\sum_ix_i^2-\bar x^2\right),\quad \bar x=\frac1n\sum_ix_i", r"-\bar x^2", r"+\bar x^2"),
    ("mle_gauss_var", "answer", "(m, s) with m = mean(x), s = mean((x-m)^2)", "mean((x-m)^2)", "sum((x-m)^2)/(n-1)"),
    ("quad_taylor_minimum", "answer", "w = H^{-1} b, and there E = -(1/2) b^T H^{-1} b", "E = -(1/2)", "E = (1/2)"),
    ("pli_linf_zero", "answer", r"d=-\frac{\alpha}{2}\Big(\sum_{j\ge2}|h_j|\Big)\big(0,\operatorname{sign}h_2,\dots,\operatorname{sign}h_n\big)^\top", r"(0,\op", r"(2,\op"),
    ("pli_linf_zero", "answer", "d = -(alpha/2) * (sum_{j=2}^n |h_j|) * (sign(h_1), sign(h_2), ..., sign(h_n))", "sign(h_2), ...", "7, ..."),
    ("pli_linf_zero", "answer", "d = -(alpha/2) * (sum_{j=2}^n |h_j|) * (0, sign(h_2), ..., sign(h_{n-1}), sign(h_n))", "sign(h_{n-1})", "7"),
    ("prox_linf", "answer", "**x = v − Π(v)**, where Π is the Euclidean projection onto the 1-norm ball `{z : ‖z‖₁ ≤ λ}`.", "≤ λ", "≤ 2λ"),
    ("prox_linf", "answer", "x = v - P(v), where P projects onto the l1 ball of radius lambda", "lambda", "2 lambda"),
    ("ib_early_stopping", "answer", r"Let $X=\sum_i \sigma_i u_iv_i^\top$ with $\sigma_1$ the largest. Then "
     r"$w_T=\sum_i\Big(1-\big(1-\tfrac{\sigma_i^2}{2\sigma_1^2}\big)^T\Big)\frac{u_i^\top y}{\sigma_i}\,v_i$", "the largest", "the smallest"),
    ("grad_logistic", "answer", "Let t = (y+1)/2 (labels 0 or 1) and sigma(u) = 1/(1+exp(-u)). Then the gradient is X^T (sigma(Xw) - t).", "(y+1)/2", "(y-1)/2"),
    ("grad_logistic", "answer", "With t = (y+1)/2 (the 0/1 labels) and p = 1/(1+exp(-Xw)) the gradient is X^T (p - t).", "(p - t)", "(t - p)"),
    ("kkt_am_gm", "value", "Let γ = (a₁a₂⋯aₙ)^(1/n) be the geometric mean of the prices. The least cost is n·c·γ.", "geometric", "arithmetic"),
    ("kkt_am_gm", "value", "n·c·G with G the geometric mean of the prices", "geometric", "arithmetic"),
    ("map_ridge", "answer", "Let r = s²/t² be the ratio of the variances. Then w = (XᵀX + rI)⁻¹Xᵀy.", "s²/t²", "t²/s²"),
    ("mle_noise_variance", "answer", r"$v=\frac1m\|r\|^2$, where $r=y-Xw$ with $w=(X^\top X)^{-1}X^\top y$ is the residual", r"\frac1m", r"\frac1n"),
    ("mle_noise_variance", "answer", "w = (X^T X)^{-1} X^T y, v = ||y - X w||^2/m", "/m", "/n"),
    ("kkt_mean_nonneg", "value", "b squared, divided by the sum of the squares of the positive entries of a", "positive", "negative"),
    ("kkt_mean_nonneg", "value", r"$b^2$ divided by $\sum_i \max(a_i,0)^2$", "$b^2$", "$b$"),
    ("kkt_kelly", "answer", "f = (pb − (1 − p))/b   (edge divided by odds)", "divided by", "times"),
    ("kkt_kelly", "answer", "f = (pb − (1 − p))/b   (edge over odds)", "(edge over odds)", "(divided by two)"),
    ("ib_momentum", "answer", "θⱼ = aⱼ / ∑ᵢ aᵢ²  (β only changes the speed)", "(β", "(a"),
    ("ls_median_even", "value", "∑ⱼ₌₁ʰ z₍ₕ₊ⱼ₎ − ∑ⱼ₌₁ʰ z₍ⱼ₎ with z₍₁₎ < … < z₍₂ₕ₎ the first 2h numbers in increasing order", "− ∑", "+ ∑"),
    ("lmo_block_max", "answer", "row i of D is −r Gᵢ/‖Gᵢ‖, where Gᵢ is row i of G", "−r", "r"),
]


@pytest.mark.parametrize(("problem", "part", "text", "right", "wrong"), TWO, ids=[f"{p}-{k}" for k, (p, *_) in enumerate(TWO)])
def test_told_in_words_and_its_near_miss(problems: dict[str, Problem], problem: str, part: str, text: str, right: str, wrong: str) -> None:
    assert right in text
    assert grade(problems[problem], part, text).verdict.value == "correct"
    assert grade(problems[problem], part, text.replace(right, wrong)).verdict.value != "correct"


@pytest.mark.parametrize(("problem", "part", "text"), [
    ("ls_median_even", "answer", "any number between the two middle ones of z_1, ..., z_{2h}"),
    ("lmo_ksparse", "value", "the total of the k cheapest costs"),
    ("ls_median", "answer", "x = z_(h+1) with z_(k) the k-th smallest number"),
    ("ls_median", "answer", "x = z_(h+1), where z_(1) < ... < z_(2h+1) are the first 2h+1 numbers sorted by modulus"),
])
def test_words_that_are_not_read_are_not_refuted(problems: dict[str, Problem], problem: str, part: str, text: str) -> None:
    assert grade(problems[problem], part, text).verdict.value in ("undecided", "unreadable")
