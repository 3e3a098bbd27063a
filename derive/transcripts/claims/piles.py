"""The piles of displaced pieces of a turn -> formulas, where they read as statements of the problem."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from derive.transcripts.claims.displaced import Assembly, Line, assemblies
from derive.transcripts.claims.dualities import dualities
from derive.transcripts.claims.holes import HEADING, Hole, holes_in, matched
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link, sides_of
from derive.transcripts.claims.spans import Span
from derive.transcripts.repair import Repair
from derive.transcripts.turns import Segment, Turn

NEAR = 0.6  # share of the lines of the first assembly that another one must take to rival it


def put_back(turn: Turn, source: Sequence[str], repairs: Sequence[Repair], setting_at: Callable[[int], Setting | None]) -> list[Span]:
    """The formulas that a turn's piles hold, each with the hole in the prose that it left, where that is plain.

    source: the lines as given; setting_at: the setting in which a line is read. Lines that no assembly
    explains are left out.
    """
    out: list[Span] = []
    before = 0
    last: list[Hole] = []
    for k, s in enumerate(turn.segments):
        if s.displaced:
            prose = [(x.line_start + i, text) for x in turn.segments[:k] if not x.displaced and x.role == s.role and x.line_start > before
                     for i, text in enumerate(x.text.split("\n"))]
            holes = [*last, *holes_in(prose)]
            out += _of_pile(turn.number, s, source, lines_of(s, repairs), setting_at, holes)
            before = s.line_end
            last = [h for h in holes[-1:] if h.kind == HEADING]  # its display may stand on the next page
    return out


def lines_of(s: Segment, repairs: Sequence[Repair]) -> list[Line]:
    """The lines of a pile, with their struts."""
    struts = frozenset(r.line for r in repairs if r.kind == "zero-width")
    return [Line(s.line_start + k, text, s.line_start + k in struts) for k, text in enumerate(s.text.split("\n"))]


def _of_pile(number: int, s: Segment, source: Sequence[str], lines: Sequence[Line], setting_at: Callable[[int], Setting | None],
             holes: Sequence[Hole]) -> list[Span]:
    found: list[Span | bool] = []  # a bool: a relation (or not) that is no formula of the problem
    dual = {d.line_start: d.line_end for d in dualities(lines) if not d.row}
    i = 0
    unknown = False
    while i < len(lines):
        if lines[i].number in dual:
            found.append(True)
            i += dual[lines[i].number] - lines[i].number + 1
            continue
        setting = setting_at(lines[i].number)
        whole = [a for a in assemblies(lines, i) if not _CONTINUES.match(_text(lines, i + a.count)) and _reads(a, setting)] if setting is not None else []
        if whole:
            whole.sort(key=lambda a: len(_strange(a, setting)))  # letters that are used nowhere else are pieces of something else
            first = whole[0]
            rivals = tuple((a.latex, lines[i + a.count - 1].number) for a in whole[1:] if a.count >= NEAR * first.count and a.latex != first.latex)
            start, end = lines[i].number, lines[i + first.count - 1].number
            found.append(Span(number, s.role, start, end, "\n".join(source[start - 1 : end]), first.latex, "", "", False, False, rivals, True))
            i += first.count
            unknown = False
            continue
        count = _symbol(lines, i, setting)
        if not unknown and (count or lines[i].text.strip()):
            found.append(False)
        unknown = unknown or (not count and bool(lines[i].text.strip()))  # up to the next formula it is one thing
        i += count or 1
    places = matched([x is not False for x in found], holes)
    return [replace(x, place=(places[k].line_start, places[k].line_end)) if k in places else x for k, x in enumerate(found) if isinstance(x, Span)]


_CONTINUES = re.compile(r"\s*[⋅·×+)\]]")  # what no formula begins with: the piece before it has not ended


def _text(lines: Sequence[Line], i: int) -> str:
    return lines[i].text if i < len(lines) else ""


def _symbol(lines: Sequence[Line], i: int, setting: Setting | None) -> int:
    """How many lines a symbol or a phrase of symbols at line i takes; 0 where none reads."""
    if setting is None:
        return 0
    if re.fullmatch(r"[a-z]+\([a-zθ]\)", lines[i].text.strip()):
        return 1
    hangs = i + 1 < len(lines) and lines[i + 1].strut and len(lines[i + 1].text.strip()) <= 1
    for a in sorted(assemblies(lines, i), key=lambda a: -a.count if hangs else (a.spare, -a.count)[0]):
        if (a.spare and not hangs) or len(chains(a.latex)) != 1 or chains(a.latex)[0].ops:
            continue
        try:
            read_side(a.latex, setting.lang)
        except Unreadable:
            continue
        return a.count
    return 0


def _strange(a: Assembly, setting: Setting | None) -> frozenset[str]:
    """Undeclared letters of an assembly that the formulas of the turn do not use."""
    if setting is None:
        return frozenset()
    known = setting.lang.letters | setting.lang.profile
    out: set[str] = set()
    for c in chains(a.latex):
        for k, term in enumerate(c.terms):
            letters = {n for s in read_side(term, setting.lang) for n in s.letters}
            if not (k == 0 and len(letters) == 1 and len(term) < 12):  # a definition brings its own letter
                out |= {n for n in letters if n[:1] not in known and not n.startswith("\\")}
    return frozenset(out)


def _reads(a: Assembly, setting: Setting) -> bool:
    """Whether an assembly is a chain of relations each side of which reads as a formula of the problem."""
    found = chains(a.latex)
    if len(found) != 1 or not found[0].ops or any(not t for t in found[0].terms):
        return False
    try:
        return all(sides_of(Link(found[0].terms[k], op, found[0].terms[k + 1]), setting) for k, op in enumerate(found[0].ops))
    except Unreadable:
        return False
