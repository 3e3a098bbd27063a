"""Markdown and plain text."""

from __future__ import annotations

import re

from derive.course.documents import Document, about_of, decoded

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<img\b")


def read(data: bytes, name: str) -> Document:
    """Markdown: front matter and the first lines may say whose it is; comments are left out, pictures are not read."""
    text, notes = decoded(data)
    text = _COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
    if _PICTURE.search(text):
        notes.append("it shows pictures, which are not read")
    about, text = about_of(text)
    return Document(name, "markdown", text, about=about, notes=tuple(notes))


def read_text(data: bytes, name: str) -> Document:
    """Plain text."""
    text, notes = decoded(data)
    about, text = about_of(text)
    return Document(name, "text", text, about=about, notes=tuple(notes))
