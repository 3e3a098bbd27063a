"""What is true of another reading than the first: a vector of length n has n entries, the step beside an optimal value is no value."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$", [
        r", a vector of length $n$.", r". It has $n$ entries."], [
        r", a vector with one entry for each row of $X$."]),
    ("limit-sgd", "vector", r"$\theta_\infty=a/\|a\|^2$", [
        r", a vector of length 3."], [
        r", a vector of Euclidean length 3."]),
    ("comm-table", "ring-messages", r"$2n(n-1)$", [
        r". For $n=4$ that is 24 in total."], [
        r". For $n=4$ that is 12 in total."]),
    ("penalty-l2", "value", r"$-\frac{\alpha}{4}\|g\|_2^2$", [
        r". As $\alpha\to\infty$ the step blows up.", r". A larger $\alpha$ allows a longer step.", r". A larger $\alpha$ means a longer step and a smaller value."], [
        r". A larger $\alpha$ means a larger value."]),
    ("proj_ball", "value", r"$\max(\|v-c\|-r,0)^2$", [
        r". As $r\to\infty$ it tends to $0$."], [
        r". As $r\to\infty$ it tends to infinity."]),
    ("kkt_softmax", "answer", r"$p_i=e^{z_i/T}/\sum_je^{z_j/T}$", [
        r". The entries sum to $1$.", r". The probabilities sum to one.", r". All entries lie between 0 and 1.", r". A higher temperature makes it flatter."], [
        r". The entries sum to $T$."]),
    ("prox_l1", "answer", r"$x_i=\mathrm{sign}(v_i)\max(|v_i|-\lambda,0)$", [
        r". It is the minimum of a strictly convex function.", r", a vector of the same size as $v$.", r". This is the unique minimiser."], [
        r". It is a saddle point."]),
    ("mn_l2_single", "answer", r"$\theta=a/\|a\|_2^2$", [
        r", the minimum norm solution.", r". This is the point of the plane nearest to $0$.", r", so that $a^\top\theta=1$ and $\|\theta\|_2=1/\|a\|_2$."], [
        r", so that $a^\top\theta=\|a\|_2$."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
