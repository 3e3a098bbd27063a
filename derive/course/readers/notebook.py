"""Jupyter notebooks: Markdown cells as they are, code cells by what they assign. No cell is run, no output is read."""

from __future__ import annotations

import ast
import json
import re
from itertools import islice

from derive.course.documents import Document, about_of, decoded
from derive.course.labels import squeezed
from derive.files.notebook import TEXTS, cells_of

MAX_CELL = 50_000
MAX_CELLS = 2_000
_PREFIX = re.compile(r"^(?:answer|ans|solution|sol|part|q)_", re.I)


def read(data: bytes, name: str) -> Document:
    """A notebook of format 3 or 4 as one text: an assigned text or formula becomes 'name: formula'."""
    text, notes = decoded(data)
    try:
        raw = json.loads(text)
        cells = list(islice(cells_of(raw), MAX_CELLS))
    except (ValueError, RecursionError) as err:
        return Document(name, "notebook", trouble=f"this is no notebook: {type(err).__name__} {str(err)[:120]}".strip())
    out = [cell.source[:MAX_CELL] if cell.kind in TEXTS else _code(cell.source[:MAX_CELL]) for cell in cells if cell.kind in (*TEXTS, "code")]
    pictures = any(cell.attachments or re.search(r"!\[[^\]]*\]\(", cell.source[:MAX_CELL]) for cell in cells)
    if pictures:
        notes.append("it shows pictures, which are not read")
    about, body = about_of("\n\n".join(out))
    metadata = raw.get("metadata", {})
    if isinstance(metadata, dict):
        own = {k: metadata[k] for k in ("student", "name", "email") if isinstance(metadata.get(k), str)}
        authors = metadata.get("authors")
        if isinstance(authors, list) and len(authors) == 1 and isinstance(authors[0], dict) and isinstance(authors[0].get("name"), str):
            own.setdefault("name", authors[0]["name"])
        about = {**own, **about}
    return Document(name, "notebook", body, about=about, notes=tuple(notes))


def _code(source: str) -> str:
    """The assignments of a cell, one a line; what is no Python is left as it stands."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    out = [line.strip().lstrip("#").strip() for line in source.splitlines() if line.lstrip().startswith("#")]
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                out.append(f"{_said(name)}: {value.value}")
            elif isinstance(value, ast.Dict) and all(isinstance(k, ast.Constant) for k in value.keys):
                for k, v in zip(value.keys, value.values, strict=True):
                    assert isinstance(k, ast.Constant)
                    said = v.value if isinstance(v, ast.Constant) and isinstance(v.value, str) else ast.get_source_segment(source, v) or ""
                    out.append(f"{k.value!s}: {said}")
            else:
                out.append(f"{_said(name)}: {ast.get_source_segment(source, value) or ''}")
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            out.append(node.value.value)
    return "\n".join(out)


def _said(name: str) -> str:
    """answer_update as 'update', as a heading would say it."""
    return squeezed(_PREFIX.sub("", name)) or name
