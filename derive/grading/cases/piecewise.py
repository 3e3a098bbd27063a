"""Entries by cases in words and brackets: u_i = X if c, 0 otherwise; u_i = X (c), u_i in [A, B] (not c).

Each branch is a value of the i-th entry (or row) and the condition under which it holds. An interval of values claims that every
choice in it is right: its two ends are claimed, and with them, the optimal points being convex, what lies between.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.wanted import Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.parse import Statement

_IF = frozenset(("if", "when", "for", "where", "whenever"))
_ELSE = frozenset(("otherwise", "else"))
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "=", "!="))

_TRUTH = re.compile(r"(?:\[|[*·]\s*\(|\\cdot\s*\()[^\[\]()]*(?:\([^()]*\)[^\[\]()]*)*(?:[<>=≤≥≠]|\\(?:leq?|geq?|neq?|lt|gt)(?![A-Za-z]))")
Branch = tuple[tuple[Expr, ...], Expr | None]  # values (the ends of an interval), condition


def piecewise(statements: list[Statement], wanted: Wanted, text: str = "") -> tuple[Expr, ...] | None:
    """The asked vector (or matrix, by its rows) by cases, each claim once; None where the text is no such list of cases.

    text: as it is written, 'x_i = v_i [v_i > 0]' and 'x_i = v_i * (v_i > 0)' multiply by the truth of a condition.
    """
    if not wanted.shape or not wanted.asked or all(_letter(s.terms[0], wanted) is None for s in statements):
        return None
    index: str | None = None
    branches: list[Branch] = []
    conditions = 0
    k = 0
    while k < len(statements):
        s = statements[k]
        k += 1
        letter = _letter(s.terms[0], wanted)
        if letter is None:
            if index is not None and not s.ops and (s.after in _ELSE or _ELSE & set(s.lead.split())):
                branches.append(((_entry_value(s.terms[0], wanted),), None))
            elif _concerns(s, wanted):
                return None
            continue
        if index not in (None, letter) or len(s.ops) != 1 or s.ops[0] not in ("=", "in"):
            return None
        index = letter
        value, condition = _split(s.terms[1])
        if condition is None and s.after in _IF and k < len(statements) and _is_condition(statements[k]):
            if _listed(statements, k):
                return None  # for i = 1, 2, 3: a range, no case
            condition = _condition(statements[k], letter)
            k += 1
            while k < len(statements) and statements[k - 1].after == "and" and _is_condition(statements[k]):
                condition = Expr("and", (condition, _condition(statements[k], letter)))
                k += 1
        conditions += condition is not None
        if s.after in _ELSE and condition is not None:
            return None
        ends = value.args if s.ops[0] == "in" and value.op in ("vec", "interval") else (value,)
        branches.append((tuple(_entry_value(v, wanted) for v in ends), condition))
    if index is None or not conditions or any(E.as_column(v).shape != wanted.shape[1:] for values, _ in branches for v in values):
        return None
    if any(c is not None and not E.free_indices(c) <= {index} for _, c in branches):
        return None
    if sum(c is None for _, c in branches) > 1 or any(c is None for _, c in branches[:-1]):
        return None
    if len(branches) == 1 and len(branches[0][0]) == 1 and _split(statements[0].terms[-1])[1] is not None and _TRUTH.search(text):
        return None
    out = tuple(dict.fromkeys(_joined(index, branches, end, wanted) for end in (0, -1)))
    return out if all(not E.free_indices(x) for x in out) else None


def _letter(t: Expr, wanted: Wanted) -> str | None:
    """i of u_i."""
    if t.op == "at" and len(t.args) == 2 and t.args[0].op == "sym" and t.args[0].data == wanted.asked and t.args[1].op == "idx":
        return str(t.args[1].data)
    return None


def _concerns(s: Statement, wanted: Wanted) -> bool:
    """Whether a statement speaks of the unknown in another way."""
    return any(wanted.asked in E.symbols_in(t) or any(n.startswith(f"{wanted.asked}@") for n in E.symbols_in(t)) for t in s.terms)


def _entry_value(v: Expr, wanted: Wanted) -> Expr:
    return E.zeros(*wanted.shape[1:]) if E.is_number(v, 0) and wanted.shape[1:] else v


def _split(value: Expr) -> tuple[Expr, Expr | None]:
    """X (c) as X and the condition c."""
    if value.op == "mul" and value.args[1].op in E.CONDITIONS:
        return value.args[0], value.args[1]
    if value.op == "neg":
        inside, condition = _split(value.args[0])
        return (E.neg(inside), condition) if condition is not None else (value, None)
    return value, None


def _is_condition(s: Statement) -> bool:
    return bool(s.ops) and all(op in _COMPARISONS for op in s.ops)


def _listed(statements: list[Statement], k: int) -> bool:
    """Whether 'i = 1' at k goes on as a list of places, ', 2, 3'."""
    s = statements[k]
    return s.ops == ("=",) and s.terms[1].op == "num" and s.after in (",", "and") and k + 1 < len(statements) and (
        not statements[k + 1].ops and statements[k + 1].terms[0].op == "num")


def _condition(s: Statement, index: str) -> Expr:
    terms = [E.idx(index) if t.op == "new" and t.data == index else t for t in s.terms]  # i = argmax: no new name
    parts = tuple(E.rel(op, terms[i], terms[i + 1]) for i, op in enumerate(s.ops))
    return parts[0] if len(parts) == 1 else Expr("and", parts)


def _joined(index: str, branches: list[Branch], end: int, wanted: Wanted) -> Expr:
    pairs = tuple((values[end], c) for values, c in branches if c is not None)
    rest = [values[end] for values, c in branches if c is None]
    return E.comp(index, E.cases(pairs, rest[0] if rest else None), wanted.shape[0])


def by_whole_conditions(x: Expr) -> Expr | None:
    """Scalar values by cases of a vector, 'F for c != 0, and 0 for c = 0': the vector is 0 where all its entries are."""
    values, conditions = x.args[::2], x.args[1::2]
    if any(v.shape for v in values) or any(c.shape and not (c.op == "rel" and c.data in ("=", "!=") and E.is_number(c.args[1], 0)) for c in conditions):
        return None
    whole = tuple(E.rel(c.data, E.norm(E.as_column(c.args[0])), E.ZERO) if c.shape else c for c in conditions)
    return E.cases(tuple(zip(values, whole, strict=False)), values[-1] if len(values) > len(conditions) else None)
