"""Which reader a file needs: by its content first, then by its ending."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from derive.course.documents import MAX_BYTES, Document
from derive.course.readers import keyed, latex, markdown, notebook, pdf

Reader = Callable[[bytes, str], Document]
READERS: dict[str, Reader] = {
    "markdown": markdown.read, "latex": latex.read, "text": markdown.read_text, "json": keyed.read_json, "toml": keyed.read_toml,
    "csv": keyed.read_csv, "notebook": notebook.read, "pdf": pdf.read,
}
ENDINGS = {
    ".md": "markdown", ".markdown": "markdown", ".qmd": "markdown", ".rmd": "markdown", ".tex": "latex", ".ltx": "latex", ".txt": "text", ".text": "text",
    ".json": "json", ".toml": "toml", ".csv": "csv", ".tsv": "csv", ".ipynb": "notebook", ".pdf": "pdf",
}
PREFERRED = ("json", "toml", "csv", "notebook", "markdown", "latex", "text", "pdf")
"""Where one student hands in the same answer in several files, the first of these counts."""

_FOREIGN = (
    (b"PK\x03\x04", "a zip archive or an office document"), (b"\x1f\x8b", "a compressed file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"), (b"\xd0\xcf\x11\xe0", "an office document"), (b"\x7fELF", "a program"), (b"Rar!", "a compressed file"),
)
_PICTURE = re.compile(r"\.(?:heic|webp|bmp|tiff?|svg|png|jpe?g)$", re.I)


def read_file(path: Path, name: str) -> Document:
    """The document of one file; what cannot be read has `trouble` and no answers. Never raises on what the file holds."""
    try:
        if not path.is_file():
            return Document(name, "", trouble="it is no file that can be read (a broken link, a pipe)")
        with path.open("rb") as f:
            data = f.read(MAX_BYTES + 1)
    except OSError as err:
        return Document(name, "", trouble=f"it cannot be opened: {err.strerror}")
    return read_bytes(data, name)


def read_bytes(data: bytes, name: str) -> Document:
    """The document of the bytes of a file."""
    if len(data) > MAX_BYTES:
        return Document(name, "", trouble=f"it has more than {MAX_BYTES:,} bytes")
    if not data.strip():
        return Document(name, "text", notes=("it is empty",))
    form = detect(data, name)
    if form not in READERS:
        return Document(name, "", trouble=f"it is {form}, which is not read: ask for Markdown, LaTeX, text, a notebook or a PDF with text")
    try:
        return READERS[form](data, name)
    except (ValueError, RecursionError, UnicodeError) as err:
        return Document(name, form, trouble=f"{type(err).__name__}: {err}" if not isinstance(err, ValueError) else str(err))


def detect(data: bytes, name: str) -> str:
    """The format of a file, or what it is instead."""
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            return what
    ending = ENDINGS.get(Path(name).suffix.lower(), "")
    if ending == "pdf":
        return "no PDF, though it is called one"
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return "a picture" if _PICTURE.search(name) else "binary"
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("{") and re.search(r'"(?:cells|nbformat|worksheets)"\s*:', text):
        return "notebook"
    if ending in ("json", "notebook", "toml", "csv"):
        return ending
    if re.search(r"\\documentclass|\\begin\s*\{document\}|\\section\*?\s*\{|\\begin\s*\{enumerate\}", text):
        return "latex"
    if ending:
        return ending
    if text[:1] in "{[" and text.rstrip()[-1:] and re.match(r"[{\[]\s*[\"{\[]", text):
        return "json"
    return "text"
