"""Which instance a statement is of: an example, one of an earlier turn, one that is not known; and what it is said under."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.problem.load import load_all
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.likeness import likest, titled
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

PROBLEMS = Path(__file__).resolve().parent.parent / "problems"
MAXIMUM = r"$\min_u g^\top u + \frac{1}{\alpha}\|u\|_\infty^2$: what is $u$?"


def verdicts(names: str, *turns: str) -> dict[str, str]:
    """The verdicts by statement; turns: prompt and reply in turn."""
    problems = [p for n in names.split() for p in load_all([PROBLEMS / f"{n}.toml"])]
    text = "\n\n".join(f"**{'User' if k % 2 == 0 else 'Assistant'}:** {t}" for k, t in enumerate(turns))
    return {c.latex: c.verdict for c in find_claims(split_turns(read_text(text)), problems)}


GIVEN = (MAXIMUM, r"With $g = (1, -2, 2)$ and $\alpha = 0.4$ we can check it.", "and?")


@pytest.mark.parametrize(("said", "verdict"), [
    (r"Same numbers as before: $\|g\|_1 = 5$.", "true"), (r"Same numbers as before: $\|g\|_1 = 4$.", "false"), (r"Say $\|g\|_1 = 4$.", "undecided"),
    (r"In the example $u = (-1,\ 1,\ -1)$.", "true"), (r"In the example $u = (-1,\ 1,\ 1)$.", "false"), (r"Maybe it is $u = (-1,\ 1,\ 1)$.", "undecided")])
def test_an_example_of_an_earlier_turn(said: str, verdict: str) -> None:
    assert list(verdicts("cs182-hw2/penalty-linf", *GIVEN, said).values()) == ["hypothetical", "hypothetical", verdict]


@pytest.mark.parametrize(("said", "verdict"), [
    (r"The value is $V = -\frac{\alpha}{4}\|g\|_1^2$.", "true"), (r"The value is $V = -\frac{\alpha}{2}\|g\|_1^2$.", "false"), (r"Write $V = -\frac{\alpha}{2}\|g\|_1^2$.", "definition"),
    (r"We get $J_{\min} = -\frac{\alpha}{4}\|g\|_1^2$.", "true"), (r"We get $J_{\min} = -\frac{\alpha}{4}\|g\|_2^2$.", "false"),
    (r"It is $u = -\frac\alpha2\|g\|_1\operatorname{sign}(g)$.", "true"), (r"It is $u = -\frac\alpha3\|g\|_1\operatorname{sign}(g)$.", "false")])
def test_letters_for_the_optimal_value(said: str, verdict: str) -> None:
    assert list(verdicts("cs182-hw2/penalty-linf", MAXIMUM, said).values()) == [verdict]


@pytest.mark.parametrize(("said", "verdict"), [
    ("For a positive solution this gives $x_i = v_i - \\lambda$.", "true"), ("For a negative solution this gives $x_i = v_i + \\lambda$.", "true"),
    ("For a negative solution this gives $x_i = v_i - \\lambda$.", "false"), ("So $x_i = v_i - \\lambda$.", "false"),
    ("Where the penalty pulls downward, $x_i = v_i - \\lambda$.", "hypothetical")])
def test_a_case_in_words(said: str, verdict: str) -> None:
    assert list(verdicts("bank/prox_l1", r"What is the proximal point of $v$ for the function $\lambda\|x\|_1$?", said).values()) == [verdict]


RIDGE = r"Ridge: min over w of $\|Xw-y\|_2^2+\lambda\|w\|_2^2$."


@pytest.mark.parametrize(("said", "verdict"), [
    (r"$w_\lambda = (X^\top X + \lambda I)^{-1} X^\top y$", "true"), (r"$w_\lambda = (X^\top X + 2\lambda I)^{-1} X^\top y$", "false"),
    (r"$w_\lambda \approx \frac1\lambda X^\top y$", "undecided"), (r"$w_\lambda \to X^+ y$", "undecided"), (r"$w_\lambda = \frac1\lambda X^\top y$", "false")])
def test_the_minimiser_for_a_parameter_and_what_it_is_near(said: str, verdict: str) -> None:
    assert list(verdicts("bank/ls_ridge bank/ib_weight_decay", RIDGE, f"We get {said}.").values()) == [verdict]


@pytest.mark.parametrize(("said", "verdict"), [
    (r"$D = -r\,UV^\top$", "true"), (r"$D = r\,UV^\top$", "false"), (r"$D = -r\,G(G^\top G)^{-1}$", "false"), (r"$\|D\|_F = r$", "false")])
def test_a_program_over_matrices(said: str, verdict: str) -> None:
    prompt = r"$\min_D \operatorname{tr}(G^\top D)$ with $\|D\|_{2\to2} \le r$, G full rank with thin SVD."
    assert list(verdicts("bank/lmo_spectral", prompt, f"So {said}.").values()) == [verdict]


def test_a_multiple_of_a_decimal_is_what_an_exact_one_rounds_to() -> None:
    time = "A message of $s$ numbers takes the time $A + Bs$: the time of a ring all-reduce?"
    found = verdicts("bank/cnt_ring_time", time, r"Here $\frac{26}{2.125} A \approx 12.2 A$ and $\frac{26}{2.125} B \approx 12.4 B$.")
    assert list(found.values()) == ["true", "undecided"]


def test_another_start_is_supposed() -> None:
    sgd = r"One equation $a^\top\theta = 1$ with a = (1, 0.1, 0.01), SGD from zero: the limit?"
    found = verdicts("cs182-hw2/limit-sgd", sgd, r"From $\theta_0 = (0, 1, 0)$ the limit is $\theta_\infty = (0.8910, 1.0891, 0.0089)$.")
    assert set(found.values()) == {"hypothetical"}
    assert "false" in verdicts("cs182-hw2/limit-sgd", sgd, r"From zero the limit is $\theta_\infty = (0.8910, 1.0891, 0.0089)$.").values()


def test_a_column_of_something_else_is_no_count() -> None:
    prompt = "All-to-all, parameter server, ring all-reduce: the number of messages sent?"
    rows = "\n| all-to-all | $n(n-1)p$ |\n| server | $2np$ |\n"
    assert "false" not in verdicts("cs182-hw2/comm-table", prompt, f"So\n\n| | traffic |\n|---|---|{rows}").values()
    assert "false" in verdicts("cs182-hw2/comm-table", prompt, f"So\n\n| | messages |\n|---|---|{rows}").values()


def test_norms_of_balls_in_a_list() -> None:
    balls = " ".join(f"cs182-hw2/ball-{n}" for n in ("l1", "l2", "linf"))
    said = "- 2-norm: $u = -\\delta\\,\\frac{g}{\\|g\\|_2}$\n- $\\infty$-norm: $u = -\\delta\\operatorname{sign}(g)$, value $-\\delta\\|g\\|_\\infty$"
    found = verdicts(balls, r"The ball versions $\min g^\top u$ s.t. $\|u\|\le\delta$, for 2 and ∞.", f"Here they are.\n\n{said}")
    assert list(found.values()) == ["true", "true", "false"]


def test_a_question_is_told_by_its_likeness() -> None:
    momentum = [load_all([PROBLEMS / "bank" / f"{n}.toml"])[0] for n in ("momentum_eigenvalues", "momentum_critical_step", "heavy_ball_stability", "gd_best_rate")]
    assert likest("largest eta with a repeated eigenvalue?", momentum, follows=True) == ["momentum_critical_step"]
    assert likest("how is it for x <- x - eta h x + b (x - x_prev)?", momentum, follows=True) == ["heavy_ball_stability"]
    assert likest(r"Momentum: $z \leftarrow (1-b)z + b g$. I need sum and product of the eigenvalues.", momentum) == ["momentum_eigenvalues"]
    for other in ("are you sure about the gradient?", "what is the best pizza?", "Does the step size vary with the gradient?"):
        assert not likest(other, momentum, follows=True)
    assert titled("Heavy ball", momentum) == "heavy_ball_stability" and titled("Heavy snow", momentum) is None
