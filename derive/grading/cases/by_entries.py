"""Answers that are given entry by entry, or as a list without brackets.

    u_1 = A, u_i = B for i >= 2                    an entry by its number, and the rest
    u_k = A, u_i = 0 otherwise                     an entry by a named index, and the rest
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from derive.grading.finding.asked import index_of_entry, is_asked
from derive.grading.finding.wanted import Member, Wanted
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.dots import general_entry
from derive.maths.expr import Expr
from derive.maths.parse import Statement

Chosen = tuple[Statement, list[Member], bool]
"""A statement, what it claims the answer to be, and whether it is an equation for the unknown."""


def spread_list(chosen: list[Chosen], wanted: Wanted) -> Member | None:
    """θ = 1/3, 10/3, 100/3: an equation for the vector whose list has lost its brackets."""
    if len(wanted.shape) != 1 or len(chosen) != wanted.shape[0] or len(chosen) < 2 or not chosen[0][2] or any(c[2] for c in chosen[1:]):
        return None
    entries = [c[1][-1].expr for c in chosen]
    if any(len(c[1]) != 1 for c in chosen[1:]) or any(x.shape for x in entries) or any(c[0].after not in (",", ";", "end") for c in chosen):
        return None
    return Member(E.vec(tuple(entries)), chosen[0][1][-1].approximate)


def bare_list(chosen: list[tuple[Statement, list[Member], bool]], wanted: Wanted) -> Expr | None:
    """1/3, 10/3, 100/3 without brackets, for a vector of that length."""
    if len(wanted.shape) != 1 or len(chosen) != wanted.shape[0] or len(chosen) < 2:
        return None
    entries = [c[1][0].expr for c in chosen]
    if any(len(c[1]) != 1 or c[1][0].expr.shape for c in chosen) or any(s.after not in (",", ";", "and", "end") for s, _, _ in chosen):
        return None
    return E.vec(tuple(entries))


def componentwise(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """θ_1 = ..., θ_2 = ..., or u_k = ... and 0 otherwise, or u_i = ... for every i."""
    if not wanted.shape or not wanted.asked:
        return None
    related = _one_from_another(statements, wanted)
    if related is not None:
        return related
    by_entry: dict[Any, Expr] = {}
    general: tuple[str, Expr] | None = None
    chosen: tuple[Expr, Expr] | None = None
    otherwise: Expr | None = None
    for s in (_entry_step(each, wanted) for each in statements):
        heads = [t for t in s.terms if index_of_entry(t, wanted) is not None]
        if not heads:
            if (chosen is not None or by_entry) and s.ops == ("=",) and s.after in ("elsewhere", "otherwise", "else") and is_asked(s.terms[0], wanted):
                otherwise = s.terms[1]  # u[k] = ...; u = 0 elsewhere
                continue
            if (chosen is not None or by_entry) and not s.ops and s.terms[0].shape in ((), wanted.shape[1:]):
                otherwise = s.terms[0]
            continue
        if any(op not in ("=", "~") for op in s.ops) or heads[0] is not s.terms[0] or not s.ops:
            return None
        exact = [t for op, t in zip(("=", *s.ops), s.terms, strict=True) if op == "=" and index_of_entry(t, wanted) is None]
        value = exact[-1] if exact else s.terms[-1]
        value = E.as_column(value)
        if wanted.shape[1:] and (E.is_number(value, 0) or (value.op == "mul" and E.is_number(value.args[0], 0))):
            value = E.zeros(*wanted.shape[1:])
        if value.shape != wanted.shape[1:] or index_of_entry(value, wanted) is not None:
            return None
        if any(wanted.asked in E.symbols_in(t) for t in exact):
            return None
        for h in heads:
            i = index_of_entry(h, wanted)
            assert i is not None
            free = E.free_indices(i)
            if i.op == "num":
                by_entry[int(i.data)] = value
            elif i.op == "idx" and len(free) == 1:
                general = (str(i.data), value)
            elif not free:
                chosen = (i, value)
            else:
                return None
    size = wanted.shape[0]
    if 1 in by_entry and chosen is not None and chosen[0] == E.dim(size) and general is None:  # u_1 = ..., ..., u_n = ...
        try:
            body, top = general_entry(by_entry[1], chosen[1])
        except E.ShapeError:
            return None
        same = all(E.replace(body, {E.idx("_d"): E.num(i)}) == x for i, x in by_entry.items())
        return E.comp("_d", body, size) if same and top == chosen[0] else None
    if by_entry and isinstance(size, int) and len(wanted.shape) == 1 and general is None and otherwise is None:
        if set(by_entry) == set(range(1, size + 1)):
            return E.vec(tuple(by_entry[i] for i in range(1, size + 1)))
        return None
    based = next((s.terms[-1] for s in statements if s.ops == ("=",) and is_asked(s.terms[0], wanted) and s.terms[-1].op == "zeros"), None)
    if (chosen is not None or by_entry) and based is not None and general is None:  # u = zeros(n); u[k] = ...
        otherwise = E.ZERO
    if general is None and otherwise is None:
        return None
    index, rest = general if general is not None else ("_i", otherwise)
    assert rest is not None
    if wanted.shape[1:] and E.is_number(rest, 0):  # a row of zeros
        rest = E.zeros(*wanted.shape[1:])
    i = E.idx(index)
    special = tuple((v, E.rel("=", i, E.num(k))) for k, v in by_entry.items()) + (((chosen[1], E.rel("=", i, chosen[0])),) if chosen is not None else ())
    if chosen is None and not E.free_indices(rest) <= {index}:
        return None
    return E.comp(index, E.cases(special, rest) if special else rest, size)


_MOST_ENTRIES = 16


def _one_from_another(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """theta_2 = 10 theta_1, theta_1 = 1/101: all entries of a short vector, some of which are told by others. What is told twice must agree."""
    size = wanted.shape[0]
    if len(wanted.shape) != 1 or not isinstance(size, int) or not 2 <= size <= _MOST_ENTRIES:
        return None
    for s in statements:
        if s.ops and s.terms[0].op == "at":
            break
    else:
        return None
    entry = {E.at(E.sym(wanted.asked, wanted.shape), E.num(k)): k for k in range(1, size + 1)}
    equations = [pair for s in statements if s.ops and set(s.ops) == {"="} for pair in pairwise(s.terms)]
    held = [(a, b) for a, b in equations if wanted.asked in E.symbols_in(a) | E.symbols_in(b)]
    if not any(wanted.asked in E.symbols_in(b) or (a not in entry and wanted.asked in E.symbols_in(a)) for a, b in held):
        return None
    if any(t.shape or wanted.asked in E.symbols_in(E.replace(t, dict.fromkeys(entry, E.ONE))) or E.free_indices(t) for pair in held for t in pair):
        return None
    known: dict[Expr, Expr] = {}
    used: set[int] = set()
    for _ in range(size + 1):
        for place, (a, b) in enumerate(held):
            for left, right in ((a, b), (b, a)):
                found = _told(left, E.replace(right, known), entry) if place not in used else None
                if found is None:
                    continue
                used.add(place)
                if found[0] in known and not proved_equal(known[found[0]], found[1]):
                    return None
                known.setdefault(*found)
    return E.vec(tuple(known[e] for e in entry)) if len(known) == size and len(used) == len(held) else None


def _told(left: Expr, right: Expr, entry: dict[Expr, int]) -> tuple[Expr, Expr] | None:
    """What 'c theta_k = right' says of theta_k, where the right side holds no other entry."""
    inside = {x for x in E.walk(left) if x in entry}
    if len(inside) != 1 or any(x in entry for x in E.walk(right)):
        return None
    e = inside.pop()
    factor = E.replace(left, {e: E.ONE})
    if left != e and (E.is_number(factor, 0) or not proved_equal(left, E.mul(factor, e))):
        return None
    return e, right if left == e else simplify(E.div(right, factor))


def numbered_entries(statements: Iterable[Statement], wanted: Wanted) -> frozenset[int]:
    """The places of the entries that are given by their numbers: {1} of 'u_1 = 0, u_i = ... for i >= 2'."""
    heads = [index_of_entry(s.terms[0], wanted) for s in statements if s.ops and s.ops[0] == "="] if wanted.shape and wanted.asked else []
    return frozenset(int(i.data) for i in heads if i is not None and i.op == "num")


_AXES = ("x", "y", "z")


def named_entries(statements: list[Statement], wanted: Wanted) -> Expr | None:
    """x = ..., y = ..., z = ... or w1 = ..., w2 = ...: the entries of a short vector under names of the text's own."""
    if len(wanted.shape) != 1 or len(statements) != wanted.shape[0] or len(statements) < 2:
        return None
    if any(s.ops not in (("=",), ("~",)) or s.terms[0].op != "new" or s.terms[1].shape for s in statements):
        return None
    names = [re.sub(r"[_{}]", "", str(s.terms[0].data)) for s in statements]
    numbered = [f"{names[0][:-1]}{k + 1}" for k in range(len(names))] if names[0].endswith("1") and len(names[0]) > 1 else []
    if names != numbered and tuple(names) != _AXES[: len(names)]:
        return None
    return E.vec(tuple(s.terms[1] for s in statements))


def _entry_step(s: Statement, wanted: Wanted) -> Statement:
    """θ_k ← θ_k - x as u_k = -x: the step of one entry of an iterate."""
    head = s.terms[0]
    if s.ops != ("=",) or head.op != "at" or len(head.args) != 2 or head.args[0].op != "sym" or head.shape:
        return s
    name = str(head.args[0].data).partition("@")[0]
    before = E.at(E.sym(name, head.args[0].shape), head.args[1])
    if name not in wanted.iterates or before not in set(E.walk(s.terms[1])):
        return s
    step = simplify(E.sub(s.terms[1], before))
    return replace(s, terms=(E.at(E.sym(wanted.asked, wanted.shape), head.args[1]), step))
