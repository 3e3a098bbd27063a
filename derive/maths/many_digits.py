"""mpmath, imported when the first number that is not rational is met: most answers have none, and a command starts sooner without it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class NotRational(Exception):
    """A number that is not rational was met where only such ones were expected."""


class _Library:
    """The module; each of its names is looked up once."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if not loaded() and getattr(_here, "rational", False):
            raise NotRational
        import mpmath as library

        found = getattr(library, name)
        setattr(self, name, found)
        return found


mpmath: Any = _Library()
_here = threading.local()


def loaded() -> bool:
    """Whether somebody has needed it."""
    return "mpmath" in sys.modules


@contextmanager
def rational_only() -> Iterator[None]:
    """Raise NotRational where mpmath would be imported: before that, the digits to work with must be set."""
    before, _here.rational = getattr(_here, "rational", False), True
    try:
        yield
    finally:
        _here.rational = before
