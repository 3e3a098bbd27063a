"""Norms told by their duals, and other norms beside the answer: gradient descent ends at the solution of least 2-norm, sign descent at that of least infinity norm, and at no other."""

from __future__ import annotations

import pytest

from derive import grade, load
from derive.problem.model import Problem
from tests.conftest import SPECS

SGD, SIGN = (load(SPECS / f"cs182-hw2/limit-{name}.toml") for name in ("sgd", "adam"))
LIMIT = r"$\frac{1}{1.11}(1,1,1)$"


@pytest.mark.parametrize("text", [
    "The dual norm of the 1-norm.", "the norm dual to the 1-norm", "the norm that is dual to the $\\ell_1$ norm", "The norm whose dual is the 1-norm.",
    "The norm to which the 1-norm is dual", "The 1-norm's dual norm",
    r"the dual norm of $\|\cdot\|_1$", r"the norm $\|\cdot\|$ whose dual norm is $\|\cdot\|_1$", "the dual of the dual of the infinity norm", "The infinity norm, whose dual is the 1-norm.",
    "The sup norm, as it is dual to the 1-norm.", "the infinity norm; its dual norm is the 1-norm", r"$\|\theta\|_\infty$, the dual norm of the 1-norm.",
    "The infinity norm is minimised, by duality with the 1-norm of a.",
])
def test_the_dual_of_the_1_norm_is_the_infinity_norm(text: str) -> None:
    assert grade(SIGN, "norm", text).verdict == "correct"


@pytest.mark.parametrize("text", [
    "It minimises the norm dual to the infinity norm.", "the dual of the 2-norm", "The norm whose dual is the max norm.", "the infinity norm's dual", "the dual of the dual of the 1-norm",
    "the dual norm",
    r"the dual norm of $\|\cdot\|_\infty$", "the infinity norm; its dual norm is the 2-norm", r"$\|\theta\|_\infty$, the dual norm of the 2-norm.", "The predual of the infinity norm",
    "It minimises the dual of what sign descent is steepest in, the infinity norm.", "The infinity norm, i.e. the dual of the 2-norm.",
])
def test_other_duals_are_other_norms(text: str) -> None:
    assert grade(SIGN, "norm", text).verdict != "correct"


@pytest.mark.parametrize(("text", "right"), [
    ("The 2-norm, which is its own dual.", True), ("the dual of the 2-norm", True), ("the dual of the 1-norm", False), ("the 1-norm, which is its own dual", False),
])
def test_the_2_norm_is_its_own_dual(text: str, right: bool) -> None:
    assert (grade(SGD, "norm", text).verdict == "correct") is right


@pytest.mark.parametrize("text", [
    "The 2-norm. It does not matter which norm one names, though: as all norms on R^3 are equivalent, the limit minimises every one of them.", "The 2-norm, and with it every other norm.",
    "Any norm; for instance the 2-norm.",
    "It minimises all p-norms, in particular the 2-norm.", "the 2-norm; no matter which norm is chosen the result is the same", "The 2-norm. Since all norms are equivalent, any norm would do.",
    "The 2-norm. The same holds for all the others.", "The 2-norm, but whichever norm you take, the limit is the smallest in it.", "the 2-norm, irrespective of p",
    "The 2-norm (and therefore any norm equivalent to it).", "The 2-norm. The others, too.", "The 2-norm; in fact p is arbitrary here.",
    "The 2-norm, though every other p-norm would give the same point.",
])
def test_no_point_is_least_in_every_norm(text: str) -> None:
    assert grade(SGD, "norm", text).verdict == "undecided"


@pytest.mark.parametrize("text", [
    "The 2-norm. All norms on R^3 are equivalent, but their minimisers differ.", "The 2-norm; it does not minimise every norm.", "The 2-norm: every other solution has a larger norm.",
    "The 2-norm. No other p-norm is minimised.",
    "Among all norms it minimises only the 2-norm.", "Of all norms, the 2-norm.", "the $\\ell_2$ norm, independent of the step size", "The 2-norm (for every start at 0).",
    "The 2-norm and any positive multiple of it.", "The 2-norm; the limit is at the same time the solution with the smallest Euclidean length.",
])
def test_every_in_other_places(text: str) -> None:
    assert grade(SGD, "norm", text).verdict == "correct"


@pytest.mark.parametrize("text", [
    r"$\|\cdot\|_\infty$; the limit is at the same time the solution with the smallest 1-norm.", "The infinity norm. It is also the solution with the smallest 3-norm.",
    "The infinity norm and the nuclear norm.",
    "Answer: the infinity norm.\n\nThe limit is also the solution of least 1-norm.", r"$\|\theta\|_2$, and likewise $\|\theta\|_\infty$.", r"Both $\|\theta\|_1$ and $\|\theta\|_\infty$.",
    "The 1-norm is minimised. So is the max norm.",
    "The infinity norm, but not only that: the 1-norm as well.", "The infinity norm; every other solution has a larger 2-norm.", "The infinity norm. No solution has a smaller 2-norm.",
    "The infinity norm. Its 1-norm is minimal.",
    "The infinity norm is maximised.", "The limit has the largest infinity norm.", "The infinity norm is not minimised.", "Adam: infinity norm, 1-norm. SGD: 2-norm.",
    "The infinity norm, i.e. the sum of the absolute values.",
])
def test_a_second_norm_that_is_not_minimised(text: str) -> None:
    assert grade(SIGN, "norm", text).verdict != "correct"


@pytest.mark.parametrize("text", [
    "The infinity norm. It does not minimise the 2-norm.", "The infinity norm. The 1-norm is not minimised.", "The infinity norm. SGD minimises the 2-norm.",
    "The infinity norm. The solution of least 2-norm is another one.",
    "The max norm. Its 2-norm is 1.56, which is not minimal.", "The max norm (its 2-norm is larger than that of SGD's limit).", "The 2-norm is not minimised, the infinity norm is.",
    r"The weighted 2-norm $\sqrt{\theta_1^2+0.1\theta_2^2+0.01\theta_3^2}$; it also minimises the infinity norm.", "The smallest infinity norm, though not the smallest 1-norm.",
    "The infinity norm; equality holds in Hölder's inequality between the 1-norm of a and the infinity norm of θ.", "The infinity norm, i.e. the largest absolute value of an entry.",
])
def test_a_second_norm_that_is_denied_or_minimised_too(text: str) -> None:
    assert grade(SIGN, "norm", text).verdict == "correct"


@pytest.mark.parametrize(("words", "right"), [
    (", the solution that is least in the dual norm of the 1-norm", True), (", which minimises the dual of the infinity norm", False),
    (". It is the solution of least norm, whichever norm one takes.", False), (", the smallest solution in every norm", False),
    (". It has the least infinity norm, and no other norm is minimised.", True),
])
def test_a_limit_that_is_called_least(words: str, right: bool) -> None:
    assert (grade(SIGN, "vector", LIMIT + words).verdict == "correct") is right


def test_many_norms_are_looked_at_in_time() -> None:
    assert grade(SGD, "norm", "2-norm " * 8_000).verdict == "undecided"


@pytest.mark.parametrize("bars", [r"\|{}\|", r"\lVert {}\rVert", r"\left\|{}\right\|", "||{}||", r"\Vert {}\Vert"])
@pytest.mark.parametrize("order", [r"\ell_2", "L_2", "2"])
def test_what_stands_below_the_bars_is_no_norm_of_its_own(problems: dict[str, Problem], bars: str, order: str) -> None:
    for inside, verdict in ((r"a\odot\theta", "correct"), (r"\theta", "incorrect")):
        assert grade(problems["limit-rescaled"], "norm", f"It minimises $${bars.format(inside)}_{{{order}}}$$.").verdict == verdict


def test_a_letter_of_a_command_names_no_norm(problems: dict[str, Problem]) -> None:
    for opened, closed in ((r"\bigl(", r"\bigr)"), (r"\left(", r"\right)"), ("(", ")")):
        text = rf"The limit minimises $\|{opened}1/\vec{{a}}{closed}\odot\vec{{\theta}}\|_{{\infty}}$ among all solutions."
        assert grade(problems["limit-sgd"], "norm", text).verdict == "correct"
        assert grade(problems["limit-sgd"], "norm", text.replace(r"\infty", "1")).verdict == "incorrect"
