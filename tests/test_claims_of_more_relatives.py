"""More of what is truly and falsely said beside right answers, in other words and of other problems."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("lmo_l1", "answer", r"$x=-r\,\mathrm{sign}(g_k)e_k$ with $k=\arg\max_i|g_i|$", [
        r". For $r=2$ and $g=(1,-3)$ we have $x=(0,2)$.", r". All of its mass sits on one entry.", r". Its 1-norm is $r$.", r". The step shrinks to zero as $r\to0$."], [
        r". For $r=2$ and $g=(1,-3)$ we have $x=(0,-2)$.", r". It has as many nonzero entries as $g$.", r". Its 1-norm is $1$.", r". The step shrinks to zero as $r\to\infty$.",
        r". Increasing $r$ makes the step shorter."]),
    ("pli_l2", "answer", r"$d=-\frac\alpha2g$", [
        r", for example $(-1,2)$ for $g=(1,-2)$ and $\alpha=2$.", r". If $\alpha$ is large the step is long.", r". The step size increases with $\alpha$."], [
        r", for example $(1,-2)$ for $g=(1,-2)$ and $\alpha=2$.", r". Increasing $\alpha$ makes the step shorter.", r". Smaller $\alpha$ leads to larger steps."]),
    ("mle_gauss_cov", "answer", r"$\frac1mX^\top X$", [
        r", an $n\times n$ matrix.", r". It is positive semidefinite.", r". For $1\times1$ data it is $x^2$."], [
        r", an $m\times m$ matrix.", r". It is negative semidefinite.", r". For $1\times1$ data it is $x$."]),
    ("mle_noise_variance", "answer", r"$\frac1m\|y-X(X^\top X)^{-1}X^\top y\|_2^2$", [
        r". It is nonnegative.", r", which is never negative."], [
        r". It is negative.", r", which is negative for small $m$."]),
    ("prox_sql2", "answer", r"$x=\frac{v}{1+\lambda}$", [
        r". For $\lambda=1$ it is $v/2$.", r". Every entry shrinks as $\lambda$ grows.", r". As $\lambda\to\infty$ all entries go to zero.",
        r". For $\lambda=3$ and $v=(4,8)$ the result is $(1,2)$."], [
        r". For $\lambda=1$ it is $v/3$.", r". Every entry grows as $\lambda$ grows.", r". As $\lambda\to\infty$ all entries go to infinity.",
        r". For $\lambda=3$ and $v=(4,8)$ the result is $(2,4)$."]),
    ("kkt_softmax_value", "answer", r"$T\log\sum_je^{z_j/T}$", [
        r". As $T\to0$ it tends to $\max_jz_j$.", r". With $T=1$ and $z=(0,0)$ it equals $\log2$.", r". For $n=1$ it is $z_1$.", r". It increases with $T$."], [
        r". As $T\to0$ it tends to $\min_jz_j$.", r". For $n=1$ it is $z_1/T$.", r". It decreases with $T$.", r". As $T\to\infty$ it tends to $0$."]),
    ("cnt_lora", "answer", r"$Mr(a+b)$", [
        r". It doubles when $r$ doubles.", r". For $M=1$, $r=8$, $a=b=1024$ this gives $16384$."], [
        r". For $M=1$, $r=8$, $a=b=1024$ this gives $8192$.", r"; a smaller rank $r$ needs more parameters.", r". It is independent of $b$."]),
    ("ib_weight_decay", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$", [
        r". Stronger decay (larger $\lambda$) gives smaller weights.", r". The step size $\eta$ does not matter.", r". As $\lambda\to\infty$ every weight tends to zero."], [
        r". Stronger decay (larger $\lambda$) gives larger weights.", r". As $\lambda\to\infty$ every weight tends to infinity.", r". A larger $\eta$ gives larger weights."]),
    ("mn_l2_single", "value", r"$1/\|a\|_2^2$", [
        r". It is positive.", r". For $a=(3,4)$ it is $0.04$.", r", which tends to $0$ as $a\to\infty$."], [
        r". It is negative.", r". For $a=(3,4)$ it is $0.2$."]),
    ("support_ellipsoid", "answer", r"$\sqrt{c^\top Pc}$", [
        r". For $P=I$ it is $\|c\|_2$.", r". It is nonnegative."], [
        r". For $P=I$ it is $\|c\|_1$.", r". It is negative.", r". For $P=I$ and $c=(3,4)$ it is $7$."]),
    ("gd_iterations", "answer", r"$\left\lceil\ln\epsilon/\ln(1-c)\right\rceil$", [
        r". A smaller $\epsilon$ requires more steps.", r". It grows as $\epsilon\to0$.", r". As $\epsilon\to0$ it tends to infinity."], [
        r". A smaller $\epsilon$ requires fewer steps.", r". As $\epsilon\to0$ it tends to $0$."]),
    ("kkt_svm_two_points", "answer", r"$w=\frac{2(x_1-x_2)}{\|x_1-x_2\|_2^2}$, $b=-\tfrac12w^\top(x_1+x_2)$", [
        r". Check: $w^\top x_1+b=1$.", r"; $w$ points from $x_2$ to $x_1$."], [
        r". Check: $w^\top x_1+b=-1$.", r", and thus $w^\top(x_1-x_2)=1$."]),
    ("proj_affine", "answer", r"$x=v+A^\top(AA^\top)^{-1}(b-Av)$", [
        r", so that $Ax=b$.", r". It satisfies $Ax=b$.", r", a vector of the same length as $v$."], [
        r", a vector with one entry for each row of $A$."]),
    ("momentum_eigenvalues", "answer", r"Sum $2-b-2b\eta s^2$, product $1-b$", [
        ], [
        r". The eigenvalues are $1-b$ and $1-2b\eta s^2$."]),
    ("comm-table", "ps-messages", r"$2n$", [
        r". With 5 workers this makes 10 messages.", r". It grows linearly in $n$."], [
        r". With 5 workers this makes 20 messages.", r"; more workers need fewer messages.", r". It grows quadratically in $n$."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
