"""PDF: its text layer. Where it has flattened formulas, the document says that it may have lost signs; a page of plain lines has lost nothing."""

from __future__ import annotations

from derive.course.documents import MAX_CHARS, Document, about_of
from derive.files.pdf import INSTALL, Broken, Missing, pages_of

MAX_PAGES = 60
MISSING = f"no reader for PDF is installed; install one with: {INSTALL}"
SCANNED = "it has no text layer (a scan or a photograph): ask for the source, or read it yourself"


def read(data: bytes, name: str) -> Document:
    """The text layer; a scan has none and is for a person."""
    try:
        pages = pages_of(data, MAX_PAGES, {"layout": False})
    except Missing:
        return Document(name, "pdf", trouble=MISSING)
    except Broken as err:
        return Document(name, "pdf", trouble=f"it is damaged or locked: {err}")
    notes = [f"it has {pages.count} pages; the first {MAX_PAGES} are read"] if pages.count > MAX_PAGES else []
    text = "\n".join(pages.texts)[:MAX_CHARS]
    if not text.strip():
        return Document(name, "pdf", trouble=SCANNED)
    if pages.flattened:
        notes.append("it sets signs above or below its lines, which its text layer does not keep")
    about, text = about_of(text)
    return Document(name, "pdf", text, about=about, notes=tuple(notes), lossy=pages.flattened)
