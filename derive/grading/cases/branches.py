"""Values with conditions, strung together: 'u_i = A if g_i > 0, B if g_i < 0, 0 otherwise' as one formula by cases."""

from __future__ import annotations

from dataclasses import replace

from derive.maths import expr as E
from derive.maths.expr import Expr, ShapeError
from derive.maths.parse import Statement
from derive.maths.subscripts import INDEX_LETTERS

_IF = frozenset(("if", "when", "for", "where"))
_ELSE = frozenset(("otherwise", "else", "elsewhere"))


def joined_branches(statements: list[Statement]) -> list[Statement]:
    """Statements in which every run of at least two conditional values is one value by cases.

    The later values either stand alone or repeat the left side of the first ('u_i = A if ..., u_i = B if ...').
    A single 'A if c' is left as it stands: it is an answer under a condition.
    """
    if _IF.isdisjoint([s.after for s in statements]):
        return statements
    out: list[Statement] = []
    i = 0
    while i < len(statements):
        run = _run(statements, i)
        if run is None:
            out.append(statements[i])
            i += 1
            continue
        merged, i = run
        out.append(merged)
    return out


def _run(statements: list[Statement], start: int) -> tuple[Statement, int] | None:
    head = statements[start]
    left = head.terms[:-1]
    pairs: list[tuple[Expr, Expr]] = []
    otherwise: Expr | None = None
    i = start
    while i < len(statements):
        s = statements[i]
        value = _value(s, left, i == start)
        if value is None:
            break
        condition = _condition(statements[i + 1]) if i + 1 < len(statements) and s.after in _IF else None
        if condition is not None:
            i += 2
            while statements[i - 1].after == "and" and i < len(statements) and statements[i].after not in _IF:
                further = _condition(statements[i])
                if further is None:
                    break
                condition = E.logic("and", condition, further)
                i += 1
            pairs.append((value, condition))
            if statements[i - 1].after not in (",", ";", "\\\\", "and", *_ELSE, "quad"):
                break
        elif pairs and (s.after in _ELSE or any(w in _ELSE for w in s.lead.split()) or statements[i - 1].after in _ELSE):
            otherwise = value
            i += 1
            break
        elif pairs and otherwise is None and not s.ops and _goes_on(statements, i + 1):  # A (c); 0; B (d)
            otherwise = value
            i += 1
        else:
            break
    if len(pairs) + (otherwise is not None) < 2 or not pairs:
        return None
    try:
        whole = E.cases(tuple(pairs), otherwise)
    except ShapeError:
        return None
    return replace(head, terms=(*left, whole), after=statements[i - 1].after), i


def _goes_on(statements: list[Statement], i: int) -> bool:
    """Whether a further value with its condition stands at a place."""
    return i + 1 < len(statements) and statements[i].after in _IF and _condition(statements[i + 1]) is not None


def _value(s: Statement, left: tuple[Expr, ...], first: bool) -> Expr | None:
    """What a statement gives for the left side of the run."""
    if first:
        return s.terms[-1] if all(op == "=" for op in s.ops) and s.terms[-1].op not in ("new", "blank") else None
    if not s.ops:
        return s.terms[0]
    return s.terms[-1] if s.terms[:-1] == left and all(op == "=" for op in s.ops) else None


def _condition(s: Statement) -> Expr | None:
    """An inequality, or an equation with a number, as a condition; also in brackets."""
    if not s.ops and s.terms[0].op in E.CONDITIONS:
        return s.terms[0]
    if len(s.terms) > 2 and all(op in ("<", "<=", ">", ">=") for op in s.ops):  # a <= x <= b
        parts = [_condition(replace(s, terms=s.terms[k : k + 2], ops=(op,))) for k, op in enumerate(s.ops)]
        return E.logic("and", *(p for p in parts if p is not None)) if None not in parts else None
    if len(s.terms) != 2 or s.ops[0] not in ("<", "<=", ">", ">=", "!=", "="):
        return None
    terms = tuple(E.idx(str(t.data)) if t.op == "new" and t.data in INDEX_LETTERS else t for t in s.terms)
    if any(t.op in ("new", "blank") for t in terms) or (s.ops[0] == "=" and not any(E.is_number(t) or t.op == "idx" for t in terms)):
        return None
    try:
        return E.rel(s.ops[0], *terms)
    except ShapeError:
        return None
