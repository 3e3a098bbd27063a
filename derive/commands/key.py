"""derive key: the answer key with its derivation."""

from __future__ import annotations

import json

import click

from derive.commands.common import DEADLINE, clear_errors, derived, end_refuted
from derive.commands.papers import FORMATS, OUTPUT, PICTURES, SEED, figures_of, seeded, write_papers, write_text


@click.command()
@click.argument("path")
@click.option("--format", "form", type=click.Choice([*FORMATS, "pdf", "json"]), default="md", show_default=True,
              help="Markdown, one self-contained HTML page, LaTeX, PDF (by an installed Chromium), or JSON.")
@OUTPUT
@SEED
@PICTURES
@click.option("--mistakes/--no-mistakes", default=True, help="Typical mistakes with their diagnosis (on by default).")
@DEADLINE
@clear_errors
def key(path: str, form: str, output: str | None, seed: str | None, pictures: bool | None, mistakes: bool, seconds: float) -> None:
    """Write the answer key: statement, derivation step by step, answer, certificate, typical mistakes, pictures.

    A folder gives the keys of all its problems, one after another. --seed gives the key of one student's variant.
    Exit code 1 where a derivation is refuted by its certificate: such a part has no answer.
    """
    from derive.problem.load import load_all
    from derive.reports.key import key_data, key_document

    problems = seeded(load_all([path]), seed)
    rows = list(derived(problems, seconds))
    grouped = [(p, [(o, c) for q, o, c in rows if q is p]) for p in problems]
    if form == "json":
        data = [key_data(p, parts) for p, parts in grouped]
        write_text(json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2) + "\n", output)
        end_refuted(rows)
        return
    drawn = figures_of([(p, [o for o, _ in parts]) for p, parts in grouped], form, output, pictures)
    write_papers([key_document(p, parts, mistakes, drawn.get(p.id)) for p, parts in grouped], form, output)
    end_refuted(rows)
