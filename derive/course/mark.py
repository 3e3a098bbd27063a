"""One submission -> what was found in it and how each part was judged, as plain data. Nothing here raises on what was handed in."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from derive.course.collect import collect
from derive.course.find import Answer, by_part
from derive.course.gather import Submission
from derive.course.labels import Labels, part_number
from derive.course.roster import Roster, Student
from derive.grading.diagnosis.siblings import introduce
from derive.grading.grade import grade
from derive.grading.keys import key_of
from derive.grading.many import INTERNAL
from derive.grading.verdict import Grade, Verdict
from derive.problem.load import load
from derive.problem.model import Part, Problem
from derive.problem.seeded import variant_of

REMEMBERED = 20_000
"""Answers whose grades a process keeps: equal ones are judged once."""
MISSING = "missing"
ORDER_ALONE = "Only its place says which part it answers."
UNLABELLED = "No answer was found under a label of its own"
"""How the reason begins where a part is missing beside a text that may hold its answer."""
MAX_SHOWN = 20_000
"""Characters of an answer that are kept with its grade."""
_SAYS_NOTHING = frozenset(("", "restatement", "order of growth"))

Marked = dict[str, Any]


@dataclass(frozen=True)
class Setup:
    """What a process needs to mark submissions: it travels to it. certified: whether keys are checked before they are used."""

    specs: tuple[str, ...]
    top: str
    students: tuple[Student, ...] = ()
    certified: bool = True


def marker(setup: Setup) -> Callable[[Submission], Marked]:
    """The function that marks one submission: the keys of all parts are derived and checked first."""
    return Marker([load(s) for s in setup.specs], Path(setup.top), setup.students, setup.certified)


class Marker:
    """Marks submissions to a sheet of problems."""

    def __init__(self, problems: Sequence[Problem], top: Path, students: Sequence[Student] = (), certified: bool = True) -> None:
        self.problems, self.top, self.certified = list(problems), top, certified
        self.labels, self.roster = Labels(problems), Roster(students)
        introduce(problems)
        for p in problems:
            for part in p.parts if p.variants is None else ():
                key_of(p, part, certified)
        self._known: OrderedDict[tuple[str, ...], Grade] = OrderedDict()

    def __call__(self, s: Submission) -> Marked:
        """Read the files, find whose they are and what they answer, and judge each part."""
        c = collect(s, self.top, self.labels, self.roster)
        answers = c.answers
        parts: list[dict[str, Any]] = []
        found = {at: a for at, (_, a) in answers.items()}
        for base in self.problems:
            p = variant_of(base, c.whose.student.id)
            for part in p.parts:
                at = (p.id, part.id)
                if at in answers:
                    file, a = answers[at]
                    parts.append(self._judged(p, part, a, file, found, file in c.lossy, c.doubts.holding.get(at, "")))
                    continue
                loose = next(((name, u) for name, u in c.unplaced if u.problem in ("", p.id)), None)
                if loose is not None:
                    said = f"Nothing in the text says which of its parts is {part_number(self.problems, base, base.part(part.id))} ({part.id})."
                    parts.append(self._unread(p, part, loose[1].text, said, loose[0], loose[1].line))
                elif c.unread:
                    name, why = c.unread[0]
                    parts.append(self._unread(p, part, "", f"{name} could not be read: {why}.", name))
                elif at in c.doubts.missing:
                    doubt = c.doubts.missing[at]
                    parts.append(self._unread(p, part, doubt.text, f"{UNLABELLED}: {doubt.says}", doubt.file, doubt.line))
                else:
                    parts.append(self._part(p, part, MISSING, "", "missing: no answer was found.", share=0.0))
        return {
            **_head(s, c.whose.student, c.whose.by, c.about),
            "files": [{"name": d.name, "format": d.format, "trouble": d.trouble, "notes": list(d.notes)} for d in c.documents], "notes": list(c.notes),
            "extra": [{"file": name, "label": e.label, "text": e.text, "line": e.line} for name, sheet in c.sheets for e in sheet.extra], "parts": parts,
        }

    def _judged(self, p: Problem, part: Part, a: Answer, file: str, found: Mapping[tuple[str, str], Answer], lossy: bool, holding: str) -> dict[str, Any]:
        g = self._grade(p, part, a.text, by_part(found, p.id) if part.follow_through else {})
        if g.reason.startswith("missing:"):
            return self._part(p, part, MISSING, "", "missing: the answer is blank.", share=0.0)
        if lossy and g.verdict is not Verdict.CORRECT and g.score is not None:
            said = f"{file} sets signs above or below its lines, which its text layer does not keep. As it was read it would be {g.verdict.value}: {g.reason}"
            g = replace(g, verdict=Verdict.UNDECIDED, score=None, reason=said, diagnosis="", witness=None, strength="")
        elif (holding or (a.line and not a.sure)) and g.verdict is not Verdict.CORRECT and g.score is not None:
            said = f"{holding or ORDER_ALONE} As it was read it would be {g.verdict.value}: {g.reason}"
            g = replace(g, verdict=Verdict.UNDECIDED, score=None, reason=said, diagnosis="", witness=None, strength="")
        d = g.to_dict()
        look = [g.verdict.value] if g.score is None else []
        if g.verdict is not Verdict.CORRECT and not a.sure:
            look.append(ORDER_ALONE)
        if holding:
            look.append(holding)
        return self._part(p, part, g.verdict.value, a.text, g.reason, share=g.score, file=file, line=a.line, found=a.how, look=look, read_as=g.read_as,
                          strength=d["strength"], diagnosis=d["diagnosis"], witness=d["witness"])

    def _grade(self, p: Problem, part: Part, text: str, earlier: Mapping[str, str]) -> Grade:
        key = (p.id, part.id, *_drawn(p), text, *(f"{k}\0{v}" for k, v in sorted(earlier.items())))
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
            return known
        try:
            g = grade(p, part, text, certified=self.certified, earlier=earlier)
        except RecursionError:
            g = Grade(p.id, part.id, Verdict.UNREADABLE, None, "", "The answer is nested too deeply to be judged.")
        except MemoryError:
            raise
        except Exception as err:  # a bug of ours: said so, scored as nothing, and the other parts are served
            return Grade(p.id, part.id, Verdict.UNDECIDED, None, "", f"{INTERNAL} ({type(err).__name__}: {err}); please report this answer.")
        self._known[key] = g
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return g

    def _unread(self, p: Problem, part: Part, text: str, reason: str, file: str, line: int = 0) -> dict[str, Any]:
        return self._part(p, part, Verdict.UNREADABLE.value, text, reason, share=None, file=file, line=line, look=[Verdict.UNREADABLE.value])

    def _part(self, p: Problem, part: Part, verdict: str, text: str, reason: str, *, share: float | None, file: str = "", line: int = 0, found: str = "",
              look: Sequence[str] = (), read_as: str = "", strength: str | None = None, diagnosis: str | None = None, witness: Any = None) -> dict[str, Any]:
        return {
            "problem": p.id, "part": part.id, "title": part.says or part.id, "variant": _drawn(p), "verdict": verdict, "share": share,
            "text": text[:MAX_SHOWN], "file": file, "line": line, "found": found,
            "read_as": read_as, "reason": reason, "strength": strength, "diagnosis": diagnosis, "witness": witness, "look": list(look),
            "cluster": cluster_of(" ".join([p.id, *_drawn(p)]), part.id, text or f"file {file}", read_as) if verdict != MISSING else "",
        }


def _drawn(p: Problem) -> list[str]:
    """What was drawn for the student, as 'c = 3'; nothing where the spec draws nothing."""
    return list(p.variant.key) if p.variants is not None and p.variant is not None else []


def cluster_of(problem: str, part: str, text: str, read_as: str) -> str:
    """A name for all answers to a part that are equal: read as the same formula, or, where nothing was read, of the same text."""
    said = f"read {read_as}" if read_as not in _SAYS_NOTHING else f"text {same_text(text)}"
    return "c" + hashlib.sha256(f"{problem}\0{part}\0{said}".encode("utf-8", "replace")).hexdigest()[:10]


def same_text(text: str) -> str:
    """A text without what spacing and signs of layout make of it."""
    return re.sub(r"\s+", "", text.replace("$", "")).strip(".,;")


def lost(s: Submission, why: str, problems: Sequence[Problem], roster: Roster) -> Marked:
    """The marks of a submission that no process could read: every part is for a person, none is scored."""
    whose = roster.match(s.name, {}, s.given)
    parts = [{
        "problem": p.id, "part": part.id, "title": part.says or part.id, "variant": [], "verdict": Verdict.UNREADABLE.value, "share": None,
        "text": "", "file": "", "line": 0, "found": "", "read_as": "",
        "reason": f"This submission could not be marked: {why}", "strength": None, "diagnosis": None, "witness": None, "look": [Verdict.UNREADABLE.value],
        "cluster": cluster_of(p.id, part.id, s.id, ""),
    } for p in problems for part in p.parts]
    return {**_head(s, whose.student, whose.by, {}), "files": [{"name": n, "format": "", "trouble": why, "notes": []} for n in s.files], "notes": [], "extra": [],
            "parts": parts}


def _head(s: Submission, student: Student, by: str, about: Mapping[str, str]) -> Marked:
    return {"submission": s.id, "attempt": s.attempt, "student": student.id, "name": student.name, "email": student.email, "section": student.section,
            "matched": by, "said": dict(about)}
