"""Numbers that a text puts in to check its formula: 'with g = (2, -1) we get u = (-1, 1)' is no other answer where a vector of any length is asked."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.candidates import Candidate
from derive.grading.finding.wanted import Alternative, Wanted
from derive.grading.text.segments import Piece
from derive.maths import expr as E

_ASSIGNED = re.compile(r"\\?(?:mathbf\{)?(?P<name>[A-Za-z]+)\}?\s*=\s*(?P<value>[\\({\[][^=A-DF-Za-df-z]{1,80})(?:\\(?:right)?[)\]}])?")
_NUMBERS = re.compile(r"(?:\\(?:left|right|top|frac|tfrac|,|;|\s)|\^|T|[-−+\d.,/\s(){}\[\]])+")


def without_instances(useful: list[tuple[Candidate, Alternative]], found: list[Piece], wanted: Wanted) -> list[tuple[Candidate, Alternative]]:
    """Without vectors of numbers behind the numbers of a declared vector of the same length, where another answer stands."""
    if len(useful) < 2 or not any(isinstance(d, str) for d in wanted.shape):
        return useful
    given = [p.start for p in found if p.formula and (m := _ASSIGNED.search(p.text)) is not None and m["name"] != wanted.asked
             and m["name"] in wanted.scope.symbols and wanted.scope.symbols[m["name"]].shape and _NUMBERS.fullmatch(m["value"].strip())]
    if not given:
        return useful
    rest = [(c, a) for c, a in useful if not (c.start > given[0] and _of_numbers(a))]
    return rest or useful


def _of_numbers(a: Alternative) -> bool:
    """Whether each reading is a vector of numbers of a length of its own."""
    members = [m.expr for i in a.interpretations for m in i.members]
    return bool(members) and all(m.shape and all(isinstance(d, int) for d in m.shape) and not E.symbols_in(m) for m in members)
