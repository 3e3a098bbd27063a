"""Runs of blanks: a long one says no more than a short one, and patterns with several places for blanks try every way to share it out among them."""

from __future__ import annotations

import re

_WIDE = re.compile(r"[^\S\n]{25,}")  # a column of a table or six levels of a program are less
_FAR = re.compile(r"(?:\n[^\S\n]{0,24}){5,}")


def closed_up(text: str) -> str:
    """The text with no more than 24 blanks in a row and no more than four empty lines.

    >>> len(closed_up("a" + " " * 500 + "b"))
    26
    """
    return _FAR.sub("\n\n\n\n", _WIDE.sub(lambda m: m[0][:24], text))
