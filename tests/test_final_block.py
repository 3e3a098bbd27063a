"""A reply that ends in a block which is called the answer is judged by that block; one that takes it back, warns of it or renames its letters is not."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.replies.final_block import final_block
from derive.problem.model import Problem

# A derivation in which many formulas stand that the answer is not, and an example whose numbers are not checked.
WAY = r"""Let $s=\|u\|_\infty$. For a fixed $s\ge0$ the best choice in each coordinate is $u_i=-s\,\mathrm{sign}(g_i)$.

$$\min_{s\ge0}\;-s\|g\|_1+\frac{s^2}\alpha\quad\Rightarrow\quad s=\frac\alpha2\|g\|_1 .$$

**Check.** Take $\alpha=1$: $\|g\|_1=3$ for $g=(1,-2)$, so $u=(-1.5,\,1.5)$; doubling $g$ multiplies it by two.

"""
RIGHT, WRONG = r"$-\frac\alpha2\|g\|_1\,\mathrm{sign}(g)$", r"$-\alpha\|g\|_1\,\mathrm{sign}(g)$"
BLOCKS = ["**Final answer:** {}", "**Answer:** {}.", "Answer: {}", "The answer is: {}", "## Final answer\n\n{}", "### Answer\n{}", "**Final answer.** {}", "**Answer: {}**"]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_block_that_is_called_the_answer_is_judged(problems: dict[str, Problem], block: str) -> None:
    p = problems["penalty-linf"]
    assert grade(p, "update", WAY + block.format(RIGHT)).verdict == "correct"
    assert grade(p, "update", WAY + block.format(WRONG)).verdict == "incorrect"


def test_a_lone_box_at_the_end_is_such_a_block(problems: dict[str, Problem]) -> None:
    p = problems["penalty-linf"]
    boxed = WAY + "So the update is\n\n$$\\boxed{%s}$$"
    assert grade(p, "update", boxed % RIGHT.strip("$")).verdict == "correct"
    assert grade(p, "update", boxed % WRONG.strip("$")).verdict == "incorrect"


@pytest.mark.parametrize("text", [
    WAY + f"**Answer:** {RIGHT}\n\nWait, that is wrong.",
    WAY + f"**Answer:** {RIGHT}\n\n**Answer:** {WRONG}",
    WAY + f"**Answer:** {WRONG}\n\n**Answer:** {RIGHT}",
    WAY + f"**Answer:** not {RIGHT}",
    WAY + f"**Answer:** {RIGHT}, doubled",
    WAY + f"A common mistake would end as follows.\n\n**Answer:** {RIGHT}",
    WAY + f"I do not believe the textbook, which says:\n\n**Answer:** {RIGHT}",
    f"Let $\\alpha = 2\\beta$ be the weight.\n\n{WAY}**Answer:** {RIGHT}",
    f"{WAY}Here $g$ denotes the sign of the gradient.\n\n**Answer:** {RIGHT}",
])
def test_what_takes_the_block_back_or_renames_its_letters_counts(problems: dict[str, Problem], text: str) -> None:
    assert grade(problems["penalty-linf"], "update", text).verdict != "correct"


def test_a_short_text_has_no_such_block(problems: dict[str, Problem]) -> None:
    p = problems["penalty-linf"]
    key = key_of(p, p.part("update"))
    assert final_block(f"Answer: {RIGHT}", key) == ""
    assert final_block(WAY, key) == ""
    assert final_block(f"{WAY}**Answer:** {RIGHT}", key) == RIGHT


def test_a_name_in_the_block_is_the_name(problems: dict[str, Problem]) -> None:
    way = r"""Only one coordinate changes: $\theta_k \leftarrow \theta_k-\frac\alpha2 g_k$. It is not sign descent, as the step is proportional to the partial derivative.

**Answer:** """
    assert grade(problems["penalty-l1"], "optimizer", way + r"greedy coordinate descent with step size $\alpha/2$").verdict == "correct"
    assert grade(problems["penalty-l1"], "optimizer", way + r"sign descent with step size $\alpha/2$").verdict == "incorrect"


def test_the_norm_in_a_name_is_no_answer(problems: dict[str, Problem]) -> None:
    text = r"The dual of the $%s$-norm is $$\Big(\sum_i|g_i|^{\frac p{p-1}}\Big)^{\frac{%s}p}.$$"
    assert grade(problems["penalty-dual"], "dual", text % ("p", "p-1")).verdict == "correct"
    assert grade(problems["penalty-dual"], "dual", text % ("p", "p+1")).verdict == "incorrect"


@pytest.mark.parametrize(("said", "verdict"), [
    ("Here $g$ denotes the gradient of the loss", "correct"), ("Here $g$ denotes the sign of the gradient", "undecided"), ("Let $g$ be the normalised gradient", "undecided"),
    ("Let $g = \\nabla f(\\theta)$", "correct"), ("Let $g = -\\nabla f(\\theta)$", "undecided"), ("Let $\\alpha = 2\\beta$", "undecided"), ("Let $\\alpha$ be the weight", "correct"),
    ("Here g stands for the square of the gradient", "undecided")])
def test_a_declared_letter_keeps_its_meaning(problems: dict[str, Problem], said: str, verdict: str) -> None:
    assert grade(problems["penalty-linf"], "update", f"{said}. The update is {RIGHT}").verdict == verdict


@pytest.mark.parametrize(("problem", "part", "text", "verdict"), [
    ("limit-sgd", "vector", r"With $a=(1,1,1)$ for simplicity, $\theta_\infty=a/\|a\|_2^2$.", "undecided"), ("limit-sgd", "vector", r"With $a=(1,0.1,0.01)$, $\theta_\infty=a/\|a\|_2^2$.", "correct"),
    ("limit-sgd", "vector", r"If $a=(1,1,1)$ all entries agree. In general $\theta_\infty=a/\|a\|_2^2$.", "correct"),
    ("penalty-dual", "dual", r"With $q=p$, $\|g\|_q$", "undecided"), ("penalty-dual", "dual", r"With $q = \frac{1}{1-1/p}$: $\|g\|_q$", "correct"),
    ("penalty-dual", "dual", r"With $1/p+1/q=1$, $\|g\|_q$", "correct"), ("penalty-dual", "dual", r"With $1/p+1/q=1$, $\|g\|_p$", "incorrect"),
    ("penalty-dual", "dual", r"With $\frac1p+\frac1q=1$ the dual norm is $\|g\|_q$", "correct"),
    ("limit-sgd", "step-size", r"It converges precisely when $0<\alpha<1/\|a\|_2^2$.", "correct"), ("limit-sgd", "step-size", r"It diverges precisely when $0<\alpha<1/\|a\|_2^2$.", "undecided")])
def test_equations_for_declared_quantities_must_hold(problems: dict[str, Problem], problem: str, part: str, text: str, verdict: str) -> None:
    assert grade(problems[problem], part, text).verdict.value == verdict
