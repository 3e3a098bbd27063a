"""A graded folder: the tables, a page for each student, the sheet of the class, and what the run was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from derive.course.collate import ABSENT, Record
from derive.course.statistics import ClassStatistics, statistics
from derive.course.tables import grades_csv, grades_jsonl, review_csv
from derive.files.whole import write_whole
from derive.problem.model import Problem
from derive.reports.class_page import class_page
from derive.reports.student_page import student_page

PAGES = "feedback"
RUN = "run.json"


def write_folder(folder: Path, records: Sequence[Record], problems: Sequence[Problem], *, level: str | None, rostered: bool, about: dict[str, Any]) -> ClassStatistics:
    """Write all files of a graded folder, each of them whole or not at all; about: what the run was, written last."""
    stats = statistics(records, rostered)
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    names = page_names([r["student"] for r in records if r["status"] != ABSENT])
    write_whole(folder / "grades.jsonl", grades_jsonl(records))
    write_whole(folder / "grades.csv", grades_csv(records, problems))
    write_whole(folder / "review.csv", review_csv(stats.waiting))
    for r in records:
        if r["student"] in names:
            write_whole(pages / names[r["student"]], student_page(r, problems, level).encode("utf-8", "replace"))
    for old in pages.glob("*.html"):
        if old.name not in names.values():
            old.unlink()
    links = {s: f"{PAGES}/{quote(n)}" for s, n in names.items()}
    write_whole(folder / "class.html", class_page(stats, problems, links).encode("utf-8", "replace"))
    write_whole(folder / RUN, (json.dumps(about, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))
    return stats


def page_names(students: Sequence[str]) -> dict[str, str]:
    """A file name for each student: the id where it is one, with a hash where two would be the same."""
    out: dict[str, str] = {}
    taken: set[str] = set()
    for s in sorted(students):
        name = re.sub(r"[^A-Za-z0-9@._-]+", "-", s).strip(".-")[:80]
        if not name or name != s or name.lower() in taken:
            name = f"{name or 'student'}-{hashlib.sha256(s.encode('utf-8', 'replace')).hexdigest()[:6]}" if not name or name.lower() in taken else name
        while name.lower() in taken:
            name += "-"
        taken.add(name.lower())
        out[s] = f"{name}.html"
    return out
