"""Remarks behind an answer that call it by a name, put numbers into it, dismiss another or count something beside it: worked out, and held against it."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.conftest import SPECS

U2, UI, P2 = r"$u=-\delta\frac{g}{\|g\|_2}$. ", r"$u=-\delta\,\mathrm{sign}(g)$. ", r"$u=-\frac{\alpha}{2}g$. "
LP, PINBALL = r"$d_i=-\frac\alpha2\|g\|_q^{2-q}|g_i|^{q-1}\mathrm{sign}(g_i)$. ", r"$x_i=\max(v_i-\lambda\tau,0)+\min(v_i+\lambda(1-\tau),0)$. "
MIRROR, SPECTRAL = r"$x_i=\frac{x_{0,i}e^{-\eta g_i}}{\sum_jx_{0,j}e^{-\eta g_j}}$. ", r"$D=-\frac\alpha2(\sum_i s_i)UV^\top$. "

NAMES = [
    ("ball-l2", "update", U2, ["This is normalised gradient descent.", "It is called normalized steepest descent.", r"This is **normalised gradient descent**: its length is always $\delta$."],
     ["Now normalise it.", "This is then normalised.", "This is normalised gradient descent (times two).", "This is twice normalised gradient descent.", "This is the normalised step, halved.",
      "This is a scaled gradient step.", "This is Polyak's heavy-ball step.", r"This is normalised gradient descent: its length is always $2\delta$."]),
    ("penalty-l2", "update", P2, ["This is a scaled gradient step."], ["This is normalised gradient descent.", "With the opposite sign this is the FGSM perturbation.", "Scale the step."]),
    ("penalty-linf", "update", r"$u=-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$. ", ["With the opposite sign this is the fast gradient sign perturbation."],
     ["This is a scaled gradient step.", "This is normalised gradient descent."]),
    ("ball-linf", "update", UI, ["With the opposite sign this is the FGSM perturbation of adversarial examples.", "Up to the sign, this is FGSM."],
     ["This is the FGSM perturbation.", "Use it with the opposite sign.", "With the opposite sign this is the answer."]),
    ("pli_heavy_ball", "answer", r"$d=\beta v-\eta g$. ", ["This is Polyak's heavy-ball step.", "It is the heavy-ball method."],
     ["This is normalised gradient descent.", "This is Polyak's heavy-ball step, halved."]),
    ("pli_kl_simplex", "answer", MIRROR, ["This is the exponentiated gradient (multiplicative weights) update."],
     ["This is a scaled gradient step.", "This is the exponentiated gradient (normalised to length two) update."]),
    ("lmo_block_max", "answer", r"$D_b=-r\,G_b/\|G_b\|_2$ for every row $b$. ", ["This is normalised gradient descent, layer by layer."], ["This is the polar factor of $G$."]),
    ("ib_newton_schulz", "answer", "$X\\to UV^\\top$\n\n", ["the polar factor of $G$.", "It is the (orthogonal) polar factor of $G$."], ["Divide it by the polar factor of $G$."]),
    ("pli_spectral", "answer", SPECTRAL, ["Apart from the scale this is the orthogonalised update of Muon."], ["This is the polar factor of $G$.", "Scale this by the orthogonalised update."]),
    ("prox_pinball", "answer", PINBALL, [r"With $\tau=1/2$ it is soft thresholding at $\lambda/2$."],
     [r"With $\tau=1/2$ it is soft thresholding at $\lambda$.", r"It is soft thresholding at $\lambda/2$.", r"With $\tau=1/3$ it is soft thresholding at $\lambda/3$."]),
    ("pli_asymmetric", "answer", r"$d_i=\frac\alpha2\left(\frac{\max(-g_i,0)}{p_i}-\frac{\max(g_i,0)}{q_i}\right)$. ", ["For $p=q$ this is a scaled gradient step."],
     ["This is a scaled gradient step.", "For $p=q$ this is normalised gradient descent.", "For $p=q$ this is halved."]),
    ("prox_point_rate", "answer", r"**Factor: $\frac{1}{1+\eta h}$**" + "\n\n", [r"It is below 1 for every $\eta>0$: the method is unconditionally stable.",
     "The method converges for every step size."],
     [r"It is above 1 for every $\eta>0$.", "The method is unstable.", "The method diverges for every step size."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "true", "false"), NAMES)
def test_a_name_means_something(problems: dict[str, Problem], problem: str, part: str, answer: str, true: list[str], false: list[str]) -> None:
    for said in true:
        assert grade(problems[problem], part, answer + said, certified=False).verdict.value == "correct", said
    for said in false:
        assert grade(problems[problem], part, answer + said, certified=False).verdict.value != "correct", said


CASES = [
    ("pli_lp", "answer", LP, [r"For $p=2$ it is $-\frac\alpha2g$.", "For $p=2$ this is a scaled gradient step."], [r"For $p=2$ it is $-\alpha g$.", r"For $p=3$ it is $-\frac\alpha2g$.",
     "For $p=3$ this is a scaled gradient step."]),
    ("ball-l1", "update", "u = −δ sign(gₖ) eₖ, with k = argmaxᵢ |gᵢ|. ", ["Check: g = (1, −3), δ = 2 gives u = (0, 2), gᵀu = −6 = −δ‖g‖_∞ ✓."],
     ["Check: g = (1, −3), δ = 2 gives u = (0, 2), gᵀu = −5 = −δ‖g‖_∞ ✓.", "Check: g = (1, −3), δ = 2 gives u = (2, 0), gᵀu = −6 ✓."]),
    ("penalty-l2", "value", r"$-\frac{\alpha}{4}\|g\|_2^2$. ", ["It is negative unless $g=0$, as expected because $u=0$ gives $0$.", "It is negative, since $u=0$ gives $0$."],
     ["It is negative unless $g=0$, as expected because $u=0$ gives $1$.", r"It is negative, since $u=0$ gives $\alpha$."]),
    ("pli_orthogonal", "answer", "", ["Stationarity: g + (2/α)d + νa = 0.\nFrom aᵀd = 0: ν = −aᵀg/(aᵀa), hence d = −(α/2)(g − (aᵀg/aᵀa) a)."],
     ["Stationarity: g + (1/α)d + νa = 0.\nFrom aᵀd = 0: ν = −aᵀg/(aᵀa), hence d = −(α/2)(g − (aᵀg/aᵀa) a).", "Stationarity: g + (2/α)d + νg = 0.\nHence d = −(α/2)(g − (aᵀg/aᵀa) a)."]),
    ("limit-sgd", "residual", "r_{t+1} = r_t − 2α‖a‖² r_t\n        = **(1 − 2α‖a‖²) r_t**\n\n", ["With the numbers: r_{t+1} = (1 − 2.0202 α) r_t."], ["With the numbers: r_{t+1} = (1 − 3.02 α) r_t."]),
    ("penalty-l2", "update", P2, [r"The step size is $\frac\alpha2$.", "(Careful: without the 1/2 in front of the penalty the step is α/2, not α.)", r"The learning rate is $\alpha/2$."],
     [r"The step size is $\alpha$.", "(Careful: without the 1/2 in front of the penalty the step is α, not α/2.)", r"The learning rate is $\alpha$.", "(Careful: the step must be α, not α/2.)"]),
    ("penalty-linf", "value", r"$-\frac{\alpha}{4}\|g\|_1^2$. ", [r"In general it is $-\frac\alpha4$ times the squared dual norm of $g$.",
     r"That is minus $\frac\alpha4$ times the square of the 1-norm."],
     [r"In general it is $-\frac\alpha4$ times the dual norm of $g$.", r"In general it is $-\frac\alpha2$ times the squared dual norm of $g$.",
      r"That is minus $\frac\alpha4$ times the square of the 2-norm."]),
    ("lmo_spectral", "value", r"$-r\|G\|_*$, ", ["i.e. minus $r$ times the sum of the singular values of $G$."],
     ["i.e. minus $r$ times the largest singular value of $G$.", "then times the sum of the singular values of $G$."]),
    ("conj_neglog", "answer", r"$-n-\sum_{i=1}^n\log z_i$ ", [r"(that is $f^*(y) = -n - \sum_i \log(-y_i)$, finite only for $y<0$)."],
     [r"(that is $f^*(y) = -n - \sum_i \log(-y_i)$, finite only for $y<-1$).", "(only for $z>1$)."]),
    ("conj_power", "answer", r"$\frac{p-1}{p}\sum_{i=1}^n|y_i|^{p/(p-1)}$. ", [r"With the conjugate exponent $q=p/(p-1)$ this is the familiar $\frac1q\|y\|_q^q$."],
     [r"With the conjugate exponent $q=p/(p-1)$ this is the familiar $\frac2q\|y\|_q^q$.", r"With the conjugate exponent $q=(p-1)/p$ this is the familiar $\frac1q\|y\|_q^q$."]),
    ("proj_linf_ball", "value", "", [r"The squared distance is $\sum_i \max(|v_i|-r,0)^2$."],
     [r"The minimum is $\sum_i \max(|v_i|-r,0)^2$ squared.", r"The distance is the squared $\sum_i \max(|v_i|-r,0)^2$."]),
    ("kkt_log_barrier_box", "answer", r"$x_i=\frac{1-\sqrt{1+c_i^2}}{c_i}$. ", ["It has the sign opposite to $c_i$, as it should."],
     ["It has the sign of $c_i$, as it should.", "Take the opposite sign."]),
    ("ls_ridge", "answer", r"$w=(X^\top X+\lambda I)^{-1}X^\top y$" + "\n\n", ["holds even if $X$ is rank-deficient.", "is unique even when $X$ does not have full rank."],
     ["holds only if $X$ has full rank."]),
    ("ls_ols", "answer", r"$w=(X^\top X)^{-1}X^\top y$. ", [], ["It holds even if $X$ is rank-deficient."]),
    ("momentum_eigenvalues", "answer", r"$\lambda_1+\lambda_2=2-b-2\eta bs^2,\qquad\lambda_1\lambda_2=1-b.$" + "\n\n", [r"When the eigenvalues are complex both have modulus $\sqrt{1-b}$."],
     ["When the eigenvalues are complex both have modulus $1-b$."]),
    ("proj_linf_ball", "answer", r"$x_i=\max(-r,\min(r,v_i))$. ", ["In words: every entry is clipped to $[-r,r]$."], ["In words: every entry is clipped to $[0,r]$.", "Now every entry is clipped."]),
    ("pli_kl_simplex", "answer", MIRROR, ["All entries stay positive."], ["Some entries become zero.", "All entries stay negative."]),
    ("prox_linf", "answer", r"$x=v-\Pi_{\{\|z\|_1\le\lambda\}}(v)$. ", ["So the large entries are cut to a common level."], ["So the result is cut to a common level.", "Cut the large entries."]),
    ("comm-table", "a2a-messages", "n(n−1) = n² − n messages. ", ["E.g. n = 4 gives 12."], ["E.g. n = 4 gives 16."]),
    ("comm-table", "a2a-size", "**$p$**\n\n", ["(There are $n(n-1)$ such messages, so the network carries $n(n-1)p$ numbers altogether.)"],
     ["(There are $n^2$ such messages, so the network carries $n(n-1)p$ numbers altogether.)", "(There are $n(n-1)$ such messages, so the network carries $np$ numbers altogether.)"]),
    ("comm-table", "ring-messages", "Total: n(n−1) + n(n−1) = **2n(n−1)**\n\n", ["(Per worker that is 2(n−1) messages.)", "Each of the 2(n-1) rounds has n messages."],
     ["Each of the n-1 rounds has n messages.", "Per worker that is the same number.", "(Per worker that is n−1 messages.)", "(per worker)"]),
    ("comm-table", "ps-messages", "2n. ", ["One might think it is $2(n-1)$, but then one of the workers would play the server.",
     "The naive guess is 2(n-1), which forgets that the server is another machine."],
     ["One might think it is $2n$, but the server is one of the workers.", "One might think it is $2(n-1)$, and that is right.", "One might think it is $2(n-1)$, but the number must be doubled.",
      "The naive guess is 2n, which forgets that the server is another machine."]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "true", "false"), CASES)
def test_cases_checks_and_dismissed_guesses(problems: dict[str, Problem], problem: str, part: str, answer: str, true: list[str], false: list[str]) -> None:
    for said in true:
        assert grade(problems[problem], part, answer + said, certified=False).verdict.value == "correct", said
    for said in false:
        assert grade(problems[problem], part, answer + said, certified=False).verdict.value != "correct", said


def test_a_careful_answer_is_no_dismissed_guess(problems: dict[str, Problem]) -> None:
    for said, right in (("One could say it is $2n$, because each worker sends one message and gets one.", True), ("One could say it is $2(n-1)$, because each worker sends one message.", False)):
        assert (grade(problems["comm-table"], "ps-messages", said, certified=False).verdict.value == "correct") is right, said


def test_a_bold_line_ends_a_sentence(problems: dict[str, Problem]) -> None:
    for said, right in (("The minus sign says that we descend.", True), ("The step is then halved.", False), ("Finally the step is halved.", False), ("Up to the sign this is right.", False),
                        ("A common mistake is to write this.", False), ("Up to the order of the terms this is standard.", True), ("Halve it.", False), ("Rounded up.", False)):
        assert (grade(problems["penalty-l2"], "update", r"**$u=-\frac{\alpha}{2}g$**" + "\n\n" + said, certified=False).verdict.value == "correct") is right, said


@pytest.mark.parametrize(("tail", "verdict"), [
    (", but that would not solve the equation", "correct"), (", which forgets the squared length", "correct"), (", which is fine too", "incorrect"), (", but I stick to it", "incorrect"),
    (", because that is the limit for large steps", "incorrect"), (", which agrees with the above", "incorrect"),
])
def test_a_mistake_is_dismissed_by_what_speaks_against_it(tail: str, verdict: str) -> None:
    text = r"$\theta = \frac{a}{a^\top a}$. A common mistake is $\theta = a$" + tail + "."
    assert grade(load(SPECS / "bank" / "ib_sgd_one_eq.toml"), "answer", text).verdict == verdict
