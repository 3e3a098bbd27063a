"""derive schema: the JSON Schema of a spec."""

from __future__ import annotations

import json

import click

from derive.commands.common import clear_errors
from derive.commands.papers import OUTPUT, write_text


@click.command()
@OUTPUT
@clear_errors
def schema(output: str | None) -> None:
    """Print the JSON Schema of a spec, by which editors complete and check it.

    A spec names it in its first line, for taplo and Even Better TOML: #:schema ./derive-spec.schema.json
    """
    from derive.problem.schema import json_schema

    write_text(json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n", output)
