"""What can go wrong: where, what, and what to do next.

Only bad specs, bad usage and bugs are exceptions. A wrong or unreadable answer is
data: a Grade with a verdict and a reason.
"""

from __future__ import annotations

from collections.abc import Callable


class DeriveError(Exception):
    """An error for a person: where it is, what is wrong, what to do next.

    where: file and key, or file and line, or "" when there is no place.
    what: one sentence that names the offending thing.
    next_step: one sentence that says how to mend it, or "".
    """

    def __init__(self, where: str, what: str, next_step: str = "") -> None:
        self.where = where
        self.what = what
        self.next_step = next_step
        head = f"{where}: {what}" if where else what
        super().__init__(f"{head} {next_step}".rstrip())


class SpecError(DeriveError):
    """A problem spec cannot be used as it stands."""


class SourceError(DeriveError):
    """A file to read (transcript, submission, batch) cannot be read as what it claims to be."""


class UsageError(DeriveError):
    """The caller asked for something that does not exist: a part, a format, a set."""


class ReadError(DeriveError):
    """A text is not mathematics in the declared symbols.

    text: the text that was read; position: offset of the failure in it (0-based);
    expected: what could have stood there; slip: the likely slip, or "", or a function that finds it when it is shown: most
    errors of a reader that tries are never shown.
    """

    def __init__(self, text: str, position: int, what: str, expected: str = "", slip: str | Callable[[], str] = "") -> None:
        Exception.__init__(self, what)
        self.text = text
        self.position = position
        self.where = ""
        self.what = what
        self.expected = expected
        self._slip = slip

    @property
    def slip(self) -> str:
        """The likely slip, or ""."""
        return self._slip if isinstance(self._slip, str) else self._slip()

    @property
    def next_step(self) -> str:  # type: ignore[override]
        """What could have stood there, and the likely slip."""
        return " ".join(filter(None, (f"Expected {self.expected}." if self.expected else "", self.slip)))

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}".rstrip()

    def caret(self, width: int = 72) -> str:
        """Two lines: the text round the failure, and a caret under it."""
        start = max(0, self.position - width // 2)
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : start + width])
        return f"{shown}\n{' ' * (self.position - start)}^"


class TooBig(ReadError):
    """The text is past a bound on length, depth, size of integers or number of nodes."""
