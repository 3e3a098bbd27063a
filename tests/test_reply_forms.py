"""How answers are written: each form that is read stands beside the near miss that must not be."""

from __future__ import annotations

import functools

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.conftest import SPECS

PAIRS = [
    # (problem, part, right, near miss)
    ("penalty-l2", "update", r"- $$-\frac{\alpha}{2} g$$", r"- $$\frac{\alpha}{2} g$$"),
    ("penalty-l2", "update", r"minus $\frac{\alpha}{2} g$", r"minus $-\frac{\alpha}{2} g$"),
    ("penalty-l2", "update", "- -alpha/2*g", "- +alpha/2*g"),
    ("penalty-l2", "update", r"\[ -\frac{\alpha}{2} \text{ times } g\]", r"\[ -\frac{\alpha}{2} \text{ plus } g\]"),
    ("penalty-l2", "update", r"The step is $-\frac{\alpha}{2}$ times the gradient $g$", r"The step is not $-\frac{\alpha}{2}$ times the gradient $g$"),
    ("penalty-l2", "update", r"$u$ $=$ $-\frac{\alpha}{2}$ $g$", r"$u$ $=$ $-\frac{\alpha}{2}$ $g$ $/n$"),
    ("penalty-l2", "update", r"u=-(α/2)$g$", r"u=-(α/4)$g$"),
    ("penalty-l2", "update", r"$u=\boxed{-\frac{\alpha}{2}}\,g$", r"$u=\boxed{-\frac{\alpha}{2}}\,2g$"),
    ("penalty-l2", "update", r"$\color{red}{u=-\frac{\alpha}{2}g}$", r"$\color{red}{u=\frac{\alpha}{2}g}$"),
    ("penalty-l2", "update", r"$-\frac{\alpha}{2}g$. $\boxed{\text{gradient descent}}$", r"$-\frac{\alpha}{2}g$. $\boxed{-\alpha g}$"),
    ("penalty-l2", "update", r"With $\alpha = 2\eta$ we get $u = -\eta g$", r"With $\alpha = 2\eta$ we get $u = -2\eta g$"),
    ("penalty-l2", "update", "0 = g + (2/α) u  →  u = −(α/2) g", "0 = g + (2/α) u  →  u = −(2/α) g"),
    ("penalty-l2", "update", r"$u_1=-\frac{\alpha}{2}g_1,\ldots,u_n=-\frac{\alpha}{2}g_n$", r"$u_1=-\frac{\alpha}{2}g_1,\ldots,u_n=-\frac{\alpha}{2}g_1$"),
    ("penalty-l2", "update", r"$\theta_{k+1}=\theta_k-\frac{\alpha}{2}\nabla f(\theta_k)$", r"$\theta_{k+1}=\theta_k-\alpha\nabla f(\theta_k)$"),
    ("penalty-l2", "update", r"$\theta_{t} = \theta_{t-1} - \frac{\alpha}{2}\nabla f(\theta_{t-1})$", r"$\theta_{t+1} = \theta_{t} - \frac{\alpha}{2}\nabla f(\theta_{t-1})$"),
    ("penalty-l2", "update", "np.linalg.solve(2/alpha*np.eye(len(g)), -g)", "np.linalg.solve(alpha/2*np.eye(len(g)), -g)"),
    ("penalty-l2", "update", "-alpha/2*((g+1)-1)", "-alpha/2*(g+1)"),
    ("penalty-linf", "update", "-alpha/2*np.abs(g).sum(axis=0)*np.sign(g)", "-alpha/2*np.abs(g).sum(axis=1)*np.sign(g)"),
    ("penalty-linf", "update", "−(α/2)·(|g₁|+|g₂|+⋯+|gₙ|)·sign(g)", "−(α/2)·(|g₁|+|g₂|+|gₙ|)·sign(g)"),
    ("penalty-linf", "update", r"$u = -\frac{\alpha}{2}\|g\|_1 s$, $s_i = 1$ if $g_i>0$, $-1$ if $g_i<0$",
     r"$u = -\frac{\alpha}{2}\|g\|_1 s$, $s_i = -1$ if $g_i>0$, $1$ if $g_i<0$"),
    ("penalty-linf", "update", r"$u_i=-\frac{\alpha}{2}\|g\|_1$ if $g_i>0$, $u_i=+\frac{\alpha}{2}\|g\|_1$ if $g_i<0$",
     r"$u_i=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g_i)$ for $i=1$ and $0$ otherwise"),
    ("penalty-linf", "update", "u_i = -(alpha/2)||g||_1 if g_i > 0, +(alpha/2)||g||_1 otherwise", "u_i = -(alpha/2)||g||_1 if g_i > 0"),
    ("penalty-linf", "update", r"$u=-\|u\|_\infty\operatorname{sign}(g)$ with $\|u\|_\infty=\frac{\alpha}{2}\|g\|_1$",
     r"$u=-\|u\|_\infty\operatorname{sign}(g)$ with $\|u\|_\infty=\alpha\|g\|_1$"),
    ("penalty-l1", "update", r"$u_i=-\frac{\alpha}{2}g_i$ if $i=k$, 0 otherwise, where $k=\arg\max_i|g_i|$",
     r"$u_i=-\frac{\alpha}{2}g_i$ if $i\ne k$, 0 otherwise, where $k=\arg\max_i|g_i|$"),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2}(0,\dots,0,g_k,0,\dots,0)^\top$ with $k=\arg\max_i|g_i|$",
     r"$u=-\frac{\alpha}{2}(0,\dots,0,g_k,0,\dots,0)^\top$ with $k=\arg\min_i|g_i|$"),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2} g_j e_j,\ |g_j|=\|g\|_\infty$", r"$u=-\frac{\alpha}{2} g_j e_j,\ |g_j|=\|g\|_2$"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2}g_ke_k$ with $|g_k|\ge|g_i|$ for all $i$", r"$-\frac{\alpha}{2}g_ke_k$ with $|g_k|\le|g_i|$ for all $i$"),
    ("penalty-l1", "update", r"$-\frac{\alpha}{2}g_ke_k$ for any $k \in \{i : |g_i| = \|g\|_\infty\}$", r"$-\frac{\alpha}{2}g_ke_k$ for any $k \in \{i : |g_i| = \|g\|_1\}$"),
    ("penalty-l1", "update", r"$u_k=-\frac{\alpha}{2}g_k$ for the coordinate $k$ with the largest $|g_k|$; all other coordinates are $0$",
     r"$u_k=-\frac{\alpha}{2}g_k$ for the coordinate $k$ with the smallest $|g_k|$; all other coordinates are $0$"),
    ("penalty-l1", "update", r"$u_i=\begin{cases}-\frac{\alpha}{2}g_k&\text{for }i=k\\0&\text{else}\end{cases}$, $k=\arg\max_i|g_i|$",
     r"$u_i=\begin{cases}-\frac{\alpha}{2}g_k&\text{for }i\ne k\\0&\text{else}\end{cases}$, $k=\arg\max_i|g_i|$"),
    ("limit-sgd", "vector", "(0.9900..., 0.0990..., 0.0099...)", "(0.9902..., 0.0990..., 0.0099...)"),
    ("limit-sgd", "vector", "[≈0.9900, ≈0.0990, ≈0.0099]", "[≈0.9901, ≈0.0990, ≈0.0099]"),
    ("limit-sgd", "vector", "$\\theta=\\frac{a}{\\|a\\|_2}$\n\nEdit: [0.9900, 0.0990, 0.0099]", "[0.9900, 0.0990, 0.0099]\n\nEdit: $\\theta=\\frac{a}{\\|a\\|_2}$"),
    ("comm-table", "a2a-messages", "**$n(n-1)$** messages", "**$n(n-1)$** squared"),
    ("comm-table", "a2a-messages", "n!/(n-2)!", "n!/(n-3)!"),
]


@pytest.mark.parametrize(("problem", "part", "right", "miss"), PAIRS)
def test_a_form_is_read_and_its_near_miss_refused(problems: dict[str, Problem], problem: str, part: str, right: str, miss: str) -> None:
    good, bad = (grade(problems[problem], part, t, certified=False) for t in (right, miss))
    assert good.verdict.value == "correct", good.reason
    assert bad.verdict.value != "correct", bad.read_as


def test_a_dash_before_a_formula_that_can_be_sign_or_bullet_is_not_guessed(problems: dict[str, Problem]) -> None:
    g = grade(problems["penalty-l2"], "update", r"- $\frac{\alpha}{2} g$", certified=False)
    assert g.verdict.value == "unreadable"
    assert "both ways" in g.reason


@pytest.mark.parametrize("k", ["k", "m"])
@pytest.mark.parametrize(("said", "verdict"), [
    ("with $g_{k}\\ge g_i$ for all $i$", "incorrect"), ("where ${k}$ is the smallest index with $|g_{k}| = \\max_i |g_i|$", "correct"),
    ("with ${k}$ the largest index such that $|g_{k}|=\\|g\\|_\\infty$", "correct"), ("where ${k}$ satisfies $|g_{k}| \\ge |g_i|$ for all $i$", "correct"),
    ("where ${k}$ is the smallest index with $|g_{k}| = \\min_i |g_i|$", "incorrect"), ("where ${k}$ satisfies $g_{k}=\\max_i g_i$", "incorrect"),
    ("where ${k}$ is an index with $|g_{k}| > 0$", "undecided"), ("for any ${k}$ with $|g_{k}| \\ge |g_1|$", "undecided"), ("where ${k}$ is any index such that $|g_{k}|=\\|g\\|_2$", "undecided"),
    ("where ${k} \\in \\{{i : |g_i| = \\|g\\|_\\infty\\}}$", "correct"), ("where ${k}$ is the smallest index", "incorrect")])
def test_the_condition_that_picks_an_index_decides_which_it_is(problems: dict[str, Problem], said: str, verdict: str, k: str) -> None:
    told = said.format(k=k)
    plain = functools.reduce(lambda t, r: t.replace(*r), (("$", ""), ("\\|", "‖"), ("\\infty", "∞"), ("\\{", "{"), ("\\}", "}"), ("\\in ", "∈ "), ("\\ge", "≥"), ("\\m", "m")), told)
    for text in (rf"$-\frac{{\alpha}}{{2}}g_{k}e_{k}$ " + told, f"-(α/2) g_{k} e_{k} {plain}"):
        g = grade(problems["penalty-l1"], "update", text, certified=False)
        assert (g.verdict.value == "correct") == (verdict == "correct") and (verdict != "incorrect" or g.verdict.value in ("incorrect", "undecided")), (text, g.reason)


NAMED = [  # (problem, right, near miss)
    ("penalty-l2", r"$u_j=-\tfrac{\alpha}{2}\,\frac{\partial f}{\partial\theta_j}(\theta)$ for every $j$", r"$u_j=-\alpha\,\frac{\partial f}{\partial\theta_j}(\theta)$ for every $j$"),
    ("penalty-l2", "u_i = -alpha g_i / 2 for i = 1..n", "u_i = -alpha g_i / 2 for i = 2..n"),
    ("penalty-l2", "u_i = -alpha g_i / 2 for i = 1, ..., n", "u_i = -alpha g_i / 2 for i = 1, ..., 5"),
    ("penalty-l1", "Hence\n\nu_k = −(α/2) g_k,\nu_i = 0 for i ≠ k.", "Hence\n\nu_k = −(α/2) g_k,\nu_i = 0 for i ≠ k\n\nwhere k = argmin_i |g_i|."),
    ("penalty-l1", r"Taking one index $m$ from $\arg\max_i|g_i|$: $u_m=-\frac{\alpha}{2}\|g\|_\infty\operatorname{sign}(g_m)$ and all other entries are $0$.",
     r"Taking one index $m$ from $\arg\max_i g_i$: $u_m=-\frac{\alpha}{2}\|g\|_\infty\operatorname{sign}(g_m)$ and all other entries are $0$."),
    ("penalty-l2", r"$-\frac{\alpha}{2}\grad f(\theta)$", r"$-\frac{\alpha}{2}\grad f(\theta)^2$"),
    ("penalty-linf", r"$-\frac{\alpha}{2}\,\|g\|_{*}\,\operatorname{sign}(g)$, where $\|\cdot\|_{*}$ is the dual norm of $\|\cdot\|_\infty$, i.e. the 1-norm",
     r"$-\frac{\alpha}{2}\,\|g\|_{*}\,\operatorname{sign}(g)$, where $\|\cdot\|_{*}$ is the dual norm of $\|\cdot\|_\infty$, i.e. the 2-norm"),
    ("penalty-linf", r"$-\frac{\alpha}{2}\,\|g\|_{*}\,\operatorname{sign}(g)$, where $\|\cdot\|_{*}$ is the $\ell_1$-norm",
     r"$-\frac{\alpha}{2}\,\|g\|_{*}\,\operatorname{sign}(g)$, where $\|\cdot\|_{*}$ is the dual norm of $\|\cdot\|_1$"),
    ("penalty-l1", r"$u=-\frac{\alpha}{2}\|g\|_\infty\sum_i\lambda_i\operatorname{sign}(g_i)e_i$ with $\lambda_i\ge0$, $\sum_i\lambda_i=1$ and $\lambda_i=0$ unless $|g_i|=\|g\|_\infty$",
     r"$u=-\frac{\alpha}{2}\|g\|_\infty\sum_i\lambda_i\operatorname{sign}(g_i)e_i$ with $\lambda_i\ge0$, $\sum_i\lambda_i=1$ and $\lambda_i=0$ unless $g_i>0$"),
    ("penalty-l1", r"$u=-\frac{\alpha}{2}\|g\|_\infty\sum_i\lambda_i\operatorname{sign}(g_i)e_i$ with $\lambda_i\ge0$, $\sum_i\lambda_i=1$ and $\lambda_i=0$ whenever $|g_i|<\|g\|_\infty$",
     r"$u=-\frac{\alpha}{2}\|g\|_\infty\sum_i\lambda_i\operatorname{sign}(g_i)e_i$ with $\lambda_i\ge0$, $\sum_i\lambda_i=1$"),
]


@pytest.mark.parametrize(("problem", "right", "miss"), NAMED)
def test_a_norm_or_weight_of_a_name_is_what_the_text_says_that_it_is(problems: dict[str, Problem], problem: str, right: str, miss: str) -> None:
    good, bad = (grade(problems[problem], "update", t, certified=False) for t in (right, miss))
    assert (good.verdict.value, bad.verdict.value == "correct") == ("correct", False), (good.reason, bad.reason)


CLAIMS = [  # (problem, part, true remark, false one)
    ("limit-sgd", "vector", r"$\frac{a}{\|a\|_2^2}$ with $\|a\|_2^2=1+0.01+0.0001=1.0101$", r"$\frac{a}{\|a\|_2^2}$ with $\|a\|_2^2=1+0.1+0.01=1.11$"),
    ("limit-sgd", "vector", r"$\frac{a}{\|a\|^2}$ where $\|a\|^2 = 1.01$", r"$\frac{a}{\|a\|^2}$ where $\|a\|^2 = 1.02$"),
    ("limit-sgd", "vector", "a/‖a‖² with ‖a‖² = 1.0101", "a/‖a‖² with ‖a‖² = 1.11"),
    ("limit-sgd", "vector", r"$\frac{a}{\|a\|_2^2}$, the solution of minimum Euclidean norm", r"$\frac{a}{\|a\|_2^2}$. This is the minimum $\ell_1$-norm solution."),
    ("limit-adam", "vector", r"$\frac{100}{111}(1,1,1)$, the solution of least infinity norm", r"$\frac{100}{111}(1,1,1)$, the minimum $L_2$ norm solution"),
    ("limit-adam", "vector", r"$\frac{100}{111}(1,1,1)$, i.e. the max-norm minimiser", r"$\frac{100}{111}(1,1,1)$, i.e. the 1-norm minimiser"),
    ("limit-sgd", "vector", r"So $\theta_\infty=c\,a$ with $c=\frac{1}{\|a\|^2}$."+"\n\n"+r"$$\theta_\infty=\tfrac{1}{1.0101}(1,0.1,0.01)$$",
     r"So $\theta_\infty=c\,a$ with $c=\frac{1}{\|a\|^2}$."+"\n\n"+r"$$\theta_\infty=\tfrac{1}{1.11}(1,0.1,0.01)$$"),
]


@pytest.mark.parametrize(("problem", "part", "true", "false"), CLAIMS)
def test_a_claim_beside_the_answer_that_the_data_refute_keeps_it_from_being_right(problems: dict[str, Problem], problem: str, part: str, true: str, false: str) -> None:
    good, bad = (grade(problems[problem], part, t, certified=False) for t in (true, false))
    assert (good.verdict.value, bad.verdict.value == "correct") == ("correct", False), (good.reason, bad.reason)


BANK_PAIRS = [
    ("grad_norm", r"$A^\top u$, where $u=\frac{r}{\sqrt{r^\top r}}$ and $r=Ax-b$", r"$A^\top u$, where $u=\frac{r}{\sqrt{r^\top r}}$ and $r=Ax+b$"),
    ("prox_nonneg_l1", r"x_i=(v_i-\lambda)_+", r"x_i=(v_i-\lambda)_-"),
    ("proj_orthant", "x=v_+", "x=v_-"),
    ("mn_halfspace", r"x=\frac{b_+}{\|a\|^2}a", r"x=\frac{b}{\|a\|^2}a"),
    ("proj_ball", r"x=c+\min\{1,\tfrac{r}{\|v-c\|}\}(v-c)", r"x=c+\max\{1,\tfrac{r}{\|v-c\|}\}(v-c)"),
    ("proj_ball", "c+(v-c)*min(1,r/norm2(v-c))", "c+(v-c)*min(1,r/norm1(v-c))"),
    ("prox_hinge", r"x=v+\lambda\ (v<1-\lambda);\ 1\ (1-\lambda\le v\le1);\ v\ (v>1)", r"x=v+\lambda\ (v<1-\lambda);\ 1\ (1-\lambda\le v\le1);\ v+\lambda\ (v>1)"),
    ("prox_hinge", "where(v<1-lam,v+lam,np.maximum(v,1))", "where(v<1-lam,v-lam,np.maximum(v,1))"),
    ("prox_pinball", r"x=v-\lambda\tau\ (v>\lambda\tau);\ 0;\ v+\lambda(1-\tau)\ (v<-\lambda(1-\tau))", r"x=v-\lambda\tau\ (v>\lambda\tau);\ 1;\ v+\lambda(1-\tau)\ (v<-\lambda(1-\tau))"),
    ("moreau_abs", r"\tfrac12v^2\ (|v|\le\lambda),\ \lambda|v|-\tfrac{\lambda^2}2\ \text{otherwise}", r"\tfrac12v^2\ (|v|\le\lambda),\ \lambda|v|\ \text{otherwise}"),
    ("mn_kl_normalise", r"x=y/\mathbf 1^\top y", r"x=y/\mathbf y^\top y"),
    ("ls_constrained", "H=inv(X.T@X); w0=H@X.T@y\nreturn w0-H@C.T@solve(C@H@C.T,C@w0-d)", "H=inv(X.T@X); w0=H@X.T@y\nreturn w0-H@C.T@solve(C@H@C.T,C@w0)"),
    ("pli_kl_simplex", r"x_i=\frac{x_{0,i}e^{-\eta g_i}}{\sum_jx_{0,j}e^{-\eta g_j}}", r"x_i=\frac{x_{0,i}e^{\eta g_i}}{\sum_jx_{0,j}e^{\eta g_j}}"),
    ("pli_linf_zero", "d₁ = 0 and dᵢ = −(α/2)‖g‖₁ sign(gᵢ) for i ≥ 2", "dᵢ = −(α/2)‖g‖₁ sign(gᵢ) for i ≥ 2"),
    ("pli_linf_zero", r"$d_1=0$ and $d_i=-\frac\alpha2\|g\|_1\operatorname{sign}(g_i)$ for $i=2,\dots,n$", r"$d_1=0$ and $d_i=-\frac\alpha2\|g\|_1\operatorname{sign}(g_i)$ for $i=3,\dots,n$"),
    ("pli_linf_zero", r"$d_1=0$, $d_i=-\frac\alpha2\|g\|_1\operatorname{sign}(g_i)$ for $i\ne1$", r"$d_1=\alpha\|g\|_1$ and $d_i=-\frac\alpha2\|g\|_1\operatorname{sign}(g_i)$ for $i\ge2$"),
    ("mle_gauss_var", "μ̂ = (1/n)Σxᵢ,  v̂ = (1/n)Σxᵢ² − μ̂²", "μ̂ = (1/n)Σxᵢ,  v̂ = (1/n)Σxᵢ² + μ̂²"),
    ("mle_gauss_var", "mu = mean(x), v = (1/n) sum (x_i - mean(x))^2", "mu = mean(x), v = (1/n) sum (x_i - mean(x))^2 or (1/(n-1)) sum (x_i - mean(x))^2"),
    ("mle_gauss_var", r"$\hat\mu=\bar x$ and $\hat v=\frac1n\sum(x_i-\bar x)^2$ or equivalently $\frac1n\sum x_i^2-\bar x^2$",
     r"$\hat\mu=\bar x$ and $\hat v=\frac1n\sum(x_i-\bar x)^2$ or $\frac{1}{n-1}\sum(x_i-\bar x)^2$; both are maximum-likelihood estimates"),
    ("mle_gauss_var", r"The estimates are $\hat\mu=\bar x$, $\hat v=\frac1n\sum_i(x_i-\bar x)^2$.", r"$\hat\mu=\bar x$, $\hat v=\frac1n\sum_i(x_i-\bar x)^2$. Now double the variance."),
    ("mle_inverse_variance", "Σwᵢxᵢ/Σwᵢ with the weights wᵢ = sᵢ⁻²", "Σwᵢxᵢ/Σwᵢ with the weights wᵢ = sᵢ⁻¹"),
    ("mle_uniform", "the largest observation, x_(n)", "x_n"),
    ("mle_uniform", r"$x_{(1)}$ where $x_{(1)}\ge x_{(2)}\ge\dots\ge x_{(n)}$", r"$x_{(n)}$ where $x_{(1)}\ge x_{(2)}\ge\dots\ge x_{(n)}$"),
    ("lmo_ksparse", r"$x_i=\mathbf 1\{c_i\le c_{(k)}\}$, where $c_{(k)}$ is the $k$-th smallest cost", r"$x_i=\mathbf 1\{c_i\le c_{(k)}\}$, where $c_{(k)}$ is the $k$-th largest cost"),
    ("proj_simplex", r"$x_i=(v_i-\tau)_+$ where $\tau=\frac{\sum_{j=1}^{\rho}v_{(j)}-1}{\rho}$, $\rho=\max\{j: v_{(j)}>\frac1j(\sum_{i=1}^j v_{(i)}-1)\}$ and $v_{(1)}\ge v_{(2)}\ge\dots$",
     r"$x_i=(v_i-\tau)_+$ where $\tau=\frac{\sum_{j=1}^{\rho}v_{(j)}-1}{\rho}$, $\rho=\max\{j: v_{(j)}>\frac1j(\sum_{i=1}^j v_{(i)}-1)\}$ and $v_{(1)}\le v_{(2)}\le\dots$"),
    ("mn_nuclear", r"$X = u_1v_1^\top/\|A\|_2$ with $\|A\|_2$ the spectral norm", r"$X = u_1v_1^\top/\|A\|_2$ with $\|A\|_2$ the Frobenius norm"),
    ("mn_nuclear", "X = u₁v₁ᵀ/‖A‖₂, with ‖A‖₂ the spectral norm and u₁, v₁ the top singular pair of A", "X = u₁v₁ᵀ/‖A‖₂, with u₁, v₁ the bottom singular pair of A"),
    ("lmo_spectral", r"$D=-r\sum_iu_iv_i^\top$, the sum running over all singular triples of $G$", r"$D=-r\sum_iu_iv_i^\top$, the sum running over the largest two singular triples of $G$"),
    ("proj_psd", "X = Σ_{λᵢ>0} λᵢuᵢuᵢᵀ", "X = Σ_{λᵢ<0} λᵢuᵢuᵢᵀ"),
    ("ls_orthonormal", "wⱼ = qⱼᵀy, where qⱼ is the j-th column of Q", "wⱼ = qⱼᵀy, where qⱼ is the j-th row of Q"),
    ("kkt_eq_qp", r"$x=x_u+P^{-1}A^\top(AP^{-1}A^\top)^{-1}(b-Ax_u)$ where $x_u=-P^{-1}q$", r"$x=x_u+P^{-1}A^\top(AP^{-1}A^\top)^{-1}(b-Ax_u)$ where $x_u=P^{-1}q$"),
    ("kkt_softmax_value", r"$z_{\max}+T\log\sum_ie^{(z_i-z_{\max})/T}$ with $z_{\max}=\max_iz_i$", r"$z_{\max}+\log\sum_ie^{(z_i-z_{\max})/T}$ with $z_{\max}=\max_iz_i$"),
    ("gda_bilinear", r"$\rho_T=\rho_0\,(1+\eta^2)^T$ where $\rho_0=x_0^2+y_0^2$", r"$\rho_T=\rho_0\,(1+\eta^2)^T$ where $\rho_0=x_0^2-y_0^2$"),
    ("gda_bilinear", "R_T = R_0 (1+eta^2)^T with R_0 = x_0^2 + y_0^2", "R_T = R_0 (1+eta)^T with R_0 = x_0^2 + y_0^2"),
    ("heavy_ball_best_rate", "√β* with β* = ((√L − √μ)/(√L + √μ))²", "β* with β* = ((√L − √μ)/(√L + √μ))²"),
    ("ib_two_inconsistent", "ȳ·a/(aᵀa), where ȳ = (y₁ + y₂)/2", "ȳ·a/(aᵀa), where ȳ = y₁ + y₂"),
    ("gd_best_rate", "(λmax − λmin)/(λmax + λmin), where λmax and λmin are the largest and smallest eigenvalue of H",
     "(λmax − λmin)/(λmax + λmin), where λmax and λmin are the smallest and largest eigenvalue of H"),
    ("gd_best_rate", r"$\frac{M-m}{M+m}$, where $M$ and $m$ are the largest and smallest eigenvalues of $H$", r"$\frac{M-m}{M+m}$, where $M$ and $m$ are the smallest and largest eigenvalues of $H$"),
    ("ib_newton_schulz", r"$\sum_i u_iv_i^\top$ where $u_i$ and $v_i$ are the columns of $U$ and $V$", r"$\sum_i u_iv_i^\top$ where $u_i$ and $v_i$ are the rows of $U$ and $V$"),
    ("lmo_block_max", "-r * G / np.linalg.norm(G, axis=1, keepdims=True)", "-r * G / np.linalg.norm(G, axis=0, keepdims=True)"),
    ("lmo_block_max", "-r * G / np.sqrt((G**2).sum(axis=1, keepdims=True))", "-r * G / np.abs(G).max(axis=1, keepdims=True)"),
    ("ls_quartic_form", "-np.linalg.solve(P, q) / np.cbrt(4*(q @ np.linalg.solve(P, q)))", "-np.linalg.solve(P, q) / np.cbrt(2*(q @ np.linalg.solve(P, q)))"),
    ("proj_box", "np.median([l, v, u], axis=0)", "np.median([l, v, v], axis=0)"),
    ("proj_box", "the middle one (median) of lᵢ, vᵢ, uᵢ in every coordinate", "the largest of lᵢ, vᵢ, uᵢ in every coordinate"),
    ("proj_box", "$x_i$ is the median of $l_i$, $v_i$ and $u_i$", "$x_i$ is the mean of $l_i$, $v_i$ and $u_i$"),
    ("pli_kl_simplex", "xᵢ = x₀ᵢ e^{−ηgᵢ}/Z with Z = Σⱼ x₀ⱼ e^{−ηgⱼ}", "xᵢ = x₀ᵢ e^{−ηgᵢ}/Z with Z = Σⱼ e^{−ηgⱼ}"),
    ("pli_block_sum", r"Only the group with the largest Euclidean gradient norm moves: for that group $b^*$, $d_{b^*}=-\tfrac12\alpha\,g_{b^*}$; every other row is zero.",
     r"Only the group with the smallest Euclidean gradient norm moves: for that group $b^*$, $d_{b^*}=-\tfrac12\alpha\,g_{b^*}$; every other row is zero."),
    ("pli_block_sum", r"$d_{b^*}=-\frac\alpha2 g_{b^*}$ with $b^*=\arg\max_b\|g_b\|_2$ and $d_b=0$ for $b\ne b^*$",
     r"$d_{b^*}=-\frac\alpha2 g_{b^*}$ with $b^*=\arg\max_b\|g_b\|_1$ and $d_b=0$ for $b\ne b^*$"),
    ("kkt_am_gm", "xᵢ = c·exp((1/n) Σⱼ ln aⱼ)/aᵢ", "xᵢ = c·exp(Σⱼ ln aⱼ)/aᵢ"),
    ("quad_taylor_minimum", "The stationary point is w* = H⁻¹b and the minimum value is E(w*) = −½ bᵀw*.", "The stationary point is w* = H⁻¹b and the minimum value is E(w*) = ½ bᵀw*."),
    ("cnt_conv", "parameters: CO·CI·K² + CO; output height o = ⌊(H − K + 2q)/s⌋ + 1; multiply-adds: CO·CI·K²·o²",
     "parameters: CO·CI·K² + CO; output height o = ⌊(H − K + 2q)/s⌋; multiply-adds: CO·CI·K²·o²"),
    ("cnt_recursive_doubling", r"Messages: $k\,2^k$; size of each: $p$; rounds: $k$ (where $n=2^k$).", r"Messages: $k\,2^k$; size of each: $p$; rounds: $k$ (where $n=2k$)."),
    ("cnt_training_flops", "forward: $Tab$ multiply-adds; backward: $Tab+Tab=2Tab$ multiply-adds; total: $6Tab$ FLOPs",
     "forward: $Tab$ multiply-adds; backward: $3Tab=2Tab$ multiply-adds; total: $6Tab$ FLOPs"),
    ("cnt_gossip_ring", "n·2 messages, p numbers in each", "n·2 messages, p/n numbers in each"),
    ("ls_line_fit", "s = cov(x,y)/var(x), c = mean(y) − s·mean(x)", "s = cov(x,y)/std(x), c = mean(y) − s·mean(x)"),
    ("ib_momentum", "θ = a·(aᵀa)⁻¹, the same point as without momentum", "θ = a·(aᵀa)⁻¹, the same point as without the factor"),
    ("heavy_ball_stability", r"The supremum is $\eta_{\sup}=\frac{2+2b}{h}$ (not attained).", r"The supremum is $\eta_{\sup}=\frac{2+2b}{h}$ (not correct)."),
    ("pli_unsquared_zero", "The zero vector: since ‖g‖₁ < 1/α, standing still is optimal.", "Not the zero vector: standing still is not optimal."),
    ("kkt_eq_qp", r"x is the first block of the solution of $\begin{bmatrix}P&A^\top\\A&0\end{bmatrix}\begin{bmatrix}x\\\mu\end{bmatrix}=\begin{bmatrix}-q\\b\end{bmatrix}$",
     r"x is the second block of the solution of $\begin{bmatrix}P&A^\top\\A&0\end{bmatrix}\begin{bmatrix}x\\\mu\end{bmatrix}=\begin{bmatrix}-q\\b\end{bmatrix}$"),
    ("kkt_eq_qp", r"$\begin{pmatrix}x\\ \nu\end{pmatrix}=\begin{pmatrix}P&A^\top\\A&0\end{pmatrix}^{-1}\begin{pmatrix}-q\\b\end{pmatrix}$",
     r"$\begin{pmatrix}x\\ \nu\end{pmatrix}=\begin{pmatrix}P&A^\top\\A&0\end{pmatrix}^{-1}\begin{pmatrix}q\\b\end{pmatrix}$"),
    ("ls_ridge", r"$w=\begin{bmatrix}X\\\sqrt\lambda\,I\end{bmatrix}^{+}\begin{bmatrix}y\\0\end{bmatrix}$", r"$w=\begin{bmatrix}X\\\lambda\,I\end{bmatrix}^{+}\begin{bmatrix}y\\0\end{bmatrix}$"),
    ("proj_psd", r"$X=\frac12\left(S+\sqrt{S^2}\right)$", r"$X=\frac12\left(S-\sqrt{S^2}\right)$"),
    ("proj_psd", r"$X=\tfrac12(S+|S|)$ with $|S|=(S^2)^{1/2}$", r"$X=\tfrac12(S+|S|)$ with $|S|=S^2$"),
    ("proj_consensus", "t = mean(v), x = t·1", "t = mean(v), x = 2·t·1"),
    ("prox_nuclear", r"$\sum_i(\sigma_i-\lambda)_+u_iv_i^\top$", r"$\sum_i(\sigma_i+\lambda)u_iv_i^\top$"),
]


@pytest.mark.parametrize(("name", "right", "miss"), BANK_PAIRS)
def test_formulas_of_the_field_are_read(name: str, right: str, miss: str) -> None:
    problem = load(SPECS / "bank" / f"{name}.toml")
    good, bad = (grade(problem, "answer", t, certified=False) for t in (right, miss))
    assert good.verdict.value == "correct", good.reason
    assert bad.verdict.value != "correct", bad.read_as
