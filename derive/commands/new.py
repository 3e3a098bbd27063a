"""derive new: a spec to start from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from derive.commands.common import clear_errors
from derive.errors import UsageError

KINDS = {
    "program": "an optimum with constraints, and its value", "iteration": "where an iteration converges, and for which steps",
    "schedule": "messages that are counted", "gradient": "matrix calculus", "likelihood": "maximum likelihood and posterior modes",
    "sizes": "parameters and operations of a model", "variants": "a problem with other numbers for each student",
}
_HELP = "What it starts from: " + "; ".join(f"{k}: {v}" for k, v in KINDS.items()) + "."


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), default="program", show_default=True, help=_HELP)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--schema/--no-schema", default=True, help="Also write derive-spec.schema.json beside it, by which editors complete it (on by default).")
@clear_errors
def new(name: str, kind: str, force: bool, schema: bool) -> None:
    """Write NAME.toml, a commented spec that passes `derive check` as it stands. NAME may have a folder before it.

    Then edit it, with `derive check NAME.toml --watch` beside the editor; docs/specs.md has the whole language.
    """
    from importlib.resources import files

    from derive.problem.schema import json_schema

    path = Path(name if name.endswith(".toml") else f"{name}.toml")
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", path.stem):
        raise UsageError(name, f"'{path.stem}' is no name for a problem.", "Use letters, digits, - and _.")
    if path.exists() and not force:
        raise UsageError(str(path), "this file is there already.", "Choose another name, or write over it with --force.")
    text = files("derive.problem").joinpath("starts", f"{kind}.toml").read_text(encoding="utf-8").replace("NAME", path.stem)
    beside = path.with_name("derive-spec.schema.json")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if schema else text.partition("\n")[2], encoding="utf-8")
        if schema:
            beside.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as err:
        raise UsageError(str(path), f"this cannot be written: {err.strerror}.", "Name a file in a folder that may be written to.") from None
    click.echo(f"wrote {path}" + (f" and {beside}" if schema else ""), err=True)
    click.echo(f"Next: edit it, with this beside the editor:  derive check {path} --watch\nThen: derive key {path} --format html -o key.html", err=True)
