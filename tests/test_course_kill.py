"""kill -9 at any moment loses nothing: a run that goes on ends with the same bytes as one that was never disturbed."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from course import contents, grade_once  # the benchmark of the same thing at a larger scale

SHEET = ROOT / "examples" / "course" / "sheet" / "3-ring.toml"


def course(folder: Path, students: int) -> Path:
    """Submissions to the ring problem, right, wrong and unreadable, no two with the same text."""
    rng = random.Random(3)
    folder.mkdir()
    for k in range(students):
        a, b, c = (rng.choice(x) for x in (("2n(n-1)", "n(n-1)", "2(n"), ("p/n", "p"), ("2p(n-1)", "2pn", "p + ")))
        (folder / f"s{k:04d}.md").write_text(f"(a) {a} + {k} - {k}\n\n(b) {b}\n\n(c) {c}\n", encoding="utf-8")
    return folder


def killed_and_resumed(tmp_path: Path, students: int, kills: int, workers: int) -> None:
    submissions = course(tmp_path / "in", students)
    seconds, peak, _ = grade_once(SHEET, submissions, tmp_path / "whole", 1)
    assert 0 < peak < 2_000
    rng = random.Random(kills)
    log = tmp_path / "killed" / "run.jsonl"
    killed = 0
    while killed < kills:
        before = log.read_bytes() if log.is_file() else b""
        _, _, ended = grade_once(SHEET, submissions, tmp_path / "killed", workers, rng.uniform(0.3, 0.9) * seconds)
        if not ended and log.is_file():  # only appended to
            assert log.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
        killed += not ended
        if ended and killed < kills:
            assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
            shutil.rmtree(tmp_path / "killed")
    grade_once(SHEET, submissions, tmp_path / "killed", workers)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Two kills at random moments, the log only grows, and the bytes at the end are the same."""
    killed_and_resumed(tmp_path, 60, 2, 1)


@pytest.mark.long
def test_twenty_kills(tmp_path: Path) -> None:
    killed_and_resumed(tmp_path, 600, 20, 2)
