r"""Where a reply goes on behind its answer, or comes to it after a derivation: the sentence that gives what is asked is the answer, with what stands behind it."""

from __future__ import annotations

import pytest

from derive import grade
from derive.problem.model import Problem

REPLIES = [
    ("fgsm_linear", "answer", r"By Hölder's inequality $w^\top d\le\|w\|_1\|d\|_\infty\le\epsilon\|w\|_1$. So the worst-case score is $w^\top x_0{}\epsilon\|w\|_1$. "
     r"Intuitively, the attack adds up over all dimensions, so it grows with $n$ even if $\epsilon$ is tiny.", "+", "-"),
    ("prox_nuclear", "answer", r"Take the SVD $V=U\operatorname{diag}(s)W^\top$, shrink every singular value by $\lambda$, and put it together: $X=U\operatorname{diag}(\max(s_i{}\lambda,0))W^\top$.",
     "-", "+"),
    ("comm-table", "a2a-messages", "There are n workers and each sends to the (n − 1) other ones. These are {} messages (not divided by 2, since i → j and j → i differ).", "n(n − 1)", "n(n + 1)"),
    ("kkt_svm_two_points", "value", r"$w=2(x_1-x_2)/\|x_1-x_2\|^2$ has the squared length $4/\|x_1-x_2\|^2$, and so the objective $\frac12\|w\|^2$ is ${}/\|x_1-x_2\|_2^2$.", "2", "4"),
    ("mle_laplace_location", "answer", r"Maximising the likelihood means minimising $\sum_i|z_i-\mu|$, so $\hat\mu$ is the sample {} of $z_1,\dots,z_{2h+1}$.", "median", "mean"),
    ("ls_median", "answer", r"The median of $z_1,\dots,z_{{}}$. There are $h$ numbers on either side.", "2h+1", "7"),
    ("proj_ball", "value", r"Let $\rho=\|v-c\|_2$. If $\rho{} r$ the point is already inside and the value is $0$; otherwise it is $(\rho-r)^2$.", r"\le", r"\ge"),
    ("lmo_linf", "answer", "| case | $d_i$ |\n|---|---|\n| $g_i>0$ | ${}r$ |\n| $g_i<0$ | $r$ |\n| $g_i=0$ | $0$ (any value in $[-r,r]$ works) |", "-", "2"),
    ("prox_hinge", "answer", "| range | x_i |\n|---|---|\n| v_i < 1 - lam | v_i + lam |\n| 1 - lam <= v_i <= 1 | {} |\n| v_i > 1 | v_i |", "1", "0"),
    ("pli_asymmetric", "answer", r"- For $g_i<0$ we want to step up: minimise $g_id_i+p_id_i^2/\alpha$, giving $d_i=-\dfrac{\alpha g_i}{2p_i}>0$." "\n"
     r"- For $g_i>0$ we step down: $d_i=-\dfrac{\alpha g_i}{2{}_i}<0$." "\n- For $g_i=0$: $d_i=0$.", "q", "p"),
    ("penalty-l2", "update", r"The square vanishes exactly for $u=-{}g$, so this is the unique update.", r"\frac{\alpha}{2}", r"\alpha "),
    ("mle_categorical", "answer", "p_i = c_i / N, where N = Σ_j c_j is {}the number of trials.", "", "half "),
    ("kkt_eq_qp", "answer", r"$$x=P^{-1}\left[A^\top(AP^{-1}A^\top)^{-1}(b{}AP^{-1}q)-q\right].$$", "+", "-"),
    ("ib_early_stopping", "answer", r"Let $\hat w=(X^\top X)^{-1}X^\top y$ be the solution. $$w_T=\left[I{}(I-\eta X^\top X)^T\right]\hat w,\qquad\eta=\frac{1}{2\|X\|_2^2}.$$", "-", "+"),
    ("heavy_ball_best_rate", "answer",
     "With $\\kappa=L/\\mu$ the best factor is\n\n$$\\frac{\\sqrt\\kappa-1}{\\sqrt\\kappa{}1}.$$\n\nCompare gradient descent: $\\frac{\\kappa-1}{\\kappa+1}$.", "+", "-"),
    ("penalty-dual", "dual", r"$\|\cdot\|_q$, where $q$ satisfies $1/p {} 1/q = 1$ (Hölder conjugate).", "+", "-"),
]


@pytest.mark.parametrize(("problem", "part", "reply", "right", "wrong"), REPLIES)
def test_replies_and_their_near_misses(problems: dict[str, Problem], problem: str, part: str, reply: str, right: str, wrong: str) -> None:
    assert grade(problems[problem], part, reply.replace("{}", right)).verdict == "correct"
    assert grade(problems[problem], part, reply.replace("{}", wrong)).verdict != "correct"


@pytest.mark.parametrize("text", [
    r"2-norm: $u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$; infinity norm: $u=-\frac{\alpha}{2}g$", r"Assume $n=1$. So $u=-\frac{\alpha}{2}|g|\operatorname{sign}(g)$ there. Words follow here.",
    r"We maximise instead. So the update is $u=-\frac{\alpha}{2}g$. This goes uphill with $n$ steps.", r"For the other penalty we proceed so. Hence $u=-\frac{\alpha}{2}g$. It grows with $n$."])
def test_a_tail_of_another_question_is_no_answer(problems: dict[str, Problem], text: str) -> None:
    assert grade(problems["penalty-l2"], "update", text).verdict != "correct"


def test_a_bracket_behind_a_matrix_is_an_index_only_where_it_holds_one(problems: dict[str, Problem]) -> None:
    for opened, closed in (("[", "]"), ("(", ")"), (r"\left[", r"\right]"), (r"\bigl[", r"\bigr]")):
        assert grade(problems["kkt_eq_qp"], "answer", rf"$P^{{-1}}{opened}A^\top(AP^{{-1}}A^\top)^{{-1}}(b+AP^{{-1}}q)-q{closed}$").verdict == "correct"
    assert grade(problems["penalty-l1"], "update", "u = -(alpha/2)*g[k]*e_k with k = argmax_i |g[i]|").verdict == "correct"
