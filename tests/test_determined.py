"""Letters that an equation determines: multipliers and levels, conjugate exponents, and what an unread case in words may not decide."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.grading.grade import grade
from derive.maths import expr as E
from derive.maths.evaluate import evaluate
from derive.maths.exact import Undefined, World, compare, exact
from derive.maths.roots import letter, root
from derive.maths.symbols import Symbol
from derive.maths.worlds import gather, world_sets
from tests.bank import stated

V, NU = E.sym("v", ("n",)), letter("nu")
SHIFTED = E.sub(V, E.mul(NU, E.ones("n")))
LEVEL = root(E.sub(E.total(E.fn("relu", SHIFTED)), E.ONE), "nu")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fractions(-50, 50, max_denominator=64), min_size=1, max_size=5))
def test_the_level_of_a_function_linear_by_pieces_is_exact(v: list[Fraction]) -> None:
    level = exact(LEVEL, World({"v": v}, {"n": len(v)}))
    assert isinstance(level, Fraction) and sum(max(x - level, Fraction(0)) for x in v) == 1
    floats = evaluate(LEVEL, gather("generic", [World({"v": v}, {"n": len(v)})], {"n": len(v)}).batch)
    assert np.isclose(floats[0], float(level), rtol=1e-12, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.fractions(-40, 40, max_denominator=16), st.lists(st.integers(1, 9), min_size=1, max_size=3), st.lists(st.integers(0, 50), max_size=2))
def test_a_root_where_two_pieces_meet_is_exact(level: Fraction, above: list[int], below: list[int]) -> None:
    """The entries above the level exceed it by 1 together, and one lies on it: there the slope changes."""
    v = [*(level + Fraction(x, sum(above)) for x in above), level, *(level - x for x in below)]
    assert exact(LEVEL, World({"v": v}, {"n": len(v)})) == level


def test_a_smooth_equation_has_the_root_of_its_formula() -> None:
    level = root(E.sub(E.total(E.fn("exp", SHIFTED)), E.ONE), "nu")
    known = E.fn("log", E.total(E.fn("exp", V)))
    for ws in world_sets({"v": Symbol("v", ("n",))}, ("generic",)):
        assert np.allclose(evaluate(level, ws.batch)[:8], evaluate(known, ws.batch)[:8], rtol=1e-11, atol=1e-12)
        assert compare(exact(level, ws.worlds[0]), exact(known, ws.worlds[0])) == 0


@pytest.mark.parametrize(("gap", "positive", "found"), [
    (E.sub(E.power(NU, E.TWO), E.num(4)), False, None),  # two roots
    (E.sub(E.power(NU, E.TWO), E.num(4)), True, 2),
    (E.add(E.power(NU, E.TWO), E.ONE), False, None),
    (E.sub(E.div(E.ONE, NU), E.num(3)), True, Fraction(1, 3)),
])
def test_only_a_single_root_is_one(gap: E.Expr, positive: bool, found: object) -> None:
    e, w = root(gap, "nu", positive), World({"v": [Fraction(1)]}, {"n": 1})
    value = evaluate(e, gather("generic", [w], {"n": 1}).batch)[0]
    if found is None:
        assert np.isnan(value)
        with pytest.raises(Undefined):
            exact(e, w)
    else:
        assert np.isclose(value, float(found)) and compare(exact(e, w), Fraction(found)) == 0  # type: ignore[arg-type]



ANSWERS = [
    ("proj_simplex", r"$x=(v-\nu\mathbf 1)_+$ where $\nu$ solves $\sum_i(v_i-\nu)_+=1$", "correct"),
    ("proj_simplex", r"x=(v-\nu\mathbf 1)_+,\ \textstyle\sum_i(v_i-\nu)_+=1", "correct"),
    ("proj_simplex", r"$x=(v-\nu\mathbf 1)_+$ where $\nu$ is chosen so that $\mathbf{1}^\top x=1$", "correct"),
    ("proj_simplex", r"$x_i=\max(v_i-\tau,0)$ with $\tau$ such that $\sum_i \max(v_i-\tau,0)=1$.", "correct"),
    ("proj_simplex", r"$x=(v-\nu\mathbf 1)_+$ where $\nu$ solves $\sum_i(v_i-\nu)_+=2$", "incorrect"),
    ("proj_simplex", r"$x=(v-\nu\mathbf 1)_+$ where $\nu$ solves $\sum_i(v_i-\nu)=1$", "incorrect"),
    ("proj_simplex", r"$x=(v-\nu\mathbf 1)_+$", "unreadable"),
    ("conj_power", r"$\frac1q\sum_i|y_i|^q$ where $\frac1p+\frac1q=1$", "correct"),
    ("conj_power", r"$\frac1q\sum_i|y_i|^q$ where $\frac1p+\frac1q=2$", "incorrect"),
    ("conj_power", r"$\frac1q\|y\|_q^q$, where $q$ is the conjugate exponent of $p$", "correct"),
    ("conj_power", r"$\frac1p\|y\|_q^q$, where $q$ is the conjugate exponent of $p$", "incorrect"),
    ("ls_weighted", r"$\hat w=(X^\top WX)^{-1}X^\top Wy$, where $W=\operatorname{diag}(a_1,\dots,a_m)$", "correct"),
    ("lmo_ksparse", r"$x_i=1$ for the $k$ smallest $c_i$, $0$ otherwise", "correct"),
    ("cnt_recursive_doubling", r"$n\log_2 n$ messages of size $p$", "partial"),
    ("cnt_recursive_doubling", r"$2n$ messages of size $p$", "incorrect"),
    ("grad_softmax_ce", r"$p-e_k$", "correct"),
    ("mle_gauss_cov", r"$\frac1m\sum_i x_ix_i^\top$", "correct"),
]


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_answers_with_letters_of_their_own(name: str, answer: str, expected: str) -> None:
    found = grade(stated(name), "answer", answer)
    assert found.verdict == expected, found.reason
