"""Which stretch of a text answers which part: by names, letters and numbers of headings, or by order, and how it was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from derive.course.headings import marks_of
from derive.course.label_forms import faint_at, label_at, part_letter
from derive.course.labels import Labels
from derive.course.outline import Head, outlined
from derive.course.unfold import unfolded

MAX_EXTRA = 400
"""Characters that are shown of what answers no part."""


@dataclass(frozen=True)
class Answer:
    """What was found for a part. how: by what it was found; line: where it begins in the text, 0 where lines mean nothing.

    sure: False where only the order says for which part it is.
    """

    problem: str
    part: str
    text: str
    how: str
    line: int = 0
    sure: bool = True


@dataclass(frozen=True)
class Extra:
    """A stretch or entry that belongs to no part that is asked."""

    label: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class Unplaced:
    """A text to a problem in which nothing says which part it answers."""

    problem: str
    text: str
    line: int = 0


@dataclass(frozen=True)
class Loose:
    """A text that was given to no part though parts are marked. problem: '' where it may be about any; where: 'before the first label'."""

    problem: str
    text: str
    line: int
    where: str


@dataclass
class Sheet:
    """All that was found in a text: answers by (problem, part), in the order in which they were found.

    blank: parts that are labelled and left empty; cut: parts whose text may have ended too early, at a number of a problem that has no part of its own;
    twice: parts that are labelled at several places.
    """

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    extra: list[Extra] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    loose: list[Loose] = field(default_factory=list)
    blank: set[tuple[str, str]] = field(default_factory=set)
    cut: set[tuple[str, str]] = field(default_factory=set)
    twice: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def add(self, a: Answer) -> None:
        """One more stretch for a part; a second one is put after the first, and said."""
        if not a.text.strip():
            self.blank.add((a.problem, a.part))
            return
        before = self.answers.get((a.problem, a.part))
        if before is not None and before.text.strip() != a.text.strip():
            self.twice.add((a.problem, a.part))
            self.notes.append(f"{a.problem}#{a.part} is answered at several places; they are read one after another")
            a = replace(before, text=f"{before.text}\n\n{a.text}")
        self.answers[(a.problem, a.part)] = a


_FORMULA = re.compile(r"\$|\\\(|\\\[|\\frac|=")
# A line of a list that says its part in whatever way: '1/a', '1, a:', 'P1 a)'.
_COUNTED = re.compile(r"^\W{0,2}(?:[a-z]{1,9}\.?\s*)?(?P<number>\d{1,2})[\W_]{0,3}(?P<letter>[a-z])(?:[).\]:=,]+|\s)\s*", re.I)
_FILLER = re.compile(r"(?:solutions?|answers?|proof|my (?:solution|answer)s?|lösung|[\W_])*", re.I)


def find_answers(labels: Labels, text: str, problem: str = "") -> Sheet:
    """Cut a text into the answers of its parts. problem: the id of the one that the file is about, where that is known."""
    sheet = Sheet()
    if len(labels.problems) == 1:
        problem = labels.problems[0].id
    written = text.splitlines()
    marks = marks_of(labels, written, problem)
    lines, numbers = unfolded(written, marks)
    heads = outlined(labels, marks if len(lines) == len(written) else marks_of(labels, lines, problem))
    if not any(h.label is not None and h.label.part for h in heads):
        _by_problem(labels, written, outlined(labels, marks), problem, sheet)
        return sheet
    _before(lines[: heads[0].mark.line], sheet)
    answered = {h.label.problem for h in heads if h.label is not None and h.label.part}
    last: Answer | None = None
    for h, body in _bodies(heads, lines):
        said, line = h.mark.said, numbers[h.mark.line] + 1
        if h.label is None:
            sheet.extra.append(Extra(said, body[:MAX_EXTRA], line))
        elif h.label.part:
            last = Answer(h.label.problem, h.label.part, body, f"by {said!r}", line, h.sure)
            sheet.add(last)
        elif h.label.problem in answered:
            _under(h, body, line, sheet)
        elif body:
            _whole(labels, h.label.problem, body, f"by {said!r}", line, sheet)
            if last is not None and h.mark.label.worded == h.mark.label.problem == "" and len(labels.by_id[h.label.problem].parts) > 1:
                sheet.cut.add((last.problem, last.part))
    return sheet


def _bodies(heads: Sequence[Head], lines: Sequence[str]) -> Iterator[tuple[Head, str]]:
    """Each heading with the text up to the next one."""
    bounds = [h.mark.line for h in heads[1:]] + [len(lines)]
    for h, end in zip(heads, bounds, strict=True):
        yield h, "\n".join([h.mark.rest, *lines[h.mark.line + 1 : end]]).strip()


def _before(lines: Sequence[str], sheet: Sheet) -> None:
    """The text before the first heading: who wrote it, what it is; or an answer that nobody can place."""
    text = "\n".join(lines).strip()
    if _mathematical(text):
        sheet.loose.append(Loose("", text, 1, "before the first label"))
        sheet.notes.append("the text before the first heading is not read")


def _under(h: Head, body: str, line: int, sheet: Sheet) -> None:
    """What stands between the heading of a problem and its first part: its title, filling words; or an answer that nobody can place."""
    assert h.label is not None
    below = body.removeprefix(h.mark.rest.strip())
    if _mathematical(h.mark.rest) or not _FILLER.fullmatch(below):
        sheet.loose.append(Loose(h.label.problem, body, line, f"under {h.mark.said!r}"))
        sheet.notes.append(f"the text under {h.mark.said!r} and before its first part is not read")


def find_keyed(labels: Labels, entries: Sequence[tuple[str, str | tuple[str, ...]]], problem: str = "") -> Sheet:
    """The answers of a file that names the part of each one."""
    sheet = Sheet()
    if len(labels.problems) == 1:
        problem = labels.problems[0].id
    for key, given in entries:
        label = labels.key(key, problem)
        if label is not None and label.problem and not label.part and isinstance(given, tuple):
            listed = find_listed(labels, given, label.problem)
            sheet.answers |= {at: replace(a, how=f"by {key!r}, by order") for at, a in listed.answers.items()}
            sheet.notes += listed.notes
            sheet.unplaced += listed.unplaced
            continue
        text = given if isinstance(given, str) else f"[{', '.join(given)}]"
        if label is None or not label.problem:
            sheet.extra.append(Extra(key, text[:MAX_EXTRA]))
        elif label.part:
            sheet.add(Answer(label.problem, label.part, text, f"by {key!r}"))
        elif len(labels.by_id[label.problem].parts) == 1:
            sheet.add(Answer(label.problem, labels.by_id[label.problem].parts[0].id, text, f"by {key!r}"))
        else:
            _within(labels, label.problem, text, f"by {key!r}", sheet)
    return sheet


def find_listed(labels: Labels, entries: Sequence[str], problem: str = "") -> Sheet:
    """Answers in the order of the parts, with no names."""
    sheet = Sheet()
    asked = [(p.id, part.id) for p in labels.problems if p.id == problem or not problem for part in p.parts]
    if len(entries) != len(asked):
        sheet.notes.append(f"{len(entries)} answers are listed without names; {len(asked)} parts are asked")
        sheet.unplaced.append(Unplaced(problem, "\n".join(entries)))
        return sheet
    for (p, part), text in zip(asked, entries, strict=True):
        sheet.add(Answer(p, part, text, "by order", sure=False))
    return sheet


def merged(sheets: Sequence[tuple[str, Sheet]]) -> tuple[dict[tuple[str, str], tuple[str, Answer]], list[str]]:
    """The answers of several files, the earlier file counting; what a later file answers otherwise is noted."""
    out: dict[tuple[str, str], tuple[str, Answer]] = {}
    other: dict[tuple[str, str], list[str]] = {}
    for name, sheet in sheets:
        for at, a in sheet.answers.items():
            if at not in out:
                out[at] = (name, a)
            elif out[at][1].text.split() != a.text.split():
                other.setdefault((out[at][0], name), []).append(f"{at[0]}#{at[1]}")
    notes = [f"{name} answers in other words than {first}, which counts: {', '.join(parts)}" for (first, name), parts in other.items()]
    return out, notes


# ------------------------------------------------------------------------------------------ no parts marked

def _by_problem(labels: Labels, lines: Sequence[str], heads: Sequence[Head], problem: str, sheet: Sheet) -> None:
    """A text in which no part is marked: cut by problems, where these are marked."""
    heads = [h for h in heads if h.label is not None and not h.label.part]
    if not heads:
        text = "\n".join(lines).strip()
        if text:
            _whole(labels, problem, text, "as the whole text", 1, sheet)
        return
    _before(lines[: heads[0].mark.line], sheet)
    for h, body in _bodies(heads, lines):
        if body and h.label is not None:
            _whole(labels, h.label.problem, body, f"by {h.mark.said!r}", h.mark.line + 1, sheet)


def _whole(labels: Labels, problem: str, text: str, how: str, line: int, sheet: Sheet) -> None:
    """A text to one problem (or to all, '') that names no part: the only part, or line by line in order."""
    asked = [(p.id, part.id) for p in labels.problems if p.id == problem or not problem for part in p.parts]
    if len(asked) == 1:
        sheet.add(Answer(*asked[0], text, how, line))
        return
    blocks = [b.strip() for b in re.split(r"\n\s*\n", text) if b.strip()]
    lines = [x.strip() for x in text.splitlines() if x.strip()]
    entries = lines if len(lines) == len(asked) else blocks if len(blocks) == len(asked) and all("\n" not in b for b in blocks) else []
    plain = [_entry(labels, k, at, entry) for k, (at, entry) in enumerate(zip(asked, entries, strict=False))]
    if entries and None not in plain:
        for (p, part), entry in zip(asked, plain, strict=True):
            sheet.add(Answer(p, part, entry or "", f"{how}, by order", line, sure=False))
        return
    sheet.unplaced.append(Unplaced(problem, text, line))


def _entry(labels: Labels, k: int, at: tuple[str, str], entry: str) -> str | None:
    """The k-th line of a list without what counts it; None where it counts otherwise than the parts do."""
    entry = re.sub(r"^[-*+•]\s+", "", entry)
    sign = _COUNTED.match(entry)
    p = labels.by_id[at[0]]
    if sign is not None and int(sign["number"]) <= len(labels.problems) and ord(sign["letter"].lower()) - ord("a") < max(len(x.parts) for x in labels.problems):
        here = (int(sign["number"]) - 1, sign["letter"].lower()) == (labels.problems.index(p), part_letter([x.id for x in p.parts].index(at[1])))
        return entry[sign.end() :].strip() if here else None
    found = label_at(entry, False) or faint_at(entry)
    if found is None or found[0].worded:
        return entry
    label, end = found
    own = labels.placed(label, at[0], bool(label.number)) if label.letter else None
    fits = label.number == k + 1 if not label.letter else own is not None and (own.problem, own.part) == at
    return entry[end:].strip() if fits else None


def _within(labels: Labels, problem: str, text: str, how: str, sheet: Sheet) -> None:
    """A text to one problem that may have headings of its own."""
    inner = find_answers(Labels([labels.by_id[problem]]), text, problem)
    for a in inner.answers.values():
        sheet.add(replace(a, how=f"{how}, {a.how}"))
    sheet.extra += inner.extra
    sheet.unplaced += inner.unplaced
    sheet.loose += inner.loose
    sheet.blank |= inner.blank
    sheet.cut |= inner.cut
    sheet.twice |= inner.twice
    sheet.notes += inner.notes


def _mathematical(text: str) -> bool:
    return bool(_FORMULA.search(re.sub(r"^---\n.*?\n---\n", "", text, flags=re.S)))


def by_part(answers: Mapping[tuple[str, str], Answer], problem: str) -> dict[str, str]:
    """The texts of one problem by part id, for follow-through."""
    return {part: a.text for (p, part), a in answers.items() if p == problem}
