"""The piles of displaced pieces of a turn -> formulas, where they read as statements of the problem."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derive.transcripts.claims.displaced import Assembly, Line, assemblies
from derive.transcripts.claims.links import chains
from derive.transcripts.claims.notation import Unreadable, read_side
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.spans import Span
from derive.transcripts.claims.verdicts import Link, sides_of
from derive.transcripts.repair import Repair
from derive.transcripts.turns import Segment, Turn

NEAR = 0.6  # share of the lines of the first assembly that another one must take to rival it


def put_back(turn: Turn, source: Sequence[str], repairs: Sequence[Repair], setting_at: Callable[[int], Setting | None]) -> list[Span]:
    """The formulas that a turn's piles hold.

    source: the lines as given; setting_at: the setting in which a line is read. Lines that no assembly
    explains are left out.
    """
    out: list[Span] = []
    for s in turn.segments:
        if s.displaced:
            out += _of_pile(turn.number, s, source, lines_of(s, repairs), setting_at)
    return out


def lines_of(s: Segment, repairs: Sequence[Repair]) -> list[Line]:
    """The lines of a pile, with their struts."""
    struts = frozenset(r.line for r in repairs if r.kind == "zero-width")
    return [Line(s.line_start + k, text, s.line_start + k in struts) for k, text in enumerate(s.text.split("\n"))]


def _of_pile(number: int, s: Segment, source: Sequence[str], lines: Sequence[Line], setting_at: Callable[[int], Setting | None]) -> list[Span]:
    out: list[Span] = []
    i = 0
    while i < len(lines):
        setting = setting_at(lines[i].number)
        found = [a for a in assemblies(lines, i) if _reads(a, setting)] if setting is not None else []
        if not found:
            i += 1
            continue
        found.sort(key=lambda a: len(_strange(a, setting)))  # letters that are used nowhere else are pieces of something else
        first = found[0]
        rivals = tuple((a.latex, lines[i + a.count - 1].number) for a in found[1:] if a.count >= NEAR * first.count and a.latex != first.latex)
        start, end = lines[i].number, lines[i + first.count - 1].number
        out.append(Span(number, s.role, start, end, "\n".join(source[start - 1 : end]), first.latex, "", "", False, False, rivals, True))
        i += first.count
    return out


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
