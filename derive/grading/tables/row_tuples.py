"""Tables told as rows without heads: 'ring = (2n, p), star = (...)', or a numbered list in the order of the rows."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.text.brackets import closing

MOST_TEXT = 2_000
_BETWEEN = re.compile(r"(?:[\s,;.$*`•-]|\b(?:and|the|so|answers?|final|table|result)\b:?)*", re.I)
_UNITS = frozenset("messages message parameters params numbers entries floats of size each with and carrying carries in total altogether long".split())
_OPENS = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9 \t-]{0,40}?)[`'\"*]*\s*(?::|=|→|->|=>)\s*\$?(?:\\left\s*)?(?=[(\[])")
_ITEM = re.compile(r"^\s*(?P<number>\d)[.)]\s+(?P<rest>\S.*)$")


def by_tuples(text: str, columns: int, row_of: Callable[[str], str | None], cut: Callable[[str], list[str]]) -> list[list[str]]:
    """The rows of 'name = (a, b)' pairs, each with its name first; empty where other words stand beside them, one has another number of cells or two have one name."""
    if len(text) > MOST_TEXT:
        return []
    rows: dict[str, list[str]] = {}
    at = 0
    while (m := _OPENS.search(text, at)) is not None:
        row, close = row_of(m["name"]), closing(text, m.end())
        if row is None or close < 0 or row in rows or re.search(r"\b(?:not|never|no)\b", m["name"], re.I) or _BETWEEN.fullmatch(text[at : m.start()]) is None:
            return []
        cells = cut(text[m.end() + 1 : close].removesuffix("\\right"))
        if len(cells) != columns:
            return []
        rows[row] = [m["name"], *cells]
        at = close + 1
    if _BETWEEN.fullmatch(text[at:]) is None:
        return []  # words behind the rows may say another thing of them
    return list(rows.values())


def by_numbers(text: str, columns: int, names: list[str], row_of: Callable[[str], str | None], cells_of: Callable[[str], list[str]]) -> list[list[str]]:
    """The rows of a numbered list with as many items as there are rows, none of which is named; empty for any other list. names: one of each row, in order."""
    if len(text) > MOST_TEXT:
        return []
    lines = [line for line in text.splitlines() if line.strip()]
    items = [m for line in lines if (m := _ITEM.match(line)) is not None]
    if len(items) < len(lines) or [m["number"] for m in items] != [str(k + 1) for k in range(len(names))]:
        return []
    if any(row_of(m["rest"]) is not None or not _UNITS.issuperset(re.findall(r"(?<![\\A-Za-z])[a-z]{2,}", m["rest"].lower())) for m in items):
        return []
    rows = [cells_of(m["rest"]) for m in items]
    return [[name, *cells] for name, cells in zip(names, rows, strict=True)] if all(len(r) == columns for r in rows) else []
