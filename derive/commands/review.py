"""derive review: what waits for a person in a graded folder, and their decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import clear_errors, console
from derive.commands.grade import tell
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.course.collate import Record
    from derive.course.decisions import Decision
    from derive.course.statistics import Waiting


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--set", "clusters", type=(str, str), multiple=True, metavar="CLUSTER CREDIT", help="Give all equal answers a share of their points: 0.5 or 50%.")
@click.option("--student", "students", type=(str, str, str), multiple=True, metavar="STUDENT PART CREDIT", help="Give one student's answer to PART (its id, PROBLEM#PART, or all that waits) a share.")
@click.option("--read", "filled", type=click.Path(), metavar="FILE.csv", help="Take the credits that were filled in in a copy of review.csv.")
@click.option("--says", default="", metavar="TEXT", help="What the students are told about it.")
@click.option("--by", default="", metavar="NAME", help="Who decided.")
@click.option("--all", "everything", is_flag=True, help="Also list answers that are scored, but worth a look.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a group of equal answers.")
@clear_errors
def review(folder: str, clusters: tuple[tuple[str, str], ...], students: tuple[tuple[str, str, str], ...], filled: str | None, says: str, by: str,
           everything: bool, as_json: bool) -> None:
    """List the answers that wait for a person, equal ones together, or decide on them.

    Decisions are kept in DIR/decisions.toml, which you may edit; they hold for a regrade, too.
    """
    from derive.course.decisions import Decision, add_decisions
    from derive.course.folder import read_records, read_run, records_of, stated_elsewhere
    from derive.course.log import only_run
    from derive.course.statistics import statistics
    from derive.course.tables import filled_in, share
    from derive.reports.course_folder import write_folder

    target = Path(folder)
    job, _ = read_run(target)
    records = read_records(target)
    waiting = list(statistics(records).waiting)
    known = {w.cluster: w for w in waiting}
    made: list[Decision] = []
    for cluster, credit in clusters:
        at = known.get(cluster) or _anywhere(records, cluster)
        if at is None:
            raise UsageError(folder, f"no answers are called '{cluster}'.", "Take the name from `derive review` or review.csv.")
        problem, part, text = (at.problem, at.part, at.text) if not isinstance(at, dict) else (at["problem"], at["part"], at["text"])
        made.append(Decision(problem, part, share(credit, "--set"), says, cluster=cluster, answer=text[:2000], by=by))
    for student, part_name, credit in students:
        for p in _answers_of(records, student, part_name):
            made.append(Decision(p["problem"], p["part"], share(credit, "--student"), says, student=student, cluster=p["cluster"], answer=p["text"][:2000], by=by))
    if filled is not None:
        made += filled_in(filled, known, by)
    if not made:
        _list(waiting if everything else [w for w in waiting if w.must], as_json, len(waiting))
        return
    with only_run(target):
        add_decisions(target, made)
        problems = job.problems()
        click.echo(f"{len(made)} decision{'s' if len(made) > 1 else ''} kept in {target / 'decisions.toml'}.", err=True)
        if stated_elsewhere(target, problems):
            click.echo(f"The specs have changed since: `derive regrade {folder} --write` takes the decisions in.", err=True)
            return
        records = records_of(target, job, problems)
        stats = write_folder(target, records, problems, level=job.feedback, rostered=job.roster is not None, about=job.about(target, problems))
    tell(records, stats, target)


def _anywhere(records: list[Record], cluster: str) -> dict[str, str] | None:
    return next((p for r in records for p in r["parts"] if p["cluster"] == cluster), None)


def _answers_of(records: list[Record], student: str, part: str) -> list[dict[str, str]]:
    """The part of a student that a name means; 'all': all that points wait for."""
    record = next((r for r in records if r["student"] == student), None)
    if record is None:
        raise UsageError(student, "there is no such student in this folder.", "Take the id from grades.csv.")
    names = ", ".join(f"{p['problem']}#{p['part']}" for p in record["parts"])
    if part == "all":
        waiting = [p for p in record["parts"] if p["points"] is None]
        if not waiting:
            raise UsageError(student, f"nothing of {student} waits for a person.", f"To change what is scored, name a part: {names}." if names else "Nothing was handed in.")
        return waiting
    found: list[dict[str, str]] = [p for p in record["parts"] if part in (p["part"], f"{p['problem']}#{p['part']}", p["number"])]
    if len(found) != 1:
        raise UsageError(part, "this names no part, or several." if record["parts"] else "nothing was handed in.", f"Parts: {names}." if names else "")
    return found


def _list(waiting: list[Waiting], as_json: bool, total: int) -> None:
    from dataclasses import asdict

    from rich.markup import escape
    from rich.table import Table

    from derive.course.statistics import folded

    if as_json:
        for w in waiting:
            click.echo(json.dumps(asdict(w), ensure_ascii=False))
        return
    if not waiting:
        click.echo("No points wait for a person." + (f" {total} groups of answers are worth a look (--all)." if total else ""), err=True)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("cluster", "part", "count", "verdict", "answer", "why"):
        table.add_column(name, overflow="fold")
    for group in folded(waiting):
        w = group[0]
        text = " ".join((w.read_as or w.text).split())
        single = len(group) == 1
        table.add_row(w.cluster if single else "", f"{w.problem}#{w.part}" if single else f"{w.students[0]}: {' '.join(x.number for x in group)}", str(len(w.students)),
                      w.verdict, escape(text[:120]), escape(w.reason.split("\n")[0]))
    console().print(table)
    click.echo("Decide with: derive review DIR --set CLUSTER CREDIT, or --student STUDENT PART CREDIT (PART may be 'all') [--says TEXT]", err=True)
