"""A derivation whose last sentence draws the conclusion answers with it, whatever it computes on the way; a wrong conclusion stays one."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

# (problem, part, what leads there, the conclusion with a hole, right, wrong)
DERIVATIONS = [
    ("comm-table", "ps-messages", "Every one of the $n$ workers sends its gradient to the server, which makes $n$ messages.\n\nThe server sends the sum back, another $n$.\n\n",
     "In total ${}$ messages.", "n + n = 2n", "n + n = n^2"),
    ("comm-table", "a2a-messages", "Worker i sends its own gradient to the other n - 1 workers.\nThis happens for i = 1, ..., n.\n\n", "So the total number of messages is {}.", "n(n-1)", "n^2"),
    ("comm-table", "ring-size", "The gradient has p entries and is cut into as many chunks as there are workers, that is n.\n\nIn every round a worker sends one chunk.\n\n",
     "So each message carries {} parameters.", "p/n", "p"),
    ("ball-linf", "update", "The problem splits into n problems:\n\n    minimise g_i * u_i  subject to  |u_i| <= δ\n\n* g_i > 0: take u_i = −δ\n* g_i < 0: take u_i = +δ\n\n",
     "Put together: **u = {}**, which is signSGD.", "−δ · sign(g)", "−δ · g"),
    ("penalty-linf-unsquared", "update",
     "So the objective is at least (1/α − ‖g‖₁)·‖u‖_∞.\n\nThe factor in brackets is positive, and so any nonzero u has a positive objective, while u = 0 gives 0.\n\n",
     "The minimiser is therefore u = {}: a weak gradient causes no movement at all.", "0", "-g"),
    ("limit-sgd", "step-size", "It goes to zero iff $|1-2\\alpha\\|a\\|^2|<1$.\n\nThe left inequality gives $\\alpha<1/\\|a\\|^2$; the right one gives $\\alpha>0$.\n\n",
     "With $\\|a\\|^2=1.0101$ the iteration converges exactly for $0<\\alpha<{}$.", r"\frac{1}{1.0101}", r"\frac{2}{1.0101}"),
    ("penalty-linf", "value", "The objective reduces to\n\nh(t) = −t‖g‖₁ + t²/α.\n\nThe minimum over t is at t* = (α/2)‖g‖₁.\n\n",
     "The best objective value is minus {} times the squared 1-norm of the gradient.", "a quarter of α", "half of α"),
    ("cnt_ring_time", "answer", "There are 2(n-1) rounds, each takes A + B*p/n. ", "In all {}.", "2(n-1)A + 2(n-1)Bp/n", "2(n-1)A + 2nBp/n"),
    ("gda_bilinear", "answer", r"Each step multiplies $x^2+y^2$ by $1+\eta^2$: the cross terms cancel. ", "After $T$ steps it is ${}$.", r"(1+\eta^2)^T(x_0^2+y_0^2)", r"(1+\eta)^{{2T}}(x_0^2+y_0^2)"),
]


@pytest.mark.parametrize(("problem", "part", "leads", "concludes", "right", "wrong"), DERIVATIONS)
def test_the_conclusion_is_the_answer(problems: dict[str, Problem], problem: str, part: str, leads: str, concludes: str, right: str, wrong: str) -> None:
    assert grade(problems[problem], part, leads + concludes.replace("{}", right)).verdict.value == "correct"
    assert grade(problems[problem], part, leads + concludes.replace("{}", wrong)).verdict.value != "correct"


@pytest.mark.parametrize("between", ["Wait, I counted one phase only. ", "The answer is $n$. ", "Suppose instead that the server were a worker. "])
def test_a_text_that_turns_on_its_way_has_no_such_conclusion(problems: dict[str, Problem], between: str) -> None:
    from derive.grading.keys import key_of
    from derive.grading.replies.final_block import last_sentence

    key = key_of(problems["comm-table"], problems["comm-table"].part("ps-messages"))
    text = "The workers send $n$ messages.\n\n{}In total $2n$ messages."
    assert last_sentence(text.format(""), key) == "$2n$ messages."
    assert last_sentence(text.format(between), key) == ""


def test_what_a_later_chain_arrives_at_is_the_answer(problems: dict[str, Problem]) -> None:
    text = (r"Stationarity: $g+2\lambda u=0$, so $u=-\frac{g}{2\lambda}$." "\n\n" r"The constraint is active, which gives $\lambda=\frac{\|g\|_2}{2\delta}$." "\n\nPutting it back,\n"
            r"$$u=-\frac{g}{2\lambda}=-%s\,\frac{g}{\|g\|_2}.$$")
    assert grade(problems["ball-l2"], "update", text % r"\delta").verdict.value == "correct"
    assert grade(problems["ball-l2"], "update", text % r"\frac{\delta}{2}").verdict.value == "incorrect"


ENTRIES = "    u_k = -(alpha/2) * {}\n    u_i = 0   for i != k\n\nwhere k = argmax_i |g_i|."


@pytest.mark.parametrize(("text", "verdict"), [
    (ENTRIES.format("g_k"), "correct"), (ENTRIES.format("g_k^2"), "incorrect"),
    ("u_j = -(α/2) g_j for one index j where |g_j| is maximal, and u_i = 0 for every i ≠ j", "correct"),
    ("u_j = -(α/2) g_j for one index j where |g_j| is minimal, and u_i = 0 for every i ≠ j", "incorrect"),
    (r"$u_j = -\frac{\alpha}{2} g_j$ for an index $j$ where $|g_j|$ is largest, and $u_i = 0$ for every $i \ne j$", "correct"),
    ("u_k = -(alpha/2) g_k, u_i = 0 for i != k (where several |g_i| are largest, k is any of them)", "correct")])
def test_entries_on_lines_and_places_in_words(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert grade(problems["penalty-l1"], "update", text).verdict.value == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    ("where {} is the largest of the numbers |g_1|, …, |g_n|", "correct"), ("where {} is the largest |g_i|", "correct"), ("with {} being the largest absolute entry of g", "correct"),
    ("where {} is the smallest |g_i|", "incorrect"), ("where {} is the sum of all |g_i|", "incorrect")])
@pytest.mark.parametrize("letter", ["M", "S", "c"])
def test_a_letter_that_is_told_as_a_size(problems: dict[str, Problem], said: str, verdict: str, letter: str) -> None:
    assert grade(problems["penalty-l1"], "value", f"-(alpha/4) {letter}^2, {said.format(letter)}.").verdict.value == verdict
    shown = said.format(f"${letter}$").replace("|g_i|", "$|g_i|$").replace("|g_1|, …, |g_n|", r"$|g_1|, \dots, |g_n|$").replace("of g", "of $g$")
    assert grade(problems["penalty-l1"], "value", rf"$-\frac{{\alpha}}{{4}} {letter}^2$, {shown}.").verdict.value == verdict


def test_a_sum_of_sizes(problems: dict[str, Problem]) -> None:
    for said, verdict in (("the sum of all |g_i|", "correct"), ("the sum of the absolute entries of g", "correct"), ("the largest |g_i|", "incorrect")):
        assert grade(problems["penalty-linf"], "update", f"u = -(α/2)·S·sign(g), where S is {said}.").verdict.value == verdict
