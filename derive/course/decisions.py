"""What a person decided: on one answer, or on all equal ones, in a file of theirs that no run changes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derive.course.mark import MISSING, same_text
from derive.errors import SourceError
from derive.files.whole import write_whole

NAME = "decisions.toml"
_KEYS = frozenset(("problem", "part", "student", "cluster", "answer", "credit", "says", "by"))
HEAD = """# Decisions of a person on answers. Each counts for every equal answer, or, where it names a student, for theirs alone.
# credit: the share of the points, 0 to 1. cluster: the name of all equal answers, as in review.csv. answer: the text decided on.
# This file is yours: derive adds to its end when asked (derive review --set) and changes nothing in it.
"""


@dataclass(frozen=True)
class Decision:
    """credit: the share of the points. student: '' for all equal answers. answer: the text that was decided on, '' for whatever stands there."""

    problem: str
    part: str
    credit: float
    says: str = ""
    student: str = ""
    cluster: str = ""
    answer: str = ""
    by: str = ""
    line: int = 0

    def applies(self, student: str, part: Mapping[str, Any]) -> bool:
        """Whether it was made on this answer of this student."""
        if (self.problem, self.part) != (part["problem"], part["part"]) or (self.student and self.student != student):
            return False
        if part["verdict"] == MISSING:
            return bool(self.student and not self.answer and not self.cluster)
        if not self.answer and not self.cluster:
            return bool(self.student)
        return bool(self.cluster and self.cluster == part["cluster"]) or bool(
            self.answer and (self.student or not part["variant"]) and same_text(self.answer) == same_text(part["text"]))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for what is written of it."""
        return {"credit": self.credit, "says": self.says, "by": self.by, "for": self.student or "all equal answers"}


def read_decisions(folder: Path) -> list[Decision]:
    """The decisions of a graded folder, none where there is no file. Raises SourceError with the place of what is wrong."""
    file = folder / NAME
    if not file.is_file():
        return []
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as err:
        raise SourceError(str(file), f"this is not TOML: {err}.", "Mend the line that it names.") from None
    entries = raw.get("decisions", [])
    if not isinstance(entries, list) or set(raw) - {"decisions"}:
        raise SourceError(str(file), "it holds something other than [[decisions]] tables.", "Write each decision as a [[decisions]] table.")
    return [_decision(e, f"{file}, decisions[{k}]", k) for k, e in enumerate(entries)]


def _decision(e: Any, where: str, k: int) -> Decision:
    if not isinstance(e, dict):
        raise SourceError(where, "a decision is a table.", "Write [[decisions]] and below it problem, part, credit.")
    for key in e:
        if key not in _KEYS:
            raise SourceError(where, f"'{key}' is not known.", f"It can say: {', '.join(sorted(_KEYS))}.")
    for key in ("problem", "part"):
        if not isinstance(e.get(key), str):
            raise SourceError(where, f"'{key}' is missing.", 'Write it as text, like part = "update".')
    credit = e.get("credit")
    if isinstance(credit, bool) or not isinstance(credit, (int, float)) or not 0 <= credit <= 1:
        raise SourceError(where, f"credit = {credit!r} is no share of the points.", "Write a number from 0.0 to 1.0.")
    texts = {key: str(e.get(key, "")) for key in ("says", "student", "cluster", "answer", "by")}
    if not (texts["student"] or texts["cluster"] or texts["answer"]):
        raise SourceError(where, "it does not say on which answer.", "Name a student, a cluster (see review.csv) or the answer's text.")
    return Decision(e["problem"], e["part"], float(credit), texts["says"], texts["student"], texts["cluster"], texts["answer"], texts["by"], k)


def decided(decisions: Sequence[Decision], student: str, part: Mapping[str, Any]) -> Decision | None:
    """The decision that counts for an answer: one on this student before one on all equal answers, of each the last."""
    found = [d for d in decisions if d.applies(student, part)]
    return max(found, key=lambda d: (bool(d.student), d.line), default=None)


def add_decisions(folder: Path, decisions: Sequence[Decision]) -> None:
    """Append decisions to the file of a graded folder."""
    file = folder / NAME
    text = file.read_text(encoding="utf-8") if file.is_file() else HEAD
    for d in decisions:
        rows = [("problem", d.problem), ("part", d.part), ("student", d.student), ("cluster", d.cluster), ("answer", d.answer)]
        text += "\n[[decisions]]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in rows if v)
        text += f"credit = {d.credit:g}\n".replace("credit = 1\n", "credit = 1.0\n").replace("credit = 0\n", "credit = 0.0\n")
        text += "".join(f"{k} = {_toml(v)}\n" for k, v in (("says", d.says), ("by", d.by)) if v)
    tomllib.loads(text)  # what is written can be read again
    write_whole(file, text)


def _toml(value: str) -> str:
    """A basic string of TOML: its escapes are those of JSON, but for the delete character, which JSON leaves as it is."""
    return json.dumps(value.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False).replace("\x7f", "\\u007f")
