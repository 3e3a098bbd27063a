"""derive key: the answer key with its derivation."""

from __future__ import annotations

import json

import click

from derive.commands.common import DEADLINE, clear_errors, derived, open_for_writing


@click.command()
@click.argument("path")
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True, help="Markdown or JSON.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file instead of stdout.")
@DEADLINE
@clear_errors
def key(path: str, form: str, output: str | None, seconds: float) -> None:
    """Write the answer key: statement, derivation step by step, answer, certificate.

    A folder gives the keys of all its problems, one after another.
    """
    from derive.problem.load import load_all
    from derive.reports.key import key_data, key_markdown

    problems = load_all([path])
    rows = list(derived(problems, seconds))
    grouped = [(p, [(o, c) for q, o, c in rows if q is p]) for p in problems]
    if form == "json":
        data = [key_data(p, parts) for p, parts in grouped]
        text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2) + "\n"
    else:
        text = "\n".join(key_markdown(p, parts) for p, parts in grouped)
    if output:
        with open_for_writing(output) as out:
            out.write(text)
        click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text, nl=False)
