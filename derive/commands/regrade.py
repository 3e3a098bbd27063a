"""derive regrade: what a changed spec, a new submission or a decision would change in a graded folder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from derive.commands.common import clear_errors, console
from derive.commands.grade import FEEDBACK, MEMORY, SECONDS, WORKERS, mark_all, write_and_tell

PENDING = "regrade.jsonl"
MAX_ROWS = 200


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.argument("path", required=False)
@click.option("--write", is_flag=True, help="Write the new marks; without it nothing in DIR changes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a changed answer instead of a table.")
@FEEDBACK
@WORKERS
@SECONDS
@MEMORY
@clear_errors
def regrade(folder: str, path: str | None, write: bool, as_json: bool, feedback: str | None, workers: int | None, seconds: float, memory: int) -> None:
    """Mark the submissions of a graded folder again, and show what changes before anything is written.

    PATH: other specs than those of the first run. Decisions of persons are kept.
    """
    from derive.course.changes import changes, unused
    from derive.course.collate import collate
    from derive.course.decisions import read_decisions
    from derive.course.folder import LOG, read_records, read_run
    from derive.course.log import only_run

    target = Path(folder)
    job, _ = read_run(target)
    job = replace(job, path=path or job.path, feedback=feedback or job.feedback)
    problems = job.problems()
    with only_run(target):
        before = read_records(target)
        marked = mark_all(job, problems, target / PENDING, workers, seconds, memory, "marking again")
        decisions = read_decisions(target)
        after = collate(problems, marked, job.students(), decisions)
        found = changes(before, after)
        if as_json:
            for c in found:
                click.echo(json.dumps(c, ensure_ascii=False))
        else:
            _show(found)
        for d in unused(decisions, marked):
            click.echo(f"note: a decision on {d.problem}#{d.part} ({d.student or d.cluster or 'by its text'}) fits no answer any more.", err=True)
        touched = len({c["student"] for c in found})
        if not write:
            click.echo(f"{len(found)} answers of {touched} students would change. Nothing is written; add --write to write." if found else "Nothing would change.", err=True)
            return
        (target / PENDING).replace(target / LOG)
        click.echo(f"{len(found)} answers of {touched} students changed.", err=True)
        write_and_tell(job, problems, marked, target)


def _show(found: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from derive.course.collate import points_text

    if not found:
        return
    table = Table(box=None, pad_edge=False)
    for name in ("student", "part", "was", "points", "would be", "points", "read as"):
        table.add_column(name, overflow="fold")
    for c in found[:MAX_ROWS]:
        was, new = c["was"] or {}, c["now"] or {}
        table.add_row(escape(c["student"]), f"{c['problem']}#{c['part']}", was.get("verdict", "–"), points_text(was.get("points")), new.get("verdict", "–"),
                      points_text(new.get("points")), escape(str(c["read_as"])))
    console().print(table)
    if len(found) > MAX_ROWS:
        click.echo(f"and {len(found) - MAX_ROWS} more (--json lists all)", err=True)
