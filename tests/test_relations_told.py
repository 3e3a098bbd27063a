"""What a text states beside a right answer and does not hold: a relation of its letters, another norm, sentences that change a table, a last equation."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.model import Problem

TABLE = "| | # messages | size |\n|---|---|---|\n| all-to-all | n(n-1) | p |\n| parameter server | 2n | p |\n| ring | 2n(n-1) | p/n |\n\n"


@pytest.mark.parametrize(("relation", "verdict"), [("p + q = pq", "correct"), (r"1/p + 1/q = 1", "correct"), ("p + q = pq + 1", "undecided"), ("1/p + 1/q = 2", "undecided")])
@pytest.mark.parametrize("said", [r"$\|g\|_q$, where the two exponents are tied to each other by ${}$.", r"It is $\|g\|_q$ with ${}$.", r"$\|g\|_q$. The exponents satisfy ${}$."])
def test_a_relation_of_declared_letters(problems: dict[str, Problem], said: str, relation: str, verdict: str) -> None:
    assert grade(problems["penalty-dual"], "dual", said.replace("{}", relation)).verdict.value == verdict


@pytest.mark.parametrize(("norm", "verdict"), [("the Euclidean norm", "correct"), ("the root of the sum of the squares", "correct"), ("the 1-norm", "undecided"),
                                               ("the sum of the absolute values of the entries", "undecided"), ("the largest absolute value", "undecided")])
@pytest.mark.parametrize("said", ["A norm without a subscript is {}.", r"Here $\|\cdot\|$ denotes {}.", "The norm is {}."])
def test_what_norm_is_meant(problems: dict[str, Problem], said: str, norm: str, verdict: str) -> None:
    assert grade(problems["ball-l2"], "update", r"$u = -\delta\, g / \|g\|$." "\n\n" + said.format(norm)).verdict.value == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    ("The server entry is for the pushes alone; the pulls are as many again and still have to be added.", "undecided"), ("The two sizes in the last rows should be swapped.", "undecided"),
    ("(I got the size column mixed up for the last two methods, those two have to trade places.)", "undecided"), ("I forgot the pulls in the second row.", "undecided"),
    ("Every worker sends its whole gradient to all others, and the server answers each of them.", "correct"), ("All messages in the ring are counted over both phases.", "correct"),
    ("In the ring each message is a chunk, so its size is smaller than the whole vector.", "correct"), ("Nothing is left out here, pushes and pulls are both counted.", "correct")])
def test_a_sentence_beside_a_table(problems: dict[str, Problem], said: str, verdict: str) -> None:
    assert grade(problems["comm-table"], "table", TABLE + said).verdict.value == verdict


@pytest.mark.parametrize(("last", "verdict"), [(r"-\frac{\alpha}{2}\,\|g\|_1\,\mathrm{sign}(g)", "correct"), (r"-\frac{\alpha}{2}\,g", "incorrect")])
def test_the_last_equation_must_be_right_as_well(problems: dict[str, Problem], last: str, verdict: str) -> None:
    text = r"3. Minimise over $t$: $t=\frac{\alpha}{2}\|g\|_1$." "\n" r"4. So far $u=-\frac{\alpha}{2}\|g\|_1\,\mathrm{sign}(g)$." "\n" r"5. Now this is simpler." "\n\n$$u=%s$$"
    assert grade(problems["penalty-linf"], "update", text % last).verdict.value == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("It is greedy coordinate descent: the coordinate of the largest gradient entry takes a gradient step with step size α/2.", "correct"),
    ("It is greedy coordinate descent with step size α/2.", "correct"), ("It takes a gradient step with step size α/2.", "incorrect")])
def test_one_coordinate_that_takes_a_gradient_step(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert grade(problems["penalty-l1"], "optimizer", text).verdict.value == verdict


@pytest.mark.parametrize("said", ["(Per worker that's 2(n-1).)", "(Per worker that is 2(n-1).)"])
def test_contractions(problems: dict[str, Problem], said: str) -> None:
    assert grade(problems["comm-table"], "ring-messages", f"2n(n-1) messages. {said}").verdict.value == "correct"


def test_a_sentence_in_brackets_goes_on_nothing(problems: dict[str, Problem]) -> None:
    text = r"$t=\max_i x_i$. (This estimate is biased, its mean is $\frac{n}{n+1}$ times the true end.)"
    assert grade(problems["mle_uniform"], "answer", text).verdict.value == "correct"
    assert grade(problems["mle_uniform"], "answer", r"$t=$ twice $\max_i x_i$").verdict.value != "correct"


@pytest.mark.parametrize(("said", "verdict"), [("any index at which $|g_i|$ is largest", "correct"), ("an index with $|g_j|$ maximal", "correct"),
                                             ("any index at which $|g_i|$ is smallest", "incorrect")])
def test_an_index_that_is_told_with_another_letter(problems: dict[str, Problem], said: str, verdict: str) -> None:
    found = grade(problems["ball-l1"], "update", rf"$u = -\delta\,\operatorname{{sign}}(g_j)\,e_j$ with $j$ {said}.").verdict.value
    assert found == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("With $M=n+1$ machines in all, it is $2(M-1)$, which means $2n$ messages.", "correct"), ("With $M=n+1$ machines, $2M$ messages", "incorrect"),
    ("With $M=n+1$ machines it is $2(M-1)$.", "correct"),
    ("$2n$ in total, i.e. $n$ up and $n$ down", "correct"), ("$2n$, that is, $n$ up and $n$ down", "correct"), ("$3n$ in total, i.e. $n$ up and $2n$ down", "incorrect"),
    ("$2n$, i.e. $n$ up and $2n$ down", "incorrect"), ("$2n$, i.e. $3n$", "incorrect")])
def test_letters_and_parts_of_a_count(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert grade(problems["comm-table"], "ps-messages", text).verdict.value == verdict


@pytest.mark.parametrize(("last", "verdict"), [("n", "correct"), ("{n-1}", "incorrect")])
@pytest.mark.parametrize("before", ["", r"Derivative in $v$: $\mu=\bar x$, $v=\frac1n\sum_i(x_i-\bar x)^2$." "\n"])
def test_a_tuple_of_outputs(problems: dict[str, Problem], before: str, last: str, verdict: str) -> None:
    text = before + r"Result: $(\mu,v)=\left(\bar x,\ \frac{1}¤\sum_i(x_i-\bar x)^2\right)$.".replace("¤", last)
    assert grade(problems["mle_gauss_var"], "answer", text).verdict.value == verdict
