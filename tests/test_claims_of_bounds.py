"""Bounds that an answer is said to keep, and formulas that it is said to tend to."""

from __future__ import annotations

import pytest

from derive.grading.claims.compared import compared_told
from derive.grading.claims.limits import limit_told
from derive.grading.keys import key_of
from derive.problem.model import Problem

BOUNDS = [
    ("kkt_softmax_value", "it is at least $\\max_i z_i$", True), ("kkt_softmax_value", "it is at most $\\max_i z_i$", False),
    ("kkt_softmax_value", "the maximum can never exceed $\\max_i z_i$", False), ("kkt_softmax_value", "It never exceeds $\\max_i z_i + T\\log n$", True),
    ("kkt_softmax_value", "which is larger than $\\max_i z_i$", True), ("kkt_softmax_value", "it is smaller than $\\max_i z_i$", False),
    ("heavy_ball_stability", "Momentum thus makes the stable range smaller than the $2/h$ of plain gradient descent", False),
    ("heavy_ball_stability", "the range is larger than $2/h$", True), ("kkt_softmax_value", "it is at least pleasant", None),
]
LIMITS = [
    ("gd_noise_closed_form", "For $T\\to\\infty$ it converges to the noise-free solution $y/x$", False), ("gd_noise_closed_form", "For $T\\to\\infty$ it converges to $xy/(x^2+s^2)$", True),
    ("ls_prox_point", "As $\\rho\\to\\infty$ it tends to $v$", True), ("ls_prox_point", "As $\\rho\\to\\infty$ it tends to $2v$", False),
    ("kkt_kelly", "As $b\\to\\infty$ it tends to $p$", True), ("kkt_kelly", "As $b\\to\\infty$ it tends to $1$", False),
    ("heavy_ball_stability", "With $b\\to0$ one recovers the classical $2/h$", True), ("heavy_ball_stability", "With $b\\to0$ one recovers the classical $1/h$", False),
    ("kkt_softmax_value", "it approaches $\\max_i z_i$ as $T\\to0$", True), ("kkt_softmax_value", "it approaches $\\min_i z_i$ as $T\\to0$", False),
    ("kkt_softmax", "In the limit $T\\to 0$ this tends to a one-hot vector at the largest $z_i$", True), ("kkt_softmax", "as $T\\to\\infty$ it becomes one-hot", False),
]


@pytest.mark.parametrize(("name", "said", "holds"), BOUNDS)
def test_bounds_told_in_words(problems: dict[str, Problem], name: str, said: str, holds: bool | None) -> None:
    problem = problems[name]
    assert compared_told(said, key_of(problem, problem.part("answer"), False)) is holds


@pytest.mark.parametrize(("name", "said", "holds"), LIMITS)
def test_formulas_that_an_answer_tends_to(problems: dict[str, Problem], name: str, said: str, holds: bool) -> None:
    problem = problems[name]
    assert limit_told(said, key_of(problem, problem.part("answer"), False)) is holds
