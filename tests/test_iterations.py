"""Iterations on one equation: limits, step ranges, recurrences and least norms.

The statements are changed (numbers, order, signs, start, right-hand side, update) and the derived
answers must follow; the independent witness is a simulation of the declared update.
"""

from __future__ import annotations

import copy
import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.rules import implicit_norm
from derive.derivation.rules.implicit_norm import WeightedNorm, attains
from derive.derivation.rules.response import Signs
from derive.derivation.simulate import NoLimit, Simulation, simulate
from derive.derivation.steps import Derivation, NotDerived
from derive.maths import expr as E
from derive.maths.batches import Array, Batch
from derive.maths.evaluate import evaluate
from derive.maths.worlds import world_sets
from derive.maths.write import plain
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.keys import solve

FOLDER = Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"
OPTIMIZERS = ("sgd", "adam", "rescaled")
SIMULATED = 1e-7  # between a derived and a simulated limit, times 1 + max |limit|
BISECTED = 1e-6  # between a derived and a bisected end of a step range, relative


@cache
def _raw(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"limit-{name}.toml").read_text())


def stated(name: str, loss: str | None = None, a: str | None = None, symbols: dict[str, Any] | None = None,
           **iteration: Any) -> Problem:
    """A copy of a spec with parts of its statement changed."""
    data = copy.deepcopy(_raw(name))
    if loss is not None:
        data["symbols"]["f"]["is"] = loss
    if a is not None:
        data["symbols"]["a"]["value"] = a
    data["symbols"].update(symbols or {})
    data["iteration"].update(iteration)
    return from_data(data, f"limit-{name}")


def derived(problem: Problem, part: str) -> Derivation:
    out = solve(problem, problem.part(part))
    assert isinstance(out, Derivation), out.reason
    return out


def refused(problem: Problem, part: str) -> str:
    out = solve(problem, problem.part(part))
    assert isinstance(out, NotDerived)
    return out.reason


def at(e: E.Expr, problem: Problem, **values: Any) -> Array:
    """The value of e at the given numbers of a problem, or at others."""
    numbers = {n: v[0] for n, v in world_sets(problem.symbols, count=1)[0].batch.values.items()}
    numbers.update({n: np.asarray(v, float) for n, v in values.items()})
    return evaluate(e, Batch({n: v[None] for n, v in numbers.items()}, {}, 1))[0]


def exact_limit(problem: Problem) -> list[Fraction]:
    numbers = derived(problem, "vector").extra["numbers"]
    return [E.number_value(x) for x in numbers.args]


def text(values: Any) -> str:
    return "[" + ", ".join(str(v) for v in values) + "]"


# ---------------------------------------------------------------- the homework

def test_the_limit_of_gradient_descent():
    d = derived(stated("sgd"), "vector")
    assert plain(d.answer) == "a/‖a‖₂^2"
    assert exact_limit(stated("sgd")) == [Fraction(10000, 10101), Fraction(1000, 10101), Fraction(100, 10101)]


def test_the_limit_of_simplified_adam():
    d = derived(stated("adam"), "vector")
    assert plain(d.answer) == "sign(a)/‖a‖₁"
    assert exact_limit(stated("adam")) == [Fraction(100, 111)] * 3


def test_the_limit_on_rescaled_features():
    d = derived(stated("rescaled"), "vector")
    assert plain(d.answer) == "1/(3·a)"
    assert exact_limit(stated("rescaled")) == [Fraction(1, 3), Fraction(10, 3), Fraction(100, 3)]


def test_the_step_range_and_the_recurrence_of_gradient_descent():
    p = stated("sgd")
    assert plain(derived(p, "step-size").answer) == "0 < α and α < 1/‖a‖₂^2"
    assert plain(derived(p, "residual").answer) == "(1 - 2·α·‖a‖₂^2)·r"


@pytest.mark.parametrize(("name", "norm"), [("sgd", "‖θ‖₂"), ("adam", "‖θ‖_∞"), ("rescaled", "‖a ⊙ θ‖₂")])
def test_the_norm_that_each_limit_minimises(name: str, norm: str):
    assert plain(derived(stated(name), "norm").answer) == norm


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_derivation_reads_as_a_chain_of_lines(name: str):
    p = stated(name)
    for part in p.parts:
        steps = derived(p, part.id).steps
        assert len(steps) >= 4
        assert all(s.rule and s.says.endswith((".", ":")) and s.after for s in steps)


def test_the_statements_hold_no_answer():
    for name in OPTIMIZERS:
        assert "published" not in str(_raw(name))


# ---------------------------------------------------------------- other numbers

@pytest.mark.parametrize(("name", "limit"), [
    ("sgd", [Fraction(k, 21) for k in (16, 8, 4)]), ("adam", [Fraction(4, 7)] * 3),
    ("rescaled", [Fraction(1, 3), Fraction(2, 3), Fraction(4, 3)])])
def test_other_numbers_give_another_limit(name: str, limit: list[Fraction]):
    assert exact_limit(stated(name, a="[1, 0.5, 0.25]")) == limit


nonzero = st.sampled_from([Fraction(s * k, 8) for k in (1, 2, 3, 5, 8, 11, 16, 23) for s in (1, -1)])
vectors = st.lists(nonzero, min_size=3, max_size=3)
names = st.sampled_from(OPTIMIZERS)


@settings(max_examples=15, deadline=None)
@given(names, vectors, st.permutations(range(3)))
def test_permuting_the_coefficients_permutes_the_limit(name: str, a: list[Fraction], order: list[int]):
    limit = exact_limit(stated(name, a=text(a)))
    assert exact_limit(stated(name, a=text(a[i] for i in order))) == [limit[i] for i in order]


@settings(max_examples=15, deadline=None)
@given(names, vectors, st.lists(st.sampled_from((1, -1)), min_size=3, max_size=3))
def test_flipping_signs_of_coefficients_flips_signs_of_the_limit(name: str, a: list[Fraction], signs: list[int]):
    limit = exact_limit(stated(name, a=text(a)))
    flipped = exact_limit(stated(name, a=text(s * x for s, x in zip(signs, a, strict=True))))
    assert flipped == [s * x for s, x in zip(signs, limit, strict=True)]


@settings(max_examples=15, deadline=None)
@given(names, vectors, nonzero)
def test_scaling_the_coefficients_divides_the_limit(name: str, a: list[Fraction], c: Fraction):
    limit = exact_limit(stated(name, a=text(a)))
    assert exact_limit(stated(name, a=text(c * x for x in a))) == [x / c for x in limit]


@settings(max_examples=15, deadline=None)
@given(names, vectors)
def test_the_limit_solves_the_equation(name: str, a: list[Fraction]):
    assert sum(x * y for x, y in zip(a, exact_limit(stated(name, a=text(a))), strict=True)) == 1


@settings(max_examples=8, deadline=None)
@given(names, vectors, st.lists(nonzero, min_size=3, max_size=3), nonzero)
def test_the_simulation_ends_in_the_derived_limit(name: str, a: list[Fraction], start: list[Fraction], b: Fraction):
    p = stated(name, loss=f"({b} - a^T theta)^2", a=text(a), start=text(start))
    wanted = at(derived(p, "vector").answer, p)
    found = simulate(p)
    scale = 1 + np.max(np.abs(wanted))
    assert found.error <= SIMULATED * scale
    assert np.max(np.abs(found.point - wanted)) <= found.error


def test_the_key_is_one_formula_for_all_numbers():
    p = stated("sgd")
    answer = derived(p, "vector").answer
    for a in ([3.0, -1.0, 0.5], [0.25, 4.0, -2.0]):
        assert np.allclose(simulate(p, {"a": a}).point, at(answer, p, a=a), rtol=0, atol=1e-8)


# ---------------------------------------------------------------- the same statement, written otherwise

@pytest.mark.parametrize("loss", [
    "(a^T theta - 1)^2", "(1 - theta^T a)^2", "(1 - sum(a*theta))^2", "1 - 2*a^T theta + (a^T theta)^2",
    "abs(1 - a^T theta)^2", "(1 - dot(a, theta))*(1 - dot(theta, a))", "(1 - sum_{i=1}^{3} a_i theta_i)^2"])
def test_the_loss_may_be_written_otherwise(loss: str):
    p = stated("sgd", loss=loss)
    assert plain(derived(p, "vector").answer) == "a/‖a‖₂^2"
    assert plain(derived(p, "step-size").answer) == "0 < α and α < 1/‖a‖₂^2"


@pytest.mark.parametrize(("loss", "b", "upper"), [
    ("(2 - 3*a^T theta)^2", Fraction(2, 3), Fraction(1, 9)), ("0.5*(4 - a^T theta)^2", Fraction(4), Fraction(2)),
    ("7 + (1/4)*(1 + 2*a^T theta)^2", Fraction(-1, 2), Fraction(1)),
    ("(1 - a^T theta)^2 + (4 - a^T theta)^2", Fraction(5, 2), Fraction(1, 2))])
def test_coefficients_of_the_loss_set_the_right_hand_side_and_the_range(loss: str, b: Fraction, upper: Fraction):
    p = stated("sgd", loss=loss, a="[2, 1, 2]")
    assert exact_limit(p) == [b * x / 9 for x in (2, 1, 2)]
    end = derived(p, "step-size").extra["upper"]
    assert float(at(end, p)) == pytest.approx(float(upper / 9))
    assert Simulation(p).step_bound == pytest.approx(float(upper / 9), rel=BISECTED)


def test_a_symbolic_right_hand_side():
    p = stated("sgd", loss="0.5*(y - a^T theta)^2", symbols={"y": {"type": "real"}})
    d = derived(p, "vector")
    assert plain(d.answer) == "y·a/‖a‖₂^2"
    assert d.extra["numbers"] is None
    for y in (2.0, -0.75):
        assert np.allclose(simulate(p, {"y": y}).point, at(d.answer, p, y=y), rtol=0, atol=1e-8)


@pytest.mark.parametrize("loss", ["(1 - a^T theta)^4", "log(cosh(1 - a^T theta))", "abs(1 - a^T theta)"])
def test_sign_steps_see_only_where_the_loss_falls(loss: str):
    p = stated("adam", loss=loss)
    wanted = at(derived(p, "vector").answer, p)
    found = simulate(p)
    assert np.max(np.abs(found.point - wanted)) <= found.error <= 1e-4  # a kink blurs differences of the loss


# ---------------------------------------------------------------- other updates

C = {"c": {"type": "positive vector(3)", "value": "[1, 2, 5]"}}
P = {"P": {"type": "spd matrix(3, 3)", "value": "[[2, 1, 0], [1, 2, 0], [0, 0, 1]]"}}
G = "grad(f, theta)"
UPDATES = [  # update, steps, symbols, limit
    (f"theta - alpha*sign({G})", "diminishing", {}, "sign(a)/‖a‖₁"),
    (f"theta - alpha*{G}/norm({G}, 2)", "diminishing", {}, "a/‖a‖₂^2"),
    (f"theta - alpha*{G}/norm({G}, inf)", "diminishing", {}, "a/‖a‖₂^2"),
    (f"theta - (alpha/2)*norm({G}, 1)*sign({G})", "constant", {}, "sign(a)/‖a‖₁"),
    (f"theta - alpha*{G}", "diminishing", {}, "a/‖a‖₂^2"),
    (f"theta - alpha^2*{G}", "constant", {}, "a/‖a‖₂^2"),
    (f"theta - alpha*c*{G}", "constant", C, "a ⊙ c/sum(a^2 ⊙ c)"),
    (f"theta - alpha*diag(c) @ {G}", "constant", C, "a ⊙ c/sum(a^2 ⊙ c)"),
    (f"theta - alpha*P @ {G}", "constant", P, "P a/((P a)ᵀa)"),
    (f"theta - alpha*{G}/abs(a)", "constant", {}, "sign(a)/‖a‖₁"),
]


@pytest.mark.parametrize(("update", "steps", "symbols", "limit"), UPDATES)
def test_one_mechanism_covers_homogeneous_updates(update: str, steps: str, symbols: dict[str, Any], limit: str):
    p = stated("sgd", update=update, steps=steps, symbols=symbols, a="[1, -0.5, 0.25]")
    d = derived(p, "vector")
    assert plain(d.answer) == limit
    found = simulate(p)
    assert found.error < SIMULATED
    assert np.max(np.abs(found.point - at(d.answer, p))) <= found.error
    if steps == "constant":
        upper = float(at(derived(p, "step-size").extra["upper"], p))
        assert Simulation(p).step_bound == pytest.approx(upper, rel=BISECTED)


@pytest.mark.parametrize(("changes", "reason"), [
    ({"update": f"theta - alpha*{G}/(abs({G}) + 0.1*ones(3))"}, "changes with the size of the gradient"),
    ({"update": f"theta - alpha*({G} + sign({G}))"}, "do not share one factor"),
    ({"update": f"theta - alpha*minimum(1, 1/norm({G}, 2))*{G}"}, "not a power"),
    ({"update": f"theta - alpha*abs({G})"}, "same sign on both sides"),
    ({"update": f"theta + alpha*{G}"}, "no constant step size converges"),
    ({"update": f"theta + alpha*{G}", "steps": "diminishing"}, "not certain that a step lowers the loss"),
    ({"update": f"theta - alpha^2*{G}", "steps": "diminishing"}, "not proportional to the step size"),
    ({"update": f"theta - alpha*sign({G})"}, "does not shrink with the residual"),
    ({"update": f"theta - 0.1*{G}"}, "does not enter"),
    ({"loss": "(1 - a^T theta)^4"}, "depends on the start"),
    ({"loss": "exp(1 - a^T theta)"}, "zeros"),
    ({"loss": "-(1 - a^T theta)^2"}, "not known to grow"),
    ({"loss": "(1 - a^T theta)^2 + norm(theta, 2)^4"}, "not through one linear form"),
    ({"loss": "(1 - a^T theta)^2 + theta_1^2"}, "more than one linear form"),
])
def test_what_is_not_covered_is_refused_with_its_reason(changes: dict[str, Any], reason: str):
    assert reason in refused(stated("sgd", **changes), "vector")


def test_a_feature_that_may_be_zero_cannot_be_rescaled():
    p = stated("rescaled", symbols={"a": {"type": "vector(3)", "value": "[1, 2, 0]"}})
    assert "declare a nonzero" in refused(p, "vector")


# ---------------------------------------------------------------- steps and recurrences

@settings(max_examples=6, deadline=None)
@given(st.sampled_from(("sgd", "rescaled")), vectors)
def test_the_step_range_ends_where_the_simulation_stops_converging(name: str, a: list[Fraction]):
    data = copy.deepcopy(_raw(name))
    data["symbols"]["a"]["value"] = text(a)
    data["parts"].append({"id": "range", "ask": "condition"})
    p = from_data(data)
    upper = float(at(derived(p, "range").extra["upper"], p))
    run = Simulation(p)
    assert run.step_bound == pytest.approx(upper, rel=BISECTED)
    assert run.converges(0.999 * upper) and not run.converges(1.001 * upper)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([(u, s) for u, _, s, _ in UPDATES]), vectors, st.lists(nonzero, min_size=3, max_size=3),
       st.sampled_from(("1 - a^T theta", "a^T theta - 1", "3 - 2*a^T theta")))
def test_one_simulated_step_follows_the_recurrence(how: tuple[str, dict[str, Any]], a: list[Fraction],
                                                   theta: list[Fraction], residual: str):
    p = stated("sgd", update=how[0], symbols=how[1], a=text(a), residual={"symbol": "r", "is": residual})
    answer = derived(p, "residual").answer
    before, after = Simulation(p).residual_pair(0.05, np.array(theta, float))
    assert after == pytest.approx(float(at(answer, p, r=before, alpha=0.05)), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_start_that_solves_the_equation_stays(name: str):
    p = stated(name, start="[1, 0, 0]")
    assert exact_limit(p) == [1, 0, 0]
    assert np.allclose(simulate(p).point, [1, 0, 0], rtol=0, atol=1e-9)


def test_constant_sign_steps_do_not_settle():
    p = stated("sgd", update=f"theta - alpha*sign({G})")
    with pytest.raises(NoLimit):
        simulate(p)


# ---------------------------------------------------------------- norms

def norm_case(name: str) -> tuple[Any, ...]:
    p = stated(name)
    d = derived(p, "norm")
    w, b = d.extra["constraint"]
    return d.extra["limit"], w, b, world_sets(p.without_given()), Signs.of(p.symbols)


@pytest.mark.parametrize(("name", "norm"), [
    ("sgd", WeightedNorm(None)), ("sgd", WeightedNorm(Fraction(1))), ("sgd", WeightedNorm(Fraction(3))),
    ("adam", WeightedNorm(Fraction(2))), ("adam", WeightedNorm(Fraction(1))), ("adam", WeightedNorm(Fraction(10))),
    ("rescaled", WeightedNorm(Fraction(2))), ("rescaled", WeightedNorm(None))])
def test_a_near_miss_does_not_attain_the_lower_bound(name: str, norm: WeightedNorm):
    assert not attains(norm, *norm_case(name))


def test_several_weighted_norms_may_have_the_same_least_solution():
    for name, other in (("sgd", "‖θ/a‖_∞"), ("adam", "‖sqrt(|a|) ⊙ θ‖₂"), ("rescaled", "‖a ⊙ θ‖_∞")):
        attained = derived(stated(name), "norm").extra["attained"]
        assert other in [plain(n) for n in attained]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_sampled_solution_has_a_smaller_norm(name: str):
    p = stated(name, a="[1, -0.5, 0.25]", start="[1, 0, -2]")
    d = derived(p, "norm")
    a = np.array([1, -0.5, 0.25])
    limit = at(d.extra["limit"], p)
    rng = np.random.default_rng(5)
    for n in d.extra["attained"]:
        least = float(at(n, p, theta=limit))
        for _ in range(50):
            z = rng.normal(size=3) * rng.choice([0.01, 1.0])
            other = limit + z - a * (a @ z) / (a @ a)
            assert float(at(n, p, theta=other)) >= least - 1e-12


def test_a_power_between_gives_its_own_p_norm():
    p = stated("sgd", update=f"theta - alpha*{G}*abs(a)^2")
    assert plain(derived(p, "norm").answer) == "‖θ‖_(4/3)"


def test_a_start_moves_the_norm():
    p = stated("adam", start="[1, 2, 3]")
    assert plain(derived(p, "norm").answer) == "‖θ - (1, 2, 3)‖_∞"


def test_positive_weights_appear_in_the_norm():
    p = stated("sgd", update=f"theta - alpha*c*{G}", symbols=C)
    assert plain(derived(p, "norm").answer) == "‖θ/sqrt(c)‖₂"
    assert implicit_norm.accepts(p, p.part("norm"))
