"""derive grade: submissions of a course -> grades, feedback, a sheet of the class."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import clear_errors, console, progress
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.course.collate import Record
    from derive.course.folder import Job
    from derive.course.mark import Marked
    from derive.course.statistics import ClassStatistics
    from derive.problem.model import Problem


WORKERS = click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Worker processes (default: by the number of cores and submissions); the results are the same.")
SECONDS = click.option("--seconds", type=click.FloatRange(min=1), default=120.0, show_default=True, metavar="S", help="Clock of one submission; past it, it is for a person.")
MEMORY = click.option("--memory", type=click.IntRange(min=64), default=2000, show_default=True, metavar="MB", help="Memory of a worker beyond its keys; past it, the submission is for a person.")
FEEDBACK = click.option("--feedback", type=click.Choice(["full", "hint", "verdict"]), help="What students are shown (default: as the spec says, full). A hint does not give the key away.")


class _Marking(click.Command):
    """Who hands it a text means `derive answer`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.MissingParameter:
            raise
        except click.UsageError as err:
            hint = "This command marks files of submissions; one answer is graded by: derive answer SPEC#PART TEXT"
            raise click.UsageError(f"{err.format_message()}\n{hint}", ctx) from err


@click.command(cls=_Marking)
@click.argument("path")
@click.argument("submissions", type=click.Path())
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False), metavar="DIR", help="The folder of the results.")
@click.option("--roster", type=click.Path(), metavar="FILE", help="CSV of the students: student (or id, username), name, email, section.")
@FEEDBACK
@WORKERS
@SECONDS
@MEMORY
@click.option("--no-certify", is_flag=True, help="Skip the numerical check of the keys.")
@click.option("--dry-run", is_flag=True, help="Only show what is found in which submission, and whose it is; judge nothing.")
@clear_errors
def grade(path: str, submissions: str, folder: str | None, roster: str | None, feedback: str | None, workers: int | None, seconds: float, memory: int, no_certify: bool,
          dry_run: bool) -> None:
    """Mark the SUBMISSIONS of a course, a file or a folder, against the specs of PATH.

    A submission is a file or folder called like its student: Markdown, LaTeX, text, JSON, TOML, CSV, a notebook
    or a PDF with text; or a table (CSV, JSONL) with a column for the student. A run that was stopped goes on where it was.
    Writes grades.csv, grades.jsonl, feedback/STUDENT.html, class.html and review.csv to DIR.
    """
    from derive.course.folder import Job, stated_elsewhere

    job = Job(path, submissions, roster, feedback, not no_certify)
    problems = job.problems()
    if dry_run:
        _show_found(job, problems)
        return
    if folder is None:
        raise UsageError("", "where should the results go?", "Name a folder: -o DIR.")
    target = made(folder)
    if stated_elsewhere(target, problems):
        raise UsageError(folder, "it holds the marks of other statements than these.", f"See what would change with `derive regrade {folder}`, or name another folder.")
    from derive.course.folder import LOG
    from derive.course.log import only_run

    with only_run(target):
        marked = mark_all(job, problems, target / LOG, workers, seconds, memory, "marking")
        write_and_tell(job, problems, marked, target)


def made(folder: str) -> Path:
    """The folder, made if it is not there."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise UsageError(folder, f"this folder cannot be made: {err.strerror}.", "Name a folder that may be written to.") from None
    return Path(folder)


def mark_all(job: Job, problems: list[Problem], log: Path, workers: int | None, seconds: float, memory: int, label: str) -> list[Marked]:
    """Mark all submissions of a job, with a bar."""
    from derive.course.run import Limits, run

    top, submissions = job.gathered(problems)
    count = workers or max(1, min(os.cpu_count() or 1, 8, 1 + len(submissions) // 20))
    with progress(len(submissions), label) as bar:
        task = bar.add_task("", total=len(submissions))
        return run(job.setup(problems, top), problems, submissions, log, workers=count, limits=Limits(seconds, memory),
                   said=lambda done, total: bar.update(task, completed=done))


def write_and_tell(job: Job, problems: list[Problem], marked: list[Marked], folder: Path) -> None:
    """Write the files of a graded folder and say what is in it."""
    from derive.course.collate import collate
    from derive.course.decisions import read_decisions
    from derive.reports.course_folder import write_folder

    records = collate(problems, marked, job.students(), read_decisions(folder))
    stats = write_folder(folder, records, problems, level=job.feedback, rostered=job.roster is not None, about=job.about(folder, problems))
    tell(records, stats, folder)


def tell(records: list[Record], stats: ClassStatistics, folder: Path) -> None:
    """What came out, in a few lines on stderr."""
    from derive.course.statistics import folded

    must = [w for w in stats.waiting if w.must]
    graded = sum(r["status"] == "graded" for r in records)
    said = f"{_many(stats.students, 'student')}: {graded} graded"
    if must:
        said += f", {stats.students - graded} with answers that wait for a person ({_many(sum(len(w.students) for w in must), 'answer')}, {_many(len(folded(must)), 'thing')} to decide)"
    click.echo(f"{said}. Wrote {folder}: class.html, grades.csv, grades.jsonl, review.csv, feedback/.", err=True)
    if stats.absent:
        click.echo(f"{len(stats.absent)} on the roster handed in nothing: {_few(stats.absent)}.", err=True)
    if stats.unmatched:
        click.echo(f"{len(stats.unmatched)} on no roster: {_few(stats.unmatched)}.", err=True)
    for item in stats.items:
        blocked = [p["reason"] for r in records for p in r["parts"] if (p["problem"], p["part"]) == (item.problem, item.part)
                   and p["reason"].startswith(("There is no key", "The key is not certified"))]
        if blocked:
            click.echo(f"warning: {item.problem}#{item.part} could not be marked. {blocked[0]}", err=True)
    if must:
        click.echo(f"Look at them with: derive review {folder}", err=True)


def _many(n: int, what: str) -> str:
    return f"{n} {what}{'s' if n != 1 else ''}"


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _show_found(job: Job, problems: list[Problem]) -> None:
    """A table of what is found where."""
    from rich.table import Table

    from derive.course.collect import collect
    from derive.course.labels import Labels, part_number
    from derive.course.roster import Roster

    top, submissions = job.gathered(problems)
    labels, roster = Labels(problems), Roster(job.students())
    table = Table(box=None, pad_edge=False)
    for name in ("submission", "student", "by", "formats", "found", "not found", "not asked", "notes"):
        table.add_column(name, overflow="fold")
    asked = [(p.id, part.id, part_number(problems, p, part)) for p in problems for part in p.parts]
    with progress(len(submissions), "reading") as bar:
        task = bar.add_task("", total=len(submissions))
        for s in submissions:
            c = collect(s, top, labels, roster)
            found = [n for p, part, n in asked if (p, part) in c.answers]
            loose = [f"{name}: nothing says which part is which" for name, _ in c.unplaced]
            table.add_row(s.id, c.whose.student.id, c.whose.by or "its own name", ", ".join(d.format or "?" for d in c.documents), " ".join(found),
                          " ".join(n for _, _, n in asked if n not in found), ", ".join(e.label for _, sheet in c.sheets for e in sheet.extra),
                          "; ".join([*(f"{name}: {why}" for name, why in c.unread), *loose, *c.notes, *(n for d in c.documents for n in d.notes)]))
            bar.advance(task)
    console().print(table)
    if not sys.stdout.isatty():
        sys.stdout.flush()
