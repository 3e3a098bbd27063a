"""Lines of JSON -> lines of JSON: the unit of work of `derive batch`, the same wherever it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import IO, Any

from derive.grading.engines.workers import Lost, Workers, beside
from derive.grading.many import MEGABYTES, SECONDS, Item, grader, lost
from derive.grading.verdict import Grade
from derive.problem.model import Problem

MAX_LINE = 4_000_000  # characters; what is longer is no answer

Graded = tuple[str, str]
"""A verdict, and the grade as a line of JSON."""
Make = Callable[[], Callable[[str], Graded]]
Engine = Callable[[Iterator[list[str]]], Iterator[list[Graded]]]
"""Batches of lines -> their grades, in order."""


def line_grader(problems: Iterable[Problem], memo: bool = True, timing: bool = False, proof: str = "auto") -> Make:
    """What makes the function of one line, here or in another process."""
    return partial(_line_grader, grader(problems, memo, proof), timing)


def _line_grader(make: Callable[[], Callable[[Item], Grade]], timing: bool) -> Callable[[str], Graded]:
    graded = make()

    def one(line: str) -> Graded:
        started = time.perf_counter()
        return _shown(graded(item_of(line)), time.perf_counter() - started if timing else None)

    return one


_EXPECTED = 'Expected: {"id": "1", "problem": "penalty-l2", "part": "update", "answer": "..."} on a line.'


def item_of(line: str) -> dict[str, Any]:
    """The item that a line holds; where it holds none, one that says why."""
    if len(line) > MAX_LINE:
        return {"answer": None, "why": f"The line has more than {MAX_LINE} characters."}
    try:
        item = json.loads(line)
    except json.JSONDecodeError as err:
        return {"answer": None, "why": f"The line is no JSON: {err.msg} (character {err.pos + 1}). {_EXPECTED}"}
    except (ValueError, RecursionError):
        return {"answer": None, "why": f"The line is no JSON. {_EXPECTED}"}
    return item if isinstance(item, dict) else {"answer": None, "why": f"The line is no JSON object. {_EXPECTED}"}


def lost_line(line: str, why: Lost) -> Graded:
    """The grade of a line that no worker brought back."""
    return _shown(lost(item_of(line), why), None)


def _shown(g: Grade, seconds: float | None) -> Graded:
    data = g.to_dict()
    if seconds is not None:
        data["seconds"] = round(seconds, 6)
    return g.verdict.value, json.dumps(data, ensure_ascii=False)


def lines_of(file: IO[str]) -> Iterator[str]:
    """The lines of a file that hold something, one by one; a line past MAX_LINE is cut right after it."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith("\n"):
            while rest := file.readline(MAX_LINE):
                if rest.endswith("\n"):
                    break
        if line.strip():
            yield line.rstrip("\n")


def here(make: Make) -> Engine:
    """The engine of this process."""

    def run(batches: Iterator[list[str]]) -> Iterator[list[Graded]]:
        graded = make()
        return ([graded(line) for line in batch] for batch in batches)

    return run


def in_workers(make: Make, workers: int) -> Engine:
    """The engine of several processes of this machine."""

    def run(batches: Iterator[list[str]]) -> Iterator[list[Graded]]:
        with Workers(make, workers=workers, seconds=SECONDS, megabytes=MEGABYTES) as pool:
            for batch, results in beside(pool.map, batches):
                yield brought_back(batch, results)

    return run


def brought_back(lines: Sequence[str], results: Sequence[Graded | Lost]) -> list[Graded]:
    """The grades of lines, those that were lost among them."""
    return [lost_line(line, r) if isinstance(r, Lost) else r for line, r in zip(lines, results, strict=True)]
