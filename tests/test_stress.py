"""Question tests: right forms are not refused, near misses are not accepted, and a broken judge is caught."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import derive.grading.stress as package
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.grading.grade import grade
from derive.grading.stress import stress
from derive.grading.stress.decomposed import median_of, tail_of_values, truncated
from derive.grading.stress.forms import forms
from derive.grading.stress.grids import table_forms
from derive.grading.stress.instances import instances
from derive.grading.stress.matrix_rewrites import MATRIX_RULES
from derive.grading.stress.media import HANDS
from derive.grading.stress.misses import misses
from derive.grading.stress.rewrites import rewritten
from derive.grading.stress.run import Judge, by_grade, distinct, streams, stress_files, stress_part
from derive.grading.stress.subject import RIGHT, WRONG, Subject, seeded
from derive.grading.stress.values import same, value
from derive.grading.stress.words import DIRECTIONS, declared, name_forms, named, norm_candidates
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.problem.load import load_all
from derive.problem.model import Problem

SPECS = Path(__file__).resolve().parent.parent / "problems"
PARTS = [(p.id, part.id) for p in load_all([SPECS / "cs182-hw2"]) for part in p.parts]
READER = (
    "derive.maths.read",
    "derive.maths.lex",
    "derive.maths.tokens",
    "derive.maths.parse",
    "derive.maths.operands",
    "derive.maths.applications",
    "derive.maths.bars",
    "derive.maths.brackets",
    "derive.maths.commands",
    "derive.maths.comprehensions",
    "derive.maths.cursor",
    "derive.maths.dots",
    "derive.maths.environments",
    "derive.maths.gradients",
    "derive.maths.grammar",
    "derive.maths.marks",
    "derive.maths.postfix",
    "derive.maths.sets",
    "derive.maths.signs",
    "derive.maths.names",
    "derive.maths.aliases",
    "derive.maths.calls",
    "derive.maths.call_arguments",
    "derive.maths.reductions",
    "derive.maths.write",
    "derive.maths.writing",
    "derive.maths.subscripts",
    "derive.maths.subscripted",
    "derive.maths.bigops",
    "derive.maths.evaluate",
    "derive.maths.exact",
    "derive.maths.exact_spectra",
    "derive.maths.equality",
    "derive.maths.algebra",
    "derive.maths.monomials",
    "derive.maths.normal_rules",
    "derive.maths.spectra",
    "derive.maths.differentials",
    "derive.maths.roots",
    "derive.derivation.truth",
    "derive.derivation.lowering",
    "derive.grading.judging.judge",
    "derive.grading.reply",
    "derive.grading.selection",
    "derive.grading.tables",
    "derive.grading.norms",
    "derive.grading.naming.judgement",
    "derive.grading.statuses",
    "derive.grading.decimals",
)


def derived(problems: dict[str, Problem], problem: str, part: str) -> Derivation:
    outcome = solve(problems[problem], problems[problem].part(part))
    assert isinstance(outcome, Derivation)
    return outcome


def subject(problems: dict[str, Problem], problem: str, part: str) -> Subject:
    return Subject(derived(problems, problem, part))


# ---------------------------------------------------------------- the installed set


@pytest.mark.parametrize(("problem", "part"), PARTS)
def test_nothing_is_found_in_the_installed_set(problems: dict[str, Problem], problem: str, part: str) -> None:
    report = stress_part(problems[problem], problems[problem].part(part), 12)
    assert not report.skipped
    assert report.forms_tried >= 10
    assert report.misses_tried >= 10
    assert [f.text for f in report.refused] == []
    assert [f.text for f in report.accepted] == []


@pytest.mark.long
@pytest.mark.parametrize(("problem", "part"), PARTS)
def test_nothing_is_found_in_a_long_search(problems: dict[str, Problem], problem: str, part: str) -> None:
    report = stress_part(problems[problem], problems[problem].part(part), 2000, seed=2)
    assert [f.text for f in report.refused] == []
    assert [f.text for f in report.accepted] == []


# ---------------------------------------------------------------- no circle


def test_the_generator_imports_neither_reader_nor_judge() -> None:
    wrong = []
    for file in sorted(Path(package.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            wrong += [f"{file.name} imports {n}" for n in names if n in READER or any(n.startswith(f"{r}.") for r in READER)]
            if file.name != "run.py":  # the run calls the judge that it tests
                wrong += [f"{file.name} imports {n}" for n in names if n.startswith("derive.grading.grade")]
    assert wrong == []


def test_the_key_passes_the_direct_check(problems: dict[str, Problem]) -> None:
    """NumPy and CVXPY, which know nothing of the rules, agree with every derived expression."""
    for problem, part in PARTS:
        d = derived(problems, problem, part)
        if d.answer is not None and d.kind != "norm":
            assert Subject(d).sound, f"{problem}#{part}"


# ---------------------------------------------------------------- a broken judge is caught


def broken(change: Callable[[str], str]) -> Judge:
    return lambda problem, part, text: by_grade(problem, part, change(text))


@pytest.mark.parametrize("part", ["update", "value"])
def test_a_judge_that_calls_everything_right_is_caught(problems: dict[str, Problem], part: str) -> None:
    (report,) = stress(problems["penalty-l2"], 10, parts=(part,), judge=lambda problem, part, text: ("correct", str))
    assert len(report.accepted) == report.misses_tried > 0
    assert not report.clean


def test_a_judge_that_loses_minus_signs_is_caught(problems: dict[str, Problem]) -> None:
    (report,) = stress(problems["penalty-l2"], 60, parts=("update",), judge=broken(lambda t: t.replace("-", "").replace("−", "")))
    assert len(report.refused) > report.forms_tried / 2


def test_a_judge_that_takes_every_norm_for_the_same_is_caught(problems: dict[str, Problem]) -> None:
    def same_norm(text: str) -> str:
        for two, one in (("_2", "_1"), ("₂", "₁"), ("_{2}", "_{1}"), ("(g, 2)", "(g, 1)"), ("ord=2", "ord=1"), ("norm(g)", "norm(g, 1)")):
            text = text.replace(two, one)
        return text

    (report,) = stress(problems["penalty-linf"], 400, parts=("update",), judge=broken(same_norm))
    assert any("another norm" in f.how for f in report.accepted)


def test_a_judge_that_falls_over_is_caught(problems: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.grading import grade as module

    def falls(*_: object, **__: object) -> None:
        raise ZeroDivisionError("bad")

    monkeypatch.setattr(module, "grade", falls)
    (report,) = stress(problems["penalty-l2"], 3, parts=("update",))
    assert {f.verdict for f in report.refused} == {"crash"}
    assert len(report.accepted) == 3


# ---------------------------------------------------------------- what is generated


def test_the_same_seed_gives_the_same_texts(problems: dict[str, Problem]) -> None:
    d = derived(problems, "penalty-linf", "update")
    one, two, other = (streams(d, seed) for seed in (5, 5, 6))
    texts = [[[f.text for f in islice(s, 40)] for s in pair] for pair in (one, two, other)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_every_medium_and_many_notations_are_written(problems: dict[str, Problem]) -> None:
    found = distinct(forms(subject(problems, "penalty-linf", "update"), 1), 1500)
    assert {f.medium for f in found} == {"latex", "unicode", "plain", "python"}
    whole = "\n".join(f.text for f in found)
    for mark in (
        r"\frac{",
        r"\tfrac",
        r"\dfrac",
        r"\over",
        r"\left",
        r"\|",
        r"\lVert",
        "||",
        r"\cdot",
        r"\times",
        r"\operatorname{sign}",
        r"\text{sign}",
        r"\mathrm{sgn}",
        r"\mathbf",
        r"\boldsymbol",
        r"\vec",
        r"\boxed",
        "$$",
        r"\(",
        r"\[",
        r"\begin{equation}",
        r"\sum_",
        r"\nabla",
        "‖",
        "½",
        "⁄",
        "−",
        "₁",
        "np.linalg.norm(g, 1)",
        "np.sign",
        "np.sum(np.abs(g))",
        "@",
        "0.5",
        "u_i",
        r"\theta_{t+1}",
        "**Final answer:**",
        "```python",
    ):
        assert mark in whole, mark


def test_vectors_are_written_in_every_way(problems: dict[str, Problem]) -> None:
    whole = "\n".join(f.text for f in distinct(forms(subject(problems, "limit-rescaled", "vector"), 1), 1200))
    for mark in ("pmatrix", "bmatrix", "{array}", r"\\", " & ", "[", "(", "np.array([", r"^\top", "⟨", "0.3333", "θ₁", r"\frac{1}{3}", r"\theta_1"):
        assert mark in whole, mark


def test_rewrites_keep_the_value(problems: dict[str, Problem]) -> None:
    s = subject(problems, "penalty-l1", "update")
    rng = seeded(1, "rewrites")
    made = {rewritten(s.key, rng) for _ in range(200)}
    assert len(made) > 5
    assert all(s.truth(e) == RIGHT for e in made)


CLASSES = {
    ("penalty-linf", "update"): {
        "constant factor",
        "sign",
        "another norm",
        "missing factor",
        "extra factor",
        "squared",
        "inverted",
        "another symbol",
        "sign missing",
        "absolute value missing",
        "the direction is lost",
        "extra term",
        "normalised",
        "mean for sum",
        "spec: another norm",
        "spec: inverted weight",
        "spec: half the weight",
    },
    ("penalty-l1", "update"): {"maximiser for minimiser", "all entries for one", "a fixed index"},
    ("limit-sgd", "vector"): {
        "reversed",
        "swapped entries",
        "missing component",
        "one component more",
        "one digit",
        "last digit",
        "one entry",
        "not squared",
    },
    ("limit-sgd", "step-size"): {"strictness", "the other side", "another boundary", "missing bound"},
    ("comm-table", "ring-messages"): {"off by one", "missing term", "sign of a term", "one digit", "missing factor"},
}


@pytest.mark.parametrize("where", sorted(CLASSES))
def test_each_class_of_mistake_is_tried(problems: dict[str, Problem], where: tuple[str, str]) -> None:
    tried = {m.mistake for m in misses(subject(problems, *where))}
    assert CLASSES[where] <= tried


def test_what_is_right_after_all_is_no_miss(problems: dict[str, Problem]) -> None:
    """Another minimiser, a symmetric exchange and a bound that the domain implies are not wrong."""
    s = subject(problems, "penalty-l1", "update")
    g = E.sym("g", ("n",))
    last = E.argopt("argmax", "i", E.fn("abs", E.at(g, E.idx("i"))), E.dim("n"))
    entry = E.mul(E.neg(E.div(E.sym("alpha"), E.TWO)), E.mul(E.at(g, last), E.basis(last, "n")))
    assert s.truth(entry) == RIGHT
    assert s.truth(E.mul(E.num(Fraction(999, 1000)), entry)) == WRONG
    adam = subject(problems, "limit-adam", "vector")
    assert "reversed" not in {m.mistake for m in misses(adam)}
    steps = subject(problems, "limit-sgd", "step-size")
    assert steps.truth(steps.key.args[1]) == RIGHT
    assert steps.truth(steps.key.args[0]) == WRONG


def test_the_tie_breaks_a_rule_that_moves_all_largest_entries(problems: dict[str, Problem]) -> None:
    """Right where no two entries tie, wrong where they do: instances with ties settle it."""
    s = subject(problems, "penalty-l1", "update")
    g = E.sym("g", ("n",))
    top = E.norm(g, E.INF)
    i = E.idx("i")
    both = E.comp("i", E.cases(((E.mul(E.neg(E.div(E.sym("alpha"), E.TWO)), E.at(g, i)), E.rel("=", E.fn("abs", E.at(g, i)), top)),), E.ZERO), "n")
    assert s.truth(both) == WRONG


def test_norms_are_settled_by_cvxpy(problems: dict[str, Problem]) -> None:
    right, wrong = norm_candidates(derived(problems, "limit-sgd", "norm"))
    assert [c.p for c in right if c.plain] == ["2"]
    assert {c.p for c in wrong if c.plain} == {"1", "inf"}
    right, _ = norm_candidates(derived(problems, "limit-rescaled", "norm"))
    assert {c.p for c in right} == {"1", "2", "inf"}
    assert not any(c.plain for c in right)


@pytest.mark.parametrize(
    ("problem", "exact", "variants"),
    [
        ("penalty-l2", {"gradient-descent"}, {"normalized-gradient-descent"}),
        ("penalty-l1", {"greedy-coordinate-descent"}, {"greedy-sign-coordinate-descent"}),
        ("penalty-linf", set(), {"sign-descent"}),
    ],
)
def test_names_are_settled_by_numpy(problems: dict[str, Problem], problem: str, exact: set[str], variants: set[str]) -> None:
    found = named(derived(problems, problem, "optimizer"))
    assert set(found.exact) == exact
    assert set(found.variants) == variants
    assert set(DIRECTIONS) <= set(declared())


def test_names_are_drawn_from_the_declared_aliases(problems: dict[str, Problem]) -> None:
    d = derived(problems, "penalty-linf", "optimizer")
    right = " ".join(f.text for f in islice(name_forms(d, 1, True), 200))
    assert "step size" in right and "norm of the gradient" in right
    assert {f.how for f in islice(name_forms(d, 1, False), 200)} >= {"another optimizer", "bare variant", "denied"}


def test_tables_come_in_every_format(problems: dict[str, Problem]) -> None:
    d = derived(problems, "comm-table", "table")
    whole = "\n".join(f.text for f in islice(table_forms(d, 1, True), 150))
    for mark in ("| --- |", "|---|", r"\begin{tabular}", "<table>", "\n- ", ": "):
        assert mark in whole or mark == "| --- |"
    assert {f.how for f in islice(table_forms(d, 1, False), 150)} == {"one cell", "rows swapped", "columns swapped", "factor"}


def test_instances_hold_zeros_ties_and_defined_symbols(problems: dict[str, Problem]) -> None:
    found = instances(problems["penalty-dual"].symbols, 3)
    assert {one.kind for one in found} == {"", "zeros", "ties"}
    assert {one.dims["n"] for one in found} == {1, 2, 3, 4}
    assert all(abs(1 / one.values["p"] + 1 / one.values["q"] - 1) < 1e-12 for one in found)
    assert all(np.any(one.values["g"] == 0) for one in found if one.kind == "zeros")
    assert same(value(E.norm(E.sym("g", ("n",)), E.ONE), found[0]), np.sum(np.abs(found[0].values["g"])))


# ---------------------------------------------------------------- the command


def test_the_command_prints_the_figures() -> None:
    from click.testing import CliRunner

    from derive.cli import main

    result = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "5"])
    assert "ball-linf#update" in result.output
    assert "accepted" in result.output
    lines = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "5", "--json"]).stdout.splitlines()
    report, whole = json.loads(lines[-2])["stress"], json.loads(lines[-1])["stress_totals"]
    assert report["forms_tried"] == report["misses_tried"] == report["wanted"] == 5 and report["seed"] == 1
    assert (whole["parts"], whole["tried"], whole["forms"], whole["refused"], whole["accepted"], whole["not_tried"]) == (1, 1, 5, 0, 0, {})


def test_the_command_fails_where_a_right_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from derive.cli import main
    from derive.grading import grade as module

    monkeypatch.setattr(module, "grade", lambda problem, part, text, **_: grade(problem, part, "0", certified=False))
    result = CliRunner().invoke(main, ["check", str(SPECS / "cs182-hw2" / "ball-linf.toml"), "--stress", "3"])
    assert result.exit_code == 1
    assert "right, but incorrect" in result.output


# ---------------------------------------------------------------- matrices and pieces

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


def test_an_unknown_kind_of_part_says_that_nothing_was_tried(problems: dict[str, Problem], monkeypatch: pytest.MonkeyPatch) -> None:
    from derive.grading.stress import run
    from derive.grading.stress.values import Unvalued

    def cannot(*_: object) -> None:
        raise Unvalued("iterates")

    monkeypatch.setattr(run, "streams", cannot)
    report = stress_part(problems["penalty-l2"], problems["penalty-l2"].part("update"), 3)
    assert "iterates" in report.skipped
    assert not report.clean


def test_several_processes_find_the_same() -> None:
    paths = [str(SPECS / "cs182-hw2" / f"{name}.toml") for name in ("ball-l2", "ball-linf")]
    assert list(stress_files(paths, 2, workers=2)) == list(stress_files(paths, 2))


def test_a_minus_sign_stands_before_a_whole_sum_and_an_entry_of_a_matrix_has_both_indices() -> None:
    symbols = {n: Symbol(n, shape) for n, shape in (("a", ()), ("b", ()), ("X", ("m", "n")))}
    halved = E.neg(E.div(E.add(E.sym("a"), E.sym("b")), E.TWO))
    top = Expr("reduceall", (E.fn("abs", E.sym("X", ("m", "n"))),), (), "max")
    for medium in HANDS:
        rng = seeded(1, medium)
        for _ in range(60):
            text = HANDS[medium](rng, symbols).text(halved).replace(" ", "")
            assert not re.search(r"(?:^|[({])[-−]a\+b|[-−]b\+a", text), text
            shown = HANDS[medium](rng, symbols).text(top)
            assert medium == "python" or re.search(r"X_?\{?(?:[ijl]{2}|[ᵢⱼₗ]{2})", shown), shown


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
