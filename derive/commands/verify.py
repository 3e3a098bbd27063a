"""derive verify: certificates checked again from their files alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from derive.commands.common import clear_errors, console


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False), metavar="CERTIFICATE.json...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a certificate.")
@clear_errors
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
            print_recheck(console(), file, found)
    sys.exit(1 if fallen else 0)
