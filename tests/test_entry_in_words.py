"""Words that say which one entry moves and by how much, tables without heads, and ranges in words: the right ones beside near misses."""

from __future__ import annotations

import pytest

from derive import grade, load
from derive.problem.model import Problem
from tests.conftest import SPECS


def _of(name: str) -> Problem:
    return load(SPECS / f"cs182-hw2/{name}.toml")


_TEMPLATES = [
    "only the coordinate {k} with the {most} |g_{k}| moves, u_{k} = {f}",
    "Only the entry where |g_i| is {most} changes, by {fi}.",
    "the coordinate with the {most} |g_i| gets {fi}, all the others 0",
    r"The entry where $|g_j|$ is {most} is changed by ${fj}$, everything else is zero.",
    "- Find `k = np.arg{op}(np.abs(g))`\n- Set `u[k] = {code}`, everything else zero",
]


@pytest.mark.parametrize("template", _TEMPLATES)
@pytest.mark.parametrize(("most", "op", "factor", "verdict"), [
    ("largest", "max", "-(alpha/2)", "correct"), ("largest", "max", "(alpha/2)", "incorrect"), ("largest", "max", "-alpha", "incorrect"), ("smallest", "min", "-(alpha/2)", "incorrect"),
])
def test_the_one_entry_that_moves(template: str, most: str, op: str, factor: str, verdict: str) -> None:
    text = template.replace("{k}", "k").format(most=most, op=op, f=f"{factor} g_k", fi=f"{factor} g_i", fj=f"{factor} g_j".replace("alpha", r"\alpha"), code=f"{factor} * g[k]")
    assert grade(_of("penalty-l1"), "update", text).verdict == verdict


def test_without_only_and_the_others_nothing_is_said_of_them() -> None:
    assert grade(_of("penalty-l1"), "update", "the coordinate with the largest |g_i| gets -(alpha/2) g_i").verdict != "correct"


@pytest.mark.parametrize(("text", "verdict"), [
    ("The smallest of the $2n$ values is $-\\delta\\max_i|g_i|$.\n\n- $u_k=-\\delta\\operatorname{sign}(g_k)$\n- $u_j=0$ for $j\\ne k$", "correct"),
    ("k has the smallest |g_k|.\n\n- $u_k=-\\delta\\operatorname{sign}(g_k)$\n- $u_j=0$ for $j\\ne k$", "incorrect"),
])
def test_the_smallest_of_what(text: str, verdict: str) -> None:
    assert grade(_of("ball-l1"), "update", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("1. n²−n, p\n2. 2n, p\n3. 2n²−2n, p/n", "correct"),
    ("1) n(n-1) messages of p\n2) 2n messages of p\n3) 2n(n-1) messages of p/n", "correct"),
    ("1. n²−n, p\n2. 2n, p\n3. n²−n, p/n", "partial"),
    ("a2a = (n*(n-1), p), ps = (2*n, p), ring = (2*n*(n-1), p/n)", "correct"),
    ("ring: (2n(n-1), p/n); ps: (2n, p); a2a: (n(n-1), p)", "correct"),
    ("ring: (p/n, 2n(n-1)); ps: (p, 2n); a2a: (p, n(n-1))", "incorrect"),
    ("1. n²−n, p\n2. 2n, p", "unreadable"),
])
def test_tables_of_rows_alone(text: str, verdict: str) -> None:
    assert grade(_of("comm-table"), "table", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("all positive η strictly less than 10000/10101 (about 0.99)", "correct"), ("any positive step size below 1/||a||^2", "correct"),
    ("every step size strictly between 0 and 1/‖a‖²", "correct"), ("positive and less than 1/||a||^2", "correct"), ("all positive $\\eta$ below $\\frac{1}{\\|a\\|^2}$", "correct"),
    ("any positive step size below 2/||a||^2", "incorrect"), ("positive and at most 1/||a||^2", "incorrect"), ("all positive η less than or equal to 10000/10101", "incorrect"),
    ("all positive weights below 1/||a||^2", "unreadable"),
])
def test_ranges_in_words(text: str, verdict: str) -> None:
    assert grade(_of("limit-sgd"), "step-size", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("[-delta if x > 0 else delta if x < 0 else 0 for x in g]", "correct"), ("[delta if x > 0 else -delta for x in g]", "incorrect"), ("[-delta if x > 0 else 0 for x in g]", "incorrect"),
])
def test_a_comprehension_is_code(text: str, verdict: str) -> None:
    assert grade(_of("ball-linf"), "update", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("It is 0 iff −gᵀu ≤ (1/α)‖u‖_∞ for all u.\n\nAnswer: bounded below ⇔ α‖g‖₁ ≤ 1.", "correct"),
    ("It is 0 iff −gᵀu ≤ (1/α)‖u‖_∞ for all u.\n\nAnswer: bounded below ⇔ α‖g‖_∞ ≤ 1.", "incorrect"),
    ("bounded below ⇔ α‖g‖₁ ≥ 1", "incorrect"),
])
def test_the_condition_that_is_called_the_answer(text: str, verdict: str) -> None:
    assert grade(_of("penalty-linf-unsquared"), "status", text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("every coordinate moves by δ against the sign of its gradient", "correct"), ("all coordinates move by δ, each opposite to the sign of g_i", "correct"),
    ("every entry has size δ and the sign opposite to g_i", "correct"),
    ("every coordinate moves by δ along the sign of its gradient", "incorrect"), ("every coordinate moves by 2δ against the sign of its gradient", "incorrect"),
])
def test_size_and_sign_of_every_entry(text: str, verdict: str) -> None:
    assert grade(_of("ball-linf"), "update", text).verdict == verdict


@pytest.mark.parametrize("lead", ["It is wrong that ", "Nearly ", "If g > 0, ", "Twice: ", "For small δ ", "Not "])
@pytest.mark.parametrize("text", ["every coordinate moves by δ against the sign of its gradient", "every entry has size δ and the sign opposite to g_i"])
def test_what_stands_before_it_may_take_it_back(lead: str, text: str) -> None:
    assert grade(_of("ball-linf"), "update", lead + text).verdict in ("unreadable", "undecided")


@pytest.mark.parametrize("text", [
    "only the coordinate with the largest |g_i| moves, {} = -(alpha/2) g_i".replace("{}", head) for head in ("-u_i", "alpha u_i", "|u_i|", "theta_i", "g_i", "u_i = g_i", "u_i^2")] + [
    "only the coordinate with the largest |g_i| moves, by -(alpha/2) g_i" + rest for rest in (
        ", the others by half of that", ". The others keep their value alpha", ". Actually the smallest.", "\nu = -(alpha/2) g", ", the others are 0 or the same", ". Nothing is zero.")] + [
    lead + "only the coordinate with the largest |g_i| moves, by -(alpha/2) g_i" for lead in ("In Adam, ", "If n = 2, ", "When g > 0 ", "It is wrong that ")] + [
    "Let `g = -g`.\n- Find `k = np.argmax(np.abs(g))`\n- Set `u[k] = -(alpha/2) * g[k]`, everything else zero",
    "- Find `k = np.argmax(np.abs(g))`\n- Set `theta[k] = -(alpha/2) * g[k]`, everything else zero"])
def test_one_entry_among_other_words(text: str) -> None:
    assert grade(_of("penalty-l1"), "update", text).verdict != "correct"


@pytest.mark.parametrize("text", [
    "ring = (2n(n-1), p/n)*2, ps = (2n, p), a2a = (n(n-1), p)", "(size, messages): ring = (2n(n-1), p/n), ps = (2n, p), a2a = (n(n-1), p)",
    "ring = (2n(n-1), p/n), ps = (2n, p), a2a = (n(n-1), p), but the first two are swapped", "not ring = (2n(n-1), p/n), ps = (2n, p), a2a = (n(n-1), p)",
    "In reverse order:\n1. n²−n, p\n2. 2n, p\n3. 2n²−2n, p/n", "1. n²−n, p\n2. 2n, p\n3. 2n²−2n, p/n\n\nItems 1 and 3 have to be exchanged.",
    "1. n²−n per worker, p\n2. 2n, p\n3. 2n²−2n, p/n", "Wrong:\n1. n²−n, p\n2. 2n, p\n3. 2n²−2n, p/n"])
def test_rows_among_other_words(text: str) -> None:
    assert grade(_of("comm-table"), "table", text).verdict != "correct"


@pytest.mark.parametrize("text", [
    "0 < α < 10000/10101 (about 0.5)", "all positive η below 10000/10101 (about 1.98)", "any positive step size below 1/||a||^2, inclusive", "alpha between 0 and 1/||a||^2, inclusive"])
def test_ends_and_decimals_of_a_range(text: str) -> None:
    assert grade(_of("limit-sgd"), "step-size", text).verdict != "correct"


@pytest.mark.parametrize("text", ["0 < α < 1/‖a‖²{}", "(0, 1/‖a‖²){}", "alpha between 0 and 1/||a||^2{}", "any positive step size below 1/||a||^2{}"])
def test_ends_that_are_included(text: str) -> None:
    assert grade(_of("limit-sgd"), "step-size", text.format("")).verdict == "correct"
    assert grade(_of("limit-sgd"), "step-size", text.format(", inclusive")).verdict == "incorrect"


@pytest.mark.parametrize(("text", "verdict"), [
    ("only the coordinate with largest |g_i| is updated: u_k = -α g_k/2", "correct"), ("only the coordinate with the largest |g_i| moves: u_i = -α g_i/2", "correct"),
    ("only the coordinate with smallest |g_i| is updated: u_k = -α g_k/2", "incorrect"), ("only the coordinate with largest |g_i| is updated: u_k = -α g_k", "incorrect")])
def test_the_place_may_have_the_letter_of_the_equation(problems: dict[str, Problem], text: str, verdict: str) -> None:
    assert grade(problems["penalty-l1"], "update", text).verdict.value == verdict
