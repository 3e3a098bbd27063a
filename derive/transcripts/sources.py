"""Files of conversations: find out what a file is, and read it with the reader of its format.

A `Source` is one conversation and holds its lines. What a line is depends on the format (`Source.lines_are`):
for Markdown and plain text a line of the file; for PDF files a line of the text layer, each of several pages
under a line `--- Page k ---` of its own; for message formats a line of the messages' texts put one after another, each message
beginning a new line; for notebooks a line of the cells put one after another with an empty line between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from derive.errors import SourceError
from derive.transcripts.formats import pdf
from derive.transcripts.formats.tray import Message
from derive.transcripts.messages import Conversation, JsonKind, read_json
from derive.transcripts.pages import lay_out

SourceKind = JsonKind | Literal["text", "pdf-text", "pdf"]

MAX_BYTES = 4_000_000
"""The longest conversation that is read, in bytes: about a million tokens."""
MAX_EXPORT_BYTES = 200_000_000
"""The largest JSON file or PDF that is read: exports hold all of a person's conversations, a PDF its pictures."""

_MAGIC = (
    (b"PK\x03\x04", "is a zip archive", "Unpack it and give the conversation file inside (for an Inspect log, convert it to JSON)."),
    (b"\x1f\x8b", "is compressed", "Unpack it first."),
    (b"\x89PNG", "is an image", "Give the conversation as text."),
    (b"\xff\xd8\xff", "is an image", "Give the conversation as text."),
)
_PDF = b"%PDF-"
_NEWLINE = re.compile(r"\r\n|\n|\r")
_JSON_NAMES = (".json", ".jsonl", ".ndjson", ".ipynb")
_LINES = {"text": "lines of the file", "pdf-text": "lines of the file", "pdf": "lines of the PDF's text layer", "notebook": "lines of the cells' text"}


@dataclass(frozen=True)
class Source:
    """A conversation as it was given.

    name: the file's name, for messages; kind: its format; lines: its text, counted from 1;
    messages: the messages with their roles where the format states them, else empty;
    lost: what the format no longer holds, one phrase each; title, model: where the format
    states them; number: its place among the conversations of the file; count: how many there are.
    """

    name: str
    kind: SourceKind
    lines: tuple[str, ...]
    messages: tuple[Message, ...] = ()
    lost: tuple[str, ...] = ()
    title: str = ""
    model: str = ""
    number: int = 1
    count: int = 1

    @property
    def text(self) -> str:
        """All lines, joined."""
        return "\n".join(self.lines)

    @property
    def lines_are(self) -> str:
        """What the numbers of lines count."""
        return _LINES.get(self.kind, "lines of the messages' texts")


@dataclass(frozen=True)
class Sources:
    """What a file holds: its conversations, and an error for each that could not be read."""

    found: tuple[Source, ...]
    errors: tuple[SourceError, ...] = ()


def read_sources(path: str | Path) -> Sources:
    """Read every conversation of a file; the format is found by content, not by name.

    Raises SourceError for a file that is missing, empty, binary, too large (4 MB a conversation, 200 MB a PDF or a JSON export),
    or JSON of no known shape.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise SourceError(str(path), "this is a folder and cannot be opened as a conversation.", f"Give the files in it: {path}/*")
        if path.is_file() and path.stat().st_size > MAX_BYTES:
            with path.open("rb") as stream:
                head = stream.read(4096)
            of_parts = head.startswith(_PDF) or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
            if not of_parts or path.stat().st_size > MAX_EXPORT_BYTES:
                raise _too_long(str(path), path.stat().st_size, "" if head.startswith(_PDF) else _trouble(head))
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(str(path), f"this cannot be opened: {error.strerror}.", "Check the path.") from error
    if data.startswith(_PDF):
        text = pdf.read(data, str(path))
        return Sources((Source(str(path), "pdf", tuple(_NEWLINE.split(text)), (), ("attachments", "the layout of formulas")),))
    text, lost = _decode(data, str(path))
    return read_texts(text, str(path), lost)


def read_source(path: str | Path) -> Source:
    """Read a file of a conversation; one with several as one, in the file's order (`Message.conversation` keeps them apart).

    Raises SourceError as `read_sources` does, and for any conversation in the file that cannot be read.
    """
    return _merged(read_sources(path))


def read_text(text: str, name: str = "text", lost: tuple[str, ...] = ()) -> Source:
    """Read a conversation that is already a string; `name` stands in error messages."""
    return _merged(read_texts(text, name, lost))


def read_texts(text: str, name: str = "text", lost: tuple[str, ...] = ()) -> Sources:
    """Read the conversations in a string."""
    if not text.strip():
        raise SourceError(name, "the file is empty.", "Export the conversation again.")
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in ("{", "["):
        found = read_json(text.lstrip("\ufeff"), name, sure=Path(name).suffix.lower() in _JSON_NAMES)
        if found is not None:
            fitting = [c for c in found.conversations if sum(map(len, c.lines)) <= MAX_BYTES]
            long = [_too_long(f"{name}: conversation {c.number}", sum(map(len, c.lines))) for c in found.conversations if c not in fitting]
            return Sources(tuple(_of(c, name, lost, found.conversations[-1].number) for c in fitting), (*found.errors, *long))
    elif Path(name).suffix.lower() in _JSON_NAMES:
        raise SourceError(name, "the file is not JSON.", "Rename it to .md or .txt if it is plain text.")
    if len(text) > MAX_BYTES:
        raise _too_long(name, len(text))
    lines = tuple(_NEWLINE.split(text.removesuffix("\n")))
    if re.match(r"\s*<(?:!doctype html|html)\b", text, re.IGNORECASE):
        raise SourceError(name, "the file is a web page.", "Save the conversation as text, Markdown or JSON.")
    if lay_out(lines).paged:
        return Sources((Source(name, "pdf-text", lines, (), (*lost, "attachments", "the place of inline formulas")),))
    return Sources((Source(name, "text", lines, (), lost),))


def _of(c: Conversation, name: str, lost: tuple[str, ...], count: int) -> Source:
    return Source(name, c.kind, c.lines, c.messages, (*lost, *c.lost), c.title, c.model, c.number, count)


def _merged(sources: Sources) -> Source:
    if sources.errors:
        raise sources.errors[0]
    if len(sources.found) == 1:
        return sources.found[0]
    first = sources.found[0]
    lines: list[str] = []
    messages: list[Message] = []
    for s in sources.found:
        messages += [replace(m, line=m.line + len(lines)) for m in s.messages]
        lines += s.lines
    lost = tuple(dict.fromkeys(x for s in sources.found for x in s.lost))
    return Source(first.name, first.kind, tuple(lines), tuple(messages), lost)


def _too_long(name: str, size: int, also: str = "") -> SourceError:
    return SourceError(name, f"this has {size:,} bytes, more than {MAX_BYTES:,}{also}.", "Split it, or export one conversation at a time.")


def _trouble(head: bytes) -> str:
    """What else is wrong with a file that begins so."""
    try:
        _decode(head, "")
    except SourceError as error:
        return f", and {error.what.rstrip('.')}"
    return ""


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
