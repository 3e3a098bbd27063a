"""derive transcript: judge conversations turn by turn."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from derive.commands.common import clear_errors, console, open_for_writing, progress
from derive.errors import SourceError, UsageError

if TYPE_CHECKING:
    from derive.transcripts.judged import Judged
    from derive.transcripts.labels import Agreement


@click.command()
@click.argument("path")
@click.argument("files", nargs=-1, required=True, type=click.Path(readable=False), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a conversation instead of tables; with --compare one for all.")
@click.option("--compare", is_flag=True, help="One table of all conversations: model × part, pass@k where a prompt has several samples.")
@click.option("--about", default="", metavar="PROBLEM", help="What a conversation is about where neither its objective nor its words tell: a problem's id.")
@click.option("--labels", type=click.Path(), metavar="FILE", help="Human labels (JSON lines): agreement with them, as a table and Cohen's kappa.")
@click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write a page (HTML) to FILE instead of tables; with --json the JSON.")
@clear_errors
def transcript(path: str, files: tuple[str, ...], as_json: bool, compare: bool, about: str, labels: str | None, output: str | None) -> None:
    """Judge conversations turn by turn: the grade of each final answer, and every mathematical claim on the way.

    FILE is plain text, Markdown, a PDF or its text layer, an export of Claude, ChatGPT or DeepSeek, ShareGPT, OpenAI chat
    messages, an Inspect log in JSON, or a Jupyter notebook; it may hold many conversations. What cannot be read is
    reported, the rest is judged, and the exit code is 2. A person's verdicts in FILE.verdicts.jsonl (see `derive override`)
    are honoured.
    """
    from derive.problem.load import load_all
    from derive.transcripts.judged import judged_files
    from derive.transcripts.labels import agreement, read_labels
    from derive.transcripts.unanswered import named_problem

    problems = load_all([path])
    about = named_problem(about, problems)
    marked = read_labels(labels) if labels is not None else None
    if output is not None:
        open_for_writing(output, "a").close()  # known before the work is done
    failed = False
    judged: list[Judged] = []
    agreed: list[Agreement | None] = []
    with progress(len(files), "judging") as bar:
        task = bar.add_task("", total=len(files))
        for file in files:
            for j in judged_files([file], problems, about):
                if isinstance(j, SourceError):
                    click.echo(f"error: {j}", err=True)
                    failed = True
                    continue
                judged.append(j)
                agreed.append(agreement(marked, j.transcript.source, j.verdict.claims) if marked is not None else None)
                if not compare and output is None:
                    _tell(j, agreed[-1], as_json)
                for note in j.notes:
                    click.echo(f"note: {j.name}: {note}", err=True)
                if not any(t.answers for t in j.verdict.turns):
                    why = next((t.why for t in j.verdict.turns if t.why), "")
                    click.echo(f"{j.name}: no turn answers a part of {path}.{' ' + why if why else ''}", err=True)
            bar.advance(task)
    if compare:
        _compare(judged, as_json, output)
    elif output is not None:
        _write(judged, agreed, path, as_json, output)
    if failed:
        sys.exit(2)


def _tell(j: Judged, agreed: Agreement | None, as_json: bool) -> None:
    from derive.reports.terminal import agreement_table, claims_table, transcript_table, ways_table

    if as_json:
        click.echo(_json(j, agreed))
        return
    if j.about_nothing and j.transcript.count > 1:
        return  # of an export with many conversations only those about the problems have tables
    console().print(transcript_table(j.verdict))
    ways = ways_table(j.verdict)
    if ways is not None:
        console().print(ways)
    console().print(claims_table(j.verdict))
    if agreed is not None:
        console().print(agreement_table(agreed))
    for clash in j.verdict.clashes:
        click.echo(f"note: {clash['problem']}: {clash['says']}", err=True)
    for said in j.verdict.lost:
        click.echo(f"note: not in this source: {said}", err=True)
    repaired = len({r.line for r in j.verdict.repairs if r.kind != "furniture"})
    if repaired:
        lossy = sum(r.lossy for r in j.verdict.repairs)
        click.echo(f"note: {repaired} lines were repaired{f', {lossy} places guessed' if lossy else ''}; the page (-o FILE.html) shows them as they stand.", err=True)


def _json(j: Judged, agreed: Agreement | None) -> str:
    data = j.to_dict()
    if agreed is not None:
        data["agreement"] = agreed.to_dict()
    return json.dumps(data, ensure_ascii=False)


def _compare(judged: list[Judged], as_json: bool, output: str | None) -> None:
    from derive.reports.comparison import comparison, comparison_data
    from derive.reports.comparison_page import comparison_page
    from derive.reports.terminal import comparison_table

    if as_json:
        _put(json.dumps(comparison_data(judged), ensure_ascii=False, indent=1) + "\n", output)
    elif output is not None:
        _put(comparison_page(judged), output)
    else:
        console().print(comparison_table(comparison(judged)))


def _write(judged: list[Judged], agreed: list[Agreement | None], path: str, as_json: bool, output: str) -> None:
    from derive.reports.transcript_page import transcript_page

    if as_json:
        _put("".join(_json(j, a) + "\n" for j, a in zip(judged, agreed, strict=True)), output)
    elif not judged:
        raise UsageError(output, "there is no conversation to write a page of.", "See the errors above.")
    else:
        _put(transcript_page(judged, path, agreed), output)


def _put(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    with open_for_writing(output) as stream:
        stream.write(text)
    click.echo(f"wrote {output}", err=True)
