"""What a spec that cannot be used is told: what is meant, and what to write where."""

from __future__ import annotations

from typing import Any

import pytest

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation, NotDerived
from derive.errors import SpecError
from derive.problem.load import from_data

SYMBOLS = {"n": "dimension", "a": "nonzero vector(n)", "b": "real", "g": "vector(n)", "d": "positive vector(n)", "r": "positive", "z": "vector(n)", "x": "vector(n)"}


def data(**part: Any) -> dict[str, Any]:
    whole = {"id": "p", "ask": "argmin", "over": "x", "minimize": "norm(x - z, 2)^2"} | part
    return {"schema": 1, "id": "s", "title": "s", "symbols": {n: {"type": t} for n, t in SYMBOLS.items()}, "parts": [whole]}


@pytest.mark.parametrize("text", ["a x = b", "2 a x = b", "sum(a x) = b", r"a\, x = b"])
def test_two_vectors_side_by_side_are_no_product(text: str) -> None:
    with pytest.raises(SpecError, match=r"a\^T x.*a \* x"):
        from_data(data(subject_to=[text]))


@pytest.mark.parametrize("text", ["a^T x = b", "sum(a * x) = b", "a * x = b*ones(n)", "b a^T x = b", "norm(b x, 2) <= r"])
def test_what_says_which_product_is_meant_is_read(text: str) -> None:
    from_data(data(subject_to=[text]))


@pytest.mark.parametrize(("part", "says"), [
    ({"assume": ["norm(g, 2) > 0"]}, "Did you mean 'when'?"), ({"minimize": "asb(b)*norm(x, 2)"}, "Did you mean 'abs'?"), ({"minimize": "sqtr(b)*norm(x, 2)"}, "Did you mean 'sqrt'?"),
    ({"minimize": "c^T x"}, "parts[0] ('p').minimize"), ({"constraints": ["sum(x) = 1"]}, "Did you mean 'subject_to'?"),
])
def test_a_message_says_what_is_meant_and_where(part: dict[str, Any], says: str) -> None:
    with pytest.raises(SpecError) as err:
        from_data(data(**part))
    assert says in str(err.value)


def test_what_a_derivation_lacks_is_told_as_the_line_to_write() -> None:
    """The line closes the part."""
    part = {"minimize": "g^T x", "subject_to": ["x^T diag(d) x <= r^2"]}
    problem = from_data(data(**part))
    out = solve(problem, problem.parts[0])
    assert isinstance(out, NotDerived)
    line = 'when = ["norm(g, 2) > 0"]'
    assert f"write {line} in this part" in out.reason
    whole = from_data(data(**part, when=["norm(g, 2) > 0"]))
    assert isinstance(solve(whole, whole.parts[0]), Derivation)


@pytest.mark.parametrize("rows", [["sum(x) = 1", "sum(x) = 2"], ["norm(x, 2) <= -1"], ["a^T x = b", "norm(x, 2) <= -1"], ["x >= 1", "sum(x) <= 0"]])
def test_constraints_that_contradict_each_other_are_told_so(rows: list[str]) -> None:
    problem = from_data(data(subject_to=rows))
    out = solve(problem, problem.parts[0])
    assert isinstance(out, NotDerived) and out.reason.startswith("The constraints contradict each other")


def test_constraints_that_some_instance_meets_are_not_told_so() -> None:
    problem = from_data(data(subject_to=["norm(x, 2) <= 1", "a^T x = b"]))
    out = solve(problem, problem.parts[0])
    assert isinstance(out, Derivation) or "contradict" not in out.reason
