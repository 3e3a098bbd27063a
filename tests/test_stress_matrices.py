"""Question tests of parts with matrices, pieces, medians and decompositions: their keys hold in NumPy and CVXPY, and what is generated of them is right or wrong as it says."""

from __future__ import annotations

import numpy as np
import pytest

from derive.derivation.steps import Derivation
from derive.grading.stress.decomposed import median_of, tail_of_values, truncated
from derive.grading.stress.forms import forms
from derive.grading.stress.instances import instances
from derive.grading.stress.matrix_rewrites import MATRIX_RULES
from derive.grading.stress.media import HANDS
from derive.grading.stress.misses import misses
from derive.grading.stress.rewrites import rewritten
from derive.grading.stress.run import distinct, stress_part
from derive.grading.stress.subject import RIGHT, seeded
from derive.grading.stress.values import same, value
from derive.maths import expr as E
from derive.problem.model import Problem
from tests.keys import solve
from tests.stress_subjects import subject

BANK = [("ls_ridge", "answer"), ("ls_constrained", "answer"), ("kkt_softmax", "answer"), pytest.param("pli_asymmetric", "answer", marks=pytest.mark.long), ("proj_simplex", "answer"),
        ("ls_multi_output", "value"), ("kkt_passive_aggressive", "answer"), ("ls_quartic_form", "value"), ("prox_pinball", "value")]


@pytest.mark.parametrize(("problem", "part"), BANK)
def test_the_keys_of_the_bank_pass_the_direct_check(problems: dict[str, Problem], problem: str, part: str) -> None:
    """Matrices of every declared rank, sums over an index, entropy, pieces and signs in plain NumPy and CVXPY."""
    s = subject(problems, problem, part)
    assert s.sound
    assert sum(np.isfinite(s.best)) == len(s.instances)


@pytest.mark.parametrize(("problem", "part"), [BANK[0], BANK[3], BANK[5]])
def test_nothing_is_found_in_a_part_with_matrices_or_pieces(problems: dict[str, Problem], problem: str, part: str) -> None:
    report = stress_part(problems[problem], problems[problem].part(part), 8)
    assert not report.skipped
    assert [f.text for f in report.refused] == []
    assert [f.text for f in report.accepted] == []


def test_matrices_have_their_declared_rank_and_sizes_that_differ(problems: dict[str, Problem]) -> None:
    found = instances(problems["ls_constrained"].symbols, 3)
    for one in found:
        x, c = one.values["X"], one.values["C"]
        assert np.linalg.matrix_rank(x) == x.shape[1] and np.linalg.matrix_rank(c) == c.shape[0]
    assert sum(len({one.dims["m"], one.dims["n"], one.dims["p"]}) == 3 for one in found) > len(found) / 2
    q = instances(problems["ls_orthonormal"].symbols, 3)[-1].values["Q"]
    assert np.allclose(q.T @ q, np.eye(q.shape[1]))
    assert {one.values["y"] for one in instances(problems["kkt_passive_aggressive"].symbols, 3)} == {-1.0, 1.0}


def test_a_piecewise_form_is_never_taken_for_affine() -> None:
    """|x - 5| is affine wherever it is tried near 0; the check must not take it for x's line."""
    from derive.grading.stress.optimum import optimum
    from derive.grading.stress.values import Instance
    from derive.problem.nouns.program import Program

    x = E.sym("x")
    goal = E.add(E.fn("abs", E.sub(x, E.num(5))), E.div(E.power(x, E.TWO), E.num(100)))
    assert abs(optimum(Program(("x",), "min", goal), Instance({}, {}), {"x": ()}) - 0.25) < 1e-6


def test_matrix_rewrites_keep_the_value(problems: dict[str, Problem]) -> None:
    for problem, part in (("ls_ridge", "answer"), ("proj_affine", "answer"), ("prox_l1", "answer"), ("moreau_abs", "answer")):
        s = subject(problems, problem, part)
        rng = seeded(1, "matrix rewrites")
        made = {rewritten(s.key, rng, rules=MATRIX_RULES) for _ in range(25)}
        assert len(made) > 2
        assert sum(s.truth(e) == RIGHT for e in made) > 0.8 * len(made)


def test_matrix_products_are_written_and_mistaken_in_every_way(problems: dict[str, Problem]) -> None:
    s = subject(problems, "ls_ridge", "answer")
    whole = "\n".join(f.text for f in distinct(forms(s, 1), 250))
    for mark in (r"^{-1}", r"\lambda", r"^\top", "⁻¹", "Xᵀ", "np.linalg.inv(", "np.linalg.solve(", "np.eye(", " @ ", r"\mathbf{I}", "inv(", "X^T"):
        assert mark in whole, mark
    tried = {m.mistake for m in misses(s)}
    assert {"transpose dropped", "inverse dropped", "factors swapped", "factor dropped", "missing term", "sign of a term", "inverse twice"} <= tried
    pieces = {m.mistake for m in misses(subject(problems, "prox_pinball", "answer"))}
    assert {"one piece for all", "pieces swapped", "another threshold", "the other side"} <= pieces
    parts = {m.mistake for m in misses(subject(problems, "proj_orthant", "answer"))}
    assert {"positive part missing", "negative part", "sign inside the positive part"} <= parts


def test_medians_and_parts_of_a_decomposition_are_recognised_by_their_value(problems: dict[str, Problem]) -> None:
    def derived(name: str, part: str) -> Derivation:
        d = solve(problems[name], problems[name].part(part))
        assert isinstance(d, Derivation) and d.answer is not None
        return d

    for name in ("ls_median", "ls_median_even"):
        d = derived(name, "answer")
        found = median_of(d.answer)
        assert found is not None and median_of(E.neg(d.answer)) is None
        for one in instances(d.problem.symbols, 5)[:6]:
            first = np.asarray(value(found[0], one))[: int(value(found[1], one))]
            assert same(value(d.answer, one), np.median(first))
    point, rest = derived("ls_eckart_young", "answer").answer, derived("ls_eckart_young", "value").answer
    best, tail = truncated(point), tail_of_values(rest)
    assert best is not None and best == tail and truncated(rest) is None and tail_of_values(point) is None
    for one in instances(problems["ls_eckart_young"].symbols, 5)[:6]:
        u, s, v = np.linalg.svd(value(best[0], one), full_matrices=False)
        k = int(value(best[1], one))
        assert np.allclose(value(point, one), (u[:, :k] * s[:k]) @ v[:k]) and np.isclose(value(rest, one), np.sum(s[k:] ** 2))


def test_factors_of_a_decomposition_are_said_once_unless_the_statement_names_them(problems: dict[str, Problem]) -> None:
    d = solve(problems["lmo_spectral"], problems["lmo_spectral"].part("answer"))
    assert isinstance(d, Derivation) and d.answer is not None
    unnamed = {n: s for n, s in d.problem.symbols.items() if s.let is None}
    for medium in HANDS:
        stated, own = (HANDS[medium](seeded(1, medium), symbols) for symbols in (d.problem.symbols, unnamed))
        assert "V" in stated.text(d.answer) and not stated.clauses
        own.text(d.answer)
        assert len(own.clauses) == 1 and ("svd" in own.clauses[0].lower() or "singular" in own.clauses[0])
