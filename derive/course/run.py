"""A run: every submission that the log does not have yet is marked by worker processes, and logged at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import derive
from derive.course.gather import Submission, digest_of
from derive.course.log import Log, read_log, sorted_lines
from derive.course.mark import Marked, Setup, lost, marker
from derive.course.roster import Roster
from derive.files.whole import write_whole
from derive.grading.engines.workers import Lost, Workers
from derive.problem.model import Problem

SECONDS = 120.0
"""The clock of one submission: far above what an honest one needs, so that a busy machine decides nothing."""
MEGABYTES = 2_000
"""What a worker may take beyond its keys."""


@dataclass(frozen=True)
class Limits:
    """Of one submission: seconds by the clock, megabytes of memory. None: none."""

    seconds: float | None = SECONDS
    megabytes: int | None = MEGABYTES


def statement_digest(problems: Sequence[Problem]) -> str:
    """What marks depend on beside the submission: the specs in order, and the version of this package."""
    said = [derive.__version__, *(f"{p.id} {p.digest}" for p in problems)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def run(setup: Setup, problems: Sequence[Problem], submissions: Sequence[Submission], log: Path, *, workers: int = 1, limits: Limits | None = None,
        said: Callable[[int, int], None] = lambda done, total: None, make: Callable[[Setup], Callable[[Submission], Marked]] = marker) -> list[Marked]:
    """Mark all submissions; those that stand in the log with the same contents are taken from it.

    said: told how many are done, of how many; make: makes the function that marks, in each process. Returns the marks in the order of the submissions, and leaves the log in that of their ids:
    the same bytes however often it was interrupted and whatever the number of workers.
    """
    limits = limits or Limits()
    statement = statement_digest(problems)
    known = read_log(log)
    digests = {s.id: digest_of(s, Path(setup.top)) for s in submissions}
    students = hashlib.sha256(json.dumps([(s.id, s.name, s.email, s.section) for s in setup.students]).encode()).hexdigest()

    def stamp(s: Submission) -> str:
        return hashlib.sha256(f"{statement} {digests[s.id]} {students}".encode()).hexdigest()

    done = {s.id: known[s.id]["marked"] for s in submissions if s.id in known and known[s.id].get("stamp") == stamp(s)}
    left = [s for s in submissions if s.id not in done]
    said(len(done), len(submissions))
    if left:
        roster = Roster(setup.students)
        with Log(log) as out, Workers(partial(make, setup), workers=min(workers, len(left)), seconds=limits.seconds, megabytes=limits.megabytes) as pool:
            for s, (result,) in zip(left, pool.map([s] for s in left), strict=True):
                marked = lost(s, result.says, problems, roster) if isinstance(result, Lost) else result
                done[s.id] = marked
                out.append({"key": s.id, "stamp": stamp(s), "marked": marked})
                said(len(done), len(submissions))
    entries = [{"key": s.id, "stamp": stamp(s), "marked": done[s.id]} for s in submissions]
    write_whole(log, sorted_lines(iter(entries)))
    return [done[s.id] for s in submissions]
