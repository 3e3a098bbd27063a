"""Question tests of what CVXPY does not take: likelihoods, ranks, jumps, ratios; and of answers with several outputs."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from derive.grading.stress import subject as module
from derive.grading.stress.forms import forms
from derive.grading.stress.misses import misses
from derive.grading.stress.subject import JOINT, RIGHT, WRONG, Subject
from derive.grading.stress.values import Instance, Unvalued
from derive.maths import expr as E
from tests.bank import key, stated


def subject(problem: str, part: str = "answer") -> Subject:
    return Subject(key(stated(problem), part))


@pytest.mark.parametrize("problem", ["kkt_tangency", "map_beta", "mle_categorical", pytest.param("prox_l0", marks=pytest.mark.long), pytest.param("ls_eckart_young", marks=pytest.mark.long)])
def test_a_direct_search_vouches_for_the_key(problem: str) -> None:
    s = subject(problem)
    assert s.by_search(s.instances)
    assert s.sound
    assert s.truth(E.mul(E.num(2), s.key)) == WRONG


def test_a_likelihood_is_its_declared_density() -> None:
    """p(n1 | p) Beta(p; a, b) by SciPy: (n1 + a - 1) / (n + a + b - 2) is its maximum, the mean of the posterior is not."""
    s = subject("map_beta")
    a, b, n0, n1 = (E.sym(n) for n in ("a", "b", "n0", "n1"))
    assert s.truth(E.div(E.add(n1, a), E.add(a, b, n0, n1))) == WRONG


def test_what_nothing_solves_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> float:
        raise Unvalued("constraints that are no equations")

    monkeypatch.setattr(module, "searched", cannot)
    s = subject("kkt_tangency")
    s.problem.cache.clear()
    assert not s.sound
    assert "convex" in s.unsolved and "no equations" in s.unsolved
    s.problem.cache.clear()


def test_outputs_are_settled_together() -> None:
    """w and b of the separating line: neither may be wrong, none may be missing, and b belongs to its own w."""
    s = subject("kkt_svm_two_points")
    assert s.key.op == JOINT and s.sound
    w, b = s.key.args
    assert s.truth(s.key._replace(args=(E.neg(w), b))) == WRONG
    assert s.truth(s.key._replace(args=(w, E.neg(b)))) == WRONG
    assert s.truth(s.key._replace(args=(w,), data=("w",))) == WRONG
    assert {"sign", "an output missing", "sign of a term"} <= {m.mistake for m in misses(s)}
    texts = [f.text for f in islice(forms(s, 1), 30)]
    assert all(("w" in t or "mathbf" in t) and "b" in t and t.count("=") >= 2 for t in texts)


def test_an_unknown_that_is_not_asked_stays_at_its_optimum() -> None:
    s = subject("mle_noise_variance")
    assert s.asked == "v"
    one = s.instances[0]
    everything = s.everything(s.key, one)
    assert set(everything) == {"w", "v"}
    assert np.allclose(everything["w"], np.linalg.lstsq(one.values["X"], one.values["y"], rcond=None)[0])


def test_the_value_of_several_outputs_is_the_optimum() -> None:
    s = subject("quad_taylor_minimum")
    w, value = s.key.args
    assert s.truth(s.key) == RIGHT
    assert s.truth(s.key._replace(args=(w, E.mul(E.TWO, value)))) == WRONG
    assert isinstance(s.instances[0], Instance)
