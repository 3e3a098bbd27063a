"""Tables in prose whose columns come first: 'Messages: all-to-all n(n-1), server 2n. Sizes: p, p'."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

MOST_TEXT = 2_000
_HEAD = re.compile(r"(?:^|(?<=[.;\n]))[ \t>*_-]*(?P<head>[A-Za-z#][A-Za-z# ]{1,50}?)\s*[*_]*\s*(?::|\bare\b|\bis\b)[*_]*\s+", re.I)
_AROUND = re.compile(r"^\W*?(?:(?:for|the|in|with|of|an?|uses?|needs?|sends?|takes?|is|are)\b\s*|[:=→-]\s+|[:=]\s*)*|(?:\s*\b(?:for|the|in|with|of|an?|on)\b\s*|[\s.,;:])*$", re.I)
_SAYS_NOTHING = re.compile(r"[\s,]*\brespectively\b[\s.]*|[\s.]+$", re.I)


def by_columns(text: str, columns: list[str], column_of: Callable[[str], str | None], names: list[tuple[str, str]],
               cut: Callable[[str], list[str]]) -> list[list[str]]:
    """The rows of a table that is told column by column, each with its id first; empty where a text is not of this form.

    columns: in the order of the rows' cells; column_of: which column a head names; names: plain names of rows with their ids;
    cut: the items of a clause. A column without names of rows has the order of the first one with them.
    """
    if len(text) > MOST_TEXT or (":" not in text and " are " not in text):
        return []
    heads = [m for m in _HEAD.finditer(text) if column_of(m["head"]) is not None and not _named(m["head"], names)]
    told = [column_of(m["head"]) for m in heads]
    if len(heads) < 2 or sorted(map(str, told)) != sorted(columns):
        return []
    ends = [*(m.start() for m in heads[1:]), len(text)]
    clauses = [[i for i in cut(_SAYS_NOTHING.sub("", text[m.end() : end])) if i] for m, end in zip(heads, ends, strict=True)]
    order: list[str] = []
    cells: dict[tuple[str, str], str] = {}
    for column, items in zip(told, clauses, strict=True):
        found = [_named(i, names) for i in items]
        rows = [f[0] for f in found if f is not None]
        if rows and (len(rows) < len(items) or len(set(rows)) < len(rows)):
            return []
        order = order or rows
        values = [f[1] for f in found if f is not None] if rows else items
        if not order or len(values) != len(rows or order):
            return []
        cells |= {(row, str(column)): v for row, v in zip(rows or order, values, strict=True)}
    return [[row, *(cells.get((row, c), "") for c in columns)] for row in order]


def _named(item: str, names: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The row that an item names, by its longest name, and what the item says beside it."""
    for name, row in sorted(names, key=lambda pair: -len(pair[0])):
        m = re.search(r"(?<![\w\\$])" + r"[\s-]*".join(map(re.escape, name.split())) + r"(?![\w$])", item, re.I)
        if m is not None:
            before, after = item[: m.start()], item[m.end() :]
            if re.search(r"[\d$]", before) and re.search(r"[\d$]", after):
                return None  # '2n ring 3n': which of them is meant is not said
            value = " ".join(x for x in (_AROUND.sub("", before), _AROUND.sub("", after)) if x)
            return row, value
    return None
