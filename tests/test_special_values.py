"""What a text says of its answer at special values of the letters: worked out there, accepted where it holds, and not where it does not."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from tests.conftest import SPECS

SAID = [
    # (problem, answer with a gap, true, false)
    ("ib_precond", r"$\frac{Pa}{a^\top Pa}$. With $P=I$ it is the usual $%s$.", r"a/\|a\|^2", r"a/\|a\|_1^2"),
    ("cnt_tensor_parallel", r"$8L\frac{t-1}{t}BSH$. With $t=2$ the result is $%s$.", "4LBSH", "8LBSH"),
    ("grad_norm", r"$\frac{A^\top(Ax-b)}{\|Ax-b\|_2}$. With $A=I$ and $b=0$ it is the vector $%s$.", r"x/\|x\|", r"x/\|x\|_1"),
    ("heavy_ball_stability", r"$\frac{2(1+b)}{h}$. For $b\to0$ we get the classical $%s$.", "2/h", "1/h"),
    ("ls_prox_point", r"$x=(A^\top A+\rho I)^{-1}(A^\top b+\rho v)$. If $Av=b$ then $%s$.", "x=v", "x=0"),
    ("moreau_abs", r"$\frac{v^2}{2}$ for $|v|\le\lambda$ and $\lambda|v|-\frac{\lambda^2}{2}$ for $|v|>\lambda$. Both branches agree at $|v|=\lambda$, where they give $%s$.",
     r"\lambda^2/2", r"\lambda^2"),
    ("support_ellipsoid", r"$\sqrt{c^\top Pc}$. For $P=I$ this is $%s$.", r"\|c\|_2", r"\|c\|_2^2"),
    ("kkt_kelly", r"$f=p-\frac{1-p}{b}$. For an even bet, $b=1$, it is $%s$.", "2p-1", "2p"),
    ("gd_affine_closed_form", "$$w_T=\\frac ys\\big(1-(1-c)^T\\big).$$\n\n**First step.** $T=1$ gives $w_1=%s$, in agreement with the step size.", r"\frac{cy}{s}", r"\frac{cy}{2s}"),
    ("momentum_displacement", "$$x_T=-\\frac{\\eta g}{1-b}\\left(T-\\frac{b(1-b^T)}{1-b}\\right).$$\n\n**Two steps.** For $T=2$ the bracket simplifies and $x_2=%s$.", r"-\eta g(2+b)",
     r"-\eta g(1+2b)"),
    ("map_beta", "$$\\hat p=\\frac{n_1+a-1}{n_1+n_0+a+b-2}.$$\n\n**Special case.** In the limit of a uniform prior, $a=b=1$, this becomes $\\hat p=%s$.", r"\frac{n_1}{n_1+n_0}",
     r"\frac{n_1+1}{n_1+n_0+2}"),
    ("pli_orthogonal", r"$d=-\frac\alpha2\left(g-\frac{a^\top g}{a^\top a}a\right)$. If $g = a$ there is nothing to gain and $%s$.", "d=0", r"d=-\frac\alpha2 g"),
]


@pytest.mark.parametrize(("problem", "answer", "true", "false"), SAID)
def test_a_value_at_special_letters_is_worked_out(problem: str, answer: str, true: str, false: str) -> None:
    p = load(SPECS / "bank" / f"{problem}.toml")
    assert grade(p, "answer", answer.replace("%s", true), certified=False).verdict.value == "correct"
    assert grade(p, "answer", answer.replace("%s", false), certified=False).verdict.value != "correct"
