"""Figures that a text gives for what the declared values fix: 'with ||a||^2 = 1.11' where a is given, and ||a||^2 is 1.0101.

Only equations whose letters all have a value of their own are looked at: they hold or fail once and for all, and suppose nothing. Decimals count as rounded at
their last digit, sums of decimals to half a percent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.wanted import Alternative, Reply, Wanted
from derive.grading.judging.decimals import equal_as_shown
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, compare, exact, to_mpf
from derive.maths.expr import Expr
from derive.maths.read import readings

MAX_TEXTS, MAX_TEXT = 40, 400
_CLOSE = Fraction(1, 200)


def with_false_figures(reply: Reply, texts: list[str], wanted: Wanted) -> Reply:
    """A reply whose answers carry the equations of its text that the declared values refute."""
    given = {E.sym(s.name, s.shape): s.given for s in wanted.scope.symbols.values() if s.given is not None}
    if not given or not reply.alternatives:
        return reply
    told = [x for t in texts[:MAX_TEXTS] if "=" in t and len(t) < MAX_TEXT for x in _told(t, given, wanted)]
    right = {e.args[0] for e, holds in told if holds}  # 'it is not 1.11 but 1.0101'
    false = tuple(dict.fromkeys(e for e, holds in told if not holds and e.args[0] not in right))
    return replace(reply, alternatives=tuple(_carrying(a, false) for a in reply.alternatives)) if false else reply


_PARTS = re.compile(r"\b(?:where|with|so|because|since|and|hence|thus)\b|(?<!\\)[,;](?=\s)|\.(?=\s)")


def equations_of(text: str) -> list[str]:
    """The parts of a text without delimiters that may be equations between numbers."""
    return [part.strip(" .") for part in _PARTS.split(text) if "=" in part]


def _carrying(a: Alternative, false: tuple[Expr, ...]) -> Alternative:
    return replace(a, interpretations=tuple(replace(i, said=i.said + false) for i in a.interpretations))


def _told(text: str, given: dict[Expr, Expr], wanted: Wanted) -> Iterator[tuple[Expr, bool]]:
    """The equations of a formula between what has a value and another such thing or a number, and whether they hold."""
    try:
        found = readings(text, wanted.scope)
    except ReadError:
        return
    for s in found[0].statements if len(found) == 1 else ():
        name = s.terms[0]
        if not _fixed(name, given) or name in given or not s.ops or not set(s.ops) <= {"=", "!="}:
            continue
        try:
            value = exact(E.replace(name, given), World({}, {}))
            for op, t in zip(s.ops, s.terms[1:], strict=True):
                if op == "=" and (not E.symbols_in(t) or _fixed(t, given)):
                    yield E.rel("=", name, t), not _differs(E.replace(t, given), value)
        except (Undefined, NotEvaluable, E.ShapeError):
            continue


def _fixed(e: Expr, given: dict[Expr, Expr]) -> bool:
    """Whether an expression is a number that the values of its letters fix."""
    letters = {x for x in E.walk(e) if x.op == "sym"}
    return bool(letters) and not e.shape and letters <= given.keys() and not E.free_indices(e)


def _differs(t: Expr, value: Value) -> bool:
    if t.shape or isinstance(value, list):
        return False
    as_shown = equal_as_shown(t, value)
    if as_shown is not None:
        return not as_shown
    other = exact(t, World({}, {}))
    if any(x.op == "dec" for x in E.walk(t)):
        return bool(abs(to_mpf(other) - to_mpf(value)) > to_mpf(_CLOSE) * abs(to_mpf(value)))
    return compare(other, value) != 0
