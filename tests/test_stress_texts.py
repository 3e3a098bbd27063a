"""What question tests generate: every medium and notation, rewrites of the same value, each class of mistake, and what settles which is which."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

from derive.grading.stress.forms import forms
from derive.grading.stress.grids import table_forms
from derive.grading.stress.instances import instances
from derive.grading.stress.media import HANDS
from derive.grading.stress.misses import misses
from derive.grading.stress.rewrites import rewritten
from derive.grading.stress.run import distinct, streams
from derive.grading.stress.subject import RIGHT, WRONG, seeded
from derive.grading.stress.values import same, value
from derive.grading.stress.words import DIRECTIONS, declared, name_forms, named, norm_candidates
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol
from derive.problem.model import Problem
from tests.stress_subjects import derived, subject


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
