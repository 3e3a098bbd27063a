"""Limits and trends that are told in words beside a right answer: false ones make it undecided, true ones leave it right."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

CASES = [
    ("kkt_log_barrier_lp", "answer", r"$x_i=\mu/c_i$", [
        r". As $\mu\to0$ every $x_i$ tends to $0$.", r"; as $\mu\to\infty$ all entries tend to infinity.", r", so it vanishes as $\mu\to0$.",
        r". When $\mu$ goes to infinity the solution blows up."], [
        r". As $\mu\to0$ every $x_i$ tends to infinity.", r"; as $\mu\to\infty$ all entries tend to $0$.", r", so it vanishes as $\mu\to\infty$.",
        r". When $\mu$ goes to 0 the solution blows up."]),
    ("kkt_softmax", "answer", r"$p_i=e^{z_i/T}/\sum_je^{z_j/T}$", [
        r", which puts all mass on the largest $z_i$ as $T\to0$.", r". As $T\to\infty$ it becomes uniform.",
        r"; as $T \to 0$ it concentrates all its mass on the entry with the largest $z_i$.", r", which becomes the uniform distribution as $T\to\infty$."], [
        r", which puts all mass on the largest $z_i$ as $T\to\infty$.", r". As $T\to 0$ it becomes uniform.",
        r"; as $T \to 0$ it concentrates all its mass on the entry with the smallest $z_i$.", r", which puts all mass on the smallest $z_i$ as $T\to0$."]),
    ("extragradient_bilinear", "answer", r"$(1-\eta^2+\eta^4)^T(x_0^2+y_0^2)$", [
        r", which tends to 0 as $T\to\infty$.", r", so the norm shrinks for every $\eta\in(0,1)$.", r"; it decreases for every $\eta\in(0,1)$.",
        r", which tends to $0$ as $T\to\infty$ for every $\eta\in(0,1)$."], [
        r", which tends to infinity as $T\to\infty$.", r", so the norm grows for every $\eta\in(0,1)$.", r"; it increases for every $\eta\in(0,1)$."]),
    ("ls_prox_point", "answer", r"$x=(A^\top A+\rho I)^{-1}(A^\top b+\rho v)$", [
        r"; as $\rho\to0$ the anchor loses its influence.", r"; as $\rho\to\infty$ it tends to $v$.", r". For large $\rho$ the data $b$ play no role.",
        r"; as $\rho\to\infty$, $b$ no longer matters."], [
        r"; as $\rho\to\infty$ the anchor loses its influence.", r"; as $\rho\to0$ the vector $b$ drops out.", r"; as $\rho\to\infty$, $v$ no longer matters."]),
    ("penalty-l2", "value", r"$-\frac{\alpha}{4}\|g\|_2^2$", [
        r". So the larger $\alpha$, the further the optimal value lies from $0$.", r". The smaller $\alpha$, the closer the value is to $0$.",
        r". The larger $\alpha$, the smaller the optimal value.", r". It decreases as $\alpha$ grows."], [
        r". So the larger $\alpha$, the closer the optimal value lies to $0$.", r". The smaller $\alpha$, the further the value is from $0$.",
        r". The larger $\alpha$, the larger the optimal value.", r". It increases as $\alpha$ grows."]),
    ("comm-table", "ring-size", r"Each message carries p/n parameters", [
        r", so messages get smaller as more workers join.", r". The message size shrinks with more workers.", r", so messages shrink as n grows."], [
        r", so messages get bigger as more workers join.", r". The message size grows with more workers.", r", so messages grow as n grows."]),
    ("comm-table", "ring-messages", r"$2n(n-1)$", [
        r", so more workers need more messages.", r"; a larger $n$ means more messages."], [
        r", so more workers need fewer messages.", r"; a larger $n$ means fewer messages."]),
    ("penalty-l2", "update", r"$u=-\frac{\alpha}{2}g$", [
        r". A larger $\alpha$ means a lighter penalty, hence a longer step.", r". A larger α gives a longer step."], [
        r". A larger $\alpha$ means a heavier penalty, hence a shorter step.", r". A larger α gives a shorter step."]),
    ("penalty-l2", "optimizer", r"Gradient descent with learning rate α/2: θ ← θ − (α/2)∇f(θ)", [
        r". A larger α means a lighter penalty, hence a longer step.", r". The larger α, the longer the step."], [
        r". A larger α means a heavier penalty, hence a shorter step.", r". The larger α, the shorter the step."]),
    ("map_lasso_orthonormal", "answer", r"Soft-threshold $z=Q^\top y$ at $s^2/b$: $w_i=\mathrm{sign}(z_i)\max(|z_i|-s^2/b,0)$", [
        r". A wider prior (larger $b$) sets fewer entries to zero.", r". A narrower prior (smaller $b$) sets more entries to zero.",
        r". A larger $b$ makes the number of zero entries smaller."], [
        r". A wider prior (larger $b$) sets more entries to zero.", r". A narrower prior (smaller $b$) sets fewer entries to zero."]),
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$", [
        r". A larger $\lambda$ gives smaller weights.", r". As $\lambda\to\infty$ all weights tend to 0.", r". Its norm shrinks as $\lambda$ grows.",
        r"; as $\lambda\to\infty$ it tends to zero."], [
        r". A larger $\lambda$ gives larger weights.", r". As $\lambda\to\infty$ all weights tend to infinity.", r". Its norm grows as $\lambda$ grows.",
        r"; as $\lambda\to\infty$ it does not tend to zero."]),
    ("prox_l1", "answer", r"$x_i=\mathrm{sign}(v_i)\max(|v_i|-\lambda,0)$", [
        r". A larger $\lambda$ sets more entries to zero.", r"; it tends to $v$ as $\lambda\to0$."], [
        r". A larger $\lambda$ sets fewer entries to zero.", r"; it tends to $0$ as $\lambda\to0$."]),
    ("ball-l2", "update", r"$u=-\delta g/\|g\|_2$", [
        r". The step gets longer as $\delta$ grows.", r". As $\delta\to0$ the update vanishes.", r". The length of the step does not change as $g$ grows."], [
        r". The step gets shorter as $\delta$ grows.", r". As $\delta\to\infty$ the update vanishes.", r". The step gets longer as $g$ grows."]),
    ("heavy_ball_best_rate", "answer", r"$\frac{\sqrt\kappa-1}{\sqrt\kappa+1}$", [
        r". It grows with $L$.", r". As $L\to\infty$ the factor tends to $1$."], [
        r". As $L\to\infty$ the factor tends to $0$.", r". The factor shrinks as $L$ grows."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "claim", "true"), [(p, q, a, c, t) for p, q, a, good, bad in CASES for t, cs in ((True, good), (False, bad)) for c in cs])
def test_a_claim_beside_a_right_answer_must_hold(problems: dict[str, Problem], problem: str, part: str, answer: str, claim: str, true: bool) -> None:
    assert (grade(problems[problem], part, answer + claim, certified=False, proof="never").verdict == "correct") is true
