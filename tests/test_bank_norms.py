"""Norms of vectors and of blocks: support, proximal, minimum-norm and counting problems of the bank, and their relatives."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from derive.derivation.rules import capped_budget, norm_equation, norm_proximal, structured_support
from derive.derivation.steps import Derivation, NotDerived
from derive.errors import SpecError
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.norm_forms import norm_form
from derive.maths.read import read_expr
from derive.problem.load import from_data, load
from derive.problem.model import Problem
from tests.bank import BANK, agrees_with_the_reference, at, changed, instance, key, stated
from tests.keys import certify, solve

NAMES = [
    "support_ellipsoid", "fgsm_linear", "pli_linf_zero", "pli_lp", "pli_unsquared_zero", "pli_value_linf", "lmo_linf", "lmo_l1", "lmo_lp",
    "lmo_tangent", "lmo_ksparse", "mn_linf_single", "prox_l0", "prox_linf", "pli_block_sum", "lmo_block_max",
]


@pytest.mark.parametrize("name", NAMES)
def test_derived_and_certified(name: str) -> None:
    d = key(stated(name))
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    assert d.steps and all(s.says and s.after for s in d.steps)
    assert d.answer is not None and d.part.program is not None and not set(d.part.program.over) & E.symbols_in(d.answer)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_equal_to_the_reference_and_every_listed_mistake_is_refused(name: str) -> None:
    agrees_with_the_reference(name, [key(stated(name))])


# ------------------------------------------------------------------------------------------ answers

ANSWERS = [
    ("support_ellipsoid", r"\sqrt{c^\top P c}", "correct"),
    ("support_ellipsoid", r"\|P^{1/2} c\|_2", "correct"),
    ("support_ellipsoid", r"c^\top P c", "incorrect"),
    ("support_ellipsoid", r"\sqrt{c^\top P^{-1} c}", "incorrect"),
    ("fgsm_linear", r"w^\top x+\epsilon\|w\|_1", "correct"),
    ("fgsm_linear", "w^T x0 + eps*norm(w, 1)", "correct"),
    ("fgsm_linear", r"w^\top x+\epsilon\|w\|_2", "incorrect"),
    ("pli_linf_zero", r"u_i=-\frac{\alpha}{2}\|g\|_1\mathrm{sign}(g_i)\ (g_i\ne0),\quad u_i\in[-\tfrac{\alpha}{2}\|g\|_1,\tfrac{\alpha}{2}\|g\|_1]\ (g_i=0)", "correct"),
    ("pli_linf_zero", r"u_i=-\frac{\alpha}{2}\|g\|_1\mathrm{sign}(g_i)\ (g_i\ne0),\quad u_i\in[-\alpha\|g\|_1,\alpha\|g\|_1]\ (g_i=0)", "incorrect"),
    ("pli_linf_zero", r"-\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(h)", "correct"),  # another point of the optimal interval
    ("pli_lp", r"u_i=-\frac{\alpha}{2}\|g\|_q^{\,2-q}|g_i|^{q-1}\mathrm{sign}(g_i),\ \tfrac1p+\tfrac1q=1", "correct"),
    ("pli_lp", r"-\frac{\alpha}{2}\|g\|_p^{2-p}|g|^{p-1}\operatorname{sign}(g)", "incorrect"),
    ("pli_unsquared_zero", "u = 0", "correct"),
    ("pli_unsquared_zero", r"-\alpha \operatorname{sign}(g)", "incorrect"),
    ("pli_value_linf", r"-\frac{\alpha}{4}\|g\|_1^2", "correct"),
    ("pli_value_linf", r"-\frac{\alpha}{2}\|g\|_1^2", "incorrect"),
    ("lmo_l1", r"d=-r\,\mathrm{sign}(g_k)e_k", "correct"),
    ("lmo_l1", r"d_i = -r sign(g_i) if i = argmax_j |g_j|, 0 otherwise", "correct"),
    ("lmo_l1", r"d_i = -r g_i if i = argmax_j |g_j|, 0 otherwise", "incorrect"),
    ("lmo_lp", r"d_i=-r\frac{\mathrm{sign}(g_i)|g_i|^{q-1}}{\|g\|_q^{q-1}}", "correct"),
    ("lmo_tangent", r"d=-r\frac{Pg}{\|Pg\|},\ P=I-\frac{aa^\top}{\|a\|^2}", "correct"),
    ("lmo_tangent", r"-r g/\|g\|", "incorrect"),
    ("lmo_ksparse", r"x_i = 1 if \sum_j [c_j < c_i] < k, 0 otherwise", "correct"),
    ("lmo_ksparse", r"x_i = 1 if \sum_j [c_j > c_i] < k, 0 otherwise", "incorrect"),
    ("lmo_ksparse", "k/n*ones(n)", "incorrect"),
    ("mn_linf_single", r"\theta=\mathrm{sign}(a)/\|a\|_1", "correct"),
    ("mn_linf_single", r"\frac{a}{a^\top a}", "incorrect"),
    ("prox_l0", r"x_i=v_i\ (|v_i|>\sqrt{2\lambda}),\ 0\text{ otherwise}", "correct"),
    ("prox_l0", r"x_i = v_i if |v_i| > sqrt(lam), 0 otherwise", "incorrect"),
    ("prox_l0", r"\operatorname{sign}(v)\max(|v|-\sqrt{2\lambda},0)", "incorrect"),
    ("prox_linf", r"x=v-\Pi_{\|\cdot\|_1\le\lambda}(v)", "correct"),
    ("prox_linf", r"x=\Pi_{\|\cdot\|_1\le\lambda}(v)", "incorrect"),
    ("prox_linf", r"v-\Pi_{\|\cdot\|_2\le\lambda}(v)", "incorrect"),
    ("prox_linf", r"\operatorname{clip}(v,-\lambda,\lambda)", "incorrect"),
    ("pli_block_sum", r"d_{b^*}=-\frac{\alpha}{2}g_{b^*},\ d_b=0\ (b\ne b^*),\ b^*=\arg\max_b\|g_b\|_2", "correct"),
    ("pli_block_sum", r"-\frac{\alpha}{2} e_{j} G_{j}^\top \text{ with } j = \arg\max_i \|G_i\|_2", "correct"),
    ("pli_block_sum", r"-\frac{\alpha}{2} G", "incorrect"),
    ("lmo_block_max", r"d_b=-r\,g_b/\|g_b\|_2", "correct"),
    ("lmo_block_max", r"D_i = -r G_i/\|G_i\|_2", "correct"),
    ("lmo_block_max", r"-r G/\|G\|_F", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("lmo_linf", {'"norm(d, inf) <= r"': '"max(abs(d)) <= r"'}),
    ("lmo_l1", {'"norm(d, 1) <= r"': '"3*sum_i |d_i| <= 3*r"'}),
    ("lmo_l1", {'ask = "argmin"': 'ask = "argmax"', 'minimize = "g^T d"': 'maximize = "-2*(g^T d)"'}),
    ("pli_block_sum", {"(sum(rownorms(D)))^2": "(sum_i norm(D_i, 2))^2"}),
    ("pli_block_sum", {"dot(G, D) + (1/alpha)*": "alpha*tr(D G^T) + "}),
    ("lmo_block_max", {'"rownorms(D) <= r"': '"max(rownorms(D)) <= r"'}),
    ("lmo_block_max", {'"rownorms(D) <= r"': '"max(rownorms(2*D)) <= 2*r"'.replace("2*D", "D").replace("2*r", "r"), "dot(G, D)": "5*dot(D, G) - 3"}),
    ("prox_linf", {"lam*norm(x, inf) + (1/2)*norm(x - v, 2)^2": "2*lam*max(abs(x)) + (v - x)^T (v - x) + 1"}),
    ("prox_l0", {"lam*nnz(x) + (1/2)*norm(x - v, 2)^2": "2*lam*nnz(x) + sum_i (x_i - v_i)^2"}),
    ("mn_linf_single", {"a^T th = 1": "3 - 3*(th^T a) = 0", '"norm(th, inf)"': '"max(abs(th))^2"'}),
    ("lmo_tangent", {'"norm(d, 2) <= r"': '"d^T d <= r^2"', "a^T d = 0": "-2*(d^T a) = 0"}),
    ("lmo_ksparse", {'"sum(x) = k"': '"2*sum(x) = 2*k"', '"c^T x"': '"3*c^T x + 1"'}),
    ("support_ellipsoid", {"x^T Pm^-1 x <= 1": "sqrt(x^T Pm^-1 x) <= 1"}),
    ("fgsm_linear", {"w^T (x0 + d)": "sum_i w_i*d_i + dot(w, x0)"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(3):
        values, dims = _given(base.problem, seed)
        assert np.allclose(at(base, values, dims), at(other, values, dims), rtol=1e-9, atol=1e-10)


def _given(problem: Problem, seed: int) -> tuple[dict[str, Any], dict[str, int]]:
    values, dims = instance(problem, seed)
    if "k" in values:  # a number of entries that there are
        values["k"] = np.minimum(values["k"], dims["n"])
    return values, dims


@pytest.mark.parametrize("name", ["lmo_linf", "lmo_lp", "lmo_tangent", "mn_linf_single", "prox_linf", "prox_l0", "lmo_ksparse", "pli_lp"])
def test_permuting_coordinates_permutes_the_key(name: str) -> None:
    d = key(stated(name))
    values, dims = _given(d.problem, 2)
    turned = {n: v[:, ::-1] if v.ndim == 2 else v for n, v in values.items()}
    assert np.allclose(at(d, turned, dims), at(d, values, dims)[::-1])


@pytest.mark.parametrize("name", ["lmo_linf", "lmo_l1", "lmo_lp", "pli_lp", "prox_linf", "prox_l0"])
def test_flipping_signs_flips_the_key(name: str) -> None:
    d = key(stated(name))
    values, dims = instance(d.problem, 1)
    turned = {n: -v if v.ndim == 2 else v for n, v in values.items()}
    assert np.allclose(at(d, turned, dims), -at(d, values, dims))


# ------------------------------------------------------------------------------------------ relatives

V = {"g": "nonzero vector(n)", "d": "vector(n)", "alpha": "positive", "r": "positive", "w": "positive vector(n)"}
M = {"G": "fullrank matrix(m, n)", "D": "matrix(m, n)", "alpha": "positive", "r": "positive", "rho": "positive vector(m)", "w": "positive vector(m)"}
P = {"v": "vector(n)", "x": "vector(n)", "a": "nonzero vector(n)", "b": "real", "t": "positive", "r": "positive", "w": "positive vector(n)", "k": "count"}
C = {"c": "vector(n)", "x": "vector(n)", "a": "positive vector(n)", "s": "positive", "k": "count", "A": "frr matrix(m, n)"}


def stating(symbols: dict[str, str], over: str, objective: str, constraints: tuple[str, ...] = (), when: tuple[str, ...] = (), largest: bool = False) -> Problem:
    """A spec of one part; only the symbols that it uses are declared."""
    text = " ".join((over, objective, *constraints, *when))
    rows = [f'{n} = {{ type = "{t}" }}' for n, t in symbols.items() if any(c in text for c in (n,))]
    ask, sense = ("argmax", "maximize") if largest else ("argmin", "minimize")
    lines = ["schema = 1", 'id = "t"', 'title = "t"', "[symbols]", 'n = { type = "dimension" }', 'm = { type = "dimension" }', *rows,
             "[[parts]]", 'id = "answer"', f'ask = "{ask}"', f'over = "{over}"', f"{sense} = '{objective}'",
             "subject_to = [" + ", ".join(f"'{c}'" for c in constraints) + "]", "when = [" + ", ".join(f"'{c}'" for c in when) + "]"]
    return from_data(tomllib.loads("\n".join(lines)), "t")


RELATIVES: list[tuple[Problem, str]] = [
    (stating(V, "d", "g^T d + (1/alpha)*norm(w*d, 1)^2"), "-(alpha/2)*norm(g/w, inf)*sign(g_j)/w_j*e_j"),
    (stating(V, "d", "g^T d", ("norm(w*d, inf) <= r",)), "-r*sign(g)/w"),
    (stating(V, "d", "g^T d", ("norm(diag(w) d, 2) <= r",)), "-r*(g/w^2)/norm(g/w, 2)"),
    (stating(V, "d", "g^T d", ("sqrt(mean(d^2)) <= r",)), "-r*sqrt(n)*g/norm(g, 2)"),
    (stating(V, "d", "g^T d + (1/alpha)*norm(d, inf)^3"), "-sqrt(alpha*norm(g, 1)/3)*sign(g)"),
    (stating(V, "d", "g^T d + r*norm(d, inf) + (1/alpha)*norm(d, inf)^2"), "-(alpha/2)*max(norm(g, 1) - r, 0)*sign(g)"),
    (stating(V, "d", "g^T d", ("norm(d, 1) <= r",), (), True), "r*sign(g_j)*e_j"),
    (stating(M, "D", "dot(G, D)", ("colnorms(D) <= r",)), "-r*G diag(1/colnorms(G))"),
    (stating(M, "D", "dot(G, D)", ("rownorms(D) <= rho",)), "-diag(rho/rownorms(G)) G"),
    (stating(M, "D", "dot(G, D) + (1/alpha)*max(rownorms(D))^2"), "-(alpha/2)*sum(rownorms(G))*diag(1/rownorms(G)) G"),
    (stating(M, "D", "dot(G, D)", ("max(abs(D)) <= r",)), "-r*sign(G)"),
    (stating(P, "x", "norm(x, 1)", ("a^T x = b",)), "b*sign(a_j)/norm(a, inf)*e_j"),
    (stating(P, "x", "norm(x, inf)^2", ("a^T x >= b",)), "max(b, 0)*sign(a)/norm(a, 1)"),
    (stating(P, "x", "norm(w*x, inf)", ("a^T x = 1",)), "sign(a)/w/norm(a/w, 1)"),
    (stating(P, "x", "t*norm(x, 2) + (1/2)*norm(x - v, 2)^2"), "max(0, 1 - t/norm(v, 2))*v"),
    (stating(M, "D", "r*sum_i w_i*norm(D_i, 2) + (1/2)*norm_fro(D - G)^2"), "diag(max(ones(m) - r*w/rownorms(G), 0)) G"),
    (stating(M, "D", "norm_fro(D - G)^2", ("rownorms(D) <= r",)), "diag(min(r/rownorms(G), 1)) G"),
    (stating(P, "x", "t*nnz(x) + (1/2)*norm(x - v, 2)^2", ("x >= 0",)), "where(v > sqrt(2*t), v, 0*v)"),
    (stating(P, "x", "t*nnz(x) + (1/2)*sum_i w_i*(x_i - v_i)^2"), "where(abs(v) > sqrt(2*t/w), v, 0*v)"),
    (stating(C, "x", "c^T x", ("x >= 0", "sum(x) = s")), "s*e_k"),
    (stating(C, "x", "c^T x", ("norm(x, 2) <= s", "A x = 0"), ("norm(c - A^T (A A^T)^-1 A c, 2) > 0",)),
     "-s*(c - A^T (A A^T)^-1 A c)/norm(c - A^T (A A^T)^-1 A c, 2)"),
]


@pytest.mark.parametrize("number", range(len(RELATIVES)))
def test_relatives_derive_and_are_the_known_formula(number: int) -> None:
    problem, formula = RELATIVES[number]
    d = key(problem)
    of = "g" if "g_j" in formula else "a" if "a_j" in formula else "c"
    for symbol, index in (("e_j", f"argmax_i |{of}_i|"), ("e_k", "argmin_i c_i")):
        if symbol in formula:
            letter = symbol[-1]
            formula = formula.replace(f"{symbol}", f"basis_{letter}")
            values, dims = instance(problem, 1)
            wanted = _with_index(problem, formula, letter, index, values, dims)
            assert np.allclose(at(d, values, dims), wanted)
            return
    for seed in range(2):
        values, dims = instance(problem, seed)
        wanted_d = replace(d, answer=_plain(problem, d, formula))
        assert np.allclose(at(d, values, dims), at(wanted_d, values, dims))


def _plain(problem: Problem, d: Derivation, formula: str) -> E.Expr:
    return read_expr(formula.replace("where(", "np.where("), problem.scope(d.part))


def _with_index(problem: Problem, formula: str, letter: str, index: str, values: dict[str, Any], dims: dict[str, int]) -> Any:
    """A formula with an arg-maximum, worked out by NumPy."""
    kind, vector = index.split("_")[0], index.replace("|", "").split(" ")[1][0]
    v = values[vector][0]
    weights = values["w"][0] if "w" in values else np.ones(dims["n"])
    size = np.abs(v / weights) if kind == "argmax" else -v
    k = int(np.argmax(size))
    entry = {"g_j": "g", "a_j": "a", "w_j": "w"}
    scope = problem.scope(problem.part("answer"))
    text = formula.replace(f"*basis_{letter}", "")
    for name, of in entry.items():
        text = text.replace(name, f"{of}_{k + 1}")
    from derive.maths.batches import Batch
    from derive.maths.evaluate import evaluate

    factor = float(evaluate(read_expr(text, scope), Batch(values, dims, 1))[0])
    out = np.zeros(dims["n"])
    out[k] = factor
    return out


@pytest.mark.parametrize("number", [0, 3, 12, 19, *(pytest.param(k, marks=pytest.mark.long) for k in (2, 8, 15, 18))])
def test_relatives_are_certified(number: int) -> None:
    certificate = certify(key(RELATIVES[number][0]))
    assert certificate.holds, certificate.failures()


MORE = [
    stating(P, "x", "norm(x - v, 2)^2", ("norm(x, 1) <= r",)),
    stating(P, "x", "norm(x - v, 2)^2", ("nnz(x) <= k",), ("k <= n",)),
    stating(C, "x", "c^T x", ("x >= 0", "x <= 1", "a^T x = s"), ("s <= sum(a)",)),
    stating(C, "x", "c^T x", ("x >= -s", "x <= s", "sum(x) = 0")),
    stating(C, "x", "c^T x", ("x >= 0", "x <= 1", "sum(x) = k"), ("k <= n",), True),
    stating(P, "x", "t*norm(x, 1) + r*norm(x, 2) + (1/2)*norm(x - v, 2)^2"),  # the sparse group lasso
    stating(P, "x", "a^T x", ("norm(x - v, 2) <= r",)),  # a trust region
]


@pytest.mark.parametrize("number", [pytest.param(k, marks=pytest.mark.long if k % 2 else ()) for k in range(len(MORE))])
def test_thresholds_and_orders_are_certified(number: int) -> None:
    certificate = certify(key(MORE[number]))
    assert certificate.holds, certificate.failures()


def test_the_projection_onto_the_1_norm_ball_is_inside_and_a_soft_threshold() -> None:
    d = key(MORE[0])
    values, dims = instance(d.problem, 3)
    v, r, x = values["v"][0], float(values["r"][0]), at(d, values, dims)
    assert np.abs(x).sum() <= r + 1e-9
    gap = np.abs(v) - np.abs(x)
    assert np.allclose(gap[x != 0], gap[x != 0][0]) if np.abs(v).sum() > r else np.allclose(x, v)


# ------------------------------------------------------------------------------------------ refusals

REFUSED = [
    (stating(P | {"a": "vector(n)"}, "x", "norm(x, inf)", ("a^T x = 1",)), "may all be zero"),
    (stating(C, "x", "c^T x", ("x >= 0", "x <= 1", "sum(x) = s")), "fit under"),
    (stating(C, "x", "c^T x", ("norm(x, 2) <= s", "A x = 0")), "may be zero"),
    (stating(V, "d", "g^T d + (1/alpha)*norm(d*w, inf)"), "only where"),
    (stating(M, "D", "r*sum(rownorms(D, inf)) + (1/2)*norm_fro(D - G)^2"), "no common direction"),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_not_known_is_not_derived_and_says_so(number: int) -> None:
    problem, reason = REFUSED[number]
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and reason in out.reason, out


@pytest.mark.parametrize("text", ["norm(w*d, 1) - norm(d, 2)", "norm(d - g, 1)", "sum(d)", "norm(b*d, 2)", "norm(d, 1)*norm(d, 2)"])
def test_what_is_no_norm_of_the_unknown_is_not_read_as_one(text: str) -> None:
    problem = stating(V | {"b": "real"}, "d", f"g^T d + w^T d + b*r*alpha + {text}")
    part = problem.part("answer")
    d = E.sym("d", ("n",))
    assert norm_form(read_expr(text, problem.scope(part)), d, frozenset(("w", "r", "alpha"))) is None


# ------------------------------------------------------------------------------------------ duals

DUALS = [
    ("vector(n)", "norm(w*u, 1)", "norm(g/w, inf)"), ("vector(n)", "sqrt(mean(u^2))", "sqrt(n)*norm(g, 2)"), ("vector(n)", "3*norm(u, inf)", "norm(g, 1)/3"),
    ("vector(n)", "sqrt(u^T M u)", "sqrt(g^T M^-1 g)"), ("matrix(m, n)", "sum(rownorms(u))", "max(rownorms(g))"),
    ("matrix(m, n)", "max(colnorms(u))", "sum(colnorms(g))"), ("matrix(m, n)", "sum(abs(u))", "max(abs(g))"), ("matrix(m, n)", "max(rownorms(u, 1))", "sum(rownorms(g, inf))"),
    ("fullrank matrix(m, n)", "norm_op(u)", "norm_nuc(g)"), ("fullrank matrix(m, n)", "norm_nuc(u)", "norm_op(g)"), ("matrix(m, n)", "norm_fro(u)", "norm_fro(g)"),
    ("fullrank matrix(m, n)", "schatten(u, 3)", "schatten(g, 3/2)"),
]


def dual(shape: str, norm: str) -> Problem:
    lines = ["schema = 1", 'id = "t"', 'title = "t"', "[symbols]", 'n = { type = "dimension" }', 'm = { type = "dimension" }', 'w = { type = "positive vector(n)" }',
             'M = { type = "spd matrix(n, n)" }', f'g = {{ type = "{shape}" }}', f'u = {{ type = "{shape.removeprefix("fullrank ")}" }}',
             "[[parts]]", 'id = "answer"', 'ask = "dual"', f'norm = "{norm}"', 'at = "g"']
    return from_data(tomllib.loads("\n".join(lines)), "t")


@pytest.mark.parametrize(("shape", "norm", "expected"), DUALS)
def test_duals_of_norms(shape: str, norm: str, expected: str) -> None:
    problem = dual(shape, norm)
    d = key(problem)
    certificate = certify(d)
    assert certificate.holds, certificate.failures()
    wanted = replace(d, answer=read_expr(expected, problem.scope(d.part)))
    values, dims = instance(problem, 1)
    assert np.allclose(at(d, values, dims), at(wanted, values, dims))


def test_a_dual_needs_a_norm_of_a_symbol_of_that_shape() -> None:
    with pytest.raises(SpecError, match="a norm of a symbol"):
        dual("matrix(m, n)", "norm(w, 2)")


# ------------------------------------------------------------------------------------------ broken rules

BROKEN: list[tuple[str, Any, str, Any]] = [
    ("pli_block_sum", structured_support, "scaled", lambda old: lambda c, d, p: old(E.mul(E.TWO, c), d, p)),
    ("lmo_block_max", structured_support, "direction", lambda old: lambda f, g, p, s: E.neg(old(f, g, p, s))),
    ("mn_linf_single", norm_equation, "direction", lambda old: lambda f, g, p, s: E.div(g, E.norm(g))),
    ("prox_linf", norm_proximal, "threshold", lambda old: lambda b, left: E.mul(E.HALF, old(b, left))),
    ("lmo_ksparse", capped_budget, "amount_before", lambda old: lambda keys, amounts, **kw: old(keys, amounts, descending=True)),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "module", "attribute", "wrap"), BROKEN)
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, module: Any, attribute: str, wrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, attribute, wrap(getattr(module, attribute)))
    problem = load(BANK / f"{name}.toml")
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) or not certify(out).holds
