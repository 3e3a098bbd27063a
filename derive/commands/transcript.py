"""derive transcript: judge conversations turn by turn."""

from __future__ import annotations

import json

import click

from derive.commands.common import clear_errors, console


@click.command()
@click.argument("path")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a conversation instead of tables.")
@clear_errors
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
            console().print(transcript_table(verdict))
            console().print(claims_table(verdict))
            for clash in verdict.clashes:
                click.echo(f"note: {clash['problem']}: {clash['says']}", err=True)
            for said in verdict.lost:
                click.echo(f"note: {said}", err=True)
        if not any(t.answers for t in verdict.turns):
            click.echo(f"{file}: no turn answers a part of {path}.", err=True)
