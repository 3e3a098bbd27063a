"""Marked submissions -> what each student has: attempts, decisions and points. The one form that every report and export reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from derive.course.decisions import Decision, decided
from derive.course.labels import part_number
from derive.course.mark import MISSING, Marked
from derive.course.roster import Student
from derive.problem.model import Part, Problem

SCHEMA = 1
GRADED, WAITING, ABSENT = "graded", "waiting", "no submission"

Record = dict[str, Any]


def collate(problems: Sequence[Problem], marked: Iterable[Marked], students: Sequence[Student] = (), decisions: Sequence[Decision] = ()) -> list[Record]:
    """One record a student, by id; those on the roster who handed in nothing are there, too.

    A record: student, name, email, section, matched, status (graded; waiting: an answer waits for a person; no submission), points, max
    (points is None while an answer waits), waiting (their number), submissions (files, notes, what answers no part), and
    parts: problem, version, part, number, title, variant, max, points, share, verdict, attempt, attempts, decision, and all that mark says of the
    answer that counts.
    """
    by_student: dict[str, list[Marked]] = {}
    for m in marked:
        by_student.setdefault(m["student"], []).append(m)
    listed = {s.id: s for s in students}
    out = [_record(problems, own, listed.get(student), decisions) for student, own in by_student.items()]
    out += [_absent(problems, s) for s in students if s.id not in by_student]
    return sorted(out, key=lambda r: (str(r["student"]).lower(), str(r["student"])))


def _record(problems: Sequence[Problem], own: list[Marked], listed: Student | None, decisions: Sequence[Decision]) -> Record:
    own = sorted(own, key=lambda m: (m["attempt"], m["submission"]))
    last = own[-1]
    student = listed or Student(last["student"], last["name"], last["email"], last["section"])
    at = {(m["submission"], p["problem"], p["part"]): p for m in own for p in m["parts"]}
    parts = [_part(problems, p, part, [(m, at[(m["submission"], p.id, part.id)]) for m in own], student.id, decisions) for p in problems for part in p.parts]
    waiting = sum(p["points"] is None for p in parts)
    return {
        **_head(student), "matched": last["matched"], "status": WAITING if waiting else GRADED,
        "points": None if waiting else _total(p["points"] for p in parts), "max": _total(p["max"] for p in parts), "waiting": waiting,
        "submissions": [{k: m[k] for k in ("submission", "attempt", "matched", "files", "notes", "extra")} for m in own], "parts": parts,
    }


def _part(problems: Sequence[Problem], problem: Problem, part: Part, attempts: list[tuple[Marked, dict[str, Any]]], student: str, decisions: Sequence[Decision]) -> dict[str, Any]:
    """The answer that counts. An attempt that leaves a part out does not take back an earlier answer to it."""
    given = [(m, p) for m, p in attempts if p["verdict"] != MISSING] or attempts[-1:]
    made = [decided(decisions, student, p) for _, p in given]
    shares = [d.credit if d is not None else p["share"] for d, (_, p) in zip(made, given, strict=True)]
    index, share = problem.policy.counted(shares)
    _, chosen = given[index]
    decision = made[index]
    look = [] if decision is not None else list(chosen["look"])
    return {
        "problem": problem.id, "version": problem.version, "part": part.id, "number": part_number(problems, problem, part), "title": chosen["title"], "variant": chosen["variant"],
        "max": part.points, "points": None if share is None else round(part.points * share, 6), "share": share, "verdict": chosen["verdict"],
        "attempt": index + 1, "attempts": len(given), "submission": given[index][0]["submission"],
        "decision": decision.to_dict() if decision is not None else None,
        **{k: chosen[k] for k in ("text", "file", "line", "found", "read_as", "reason", "strength", "diagnosis", "witness", "cluster")}, "look": look,
    }


def _absent(problems: Sequence[Problem], s: Student) -> Record:
    return {**_head(s), "matched": "roster", "status": ABSENT, "points": None, "max": _total(part.points for p in problems for part in p.parts),
            "waiting": 0, "submissions": [], "parts": []}


def _head(s: Student) -> dict[str, Any]:
    return {"schema": SCHEMA, "student": s.id, "name": s.name, "email": s.email, "section": s.section}


def _total(values: Iterable[float]) -> float:
    return round(sum(values), 6)


def points_text(value: float | None) -> str:
    """Points as people write them: 2, 1.5, 0.333; '' where a person must look."""
    return "" if value is None else f"{round(value, 3):g}"
