"""A file -> Transcript: the source read, repaired and split into turns."""

from __future__ import annotations

from pathlib import Path

from derive.transcripts.sources import read_source
from derive.transcripts.turns import Transcript, split_turns


def read_transcript(path: str | Path) -> Transcript:
    """Read a conversation in any known format.

    Raises SourceError for a file that is empty, binary, too large or of no known shape.
    """
    return split_turns(read_source(path))
