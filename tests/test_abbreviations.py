r"""Abbreviations that a text introduces: 'With M = (A P^-1 A^T)^-1: ...', 'Let r = b - A q. The minimum is ...', letters with a hat."""

from __future__ import annotations

import pytest

from derive import grade
from tests.bank import stated

RIGHT = [
    ("pli_linf_zero", "answer", "Let M = Σ_{i≥2} |h_i|. Take\nd_1 = 0 and d_i = −(αM/2)·sign(h_i) for i = 2, …, n."),
    ("kkt_eq_qp", "answer", r"Put $M=A P^{-1}A^\top$. Then $x = P^{-1}(A^\top M^{-1}(b + A P^{-1}q) - q)$."),
    ("kkt_eq_qp", "answer", "With M = A P^-1 A^T: x = P^-1 (A^T M^-1 (b + A P^-1 q) - q)"),
    ("kkt_eq_qp", "value", "Let r = b + A P^-1 q. The minimum is r^T (A P^-1 A^T)^-1 r/2 - q^T P^-1 q/2"),
    ("kkt_eq_qp", "value", "(1/2) c^T (A P^-1 A^T)^-1 c - (1/2) q^T P^-1 q where c = b + A P^-1 q"),
    ("kkt_eq_qp", "value", "c = b + A P^-1 q\n(1/2) c^T (A P^-1 A^T)^-1 c - (1/2) q^T P^-1 q"),
    ("ls_gls", "value", "Let K = S⁻¹ and ŵ = (XᵀKX)⁻¹XᵀKy. The minimum is (y − Xŵ)ᵀK(y − Xŵ)."),
    ("ls_gls", "value", "Let W = S⁻¹ and z = (XᵀWX)⁻¹XᵀWy. The minimum is yᵀW(y − Xz)."),
    ("mle_noise_variance", "answer", "v̂ = (1/m)‖y − Xŵ‖₂² where ŵ = (XᵀX)⁻¹Xᵀy"),
    ("ls_ridge", "value", "y @ (y - X @ w) where w = inv(X.T @ X + lam*I) @ X.T @ y"),
    ("ls_quartic_form", "answer", r"With $\kappa=q^\top P^{-1}q$ we get $x=-(4\kappa)^{-1/3}P^{-1}q$."),
    ("ls_constrained", "value", r"With $\hat w=(X^\top X)^{-1}X^\top y$ and $\rho=C\hat w-d$ the minimum is $\|y-X\hat w\|^2+\rho^\top[C(X^\top X)^{-1}C^\top]^{-1}\rho$."),
    ("hess_logistic", "answer", "Σ_i σ(m_i) σ(−m_i) x_i x_iᵀ, where m_i = y_i x_iᵀw and σ is the sigmoid"),
    ("hess_logistic", "answer", "With pᵢ = σ(xᵢᵀw) the labels drop out:\nXᵀ diag(p ⊙ (1 − p)) X"),
    ("pli_lp", "value", "Let q = p/(p−1) and M = (Σ_i |g_i|^q)^{1/q}, the dual norm.\nThe minimum over t ≥ 0 is −αM²/4."),
]
WRONG = [
    ("pli_linf_zero", "answer", "Take\nd_1 = −αM and d_i = −(αM/2)·sign(h_i) for i = 2, …, n, where M = Σ_{i≥2} |h_i|"),
    ("pli_linf_zero", "answer", "Let M = Σ_{i≥2} |h_i| (= ‖g‖₁). Take\nd_1 = −αM and d_i = −(αM/2)·sign(h_i) for i = 2, …, n."),
    ("kkt_eq_qp", "answer", r"Put $M=A P^{-1}A^\top$. Then $x = P^{-1}(A^\top M(b + A P^{-1}q) - q)$."),
    ("kkt_eq_qp", "value", "Let r = b - A P^-1 q. The minimum is r^T (A P^-1 A^T)^-1 r/2 - q^T P^-1 q/2"),
    ("kkt_eq_qp", "value", "c = b - A P^-1 q\n(1/2) c^T (A P^-1 A^T)^-1 c - (1/2) q^T P^-1 q"),
    ("ls_gls", "value", "Let W = S and z = (XᵀWX)⁻¹XᵀWy. The minimum is yᵀW(y − Xz)."),
    ("ls_gls", "value", "Let K = S⁻¹ and ŵ = (XᵀX)⁻¹Xᵀy. The minimum is (y − Xŵ)ᵀK(y − Xŵ)."),
    ("mle_noise_variance", "answer", "v̂ = (1/m)‖y − Xŵ‖₂² where ŵ = (XᵀX)⁻¹y"),
    ("ls_ridge", "value", "y @ (y - X @ w) where w = inv(X.T @ X) @ X.T @ y"),
    ("ls_quartic_form", "answer", r"With $\kappa=q^\top Pq$ we get $x=-(4\kappa)^{-1/3}P^{-1}q$."),
    ("ls_constrained", "value", r"With $\hat w=(X^\top X)^{-1}X^\top y$ and $\rho=C\hat w-d$ the minimum is $\|y-X\hat w\|^2+\rho^\top[C(X^\top X)C^\top]^{-1}\rho$."),
    ("hess_logistic", "answer", "Σ_i σ(m_i) x_i x_iᵀ, where m_i = y_i x_iᵀw and σ is the sigmoid"),
    ("hess_logistic", "answer", "Σ_i σ(m_i) σ(−m_i) x_i x_iᵀ, where m_i = y_i x_iᵀw and σ is the hyperbolic tangent"),
    ("hess_logistic", "answer", "With pᵢ = xᵢᵀw the labels drop out:\nXᵀ diag(p ⊙ (1 − p)) X"),
    ("pli_lp", "value", "Let q = p + 1 and M = (Σ_i |g_i|^q)^{1/q}, the dual norm.\nThe minimum over t ≥ 0 is −αM²/4."),
    ("pli_lp", "value", "Let q = p/(p−1) and M = (Σ_i |g_i|^p)^{1/p}, the dual norm.\nThe minimum over t ≥ 0 is −αM²/4."),
]


@pytest.mark.parametrize(("problem", "part", "text"), RIGHT)
def test_what_an_abbreviation_says_is_put_in(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text, certified=False).verdict.value == "correct"


@pytest.mark.parametrize(("problem", "part", "text"), WRONG)
def test_another_abbreviation_is_another_answer(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text, certified=False).verdict.value != "correct"
