"""Updates of known programs with their names, for the tests of naming."""

from __future__ import annotations

from typing import Any

from derive.derivation.letters import lettered
from derive.derivation.rules import naming
from derive.derivation.steps import Derivation, Outcome
from derive.grading.naming.judgement import judge_name
from derive.maths.read import read_expr
from derive.problem.load import from_data
from derive.problem.model import Problem

CORRECT, PARTIAL, INCORRECT, UNDECIDED, UNREADABLE = "correct", "partial", "incorrect", "undecided", "unreadable"


def problem(objective: str, symbols: dict[str, Any] | None = None, sense: str = "min", **part: Any) -> Problem:
    """A program over u with the gradient g, and the question for the name of its solution."""
    known = {
        "n": {"type": "dimension"},
        "g": {"type": "vector(n)"},
        "u": {"type": "vector(n)"},
        "alpha": {"type": "positive"},
        "delta": {"type": "positive"},
        **(symbols or {}),
    }
    update = {
        "id": "update",
        "ask": f"arg{sense}",
        "over": "u",
        ("minimize" if sense == "min" else "maximize"): objective,
        **part,
    }
    parts = [update, {"id": "name", "ask": "name", "of": "update"}]
    return from_data({"schema": 1, "id": "a-problem", "title": "a problem", "symbols": known, "parts": parts})


def outcome(p: Problem, update: str) -> Outcome:
    """The name of an update that is given, in place of one that rules derive."""
    base = p.part("update")
    answer = read_expr(update, p.scope(base))
    return lettered(naming.derive(p, p.part("name"), lambda q, part: Derivation(q, part, "point", (), answer=answer)))


def name(p: Problem, update: str) -> Derivation:
    found = outcome(p, update)
    assert isinstance(found, Derivation)
    return found


def assert_judged(text: str, derivation: Derivation, verdict: str) -> None:
    """The verdict of a name. A refutation by another rule shows an instance; the reason of a partial answer names nothing it did not say."""
    found = judge_name(text, derivation)
    assert found.verdict == verdict, found
    if verdict == INCORRECT:
        assert found.witness is not None
    assert found.reason


def assert_near_misses(cases: list[tuple[str, str]]) -> None:
    """Right, wrong and partly right names stand beside each other."""
    verdicts = [v for _, v in cases]
    assert CORRECT in verdicts and INCORRECT in verdicts and PARTIAL in verdicts


GREEDY = "e_{argmax_i |g_i|}"
PENALTY_L2 = name(problem("g^T u + (1/alpha) * norm(u, 2)^2"), "-(alpha/2) * g")
PENALTY_LINF = name(problem("g^T u + (1/alpha) * norm(u, inf)^2"), "-(alpha/2) * norm(g, 1) * sign(g)")
PENALTY_L1 = name(problem("g^T u + (1/alpha) * norm(u, 1)^2"), f"-(alpha/2) * norm(g, inf) * sign(g_{{argmax_i |g_i|}}) {GREEDY}")
BALL_L2 = name(problem("g^T u", subject_to="norm(u, 2) <= delta"), "-delta * g / norm(g, 2)")
BALL_LINF = name(problem("g^T u", subject_to="norm(u, inf) <= delta"), "-delta * sign(g)")
