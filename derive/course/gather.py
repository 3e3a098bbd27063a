"""Submissions: which files belong together, whose they seem to be by name, and which attempt they are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.course.documents import MAX_BYTES, decoded, field_about
from derive.course.file_names import problem_named
from derive.course.readers.keyed import column, csv_rows
from derive.errors import UsageError
from derive.files import pdf

MAX_FILES = 200
"""Files of one submission that are looked at."""

_ATTEMPT = re.compile(r"(?:[-_ .]+\(?(?:attempt|try|version|resubmission|submission|v)[-_ ]?(\d{1,2})\)?|[-_ .]*\((\d{1,2})\))$", re.I)
_MOODLE = re.compile(r"^(?P<who>.+?)_(?P<number>\d+)_assignsubmission_\w+$")
_CANVAS = re.compile(r"^(?P<who>[a-z]+(?:-[a-z]+)*)_(?:LATE_)?(?P<number>\d+)_(?P<upload>\d+)_(?P<file>.+)$")
_IGNORED = re.compile(r"^(?:\.|__MACOSX$|~\$|Thumbs\.db$|desktop\.ini$|submission_metadata\.(?:yml|json)$)|\.(?:aux|log|synctex\.gz|out|fls|fdb_latexmk|pyc)$", re.I)


@dataclass(frozen=True)
class Submission:
    """What one student handed in at one time.

    id: its path below SUBMISSIONS, unique; name: what names the student in it; files: paths below SUBMISSIONS, with '/';
    rows: for a line of a table or of JSONL, the file as this student's alone; attempt: 1, 2, ...; given: the student as a column
    says; problem: the id of the problem whose folder it lies in, or ''.
    """

    id: str
    name: str
    files: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    attempt: int = 1
    given: str = ""
    problem: str = ""


def gather(path: str | Path, problems: Sequence[str] = ()) -> tuple[Path, list[Submission]]:
    """The folder that file names are relative to, and the submissions in it, by id.

    A file is one submission, or, where it is a table (CSV, JSONL) with a column for the student, one of each student.
    In a folder each file and each folder is one; files of one name but for the ending belong together; folders that
    are called like problems hold a file or folder of each student. Raises UsageError where there is nothing.
    """
    top = Path(path)
    if not top.exists():
        raise UsageError(str(path), "there is no such file or folder of submissions.", "Name the file of a student, or a folder with one file or folder a student.")
    if top.is_file() and top.suffix.lower() == ".zip":
        raise UsageError(str(path), "this is a zip archive.", "Unpack it and name the folder.")
    if top.is_file():
        return top.parent, _table(top, top.name) or [_one(top.name, [top.name])]
    entries = _entries(top)
    if entries and all(e.is_file() and problem_named(e.stem, problems) for e in entries):  # one student, a file for each problem
        return top, [_one(top.resolve().name, [e.name for e in entries])]
    found: dict[str, list[str]] = {}
    given: list[Submission] = []
    by_problem: dict[str, str] = {}
    for entry in entries:
        if entry.is_dir() and problem_named(entry.name, problems):
            for inner in _entries(entry):
                _add(inner, top, found, prefix=f"{entry.name}/")
            by_problem[f"{entry.name}/"] = problem_named(entry.name, problems)
        elif entry.is_file() and entry.suffix.lower() in (".csv", ".tsv", ".jsonl", ".ndjson") and (rows := _table(entry, entry.name)):
            given += rows
        else:
            _add(entry, top, found)
    submitters = _gradescope(top / "submission_metadata.yml")
    out = given
    for key, files in found.items():
        if key in submitters:  # a group is one submission of each of its members
            out += [Submission(f"{key}:{who}" if len(submitters[key]) > 1 else key, who, tuple(sorted(files)[:MAX_FILES]), given=who) for who in submitters[key]]
            continue
        folder, problem = next(((prefix, p) for prefix, p in by_problem.items() if key.startswith(prefix)), ("", ""))
        out.append(_one(key, sorted(files), problem, folder))
    if not out:
        raise UsageError(str(path), "no submission lies in this folder.", "It should hold one file or folder a student.")
    return top, sorted(out, key=lambda s: s.id)


def digest_of(submission: Submission, top: Path) -> str:
    """A hash of all of a submission that is read: names, sizes and contents, and for a PDF which readers there are."""
    h = hashlib.sha256(json.dumps([submission.id, submission.given, submission.attempt, submission.problem, submission.rows]).encode())
    for name in submission.files:
        h.update(b"\0" + name.encode("utf-8", "surrogateescape") + b"\0")
        path = top / name
        try:
            if not path.is_file():  # a pipe would wait for ever
                continue
            with path.open("rb") as f:
                data = f.read(MAX_BYTES)
            h.update(f"{path.stat().st_size}\0".encode() + data)
            if b"%PDF-" in data[:1024]:
                h.update(" ".join(pdf.readers()).encode())
        except OSError as err:
            h.update(str(err.errno).encode())
    return h.hexdigest()


def _entries(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if not _IGNORED.search(p.name))


def _add(entry: Path, top: Path, found: dict[str, list[str]], prefix: str = "") -> None:
    """A file, or all files of a folder, to the submission of its name; folders called attempt-2 are attempts of their own."""
    if entry.is_dir():
        inner = _entries(entry)
        attempts = [p for p in inner if p.is_dir() and _ATTEMPT.search(f"-{p.name}")]
        if attempts and len(attempts) == len(inner):
            for p in attempts:
                found[f"{prefix}{entry.name}/{p.name}"] = files_in(p, top)
            return
        found.setdefault(f"{prefix}{entry.name}", []).extend(files_in(entry, top))
        return
    canvas = _CANVAS.match(entry.name)
    key = f"{canvas['who']}_{canvas['number']}" if canvas else entry.name.removesuffix("".join(entry.suffixes[-1:]))
    found.setdefault(f"{prefix}{key}", []).append(entry.relative_to(top).as_posix())


_SUBMISSION = re.compile(r"^(submission_\d+):", re.M)
_SUBMITTER = re.compile(r"^\s*(?P<new>-\s*)?:(?P<key>name|sid|email):\s*(?P<value>.*?)\s*$", re.M)


def _gradescope(file: Path) -> dict[str, list[str]]:
    """The submitters of each folder, by id, else mail address, else name, as Gradescope's export says; empty where there is none."""
    if not file.is_file() or file.stat().st_size > MAX_BYTES:
        return {}
    text = file.read_text(encoding="utf-8", errors="replace")
    out: dict[str, list[str]] = {}
    heads = list(_SUBMISSION.finditer(text))
    for m, end in zip(heads, [h.start() for h in heads[1:]] + [len(text)], strict=True):
        people: list[dict[str, str]] = []
        listed = re.split(r"^ {0,2}:\w+:", text[m.end() : end].partition(":submitters:")[2], maxsplit=1, flags=re.M)[0]
        for found in _SUBMITTER.finditer(listed):
            if found["new"] or not people:
                people.append({})
            people[-1].setdefault(found["key"], found["value"].strip("'\""))
        names = [p.get("sid") or p.get("email") or p.get("name") or "" for p in people]
        if any(names):
            out[m.group(1)] = [n for n in dict.fromkeys(names) if n]
    return out


def files_in(folder: Path, top: Path) -> list[str]:
    out: list[str] = []
    for p in sorted(folder.rglob("*")):
        if p.is_file() and not any(_IGNORED.search(x) for x in p.relative_to(folder).parts):
            out.append(p.relative_to(top).as_posix())
    return out


def files_below(folder: Path) -> list[str]:
    """All files below a folder that may be a submission's, as paths from it."""
    return files_in(folder, folder) if folder.is_dir() else []


def _one(key: str, files: list[str], problem: str = "", folder: str = "") -> Submission:
    last = key.rpartition("/")[2]
    m = _ATTEMPT.search(last if "/" not in key or problem else f"-{last}")
    attempt = int(m.group(1) or m.group(2)) if m is not None else 1
    name = key.removeprefix(folder)
    if "/" in name:
        name = name.partition("/")[0]
    elif m is not None and m.start():
        name = name[: m.start()]
    if len(files) == 1 and key == files[0]:  # SUBMISSIONS is this one file
        name = name.rpartition(".")[0] or name
    key, name = _sayable(key), _sayable(name)
    moodle, canvas = _MOODLE.match(name), _CANVAS.match(f"{name}_0_x")
    name = moodle["who"] if moodle else canvas["who"] if canvas else name
    return Submission(key, name, tuple(files[:MAX_FILES]), attempt=attempt, problem=problem)


def _sayable(name: str) -> str:
    """A name that can be written: bytes that are no text are '?', with a hash that keeps such names apart."""
    plain = name.encode("utf-8", "replace").decode()
    return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"


def _table(file: Path, name: str) -> list[Submission]:
    """The submissions of a table with a column for the student; empty for any other file."""
    if file.suffix.lower() not in (".csv", ".tsv", ".jsonl", ".ndjson"):
        return []
    try:
        if file.stat().st_size > 8 * MAX_BYTES:
            raise UsageError(str(file), f"this table has more than {8 * MAX_BYTES:,} bytes.", "Split it.")
        text, _ = decoded(file.read_bytes()) if file.stat().st_size <= MAX_BYTES else (file.read_text("utf-8", errors="replace"), [])
        rows = _lines(text) if file.suffix.lower() in (".jsonl", ".ndjson") else csv_rows(text)
    except (OSError, ValueError):
        return []
    if len(rows) < 2:
        return []
    head = rows[0]
    who = column(head, ("student", "student id", "student_id", "sid", "username", "login", "email", "email address", "matriculation number"))
    if who < 0:
        return []
    attempt = column(head, ("attempt", "try"))
    own: dict[tuple[str, int], list[tuple[str, ...]]] = {}
    wide = column(head, ("part", "question", "item")) < 0
    seen: dict[str, int] = {}
    for row in rows[1:]:
        student = row[who].strip() if who < len(row) else ""
        k = int(row[attempt]) if 0 <= attempt < len(row) and row[attempt].strip().isdigit() else 1
        if wide and attempt < 0:  # each further row of a student is a further attempt
            k = seen[student] = seen.get(student, 0) + 1
        own.setdefault((student, k), []).append(tuple(row))
    kept = [k for k, h in enumerate(head) if k not in (who, attempt) and (field_about(h) not in ("student", "") or not field_about(h))]
    return [Submission(f"{name}:{student or 'nobody'}" + (f":{k}" if k > 1 else ""), student or "nobody",
                       rows=(tuple(head[c] for c in kept), *(tuple(r[c] if c < len(r) else "" for c in kept) for r in body)), attempt=k, given=student)
            for (student, k), body in own.items()]


def _lines(text: str) -> list[list[str]]:
    """JSONL of objects as a table; a line that is none is left out."""
    objects = []
    for line in text.splitlines():
        try:
            raw = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(raw, dict):
            objects.append(raw)
    head = list(dict.fromkeys(str(k) for o in objects for k in o))
    return [head, *([("" if o.get(k) is None else str(o[k]) if not isinstance(o[k], (dict, list)) else json.dumps(o[k], ensure_ascii=False)) for k in head] for o in objects)]
