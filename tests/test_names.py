"""Names in words: witnesses that can be checked, changes that leave a verdict as it is, and the words themselves."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.stepsize import step_at
from derive.grading.naming.judgement import NameJudgement, judge_name
from derive.grading.naming.text import flatten
from derive.grading.naming.words import Standing, find_names, judged_names, known_word
from derive.maths import expr as E
from derive.maths.exact import World
from derive.maths.read import read_expr
from tests.updates import CORRECT, INCORRECT, PARTIAL, PENALTY_L2, PENALTY_LINF, UNDECIDED, UNREADABLE, name, problem

# ---------------------------------------------------------------- witnesses can be checked by hand


@pytest.mark.parametrize(
    "text",
    ["gradient descent", "Adam", "normalised gradient descent", "SGD with momentum", "AdaGrad", "gradient ascent"],
)
def test_the_witness_of_another_rule_is_an_instance_that_no_step_fits(text: str) -> None:
    found = judge_name(text, PENALTY_LINF)
    assert found.verdict == INCORRECT and found.witness is not None
    d, u = ([float(_fraction(x)) for x in v] for v in (found.witness.submitted, found.witness.required))
    etas = [y / x for x, y in zip(d, u, strict=True)]
    assert max(etas) - min(etas) > 1e-6 * max(map(abs, etas)) or max(etas) < 0


def _fraction(text: str) -> float:
    p, _, q = text.partition("/")
    return float(p) / float(q or 1)


def test_the_witness_of_a_missing_dependence_is_two_gradients_with_their_steps() -> None:
    found = judge_name("SignSGD", PENALTY_LINF)
    assert found.verdict == PARTIAL and found.witness is not None
    first, then = found.witness.at["first"], found.witness.at["then"]
    assert first["alpha"] == then["alpha"] and first["g"] != then["g"]
    for at, step in ((first, found.witness.submitted), (then, found.witness.required)):
        total = sum(abs(_fraction(x)) for x in at["g"])
        assert _fraction(step) == pytest.approx(_fraction(at["alpha"]) / 2 * total)


def test_a_wrong_step_shows_both_values_and_not_the_formula() -> None:
    found = judge_name("SignSGD with step size α‖g‖₁", PENALTY_LINF)
    assert found.verdict == PARTIAL and found.witness is not None
    assert _fraction(found.witness.submitted) == pytest.approx(2 * _fraction(found.witness.required))
    assert "/2" not in found.reason and "frac" not in found.reason
    assert found.stated_step == read_expr("alpha * norm(g, 1)", PENALTY_LINF.problem.scope())


@pytest.mark.parametrize(
    "text",
    ["SignSGD", "sign descent with a step proportional to the 2-norm", "Adam", "gradient descent", "steepest descent"],
)
def test_no_reason_gives_the_answer_away(text: str) -> None:
    reason = judge_name(text, PENALTY_LINF).reason
    assert "l1" not in reason.lower() and "1-norm" not in reason and "‖g‖₁" not in reason
    if "sign" not in text.lower():
        assert "sign" not in reason.lower()


def test_a_hedge_is_noted() -> None:
    assert "with reserve" in judge_name("maybe gradient descent", PENALTY_L2).reason
    assert "with reserve" not in judge_name("gradient descent", PENALTY_L2).reason


# ---------------------------------------------------------------- metamorphic: what must not change the verdict

PLAIN = [
    ("gradient descent", CORRECT),
    ("SignSGD", INCORRECT),
    ("momentum", INCORRECT),
    ("adaptive gradient descent", PARTIAL),
]


@pytest.mark.parametrize("factor", ["3", "2/7"])
@pytest.mark.parametrize(("text", "verdict"), PLAIN)
def test_another_factor_changes_the_step_and_no_name(factor: str, text: str, verdict: str) -> None:
    d = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), f"-({factor}) * alpha * g")
    assert judge_name(text, d).verdict == verdict
    assert judge_name(f"{text} with learning rate ({factor}) α", d).verdict == verdict
    assert judge_name("gradient descent with learning rate (5/9) α", d).verdict == PARTIAL


@pytest.mark.parametrize("vector", ["h", "c", "grad"])
def test_another_letter_for_the_gradient_changes_nothing(vector: str) -> None:
    symbols = {vector: {"type": "vector(n)", "aliases": ["\\nabla f"]}}
    d = name(
        problem(f"{vector}^T u + (1/alpha) * norm(u, inf)^2", symbols),
        f"-(alpha/2) * norm({vector}, 1) * sign({vector})",
    )
    for text, verdict in [
        ("SignSGD", PARTIAL),
        ("sign descent with step (α/2)‖∇f‖₁", CORRECT),
        ("sign descent with step α‖∇f‖₁", PARTIAL),
        ("sign descent scaled by the l1 norm of the gradient", CORRECT),
        ("gradient descent", INCORRECT),
    ]:
        assert judge_name(text, d).verdict == verdict


def test_ascent_is_not_descent() -> None:
    p = problem("g^T u - (1/alpha) * norm(u, 2)^2", sense="max")
    d = name(p, "(alpha/2) * g")
    assert judge_name("gradient ascent", d).verdict == CORRECT
    found = judge_name("gradient descent", d)
    assert found.verdict == INCORRECT and "uphill" in found.reason


WRAPPERS = [
    "{}",
    "{}.",
    "**{}**",
    "$\\text{{{}}}$",
    "\\boxed{{\\text{{{}}}}}",
    "  {}\n",
    "The optimizer is {}.",
    "(b) {}",
    "Answer: {}",
]
NAMES = [
    ("gradient descent", CORRECT),
    ("SignSGD", INCORRECT),
    ("Adam", INCORRECT),
    ("SGD", CORRECT),
    ("normalized SGD", PARTIAL),
]


@given(st.sampled_from(WRAPPERS), st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, str]))
@settings(max_examples=80, deadline=None)
def test_dress_does_not_matter(wrapper: str, case: tuple[str, str], style: Any) -> None:
    text, verdict = case
    assert judge_name(wrapper.format(style(text)), PENALTY_L2).verdict == verdict


@given(
    st.sampled_from(
        [
            "not {}",
            "it is not {}",
            "rather than {}",
            "this isn't {}",
            "unlike {}",
            "{} is wrong",
            "instead of {}",
            "neither {} nor Adam",
        ]
    ),
    st.sampled_from(["gradient descent", "SGD", "SignSGD", "GD"]),
)
@settings(max_examples=40, deadline=None)
def test_what_is_denied_is_no_answer(denial: str, optimizer: str) -> None:
    assert judge_name(denial.format(optimizer), PENALTY_L2).verdict == UNREADABLE


@given(
    st.sampled_from(
        [
            "not {0}, but {1}",
            "{1}, not {0}",
            "{1} rather than {0}",
            "It isn't {0}. It is {1}.",
            "{0}? No, {1}.",
            "{0}. Wait, actually {1}.",
            "Unlike {0}, this is {1}",
            "while {0} uses more, this is {1}",
        ]
    ),
    st.sampled_from(["SignSGD", "Adam", "RMSprop", "momentum SGD", "Newton's method"]),
)
@settings(max_examples=60, deadline=None)
def test_the_denied_name_leaves_the_other(form: str, denied: str) -> None:
    assert judge_name(form.format(denied, "gradient descent"), PENALTY_L2).verdict == CORRECT
    assert judge_name(form.format("gradient descent", denied), PENALTY_L2).verdict == INCORRECT


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 9), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_a_stated_step_is_right_only_if_it_is_the_step(p: int, q: int, a: int, b: int) -> None:
    verdict = CORRECT if 2 * p == q else PARTIAL
    assert judge_name(f"gradient descent with learning rate {p}α/{q}", PENALTY_L2).verdict == verdict
    right = judge_name(f"gradient descent with step size {a * b}/{2 * a * b} α", PENALTY_L2)
    assert right.verdict == CORRECT


@given(st.text(max_size=200))
@settings(max_examples=80, deadline=None)
def test_no_text_raises(text: str) -> None:
    found = judge_name(text, PENALTY_LINF)
    assert isinstance(found, NameJudgement)
    assert judge_name("Adam " + text, PENALTY_LINF).verdict != CORRECT or find_names(flatten(text))


@pytest.mark.parametrize(
    "unit",
    [
        "SignSGD or ",
        "step size ",
        "η = ",
        "(",
        "\\text{",
        "of the ",
        "β1 = ",
        "l1 norm of ",
        "not ",
        ", and ",
        "1/",
        ". ",
    ],
)
def test_a_long_text_is_cheap(unit: str) -> None:
    text = ("SignSGD with step size " + unit * 20_000)[:20_000]
    assert judge_name(text, PENALTY_LINF).verdict in (PARTIAL, UNREADABLE, UNDECIDED)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("text", "standings"),
    [
        ("SignSGD", [Standing.ASSERTED]),
        ("In standard SignSGD the step is fixed", [Standing.COMPARED]),
        ("not SignSGD", [Standing.DENIED]),
        ("not quite SignSGD", [Standing.NEAR]),
        ("SignSGD. Not quite.", [Standing.NEAR]),
        ("is it SignSGD?", [Standing.SUPPOSED]),
        ("Unlike Adam, RMSprop and SGD, it is sign descent", [Standing.DENIED] * 3 + [Standing.ASSERTED]),
        ("similar to AdaGrad", [Standing.NEAR]),
        ("nothing but gradient descent", [Standing.ASSERTED]),
        ("If the step were fixed it would be SignSGD", [Standing.SUPPOSED]),
    ],
)
def test_what_a_text_does_with_a_name(text: str, standings: list[Standing]) -> None:
    assert [m.standing for m in judged_names(flatten(text))] == standings


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("gradeint", "gradient"),
        ("decent", "descent"),
        ("normalised", "normalized"),
        ("recent", "recent"),
        ("grid", "grid"),
    ],
)
def test_one_slip_of_the_pen_is_forgiven(word: str, known: str) -> None:
    assert known_word(word) == known


def test_names_are_found_longest_first_and_only_whole() -> None:
    found = [m.optimizer for m in find_names("Sign-SGD, sign gradient descent, SGD with momentum; adamant signs of pragmatism")]
    assert found == ["sign-descent", "sign-descent", "momentum"]


def test_flatten_drops_markup_and_keeps_formulas() -> None:
    assert flatten(r"**SignSGD** with $\eta = \frac{\alpha}{2}$, i.e. \(\text{SGD}\). So.") == (
        "SignSGD with \\eta = \\frac{\\alpha}{2} , ie SGD .\nSo."
    )


def test_a_step_is_solved_exactly() -> None:
    w = World({"g": [1, -2]}, {"n": 2})
    g = E.sym("g", ("n",))
    assert step_at(E.mul(E.num(-3), g), E.neg(g), World({"g": [E.num(1).data, E.num(-2).data]}, w.dims)) == 3
    assert step_at(E.fn("sign", g), g, World({"g": [E.num(1).data, E.num(-2).data]}, w.dims)) is None


def test_judging_a_name_imports_no_solver() -> None:
    code = "import sys, derive.grading.naming.judgement; sys.exit(bool({'sympy', 'cvxpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
