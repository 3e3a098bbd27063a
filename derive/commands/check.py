"""derive check: derive and certify every part, write certificates, run the question tests."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import DEADLINE, clear_errors, console, derived, open_for_writing, progress
from derive.errors import DeriveError, UsageError

if TYPE_CHECKING:
    from derive.derivation.certificate import Certificate
    from derive.derivation.steps import Outcome
    from derive.problem.model import Problem


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a part instead of a table.")
@click.option(
    "--certificates", type=click.Path(file_okay=False), metavar="DIR", help="Write the certificate of every certified part to DIR/PROBLEM.PART.json."
)
@click.option("--stress", type=click.IntRange(min=1), metavar="N", help="Then grade N generated right forms and N near misses of every part.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="N", help="Which draw --stress takes its answers from; another seed gives other answers.")
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Processes for --stress; the results are the same."
)
@click.option("--watch", "watched", is_flag=True, help="Check again whenever a file changes, until Ctrl-C.")
@DEADLINE
@clear_errors
def check(paths: tuple[str, ...], as_json: bool, certificates: str | None, stress: int | None, seed: int, workers: int, watched: bool, seconds: float) -> None:
    """Derive and certify every part of every spec below PATH.

    Exit code 1 if a part is not derived or a check of its certificate fails; with --stress also if a
    right form is refused or a near miss accepted; 2 if a spec cannot be read (the others are checked all
    the same). `derive verify` checks the written certificates again.
    """
    from derive.problem.load import load_each

    if watched:
        if certificates or stress:
            raise UsageError("--watch", "it only checks.", "Leave --stress and --certificates out, or run them without --watch.")
        _watch(paths, as_json, seconds)
        return
    problems, bad = load_each(paths)
    for err in bad:
        click.echo(f"error: {err}", err=True)
    if not problems:
        sys.exit(2 if bad else 0)
    rows, fallen = _checked(problems, as_json, seconds)
    if certificates:
        _write_certificates(certificates, rows)
    unsound = _stressed(problems, stress, as_json, workers, seed) if stress else 0
    sys.exit(2 if bad else 1 if fallen or unsound else 0)


def _checked(problems: list[Problem], as_json: bool, seconds: float) -> tuple[list[tuple[Problem, Outcome, Certificate | None]], list[str]]:
    """What was derived of every part, printed, and the names of those that fell."""
    from derive.reports.key import key_data
    from derive.reports.terminal import check_table

    rows = list(derived(problems, seconds))
    if as_json:
        for problem, outcome, certificate in rows:
            click.echo(json.dumps(key_data(problem, [(outcome, certificate)])["parts"][0], ensure_ascii=False))
    else:
        console().print(check_table([(p.id, o.part.id, o, c) for p, o, c in rows]))
    fallen = [f"{p.id}#{o.part.id}" for p, o, c in rows if c is None or not c.holds]
    click.echo(f"{len(rows) - len(fallen)} of {len(rows)} parts certified." + (f" Not: {', '.join(fallen)}." if fallen else ""), err=True)
    for p in problems:
        if p.variants:
            click.echo(f"note: {p.id} draws its parameters; this is one of its variants. `derive variants {p.path} --all` checks them all.", err=True)
    return rows, fallen


def _watch(paths: tuple[str, ...], as_json: bool, seconds: float) -> None:
    """Check what there is, then every file that changes; a spec that cannot be read is a message, and the watch goes on."""
    from derive.commands.watching import stamps, watch
    from derive.problem.load import find, load

    for p in paths:
        find(p)  # a path that does not exist is an error at once

    def look(files: list[Path]) -> None:
        click.echo(f"-- {time.strftime('%H:%M:%S')} " + ", ".join(f.name for f in files[:6]) + (" ..." if len(files) > 6 else ""), err=True)
        problems = []
        for f in files:
            try:
                problems.append(load(f))
            except DeriveError as err:
                click.echo(f"error: {err}", err=True)
        if problems:
            _checked(problems, as_json, seconds)

    before = stamps(paths)
    look(sorted(before))
    click.echo("Watching; Ctrl-C ends it.", err=True)
    with suppress(KeyboardInterrupt):
        watch(paths, look, before)


def _write_certificates(folder: str, rows: list[tuple[Problem, Outcome, Certificate | None]]) -> None:
    """One file a certified part; what is not certified has none."""
    from derive.derivation.certificate_file import certificate_text
    from derive.derivation.steps import Derivation

    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise UsageError(folder, f"this folder cannot be made: {err.strerror}.", "Name a folder that may be written to.") from None
    written = 0
    for problem, outcome, certificate in rows:
        if isinstance(outcome, Derivation) and certificate is not None and certificate.holds:
            with open_for_writing(str(Path(folder) / f"{problem.id}.{outcome.part.id}.json")) as out:
                out.write(certificate_text(outcome, certificate))
            written += 1
    click.echo(f"wrote {written} certificates to {folder}", err=True)


def _stressed(problems: list[Problem], count: int, as_json: bool, workers: int, seed: int) -> int:
    """Run the question tests and print each spec's figures as they come; the number of parts on which they found something."""
    from derive.grading.stress.report import totals, totals_text
    from derive.grading.stress.run import stress_files
    from derive.grading.stress.show import findings, heading, line

    names = [f"{p.id}#{part.id}" for p in problems for part in p.parts]
    out = sys.stdout  # a bar takes sys.stdout for itself while it is shown

    def say(text: str) -> None:
        click.echo(text, file=None if out.isatty() else out)

    reports = []
    if not as_json:
        say(heading(names))
    with progress(len(names), "question tests") as bar:
        task = bar.add_task("", total=len(names))
        for found in stress_files([str(p.path) for p in problems], count, workers, seed):
            reports += found
            for r in found:
                if as_json:
                    say(json.dumps({"stress": r.to_dict()}, ensure_ascii=False))
                else:
                    for text in (line(r, names), *findings(r)):
                        say(text)
            bar.advance(task, len(found))
            if not sys.stderr.isatty():  # no bar: a line for each spec
                click.echo(f"question tests: {len(reports)} of {len(names)} parts, {found[0].problem}", err=True)
    whole = totals(reports)
    if as_json:
        say(json.dumps({"stress_totals": {"seed": seed, "wanted": count, **whole}}, ensure_ascii=False))
    click.echo(totals_text(whole), err=True)
    return sum(not r.clean for r in reports)
