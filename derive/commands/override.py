"""derive override: a person's verdict on a claim or an answer, kept beside the conversation."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from derive.commands.common import clear_errors
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.transcripts.judge import TranscriptVerdict
    from derive.transcripts.overrides import Decision
    from derive.transcripts.turns import Transcript


@click.command()
@click.argument("path")
@click.argument("file", type=click.Path())
@click.argument("what", required=False)
@click.argument("verdict", required=False)
@click.option("--why", default="", metavar="TEXT", help="The reason, shown beside the verdict.")
@click.option("--by", default=None, metavar="NAME", help="Who decides. Default: the name of the user of this computer.")
@click.option("--conversation", type=int, default=None, metavar="N", help="Which conversation of FILE, where it holds several.")
@click.option("--about", default="", metavar="PROBLEM", help="What the conversation is about where its words do not tell, as in `derive transcript`.")
@click.option("--remove", is_flag=True, help="Take the person's verdict on WHAT back.")
@clear_errors
def override(path: str, file: str, what: str | None, verdict: str | None, why: str, by: str | None, conversation: int | None, about: str, remove: bool) -> None:
    """Decide on a claim or an answer otherwise than the engine, or list what was decided.

    WHAT is a claim's id as in `derive transcript --json` and the page (3-015), or an answer as TURN:PROBLEM#PART
    (2:penalty-linf#optimizer). VERDICT is one of a claim's (true, false, convention, definition, hypothetical, undecided,
    unreadable) or an answer's (correct, partial, incorrect, undecided, unreadable). It is written to FILE.verdicts.jsonl,
    bound to what was said, and honoured in all reports. Without WHAT the decisions are listed.
    """
    from derive.problem.load import load_all
    from derive.transcripts.judge import judge_transcript
    from derive.transcripts.overrides import decided, read_decisions, write_decisions
    from derive.transcripts.read import read_transcripts
    from derive.transcripts.unanswered import named_problem

    kept = read_decisions(file)
    if what is None:
        for d in kept:
            click.echo(f"{d.verdict:<12} {d.name} (the engine: {d.was}) by {d.by or 'a person'}{': ' + d.why if d.why else ''}")
        if not kept:
            click.echo(f"{file}: nothing was decided.", err=True)
        return
    if (verdict is None) != remove:
        raise UsageError("", "give WHAT and a VERDICT, or WHAT and --remove.", "See derive override --help.")
    found = read_transcripts(file).found
    numbers = [t.number for t in found]
    if conversation is None and len(found) > 1:
        raise UsageError(file, f"the file holds {len(found)} conversations.", f"Choose one with --conversation: {', '.join(map(str, numbers[:20]))}.")
    transcript = next((t for t in found if conversation is None or t.number == conversation), None)
    if transcript is None:
        raise UsageError(file, f"there is no conversation {conversation}.", f"There are {', '.join(map(str, numbers[:20]))}.")
    problems = load_all([path])
    v, _ = decided(judge_transcript(transcript, problems, about=named_problem(about, problems)), transcript, kept)
    new = _decision(v, transcript, what, verdict or "undecided")
    if not remove:
        new = replace(new, by=_user() if by is None else by, why=why)
    rest = [d for d in kept if not d.same(new)]
    if remove and len(rest) == len(kept):
        raise UsageError(file, f"nothing was decided on {what}.", "List what was decided with `derive override PATH FILE`.")
    written = write_decisions(file, rest if remove else [*rest, new])
    click.echo(f"{what}: {'the verdict of the engine stands again' if remove else f'{new.verdict} (the engine: {new.was})'}, in {written}", err=True)


def _decision(v: TranscriptVerdict, transcript: Transcript, what: str, verdict: str) -> Decision:
    """The decision on what a name stands for."""
    from derive.transcripts.claims.claim import VERDICTS
    from derive.transcripts.overrides import GRADES, on_answer, on_claim

    claim = next((c for c in v.claims if c.id == what), None)
    if claim is not None:
        return on_claim(claim, transcript, _one_of(verdict, VERDICTS))
    turn, colon, part = what.partition(":")
    answers = [(t.number, a) for t in v.turns for a in t.answers]
    for number, a in answers:
        if colon and turn == str(number) and part == f"{a.problem}#{a.part}":
            return on_answer(a, number, transcript, _one_of(verdict, GRADES))
    known = [*(c.id for c in v.claims[:6]), *(f"{n}:{a.problem}#{a.part}" for n, a in answers[:4])]
    said = f"There are, for example, {', '.join(known)}; `derive transcript --json` lists all." if known else "The conversation has none."
    raise UsageError(transcript.source, f"there is no claim or answer '{what}'.", said)


def _one_of(verdict: str, allowed: tuple[str, ...]) -> str:
    if verdict not in allowed:
        raise UsageError("", f"'{verdict}' is no verdict here.", f"Use one of {', '.join(allowed)}.")
    return verdict


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
