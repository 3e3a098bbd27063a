"""Policies of a spec: points, digits, attempts and credit, by part or for all parts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from derive.errors import SpecError
from derive.grading.diagnosis.credit import credited
from derive.grading.verdict import Judgement, Verdict
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.problem.policy import Policy


def _spec(policy: dict[str, Any] | None = None, credit: dict[str, Any] | None = None, **part: Any) -> dict[str, Any]:
    return {
        "schema": 1, "id": "p", "title": "t",
        "symbols": {"n": {"type": "dimension"}, "g": {"type": "vector(n)"}, "u": {"type": "vector(n)"}},
        "parts": [{"id": "a", "ask": "argmin", "over": "u", "minimize": "g^T u + norm(u, 2)^2", **part}, {"id": "b", "ask": "value", "of": "a"}],
        **({"policy": policy} if policy else {}), **({"credit": credit} if credit else {}),
    }


def test_a_part_says_otherwise_than_the_policy() -> None:
    p = from_data(_spec({"points": 3, "digits": 4, "follow_through": True}, points=5, digits=2))
    assert [(x.points, x.digits, x.follow_through) for x in p.parts] == [(5, 2, False), (3, 4, True)] and p.points == 8
    q = from_data(_spec())
    assert [(x.points, x.digits, x.follow_through) for x in q.parts] == [(1, 2, False), (1, 2, False)]


def _share(p: Problem, part: str, diagnosis: str, verdict: Verdict = Verdict.INCORRECT) -> float | None:
    return credited(Judgement(verdict, "", diagnosis=diagnosis), p, part)[1]


def test_credit_of_a_part_comes_before_that_of_the_problem() -> None:
    p = from_data(_spec(credit={"sign": 0.5, "partial": 0.25}))
    spec = _spec(credit={"sign": 0.5})
    spec["parts"][0]["credit"] = {"sign": 0.75}
    own = from_data(spec)
    assert (_share(p, "a", "sign"), _share(own, "a", "sign"), _share(own, "b", "sign")) == (0.5, 0.75, 0.5)
    assert _share(p, "b", "followed through", Verdict.PARTIAL) == 0.25 == _share(p, "b", "", Verdict.PARTIAL)
    both = replace(p, credit={"partial": 0.25, "follow_through": 0.75})
    assert _share(both, "b", "followed through", Verdict.PARTIAL) == 0.75


@pytest.mark.parametrize(("policy", "shares", "counted"), [
    (Policy(), [0.0, 1.0, 0.5], (2, 0.5)),
    (Policy(counts="best"), [0.0, 1.0, 0.5], (1, 1.0)),
    (Policy(counts="best", attempt_cost=0.25), [0.5, 1.0], (1, 0.75)),
    (Policy(counts="best", attempt_cost=0.5), [0.5, 0.0, 1.0], (0, 0.5)),  # the third attempt is worth 0
    (Policy(attempts=2), [0.0, 0.5, 1.0], (1, 0.5)),
    (Policy(counts="best"), [1.0, None], (0, 1.0)),  # nothing is better than all
    (Policy(counts="best"), [0.5, None], (1, None)),  # the second could still be
    (Policy(), [1.0, None], (1, None)),
    (Policy(), [], (-1, None)),
])
def test_which_attempt_counts(policy: Policy, shares: list[float | None], counted: tuple[int, float | None]) -> None:
    assert policy.counted(shares) == counted


@pytest.mark.parametrize(("spec", "where"), [
    (_spec(points="two"), "parts[0] ('a').points"), (_spec(points=-1), "parts[0] ('a').points"), (_spec(points=True), "parts[0] ('a').points"),
    (_spec(digits=0), "parts[0] ('a').digits"), (_spec(digits=2.5), "parts[0] ('a').digits"), (_spec(credit=0.5), "credit"),
    (_spec({"attempts": 0}), "policy.attempts"), (_spec({"counts": "first"}), "policy.counts"), (_spec({"attempt_cost": 2}), "policy.attempt_cost"),
    (_spec({"feedback": "none"}), "policy.feedback"), (_spec({"point": 1}), "policy.point"), (_spec({"follow_through": "yes"}), "policy.follow_through"),
])
def test_an_error_names_file_and_key(spec: dict[str, Any], where: str) -> None:
    with pytest.raises(SpecError, match="^" + re.escape(f"spec: {where}")):
        from_data(spec)
