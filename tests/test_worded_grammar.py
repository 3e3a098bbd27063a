"""What the grammar of words reads: values, groups, conditions; what can be grouped in two ways, or says a word more, is not read."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.grading.finding.wanted import Wanted
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.worded.answer import meaning
from derive.grading.worded.judged import judged_in_words
from derive.maths.exact import World, exact
from derive.maths.read import read_expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.model import Problem


def _scope(vector: str = "g", number: str = "alpha", other: str = "b", asked: str = "u") -> Scope:
    symbols = [Symbol(vector, ("n",), says="gradient of the loss"), Symbol(number, (), "positive", says="step size"), Symbol(other, (), "positive"), Symbol(asked, ("n",), says="the update"),
               Symbol("H", ("n", "n"), "spd"), Symbol("n", (), "count", "dimension")]
    return Scope({s.name: s for s in symbols}, frozenset("n"), asked=asked)


SCOPE = _scope()
G, ALPHA, B = [Fraction(3, 2), Fraction(-5, 4), Fraction(7, 8)], Fraction(11, 8), Fraction(13, 16)
WORLD = World({"g": G, "alpha": ALPHA, "b": B, "u": [Fraction(0)] * 3, "H": [[Fraction(int(i == j)) for j in range(3)] for i in range(3)]}, {"n": 3})


def _number(text: str) -> float | None:
    said = meaning(text, Wanted(SCOPE, "", ()))
    return None if said is None else float(exact(said, WORLD))  # type: ignore[arg-type]


def _value(formula: str) -> float:
    return float(exact(read_expr(formula, SCOPE), WORLD))  # type: ignore[arg-type]


# Each with the formula that it says.
NUMBERS = [
    ("half of alpha", "alpha/2"), ("a quarter of alpha times b", "alpha*b/4"), ("three quarters of alpha", "3*alpha/4"), ("two thirds of b", "2*b/3"), ("twice alpha", "2*alpha"),
    ("alpha squared", "alpha^2"), ("alpha to the power three", "alpha^3"), ("the square of alpha", "alpha^2"), ("the square root of b", "sqrt(b)"), ("the reciprocal of alpha", "1/alpha"),
    ("one over alpha", "1/alpha"), ("alpha over two", "alpha/2"), ("alpha over two times b", "alpha*b/2"), ("one minus two alpha times b", "1 - 2*alpha*b"), ("minus alpha plus b", "b - alpha"),
    ("alpha plus b, times two", "2*(alpha + b)"), ("alpha times the quantity b plus one", "alpha*(b + 1)"), ("alpha times (b plus one)", "alpha*(b + 1)"), ("the step size times b", "alpha*b"),
    ("alpha times b, plus one", "alpha*b + 1"), ("the sum of alpha and b", "alpha + b"), ("the product of alpha and b", "alpha*b"), ("the difference of alpha and b", "alpha - b"),
    ("the ratio of alpha to b", "alpha/b"), ("the Euclidean norm of the gradient", "norm(g, 2)"), ("the squared norm of g", "norm(g, 2)^2"), ("the one-norm of g", "norm(g, 1)"),
    ("the L1 norm of g", "norm(g, 1)"), ("the max-norm of g", "norm(g, inf)"), ("the infinity norm of the gradient squared", "norm(g, inf)^2"), ("the sum of the entries of g", "sum(g)"),
    ("the sum of the absolute values of the entries of g", "norm(g, 1)"), ("the sum of the squares of g", "norm(g, 2)^2"), ("the largest absolute value of an entry of g", "norm(g, inf)"),
    ("the largest entry of g", "max(g)"), ("the smallest entry of g in absolute value", "min(abs(g))"), ("the largest gradient entry in absolute value", "norm(g, inf)"),
    ("the mean of the entries of g", "sum(g)/n"), ("alpha (which is 1.375) times b", ""), ("$\\alpha$ times $b$", "alpha*b"), ("half of $\\alpha + b$", "(alpha + b)/2"),
    ("minus alpha", "-alpha"), ("alpha, with a minus sign", "-alpha"), ("g transpose g", "norm(g, 2)^2"), ("the inner product of g and g", "norm(g, 2)^2"), ("the trace of H", "tr(H)"),
    ("alpha times b: alpha*b", "alpha*b"), ("the largest eigenvalue of H", "lambda_max(H)"), ("five times alpha minus three times b", ""),
]


@pytest.mark.parametrize(("text", "formula"), [c for c in NUMBERS if c[1]])
def test_a_number_in_words(text: str, formula: str) -> None:
    assert _number(text) == pytest.approx(_value(formula), rel=1e-12)


AMBIGUOUS = ["half of alpha plus b", "twice alpha minus b", "alpha times b minus one", "alpha minus one times b", "one minus alpha times b",
         "alpha times b plus alpha times b squared", "alpha plus b squared",
             "the square root of alpha times b", "the square of alpha times b", "alpha over b times alpha", "one over two times alpha",
             "the negative of alpha plus b", "the sum of alpha and b times two",
             "the product of alpha and b minus one", "alpha times $b + 1$", "the logarithm of alpha times b", "the sum of the absolute values of g squared", "alpha divided by b plus one",
             "the reciprocal of alpha plus one", "the absolute value of alpha minus b"]


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_can_be_grouped_in_two_ways_is_not_read(text: str) -> None:
    assert _number(text) is None


WORDS = ["not", "roughly", "about", "up to sign", "if", "only for", "at most", "nearly", "say", "wrong:", "unless", "never", "except", "in general not", "somewhat", "the opposite", "somehow"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("text", ["half of alpha times b", "minus the one-norm of g", "alpha over two, times b"])
def test_no_word_is_passed_over(word: str, text: str) -> None:
    assert _number(text) is not None
    for said in (f"{word} {text}", f"{text} {word}", f"{text}, {word}", f"{text} ({word})"):
        assert _number(said) is None, said


@pytest.mark.parametrize("gloss", ["(1.375)", "(which is 1.375)", "(about 1.4)", "(about 1.37)"])
def test_a_gloss_must_be_true_of_all_instances(gloss: str) -> None:
    assert _number(f"alpha {gloss} times b") is None  # alpha is a letter: no number is what it is


@pytest.mark.parametrize(("said", "formula"), [("(which is b alpha)", "alpha*b"), ("(that is b times alpha)", "alpha*b")])
def test_a_gloss_that_says_the_same(said: str, formula: str) -> None:
    assert _number(f"the product of alpha and b {said}") == pytest.approx(_value(formula))


@pytest.mark.parametrize("names", list(permutations(("x", "t", "c"))))
@pytest.mark.parametrize("text", ["minus half of {1} times the one-norm of {0} times {2}",
         "{1} plus {2}, times the largest absolute value of the entries of {0}", "the quantity {1} minus {2}, over the squared norm of {0}"])
def test_the_names_of_letters_do_not_matter(names: tuple[str, str, str], text: str) -> None:
    vector, number, other = names
    renamed = meaning(text.format(*names), Wanted(_scope(vector, number, other), "", ()))
    assert renamed is not None
    there = World({vector: G, number: ALPHA, other: B, "u": WORLD.values["u"], "H": WORLD.values["H"]}, {"n": 3})
    assert float(exact(renamed, there)) == pytest.approx(_number(text.format("g", "alpha", "b")))  # type: ignore[arg-type]


@pytest.mark.parametrize("factors", list(permutations(("half of alpha", "the one-norm of the gradient", "b"))))
def test_factors_may_be_said_in_any_order(factors: tuple[str, ...]) -> None:
    assert _number(" times ".join(factors)) == pytest.approx(_value("alpha*b*norm(g, 1)/2"))


CONDITIONS = [("alpha must be bigger than zero and its product with b must be less than one", "alpha > 0 and alpha*b < 1"), ("alpha is positive and at most one over b", "alpha > 0 and alpha ≤ 1/b"),
              ("every positive step size below one over b", "alpha > 0 and alpha < 1/b"), ("exactly when alpha is strictly between zero and 2/b", "0 < alpha and alpha < 2/b"),
              ("the one-norm of g does not exceed one over alpha", "norm(g, 1) ≤ 1/alpha")]
SLIPS = [("bigger", "smaller"), ("positive", "negative"), ("less", "more"), ("below", "above"), ("at most", "less than"), ("does not exceed",
         "exceeds"), ("zero", "one"), ("one-norm", "two-norm"), ("its product", "half of its product")]


@pytest.mark.parametrize(("text", "formula"), CONDITIONS)
def test_a_condition_in_words(text: str, formula: str) -> None:
    said = meaning(text, Wanted(SCOPE, "", (), condition=True, subject="alpha"))
    assert said is not None
    for alpha in (Fraction(-1), Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(16, 13), Fraction(2), Fraction(32, 13), Fraction(3)):
        world = World({**WORLD.values, "alpha": alpha}, {"n": 3})
        if alpha or "1/alpha" not in formula:
            assert bool(exact(said, world)) == all(_holds(part, world) for part in formula.split(" and ")), alpha


def _holds(relation: str, world: World) -> bool:
    for sign, compare in (("≤", lambda a, b: a <= b + 1e-12), ("<", lambda a, b: a < b - 1e-12), (">", lambda a, b: a > b + 1e-12)):
        if sign in relation:
            left, right = (float(exact(read_expr(t, SCOPE), world)) for t in relation.split(sign))  # type: ignore[arg-type]
            return bool(compare(left, right))
    raise AssertionError(relation)


@pytest.mark.parametrize("word", ["if", "not", "only", "roughly when", "at least when", "almost"])
def test_a_condition_that_is_hedged_or_one_sided_is_not_read(word: str) -> None:
    for text, _ in CONDITIONS:
        assert meaning(f"{word} {text}", Wanted(SCOPE, "", (), condition=True, subject="alpha")) is None


# An independent speaker: an expression, its value, and how it is said with every group in brackets or as 'the quantity'.
Spoken = tuple[str, float]
_ATOMS: list[Spoken] = [("alpha", float(ALPHA)), ("b", float(B)), ("two", 2.0), ("3", 3.0), ("the one-norm of g",
         float(sum(abs(x) for x in G))), ("the largest absolute value of the entries of g", 1.5),
                        ("the Euclidean norm of the gradient", sqrt(sum(float(x) ** 2 for x in G))), ("the step size", float(ALPHA))]


def _grouped(s: Spoken) -> str:
    return f"({s[0]})"


def _speakers(inner: st.SearchStrategy[Spoken]) -> st.SearchStrategy[Spoken]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: (f"{_grouped(p[0])} times {_grouped(p[1])}", p[0][1] * p[1][1])),
        pairs.map(lambda p: (f"{_grouped(p[0])} plus {_grouped(p[1])}", p[0][1] + p[1][1])),
        pairs.map(lambda p: (f"the product of {_grouped(p[0])} and {_grouped(p[1])}", p[0][1] * p[1][1])),
        pairs.map(lambda p: (f"{_grouped(p[0])} minus {_grouped(p[1])}", p[0][1] - p[1][1])),
        inner.map(lambda x: (f"half of {_grouped(x)}", x[1] / 2)), inner.map(lambda x: (f"minus {_grouped(x)}", -x[1])), inner.map(lambda x: (f"twice {_grouped(x)}", 2 * x[1])),
        inner.map(lambda x: (f"{_grouped(x)} squared", x[1] ** 2)), inner.map(lambda x: (f"the square of {_grouped(x)}", x[1] ** 2)), inner.map(lambda x: (f"{_grouped(x)} over 4", x[1] / 4)))


SPOKEN = st.recursive(st.sampled_from(_ATOMS), _speakers, max_leaves=5)


@settings(max_examples=120, deadline=None)
@given(SPOKEN)
def test_what_is_said_with_every_group_is_read_back(spoken: Spoken) -> None:
    text, value = spoken
    found = _number(text) if not text.startswith(("two", "3", "alpha", "b")) or " " in text else value
    assert found == pytest.approx(value, rel=1e-9, abs=1e-9), text


@settings(max_examples=60, deadline=None)
@given(SPOKEN, st.sampled_from(["not", "roughly", "the negative of", "twice", "half of", "about"]))
def test_a_word_before_it_never_leaves_the_value(spoken: Spoken, word: str) -> None:
    text, value = spoken
    found = _number(f"{word} ({text})")
    assert found is None or abs(value) < 1e-9 or found != pytest.approx(value, rel=1e-6)


def test_nothing_of_a_formula_goes_through_the_grammar(problems: dict[str, Problem]) -> None:
    """Words are read where no formula answers: one that is right is marked without them."""
    from derive.grading.worded import judged

    def fail(*_: object) -> None:
        raise AssertionError("the grammar of words was asked")

    kept, judged.meaning = judged.meaning, fail  # type: ignore[assignment]
    try:
        for text in ("-(alpha/2)*g", r"$u = -\frac{\alpha}{2} g$", r"The update is $-\frac{\alpha}{2} g$."):
            assert grade(problems["penalty-l2"], "update", text, memo=False).verdict == "correct"
    finally:
        judged.meaning = kept


@pytest.mark.parametrize("text", ["half " * 200, "the sum of " * 60 + "alpha", "minus " * 90 + "alpha",
         "(" * 150 + "alpha" + ")" * 150, "alpha times " * 30 + "alpha", "alpha plus alpha times " * 12 + "alpha",
                                  "half of " * 40 + "alpha plus b", "the square of " * 25 + "alpha times b minus b"])
def test_hostile_texts_end(text: str) -> None:
    from tests.conftest import calls_of

    assert calls_of(lambda: meaning(text, Wanted(SCOPE, "", ()))) < 3_000_000


@pytest.mark.parametrize(("problem", "part"), [("penalty-l2", "update"), ("comm-table", "ps-messages")])
def test_words_without_mathematics_say_nothing(problems: dict[str, Problem], problem: str, part: str) -> None:
    key = key_of(problems[problem], problems[problem].part(part))
    for text in ("I do not know", "see above", "the answer is obvious", "as many as there are", "the same as before", "", "the update", "number"):
        assert judged_in_words(text, key) is None
