"""What a text says beside its answer: what is about something else is no answer, what mathematics refutes keeps a right formula from being right."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

L2, LINF, SGD, ADAM, RESCALED = ("penalty-l2", "update"), ("penalty-linf", "update"), ("limit-sgd", "vector"), ("limit-adam", "vector"), ("limit-rescaled", "vector")
ALL_TO_ALL, SERVER, MESSAGE, RING, CHUNK = (("comm-table", p) for p in ("a2a-messages", "ps-messages", "ps-size", "ring-messages", "ring-size"))


def right(problems: dict[str, Problem], part: tuple[str, str], text: str) -> bool:
    return grade(problems[part[0]], part[1], text, certified=False).verdict.value == "correct"


EXAMPLES = [
    (RING, "2n(n-1). For n = 4 that is {} messages.", "24", "12"),
    (RING, "$2n(n-1)$. For example, with $n=3$ this gives {} messages.", "12", "6"),
    (ALL_TO_ALL, "n(n-1). Check with n = 2: {} messages, one in each direction.", "two", "three"),
    (L2, r"$u=-\frac{{\alpha}}{{2}}g$. With $g=(2,-1)$ and $\alpha=1$ we get $u={}$.", "(-1,1/2)", "(-2,1)"),
    (L2, "u = -(alpha/2) g. For alpha = 2 this is just {}.", "-g", "-2 g"),
    (LINF, r"$-\frac{{\alpha}}{{2}}\|g\|_1\operatorname{{sign}}(g)$. Check: $g=(3,-4)$, $\alpha=2$ gives ${}$.", "(-7,7)", "(-5,5)")]


@pytest.mark.parametrize(("part", "text", "true", "false"), EXAMPLES)
def test_an_example_is_worked_out(problems: dict[str, Problem], part: tuple[str, str], text: str, true: str, false: str) -> None:
    assert right(problems, part, text.format(true))
    assert not right(problems, part, text.format(false))


CHECKS = [
    (ADAM, r"$\frac{{100}}{{111}}(1,1,1)$. Check: $1.11\cdot\frac{{100}}{{111}}={}$.", "1", "2"),
    (SGD, r"$\frac{{1}}{{10101}}(10000,1000,100)$. Check: $a^\top\theta={}$.", "1", "2"),
    (L2, r"u = -(alpha/2) g. Check: plugging it back gives −(α/2)‖g‖² + (α/4)‖g‖² = −(α/{})‖g‖², which is below the value 0 at u = 0.", "4", "8"),
    (ALL_TO_ALL, "n(n-1), not {}, because nobody sends to himself.", "n^2", "n^2 - n"),
    (ALL_TO_ALL, "$n(n-1)$, which grows like ${}$ for large $n$.", "n^2", "n^3"),
    (SERVER, "I get 2n, which for n > 3 is {} than the n(n-1) of all-to-all.", "fewer", "more"),
    (MESSAGE, "Each message has size p, for a total traffic of {}.", "2np", "np"),
    (SERVER, "2n: {} gradients go up and n parameter vectors come back.", "n", "n-1"),
    (RING, "$2n(n-1)$: $n-1$ rounds of reduce-scatter, $n-1$ rounds of all-gather, ${}$ messages per round.", "n", "2n"),
    (ALL_TO_ALL, "$n(n-1)$. So the answer is {}.", "n^2 - n", "n^2"),
    (ALL_TO_ALL, "n(n-1). For large n this is about {}.", "n^2", "n^2/2 + n^3"),
    (RING, "2n(n-1): in each of the 2(n-1) rounds every worker sends {}.", "one chunk", "two chunks"),
    (RING, "2n(n-1) (so {} for n = 4)", "24", "12"),
    (L2, "We get u = -(alpha/2) g, i.e. SGD with learning rate {}.", "alpha/2", "alpha"),
    (L2, r"$u=-\frac{{\alpha}}{{2}}g$. This recovers gradient descent with learning rate $\eta = {}$.", r"\frac{\alpha}{2}", r"\alpha"),
    (RING, "2n(n-1). For n = 4 that is {}.", "24 messages", "24 messages per worker"),
    (SGD, r"$\frac{{1}}{{10101}}(10000,1000,100)$. Check: $a^\top\theta={}$.", "1", r"0.99\ne1"),
    (ADAM, "(1,1,1)/1.11. Check: a^T theta = 1{}.", "", ", hence (1,1,1)/3"),
    (CHUNK, "$p/n$, so all in all ${}$ numbers are sent.", "2(n-1)p", "2np"),
    (LINF, "u = −(α/2)·‖g‖₁·sgn(g). Halving α {} the step, doubling g doubles it.", "halves", "doubles"),
    (L2, r"$-\frac{{\alpha}}{{2}}g$. A larger $\alpha$ makes the step {}.", "longer", "shorter"),
    (L2, r"$-\frac{{\alpha}}{{2}}g$ (for $\alpha = 2$: ${}$).", "-g", "-2g"),
    (ADAM, "[100/111, 100/111, 100/111]. In decimals: {}.", "0.9009", "0.8009"),
    (RESCALED, "[1/3, 10/3, 100/3], that is [0.3333, 3.3333, {}].", "33.3333", "3.3333")]


@pytest.mark.parametrize(("part", "text", "true", "false"), CHECKS)
def test_what_is_said_of_the_answer_must_hold(problems: dict[str, Problem], part: tuple[str, str], text: str, true: str, false: str) -> None:
    assert right(problems, part, text.format(true))
    assert not right(problems, part, text.format(false))


OTHERWISE = [
    (L2, r"$-\frac{\alpha}{2}g$.", r"-\alpha g", [r"For the infinity norm it would be ${}$.", r"Had the penalty been halved, it would be ${}$."],
     [r"For the 2-norm it would be ${}$.", r"Without the mistake it would be ${}$.", r"If it were right it would be ${}$.", r"Had I computed the derivative properly, I would have ${}$.",
      r"Had I not forgotten the factor, we would have ${}$.", r"If we had squared the norm, as the problem says, it would be ${}$.", r"Without this simplification, we would get ${}$.",
      r"If the penalty were the one in the exercise, it would be ${}$.", r"With the learning rate this becomes ${}$."]),
    (SERVER, "2n.", "2(n-1)", ["If the server were one of the workers, it would be {}, but it is not.", "All-to-all needs {} and more."],
     ["If the server were one of the workers, it would be {}, and it is.", "If the server were one of the workers, as here, it would be {}.", "The server needs {}.",
      "In the setting of the exercise it would be {}.",
      "If the way back were counted too, it would be {}."]),
    (RESCALED, "(1/3, 10/3, 100/3).", "(10000, 1000, 100)/10101", ["Without the rescaling it would be {}."], ["In general it is {}."])]


@pytest.mark.parametrize(("part", "answer", "other", "asides", "claims"), OTHERWISE)
def test_what_would_be_otherwise_is_no_answer(problems: dict[str, Problem], part: tuple[str, str], answer: str, other: str, asides: list[str], claims: list[str]) -> None:
    for says in asides:
        assert right(problems, part, f"{answer} {says.format(other)}"), says
        assert not right(problems, part, f"{'$' if '$' in answer else ''}{other}{'$' if '$' in answer else ''}. {says.format(answer.strip('$.'))}"), says
    for says in claims:
        assert not right(problems, part, f"{answer} {says.format(other)}"), says


REJECTED = [
    (L2, "First I had {wrong}. That forgets the 2, so {right}.", "-alpha*g/2", "-alpha*g"),
    (L2, r"I had ${wrong}$ first; that is wrong. ${right}$.", r"-\frac{\alpha}{2}g", r"-\alpha g"),
    (LINF, "Is it the same as for the l1 penalty? No: that one is {wrong} and moves one coordinate. For the max norm, u = {right}.", "-(alpha/2)*norm(g,1)*sign(g)", "-(alpha/2)*g"),
    (LINF, "Not {wrong}, since that is the 2-norm case: u = {right}", "-(alpha/2)*norm(g,1)*sign(g)", "-(alpha/2)*g"),
    (CHUNK, "{wrong}, I mean {right}.", "p/n", "n/p"),
    (LINF, r"$u={right}$. I wondered whether the factor should be ${wrong}$ rather than $\frac{{\alpha}}{{2}}$; it should not.", r"-\frac{\alpha}{2}\|g\|_1\operatorname{sign}(g)", r"\alpha")]


@pytest.mark.parametrize(("part", "text", "good", "bad"), REJECTED)
def test_what_is_rejected_is_no_answer(problems: dict[str, Problem], part: tuple[str, str], text: str, good: str, bad: str) -> None:
    assert right(problems, part, text.format(right=good, wrong=bad))
    assert not right(problems, part, text.format(right=bad, wrong=good))


WORDS = [
    (RING, "$2n(n-1)$", ["Please don't halve it.", "Nothing is counted twice."], ["Please halve it.", "Don't forget to halve it.", "Everything is counted twice."]),
    (RESCALED, "$(1/3,10/3,100/3)$", ["That is not the minimum-norm solution here, only in the rescaled coordinates.", "If the third feature is noise, it should not count."],
     ["It is in the rescaled coordinates.", "It is the rescaled vector.", "The third entry must be dropped."]),
    (SERVER, "2n", ["The way back counts as well.", "Each worker sends and receives once."], ["Now halve it.", "That is halved.", "Only if you believe it."]),
    (LINF, "u = -(alpha/2) ||g||_1 sign(g)", ["Every coordinate moves by the same amount."],
     ["Every coordinate moves by half of that.", "Only the first coordinate is kept.", "I take that back.", "Oops, plus instead of minus.", "The minus is a typo.",
      "Hmm, rather with the 2-norm.", "(Sign flipped at the end.)"]),
    (CHUNK, "p/n", ["Sending the full vector would make the ring pointless."], ["I mean p.", "Times two."])]


@pytest.mark.parametrize(("part", "answer", "harmless", "changes"), WORDS)
def test_sentences_behind_a_plain_formula(problems: dict[str, Problem], part: tuple[str, str], answer: str, harmless: list[str], changes: list[str]) -> None:
    for says in harmless:
        assert right(problems, part, f"{answer}. {says}"), says
    for says in changes:
        for link in (". ", " — ", ", "):
            assert not right(problems, part, f"{answer}{link}{says}"), says


@pytest.mark.parametrize("text", ["p!", "p? I am not sure. It's np.", "p (wrong)", "p, invalid"])
def test_what_stands_right_behind_counts(problems: dict[str, Problem], text: str) -> None:
    assert right(problems, MESSAGE, "p")
    assert not right(problems, MESSAGE, text)


@pytest.mark.parametrize(("part", "text"), [
    (SERVER, "$2n$. For $n=1$ there is one message up and one down: $2\\cdot 1=2$."),
    (("limit-sgd", "residual"), r"$r_{t+1}=(1-2\alpha\|a\|_2^2)\,r_t$. Take $\alpha=0.1$: $\theta_0=0$, $r_0=1$."),
    (("penalty-linf", "value"), r"Take $\alpha=4$ and $g=(1,-1)$ first. In general the value is $-\frac\alpha4\|g\|_1^2$."),
    (("penalty-linf-unsquared", "update"), r"$u=0$, since the objective is strictly positive for every $u\neq0$."),
])
def test_what_says_nothing_of_the_answer_is_not_false(problems: dict[str, Problem], part: tuple[str, str], text: str) -> None:
    assert right(problems, part, text)
