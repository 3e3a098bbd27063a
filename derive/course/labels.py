"""What a heading, a key or a column means: which problem, and which of its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.problem.model import Part, Problem

NAMED, WORDED, MARKED, BARE = 3, 2, 1, 0
"""How plainly a label says what it is: by its name, by a word like 'part', by brackets or as a heading, or a bare letter or number."""


@dataclass(frozen=True)
class Label:
    """What a label names. problem, part: ids, '' where it does not say; kind: how plainly it says it.

    number: set where it is a number that may mean a problem or a part; unknown: it looks like a label, and there is no such part.
    """

    problem: str = ""
    part: str = ""
    kind: int = NAMED
    number: int = 0
    letter: str = ""
    worded: str = ""

    @property
    def open(self) -> bool:
        """Whether only the place in the text can tell what is meant."""
        return not self.part and bool(self.number or self.letter)


_PROBLEM = r"(?:problem|question|exercise|task|prob|exer|ex|q|aufgabe|übung|exercice|ejercicio|problema|pregunta|esercizio)"
_PART = r"(?:sub-?part|part|sub-?question|item|teil|partie|parte|answer(?:\s+(?:to|for))?|solution(?:\s+(?:to|of|for))?)"
_WORDED = re.compile(
    rf"^(?P<word>{_PROBLEM})\.?\s*#?\s*(?P<number>\d{{1,2}})"
    rf"(?:\s*[.,:/-]?\s*(?:{_PART}\s*\(?(?P<said>[a-z])\)?|\((?P<inside>[a-z])\))|[.-]?(?P<letter>[a-z]))?(?![a-z0-9])\s*(?P<end>[).:,-]|$|(?=\s|\())", re.I)
# 'Part b is ...' is a label; 'answer u = ...' and 'solution x ...' are not.
_END = r"\s*(?:[).:,-]|$)"
_PARTED = re.compile(rf"^(?:sub-?part|part|sub-?question|item|teil|partie|parte)\s*#?\s*\(?(?:(?P<letter>[a-z])|(?P<number>\d{{1,2}}))\)?(?![a-z0-9])(?:{_END}|(?=\s))", re.I)
_ANSWERED = re.compile(
    rf"^(?:answer|solution)(?:\s+(?:to|of|for))?(?:\s+part)?\s*#?\s*(?:\((?:(?P<inside>[a-z])|(?P<within>\d{{1,2}}))\)(?:{_END})?|(?:(?P<letter>[a-z])|(?P<number>\d{{1,2}})){_END})", re.I)
_BOTH = re.compile(r"^\(?(?P<number>\d{1,2})\)?\s*[.-]?\s*(?:\((?P<inside>[a-z])\)|(?P<letter>[a-z])(?=[).:]+(?:\s|$)))\s*[).:]*(?=\s|$|\S)", re.I)
_DOTTED = re.compile(r"^(?P<number>\d{1,2})\.(?P<second>\d{1,2})\s*[):](?=\s|$)")
_LETTER = re.compile(r"^(?:\((?P<inside>[a-z]|i{1,3}|iv|v|vi{1,3}|ix)\)\s*[.:]?|(?P<bare>[a-z])[.):](?=\s|$))", re.I)
_NUMBER = re.compile(r"^(?:\((?P<inside>\d{1,2})\)\s*[.:]?|(?P<bare>\d{1,2})[.):])(?=\s|$)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


_PUNCTUATION = re.compile(r"[\s_#.,;:'\"’()\[\]{}/&?!*`–—-]+")


def squeezed(text: str) -> str:
    """Words in lower case with one space for what stands between them: how names are compared. Signs of mathematics stay: '∞-norm' is not 'norm'."""
    return _PUNCTUATION.sub(" ", text.lower()).strip()


def part_letter(k: int) -> str:
    """The letter of the k-th part (0-based): a, b, ..., then p27, p28."""
    return chr(ord("a") + k) if k < 26 else f"p{k + 1}"


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
            return self._part(problem, label.letter, label.kind)
        if not several:
            problem = self.problems[0].id
        if not problem:
            return None
        return self._part(problem, label.letter or str(label.number), label.kind)

    def near(self, label: Label, problem: str) -> bool:
        """Whether a letter or number that means no part may have been meant for one."""
        parts = max((len(p.parts) for p in self.problems if p.id == problem or not problem), default=0)
        if label.worded or (label.number and label.letter):
            return True
        k = label.number or (ord(label.letter) - ord("a") + 1 if len(label.letter) == 1 else _ROMAN.get(label.letter, 0))
        return k <= parts + BEYOND

    def _part(self, problem: str, said: str, kind: int) -> Label | None:
        parts = self.by_id[problem].parts
        k = int(said) - 1 if said.isdigit() else ord(said) - ord("a") if len(said) == 1 else -1
        if not 0 <= k < len(parts) and said in _ROMAN:
            k = _ROMAN[said] - 1
        return Label(problem, parts[k].id, kind) if 0 <= k < len(parts) else None


def label_at(line: str, marked: bool) -> tuple[Label, int] | None:
    """The label that a line begins with, by word, letter or number, and where it ends. marked: the line is a heading or bold."""
    m = _WORDED.match(line)
    if m is not None:
        return Label(kind=WORDED, number=int(m["number"]), letter=(m["said"] or m["inside"] or m["letter"] or "").lower(), worded="problem"), m.end()
    m = _PARTED.match(line)
    if m is not None:
        return Label(kind=WORDED, number=int(m["number"] or 0), letter=(m["letter"] or "").lower(), worded="part"), m.end()
    m = _ANSWERED.match(line)
    if m is not None:
        return Label(kind=WORDED, number=int(m["number"] or m["within"] or 0), letter=(m["letter"] or m["inside"] or "").lower(), worded="part"), m.end()
    m = _BOTH.match(line)
    if m is not None:
        return Label(kind=MARKED, number=int(m["number"]), letter=(m["inside"] or m["letter"]).lower()), m.end()
    m = _DOTTED.match(line)
    if m is not None and int(m["second"]) <= 26 and int(m["second"]):
        return Label(kind=MARKED, number=int(m["number"]), letter=part_letter(int(m["second"]) - 1)), m.end()
    m = _LETTER.match(line)
    if m is not None:
        return Label(kind=MARKED if m["inside"] or marked else BARE, letter=(m["inside"] or m["bare"]).lower()), m.end()
    m = _NUMBER.match(line)
    if m is not None and int(m["inside"] or m["bare"]):
        return Label(kind=MARKED if m["inside"] or marked else BARE, number=int(m["inside"] or m["bare"])), m.end()
    return None
