"""Inequalities and intervals -> the condition that they claim."""

from __future__ import annotations

from derive.grading.finding.wanted import Interpretation, Member, Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Statement


def as_condition(statements: list[Statement], notes: list[str], wanted: Wanted) -> Interpretation | None:
    """Inequalities, joined: 0 < α, α < 1, as one condition, 'or' between them as such; a bare interval is that of the variable that is asked for.

    What stands on both sides of ⇔ must be the condition, each by itself.
    """
    members: list[Member] = []
    said: list[Expr] = []
    alternatives: list[list[Expr]] = [[]]
    for place, s in enumerate(statements):
        lead = s.lead.lower().split()
        if place and members == [] and _joined(alternatives) is not None:
            if "not" in lead:  # 'A, not B'
                continue
            if not _CONCLUDES.isdisjoint(lead) and any(op in ("<", "<=", ">", ">=", "in") for op in s.ops):  # 'A, which gives B'
                alternatives = [[x for x in alternatives[-1] if len(alternatives) == 1 and _of_sign(x)]]
        parts = alternatives[-1]
        for k, op in enumerate(s.ops):
            a, b = s.terms[k], s.terms[k + 1]
            if op in ("<", "<=", ">", ">=", "!=") or (op == "in" and b.op in ("interval", "vec", "union")):
                parts.append(E.rel(op, a, b) if op != "in" else _inside(a, b))
            elif op == "=" and a.op == "new":
                return None
            elif op in ("=", "~") and a.shape == b.shape and _is_known(a, wanted) and _is_known(b, wanted) and (k or len(s.ops) == 1):
                said.append(E.rel("=", a, b))  # 0 < alpha < F = 0.99
        bare = s.terms[0]
        if not s.ops and wanted.subject and (bare.op == "interval" or (bare.op in ("vec", "list") and len(bare.args) == 2)):
            parts.append(_inside(E.sym(wanted.subject), bare))
        elif not s.ops and bare.op in ("interval", *E.CONDITIONS):
            parts.append(bare)
        if s.after == "or" and parts and place + 1 < len(statements):
            alternatives.append([])
        elif s.after == "⇔" and (found := _joined(alternatives)) is not None and place + 1 < len(statements):
            members.append(Member(found))
            alternatives = [[]]
    if (last := _joined(alternatives)) is not None:
        members.append(Member(last))
    return Interpretation(tuple(members), tuple(notes), said=tuple(said)) if members else None

_CONCLUDES = frozenset("so hence thus therefore gives give giving means means implies imply yields is i.e. ie then namely".split())


def _of_sign(e: Expr) -> bool:
    """Whether a condition only says which sign a letter has."""
    return e.op == "rel" and {x.op for x in e.args} == {"sym", "num"} and any(E.is_number(x, 0) for x in e.args)


def _joined(alternatives: list[list[Expr]]) -> Expr | None:
    """One condition: all of one alternative, any of several; None where there is none."""
    found = [parts[0] if len(parts) == 1 else Expr("and", tuple(parts)) for parts in alternatives if parts]
    return None if not found else found[0] if len(found) == 1 else Expr("or", tuple(found))


def _is_known(e: Expr, wanted: Wanted) -> bool:
    """Whether an expression is one of declared quantities other than the one whose range is asked."""
    return not any(x.op in ("new", "blank", "restate") or (x.op == "sym" and ("@" in str(x.data) or x.data in (wanted.asked, wanted.subject, *wanted.unknowns))) for x in E.walk(e))


def _inside(x: Expr, interval: Expr) -> Expr:
    """x in (a, b) as inequalities; two values in round brackets are an open interval here."""
    if interval.op == "union":
        return Expr("or", tuple(_inside(x, a) for a in interval.args))
    if len(interval.args) != 2:
        return E.truth(False)
    closed = interval.data if interval.op == "interval" else (False, False)
    low = E.rel("<=" if closed[0] else "<", interval.args[0], x)
    high = E.rel("<=" if closed[1] else "<", x, interval.args[1])
    return Expr("and", (low, high))
