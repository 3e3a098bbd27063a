"""Equations, bounds, limits and points of attainment that stand beside an answer are worked out where the unknown is the required answer."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

SAID = [
    ("ls_prox_point", "answer", r"$x=(A^\top A+\rho I)^{{-1}}(A^\top b+\rho v)$. As $\rho\to\infty$ we get $x\to {}$.", "v", "0"),
    ("gd_affine_closed_form", "answer", r"$w_T=\frac{{y}}{{s}}\left(1-(1-c)^T\right)$, which converges to ${}$ as $T\to\infty$.", "y/s", "y s"),
    ("gd_affine_closed_form", "answer", r"$w_T=\frac{{y}}{{s}}\left(1-(1-c)^T\right)$. The limit for $T\to\infty$ is ${}$.", "y/s", "y"),
    ("pli_damped_newton", "answer", r"$d=-(H+\lambda I)^{{-1}}g$. As $\lambda\to {}$ this turns into the Newton step $-H^{{-1}}g$.", "0", r"\infty"),
    ("kkt_log_barrier_box", "answer", r"$x_i=\frac{{1-\sqrt{{1+c_i^2}}}}{{c_i}}$. For small $c_i$ this is about ${}$.", "-c_i/2", "-c_i"),
    ("penalty-l2", "value", r"$-\frac{{\alpha}}{{4}}\|g\|_2^2$, attained at $u={}$.", r"-\frac{\alpha}{2}g", r"-\alpha g"),
    ("conj_neglog", "answer", r"$-n-\sum_i\log z_i$, attained at $x_i={}$.", "1/z_i", "z_i"),
    ("grad_softmax_ce", "answer", "$p-e_k$; its entries sum to ${}$.", "0", "-1"),
    ("ib_two_inconsistent", "answer", r"$\frac{{y_1+y_2}}{{2}}\,\frac{{a}}{{\|a\|_2^2}}$, so the prediction $a^\top w$ equals ${}$.", "(y_1+y_2)/2", "y_1+y_2"),
    ("ball-linf", "update", r"$u=-\delta\,\mathrm{{sign}}(g)$. The linearised loss falls by $\delta\|g\|_{}$.", "1", r"\infty"),
    ("kkt_softmax_value", "answer", r"$T\log\sum_i e^{{z_i/T}}$. It lies between $\max_iz_i$ and $\max_iz_i+{}$.", r"T\log n", "0"),
    ("kkt_unc_qp", "value", r"$r-\frac12q^\top P^{{-1}}q$. It is at {} $r$.", "most", "least"),
    ("kkt_log_barrier_lp", "answer", r"$x_i=\mu/c_i$, thus $c^\top x={}$ at the optimum.", r"n\mu", r"\mu"),
    ("kkt_mean_nonneg", "answer", r"$x=\frac{{b\max(a,0)}}{{\|\max(a,0)\|_2^2}}$; $a^\top x{}b$.", "=", ">"),
]


@pytest.mark.parametrize(("problem", "part", "text", "true", "false"), SAID)
def test_what_stands_beside_an_answer_must_hold_there(problems: dict[str, Problem], problem: str, part: str, text: str, true: str, false: str) -> None:
    assert grade(problems[problem], part, text.format(true), certified=False).verdict.value == "correct"
    assert grade(problems[problem], part, text.format(false), certified=False).verdict.value != "correct"


@pytest.mark.parametrize(("problem", "part", "true", "false"), [
    ("penalty-l2", "value", r"$-\frac{\alpha}{4}\|g\|_2^2$. Example: $g=(3,4)$, $\alpha=2$: $u=(-3,-4)$ and $J = -25 + 12.5 = -12.5$.",
     r"$-\frac{\alpha}{4}\|g\|_2^2$. Example: $g=(3,4)$, $\alpha=2$: $u=(-3,-4)$ and $J = -25 + 25 = 0$."),
    ("penalty-l1", "value", r"$-\frac{\alpha}{4}\|g\|_\infty^2$. For instance $g=(1,-4)$ and $\alpha=1$ give the value $-4$.",
     r"$-\frac{\alpha}{4}\|g\|_\infty^2$. For instance $g=(1,-4)$ and $\alpha=1$ give the value $-16$."),
    ("penalty-linf-unsquared", "update", "0. This completes the proof.", "1. This completes the proof."),
    ("limit-sgd", "vector", r"$\frac{1}{1.0101}(1,0.1,0.01)$. Note that this is not $[1,0,0]$.", r"$\frac{1}{1.0101}(1,0.1,0.01)$. Note that this is not the limit."),
    ("penalty-l2", "update", r"$u=-\frac{\alpha}{2}g$. Dividing by $2/\alpha$ gave the factor.", r"$u=-\frac{\alpha}{2}g$. Divide it by the factor $2/\alpha$."),
    ("cnt_lora", "answer", "$M r (a+b)$. For $a=b=1000$, $r=8$, $M=1$ these are 16000 instead of a million.", "$M r (a+b)$. For $a=b=1000$, $r=8$, $M=1$ these are 8000 instead of a million."),
    ("ball-l2", "update", r"$u=-\delta\,\frac{g}{\|g\|_2}$. If $g=0$ every feasible $u$ is optimal, for instance $u=0$.", r"$u=-\delta\,\frac{g}{\|g\|_2}$. It has length $2\delta$ if $g\ne0$."),
    ("cnt_ring_time", "answer", r"$2(n-1)\left(A+\frac{Bp}{n}\right)$. The latency part grows linearly with $n$, whereas the bandwidth part stays below $2Bp$ for every $n$.",
     r"$2(n-1)\left(A+\frac{Bp}{n}\right)$. The total time is $2Bp$ for every $n$."),
])
def test_examples_ends_and_other_things(problems: dict[str, Problem], problem: str, part: str, true: str, false: str) -> None:
    assert grade(problems[problem], part, true, certified=False).verdict.value == "correct"
    assert grade(problems[problem], part, false, certified=False).verdict.value != "correct"
