"""kill -9 at any moment loses nothing: a run that goes on ends with the same bytes as one that was never disturbed."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from derive.course.folder import LOG, Job
from derive.course.mark import Marker
from derive.course.run import run
from derive.reports.course_folder import write_folder
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


def undisturbed(submissions: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same course, marked in this process with no worker at all."""
    from derive.course import run as runs
    from derive.course.collate import collate

    class Here:
        """What Workers is, without processes."""

        def __init__(self, make, **kwargs) -> None:  # type: ignore[no-untyped-def]
            self.mark = make()

        def __enter__(self):  # type: ignore[no-untyped-def]
            return self

        def __exit__(self, *args) -> None:  # type: ignore[no-untyped-def]
            pass

        def map(self, batches):  # type: ignore[no-untyped-def]
            return ([self.mark(s) for s in b] for b in batches)

    monkeypatch.setattr(runs, "Workers", Here)
    out.mkdir()
    job = Job(str(SHEET), str(submissions), certified=False)
    problems = job.problems()
    top, found = job.gathered(problems)
    records = collate(problems, run(job.setup(problems, top), problems, found, out / LOG))
    write_folder(out, records, problems, level=None, rostered=False, about=job.about(out, problems))


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed twice in the midst: the log only grows, and the bytes at the end are those of a run of one process without workers."""
    submissions, log = course(tmp_path / "in", 160), tmp_path / "killed" / LOG
    undisturbed(submissions, tmp_path / "whole", monkeypatch)
    before = b""
    for lines in (random.Random(4).randrange(1, 50), 80):
        _, _, ended = grade_once(SHEET, submissions, tmp_path / "killed", 1, kill_at=lines)
        data = log.read_bytes()
        assert not ended and data.startswith(before) and data.count(b"\n") >= lines
        before = data[: data.rfind(b"\n") + 1]
    grade_once(SHEET, submissions, tmp_path / "killed", 1)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


@pytest.mark.long
def test_twenty_kills_at_random_moments(tmp_path: Path) -> None:
    """From the start of the processes to the last page."""
    submissions = course(tmp_path / "in", 600)
    seconds, peak, _ = grade_once(SHEET, submissions, tmp_path / "whole", 1)
    assert 0 < peak < 2_000
    rng, killed = random.Random(20), 0
    while killed < 20:
        _, _, ended = grade_once(SHEET, submissions, tmp_path / "killed", 2, rng.uniform(0.1, 1.0) * seconds)
        killed += not ended
        if ended:
            assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
            shutil.rmtree(tmp_path / "killed")
    grade_once(SHEET, submissions, tmp_path / "killed", 2)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_marks_do_not_depend_on_what_was_marked_before(tmp_path: Path) -> None:
    """A marker that has marked everything else gives the same marks as a new one."""
    from derive.course.gather import gather
    from derive.problem.load import load

    top, found = gather(course(tmp_path / "in", 12))
    old = Marker([load(SHEET)], top, certified=False)
    forward, backward = [old(s) for s in found], [old(s) for s in reversed(found)][::-1]
    new = [Marker([load(SHEET)], top, certified=False)(s) for s in found[-2:]]
    assert forward == backward and forward[-2:] == new
