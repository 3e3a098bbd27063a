"""derive transcript: judge conversations turn by turn."""

from __future__ import annotations

import json
import sys

import click

from derive.commands.common import clear_errors, console
from derive.errors import SourceError


@click.command()
@click.argument("path")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a conversation instead of tables.")
@clear_errors
def transcript(path: str, files: tuple[str, ...], as_json: bool) -> None:
    """Judge conversations turn by turn: the grade of each final answer, and every mathematical claim on the way.

    FILE is plain text, Markdown, a PDF or its text layer, an export of Claude, ChatGPT or DeepSeek, ShareGPT, OpenAI chat
    messages, an Inspect log in JSON, or a Jupyter notebook; it may hold many conversations. What cannot be read is
    reported, the rest is judged, and the exit code is 2.
    """
    from derive.problem.load import load_all
    from derive.reports.terminal import claims_table, transcript_table
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.read import read_transcripts

    problems = load_all([path])
    failed = False
    for file in files:
        try:
            read = read_transcripts(file)
        except SourceError as error:
            click.echo(f"error: {error}", err=True)
            failed = True
            continue
        for damaged in read.errors:
            click.echo(f"error: {damaged}", err=True)
            failed = True
        for t in read.found:
            verdict = judge_transcript(t, problems)
            if as_json:
                click.echo(json.dumps(verdict.to_dict(), ensure_ascii=False))
            else:
                console().print(transcript_table(verdict))
                console().print(claims_table(verdict))
                for clash in verdict.clashes:
                    click.echo(f"note: {clash['problem']}: {clash['says']}", err=True)
                for said in verdict.lost:
                    click.echo(f"note: {said}", err=True)
            if not any(turn.answers for turn in verdict.turns):
                named = f"{file}: conversation {t.number}" if t.count > 1 else file
                click.echo(f"{named}: no turn answers a part of {path}.", err=True)
    if failed:
        sys.exit(2)
