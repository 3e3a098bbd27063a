"""Several quantities told line by line or in a table of two columns; a ratio told by a total that is supposed. What stands beside a value must leave it."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from tests.bank import stated

CONVOLUTION = r"""* Parameters: each of the $C_o$ filters has $C_i K^2$ weights plus one bias, so $C_o(C_iK^2+1)$.
* Output height: $H' = \left\lfloor\frac{H+2q-K}{s}\right\rfloor+1$.
* Multiply-adds: $C_o\,C_i\,K^2\,H'^2$, with $H'$ the output height above."""
DOUBLING = r"""- messages in total: $n\log_2 n$ (each of the $n$ workers sends one message in each round)
- size of each: $p$
- rounds: $\log_2 n = k$"""
TRAINING = "| quantity | count |\n|---|---|\n| forward multiply-adds | $Tab$ |\n| backward multiply-adds | $2Tab$ |\n| total FLOPs | $6Tab$ |"
CACHE = r"Cache size: $2\cdot L\cdot s\cdot g\cdot e$ numbers (the 2 is for keys and values). With all $h$ heads it would be $2Lshe$, i.e. $h/g$ times as large."
MOMENTUM = r"""The step matrix on $(z,x)$ is $\begin{pmatrix}1-b & 2bs^2\\ -\eta(1-b) & 1-2\eta b s^2\end{pmatrix}$.

Sum (trace): $2-b-2\eta b s^2$.
Product (determinant): $1-b$."""
ANSWERS = {"cnt_conv": CONVOLUTION, "cnt_recursive_doubling": DOUBLING, "cnt_training_flops": TRAINING, "cnt_kv_cache": CACHE, "momentum_eigenvalues": MOMENTUM}


@pytest.mark.parametrize("name", list(ANSWERS))
def test_every_quantity_on_its_line(name: str) -> None:
    assert grade(stated(name), "answer", ANSWERS[name]).verdict == "correct"


@pytest.mark.parametrize(("name", "before", "after"), [
    ("cnt_conv", ", with $H'$ the output height above", ""), ("cnt_conv", "each of the $C_o$ filters has $C_i K^2$ weights plus one bias, so ", ""), ("cnt_recursive_doubling", "n\\log_2 n",
    "n k"),
    ("cnt_recursive_doubling", "\\log_2 n = k", "\\log_2 n"), ("cnt_training_flops", "| quantity | count |", "| what | how many |"), ("cnt_training_flops", "$", ""),
    ("cnt_training_flops", TRAINING, "| forward | backward | total FLOPs |\n|---|---|---|\n| $Tab$ | $2Tab$ | $6Tab$ |"),
    ("cnt_kv_cache", " (the 2 is for keys and values)", ""), ("cnt_kv_cache", "$2Lshe$, i.e. ", ""), ("cnt_kv_cache", "i.e. $h/g$ times as large", "which is $h/g$ times as much"),
    ("momentum_eigenvalues", "Sum (trace)", "Trace"),
])
def test_the_same_in_other_words(name: str, before: str, after: str) -> None:
    assert before in ANSWERS[name]
    assert grade(stated(name), "answer", ANSWERS[name].replace(before, after)).verdict == "correct"


@pytest.mark.parametrize(("name", "before", "after"), [
    ("cnt_conv", "so $C_o(C_iK^2+1)$", "so $C_o(C_iK^2)+1$"), ("cnt_conv", r"\right\rfloor+1", r"\right\rfloor"), ("cnt_conv", "H'^2$, with", "H'$, with"),
    ("cnt_conv", "with $H'$ the output height above", "with $H'$ the input height"), ("cnt_conv", "with $H'$ the output height above", "where $H'$ is half the output height"),
    ("cnt_recursive_doubling", "n\\log_2 n", "\\log_2 n"), ("cnt_recursive_doubling", "size of each: $p$", "size of each: $p/n$"), ("cnt_recursive_doubling", "\\log_2 n = k", "\\log_2 n = k+1"),
    ("cnt_training_flops", "$2Tab$", "$Tab$"), ("cnt_training_flops", "$6Tab$", "$3Tab$"), ("cnt_training_flops", "$6Tab$ |", "$6Tab$ |\n\nAll counts are per token."),
    ("cnt_training_flops", TRAINING, "| forward | backward | total FLOPs |\n|---|---|---|\n| $2Tab$ | $Tab$ | $6Tab$ |"),
    ("cnt_kv_cache", "$h/g$ times", "$g/h$ times"), ("cnt_kv_cache", "2\\cdot L", "L"), ("cnt_kv_cache", "$2Lshe$", "$Lshe$"),
    ("momentum_eigenvalues", "$1-b$.", "$1+b$."), ("momentum_eigenvalues", "Sum (trace): $2-b-", "Sum (trace): $2-"),
])
def test_another_value_on_one_line(name: str, before: str, after: str) -> None:
    assert before in ANSWERS[name]
    assert grade(stated(name), "answer", ANSWERS[name].replace(before, after)).verdict != "correct"


LIST = "- messages: $2n$\n- size: $p$"


@pytest.mark.parametrize(("text", "right"), [
    (LIST, True), ("Answer\n" + LIST, True), ("| messages | size |\n|---|---|\n| 2n | p |", True), ("| messages | size |\n|---|---|\n| p | 2n |", False),
    ("- messages: $2n = n$\n- size: $p$", False),
    ("- messages: $2n$ per worker\n- size: $p$", False), ("- messages per worker: $2n$\n- size: $p$", False), ("| messages per worker | size |\n|---|---|\n| 2n | p |", False),
    ("- messages: $2n$ (each worker sends only half of them)\n- size: $p$", False), ("- messages: $2n$, if n is even\n- size: $p$", False), ("- messages: $2n$\n- size: about $p$", False),
    ("Per worker:\n" + LIST, False), ("A common mistake:\n" + LIST, False), ("If each worker had only one neighbour:\n" + LIST, False), ("We count per worker.\n\nThe result:\n" + LIST, False),
    (LIST + "\n- messages: $n$", False), (LIST + "\n\nThe number of messages must still be doubled.", False), (LIST + "\n\nEach has to be sent twice.", False),
    ("| messages* | size |\n|---|---|\n| 2n | p |\n\n\\* per worker", False), ("| messages | size |\n|---|---|\n| 2n | p |\n\nAll numbers are per worker.", False),
])
def test_words_beside_a_list(text: str, right: bool) -> None:
    assert (grade(stated("cnt_gossip_ring"), "answer", text).verdict == "correct") is right


def test_a_letter_that_is_introduced_before_the_lines() -> None:
    text = ("Let $O = \\left\\lfloor \\dfrac{H - K + 2q}{s}\\right\\rfloor + 1$ denote the output height (= output width).\n\n"
            "| Quantity | Formula |\n|---|---|\n| Parameters | $C_i C_o K^2 + C_o$ |\n| Output height | $O$ |\n| Multiply-adds | $C_i C_o K^2 O^2$ |")
    assert grade(stated("cnt_conv"), "answer", text).verdict == "correct"
    for before, after in (("O^2$", "O$"), (" + 1$", "$"), ("output height (", "number of filters (")):
        assert grade(stated("cnt_conv"), "answer", text.replace(before, after)).verdict != "correct"
