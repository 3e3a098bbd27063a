r"""Answers told as the solution of a linear system, 'the x solving P x = -q', and letters of a text's own that one determines."""

from __future__ import annotations

import pytest

from derive import grade
from derive.grading.verdict import Grade
from tests.bank import stated

RIGHT = [
    ("kkt_unc_qp", "the x solving P x = -q"),
    ("kkt_unc_qp", "x* solves P x* = -q"),
    ("kkt_unc_qp", "The minimiser is the $x$ solving $Px = -q$."),
    ("kkt_unc_qp", "$x$ is the solution of the linear system $P x = -q$."),
    ("kkt_unc_qp", "The minimizer satisfies $Px = -q$."),
    ("kkt_unc_qp", "The minimiser is given by the linear system $P x = -q$."),
    ("kkt_unc_qp", "Solve $Px = -q$ for $x$."),
    ("kkt_unc_qp", "x is obtained by solving P x = -q."),
    ("kkt_unc_qp", r"$$x^\star \text{ solves } P x^\star = -q$$"),
    ("kkt_unc_qp", "x such that Px = -q"),
    ("kkt_unc_qp", "the unique x with P x = -q"),
    ("kkt_unc_qp", "np.linalg.solve(P, -q)"),
    ("kkt_unc_qp", r"x = -P \ q"),
    ("ls_ridge", r"(X'*X + lam*eye(n)) \ (X'*y)"),
    ("kkt_unc_qp", "x = -z where z solves P z = q"),
    ("kkt_unc_qp", "x = -z with P z = q"),
    ("kkt_unc_qp", "Solve $Pz = q$ for $z$ and set $x = -z$."),
    ("kkt_unc_qp", "$x$ solves $Px=q$. No wait, that is wrong: $x$ solves $Px = -q$."),
    ("ls_ridge", r"$w$ solves $(X^\top X + \lambda I) w = X^\top y$"),
    ("ls_ridge", r"The weights solve $X^\top X w + \lambda w = X^\top y$."),
    ("ls_ridge", r"The solution $\hat w$ of the regularised normal equations $(X^\top X+\lambda I)\hat w = X^\top y$."),
    ("ls_ridge", r"$w = X^\top \alpha$, where $\alpha$ solves $(XX^\top+\lambda I)\alpha = y$."),
    ("ls_ols", r"the solution of $X^\top X w = X^\top y$"),
    ("ls_gls", "w solves X^T S^{-1} X w = X^T S^{-1} y"),
    ("kkt_tangency", "w = z/sum(z) where z solves S z = e"),
    ("kkt_tangency", r"$w = \frac{z}{\mathbf 1^\top z}$ with $z$ the solution of $Sz=e$."),
    ("pli_mahalanobis", r"$d = \frac{\alpha}{2} u$, where $H u = -g$."),
    ("pli_damped_newton", r"u, where (H + \lambda I) u = -g"),
    ("quad_taylor_minimum", "w solves H w = b, value = -(1/2) b^T H^{-1} b"),
    ("mn_from_point", "x = x0 + A^T z where z solves (A A^T) z = b - A x0"),
    ("proj_affine", "x = v - A^T mu, with (A A^T) mu = A v - b"),
    ("kkt_dual_min_norm", r"$\nu$ is the solution of $\tfrac12 AA^\top\nu = -b$"),
    ("kkt_unc_qp", "$x=-z$, where $Pz = q$"),
    ("kkt_unc_qp", "scipy.linalg.cho_solve(scipy.linalg.cho_factor(P), -q)"),
    ("pli_damped_newton", "scipy.linalg.solve(H + lam*np.eye(n), -g, assume_a='pos')"),
    ("mn_from_point", r"$x = x_0 + A^\top\nu$ where $AA^\top\nu = b - Ax_0$"),
    ("ls_constrained", r"$w = \hat w - (X^\top X)^{-1}C^\top \mu$ with $\hat w = (X^\top X)^{-1}X^\top y$ and $C(X^\top X)^{-1}C^\top\mu = C\hat w - d$"),
    ("proj_simplex", "x = (v - tau)_+ where tau solves sum_i (v_i - tau)_+ = 1"),
    ("proj_simplex", "x_i = max(v_i - tau, 0), tau solves sum_i max(v_i - tau, 0) = 1"),
    ("ls_multi_output", r"$W$ is the solution of $(X^\top X+\lambda I)W = X^\top Y$."),
    ("ib_gd_system", "w = X^T z where z solves X X^T z = y"),
]
WRONG = [
    ("kkt_unc_qp", "the x solving P x = q"),
    ("kkt_unc_qp", "the x solving 2 P x = -q"),
    ("kkt_unc_qp", "the x solving P^{-1} x = -q"),
    ("kkt_unc_qp", "the x with ∇f(x) = 0"),
    ("kkt_unc_qp", "x does not solve P x = -q"),
    ("kkt_unc_qp", "x is not the solution of P x = -q"),
    ("kkt_unc_qp", "One would think that x solves P x = -q, but that is wrong."),
    ("kkt_unc_qp", "$x$ solves $P x = -q$ or $x$ solves $P x = q$"),
    ("kkt_unc_qp", "half of the x solving P x = -q"),
    ("kkt_unc_qp", "x is twice the solution of $P x = -q$"),
    ("kkt_unc_qp", "$x$ solves $Px=-q$. Then divide by 2."),
    ("kkt_unc_qp", "If $P = I$, $x$ solves $Px=-q$."),
    ("kkt_unc_qp", "$x = -q$. It solves $Px=-q$."),
    ("kkt_unc_qp", "$x^*$ is the unique solution of $Px = -P^{-1}q$"),
    ("kkt_unc_qp", "$x = z$ where $z$ solves $Pz = q$."),
    ("kkt_unc_qp", r"x = P \ q"),
    ("kkt_unc_qp", r"Compute $P = LL^\top$, solve $Ly = q$ and $L^\top x = y$."),
    ("ls_ridge", r"$w$ solves $(X^\top X - \lambda I) w = X^\top y$"),
    ("ls_ridge", r"$w$ solves $(X^\top X + 2\lambda I) w = X^\top y$"),
    ("ls_ridge", r"$w = X^\top \alpha$, where $\alpha$ solves $(XX^\top+\lambda I)\alpha = 2y$."),
    ("ls_gls", "w solves X^T S X w = X^T S y"),
    ("proj_simplex", "x = (v - tau)_+ where tau solves sum_i (v_i - tau)_+ = 2"),
    ("kkt_tangency", "w solves S w = e"),
    ("kkt_unc_qp", "$x=z$, where $Pz = q$"),
    ("kkt_unc_qp", "scipy.linalg.cho_solve(scipy.linalg.cho_factor(P), q)"),
    ("mn_from_point", r"$x = x_0 + A^\top\nu$ where $AA^\top\nu = b$"),
    ("ls_constrained", r"$w = \hat w + (X^\top X)^{-1}C^\top \mu$ with $\hat w = (X^\top X)^{-1}X^\top y$ and $C(X^\top X)^{-1}C^\top\mu = C\hat w - d$"),
    ("pli_mahalanobis", r"$d = \frac{\alpha}{2} u$, where $H u = g$."),
    ("mn_from_point", "x = x0 + A^T z where z solves (A A^T) z = b + A x0"),
    ("mn_from_point", "x = x0 + A^T z where z solves (A^T A) z = b - A x0"),
    ("ib_gd_system", "w = X^T z where z solves X^T X z = y"),
]


def _graded(spec: str, text: str) -> Grade:
    return grade(stated(spec), "answer", text, certified=False)


@pytest.mark.parametrize(("spec", "text"), RIGHT)
def test_a_system_with_an_invertible_matrix_is_solved(spec: str, text: str) -> None:
    assert _graded(spec, text).verdict.value == "correct"


@pytest.mark.parametrize(("spec", "text"), WRONG)
def test_another_system_is_not_accepted(spec: str, text: str) -> None:
    assert _graded(spec, text).verdict.value in ("incorrect", "undecided", "unreadable")


@pytest.mark.parametrize(("spec", "text", "said"), [
    ("ls_ridge", r"$w$ solves $X^\top X w = X^\top y$", "not known to be invertible"),
    ("ls_ols", "w solves X w = y", "m equations for n unknowns"),
    ("proj_affine", "x solves A x = b", "m equations for n unknowns"),
])
def test_a_singular_or_rectangular_system_says_no_solution(spec: str, text: str, said: str) -> None:
    found = _graded(spec, text)
    assert found.verdict.value == "undecided" and said in found.reason


def test_what_only_restates_the_question_stays_a_restatement() -> None:
    assert _graded("kkt_unc_qp", "the x with ∇f(x) = 0").verdict.value != "correct"
    assert _graded("kkt_unc_qp", "the unique $x$ with $x = x - (Px + q)$").verdict.value != "correct"
