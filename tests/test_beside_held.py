r"""What stands beside an answer and does not fit it: false equations, exceptions, far-off roundings, other entries; and plain text whose formulas are told from its words."""

from __future__ import annotations

import pytest

from derive import grade
from derive.problem.model import Problem

CASES = [
    ("penalty-linf-unsquared", "status", r"Bounded below exactly when $\|g\|_1\le 1/\alpha$", [
        (r"", True), (r", since $\|g\|_1 = \sum_i |g_i|$.", True), (r". Here the norm is $\|g\|_1=\max_i|g_i|$.", False), (r". At $\|g\|_1 = 1/\alpha$ it is still bounded.", True),
        (r". At $\|g\|_1 = 1/\alpha$ it is unbounded.", False), (r". This is only sufficient.", False)]),
    ("limit-sgd", "step-size", "It converges for 0 < alpha < 1/1.0101", [
        ("", True), (", with the exception of alpha = 1/2.0202.", False), (", except alpha = 0.3.", False)]),
    ("ball-l1", "update", r"$u=-\delta\,\mathrm{sign}(g_k)\,e_k$", [
        ("", True), (r". Note $\|g\|_\infty = |g_k|$.", True), (r", and since $\mathrm{sign}(g_k)\,e_k=\mathrm{sign}(g)$ this is $u=-\delta\,\mathrm{sign}(g)$.", False),
        (r", where $k$ is the last index.", False), (r", where $k$ may be any index.", False), (r" with $k$ drawn at random.", False),
        (r", where $k$ is any index with $|g_k| = \|g\|_\infty$.", True),
        (r". If two entries of $|g|$ tie for the largest, the problem has no minimiser.", False), (r". The minimum is not attained.", False), (r". No solution exists for $g = 0$.", False),
        (r". If $\delta > 1$ there is no minimiser.", False), (r". If $\delta < 0$ there is no solution.", True), (r". There is no other minimiser.", True),
        (r". There is no solution with a smaller norm.", True), (r". The minimum is attained.", True)]),
    ("limit-sgd", "step-size", "0 < α < 1/‖a‖²", [
        ("", True), (" = 10000/10101", True), (" = 0.990", True), (" = 10001/10101", False), (" = 1.0101", False)]),
    ("limit-sgd", "step-size", r"We need $|1-2\alpha\|a\|_2^2|<1$.", [
        (r" In particular $0<\alpha<\frac{1}{2\|a\|_2^2}$ works.", True), (r" In particular $0<\alpha<\frac{1}{2\|a\|_2^2}$ is exactly the set of step sizes that converge.", False),
        (r" It converges monotonically exactly when $0<\alpha\le\frac{1}{2\|a\|_2^2}$.", True), (r" This is precisely $0<\alpha<\frac{1}{\|a\|_2^2}$.", True)]),
    ("limit-sgd", "step-size", "alpha must lie strictly between 0 and ", [("10000/10101.", True), ("1/||a||^2", True), ("10000/20202.", False)]),
    ("kkt_line_search", "answer", r"$t=\frac{g^\top g}{g^\top Hg}$", [
        (r", hence always $t\ge 1/\lambda_{\max}(H)$.", True), (r", hence always $t\ge 1/\lambda_{\min}(H)$.", False), (r" and $t \le 1/\lambda_{\min}(H)$.", True),
        (r" and $t \ge 2\|g\|^2$.", False), (r", so always $t > 0$.", True), (r", so always $t \le 0$.", False)]),
    ("penalty-dual", "update", r"$u_i=-\frac{\alpha}{2}\|g\|_q^{2-q}|g_i|^{q-1}\operatorname{sign}(g_i)$.", [
        (r" Sanity check: for $p=q=2$ it becomes $u=-\frac{\alpha}{2}g$.", True), (r" Sanity check: for $p=q=2$ it becomes $u=-\alpha g$.", False)]),
    ("comm-table", "ps-messages", "$2n$. ", [
        ("The server needs $2n$.", True), ("The server needs $2(n-1)$.", False), ("The ring needs $2n(n-1)$ messages.", True), ("The ring needs $2(n-1)$.", False),
        ("Ring all-reduce uses $2(n-1)$ rounds.", True), ("All-to-all takes $n^2$ messages.", False)]),
    ("prox_l1", "answer", r"$x_i = v_i-\lambda$ if $v_i>\lambda$, $v_i+\lambda$ if $v_i<-\lambda$, 0 otherwise", [
        ("", True), (r", assuming $\lambda > 0$", True), (r", assuming $\lambda < 1/2$", False)]),
    ("grad_norm", "answer", r"$A^\top e$, where $e=", [(r"(Ax-b)/\|Ax-b\|_2$", True), (r"(b-Ax)/\|Ax-b\|_2$", False), (r"(Ax-b)/\|Ax-b\|_2^2$", False)]),
    ("kkt_softmax", "answer", r"$p_i=\dfrac{e^{z_i/T}}{\sum_je^{z_j/T}}$", [("", True), (", and as the last step each of these $p_i$ is divided by $T$.", False)]),
    ("penalty-linf", "update", r"$u=-\frac\alpha2\|g\|_1\,\mathrm{sign}(g)$", [
        (r"; what was asked for is this times a learning rate $\eta$, i.e. $u=-\frac{\alpha\eta}{2}\|g\|_1\,\mathrm{sign}(g)$.", False),
        (r". In the usual form it is $u=-\eta\,\mathrm{sign}(g)$.", True), (r", so $u=-\eta\,\mathrm{sign}(g)$ with $\eta=\frac\alpha2\|g\|_1$.", True)]),
    ("ball-l2", "update", "| ball | ", [(r"$u$ |" "\n|---|---|\n" r"| 2-norm | $-\delta\,g/\|g\|_2$ |", True), (r"$-u$ |" "\n|---|---|\n" r"| 2-norm | $-\delta\,g/\|g\|_2$ |", False)]),
    ("limit-sgd", "step-size", r"$|1-2\alpha\|a\|_2^2|<1\iff ", [
        (r"0<\alpha<\frac{1}{\|a\|_2^2}$", True), (r"\alpha>0\ \text{or}\ \alpha<\frac{1}{\|a\|_2^2}$", False), (r"\alpha>0\ \text{and}\ \alpha<\frac{1}{\|a\|_2^2}$", True),
        (r"0<\alpha<\frac{2}{\|a\|_2^2}$", False)]),
    ("limit-sgd", "step-size", r"$\alpha>0$", [(r" and $\alpha<\frac{1}{\|a\|_2^2}$", True), (r" or $\alpha<\frac{1}{\|a\|_2^2}$", False), (r" and $\alpha<\frac{2}{\|a\|_2^2}$", False)]),
    ("limit-sgd", "step-size", "Alpha has to be positive and smaller than ", [("1/1.0101.", True), ("2/1.0101.", False)]),
    ("lmo_ksparse", "answer", "x_i = 1 if fewer than k of the costs are ", [("smaller than c_i, and x_i = 0 otherwise.", True), ("larger than c_i, and x_i = 0 otherwise.", False)]),
    ("prox_nuclear", "value", r"$\sum_i h(s_i)$ with $h(s)=\frac12s^2$ for $s\le\lambda$ and $h(s)=\lambda s-", [(r"\frac12\lambda^2$ for $s>\lambda$", True), (r"\lambda^2$ for $s>\lambda$", False)]),
    ("ball-l2", "update", r"$u=-\delta\,g/\|g\|_2$; this is ", [(r"normalised gradient descent with step size $\delta$.", True), (r"gradient descent with step size $\delta$.", False)]),
    ("heavy_ball_stability", "answer", "The supremum is ", [(r"$\frac{2(1+b)}{h}$. Without momentum it is $2/h$.", True), (r"$2/h$. Without momentum it is $\frac{2(1+b)}{h}$.", False)]),
    ("grad_norm", "answer", "With the residual r = Ax − b (nonzero), the gradient is ", [("Aᵀ r / ‖r‖₂.", True), ("Aᵀ r / ‖r‖₂².", False)]),
    ("fgsm_linear", "answer", "w^T x0 + eps * sum(|w_i|) — attained at δ = ", [("eps·sign(w)", True), ("-eps·sign(w)", False)]),
    ("penalty-linf-unsquared", "status", r"Along $u=-t\,\mathrm{sign}(g)$ the objective is $t(1/\alpha - \|g\|_1)$.", [
        (r"""
- If $\|g\|_1 \le 1/\alpha$, Hölder gives $g^\top u + \frac1\alpha\|u\|_\infty \ge 0$, so it is bounded below.
- If $\|g\|_1 > 1/\alpha$, it goes to $-\infty$.""", True), (r"""
- If $\|g\|_1 \ge 1/\alpha$, Hölder gives $g^\top u + \frac1\alpha\|u\|_\infty \ge 0$, so it is bounded below.
- If $\|g\|_1 < 1/\alpha$, it goes to $-\infty$.""", False)]),
    ("penalty-linf-unsquared", "status", r"iff $\alpha\|g\|_1\le 1$, which is to say $\|g\|_1\le", [(r"1/\alpha$", True), (r"\alpha$", False)]),
    ("cnt_ring_time", "answer", r"There are $2(n-1)$ rounds, and in each of them all go in parallel, so one round takes $A + Bp/n$. In total", [
        ("\n\n$$2(n-1)\\left(A + \\frac{Bp}{n}\\right).$$", True), ("\n\n$$2n\\left(A + \\frac{Bp}{n}\\right).$$", False)]),
    ("gd_iterations", "answer", r"The relative error after $t$ steps is $(1-c)^t$, so we need $t \ge \ln\epsilon/\ln(1-c)$ and the smallest such integer is $t=", [
        (r"\left\lceil\dfrac{\ln\epsilon}{\ln(1-c)}\right\rceil$.", True), (r"\left\lfloor\dfrac{\ln\epsilon}{\ln(1-c)}\right\rfloor$.", False)]),
    ("limit-sgd", "vector", "θ_∞ = a / 1.0101", [
        ("", True), (" ≈ (0.9900, 0.0990, 0.0099)", True), (" ≈ (0.9900, 0.0990, 0.0990)", False), (" ≈ (0.990, 0.099, 0.0098)", False), (" ≈ (0.990, 0.0990, 0.0099)", True)]),
    ("penalty-dual", "dual", "It's the q-norm", [
        ("", True), (", ‖g‖_q = (Σᵢ |gᵢ|^q)^(1/q) with 1/p + 1/q = 1.", True), (", ‖g‖_q = Σᵢ |gᵢ|^q with 1/p + 1/q = 1.", False)]),
    ("comm-table", "a2a-messages", "$n(n-1)$", [
        ("", True), (", where $n$ counts the workers.", True), (", where $n$ includes the server.", False)]),
    ("comm-table", "ps-size", "p", [("", True), (" to the server and np back", False), (" on the way to the server, np on the way back.", False)]),
    ("penalty-l1", "update", "u_k = -(alpha/2) g_k, all others are 0", [
        (", and k is an index with |g_k| = max_j |g_j|.", True), (", and k is an index drawn uniformly at random from 1..n.", False)]),
    ("ball-l2", "update", "u = -delta*g/||g||_2.", [("", True), (" (g = 0: every feasible u is optimal.)", True)]),
    ("comm-table", "ring-messages", "In general: 2n(n-1).", [("", True), (" (n=4 gives 2·4·3=24)", True)]),
    ("penalty-linf", "value", r"$-\frac{\alpha}{4}\|g\|_1^2.$", [
        ("", True), ("\n\nCheck: $n=1$ yields $-\\alpha g^2/4$; for $g=(1,1,\\dots,1)$ we get $-\\alpha n^2/4$.", True)]),
]


@pytest.mark.parametrize(("problem", "part", "answer", "ending", "right"), [(p, q, a, e, r) for p, q, a, endings in CASES for e, r in endings])
def test_what_stands_beside_an_answer(problems: dict[str, Problem], problem: str, part: str, answer: str, ending: str, right: bool) -> None:
    assert (grade(problems[problem], part, answer + ending).verdict == "correct") is right


def test_a_letter_for_which_another_is_written(problems: dict[str, Problem]) -> None:
    kappa = r"\sqrt{\lambda_{\max}(H)/\lambda_{\min}(H)}"
    best = problems["gd_best_rate"]
    assert grade(best, "answer", rf"$\dfrac{{c^2-1}}{{c^2+1}}$, where I write $c$ for ${kappa}$.").verdict == "correct"
    for wrong in (rf"$\dfrac{{\kappa-1}}{{\kappa+1}}$, where I write $\kappa$ for ${kappa}$.", rf"$\dfrac{{c-1}}{{c+1}}$, where I write $c$ for ${kappa}$."):
        assert grade(best, "answer", wrong).verdict != "correct"


@pytest.mark.parametrize("space", ["", r"\quad", r"\qquad", r"\;"])
@pytest.mark.parametrize("zero", ["u_i = 0", "0"])
def test_wide_space_before_the_word_of_a_condition(problems: dict[str, Problem], space: str, zero: str) -> None:
    for factor, verdict in ((r"\frac{\alpha}{2}", "correct"), (r"\alpha", "incorrect")):
        text = rf"$$u_i = -{factor}\|g\|_1\frac{{g_i}}{{|g_i|}}{space}\text{{ if }} g_i\neq 0,{space} {zero} {space}\text{{ if }} g_i = 0.$$"
        assert grade(problems["penalty-linf"], "update", text).verdict == verdict


@pytest.mark.parametrize(("condition", "right"), [
    ("the 1-norm of g is at most 1/alpha", True), ("the sum of the absolute values of the entries of the gradient does not exceed the reciprocal of alpha", True),
    ("the 1-norm of g is no larger than 1/alpha", True), ("the 1-norm of g is less than or equal to 1/alpha", True), ("the 1-norm of g is less than 1/alpha", False),
    ("the 1-norm of g is at least 1/alpha", False), ("the 1-norm of g does not exceed alpha", False), ("the 2-norm of g is at most 1/alpha", False)])
def test_conditions_in_words(problems: dict[str, Problem], condition: str, right: bool) -> None:
    assert (grade(problems["penalty-linf-unsquared"], "status", f"It is bounded iff {condition}.").verdict == "correct") is right


@pytest.mark.parametrize(("size", "how", "right"), [
    ("half of alpha times the 1-norm of the gradient", "opposite to", True), ("half of alpha times the sum of the absolute values of all entries of the gradient", "opposite to", True),
    ("alpha times the 1-norm of the gradient", "opposite to", False), ("half of alpha times the 1-norm of the gradient", "the same as", False)])
def test_size_and_sign_in_words(problems: dict[str, Problem], size: str, how: str, right: bool) -> None:
    text = f"Every entry of u has the same magnitude, namely {size}; the sign of each entry is {how} that of the corresponding entry of the gradient."
    assert (grade(problems["penalty-linf"], "update", text).verdict == "correct") is right


WAY = "Fix the size of the step.\n\nThe best sign of each entry is that of $-g_i$.\n\n"


@pytest.mark.parametrize(("ending", "right"), [
    ("**u = −(α/2)‖g‖₁ sign(g)**", True), ("**u = −α‖g‖₁ sign(g)**", False), ("> **u = −(α/2)‖g‖₁ sign(g)**", True),
    (r"**Answer:** $-\frac\alpha2\|g\|_1\operatorname{sign}(g)$", True), ("A common mistake would end as follows.\n\n" + r"**Answer:** $-\frac\alpha2\|g\|_1\operatorname{sign}(g)$", False),
    (r"**Answer:** $-\alpha\|g\|_1\operatorname{sign}(g)$" + "\n\n" + r"**Answer:** $-\frac\alpha2\|g\|_1\operatorname{sign}(g)$", False)])
def test_how_a_reply_ends(problems: dict[str, Problem], ending: str, right: bool) -> None:
    assert (grade(problems["penalty-linf"], "update", WAY + ending).verdict == "correct") is right


def test_a_bold_last_line_outranks_what_was_put_together_before(problems: dict[str, Problem]) -> None:
    way = "KKT: g + 2λu = 0 with a multiplier λ > 0, hence u = −g/(2λ).\n\nThe constraint is active: ‖u‖₂ = ‖g‖₂/(2λ) = δ, so 2λ = ‖g‖₂/δ.\n\nInserting the multiplier:\n\n"
    assert grade(problems["ball-l2"], "update", way + "**u = −(δ/‖g‖₂) g**").verdict == "correct"
    assert grade(problems["ball-l2"], "update", way + "**u = −(‖g‖₂/δ) g**").verdict != "correct"


@pytest.mark.parametrize(("text", "verdict"), [
    (r"signSGD with step size $\frac{\alpha}{2}\|g\|_1$. Adam without averages takes steps in the same direction.", "correct"),
    (r"signSGD with step size $\alpha\|g\|_1$. Adam without averages takes steps in the same direction.", "partial"),
    (r"Gradient descent. SignSGD takes steps in the same direction.", "incorrect")])
def test_a_name_that_only_takes_the_same_step(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert grade(problems["penalty-linf"], "optimizer", text).verdict == verdict


def test_tables_in_other_words(problems: dict[str, Problem]) -> None:
    table = "| | All-to-all | Parameter server | Ring all-reduce |\n|---|---|---|---|\n| # messages | $n(n-1)$ | $2n$ | ${}$ |\n| params per message | $p$ | $p$ | $p/n$ |"
    assert grade(problems["comm-table"], "table", table.format("2n(n-1)")).verdict == "correct"
    assert grade(problems["comm-table"], "table", table.format("n(n-1)")).verdict == "partial"
    cells = "<table><tr><th>Scheme</th><th>Messages sent</th><th>Size</th></tr><tr><td>All-to-all</td><td>n &middot; (n &minus; 1)</td><td>p</td></tr></table>"
    assert "a2a-messages: n·(n - 1)" in grade(problems["comm-table"], "table", cells).read_as


@pytest.mark.parametrize("frame", ["{}, rounded up to the next integer", "{} rounded up", "round {} up to the next integer", "the smallest integer that is at least {}",
    "We need {} steps, rounded up.", "The number of steps is {}, rounded up."])
@pytest.mark.parametrize("formula", ["ln(ε)/ln(1-c)", r"$\ln\epsilon/\ln(1-c)$"])
def test_rounding_in_words(problems: dict[str, Problem], frame: str, formula: str) -> None:
    assert grade(problems["gd_iterations"], "answer", frame.format(formula)).verdict == "correct"
    down = frame.replace(" up", " down").replace("smallest integer that is at least", "largest integer that is at most")
    assert grade(problems["gd_iterations"], "answer", down.format(formula)).verdict == "incorrect"


def test_thin_space_parts_no_equation(problems: dict[str, Problem]) -> None:
    for factor, right in ((r"\frac14", True), (r"\frac12", False)):
        text = rf"\text{{min}} = -{factor} \alpha \, \|g\|_{{1}}^{{2}} = -{factor} \cdot \alpha \, \left\lVert g\right\rVert_1^{{2}}"
        assert (grade(problems["penalty-linf"], "value", text).verdict == "correct") is right


@pytest.mark.parametrize("tail", ["|" * 2000, "| " * 1500, "(a)" * 600])
def test_many_bars_and_brackets_beside_an_answer_are_looked_at_once(problems: dict[str, Problem], tail: str) -> None:
    """Each of these took seconds, or more depth than there is: what opens a bar, and what is left of an equation, is found in one pass."""
    assert grade(problems["penalty-l2"], "update", rf"$u=-\alpha g$, b = c {tail}").verdict != "correct"
    assert grade(problems["penalty-linf-unsquared"], "status", rf"bounded iff $\|g\|_1 \le 1/\alpha$ a = b = {tail}").verdict
    assert grade(problems["penalty-l2"], "update", rf"$\|g\|\|g\|{tail}$").verdict != "correct"
