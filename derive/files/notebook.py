"""Jupyter notebooks of format 3 and 4: their cells in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

TEXTS = ("markdown", "raw", "heading")


@dataclass(frozen=True)
class Cell:
    """kind: 'code', 'markdown', 'raw' or 'heading'; source: its text; level: of a heading; attachments: how many pictures and the like; outputs: as they stand."""

    kind: str
    source: str
    level: int = 1
    attachments: int = 0
    outputs: tuple[Mapping[str, Any], ...] = field(default=())


def cells_of(data: Any) -> Iterator[Cell]:
    """The cells of a notebook. Raises ValueError for data that is no notebook."""
    if not isinstance(data, Mapping):
        raise ValueError("it is no object")
    sheets = data.get("worksheets")
    found = data["cells"] if "cells" in data else [c for s in sheets for c in s["cells"]] if isinstance(sheets, list) and all(
        isinstance(s, Mapping) and isinstance(s.get("cells"), list) for s in sheets) else None
    if not isinstance(found, list):
        raise ValueError("it has no cells")
    for cell in found:
        if not isinstance(cell, Mapping):
            continue
        level = cell.get("level", 1)
        outputs = cell.get("outputs")
        yield Cell(str(cell.get("cell_type", "")), text_of(cell.get("source", cell.get("input"))), min(max(level, 1), 6) if isinstance(level, int) else 1,
                   len(cell.get("attachments") or ()), tuple(o for o in outputs if isinstance(o, Mapping)) if isinstance(outputs, list) else ())


def text_of(source: Any) -> str:
    """A multi-line string of a notebook: one string, or a list of lines."""
    if isinstance(source, list):
        return "".join(s for s in source if isinstance(s, str))
    return source if isinstance(source, str) else ""
