"""PDF: the text layer page by page, by pdfplumber (extra `pdf`), or by pypdf where only that is installed.

A text layer is a line of signs: exponents, indices and fractions that were set above or below the line are flattened in it. Whether a page
holds such is found by the sizes of its signs and by drawn bars.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

INSTALL = "pip install 'pdfplumber>=0.11,<1'"
SMALLER = 0.85
"""A sign of less than this share of the size of its line is an exponent, an index or part of a fraction."""
BAR = 1.5
"""A drawn line of at most so many points in height, and of at least twice that in width, may be the bar of a fraction or a root."""


class Missing(Exception):
    """No reader for PDF is installed."""


class Broken(Exception):
    """The file is damaged, or locked by a password."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__} {str(cause)[:100]}".strip())
        self.cause = type(cause).__name__
        self.locked = "password" in f"{type(cause).__name__} {cause!r}".lower()


def readers() -> tuple[str, ...]:
    """The readers that are installed, by name: what a file gives depends on them."""
    return tuple(name for name in ("pdfplumber", "pypdf") if find_spec(name) is not None)


@dataclass(frozen=True)
class Pages:
    """texts: of the first pages; count: of all pages; flattened: whether a page sets signs above or below its lines, so that its text layer has lost something."""

    texts: tuple[str, ...]
    count: int
    flattened: bool


def pages_of(data: bytes, most: int, settings: Mapping[str, Any], fallback: bool = True) -> Pages:
    """The text layer of the first `most` pages.

    settings: for pdfplumber's `extract_text`; fallback: whether pypdf will do, which does not say where signs stood. Raises Missing or Broken.
    """
    try:
        import pdfplumber
    except ImportError:
        if not fallback:
            raise Missing from None
        return _with_pypdf(data, most)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            pages: list[Any] = document.pages
            texts, count, flattened = [], len(pages), False
            for page in pages[:most]:
                texts.append(str(page.extract_text(**settings) or ""))
                flattened = flattened or _flattened(page)
                page.close()
    except Exception as error:  # the parser of a foreign format raises what it likes
        raise Broken(error) from error
    return Pages(tuple(texts), count, flattened)


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


def _with_pypdf(data: bytes, most: int) -> Pages:
    try:
        import pypdf
    except ImportError:
        raise Missing from None
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        count = len(reader.pages)
        return Pages(tuple(reader.pages[k].extract_text() or "" for k in range(min(count, most))), count, True)
    except Exception as error:
        raise Broken(error) from error
