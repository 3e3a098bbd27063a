"""The forms of a label at the beginning of a line: 'Problem 2 (a)', '2b)', '1. a.', '(ii)', 'Part c'; where it ends, and how it is dressed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

NAMED, WORDED, MARKED, BARE = 3, 2, 1, 0
"""How plainly a label says what it is: by its name, by a word like 'part', by brackets or as a heading, or a bare letter or number."""

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


@dataclass(frozen=True)
class Label:
    """What a label names. problem, part: ids, '' where it does not say; kind: how plainly it says it.

    number: set where it is a number that may mean a problem or a part; letter: of a part; worded: 'problem' or 'part', the kind of its word;
    dress: the signs round its last letter or number, '(' 'a)' 'a.' 'a:' in one word: the labels of one list wear the same.
    """

    problem: str = ""
    part: str = ""
    kind: int = NAMED
    number: int = 0
    letter: str = ""
    worded: str = ""
    dress: str = ""

    @property
    def open(self) -> bool:
        """Whether only the place in the text can tell what is meant."""
        return not self.part and bool(self.number or self.letter)


PROBLEM = r"(?:problem|question|exercise|task|prob|exer|ex|q|aufgabe|übung|exercice|ejercicio|problema|pregunta|esercizio|(?:no|nr)(?=\.))"
_PART = r"(?:sub-?part|part|sub-?question|item|teil|partie|parte|answer(?:\s+(?:to|for))?|solution(?:\s+(?:to|of|for))?)"
_WORDED = re.compile(
    rf"^(?P<word>{PROBLEM})\.?\s*#?\s*(?P<number>\d{{1,2}})"
    rf"(?:\.(?P<second>\d{{1,2}})|\s*[.,:/-]?\s*(?:{_PART}\s*\(?(?P<said>[a-z])\)?|\((?P<inside>[a-z])\))|[.-]?(?P<letter>[a-z]))?(?![a-z0-9])\s*(?P<end>[).:,-]|$|(?=\s|\())", re.I)
# 'Part b is ...' is a label; 'answer u = ...' and 'solution x ...' are not.
_END = r"\s*(?:[).:,-]|$)"
_PARTED = re.compile(rf"^(?:sub-?part|part|sub-?question|item|teil|partie|parte)\s*#?\s*\(?(?:(?P<letter>[a-z])|(?P<number>\d{{1,2}}))\)?(?![a-z0-9])(?:{_END}|(?=\s))", re.I)
_ANSWERED = re.compile(
    rf"^(?:answer|solution)(?:\s+(?:to|of|for))?(?:\s+part)?\s*#?\s*(?:\((?:(?P<inside>[a-z])|(?P<within>\d{{1,2}}))\)(?:{_END})?|(?:(?P<letter>[a-z])|(?P<number>\d{{1,2}})){_END})", re.I)
# 'Answer to 2b: ...', 'HW 3, Problem 2'
_SPOKEN = re.compile(r"^(?:(?:my\s+)?(?:answer|solution|part|teil)(?:\s+(?:to|of|for))?|(?:homework|hw|assignment|sheet|blatt)\s*#?\s*\d{1,2})\s*[:,.–-]?\s+", re.I)
_BOTH = re.compile(r"^[(\[]?(?P<number>\d{1,2})[)\]]?\s*[.-]?\s*(?:\((?P<inside>[a-z])\)|(?P<letter>[a-z])(?=[)\].:]+(?:\s|$)))\s*[)\].:]*(?=\s|$|\S)", re.I)
_DOTTED = re.compile(r"^\(?(?P<number>\d{1,2})\.(?P<second>\d{1,2})\s*[).:]+(?=\s|$)")
_ROMANS = r"i{1,3}|iv|v|vi{1,3}|ix"
_LETTER = re.compile(rf"^(?:[(\[](?P<inside>[a-z]|{_ROMANS})[)\]]\s*[.:]?|(?P<bare>[a-z]|{_ROMANS})[.):]+(?=\s|$))", re.I)
_NUMBER = re.compile(r"^(?:[(\[](?P<inside>\d{1,2})[)\]]\s*[.:]?|(?P<bare>\d{1,2})[.):]+)(?=\s|$)")
_FAINT = re.compile(r"^(?P<number>\d{1,2})(?:\.(?P<second>\d{1,2})|[.-]?(?P<letter>[a-z]))(?=\s|$)", re.I)
_BETWEEN = re.compile(r"^[\s:*_,–—-]*")


def part_letter(k: int) -> str:
    """The letter of the k-th part (0-based): a, b, ..., then p27, p28."""
    return chr(ord("a") + k) if k < 26 else f"p{k + 1}"


def _dress(said: str) -> str:
    """The signs round a label's last letter or number."""
    plain = said.replace("*", "").strip()
    if re.search(r"[(\[]\w{1,4}[)\]][.:]?$", plain):
        return "brackets"
    ending = re.search(r"[)\].:]", plain[-2:])
    return {")": "half", "]": "half", ".": "dot", ":": "colon"}[ending.group()] if ending is not None else "none"


def _second(text: str | None) -> str:
    """The letter that a second number stands for: 1.2 is 1b."""
    return part_letter(int(text) - 1) if text and 0 < int(text) <= 26 else ""


def label_at(line: str, marked: bool) -> tuple[Label, int] | None:
    """The label that a line begins with, by word, letter or number, and where it ends. marked: the line is a heading or bold."""
    found = _at(line, marked)
    if found is None:
        return None
    label, end = found
    return replace(label, dress="heading" if marked and line[:end].endswith(":") else _dress(line[:end])), end


def _at(line: str, marked: bool) -> tuple[Label, int] | None:
    m = _WORDED.match(line)
    if m is not None:
        letter = (m["said"] or m["inside"] or m["letter"] or _second(m["second"])).lower()
        return Label(kind=WORDED, number=int(m["number"]), letter=letter, worded="problem"), m.end()
    m = _SPOKEN.match(line)
    if m is not None:
        found = _at(line[m.end() :], marked)
        if found is not None and (found[0].worded == "problem" or (found[0].number and found[0].letter)):
            return replace(found[0], kind=WORDED), m.end() + found[1]
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
    if m is not None and _second(m["second"]):
        return Label(kind=MARKED, number=int(m["number"]), letter=_second(m["second"])), m.end()
    m = _LETTER.match(line)
    if m is not None:
        return Label(kind=MARKED if m["inside"] or marked else BARE, letter=(m["inside"] or m["bare"]).lower()), m.end()
    m = _NUMBER.match(line)
    if m is not None and int(m["inside"] or m["bare"]):
        return Label(kind=MARKED if m["inside"] or marked else BARE, number=int(m["inside"] or m["bare"])), m.end()
    return None


def letter_after(rest: str) -> tuple[Label, int] | None:
    """The letter of a part that follows the label of a problem on its line: 'a)' of 'Q1 a) x', '(b)' of '1) (b) x'; and where it ends in `rest`."""
    gap = _BETWEEN.match(rest)
    start = gap.end() if gap is not None else 0
    bold = rest[:start].rstrip().endswith(("**", "__"))
    found = label_at(rest[start:].replace("**", ": ").replace("__", ": "), bold)
    if found is None or not found[0].letter or found[0].number or found[0].worded == "problem":
        return None
    return found[0], start + found[1]


def faint_at(line: str) -> tuple[Label, int] | None:
    """A number and a letter, or two numbers, with nothing behind them: '1.1 x = 3', '2b x'. It may as well be a factor, as '0.5 x' is: only all of them together tell."""
    m = _FAINT.match(line)
    if m is None or not (m["letter"] or _second(m["second"])):
        return None
    return Label(kind=BARE, number=int(m["number"]), letter=(m["letter"] or _second(m["second"])).lower(), dress="two numbers" if m["second"] else "glued"), m.end()
