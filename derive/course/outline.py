"""Labels in the order of a text -> which problem and part each means, as the longest way through the outline of the sheet.

A label that names its part by itself, 'Problem 2 (b)', '2b)', stands wherever it is. A letter or a number alone, 'b)', '2.', means a part or a
problem by its place, or is a step of an answer: of all ways to take them that go down the sheet (problem by problem, letters in order, the
letters of one problem dressed alike) the one that finds most is taken, and what it leaves out is text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from derive.course.headings import Mark
from derive.course.label_forms import BARE, WORDED, Label
from derive.course.labels import Labels

MAX_BARE = 4_000
"""Bare letters and numbers at line beginnings that are looked at: past them they are text."""

# What a label is worth in a way through the sheet: parts count most, an order that is not the sheet's costs nearly a part.
# A number beside letters is rather a step of an answer; the first label below a problem says how its parts are labelled.
PART, BARE_PART, STEP, PROBLEM, NOT_ASKED = 10.0, 8.0, 5.0, 0.5, 0.1
LEFT_OUT, GONE_BACK, LETTER_BACK, FIRST_PASSED = 0.5, 6.0, 4.0, 12.0


@dataclass(frozen=True)
class Head:
    """A label that stands. label: of a problem or part, None where there is no such; whole: it names the part by itself; sure: False where only the order tells."""

    mark: Mark
    label: Label | None
    whole: bool = False
    sure: bool = True


@dataclass(frozen=True)
class _State:
    """Where a way through the sheet is: the problem (NOWHERE, UNKNOWN: one that is not asked), the part (-1: at the problem itself), of what list its letters are,
    and the first of its parts that was passed.
    """

    problem: int
    part: int = -1
    dress: str = ""
    first: int = -1


NOWHERE, UNKNOWN = -1, -2
_Way = tuple[float, "_Step | None"]
_Move = tuple[_State, float, Head | None]


@dataclass(frozen=True)
class _Step:
    head: Head
    before: _Step | None


def outlined(labels: Labels, marks: Sequence[Mark]) -> list[Head]:
    """The labels that stand, in the order of the text."""
    marks = _faint_ones(labels, marks)
    restarted = _restarted(labels, marks)
    return restarted or _Outline(labels, marks).way()


def _faint_ones(labels: Labels, marks: Sequence[Mark]) -> list[Mark]:
    """'1.1 x' and '1b x' are labels where all of them together are parts of the sheet in its order, from a first part on, and nothing else marks parts."""
    faint = [m for m in marks if m.faint]
    plain = [m for m in marks if not m.faint]
    at = [labels.placed(m.label, "", True) if m.label.number else None for m in faint]
    order = {(p.id, part.id): (i, k) for i, p in enumerate(labels.problems) for k, part in enumerate(p.parts)}
    places = [order[(own.problem, own.part)] for own in at if own is not None and own.part]
    apart = not any(m.label.letter or m.label.part for m in plain) and len({m.label.dress for m in faint}) == 1
    steps = all(b == (a[0], a[1] + 1) or (b[0] > a[0] and b[1] == 0) for a, b in pairwise(places))
    if apart and len(faint) == len(places) > 1 and places[0][1] == 0 and steps:
        return [replace(m, faint=False) for m in marks]
    return plain


def _restarted(labels: Labels, marks: Sequence[Mark]) -> list[Head]:
    """Letters that begin again at a) for each problem of the sheet, where nothing names the problems: as many lists of letters as problems, none too long."""
    if len(labels.problems) == 1 or not marks or not marks[0].label.letter or any(m.label.problem or m.label.part or (m.label.number and m.label.letter) for m in marks):
        return []
    first = marks[0].label.dress
    lists: list[list[tuple[Mark, int]]] = []
    for m in marks:
        if not m.label.letter or m.label.dress != first or m.label.number:
            continue
        k = ord(m.label.letter[0]) - ord("a") if len(m.label.letter) == 1 else -1
        if k == 0:
            lists.append([])
        if not lists or k != len(lists[-1]):
            return []
        lists[-1].append((m, k))
    if len(lists) != len(labels.problems) or any(len(own) > len(p.parts) for own, p in zip(lists, labels.problems, strict=True)):
        return []
    return [Head(m, Label(p.id, p.parts[k].id, m.label.kind), sure=False) for own, p in zip(lists, labels.problems, strict=True) for m, k in own]


class _Outline:
    """The ways through one sheet that the labels of one text allow."""

    def __init__(self, labels: Labels, marks: Sequence[Mark]) -> None:
        self.labels, self.problems = labels, labels.problems
        bare = [m for m in marks if m.label.kind == BARE]
        past = bare[MAX_BARE].line if len(bare) > MAX_BARE else None
        self.marks = [m for m in marks if past is None or m.line < past or m.label.kind > BARE]
        several = len(self.problems) > 1
        of = [m.label for m in self.marks]
        letters = any(x.letter or x.part for x in of)
        headed = any((x.problem and not x.part) or x.worded == "problem" for x in of)
        single = all(len(p.parts) == 1 for p in self.problems)
        self.letters = letters
        self.worded_numbers_are_problems = several or letters
        lettered_first = bool(of) and bool(of[0].letter) and not of[0].number  # then no number heads the problems
        self.numbers_are_problems = several and not headed and (letters or single) and not lettered_first
        self.index = {p.id: i for i, p in enumerate(self.problems)}
        self.fixed = [self._fixed(x) for x in of]
        self.whole: dict[int, set[int]] = defaultdict(set)
        named = [own[0].problem if own is not None and own[0].part >= 0 else None for own in self.fixed]
        for own in self.fixed:
            if own is not None and own[0].part >= 0:
                self.whole[own[0].problem].add(own[0].part)
        # The last problem with a part named in full before a label, and the first one after it: a number alone heads none in between.
        self.before = list(accumulate((NOWHERE if q is None else q for q in named), max, initial=NOWHERE))
        self.after = list(accumulate((len(self.problems) if q is None else q for q in named[::-1]), min, initial=len(self.problems)))[-2::-1]
        self.inner = self._inner()
        self.dress = next((x.dress for x in of if x.number and not x.letter and not x.worded), "")

    def way(self) -> list[Head]:
        """The labels on the best way."""
        start = _State(0 if len(self.problems) == 1 else NOWHERE)
        ways: dict[_State, _Way] = {start: (0.0, None)}
        for i in range(len(self.marks)):
            new: dict[_State, _Way] = {}
            for state, (worth, step) in ways.items():
                moves = list(self._moves(i, state))
                if not self._stands(i):
                    passed = any(to.part >= 0 > state.part and to.problem == state.problem for to, _, _ in moves)
                    moves.append((state, -FIRST_PASSED if passed else 0.0, None))
                for to, gain, head in moves:
                    if to not in new or worth + gain > new[to][0]:
                        new[to] = (worth + gain, step if head is None else _Step(head, step))
            ways = new
        _, last = max(ways.values(), key=lambda w: w[0])
        out = []
        while last is not None:
            out.append(last.head)
            last = last.before
        return out[::-1]

    def _fixed(self, label: Label) -> tuple[_State, Label | None] | None:
        """Where a label leads that says its problem by itself; None for a letter, number or shared name that means something by its place."""
        if label.problem or (label.number and label.letter) or label.worded == "problem":
            own: Label | None = label
            if label.problem and not label.part and label.letter:
                own = self.labels.part_of(label.problem, label.letter, label.kind)
            elif not label.problem:
                own = self.labels.placed(label, "", self.worded_numbers_are_problems)
            if own is None:
                return _State(UNKNOWN if label.worded and not label.letter else self._problem_of(label)), None
            k = next((k for k, part in enumerate(self.problems[self.index[own.problem]].parts) if part.id == own.part), -1)
            return _State(self.index[own.problem], k, self._list(label, self.index[own.problem]) if label.letter else "", k), own
        return None

    def _list(self, label: Label, problem: int) -> str:
        """Of what kind of list a label is: letters, numbers or Roman numbers, and what they wear."""
        roman = len(label.letter) > 1 or (label.letter and ord(label.letter) - ord("a") >= len(self.problems[problem].parts))
        return f"{'number' if not label.letter else 'roman' if roman else 'letter'} {label.dress}"

    def _problem_of(self, label: Label) -> int:
        if label.problem:
            return self.index[label.problem]
        return label.number - 1 if 1 <= label.number <= len(self.problems) else 0 if len(self.problems) == 1 else UNKNOWN

    def _stands(self, i: int) -> bool:
        """Whether a label stands on every way."""
        label = self.marks[i].label
        return self.fixed[i] is not None or bool(label.part)

    def _inner(self) -> set[int]:
        """Letters that list something within an answer: below '2(b)' and nothing else, or in a list that begins with a part that is named '2(b)' in full."""
        out: set[int] = set()
        at, inside, dress = UNKNOWN, False, ""
        for i, m in enumerate(self.marks):
            own = self.fixed[i]
            if own is not None:
                at, inside = own[0].problem, False
                continue
            if not m.label.letter or m.label.number:
                continue
            part = self.labels.part_of(self.problems[at].id, m.label.letter, BARE) if at >= 0 else None
            named = part is not None and any(self.problems[at].parts[k].id == part.part for k in self.whole[at])
            inside = named or (inside and m.label.dress == dress)
            dress = m.label.dress
            if inside or len(self.whole[at]) > 1:
                out.add(i)
        return out

    # -------------------------------------------------------------------------------------- from a place on

    def _moves(self, i: int, s: _State) -> Iterator[_Move]:
        m, label = self.marks[i], self.marks[i].label
        fixed = self.fixed[i]
        if fixed is not None:
            to, own = fixed
            yield to, PART if to.part >= 0 else PROBLEM, Head(m, own, whole=to.part >= 0)
        elif label.part:  # a name that several problems share: of the problem where it stands
            named = self.labels.named(label.part, self.problems[s.problem].id) if s.problem >= 0 else None
            yield s, PART, Head(m, named, whole=True)
        elif self.numbers_are_problems and not label.letter:
            yield from self._to_problem(i, m, s)
        else:
            yield from self._to_part(i, m, s)

    def _to_part(self, i: int, m: Mark, s: _State) -> Iterator[_Move]:
        label = m.label
        problem = self.problems[s.problem].id if s.problem >= 0 else ""
        own = self.labels.part_of(problem, label.letter or str(label.number), label.kind) if problem else None
        if own is None:
            if label.kind > BARE and self.labels.near(label, problem):
                yield s, NOT_ASKED, Head(m, None)
            return
        step = self.letters and not label.letter and not label.worded
        wears = self._list(label, s.problem)
        if i in self.inner or (step and self.whole[s.problem]) or (s.dress and wears != s.dress and label.kind < WORDED):
            return
        k = next(k for k, part in enumerate(self.problems[s.problem].parts) if part.id == own.part)
        gain = STEP if step else PART if label.kind > BARE else BARE_PART
        if k > s.part:
            yield _State(s.problem, k, wears, k if s.first < 0 else s.first), gain - LEFT_OUT * (k - s.part - 1), Head(m, own)
        elif k < s.first and label.kind > BARE and not step:
            yield _State(s.problem, k, wears, k), gain - LETTER_BACK, Head(m, own)

    def _to_problem(self, i: int, m: Mark, s: _State) -> Iterator[_Move]:
        q = m.label.number - 1
        if q >= len(self.problems):
            if m.label.kind > BARE and m.label.dress == self.dress and self.labels.near(m.label, ""):
                yield _State(UNKNOWN), NOT_ASKED, Head(m, None)
            return
        if q == s.problem or not self.before[i] <= q <= self.after[i]:
            return
        p = self.problems[q]
        if len(p.parts) == 1 and not self.whole[q]:
            gain = PART if m.label.kind > BARE else BARE_PART
        elif self.whole[q]:  # its parts say it again: the number alone heads nothing that could be lost
            gain = PROBLEM if not m.rest.strip() else -PROBLEM
        else:
            gain = PROBLEM if m.label.dress == self.dress else -PROBLEM
        yield _State(q), gain - (GONE_BACK if q < s.problem else 0.0), Head(m, Label(p.id, "", m.label.kind))
