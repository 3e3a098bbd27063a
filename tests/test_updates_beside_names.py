r"""An update that is written beside the name of an optimizer must be the one that is named: 'gradient descent: θ_{t+1} = θ_t - (α/2) g'."""

from __future__ import annotations

import pytest

from derive import grade
from derive.problem.model import Problem

PLAIN = ["u = −{} g", "θ ← θ − {} g", "θ_{{t+1}} = θ_t - {}*g", "θ_new = θ - {} g"]
LATEX = [r"$u=-{} g$", r"$\theta_{{t+1}}=\theta_t-{}\nabla f(\theta_t)$", r"$\theta\leftarrow\theta-{}\,g$", r"$\theta^{{(t+1)}}=\theta^{{(t)}}-{}\nabla L(\theta^{{(t)}})$", r"$u_i=-{} g_i$",
    r"$\theta_{{\text{{new}}}} = \theta + \Delta\theta = \theta - {} g$"]


@pytest.mark.parametrize("frame", ["gradient descent: {}", "It is gradient descent, {}.", "Plain gradient descent ({})", "gradient descent, since {}", "It is gradient descent, i.e. {}."])
@pytest.mark.parametrize(("update", "half", "whole"), [*((u, "(α/2)", "α") for u in PLAIN), *((u, r"\frac{\alpha}{2}", r"\alpha") for u in LATEX)])
def test_gradient_descent_with_its_update(problems: dict[str, Problem], frame: str, update: str, half: str, whole: str) -> None:
    assert grade(problems["penalty-l2"], "optimizer", frame.format(update.format(half))).verdict == "correct"
    wrong = grade(problems["penalty-l2"], "optimizer", frame.format(update.format(whole)))
    assert wrong.verdict == "partial" and wrong.witness


@pytest.mark.parametrize("name", [r"sign descent with a step proportional to $\|g\|_1$", "signSGD scaled by the 1-norm of the gradient"])
@pytest.mark.parametrize("update", [r"$u=-{}\|g\|_1\operatorname{{sign}}(g)$", r"$u_i=-{}\|g\|_1\operatorname{{sign}}(g_i)$", r"$\theta_{{t+1}} = \theta_t - {}\|g\|_1\operatorname{{sign}}(g)$"])
def test_sign_descent_with_its_update(problems: dict[str, Problem], name: str, update: str) -> None:
    for factor, verdict in ((r"\frac{\alpha}{2}", "correct"), (r"\alpha", "partial")):
        assert grade(problems["penalty-linf"], "optimizer", f"{name}: {update.format(factor)}").verdict == verdict


@pytest.mark.parametrize("text", [
    "gradient descent, θ_{t+1} = θ_t - η g with η = α/2", "gradient descent; its usual form is θ_{t+1} = θ_t - α g, here with step α/2", "gradient descent with step α/2, not θ ← θ − α g",
    "The update is $-\\alpha g/2$, which is gradient descent"])
def test_letters_of_its_own_and_the_usual_form_are_no_claim(problems: dict[str, Problem], text: str) -> None:
    assert grade(problems["penalty-l2"], "optimizer", text).verdict == "correct"


def test_one_entry_of_the_update(problems: dict[str, Problem]) -> None:
    for change, verdict in (("g_k", "correct"), (r"\mathrm{sign}(g_k)", "partial")):
        text = rf"Greedy coordinate descent with step size $\alpha/2$: with $k=\arg\max_i|g_i|$, $\theta_k\leftarrow\theta_k-\frac\alpha2\,{change}$, all else stays."
        assert grade(problems["penalty-l1"], "optimizer", text).verdict == verdict
    for factor, verdict in ((r"\frac\alpha2\,", "correct"), (r"\alpha\,", "partial")):
        assert grade(problems["penalty-l2"], "optimizer", rf"gradient descent: $\theta_i\leftarrow\theta_i-{factor}g_i$").verdict == verdict


def test_a_share_of_what_is_not_read_is_no_step_size(problems: dict[str, Problem]) -> None:
    assert grade(problems["penalty-l2"], "optimizer", "Gradient descent. Its step size is half the penalty weight 1/α.").verdict == "undecided"
    assert grade(problems["penalty-l2"], "optimizer", "Gradient descent. Its step size is one half of α.").verdict == "correct"
