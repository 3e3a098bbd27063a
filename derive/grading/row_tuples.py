"""Tables told as rows without heads: 'ring = (2n, p), star = (...)', or a numbered list in the order of the rows."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

MOST_TEXT = 2_000
_OPENS = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9 \t-]{0,40}?)[`'\"*]*\s*(?::|=|→|->|=>)\s*\$?(?:\\left\s*)?(?=[(\[])")
_ITEM = re.compile(r"^\s*(?P<number>\d)[.)]\s+(?P<rest>\S.*)$")


def by_tuples(text: str, columns: int, row_of: Callable[[str], str | None], cut: Callable[[str], list[str]]) -> list[list[str]]:
    """The rows of 'name = (a, b)' pairs, each with its name first; empty where one has another number of cells or two have one name."""
    if len(text) > MOST_TEXT:
        return []
    rows: dict[str, list[str]] = {}
    at = 0
    while (m := _OPENS.search(text, at)) is not None:
        end = _closing(text, m.end())
        row = row_of(m["name"])
        at = m.end() + 1
        if row is None or end is None:
            continue
        cells = cut(text[m.end() + 1 : end].removesuffix("\\right"))
        if len(cells) != columns or row in rows:
            return []
        rows[row] = [m["name"], *cells]
        at = end + 1
    return list(rows.values())


def by_numbers(text: str, columns: int, names: list[str], row_of: Callable[[str], str | None], cells_of: Callable[[str], list[str]]) -> list[list[str]]:
    """The rows of a numbered list with as many items as there are rows, none of which is named; empty for any other list. names: one of each row, in order."""
    if len(text) > MOST_TEXT:
        return []
    items = [m for line in text.splitlines() if (m := _ITEM.match(line)) is not None]
    if [m["number"] for m in items] != [str(k + 1) for k in range(len(names))] or any(row_of(m["rest"]) is not None for m in items):
        return []
    rows = [cells_of(m["rest"]) for m in items]
    return [[name, *cells] for name, cells in zip(names, rows, strict=True)] if all(len(r) == columns for r in rows) else []


def _closing(text: str, start: int) -> int | None:
    """Where the bracket that opens at start closes."""
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] in "([") - (text[k] in ")]")
        if not depth:
            return k
    return None
