"""What speaks against 'nothing was handed in' for a part: a text that was given to no part, or a label of it inside of the text of another.

A part that is missing while there is such a text is for a person, and so is the answer that may hold it, unless it is right as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.course.find import Answer, Sheet
from derive.course.headings import MAX_LINE, marks_of
from derive.course.label_forms import BARE, Label, faint_at, label_at
from derive.course.labels import Labels, part_number
from derive.course.unfold import without_formulas

At = tuple[str, str]
"""(problem, part)."""
MAX_SHOWN = 60
_BEGUN = re.compile(r"^\W{0,4}?(?P<number>\d{1,2})?[\s.,_/-]{0,2}(?P<letter>[a-z]|ii|iii|iv|vi{1,3}|ix)\s*(?:[\])}>:|]|[.,](?=\s)|[-–—](?=\s))\s*\S", re.I)
_BY_NUMBER = re.compile(r"\d\W*$")
_STARTS = re.compile(r"(?<=[\s;,])(?=[(\[*_#]*\w)")
# Behind a sign of mathematics or an open bracket a letter or a number is no label.
_JOINED = re.compile(r"[=+/^<>~≤≥±·×(\[{|∈]\s*$|[*-]$")


@dataclass(frozen=True)
class Doubt:
    """Where an answer to a part may stand, and why that is thought. file, text, line: of the text."""

    file: str
    text: str
    line: int
    says: str


@dataclass(frozen=True)
class Doubts:
    """missing: of parts for which nothing was found; holding: of parts whose text may hold the answer to another, or end too early; notes: of both, to be listed."""

    missing: Mapping[At, Doubt]
    holding: Mapping[At, str]
    notes: tuple[str, ...]


def doubts_of(labels: Labels, answers: Mapping[At, tuple[str, Answer]], sheets: Sequence[tuple[str, Sheet]]) -> Doubts:
    """The doubts about a submission. A part that is labelled and left empty is empty."""
    empty = {at for _, sheet in sheets for at in sheet.blank}
    missing = [(p.id, part.id) for p in labels.problems for part in p.parts if (p.id, part.id) not in answers]
    missing = [at for at in missing if at not in empty]
    found: dict[At, Doubt] = {}
    holding: dict[At, str] = {at: "The text may go on after the number below it, which was taken for that of a problem." for _, sheet in sheets for at in sheet.cut}
    holding |= {at: f"{_number(labels, at)} is labelled at several places." for _, sheet in sheets for at in sheet.twice}
    holding |= {at: f"{_number(labels, at)} holds the label of its own part again, or of an earlier one." for at, (_, a) in answers.items() if _again(labels, a)}
    notes: list[str] = []
    if missing:
        for at, (file, a) in answers.items():
            for said, line, parts in _held(labels, a, missing):
                number, others = _number(labels, at), ", ".join(_number(labels, p) for p in parts)
                why = f"the text of {number} holds '{said}', which may begin the answer to {others}"
                holding[at] = f"{why[0].upper()}{why[1:]}."
                notes.append(f"{file}: {why}")
                for p in parts:
                    found.setdefault(p, Doubt(file, a.text, a.line + line, f"{why}."))
        for name, sheet in sheets:
            for twice in sheet.twice:
                a = answers[twice][1]
                for at in missing:
                    found.setdefault(at, Doubt(name, a.text, a.line, f"{_number(labels, twice)} is labelled at several places."))
            for problem, text, line, where in _loose(sheet):
                for at in missing:
                    if problem in ("", at[0]):
                        found.setdefault(at, Doubt(name, text, line, f"{name} has a text {where} that was given to no part."))
    if found:
        notes.append(f"not found and waiting for a person, since a text may hold them: {', '.join(_number(labels, at) for at in missing if at in found)}")
    return Doubts(found, holding, tuple(dict.fromkeys(notes)))


def _loose(sheet: Sheet) -> Iterator[tuple[str, str, int, str]]:
    """The texts of a file that were given to no part: (problem, text, line, where)."""
    for x in sheet.loose:
        yield x.problem, x.text, x.line, x.where
    for e in sheet.extra:
        if e.text.strip():
            yield "", e.text, e.line, f"at '{e.label[:MAX_SHOWN]}'"


def _held(labels: Labels, a: Answer, missing: Collection[At]) -> Iterator[tuple[str, int, list[At]]]:
    """The labels of missing parts inside of a text: (the label's line, its number in the text, the parts)."""
    lines = a.text.split("\n")
    marked = {m.line: m.label for m in marks_of(labels, lines, a.problem) if m.label.number or not m.faint}
    for k, line in enumerate(lines):
        m = _BEGUN.match(line)
        begun = marked.get(k) or (_label(m) if m is not None and (k or m["number"]) else None)
        inside = list(_inside(without_formulas(line)))
        parts = [at for label in ([begun, *inside] if begun is not None else inside) for at in _missing(labels, label, a, missing)]
        if parts:
            yield line.strip()[:MAX_SHOWN], k, list(dict.fromkeys(parts))


def _again(labels: Labels, a: Answer) -> bool:
    """Whether a text holds the letter of its own part once more, or in brackets that of an earlier one: it may begin in the middle of a list, or end too late."""
    parts = [part.id for part in labels.by_id[a.problem].parts]
    for m in marks_of(labels, a.text.split("\n"), a.problem):
        k = ord(m.label.letter) - ord("a") if m.line and len(m.label.letter) == 1 and not m.label.number else len(parts)
        if k == parts.index(a.part) or (m.label.kind > BARE and k < parts.index(a.part)):
            return True
    return False


def _missing(labels: Labels, label: Label, a: Answer, missing: Collection[At]) -> list[At]:
    """The missing parts that a label may mean; a number alone heads another problem only where no part of that was found."""
    parts = [at for at in _meant(labels, label, a) if at in missing]
    return parts if label.letter or label.part or _whole(labels, parts, a.problem, missing) else []


def _inside(plain: str) -> Iterator[Label]:
    """What looks like a label within a line whose formulas are taken out."""
    at = depth = 0
    for m in _STARTS.finditer(plain[:MAX_LINE]):
        depth += plain.count("(", at, m.start()) - plain.count(")", at, m.start())
        at = m.start()
        rest = plain[at : at + 40].lstrip("*_#").replace("**", ": ")
        found = label_at(rest, False) or faint_at(rest)
        if found is None or not (found[0].number or found[0].dress != "two numbers"):
            continue
        if not _JOINED.search(plain[max(0, at - 8) : at]) and (rest[0] in "([" or depth <= 0):
            yield found[0]


def _label(m: re.Match[str]) -> Label:
    return Label(number=int(m["number"] or 0), letter=m["letter"].lower())


def _whole(labels: Labels, parts: Sequence[At], problem: str, missing: Collection[At]) -> bool:
    """Whether a number alone may head these: parts of the same problem, or another problem of which no part was found."""
    return all(p == problem for p, _ in parts) or all((p, part.id) in missing for p, _ in parts for part in labels.by_id[p].parts)


def _meant(labels: Labels, label: Label, a: Answer) -> list[At]:
    """All parts that a label may mean in the text of an answer: a number another problem as a whole, or a part where parts have numbers."""
    if label.part:
        own = labels.named(label.part, a.problem) if not label.problem else label
        return [(own.problem, own.part)] if own is not None else []
    of = label.problem or a.problem
    out: list[At] = []
    if label.number and len(labels.problems) > 1:
        other = labels.problems[label.number - 1].id if label.number <= len(labels.problems) else ""
        if label.letter:
            of = other
        elif other and other != a.problem:
            out = [(other, part.id) for part in labels.by_id[other].parts]
    said = label.letter or (str(label.number) if label.number and _BY_NUMBER.search(a.how) else "")
    found = labels.part_of(of, said, 0) if said and of else None
    return [*out, (found.problem, found.part)] if found is not None else out


def _number(labels: Labels, at: At) -> str:
    p = labels.by_id[at[0]]
    return part_number(labels.problems, p, p.part(at[1]))
