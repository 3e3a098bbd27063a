"""The affine and quadratic problems of the bank: derived, certified, equal to the reference, and following the statement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.quadratics import definite, quadratic_form, words
from derive.derivation.rules import multipliers
from derive.derivation.steps import Derivation, NotDerived
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.read import read_expr
from derive.maths.sampler import rank
from derive.maths.worlds import world_sets
from derive.problem.load import load
from tests.bank import BANK, agrees_with_the_reference, at, changed, instance, key
from tests.keys import certify, solve

NAMES = [
    "ls_ols", "ls_ridge", "ls_weighted", "ls_gls", "ls_prox_point", "ls_multi_output", "ls_orthonormal", "ls_constrained", "mn_l2_single",
    "mn_from_point", "mn_halfspace", "proj_affine", "kkt_unc_qp", "kkt_eq_qp", "kkt_line_search", "kkt_dual_min_norm", "kkt_passive_aggressive",
    "pli_l2", "pli_mahalanobis", "pli_damped_newton", "pli_heavy_ball", "pli_orthogonal", "prox_sql2", "prox_linear", "ls_quartic_form",
    "quad_taylor_minimum",
]


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    problem = load(BANK / f"{name}.toml")
    d = key(problem)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert d.steps and all(s.says and s.after for s in d.steps)
    assert not set(d.part.program.over) & E.symbols_in(d.answer)  # type: ignore[union-attr, arg-type]
    assert isinstance(solve(problem, problem.part("value")), Derivation)


@pytest.mark.parametrize("name", ["ls_ridge", "kkt_eq_qp", "ls_constrained", "mn_halfspace", "kkt_passive_aggressive", "prox_sql2", "ls_multi_output"])
def test_optimality_is_proved_for_all_sizes(name: str) -> None:
    certificate = certify(key(load(BANK / f"{name}.toml")))
    assert any(e.check == "first-order conditions" and e.strength == "proved" for e in certificate.evidence)


# ------------------------------------------------------------------------------------------ against the bank

@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    problem = load(BANK / f"{name}.toml")
    agrees_with_the_reference(name, [key(problem)])


# ------------------------------------------------------------------------------------------ answers

ANSWERS = [
    ("ls_ols", r"(X^\top X)^{-1} X^\top y", "correct"),
    ("ls_ols", r"X^\top y", "incorrect"),
    ("ls_ols", r"X^{\dagger} y", "correct"),
    ("ls_ridge", r"w = (X^T X + \lambda I)^{-1} X^T y", "correct"),
    ("ls_ridge", r"X^T (X X^T + \lambda I_m)^{-1} y", "correct"),
    ("ls_ridge", r"w = (X^T X + 2\lambda I)^{-1} X^T y", "incorrect"),
    ("ls_weighted", r"(X^T \operatorname{diag}(a) X)^{-1} X^T \operatorname{diag}(a) y", "correct"),
    ("ls_weighted", r"(X^T X)^{-1} X^T \operatorname{diag}(a) y", "incorrect"),
    ("proj_affine", r"v - A^T (A A^T)^{-1} (A v - b)", "correct"),
    ("proj_affine", r"v - A^T (A v - b)", "incorrect"),
    ("mn_l2_single", r"\frac{a}{\|a\|_2^2}", "correct"),
    ("mn_l2_single", r"\frac{a}{\|a\|_2}", "incorrect"),
    ("mn_halfspace", r"\frac{\max(b, 0)}{\|a\|^2} a", "correct"),
    ("mn_halfspace", r"\frac{b}{\|a\|^2} a", "incorrect"),
    ("kkt_line_search", r"\frac{g^T g}{g^T H g}", "correct"),
    ("kkt_line_search", r"\frac{g^T g}{2 g^T H g}", "incorrect"),
    ("pli_mahalanobis", r"-\frac{\alpha}{2} H^{-1} g", "correct"),
    ("pli_mahalanobis", r"-\frac{\alpha}{2} H g", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(load(BANK / f"{name}.toml"), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("ls_ridge", {"norm(X w - y, 2)^2 + lam*norm(w, 2)^2": "(1/2)*norm(y - X w, 2)^2 + (lam/2)*(w^T w)"}),
    ("ls_ridge", {"norm(X w - y, 2)^2 + lam*norm(w, 2)^2": "w^T X^T X w - 2*y^T X w + lam*sum_i w_i^2 + 7"}),
    ("ls_weighted", {"sum_i a_i*(y - X w)_i^2": "3*(X w - y)^T diag(a) (X w - y)"}),
    ("ls_gls", {"(X w - y)^T S^-1 (X w - y)": "(y - X w)^T (2*S)^-1 (y - X w)"}),
    ("proj_affine", {"A x = b": "5*A x - 5*b = 0"}),
    ("kkt_eq_qp", {"(1/2)*x^T Pm x + q^T x": "x^T Pm x + 2*q^T x - 4"}),
    ("kkt_eq_qp", {"A x = b": "b = A x"}),
    ("mn_halfspace", {"a^T x >= b": "-(a^T x) <= -b"}),
    ("mn_halfspace", {"norm(x, 2)^2": "(1/2)*x^T x"}),
    ("kkt_passive_aggressive", {"y*(w^T x) >= 1": "1 - y*(x^T w) <= 0"}),
    ("kkt_unc_qp", {'ask = "argmin"': 'ask = "argmax"', 'minimize = "(1/2)*x^T Pm x + q^T x + r"': 'maximize = "-(1/2)*x^T Pm x - q^T x - r"'}),
    ("ls_quartic_form", {"(x^T Pm x)^2 + q^T x": "3*(x^T Pm x)*(x^T Pm x) + 3*q^T x"}),
    ("ls_multi_output", {"norm_fro(X W - Y)^2 + lam*norm_fro(W)^2": "2*norm_fro(Y - X W)^2 + 2*lam*norm_fro(W)^2"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(load(BANK / f"{name}.toml")), key(changed(name, pairs))
    for seed in range(3):
        values, dims = instance(base.problem, seed)
        assert np.allclose(at(base, values, dims), at(other, values, dims), rtol=1e-9, atol=1e-10)


def test_substituting_the_unknown_substitutes_the_key() -> None:
    """x = v + z: the projection of v is v plus the shortest z with A z = b - A v."""
    base = key(load(BANK / "proj_affine.toml"))
    moved = key(changed("proj_affine", {"norm(x - v, 2)^2": "norm(x, 2)^2", "A x = b": "A (x + v) = b"}))
    values, dims = instance(base.problem)
    assert np.allclose(at(base, values, dims), values["v"][0] + at(moved, values, dims))


def test_permuting_coordinates_permutes_the_key() -> None:
    d = key(load(BANK / "ls_ridge.toml"))
    values, dims = instance(d.problem, 2)
    order = np.arange(dims["n"])[::-1]
    turned = {**values, "X": values["X"][:, :, order]}
    assert np.allclose(at(d, turned, dims), at(d, values, dims)[order])


def test_the_key_follows_the_coefficients() -> None:
    values, dims = instance(load(BANK / "ls_ridge.toml"))
    x, y, lam = values["X"][0], values["y"][0], float(values["lam"][0])
    for text, weight in (("3*lam*norm(w, 2)^2", 3 * lam), ("lam^2*norm(w, 2)^2", lam**2), ("(1/lam)*norm(w, 2)^2", 1 / lam), ("norm(w, 2)^2/5", 0.2)):
        d = key(changed("ls_ridge", {"lam*norm(w, 2)^2": text}))
        assert np.allclose(at(d, values, dims), np.linalg.solve(x.T @ x + weight * np.eye(dims["n"]), x.T @ y))


VARIANTS = [
    ("mn_l2_single", {"norm(th, 2)^2": "3*norm(th, 2) + 1"}, "a/(a^T a)"),
    ("proj_affine", {"A x = b": "sum_i x_i = 1"}, "v + (1 - sum(v))/n * ones(n)"),
    ("mn_halfspace", {"a^T x >= b": "a^T x <= b"}, "-relu(-b)/(a^T a) * a"),
    ("ls_multi_output", {"norm_fro(X W - Y)^2": "tr((X W - Y)^T (X W - Y))"}, "(X^T X + lam*eye(n))^-1 X^T Y"),
    ("ls_orthonormal", {"orthcols": "fcr"}, "(Q^T Q)^-1 Q^T y"),
    ("ls_ridge", {"norm(X w - y, 2)^2": "(1/m)*norm(X w - y, 2)^2"}, "(X^T X + m*lam*eye(n))^-1 X^T y"),
]


@pytest.mark.parametrize(("name", "pairs", "expected"), VARIANTS)
def test_changed_problems_have_changed_keys(name: str, pairs: dict[str, str], expected: str) -> None:
    problem = changed(name, pairs)
    d = key(problem)
    assert certify(d).holds
    wanted = read_expr(expected, problem.scope(d.part))
    for seed in range(3):
        values, dims = instance(problem, seed)
        assert np.allclose(at(d, values, dims), at(replace(d, answer=wanted), values, dims))


# ------------------------------------------------------------------------------------------ refusals

REFUSED = [
    ("ls_ols", {"fcr matrix": "matrix"}, "full column rank"),
    ("ls_ridge", {"lam*norm(w, 2)^2": "-lam*norm(w, 2)^2".replace("-", "(-1)*")}, "not known to be positive"),
    ("ls_ridge", {"\"positive\"": "\"real\""}, "not known to be positive"),
    ("proj_affine", {"frr matrix": "matrix"}, "independent"),
    ("kkt_unc_qp", {"spd matrix": "symmetric matrix"}, "positive semidefinite"),
    ("mn_halfspace", {"nonzero vector": "vector"}, "zero"),
    ("ls_quartic_form", {'when = ["norm(q, 2) > 0"]': ""}, "may be zero"),
]


@pytest.mark.parametrize(("name", "pairs", "reason"), REFUSED)
def test_what_is_not_known_is_not_derived_and_says_so(name: str, pairs: dict[str, str], reason: str) -> None:
    problem = changed(name, pairs)
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and reason in out.reason, out


def test_a_definition_that_hides_the_unknown_is_not_differentiated_past() -> None:
    problem = changed("kkt_line_search", {"H x - b'": "H x - t*b'"})
    assert isinstance(solve(problem, problem.part("answer")), NotDerived)


# ------------------------------------------------------------------------------------------ broken rules

@pytest.mark.long
@pytest.mark.parametrize("name", ["ls_ridge", "mn_halfspace", "pli_mahalanobis"])
def test_a_broken_answer_is_never_certified(name: str) -> None:
    d = key(load(BANK / f"{name}.toml"))
    assert d.answer is not None and d.part.program is not None
    u = E.sym(d.part.program.over[0], d.answer.shape)
    for answer in (E.neg(d.answer), E.mul(E.TWO, d.answer), E.zeros(*d.answer.shape)):
        assert not certify(replace(d, answer=answer)).holds
        assert not certify(replace(d, answer=answer, value=E.replace(d.part.program.objective, {u: answer}))).holds


BROKEN: list[tuple[str, Any, str, Any]] = [
    ("ls_ridge", quadratic_form.Quadratic, "free_point", lambda old: lambda q: E.mul(E.HALF, old(q))),
    ("kkt_eq_qp", multipliers, "_moved", lambda old: lambda free, step: E.sub(free, step)),
    ("mn_halfspace", multipliers, "_moved", lambda old: lambda free, step: E.replace(step, {E.fn("relu", E.sym("b")): E.sym("b")})),
    ("ls_gls", words.Words, "inverse_of", lambda old: lambda w, f: f),
    ("ls_constrained", words.Words, "turned", lambda old: lambda w, f: E.neg(old(w, f)) if f.op == "sym" and f.data == "C" else old(w, f)),
    ("ls_ols", definite, "injective", lambda old: lambda w, f: "so it is said"),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "module", "attribute", "wrap"), BROKEN)
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, module: Any, attribute: str, wrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = key(load(BANK / f"{name}.toml"))
    monkeypatch.setattr(module, attribute, wrap(getattr(module, attribute)))
    problem = load(BANK / f"{name}.toml")
    out = solve(problem, problem.part("answer"))
    if isinstance(out, NotDerived):
        return
    values, dims = instance(problem, 1)
    if not np.allclose(at(out, values, dims), at(good, values, dims)):
        assert not certify(out).holds


# ------------------------------------------------------------------------------------------ domains

def test_matrices_have_the_rank_that_is_declared() -> None:
    for name, symbol in (("ls_constrained", "X"), ("ls_constrained", "C"), ("ls_orthonormal", "Q")):
        for ws in world_sets(load(BANK / f"{name}.toml").symbols, ("generic", "zeros"), count=3):
            for w in ws.worlds:
                m = w.values[symbol]
                assert rank(m) == min(len(m), len(m[0]))
                if symbol == "Q":
                    gram = [[sum(r[i] * r[j] for r in m) for j in range(len(m[0]))] for i in range(len(m[0]))]
                    assert gram == [[int(i == j) for j in range(len(gram))] for i in range(len(gram))]
