"""A derivation that runs long is ended by a clock that says so; nothing follows from it about the problem."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from derive.derivation import deadline as clock
from derive.derivation import solve as solving
from derive.derivation.solve import solve
from derive.derivation.steps import Derivation, NotDerived
from derive.grading.grade import grade
from derive.problem.load import load
from derive.problem.model import Part, Problem
from derive.reports.key import key_data, key_markdown
from tests.conftest import SPECS

BANK = SPECS / "bank"
SHORT = 0.2


def burn(seconds: float) -> None:
    """Compute for so long."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def search(x: Any) -> None:
    """Look for a form that is never found."""
    import sympy as sp

    a, b = sp.symbols("a b")
    while True:
        sp.simplify((a + b) ** 2 - a**2)


def stubborn(x: Any) -> None:
    """Try again whatever happens."""
    while True:
        with contextlib.suppress(Exception):
            search(x)


def endless(work: Any, name: str = "endless") -> ModuleType:
    rule = ModuleType("derive.derivation.rules.endless")
    rule.NAME = name  # type: ignore[attr-defined]
    rule.accepts = lambda problem, part: part.ask != "value"  # type: ignore[attr-defined]
    rule.derive = lambda problem, part, solve: work(part)  # type: ignore[attr-defined]
    return rule


def in_rules(monkeypatch: pytest.MonkeyPatch, work: Any) -> None:
    monkeypatch.setattr(solving, "RULES", (endless(work), *solving.RULES))
    monkeypatch.setitem(search.__globals__, "__name__", "derive.derivation.rules.endless")


@pytest.mark.parametrize("work", [search, stubborn])
@pytest.mark.parametrize("part", ["answer", "value"])
def test_what_runs_long_is_ended_and_says_what_was_open(work: Any, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    in_rules(monkeypatch, work)
    problem = load(BANK / "pli_l2.toml")
    out = solve(problem, problem.part(part), SHORT)
    assert isinstance(out, NotDerived) and out.clock
    assert ("endless" if part == "answer" else "value") in out.reason and "by the clock" in out.reason
    assert "endless.search (Look for a form that is never found)" in out.reason
    assert solve(problem, problem.part(part)) is out  # asked again it does not run again


def test_it_is_never_scored_as_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    in_rules(monkeypatch, search)
    problem = load(BANK / "kkt_log_barrier_box.toml")
    part = problem.part("answer")
    out = solve(problem, part, SHORT)
    g = grade(problem, part, r"x_i = (1 - \sqrt{1 + c_i^2})/c_i", certified=False)  # right, and the numbers say so without a key
    assert g.verdict.value == "correct" and g.strength == "measured"
    data = key_data(problem, [(out, None)])["parts"][0]
    assert data["clock"] and not data["derived"] and "clock" in key_markdown(problem, [(out, None)])


def test_the_next_derivation_is_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as m:
        in_rules(m, search)
        first = load(BANK / "prox_pinball.toml")
        assert isinstance(solve(first, first.part("answer"), SHORT), NotDerived)
    again = load(BANK / "prox_pinball.toml")
    assert isinstance(solve(again, again.part("answer")), Derivation)


def test_what_ends_in_time_is_not_touched() -> None:
    with clock.deadline(60):
        assert clock.nested()
        with clock.deadline(0.001):  # inside another only the outer one counts
            burn(0.01)
    assert not clock.nested()
    assert not [t for t in threading.enumerate() if t.name == "deadline" and t.is_alive() and t.join(2) is None and t.is_alive()]


@pytest.mark.parametrize("k", range(40))
def test_an_end_at_the_last_moment_does_not_strike_later(k: int) -> None:
    """The clock strikes while the work ends: the work counts or the clock does, and nothing follows."""
    struck = False
    try:
        with clock.deadline(0.002):
            burn(0.0018 + k * 1e-5)
    except clock.OutOfTime:
        struck = True
    total = sum(range(20_000))
    assert total == 199_990_000 and struck in (True, False) and not clock.nested()


def test_each_thread_has_its_own() -> None:
    problems: dict[str, Problem] = {n: load(BANK / f"{n}.toml") for n in ("pli_l2", "prox_l1")}
    out: dict[str, Any] = {}

    def run(name: str, part: Part) -> None:
        out[name] = solve(problems[name], part)

    threads = [threading.Thread(target=run, args=(n, p.part("answer"))) for n, p in problems.items()]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(isinstance(out[n], Derivation) for n in problems)


def test_a_profiler_runs_after_a_deadline() -> None:
    """What was not asked for is not taken back: an interpreter that goes on looking for it stands still under a profiler."""
    seen: list[str] = []
    with clock.deadline(SHORT):
        burn(0)
    sys.setprofile(lambda frame, event, arg: seen.append(event))
    burn(0)
    sys.setprofile(None)
    assert "call" in seen


def test_what_a_finaliser_swallows_is_asked_for_again_without_a_word() -> None:
    told: list[object] = []
    before, sys.unraisablehook = sys.unraisablehook, told.append  # type: ignore[assignment]
    try:
        with clock.deadline(SHORT):
            for kind in (clock.OutOfTime, ValueError):
                sys.unraisablehook(SimpleNamespace(exc_type=kind))  # type: ignore[arg-type]
        assert len(told) == 1 and sys.unraisablehook == told.append
    finally:
        sys.unraisablehook = before
