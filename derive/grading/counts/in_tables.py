"""Tables of counts as lines: 'label: value unit' for each cell, the head of its column being the unit."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.grids import markdown_grid

_NO_UNIT = re.compile(r"(?:quantit(?:y|ies)|values?|formulas?|counts?|answers?|expressions?|results?|how many|total|cost|amount|number)?", re.I)


def rows_as_lines(text: str) -> str:
    """The text with its one Markdown table as such lines; unchanged without one, or where its rows differ in length."""
    lines = text.strip().splitlines()
    at = [k for k, line in enumerate(lines) if line.strip().startswith("|")]
    grid = markdown_grid("\n".join(lines[at[0] : at[-1] + 1])) if at and at == list(range(at[0], at[-1] + 1)) else []
    if len(grid) < 2 or len({len(row) for row in grid}) != 1 or len(grid[0]) < 2:
        return text
    heads, *rows = [[cell.strip().strip("*#").strip() for cell in row] for row in grid]
    told = [f"{row[0]}: {cell} {'' if _NO_UNIT.fullmatch(head) else head}".strip() for row in rows for head, cell in zip(heads[1:], row[1:], strict=True)]
    return "\n".join([*lines[: at[0]], *told, *lines[at[-1] + 1 :]])
