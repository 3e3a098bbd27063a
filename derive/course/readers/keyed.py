"""Files whose answers have keys: JSON, TOML, and CSV tables of one student."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from derive.course.documents import Document, decoded, field_about

MAX_ENTRIES = 2_000
MAX_DEPTH = 6
MAX_FIELD = 200_000
_INSIDE = ("answers", "responses", "solutions", "submission")
_BESIDE = ("problem", "comment", "notes", "format", "type")
Entry = tuple[str, str | tuple[str, ...]]
_PART, _ANSWER = ("part", "question", "item", "id"), ("answer", "response", "solution", "text", "value")


def read_json(data: bytes, name: str) -> Document:
    """JSON: {"update": "..."}, {"penalty-l2": {"update": ...}}, {"answers": [...]}, a list in order, or a list of {part, answer}."""
    text, notes = decoded(data)
    try:
        raw = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as err:
        return Document(name, "json", trouble=f"this is not JSON: {_short(err)}")
    return _document(raw, name, "json", notes)


def read_toml(data: bytes, name: str) -> Document:
    """TOML, with the same shapes as JSON."""
    text, notes = decoded(data)
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as err:
        return Document(name, "toml", trouble=f"this is not TOML: {_short(err)}")
    return _document(raw, name, "toml", notes)


def read_csv(data: bytes, name: str) -> Document:
    """CSV of one student: columns part and answer (and problem), or one row under the names of the parts."""
    text, notes = decoded(data)
    try:
        rows = csv_rows(text)
    except ValueError as err:
        return Document(name, "csv", trouble=str(err))
    if not rows:
        return Document(name, "csv", trouble="it has no row")
    return document_of_rows(rows, name, notes)


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a table, empty ones left out; the sign between cells is ',', ';' or a tab. Raises ValueError."""
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    before = csv.field_size_limit(MAX_FIELD)
    try:
        return [row for row in csv.reader(io.StringIO(text), delimiter=sign) if any(c.strip() for c in row)]
    except csv.Error as err:
        raise ValueError(f"this is no table: {err}") from None
    finally:
        csv.field_size_limit(before)


def column(head: list[str], names: tuple[str, ...]) -> int:
    """The column whose head is one of these words, or -1."""
    plain = [h.strip().lower() for h in head]
    return next((plain.index(n) for n in names if n in plain), -1)


def document_of_rows(rows: list[list[str]], name: str, notes: list[str]) -> Document:
    """The answers of one student from the head of a table and the rows that are theirs."""
    head, body = rows[0], rows[1:]
    part, answer, problem = column(head, _PART), column(head, _ANSWER), column(head, ("problem",))
    about: dict[str, str] = {}
    entries: list[Entry] = []
    turned: list[tuple[str, str]] = []
    for k, title in enumerate(head):
        key = field_about(title)
        if key and k not in (part, answer, problem):
            about.setdefault(key, next((r[k].strip() for r in body if k < len(r) and r[k].strip()), ""))
    about = {k: v for k, v in about.items() if v}
    if part >= 0 and answer >= 0:
        for row in body[:MAX_ENTRIES]:
            row = row + [""] * (len(head) - len(row))
            if len(row) > len(head) and answer == len(head) - 1:  # an answer with commas that nobody quoted
                row = [*row[:answer], ",".join(row[answer:])]
            entries.append((f"{row[problem]}#{row[part]}" if problem >= 0 and row[problem].strip() else row[part], row[answer]))
    else:
        if len(head) == 2 and not about:  # two columns without a head
            turned = [(r[0], ",".join(r[1:])) for r in rows[:MAX_ENTRIES] if len(r) > 1]
        if len(body) > 1:
            notes = [*notes, f"{len(body)} rows; the last one counts"]
        last = body[-1] if body else []
        entries = [(h, last[k]) for k, h in enumerate(head) if k < len(last) and h.strip() and not field_about(h)]
    if not entries and not turned:
        return Document(name, "csv", about=about, notes=tuple(notes), trouble="no column of answers was found; give part and answer, or a column for each part")
    return Document(name, "csv", entries=tuple(entries), turned=tuple(turned), about=about, notes=tuple(notes))


def _document(raw: Any, name: str, form: str, notes: list[str]) -> Document:
    about: dict[str, str] = {}
    entries: list[Entry] = []
    if isinstance(raw, list) and all(isinstance(x, (str, int, float)) and not isinstance(x, bool) for x in raw):
        return Document(name, form, listed=tuple(_value(x) for x in raw[:MAX_ENTRIES]), notes=tuple(notes))
    if isinstance(raw, Mapping):
        for k, v in raw.items():
            key = field_about(str(k))
            if key and isinstance(v, (str, int)):
                about.setdefault(key, str(v))
            elif key and isinstance(v, Mapping):
                about.update({field_about(str(a)): str(b) for a, b in v.items() if field_about(str(a)) and isinstance(b, (str, int))})
        inside = next((raw[k] for k in raw if str(k).lower() in _INSIDE and isinstance(raw[k], (Mapping, list))), None)
        if isinstance(inside, list) and all(isinstance(x, (str, int, float)) and not isinstance(x, bool) for x in inside):
            return Document(name, form, listed=tuple(_value(x) for x in inside[:MAX_ENTRIES]), about=about, notes=tuple(notes))
        rest = {k: v for k, v in raw.items() if not field_about(str(k))}
        _flat(inside if inside is not None else rest, "", entries, 0)
    elif isinstance(raw, list):
        _flat(raw, "", entries, 0)
    else:
        return Document(name, form, trouble="neither a table of answers nor a list of them")
    if len(entries) > MAX_ENTRIES:
        notes = [*notes, f"{len(entries)} entries; the first {MAX_ENTRIES} are read"]
    if not entries:
        return Document(name, form, about=about, notes=tuple(notes), trouble="it holds no answer")
    return Document(name, form, entries=tuple(entries[:MAX_ENTRIES]), about=about, notes=tuple(notes))


def _flat(raw: Any, path: str, out: list[Entry], depth: int) -> None:
    """Nested tables as 'problem#part' keys; a list of {part, answer} by what it says; a list of texts as such."""
    if depth > MAX_DEPTH or len(out) > MAX_ENTRIES:
        return
    if isinstance(raw, Mapping):
        part = next((str(raw[k]) for k in _PART if k in raw and isinstance(raw[k], (str, int))), "")
        answer = next((raw[k] for k in _ANSWER if k in raw and (part or k != "value")), None)
        if answer is not None and (part or set(raw) <= {*_ANSWER, *_BESIDE}):
            name = str(raw.get("problem", "")) or path
            out.append((f"{name}#{part}" if name and part else part or name, _value(answer)))
            return
        for k, v in raw.items():
            _flat(v, f"{path}#{k}" if path else str(k), out, depth + 1)
    elif isinstance(raw, list) and any(isinstance(x, Mapping) for x in raw):
        for x in raw:
            _flat(x, path, out, depth + 1)
    elif isinstance(raw, list) and any(isinstance(x, str) for x in raw):
        out.append((path, tuple(_value(x) for x in raw)))
    else:
        out.append((path, _value(raw)))


def _value(raw: Any) -> str:
    """A value as a student would write it: a list of numbers is a vector, null is nothing."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, list):
        return "[" + ", ".join(_value(x) for x in raw) + "]"
    return str(raw)


def _short(err: Exception) -> str:
    return re.sub(r"\s+", " ", str(err))[:160] or type(err).__name__
