"""derive guide: how to mark."""

from __future__ import annotations

import click

from derive.commands.common import DEADLINE, clear_errors, derived, end_refuted, progress
from derive.commands.papers import FORMATS, OUTPUT, SEED, seeded, write_papers


@click.command()
@click.argument("path")
@click.option("--format", "form", type=click.Choice([*FORMATS, "pdf"]), default="md", show_default=True, help="Markdown, one HTML page, LaTeX, or PDF.")
@OUTPUT
@SEED
@DEADLINE
@clear_errors
def guide(path: str, form: str, output: str | None, seed: str | None, seconds: float) -> None:
    """Write the marking guide: answers, other forms that are right, partial credit, typical mistakes.

    Exit code 1 where a derivation is refuted by its certificate: such a part has no answer.
    """
    from derive.problem.load import load_all
    from derive.reports.guide import guide_document

    problems = seeded(load_all([path]), seed)
    rows = list(derived(problems, seconds))
    docs = []
    with progress(len(problems), "writing guides") as bar:
        task = bar.add_task("", total=len(problems))
        for p in problems:
            docs.append(guide_document(p, [(o, c) for q, o, c in rows if q is p]))
            bar.advance(task)
    write_papers(docs, form, output)
    end_refuted(rows)
