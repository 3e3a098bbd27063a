"""Numbers that are put in beside a right answer: what the answer is said to be there must be so."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("gd_best_rate", "answer", r"$\frac{\kappa-1}{\kappa+1}$", [
        r", e.g. $\kappa=3$ gives the factor $1/2$.", r". With $\kappa=9$ it is $0.8$.", r". For $\lambda_{\max}=4$ and $\lambda_{\min}=1$ the factor is $3/5$.",
        r" ($\kappa=1$ gives $0$).", r"; $\kappa = 2$ yields the rate $\tfrac13$."], [
        r", e.g. $\kappa=3$ gives the factor $2/3$.", r". With $\kappa=9$ it is $0.9$.", r". For $\lambda_{\max}=4$ and $\lambda_{\min}=1$ the factor is $4/5$.",
        r" ($\kappa=1$ gives $1$).", r"; $\kappa = 2$ yields the rate $\tfrac12$."]),
    ("heavy_ball_best_rate", "answer", r"$\frac{\sqrt\kappa-1}{\sqrt\kappa+1}$", [
        r"; for $\kappa=4$ it is $1/3$, better than gradient descent.", r". For $L=9$, $\mu=1/4$ this gives $5/7$."], [
        r"; for $\kappa=4$ it is $3/5$, no better than gradient descent.", r". For $L=9$, $\mu=1/4$ this gives $35/37$."]),
    ("conj_neglog", "answer", r"$-n-\sum_i\log z_i$", [
        r". (Check with $n=1$, $z=1$: the value is $-1$.)", r". For $n=2$ and $z=(1,1)$ it is $-2$.", r"; for $n=1$ it is $-1-\log z$."], [
        r". (Check with $n=1$, $z=1$: the value is $0$.)", r". For $n=2$ and $z=(1,1)$ it is $-1$.", r"; for $n=1$ it is $1-\log z$."]),
    ("penalty-l1", "update", r"$u=-\frac{\alpha}{2}g_k\,e_k$ with $k=\arg\max_i|g_i|$", [
        r"; e.g. $g=(1,-3)$, $\alpha=2$: $u=(0,3)$.", r". For $g=(2,2)$ and $\alpha=1$ it gives $u=(-1,0)$.", r". For $g=(2,2)$ and $\alpha=1$ it gives $u=(0,-1)$."], [
        r"; e.g. $g=(1,-3)$, $\alpha=2$: $u=(0,-3)$.", r". For $g=(2,2)$ and $\alpha=1$ it gives $u=(-1,-1)$."]),
    ("grad_trace_inverse", "answer", r"$-(X^{-1}AX^{-1})^\top$", [
        r"; for $1\times1$ matrices this is $-a/x^2$.", r". In one dimension it is $-a/x^2$."], [
        r"; for $1\times1$ matrices this is $-a/x$.", r". In one dimension it is $a/x^2$."]),
    ("ib_adam_first_step", "answer", r"$-\eta\,g_i/(|g_i|+\epsilon)$ in entry $i$", [
        r"; where $|g_i|=\epsilon$ the entry moves by $\eta/2$ only.", r"; if $|g_i|=3\epsilon$ it moves by $\frac34\eta$."], [
        r"; where $|g_i|=\epsilon$ the entry moves by $\eta/3$ only.", r"; if $|g_i|=3\epsilon$ it moves by $\frac13\eta$."]),
    ("kkt_kelly", "answer", r"$f=p-\frac{1-p}{b}$", [
        r"; a fair-odds bet ($b=1$) won with probability $0.6$ calls for $f=0.2$.", r". At even odds, $b=1$, and $p=0.75$ the bettor stakes $f=1/2$ of the capital."], [
        r"; a fair-odds bet ($b=1$) won with probability $0.6$ calls for $f=0.6$.", r". At even odds, $b=1$, and $p=0.75$ the bettor stakes $f=3/4$ of the capital."]),
    ("kkt_softmax", "answer", r"$p_i=e^{z_i/T}/\sum_je^{z_j/T}$", [
        r". For $T=1$ and $z=(0,0)$ this is $(1/2,1/2)$.", r"; e.g. $z=(0,\log 3)$, $T=1$: $p=(1/4,3/4)$."], [
        r". For $T=1$ and $z=(0,0)$ this is $(1,1)$.", r"; e.g. $z=(0,\log 3)$, $T=1$: $p=(1/3,2/3)$."]),
    ("prox_l1", "answer", r"$x_i=\mathrm{sign}(v_i)\max(|v_i|-\lambda,0)$", [
        r", for instance $v=(3,-1)$ with $\lambda=2$ becomes $(1,0)$.", r". E.g. $\lambda=1$ and $v=(2,-1/2)$ give $(1,0)$."], [
        r", for instance $v=(3,-1)$ with $\lambda=2$ becomes $(1,1)$.", r". E.g. $\lambda=1$ and $v=(2,-1/2)$ give $(2,0)$."]),
    ("penalty-l2", "value", r"$-\frac{\alpha}{4}\|g\|_2^2$", [
        r"; with $\alpha=4$ and $g=(3,4)$ the value is $-25$.", r". At $u=0$ the objective is $0$."], [
        r"; with $\alpha=4$ and $g=(3,4)$ the value is $-5$."]),
    ("comm-table", "ring-messages", r"$2n(n-1)$", [
        r"; $n=3$ workers need $12$.", r". With 4 workers it is 24.", r" — for 2 workers that is just 4 messages."], [
        r"; $n=3$ workers need $6$.", r". With 4 workers it is 12.", r" — for 2 workers that is just 2 messages."]),
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$", [
        r". For $1\times 1$ data it is $xy/(x^2+\lambda)$."], [
        r". For $1\times 1$ data it is $y/(x^2+\lambda)$."]),
    ("gd_iterations", "answer", r"$\left\lceil\ln\epsilon/\ln(1-c)\right\rceil$", [
        r". For $c=1/2$, $\epsilon=1/8$ it is $3$."], [
        r". For $c=1/2$, $\epsilon=1/8$ it is $4$."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
