"""Programs that factor, weight, sort and slice: what they compute is judged, and what is a step away from it is not right."""

from __future__ import annotations

import pytest

from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Problem
from tests.bank_programs import PROGRAMS
from tests.conftest import SPECS

QUICK = ("lmo_ksparse", "grad_softmax_ce", "ls_line_fit", "lmo_l1", "mle_gauss_var", "cnt_ring_volume", "kkt_eq_qp")  # the keys of the others take seconds


@pytest.fixture(scope="module")
def problems() -> dict[str, Problem]:
    return {n: load(SPECS / "bank" / f"{n}.toml") for n in dict.fromkeys(part.split("#")[0] for part, _, _ in PROGRAMS)}


@pytest.mark.parametrize(("part", "right", "misses"), [
    pytest.param(*p, marks=[] if p[0].split("#")[0] in QUICK else [pytest.mark.long], id=f"{p[0]}-{k}") for k, p in enumerate(PROGRAMS)])
def test_programs(problems: dict[str, Problem], part: str, right: str, misses: list[str]) -> None:
    name, _, place = part.partition("#")
    found = grade(problems[name], place, right)
    assert found.verdict.value == "correct", found.reason
    for miss in misses:
        assert grade(problems[name], place, miss).verdict.value != "correct", miss
