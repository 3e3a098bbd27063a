"""The separable problems of the bank: derived, certified, equal to the reference, and following the statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.rules import ball_projection, scalar_pieces, separable, separable_coupled, shared_threshold
from derive.derivation.steps import NotDerived
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.problem.load import load
from tests.bank import BANK, agrees_with_the_reference, at, changed, instance, key, stated
from tests.keys import certify, solve

POINTS = [
    "prox_l1", "prox_nonneg_l1", "prox_hinge", "prox_pinball", "proj_orthant", "proj_box", "proj_linf_ball", "proj_ball", "proj_simplex",
    "kkt_log_barrier_lp", "kkt_log_barrier_box", "kkt_kelly", "pli_asymmetric", "kkt_softmax", "pli_kl_simplex", "mn_kl_normalise",
]
VALUES = ["moreau_abs", "conj_neglog", "conj_power", "kkt_softmax_value"]
NAMES = POINTS + VALUES


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    problem = stated(name)
    d = key(problem)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert d.steps and all(s.says and s.after for s in d.steps)
    assert not set(d.part.program.over) & E.symbols_in(d.answer)  # type: ignore[union-attr, arg-type]


# ------------------------------------------------------------------------------------------ against the bank

@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


# ------------------------------------------------------------------------------------------ answers

ANSWERS = [
    ("prox_l1", r"x_i = \operatorname{sign}(v_i)\max(|v_i|-\lambda, 0)", "correct"),
    ("prox_l1", r"\operatorname{sign}(v)\max(|v|-\lambda/2, 0)", "incorrect"),
    ("prox_l1", r"v - \lambda \operatorname{sign}(v)", "incorrect"),
    ("prox_nonneg_l1", r"x_i = \max(v_i-\lambda, 0)", "correct"),
    ("prox_nonneg_l1", r"x_i = \max(v_i, 0)-\lambda", "incorrect"),
    ("prox_hinge", r"x_i = \begin{cases} v_i+\lambda & v_i < 1-\lambda \\ \max(v_i, 1) & \text{otherwise} \end{cases}", "correct"),
    ("prox_hinge", r"x_i = \begin{cases} v_i+\lambda & v_i < 1 \\ v_i & \text{otherwise} \end{cases}", "incorrect"),
    ("proj_orthant", r"\max(v, 0)", "correct"),
    ("proj_orthant", r"|v|", "incorrect"),
    ("proj_box", r"\min(\max(v, l), l + w)", "correct"),
    ("proj_box", r"\max(v, l)", "incorrect"),
    ("proj_linf_ball", r"\operatorname{clip}(v, -r, r)", "correct"),
    ("proj_linf_ball", r"\frac{r v}{\|v\|_\infty}", "incorrect"),
    ("proj_ball", r"c + \min(1, \frac{r}{\|v-c\|_2})(v-c)", "correct"),
    ("proj_ball", r"c + \frac{r}{\|v-c\|_2}(v-c)", "incorrect"),
    ("kkt_log_barrier_lp", r"x_i = \frac{\mu}{c_i}", "correct"),
    ("kkt_log_barrier_lp", r"x_i = \frac{c_i}{\mu}", "incorrect"),
    ("kkt_log_barrier_box", r"x_i = \frac{1-\sqrt{1+c_i^2}}{c_i}", "correct"),
    ("kkt_log_barrier_box", r"x_i = -\frac{c_i}{1+\sqrt{1+c_i^2}}", "correct"),
    ("kkt_log_barrier_box", r"x_i = -\frac{c_i}{2}", "incorrect"),
    ("kkt_kelly", r"p - \frac{1-p}{b}", "correct"),
    ("kkt_kelly", r"p - (1-p) b", "incorrect"),
    ("kkt_softmax", r"p_i = \frac{e^{z_i/T}}{\sum_j e^{z_j/T}}", "correct"),
    ("kkt_softmax", r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "incorrect"),
    ("kkt_softmax_value", r"T \log \sum_i e^{z_i/T}", "correct"),
    ("kkt_softmax_value", r"\log \sum_i e^{z_i/T}", "incorrect"),
    ("mn_kl_normalise", r"\frac{y}{\sum_i y_i}", "correct"),
    ("mn_kl_normalise", r"\frac{y}{\|y\|_2}", "incorrect"),
    ("conj_neglog", r"\sum_i (-1 - \log z_i)", "correct"),
    ("conj_neglog", r"-\sum_i \log z_i", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("prox_l1", {"lam*norm(x, 1) + (1/2)*norm(x - v, 2)^2": "2*lam*norm(x, 1) + (v - x)^T (v - x) - 4"}),
    ("prox_l1", {"lam*norm(x, 1) + (1/2)*norm(x - v, 2)^2": "lam*sum_i max(x_i, -x_i) + (1/2)*sum_i x_i^2 - v^T x"}),
    ("prox_l1", {'ask = "argmin"': 'ask = "argmax"', 'minimize = "lam*norm(x, 1) + ': 'maximize = "-lam*norm(x, 1) - '}),
    ("prox_nonneg_l1", {"lam*sum(x)": "lam*norm(x, 1)"}),
    ("proj_orthant", {'"x >= 0"': '"-x <= 0"'}),
    ("proj_orthant", {'"x >= 0"': '"min(x) >= 0", "x >= -1"'}),
    ("proj_box", {'"x >= l", "x <= l + wd"': '"2*x - 2*l <= 2*wd", "l <= x"'}),
    ("proj_linf_ball", {'"norm(x, inf) <= r"': '"x <= r", "-r <= x"'}),
    ("proj_linf_ball", {'"norm(x, inf) <= r"': '"max(abs(x)) <= r"'}),
    ("prox_hinge", {"max(0, 1 - x_i)": "relu(1 - x_i)"}),
    ("prox_pinball", {"sum(max(tau*x, (tau - 1)*x))": "sum_i (tau*max(x_i, 0) + (1 - tau)*max(-x_i, 0))"}),
    ("pli_asymmetric", {"g^T d + (1/alpha)*": "alpha*(g^T d) + "}),
    ("kkt_log_barrier_lp", {"c^T x - mu*sum_i log(x_i)": "(1/mu)*(c^T x) - sum(log(x)) + 7"}),
    ("kkt_log_barrier_box", {"c^T x - sum_i (log(1 - x_i) + log(1 + x_i))": "sum_i (c_i*x_i - log(1 + x_i) - log(1 - x_i))"}),
    ("kkt_softmax", {'ask = "argmax"': 'ask = "argmin"', "maximize": "minimize", "dot(z, p) - T*sum_i": "-3*dot(z, p) + 3*T*sum_i"}),
    ("kkt_softmax", {"dot(z, p) - T*sum_i p_i*log(p_i)": "dot(z, p)/T - sum(p*log(p))", "sum(p) = 1": "1 - sum(p) = 0"}),
    ("pli_kl_simplex", {"g^T x + (1/eta)*": "eta*(g^T x) + "}),
    ("mn_kl_normalise", {"sum_i (x_i*log(x_i/y_i) - x_i + y_i)": "2*sum_i x_i*log(x_i/y_i)"}),
    ("proj_ball", {"norm(x - c, 2) <= r": "norm(c - x, 2)^2 <= r^2", "norm(x - v, 2)^2": "x^T x - 2*v^T x"}),
    ("proj_simplex", {"norm(x - v, 2)^2": "3*x^T x - 6*v^T x", "sum(x) = 1": "2*sum(x) = 2"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(3):
        values, dims = instance(base.problem, seed)
        assert np.allclose(at(base, values, dims), at(other, values, dims), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", [n for n in POINTS if n != "kkt_kelly"])
def test_permuting_coordinates_permutes_the_key(name: str) -> None:
    d = key(stated(name))
    values, dims = instance(d.problem, 2)
    turned = {n: v[:, ::-1] if v.ndim == 2 else v for n, v in values.items()}
    assert np.allclose(at(d, turned, dims), at(d, values, dims)[::-1])


def test_the_key_follows_the_coefficients() -> None:
    values, dims = instance(stated("prox_l1"))
    v, lam = values["v"][0], float(values["lam"][0])
    for text, k in (("3*lam*norm(x, 1)", 3 * lam), ("lam^2*norm(x, 1)", lam**2), ("norm(x, 1)/5", 0.2), ("lam*norm(2*x, 1)", 2 * lam)):
        d = key(changed("prox_l1", {"lam*norm(x, 1)": text}))
        assert np.allclose(at(d, values, dims), np.sign(v) * np.maximum(np.abs(v) - k, 0))


WIDER = [
    ("prox_l1", {"lam*norm(x, 1)": "lam*norm(x, 1) + 2*norm(x, 2)^2"}),  # elastic net
    ("prox_l1", {"lam*norm(x, 1)": "lam*norm(x - 3*v, 1)"}),  # a threshold towards another point
    ("prox_l1", {"lam*norm(x, 1)": "lam*(sum_i max(x_i - 1, 0) + sum_i max(-x_i, 0))"}),  # two kinks
    ("prox_hinge", {"max(0, 1 - x_i)": "max(0, 1 - x_i)^2"}),  # squared hinge
    ("proj_box", {'"x >= l", "x <= l + wd"': '"x >= l", "x <= l + wd", "x >= l - ones(n)"'}),
    ("proj_orthant", {"norm(x - v, 2)^2": "norm(x - v, 2)^2 + norm(x, 1)", '"x >= 0"': '"x <= 2"'}),  # a kink below an upper bound
    ("kkt_log_barrier_lp", {"mu*sum_i log(x_i)": "mu*sum_i c_i*log(x_i)"}),
    ("kkt_log_barrier_lp", {"c^T x - mu*sum_i log(x_i)": "sum_i c_i/x_i", 'over = "x"': 'over = "x"\nsubject_to = ["sum(x) = mu", "x >= 0"]'}),
    ("kkt_log_barrier_lp", {"c^T x - mu*sum_i log(x_i)": "-sum_i c_i*log(x_i)", 'over = "x"': 'over = "x"\nsubject_to = ["sum(x) = mu"]'}),
    ("kkt_softmax", {"sum(p) = 1": "sum(p) = T"}),
    ("kkt_log_barrier_box", {"nonzero vector(n)": "vector(n)"}),  # a root that stays defined at c_i = 0
    ("kkt_log_barrier_lp", {'over = "x"': 'over = "x"\nsubject_to = ["x > 0"]'}),
    ("proj_simplex", {"x >= 0": "x >= -2"}),
    ("proj_ball", {"norm(x - c, 2) <= r": "norm(x, 2) <= r", "norm(x - v, 2)^2": "norm(x - v, 2)^2 + norm(x - c, 2)^2"}),
]


@pytest.mark.parametrize(("name", "pairs"), [pytest.param(*w, marks=pytest.mark.long if k % 2 else ()) for k, w in enumerate(WIDER)])
def test_neighbours_of_the_bank_are_derived_and_certified(name: str, pairs: dict[str, str]) -> None:
    certificate = certify(key(changed(name, pairs)))
    assert certificate.holds, certificate.failures()


# ------------------------------------------------------------------------------------------ refusals

REFUSED = [
    ("prox_l1", {'lam = { type = "unit"': 'lam = { type = "real"'}, "convex"),
    ("prox_l1", {"lam*norm(x, 1)": "(-1)*norm(x, 1)"}, "convex"),
    ("kkt_log_barrier_lp", {"positive vector(n)": "vector(n)"}, "unbounded"),
    ("kkt_log_barrier_lp", {"c^T x - mu": "-(c^T x) - mu"}, "unbounded"),
    ("proj_box", {"positive vector(n)": "vector(n)"}, "upper bound"),
    ("prox_nonneg_l1", {"lam*sum(x) + (1/2)*norm(x - v, 2)^2": "v^T x"}, "unbounded"),
    ("prox_pinball", {'tau = { type = "unit"': 'tau = { type = "real"', " + (1/2)*norm(x - v, 2)^2": ""}, "unbounded"),
    ("proj_simplex", {"sum(x) = 1": "sum(x) = v_1"}, "not known to be positive"),
    ("proj_orthant", {"x >= 0": "x > 0"}, "strict"),
    ("prox_l1", {'lam = { type = "unit"': 'lam = { type = "nonnegative"', "(1/2)*norm(x - v, 2)^2": "lam*norm(x - v, 2)^2"}, "curvature"),
    ("proj_ball", {'"positive"': '"real"'}, "not known to be positive"),
    ("kkt_softmax", {'T = { type = "positive"': 'T = { type = "real"'}, "convex"),
]


@pytest.mark.parametrize(("name", "pairs", "reason"), REFUSED)
def test_what_is_not_known_is_not_derived_and_says_so(name: str, pairs: dict[str, str], reason: str) -> None:
    problem = changed(name, pairs)
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and reason in out.reason, out


# ------------------------------------------------------------------------------------------ broken rules

@pytest.mark.long
@pytest.mark.parametrize("name", ["prox_l1", "proj_box", "kkt_softmax", "proj_ball"])
def test_a_broken_answer_is_never_certified(name: str) -> None:
    d = key(stated(name))
    assert d.answer is not None and d.part.program is not None
    u = E.sym(d.part.program.over[0], d.answer.shape)
    for answer in (E.neg(d.answer), E.mul(E.TWO, d.answer)):
        assert not certify(replace(d, answer=answer)).holds
        assert not certify(replace(d, answer=answer, value=E.replace(d.part.program.objective, {u: answer}))).holds


BROKEN: list[tuple[str, Any, str, Any]] = [
    ("prox_l1", separable, "_threshold", lambda old: lambda *a: E.mul(E.HALF, old(*a))),
    ("proj_orthant", separable, "_clip", lambda old: lambda *a: old(*a).args[0]),
    ("prox_hinge", scalar_pieces, "_branch", lambda old: lambda x, sign: old(x, -sign)),
    ("prox_pinball", separable, "_merged", lambda old: lambda found: [found[0], found[-1]]),
    ("kkt_log_barrier_lp", scalar_pieces, "_root", lambda old: lambda *a: (1 / old(*a)[0], False)),
    ("kkt_softmax", separable_coupled, "_reached", lambda old: lambda *a: None),
    ("proj_simplex", shared_threshold, "threshold", lambda old: lambda b, left: E.div(E.sub(E.total(b), left), E.dim(b.shape[0]))),
    ("proj_ball", ball_projection, "ball", lambda old: lambda c, u: old(c, u) and (old(c, u)[0], E.mul(E.TWO, old(c, u)[1]))),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "module", "attribute", "wrap"), BROKEN)
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, module: Any, attribute: str, wrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = key(stated(name))
    monkeypatch.setattr(module, attribute, wrap(getattr(module, attribute)))
    problem = load(BANK / f"{name}.toml")
    out = solve(problem, problem.part("answer"))
    if isinstance(out, NotDerived):
        return
    values, dims = instance(problem, 1)
    if not np.allclose(at(out, values, dims), at(good, values, dims)):
        assert not certify(out).holds
