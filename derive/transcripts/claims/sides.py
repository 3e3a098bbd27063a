"""A link of a chain, and what its two sides are read as: things of one shape, components as whole vectors; what it says of letters."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.transcripts.claims.language import Side, Unreadable
from derive.transcripts.claims.letters import Equation, letters_in
from derive.transcripts.claims.notation import read_side
from derive.transcripts.claims.relations import EQUALITIES
from derive.transcripts.claims.settings import Setting


@dataclass(frozen=True)
class Link:
    """Two neighbours in a chain."""

    left: str
    op: str
    right: str
    source: str = ""


def sides_of(link: Link, setting: Setting) -> list[tuple[Side, Side]]:
    """Readings of both sides that fit each other in shape, components as whole vectors. Raises Unreadable."""
    lefts, rights = read_side(link.left, setting.lang), read_side(link.right, setting.lang)
    out = []
    for a in lefts:
        for b in rights:
            pair = _fitted(a.expr, b.expr, setting)
            if pair is not None:
                out.append((Side(pair[0], letters_in(pair[0]), a.notes), Side(pair[1], letters_in(pair[1]), b.notes)))
    if not out:
        raise Unreadable(f"{E.shape_text(lefts[0].expr.shape)} beside {E.shape_text(rights[0].expr.shape)}")
    return out


def _fitted(a: Expr, b: Expr, setting: Setting) -> tuple[Expr, Expr] | None:
    a, b = E.as_column(a), E.as_column(b)
    free = E.free_indices(a) | E.free_indices(b)
    if len(free) > 2:
        return None
    if len(free) == 2:  # said of every pair of different entries
        first, second = (E.idx(k) for k in sorted(free))
        pairs = [{first: E.num(p), second: E.num(q)} for p, q in ((1, 2), (2, 1))]
        return E.vec(tuple(E.replace(a, at) for at in pairs)), E.vec(tuple(E.replace(b, at) for at in pairs))
    if free:
        if a.shape or b.shape or not setting.lang.unknown.shape:
            return None
        i = next(iter(free))
        d = setting.lang.unknown.shape[0]
        return E.comp(i, a, d), E.comp(i, b, d)
    if a.shape and E.is_number(b, 0):
        b = E.zeros(*a.shape)
    if b.shape and E.is_number(a, 0):
        a = E.zeros(*b.shape)
    if len(a.shape) != len(b.shape):
        return None
    if any(isinstance(x, int) and isinstance(y, int) and x != y for x, y in zip(a.shape, b.shape, strict=True)):
        return None
    return a, b


def equation_of(link: Link, setting: Setting) -> list[Equation]:
    """What a link says of the undeclared letters in it."""
    if link.op not in EQUALITIES:
        return []
    try:
        pairs = sides_of(link, setting)
    except Unreadable:
        return []
    out = []
    moving = setting.moving
    for a, b in pairs:
        letters = a.letters | b.letters
        if letters:
            anchored = any(x.op == "sym" and str(x.data).partition("@")[0] in moving for e in (a.expr, b.expr) for x in E.walk(e))
            out.append(Equation(a.expr, b.expr, letters, link.source, anchored))
    return out
