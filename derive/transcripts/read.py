"""A file -> Transcript: the source read, repaired and split into turns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from derive.errors import SourceError
from derive.transcripts.sources import read_source, read_sources
from derive.transcripts.turns import Transcript, split_turns


@dataclass(frozen=True)
class Transcripts:
    """What a file holds: its conversations, and an error for each that could not be read."""

    found: tuple[Transcript, ...]
    errors: tuple[SourceError, ...] = ()


def read_transcript(path: str | Path) -> Transcript:
    """Read a conversation in any known format; a file with several is read as one, in the file's order.

    Raises SourceError for a file that is empty, binary, too large or of no known shape.
    """
    return split_turns(read_source(path))


def read_transcripts(path: str | Path) -> Transcripts:
    """Read every conversation of a file, each on its own: exports are lists of them, JSON lines hold one a line.

    Raises SourceError as `read_transcript` does where none can be read.
    """
    sources = read_sources(path)
    return Transcripts(tuple(split_turns(s) for s in sources.found), sources.errors)
