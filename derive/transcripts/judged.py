"""The conversations of many files, read and judged one after another, with a person's decisions in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.errors import SourceError
from derive.problem.model import Problem
from derive.transcripts.judge import TranscriptVerdict, judge_transcript
from derive.transcripts.overrides import decided, read_decisions
from derive.transcripts.read import read_transcripts
from derive.transcripts.turns import Transcript


@dataclass(frozen=True)
class Judged:
    """A conversation with its verdict; notes: what is to be said of decisions that could not be applied."""

    transcript: Transcript
    verdict: TranscriptVerdict
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file, and the number of the conversation where it holds several."""
        t = self.transcript
        return f"{t.source}: conversation {t.number}" if t.count > 1 else t.source

    @property
    def title(self) -> str:
        """How it is called in a report."""
        t = self.transcript
        file = Path(t.source).name
        if t.title:
            return f"{t.title} ({file})"
        return f"{file}, conversation {t.number}" if t.count > 1 else file

    @property
    def about_nothing(self) -> bool:
        """Whether no part is answered and no claim is about one."""
        return not self.verdict.claims and not any(t.answers for t in self.verdict.turns)

    def to_dict(self) -> dict[str, Any]:
        """The verdict as plain data, with what is known of the conversation itself."""
        t = self.transcript
        data = self.verdict.to_dict()
        data["summary"] |= {"title": t.title, "model": t.model, "conversation": t.number, "lines": t.lines_are, "notes": list(self.notes)}
        return data


def judged_files(files: Sequence[str], problems: Sequence[Problem], about: str = "") -> Iterator[Judged | SourceError]:
    """Each conversation of each file in turn; an error for each that cannot be read, and for a file of decisions that cannot.

    about: the problem that they are about where their words do not tell.
    """
    for file in files:
        try:
            read = read_transcripts(file)
        except SourceError as error:
            yield error
            continue
        try:
            decisions = read_decisions(file)
        except SourceError as error:
            yield error
            decisions = []
        yield from read.errors
        for transcript in read.found:
            verdict, notes = decided(judge_transcript(transcript, problems, about=about), transcript, decisions)
            yield Judged(transcript, verdict, tuple(notes))
