"""A named norm is of what the text says it is of: a product, coordinates of its own, weights; where that is not read it is undecided."""

from __future__ import annotations

import pytest

from derive import grade, load
from derive.problem.model import Problem
from tests.conftest import SPECS

CASES = [
    ("limit-rescaled", "the 2-norm of a ⊙ θ", "correct"),
    ("limit-rescaled", "the 2-norm of θ / a", "incorrect"),
    ("limit-rescaled", "the 2-norm of θ", "incorrect"),
    ("limit-rescaled", "the Euclidean norm of (a_1 θ_1, a_2 θ_2, a_3 θ_3)", "correct"),
    ("limit-rescaled", "the Euclidean norm of (θ_1/a_1, θ_2/a_2, θ_3/a_3)", "incorrect"),
    ("limit-rescaled", r"the 2-norm in the scaled variables $\psi_i = a_i\theta_i$", "correct"),
    ("limit-rescaled", r"the 2-norm in the scaled variables $\psi_i = \theta_i/a_i$", "incorrect"),
    ("limit-rescaled", "2-norm with weights a_i^2", "correct"),
    ("limit-rescaled", "2-norm with weights 1/a_i^2", "incorrect"),
    ("limit-rescaled", "2-norm with weights a_i", "undecided"),  # right where the weights stand within the squares
    ("limit-rescaled", "the weighted 2-norm √(Σ aᵢ² θᵢ²)", "correct"),
    ("limit-rescaled", "the weighted 2-norm √(Σ θᵢ² / aᵢ²)", "incorrect"),
    ("limit-rescaled", "the weighted 2-norm", "undecided"),
    ("limit-rescaled", "the 2-norm of the rescaled parameters", "undecided"),
    ("limit-adam", "the sup norm of θ", "correct"),
    ("limit-adam", "the sup norm of a ⊙ θ", "incorrect"),
    ("limit-adam", "maximum (infinity) norm", "correct"),
    ("limit-adam", "Manhattan (taxicab) norm", "incorrect"),
    ("limit-adam", "For every solution 1 = aᵀθ ≤ ‖a‖₁ ‖θ‖_∞, with equality at the limit.\n\nSo: the max norm.", "correct"),
    ("limit-adam", "For every solution 1 = aᵀθ ≤ ‖a‖₂ ‖θ‖₂, with equality at the limit.\n\nSo: the Euclidean norm.", "incorrect"),
    ("limit-sgd", "the 2-norm of θ", "correct"),
    ("limit-sgd", "the 2-norm of a ⊙ θ", "incorrect"),
]


@pytest.mark.parametrize(("problem", "text", "verdict"), CASES)
def test_what_a_norm_is_of(problem: str, text: str, verdict: str) -> None:
    known: Problem = load(SPECS / f"cs182-hw2/{problem}.toml")
    assert grade(known, "norm", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("all three unknowns tend to 100/111", "correct"), ("100/111 for all three", "correct"), ("all of them equal 100/111", "correct"),
    ("all three unknowns tend to 1/111", "incorrect"), ("all three unknowns add up to 100/111", "unreadable"),
])
def test_one_number_for_all_entries(text: str, verdict: str) -> None:
    assert grade(load(SPECS / "cs182-hw2/limit-adam.toml"), "vector", text).verdict == verdict


@pytest.mark.parametrize("text", [
    "the 2-norm of a ⊙ θ with a = (1, 2, 3)", "the 2-norm of a ⊙ θ where θ has been replaced by θ/a", "the 2-norm of a ⊙ θ is maximal there", "2-norm with weights a_i^2 for i = 1 and 1 otherwise",
    "2-norm with weights a_i^2, all equal"])
def test_words_behind_what_a_norm_is_of(text: str) -> None:
    assert grade(load(SPECS / "cs182-hw2/limit-rescaled.toml"), "norm", text).verdict != "correct"


def test_two_names_of_different_norms_are_none() -> None:
    assert grade(load(SPECS / "cs182-hw2/limit-sgd.toml"), "norm", "the Euclidean (max) norm").verdict == "undecided"
    assert grade(load(SPECS / "cs182-hw2/limit-adam.toml"), "norm", "the Chebyshev (sup) norm").verdict == "correct"


@pytest.mark.parametrize(("answer", "verdict"), [("the maximum norm", "correct"), ("the 2-norm", "incorrect")])
def test_the_paragraph_that_is_called_the_answer(answer: str, verdict: str) -> None:
    text = f"Answer: {answer}.\n\n- SGD: smallest L2 norm\n- sign descent: smallest L∞ norm\n\nThe point with the least L2 norm has L∞ norm 0.99, this one has L2 norm 1.56."
    assert grade(load(SPECS / "cs182-hw2/limit-adam.toml"), "norm", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    (r"$\frac{1}{10101}(10000,1000,100)$ ($\approx (0.99, 0.099, 0.0099)$)", "correct"), ("(10000/10101, 1000/10101, 100/10101) (≈ (0.99, 0.099, 0.0099))", "correct"),
    (r"$\frac{1}{10101}(10000,1000,10)$ ($\approx (0.99, 0.099, 0.0099)$)", "incorrect"),
])
def test_decimals_in_brackets_are_no_factor(text: str, verdict: str) -> None:
    assert grade(load(SPECS / "cs182-hw2/limit-sgd.toml"), "vector", text).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [("-\\frac{\\alpha\\|g\\|_1^2}{4}", "correct"), ("-\\frac{\\alpha\\|g\\|_1^2}{2}", "incorrect")])
def test_a_minimum_over_a_number_is_no_minimum_over_an_index(value: str, verdict: str) -> None:
    text = f"$\\min_{{s\\ge0}}\\left(-s\\|g\\|_1+\\frac{{s^2}}{{\\alpha}}\\right)={value}$"
    assert grade(load(SPECS / "cs182-hw2/penalty-linf.toml"), "value", text).verdict == verdict
