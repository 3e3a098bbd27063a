"""Tables for learning platforms, from a graded folder. An answer that waits for a person leaves the cell blank: no platform takes that for a 0."""

from __future__ import annotations

from collections.abc import Sequence

from derive.course.collate import Record, points_text
from derive.course.tables import csv_bytes


def moodle(records: Sequence[Record], title: str) -> bytes:
    """For Moodle's import of grades: ID number, Full name, Email address, the grade, and a line of feedback."""
    head = ["ID number", "Full name", "Email address", title, f"{title} (feedback)"]
    return csv_bytes([head, *([r["student"], r["name"], r["email"], points_text(r["points"]), _line(r)] for r in records)])


def canvas(records: Sequence[Record], title: str) -> bytes:
    """For Canvas' import of a gradebook: students by their SIS id, a second row with the points possible."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    possible = ["    Points Possible", "", "", "", "", points_text(max((r["max"] for r in records), default=0))]
    return csv_bytes([head, possible, *([r["name"] or r["student"], "", r["student"], r["email"], r["section"], points_text(r["points"])] for r in records)])


def _line(r: Record) -> str:
    """The verdicts of all parts in a line."""
    return "; ".join(f"{p['number']}: {p['verdict']}, {points_text(p['points']) or 'open'}/{points_text(p['max'])}" for p in r["parts"])
