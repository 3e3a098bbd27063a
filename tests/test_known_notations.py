"""Notations that carry the answer in another dress: library calls, normalising constants, names applied to the data; each beside a near miss."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from tests.bank import BANK, stated


@pytest.mark.parametrize(("name", "right", "wrong"), [
    ("ls_ols", "np.linalg.lstsq(X, y, rcond=None)[0]", "np.linalg.lstsq(X.T, y, rcond=None)[0]"),
    ("ls_ols", "np.linalg.inv(X.T.dot(X)).dot(X.T).dot(y)", "np.linalg.inv(X.T.dot(X)).dot(X.T).dot(2*y)"),
    ("ls_ols", "torch.linalg.lstsq(X, y).solution", "torch.linalg.lstsq(X, -y).solution"),
    ("prox_l1", "torch.sign(v) * torch.clamp(v.abs() - lam, min=0)", "torch.sign(v) * torch.clamp(v.abs() - lam, max=0)"),
    ("prox_l1", "F.softshrink(v, lambd=lam)", "F.softshrink(v, lambd=2*lam)"),
    ("proj_orthant", "v.clamp(min=0)", "v.clamp(max=0)"),
    ("proj_orthant", "F.relu(v)", "F.relu(-v)"),
    ("proj_orthant", "v * (v > 0)", "v * (v < 0)"),
    ("proj_orthant", "```python\nx = v.copy()\nx[x < 0] = 0\n```", "```python\nx = v.copy()\nx[x > 0] = 0\n```"),
    ("proj_orthant", "for i in range(len(v)):\n    x[i] = max(v[i], 0)", "for i in range(len(v)):\n    x[i] = min(v[i], 0)"),
    ("kkt_softmax", "F.softmax(z / T, dim=0)", "F.softmax(z * T, dim=0)"),
])
def test_library_calls_are_read_and_never_run(name: str, right: str, wrong: str) -> None:
    problem = stated(name)
    assert grade(problem, "answer", right).verdict == "correct"
    assert grade(problem, "answer", wrong).verdict != "correct"


@pytest.mark.parametrize("says", [
    "where $Z$ is the normalising constant", "where $Z$ normalises", "where $Z$ is the partition function", "with the normalization constant $Z$",
    "with $Z$ chosen so that the probabilities sum to one", "and $Z$ ensures that the entries sum to 1.",
])
def test_a_constant_that_normalises_is_determined_where_the_entries_must_sum_to_one(says: str) -> None:
    problem = stated("kkt_softmax")
    assert grade(problem, "answer", rf"$p_i = e^{{z_i/T}}/Z$, {says}").verdict == "correct"
    assert grade(problem, "answer", rf"$p_i = e^{{T z_i}}/Z$, {says}").verdict == "incorrect"


@pytest.mark.parametrize("text", [
    r"$p_i = e^{z_i/T}/Z$", r"$p_i = e^{z_i/T}/Z$, where $Z$ is not the normalising constant", r"$p_i = e^{z_i/T}/Z$, where $Z$ is a constant",
    r"$p_i = e^{z_i/T}/Z$, where $Z = \sum_j e^{z_j}$ is the normalising constant", r"$p_i = e^{z_i/T}/Z$, where $Z$ normalises to unit norm",
    r"$p_i = z_i e^{z_i/T}/Z$, where $Z$ is the normalising constant",
])
def test_a_constant_that_is_said_to_be_something_else_is_not(text: str) -> None:
    assert grade(stated("kkt_softmax"), "answer", text).verdict != "correct"


def test_where_nothing_must_sum_to_one_a_normalising_constant_is_not_known() -> None:
    assert grade(stated("prox_sql2"), "answer", r"$x = v/Z$, where $Z$ is the normalising constant").verdict == "unreadable"


@pytest.mark.parametrize(("text", "verdict"), [
    (r"so the score becomes at most $w^\top x_0+\epsilon\|w\|_1$.", "correct"),
    (r"so the score becomes at most $w^\top x_0+\epsilon\|w\|_2$.", "incorrect"),
])
def test_at_most_states_the_largest_value(text: str, verdict: str) -> None:
    assert grade(stated("fgsm_linear"), "answer", text).verdict == verdict


@pytest.mark.parametrize(("name", "part", "text"), [
    ("fgsm_linear", "answer", r"the score is at least $w^\top x_0+\epsilon\|w\|_1$"), ("fgsm_linear", "answer", r"at most $w^\top x_0+\epsilon\|w\|_1$"),
    ("fgsm_linear", "answer", r"the score is not at most $w^\top x_0+\epsilon\|w\|_1$"), ("lmo_linf", "value", r"the objective is at most $-r\|g\|_1$"),
    ("prox_sql2", "answer", r"the point is at most $\frac{v}{1+\lambda}$"),
])
def test_other_bounds_answer_nothing(name: str, part: str, text: str) -> None:
    assert grade(stated(name), part, text).verdict != "correct"


def test_at_least_states_the_least_value() -> None:
    assert grade(stated("lmo_linf"), "value", r"The objective is at least $-r\|g\|_1$, attained at $d=-r\operatorname{sign}(g)$.").verdict == "correct"


SOFT = r"\operatorname{sign}(t)(|t|-\lambda)_+"


@pytest.mark.parametrize(("text", "verdict"), [
    (rf"$\hat w = S_{{s^2/b}}(Q^\top y)$ where $S_\lambda(t)={SOFT}$ is applied entrywise", "correct"),
    (rf"$\hat w = S_{{s/b}}(Q^\top y)$ where $S_\lambda(t)={SOFT}$ is applied entrywise", "incorrect"),
    (r"$\hat w = S_{s^2/b}(Q^\top y)$ where $S_\lambda(t)=\operatorname{sign}(t)(|t|-2\lambda)_+$", "incorrect"),
    (r"$w = f(Q^\top y)$ with $f(t)=\operatorname{sign}(t)\max(|t|-s^2/b,0)$ elementwise", "correct"),
    (r"$w_i = f(q_i)$ with $q=Q^\top y$ and $f(t)=\operatorname{sign}(t)\max(|t|-s^2/b,0)$.", "correct"),
    (r"$w_i = f(q_i)$ with $q=Q^\top y$ and $f(t)=\operatorname{sign}(t)\max(|t|-s^2/b,1)$.", "incorrect"),
    (r"$w_i = \mathcal{S}((Q^\top y)_i, s^2/b)$, $\mathcal{S}(t,\tau)=\operatorname{sign}(t)\max(|t|-\tau,0)$", "correct"),
    (r"$w_i = \mathcal{S}(s^2/b, (Q^\top y)_i)$, $\mathcal{S}(t,\tau)=\operatorname{sign}(t)\max(|t|-\tau,0)$", "incorrect"),
])
def test_a_function_that_the_text_defines_is_applied(text: str, verdict: str) -> None:
    assert grade(stated("map_lasso_orthonormal"), "answer", text).verdict == verdict


def test_of_two_definitions_of_one_function_none_is_chosen() -> None:
    text = r"$w = f(Q^\top y)$ with $f(t)=\operatorname{sign}(t)\max(|t|-s^2/b,0)$ or with $f(t)=t$, elementwise"
    assert grade(stated("map_lasso_orthonormal"), "answer", text).verdict not in ("correct", "incorrect")


@pytest.mark.parametrize("head", [r"\operatorname{prox}(v)", r"\operatorname{prox}_{\lambda f}(v)", "x^*(v)", r"x^{\star}(v, \lambda)", "x(v)", "x(v)_i", r"\hat{x}(v)"])
def test_a_name_applied_to_the_data_names_the_answer(head: str) -> None:
    problem = stated("prox_sql2")
    v = "v_i" if head.endswith("_i") else "v"
    assert grade(problem, "answer", rf"${head} = \frac{{1}}{{1+\lambda}} {v}$").verdict == "correct"
    assert grade(problem, "answer", rf"${head} = \frac{{1}}{{1+2\lambda}} {v}$").verdict == "incorrect"


@pytest.mark.parametrize("text", [r"$x(-v) = \frac{v}{1+\lambda}$", r"$\operatorname{prox}(2v) = \frac{v}{1+\lambda}$", r"$\operatorname{prox}(x) = \frac{v}{1+\lambda}$"])
def test_a_name_applied_to_something_else_does_not(text: str) -> None:
    assert grade(stated("prox_sql2"), "answer", text).verdict != "correct"


def test_functions_put_into_each_other_stay_small() -> None:
    inner = "t"
    for _ in range(60):
        inner = f"f({inner})"
    text = rf"$x = {inner.replace('t', 'v')}$ where $f(t) = {'+'.join(['t'] * 40)}$"
    assert grade(stated("prox_sql2"), "answer", text).verdict == "unreadable"


@pytest.mark.parametrize(("text", "verdict"), [
    (r"$x_i = h(v_i)$ where $h(t) = \begin{cases} t & t>0\\ 0 & \text{otherwise}\end{cases}$", "correct"),
    (r"$x_i = h(v_i)$ where $h(t) = \begin{cases} t & t<0\\ 0 & \text{otherwise}\end{cases}$", "incorrect"),
    (r"$x = h(v)$ where $h(t) = \max(t, 0)$", "correct"), (r"$x = h(v)$ where $h(t) = \max(t, 1)$", "incorrect"),
])
def test_a_function_by_cases_is_applied(text: str, verdict: str) -> None:
    assert grade(stated("proj_orthant"), "answer", text).verdict == verdict


@pytest.mark.parametrize("text", [r"$x = h(v)$ where $h(t) = t$ if $t > 0$ and $0$ otherwise", r"$x = h(v)$ where $h(t) = t \text{ if } t > 0, 0 \text{ otherwise}$"])
def test_a_function_that_is_read_in_part_is_not_held_against_the_answer(text: str) -> None:
    assert grade(stated("proj_orthant"), "answer", text).verdict != "incorrect"


@pytest.mark.parametrize(("text", "verdict"), [
    (r"$p_i = \sigma(z/T)_i$ where $\sigma(z)_i = e^{z_i}/\sum_j e^{z_j}$", "correct"),
    (r"$p = \sigma(z/T)$, $\sigma(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$", "correct"), (r"$p = \sigma(z T)$, $\sigma(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$", "incorrect"),
    (r"$p = F(G(z))$ with $G(x)_i = x_i/T$ and $F(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$", "correct"),
    (r"$p = F(G(z))$ with $G(x)_i = x_i T$ and $F(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$", "incorrect"),
])
def test_a_function_may_be_defined_by_its_entries(text: str, verdict: str) -> None:
    assert grade(stated("kkt_softmax"), "answer", text).verdict == verdict


SIGNED = (
    "```python\ntotal = 0\nfor a in g:\n    total += abs(a)\nu = []\nfor a in g:\n    if a > 0:\n        u.append({}*total)\n"
    "    elif a < 0:\n        u.append(alpha/2*total)\n    else:\n        u.append(0)\n```")


@pytest.mark.parametrize(("text", "verdict"), [
    (SIGNED.format("-alpha/2"), "correct"), (SIGNED.format("alpha/2"), "incorrect"), (SIGNED.format("-alpha/2") + "\nThen halve it.", "undecided"),
    ("```python\ndef f(g, alpha):\n    return {'u': -(alpha/2)*np.linalg.norm(g, 1)*np.sign(g), 'size': 3}\n```", "correct"),
    ("```python\ndef f(g, alpha):\n    return {'u': -(alpha/2)*np.linalg.norm(g, 2)*np.sign(g)}\n```", "incorrect"),
])
def test_words_of_a_program_are_no_prose(text: str, verdict: str) -> None:
    problem = load(BANK.parent / "cs182-hw2" / "penalty-linf.toml")
    assert grade(problem, "update", text).verdict == verdict


@pytest.mark.parametrize(("name", "text", "verdict"), [
    ("mle_categorical", r"$\hat p_i = c_i/N$ where $N$ is the normalising constant", "correct"),
    ("mle_categorical", r"$\hat p_i = c_i^2/N$ where $N$ is the normalising constant", "incorrect"),
    ("mle_categorical", r"$\hat p_i = c_i/N$", "incorrect"),
    ("proj_simplex", r"$x_i = (v_i-\tau)_+$ where $\tau$ is the threshold such that $\sum_i x_i = 1$", "correct"),
    ("proj_simplex", r"$x_i = (v_i+\tau)_-$ where $\tau$ is the threshold such that $\sum_i x_i = 1$", "incorrect"),
    ("kkt_tangency", r"$w = S^{-1}e/c$, where the constant $c$ ensures that the weights sum to one", "correct"),
    ("kkt_tangency", r"$w = Se/c$, where the constant $c$ ensures that the weights sum to one", "incorrect"),
    ("prox_l1", r"$\operatorname{prox}_{\lambda\|\cdot\|_1}(v)_i = \operatorname{sign}(v_i)\max(|v_i|-\lambda,0)$", "correct"),
    ("prox_l1", r"$\operatorname{prox}_{\lambda\|\cdot\|_1}(v)_i = \operatorname{sign}(v_i)\max(|v_i|+\lambda,0)$", "incorrect"),
    ("prox_l1", r"$S_\lambda(v) = \operatorname{sign}(v)\odot(|v|-\lambda)_+$, soft thresholding", "correct"),
    ("prox_l1", r"$x = S_{2\lambda}(v)$ with $S_\lambda(v)_i = \operatorname{sign}(v_i)(|v_i|-\lambda)_+$", "incorrect"),
])
def test_further_letters_that_words_determine_and_names_of_operators(name: str, text: str, verdict: str) -> None:
    assert grade(stated(name), "answer", text).verdict == verdict
