"""PDF files: the text layer; where there are several pages, each under a line `--- Page k ---`. Needs the extra `pdf`.

A formula is a drawing of glyphs: exponents, fractions and bars are told by their places, which a text layer does not
keep. What is put together again from it is flagged as lossy.
"""

from __future__ import annotations

from derive.errors import SourceError
from derive.files.pdf import INSTALL, Broken, Missing, pages_of

MAX_PAGES = 400


def read(data: bytes, name: str) -> str:
    """The text of all pages.

    Raises SourceError where the reader is not installed, the file is damaged or locked, or no page has text.
    """
    try:
        pages = pages_of(data, MAX_PAGES, {"x_tolerance": 1.5, "y_tolerance": 3}, fallback=False)
    except Missing as error:
        raise SourceError(name, "reading a PDF file needs the package pdfplumber.",
                          f"Install it with `{INSTALL}`, or extract the text yourself, for example with `pdftotext -layout`.") from error
    except Broken as error:
        raise SourceError(name, "the PDF is locked by a password." if error.locked else f"the PDF is damaged ({error.cause}).",
                          "Save it without one." if error.locked else "Export the conversation again.") from error
    if pages.count > MAX_PAGES:
        raise SourceError(name, f"the PDF has {pages.count} pages, more than {MAX_PAGES}.", "Split it.")
    if not any(p.strip() for p in pages.texts):
        raise SourceError(name, "the PDF has no text layer: its pages are pictures.", "Export the conversation as text, or run text recognition over it first.")
    if len(pages.texts) == 1:
        return pages.texts[0]
    return "\n".join(f"--- Page {k} ---\n{text}" for k, text in enumerate(pages.texts, 1))
