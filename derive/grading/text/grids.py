"""Tables in a text as grids of cells: Markdown, LaTeX, HTML, JSON."""

from __future__ import annotations

import ast
import json

from derive import patterns as re

MAX_CELLS = 1_000


def json_grid(text: str) -> list[list[str]]:
    """{"ring": ["2n(n-1)", "p/n"]} or {"ring": {"messages": ..., "size": ...}}, or a list of lists."""
    body = re.sub(r"^\s*```\w*\n|\n```\s*$", "", text).strip()
    body = re.sub(r"^(?:def \w+\([\w, ]{0,40}\):\s*return|\w+\s*=)\s*(?=[\[{])", "", body)
    if body[:1] not in ("{", "[") or len(body) > 6000:
        return []
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return _python_grid(body)
    rows: list[list[str]] = []
    for name, cells in data.items() if isinstance(data, dict) else ((r[0], r[1:]) for r in data if isinstance(r, list) and r):
        if isinstance(cells, dict):
            rows.append([str(name), *(f"{k}: {v}" for k, v in cells.items())])
        elif isinstance(cells, list):
            rows.append([str(name), *(str(v) for v in cells)])
    return rows


def _python_grid(body: str) -> list[list[str]]:
    """{'ring': (2*n, p)}, {'ring': {'size': p}} or [('ring', 2*n, p)]: parsed, never run; formulas stay as written."""
    try:
        tree = ast.parse(body, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    named = list(zip(tree.keys, tree.values, strict=True)) if isinstance(tree, ast.Dict) else [
        (r.elts[0], ast.Tuple(r.elts[1:], ast.Load())) for r in getattr(tree, "elts", ()) if isinstance(r, (ast.Tuple, ast.List)) and r.elts]
    rows: list[list[str]] = []
    for name, cells in named:
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return []
        if isinstance(cells, ast.Dict):
            pairs = zip(cells.keys, cells.values, strict=True)
            rows.append([name.value, *(f"{k.value}: {_written(v)}" for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str))])
        elif isinstance(cells, (ast.Tuple, ast.List)):
            rows.append([name.value, *map(_written, cells.elts)])
    return rows


def _written(e: ast.expr) -> str:
    return e.value if isinstance(e, ast.Constant) and isinstance(e.value, str) else ast.unparse(e)


def markdown_grid(text: str) -> list[list[str]]:
    rows = []
    for line in text.splitlines():
        s = line.strip()
        if not 2 <= s.count("|") <= MAX_CELLS or set(s) <= set("|-: +="):
            continue
        rows.append([c.strip().strip("*") for c in _split_bars(s.strip("|"))])
    return rows


def _split_bars(s: str) -> list[str]:
    """Cells of a row; a bar inside a formula does not split."""
    out, current, dollar = [], "", False
    for i, c in enumerate(s):
        if c == "$":
            dollar = not dollar
        if c == "|" and not dollar and (i == 0 or s[i - 1] != "\\"):
            out.append(current)
            current = ""
        else:
            current += c
    return [*out, current]


def latex_grid(text: str) -> list[list[str]]:
    m = _TABULAR.search(text)
    if not m:
        return []
    body = re.sub(r"\\(?:hline|toprule|midrule|bottomrule)", "", m.group(1))
    return [[c.strip() for c in line.split("&")] for line in body.split("\\\\") if line.strip()]


def html_grid(text: str) -> list[list[str]]:
    if "<tr" not in text.lower():
        return []
    rows = []
    for row in re.split(r"<tr[^<>]{0,200}>", text, flags=re.I)[1:]:
        cells = re.split(r"<t[dh][^<>]{0,200}>", row, flags=re.I)[1:]
        rows.append([_TAG.sub("", c).strip() for c in cells])
    return rows


_TABULAR = re.compile(r"\\begin\{(?:tabular|array)\}(?:\{[^}]*\})?(.*?)\\end\{(?:tabular|array)\}", re.S)


_TAG = re.compile(r"<[^<>]{0,200}>")
