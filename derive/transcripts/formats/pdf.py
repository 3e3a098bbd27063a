"""PDF files: the text layer; where there are several pages, each under a line `--- Page k ---`. Needs the extra `pdf`.

A formula is a drawing of glyphs: exponents, fractions and bars are told by their places, which a text layer does not
keep. What is put together again from it is flagged as lossy.
"""

from __future__ import annotations

import io
import logging
from typing import Any

from derive.errors import SourceError

MAX_PAGES = 400
_INSTALL = "Install it with `pip install 'pdfplumber>=0.11,<1'`, or extract the text yourself, for example with `pdftotext -layout`."


def read(data: bytes, name: str) -> str:
    """The text of all pages.

    Raises SourceError where the reader is not installed, the file is damaged or locked, or no page has text.
    """
    try:
        import pdfplumber
    except ImportError as error:
        raise SourceError(name, "reading a PDF file needs the package pdfplumber.", _INSTALL) from error
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise SourceError(name, f"the PDF has {len(document.pages)} pages, more than {MAX_PAGES}.", "Split it.")
            pages = [_text(page) for page in document.pages]
    except SourceError:
        raise
    except Exception as error:  # a damaged file makes the reader raise nearly anything
        locked = "password" in f"{type(error).__name__} {error!r}".lower()
        raise SourceError(name, "the PDF is locked by a password." if locked else f"the PDF is damaged ({type(error).__name__}).",
                          "Save it without one." if locked else "Export the conversation again.") from error
    if not any(p.strip() for p in pages):
        raise SourceError(name, "the PDF has no text layer: its pages are pictures.", "Export the conversation as text, or run text recognition over it first.")
    if len(pages) == 1:
        return pages[0]
    return "\n".join(f"--- Page {k} ---\n{text}" for k, text in enumerate(pages, 1))


def _text(page: Any) -> str:
    text = page.extract_text(x_tolerance=1.5, y_tolerance=3) or ""
    page.close()
    return str(text)
