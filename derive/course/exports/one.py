"""One submission, marked here and now: what the adapters of other systems run."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from derive.course.collate import Record, collate
from derive.course.gather import Submission, files_below
from derive.course.mark import Setup
from derive.course.run import Limits, run
from derive.problem.load import load_all
from derive.problem.model import Problem


def mark_one(specs: str | Path, folder: Path, student: str, *, rows: Sequence[tuple[str, str]] = (), seconds: float = 120.0, certified: bool = True) -> tuple[Record, list[Problem]]:
    """The record of one student: all files below a folder, or rows of (part, answer), in a process of its own with a clock and a memory limit."""
    problems = load_all([specs])
    table = (("part", "answer"), *rows) if rows else ()
    s = Submission("submission", student, tuple(files_below(folder)) if not rows else (), table, given=student)
    with tempfile.TemporaryDirectory() as work:
        setup = Setup(tuple(str(p.path) for p in problems), str(folder.resolve()), (), certified)
        marked = run(setup, problems, [s], Path(work) / "log", limits=Limits(seconds))
    return collate(problems, marked)[0], problems


def part_name(p: dict[str, object]) -> str:
    """How a part is called in a list of tests: '(a) the update'."""
    return f"{p['number']} {p['title']}"
