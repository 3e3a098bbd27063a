"""Files of conversations: find out what a file is, and read it with the reader of its format.

A `Source` holds lines. For Markdown, plain text and the text layer of a PDF these are the lines
of the file. For JSON formats they are the lines of the messages' texts put one after another,
each message beginning a new line: line numbers count in that text, not in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from derive.errors import SourceError
from derive.transcripts.messages import Message, read_json
from derive.transcripts.pages import lay_out

SourceKind = Literal[
    "text", "pdf-text", "claude-json", "chatgpt-json", "sharegpt-json", "openai-json", "inspect-json"
]

MAX_BYTES = 10_000_000
_MAGIC = (
    (b"%PDF-", "is a PDF file", "Extract its text layer first, for example with `pdftotext -layout`."),
    (b"PK\x03\x04", "is a zip archive", "Unpack it and give the conversation file inside."),
    (b"\x1f\x8b", "is compressed", "Unpack it first."),
    (b"\x89PNG", "is an image", "Give the conversation as text."),
    (b"\xff\xd8\xff", "is an image", "Give the conversation as text."),
)
_NEWLINE = re.compile(r"\r\n|\n|\r")
_JSON_NAMES = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Source:
    """A conversation as it was given.

    name: the file's name, for messages; kind: its format; lines: its text, counted from 1;
    messages: the messages with their roles where the format states them, else empty;
    lost: what the format no longer holds, one phrase each.
    """

    name: str
    kind: SourceKind
    lines: tuple[str, ...]
    messages: tuple[Message, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All lines, joined."""
        return "\n".join(self.lines)


def read_source(path: str | Path) -> Source:
    """Read a file of a conversation; the format is found by content, not by name.

    Raises SourceError for a file that is missing, empty, binary, over 10 MB, or JSON of no
    known shape. A file with several conversations is read as one, in the file's order
    (`Message.conversation` keeps them apart).
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if path.is_file() and size > MAX_BYTES:
            raise SourceError(
                str(path),
                f"the file has {size:,} bytes, more than {MAX_BYTES:,}.",
                "Split it, or export one conversation at a time.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(str(path), f"cannot be opened: {error.strerror}.", "Check the path.") from error
    text, lost = _decode(data, str(path))
    return read_text(text, str(path), lost)


def read_text(text: str, name: str = "text", lost: tuple[str, ...] = ()) -> Source:
    """Read a conversation that is already a string; `name` stands in error messages."""
    if not text.strip():
        raise SourceError(name, "the file is empty.", "Export the conversation again.")
    lines = tuple(_NEWLINE.split(text.removesuffix("\n")))
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        found = read_json(text.lstrip("\ufeff"), name, sure=Path(name).suffix.lower() in _JSON_NAMES)
        if found is not None:
            return Source(name, found.kind, found.lines, found.messages, (*lost, *found.lost))
    elif Path(name).suffix.lower() in _JSON_NAMES:
        raise SourceError(name, "the file is not JSON.", "Rename it to .md or .txt if it is plain text.")
    if re.match(r"\s*<(?:!doctype html|html)\b", text, re.IGNORECASE):
        raise SourceError(name, "the file is a web page.", "Save the conversation as text, Markdown or JSON.")
    if lay_out(lines).paged:
        return Source(name, "pdf-text", lines, (), (*lost, "attachments", "the place of inline formulas"))
    return Source(name, "text", lines, (), lost)


def _decode(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if not data.strip():
        raise SourceError(name, "the file is empty.", "Export the conversation again.")
    for magic, what, next_step in _MAGIC:
        if data.startswith(magic):
            raise SourceError(name, f"the file {what}.", next_step)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError as error:
            raise _binary(name) from error
    if b"\x00" in data:
        raise _binary(name)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    control = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data)
    if control * 100 > len(data):
        raise _binary(name)
    text = data.decode("cp1252", errors="replace")
    return text, ("the encoding: not UTF-8, read as windows-1252",)


def _binary(name: str) -> SourceError:
    return SourceError(name, "the file is binary.", "Give the conversation as text, Markdown or JSON.")
