"""Forms that people use for matrices, positive parts and piecewise values, each with its near miss."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.read import read
from derive.problem.model import Problem

# problem#part, a right form, and a form that differs in one thing.
PAIRS = [
    # the positive part
    ("proj_orthant#answer", r"x=\left[v\right]_{+}", r"x=\left[-v\right]_{+}"),
    ("proj_orthant#answer", r"$x_l = (v_{l})_{+}$", r"$x_l = (v_{l})_{+}^2$"),
    ("proj_orthant#answer", "x=(v)₊", "x=(-v)₊"),
    ("proj_orthant#answer", r"x^\star = \max\{v, 0\}", r"x^\star = \min\{v, 0\}"),
    ("proj_orthant#answer", "np.clip(v, 0, None)", "np.clip(v, None, 0)"),
    ("proj_orthant#answer", "v.clip(a_min=0)", "v.clip(a_max=0)"),
    ("mn_halfspace#answer", r"\frac{(b)^+}{\|a\|^2} a", r"\frac{(b)^+}{\|a\|} a"),
    ("kkt_passive_aggressive#answer", r"w = w_0 + \frac{(1 - y\, w_0^\top x)_+}{\|x\|^2} y x", r"w = w_0 + \frac{(1 + y\, w_0^\top x)_+}{\|x\|^2} y x"),
    ("proj_linf_ball#answer", r"\min\{\max\{v, -r\}, r\}", r"\max\{\max\{v, -r\}, r\}"),
    # values by pieces
    ("proj_orthant#value", "V = Σ_j {v_j² if v_j≤0, 0 otherwise}", "V = Σ_j {v_j² if v_j≥0, 0 otherwise}"),
    ("proj_orthant#value", "sum_j {v_j^2 if v_j <= 0; else 0}", "sum_j {v_j^2 if v_j <= 0; else 1}"),
    ("proj_orthant#value", r"\sum_i \left\{\begin{array}{ll} v_i^2, & \text{if } v_i \le 0 \\ 0, & \text{otherwise} \end{array}\right.",
     r"\sum_i \left\{\begin{array}{ll} v_i^2, & \text{if } v_i \ge 0 \\ 0, & \text{otherwise} \end{array}\right."),
    ("proj_box#value", r"\sum_i \begin{cases} (l_i - v_i)^2 & l_i > v_i \\ 0 & v_i \ge l_i,\; v_i \leq l_i + w_i \\ (l_i + w_i - v_i)^2 & \text{otherwise} \end{cases}",
     r"\sum_i \begin{cases} (l_i - v_i)^2 & l_i > v_i \\ 0 & v_i \ge l_i \\ (l_i + w_i - v_i)^2 & \text{otherwise} \end{cases}"),
    ("proj_box#value", r"\sum_i \begin{cases} (l_i - v_i)^2 & l_i > v_i \\ 0 & v_i \ge l_i \text{ and } v_i \leq l_i + w_i \\ (l_i + w_i - v_i)^2 & \text{otherwise} \end{cases}",
     r"\sum_i \begin{cases} (l_i - v_i)^2 & l_i > v_i \\ 0 & v_i \ge l_i \text{ or } v_i \leq l_i + w_i \\ (l_i + w_i - v_i)^2 & \text{otherwise} \end{cases}"),
    ("prox_hinge#answer", "np.where(v > 1, v, np.where((1 - lam <= v) & (v <= 1), 1, v + lam))", "np.where(v > 1, v, np.where((1 - lam <= v) | (v <= 1), 1, v + lam))"),
    ("prox_hinge#answer", "np.where((1 - lam <= v) & (v <= 1), 1, np.where(v > 1, v, v + lam))", "np.where((1 - lam <= v) & (v <= 1), 1, v + lam)"),
    ("prox_hinge#answer", "x_l = v_l if v_l > 1, 1 if 1-lam <= v_l and 1 >= v_l, v_l+lam if 1-lam > v_l for each l",
     "x_l = v_l if v_l > 1, 1 if 1-lam <= v_l and 1 >= v_l, v_l-lam if 1-lam > v_l for each l"),
    ("moreau_abs#answer", r"\begin{cases} -\lambda v-\frac{1}{2} \lambda^2, & \text{if } v<-\lambda \\ v^2/2, & \text{if } v\le \lambda \\ \lambda v-\lambda^2/2, & \text{else} \end{cases}",
     r"\begin{cases} -\lambda v-\frac{1}{2} \lambda^2, & \text{if } v<\lambda \\ \frac{v^2}{2}, & \text{if } v\le \lambda \\ \lambda v-\frac{\lambda^2}{2}, & \text{else} \end{cases}"),
    ("proj_simplex#answer", (r"x = \left(v - \max_j \frac{\sum_i \begin{cases} v_i & v_i \ge v_j \\ 0 & \text{otherwise} \end{cases} - 1}"
                             r"{\sum_i \begin{cases} 1 & v_i \ge v_j \\ 0 & \text{otherwise} \end{cases}}\right)_+"),
     (r"x = \left(v - \min_j \frac{\sum_i \begin{cases} v_i & v_i \ge v_j \\ 0 & \text{otherwise} \end{cases} - 1}"
      r"{\sum_i \begin{cases} 1 & v_i \ge v_j \\ 0 & \text{otherwise} \end{cases}}\right)_+")),
    ("proj_simplex#answer", "relu(v - max_j ((Σ_i (v_i if v_i ≥ v_j else 0)) - 1)/(Σ_i (1 if v_i ≥ v_j else 0)))",
     "relu(v - max_j ((Σ_i (v_i if v_i ≥ v_j else 0)) + 1)/(Σ_i (1 if v_i ≥ v_j else 0)))"),
    ("prox_hinge#answer", "v if v > 1, 1 if −λ + 1 ≤ v ≤ 1, λ + v if 1 − λ > v", "v if v > 1, 1 if λ ≤ v ≤ 1, λ + v if 1 − λ > v"),
    # a threshold that is moved by little
    ("prox_hinge#value", r"\sum_i \begin{cases} \lambda - \lambda v_i - \lambda^2/2 & v_i < 1 - \lambda \\ (1 - v_i)^2/2 & v_i \le 1 \\ 0 & \text{else} \end{cases}",
     r"\sum_i \begin{cases} \lambda - \lambda v_i - \lambda^2/2 & v_i < 1 - \sqrt{\lambda} \\ (1 - v_i)^2/2 & v_i \le 1 \\ 0 & \text{else} \end{cases}"),
    ("prox_l1#answer", "sign(v) max(|v|-lam, 0)", "v - lam*sign(v) if |v| > 0.99 lam; 0 otherwise"),
    # exponentials of vectors
    ("kkt_softmax#answer", r"\frac{e^{z/T}}{\mathbf{1}^\top e^{z/T}}", r"\frac{e^{z T}}{\mathbf{1}^\top e^{z T}}"),
    ("kkt_softmax#answer", r"\operatorname{softmax}(z/T)", r"\operatorname{softmax}(T z)"),
    ("kkt_softmax#value", "T*scipy.special.logsumexp(z/T)", "scipy.special.logsumexp(z/T)"),
    # sums under a condition
    ("proj_orthant#value", r"\sum_{i: v_i \le 0} v_i^2", r"\sum_{i: v_i \ge 0} v_i^2"),
    ("proj_simplex#answer", r"x_j = \max\left(v_j - \max_k \frac{\sum_{i:v_i \ge v_k} v_i - 1}{\sum_{i:v_i\ge v_k} 1}, 0\right)",
     r"x_j = \max\left(v_j - \max_k \frac{\sum_{i:v_i \le v_k} v_i - 1}{\sum_{i:v_i\le v_k} 1}, 0\right)"),
    # matrices
    ("ls_multi_output#answer", "W* = (XᵀX + lam⋅I)^{-1}Xᵀ Y", "W* = (XᵀX + lam⋅I)^{-1}Xᵀ"),  # n x m where n x k is asked
    ("ls_gls#answer", "$w = (X^TS^{-1} X)^{-1} X^TS^{-1} y$ or equivalently $(X^T S^{-1}X)w = X^TS^{-1}y$",
     "$w = (X^TS^{-1} X)^{-1} X^TS^{-1} y$ or $(X^T S^{-1}X)^{-1}S^{-1}X^Ty$"),
    ("ls_gls#answer", "`w = (XᵀS^-1 X)^-1 XᵀS^-1 y`", "`w = (XᵀS^-1 X)^-1 XᵀS^-1 y` or (XᵀS⁻¹X)⁻¹S⁻¹Xᵀy"),
    ("ls_ridge#answer", r"X^\top (X X^\top + \lambda I)^{-1} y", r"X^\top (\lambda I - X X^\top)^{-1} y"),
    ("ls_ridge#answer", r"X^\top (\lambda \mathbf{I} + X X^\top)^{-1} y", r"X^\top (X X^\top + \lambda I_n)^{-1} y"),
    ("ls_prox_point#answer", "np.linalg.inv(A.T @ A + rho*np.eye(A.shape[1])) @ (A.T @ b + rho*v)", "np.linalg.inv(A.T @ A + rho*np.eye(A.shape[0])) @ (A.T @ b + rho*v)"),
    ("ls_multi_output#value", "np.linalg.norm(Y, 'fro')**2 - np.sum((X.T @ Y) * np.linalg.solve(X.T @ X + lam*np.eye(n), X.T @ Y))",
     "np.linalg.norm(Y, 'nuc')**2 - np.sum((X.T @ Y) * np.linalg.solve(X.T @ X + lam*np.eye(n), X.T @ Y))"),
    ("proj_affine#answer", "v + A†·(b – A·v)", "v - A†·(b – A·v)"),
    ("proj_affine#answer", "v + A⁺(b − Av)", "v + Aᵀ(b − Av)"),
    ("ls_ols#answer", "w=(XᐪX)⁻¹Xᐪy", "w=(XᐪX)Xᐪy"),
    ("pli_mahalanobis#value", "f*=-alpha <H^{-1} g, g> / 4", "f*=alpha <H^{-1} g, g> / 4"),
    # a root that is squared again stays exact where everything cancels
    ("pli_orthogonal#value", "(1/(4*np.sqrt(np.sum(a**2))**2))*alpha*(a @ g)**2 - alpha/4*np.sqrt(np.sum(g**2))**2",
     "(1/(4*np.sqrt(np.sum(a**2))))*alpha*(a @ g)**2 - alpha/4*np.sqrt(np.sum(g**2))**2"),
]


@pytest.mark.parametrize(("where", "right", "miss"), PAIRS)
def test_a_form_is_read_and_its_near_miss_refused(problems: dict[str, Problem], where: str, right: str, miss: str) -> None:
    problem, _, part = where.partition("#")
    assert grade(problems[problem], part, right, certified=False).verdict.value == "correct"
    assert grade(problems[problem], part, miss, certified=False).verdict.value in ("incorrect", "unreadable")


def test_a_declared_t_is_a_transpose_only_before_a_factor(problems: dict[str, Problem]) -> None:
    """z^T p is an inner product although a temperature T is declared; z^T alone is the power."""
    scope = problems["kkt_softmax"].scope(problems["kkt_softmax"].part("value"))
    z, p = E.sym("z", ("n",)), E.sym("p", ("n",))
    assert read("z^T p", scope).statements[0].terms[0] == E.dot(z, p)
    assert read("p^T", scope).statements[0].terms[0] == E.power(p, E.sym("T"))


def test_a_comparison_is_not_taken_for_an_inner_product(problems: dict[str, Problem]) -> None:
    scope = problems["pli_mahalanobis"].scope(problems["pli_mahalanobis"].part("answer"))
    assert read("2 <g, d>", scope).statements[0].terms[0] == E.mul(E.TWO, E.dot(E.sym("g", ("n",)), E.sym("d", ("n",))))
    assert [s.ops for s in read("alpha <2, alpha> 1", scope).statements] != [()]
