"""The roster of a course: who there is, and whose a submission is by the name of its file or what stands in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.course.readers.keyed import column, csv_rows
from derive.errors import SourceError

_ID = ("student", "id", "student id", "student_id", "sid", "sis user id", "id number", "username", "login", "matriculation number", "matriculation")
_NAME, _EMAIL = ("name", "student name", "full name", "fullname"), ("email", "email address", "e-mail", "mail", "sis login id")
_FIRST, _LAST = ("first name", "firstname", "given name"), ("last name", "lastname", "surname", "family name")
_SECTION = ("section", "group", "class")


MAX_ROSTER = 5_000_000
"""Bytes."""


@dataclass(frozen=True)
class Student:
    """One line of a roster."""

    id: str
    name: str = ""
    email: str = ""
    section: str = ""


@dataclass(frozen=True)
class Matched:
    """Whose a submission is. by: 'file name', 'what the file says', or '' where it is on no roster."""

    student: Student
    by: str = ""


def read_roster(path: str | Path) -> tuple[Student, ...]:
    """The students of a roster: one id a line, or a CSV file with a column for the id and, if there are, name, email, section.

    The id is the first of: student, id, student id, sid, SIS user id, ID number, username, login, a mail address, a name. Lines that begin
    with # are left out. Raises SourceError for a file that cannot be read, names nobody, or names a student twice.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_ROSTER:
            raise SourceError(str(path), f"the roster has {file.stat().st_size} bytes; {MAX_ROSTER} are read.")
        text = file.read_bytes().decode("utf-8-sig")
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        rows = csv_rows("\n".join(lines)) if lines and any(c in lines[0] for c in ",;\t") else [[line.strip().strip('"')] for line in lines]
    except OSError as err:
        raise SourceError(str(path), f"the roster cannot be opened: {err.strerror}.", "Name a CSV file with a column 'student'.") from None
    except ValueError as err:
        raise SourceError(str(path), f"the roster cannot be read: {err}.", "Give a text file in UTF-8, one student a line, or a CSV file.") from None
    if not rows:
        raise SourceError(str(path), "the roster is empty: nobody stands on it.", "Write one student a line.")
    head = rows[0]
    at = {k: column(head, names) for k, names in (("id", _ID), ("name", _NAME), ("email", _EMAIL), ("section", _SECTION), ("first", _FIRST), ("last", _LAST))}
    key = next((at[k] for k in ("id", "email", "name") if at[k] >= 0), -1)
    if key < 0 and len(head) > 1:
        raise SourceError(f"{path}: line 1", f"no column names the student: {', '.join(head)}.", "Call one of them student, id or email.")
    body = rows[1:] if key >= 0 else rows
    key = max(key, 0)
    out: dict[str, Student] = {}
    for row in body:
        cell = {n: row[c].strip() if 0 <= c < len(row) else "" for n, c in at.items()}
        own = row[key].strip() if key < len(row) else ""
        if not own:
            raise SourceError(str(path), f"there is no id in the line '{', '.join(row)}'.", f"Fill in the column '{head[key]}'.")
        if own.lower() in out:
            raise SourceError(str(path), f"'{own}' stands twice.", "Everyone stands on a roster once.")
        out[own.lower()] = Student(own, cell["name"] or f"{cell['first']} {cell['last']}".strip(), cell["email"], cell["section"])
    if not out:
        raise SourceError(str(path), "nobody stands on this roster.", "Write one student a line.")
    return tuple(out.values())


def flattened(text: str) -> str:
    """Lower case, without accents: letters and digits in words."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain.lower() if not unicodedata.combining(c))).strip()


class Roster:
    """Finds students by what names them."""

    def __init__(self, students: Sequence[Student]) -> None:
        self.students = tuple(students)
        self._exact: dict[str, Student | None] = {}
        self._words: dict[frozenset[str], Student | None] = {}
        for s in students:
            for said in (s.id, s.email, s.email.partition("@")[0], s.name):
                if said:
                    plain = flattened(said)
                    self._exact[plain] = None if self._exact.get(plain, s) is not s else s
            words = frozenset(flattened(s.name).split())
            if len(words) > 1:
                self._words[words] = None if self._words.get(words, s) is not s else s

    def named(self, said: str) -> Student | None:
        """The one student whom an id, a mail address or a name means; None where none or several do."""
        plain = flattened(said)
        return (self._exact.get(plain) or self._words.get(frozenset(plain.split()))) if plain else None

    def in_name(self, name: str) -> Student | None:
        """The one student whom the name of a file or folder holds: all of it, or an id, mail address or name in it."""
        whole = self.named(name)
        if whole is not None:
            return whole
        words = flattened(name).split()
        joined = {"".join(words)} | {"".join(words[:k]) for k in range(1, len(words) + 1)}
        found: set[str] = set()
        for k in range(len(words)):
            for end in range(k + 1, min(len(words), k + 6) + 1):
                s = self._exact.get(" ".join(words[k:end])) or (self._words.get(frozenset(words[k:end])) if end - k > 1 else None)
                if s is not None:
                    found.add(s.id)
        if not found:  # doejohn_12345_6789_hw.pdf: first and last name run together
            for s in self.students:
                own = flattened(s.name).split()
                if len(own) > 1 and {"".join(own[k:] + own[:k]) for k in range(len(own))} & joined:
                    found.add(s.id)
        return next(s for s in self.students if s.id in found) if len(found) == 1 else None

    def match(self, name: str, about: Mapping[str, str], given: str = "") -> Matched:
        """Whose a submission is: by a given id, the name of its file or folder, or what stands in it; else its own name."""
        if given:
            own = self.named(given)
            return Matched(own, "its column") if own is not None else Matched(Student(given, about.get("name", ""), about.get("email", "")))
        by_name = self.in_name(name)
        said = [s for s in (self.named(about[k]) for k in ("student", "email", "name") if about.get(k)) if s is not None]
        if by_name is not None:
            return Matched(by_name, "file name")
        if said:
            return Matched(said[0], "what the file says")
        if not self.students and about.get("student"):
            return Matched(Student(about["student"], about.get("name", ""), about.get("email", "")), "what the file says")
        return Matched(Student(name, about.get("name", ""), about.get("email", "")))
