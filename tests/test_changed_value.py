"""Words round one formula that make another value of it or deny it: undecided where the formula alone is right, in the direct lane as in the full reader."""

from __future__ import annotations

import pytest

from derive.grading import grade as grading
from derive.grading.beside.changed_value import changed, computed
from derive.grading.direct.lane import Direct, direct_of
from derive.grading.keys import Key, key_of
from derive.problem.model import Problem

CHANGES = [
    "{}, halved", "the answer is {}, doubled.", "{} reduced by 30 percent", "thrice {}", "seven times {}", "the cube of {}", "an inverse of {}", "{}, with its sign reversed",
    "{} without the minus sign",
    "only the third entry of {}", "it is not equal to {}", "never {}", "no more than {}", "{} would be an error", "{} (which is false)", "we guessed {}, but it was wrong.", "{}? No, surely not.",
    "not {}", "proportional to {}", "{} up to sign", "one over {}", "the sign of {}", "{}, divided by two", "{}, squared", "at most {}", "double {}",
    "half as large as {}", "{} up to some factor", "{}, give or take", "{} (multiply it by 3)", "the correct result is anything but {}",
]
UNCHANGED = ["the answer is {}", "{}.", "Hence {}", "I get {}.", "{} (final answer)"]
STYLES = ["${}$", "$${}$$", r"\({}\)", r"\[\boxed{{{}}}\]", "`{}`", "({})"]
FORMULAS = [("penalty-l2", "update", r"-\frac{\alpha}{2} g", "-(alpha/2)*g"),
            ("comm-table", "ring-messages", "2n(n-1)", "2*n*(n-1)"), ("limit-rescaled", "vector", "[1/3, 10/3, 100/3]", "[1/3, 10/3, 100/3]")]


@pytest.fixture(scope="module")
def lanes(problems: dict[str, Problem]) -> dict[str, tuple[Key, Direct]]:
    out = {}
    for problem, part, *_ in FORMULAS:
        key = key_of(problems[problem], problems[problem].part(part))
        lane = direct_of(key)
        assert lane is not None
        out[problem] = key, lane
    return out


def _written(style: str, tex: str, code: str) -> str:
    return style.format(code if style in ("`{}`", "({})") else tex)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_right_formula_that_words_change_is_undecided(lanes: dict[str, tuple[Key, Direct]], change: str, style: str) -> None:
    for problem, _, tex, code in FORMULAS:
        key, lane = lanes[problem]
        text = change.format(_written(style, tex, code))
        found = changed(text)
        if found is None:  # 'the correct result': a word that the grammar does not hold goes the whole way
            assert lane.verdict(text) is not True
            assert grading._graded(key, text, "", None).verdict.value != "correct"
            continue
        assert (lane.verdict(text), lane.refused(text)) == (None, "undecided")
        assert grading._graded(key, text, "", None).verdict.value == "undecided"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("said", UNCHANGED)
def test_words_that_change_nothing_are_none_of_these(lanes: dict[str, tuple[Key, Direct]], said: str, style: str) -> None:
    for problem, _, tex, code in FORMULAS:
        key, lane = lanes[problem]
        text = said.format(_written(style, tex, code))
        assert changed(text) is None
        assert lane.refused(text) is None
        assert grading._graded(key, text, "", None).verdict.value == "correct", text


@pytest.mark.parametrize("change", ["{} squared", "the cube of {}", "never {}"])
def test_of_a_wrong_formula_nothing_is_told(lanes: dict[str, tuple[Key, Direct]], change: str) -> None:
    key, lane = lanes["penalty-l2"]
    text = change.format(r"$-\alpha g$")
    assert lane.refused(text) is None
    assert "would be right" not in grading._graded(key, text, "", None).reason


@pytest.mark.parametrize(("text", "formula"), [
    ("half of (n + 1)", "(1/2)*(n + 1)"), ("(n + 1) times ten", "(n + 1)*10"), ("(2n) squared", "(2n)^2"), ("minus ((a)(b))", "(-1)*((a)(b))"), ("(a)(b) plus one", None), ("half of (a)(b)", None),
    ("half of (n), rounded", None)])
def test_arithmetic_in_words_on_a_bracket_is_one_formula(text: str, formula: str | None) -> None:
    assert computed(text) == formula


@pytest.mark.parametrize(("words", "verdict"), [("half of ({})", "incorrect"), ("({}) times ten", "incorrect"), ("half of (2*({}))", "correct"), ("(({})/10) times ten", "correct")])
def test_it_is_judged_by_what_it_makes(lanes: dict[str, tuple[Key, Direct]], words: str, verdict: str) -> None:
    key, lane = lanes["comm-table"]
    text = words.format("2*n*(n-1)")
    assert grading._graded(key, text, "", None).verdict.value == verdict
    assert lane.verdict(text) in (None, verdict == "correct")


UNREAD = [(r"$-\frac{\alpha}{2 d} g$", r"$-\frac{\alpha}{2} g$"), (r"$-\eta\, g$", r"$-\frac{\alpha}{2}\, g$"), (r"$g = -\frac{2}{\alpha} u$", r"$u = -\frac{\alpha}{2} g$"),
          (r"$\alpha = -\frac{\alpha}{2} g$", r"$\Delta\theta = -\frac{\alpha}{2} g$")]


@pytest.mark.parametrize(("unread", "right"), UNREAD)
def test_a_lone_formula_with_a_letter_of_nobody_or_for_another_symbol_is_unreadable(lanes: dict[str, tuple[Key, Direct]], unread: str, right: str) -> None:
    key, lane = lanes["penalty-l2"]
    assert (lane.verdict(unread), lane.refused(unread)) == (None, "unreadable")
    assert grading._graded(key, unread, "", None).verdict.value == "unreadable"
    assert lane.verdict(right) is True
    assert lane.refused(right) is None


@pytest.mark.parametrize(("text", "verdict"), [("n messages up + n messages down = **2n**", "correct"), ("n messages in + n messages out = 2n messages", "correct"),
                                               ("n messages up + n messages down = **2n - 1**", "incorrect"), ("n messages up + n - 1 messages down = **2n**", "incorrect")])
def test_summands_may_carry_their_unit(problems: dict[str, Problem], text: str, verdict: str) -> None:
    key = key_of(problems["comm-table"], problems["comm-table"].part("ps-messages"))
    lane = direct_of(key)
    assert lane is not None
    assert grading._graded(key, text, "", None).verdict.value == verdict
    assert lane.verdict(text) is (verdict == "correct")
