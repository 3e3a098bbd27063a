"""The answer among the formulas of prose: what is only mentioned beside it is no second answer, and excuses no wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.grading.grade import grade
from derive.problem.load import load_all
from derive.problem.model import Problem

BANK = Path(__file__).parents[1] / "problems" / "bank"

RIGHT = {
    "conj_power": [
        r"Let $M=\frac{p-1}{p}\|y\|_{p/(p-1)}^{p/(p-1)}$. This holds for $p>1$.",
        r"Let $M=\frac{p-1}{p}\|y\|_{p/(p-1)}^{p/(p-1)}$; the supremum is $M$.",
        r"Let $q=p/(p-1)$, so that $\frac1p+\frac1q=1$. The supremum is $\frac1q\|y\|_q^q$.",
        r"Set $q=p/(p-1)$. The maximiser is $x_i=\mathrm{sign}(y_i)|y_i|^{q-1}$, and the supremum is $\frac1q\|y\|_q^q$.",
        r"Let $q=p/(p-1)$ be the conjugate exponent. Then the supremum equals $\frac{1}{q}\|y\|_q^q$.",
        r"Put $q=\frac{p}{p-1}$. The supremum is $\|y\|_q^q/q$.",
        r"Define $q=p/(p-1)$; the supremum is then $\frac1q\sum_i|y_i|^q$.",
        r"Let $q=p/(p-1)$ and $S=\sum_i|y_i|^q$. Then the supremum is $S/q$.",
        r"First, set $q=p/(p-1)$. Hence we get $\frac{1}{q}\|y\|_q^q$.",
    ],
    "cnt_ring_volume": [
        r"In a ring of $n$ workers each one sends $2p(1-\frac1n)$ numbers.",
        r"Every one of the $n$ workers sends $2p(1-\frac1n)$ numbers.",
        r"Let $V=2p(n-1)/n$. For $n=1$ this is $0$.",
        r"Let $m=p/n$ be the size of a chunk. Each worker sends $2(n-1)m$ numbers.",
        r"With $n$ workers, each of them sends $2p(1-\frac1n)$ numbers.",
        r"Each of the $n$ workers sends $2p(1-\frac1n)$ numbers.",
        r"For $n$ workers, the number is $2p(n-1)/n$.",
        r"The $n$ workers each send $2p(n-1)/n$ numbers.",
        r"Given $n$ workers, every one sends $2(n-1)p/n$ numbers.",
    ],
    "proj_linf_ball": [
        r"$x_i = v_i$ for coordinates with $|v_i|\le r$, the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"Coordinates with $|v_i|\le r$ are kept, $x_i=v_i$; the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"Coordinates where $|v_i|\le r$ keep $x_i=v_i$, the rest become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"For entries with $|v_i|>r$ we set $x_i=r\,\mathrm{sign}(v_i)$; the others stay $x_i=v_i$.",
        r"Components for which $|v_i|\le r$ are unchanged: $x_i=v_i$. The other entries become $x_i=r\operatorname{sign}(v_i)$.",
    ],
    "gd_iterations": [
        r"The fewest steps are $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
        r"The fewest steps that suffice: $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
        r"The fewest is $\lceil\ln\epsilon/\ln(1-c)\rceil$ steps.",
        r"The fewest number of steps is $\lceil\ln\epsilon/\ln(1-c)\rceil$.",
        r"The least number of steps is $\lceil\ln\epsilon/\ln(1-c)\rceil$.",
        r"At the fewest, $\lceil\ln\epsilon/\ln(1-c)\rceil$ steps are needed.",
    ],
    "pli_damped_newton": [
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $d=-\sum_i\frac{u_i^\top g}{\mu_i+\lambda}u_i$.",
        r"With the eigendecomposition $H=\sum_{i=1}^n \mu_i q_i q_i^\top$, $d=-\sum_{i=1}^n\frac{q_i^\top g}{\mu_i+\lambda}q_i$.",
        r"Write $H=\sum_j\sigma_jv_jv_j^T$ (spectral theorem). Then $d=-\sum_j\frac{v_j^Tg}{\sigma_j+\lambda}v_j$.",
        r"Let $H=\sum_i\gamma_i v_iv_i^\top$ be the spectral decomposition. The step is $-\sum_i\frac{v_i^\top g}{\gamma_i+\lambda}v_i$.",
        r"Diagonalise $H = Q\,\mathrm{diag}(\mu)\,Q^\top$. Then $d=-Q\,\mathrm{diag}(1/(\mu_i+\lambda))\,Q^\top g$.",
        r"$d=-\sum_i\frac{v_i^\top g}{\mu_i+\lambda}v_i$ where $H=\sum_i\mu_iv_iv_i^\top$ is the eigendecomposition.",
    ],
    "gd_affine_closed_form": [
        r"The error contracts by r = 1 − 2ηs² in every step. Starting from zero this gives w_T = (1 − r^T)·y/s.",
        r"Each step multiplies the error by r = 1 - c. Hence w_T = (1 - r^T)*y/s.",
        r"The rate is called q = 1 - c here. So w_T = (y/s)*(1 - q^T).",
        r"The fixed point is m = y/s and the factor is r = 1 - c. Then w_T = m*(1 - r^T).",
        r"The error shrinks by the factor rho = 1 - 2 eta s^2, so w_T = (1 - rho^T) y/s.",
    ],
    "cnt_param_server": [
        r"n messages go up and n come down, so 2n messages of size p, where p is the number of parameters.",
        r"$n$ messages go up and $n$ come down, so $2n$ messages of size $p$, where $p$ is the number of parameters.",
        r"$2n$ messages of size $p$, where $n$ is the number of workers.",
        r"Each worker pushes one vector and pulls one. That makes 2n messages of size p.",
    ],
    "cnt_star_root_worker": [
        r"The other $n-1$ workers each send one vector and receive one. That makes $2n-2$ messages of size $p$, where $p$ is the number of parameters.",
        r"$n-1$ vectors go in and $n-1$ go out, thus $2(n-1)$ messages of size $p$.",
    ],
    "cnt_training_flops": [
        r"The forward pass costs $Tab$ multiply-adds and the backward pass costs $2Tab$ multiply-adds. At two FLOPs each the total is $6Tab$ FLOPs.",
        r"Forward pass: $Tab$ multiply-adds; backward pass: $2Tab$ multiply-adds; in total $6Tab$ FLOPs.",
        r"The forward pass needs $Tab$ multiply-adds, the backward pass needs $2Tab$, and the total is $6Tab$ FLOPs.",
    ],
    "momentum_eigenvalues": [
        r"The sum $2-b-2\eta b s^2$ and the product $1-b$ of the two eigenvalues",
        r"The sum $A$ and the product $B$ of the two eigenvalues are $A=2-b-2\eta bs^2$ and $B=1-b$.",
        r"For the sum $A$ and the product $B$ of the two eigenvalues: $A=2-b-2\eta bs^2$, $B=1-b$.",
        r"Write the sum $A$ and the product $B$ of the two eigenvalues; then $A = 2-b-2\eta b s^2$ and $B = 1-b$.",
        r"The sum of the two eigenvalues is $2-b-2\eta b s^2$ and their product is $1-b$.",
        r"The two eigenvalues have sum $2-b-2\eta b s^2$ and product $1-b$.",
    ],
}
NOT_RIGHT = {
    "conj_power": [
        r"Let $M=\frac{p-1}{p}\|y\|_{p/(p-1)}^{p/(p-1)}$; the supremum is $2M$.",
        r"Let $q=p/(p-1)$, so that $\frac1p+\frac1q=1$. The supremum is $\frac1q\|y\|_p^q$.",
        r"Set $q=p/(p-1)$. The maximiser is $x_i=\mathrm{sign}(y_i)|y_i|^{q-1}$, and the supremum is $\frac1p\|y\|_q^q$.",
        r"Let $q=p/(p-1)$. The supremum is $x=\frac1q\|y\|_q^q$.",
        r"The maximiser is $x_i=\mathrm{sign}(y_i)|y_i|^{1/(p-1)}$.",
        r"Let $q=p/(p-1)$ be the conjugate exponent. Then the supremum equals $\frac{1}{p}\|y\|_q^q$.",
        r"Let $q=p/(p+1)$ be the conjugate exponent. Then the supremum equals $\frac{1}{q}\|y\|_q^q$.",
        r"Put $q=p-1$. The supremum is $\|y\|_q^q/q$.",
        r"Let $S=\frac{1}{p}\|y\|_p^p$ be the supremum. Then with $q=p/(p-1)$, $\frac1q\|y\|_q^q$.",
        r"Let $S=\frac{1}{p}\|y\|_p^p$.",
    ],
    "cnt_ring_volume": [
        r"With $n$ workers and $p$ numbers, each sends $p(1-\frac1n)$.",
        r"There are $n$ workers, and each sends $2p(1-\frac1n)$ numbers $n$ times.",
        r"With $n$ workers, $2p(1-\frac1n)$ numbers per round.",
        r"With $n$ workers, $2p(1-\frac1n)$ numbers, times the $n-1$ rounds.",
        r"There are $n$ workers, so $p(1-\frac1n)$ numbers.",
        r"Each sends $2p(1-\frac1n)$ numbers to each of the $n$ workers.",
        r"The answer is $n$ workers, since $2p(1-\frac1n)$ is sent.",
        r"Let $V=2p(n-1)$. For $n$ workers this is $V$ numbers.",
        r"For $n$ workers $2p(1-1/n)$, for one worker $p$.",
        r"Let $V=2p(n-1)/n$. Each worker sends $p$ numbers.",
        r"Let $m=2p(n-1)/n$. Each worker sends $n m$ numbers.",
        r"With $n$ workers, each of them sends $p(1-\frac1n)$ numbers.",
        r"With $n$ workers, each of them sends $p$ numbers.",
        r"Each worker sends $p$ numbers, in $2p(1-\frac1n)$ steps.",
        r"With $p$ numbers sent by each worker, the ring takes $2p(1-\frac1n)$ rounds.",
        r"$p$ numbers are sent by each worker. The ring moves $2p(1-1/n)$.",
        r"Each of the $n$ workers sends $p$ numbers; $2p(1-\frac1n)$ of them are new.",
    ],
    "proj_linf_ball": [
        r"Coordinates with $|v_i|\le r$ are kept, $x_i=v_i$; the others become $x_i=r\,\mathrm{sign}(v_i)$, then all are negated.",
        r"Coordinates with $|v_i|\le r$ are kept, $x_i=v_i$; the others become $x_i=r\,\mathrm{sign}(v_i)$ twice.",
        r"$x_i = v_i$ for coordinates with $|v_i|\ge r$, the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"$x_i = -v_i$ for coordinates with $|v_i|\le r$, the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"Coordinates with $|v_i|\le r$ are kept, $x_i=v_i$; the others become $x_i=-r\,\mathrm{sign}(v_i)$.",
        r"Coordinates with $|v_i|\ge r$ are kept, $x_i=v_i$; the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"Coordinates with $|v_i|\le r$ are kept, $x_i=v_i$; the others become $x_i=r$.",
        r"Coordinates with $|v_i|\le r$ are not kept, $x_i=v_i$; the others become $x_i=r\,\mathrm{sign}(v_i)$.",
        r"Coordinates with $|v_i|\le r$ become $x_i=r\,\mathrm{sign}(v_i)$; the others are kept, $x_i=v_i$.",
    ],
    "gd_iterations": [
        r"The fewest steps are $\left\lfloor\frac{\ln\epsilon}{\ln(1-c)}\right\rfloor$.",
        r"The fewest steps are one less than $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
        r"The fewest steps are more than $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
        r"The fewest steps are half of $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
        r"The fewest steps are $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$, doubled.",
        r"The fewest steps are at least $\left\lceil\frac{\ln\epsilon}{\ln(1-c)}\right\rceil$.",
    ],
    "pli_damped_newton": [
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $d=\sum_i\frac{u_i^\top g}{\mu_i+\lambda}u_i$.",
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $d=-\sum_i\frac{u_i^\top g}{\mu_i}u_i$.",
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $d=-\sum_i\frac{u_i^\top g}{\mu_i+2\lambda}u_i$.",
        r"Diagonalise $H=\sum_i\mu_i^2u_iu_i^\top$. Then $d=-\sum_i\frac{u_i^\top g}{\mu_i+\lambda}u_i$.",
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $d=-\sum_i\frac{g_i}{\mu_i+\lambda}u_i$.",
        r"Diagonalise $H=\sum_i\mu_iu_iu_i^\top$. Then $u=-\sum_i\frac{u_i^\top g}{\mu_i+\lambda}u_i$.",
        r"Diagonalise $H=\sum_i\mu_iu_iv_i^\top$. Then $d=-\sum_i\frac{u_i^\top g}{\mu_i+\lambda}v_i$.",
        r"Then $d=-\sum_i\frac{v_i^\top g}{\mu_i+\lambda}v_i$.",
    ],
    "gd_affine_closed_form": [
        r"The error contracts by r = 1 − ηs² in every step. Starting from zero this gives w_T = (1 − r^T)·y/s.",
        r"The error contracts by r = 1 + c in every step. Starting from zero this gives w_T = (1 − r^T)·y/s.",
        r"The error contracts by r = 1 − 2ηs² in every step. Starting from zero this gives w_T = (1 + r^T)·y/s.",
        r"The error contracts by r = 1 − 2ηs² in every step. Starting from zero this gives w_T = (1 − r^(T-1))·y/s.",
        r"The error contracts by twice r = 1 - c in every step. This gives w_T = (1 − (2r)^T)·y/s.",
        r"The error contracts by r = 1 - c squared in every step. This gives w_T = (1 − r^T)·y/s.",
        r"The error contracts by r = 1 - c or r = 1 - 2c. This gives w_T = (1 − r^T)·y/s.",
        r"The error shrinks by the factor rho = 1 - 2 eta s^2 in one step, so w_T = (1 - 3 rho^T) y/s.",
        r"The error shrinks by the factor rho = 1 - 2 eta in one step, so w_T = (1 - rho^T) y/s.",
    ],
    "cnt_param_server": [
        r"n messages go up and n come down, so 2n messages of size p, where p is the number of workers.",
        r"n messages go up and n come down, so 2n messages of size p, where p is the number of bits.",
        r"n messages go up and n come down, so n messages of size p, where p is the number of parameters.",
        r"2n messages of size p go round, so 2n messages of size p/n.",
        r"If only half of them sent, n messages go up, so 2n messages of size p.",
        r"$2n$ messages of size $p$, where $n$ is the number of messages.",
    ],
    "cnt_star_root_worker": [
        r"The other $n-1$ workers each send one vector and receive one. That makes $2n$ messages of size $p$, where $p$ is the number of parameters.",
        r"The other $n-1$ workers each send one vector and receive one. That makes $2n-2$ messages of size $p/n$.",
    ],
    "cnt_training_flops": [
        r"The forward pass costs $Tab$ multiply-adds and the backward pass costs $Tab$ multiply-adds. At two FLOPs each the total is $6Tab$ FLOPs.",
        r"The forward pass costs $Tab$ multiply-adds and the backward pass costs $2Tab$ multiply-adds. At two FLOPs each the total is $3Tab$ FLOPs.",
        r"The backward pass costs $Tab$ multiply-adds and the forward pass costs $2Tab$ multiply-adds. At two FLOPs each the total is $6Tab$ FLOPs.",
        r"The forward pass costs twice $Tab$ multiply-adds and the backward pass costs $2Tab$ multiply-adds. At two FLOPs each the total is $6Tab$ FLOPs.",
    ],
    "momentum_eigenvalues": [
        r"The sum $2-b-2\eta b s^2$ and the product $2(1-b)$ of the two eigenvalues",
        r"The sum $A$ and the product $B$ of the two eigenvalues are $B=2-b-2\eta bs^2$ and $A=1-b$.",
        r"The sum $A$ and the product $B$ of the two eigenvalues are $A=2-b-2\eta bs^2$ and $B=1+b$.",
        r"The product $A$ and the sum $B$ of the two eigenvalues are $A=2-b-2\eta bs^2$ and $B=1-b$.",
        r"The sum $A$ and the product $B$ of the two eigenvalues are $A=2-b-2\eta bs^2$ and $B=(1-b)A$.",
        r"The sum of the two eigenvalues is $2-b-2\eta b s^2$ and their product is $b-1$.",
        r"The sum of the squares of the two eigenvalues is $2-b-2\eta b s^2$ and their product is $1-b$.",
        r"The sum $A$ and the product $B$ of the two eigenvalues are $A=2-b-2\eta bs^2$, doubled, and $B=1-b$.",
        r"The sum $A$ and the product $B$ of the two eigenvalues are not $A=2-b-2\eta bs^2$ and $B=1-b$.",
        r"The sum $A$ and the product $B$ of the two eigenvalues are half of $A=2-b-2\eta bs^2$ and $B=1-b$.",
    ],
}


@pytest.fixture(scope="module")
def bank() -> dict[str, Problem]:
    return {name: load_all([BANK / f"{name}.toml"])[0] for name in RIGHT}


def verdict(problem: Problem, text: str) -> str:
    return grade(problem, problem.parts[0].id, text, certified=False).verdict.value


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_only_mentioned_is_no_second_answer(bank: dict[str, Problem], name: str) -> None:
    """Definitions, scenes, cases and parts of a count in prose leave a right answer right."""
    assert [t for t in RIGHT[name] if verdict(bank[name], t) != "correct"] == []


@pytest.mark.parametrize("name", NOT_RIGHT)
def test_a_mention_excuses_nothing(bank: dict[str, Problem], name: str) -> None:
    """The same shapes with a wrong factor, sign, exponent, case or count."""
    assert [t for t in NOT_RIGHT[name] if verdict(bank[name], t) == "correct"] == []


DUAL = [
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\frac{\alpha}{2}\left(\sup_{\lVert v\rVert_\infty\leq 1}\langle g,v\rangle\right)\operatorname{sign}(g)$",
    r"$u=-\frac{\alpha}{2}\max_{\|v\|_\infty=1} v^\top g\;\operatorname{sign}(g)$",
    r"$u=-\frac{\alpha}{2}\Bigl(\max_{\|v\|_{\infty}\le1}\sum_i g_iv_i\Bigr)\operatorname{sign}(g)$",
    r"$u = \frac{\alpha}{2}\Bigl(\min_{\|v\|_\infty\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"u = -(alpha/2) (max_{‖v‖_∞ ≤ 1} g^T v) sign(g)",
    r"$u=-\tfrac{\alpha}{2} m\operatorname{sign}(g)$ with $m=\max_{\|v\|_\infty\le 1} g^\top v$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} (g^\top v)\Bigr)\operatorname{sign}(g)$",
]
NOT_THE_DUAL = [
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_1\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_2\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\min_{\|v\|_\infty\le 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 2} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} g^\top v+1\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} (g^\top v+1)\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} (g^\top v)^2\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} 2 g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\ge 1} g^\top v\Bigr)\operatorname{sign}(g)$",
    r"$\arg\max_{\|v\|_\infty\le 1} g^\top v$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} (g^\top v+\alpha)\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} g^\top|v|\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} g^\top\operatorname{sign}(v)\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} \|v\|_1\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} v_1 v_2\Bigr)\operatorname{sign}(g)$",
    r"$-\tfrac{\alpha}{2}\Bigl(\max_{\|v\|_\infty\le 1} v^\top v\Bigr)\operatorname{sign}(g)$",
]


def test_a_linear_form_over_a_unit_ball_has_the_dual_norm_as_its_maximum(problems: dict[str, Problem]) -> None:
    """max of g^T v over the ball of the max norm is the 1-norm; over another ball, of another size or of another form it is not."""
    problem = problems["penalty-linf"]
    assert [t for t in DUAL if grade(problem, "update", t, certified=False).verdict.value != "correct"] == []
    assert [t for t in NOT_THE_DUAL if grade(problem, "update", t, certified=False).verdict.value == "correct"] == []
