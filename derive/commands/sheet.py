"""derive sheet: the questions without the answers."""

from __future__ import annotations

import click

from derive.commands.common import clear_errors
from derive.commands.papers import FORMATS, OUTPUT, SEED, seeded, write_papers


@click.command()
@click.argument("path")
@click.option("--format", "form", type=click.Choice([*FORMATS, "pdf"]), default="md", show_default=True, help="Markdown, one HTML page, LaTeX, or PDF.")
@OUTPUT
@SEED
@click.option("--room/--no-room", default=True, help="Room for handwriting under each question (on by default).")
@click.option("--source", is_flag=True, help="Name the source of each problem at its foot.")
@clear_errors
def sheet(path: str, form: str, output: str | None, seed: str | None, room: bool, source: bool) -> None:
    """Write the student's sheet: statement, questions and points, no answers.

    --seed gives the sheet of one student; `derive variants` writes one for everyone on a roster.
    """
    from derive.problem.load import load_all
    from derive.reports.sheet import sheet_document

    write_papers([sheet_document(p, room, source) for p in seeded(load_all([path]), seed)], form, output)
