"""derive export: autograders, cells and tables for other systems."""

from __future__ import annotations

from pathlib import Path

import click

from derive.commands.common import clear_errors
from derive.commands.grade import FEEDBACK
from derive.errors import UsageError

FORMATS = ("gradescope", "prairielearn", "nbgrader", "moodle", "canvas")


@click.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("path")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), metavar="FILE", help="The file to write.")
@FEEDBACK
@click.option("--visibility", type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]), default="visible", show_default=True, help="Of the tests, for gradescope.")
@click.option("--image", default="python:3.12", show_default=True, metavar="NAME", help="Of the container, for prairielearn.")
@click.option("--specs-at", metavar="FOLDER", help="Where the specs lie on the machine that marks, for nbgrader (default: where they are now).")
@click.option("--title", default="Homework", show_default=True, metavar="TEXT", help="Of the column, for moodle and canvas.")
@clear_errors
def export(form: str, path: str, output: str, feedback: str | None, visibility: str, image: str, specs_at: str | None, title: str) -> None:
    """Write FORMAT for the specs of PATH, or, for moodle and canvas, for the graded folder PATH.

    \b
    gradescope    the zip of an autograder          prairielearn  the zip of questions with an external grader
    nbgrader      a notebook with autograded cells  moodle, canvas  a CSV of grades
    Where students see feedback at once it is a hint unless --feedback says otherwise: full feedback gives the key away.
    A part whose derivation its certificate refutes is an error: nothing may be marked by it.
    """
    data = _table(form, path, title) if form in ("moodle", "canvas") else _package(form, path, feedback or "hint", visibility, image, specs_at)
    try:
        Path(output).write_bytes(data)
    except OSError as err:
        raise UsageError(output, f"this cannot be written: {err.strerror}.", "Name a file in a folder that exists and may be written to.") from None
    click.echo(f"wrote {output}", err=True)


def _table(form: str, path: str, title: str) -> bytes:
    from derive.course.exports import platforms
    from derive.course.folder import read_records, read_run

    read_run(Path(path))
    return {"moodle": platforms.moodle, "canvas": platforms.canvas}[form](read_records(Path(path)), title)


def _package(form: str, path: str, feedback: str, visibility: str, image: str, specs_at: str | None) -> bytes:
    from derive.problem.load import load_all
    from derive.reports.refuted import no_refuted_part

    problems = load_all([path])
    no_refuted_part(problems)
    if form == "gradescope":
        from derive.course.exports.gradescope import autograder

        return autograder(problems, feedback=feedback, visibility=visibility)
    if form == "prairielearn":
        from derive.course.exports.prairielearn import questions

        return questions(problems, feedback=feedback, image=image)
    from derive.course.exports.nbgrader import notebook

    specs = [(Path(specs_at) / p.path.name).as_posix() if specs_at else str(p.path) for p in problems if p.path is not None]
    return notebook(problems, specs, feedback).encode()
