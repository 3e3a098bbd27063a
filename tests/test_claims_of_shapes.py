"""Shapes, sizes, signs and equations that are told beside a right answer: false ones make it undecided, true ones leave it right."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("grad_least_squares", "answer", r"$2X^\top(Xw-y)$", [
        r", a vector with one entry for each of the $n$ columns of $X$.", r", a vector with one entry per column of $X$.", r", a vector of the same shape as $w$.",
        r". It has the shape of $w$."], [
        r", a vector with one entry for each of the $m$ rows of $X$.", r", a vector with one entry per row of $X$.", r", a vector of the same shape as $y$.", r". It has the shape of $X$."]),
    ("ls_multi_output", "answer", r"$W=(X^\top X+\lambda I)^{-1}X^\top Y$", [
        r", an $n\times k$ matrix for any number $m$ of samples.", r", an $n\times k$ matrix."], [
        r", an $n\times n$ matrix for any number $k$ of outputs.", r", an $n\times n$ matrix.", r", a $k\times n$ matrix."]),
    ("ball-l1", "update", r"$u=-\delta\,\mathrm{sign}(g_k)\,e_k$, $k=\arg\max_i|g_i|$", [
        r". This $u$ has one nonzero entry.", r". It has exactly one nonzero entry.", r". Its 1-norm equals $\delta$."], [
        r". This $u$ has as many nonzero entries as $g$ has.", r". It has as many zero entries as $g$.", r". Its 1-norm equals $2\delta$."]),
    ("ball-linf", "update", r"$u=-\delta\,\mathrm{sign}(g)$", [
        r". This $u$ has as many nonzero entries as $g$ has.", r". All entries have the same modulus, which is $\delta$."], [
        r". All entries have the same modulus, which is $2\delta$.", r". All entries of $u$ have the same modulus, namely $\delta/n$."]),
    ("grad_norm", "answer", r"$\dfrac{A^\top(Ax-b)}{\|Ax-b\|_2}$", [
        r", a vector whose Euclidean length is $\|A^\top(Ax-b)\|_2/\|Ax-b\|_2$.", r", a vector with one entry per column of $A$."], [
        r", a vector whose Euclidean length is always 1.", r", a vector of length 1.", r", a unit vector."]),
    ("grad_layernorm", "answer", r"$\frac1s\big(dy-\operatorname{mean}(dy)\mathbf 1-y\,\operatorname{mean}(dy\odot y)\big)$", [
        r", a vector whose entries sum to $0$.", r". Its entries sum to zero."], [
        r", a vector whose entries sum to $\sum_i dy_i/s$.", r". Its entries sum to $1$."]),
    ("pli_spectral", "answer", r"$D=-\frac{\alpha}{2}\big(\sum_is_i\big)UV^\top$", [
        r"; all singular values of $D$ equal $\frac{\alpha}{2}\sum_is_i$.", r". Its singular values are all equal to $\frac\alpha2\sum_i s_i$."], [
        r"; all singular values of $D$ equal $\frac{\alpha}{2}s_1$.", r". Its singular values are all equal to $\alpha\sum_i s_i$."]),
    ("penalty-linf", "update", r"$u=-\frac{\alpha}{2}\|g\|_1\,\mathrm{sign}(g)$", [
        r". Hence all entries of $u$ where $g_i\neq0$ have the same modulus, which is $\frac{\alpha}{2}\|g\|_1$.", r". Its infinity norm is $\frac\alpha2\|g\|_1$."], [
        r". Hence all entries of $u$ where $g_i\neq0$ have the same modulus, which is $\frac{\alpha}{2}\|g\|_\infty$.", r". Its infinity norm is $\frac\alpha2\|g\|_2$.",
        r". Every entry of $u$ equals $-\frac\alpha2\|g\|_1$."]),
    ("mn_linf_single", "answer", r"$\theta=\mathrm{sign}(a)/\|a\|_1$", [
        r": all entries of $\theta$ have the same modulus, namely $1/\|a\|_1$.", r". Its max norm is $1/\|a\|_1$."], [
        r": every entry of $\theta$ equals $+1/\|a\|_1$, whatever the signs in $a$.", r". All entries equal $1/\|a\|_1$."]),
    ("mn_kl_normalise", "answer", r"$x=y/\sum_iy_i$", [
        r". Its entries sum to $1$.", r". All entries are positive.", r", a vector whose entries sum to one."], [
        r". Its entries sum to $n$.", r". All entries are negative.", r". Its length is $1$."]),
    ("mn_kl_normalise", "value", r"With $S=\sum_iy_i$: $S-1-\log S$", [
        r", which is nonnegative whenever $S<1$.", r". This value is nonnegative."], [
        r", which is negative whenever $S<1$.", r", which is negative.", r". This value is nonpositive."]),
    ("kkt_tangency", "answer", r"$w=\dfrac{S^{-1}e}{\mathbf 1^\top S^{-1}e}$", [
        r". Not all of these weights are automatically nonnegative.", r". The weights sum to $1$.", r". Some weights may be negative."], [
        r". All these weights are automatically nonnegative.", r". The weights sum to $0$.", r". All weights are positive."]),
    ("kkt_mean_nonneg", "answer", r"$x=\dfrac{b\,a_+}{\|a_+\|_2^2}$ with $a_+=\max(a,0)$", [
        r". The constraint $a^\top x\ge b$ is active at this point.", r". The constraint $a^\top x\ge b$ binds."], [
        r". The constraint $a^\top x\ge b$ is not active at this point; only some of the $x_i\ge0$ are.", r". The constraint $a^\top x\ge b$ is slack here."]),
    ("kkt_svm_two_points", "answer", r"$w=\frac{2(x_1-x_2)}{\|x_1-x_2\|_2^2}$, $b=-\tfrac12w^\top(x_1+x_2)$", [
        r", so that $w^\top x_1+b=1$ and $w^\top x_2+b=-1$.", r". Then $w^\top x_1+b=1$."], [
        r", so that $w^\top x_1+b=2$ and $w^\top x_2+b=-2$.", r". Then $w^\top x_1+b=2$."]),
    ("quad_taylor_minimum", "answer", r"$w=H^{-1}b$ with $E=-\tfrac12b^\top H^{-1}b$", [
        r"; as $H$ is positive definite, the point is a minimum."], [
        r"; as this value is negative, the point is a maximum.", r". It is a saddle point."]),
    ("proj_consensus", "answer", r"$x=t\mathbf 1$ with $t=\frac{1}{n}\sum_iv_i$", [
        r", the mean of $v$.", r", the average of the entries of $v$."], [
        r", the median of $v$.", r", the largest entry of $v$."]),
    ("proj_simplex", "answer", r"$x_i=\max(v_i-\tau,0)$ where $\sum_i\max(v_i-\tau,0)=1$", [
        r". All entries are nonnegative.", r". Its entries sum to 1."], [
        r". All entries are positive."]),
    ("penalty-l2", "update", r"$u=-\frac{\alpha}{2}g$", [
        r". Its Euclidean norm is $\frac\alpha2\|g\|_2$.", r", a vector of the same shape as $g$.", r", so its length is $\frac\alpha2\|g\|_2$."], [
        r". Its Euclidean norm is $\frac\alpha2\|g\|_2^2$.", r", so its length is $\alpha\|g\|_2$."]),
    ("ls_ols", "answer", r"$w=(X^\top X)^{-1}X^\top y$", [
        r". It has one entry per column of $X$."], [
        r". It has one entry per row of $X$."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
