"""What may truly be said of answers to many problems, and what is false of them."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$", [
        r". For $\lambda\to0$ and full column rank it tends to the least-squares solution.", r". The larger $\lambda$, the shorter $w$.",
        r". With $\lambda=0$ it would be ordinary least squares.", r". As $\lambda\to\infty$ the data lose their influence and $w\to0$.", r", a vector with $n$ entries.",
        r". It is unique for every $\lambda>0$.", r". Larger $\lambda$ means a smaller norm.", r". In one dimension it is $w=xy/(x^2+\lambda)$.", r". If $X=I$ it is $y/(1+\lambda)$.",
        r". Doubling $y$ doubles $w$."], [
        r". The larger $\lambda$, the longer $w$.", r". Larger $\lambda$ means a larger norm.", r". If $X=I$ it is $y/(2+\lambda)$.", r". Doubling $y$ halves $w$."]),
    ("proj_simplex", "answer", r"$x_i=\max(v_i-\tau,0)$ where $\sum_i\max(v_i-\tau,0)=1$", [
        r". Small entries of $v$ are set to zero.", r". Some entries may be zero.", r". If $v$ is already in the simplex, $\tau=0$.",
        r". Adding a constant to all entries of $v$ does not change $x$."], [
        ]),
    ("proj_ball", "answer", r"$x=c+\frac{r}{\max(r,\|v-c\|)}(v-c)$", [
        r". If $\|v-c\|\le r$ this is $v$.", r". As $r\to0$ it tends to $c$.", r". As $r\to\infty$ it tends to $v$."], [
        r". As $r\to0$ it tends to $v$.", r". As $r\to\infty$ it tends to $c$."]),
    ("mn_l2_single", "answer", r"$\theta=a/\|a\|_2^2$", [
        r". Its length is $1/\|a\|_2$.", r". It is parallel to $a$.", r". For $a=(3,4)$ it is $(0.12,0.16)$.", r". Doubling $a$ halves it.",
        r". Its norm is $1/\|a\|$, so a larger $a$ means a shorter solution.", r". Its entries sum to $\sum_ia_i/\|a\|_2^2$.", r". Satisfies $a^\top\theta=1$."], [
        r". Its length is $1/\|a\|_2^2$.", r". For $a=(3,4)$ it is $(0.6,0.8)$.", r". It is a unit vector.", r". Its entries sum to $1$."]),
    ("mle_uniform", "answer", r"$\max_ix_i$", [
        r", the largest observation.", r". For $x=(1,3,2)$ it is $3$.", r". It never exceeds the true bound.", r". It is positive."], [
        r". For $x=(1,3,2)$ it is $2$.", r". It is negative."]),
    ("prox_point_rate", "answer", r"$\frac1{1+\eta h}$", [
        r", which is below 1 for every $\eta>0$.", r". It tends to $0$ as $\eta\to\infty$.", r". A larger step gives a smaller factor.", r". For $\eta=1$, $h=1$ it is $1/2$.",
        r". For $h=3$ and $\eta=1$ the factor is $0.25$.", r". It is positive.", r". The larger $\eta$, the smaller the factor."], [
        r". It tends to $1$ as $\eta\to\infty$.", r". It tends to infinity as $\eta\to\infty$.", r". For $\eta=1$, $h=1$ it is $1/3$.", r". The larger $\eta$, the larger the factor.",
        r". It grows as $\eta$ grows."]),
    ("cnt_ring_volume", "answer", r"$2p(n-1)/n$", [
        r". For large $n$ this tends to $2p$.", r". With $n=2$ it is $p$.", r". For 4 workers it is $1.5p$.", r". As $n\to\infty$ it tends to $2p$.", r". For $n=4$ and $p=100$ that is 150."], [
        r". With $n=2$ it is $2p$.", r". For 4 workers it is $1.2p$.", r". As $n\to\infty$ it tends to $0$.", r". It shrinks as $n$ grows.", r". For $n=4$ and $p=100$ that is 175."]),
    ("fgsm_linear", "answer", r"$w^\top x_0+\epsilon\|w\|_1$", [
        r". It grows as $\epsilon$ grows.", r". For $\epsilon\to0$ it tends to $w^\top x_0$.", r". With $w=(1,-2)$, $x_0=(0,0)$, $\epsilon=1/2$ it is $3/2$.", r". It may be negative."], [
        r". It shrinks as $\epsilon$ grows.", r". With $w=(1,-2)$, $x_0=(0,0)$, $\epsilon=1/2$ it is $1/2$.", r". It is always positive."]),
    ("prox_l1", "answer", r"$x_i=\mathrm{sign}(v_i)\max(|v_i|-\lambda,0)$", [
        r". The larger $\lambda$, the more entries are zero.", r". Every entry moves towards zero by at most $\lambda$.", r". Entries with $|v_i|\le\lambda$ become zero.",
        r". It has as many entries as $v$.", r". For $\lambda=1/2$ and $v=(1,-1/4)$ it is $(1/2,0)$.", r". Its entries have the signs of those of $v$ or vanish.",
        r". For $\lambda\to\infty$ it is zero."], [
        r". For $\lambda=1/2$ and $v=(1,-1/4)$ it is $(1/2,1/4)$."]),
    ("penalty-linf", "update", r"$u=-\frac{\alpha}{2}\|g\|_1\,\mathrm{sign}(g)$", [
        r". Every entry has the same modulus.", r". For $g=(1,-1)$ and $\alpha=1$: $u=(-1,1)$.", r". As $\alpha\to\infty$ it tends to infinity.",
        r". Its 2-norm is $\frac{\alpha}{2}\sqrt n\|g\|_1$.", r". In one dimension it is $-\frac\alpha2g$.", r". A larger $\alpha$ gives a longer step.",
        r". All entries move by $\frac{\alpha}{2}\|g\|_1$.", r", so each entry moves by the same amount, namely $\frac\alpha2\|g\|_1$."], [
        r". For $g=(1,-1)$ and $\alpha=1$: $u=(1,-1)$.", r". As $\alpha\to\infty$ it vanishes.", r". In one dimension it is $-\alpha g$.", r". A larger $\alpha$ gives a shorter step."]),
    ("limit-sgd", "vector", r"$\theta_\infty=a/\|a\|^2$", [
        r". Its first entry is the largest.", r". It satisfies $a^\top\theta=1$.", r". All entries are positive.", r". Its entries sum to about $1.0989$."], [
        r". All entries are negative.", r". All entries are equal."]),
    ("map_beta", "answer", r"$\frac{n_1+a-1}{n_1+n_0+a+b-2}$", [
        r". With $a=b=1$ it is $n_1/(n_1+n_0)$.", r". It lies between 0 and 1.", r". For $a=b=2$, $n_1=3$, $n_0=1$ it is $2/3$.", r". More ones give a larger estimate.",
        r". As $n_1\to\infty$ it tends to $1$."], [
        r". With $a=b=1$ it is $n_1/n_0$.", r". For $a=b=2$, $n_1=3$, $n_0=1$ it is $3/4$.", r". As $n_1\to\infty$ it tends to $0$."]),
    ("kkt_am_gm", "answer", r"$x_i=\frac{c}{a_i}\big(\prod_ja_j\big)^{1/n}$", [
        r". All entries are positive.", r". As $c\to0$ it vanishes.", r". For $n=1$ it is $c$."], [
        r". All entries are equal.", r". As $c\to0$ it blows up.", r". For $n=1$ it is $c/a_1$."]),
    ("heavy_ball_stability", "answer", r"$\eta<\frac{2(1+b)}{h}$", [
        r"; without momentum it is $2/h$.", r"; for $b=1/2$ and $h=1$ the bound is $3$.", r". The bound grows with $b$."], [
        r"; for $b=1/2$ and $h=1$ the bound is $4$.", r". The bound shrinks as $b$ grows."]),
    ("ib_adam_first_step", "answer", r"$-\eta\,g_i/(|g_i|+\epsilon)$ in entry $i$", [
        r". As $\epsilon\to0$ it becomes $-\eta\,\mathrm{sign}(g)$.", r". No entry moves by more than $\eta$.", r". Each entry moves by less than $\eta$.",
        r". It does not depend on $\beta_1$.", r". A larger $\epsilon$ gives a shorter step.", r"; for $g=(1,-1)$, $\eta=1/2$, $\epsilon=1/4$ it is $(-2/5,2/5)$."], [
        r". A larger $\epsilon$ gives a longer step.", r"; for $g=(1,-1)$, $\eta=1/2$, $\epsilon=1/4$ it is $(2/5,-2/5)$."]),
    ("pli_heavy_ball", "answer", r"$\beta v-\eta g$", [
        r". With $\beta=0$ it is plain gradient descent.", r". As $\eta\to0$ it tends to $\beta v$.", r". As $\eta\to0$ the gradient loses its influence.",
        r". A larger $\eta$ gives the gradient more weight.", r". For $g=0$ it is $\beta v$."], [
        r". As $\eta\to0$ it tends to $v$.", r". As $\eta\to\infty$ the gradient loses its influence."]),
    ("gda_bilinear", "answer", r"$(1+\eta^2)^T(x_0^2+y_0^2)$", [
        r", which tends to infinity as $T\to\infty$.", r", so the norm grows for every $\eta>0$.", r". For $\eta=1$, $T=1$, $x_0=y_0=1$ it is $4$."], [
        r", which tends to $0$ as $T\to\infty$.", r", so the norm shrinks for every $\eta<1$.", r", so it stays bounded as $T\to\infty$."]),
    ("kkt_log_barrier_lp", "answer", r"$x_i=\mu/c_i$", [
        r". All entries are positive.", r". A larger $\mu$ means a larger $x$.", r". For $c=(1,2)$ and $\mu=2$: $x=(2,1)$."], [
        r". All entries equal $\mu$.", r". For $c=(1,2)$ and $\mu=2$: $x=(2,4)$.", r". A larger $\mu$ means a smaller $x$."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
