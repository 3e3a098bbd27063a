"""Where no rule derives a part, answers are judged against the numerical optimum: measured, or undecided, never guessed."""

from __future__ import annotations

import tomllib

import pytest

from derive.derivation import solve as solving
from derive.derivation.numerical import numerical_truth
from derive.derivation.steps import NotDerived
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from tests.conftest import SPECS
from tests.keys import solve


@pytest.fixture(autouse=True)
def no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "RULES", ())


def stated(name: str) -> Problem:
    return load(SPECS / f"{name}.toml")  # afresh: nothing derived is kept with it


CASES = [
    ("bank/ls_ridge", "answer", r"(X^T X + \lambda I)^{-1} X^T y", "correct"),
    ("bank/ls_ridge", "answer", r"w = X^T (X X^T + \lambda I_m)^{-1} y", "correct"),
    ("bank/ls_ridge", "answer", r"(X^T X + 2 \lambda I)^{-1} X^T y", "incorrect"),
    ("bank/ls_ridge", "answer", r"\frac{10001}{10000} (X^T X + \lambda I)^{-1} X^T y", "incorrect"),  # a loss of 1e-8: seen by an exact step towards the optimum
    ("bank/ls_ridge", "answer", "X", "incorrect"),
    ("bank/ls_ridge", "answer", r"\frac{1}{\lambda} X^T (y - X w)", "incorrect"),  # it still holds w
    ("bank/ls_ridge", "value", r"y^T y - y^T X (X^T X + \lambda I)^{-1} X^T y", "correct"),
    ("bank/ls_ridge", "value", r"y^T y - 2 y^T X (X^T X + \lambda I)^{-1} X^T y", "incorrect"),
    ("bank/kkt_eq_qp", "answer", r"-P^{-1} q + P^{-1} A^T (A P^{-1} A^T)^{-1} (A P^{-1} q + b)", "correct"),
    ("bank/kkt_eq_qp", "answer", r"-P^{-1} q", "incorrect"),  # infeasible
    ("bank/kkt_eq_qp", "answer", r"A^T (A A^T)^{-1} b", "incorrect"),  # feasible, not optimal
    ("bank/prox_l1", "answer", r"x_i = sign(v_i) max(|v_i| - \lambda, 0)", "correct"),
    ("bank/prox_l1", "answer", r"x_i = sign(v_i) max(|v_i| - 2\lambda, 0)", "incorrect"),
    ("bank/conj_power", "answer", r"\frac{1}{q} \|y\|_q^q \text{ with } q = \frac{p}{p-1}", "correct"),
    ("bank/conj_power", "answer", r"\|y\|_p^p / p", "incorrect"),
    ("cs182-hw2/penalty-l1", "update", r"-\frac{\alpha}{2} \|g\|_\infty sign(g_k) e_k", "correct"),
    ("cs182-hw2/penalty-l1", "update", r"-\frac{\alpha}{2} \|g\|_1 sign(g_k) e_k", "incorrect"),
    ("cs182-hw2/limit-adam", "vector", "(1/1.11, 1/1.11, 1/1.11)", "correct"),
    ("cs182-hw2/limit-adam", "vector", "(1, 0.1, 0.01)/1.0101", "incorrect"),
    ("bank/proj_consensus", "answer", "x = mean(v) ones(n), t = mean(v)", "correct"),
    ("bank/proj_consensus", "answer", "x = mean(v) ones(n), t = 2 mean(v)", "incorrect"),
]


@pytest.mark.parametrize(("name", "part", "text", "verdict"), CASES)
def test_answers_are_judged_without_a_derivation(name: str, part: str, text: str, verdict: str) -> None:
    problem = stated(name)
    assert isinstance(solve(problem, problem.part(part)), NotDerived)
    g = grade(problem, part, text)
    assert g.verdict.value == verdict, g.reason
    if verdict == "correct":
        assert g.strength == "measured" and "No rule derives this part" in g.reason
    elif g.diagnosis not in ("restatement",):
        assert g.witness is not None


SPEC = '''
schema = 1
id = "x"
title = "x"
[symbols]
n = {{ type = "dimension" }}
g = {{ type = "vector(n)" }}
u = {{ type = "vector(n)" }}
[[parts]]
id = "a"
ask = "{ask}"
over = "u"
minimize = "{objective}"
'''


def spec(objective: str, ask: str = "argmin") -> Problem:
    return from_data(tomllib.loads(SPEC.format(objective=objective, ask=ask)), "x")


@pytest.mark.parametrize("objective", ["g^T u", "-norm(u, 2)^2", "norm(u, 2)^2 - norm(u, 1)"])
def test_where_the_numbers_say_nothing_nothing_is_judged(objective: str) -> None:
    """Unbounded, or not convex: there is no numerical truth."""
    problem = spec(objective)
    assert numerical_truth(problem, problem.parts[0]) is None
    g = grade(problem, "a", "g")
    assert g.verdict.value == "undecided" and "There is no key" in g.reason and g.score is None


def test_what_is_too_close_to_tell_is_undecided() -> None:
    problem = spec("norm(u - g, 2)^2 + 1", "value")
    assert grade(problem, "a", "1").verdict.value == "correct"
    assert grade(problem, "a", "1 + 1/200000").verdict.value == "undecided"
    assert grade(problem, "a", "1 + 1/2000").verdict.value == "incorrect"


def test_a_value_that_is_undefined_in_most_instances_is_not_accepted() -> None:
    assert grade(spec("norm(u - g, 2)^2"), "a", "g*g_1/g_1 + g*log(g_1)/log(g_1) - g").verdict.value != "incorrect"
    assert grade(spec("norm(u - g, 2)^2"), "a", "g*log(-norm(g, 2) - 1)").verdict.value == "undecided"


def test_a_key_by_numbers_has_no_derivation_to_show() -> None:
    problem = stated("bank/ls_ridge")
    key = key_of(problem, problem.part("answer"))
    assert isinstance(key.outcome, NotDerived) and key.certificate is None and key.derivation.kind == "numerical" and key.derivation.answer is None
    assert key.truth is not None and len(key.truth.instances) >= 5
