"""What question tests are about, for the tests of them: a derived part of an installed problem, and its subject."""

from __future__ import annotations

from derive.derivation.steps import Derivation
from derive.grading.stress.subject import Subject
from derive.problem.model import Problem
from tests.keys import solve


def derived(problems: dict[str, Problem], problem: str, part: str) -> Derivation:
    outcome = solve(problems[problem], problems[problem].part(part))
    assert isinstance(outcome, Derivation)
    return outcome


def subject(problems: dict[str, Problem], problem: str, part: str) -> Subject:
    return Subject(derived(problems, problem, part))
