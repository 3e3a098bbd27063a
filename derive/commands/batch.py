"""derive batch: grade a JSONL file of answers."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import click

from derive.commands.common import clear_errors, open_for_writing, progress
from derive.errors import UsageError


@click.command()
@click.argument("path")
@click.argument("source", type=click.Path(dir_okay=False), metavar="IN.jsonl")
@click.argument("target", type=click.Path(dir_okay=False), metavar="OUT.jsonl")
@click.option("--timing", is_flag=True, help="Add the seconds each answer took (the output then differs from run to run).")
@clear_errors
def batch(path: str, source: str, target: str, timing: bool) -> None:
    """Grade many answers: lines {"id","problem","part","answer"} -> one grade a line, in the same order.

    A line that is no JSON object, or names no known part, gets an unreadable grade; the rest is graded.
    """
    from derive.grading.many import grade_many
    from derive.problem.load import load_all

    problems = {p.id: p for p in load_all([path])}
    file = Path(source)
    if not file.is_file():
        raise UsageError(source, "there is no such file.", "Name a JSONL file of answers, one object a line.")
    lines = [line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    counts: dict[str, int] = {}
    with progress(len(lines), "grading") as bar, open_for_writing(target) as out:
        task = bar.add_task("", total=len(lines))
        started = time.perf_counter()
        for g in grade_many(map(_item, lines), problems):
            data = g.to_dict()
            if timing:
                now = time.perf_counter()
                data["seconds"] = round(now - started, 6)
                started = now
            out.write(json.dumps(data, ensure_ascii=False) + "\n")
            counts[g.verdict.value] = counts.get(g.verdict.value, 0) + 1
            bar.advance(task)
    said = ", ".join(f"{n} {v}" for v, n in sorted(counts.items()))
    click.echo(f"{len(lines)} answers graded: {said or 'none'}. Wrote {target}.", err=True)


def _item(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return {"answer": None, "why": "The line is no JSON."}
    return item if isinstance(item, dict) else {"answer": None, "why": "The line is no JSON object."}
