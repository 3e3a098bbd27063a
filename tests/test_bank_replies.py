"""What an examiner's answers to the bank showed, by mechanism: right answers in several wordings, and near misses that must not be accepted."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.bank_replies import REPLIES
from tests.conftest import SPECS

QUICK = frozenset("cnt_lora cnt_ring_volume cnt_param_server map_beta ib_two_inconsistent gd_noise_closed_form ib_early_stopping ls_ols".split())
"""The keys of the others take seconds."""


@pytest.fixture(scope="module")
def problems() -> dict[str, Problem]:
    return {n: load(SPECS / "bank" / f"{n}.toml") for n in dict.fromkeys(part.split("#")[0] for part, _, _ in REPLIES)}


@pytest.mark.parametrize(("part", "right", "misses"), [
    pytest.param(*r, marks=[] if r[0].split("#")[0] in QUICK else [pytest.mark.long], id=f"{r[0]}-{k}") for k, r in enumerate(REPLIES)])
def test_replies(problems: dict[str, Problem], part: str, right: list[str], misses: list[str]) -> None:
    name, _, place = part.partition("#")
    for text in right:
        found = grade(problems[name], place, text)
        assert found.verdict.value == "correct", (text, found.reason)
    for text in misses:
        assert grade(problems[name], place, text).verdict.value != "correct", text
