"""Arrays of code that are no whole vector or matrix of the language: slices of a size that has a name, x[:, None], the entries that a mask picks.

A slice keeps the whole array and where it begins and ends, so that U[:, :k] @ np.diag(s[:k]) @ Vt[:k] is the product of whole matrices
with zeros outside. What a slice cannot be taken for is not followed.
"""

from __future__ import annotations

import ast

from derive.maths import expr as E
from derive.maths import order
from derive.maths.code_kinds import Column, Cut, Items, Picked, Value, Wide
from derive.maths.code_values import CONDITIONS, Values
from derive.maths.expr import Expr
from derive.maths.projections import entry_of

Range = tuple[Expr, Expr]  # first and last place, counted from 1


class Arrays(Values):
    """Values, with slices, columns and what a mask picks."""

    def combined(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        if isinstance(left, Cut) or isinstance(right, Cut):
            return self._of_slices(op, left, right, node)
        if isinstance(left, Picked) or isinstance(right, Picked):
            return self._of_picked(op, left, right, node)
        if not isinstance(op, ast.MatMult) and isinstance(left, Column) != isinstance(right, Column):
            other = self.expression(right if isinstance(left, Column) else left, node)
            if not other.shape:  # a number beside a column leaves it a column
                return Column(self.operate(op, self.expression(left, node), self.expression(right, node), node))
        if isinstance(op, ast.Mult | ast.Div):
            if isinstance(right, Column) and not isinstance(op, ast.Div) and not isinstance(left, Column):
                left, right = right, left
            if isinstance(left, Column) and not isinstance(right, Column) and isinstance(op, ast.Mult):
                x, b = self.expression(left.vector, node), self.expression(right, node)
                if len(b.shape) == 2 and b.shape[0] == x.shape[0]:
                    return E.matmul(E.diag(x), b)
                if b.shape and (len(b.shape) == 1 or b.shape[0] == 1):
                    return E.matmul(x, E.transpose(E.as_column(b)))  # a column times a row
            a = self.expression(left, node)
            b = self.expression(right, node)
            if isinstance(right, Column) and len(a.shape) == 2 and a.shape[0] == b.shape[0]:
                return E.matmul(E.diag(E.div(E.ONE, b)), a)
            if len(a.shape) == 2 and len(b.shape) == 1 and 1 not in a.shape and not isinstance(right, Column) and a.shape[1] == b.shape[0]:
                return E.matmul(a, E.diag(b if isinstance(op, ast.Mult) else E.div(E.ONE, b)))
            if isinstance(op, ast.Mult) and len(a.shape) == 1 and len(b.shape) == 2 and 1 not in b.shape and b.shape[1] == a.shape[0]:
                return E.matmul(b, E.diag(a))
        self.apart([left, right], node) if not isinstance(op, ast.MatMult) else None
        return super().combined(op, left, right, node)

    def _of_picked(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Picked:
        """What is computed of the entries that one mask picks, entry by entry."""
        masks = [v.mask for v in (left, right) if isinstance(v, Picked)]
        if isinstance(op, ast.MatMult) or any(m != masks[0] for m in masks):
            self.fail(node, "Entries picked by a mask are not followed.")
        whole: list[Value] = []
        for v in (left, right):
            if isinstance(v, Picked):
                whole.append(Column(v.values) if v.column else v.values)
            elif self.expression(v, node).shape:
                self.fail(node, "Entries picked by a mask beside a whole array are not followed.")
            else:
                whole.append(v)
        out = self.combined(op, whole[0], whole[1], node)
        return Picked(self.expression(out, node), masks[0], isinstance(out, Column))

    def where(self, c: Value, a: Value, b: Value, node: ast.AST) -> Value:
        """np.where: entry by entry, and row by row where a condition that is a column stands beside a matrix, column by column where it is a vector."""
        sides = [self.expression(v, node) for v in (a, b)]
        condition = self.expression(c, node)
        matrix = next((x.shape for x in sides if len(x.shape) == 2 and 1 not in x.shape), None)
        if matrix is None or len(condition.shape) == 2:
            columns = any(isinstance(v, Column) for v in (c, a, b))
            if columns:
                self.apart([c, a, b], node)
            out = E.cases(((sides[0], condition),), sides[1])
            return Column(out) if columns else out
        along = isinstance(c, Column) or not condition.shape
        k = self.new_index()
        rows = []
        for v, x in zip((a, b), sides, strict=True):
            x = x if along or len(x.shape) < 2 else E.transpose(x)
            if len(x.shape) == 1 and isinstance(v, Column) == along:  # the same number in the whole row
                x = entry_in(x, E.idx(k))
            rows.append(entry_in(x, E.idx(k)) if len(x.shape) == 2 else x)
        size, width = matrix if along else matrix[::-1]
        if condition.shape not in ((), (size,)):
            self.fail(node, "A condition of another size than what is chosen by it.")
        rows = [x if x.shape else E.mul(x, E.ones(width)) for x in rows]
        made = E.comp(k, E.cases(((rows[0], entry_in(condition, E.idx(k)) if condition.shape else condition),), rows[1]), size)
        return made if along else E.transpose(made)

    def comparison(self, node: ast.Compare) -> Value:
        out = super().comparison(node)
        if any(isinstance(self.value(x), Column) for x in (node.left, *node.comparators)):
            return Column(self.expression(out, node))
        return out

    def mask(self, node: ast.expr) -> Expr | None:
        x = self.value(node)
        return x.vector if isinstance(x, Column) and isinstance(x.vector, Expr) and x.vector.op in CONDITIONS else super().mask(node)

    def apart(self, values: list[Value], node: ast.AST) -> None:
        """Refuse a column beside a row or a vector, of which NumPy makes a matrix: x[:, None] - x."""
        if any(isinstance(v, Column) for v in values) and any(not isinstance(v, Column) and self.expression(v, node).shape for v in values):
            self.fail(node, "A column beside a row is a matrix that is not followed.")

    def _of_slices(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        a, b = self._sliced(left, node), self._sliced(right, node)
        if isinstance(op, ast.MatMult):
            if not a.ranges or not b.ranges or a.ranges[-1] != b.ranges[0]:
                self.fail(node, "This product of slices is not followed.")
            rest = (*a.ranges[:-1], *b.ranges[1:])
            out = E.matmul(self.padded(a), self.padded(b))
            if len(rest) < len(out.shape):
                out = E.as_column(out)
            return Cut(out, rest) if any(rest) else out
        if a.ranges == b.ranges or not a.ranges or not b.ranges:
            return Cut(self.operate(op, a.whole, b.whole, node), a.ranges or b.ranges)
        matrix, other = (a, b) if len(a.ranges) == 2 else (b, a)
        if isinstance(op, ast.Mult) and len(matrix.ranges) == 2 and len(other.ranges) == 1:
            side = isinstance(left, Column) or isinstance(right, Column)
            if other.ranges[0] == matrix.ranges[0 if side else 1]:
                scale = E.diag(other.whole)
                return Cut(E.matmul(scale, matrix.whole) if side else E.matmul(matrix.whole, scale), matrix.ranges)
        self.fail(node, "These slices do not fit together in a way that is followed.")

    def _sliced(self, v: Value, node: ast.AST) -> Cut:
        if isinstance(v, Column):
            v = v.vector
        if isinstance(v, Cut):
            return v
        x = self.expression(v, node)
        return Cut(x, (None,) * len(x.shape))

    def padded(self, c: Cut) -> Expr:
        """The whole array, with 0 outside the slice."""
        x = c.whole
        for axis, r in enumerate(c.ranges):
            if r is None:
                continue
            turned = E.transpose(x) if axis == 1 else x
            k = self.new_index()
            row = entry_in(turned, E.idx(k))
            nothing = E.zeros(*row.shape) if row.shape else E.ZERO
            inside = E.logic("and", E.rel(">=", E.idx(k), r[0]), E.rel("<=", E.idx(k), r[1]))
            turned = E.comp(k, E.cases(((row, inside),), nothing), turned.shape[0])
            x = E.transpose(turned) if axis == 1 else turned
        return x

    def expression(self, v: Value, node: ast.AST | None) -> Expr:
        if isinstance(v, Column):
            return self.expression(v.vector, node)
        if isinstance(v, Cut):
            whole = self._with_its_size(v)
            if whole is None:
                self.fail(node, "This slice is not followed.")
            return self.bounded(whole)
        if isinstance(v, Picked):
            self.fail(node, "Entries picked by a mask are not followed.")
        if isinstance(v, Wide):
            self.fail(node, "Without full_matrices=False this factor is square; only its first columns are determined.")
        return super().expression(v, node)

    def _with_its_size(self, c: Cut) -> Expr | None:
        """A slice as a vector or matrix of its own, where the language has a name for its size."""
        x = c.whole
        for axis, r in enumerate(c.ranges):
            if r is None:
                continue
            first, last = r
            if last.op == "num" and first.op == "num" and isinstance(x.shape[axis], int):
                size: E.Dim = min(int(last.data), int(x.shape[axis])) - int(first.data) + 1
            elif E.is_number(first, 1) and last.op in ("dim", "num"):
                size = str(last.data) if last.op == "dim" else int(last.data)
            else:
                return None
            if isinstance(size, int) and size < 1:
                return None
            turned = E.transpose(x) if axis == 1 else x
            k = self.new_index()
            place = E.idx(k) if E.is_number(first, 1) else E.add(E.idx(k), E.sub(first, E.ONE))
            turned = E.comp(k, entry_in(turned, place), size)
            x = E.transpose(turned) if axis == 1 else turned
        return x

    def part(self, v: Value, at: ast.expr, node: ast.Subscript) -> Value:
        """v[at]: entries, rows, columns and slices."""
        places = list(at.elts) if isinstance(at, ast.Tuple) else [at]
        if isinstance(v, Picked):
            if len(places) == 2 and _is_all(places[0]) and ast.unparse(places[1]) in ("None", "np.newaxis") and len(v.values.shape) == 1:
                return Picked(v.values, v.mask, True)
            return self._one_picked(v, at, node)
        if isinstance(v, Wide):
            return self._of_wide(v, places, at, node)
        new = [(isinstance(p, ast.Constant) and p.value is None) or (isinstance(p, ast.Attribute) and p.attr == "newaxis") for p in places]
        if isinstance(v, Cut):
            if len(places) == 2 and new[1] and _is_all(places[0]) and len(v.ranges) == 1:
                return Column(v)
            if len(places) == 1 and not isinstance(at, ast.Slice) and len(v.ranges) == 1 and v.ranges[0] is not None and E.is_number(v.ranges[0][0], 1):
                return super().part(v.whole, at, node)  # x[:k][0]
            self.fail(node, "This slice is not followed.")
        if isinstance(v, Items) or not isinstance(v, Expr):
            return super().part(v, at, node)
        x = self.expression(v, node)
        if len(places) == 2 and new[1] and _is_all(places[0]) and len(x.shape) == 1:
            return Column(x)
        if any(isinstance(p, ast.Slice) for p in places) and len(places) <= len(x.shape) and not any(new) and 1 not in x.shape:
            return self._slice(x, places, node)
        if len(places) == 2 and len(x.shape) == 2 and not any(new) and 1 not in x.shape:
            return entry_in(self.part(x, places[0], node), self._from_the_end(places[1], E.transpose(x)) or self.index(places[1]))  # type: ignore[arg-type]
        if len(places) == 1 and not isinstance(at, ast.Slice):
            end = self._from_the_end(at, x)
            if end is not None:
                return entry_in(x, end)
            chosen = self.value(at)
            if isinstance(chosen, Column) and isinstance(v, Column):  # nrm[nrm > 0] of a column
                chosen = self.expression(chosen, node)
            if self.masks and chosen == self.masks[-1] and isinstance(chosen, Cut) and len(x.shape) == 1:
                return x  # x[top] = v[top]
            if isinstance(chosen, Expr) and len(chosen.shape) == 1 and len(x.shape) == 1:
                if chosen.op not in CONDITIONS and self.masks and chosen == self.masks[-1]:
                    return x
                if chosen.op not in CONDITIONS:
                    k = self.new_index()
                    return E.comp(k, entry_in(x, _after(entry_in(chosen, E.idx(k)))), chosen.shape[0])
                return Picked(x, chosen)
            if isinstance(chosen, Expr) and chosen.op in CONDITIONS and len(chosen.shape) == 1 and len(x.shape) == 2 and x.shape[0] == chosen.shape[0]:
                return Picked(x, chosen)  # rows
            if isinstance(chosen, Cut) and len(chosen.ranges) == 1 and len(x.shape) == 1:
                k = self.new_index()
                return Cut(E.comp(k, entry_in(x, _after(entry_in(chosen.whole, E.idx(k)))), chosen.whole.shape[0]), chosen.ranges)
            if len(x.shape) == 2 and x.op != "eye" and isinstance(chosen, Expr) and not chosen.shape and 1 not in x.shape:
                return E.as_column(E.at(x, self.index(at)))
            if len(x.shape) == 1 and x.op == "comp" and isinstance(chosen, Expr) and not chosen.shape:
                return entry_in(x, self.index(at))
        return super().part(v, at, node)

    def entry(self, v: Value, k: str, node: ast.AST) -> tuple[Value, Expr]:
        if isinstance(v, Cut) and len(v.ranges) == 1 and v.ranges[0] is not None:
            first, last = v.ranges[0]
            place = E.idx(k) if E.is_number(first, 1) else E.add(E.idx(k), E.sub(first, E.ONE))
            return entry_in(v.whole, place), last if E.is_number(first, 1) else E.add(E.sub(last, first), E.ONE)
        return super().entry(v, k, node)

    def _from_the_end(self, at: ast.expr, x: Expr) -> Expr | None:
        """The place, counted from 1, that an index such as -1 or -k means."""
        if not isinstance(at, ast.UnaryOp) or not isinstance(at.op, ast.USub) or not x.shape:
            return None
        k, n = self.operand(at.operand), E.dim(x.shape[0])
        if k.shape or (k.op == "num" and k.data < 1):
            return None
        return n if E.is_number(k, 1) else E.sub(E.add(n, E.ONE), k)

    def _slice(self, x: Expr, places: list[ast.expr], node: ast.Subscript) -> Value:
        ranges: list[Range | None] = [None] * len(x.shape)
        lost: int | None = None
        for place, p in enumerate(places):
            axis = place - (lost is not None)
            n = E.dim(x.shape[axis])
            if not isinstance(p, ast.Slice):
                turned = E.transpose(x) if axis else x
                x, lost = entry_in(turned, self._from_the_end(p, turned) or self.index(p)), place
                continue
            if p.step is not None and not (isinstance(p.step, ast.Constant) and p.step.value == 1):
                if p.lower is not None or p.upper is not None or ast.unparse(p.step) != "-1":
                    self.fail(node, "This slice is not followed.")
                x = self.reversed(x, axis)
                continue
            first = E.ONE if p.lower is None else self._bound(p.lower, n, E.ONE)
            last = n if p.upper is None else self._bound(p.upper, n, E.ZERO)
            if first.shape or last.shape:
                self.fail(node, "This slice is not followed.")
            if not (E.is_number(first, 1) and last == n):
                ranges[place] = first, last
        if lost is not None:
            del ranges[lost]
        return Cut(x, tuple(ranges)) if any(ranges) else x

    def _bound(self, node: ast.expr, n: Expr, shift: Expr) -> Expr:
        """An end of a slice as a place counted from 1: the first is moved by one, what counts from the end is taken from n."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = E.sub(n, self.operand(node.operand))
            return E.add(inner, shift) if shift != E.ZERO else inner
        if shift == E.ZERO:
            return self.operand(node)
        return self.index(node)

    def reversed(self, x: Expr, axis: int) -> Expr:
        """x[::-1], or x[:, ::-1] along axis 1."""
        turned = E.transpose(x) if axis == 1 else x
        k = self.new_index()
        turned = E.comp(k, entry_in(turned, E.sub(E.add(E.dim(turned.shape[0]), E.ONE), E.idx(k))), turned.shape[0])
        return E.transpose(turned) if axis == 1 else turned

    def _of_wide(self, v: Wide, places: list[ast.expr], at: ast.expr, node: ast.Subscript) -> Value:
        """U[:, :k], U[:, 0] and Vt[:k], Vt[0] of square factors: their first columns are those of the thin ones."""
        if v.axis < len(places) and not _is_all(places[v.axis]) and (v.axis == 0 or _is_all(places[0])):
            chosen = places[v.axis]
            if not isinstance(chosen, ast.UnaryOp) and not (isinstance(chosen, ast.Slice) and (chosen.lower is not None or chosen.step is not None)):
                return self.part(v.thin, at, node)
        self.fail(node, "Without full_matrices=False this factor is square; only its first columns are determined.")

    def _one_picked(self, v: Picked, at: ast.expr, node: ast.Subscript) -> Value:
        """The first or the last of the entries that a mask picks."""
        k = self.new_index()
        last = isinstance(at, ast.UnaryOp) and isinstance(at.op, ast.USub) and isinstance(at.operand, ast.Constant) and at.operand.value == 1
        if not last and not (isinstance(at, ast.Constant) and at.value == 0):
            self.fail(node, "Entries picked by a mask are not followed.")
        here = E.cases(((E.idx(k), entry_in(v.mask, E.idx(k))),), E.neg(E.INF) if last else E.INF)
        return entry_in(v.values, E.reduce_over("max" if last else "min", k, here, E.ONE, E.dim(v.mask.shape[0])))

    def attribute_of(self, v: Value, node: ast.Attribute) -> Value:
        if isinstance(v, Cut) and node.attr in ("T", "mT"):
            return Cut(E.transpose(v.whole) if len(v.ranges) == 2 else v.whole, v.ranges[::-1])
        if isinstance(v, Wide) and node.attr in ("T", "mT"):
            return Wide(E.transpose(v.thin), 1 - v.axis)
        if isinstance(v, Column) and node.attr in ("T", "mT"):
            return E.transpose(self.expression(v.vector, node))
        if isinstance(v, Picked) and node.attr == "size":
            return self.gathered("len", v) or v
        return super().attribute_of(v, node)

    def gathered(self, name: str, v: Picked) -> Expr | None:
        """The sum, number, largest, smallest or mean of the entries that a mask picks; None for another function."""
        k, n = self.new_index(), E.dim(v.mask.shape[0])
        holds, x = entry_in(v.mask, E.idx(k)), entry_in(v.values, E.idx(k))
        rest = {"sum": E.ZERO, "max": E.neg(E.INF), "min": E.INF, "mean": E.ZERO, "len": E.ZERO}.get(name)
        if rest is None:
            return None
        if name in ("max", "min"):
            return E.reduce_over(name, k, E.cases(((x, holds),), rest), E.ONE, n)
        count = E.reduce_over("sum", k, E.cases(((E.ONE, holds),), E.ZERO), E.ONE, n)
        total = E.reduce_over("sum", k, E.cases(((x, holds),), E.ZERO), E.ONE, n)
        return count if name == "len" else total if name == "sum" else E.div(total, count)

    def ascending(self, x: Expr) -> Expr:
        """The entries of a vector from small to large."""
        k = self.new_index()
        return E.comp(k, order.kth_smallest(x, E.idx(k)), x.shape[0])

    def ranking(self, x: Expr) -> Expr:
        """argsort: the places, counted from 0, of the entries from small to large; equal entries in their order."""
        p, i, j, n = self.new_index(), self.new_index(), self.new_index(), E.dim(x.shape[0])
        here, there = entry_in(x, E.idx(i)), entry_in(x, E.idx(j))
        before = E.logic("or", E.rel("<", there, here), E.logic("and", E.rel("=", there, here), E.rel("<=", E.idx(j), E.idx(i))))
        rank = E.reduce_over("sum", j, E.cases(((E.ONE, before),), E.ZERO), E.ONE, n)
        place = E.reduce_over("sum", i, E.cases(((E.sub(E.idx(i), E.ONE), E.rel("=", rank, E.idx(p))),), E.ZERO), E.ONE, n)
        return E.comp(p, place, x.shape[0])

    def running_sum(self, x: Expr) -> Expr:
        """cumsum: x_1 + ... + x_k for every k."""
        k, j = self.new_index(), self.new_index()
        return E.comp(k, E.reduce_over("sum", j, entry_in(x, E.idx(j)), E.ONE, E.idx(k)), x.shape[0])

    def among(self, places: Value, i: Expr, node: ast.AST) -> Expr:
        """The condition that place i (from 1) is one of a list of places (from 0)."""
        c = self._sliced(places, node)
        if len(c.whole.shape) != 1 or c.whole.op in CONDITIONS:
            self.fail(node, "These entries are set in a way that is not followed.")
        p, r = self.new_index(), c.ranges[0]
        hit: Expr = E.rel("=", _after(entry_in(c.whole, E.idx(p))), i)
        if r is not None:
            hit = E.logic("and", hit, E.rel(">=", E.idx(p), r[0]), E.rel("<=", E.idx(p), r[1]))
        found = E.reduce_over("sum", p, E.cases(((E.ONE, hit),), E.ZERO), E.ONE, E.dim(c.whole.shape[0]))
        return E.rel(">", found, E.ZERO)


def _is_all(p: ast.expr) -> bool:
    return isinstance(p, ast.Slice) and p.lower is None and p.upper is None and p.step is None


def entry_in(x: Expr, i: Expr) -> Expr:
    """x_i, or row i of a matrix; conditions and what is listed by a formula are opened."""
    if x.op in CONDITIONS and x.shape:
        return x._replace(args=tuple(entry_in(a, i) if a.shape else a for a in x.args), shape=x.shape[1:])
    if len(x.shape) == 2:
        return E.replace(x.args[0], {E.idx(str(x.data)): i}) if x.op == "comp" else E.as_column(E.at(x, i))
    return entry_of(x, i)


def _after(place: Expr) -> Expr:
    """A place counted from 0 as one counted from 1."""
    if place.op == "add" and len(place.args) == 2 and place.args[1] == E.neg(E.ONE):
        return place.args[0]
    return E.num(place.data + 1) if place.op == "num" else E.add(place, E.ONE)
