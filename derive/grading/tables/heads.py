"""Heads of a table that say of how much its counts are: 'messages sent by each worker' where those of all machines are asked."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.keys import Key
from derive.grading.text.grids import markdown_grid

_OF_ONE_WORKER = re.compile(r"\b(?:per|(?:by|of|from|for|in)\s+(?:each|every|one|a\s+single)|each|every)\s+(?:worker|machine|node|device|gpu|round|step|phase)s?\b", re.I)


def of_one_worker(text: str, key: Key, column_of: Callable[[str], str | None]) -> str:
    """A cell of the first row or column that says its count to be that of one worker or round, where the whole is asked."""
    if "messages" not in key.part.columns or "|" not in text:
        return ""
    grid = markdown_grid(text)
    heads = [*(grid[0] if grid else []), *(row[0] for row in grid if row)]
    return next((h.strip() for h in heads if (m := _OF_ONE_WORKER.search(h)) is not None and column_of(h) == "messages" and m.group().lower() not in key.problem.statement.lower()), "")
