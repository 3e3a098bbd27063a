"""derive compare: are two formulas equal?"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import click

from derive.commands.common import clear_errors


# No -h here: -(a/h)*x is a formula.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("a")
@click.argument("b")
@click.option("--where", multiple=True, metavar="TEXT", help="Types of symbols: 'x: positive, A: matrix(n,n), a: vector(n), n: integer'. May be given several times.")
@click.option("--strict", is_flag=True, help="Not equal where one side alone is defined somewhere: 'log(x^2)' and '2 log(x)'.")
@click.option("--json", "as_json", is_flag=True, help="The comparison as one JSON object.")
@clear_errors
def compare(a: str, b: str, where: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Decide whether two formulas, sets, equations or conditions are equal.

    A letter that --where leaves out is a real scalar. Equal are formulas that agree wherever both are
    defined; with --strict their domains must agree, too. Exit code 0 only for equal.
    """
    from derive.grading.compare import compare as compare_texts

    c = compare_texts(a, b, ", ".join(where))
    apart = c.verdict == "equal" and not c.same_domain
    if strict and apart:
        c = replace(c, verdict="different")
    if as_json:
        click.echo(json.dumps(c.to_dict(), ensure_ascii=False))
    else:
        click.echo(f"{c.verdict}  {c.strength}".rstrip() + ("  (where both are defined)" if apart and not strict else ""))
        if c.left or c.right:
            click.echo(f"  left     {c.left}\n  right    {c.right}")
        click.echo("  because  " + c.reason.replace("\n", "\n    "))
    sys.exit(0 if c.verdict == "equal" else 1)
