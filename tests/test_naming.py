"""Updates are named: solved for the step size of every declared rule; and the catalogue of rules."""

from __future__ import annotations

from typing import Any

import pytest

from derive.derivation.optimizers import apply, catalogue, spellings, unruled
from derive.derivation.rules import naming
from derive.derivation.steps import NotDerived
from derive.derivation.stepsize import Fit, Misfit, Setting, solve_step, step_at, worlds
from derive.grading.naming.judgement import judge_name
from derive.grading.naming.words import lexicon
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.exact import World, exact
from derive.maths.expr import Expr
from derive.maths.read import read_expr
from derive.maths.worlds import world_sets
from tests.updates import CORRECT, GREEDY, INCORRECT, PARTIAL, PENALTY_L2, PENALTY_LINF, name, outcome, problem

# ---------------------------------------------------------------- naming: u = D(eta; g) is solved for eta


@pytest.mark.parametrize(
    ("update", "optimizer", "step", "depends"),
    [
        ("-(alpha/2) * g", "gradient-descent", "alpha/2", False),
        ("-(3*alpha/7) * g", "gradient-descent", "3*alpha/7", False),
        ("-g/3", "gradient-descent", "1/3", False),
        ("-(alpha/2) * norm(g, 1) * sign(g)", "sign-descent", "(alpha/2) * norm(g, 1)", True),
        ("-delta * sign(g)", "sign-descent", "delta", False),
        ("-delta * g / norm(g, 2)", "normalized-gradient-descent", "delta", False),
        ("-alpha * g / norm(g, 1)", "gradient-descent", "alpha / norm(g, 1)", True),
        (
            f"-(alpha/2) * norm(g, inf) * sign(g_{{argmax_i |g_i|}}) {GREEDY}",
            "greedy-coordinate-descent",
            "alpha/2",
            False,
        ),
        (f"-delta * sign(g_{{argmax_i |g_i|}}) {GREEDY}", "greedy-sign-coordinate-descent", "delta", False),
        ("(alpha/2) * g", "gradient-ascent", "alpha/2", False),
        ("delta * sign(g)", "sign-ascent", "delta", False),
        ("-alpha * sqrt(delta) * norm(g, 2)^2 * g", "gradient-descent", "alpha * sqrt(delta) * norm(g, 2)^2", True),
    ],
)
def test_an_update_is_named_with_its_step(update: str, optimizer: str, step: str, depends: bool) -> None:
    d = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), update)
    assert d.kind == "name" and d.extra["optimizer"] == optimizer
    assert d.extra["step_depends_on_gradient"] is depends
    wanted = read_expr(step, d.problem.scope())
    found = d.extra["step"]
    for ws in world_sets(d.problem.symbols, sizes=(2, 3)):
        assert all(same(found, wanted, w) for w in ws.worlds[:3])


def same(a: Expr, b: Expr, w: World) -> bool:
    return abs(float(exact(a, w)) - float(exact(b, w))) <= 1e-12 * abs(float(exact(b, w)))


@pytest.mark.parametrize(
    "update",
    ["-alpha * g^3", "-alpha * g - delta * sign(g)", "-alpha * exp(g)", "0 * g", "-alpha * g_1 e_2", "-alpha * abs(g)"],
)
def test_what_is_no_declared_rule_is_not_derived(update: str) -> None:
    found = outcome(problem("g^T u + (1/alpha) * norm(u, 2)^2"), update)
    assert isinstance(found, NotDerived)
    assert "no declared optimizer" in found.reason


def test_the_step_of_the_infinity_norm_is_found_exactly_and_proved() -> None:
    extra = PENALTY_LINF.extra
    assert extra["strength"] == "proved"
    assert proved_equal(extra["step"], read_expr("(alpha/2) * norm(g, 1)", PENALTY_LINF.problem.scope()), frozenset({"alpha"}))
    # Steepest descent in the norm of the penalty has a constant step by construction, but is no optimizer's name.
    assert [(o, depends) for o, _, depends in extra["fits"]] == [
        ("sign-descent", True),
        ("steepest-descent-linf", False),
    ]


def test_the_steps_read_like_a_solution_and_exclude_the_others_by_instances() -> None:
    said = " ".join(s.says for s in PENALTY_LINF.steps)
    assert PENALTY_LINF.steps[1].after == r"\eta = \frac{\alpha}{2}\, \|g\|_1"
    assert "gradient descent: no step size does at g = (" in said
    assert "sign ascent: only a negative step size does" in said
    assert "depends on the gradient: at g =" in said


def test_one_coordinate_names_nothing() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, 2)^2", {"g": {"type": "vector(1)"}, "u": {"type": "vector(1)"}})
    assert isinstance(outcome(p, "-(alpha/2) * g"), NotDerived)


def test_a_matrix_of_the_penalty_is_a_preconditioner_and_newton_only_if_it_is_the_hessian() -> None:
    for symbol, first in (("Q", "preconditioned-gradient-descent"), ("H", "newton"), ("F", "natural-gradient")):
        p = problem(f"g^T u + (1/alpha) * u^T {symbol} u", {symbol: {"type": "spd matrix(n, n)"}})
        d = name(p, f"-(alpha/2) * inv({symbol}) * g")
        assert d.extra["optimizer"] == first
        assert judge_name("Newton's method", d).verdict == (CORRECT if symbol == "H" else INCORRECT)
        assert judge_name("preconditioned gradient descent", d).verdict == CORRECT
        assert judge_name("gradient descent", d).verdict == INCORRECT


def test_steepest_descent_in_a_symbolic_norm() -> None:
    p = problem(
        "g^T u + (1/alpha) * norm(u, p)^2",
        {"p": {"type": "positive", "above": 1.0}, "q": {"type": "positive", "is": "p/(p-1)"}},
    )
    d = name(p, "-(alpha/2) * norm(g, q)^(2-q) * sign(g) * abs(g)^(q-1)")
    assert d.extra["optimizer"] == "steepest-descent-lp"
    assert judge_name("steepest descent in the p-norm", d).verdict == CORRECT
    assert judge_name("steepest descent in the max norm", d).verdict == INCORRECT
    assert judge_name("sign descent", d).verdict == INCORRECT


def test_conditions_of_the_problem_hold_in_the_worlds() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, inf)", when="norm(g, 1) < 1/alpha")
    d = name(p, "-(alpha/2) * g")
    assert d.extra["optimizer"] == "gradient-descent"


@pytest.mark.parametrize(
    ("objective", "symbols"),
    [
        ("g^T u + (1/alpha) * norm(u, 2)^2", {}),
        ("2 * g^T u + (1/alpha) * norm(u, 2)^2", {}),
        ("c^T u + (1/alpha) * norm(u, 2)^2", {"c": {"type": "vector(n)"}}),
        ("(1/alpha) * norm(u, 2)^2 - 3 * c^T u", {"c": {"type": "vector(n)"}}),
        ("sum_i c_i u_i + (1/alpha) * norm(u, 2)^2", {"c": {"type": "vector(n)"}}),
    ],
)
def test_the_gradient_is_the_coefficient_of_the_unknown(objective: str, symbols: dict[str, Any]) -> None:
    p = problem(objective, symbols)
    vector = "c" if symbols else "g"
    d = name(p, f"-(alpha/2) * {vector}")
    assert d.extra["gradient"] == E.sym(vector, ("n",))
    assert d.extra["optimizer"] == "gradient-descent"


def test_the_gradient_that_a_function_declares_comes_first() -> None:
    p = problem(
        "h^T u + (1/alpha) * norm(u, 2)^2",
        {
            "h": {"type": "vector(n)"},
            "theta": {"type": "vector(n)"},
            "f": {"type": "function(theta)", "gradient": "h"},
        },
    )
    assert name(p, "-(alpha/2) * h").extra["gradient"] == E.sym("h", ("n",))


def test_a_numeric_instance_is_named_for_every_gradient() -> None:
    p = problem(
        "g^T u + (1/alpha) * norm(u, inf)^2",
        {
            "g": {"type": "vector(3)", "value": "(1, -2, 4)"},
            "u": {"type": "vector(3)"},
            "alpha": {"type": "positive", "value": "2"},
        },
    )
    d = name(p, "-(alpha/2) * norm(g, 1) * sign(g)")
    assert d.extra["step_depends_on_gradient"]
    assert judge_name("SignSGD", d).verdict == PARTIAL


def test_a_part_that_is_not_derived_has_no_name() -> None:
    p = problem("g^T u + (1/alpha) * norm(u, 2)^2")
    found = naming.derive(p, p.part("name"), lambda q, part: NotDerived(q, part, "no rule closes it"))
    assert isinstance(found, NotDerived) and "no rule closes it" in found.reason
    assert naming.accepts(p, p.part("name")) and not naming.accepts(p, p.part("update"))


# ---------------------------------------------------------------- the catalogue


@pytest.mark.parametrize("optimizer", list(catalogue().values()), ids=lambda o: o.id)
def test_every_rule_reads_and_is_linear_in_its_step(optimizer: Any) -> None:
    g = E.sym("g", ("n",))
    rule = apply(optimizer, g, {})
    assert rule.direction.shape == ("n",)
    assert optimizer.source and optimizer.says
    setting = Setting(E.mul(E.num(3), rule.direction), g, {**PENALTY_L2.problem.symbols, **{s.name: s for s in rule.free}})
    for w in worlds(setting, rule.free)[:3]:
        eta = step_at(setting.update, rule.direction, w)
        assert eta is not None and abs(float(eta) - 3) < 1e-12


def test_no_spelling_belongs_to_two_optimizers() -> None:
    for key, entries in lexicon()[0].items():
        assert len({o for _, o in entries}) == 1, key


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adagrad", "adamax", "nadam", "amsgrad", "adafactor", "signum", "lion"])
def test_without_its_averages_it_is_sign_descent(optimizer: str) -> None:
    o = catalogue()[optimizer]
    assert isinstance(judged(o.id), Misfit)
    assert isinstance(judged(o.id, without=o.roles), Fit)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_without_momentum_it_is_gradient_descent(optimizer: str) -> None:
    g = E.sym("g", ("n",))
    rule = apply(catalogue()[optimizer], g, {}, catalogue()[optimizer].roles)
    assert isinstance(solve_step(Setting(E.neg(g), g, PENALTY_L2.problem.symbols), rule), Fit)


def test_adam_without_momentum_alone_still_remembers() -> None:
    assert isinstance(judged("adam", without=frozenset({"momentum"})), Misfit)
    assert isinstance(judged("adam", without=frozenset({"squares"})), Misfit)


def judged(optimizer: str, without: frozenset[str] = frozenset()) -> object:
    g = E.sym("g", ("n",))
    rule = apply(catalogue()[optimizer], g, {}, without)
    return solve_step(Setting(E.neg(E.fn("sign", g)), g, PENALTY_L2.problem.symbols), rule)


def test_a_quantity_of_the_problem_with_the_name_of_a_state_is_another_quantity() -> None:
    p = problem("g^T u + m * norm(u, 2)^2", {"m": {"type": "positive"}, "v": {"type": "vector(n)"}})
    d = name(p, "-g / (2 * m)")
    found = judge_name("Adam", d)
    assert found.verdict == INCORRECT and found.witness is not None
    assert {"m", "m'", "v'"} <= set(found.witness.at)


def test_spellings_write_alternatives_out() -> None:
    assert spellings("[sign|signed] [gradient|] descent") == [
        "sign gradient descent",
        "sign descent",
        "signed gradient descent",
        "signed descent",
    ]
    assert "Frank Wolfe" in unruled()
