"""Words behind a right formula, with and without dollar signs: what leaves it as it is, and beside each a near miss that does not."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

# problem#part, a text that is right, and one that is not.
PAIRS = [
    # a clause behind a semicolon is a sentence of its own
    ("penalty-l2#update", r"$u=-\frac{\alpha}{2}g$; the 2 comes from the square", r"$u=-\frac{\alpha}{2}g$; the factor is halved"),
    ("penalty-l2#update", "u = -(alpha/2) g; the 2 comes from the square", "u = -(alpha/2) g; the sign is the other way round"),
    ("grad_norm#answer", r"$\frac{A^\top(Ax-b)}{\|Ax-b\|_2}$; there is no factor $2$, because the norm is not squared", r"$\frac{A^\top(Ax-b)}{\|Ax-b\|_2}$; the minus is really a plus"),
    ("penalty-l2#update", r"$u=-\frac{\alpha}{2}g$; there is no constraint", r"$u=-\frac{\alpha}{2}g$; there is no minus"),
    ("penalty-l2#update", r"$u=-\frac{\alpha}{2}g$ (the 2 comes from the square)", r"$u=-\frac{\alpha}{2}g$ (the 2 goes away)"),
    ("comm-table#a2a-size", "$p$; here it is not split over the workers", "$p$; then it is split over the workers"),
    # what it is said not to be
    ("fgsm_linear#answer", r"$w^\top x_0+\epsilon\|w\|_1$; the 1-norm, not the max norm", r"$w^\top x_0+\epsilon\|w\|_1$; the max norm, not the 1-norm"),
    ("ball-l2#update", "u = -delta*g/||g||_2 - it does not depend on the scale of g", "u = -delta*g/||g||_2 - all of it times n"),
    ("comm-table#a2a-messages", "$n(n-1)$; do not halve it, both directions count", "$n(n-1)$; halve it, both directions count"),
    # conditions told twice
    ("limit-sgd#step-size", r"We need $|1-2\alpha\|a\|^2|<1$, so $0<2\alpha\|a\|^2<2$, that is $0<\alpha<1/\|a\|^2$.",
     r"We need $|1-2\alpha\|a\|^2|<1$, so $0<2\alpha\|a\|^2<2$, that is $0<\alpha<\|a\|^2$."),
    ("limit-sgd#step-size", "|1-2α‖a‖²| < 1, which gives 0 < α < 1/‖a‖²", "|1-2α‖a‖²| < 1, which gives 0 < α < 2/‖a‖²"),
    ("penalty-linf-unsquared#status", "‖g‖₁ ≤ 1/α, not ‖g‖_∞ ≤ 1/α", "‖g‖_∞ ≤ 1/α, not ‖g‖₁ ≤ 1/α"),
    ("penalty-linf-unsquared#status", r"so $\|g\|_1 \le 1/\alpha$, that is $\alpha\|g\|_1 \le 1$", r"so $\|g\|_1 \le 1/\alpha$, that is $\|g\|_\infty \le 1/\alpha$"),
    ("limit-sgd#step-size", r"$0 < \alpha < 1/\|a\|^2 = 10000/10101$ (about 0.990).", r"$0 < \alpha < 1/\|a\|^2 = 10000/10101$ (about 0.95)."),
    # meanings
    ("penalty-linf#update", "u = −(α/2)‖g‖₁ sign(g), with ‖·‖₁ meaning the sum of the moduli", "u = −(α/2)‖g‖₁ sign(g), with ‖·‖₁ meaning the largest entry"),
    ("ls_ridge#answer", "w = (X^T X + lambda I)^-1 X^T y, with I the identity matrix", "w = (X^T X + lambda I)^-1 X^T y, with I the matrix of all ones"),
    ("conj_neglog#answer", r"$-n - \sum_i \log(z_i)$, where $\log$ is the natural logarithm", r"$-n - \sum_i \log(z_i)$, where $\log$ is the logarithm to base 2"),
    # examples, terms, closed forms, special values
    ("comm-table#ring-messages", "$2n(n - 1)$ in total, for example 24 messages for $n = 4$ workers.", "$2n(n - 1)$ in total, for example 12 messages for $n = 4$ workers."),
    ("comm-table#a2a-messages", "$n(n-1)$; for $n=4$ these are $12$ messages", "$n(n-1)$; for $n=4$ these are $16$ messages"),
    ("penalty-l2#value", r"$-\frac{\alpha}{4}\|g\|_2^2$. The linear term gives $-\frac\alpha2\|g\|_2^2$, the penalty $\frac\alpha4\|g\|_2^2$.",
     r"$-\frac{\alpha}{4}\|g\|_2^2$. The linear term gives $-\frac\alpha2\|g\|_2^2$, the penalty $\frac\alpha2\|g\|_2^2$."),
    ("penalty-l2#value", r"$$\boxed{-\frac{\alpha}{4}\|g\|_2^2}$$ Check: $g^\top u^\star + \frac1\alpha\|u^\star\|^2 = -\frac\alpha4\|g\|^2.$",
     r"$$\boxed{-\frac{\alpha}{4}\|g\|_2^2}$$ Check: $g^\top u^\star + \frac1\alpha\|u^\star\|^2 = -\frac\alpha2\|g\|^2.$"),
    ("limit-sgd#residual", r"$r_{t+1} = (1 - 2.0202\,\alpha)\, r_t$, so $r_t = (1-2.0202\,\alpha)^t r_0$.", r"$r_{t+1} = (1 - 2.0202\,\alpha)\, r_t$, so $r_t = (1-\alpha)^t r_0$."),
    ("heavy_ball_stability#answer", "$2(1+b)/h$, which for $b = 0$ is the familiar $2/h$ of gradient descent", "$2(1+b)/h$, which for $b = 0$ is the familiar $3/h$ of gradient descent"),
    ("pli_mahalanobis#answer", r"$d=-\frac{\alpha}{2}H^{-1}g$. With $H=I$ this is gradient descent with step size $\alpha/2$.",
     r"$d=-\frac{\alpha}{2}H^{-1}g$. With $H=I$ this is gradient descent with step size $\alpha$."),
    ("limit-sgd#vector", r"$\theta_\infty = (1, 0.1, 0.01)/1.0101$; the loss there is $0$.", r"$\theta_\infty = (1, 0.1, 0.01)/1.0101$; the loss there is $(1 - 1/1.0101)^2$."),
    ("comm-table#ring-messages", "$2n(n-1)$: two phases of $n-1$ rounds with $n$ messages each.", "$2n(n-1)$: two phases of $n-1$ rounds with $n-1$ messages each, so $2(n-1)^2$."),
    ("comm-table#ps-messages", "$2n$. It would be $2(n-1)$ if the server were one of the workers.", "$2n$. It is $2(n-1)$ as the server is one of the workers."),
    # a last equation that cannot be one
    ("grad_norm#answer", "$$\\nabla_x f=\\frac{A^\\top (Ax-b)}{\\|Ax-b\\|_2} .$$\n\nSo\n\n$$\\nabla_x f=\\frac{A^\\top Ax-A^\\top b}{\\|Ax-b\\|_2}.$$",
     "$$\\nabla_x f=\\frac{A^\\top (Ax-b)}{\\|Ax-b\\|_2} .$$\n\nSo\n\n$$\\nabla_x f=\\frac{A^\\top Ax-b}{\\|Ax-b\\|_2}.$$"),
    ("grad_least_squares#answer", r"$2X^\top(Xw-y)$, i.e. $2X^\top Xw-2X^\top y$", r"$2X^\top(Xw-y)$, i.e. $2X^\top Xw-y$"),
    ("penalty-linf#update", r"$-(\alpha/2)\|g\|_1 \mathrm{sign}(g)$, which can be written as $-\frac{\alpha}{2}\mathrm{sign}(g)\|g\|_1$.",
     r"$-(\alpha/2)\|g\|_1 \mathrm{sign}(g)$. Only the direction matters, so this can be shortened to $-\alpha\,\mathrm{sign}(g)$."),
    # sizes of directions, a part left out
    ("comm-table#ps-size", "p for each push, p for each pull", "p for each push, p/n for each pull"),
    ("pli_mahalanobis#answer", r"$d=-\frac{\alpha}{2}H^{-1}g$; the model is quadratic", r"$d=-\frac{\alpha}{2}H^{-1}g$; the inverse is not needed, so read $H$ instead of $H^{-1}$"),
    # code
    ("limit-sgd#residual", "r -= 2*alpha*np.dot(a, a)*r", "r += 2*alpha*np.dot(a, a)*r"),
    ("limit-rescaled#vector", "theta = 1 ./ (3*a)   % a = [1 0.1 0.01]", "theta = a ./ 3   % a = [1 0.1 0.01]"),
    # values in words
    ("proj_psd#value", "the sum of the squares of the negative eigenvalues of S", "the sum of the squares of the positive eigenvalues of S"),
    ("lmo_spectral#value", "-r times the sum of all singular values of G", "-r times the largest singular value of G"),
    ("lmo_ksparse#answer", "xᵢ = 1 if fewer than k of the costs c_j are smaller than cᵢ, otherwise xᵢ = 0", "xᵢ = 1 if fewer than k of the costs c_j are larger than cᵢ, otherwise xᵢ = 0"),
]


@pytest.mark.parametrize(("of", "right", "wrong"), PAIRS, ids=[f"{k}-{p[0]}" for k, p in enumerate(PAIRS)])
def test_words_behind(problems: dict[str, Problem], of: str, right: str, wrong: str) -> None:
    problem, _, part = of.partition("#")
    assert grade(problems[problem], part, right, memo=False).verdict.value == "correct"
    assert grade(problems[problem], part, wrong, memo=False).verdict.value != "correct"
