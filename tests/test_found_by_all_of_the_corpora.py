"""What all of our own corpora found: each with its near miss."""

import pytest

from derive.grading.grade import grade
from derive.maths import expr as E
from derive.problem.model import Problem

MAHALANOBIS = (r"At $d=-\frac\alpha2H^{{-1}}g$ the linear term is $-\frac\alpha2g^\top H^{{-1}}g$ and the penalty is "
               r"$\frac1\alpha\cdot\frac{{\alpha^2}}{{4}}g^\top H^{{-1}}g=\frac\alpha4g^\top H^{{-1}}g$. The sum is" "\n" r"$$-\frac\alpha{}\,g^\top H^{{-1}}g .$$" "\n" r"It is {} unless $g=0$.")
FLOPS = "Forward Tab multiply-adds, backward 2Tab ({} for dx and Tab for dW); 3Tab multiply-adds in all, which are {} floating-point operations."
ON_THE_SPHERE = (r"Write $u = t\,v$ with $\|v\|_\infty = 1$, $t \geq 0$. Then $$\min_{} g^\top {} = -\|g\|_1 \quad\text{{at }} v=-\operatorname{{sign}}(g).$$" "\n"
                 r"Minimise $-t\|g\|_1 + t^2/\alpha$: $t = \frac{{\alpha}}{{2}}\|g\|_1$. Hence" "\n" r"$$\boxed{{u = -\frac{{\alpha}}{{2}}\|g\|_1\operatorname{{sign}}(g)}}$$")
CHUNK = r"Every message is one chunk: $$\text{{chunk size}}=\frac{{\text{{length of the gradient}}}}{{\text{{number of chunks}}}}=\frac{{p}}{{{}}}.$$"
LINE = r"The fitted slope is $\frac{{\sum(x_i-\bar x)(y_i-\bar y)}}{{\sum(x_i-\bar x)^2}}$ and {} is $\sum(y_i-\bar y)^2-\frac{{(\sum(x_i-\bar x)(y_i-\bar y))^{}}}{{\sum(x_i-\bar x)^2}}$."
WITHDRAWN = ("My first idea was u = −δ g/‖g‖₁. Wait, {} not optimal: its value is −δ‖g‖₂²/‖g‖₁, and this is never below −δ‖g‖∞.\n\n"
             "Better: spend all of δ on one entry k ∈ argmax |gᵢ|.\n\nFinal answer: u = −δ · sgn(g_k) · e_k (value {}).")

CASES = [
    # of a program that is not followed no part is an answer
    ("penalty-l2#update", "-alpha/2*g; import os; os.system('touch /tmp/pwn')", "unreadable"), ("penalty-l2#update", "import numpy as np\nu = -alpha/2*g", "correct"),
    # a letter that is said to be a number, rather than supposed to be
    ("penalty-l2#update", r"$-\frac{\alpha}{2}g$, $\alpha=2$ so $u=-g$", "incorrect"), ("penalty-l2#update", r"$-\frac{\alpha}{2}g$, since $\alpha=2$, $u=-g$", "incorrect"),
    ("penalty-l2#update", r"$-\frac{\alpha}{2}g$; for $\alpha=2$, $u=-g$", "correct"), ("penalty-l2#update", r"$-\frac{\alpha}{2}g$. Taking $\alpha=2$, so $u=-g$", "correct"),
    # about the same for large counts
    ("comm-table#a2a-messages", r"$n(n-1)\approx n^2$", "correct"), ("comm-table#a2a-messages", r"$n(n-1)\approx n^2/2$", "undecided"),
    ("comm-table#a2a-messages", r"$n^2\approx n(n-1)$", "incorrect"),
    # the minimum over another letter is none of the objective
    ("penalty-linf#update", ON_THE_SPHERE.format("v", "v"), "correct"),
    ("penalty-linf#update", r"$u = -\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$, $\min_u f = -\frac{\alpha}{4}\|g\|_1^2$", "correct"),
    ("penalty-linf#update", r"$u = -\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)$, $\min_u f = -\frac{\alpha}{2}\|g\|_1^2$", "undecided"),
    # what an operator runs over is no condition
    ("penalty-linf#update", r"$u=-M\,\mathrm{sign}(g)$ where $M=\arg\min_{m\geq0}\{-m\|g\|_1+m^2/\alpha\}=\frac{\alpha}{2}\|g\|_1$.", "correct"),
    ("penalty-linf#update", r"$u=-M\,\mathrm{sign}(g)$ where $M=\arg\min_{m\geq0}\{-m\|g\|_1+m^2/\alpha\}=\alpha\|g\|_1$.", "incorrect"),
    # 'not squared' in the statement states no square
    ("grad_norm#answer", r"The gradient is $\frac{A^\top(Ax-b)}{\|Ax-b\|_2}$. (For the squared norm it would be $2A^\top(Ax-b)$.)", "correct"),
    ("grad_norm#answer", r"The gradient is $2A^\top(Ax-b)$. (For the norm it would be $\frac{A^\top(Ax-b)}{\|Ax-b\|_2}$.)", "incorrect"),
    # what is told of a candidate that is given up
    ("ball-l1#update", WITHDRAWN.format("that is feasible but in general", "−δ‖g‖∞"), "correct"),
    # members of a chain in words
    ("comm-table#ring-size", CHUNK.format("n"), "correct"), ("comm-table#ring-size", CHUNK.format("2n"), "incorrect"),
    # a bracket that breaks a count down, and a sum in another unit
    ("cnt_training_flops#answer", FLOPS.format("Tab", "6Tab"), "correct"),
    # what is left over is the minimum
    ("ls_line_fit#value", LINE.format("what remains", "2"), "correct"), ("ls_line_fit#value", LINE.format("the residual sum of squares", "2"), "correct"),
    ("ls_line_fit#value", LINE.format("what remains", "1"), "incorrect"),
    # a true remark behind the last display
    ("pli_mahalanobis#value", MAHALANOBIS.format(4, "negative"), "correct"), ("pli_mahalanobis#value", MAHALANOBIS.format(2, "negative"), "incorrect"),
    # the sign for a vector that is not zero
    ("pli_mahalanobis#value", r"$-\frac\alpha4 g^\top H^{-1} g$. It is negative for $g \ne 0$.", "correct"),
    ("pli_mahalanobis#value", r"$-\frac\alpha4 g^\top H^{-1} g$. It is positive for $g \ne 0$.", "undecided"),
]


@pytest.mark.parametrize(("where", "text", "verdict"), CASES)
def test_what_was_found(problems: dict[str, Problem], where: str, text: str, verdict: str) -> None:
    problem, part = where.split("#")
    g = grade(problems[problem], part, text)
    assert g.verdict.value == verdict, g.reason


@pytest.mark.parametrize("text", [MAHALANOBIS.format(4, "positive"), FLOPS.format("2Tab", "6Tab"), FLOPS.format("Tab", "3Tab")])
def test_what_is_false_beside_it(problems: dict[str, Problem], text: str) -> None:
    where = ("pli_mahalanobis", "value") if "alpha" in text else ("cnt_training_flops", "answer")
    assert grade(problems[where[0]], where[1], text).verdict.value != "correct"


BALL = r"$v-\lambda\Pi_{{{}}}(v/\lambda)$ where ${}$ is the {}"


@pytest.mark.parametrize(("text", "verdict"), [
    (BALL.format("B_1", "B_1", "unit 1-norm ball"), "correct"), (BALL.format("B", "B", r"unit $\ell_1$ ball"), "correct"), (BALL.format("B", "B", r"unit ball of the 1-norm"), "correct"),
    (BALL.format("B_1", "B_1", "unit 2-norm ball"), "incorrect"), (BALL.format("B", "B", "max-norm ball of radius 1"), "incorrect"),
    (r"$v-\lambda\Pi_{B}(v/\lambda)$ where $B=\{x:\|x\|_1\le 1\}$", "correct"), (r"$v-\lambda\Pi_{B}(v/\lambda)$ where $B=\{x:\|x\|_1\le 2\}$", "incorrect"),
    (r"$v-\Pi_{C}(v)$, $C$ is the $\ell_1$ ball of radius $\lambda$", "correct"), (r"$v-\Pi_{C}(v)$, $C$ is the $\ell_1$ ball of radius 1", "incorrect"),
    ("v - P_B(v), where P_B is the projection onto the l1 ball of radius lam", "correct"), (r"$v - \Pi_{\lambda B_1}(v)$ where $B_1$ is the unit $\ell_1$ ball.", "correct"),
    (r"$v-\lambda\Pi_{B_1}(v/\lambda)$", "unreadable"), (r"$v-\lambda\Pi_{B}(v/\lambda)$ where $B$ is the 1-norm ball", "unreadable")])
def test_a_ball_that_a_text_names(problems: dict[str, Problem], text: str, verdict: str) -> None:
    g = grade(problems["prox_linf"], "answer", text)
    assert g.verdict.value == verdict, g.reason
    if "where" not in text and verdict == "unreadable":
        assert "is not known" in g.reason


def test_the_least_of_vectors_is_none() -> None:
    g = E.sym("g", ("n",))
    for made in (lambda: E.reduce_over("min", "i", g, E.ONE, E.dim("n")), lambda: E.argopt("argmax", "i", g, E.dim("n"))):
        with pytest.raises(E.ShapeError):
            made()
    assert E.reduce_over("sum", "i", g, E.ONE, E.dim("n")).shape == ("n",)
