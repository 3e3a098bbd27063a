"""Conditions on an answer: harmless where they hold for all that is declared, else the answer is at most undecided."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

L2, LINF = "penalty-l2#update", "penalty-linf#update"
F = "u = -(α/2) g"
T = r"$u=-\frac{\alpha}{2}g$"

HARMLESS = [
    (L2, f"{F}, where α > 0"), (L2, f"{F}, assuming g ≠ 0"), (L2, f"{F}, valid for any n >= 1"), (L2, f"{T}, $g \\in \\mathbb{{R}}^n$"), (L2, f"{T} for $\\alpha\\in(0,\\infty)$"),
    (L2, f"{T} where $g=\\nabla f(\\theta)$"), (L2, f"For nonzero g the minimiser is {F}"), (L2, f"{T}. For $g = 0$ this gives $u = 0$."),
    ("lmo_linf#answer", r"$d=-r\operatorname{sign}(g)$ (for zero entries of $g$ anything in $[-r,r]$ works)"),
    (L2, f"If g_i > 0 the entry is negative, otherwise positive: {F}"),  # a conditional on the way
    ("ls_ridge#answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$, which exists for $\lambda>0$"), ("ls_ols#answer", r"$w=(X^\top X)^{-1}X^\top y$ if $X$ has full column rank"),
    ("limit-sgd#vector", r"$\theta_\infty=\frac{a}{\|a\|^2}$ for every $0<\alpha<1/\|a\|^2$."),
    ("limit-sgd#step-size", "It converges if and only if α > 0 and α < 1/||a||₂^2"),
    ("pli_mahalanobis#answer", r"$d=-\frac\alpha2 H^{-1}g$ for symmetric $H$"), ("prox_l1#answer", "x_i = v_i - λ if v_i > λ, v_i + λ if v_i < -λ, 0 otherwise, assuming λ > 0"),
    ("hess_logistic#answer", r"$X^\top D X$ with $D=\mathrm{diag}(\sigma(Xw)\odot(1-\sigma(Xw)))$, valid for $y_i\in\{-1,1\}$"),
]

RESTRICTING = [
    ("limit-sgd#vector", r"$\theta_\infty=\frac{a}{\|a\|^2}$ for $\alpha>1/\|a\|^2$."), ("limit-sgd#vector", r"$\theta_\infty=\frac{a}{\|a\|^2}$ for $\alpha=1/2$."),
    (L2, f"{F} with 0 ≤ g_i ≤ b"), (L2, f"{F} for alpha = 1"), (L2, f"{F} if g > 0"), (L2, f"{F}, valid for n = 2 only"), (L2, f"{F}, valid if α < c"), (L2, f"{F}, as long as α < 2"),
    (LINF, r"$u=-\frac\alpha2\|g\|_1\operatorname{sign}(g)$, assuming $|g_i|\le 1$"), (L2, f"{F} given that α ≤ 1"), (L2, f"{F} where g ≥ 0 componentwise"), (L2, f"If α = 1, {F}"),
    (L2, f"Assume $g > 0$. Then {T}."), (L2, f"{T}. This holds only for $\\|g\\|_2 \\le 1$."), (L2, f"{T} with $g\\in[0,1]^n$"), (L2, f"{T}, $\\alpha\\in(0,1)$"), (L2, f"{F}, α < 1"),
    (L2, f"{T} for positive $g$"), (L2, f"{F} if all g_i are positive"), (L2, f"{F} if all entries of g are positive"), ("pli_mahalanobis#answer", r"$d=-\frac\alpha2 H^{-1}g$ assuming $H=I$"),
    ("pli_mahalanobis#answer", r"$d=-\frac\alpha2 H^{-1}g$ for diagonal $H$"), ("ls_ols#answer", r"$w=(X^\top X)^{-1}X^\top y$ for square $X$ only"),
    ("ls_ols#answer", r"$w=(X^\top X)^{-1}X^\top y$ for orthonormal $X$"), ("kkt_softmax#answer", r"$p_i=e^{z_i/T}/\sum_j e^{z_j/T}$ if $T=1$"),
    ("hess_logistic#answer", r"$X^\top D X$ with $D=\mathrm{diag}(\sigma(Xw)\odot(1-\sigma(Xw)))$, valid for $y_i\in\{0,1\}$"), ("comm-table#ring-messages", "2n(n-1) when n is even"),
    ("prox_l1#answer", "x_i = v_i - λ if v_i > λ, v_i + λ if v_i < -λ, 0 otherwise, assuming λ < 1/2"),
]


@pytest.mark.parametrize(("part", "text"), HARMLESS)
def test_what_always_holds_is_harmless(problems: dict[str, Problem], part: str, text: str) -> None:
    name, _, place = part.partition("#")
    assert grade(problems[name], place, text).verdict.value == "correct"


@pytest.mark.parametrize(("part", "text"), RESTRICTING)
def test_what_can_fail_restricts(problems: dict[str, Problem], part: str, text: str) -> None:
    name, _, place = part.partition("#")
    assert grade(problems[name], place, text).verdict.value != "correct"


@pytest.mark.parametrize(("text", "verdict"), [
    ("0 < alpha < 2/L where L = 2*||a||^2 = 2.0202 is the largest eigenvalue of the Hessian", "correct"), ("0 < alpha < 2/L where L = ||a||^2", "incorrect"),
    ("0 < alpha < 2/a", "incorrect"), ("0 < alpha and a > 0", "incorrect")])
def test_a_range_in_plain_text_may_have_a_letter_of_its_own_and_compares_numbers(problems: dict[str, Problem], text: str, verdict: str) -> None:
    found = grade(problems["limit-sgd"], "step-size", text)
    assert found.verdict.value == verdict
    assert found.reason
