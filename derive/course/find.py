"""Which stretch of a text answers which part: by names, letters and numbers of headings, or by order, and how it was found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from derive.course.labels import BARE, MARKED, NAMED, Label, Labels, label_at

MAX_LABEL = 160
"""Characters of a heading that is compared with the names of parts."""
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


@dataclass
class Sheet:
    """All that was found in a text: answers by (problem, part), in the order in which they were found."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    extra: list[Extra] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, a: Answer) -> None:
        """One more stretch for a part; a second one is put after the first, and said."""
        if not a.text.strip():
            return
        before = self.answers.get((a.problem, a.part))
        if before is not None and before.text.strip() != a.text.strip():
            self.notes.append(f"{a.problem}#{a.part} is answered at several places; they are read one after another")
            a = replace(before, text=f"{before.text}\n\n{a.text}")
        self.answers[(a.problem, a.part)] = a


@dataclass(frozen=True)
class _Head:
    line: int
    label: Label | None  # None: it looks like a label, and there is no such part
    said: str
    rest: str
    whole: bool = False  # it names the part by itself: '2(b)' or its name, not '(b)'


_DECORATION = re.compile(r"^(?:\s|>|[-*+•]\s+|#{1,6}\s*|\*\*|__|\*(?=\S))*")
_MARKS = re.compile(r"#|\*\*|__")
_CLOSING = re.compile(r"^(?:\s*:(?!=))?\s*")
_POINTS = re.compile(r"^\s*:?\s*[\[(]\s*\d+(?:\.\d+)?\s*(?:points?|pts?|marks?|p)\.?\s*[\])]", re.I)
_END_OF_NAME = re.compile(r"\s*(?::|(?:\*\*|__):?|=(?!=)|$)|\s+[-–—]\s")
_DISPLAY = re.compile(r"```|(?<!\\)\$\$|(?<!\\)\\[\[\]]")
_ROW = re.compile(r"^\s*\|(?P<first>[^|]*)\|(?P<rest>.*?)\|?\s*$")
_TABLE_HEAD = re.compile(r"^\W*(part|problem|question|item|exercise|task|no|nr|#)\W*$", re.I)


def find_answers(labels: Labels, text: str, problem: str = "") -> Sheet:
    """Cut a text into the answers of its parts. problem: the id of the one that the file is about, where that is known."""
    sheet = Sheet()
    lines = text.splitlines()
    if len(labels.problems) == 1:
        problem = labels.problems[0].id
    heads = _weighed(_heads(labels, lines, problem), lines)
    start = heads[0].line if heads else len(lines)
    if not any(h.label is not None and h.label.part for h in heads):
        _by_problem(labels, lines, heads, problem, sheet)
        return sheet
    current = ""
    bounds = [h.line for h in heads[1:]] + [len(lines)]
    before = "\n".join(lines[:start]).strip()
    for h, end in zip(heads, bounds, strict=True):
        body = "\n".join([h.rest, *lines[h.line + 1 : end]]).strip()
        if h.label is None:
            sheet.extra.append(Extra(h.said, body[:MAX_EXTRA], h.line + 1))
        elif h.label.part:
            sheet.add(Answer(h.label.problem, h.label.part, body, f"by {h.said!r}", h.line + 1))
        else:
            current = h.label.problem
            inside = any(x.label is not None and x.label.part and x.label.problem == current for x in heads)
            if body and not inside:
                _whole(labels, current, body, f"by {h.said!r}", h.line + 1, sheet)
    if before and _mathematical(before):
        sheet.notes.append("the text before the first heading is not read")
    return sheet


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


# ------------------------------------------------------------------------------------------ headings

def _heads(labels: Labels, lines: Sequence[str], problem: str) -> list[_Head]:
    """Every line that opens a part or a problem, in order."""
    found: list[tuple[int, Label, str, str]] = []
    table = False
    skipped = _displays(lines)
    for k, line in enumerate(lines):
        if k in skipped or len(line) > 20_000:
            continue
        row = _ROW.match(line)
        if row is not None:
            table = table or bool(_TABLE_HEAD.match(row["first"]))
            cell = _head(labels, row["first"].strip() + ":", problem) if table else None
            if cell is not None:
                found.append((k, replace(cell[0], kind=NAMED), row["first"].strip(), row["rest"].replace("|", " ").strip()))
            continue
        table = False
        opened = _head(labels, line, problem)
        if opened is not None:
            found.append((k, *opened))
            problem = opened[0].problem or problem
    return _placed(labels, found, problem if len(labels.problems) == 1 else "")


def _head(labels: Labels, line: str, problem: str) -> tuple[Label, str, str] | None:
    """The label at the beginning of a line, as it stands there, and what follows it."""
    m = _DECORATION.match(line)
    start = m.end() if m is not None else 0
    marked = bool(_MARKS.search(line[:start]))
    s = line[start:]
    # The end of a bold beginning or of a heading ends a label as a colon does.
    opened = label_at(s.replace("**", ": ") + ":" if marked else s, marked)
    said, rest, label = ("", s, None) if opened is None else (s[: opened[1]], s[opened[1] :], opened[0])
    if said.endswith("*") and rest.startswith("*"):
        said, rest = said[:-1], "*" + rest
    named = _name(labels, rest.lstrip(" *_,-–—"), problem)
    if named is not None:
        own, end = named
        tail = rest.lstrip(" *_,-–—")
        if label is not None and not own.part and label.letter:
            own = replace(own, letter=label.letter)
        return own, (said + tail[:end]).strip(" *_:"), _after(tail[end:], line[:start])
    if label is None:
        return None
    return label, said.strip(" *_"), _after(rest, line[:start])


def _after(rest: str, opened: str) -> str:
    """What follows a heading on its line, without a colon and the marks that close what `opened` it."""
    for mark in ("**", "__"):
        if mark in opened:
            rest = re.sub(rf"^\s*:?\s*{re.escape(mark)}", "", rest, count=1)
    return _CLOSING.sub("", _POINTS.sub("", rest))


def _name(labels: Labels, text: str, problem: str) -> tuple[Label, int] | None:
    """The name of a part or problem that a text begins with: up to a colon, a dash, an equality or the end of its line."""
    for m in _END_OF_NAME.finditer(text[:MAX_LABEL]):
        if m.group().strip() == "=":
            return None  # an equation: 'value = ...' is an answer's own beginning
        said = text[: m.start()]
        label = labels.named(said, problem)
        if label is not None:
            return label, m.end()
        if labels.shared(said):
            return Label(part=said, kind=NAMED), m.end()
        if m.end() == len(text):
            break
    return None


def _placed(labels: Labels, found: list[tuple[int, Label, str, str]], problem: str) -> list[_Head]:
    """Letters and numbers as parts of the problem they stand under."""
    letters = any(label.letter and not label.part for _, label, _, _ in found) or any(label.part for _, label, _, _ in found)
    named = any(label.problem and not label.part for _, label, _, _ in found)
    several = len(labels.problems) > 1
    single = all(len(p.parts) == 1 for p in labels.problems)
    worded = any(label.worded == "problem" for _, label, _, _ in found)
    out: list[_Head] = []
    for k, label, said, rest in found:
        if label.part and not label.problem:  # a name that several problems share
            own = labels.named(label.part, problem) if problem else None
            out.append(_Head(k, own, said, rest, True))
            continue
        if label.problem:
            problem = label.problem
            if not label.part and label.letter:
                out.append(_Head(k, labels.placed(Label(kind=label.kind, letter=label.letter), problem, False), said, rest))
            else:
                out.append(_Head(k, label, said, rest, bool(label.part)))
            continue
        if label.worded == "problem":
            problems = several or letters
        else:
            problems = several and not named and not worded and (letters or single)
        own = labels.placed(label, problem, problems)
        if own is not None and own.problem:
            problem = own.problem
        if own is not None or (label.kind > BARE and labels.near(label, problem)):
            out.append(_Head(k, own, said, rest, bool(label.number and label.letter)))
    return out


def _weighed(heads: list[_Head], lines: Sequence[str]) -> list[_Head]:
    """Without what begins a line of an answer and only looks like a heading beside plainer ones.

    Bare letters and numbers where plainer headings stand are the steps of an answer. '(b)' is no heading of a problem whose parts
    are headed '1(a)' and '1(b)', twice or more, or where this very part is.
    """
    of = [h.label for h in heads if h.label is not None and h.label.part]
    plain = Counter(label.problem for label in of if label.kind >= MARKED)
    named = {(h.label.problem, h.label.part) for h in heads if h.whole and h.label is not None and h.label.part}
    whole = Counter(p for p, _ in named)

    begun: set[int] = set()  # '2(b)', and below it nothing but '(a) ...'
    for before, h in pairwise(heads):
        if before.whole and not before.rest.strip() and not any(x.strip() for x in lines[before.line + 1 : h.line]):
            begun.add(h.line)

    def stands(h: _Head) -> bool:
        if h.label is None or not h.label.part or h.whole:
            return True
        p = h.label.problem
        return h.line not in begun and not (h.label.kind == BARE and plain[p]) and whole[p] < 2 and (p, h.label.part) not in named

    return [h for h in heads if stands(h)]


def _displays(lines: Sequence[str]) -> set[int]:
    """The lines that begin inside a displayed formula or a fenced block: no heading stands there. What is never closed opens nothing."""
    out: set[int] = set()
    inside: list[int] = []
    closer = ""
    for k, line in enumerate(lines):
        if closer and closer != "```" and not line.strip():  # no formula goes over an empty line
            closer, inside = "", []
        if closer:
            inside.append(k)
        for m in _DISPLAY.finditer(line):
            sign = m.group()
            if not closer and sign != r"\]":
                closer, inside = r"\]" if sign == r"\[" else sign, []
            elif sign == closer:
                out.update(inside)
                closer, inside = "", []
    return out


# ------------------------------------------------------------------------------------------ no headings

def _by_problem(labels: Labels, lines: Sequence[str], heads: list[_Head], problem: str, sheet: Sheet) -> None:
    """A text in which no part is marked: cut by problems, where these are marked."""
    heads = [h for h in heads if h.label is not None]
    if not heads:
        text = "\n".join(lines).strip()
        if text:
            _whole(labels, problem, text, "as the whole text", 1, sheet)
        return
    bounds = [h.line for h in heads[1:]] + [len(lines)]
    for h, end in zip(heads, bounds, strict=True):
        body = "\n".join([h.rest, *lines[h.line + 1 : end]]).strip()
        if body and h.label is not None:
            _whole(labels, h.label.problem, body, f"by {h.said!r}", h.line + 1, sheet)


def _whole(labels: Labels, problem: str, text: str, how: str, line: int, sheet: Sheet) -> None:
    """A text to one problem (or to all, '') that names no part: the only part, or line by line in order."""
    asked = [(p.id, part.id) for p in labels.problems if p.id == problem or not problem for part in p.parts]
    if len(asked) == 1:
        sheet.add(Answer(*asked[0], text, how, line))
        return
    blocks = [b.strip() for b in re.split(r"\n\s*\n", text) if b.strip()]
    lines = [x.strip() for x in text.splitlines() if x.strip()]
    entries = lines if len(lines) == len(asked) else blocks if len(blocks) == len(asked) and all("\n" not in b for b in blocks) else []
    if entries:
        for (p, part), entry in zip(asked, entries, strict=True):
            sheet.add(Answer(p, part, re.sub(r"^(?:[-*+•]|\(?\d{1,2}[.)])\s+", "", entry), f"{how}, by order", line, sure=False))
        return
    sheet.unplaced.append(Unplaced(problem, text, line))


def _within(labels: Labels, problem: str, text: str, how: str, sheet: Sheet) -> None:
    """A text to one problem that may have headings of its own."""
    inner = find_answers(Labels([labels.by_id[problem]]), text, problem)
    for a in inner.answers.values():
        sheet.add(replace(a, how=f"{how}, {a.how}"))
    sheet.extra += inner.extra
    sheet.unplaced += inner.unplaced
    sheet.notes += inner.notes


def _mathematical(text: str) -> bool:
    return bool(re.search(r"\$|\\\(|\\\[|\\frac|=", re.sub(r"^---\n.*?\n---\n", "", text, flags=re.S)))


def by_part(answers: Mapping[tuple[str, str], Answer], problem: str) -> dict[str, str]:
    """The texts of one problem by part id, for follow-through."""
    return {part: a.text for (p, part), a in answers.items() if p == problem}
