"""Arrays that a program puts together from others: np.block, vstack, concatenate, np.r_, np.c_, and what it does with them.

Nothing of the size n + m has a name in the language, so such an array is kept in blocks until one block, or numbers, are left: as a rule
those that a slice takes from the solution of a system.
"""

from __future__ import annotations

import ast
from functools import reduce
from itertools import pairwise

from derive.maths import expr as E
from derive.maths import partitioned as B
from derive.maths.code_factors import Factors
from derive.maths.code_kinds import Column, Items, Value
from derive.maths.code_values import name_of
from derive.maths.expr import Dim, Expr
from derive.maths.partitioned import Blocks

_BELOW = frozenset("vstack row_stack".split())
_BESIDE = frozenset("hstack column_stack bmat block".split())
_JOINED = frozenset("concatenate cat concat append stack".split())
_SAME = frozenset("array asarray tensor float copy clone to astype double matrix".split())
_ENTRYWISE = frozenset("abs square sqrt sign exp log".split())


class Partitioned(Factors):
    """Values, with arrays in blocks."""

    def combined(self, op: ast.operator, left: Value, right: Value, node: ast.AST) -> Value:
        if not isinstance(left, Blocks) and not isinstance(right, Blocks):
            if isinstance(op, ast.MatMult) and (isinstance(left, Items) or isinstance(right, Items)):
                left, right = (self._listed(v, node) if isinstance(v, Items) else v for v in (left, right))
            if not isinstance(left, Blocks) and not isinstance(right, Blocks):
                return super().combined(op, left, right, node)
        if isinstance(op, ast.MatMult):
            a, b = self.blocks(left, node), self.blocks(right, node)
            if isinstance(left, Expr) and set(b.heights) == {1}:
                a = B.in_entries(left) or a
            if isinstance(right, Expr) and set(a.heights if a.flat else a.widths) == {1}:
                b = B.in_entries(right) or b
            return self.joined(B.product(a, b))
        if isinstance(left, Blocks) and isinstance(right, Blocks):
            return self.joined(B.together(lambda x, y: self.operate(op, x, y, node), left, right))
        blocks, other = (left, right) if isinstance(left, Blocks) else (right, left)
        assert isinstance(blocks, Blocks)
        x = self.expression(other, node)
        if x.shape:
            if isinstance(op, ast.Add | ast.Sub) and len(blocks.heights) == len(blocks.widths) == 1:
                return self.joined(B.together(lambda a, b: self.operate(op, a, b, node), self.blocks(left, node), self.blocks(right, node)))
            self.fail(node, "An array in blocks beside one that is whole.")
        if blocks is left:
            return self.joined(B.entrywise(lambda a: self._entries(op, a, x, node), blocks))
        return self.joined(B.entrywise(lambda a: self._entries(op, x, a, node), blocks))

    def _entries(self, op: ast.operator, a: Expr, b: Expr, node: ast.AST) -> Expr:
        if isinstance(op, ast.Pow) and len(a.shape) == 2 and E.is_number(b, 2):
            return E.mul(a, a)
        if isinstance(op, ast.Pow) and len(a.shape) == 2:
            self.fail(node, "The entries of a matrix to this power are not followed.")
        return self.operate(op, a, b, node)

    def blocks(self, v: Value, node: ast.AST) -> Blocks:
        """A value as an array in blocks: of one, where it is a vector or matrix."""
        if isinstance(v, Blocks):
            return v
        if isinstance(v, Column):
            x = self.expression(v.vector, node)
            return Blocks(((x,),), (x.shape[0],), (1,))
        if isinstance(v, Items):
            listed = self._listed(v, node)
            return listed if isinstance(listed, Blocks) else self.blocks(listed, node)
        x = self.expression(v, node)
        return B.of_one(x) if x.shape else Blocks(((x,),), (1,), (1,), True)

    def _listed(self, v: Items, node: ast.AST) -> Value:
        """np.array([x, np.ones(m)]): vectors as rows; lists of numbers stay what they are."""
        vectors = [self.expression(x, node) for x in v.values if isinstance(x, Expr)]
        if len(vectors) < 2 or len(vectors) != len(v.values) or any(len(x.shape) != 1 for x in vectors):
            return self.expression(v, node)
        return B.from_rows([[E.transpose(x)] for x in vectors])

    def joined(self, b: Blocks) -> Value:
        """An array in blocks as an expression, where one block or only numbers are left."""
        whole = B.as_expression(b)
        if whole is None:
            return b
        if not b.flat and b.widths == (1,) and len(whole.shape) == 1 and len(b.heights) == 1:
            return Column(self.bounded(whole))
        return self.bounded(whole)

    def expression(self, v: Value, node: ast.AST | None) -> Expr:
        if isinstance(v, Blocks):
            self.fail(node, "An array made of several, of a size that has no name.")
        return super().expression(v, node)

    def subscript(self, node: ast.Subscript) -> Value:
        last = name_of(node.value).rpartition(".")[2]
        if last in ("r_", "c_"):  # np.r_[a, b], np.c_[X, y]
            parts = [self.blocks(self.value(p), node) for p in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]
            return self.joined(B.below(parts, flat=True) if last == "r_" and all(p.flat for p in parts) else B.below(parts) if last == "r_" else B.beside(
                [_as_column(p) for p in parts]))
        return super().subscript(node)

    def factored(self, name: str, dotted: str, args: list[Value], node: ast.Call) -> Value | None:
        if not args:
            return None
        said = {k.arg: k.value for k in node.keywords if k.arg}
        if name in _BELOW | _BESIDE | _JOINED and (isinstance(args[0], Items) or name == "append"):
            made = self._put_together(name, args, said, node)
            return self.joined(made) if made is not None else super().factored(name, dotted, args, node)
        if name in ("vander", "polyfit", "linregress"):
            return self._of_powers(name, dotted, args, said, node)
        if name in _SAME and isinstance(args[0], Blocks):
            return args[0]
        if name in ("solve", "spsolve", "lstsq", "split") and len(args) >= 2:
            given = [self._listed(a, node) if isinstance(a, Items) and name != "split" else a for a in args[:2]]
            return self._solved(name, given, node) if any(isinstance(a, Blocks) for a in given) else super().factored(name, dotted, args, node)
        if name in ("inv", "pinv", "transpose", "t") and isinstance(args[0], Items):
            listed = self._listed(args[0], node)
            args = [listed] if isinstance(listed, Blocks) else args
        if any(isinstance(a, Blocks) for a in args):
            return self._of_blocks(name, args, said, node)
        return super().factored(name, dotted, args, node)

    def _put_together(self, name: str, args: list[Value], said: dict[str, ast.expr], node: ast.Call) -> Blocks | None:
        """The array that vstack, hstack, column_stack, block, concatenate, append and stack make; None for a list of numbers."""
        if name == "append":
            values: tuple[Value, ...] = tuple(args[:2])
        else:
            assert isinstance(args[0], Items)
            values = args[0].values
        if name in ("block", "bmat") and values and all(isinstance(row, Items) for row in values):
            return B.from_rows([[E.ZERO if x == Items(()) else self._block(x, node) for x in row.values] for row in values if isinstance(row, Items)])
        axis = self._axis(said.get("axis", said.get("dim", node.args[1] if len(node.args) > 1 and name != "append" else None)), node)
        parts = [self.blocks(v, node) for v in values]
        flat = all(p.flat for p in parts)
        if not parts or (name == "append" and axis is None and not flat):
            self.fail(node, "These arrays are put together in a way that is not followed.")
        if flat and name != "column_stack" and name not in _BELOW and name != "stack":
            return B.below(parts, flat=True) if axis in (None, 0, -1) else None
        down = name in _BELOW or (name in _JOINED and axis in (None, 0, -2))
        if flat and (name in _BELOW or name == "stack"):
            return B.below([_as_column(p).turned for p in parts]) if down else B.beside([_as_column(p) for p in parts])
        if name == "stack":
            self.fail(node, "A stack of matrices is not followed.")
        parts = [_as_column(p).turned if p.flat and down else _as_column(p) if p.flat else p for p in parts]  # (m, 1) and (1, n) are read as vectors
        return B.below(parts) if down else B.beside(parts)

    def _block(self, v: Value, node: ast.AST) -> Expr:
        x = self.expression(v, node)
        if len(x.shape) == 1 and not isinstance(v, Column):  # in a list of lists a vector is a row
            return E.transpose(x)
        return x

    def _axis(self, node: ast.expr | None, at: ast.AST) -> int | None:
        if node is None:
            return None
        found = next((k for k in (0, 1, -1, -2) if ast.unparse(node) == str(k)), None)
        if found is None:
            self.fail(at, "An axis that is not 0 or 1.")
        return found

    def _of_powers(self, name: str, dotted: str, args: list[Value], said: dict[str, ast.expr], node: ast.Call) -> Value:
        """np.vander(x, k), and np.polyfit(x, y, k) as least squares with its columns: the highest power first; numpy.polynomial has it last."""
        told = [*args[1 if name == "vander" else 2 :], *(self.value(said[k]) for k in ("deg", "N") if k in said)]
        x, degree = self.expression(args[0], node), E.ONE if name == "linregress" else self.expression(told[0], node) if len(told) == 1 else E.INF
        if len(x.shape) != 1 or degree.op != "num" or degree.data.denominator != 1 or not 0 <= degree.data - (name == "vander") <= 2 or set(said) - {"deg", "increasing", "N"}:
            self.fail(node, f"'{name}' is followed for vectors and up to the second power.")
        powers = [E.ones(*x.shape), x, E.mul(x, x)][: int(degree.data) + (name != "vander")]
        rising = "polynomial" in dotted or (name == "vander" and ast.unparse(said.get("increasing", ast.Constant(False))) == "True")
        columns = B.beside([_as_column(B.of_one(p)) for p in (powers if rising else powers[::-1])])
        if name == "vander":
            return self.joined(columns)
        found = self.joined(B.least_squares(columns, self.blocks(args[1], node), self.known))
        return Items(self.expression(found, node).args, ("slope", "intercept")) if name == "linregress" else found

    def _solved(self, name: str, args: list[Value], node: ast.Call) -> Value:
        """solve, lstsq, and np.split(z, [n]) of arrays in blocks."""
        if name == "split":
            return self._split(args, node)
        a, b = (self.blocks(v, node) for v in args[:2])
        if name == "lstsq":
            x = self.joined(B.least_squares(a, b, self.known))
            return Items((x, E.ZERO, E.ZERO, E.ZERO), ("solution",))
        return self.joined(B.solution(a, b, self.known))

    def _split(self, args: list[Value], node: ast.Call) -> Value:
        z, places = self.blocks(args[0], node), args[1]
        if not z.flat or not isinstance(places, Items):
            self.fail(node, "This is split in a way that is not followed.")
        sizes = [_parts(self.expression(p, node)) for p in places.values]
        if name_of(node.func).startswith("torch"):  # sizes of the parts
            starts = [_added(sizes[:k]) for k in range(len(sizes) + 1)]
        else:
            starts = [{}, *sizes, _whole(z.heights)]
        cuts = [self._boundary(s, z.heights, node) for s in starts]
        return Items(tuple(self.joined(_rows_of(z, a, b)) for a, b in pairwise(cuts)))

    def _of_blocks(self, name: str, args: list[Value], said: dict[str, ast.expr], node: ast.Call) -> Value:
        """What a function makes of an array in blocks."""
        x = self.blocks(args[0], node)
        name = {"absolute": "abs", "mv": "matmul", "mm": "matmul"}.get(name, name)
        if name in ("dot", "matmul", "inner", "vdot") and len(args) == 2:
            return self.combined(ast.MatMult(), args[0], args[1], node)
        if name in ("transpose", "t"):
            return self.joined(x.turned)
        if name == "inv" and len(args) == 1:
            return self.joined(B.solution(x, B.identity(x.heights), self.known))
        if name == "pinv" and len(args) == 1:
            return self.joined(B.pseudo_inverse(x, self.known))
        if name in ("flatten", "ravel", "squeeze") and x.widths == (1,):
            return Blocks(x.rows, x.heights, x.widths, True)
        if name in ("reshape", "view") and x.widths == (1,):
            return Blocks(x.rows, x.heights, x.widths, [ast.unparse(a) for a in node.args] in (["-1"],))
        if name in _ENTRYWISE and len(args) == 1:
            return self.joined(B.entrywise(lambda a: self.expression(self.built(name, [a], ast.Call(node.func, [], [])), node), x))
        cells = [c for row in x.rows for c in row if not B.is_nothing(c)]
        if name == "sum" and len(args) == 1 and not said:
            return E.add(*(E.total(c) for c in cells)) if cells else E.ZERO
        if name == "norm" and len(args) == 1 and not said and x.flat:
            return E.fn("sqrt", E.add(*(E.power(E.norm(c), E.TWO) for c in cells))) if cells else E.ZERO
        self.fail(node, f"'{name}' of an array in blocks is not followed.")

    def part(self, v: Value, at: ast.expr, node: ast.Subscript) -> Value:
        if not isinstance(v, Blocks):
            return super().part(v, at, node)
        places = list(at.elts) if isinstance(at, ast.Tuple) else [at]
        if v.flat and len(places) == 2 and isinstance(places[0], ast.Slice) and ast.unparse(places[1]) in ("None", "np.newaxis"):
            return Blocks(v.rows, v.heights, v.widths)
        if len(places) > (1 if v.flat else 2):
            self.fail(node, "This slice is not followed.")
        gone = [False, False]
        for axis, p in enumerate(places):
            v = v.turned if axis else v
            first, last, gone[axis] = self._span(p, v.heights, node)
            v = _rows_of(v, first, last)
            v = v.turned if axis else v
        whole = self.joined(v)
        if isinstance(whole, Column) and gone[1]:
            return whole.vector
        if isinstance(whole, Expr) and whole.op == "vec" and len(whole.args) == 1 and gone[0]:
            return whole.args[0]
        if isinstance(whole, Expr) and len(whole.shape) == 2 and whole.shape[0] == 1 and gone[0]:
            return E.as_column(whole)
        return whole

    def _span(self, p: ast.expr, sizes: tuple[Dim, ...], node: ast.AST) -> tuple[int, int, bool]:
        """The parts from one up to another that a slice takes, or the one of size 1 that an index picks, and whether it is an index."""
        if not isinstance(p, ast.Slice):
            start = self._boundary(self._counted(p, sizes), sizes, node)
            if start >= len(sizes) or sizes[start] != 1:
                self.fail(node, "An entry inside a block is not followed.")
            return start, start + 1, True
        if p.step is not None:
            self.fail(node, "This slice is not followed.")
        first = 0 if p.lower is None else self._boundary(self._counted(p.lower, sizes), sizes, node)
        last = len(sizes) if p.upper is None else self._boundary(self._counted(p.upper, sizes), sizes, node)
        return first, last, False

    def _counted(self, node: ast.expr, sizes: tuple[Dim, ...]) -> dict[Dim, int]:
        """A place as a sum of sizes; what counts from the end is taken from the whole."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return _plus(_whole(sizes), {d: -k for d, k in _parts(self.operand(node.operand)).items()})
        return _parts(self.operand(node))

    def _boundary(self, place: dict[Dim, int], sizes: tuple[Dim, ...], node: ast.AST) -> int:
        """How many parts end at a place."""
        for k in range(len(sizes) + 1):
            if _whole(sizes[:k]) == place:
                return k
        self.fail(node, "A slice that ends inside a block is not followed.")

    def attribute_of(self, value: Value, node: ast.Attribute) -> Value:
        if isinstance(value, Items) and node.attr in ("T", "mT"):
            listed = self._listed(value, node)
            return listed.turned if isinstance(listed, Blocks) else super().attribute_of(listed, node)
        if isinstance(value, Blocks) and node.attr in ("T", "mT"):
            return value if value.flat else self.joined(value.turned)
        if isinstance(value, Blocks) and node.attr == "shape":
            return Items(tuple(E.add(*(E.dim(d) for d in sizes)) for sizes in ((value.heights,) if value.flat else (value.heights, value.widths))))
        return super().attribute_of(value, node)

    def set_blocks(self, old: Blocks, target: ast.Subscript, value: Value) -> Blocks:
        """K[:n, n:] = A.T: the blocks of a slice, replaced."""
        places = list(target.slice.elts) if isinstance(target.slice, ast.Tuple) else [target.slice]
        if len(places) != (1 if old.flat else 2):
            self.fail(target, "These entries are set in a way that is not followed.")
        spans = [self._span(p, sizes, target) for p, sizes in zip(places, (old.heights, old.widths), strict=False)]
        (top, bottom, _), (left, right, _) = (*spans, (0, 1, False))[:2]
        given = self.blocks(value, target)
        if (given.heights, given.widths) != (old.heights[top:bottom], old.widths[left:right]):
            self.fail(target, "What is set here has another size.")
        rows = [list(row) for row in old.rows]
        for i, row in enumerate(given.rows):
            rows[top + i][left:right] = row
        return Blocks(tuple(tuple(r) for r in rows), old.heights, old.widths, old.flat)

    def zeros_in_parts(self, sizes: list[Expr]) -> Blocks | None:
        """np.zeros((n + m, n + m)), np.zeros(n + m): an array whose parts are the terms of its sizes; None where they have names."""
        if not 1 <= len(sizes) <= 2 or all(s.op != "add" for s in sizes):
            return None
        parts = [tuple(_size(t) for t in (s.args if s.op == "add" else (s,))) for s in sizes]
        if any(d is None for p in parts for d in p):
            return None
        heights = tuple(d for d in parts[0] if d is not None)
        widths = tuple(d for d in parts[1] if d is not None) if len(parts) == 2 else (1,)
        return Blocks(tuple(tuple(B.nothing(h, w) for w in widths) for h in heights), heights, widths, len(parts) == 1)

    def known(self, x: Expr) -> bool:
        """Whether a block is invertible by what is declared: positive definite, a multiple of it, its sum with another of the kind, the identity."""
        while x.op in ("neg", "T", "inv") or (x.op in ("mul", "div") and x.shape and any(self._nonzero(a) for a in x.args)):
            x = next(a for a in x.args if a.shape == x.shape) if x.op in ("mul", "div") else x.args[0]
        if not x.shape:
            return self._nonzero(x)
        s = self.scope.symbols.get(str(x.data)) if x.op == "sym" else None
        return x.op == "eye" or (s is not None and s.domain == "spd")

    def _nonzero(self, x: Expr) -> bool:
        s = self.scope.symbols.get(str(x.data)) if x.op == "sym" else None
        value = E.number_value(x)
        if x.op in ("neg", "fn") and (x.op == "neg" or x.data == "sqrt"):
            return self._nonzero(x.args[0])
        return x.op == "dim" or (value is not None and value != 0) or (s is not None and not s.shape and s.domain in ("positive", "negative", "nonzero", "unit", "count", "sign"))


def _as_column(b: Blocks) -> Blocks:
    return Blocks(b.rows, b.heights, b.widths)


def _rows_of(b: Blocks, first: int, last: int) -> Blocks:
    return Blocks(b.rows[first:last], b.heights[first:last], b.widths, b.flat)


def _size(x: Expr) -> Dim | None:
    return str(x.data) if x.op == "dim" else int(x.data) if x.op == "num" and x.data.denominator == 1 and x.data > 0 else None


def _parts(x: Expr) -> dict[Dim, int]:
    """A size as how often each named one stands in it; numbers are counted under 1."""
    if x.op == "add":
        return _added([_parts(a) for a in x.args])
    if x.op == "neg":
        return {d: -k for d, k in _parts(x.args[0]).items()}
    if x.op == "num" and x.data.denominator == 1:
        return {1: int(x.data)} if x.data else {}
    return {str(x.data): 1} if x.op == "dim" else {"?": 1}


def _plus(a: dict[Dim, int], b: dict[Dim, int]) -> dict[Dim, int]:
    return {d: k for d in {**a, **b} if (k := a.get(d, 0) + b.get(d, 0))}


def _added(sizes: list[dict[Dim, int]]) -> dict[Dim, int]:
    return reduce(_plus, sizes) if sizes else {}


def _whole(sizes: tuple[Dim, ...]) -> dict[Dim, int]:
    return _added([_parts(E.dim(d)) for d in sizes])
