"""Formulas in rows with conditions: x_i = v_i - l if v_i > l, x_i = 0 otherwise.

Each row is said where its condition holds and none of those above it does; the last of them, 'otherwise', where none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.transcripts.claims.links import Chain
from derive.transcripts.claims.premises import Premise, condition_of
from derive.transcripts.claims.relations import ORDER
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link

_ALWAYS = ("if", "when", "whenever", "unless")  # what stands behind is a condition; behind 'where' and 'for' only a comparison is
_SUBJECT = ("subject to", "such that", "s.t.")


@dataclass(frozen=True)
class Row:
    """A chain with the conditions that stand behind it; is_condition: it is one itself."""

    chain: Chain
    behind: tuple[Chain, ...] = ()
    is_condition: bool = False


def rows_of(found: Sequence[Chain], constrained: bool = False) -> list[Row]:
    """The chains of a formula with their conditions; constrained: the problem has constraints, which a formula may state."""
    out: list[Row] = []
    for c in found:
        last = out[-1] if out else None
        if last is not None and (_is_condition(c, last) or (c.opened in _SUBJECT and not constrained)):
            k = max((i for i, r in enumerate(out) if not r.is_condition), default=-1)
            if k >= 0:
                out[k] = Row(out[k].chain, (*out[k].behind, c))
            out.append(Row(c, (), True))
        else:
            out.append(Row(c))
    return out


def _is_condition(c: Chain, before: Row) -> bool:
    if not c.ops:
        return False
    if c.opened == "and" and before.is_condition:
        return True
    return c.opened in _ALWAYS or (c.opened in ("where", "for", "with") and (c.ops[0] in ORDER or c.terms[-1] == "0"))


def cased(rows: Sequence[Row], k: int, line: int, setting: Setting) -> Premise | None:
    """The case of which a row is said; None where it is said of all."""
    row = rows[k]
    if not row.behind and not row.chain.rest:
        return None
    parts: list[Expr | None] = []
    says = []
    for r in rows[: k + 1]:
        if not r.behind:
            continue
        own = _joined([condition_of(Link(a, op, b), setting) for c in r.behind for a, op, b in zip(c.terms, c.ops, c.terms[1:], strict=False)])
        if own is not None and r.behind[0].opened == "unless":
            own = _not(own)
        parts.append(own if r is row else _not(own) if own is not None else None)
        if r is row:
            says = [f"{a} {op} {b}" for c in r.behind for a, op, b in zip(c.terms, c.ops, c.terms[1:], strict=False)]
    return Premise(None, " and ".join(says) or "none of the other cases does", line, _joined(parts))


def _not(e: Expr) -> Expr:
    return E.comp(e.data, E.logic("not", e.args[0]), e.shape[0]) if e.op == "comp" else E.logic("not", e)


def _joined(parts: Sequence[Expr | None]) -> Expr | None:
    """All of some conditions, of the same entries or of the instance; None where one cannot be read, or they are not of one kind."""
    known = [p for p in parts if p is not None]
    if not known or len(known) < len(parts):
        return None
    if len(known) == 1:
        return known[0]
    first = known[0]
    if any(p.shape != first.shape or p.op == "comp" != first.op or (p.op == "comp" and p.data != first.data) for p in known):
        return None
    if first.op == "comp":
        return E.comp(first.data, E.logic("and", *(p.args[0] for p in known)), first.shape[0])
    return E.logic("and", *known)
