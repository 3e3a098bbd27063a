"""A vector given as a table: one row an entry."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.interpret import interpret
from derive.grading.finding.wanted import Alternative, Interpretation, Member, Reply, Wanted
from derive.grading.text.grids import html_grid, latex_grid, markdown_grid
from derive.maths import expr as E

TABLE_NOTE = "the rows of the table are the entries"
_TABLE = re.compile(r"<table.*?</table>|\\begin\{(?:tabular|array)\}.*?\\end\{(?:tabular|array)\}|^[^\n|]*\|[^\n]*\|[^\n]*$", re.S | re.I | re.M)
_CHANGES = re.compile(r"\b(?:minus|negative|times|half|twice|doubl\w*|inverse|reciprocal|squared?|root|log\w*|wrong|not|error|difference|old|before|scaled|tilde)\b", re.I)
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_OWN = re.compile(r"exact|original|solution|limit|answer|result|\bvalue", re.I)
_ROUGH = re.compile(r"approx|decimal|numeric|≈|rounded", re.I)


def vector_of_table(text: str, wanted: Wanted) -> Reply | None:
    """The vector whose entries stand in the rows of the text's only table, in order; None where there is no such table."""
    if len(wanted.shape) != 1 or not isinstance(wanted.shape[0], int) or wanted.shape[0] < 2:
        return None
    size = wanted.shape[0]
    for grid in (markdown_grid(text), latex_grid(text), html_grid(text)):
        if len(grid) == 2 and len(grid[0]) == len(grid[1]) in (size, size + 1) and not _says_more(text, wanted):  # the entries side by side
            first = len(grid[0]) - size
            if all(_names(c, k + 1) for k, c in enumerate(grid[0][first:])):
                grid = [list(r) for r in zip(*(r[first:] for r in grid), strict=True)]
        if len(grid) not in (size, size + 1) or len({len(r) for r in grid}) != 1 or len(grid[0]) < 2:
            continue
        head, rows = (grid[0], grid[1:]) if len(grid) == size + 1 else ([""] * len(grid[0]), grid)
        if not all(_names(r[0], k + 1) for k, r in enumerate(rows)) or _says_more(text, wanted):
            continue
        column = _column(head, wanted)
        read = [interpret(r[column].strip(" $*`"), wanted, [], "") for r in rows]
        entries = [[m for i in a.interpretations[:1] for m in i.members] for a in read]
        if all(len(e) == 1 and not e[0].expr.shape for e in entries):
            vector = Member(E.vec(tuple(e[0].expr for e in entries)), any(e[0].approximate for e in entries))
            return Reply((Alternative(text, (Interpretation((vector,), (TABLE_NOTE,), kind="asked"),)),))
    return None


def outside_tables(text: str) -> str:
    """The text without its tables, whose head says nothing that changes their numbers."""
    m = _TABLE.search(text)
    return text if m is None or _CHANGES.search(text) else _TABLE.sub(" ", text)


def _names(cell: str, place: int) -> bool:
    """Whether the first cell of a row stands for the entry at this place: 2, θ_2, x_{2}, feature 2."""
    digits = re.findall(r"\d+", cell.translate(_LOWERED))
    return bool(digits) and digits[-1] == str(place)


def _column(head: list[str], wanted: Wanted) -> int:
    """The column of the answer: named as the unknown or as exact, else the last that is no approximation."""
    own = [i for i, h in enumerate(head) if i and (_OWN.search(h) or (wanted.asked and re.search(rf"\\?\b{wanted.asked}\b", h)))]
    exact = [i for i in own or range(1, len(head)) if not _ROUGH.search(head[i])]
    return (exact or own or [len(head) - 1])[-1]


def _says_more(text: str, wanted: Wanted) -> bool:
    """Whether an equation for the unknown stands outside the table."""
    rest = "\n".join(line for line in text.splitlines() if line.count("|") < 2)
    return bool(wanted.asked and re.search(rf"\b{wanted.asked}\b[^.\n]{{0,20}}=", rest)) or "boxed" in rest
