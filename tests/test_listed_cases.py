r"""Cases told as a list, one a line, are one formula by cases: '- $x_i = A$ if $c$', '1. b <= 0: so x = 0', '- otherwise: F'."""

from __future__ import annotations

from itertools import product

import pytest

from derive import grade
from derive.grading.cases.listed_cases import with_listed_cases
from derive.problem.model import Problem

MARKS = ["- ", "* ", "• ", ("1. ", "2. ", "3. "), ("(a) ", "(b) ", "(c) "), ("**Case 1**: ", "**Case 2**: ", "**Case 3**: ")]
ITEMS = ["if ${c}$: ${v}$", "${v}$ if ${c}$", "${v}$ for ${c}$.", "${c}$: ${v}$", "When ${c}$, the entry moves: ${v}$"]
SOFT = [(r"v_i>\lambda", r"x_i = v_i-\lambda"), (r"|v_i|\le\lambda", "x_i = 0"), (r"v_i<-\lambda", r"x_i = v_i+\lambda")]
HUBER = [("|v| ≤ λ", "v²/2"), ("|v| > λ", "λ|v| − λ²/2")]
HALFSPACE = [("b ≤ 0", "x = 0"), ("b > 0", "x = b a/‖a‖²")]
SPECS = [("prox_l1", SOFT), ("moreau_abs", HUBER), ("mn_halfspace", HALFSPACE)]


def listed(mark: str | tuple[str, ...], item: str, cases: list[tuple[str, str]]) -> str:
    marks = [mark] * len(cases) if isinstance(mark, str) else mark
    return "\n".join(m + item.format(c=c, v=v) for m, (c, v) in zip(marks, cases, strict=False))


@pytest.mark.parametrize(("mark", "item"), list(product(MARKS, ITEMS)))
def test_every_way_of_a_list(problems: dict[str, Problem], mark: str | tuple[str, ...], item: str) -> None:
    assert grade(problems["prox_l1"], "answer", "Entry by entry:\n\n" + listed(mark, item, SOFT)).verdict == "correct"
    swapped = [(SOFT[2][0], SOFT[0][1]), SOFT[1], (SOFT[0][0], SOFT[2][1])]
    assert grade(problems["prox_l1"], "answer", "Entry by entry:\n\n" + listed(mark, item, swapped)).verdict == "incorrect"


@pytest.mark.parametrize(("name", "cases"), SPECS)
@pytest.mark.parametrize("item", ["{c}: {v}", "if {c}: {v}", "{v} if {c}", "{v} for {c}"])
def test_plain_text_and_delimiters_say_the_same(problems: dict[str, Problem], name: str, cases: list[tuple[str, str]], item: str) -> None:
    delimited = item.replace("{c}", "${c}$").replace("{v}", "${v}$")
    for form in ([] if name == "prox_l1" else [item]) + [delimited]:
        assert grade(problems[name], "answer", "There are two cases:\n" + listed("- ", form, cases)).verdict == "correct"
        assert grade(problems[name], "answer", listed("- ", form, [(c, v) for (c, _), (_, v) in zip(cases, cases[::-1], strict=True)])).verdict == "incorrect"


def test_the_order_of_the_items_does_not_matter_and_the_last_may_say_otherwise(problems: dict[str, Problem]) -> None:
    for cases in (SOFT, SOFT[::-1]):
        assert grade(problems["prox_l1"], "answer", listed("- ", ITEMS[1], cases)).verdict == "correct"
    outer = listed("- ", ITEMS[0], [SOFT[0], SOFT[2]])
    assert grade(problems["prox_l1"], "answer", outer + "\n- otherwise: $x_i = 0$").verdict == "correct"
    assert grade(problems["prox_l1"], "answer", outer + "\n- otherwise: $x_i = v_i$").verdict == "incorrect"
    assert grade(problems["prox_l1"], "answer", outer).verdict != "correct"  # nothing is said of the others


def test_words_between_a_condition_and_its_value(problems: dict[str, Problem]) -> None:
    for words, right in (("the origin is feasible, so ", True), ("", True), ("it is never the case that ", False)):
        text = f"Two cases:\n1. b ≤ 0: {words}x = 0.\n2. b > 0: x = b a/‖a‖²."
        assert (grade(problems["mn_halfspace"], "answer", text).verdict == "correct") is right


@pytest.mark.parametrize("text", [
    "- x = 1\n- y = 2", "- if $a<b$: $x=1$\n- and a remark", "- if $a<b$: $x=1$\n- if $a>b$: $y=2$", "- $x=1$ if $a<b$", "some text\nof two lines with a < b",
    "- if $a<1$: $x=0$\n- if $a>1$: $x=1$\n\nPut together: **x = 1**", "Check:\n- if $a<1$: $x=0$\n- if $a>1$: $x=1$", "- otherwise: $x=1$\n- if $a<1$: $x=0$"])
def test_lists_of_another_kind_stay_as_they_are(text: str) -> None:
    assert with_listed_cases(text) == text


@pytest.mark.parametrize(("head", "right"), [
    ("$d_i$", True), ("d_i", True), ("$d_i^*$", True), ("value", True), ("value of $d_i$", True), ("optimal $d_i$", True), ("answer", True), ("$-d_i$", False), ("$d_i/r$", False),
    ("half of $d_i$", False),
    ("old $d_i$", False), ("$g_i$", False), ("half", False)])
def test_the_head_of_a_table_says_what_it_gives(problems: dict[str, Problem], head: str, right: bool) -> None:
    table = f"| case | {head} |\n|---|---|\n| $g_i>0$ | $-r$ |\n| $g_i<0$ | $r$ |\n| $g_i=0$ | $0$ |"
    assert (grade(problems["lmo_linf"], "answer", table).verdict == "correct") is right
    assert grade(problems["lmo_linf"], "answer", table.replace("$-r$", "$r$", 1)).verdict != "correct"
    assert (grade(problems["lmo_linf"], "answer", table.replace("| $g_i>0$", "| if $g_i>0$")).verdict == "correct") is right
