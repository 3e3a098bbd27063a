"""A graded folder as a later command finds it: what its run was, and its marks as they stand in the log."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import derive
from derive.course.collate import Record, collate
from derive.course.decisions import read_decisions
from derive.course.gather import Submission, gather
from derive.course.log import read_log
from derive.course.mark import Setup
from derive.course.roster import Student, read_roster
from derive.course.run import statement_digest
from derive.errors import UsageError
from derive.problem.load import load_all
from derive.problem.model import Problem

LOG, RUN = "run.jsonl", "run.json"


@dataclass(frozen=True)
class Job:
    """What is marked against what. path: the specs as they were named; submissions, roster: paths."""

    path: str
    submissions: str
    roster: str | None = None
    feedback: str | None = None
    certified: bool = True

    def problems(self) -> list[Problem]:
        """The problems in their order. Raises SpecError or UsageError."""
        return load_all([self.path])

    def students(self) -> tuple[Student, ...]:
        """The roster, empty where there is none."""
        return read_roster(self.roster) if self.roster else ()

    def gathered(self, problems: Sequence[Problem]) -> tuple[Path, list[Submission]]:
        """The submissions and the folder that their files are named from."""
        return gather(self.submissions, [p.id for p in problems])

    def setup(self, problems: Sequence[Problem], top: Path) -> Setup:
        """What a worker needs."""
        return Setup(tuple(str(p.path) for p in problems), str(top.resolve()), self.students(), self.certified)

    def about(self, folder: Path, problems: Sequence[Problem]) -> dict[str, Any]:
        """What run.json says: paths from the folder, so that a course can be moved as a whole."""
        return {
            "schema": 1, "derive": derive.__version__, "statement": statement_digest(problems),
            "problems": [{"problem": p.id, "version": p.version, "digest": p.digest} for p in problems],
            "path": _from(folder, self.path), "submissions": _from(folder, self.submissions), "roster": _from(folder, self.roster) if self.roster else None,
            "feedback": self.feedback, "certified": self.certified,
        }


def read_run(folder: Path) -> tuple[Job, Mapping[str, Any]]:
    """The job of a graded folder, and what its run.json says. Raises UsageError where none was graded there."""
    file = folder / RUN
    if not file.is_file():
        said = "its run was not finished: call `derive grade` again, it goes on where it stopped." if (folder / LOG).is_file() else "nothing was graded into this folder."
        raise UsageError(str(folder), said, "Name the folder that `derive grade -o` wrote.")
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        return Job(_to(folder, about["path"]), _to(folder, about["submissions"]), _to(folder, about["roster"]) if about["roster"] else None,
                   about["feedback"], about["certified"]), about
    except (ValueError, KeyError, TypeError) as err:
        raise UsageError(str(file), f"this is no record of a run: {type(err).__name__} {err}.", "Grade into a new folder.") from None


def stated_elsewhere(folder: Path, problems: Sequence[Problem]) -> bool:
    """Whether the finished marks of a folder were made against other statements than these."""
    return (folder / RUN).is_file() and read_run(folder)[1].get("statement") != statement_digest(problems)


def read_records(folder: Path) -> list[Record]:
    """The records of grades.jsonl."""
    file = folder / "grades.jsonl"
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as err:
        raise UsageError(str(file), f"the grades cannot be read: {err}.", "Call `derive grade` again; what is marked is not marked twice.") from None


def records_of(folder: Path, job: Job, problems: Sequence[Problem]) -> list[Record]:
    """The records anew from the log and the decisions of a folder."""
    return collate(problems, [e["marked"] for e in read_log(folder / LOG).values()], job.students(), read_decisions(folder))


def _from(folder: Path, path: str) -> str:
    """A path as seen from a folder; what is no path (an installed set) as it is."""
    return Path(os.path.relpath(path, folder)).as_posix() if Path(path).exists() else path


def _to(folder: Path, path: str) -> str:
    return os.path.normpath(folder / path) if (folder / path).exists() else path
