r"""Bars in bars: the pairing is found where a bar does not tell left from right, products of norms stay products, and both readers agree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive import compare, grade
from derive.grading.direct.lane import lane
from derive.grading.keys import key_of
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.problem.model import Problem

NORMS = ("1", r"\infty")
LEFT_RIGHT = (r"\left\|", r"\right\|"), (r"\lVert ", r"\rVert "), (r"\left\lVert ", r"\right\rVert ")
UNDIRECTED = r"\|", "‖", r"\Vert "


def vectors(depth: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Vectors that hold norms, as pieces: '<' and '>' are bars, a kind follows each '>'."""
    if not depth:
        return st.sampled_from([("g",), (r"\operatorname{sign}(g)",)])
    inner = vectors(depth - 1)
    normed = st.builds(lambda factor, kind, v, u: (factor, "<", *v, ">", kind, *u), st.sampled_from([r"\alpha ", "2 ", "-"]), st.sampled_from(NORMS), inner, vectors(0))
    return st.one_of(inner, normed)


def written(pieces: tuple[str, ...], left: str, right: str) -> str:
    out = ""
    for k, piece in enumerate(pieces):
        out += left if piece == "<" else right if piece == ">" else f"_{{{piece}}} " if k and pieces[k - 1] == ">" else piece
    return out


def read(text: str, problem: Problem) -> Expr:
    return readings(text, problem.scope(problem.part("update")))[0].statements[0].terms[0]


@settings(max_examples=60, deadline=None)
@given(pieces=vectors(3), bar=st.sampled_from(UNDIRECTED), pair=st.sampled_from(LEFT_RIGHT))
def test_bars_without_a_side_pair_as_those_with_one(problems: dict[str, Problem], pieces: tuple[str, ...], bar: str, pair: tuple[str, str]) -> None:
    problem = problems["penalty-linf"]
    assert read(written(pieces, bar, bar), problem) == read(written(pieces, *pair), problem)


WHERE = "g: vector(n), a: positive"


@pytest.mark.parametrize(("text", "same"), [
    (r"\|g\|_1 \|g\|_2", r"\|g\|_2 \|g\|_1"), (r"\|g\|^2 \|g\|_1", r"\|g\|_1 g^T g"), (r"\|a g\| \|g\|_1", r"a \|g\|_1 \|g\|"), ("|a||g_1||g_2|", "|g_1| |g_2| a"),
    (r"\big(\|g\|\big) \|g\|_1", r"\|g\|_1 \|g\|"), (r"|a |\|g\|_1| g_1|", r"a \|g\|_1 |g_1|"), (r"\|a \|g\|_1 g\|_2", r"a \|g\|_1 \|g\|_2"),
    (r"\| \|g\|_1 \|g\|_2 g\|_\infty", r"\|g\|_1 \|g\|_2 \|g\|_\infty"), (r"\|2 \|a \|g\|_1 g\|_2 g\|_1", r"2 a \|g\|_1^2 \|g\|_2"),
])
def test_products_of_norms_and_norms_in_norms(text: str, same: str) -> None:
    assert compare(text, same, where=WHERE).verdict == "equal"
    assert compare(f"2 {text}", same, where=WHERE).verdict == "different"


@pytest.mark.parametrize(("pattern", "verdict"), [
    (r"-\frac12 LALgR_1 e_1R_\infty \operatorname{sign}(g)", "correct"), (r"-LALgR_1 e_1R_\infty \operatorname{sign}(g)", "incorrect"),
    (r"-\frac12 LALgR_1 gR_\infty \operatorname{sign}(g)", "incorrect"), (r"L-\frac12 A LgR_1 \operatorname{sign}(g)R_2", "incorrect"),
    (r"L-\frac12 A LgR_1 \operatorname{sign}(g)R_\infty", "incorrect"),
])
@pytest.mark.parametrize(("left", "right"), [(b, b) for b in UNDIRECTED] + list(LEFT_RIGHT))
def test_answers_with_norms_in_norms(problems: dict[str, Problem], pattern: str, verdict: str, left: str, right: str) -> None:
    text = pattern.translate(str.maketrans({"A": r"\alpha ", "L": left, "R": right}))
    assert grade(problems["penalty-linf"], "update", f"${text}$").verdict == verdict


@pytest.mark.parametrize("text", [r"\|-\alpha \|g\|_1 g\|_2", r"u = \lVert \alpha \lVert g\rVert_\infty e_k\rVert_1", r"\left\|\frac{\alpha}{2} \|g\|_\infty \operatorname{sign}(g)\right\|_2"])
def test_the_lane_sees_that_a_norm_is_no_vector(problems: dict[str, Problem], text: str) -> None:
    problem = problems["penalty-l1"]
    assert lane(key_of(problem, problem.part("update"))).verdict(f"${text}$") is False
