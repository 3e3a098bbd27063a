"""Jupyter notebooks: the cells' text one after another, an empty line between; code and what it printed between fences.

Who speaks is found in that text by the same cues as in Markdown (`**User:**`, `Thought for ...`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from derive.files.notebook import cells_of, text_of
from derive.transcripts.formats.tray import is_list_of


def accepts(data: Mapping[str, Any]) -> bool:
    """Whether the data is a notebook, of format 4 or 3."""
    if is_list_of(data, "worksheets", "cells"):
        return "nbformat" in data
    return is_list_of(data, "cells", "cell_type") and ("nbformat" in data or "metadata" in data)


def read(data: Mapping[str, Any], lost: Counter[str]) -> str:
    """The text of the notebook; pictures and the like are counted among what is lost."""
    out: list[str] = []
    for cell in cells_of(data):
        if cell.attachments:
            lost["attachment"] += cell.attachments
        text = cell.source.strip("\n")
        if not text.strip() and cell.kind != "code":
            continue
        if cell.kind != "code":
            out.append("#" * cell.level + " " + text if cell.kind == "heading" else text)
            continue
        if text.strip():
            out.append(f"```python\n{text}\n```")
        out += [said for o in cell.outputs if (said := _output(o, lost))]
    return "\n\n".join(out)


def joined(source: Any) -> str:
    """A notebook's multi-line string without the empty lines round it."""
    return text_of(source).strip("\n")


def _output(output: Mapping[str, Any], lost: Counter[str]) -> str:
    """What a cell put out: formulas and Markdown as they are, text between fences."""
    if output.get("output_type") == "stream":
        return _fenced(joined(output.get("text")))
    if output.get("output_type") in ("error", "pyerr"):
        lost["error of a cell"] += 1
        return ""
    data = output.get("data", output)
    data = data if isinstance(data, Mapping) else {}
    for kind in ("text/markdown", "text/latex", "latex"):
        if said := joined(data.get(kind)):
            return said
    if any(str(k).startswith("image/") or k in ("png", "jpeg", "svg") for k in data):
        lost["picture"] += 1
        return ""
    return _fenced(joined(data.get("text/plain", data.get("text"))))


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```" if text.strip() else ""
