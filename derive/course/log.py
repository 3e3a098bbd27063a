"""The log of a run: one line a submission, appended as it is marked. What a kill leaves half written is dropped when it is read."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from derive.errors import UsageError

SYNC_SECONDS = 1.0
"""A power cut loses at most the lines of so many seconds; a kill of the process loses none that is written."""


def read_log(path: Path) -> dict[str, dict[str, Any]]:
    """The entries by their key, the last one of a key counting. A torn last line is cut off the file; other damage is skipped."""
    if not path.is_file():
        return {}
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as f:
            f.truncate(whole)
    out: dict[str, dict[str, Any]] = {}
    for line in data[:whole].splitlines():
        try:
            entry = json.loads(line)
        except (json.JSONDecodeError, UnicodeDecodeError):
            continue
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            out[entry["key"]] = entry
    return out


class Log:
    """Appends entries to a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._synced = time.monotonic()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        os.fsync(self._file.fileno())
        self._file.close()

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write one line, at once."""
        self._file.write(line_of(entry))
        self._file.flush()
        if time.monotonic() - self._synced > SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()


def line_of(entry: Mapping[str, Any]) -> bytes:
    """An entry as a line: the same bytes for the same entry."""
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Keep a second run out of a folder while this one writes into it; a run that was killed keeps nobody out."""
    try:
        import fcntl
    except ImportError:  # Windows: no such lock
        yield
        return
    with (folder / ".lock").open("w") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(str(folder), "another run is writing into this folder.", "Wait for it, or name another folder.") from None
        yield


def sorted_lines(entries: Iterator[Mapping[str, Any]]) -> bytes:
    """All entries in the order of their keys."""
    return b"".join(line_of(e) for e in sorted(entries, key=lambda e: str(e["key"])))
