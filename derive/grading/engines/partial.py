"""A long run that can be taken up again: what is written so far, and what it was written from.

OUT.part holds whole lines in order; OUT.part.json says how many of them count, their bytes, the digest of the input lines
that they answer, and the digest of the run (problems, code, options). A rerun whose run and input lines are the same
goes on after them; any other begins anew. When the last line is written OUT.part becomes OUT.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO

from derive import __version__
from derive.errors import UsageError
from derive.grading.engines.lines import Graded
from derive.problem.model import Problem
from derive.store import code_digest

EVERY = 2.0  # seconds between two notes of how far it is


class Partial:
    """The output of a run while it is written. done: how many lines an interrupted run left; counts: of all verdicts so far."""

    def __init__(self, target: Path, run: str) -> None:
        self.target, self.run = target, run
        self.part, self.note = (target.with_name(f"{target.name}.part{end}") for end in ("", ".json"))
        self.counts: Counter[str] = Counter()
        self.done = 0
        self._input = hashlib.sha256()
        self._noted = time.monotonic()
        self._out: IO[bytes] | None = None

    def __enter__(self) -> Partial:
        return self

    def start(self, lines: Callable[[], Iterator[str]], resume: bool = True) -> Iterator[str]:
        """The input lines that are still to be answered: those after what an interrupted run of the same kind left, or all.

        lines: opens the input at its beginning; resume: whether to look for what is left.
        """
        left = self._left() if resume else None
        if left is not None:
            count, size, digest, counts = left
            rest = lines()
            for line in islice(rest, count):
                self._read(line)
            if self.done == count and self._input.hexdigest() == digest:
                self.counts.update(counts)
                self._out = open(self.part, "r+b")  # noqa: SIM115  # closed by __exit__
                self._out.truncate(size)
                self._out.seek(size)
                return rest
            self.done, self._input = 0, hashlib.sha256()
        try:
            self._out = open(self.part, "wb")  # noqa: SIM115  # closed by __exit__
        except OSError as err:
            raise UsageError(str(self.target), f"this cannot be written: {err.strerror}.", "Name a file in a folder that exists and may be written to.") from None
        return lines()

    def _read(self, line: str) -> None:
        self._input.update(line.encode("utf-8", "surrogatepass") + b"\n")
        self.done += 1

    def _left(self) -> tuple[int, int, str, dict[str, int]] | None:
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            count, size, counts = int(note["lines"]), int(note["bytes"]), {str(v): int(n) for v, n in note["counts"].items()}
            whole = self.part.stat().st_size >= size and note["run"] == self.run and count > 0
            return (count, size, str(note["input"]), counts) if whole else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, lines: Sequence[str], grades: Sequence[Graded]) -> None:
        """The grades of the next lines."""
        assert self._out is not None
        self._out.write("".join(f"{text}\n" for _, text in grades).encode("utf-8", "backslashreplace"))
        for line in lines:
            self._read(line)
        self.counts.update(verdict for verdict, _ in grades)
        if time.monotonic() - self._noted > EVERY:
            self._write_note()

    def _write_note(self) -> None:
        assert self._out is not None
        self._out.flush()
        note = {"run": self.run, "lines": self.done, "bytes": self._out.tell(), "input": self._input.hexdigest(), "counts": dict(self.counts)}
        beside = self.note.with_name(f"{self.note.name}.new")
        beside.write_text(json.dumps(note), encoding="utf-8")
        os.replace(beside, self.note)
        self._noted = time.monotonic()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._out is None:
            return
        if kind is not None:
            self._write_note()
            self._out.close()
            return
        self._out.close()
        os.replace(self.part, self.target)
        self.note.unlink(missing_ok=True)


def run_digest(problems: Iterable[Problem], options: str) -> str:
    """The digest of what decides the grades: the problems, the code and the options."""
    stated = "\0".join(repr(replace(p, path=None, digest="")) for p in problems)
    code = code_digest("errors", "maths", "problem", "derivation", "grading")
    return hashlib.sha256(f"{__version__}\0{code}\0{options}\0{stated}".encode("utf-8", "backslashreplace")).hexdigest()
