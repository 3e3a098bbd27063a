"""The key follows the statement: change a number, a norm or a coefficient and it changes by itself."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.steps import Derivation, NotDerived
from derive.grading.grade import grade
from derive.maths.batches import Batch
from derive.maths.evaluate import evaluate
from derive.problem.load import from_data
from derive.problem.model import Problem
from tests.conftest import SPECS
from tests.keys import certify, solve

NORMS = {"2": lambda g: g, "inf": lambda g: np.abs(g).sum() * np.sign(g), "1": lambda g: np.where(np.arange(len(g)) == np.argmax(np.abs(g)), g, 0.0)}
FILES = {"2": "penalty-l2", "inf": "penalty-linf", "1": "penalty-l1"}


def changed(problem_id: str, **replacements: str) -> Problem:
    text = (SPECS / "cs182-hw2" / f"{problem_id}.toml").read_text(encoding="utf-8")
    for old, new in replacements.items():
        text = text.replace(old, new)
    return from_data(tomllib.loads(text), problem_id)


def replaced(problem_id: str, pairs: dict[str, str]) -> Problem:
    data: dict[str, Any] = tomllib.loads((SPECS / "cs182-hw2" / f"{problem_id}.toml").read_text(encoding="utf-8"))
    for part in data["parts"]:
        for key in ("minimize", "subject_to", "maximize"):
            if isinstance(part.get(key), str):
                for old, new in pairs.items():
                    part[key] = part[key].replace(old, new)
    if "a" in data["symbols"] and "a" in pairs:
        data["symbols"]["a"]["value"] = pairs["a"]
    return from_data(data, problem_id)


def key(problem: Problem, part: str = "update") -> Derivation:
    out = solve(problem, problem.part(part))
    assert isinstance(out, Derivation), out
    return out


def at(d: Derivation, **values: Any) -> np.ndarray[Any, Any]:
    assert d.answer is not None
    g = values.get("g")
    arrays = {k: np.asarray([v], dtype=float) for k, v in values.items()}
    return np.asarray(evaluate(d.answer, Batch(arrays, {"n": 0 if g is None else len(g)}, 1))[0])


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize(("weight", "factor"), [("1/alpha", 0.5), ("3/alpha", 1 / 6), ("1/(2*alpha)", 1.0), ("alpha/2", None), ("5*alpha", None), ("1/7", None)])
def test_penalty_weight(norm: str, weight: str, factor: float | None) -> None:
    """With weight w the update is the direction of the norm times 1/(2w)."""
    d = key(replaced(FILES[norm], {"(1/alpha)": f"({weight})"}))
    rng = np.random.default_rng(1)
    for _ in range(5):
        g, alpha = rng.normal(size=4), float(rng.uniform(0.5, 3))
        w = {"1/alpha": 1 / alpha, "3/alpha": 3 / alpha, "1/(2*alpha)": 1 / (2 * alpha), "alpha/2": alpha / 2, "5*alpha": 5 * alpha, "1/7": 1 / 7}[weight]
        assert np.allclose(at(d, g=g, alpha=alpha), -NORMS[norm](g) / (2 * w), atol=1e-12)
    if factor is not None:
        assert np.allclose(at(d, g=np.array([1.0, -2.0]), alpha=1.0), -factor * NORMS[norm](np.array([1.0, -2.0])))


@pytest.mark.parametrize("norm", list(NORMS))
@pytest.mark.parametrize("linear", ["3*g^T u", "-g^T u", "(g + 2*g)^T u", "sum_i 3*g_i*u_i"])
def test_linear_term(norm: str, linear: str) -> None:
    d = key(replaced(FILES[norm], {"g^T u": linear}))
    scale = -1.0 if linear.startswith("-") else 3.0
    g = np.array([0.5, -2.0, 1.25])
    assert np.allclose(at(d, g=g, alpha=2.0), -NORMS[norm](scale * g))


@pytest.mark.parametrize("norm", list(NORMS))
def test_restatements_give_the_same_key(norm: str) -> None:
    """Scaling the objective, adding a constant, writing a square as a product: nothing changes."""
    g = np.array([0.5, -2.0, 1.25])
    base = at(key(replaced(FILES[norm], {})), g=g, alpha=2.0)
    for new in (f"7*g^T u + (7/alpha)*norm(u, {norm})^2", f"g^T u + (1/alpha)*norm(u, {norm})*norm(u, {norm}) + 5", f"(1/alpha)*norm(-u, {norm})^2 + u^T g"):
        changed_spec = replaced(FILES[norm], {f"g^T u + (1/alpha) * norm(u, {norm})^2": new})
        assert np.allclose(at(key(changed_spec), g=g, alpha=2.0), base)


def test_maximising_the_negative_is_the_same() -> None:
    text = (SPECS / "cs182-hw2" / "penalty-linf.toml").read_text(encoding="utf-8")
    text = text.replace('ask = "argmin"', 'ask = "argmax"').replace('minimize = "g^T u + (1/alpha)', 'maximize = "-g^T u - (1/alpha)')
    d = key(from_data(tomllib.loads(text)))
    assert np.allclose(at(d, g=np.array([1.0, -3.0]), alpha=1.0), [-2.0, 2.0])
    assert certify(d).holds


@pytest.mark.parametrize(("file", "power"), [("penalty-l2", 3), ("penalty-linf", 3), ("penalty-linf", 4), ("penalty-l1", 3)])
def test_other_powers_of_the_norm(file: str, power: int) -> None:
    """g^T u + (1/alpha)||u||^k: the length is (alpha ||g||_* / k)^(1/(k-1))."""
    d = key(replaced(file, {")^2": f")^{power}"}))
    assert certify(d).holds
    assert d.value is not None


@pytest.mark.parametrize(("a", "sgd", "adam", "rescaled"), [
    ("[1, 0.1, 0.01]", "[10000, 1000, 100]/10101", "[100,100,100]/111", "[1/3, 10/3, 100/3]"),
    ("[1, 0.5, 0.25]", "[16, 8, 4]/21", "[4, 4, 4]/7", "[1/3, 2/3, 4/3]"),
    ("[2, -1, 3]", "[2, -1, 3]/14", "[1, -1, 1]/6", "[1/6, -1/3, 1/9]"),
])
def test_limits_follow_the_numbers(a: str, sgd: str, adam: str, rescaled: str) -> None:
    for problem_id, answer in (("limit-sgd", sgd), ("limit-adam", adam), ("limit-rescaled", rescaled)):
        problem = replaced(problem_id, {"a": a})
        assert grade(problem, "vector", answer).verdict.value == "correct"
        others = {sgd, adam, rescaled} - {answer}
        assert all(grade(problem, "vector", other).verdict.value == "incorrect" for other in others)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(-9, 9).filter(bool), min_size=3, max_size=3, unique_by=abs))
def test_permuting_the_equation_permutes_the_limit(a: list[int]) -> None:
    one = replaced("limit-sgd", {"a": str(a)})
    other = replaced("limit-sgd", {"a": str(a[::-1])})
    square = sum(x * x for x in a)
    right = "[" + ", ".join(f"{x}/{square}" for x in a) + "]"
    turned = "[" + ", ".join(f"{x}/{square}" for x in a[::-1]) + "]"
    assert grade(one, "vector", right, certified=False).verdict.value == "correct"
    assert grade(other, "vector", turned, certified=False).verdict.value == "correct"
    assert grade(one, "vector", turned, certified=False).verdict.value == "incorrect"


def test_a_nonconvex_objective_is_not_derived_and_says_why() -> None:
    out = solve(p := replaced("penalty-l2", {"+ (1/alpha)": "- (1/alpha)"}), p.part("update"))
    assert isinstance(out, NotDerived) and "curvature" in out.reason


def test_a_published_answer_is_a_check_and_never_the_source() -> None:
    text = (SPECS / "cs182-hw2" / "penalty-l2.toml").read_text(encoding="utf-8")
    wrong = from_data(tomllib.loads(text.replace('says = "the update"\n', 'says = "the update"\npublished = "-alpha*g"\n', 1)))
    right = from_data(tomllib.loads(text.replace('says = "the update"\n', 'says = "the update"\npublished = "-(alpha/2)*g"\n', 1)))
    assert certify(key(right)).holds
    failed = certify(key(wrong)).failures()
    assert [e.check for e in failed] == ["published answer"]
    assert grade(wrong, "update", "-(alpha/2)*g").verdict.value == "undecided", "a key that two sources dispute grades nothing"


@pytest.mark.long
def test_a_broken_key_is_never_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop a factor, flip a sign, swap the norm: the certificate falls each time."""
    from dataclasses import replace as put

    from derive.maths import expr as E

    d = key(replaced("penalty-linf", {}))
    assert d.answer is not None
    g = E.sym("g", ("n",))
    broken = [E.mul(E.TWO, d.answer), E.neg(d.answer), E.replace(d.answer, {E.norm(g, E.ONE): E.norm(g, E.TWO)}), E.zeros("n"), E.mul(d.answer, E.HALF)]
    for answer in broken:
        assert not certify(put(d, answer=answer)).holds
        assert not certify(put(d, answer=answer, value=E.replace(d.problem.part("update").program.objective, {E.sym("u", ("n",)): answer}))).holds  # type: ignore[union-attr]
