"""What a heading, a key or a column means: which problem, and which of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.course.label_forms import ROMAN, Label, label_at, part_letter
from derive.problem.model import Part, Problem

_PUNCTUATION = re.compile(r"[\s_#.,;:'\"’()\[\]{}/&?!*`–—-]+")


def squeezed(text: str) -> str:
    """Words in lower case with one space for what stands between them: how names are compared. Signs of mathematics stay: '∞-norm' is not 'norm'."""
    return _PUNCTUATION.sub(" ", text.lower()).strip()


def part_number(problems: Sequence[Problem], problem: Problem, part: Part) -> str:
    """How a part is numbered on a sheet: '(b)' where there is one problem, else '2b'."""
    letter = part_letter(problem.parts.index(part))
    return f"({letter})" if len(problems) == 1 else f"{problems.index(problem) + 1}{letter}"


BEYOND = 3
"""A letter or number so far past the last part is still taken for one that is not asked; further on it is a part of an answer, like (x)."""


class Labels:
    """The names of the problems and parts of one sheet."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        self.by_id = {p.id: p for p in problems}
        self._names: dict[str, tuple[str, str]] = {}
        shared: set[str] = set()
        for p in problems:
            for name in (p.id, p.title):
                self._names.setdefault(squeezed(name), (p.id, ""))
        for p in problems:
            for k, part in enumerate(p.parts):
                for name in (part.id, part.says, *part.aliases):
                    if not name:
                        continue
                    plain = squeezed(name)
                    for head in (p.id, p.title):
                        self._names[f"{squeezed(head)} {plain}"] = (p.id, part.id)
                    if plain in self._names and self._names[plain] != (p.id, part.id):
                        shared.add(plain)
                    else:
                        self._names[plain] = (p.id, part.id)
                self._names.setdefault(f"{squeezed(p.id)} {part_letter(k)}", (p.id, part.id))
                self._names.setdefault(f"{squeezed(p.id)} {k + 1}", (p.id, part.id))
        # A name that two problems share says the part; the place says the problem.
        self._shared = {s for s in shared if self._names[s][1]}

    def named(self, text: str, problem: str = "") -> Label | None:
        """The label whose name this is; `problem`: the one whose answers are being read."""
        plain = squeezed(text)
        if not plain:
            return None
        for word in ("problem ", "question ", "part ", "answer to ", "answer for ", "answer "):
            if plain not in self._names and plain.startswith(word):
                plain = plain[len(word) :]
        if problem and f"{squeezed(problem)} {plain}" in self._names:
            own = self._names[f"{squeezed(problem)} {plain}"]
            if own[1] and (plain in self._shared or plain in self._own(problem)):
                return Label(*own)
        if plain in self._names and plain not in self._shared:
            return Label(*self._names[plain])
        return None

    def _own(self, problem: str) -> set[str]:
        return {squeezed(n) for part in self.by_id[problem].parts for n in (part.id, part.says, *part.aliases) if n}

    def shared(self, text: str) -> bool:
        """Whether this is the name of parts of several problems."""
        return squeezed(text) in self._shared

    def key(self, text: str, problem: str = "") -> Label | None:
        """What a key of a file of answers names: an id, 'problem#part', '2b', 'b', '3', a title."""
        found = self.named(re.sub(r"[#/.:_\s]+", " ", text), problem)
        if found is not None:
            return found
        label = label_at(text.strip() + ("" if text.strip()[-1:] in ").:" else ")"), marked=True)
        return self.placed(label[0], problem, numbers_are_problems=len(self.problems) > 1) if label is not None else None

    def placed(self, label: Label, problem: str, numbers_are_problems: bool) -> Label | None:
        """A letter or number as the part that it means at its place; None where there is no such part.

        A label of a problem alone has no part.
        """
        if not label.open:
            return label
        several = len(self.problems) > 1
        if label.number and (label.letter or (label.worded == "problem" and numbers_are_problems) or (numbers_are_problems and label.worded != "part")):
            if several and not 1 <= label.number <= len(self.problems):
                return None
            problem = self.problems[label.number - 1].id if several else self.problems[0].id
            if not label.letter:
                return Label(problem, "", label.kind)
            return self.part_of(problem, label.letter, label.kind)
        if not several:
            problem = self.problems[0].id
        if not problem:
            return None
        return self.part_of(problem, label.letter or str(label.number), label.kind)

    def near(self, label: Label, problem: str) -> bool:
        """Whether a letter or number that means no part may have been meant for one."""
        parts = max((len(p.parts) for p in self.problems if p.id == problem or not problem), default=0)
        if label.worded or (label.number and label.letter):
            return True
        k = label.number or (ord(label.letter) - ord("a") + 1 if len(label.letter) == 1 else ROMAN.get(label.letter, 0))
        return k <= parts + BEYOND

    def part_of(self, problem: str, said: str, kind: int) -> Label | None:
        """The part of a problem that a letter, a number or a Roman number means; None where there is none."""
        parts = self.by_id[problem].parts
        k = int(said) - 1 if said.isdigit() else ord(said) - ord("a") if len(said) == 1 else -1
        if not 0 <= k < len(parts) and said in ROMAN:
            k = ROMAN[said] - 1
        return Label(problem, parts[k].id, kind) if 0 <= k < len(parts) else None

