"""Linear objectives over nonnegative vectors of bounded norm, and competitors of programs with a nonlinear equation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from derive.derivation.certify import certify
from derive.derivation.steps import Derivation, NotDerived
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.exact import World, exact
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.keys import solve


def _stated(symbols: dict[str, str], over: Any, objective: str, *constraints: str, sense: str = "min") -> Problem:
    declared = {"n": {"type": "dimension"}, **{k: {"type": t} for k, t in symbols.items()}}
    part = {"id": "a", "ask": f"arg{sense}", "over": over, f"{sense}imize": objective, "subject_to": list(constraints)}
    return from_data({"schema": 1, "id": "t", "title": "t", "symbols": declared, "parts": [part]})


def _derived(problem: Problem) -> Derivation:
    d = solve(problem, problem.part("a"))
    assert isinstance(d, Derivation), d
    return d


VECTORS = {"c": "vector(n)", "r": "positive", "x": "vector(n)"}
BALLS = {"norm(x, 2) <= r": 2.0, "x^T x <= r^2": 2.0, "sum(x) <= r": 1.0, "norm(x, 1) <= r": 1.0, "norm(x, 3) <= r": 3.0}


@pytest.mark.parametrize(("bound", "p"), BALLS.items())
@pytest.mark.parametrize("sense", ["min", "max"])
def test_the_value_is_the_dual_norm_of_what_pays(bound: str, p: float, sense: str) -> None:
    """In both senses, with entries of either sign and with none that pays."""
    d = _derived(_stated(VECTORS, "x", "c^T x", bound, "x >= 0", sense=sense))
    assert d.answer is not None and d.value is not None
    rng = np.random.default_rng(1)
    for c in (*rng.normal(size=(6, 5)), np.abs(rng.normal(size=5)), -np.abs(rng.normal(size=5))):
        batch = Batch({"c": c[None], "r": np.asarray([1.7])}, {"n": 5}, 1)
        x, value = evaluate(d.answer, batch)[0], evaluate(d.value, batch)[0]
        pays = np.maximum(c if sense == "max" else -c, 0)
        least = 1.7 * (pays.max() if p == 1 else np.linalg.norm(pays, p / (p - 1)))
        assert np.isclose(value, least if sense == "max" else -least) and np.isclose(c @ x, value)
        assert x.min() >= 0 and np.linalg.norm(x, p) <= 1.7 + 1e-12


@pytest.mark.parametrize("bound", ["norm(x, 2) <= r", "sum(x) <= r"])
def test_it_is_certified(bound: str) -> None:
    d = _derived(_stated(VECTORS, "x", "c^T x", bound, "x >= 0"))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()


def test_something_need_not_pay() -> None:
    d = _derived(_stated(VECTORS, "x", "c^T x", "sum(x) <= r", "x >= 0"))
    assert d.answer is not None and d.answer.op == "cases"
    assert not certify(replace(d, answer=d.answer.args[0]), stop_at_failure=True).holds


def test_the_ball_without_the_orthant_is_another_answer() -> None:
    problem = _stated(VECTORS, "x", "c^T x", "norm(x, 2) <= r", "x >= 0")
    assert grade(problem, "a", "-r*c/norm(c, 2)", certified=False).verdict.value == "incorrect"


def test_a_bound_of_unknown_sign_is_refused() -> None:
    problem = _stated({**VECTORS, "r": "real"}, "x", "c^T x", "norm(x, 2) <= r", "x >= 0")
    assert isinstance(solve(problem, problem.part("a")), NotDerived)


BOXES = [
    ({"V": "positive", "x": "positive", "y": "positive", "z": "positive"}, ["x", "y", "z"], "x*y + 2*x*z + 2*y*z", "x*y*z = V"),
    ({"V": "positive", "r": "positive", "h": "positive"}, ["r", "h"], "2*pi*r^2 + 2*pi*r*h", "pi*r^2*h = V"),
]


@pytest.mark.parametrize(("symbols", "over", "objective", "equation"), [pytest.param(*BOXES[0], marks=pytest.mark.long), BOXES[1]])
def test_a_nonlinear_equation_between_numbers_has_competitors(symbols: dict[str, str], over: list[str], objective: str, equation: str) -> None:
    d = _derived(_stated(symbols, over, objective, equation))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    twice = {n: E.mul(E.num(2), e) if n == over[0] else E.div(e, E.num(4 if len(over) == 2 else 2)) if n == over[-1] else e for n, e in d.point.items()}
    value = E.replace(d.problem.base(d.part).program.objective, {E.sym(n): e for n, e in twice.items()})  # type: ignore[union-attr]
    wrong = replace(d, answer=twice[over[0]], value=value, outputs=tuple(twice.items()), extra={**d.extra, "unknowns": tuple(twice.items())})
    assert not certify(wrong).holds  # feasible, but not the cheapest


def test_the_case_that_applies_decides_alone() -> None:
    """Where nothing pays the other case would divide by zero; the exact value is 0 all the same."""
    d = _derived(_stated(VECTORS, "x", "c^T x", "norm(x, 2) <= r", "x >= 0"))
    assert d.answer is not None
    assert exact(d.answer, World({"c": [Fraction(1)], "r": Fraction(3)}, {"n": 1})) == [0]
    assert exact(d.answer, World({"c": [Fraction(-1)], "r": Fraction(3)}, {"n": 1})) == [3]
