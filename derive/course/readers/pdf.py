"""PDF: its text layer, page by page, by pdfplumber (or pypdf).

A text layer is a line of signs: exponents, indices and fractions that were set above or below the line are flattened in it. Where a page
holds such, the document says that it may have lost signs; a page of plain lines has lost nothing.
"""

from __future__ import annotations

import io
from typing import Any

from derive.course.documents import MAX_CHARS, Document, about_of

MAX_PAGES = 60
MISSING = "no reader for PDF is installed; install one with: pip install 'pdfplumber>=0.11,<1'"
SCANNED = "it has no text layer (a scan or a photograph): ask for the source, or read it yourself"


def read(data: bytes, name: str) -> Document:
    """The text layer; a scan has none and is for a person."""
    try:
        import pdfplumber  # noqa: F401
    except ImportError:
        return _with_pypdf(data, name)
    return _with_pdfplumber(data, name)


def _with_pdfplumber(data: bytes, name: str) -> Document:
    import pdfplumber

    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            pages: list[Any] = pdf.pages
            texts, count, flattened = [], len(pages), False
            for page in pages[:MAX_PAGES]:
                texts.append(page.extract_text(layout=False) or "")
                flattened = flattened or _flattened(page)
                page.close()
    except Exception as err:  # the parser of a foreign format raises what it likes
        return Document(name, "pdf", trouble=f"it is damaged or locked: {type(err).__name__} {str(err)[:100]}".strip())
    return _document(texts, count, name, flattened)


SMALLER = 0.85
"""A sign of less than this share of the size of its line is an exponent, an index or part of a fraction."""
BAR = 1.5
"""A drawn line of at most so many points in height, and of at least twice that in width, may be the bar of a fraction or a root."""


def _flattened(page: Any) -> bool:
    """Whether a page sets signs above and below its lines."""
    lines: dict[int, list[Any]] = {}
    for c in page.chars:
        if str(c["text"]).strip():
            lines.setdefault(round(float(c["bottom"]) / 6), []).append(c)
    for own in lines.values():
        largest = max(float(c["size"]) for c in own)
        if any(float(c["size"]) < SMALLER * largest for c in own):
            return True
    drawn = [*page.rects, *page.lines]
    return any(float(d["height"]) <= BAR and 2 * BAR <= float(d["width"]) < 0.5 * float(page.width) for d in drawn)


def _with_pypdf(data: bytes, name: str) -> Document:
    try:
        import pypdf
    except ImportError:
        return Document(name, "pdf", trouble=MISSING)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        count = len(reader.pages)
        texts = [reader.pages[k].extract_text() or "" for k in range(min(count, MAX_PAGES))]
    except Exception as err:
        return Document(name, "pdf", trouble=f"it is damaged or locked: {type(err).__name__} {str(err)[:100]}".strip())
    return _document(texts, count, name, True)  # it does not say where its signs stood


def _document(texts: list[str], count: int, name: str, flattened: bool) -> Document:
    notes = [f"it has {count} pages; the first {MAX_PAGES} are read"] if count > MAX_PAGES else []
    text = "\n".join(texts)[:MAX_CHARS]
    if not text.strip():
        return Document(name, "pdf", trouble=SCANNED)
    if flattened:
        notes.append("it sets signs above or below its lines, which its text layer does not keep")
    about, text = about_of(text)
    return Document(name, "pdf", text, about=about, notes=tuple(notes), lossy=flattened)
