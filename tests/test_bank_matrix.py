"""Matrix programs of the bank: singular values, eigenvalues, bounded rank; derived, certified, equal to the reference."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from derive.derivation.competitors import Competitors, kind_of
from derive.derivation.nonconvex import numerical_optimum, room_of
from derive.derivation.rules import norm_proximal, spectral_cone, structured_support
from derive.derivation.steps import NotDerived
from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.maths.exact import Undefined, World, exact
from derive.maths.read import read_expr
from derive.maths.spectral import singular_decomposition, symmetric_eigen
from derive.maths.symbols import Scope, Symbol, parse_type
from derive.maths.worlds import world_sets
from derive.problem.load import load
from tests.bank import BANK, agrees_with_the_reference, at, changed, instance, key, stated
from tests.keys import certify, solve
from tests.test_bank_norms import stating

NAMES = ["pli_spectral", "pli_nuclear", "lmo_spectral", "mn_nuclear", "prox_nuclear", "proj_psd", "ls_eckart_young"]


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
    ("pli_spectral", r"D=-\frac{\alpha}{2}\|G\|_*\,UV^\top", "correct"),
    ("pli_spectral", "-(alpha/2)*nucnorm(G)*msign(G)", "correct"),
    ("pli_spectral", r"-\frac{\alpha}{2} \operatorname{tr}(\Sigma) U V^T", "correct"),
    ("pli_spectral", r"-\frac{\alpha}{2} (\sum_i \sigma_i) U V^T", "correct"),
    ("pli_spectral", r"-\frac{\alpha}{2} UV^\top", "incorrect"),
    ("pli_spectral", r"-\frac{\alpha}{2}\|G\|_F UV^\top", "incorrect"),
    ("pli_spectral", r"-\frac{\alpha}{2}\|G\|_2 UV^\top", "incorrect"),
    ("pli_spectral", r"-\frac{\alpha}{2} G", "incorrect"),
    ("pli_spectral", r"-\frac{\alpha}{2} \sum_{ij}|G_{ij}| \operatorname{sign}(G)", "incorrect"),
    ("pli_nuclear", r"D=-\frac{\alpha}{2}\sigma_1u_1v_1^\top", "correct"),
    ("pli_nuclear", r"-\frac{\alpha}{2}\sigma_{\max}(G) u_1 v_1^\top", "correct"),
    ("pli_nuclear", r"-\frac{\alpha}{2}\|G\|_2 U V^\top", "incorrect"),
    ("pli_nuclear", r"-\frac{\alpha}{2}\|G\|_* u_1 v_1^\top", "incorrect"),
    ("lmo_spectral", r"G = U\Sigma V^\top,\ D = -r U V^\top", "correct"),
    ("lmo_spectral", "-r*msign(G)", "correct"),
    ("lmo_spectral", r"-r G/\|G\|_F", "incorrect"),
    ("lmo_spectral", "-r u_1 v_1^T", "incorrect"),
    ("lmo_spectral", r"-r\operatorname{sign}(G)", "incorrect"),
    ("mn_nuclear", r"X=u_1v_1^\top/\sigma_1", "correct"),
    ("mn_nuclear", r"\frac{u_1 v_1^T}{\|A\|_2}", "correct"),
    ("mn_nuclear", r"A/\|A\|_F^2", "incorrect"),
    ("mn_nuclear", r"U V^T/\|A\|_*", "incorrect"),
    ("mn_nuclear", r"\sigma_1 u_1 v_1^T", "incorrect"),
    ("prox_nuclear", r"X=U\,\mathrm{diag}((\sigma-\lambda)_+)\,V^\top", "correct"),
    ("prox_nuclear", r"U (\Sigma - \lambda I)_+ W^T", "correct"),
    ("prox_nuclear", r"\sum_i (\sigma_i - \lambda)_+ u_i w_i^T", "correct"),
    ("prox_nuclear", r"U \operatorname{diag}(\min(\sigma, \lambda)) W^T", "incorrect"),
    ("prox_nuclear", r"V/(1+\lambda)", "incorrect"),
    ("proj_psd", r"X=U\,\mathrm{diag}(\lambda_+)\,U^\top", "correct"),
    ("proj_psd", r"\frac{S + (S^2)^{1/2}}{2}", "correct"),
    ("proj_psd", r"\sum_i \max(\lambda_i,0) q_i q_i^\top", "correct"),
    ("proj_psd", r"\max(S, 0)", "incorrect"),
    ("proj_psd", r"Q |\Lambda| Q^T", "incorrect"),
    ("ls_eckart_young", r"X=\sum_{i\le k}\sigma_iu_iv_i^\top", "correct"),
    ("ls_eckart_young", r"U_k \Sigma_k V_k^\top", "correct"),
    ("ls_eckart_young", r"U_k V_k^\top", "incorrect"),
    ("ls_eckart_young", "A", "incorrect"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_and_near_misses(name: str, answer: str, expected: str) -> None:
    assert grade(stated(name), "answer", answer, certified=False).verdict.value == expected


# ------------------------------------------------------------------------------------------ restatements

SAME = [
    ("lmo_spectral", {"tr(G^T D)": "3*dot(D, G) + 1"}),
    ("lmo_spectral", {'ask = "argmin"': 'ask = "argmax"', 'minimize = "tr(G^T D)"': 'maximize = "-tr(D G^T)"'}),
    ("lmo_spectral", {"norm_op(D) <= r": "norm(svdS(D), inf) <= r"}),
    ("pli_spectral", {"tr(G^T D) + (1/alpha)*norm_op(D)^2": "2*alpha*tr(D^T G) + 2*norm_op(D^T)^2"}),
    ("pli_nuclear", {"norm_nuc(D)^2": "sum(singvals(D))^2"}),
    ("mn_nuclear", {"tr(A^T X) = 1": "2*dot(X, A) = 2", '"norm_nuc(X)"': '"norm_nuc(X)^2 + 5"'}),
    ("prox_nuclear", {"lam*norm_nuc(X) + (1/2)*norm_fro(X - V)^2": "2*lam*norm_nuc(X) + tr(X^T X) - 2*dot(V, X)"}),
    ("proj_psd", {"norm_fro(X - S)^2": "tr(X^T X) - 2*tr(S X)", "psd(X)": r"X \\succeq 0"}),
    ("proj_psd", {"norm_fro(X - S)^2": "norm_fro(S - X)", "psd(X)": "psd(2*X)"}),
    ("ls_eckart_young", {"norm_fro(X - A)^2": "norm_fro(A - X)"}),
    ("ls_eckart_young", {"norm_fro(X - A)^2": "norm_fro(X)^2 - 2*dot(A, X)"}),
]


@pytest.mark.parametrize(("name", "pairs"), SAME)
def test_restatements_give_the_same_key(name: str, pairs: dict[str, str]) -> None:
    base, other = key(stated(name)), key(changed(name, pairs))
    for seed in range(3):
        values, dims = instance(base.problem, seed)
        assert np.allclose(at(base, values, dims), at(other, values, dims), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["lmo_spectral", "pli_spectral", "pli_nuclear", "mn_nuclear", "prox_nuclear"])
def test_rotating_the_data_rotates_the_key(name: str) -> None:
    """Orthogonal invariance: for Q G R^T the answer is Q D R^T."""
    d = key(stated(name))
    values, dims = instance(d.problem, 2)
    data = "V" if name == "prox_nuclear" else "A" if name == "mn_nuclear" else "G"
    rng = np.random.default_rng(1)
    q, r = (np.linalg.qr(rng.normal(size=(k, k)))[0] for k in (dims["m"], dims["n"]))
    turned = {**values, data: q @ values[data] @ r.T}
    assert np.allclose(at(d, turned, dims), q @ at(d, values, dims) @ r.T)


# ------------------------------------------------------------------------------------------ relatives

G = {"G": "fullrank matrix(m, n)", "D": "matrix(m, n)", "alpha": "positive", "r": "positive", "t": "positive", "k": "count"}
S = {"S": "symmetric matrix(n, n)", "X": "symmetric matrix(n, n)", "t": "positive", "r": "positive", "k": "count", "B": "spd matrix(n, n)",
     "x": "vector(n)", "A": "matrix(m, n)"}

RELATIVES = [
    (stating(G, "D", "tr(G^T D)", ("norm_nuc(D) <= r",)), "-r*msign(G) + r*(msign(G) - u)", "rank one"),
    (stating(G, "D", "tr(G^T D)", ("norm_fro(D) <= r",)), "-r*G/norm_fro(G)", ""),
    (stating(G, "D", "tr(G^T D)", ("norm_op(D) <= r",), (), True), "r*msign(G)", ""),
    (stating(G, "D", "3*tr(G^T D) + 2*norm_op(2*D)^2"), "-(3/16)*norm_nuc(G)*msign(G)", ""),
    (stating(G, "D", "tr(G^T D) + (1/alpha)*norm_op(D)^3"), "-sqrt(alpha*norm_nuc(G)/3)*msign(G)", ""),
    (stating(G, "D", "tr(G^T D) + (1/alpha)*norm_fro(D)^3"), "-sqrt(alpha/(3*norm_fro(G)))*G", ""),
    (stating(G, "D", "tr(G^T D) + (1/alpha)*norm_op(D)", (), ("norm_nuc(G) < 1/alpha",)), "zeros(m, n)", ""),
    (stating(G, "D", "norm_op(D)", ("tr(G^T D) = 2",)), "2*msign(G)/norm_nuc(G)", ""),
    (stating(G, "D", "t*norm_fro(D) + (1/2)*norm_fro(D - G)^2"), "max(1 - t/norm_fro(G), 0)*G", ""),
    (stating(G, "D", "norm_fro(D - G)^2", ("norm_op(D) <= r",)), "svdU(G) diag(min(svdS(G), r)) svdV(G)^T", ""),
    (stating(G, "D", "t*norm_nuc(D) + r*norm_fro(D)^2 + (1/2)*norm_fro(D - G)^2"), "svdU(G) diag(max(svdS(G) - t, 0)) svdV(G)^T/(1 + 2*r)", ""),
    (stating(S, "X", "norm_fro(X - S)^2", ("psd(X - r*eye(n))",)), "eigvecs(S) diag(max(eigvals(S), r)) eigvecs(S)^T", ""),
    (stating(S, "X", "norm_fro(X - S)^2", ("psd(-X)",)), "eigvecs(S) diag(min(eigvals(S), 0)) eigvecs(S)^T", ""),
    (stating(S, "X", "t*tr(X) + (1/2)*norm_fro(X - S)^2", ("psd(X)",)), "eigvecs(S) diag(max(eigvals(S) - t, 0)) eigvecs(S)^T", ""),
]


@pytest.mark.parametrize("number", range(1, len(RELATIVES)))
def test_relatives_derive_and_are_the_known_formula(number: int) -> None:
    problem, formula, _ = RELATIVES[number]
    d = key(problem)
    wanted = replace(d, answer=read_expr(formula, _with_spectra(problem)))
    for seed in range(2):
        values, dims = instance(problem, seed)
        assert np.allclose(at(d, values, dims), at(wanted, values, dims))


def _with_spectra(problem: Any) -> Scope:
    return Scope(problem.symbols, problem.dims, "n")


def test_the_step_in_a_nuclear_ball_has_rank_one() -> None:
    d = key(RELATIVES[0][0])
    values, dims = instance(d.problem, 2)
    x, g = at(d, values, dims), values["G"][0]
    assert np.linalg.matrix_rank(x) == 1
    assert np.isclose((g * x).sum(), -float(values["r"][0]) * np.linalg.norm(g, 2))


@pytest.mark.parametrize("number", [8, *(pytest.param(k, marks=pytest.mark.long) for k in (0, 11))])
def test_relatives_are_certified(number: int) -> None:
    certificate = certify(key(RELATIVES[number][0]))
    assert certificate.holds, certificate.failures()


CONES = [
    stating(S, "X", "tr(S X)", ("psd(X)", "tr(X) = 1")),
    stating(G, "D", "norm_op(D - G)", ("rank(D) <= k",), ("k <= n", "k <= m")),
    stating(S, "x", "x^T S x", ("norm(x, 2) = 1",), (), True),
    stating(S, "x", "norm(A x, 2)^2", ("x^T x = 1",), (), True),
]


@pytest.mark.parametrize("number", [pytest.param(k, marks=pytest.mark.long if k % 2 else ()) for k in range(len(CONES))])
def test_cones_ranks_and_frames_are_certified(number: int) -> None:
    certificate = certify(key(CONES[number]))
    assert certificate.holds, certificate.failures()


def test_the_first_principal_component_is_judged_up_to_its_sign() -> None:
    problem = CONES[2]
    for answer, verdict in (("x = -(eigvecs(S)^T)_1", "correct"), ("x = (eigvecs(S)^T)_2", "incorrect"), ("x = 2*(eigvecs(S)^T)_1", "incorrect")):
        assert grade(problem, "answer", answer, certified=False).verdict.value == verdict, answer
    d = key(problem)
    assert d.unique == "no"
    values, dims = instance(problem, 1)
    x, s = at(d, values, dims), values["S"][0]
    assert np.isclose(x @ s @ x, np.linalg.eigvalsh(s)[-1])


def test_projection_onto_the_spectraplex_is_a_shared_threshold_of_the_eigenvalues() -> None:
    d = key(stating(S, "X", "norm_fro(X - S)^2", ("psd(X)", "tr(X) = 1")))
    values, dims = instance(d.problem, 2)
    x, (w, q) = at(d, values, dims), np.linalg.eigh(values["S"][0])
    h = np.diag(q.T @ x @ q)
    assert np.isclose(np.trace(x), 1) and h.min() >= -1e-12 and np.allclose((q * h) @ q.T, x)
    assert np.allclose((w - h)[h > 1e-12], (w - h)[h > 1e-12][0])


# ------------------------------------------------------------------------------------------ refusals

REFUSED = [
    (stating(G, "D", "sum(abs(D - G))", ("rank(D) <= k",), ("k <= n",)), "singular values"),
    (stating(G, "D", "tr(G^T D) + (1/alpha)*norm_op(D)"), "only where"),
    (stating(S, "X", "norm_fro(X)^2", ("psd(X)",)), "eigenbasis"),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_is_not_known_is_not_derived_and_says_so(number: int) -> None:
    problem, reason = REFUSED[number]
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) and reason in out.reason, out


# ------------------------------------------------------------------------------------------ decompositions

def test_drawn_matrices_have_rational_decompositions() -> None:
    problem = stated("proj_psd")
    for ws in world_sets(problem.symbols, ("generic", "zeros", "ties"), count=3):
        for w in ws.worlds:
            s = w.values["S"]
            values, vectors = symmetric_eigen(s)
            assert all(isinstance(x, Fraction) for x in values) and values == sorted(values, reverse=True)
            n = len(s)
            back = [[sum(vectors[i][k] * values[k] * vectors[j][k] for k in range(n)) for j in range(n)] for i in range(n)]
            assert np.allclose(np.array(back, dtype=float), np.array(s, dtype=float))


@pytest.mark.parametrize("rows", [[[3, 0], [4, 5]], [[1, 2, 3], [4, 5, 6]], [[1, 2], [2, 4], [0, 0]], [[2, 0], [0, 2]]])
def test_exact_and_float_decompositions_agree(rows: list[list[int]]) -> None:
    m = [[Fraction(x) for x in r] for r in rows]
    with mpmath.workdps(60):
        u, s, v = singular_decomposition(m)
    back = [[sum(float(u[i][k]) * float(s[k]) * float(v[j][k]) for k in range(len(s))) for j in range(len(m[0]))] for i in range(len(m))]
    assert np.allclose(back, rows)
    assert np.allclose([float(x) for x in s], np.linalg.svd(np.array(rows, dtype=float), compute_uv=False))


SCOPE = Scope({"A": Symbol("A", ("m", "n")), "S": Symbol("S", ("n", "n"), "symmetric")}, frozenset(("m", "n")), "n")


def value(text: str, rows: list[list[int]], name: str = "S") -> tuple[Any, Any]:
    e = read_expr(text, SCOPE)
    m = [[Fraction(x) for x in r] for r in rows]
    dims = {"m": len(rows), "n": len(rows[0])}
    floats = evaluate(e, Batch({name: np.array([rows], dtype=float)}, dims, 1))[0]
    return exact(e, World({name: m}, dims)), floats


@pytest.mark.parametrize(("text", "rows", "expected"), [
    ("psd(S)", [[2, 1], [1, 2]], 1), ("psd(S)", [[1, 2], [2, 1]], 0), ("psd(S)", [[1, 1], [1, 1]], 1), ("psd(S)", [[1, 1], [0, 1]], 0),
    (r"S \succeq 0", [[4, 2], [2, 1]], 1), ("rank(S)", [[4, 2], [2, 1]], 1), ("rank(S)", [[4, 2], [2, 2]], 2),
])
def test_semidefinite_and_rank(text: str, rows: list[list[int]], expected: int) -> None:
    exactly, floats = value(text, rows)
    assert int(exactly) == expected and float(floats) == expected


def test_fractional_powers_are_those_of_symmetric_matrices() -> None:
    exactly, floats = value("(S^2)^{1/2}", [[1, 2], [2, 1]])
    w, q = np.linalg.eigh(np.array([[1.0, 2], [2, 1]]))
    assert np.allclose(floats, (q * np.abs(w)) @ q.T) and np.allclose(np.array(exactly, dtype=float), [[2, 1], [1, 2]])
    with pytest.raises(Undefined):
        value("S^{-1/2}", [[1, 1], [1, 1]])
    with pytest.raises(Undefined):
        value("S^{1/2}", [[1, 2], [2, 1]])


def test_the_polar_factor_is_the_inverse_square_root_times_the_matrix() -> None:
    exactly, floats = value("msign(A)", [[3, 0, 4], [1, 2, 2]], "A")
    other, _ = value("(A A^T)^{-1/2} A", [[3, 0, 4], [1, 2, 2]], "A")
    assert np.allclose(floats, np.array([[float(x) for x in r] for r in other]))
    assert np.allclose(floats, np.array([[float(x) for x in r] for r in exactly]))


def test_types_with_the_smaller_of_two_dimensions() -> None:
    assert parse_type("matrix(m, min(m, n))")[1] == ("m", "min(m, n)")
    assert parse_type("vector(min(3, 2))")[1] == (2,)
    for bad in ("matrix(m, max(m, n))", "vector(min(m))", "function(min(m, n))"):
        with pytest.raises(ValueError, match=r"type|argument"):
            parse_type(bad)


# ------------------------------------------------------------------------------------------ numerical truth

def test_brute_force_finds_the_optimum_of_what_is_not_convex() -> None:
    for name, room in (("prox_l0", "all supports"), ("ls_eckart_young", "factored descent")):
        d = key(stated(name))
        program = d.part.program
        assert program is not None and d.value is not None
        shapes = {n: d.problem.symbols[n].shape for n in program.over}
        assert room_of(program, shapes) == room
        w = next(w for ws in world_sets(d.problem.symbols, count=3)[1:3] for w in ws.worlds if all(exact(c, w) for c in program.when))
        assert np.isclose(numerical_optimum(program, w, shapes).value, float(exact(d.value, w)), rtol=1e-7)


@pytest.mark.parametrize(("constraint", "kind"), [("psd(X)", "cone"), ("rank(X) <= 1", "rank"), ("norm_fro(X) <= 1", "free")])
def test_competitors_stay_in_the_set(constraint: str, kind: str) -> None:
    scope = Scope({"X": Symbol("X", ("n", "n"), "symmetric")}, frozenset(("n",)), "n")
    c, x = read_expr(constraint, scope), E.sym("X", ("n", "n"))
    assert kind_of((c,), x) == kind
    point = [[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]]
    w = World({"X": point}, {"n": 2})
    rng = np.random.default_rng(0)
    moves = [Competitors((c,), w, [x], {"X": point}).move(rng, Fraction(1, 8))["X"] for _ in range(8)]
    assert len({str(m) for m in moves}) > 4
    if kind != "free":
        assert all(exact(c, World({"X": m}, {"n": 2})) for m in moves)


# ------------------------------------------------------------------------------------------ broken rules

BROKEN: list[tuple[str, Any, str, Any]] = [
    ("lmo_spectral", structured_support, "direction", lambda old: lambda f, g, p, s: E.div(g, E.norm(g, None, "op"))),
    ("prox_nuclear", norm_proximal, "_magnitudes", lambda old: lambda sizes, c: E.fn("minimum", sizes, c.level)),
    ("proj_psd", spectral_cone, "_constraint", lambda old: lambda c, u, x, s: E.rel(">=", x, E.ONE)),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "module", "attribute", "wrap"), BROKEN)
def test_a_broken_rule_never_certifies_a_wrong_key(name: str, module: Any, attribute: str, wrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, attribute, wrap(getattr(module, attribute)))
    problem = load(BANK / f"{name}.toml")
    out = solve(problem, problem.part("answer"))
    assert isinstance(out, NotDerived) or not certify(out).holds
