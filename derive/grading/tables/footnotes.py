"""Footnotes of tables: a mark at a cell, '2n(n - 1)*', and below the table what it says, '* per worker; multiply by n for the total'.

A footnote may change its cell. It is passed over only where it says what the declarations say ('n divides p') or how the number adds up
('n up and n down', 'n - 1 rounds in each of two phases'); the mark is no part of the number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from derive import patterns as re
from derive.derivation.steps import Derivation
from derive.errors import ReadError
from derive.grading.judging.judge import judge
from derive.grading.keys import Key, key_of
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.expr import Expr
from derive.maths.read import readings

MOST_TEXT = 6_000
_STAR = r"(?:\\?\*|\\ast|\\star|∗|⋆)"
_SUPERSCRIPT = dict(zip("¹²³⁴⁵ᵃᵇᶜª", "12345abca", strict=True))
_SIGN = rf"(?:{_STAR}|[†‡§¶#]|\\d?dagger|\\ddagger|\\S(?![A-Za-z])|\\P(?![A-Za-z])|[1-9a-e])"
_RAISED = rf"(?:\$\s?(?:\{{\}})?\s?\^\s?\{{?\s?(?P<tex>{_SIGN})\s?\}}?\s?\$|<sup>\s?(?P<html>{_SIGN})\s?</sup>|\\textsuperscript\{{(?P<raised>{_SIGN})\}}|\^\{{?(?P<plain>{_SIGN})\}}?(?![\w(]))"
_BRACKETED = r"(?:\[\^?(?P<square>[1-9a-e*])\]|\((?P<round>[1-9a-e*])\))"
_ALONE = r"(?P<alone>\\\*|\*{1,3}(?!\*)|[†‡§¶]|[¹²³⁴⁵ᵃᵇᶜª]|[1-9](?=[:.)]\s))"
_NOTE = re.compile(rf"^[\s|>]{{0,6}}(?:[-+]\s)?(?:\\footnotesize|\\small|<small>|<p>)?\s{{0,3}}(?:\*\*(?=\\)|[_(]|(?:foot)?note\s)?"
                   rf"(?:{_RAISED}|{_BRACKETED}|{_ALONE})(?:\*\*)?[\s:.)=]{{0,4}}(?P<note>[^\s|].{{0,400}})$", re.I)
_LEGEND = re.compile(rf"(?:^|(?<=[\s(\"'`]))(?:{_ALONE})[\"'`]?\s{{0,3}}(?:=|:|means|denotes|indicates|marks|stands|is\b|are\b)")  # 'here * means per phase'
_AT_END = re.compile(rf"(?<=[\w)}}\]$])\s{{0,2}}(?:{_RAISED}|{_BRACKETED}|{_ALONE})\)?\s{{0,3}}$", re.I)
_IN_FORMULA = re.compile(rf"(?<=[\w)}}\]])\s?\^\s?\{{?\s?(?P<sign>{_STAR}|[†‡§]|\\d?dagger|\\ddagger|1)\s?\}}?\s?(?=\$\s{{0,3}}$)")


class _Note(NamedTuple):
    mark: str
    text: str


def _mark(m: re.Match[str]) -> str:
    """One name for each mark, however it is written."""
    said = next(v for k, v in m.groupdict().items() if v is not None and k != "note")
    said = _SUPERSCRIPT.get(said, said)
    if re.fullmatch(rf"{_STAR}", said):
        return "*"
    return {"\\dagger": "†", "\\ddagger": "‡", "\\S": "§", "\\P": "¶"}.get(said, said.lstrip("\\"))


def without_footnotes(text: str, key: Key) -> tuple[str, str]:
    """A text without the marks in its table and their footnotes, and a footnote that may change a cell ('' where none does)."""
    if len(text) > MOST_TEXT or ("|" not in text and "&" not in text and "<t" not in text):
        return text, ""
    lines = text.splitlines()
    rows = [k for k, line in enumerate(lines) if _cuts(line)]
    if not rows:
        return text, ""
    notes = {k: _Note(_mark(m), m["note"].strip().rstrip("}|$ ").strip()) for k, line in enumerate(lines) if k > rows[0] and (m := _NOTE.match(line)) is not None}
    marked: set[str] = set()
    known = {n.mark for n in notes.values()}
    for k in rows:
        if k not in notes:
            lines[k], found = _without_marks(lines[k], known)
            marked |= found
    told = {k: n for k, n in notes.items() if n.mark in marked}
    for n in told.values():
        if not _harmless(n.text, key):
            return text, n.text
    legend = next((line for k, line in enumerate(lines) if k not in told and k not in rows and (m := _LEGEND.search(line)) is not None and _mark(m) in _marks(lines, rows, notes)), "")
    return "\n".join(line for k, line in enumerate(lines) if k not in told) if told else text, legend.strip()


def _marks(lines: list[str], rows: list[int], notes: dict[int, _Note]) -> set[str]:
    """The marks at the ends of cells that no footnote below explains."""
    known = {n.mark for n in notes.values()}
    return {_mark(m) for k in rows for cell in re.split(_CELL, lines[k]) if (m := _AT_END.search(cell) or _IN_FORMULA.search(cell)) is not None} - known


def _cuts(line: str) -> bool:
    return line.count("|") >= 2 or "&" in line or "<td" in line.lower()


_CELL = r"(\||(?<!\\)&|\\\\|</?t[dh]>)"


def _without_marks(line: str, known: set[str]) -> tuple[str, set[str]]:
    """A row without the known marks at the ends of its cells, and those that it has."""
    out, found = [], set()
    for cell in re.split(_CELL, line):
        m = _AT_END.search(cell) or _IN_FORMULA.search(cell)
        bold = re.fullmatch(r"\s{0,6}(\*{1,3})[^*].{0,400}?\1\s{0,6}", cell)
        if m is not None and bold is None and (mark := _mark(m)) in known:
            found.add(mark)
            cell = cell[: m.start()] + cell[m.end() :] + " "
        out.append(cell)
    return "".join(out), found


_GIVEN = r"\W{0,3}(?:(?:with|where|since|as|if|assuming|provided|given|because)\s)?(?:that\s)?"
_DIVIDES = re.compile(rf"{_GIVEN}\$?(?P<a>[A-Za-z])\$?\s(?:divides|dividing)\s\$?(?P<b>[A-Za-z])\$?(?:\s(?:exactly|evenly|without\sremainder))?\W{{0,3}}", re.I)
_MULTIPLE = re.compile(rf"{_GIVEN}\$?(?P<b>[A-Za-z])\$?\s(?:(?:is|being)\s)?(?:divisible\sby|a\smultiple\sof)\s\$?(?P<a>[A-Za-z])\$?\W{{0,3}}", re.I)
_WAY = r"(?:up(?:loads?|wards)?|down(?:loads?|wards)?|in|out|back|push(?:es)?|pulls?|sent|received|to\s(?:it|the\sserver)|from\s(?:it|the\sserver))"
_WAYS = re.compile(rf"\W{{0,3}}(?P<a>[^\s,;]{{1,20}})\s(?:messages\s)?{_WAY}(?:,|,?\sand|\s?\+|\splus)\s(?P<b>[^\s,;]{{1,20}})\s(?:messages\s)?{_WAY}\W{{0,3}}", re.I)
_ROUNDS = re.compile(r"\W{0,3}\$?\(?(?P<a>[^,;.()]{1,12}?)\)?\$?\s(?:rounds|steps)\s(?:in\s)?(?:each|both)(?:\sof)?(?:\sthe)?\s(?:(?:two|2)\s)?phases\W{0,3}", re.I)


def _harmless(note: str, key: Key) -> bool:
    """Whether a footnote says what holds by the declarations, or how the number beside it adds up."""
    m = _DIVIDES.fullmatch(note) or _MULTIPLE.fullmatch(note)
    if m is not None:
        declared = {n: s for s in key.problem.symbols.values() for n in (s.name, *s.aliases)}
        a, b = declared.get(m["a"]), declared.get(m["b"])
        return a is not None and b is not None and b.multiple_of == a.name
    if (m := _WAYS.fullmatch(note)) is not None:
        return (a2 := _count(m["a"], key)) is not None and (b2 := _count(m["b"], key)) is not None and proved_equal(a2, b2)
    m = _ROUNDS.fullmatch(note)
    rounds = _count(m["a"], key) if m is not None else None
    return rounds is not None and any(_has_rounds(E.mul(E.num(2), rounds), row, key) for row in key.part.rows)


def _has_rounds(count: Expr, row: str, key: Key) -> bool:
    """Whether a schedule has so many rounds."""
    cell = next((p for p in key.problem.parts if p.ask == "count" and p.schedule == row), None)
    if cell is None:
        return False
    of_rounds = key_of(key.problem, replace(cell, id=f"{key.part.id}:{row}:rounds", says="", what="rounds", counted=("rounds",)), key.certificate is not None)
    return isinstance(of_rounds.outcome, Derivation) and judge(count, of_rounds).verdict is Verdict.CORRECT


def _count(text: str, key: Key) -> Expr | None:
    try:
        terms = readings(text.strip("$ "), key.wanted.scope)[0].statements[0].terms
    except (ReadError, E.ShapeError, IndexError):
        return None
    return terms[0] if len(terms) == 1 and not terms[0].shape else None
