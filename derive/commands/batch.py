"""derive batch: grade a JSONL file of answers."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from derive.commands.common import clear_errors, open_for_writing, progress
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.grading.engines.lines import Engine, Make
    from derive.problem.model import Problem


@click.command()
@click.argument("path")
@click.argument("source", type=click.Path(dir_okay=False), metavar="IN.jsonl")
@click.argument("target", type=click.Path(dir_okay=False), metavar="OUT.jsonl")
@click.option("--workers", type=click.IntRange(1, 1024), metavar="N", help="Processes (default 1; with Ray every core). The output is the same.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Processes of this machine, or tasks of a Ray cluster.")
@click.option("--ray-address", metavar="ADDRESS", help="A running cluster (default: RAY_ADDRESS, or Ray is started here).")
@click.option("--no-memo", is_flag=True, help="Judge equal answers each time.")
@click.option("--proof", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
              help="Prove right answers by their normal form where that is cheap, by SymPy too, or measure them.")
@click.option("--timing", is_flag=True, help="Add the seconds each answer took (the output then differs from run to run).")
@clear_errors
def batch(path: str, source: str, target: str, workers: int | None, engine: str, ray_address: str | None, no_memo: bool, proof: str, timing: bool) -> None:
    """Grade many answers: lines {"id","problem","part","answer"} -> one grade a line, in the same order.

    A line that is no JSON object, or names no known part, gets an unreadable grade; one that brings its worker down, an undecided
    one; the rest is graded. '-' for IN.jsonl reads stdin. Memory does not grow with the number of lines.

    What is written stands in OUT.jsonl.part until it is whole: the same command goes on where an interrupted one ended.
    """
    from derive.grading.engines.lines import line_grader
    from derive.problem.load import load_all

    problems = load_all([path])
    if source != "-" and not Path(source).exists():
        raise UsageError(source, "there is no such file.", "Name a JSONL file of answers, one object a line.")
    if source != "-" and Path(target).is_file() and Path(target).samefile(source):
        raise UsageError(target, "this is the file of answers itself.", "Name another file for the grades.")
    if ray_address and engine != "ray":
        raise UsageError("--ray-address", "this is for --engine ray.", "Add --engine ray, or leave it out.")
    run = _engine(engine, line_grader(problems, not no_memo, timing, proof), workers, ray_address)
    counts = _written(run, problems, source, target, f"{no_memo} {timing} {proof}")
    said = ", ".join(f"{n} {v}" for v, n in sorted(counts.items()))
    click.echo(f"{sum(counts.values())} answers graded: {said or 'none'}. Wrote {target}.", err=True)


def _engine(name: str, make: Make, workers: int | None, address: str | None) -> Engine:
    from derive.grading.engines.lines import here, in_workers

    if name == "ray":
        from derive.grading.engines.ray_tasks import on_ray

        return on_ray(make, workers, address)
    return here(make) if workers in (None, 1) else in_workers(make, workers or 1)


def _written(run: Engine, problems: list[Problem], source: str, target: str, options: str) -> Counter[str]:
    """Grade the lines of a file into another; the verdicts by their number."""
    from derive.grading.engines.lines import lines_of
    from derive.grading.engines.partial import Partial, run_digest
    from derive.grading.engines.workers import batched, beside
    from derive.grading.many import BATCH

    plain = not Path(target).exists() or Path(target).is_file()
    if not plain:  # a pipe, a terminal: written to as it is
        with open_for_writing(target) as out, _opened(source) as file:
            counts: Counter[str] = Counter()
            for grades in run(batched(lines_of(file), BATCH)):
                out.writelines(f"{text}\n" for _, text in grades)
                counts.update(verdict for verdict, _ in grades)
            return counts
    whole = _count(source) if sys.stderr.isatty() and source != "-" and Path(source).is_file() else 0
    with _opened(source) as file, Partial(Path(target), run_digest(problems, options)) as out, progress(whole, "grading") as bar:

        def lines() -> Iterator[str]:
            if source != "-":
                file.seek(0)
            return lines_of(file)

        left = out.start(lines, resume=source != "-" and Path(source).is_file())
        task = bar.add_task("", total=whole, completed=out.done)
        if out.done:
            click.echo(f"{out.done} answers were graded before; going on after them.", err=True)
        for batch, grades in beside(run, batched(left, BATCH)):
            out.write(batch, grades)
            bar.update(task, completed=out.done)
        return out.counts


def _opened(source: str) -> AbstractContextManager[IO[str]]:
    return nullcontext(sys.stdin) if source == "-" else open(source, encoding="utf-8", errors="replace")


def _count(source: str) -> int:
    """Roughly the number of lines, for the bar."""
    with open(source, "rb") as f:
        return sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 20), b""))
