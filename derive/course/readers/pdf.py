"""PDF: its text layer, page by page, by pdfplumber (or pypdf). Formulas may have lost signs on the way: the text says so."""

from __future__ import annotations

import io
from typing import Any

from derive.course.documents import MAX_CHARS, Document, about_of

MAX_PAGES = 60
MISSING = "no reader for PDF is installed; install one with: pip install 'derive[pdf]'"
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
            texts, count = [], len(pages)
            for page in pages[:MAX_PAGES]:
                texts.append(page.extract_text(layout=False) or "")
                page.close()
    except Exception as err:  # the parser of a foreign format raises what it likes
        return Document(name, "pdf", trouble=f"it is damaged or locked: {type(err).__name__} {str(err)[:100]}".strip())
    return _document(texts, count, name)


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
    return _document(texts, count, name)


def _document(texts: list[str], count: int, name: str) -> Document:
    notes = [f"it has {count} pages; the first {MAX_PAGES} are read"] if count > MAX_PAGES else []
    text = "\n".join(texts)[:MAX_CHARS]
    if not text.strip():
        return Document(name, "pdf", trouble=SCANNED)
    about, text = about_of(text)
    return Document(name, "pdf", text, about=about, notes=tuple(notes), lossy=True)
