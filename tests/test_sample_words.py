"""Statistics of what was observed, in words, where one vector is declared and all of it is the sample."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from tests.bank import stated


@pytest.mark.parametrize(("text", "verdict"), [
    ("the maximum of the observations", "correct"), ("The sample maximum.", "correct"), ("The answer is the largest observation.", "correct"),
    (r"$\hat t$ is the largest observation.", "correct"), ("the smallest observation", "incorrect"), ("the sample mean", "incorrect"),
    ("twice the sample mean", "incorrect"), ("the largest observation plus 1/n", "incorrect"), (r"$\hat t$ is the smallest observation.", "incorrect"),
    ("the second largest observation", "unreadable"), ("not the largest observation", "unreadable"),
])
def test_the_sample_is_the_one_declared_vector(text: str, verdict: str) -> None:
    assert grade(stated("mle_uniform"), "answer", text).verdict == verdict


@pytest.mark.parametrize(("name", "text"), [("ls_median", "the median of the data"), ("mle_laplace_location", "the sample median"), ("ls_line_fit", "the sample mean")])
def test_where_the_sample_is_not_a_whole_vector_the_words_stay_unread(name: str, text: str) -> None:
    assert grade(stated(name), "answer", text).verdict not in ("correct", "incorrect")
