"""Which problem or part a file is about by its name: 'problem1.md', 'q2.tex', '1a.txt', 'hw-1.md' beside 'hw-2.md', the id or title of a problem."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.course.label_forms import NAMED, PROBLEM, Label
from derive.course.labels import Labels

_GAP = r"[\s_.#-]*"
_WORDED = re.compile(rf"(?:^|[\s_.-]){PROBLEM}{_GAP}0*(?P<number>\d{{1,2}})(?:{_GAP}(?:part{_GAP})?\(?(?P<letter>[a-z])\)?)?$", re.I)
_BARE = re.compile(rf"^(?:p|pb)?{_GAP}0*(?P<number>\d{{1,2}})(?:{_GAP}\(?(?P<letter>[a-z])\)?)?$", re.I)
_LETTER = re.compile(rf"^(?:part|teil)?{_GAP}\(?(?P<letter>[a-z])\)?$", re.I)
_COUNTED = re.compile(rf"^(?P<stem>.*?){_GAP}0*(?P<number>\d{{1,2}})$")


def problem_named(name: str, ids: Sequence[str]) -> str:
    """The id of the problem that a file or folder is called like: its id, or 'problem 2' and the like; '' for any other name."""
    if name in ids:
        return name
    m = _WORDED.match(name)
    return ids[int(m["number"]) - 1] if m is not None and not m["letter"] and 1 <= int(m["number"]) <= len(ids) else ""


def label_of_file(labels: Labels, stem: str, folder: str = "", beside: Sequence[str] = ()) -> Label | None:
    """What a file of a submission is about. folder: the one it lies in; beside: the stems of all files there.

    A number alone, or behind a word that says nothing, is that of a problem where the files beside it are counted in the same way.
    """
    around = labels.named(folder) or _numbered(labels, _WORDED.search(folder))
    problem = around.problem if around is not None else labels.problems[0].id if len(labels.problems) == 1 else ""
    letter = _LETTER.match(stem)
    found = labels.named(stem, problem) or _numbered(labels, _WORDED.search(stem)) or _numbered(labels, _BARE.match(stem) if len(beside) > 1 else None)
    if found is None and letter is not None and problem:
        found = labels.part_of(problem, letter["letter"].lower(), NAMED)
    return found or _counted(labels, stem, beside) or around


def _numbered(labels: Labels, m: re.Match[str] | None) -> Label | None:
    if m is None:
        return None
    label = Label(kind=NAMED, number=int(m["number"]), letter=(m["letter"] or "").lower(), worded="problem")
    return labels.placed(label, "", len(labels.problems) > 1) if label.letter or len(labels.problems) > 1 else None


def _counted(labels: Labels, stem: str, beside: Sequence[str]) -> Label | None:
    """The problem of 'hw-1' beside 'hw-2': files of one name that are counted as the problems are."""
    m = _COUNTED.match(stem)
    if m is None or len(labels.problems) == 1:
        return None
    family = {int(x["number"]) for other in beside if (x := _COUNTED.match(other)) is not None and x["stem"].lower() == m["stem"].lower()}
    if len(family) < 2 or not all(1 <= k <= len(labels.problems) for k in family):
        return None
    return Label(labels.problems[int(m["number"]) - 1].id, "", NAMED)
