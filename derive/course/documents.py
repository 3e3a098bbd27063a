"""A file that was handed in, as read: a text, or answers under keys, with what it says of its author."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_BYTES = 8_000_000
MAX_CHARS = 400_000
"""Of the text of one file: what is beyond is not read, and said."""


@dataclass(frozen=True)
class Document:
    """name: its path below the submissions, with '/'; format: of FORMATS; trouble: why it cannot be read, '' where it can.

    text: for the formats that are texts; entries: (key, answer, or a list of them) for those whose answers have keys; turned: the entries of a table without a head
    read the other way; listed: answers in order, without keys; about: student, name and email as the file says them; notes: what a reader left out;
    lossy: whether formulas may have lost signs on the way (the text layer of a PDF).
    """

    name: str
    format: str
    text: str = ""
    entries: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    turned: tuple[tuple[str, str], ...] = ()
    listed: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    notes: tuple[str, ...] = ()
    lossy: bool = False


ABOUT = {
    "student": "student", "student id": "student", "studentid": "student", "student number": "student", "sid": "student", "id": "student",
    "matriculation number": "student", "matriculation": "student", "user": "student", "username": "student", "login": "student",
    "name": "name", "student name": "name", "full name": "name", "author": "name", "email": "email", "e mail": "email", "mail": "email",
}
"""Words under which a file says whose it is."""

_LINE = re.compile(r"^\W{0,4}([A-Za-z][A-Za-z -]{1,24}?)\W{0,3}\s*[:=]\s*\W{0,3}(\S.{0,100}?)\W{0,3}$")
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.S)
LINES_ABOUT = 12


def field_about(name: str) -> str:
    """'student', 'name' or 'email' for a word that says it; else ''."""
    return ABOUT.get(re.sub(r"[^a-z]+", " ", name.lower()).strip(), "")


def about_of(text: str) -> tuple[dict[str, str], str]:
    """What the first lines of a text say of its author, and the text without those lines (they stay as empty lines)."""
    about: dict[str, str] = {}
    front = _FRONT.match(text)
    lines = text.split("\n")
    last = front.group().count("\n") if front is not None else LINES_ABOUT
    for k, line in enumerate(lines[:last]):
        m = _LINE.match(line)
        key = field_about(m.group(1)) if m is not None else ""
        if m is not None and key:
            about.setdefault(key, m.group(2).strip(" \"'*_"))
            lines[k] = ""
    if front is not None:
        lines[:last] = [""] * last
    return about, "\n".join(lines)


def decoded(data: bytes) -> tuple[str, list[str]]:
    """The text of a file, and what is doubtful about it. Raises ValueError for what is no text."""
    notes: list[str] = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", errors="replace")
    elif b"\0" in data[:4096]:
        raise ValueError("it is binary")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
            notes.append("it is not UTF-8; it was read as Windows-1252")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_CHARS:
        notes.append(f"it has {len(text)} characters; the first {MAX_CHARS} are read")
        text = text[:MAX_CHARS]
    return text, notes
