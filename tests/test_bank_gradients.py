"""Gradients, Jacobians and Hessians: derived by the chain rule, certified by difference quotients, judged in all worlds."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.steps import NotDerived
from derive.errors import SpecError
from derive.grading.grade import grade
from derive.maths import calculus
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.neat import neat
from derive.maths.read import read_expr
from derive.maths.worlds import world_sets
from derive.maths.write import plain
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.bank import agrees_with_the_reference, changed, instance, key, stated
from tests.bank import at as value_at
from tests.conftest import half
from tests.keys import certify, solve

NAMES = ["grad_layernorm", "grad_trace_inverse", "grad_least_squares", "hess_logistic", "grad_logistic", "grad_softmax_ce", "grad_norm"]

SYMBOLS = """
[symbols]
m = { type = "dimension" }
n = { type = "dimension" }
p = { type = "dimension" }
X = { type = "matrix(m, n)" }
Y = { type = "matrix(m, p)" }
W = { type = "matrix(n, p)" }
A = { type = "matrix(n, n)" }
B = { type = "matrix(p, p)" }
S = { type = "spd matrix(n, n)" }
Q = { type = "fcr matrix(n, n)" }
a = { type = "positive vector(m)" }
b = { type = "vector(m)" }
t = { type = "unit vector(m)" }
y = { type = "sign vector(m)" }
c = { type = "vector(n)" }
d = { type = "vector(n)" }
w = { type = "vector(n)" }
v = { type = "nonzero vector(n)" }
q = { type = "positive vector(n)" }
lam = { type = "positive", aliases = ["lambda"] }
tau = { type = "positive" }
s = { type = "real" }
"""


def asked(function: str, over: str, ask: str = "gradient", more: str = "") -> Problem:
    """A problem with one part that asks for a derivative."""
    part = f'\n[[parts]]\nid = "answer"\nask = "{ask}"\nfunction = "{function}"\nover = "{over}"\n{more}\n'
    return from_data(tomllib.loads(f'schema = 1\nid = "t"\ntitle = "t"\n{SYMBOLS}{part}'), "t.toml")


def agrees(problem: Problem, formula: str) -> bool:
    d = key(problem)
    assert d.answer is not None
    wanted = read_expr(formula, problem.scope(d.part))
    return isinstance(agree(E.as_column(wanted), d.answer, world_sets(problem.symbols, count=3)), Equal)


# ------------------------------------------------------------------------------------------ the bank

@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    d = key(stated(name))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert [e.check for e in certificate.evidence] == ["difference quotients"]
    assert len(d.steps) > 1 and all(s.says and s.after for s in d.steps)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


ANSWERS = [
    ("grad_least_squares", r"$\nabla_w f = 2X^\top(Xw-y)$", "correct"),
    ("grad_least_squares", "2*X.T@(X@w-y)", "correct"),
    ("grad_least_squares", r"\frac{\partial f}{\partial w} = 2 X^T X w - 2 X^T y", "correct"),
    ("grad_least_squares", "2X^T(y-Xw)", "incorrect"),
    ("grad_least_squares", "X^T(Xw-y)", "incorrect"),
    ("grad_norm", r"\frac{A^\top(Ax-b)}{\|Ax-b\|_2}", "correct"),
    ("grad_norm", "A^T r / ‖r‖ where r = Ax - b", "correct"),
    ("grad_norm", "2A^T(Ax-b)", "incorrect"),
    ("grad_norm", "A^T(Ax-b)/norm(Ax-b)^2", "incorrect"),
    ("grad_logistic", r"-\sum_i\frac{y_ix_i}{1+e^{y_ix_i^\top w}}", "correct"),
    ("grad_logistic", r"-X^\top (y \odot \sigma(-y \odot Xw))", "correct"),
    ("grad_logistic", "-X.T @ (y / (1 + np.exp(y * (X @ w))))", "correct"),
    ("grad_logistic", "-X^T (y/(1+exp(-y*(X w))))", "incorrect"),
    ("grad_logistic", "X^T (y/(1+exp(y*(X w))))", "incorrect"),
    ("grad_logistic", "-X^T (1/(1+exp(y*(X w))))", "incorrect"),
    ("hess_logistic", r"X^\top\mathrm{diag}(s_i(1-s_i))X where s_i = \sigma(x_i^\top w)", "correct"),
    ("hess_logistic", r"\nabla^2 f = \sum_i \sigma(x_i^T w)(1-\sigma(x_i^T w)) x_i x_i^T", "correct"),
    ("hess_logistic", "X^T diag(s*(1-s)) X, s = sigmoid(X w)", "correct"),
    ("hess_logistic", "X^T diag(sigmoid(X w)^2) X", "incorrect"),
    ("hess_logistic", "X^T X", "incorrect"),
    ("hess_logistic", "X^T X/4", "incorrect"),
    ("grad_softmax_ce", "p-e_k, where p = softmax(z)", "correct"),
    ("grad_softmax_ce", r"\frac{\partial L}{\partial z_i} = p_i - \mathbf{1}[i=k], \quad p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "correct"),
    ("grad_softmax_ce", "exp(z)/sum(exp(z)) - onehot(k0, n)", "correct"),
    ("grad_softmax_ce", "e_k - softmax(z)", "incorrect"),
    ("grad_softmax_ce", "softmax(z)", "incorrect"),
    ("grad_softmax_ce", "softmax(z)*(softmax(z) - e_k)", "incorrect"),
    ("grad_layernorm", r"\frac{\partial L}{\partial x_i} = \frac{1}{n s}\left(n\, dy_i - \sum_j dy_j - y_i \sum_j dy_j y_j\right)", "correct"),
    ("grad_layernorm", "h = (x - x.mean())/x.std(); (dy - dy.mean() - h*(dy*h).mean())/s", "correct"),
    ("grad_layernorm", r"\frac1s\big(\bar y-mean(\bar y)-\hat{x}\, mean(\bar y \odot \hat x)\big)", "correct"),
    ("grad_layernorm", "(dy - mean(dy))/s", "incorrect"),
    ("grad_layernorm", "dy/s", "incorrect"),
    ("grad_trace_inverse", r"-(X^{-1}AX^{-1})^\top", "correct"),
    ("grad_trace_inverse", r"-X^{-\top} A^\top X^{-\top}", "correct"),
    ("grad_trace_inverse", "-X^{-1}AX^{-1}", "incorrect"),
    ("grad_trace_inverse", r"(X^{-1}AX^{-1})^\top", "incorrect"),
    ("grad_trace_inverse", r"-(X^{-1}A)^\top", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


def test_the_key_is_written_as_a_person_would() -> None:
    for name, text in (("grad_softmax_ce", "exp(z)/sum(exp(z)) - e_{k0 + 1}"), ("grad_least_squares", "2·(Xᵀ (X w - y))"), ("grad_norm", "Aᵀ (A x - b)/‖A x - b‖₂")):
        answer = key(stated(name)).answer
        assert answer is not None and plain(answer) == text


# ------------------------------------------------------------------------------------------ relatives

GRADIENTS = [
    ("norm(X w - b, 2)^2/2 + lambda*norm(w, 2)^2/2", "w", "X^T (X w - b) + lambda*w"),
    ("norm(X w - b, 2)^2/m", "w", "2*X^T (X w - b)/m"),
    ("sum_i a_i*(X w - b)_i^2", "w", "2*X^T diag(a) (X w - b)"),
    ("norm_fro(X W B - Y)^2", "W", "2*X^T (X W B - Y) B^T"),
    ("norm_fro(X W - Y)", "W", "X^T (X W - Y)/norm_fro(X W - Y)"),
    ("sum_i sum_j (X W - Y)_{ij}^2", "W", "2*X^T (X W - Y)"),
    ("w^T A w + c^T w", "w", "(A + A^T) w + c"),
    ("tr(W^T A W)", "W", "(A + A^T) W"),
    ("log(det(S))", "S", "S^-1"),
    ("log(abs(det(Q)))", "Q", "(Q^-1)^T"),
    ("tr(A Q)", "Q", "A^T"),
    ("c^T Q^-1 d", "Q", "-(Q^-1)^T c d^T (Q^-1)^T"),
    ("c^T A^2 d", "A", "c d^T A^T + A^T c d^T"),
    ("log(det(S + lambda*eye(n)))", "lam", "tr((S + lambda*eye(n))^-1)"),
    ("norm(v, 3)", "v", "abs(v)^2*sign(v)/norm(v, 3)^2"),
    ("norm(v, 1)", "v", "sign(v)"),
    ("norm(v, inf)", "v", "sign(v_k)*e_k"),
    ("tau*log(sum(exp(w/tau)))", "w", "softmax(w/tau)"),
    ("-sum_i (t_i*log(sigmoid((X w)_i)) + (1 - t_i)*log(1 - sigmoid((X w)_i)))", "w", "X^T (sigmoid(X w) - t)"),
    ("sum_i (log(1 + exp((X w)_i)) - t_i*(X w)_i)", "w", "X^T (sigmoid(X w) - t)"),
    ("sum(log(exp(X W) ones(p))) - tr(Y^T X W)", "W", "X^T (softmax(X W) - Y)"),
    ("sum_i log(sum_j exp((X W)_{ij}))", "W", "X^T softmax(X W)"),
    ("w^T c/(norm(w, 2)*norm(c, 2))", "w", "c/(norm(w, 2)*norm(c, 2)) - (w^T c)*w/(norm(w, 2)^3*norm(c, 2))"),
    ("sum_i relu((X w)_i)^2", "w", "2*X^T relu(X w)"),
    ("sum_i tanh(w_i)", "w", "1 - tanh(w)^2"),
    ("sum(softplus(X w))", "w", "X^T sigmoid(X w)"),
    ("w^T w/(1 + w^T w)", "w", "2*w/(1 + w^T w)^2"),
    ("exp(-norm(w - c, 2)^2/(2*tau))", "w", "-exp(-norm(w - c, 2)^2/(2*tau))*(w - c)/tau"),
    ("mean((X w - b)^2)", "b", "-2*(X w - b)/m"),
    ("var(w)", "w", "2*(w - mean(w)*ones(n))/n"),
    ("sum_i q_i*log(q_i)", "q", "log(q) + ones(n)"),
    ("prod_i v_i", "v", ""),
    ("w_1*w_1", "w", "2*w_1*e_1"),
]


@pytest.mark.parametrize(("function", "over", "expected"), half(GRADIENTS))
def test_gradients_of_usual_losses(function: str, over: str, expected: str) -> None:
    """Certified, and equal to the formula of the field: every other one, all with --long."""
    problem = asked(function, over) if "v_k" not in expected else from_data(tomllib.loads(
        f'schema = 1\nid = "t"\ntitle = "t"\n{SYMBOLS}k = {{ type = "index", let = "argmax_i abs(v_i)" }}\n'
        f'[[parts]]\nid = "answer"\nask = "gradient"\nfunction = "{function}"\nover = "{over}"\n'), "t.toml")
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    assert not expected or agrees(problem, expected)


PULLED_BACK = [
    ("w/norm(w, 2)", "w", "d", "(d - (w^T d)*w/norm(w, 2)^2)/norm(w, 2)"),
    ("softmax(w)", "w", "d", "softmax(w)*(d - dot(d, softmax(w))*ones(n))"),
    ("w/sqrt(mean(w^2))", "w", "d", "d/sqrt(mean(w^2)) - w*dot(w, d)/(n*sqrt(mean(w^2))^3)"),
    ("tanh(A w)", "w", "d", "A^T ((1 - tanh(A w)^2)*d)"),
    ("X w", "w", "b", "X^T b"),
    ("X w", "X", "b", "b w^T"),
    ("relu(X w)", "X", "b", ""),
    ("c*w", "w", "d", "c*d"),
    ("(w - mean(w)*ones(n))/sqrt(var(w) + lambda)", "w", "d", ""),
]


@pytest.mark.parametrize(("function", "over", "upstream", "expected"), PULLED_BACK)
def test_an_upstream_gradient_is_pulled_back(function: str, over: str, upstream: str, expected: str) -> None:
    problem = asked(function, over, more=f'upstream = "{upstream}"')
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    assert not expected or agrees(problem, expected)


HESSIANS = [
    ("norm(X w - b, 2)^2", "w", "2*X^T X"),
    ("sum_i a_i*(X w - b)_i^2 + lambda*norm(w, 2)^2", "w", "2*X^T diag(a) X + 2*lambda*eye(n)"),
    ("log(sum(exp(w)))", "w", "diag(softmax(w)) - softmax(w) softmax(w)^T"),
    ("log(sum(exp(X w)))", "w", "X^T (diag(softmax(X w)) - softmax(X w) softmax(X w)^T) X"),
    ("sum_i (log(1 + exp((X w)_i)) - t_i*(X w)_i)", "w", "X^T diag(sigmoid(X w)*(1 - sigmoid(X w))) X"),
    ("norm(v, 2)", "v", "eye(n)/norm(v, 2) - v v^T/norm(v, 2)^3"),
    ("norm(w, 2)^4", "w", "4*norm(w, 2)^2*eye(n) + 8*w w^T"),
    ("w^T A w", "w", "A + A^T"),
    ("-sum_i log(q_i)", "q", "diag(1/q^2)"),
    ("sum_i q_i*log(q_i)", "q", "diag(1/q)"),
    ("exp(-w^T S w/2)", "w", "exp(-w^T S w/2)*(S w w^T S - S)"),
    ("(c^T w)^3", "w", "6*(c^T w)*c c^T"),
    ("var(w)", "w", "2*(eye(n) - ones(n) ones(n)^T/n)/n"),
    ("s^4 + 3*s^2", "s", "12*s^2 + 6"),
    ("w^T S w/(w^T w)", "w", ""),
]


@pytest.mark.parametrize(("function", "over", "expected"), HESSIANS)
def test_hessians(function: str, over: str, expected: str) -> None:
    problem = asked(function, over, "hessian", 'when = ["norm(w, 2) > 0"]')
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    assert not expected or agrees(problem, expected)


JACOBIANS = [
    ("softmax(w)", "w", "diag(softmax(w)) - softmax(w) softmax(w)^T"),
    ("v/norm(v, 2)", "v", "(eye(n) - v v^T/norm(v, 2)^2)/norm(v, 2)"),
    ("sigmoid(X w)", "w", "diag(sigmoid(X w)*(1 - sigmoid(X w))) X"),
    ("(w^T c)*w", "w", "(w^T c)*eye(n) + w c^T"),
    ("w^3", "w", "3*diag(w^2)"),
]


@pytest.mark.parametrize(("function", "over", "expected"), JACOBIANS)
def test_jacobians(function: str, over: str, expected: str) -> None:
    problem = asked(function, over, "jacobian")
    certificate = certify(key(problem))
    assert certificate.holds, certificate.failures()
    assert agrees(problem, expected)


def test_a_derivative_can_be_asked_at_a_point() -> None:
    problem = asked("sum_i log(1 + exp(-y_i*(X w)_i))", "w", "hessian", 'at = "0"')
    assert certify(key(problem)).holds and agrees(problem, "X^T X/4")
    problem = asked("norm(X w - b, 2)^2", "w", "gradient", 'at = "0"')
    assert certify(key(problem)).holds and agrees(problem, "-2*X^T b")


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("grad_least_squares", {"norm(X w - y, 2)^2": "(y - X w)^T (y - X w)"}),
    ("grad_least_squares", {"norm(X w - y, 2)^2": "w^T X^T X w - 2*y^T X w + 5"}),
    ("grad_least_squares", {"norm(X w - y, 2)^2": "sum_i (X_i^T w - y_i)^2"}),
    ("grad_logistic", {"log(1 + exp(-y_i*(X w)_i))": "-log(sigmoid(y_i*(X w)_i))"}),
    ("grad_logistic", {"sum_i log(1 + exp(-y_i*(X w)_i))": "sum(softplus(-y*(X w)))"}),
    ("grad_softmax_ce", {"-log(softmax(z)_k)": "log(sum(exp(z))) - z_k"}),
    ("grad_softmax_ce", {"-log(softmax(z)_k)": "logsumexp(z - max(z)) + max(z) - dot(onehot(k0, n), z)"}),
    ("grad_norm", {"norm(A x - b, 2)\"\nover": "sqrt((A x - b)^T (A x - b))\"\nover"}),
    ("grad_trace_inverse", {"tr(A X^-1)": "tr(X^-1 A)"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(3):
        values, dims = instance(base.problem, seed)
        assert np.allclose(value_at(base, values, dims), value_at(other, values, dims), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(("name", "pairs", "factor"), [
    ("grad_least_squares", {"norm(X w - y, 2)^2": "3*norm(X w - y, 2)^2"}, 3),
    ("grad_least_squares", {"norm(X w - y, 2)^2": "-norm(X w - y, 2)^2/2"}, -0.5),
    ("hess_logistic", {"sum_i log(1 + exp(-y_i*(X w)_i))": "7*sum_i log(1 + exp(-y_i*(X w)_i))"}, 7),
])
def test_the_key_follows_the_coefficients(name: str, pairs: dict[str, str], factor: float) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    values, dims = instance(base.problem, 1)
    assert np.allclose(factor * value_at(base, values, dims), value_at(other, values, dims))


# ------------------------------------------------------------------------------------------ what is refused

def test_what_has_no_rule_is_not_derived_and_says_so() -> None:
    problem = asked("norm_nuc(A)", "A")
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and "norm" in out.reason


@pytest.mark.parametrize(("part", "says"), [
    ('ask = "gradient"\nfunction = "X w"\nover = "w"', "needs a scalar"),
    ('ask = "hessian"\nfunction = "norm_fro(W)^2"\nover = "W"', "no matrix"),
    ('ask = "gradient"\nfunction = "X w"\nover = "w"\nupstream = "c"', "vector of length m"),
    ('ask = "gradient"\nfunction = "norm(w, 2)"\nover = "zz"', "not declared"),
    ('ask = "gradient"\nfunction = "norm(w, 2)"\nover = "w"\nat = "X"', "vector of length n"),
    ('ask = "gradient"\nfunction = "norm(w, 2)"\nover = "w"\nwhen = ["norm(w, 2)"]', "condition"),
    ('ask = "gradient"\nfunction = "sum_i exp(w_i) - t_i"\nover = "w"', "index"),
    ('ask = "value"\nfunction = "norm(w, 2)"\nover = "w"', "differentiates nothing"),
])
def test_errors_of_the_spec_name_the_key(part: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        from_data(tomllib.loads(f'schema = 1\nid = "t"\ntitle = "t"\n{SYMBOLS}[[parts]]\nid = "answer"\n{part}\n'), "t.toml")


# ------------------------------------------------------------------------------------------ broken rules

@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_broken_answer_is_never_certified(name: str) -> None:
    d = key(stated(name))
    assert d.answer is not None
    for answer in (E.neg(d.answer), E.mul(E.TWO, d.answer), E.zeros(*d.answer.shape)):
        assert not certify(replace(d, answer=answer)).holds
    if len(d.answer.shape) == 2 and name != "hess_logistic":  # a Hessian is symmetric
        assert not certify(replace(d, answer=E.transpose(d.answer))).holds


BROKEN: list[tuple[str, str, Any]] = [
    ("grad_least_squares", "matmul", lambda e, c, x: [(e.args[1], c)] if e.args[1].shape == c.shape else []),
    ("grad_norm", "norm", lambda e, c, x: [(e.args[0], E.mul(c, e.args[0]))]),
    ("grad_logistic", "fn", lambda e, c, x: [(e.args[0], c)]),
    ("grad_trace_inverse", "inv", lambda e, c, x: [(e.args[0], E.neg(E.matmul(E.matmul(e, c), e)))]),
    ("grad_layernorm", "mean", lambda e, c, x: []),
    ("grad_softmax_ce", "total", lambda e, c, x: []),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "op", "rule"), BROKEN)
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, op: str, rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calculus._RULES, op, rule)
    problem = changed(name, {})
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) or not certify(out).holds


# ------------------------------------------------------------------------------------------ the normal form of the lines

@pytest.mark.parametrize("text", [
    "2*X^T (X w - b)/4", "-(-(w*3))", "X^T diag(a) diag(a) (X w)", "exp(w)/(1 + exp(w))", "1/(1 + exp(-w))", "exp(w)*sigmoid(-w)^2",
    "1 - sigmoid(w)", "A A^-1 w", "(A w) (w^T A w)", "tr(2*A)*w", "w*(1/q)*q", "sqrt(w^T w)^2*w", "sum(3*w)*c", "mean(w - mean(w)*ones(n))*c",
    "sum(w - mean(w)*ones(n))*c", "diag(2*q) w", "y*y*(X w)", "(A^T)^T w", "dot(ones(n), w)*c", "w - w + c", "log(exp(w)/sum(exp(w)))", "log((exp(w)/sum(exp(w)))_1)*c", "(2*exp(w)/q)_1*c",
])
def test_neat_changes_the_writing_and_not_the_value(text: str) -> None:
    problem = asked("norm(w, 2)^2", "w")
    e = read_expr(text, problem.scope(problem.part("answer")))
    n = neat(e, frozenset({"S"}), frozenset({"y"}))
    assert isinstance(agree(n, e, world_sets(problem.symbols, count=3)), Equal)
    assert neat(n, frozenset({"S"}), frozenset({"y"})) == n
