"""A witness is written as mathematics: no quotes and brackets of a programming language in a sentence."""

from __future__ import annotations

import pytest

from derive.grading.comparing.outcome import prose
from derive.grading.grade import grade
from derive.problem.load import from_data
from derive.reports.terminal import shown


@pytest.mark.parametrize("write", [prose, shown])
@pytest.mark.parametrize(("value", "text"), [("25/8", "25/8"), (["25/8"], "(25/8)"), (["1", "-1/2"], "(1, -1/2)"), ([["13/4"]], "[[13/4]]"), ([["1", "2"], ["3", "4"]], "[[1, 2], [3, 4]]")])
def test_numbers_vectors_and_matrices(write: object, value: object, text: str) -> None:
    assert callable(write) and write(value) == text


def test_a_reason_names_its_instance_in_mathematics() -> None:
    problem = from_data({"schema": 1, "id": "p", "title": "p", "symbols": {
        "m": {"type": "dimension"}, "n": {"type": "dimension"}, "A": {"type": "fcr matrix(m, n)"}, "b": {"type": "vector(m)"}, "x": {"type": "vector(n)"}},
        "parts": [{"id": "a", "ask": "value", "over": "x", "minimize": "norm(A x - b, 2)^2"}]}, "p")
    g = grade(problem, "a", "norm(b, 2)^2 - 2*(b^T A inv(A^T A) A^T b)", certified=False)
    assert g.verdict.value == "incorrect" and g.witness is not None
    assert "'" not in g.reason and "A = [[" in g.reason
