r"""Letters that a text determines by an equation or by cases before or behind their use, and formulas about something on the way to a conclusion."""

from __future__ import annotations

import pytest

from derive import grade, load
from tests.bank import stated
from tests.conftest import SPECS

LEVEL = "λt + ½ Σ_i max(|v_i| − t, 0)²"
RIGHT = [
    ("proj_simplex", "answer", "x_i = max(v_i − τ, 0), where τ is the one number for which Σ_i max(v_i − τ, 0) = 1"),
    ("proj_simplex", "answer", "x_i = max(v_i − τ, 0) with τ determined by Σ_i max(v_i − τ, 0) = 1"),
    ("proj_simplex", "answer", r"$x_i=\max(v_i-\tau,0)$, where $\tau$ is fixed by $\sum_i\max(v_i-\tau,0)=1$"),
    ("proj_simplex", "value", "Let τ solve Σ_i max(v_i − τ, 0) = 1. The minimum is Σ_i min(v_i, τ)²."),
    ("proj_simplex", "value", "Σ_i min(v_i, τ)², where τ solves Σ_i max(v_i − τ, 0) = 1"),
    ("prox_linf", "value", f"Let t = 0 if ‖v‖₁ ≤ λ, otherwise the solution of Σ_i max(|v_i| − t, 0) = λ.\nValue: {LEVEL}"),
    ("prox_linf", "value", f"{LEVEL}, where t = max(s, 0) and Σ_i max(|v_i| − s, 0) = λ"),
    ("prox_linf", "answer", r"If $\|v\|_1\le\lambda$, then $x=0$. Otherwise $x_i=\operatorname{sign}(v_i)\min(|v_i|,t)$, where $t$ solves $\sum_i\max(|v_i|-t,0)=\lambda$."),
    ("ib_deep_linear", "answer", r"\[(u,v)=\left(\sqrt{\tfrac12(\sqrt{c^2+4}+c)},\ \sqrt{\tfrac12(\sqrt{c^2+4}-c)}\right)\]"),
    ("heavy_ball_best_rate", "answer", r"$$\boxed{\rho^\star=\sqrt b=\frac{\sqrt\kappa-1}{\sqrt\kappa+1}}$$"),
    ("mle_noise_variance", "answer", r"$\hat v=\frac{R}{m}=\frac1m\|y-X(X^\top X)^{-1}X^\top y\|_2^2$"),
    ("prox_nuclear", "value", "½Σσ_i² − ½Σmax(σ_i − λ, 0)²"),
    ("prox_nuclear", "value", "½Σ_i σ_i² − ½Σ_i max(σ_i − λ, 0)²"),
    ("gda_bilinear", "answer", r"One step is $\sqrt{1+\eta^2}$ times a rotation. So $x_T^2+y_T^2=(1+\eta^2)^T(x_0^2+y_0^2)$."),
]
WRONG = [
    ("proj_simplex", "answer", "x_i = max(v_i − τ, 0), where τ is the one number for which Σ_i max(v_i − τ, 0) = 2"),
    ("proj_simplex", "answer", "x_i = max(v_i − τ, 0) with τ determined by Σ_i min(v_i − τ, 0) = 1"),
    ("proj_simplex", "value", "Let τ solve Σ_i max(v_i − τ, 0) = n. The minimum is Σ_i min(v_i, τ)²."),
    ("proj_simplex", "value", "Σ_i max(v_i − τ, 0), where τ solves Σ_i max(v_i − τ, 0) = 1"),
    ("prox_linf", "value", f"Let t = 0 if ‖v‖₁ ≤ λ, otherwise the solution of Σ_i max(|v_i| − t, 0) = 2λ.\nValue: {LEVEL}"),
    ("prox_linf", "value", f"Let t = 0 if ‖v‖₁ ≥ λ, otherwise the solution of Σ_i max(|v_i| − t, 0) = λ.\nValue: {LEVEL}"),
    ("prox_linf", "value", f"Let t = 0 if ‖v‖₁ ≤ λ, otherwise the largest of the |v_i|.\nValue: {LEVEL}"),
    ("prox_linf", "answer", r"If $\|v\|_1\le\lambda$, then $x=1$. Otherwise $x_i=\operatorname{sign}(v_i)\min(|v_i|,t)$, where $t$ solves $\sum_i\max(|v_i|-t,0)=\lambda$."),
    ("prox_linf", "answer", r"If $\|v\|_1\le\lambda$, then $x=v$. Otherwise $x_i=\operatorname{sign}(v_i)\min(|v_i|,t)$, where $t$ solves $\sum_i\max(|v_i|-t,0)=\lambda$."),
    ("ib_deep_linear", "answer", r"\[(v,u)=\left(\sqrt{\tfrac12(\sqrt{c^2+4}+c)},\ \sqrt{\tfrac12(\sqrt{c^2+4}-c)}\right)\]"),
    ("ib_deep_linear", "answer", r"\[(u,v)=\left(\sqrt{\tfrac12(\sqrt{c^2+4}-c)},\ \sqrt{\tfrac12(\sqrt{c^2+4}+c)}\right)\]"),
    ("heavy_ball_best_rate", "answer", r"$$\boxed{\rho^\star=b=\frac{\sqrt\kappa-1}{\sqrt\kappa+2}}$$"),
    ("heavy_ball_best_rate", "answer", r"$$\boxed{\rho^\star=\sqrt b}$$"),
    ("mle_noise_variance", "answer", r"$\hat v=\frac{R}{m}=\frac1{m-n}\|y-X(X^\top X)^{-1}X^\top y\|_2^2$"),
    ("prox_nuclear", "value", "½Σσ_i² − Σmax(σ_i − λ, 0)²"),
    ("gda_bilinear", "answer", r"One step is $\sqrt{1+\eta^2}$ times a rotation. So $x_T^2+y_T^2=(1+\eta^2)^{T/2}(x_0^2+y_0^2)$."),
    ("gda_bilinear", "answer", r"So $x_T^2+y_T^2=(1+\eta^2)^T(x_0^2+y_0^2)$. Hence the answer is $2$ times that."),
    ("kkt_kelly", "value", "$$\\boxed{\\log(1+b) + p\\log p + (1-p)\\log\\frac{1-p}{b}}$$\n\nSo the final answer is $2$ times $\\log(1+b)$."),
]


@pytest.mark.parametrize(("problem", "part", "text"), RIGHT)
def test_what_a_text_says_of_its_letters_is_put_in(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text, certified=False).verdict.value == "correct"


@pytest.mark.parametrize(("problem", "part", "text"), WRONG)
def test_what_says_something_else_is_not_accepted(problem: str, part: str, text: str) -> None:
    assert grade(stated(problem), part, text, certified=False).verdict.value != "correct"


@pytest.mark.parametrize("behind", ["plus a multiple of I", "(times 2)", "approximately", "for the first half of the rows"])
def test_words_behind_a_value_make_another_one(behind: str) -> None:
    known = load(SPECS / "bank" / "ls_ols.toml")
    assert grade(known, "answer", "Let H = X^T X. w = H^-1 X^T y.").verdict == "correct"
    assert grade(known, "answer", f"Let H = X^T X {behind}. w = H^-1 X^T y.").verdict != "correct"
