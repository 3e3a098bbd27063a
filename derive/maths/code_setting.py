"""Entries of arrays that a program sets: one, a row or column, those at a list of places, those that a mask picks."""

from __future__ import annotations

import ast

from derive.maths import expr as E
from derive.maths.code_arrays import entry_in
from derive.maths.code_calls import Calls
from derive.maths.code_kinds import Column, Cut, Items, Loop, Picked, Value
from derive.maths.code_values import CONDITIONS
from derive.maths.expr import Expr
from derive.maths.projections import entry_of
from derive.maths.symbols import Scope


class Setting(Calls):
    """Values, calls, and what setting entries makes of an array."""

    def __init__(self, text: str, scope: Scope) -> None:
        super().__init__(text, scope)
        self.loops: list[Loop] = []

    def part(self, v: Value, at: ast.expr, node: ast.Subscript) -> Value:
        """v[at]; in a loop that has set this entry already, what it was set to."""
        loop = self.loops[-1] if self.loops else None
        if loop is not None and isinstance(v, Expr) and v.op == "sym" and str(v.data)[1:] in loop.entries and str(v.data)[0] == "@":
            place, turned = _row_or_column(at)
            if not turned and not isinstance(place, ast.Slice | ast.Tuple) and self.index(place) == E.idx(loop.index):
                return loop.entries[str(v.data)[1:]]
            self.fail(node, "An array that the loop is setting is read elsewhere.")
        return super().part(v, at, node)

    def set_entry(self, name: str, target: ast.Subscript, value: Expr) -> None:
        if _is_whole(target.slice):
            whole = self.expression(self.named(name, target), target)
            if value.shape not in ((), whole.shape) or self.loops:
                self.fail(target, "These entries are set in a way that is not followed.")
            self.env[name] = value if value.shape else E.mul(value, E.ones(*whole.shape))
            return
        if len(self.loops) > 1 and isinstance(target.slice, ast.Tuple) and len(target.slice.elts) == 2 and not value.shape:
            outer, inner = self.loops[-2:]
            if [self.index(p) for p in target.slice.elts if not isinstance(p, ast.Slice)] == [E.idx(outer.index), E.idx(inner.index)]:
                inner.rows[name] = value
                return
        at, turned = _row_or_column(target.slice)
        i = self.index(at)
        loop = self.loops[-1] if self.loops else None
        if loop is not None and not turned and i == E.idx(loop.index):
            loop.entries[name] = value
            return
        if loop is not None and loop.index in E.free_indices(i) and loop.index not in E.free_indices(value) and not (i.shape or value.shape) and name not in loop.marked:
            loop.marked[name] = i, value
            return
        old = self.expression(self.named(name, target), target)
        old = E.transpose(old) if turned else old
        if not old.shape or i.shape or value.shape not in ((), old.shape[1:]) or (loop is not None):
            self.fail(target, "This entry is set in a way that is not followed.")
        k = self.new_index()
        here = E.rel("=", E.idx(k), i)
        if len(old.shape) == 2 and not value.shape:  # D[k] = 0: every entry of the row
            value = E.mul(value, E.ones(old.shape[1]))
        other = E.as_column(E.at(old, E.idx(k))) if len(old.shape) == 2 else E.at(old, E.idx(k))
        new = E.comp(k, E.cases(((value, here),), other), old.shape[0])
        self.env[name] = E.transpose(new) if turned else new

    def several(self, target: ast.Subscript) -> Value | None:
        """The places of x[np.argsort(c)[:k]] and x[a:b]; None for one place."""
        if _is_whole(target.slice):
            return None
        old = self.named(target.value.id, target) if isinstance(target.value, ast.Name) else None
        if isinstance(target.slice, ast.Slice) and isinstance(old, Expr) and len(old.shape) == 1:
            k = self.new_index()
            return self.part(E.comp(k, E.sub(E.idx(k), E.ONE), old.shape[0]), target.slice, target)
        if self.loops or isinstance(target.slice, ast.Slice | ast.Tuple):
            return None
        places = self.value(target.slice)
        listed = isinstance(places, Cut | Items) or (isinstance(places, Expr) and len(places.shape) == 1 and places.op not in CONDITIONS)
        return places if listed else None

    def set_among(self, name: str, places: Value, s: ast.Assign) -> None:
        """x[np.argsort(c)[:k]] = 1, x[top] = v[top], x[k:] = 0: the entries at a list of places."""
        old = self.expression(self.named(name, s), s)
        self.masks.append(places)
        value = self.operand(s.value)
        self.masks.pop()
        if len(old.shape) != 1 or self.loops or (value.shape and not (isinstance(places, Cut) and value.shape == old.shape)):
            self.fail(s, "These entries are set in a way that is not followed.")
        i = self.new_index()
        new = entry_of(value, E.idx(i)) if value.shape else value
        self.env[name] = E.comp(i, E.cases(((new, self.among(places, E.idx(i), s)),), entry_of(old, E.idx(i))), old.shape[0])

    def set_where(self, name: str, mask: Expr, s: ast.Assign) -> None:
        """x[x < 0] = 0, x[m] = v[m], D[m] = -r * G[m] / nrm[m, None]: the entries, or rows, at which a condition holds."""
        given = self.named(name, s)
        old = self.expression(given, s)
        if old.shape[:1] != mask.shape or self.loops:
            self.fail(s, "These entries are set in a way that is not followed.")
        value = self.value(s.value)
        if isinstance(value, Picked):
            if value.mask != mask or value.column or value.values.shape != old.shape:
                self.fail(s, "Entries picked by another mask are set here.")
            new = value.values
        else:
            new = self.expression(value, s)
            if new.shape:
                self.fail(s, "As many values as entries picked by a mask are needed.")
        if len(old.shape) == 2:
            k = self.new_index()
            row = entry_in(new, E.idx(k)) if new.shape else E.mul(new, E.ones(old.shape[1]))
            self.env[name] = E.comp(k, E.cases(((row, entry_in(mask, E.idx(k))),), entry_in(old, E.idx(k))), old.shape[0])
            return
        out = E.cases(((new, mask),), old)
        self.env[name] = Column(out) if isinstance(given, Column) else out


def _is_whole(at: ast.expr) -> bool:
    """Whether a slice is [:], [...] or [:, :]."""
    if isinstance(at, ast.Tuple):
        return all(_is_whole(p) for p in at.elts)
    return (isinstance(at, ast.Slice) and at.lower is at.upper is at.step is None) or (isinstance(at, ast.Constant) and at.value is ...)


def _row_or_column(at: ast.expr) -> tuple[ast.expr, bool]:
    """The place that D[k, :] and D[:, k] name, and whether it is a column."""
    if isinstance(at, ast.Tuple) and len(at.elts) == 2:
        for chosen, other in (at.elts, at.elts[::-1]):
            if isinstance(other, ast.Slice) and other.lower is other.upper is other.step is None and not isinstance(chosen, ast.Slice):
                return chosen, chosen is at.elts[1]
    return at, False
