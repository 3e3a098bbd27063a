"""Readings of the same words: they count only if they agree, whatever the declared letters are."""

from __future__ import annotations

from collections.abc import Sequence

from derive.maths import expr as E
from derive.maths.algebra import proved_equal
from derive.maths.equality import Equal, agree
from derive.maths.expr import Expr
from derive.maths.symbols import Scope
from derive.maths.worlds import world_sets

MOST = 12


def same(a: Expr, b: Expr, scope: Scope) -> bool:
    """Whether two expressions or conditions have one value in every world of the declared symbols."""
    if a == b:
        return True
    if a.shape != b.shape or (a.op in E.CONDITIONS) != (b.op in E.CONDITIONS):
        return False
    if a.op in E.CONDITIONS:
        return False
    if E.free_indices(a) | E.free_indices(b):
        return False
    if proved_equal(a, b):
        return True
    symbols = {n: s for n, s in scope.symbols.items() if s.kind != "function"}
    try:
        return isinstance(agree(a, b, world_sets(symbols, count=6)), Equal)
    except (KeyError, ValueError):
        return False


def settled(readings: Sequence[Expr], scope: Scope) -> Expr | None:
    """The one meaning of several readings; None where there is none, or more than one."""
    different = list(dict.fromkeys(readings))
    if not 0 < len(different) <= MOST:
        return None
    first = different[0]
    return first if all(same(first, other, scope) for other in different[1:]) else None
