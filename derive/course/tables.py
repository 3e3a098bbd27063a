"""Records as files: grades.csv, grades.jsonl, and review.csv with a column for a person to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from derive.course.collate import Record, points_text
from derive.course.decisions import Decision
from derive.course.documents import decoded
from derive.course.log import line_of
from derive.course.readers.keyed import column, csv_rows
from derive.course.statistics import Waiting
from derive.errors import SourceError
from derive.problem.model import Problem

REVIEW = ("cluster", "problem", "part", "number", "count", "must", "verdict", "why", "students", "answer", "read_as", "reason", "credit", "says")


def grades_csv(records: Sequence[Record], problems: Sequence[Problem]) -> bytes:
    """One row a student: the points of each part, blank where a person must look, and the total, blank while one is."""
    parts = [f"{p.id}#{part.id}" for p in problems for part in p.parts]
    head = ["student", "name", "email", "section", "status", *parts, "total", "max", "waiting"]
    rows = [[r["student"], r["name"], r["email"], r["section"], r["status"],
             *([points_text(p["points"]) for p in r["parts"]] or [""] * len(parts)), points_text(r["points"]), points_text(r["max"]), r["waiting"]] for r in records]
    return csv_bytes([head, *rows])


def grades_jsonl(records: Iterable[Record]) -> bytes:
    """One line a student, with everything."""
    return b"".join(line_of(r) for r in records)


def review_csv(waiting: Sequence[Waiting]) -> bytes:
    """One row for equal answers that a person should look at. The columns credit (0 to 1) and says are theirs: `derive review DIR --read FILE`."""
    rows = [[w.cluster, w.problem, w.part, w.number, len(w.students), "yes" if w.must else "no", w.verdict, w.why, " ".join(w.students[:20]), w.text[:2000],
             w.read_as, w.reason, "", ""] for w in waiting]
    return csv_bytes([list(REVIEW), *rows])


def csv_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    """A table. A text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_harmless(c) for c in row] for row in rows])
    return out.getvalue().encode("utf-8", "replace")


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell


def filled_in(path: str | Path, waiting: Mapping[str, Waiting], by: str = "") -> list[Decision]:
    """The decisions of a review.csv in which a person filled in credits. Raises SourceError with the line of what is wrong."""
    file = Path(path)
    try:
        rows = csv_rows(decoded(file.read_bytes())[0])
    except OSError as err:
        raise SourceError(str(path), f"this cannot be opened: {err.strerror}.", "Name a copy of review.csv.") from None
    except ValueError as err:
        raise SourceError(str(path), f"this cannot be read: {err}.", "Save it as CSV.") from None
    at = {n: column(rows[0], (n,)) if rows else -1 for n in ("cluster", "credit", "says")}
    if at["cluster"] < 0 or at["credit"] < 0:
        raise SourceError(str(path), "the columns 'cluster' and 'credit' are expected.", "Fill in the review.csv of the graded folder.")
    out = []
    for k, row in enumerate(rows[1:], 2):
        cell = {n: row[c].strip() if 0 <= c < len(row) else "" for n, c in at.items()}
        if not cell["credit"]:
            continue
        w = waiting.get(cell["cluster"])
        if w is None:
            raise SourceError(f"{path}, line {k}", f"nothing waits under the name '{cell['cluster']}'.", "Take the review.csv of this folder as it is now.")
        out.append(Decision(w.problem, w.part, share(cell["credit"], f"{path}, line {k}"), cell["says"], cluster=w.cluster, answer=w.text[:2000], by=by))
    return out


def share(text: str, where: str) -> float:
    """A share of the points: '0.5', '0,5' or '50%'. Raises SourceError."""
    try:
        value = float(text.replace(",", ".").rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise SourceError(where, f"'{text}' is no share of the points.", "Write a number from 0.0 to 1.0, or like 50%.")
    return value
