"""The iterations of the bank: derived, certified, equal to the reference, and following the statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.run_states import Run
from derive.derivation.steps import NotDerived
from derive.errors import SpecError
from derive.grading.grade import grade
from derive.maths import expr as E
from tests.bank import agrees_with_the_reference, at, changed, instance, key, stated
from tests.keys import certify, solve

NAMES = [
    "extragradient_bilinear", "gda_bilinear", "gd_affine_closed_form", "gd_best_rate", "momentum_displacement", "prox_point_rate",
    "heavy_ball_best_rate", "heavy_ball_stability", "gd_iterations", "gd_noise_closed_form", "momentum_critical_step",
    "momentum_eigenvalues", "ib_deep_linear", "ib_noise_expectation", "ib_adam_first_step", "ib_momentum", "ib_gd_system",
    "ib_two_inconsistent", "ib_precond", "ib_adagrad", "ib_early_stopping", "ib_weight_decay", "ib_sgd_one_eq",
    "ib_adam_seed_instance", "ib_rescaled_seed", "ib_newton_schulz",
]


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    problem = stated(name)
    d = key(problem)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert d.steps and all(s.says and s.after for s in d.steps)
    assert d.answer is not None and problem.iteration is not None
    assert not problem.iteration.internal & E.symbols_in(d.answer)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


# ------------------------------------------------------------------------------------------ answers

ANSWERS = [
    ("gda_bilinear", r"(1+\eta^2)^T (x_0^2+y_0^2)", "correct"),
    ("gda_bilinear", "(1+eta**2)**T*(x0**2+y0**2)", "correct"),
    ("gda_bilinear", "x0^2+y0^2", "incorrect"),
    ("extragradient_bilinear", r"\big((1-\eta^2)^2+\eta^2\big)^T(x_0^2+y_0^2)", "correct"),
    ("extragradient_bilinear", "(1-eta**2)**(2*T)*(x0**2+y0**2)", "incorrect"),
    ("gd_affine_closed_form", r"w_T=\big(1-(1-2\eta\sigma^2)^T\big)\frac y\sigma", "correct"),
    ("gd_affine_closed_form", "(1-(1-2*eta*s*s)**T)*y/s", "correct"),
    ("gd_affine_closed_form", "(1-(1-2*eta*s*s)**(T+1))*y/s", "incorrect"),
    ("momentum_displacement", r"x_T=-\eta g\Big(\frac{T}{1-\beta}-\frac{\beta(1-\beta^T)}{(1-\beta)^2}\Big)", "correct"),
    ("momentum_displacement", "-eta*g*T/(1-b)", "incorrect"),
    ("gd_noise_closed_form", r"\mathbb{E}[w_T] = \big(1-(1-2\eta(x^2+\sigma^2))^T\big)\frac{xy}{x^2+\sigma^2}", "correct"),
    ("gd_noise_closed_form", "(1-(1-2*eta*x*x)**T)*y/x", "incorrect"),
    ("ib_noise_expectation", r"E[w_\infty]=\frac{xy}{x^2+\sigma^2}", "correct"),
    ("ib_noise_expectation", "x*y/(x*x+s)", "incorrect"),
    ("ib_gd_system", r"w_\infty=X^\top(XX^\top)^{-1}y", "correct"),
    ("ib_gd_system", "X^+ y", "correct"),
    ("ib_gd_system", "X^T y", "incorrect"),
    ("ib_weight_decay", r"w_\infty=(X^\top X+\lambda I)^{-1}X^\top y", "correct"),
    ("ib_weight_decay", r"(X^T X+2\lambda I)^{-1}X^T y", "incorrect"),
    ("ib_momentum", r"\theta_\infty=\frac{a}{\|a\|_2^2}", "correct"),
    ("ib_momentum", "a/((1-beta) a^T a)", "incorrect"),
    ("ib_precond", r"\theta_\infty=\frac{Pa}{a^\top Pa}", "correct"),
    ("ib_precond", r"\frac{P^{-1}a}{a^\top P^{-1}a}", "incorrect"),
    ("ib_two_inconsistent", r"w_\infty=\frac{y_1+y_2}{2}\frac{a}{\|a\|^2}", "correct"),
    ("ib_two_inconsistent", "(y1+y2)*a/np.dot(a,a)", "incorrect"),
    ("ib_sgd_one_eq", r"\theta_\infty=\frac{a}{\|a\|_2^2}", "correct"),
    ("ib_sgd_one_eq", r"\frac{a}{\|a\|_2}", "incorrect"),
    ("ib_adagrad", r"\theta_\infty=\frac{\mathrm{sign}(a)}{\|a\|_1}", "correct"),
    ("ib_adagrad", r"\frac{\mathbf{1}}{\|a\|_1}", "incorrect"),
    ("ib_adam_first_step", r"\Delta=-\eta\frac{g}{|g|+\epsilon}", "correct"),
    ("ib_adam_first_step", r"\Delta_i=-\eta\frac{g_i}{|g_i|+\epsilon}", "correct"),
    ("ib_adam_first_step", "-eta*g/(np.abs(g)+eps)", "correct"),
    ("ib_adam_first_step", r"-\eta \operatorname{sign}(g)", "incorrect"),
    ("ib_early_stopping", r"w_T=\big(I-(I-\eta X^\top X)^T\big)(X^\top X)^{-1}X^\top y", "correct"),
    ("ib_early_stopping", r"w_T = \eta \sum_{k=0}^{T-1} (I-\eta X^\top X)^k X^\top y", "correct"),
    ("ib_early_stopping", r"w_T=\big(I-(I-\eta X^\top X)^{T+1}\big)(X^\top X)^{-1}X^\top y", "incorrect"),
    ("ib_early_stopping", r"T \eta X^T y", "incorrect"),
    ("ib_adam_seed_instance", r"\tfrac{1}{1.11}[1,1,1]", "correct"),
    ("ib_adam_seed_instance", "(1/3,1/3,1/3)", "incorrect"),
    ("ib_rescaled_seed", r"[\tfrac13,\tfrac{10}3,\tfrac{100}3]", "correct"),
    ("ib_rescaled_seed", "[1/3,1/30,1/300]", "incorrect"),
    ("ib_newton_schulz", r"X_\infty=UV^\top", "correct"),
    ("ib_newton_schulz", r"\frac{G}{\|G\|_F}", "incorrect"),
    ("ib_newton_schulz", r"\operatorname{sign}(G)", "incorrect"),
    ("prox_point_rate", r"\frac1{1+\eta h}", "correct"),
    ("prox_point_rate", "1-eta*h", "incorrect"),
    ("heavy_ball_stability", r"0<\eta<\frac{2(1+\beta)}{h}", "correct"),
    ("heavy_ball_stability", r"\eta_{\max}=\frac{2(1+\beta)}{h}", "correct"),
    ("heavy_ball_stability", r"0<\eta<2/h", "incorrect"),
    ("heavy_ball_stability", r"1<\eta<\frac{2(1+\beta)}{h}", "unreadable"),
    ("heavy_ball_best_rate", r"\frac{\sqrt\kappa-1}{\sqrt\kappa+1}", "correct"),
    ("heavy_ball_best_rate", r"\frac{L-\mu}{L+\mu}", "incorrect"),
    ("gd_best_rate", r"\frac{\kappa-1}{\kappa+1}", "correct"),
    ("gd_best_rate", r"\frac{\lambda_{\max}(H)-\lambda_{\min}(H)}{\lambda_{\max}(H)+\lambda_{\min}(H)}", "correct"),
    ("gd_best_rate", r"1-1/\kappa", "incorrect"),
    ("momentum_critical_step", r"\eta=\frac{(1+\sqrt{1-\beta})^2}{2\beta\sigma^2}", "correct"),
    ("momentum_critical_step", r"\eta=\frac{(1-\sqrt{1-\beta})^2}{2\beta\sigma^2}", "incorrect"),
    ("momentum_eigenvalues", r"(2-\beta-2\eta\beta\sigma^2,\ 1-\beta)", "correct"),
    ("momentum_eigenvalues", r"\lambda^2-(2-\beta-2\eta\beta\sigma^2)\lambda+(1-\beta)=0", "correct"),
    ("momentum_eigenvalues", r"\lambda_1+\lambda_2=2-\beta-2\eta\beta\sigma^2,\ \lambda_1\lambda_2=1-\beta", "correct"),
    ("momentum_eigenvalues", r"\lambda^2+(2-\beta-2\eta\beta\sigma^2)\lambda+(1-\beta)=0", "incorrect"),
    ("momentum_eigenvalues", r"\lambda_1+\lambda_2=2-\beta-2\eta\beta\sigma^2,\ \lambda_1\lambda_2=\beta", "incorrect"),
    ("gd_iterations", r"t=\Big\lceil\frac{\log\epsilon}{\log|1-2\eta\sigma^2|}\Big\rceil", "correct"),
    ("gd_iterations", "ceil(log(eps)/log(abs(1-eta*s*s)))", "incorrect"),
    ("ib_deep_linear", r"u_\infty=\sqrt{\tfrac{c+\sqrt{c^2+4}}2},\ v_\infty=1/u_\infty,\ c=u_0^2-v_0^2", "correct"),
    ("ib_deep_linear", r"\left(\sqrt{\frac{c+\sqrt{c^2+4}}{2}}, \sqrt{\frac{-c+\sqrt{c^2+4}}{2}}\right)", "correct"),
    ("ib_deep_linear", r"u_\infty=\sqrt{\tfrac{c+\sqrt{c^2+4}}2},\ v_\infty=u_\infty", "incorrect"),
    ("ib_deep_linear", "[1,1]", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("gda_bilinear", {'"x - eta*grad(f, x)"': '"x - eta*y"'}),
    ("gda_bilinear", {'x*y"': '3*x*y/3"', '"x^2 + y^2"': '"(x + y)^2 - 2*x*y"'}),
    ("extragradient_bilinear", {'x = "x - eta*v", y = "y + eta*u"': 'y = "y + eta*u", x = "x - eta*v"'}),
    ("gd_affine_closed_form", {"(y - s*w)^2": "(s*w - y)^2 + y^2"}),
    ("momentum_displacement", {'over = ["v", "x"]': 'over = ["x", "v"]'}),
    ("momentum_displacement", {'v = "b*v + g", x = "x - eta*v"': 'v = "b*v + g", x = "x - eta*(b*v + g)"', "sequential": "simultaneous"}),
    ("ib_gd_system", {"norm(X w - y, 2)^2": "(1/2)*(y - X w)^T (y - X w)"}),
    ("ib_gd_system", {"eta*grad(f, w)": "2*eta*(X^T (X w - y))"}),
    ("ib_momentum", {'v = "beta*v - eta*grad(f, theta)", theta = "theta + v"': 'v = "beta*v + grad(f, theta)", theta = "theta - eta*v"'}),
    ("ib_sgd_one_eq", {"(1 - a^T theta)^2": "norm(theta, 2)^2*0 + (a^T theta - 1)^2"}),
    ("ib_weight_decay", {'"ones(n)"': '"0"'}),
    ("ib_adagrad", {"divide_or_zero(grad(f, theta), sqrt(v))": "grad(f, theta)/sqrt(v)"}),
    ("heavy_ball_stability", {'x = "x - eta*h*x + b*(x - p)", p = "x"': 'p = "x", x = "x - eta*h*x + b*(x - p)"'}),
    ("heavy_ball_best_rate", {"b*(x - p)": "b*x - b*p"}),
    ("gd_best_rate", {"eta*grad(f, x)": "3*eta*grad(f, x)"}),
    ("momentum_critical_step", {'x = "x - eta*z"': 'x = "x - eta*((1 - b)*z + b*(2*s^2*x))"', "sequential": "simultaneous"}),
    ("gd_iterations", {"abs(w - w_star) <= eps*abs(w_star)": "(w - w_star)^2 <= eps^2*w_star^2"}),
    ("gd_iterations", {"abs(w - w_star) <= eps*abs(w_star)": "(y - s*w)^2 <= eps^2*y^2"}),
    ("prox_point_rate", {"(h/2)*z^2 + (z - x)^2/(2*eta)": "eta*h*z^2 + (x - z)^2"}),
    ("ib_deep_linear", {'"-grad(f, u)"': '"-2*v*(u*v - 1)"'}),
    ("ib_newton_schulz", {"(3/2)*X - (1/2)*X X^T X": "(15/8)*X - (10/8)*X X^T X + (3/8)*X X^T X X^T X"}),
    ("ib_newton_schulz", {"G/norm(G)": "G/(2*norm(G))"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(3):
        values, dims = instance(base.problem, seed)
        assert np.allclose(at(base, values, dims), at(other, values, dims), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", ["ib_sgd_one_eq", "ib_adagrad", "ib_momentum", "ib_two_inconsistent", "ib_adam_first_step"])
def test_permuting_coordinates_permutes_the_key(name: str) -> None:
    d = key(stated(name))
    values, dims = instance(d.problem, 2)
    turned = {n: v[:, ::-1] if v.ndim == 2 else v for n, v in values.items()}
    assert np.allclose(at(d, turned, dims), at(d, values, dims)[::-1])


FOLLOWS: list[tuple[str, dict[str, str], Any]] = [
    ("gda_bilinear", {'y = "y + eta*grad(f, y)"': 'y = "y + 2*eta*grad(f, y)"', '"x^2 + y^2"': '"2*x^2 + y^2"'},
     lambda v: (1 + 2 * v["eta"] ** 2) ** v["T"] * (2 * v["x0"] ** 2 + v["y0"] ** 2)),
    ("gd_affine_closed_form", {'start = "0"': 'start = "y"'},
     lambda v: v["y"] / v["s"] + (v["y"] - v["y"] / v["s"]) * (1 - v["c"]) ** v["T"]),
    ("momentum_displacement", {'v = "b*v + g"': 'v = "b*v + (1 - b)*g"'},
     lambda v: -v["eta"] * v["g"] * (v["T"] - v["b"] * (1 - v["b"] ** v["T"]) / (1 - v["b"]))),
    ("heavy_ball_stability", {"b*(x - p)": "b*(x - p)/2"}, lambda v: (2 + v["b"]) / v["h"]),
    ("ib_two_inconsistent", {"(y2 - a^T w)^2": "3*(y2 - a^T w)^2"}, lambda v: (v["y1"] + 3 * v["y2"]) / 4 * v["a"] / (v["a"] @ v["a"])),
    ("prox_point_rate", {"(2*eta)": "eta"}, lambda v: 1 / (1 + v["eta"] * v["h"] / 2)),
    ("momentum_eigenvalues", {"2*s^2*x": "s*x"}, lambda v: np.array([2 - v["b"] - v["eta"] * v["b"] * v["s"], 1 - v["b"]])),
    ("gd_iterations", {"eps*abs(w_star)": "eps^3*abs(w_star)"}, lambda v: np.ceil(3 * np.log(v["eps"]) / np.log(1 - v["c"]))),
]


@pytest.mark.parametrize(("name", "pairs", "formula"), FOLLOWS)
def test_the_key_follows_the_statement(name: str, pairs: dict[str, str], formula: Any) -> None:
    d = key(changed(name, pairs))
    values, dims = instance(d.problem, 1)
    assert np.allclose(at(d, values, dims), formula({n: v[0] for n, v in values.items()}))


# ------------------------------------------------------------------------------------------ what the spec must say

BAD = [
    ("gda_bilinear", {'order = "simultaneous"\n': ""}, "order"),
    ("gda_bilinear", {'"simultaneous"': '"parallel"'}, "order of updates"),
    ("gda_bilinear", {', y = "y + eta*grad(f, y)"': ""}, "update of y is missing"),
    ("gda_bilinear", {'count = "T"': 'count = "eta"'}, "number of steps"),
    ("gda_bilinear", {'count = "T"\n': ""}, "iteration.count"),
    ("gd_noise_closed_form", {'law = "normal"': 'law = "cauchy"'}, "law"),
    ("momentum_eigenvalues", {'"product"]': '"trace"]'}, "no quantity of eigenvalues"),
    ("gd_best_rate", {'choose = ["eta"]': 'choose = ["H"]'}, "no number"),
    ("heavy_ball_stability", {'step = "eta"\n': ""}, "iteration.step"),
    ("gd_iterations", {"abs(w - w_star) <= eps*abs(w_star)": "abs(w - w_star)"}, "condition"),
    ("ib_deep_linear", {"flow = true": 'flow = true\nstep = "u0"'}, "velocities"),
]


@pytest.mark.parametrize(("name", "pairs", "says"), BAD)
def test_a_spec_that_leaves_something_open_is_refused(name: str, pairs: dict[str, str], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        changed(name, pairs)


# ------------------------------------------------------------------------------------------ refusals and broken rules

REFUSED = [
    ("ib_gd_system", {'"frr matrix(m, n)"': '"matrix(m, n)"'}, "rank"),
    ("ib_gd_system", {"w - eta*grad": "w + eta*grad"}, "certain"),
    ("ib_precond", {'"spd matrix(n, n)"': '"symmetric matrix(n, n)"'}, "certain|range|definite"),
    ("gd_noise_closed_form", {'"w - eta*grad(f, w)"': '"w - eta*grad(f, w)"\noutput = "w^2"', ', law = "normal"': ""}, "moment"),
    ("ib_momentum", {'type = "unit"': 'type = "real"'}, "certain"),
    ("heavy_ball_stability", {'b = { type = "unit"': 'b = { type = "positive"'}, "not known to hold"),
    ("ib_adagrad", {"sqrt(v)": "(sqrt(v) + eta*ones(n))"}, "factor|direction"),
    ("gd_iterations", {"(y - s*w)^2\"": "(y - s*w)^4\""}, "polynomial|affine"),
    ("ib_deep_linear", {"(u*v - 1)^2": "(u*v^2 - 1)^2 + u"}, "conserved|common factor"),
    ("ib_newton_schulz", {'"fullrank matrix(m, n)"': '"matrix(m, n)"'}, "full rank"),
    ("ib_newton_schulz", {"G/norm(G)": "3*G/norm(G)"}, "above the fixed point"),
    ("ib_newton_schulz", {"(3/2)*X - (1/2)*X X^T X": "4*X - 3*X X^T X"}, "overshoots"),
    ("ib_newton_schulz", {"(3/2)*X - (1/2)*X X^T X": "(1/2)*X - (1/2)*X X^T X"}, "no positive fixed point"),
]


@pytest.mark.parametrize(("name", "pairs", "reason"), REFUSED)
def test_what_is_not_known_is_not_derived_and_says_so(name: str, pairs: dict[str, str], reason: str) -> None:
    import re

    problem = changed(name, pairs)
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and re.search(reason, out.reason), out


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_broken_answer_is_never_certified(name: str) -> None:
    d = key(stated(name))
    assert d.answer is not None
    broken = E.neg(d.answer) if NAMES.index(name) % 2 else E.mul(E.num(2), d.answer)
    assert not certify(replace(d, answer=broken)).holds


def test_the_run_is_the_declared_update_in_its_order() -> None:
    problem = stated("momentum_displacement")
    values = {"g": 2.0, "b": 0.5, "eta": 0.1}
    run = Run(problem, values)
    assert np.isclose(run.after(1), -0.2) and np.isclose(run.after(2), -0.2 - 0.1 * 3.0)
    late = Run(changed("momentum_displacement", {"sequential": "simultaneous"}), values)
    assert np.isclose(late.after(1), 0.0) and np.isclose(late.after(2), -0.2)


def test_expectations_are_sums_over_all_draws() -> None:
    problem = changed("gd_noise_closed_form", {'update = "w - eta*grad(f, w)"': 'update = "w + N"\noutput = "w^2"'})
    run = Run(problem, {"x": 1.0, "y": 1.0, "s": 2.0, "c": 0.5})
    assert np.isclose(run.after(3), 3 * 4.0)  # a random walk: the variances add
