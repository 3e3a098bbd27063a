"""The command line. Data on stdout, progress and messages on stderr.

Exit codes: check 1 if any part falls; answer 0 only for correct; batch, transcript 0 when everything
was processed; 2 for bad usage or a spec or file that cannot be read.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derive import __version__
from derive.errors import DeriveError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from derive.derivation.certificate import Certificate
    from derive.derivation.steps import Outcome
    from derive.problem.model import Problem

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    # Piped output is not cut at a terminal's width.
    wide = None if sys.stdout.isatty() or stderr else 200
    return Console(stderr=stderr, width=wide, highlight=False, soft_wrap=False)


def _clear_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """One message and exit code 2 for what the user can mend; no traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DeriveError as err:
            click.echo(f"error: {err}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            sys.exit(0)

    return run


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="derive")
def main() -> None:
    """Derive, certify and grade closed-form answers to optimisation and machine-learning-theory problems.

    PATH is a spec (.toml), a folder of specs, or the name of an installed set such as cs182-hw2.
    """


def _progress(total: int, label: str) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=_console(stderr=True),
                    transient=True, disable=not sys.stderr.isatty() or total < 2)


def _derived(problems: list[Problem], seconds: float) -> Iterator[tuple[Problem, Outcome, Certificate | None]]:
    from derive.derivation.certify import certify
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation

    total = sum(len(p.parts) for p in problems)
    with _progress(total, "deriving and certifying") as bar:
        task = bar.add_task("", total=total)
        for problem in problems:
            for part in problem.parts:
                outcome = solve(problem, part, seconds)
                yield problem, outcome, certify(outcome) if isinstance(outcome, Derivation) else None
                bar.advance(task)


DEADLINE = click.option("--deadline", "seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, metavar="SECONDS",
                        help="Clock for the derivation of one part; past it the part is reported as open, not as wrong.")


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a part instead of a table.")
@click.option("--certificates", type=click.Path(file_okay=False), metavar="DIR", help="Write the certificate of every certified part to DIR/PROBLEM.PART.json.")
@click.option("--stress", type=click.IntRange(min=1), metavar="N", help="Then grade N generated right forms and N near misses of every part.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Processes for --stress; the results are the same.")
@DEADLINE
@_clear_errors
def check(paths: tuple[str, ...], as_json: bool, certificates: str | None, stress: int | None, workers: int, seconds: float) -> None:
    """Derive and certify every part of every spec below PATH.

    Exit code 1 if a part is not derived or a check of its certificate fails; with --stress also if a
    right form is refused or a near miss accepted. `derive verify` checks the written certificates again.
    """
    from derive.problem.load import load_all
    from derive.reports.key import key_data
    from derive.reports.terminal import check_table

    problems = load_all(paths)
    rows = list(_derived(problems, seconds))
    if as_json:
        for problem, outcome, certificate in rows:
            click.echo(json.dumps(key_data(problem, [(outcome, certificate)])["parts"][0], ensure_ascii=False))
    else:
        _console().print(check_table([(p.id, o.part.id, o, c) for p, o, c in rows]))
    fallen = [f"{p.id}#{o.part.id}" for p, o, c in rows if c is None or not c.holds]
    click.echo(f"{len(rows) - len(fallen)} of {len(rows)} parts certified." + (f" Not: {', '.join(fallen)}." if fallen else ""), err=True)
    if certificates:
        _write_certificates(certificates, rows)
    unsound = _stressed(problems, stress, as_json, workers) if stress else 0
    sys.exit(1 if fallen or unsound else 0)


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
            with _open_for_writing(str(Path(folder) / f"{problem.id}.{outcome.part.id}.json")) as out:
                out.write(certificate_text(outcome, certificate))
            written += 1
    click.echo(f"wrote {written} certificates to {folder}", err=True)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False), metavar="CERTIFICATE.json...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a certificate.")
@_clear_errors
def verify(files: tuple[str, ...], as_json: bool) -> None:
    """Check certificates again, from their files alone: no rule is used, and no spec is looked up.

    Exit code 1 if a check fails, or if recorded evidence does not come out again as strongly.
    """
    from derive.derivation.certificate_file import read_certificate, recheck
    from derive.reports.recheck import print_recheck

    fallen = 0
    for file in files:
        found = recheck(read_certificate(file), Path(file).name)
        fallen += not found.holds
        if as_json:
            click.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        else:
            print_recheck(_console(), file, found)
    sys.exit(1 if fallen else 0)


def _stressed(problems: list[Problem], count: int, as_json: bool, workers: int) -> int:
    """Run the question tests and print them; the number of parts on which they found something."""
    from derive.grading.stress.run import stress_files
    from derive.grading.stress.show import report_text

    total = sum(len(p.parts) for p in problems)
    reports = []
    with _progress(total, "question tests") as bar:
        task = bar.add_task("", total=total)
        for found in stress_files([str(p.path) for p in problems], count, workers):
            reports += found
            bar.advance(task, len(found))
            if not sys.stderr.isatty():  # no bar: a line for each spec
                click.echo(f"question tests: {len(reports)} of {total} parts, {found[0].problem}", err=True)
    if as_json:
        for r in reports:
            click.echo(json.dumps({"stress": r.to_dict()}, ensure_ascii=False))
    else:
        click.echo(report_text(reports))
    said = f"{sum(r.forms_tried for r in reports)} right forms, {sum(len(r.refused) for r in reports)} refused; "
    said += f"{sum(r.misses_tried for r in reports)} near misses, {sum(len(r.accepted) for r in reports)} accepted."
    click.echo(said, err=True)
    return sum(not r.clean for r in reports)


@main.command()
@click.argument("path")
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True, help="Markdown or JSON.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file instead of stdout.")
@DEADLINE
@_clear_errors
def key(path: str, form: str, output: str | None, seconds: float) -> None:
    """Write the answer key: statement, derivation step by step, answer, certificate.

    A folder gives the keys of all its problems, one after another.
    """
    from derive.problem.load import load_all
    from derive.reports.key import key_data, key_markdown

    problems = load_all([path])
    rows = list(_derived(problems, seconds))
    grouped = [(p, [(o, c) for q, o, c in rows if q is p]) for p in problems]
    if form == "json":
        data = [key_data(p, parts) for p, parts in grouped]
        text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2) + "\n"
    else:
        text = "\n".join(key_markdown(p, parts) for p, parts in grouped)
    if output:
        with _open_for_writing(output) as out:
            out.write(text)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text, nl=False)


def _problem_and_part(target: str) -> tuple[Problem, str]:
    from derive.problem.load import find, load_all

    path, _, part = target.partition("#")
    problems = load_all([path]) if Path(path).exists() else []
    if not problems:
        name, _, problem_id = path.rpartition("/")
        try:
            problems = load_all([path])
        except UsageError:
            problems = [p for p in load_all([name] if name else _every_set()) if p.id == problem_id]
            if not problems:
                find(path)
    if len(problems) > 1:
        raise UsageError(target, "several problems stand there.", f"Name one: {', '.join(p.id for p in problems)}.")
    problem = problems[0]
    if not part and len(problem.parts) > 1:
        raise UsageError(target, "which part?", f"Write {path}#PART. Parts: {', '.join(p.id for p in problem.parts)}.")
    return problem, part or problem.parts[0].id


def _introduce(problem: Problem) -> None:
    """Tell the problem of its neighbours in its folder; a neighbour that cannot be read is left out."""
    from derive.grading.diagnosis.siblings import introduce
    from derive.problem.load import find, load

    others = []
    for file in find(problem.path.parent) if problem.path else []:
        try:
            others.append(load(file))
        except DeriveError:
            continue
    introduce([problem, *(p for p in others if p.id != problem.id)])


def _every_set() -> list[str]:
    from derive.problem.load import installed_sets

    return [d.name for d in installed_sets().iterdir() if d.is_dir()] if installed_sets().is_dir() else []


# A formula may begin with a minus sign: only long options are options here.
FORMULA = {**CONTEXT, "help_option_names": ["--help"], "ignore_unknown_options": True}


@main.command(context_settings=FORMULA)
@click.argument("target", metavar="PATH#PART")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="The grade as one JSON object.")
@click.option("--no-certify", is_flag=True, help="Skip the numerical check of the key (faster; the key is only derived).")
@click.option("--read-only", is_flag=True, help="Show what was read, without a verdict (a student's preview).")
@_clear_errors
def answer(target: str, text: str, as_json: bool, no_certify: bool, read_only: bool) -> None:
    """Grade one answer. TEXT is LaTeX, Unicode, plain or Python; '-' reads stdin.

    Exit code 0 only for a correct answer.
    """
    from derive.grading.grade import grade, preview
    from derive.grading.verdict import Verdict
    from derive.reports.terminal import print_grade

    problem, part = _problem_and_part(target)
    if text == "-":
        text = sys.stdin.read()
    if read_only:
        found = preview(problem, part, text)
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(found["read_as"] or [found["problem"]]))
        sys.exit(0 if found["read_as"] else 1)
    _introduce(problem)
    g = grade(problem, part, text, certified=not no_certify)
    if as_json:
        click.echo(json.dumps(g.to_dict(), ensure_ascii=False))
    else:
        print_grade(_console(), g)
    sys.exit(0 if g.verdict is Verdict.CORRECT else 1)


@main.command()
@click.argument("path")
@click.argument("source", type=click.Path(dir_okay=False), metavar="IN.jsonl")
@click.argument("target", type=click.Path(dir_okay=False), metavar="OUT.jsonl")
@click.option("--timing", is_flag=True, help="Add the seconds each answer took (the output then differs from run to run).")
@_clear_errors
def batch(path: str, source: str, target: str, timing: bool) -> None:
    """Grade many answers: lines {"id","problem","part","answer"} -> one grade a line, in the same order.

    A line that is no JSON object, or names no known part, gets an unreadable grade; the rest is graded.
    """
    from derive.grading.grade import grade_many
    from derive.problem.load import load_all

    problems = {p.id: p for p in load_all([path])}
    file = Path(source)
    if not file.is_file():
        raise UsageError(source, "there is no such file.", "Name a JSONL file of answers, one object a line.")
    lines = [line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    counts: dict[str, int] = {}
    with _progress(len(lines), "grading") as bar, _open_for_writing(target) as out:
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


def _open_for_writing(path: str) -> Any:
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as err:
        raise UsageError(path, f"this cannot be written: {err.strerror}.", "Name a file in a folder that exists and may be written to.") from None


def _item(line: str) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return {"answer": None, "why": "The line is no JSON."}
    return item if isinstance(item, dict) else {"answer": None, "why": "The line is no JSON object."}


@main.command()
@click.argument("path")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a conversation instead of tables.")
@_clear_errors
def transcript(path: str, files: tuple[str, ...], as_json: bool) -> None:
    """Judge conversations turn by turn: the grade of each final answer, and every mathematical claim on the way."""
    from derive.problem.load import load_all
    from derive.reports.terminal import claims_table, transcript_table
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.read import read_transcript

    problems = load_all([path])
    for file in files:
        verdict = judge_transcript(read_transcript(file), problems)
        if as_json:
            click.echo(json.dumps(verdict.to_dict(), ensure_ascii=False))
        else:
            _console().print(transcript_table(verdict))
            _console().print(claims_table(verdict))
            for said in verdict.lost:
                click.echo(f"note: {said}", err=True)
        if not any(t.answers for t in verdict.turns):
            click.echo(f"{file}: no turn answers a part of {path}.", err=True)


# No -h here: -(a/h)*x is a formula.
@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("a")
@click.argument("b")
@click.option("--where", default="", metavar="TEXT", help="Types of symbols: 'x: positive, A: matrix(n,n), a: vector(n), n: integer'.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON object.")
@_clear_errors
def compare(a: str, b: str, where: str, as_json: bool) -> None:
    """Decide whether two formulas, sets, equations or conditions are equal.

    A letter that --where leaves out is a real scalar. Exit code 0 only for equal.
    """
    from derive.grading.compare import compare as compare_texts

    c = compare_texts(a, b, where)
    if as_json:
        click.echo(json.dumps(c.to_dict(), ensure_ascii=False))
    else:
        click.echo(f"{c.verdict}  {c.strength}".rstrip())
        if c.left or c.right:
            click.echo(f"  left     {c.left}\n  right    {c.right}")
        click.echo("  because  " + c.reason.replace("\n", "\n    "))
    sys.exit(0 if c.verdict == "equal" else 1)
