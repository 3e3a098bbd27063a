"""Cells of a table that refer to another row: 'the same size as in all-to-all', 'as for the server', 'the same'."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_SAME = re.compile(
    r"\W{0,3}(?:with\s|of\s|in\s)?(?:(?:exactly|also|again)\s)?the\s(?:very\s)?same(?:\s(?:sizes?|lengths?|number|count|value)(?:\sof\smessages)?)?"
    r"(?:\s(?:as|like)(?:\s(?:in|for|with|of|at))?\s(?P<row>(?:the\s|an?\s)?[A-Za-z][A-Za-z -]{1,40}))?\W{0,3}"
    r"|\W{0,3}(?:as|like)\s(?:in|for|with)\s(?P<other>(?:the\s|an?\s)?[A-Za-z][A-Za-z -]{1,40})\W{0,3}", re.I)


def with_same_cells(cells: dict[tuple[str, str], str], row_of: Callable[[str], str | None]) -> dict[tuple[str, str], str]:
    """Cells by row and column, in the order of the text, where each that is said to be as in another row has what stands there.

    Without a name it is that of the rows before, if they all say the same.
    """
    out: dict[tuple[str, str], str] = {}
    for (row, column), text in cells.items():
        m = _SAME.fullmatch(text)
        if m is not None:
            said = m["row"] or m["other"]
            named = row_of(said) if said else None
            before = {" ".join(t.split()) for (r, c), t in (cells if named else out).items() if c == column and r != row and (not named or r == named)}
            told = next(iter(before)) if len(before) == 1 and (named or not said) else ""
            text = told if told and not _SAME.fullmatch(told) else text
        out[row, column] = text
    return out
