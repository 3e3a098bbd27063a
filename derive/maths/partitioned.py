r"""Arrays made of blocks: their products, sums and transposes, systems with them, and their pseudo-inverses, block by block.

    [A B; C D] [x; z] = [r; s]      x = A^{-1} (r - B z),  z = (D - C A^{-1} B)^{-1} (s - C A^{-1} r), where A is invertible
    [A; B]^+                        (A^T A + B^T B)^+ [A^T B^T], always

The first block that is eliminated is one that is known to be invertible, where there is one. A block of one column is a vector, one of one row a row,
one of both a number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from derive.maths import expr as E
from derive.maths.expr import Dim, Expr, ShapeError

Known = Callable[[Expr], bool]  # whether a block is known to be invertible


@dataclass(frozen=True)
class Blocks:
    """An array in rows of blocks; heights and widths: the size of each part; flat: a vector, whose blocks stand in one column."""

    rows: tuple[tuple[Expr, ...], ...]
    heights: tuple[Dim, ...]
    widths: tuple[Dim, ...]
    flat: bool = False

    @property
    def turned(self) -> Blocks:
        """The transpose; a vector stays one."""
        if self.flat:
            return self
        return Blocks(tuple(tuple(E.transpose(row[j]) for row in self.rows) for j in range(len(self.widths))), self.widths, self.heights)


def from_rows(rows: list[list[Expr]], flat: bool = False) -> Blocks:
    """The array of these blocks; a number 0 is a block of zeros. ShapeError where the sizes of the blocks do not fit."""
    if not rows or any(len(row) != len(rows[0]) for row in rows) or not rows[0]:
        raise ShapeError("rows of blocks of different lengths")
    heights = [_one_size([_sides(x)[0] for x in row if not _is_zero_number(x)]) for row in rows]
    widths = [_one_size([_sides(row[j])[1] for row in rows if not _is_zero_number(row[j])]) for j in range(len(rows[0]))]
    placed = tuple(tuple(_placed(x, h, w) for x, w in zip(row, widths, strict=True)) for row, h in zip(rows, heights, strict=True))
    return Blocks(placed, tuple(heights), tuple(widths), flat)


def beside(parts: list[Blocks]) -> Blocks:
    """The arrays from left to right."""
    if len({p.heights for p in parts}) != 1:
        raise ShapeError("arrays side by side whose rows do not fit")
    return Blocks(tuple(sum((p.rows[i] for p in parts), ()) for i in range(len(parts[0].heights))), parts[0].heights, sum((p.widths for p in parts), ()))


def below(parts: list[Blocks], flat: bool = False) -> Blocks:
    """The arrays from top to bottom."""
    if len({p.widths for p in parts}) != 1:
        raise ShapeError("arrays below each other whose columns do not fit")
    return Blocks(sum((p.rows for p in parts), ()), sum((p.heights for p in parts), ()), parts[0].widths, flat)


def of_one(x: Expr) -> Blocks:
    """A vector or matrix as one block."""
    return Blocks(((_placed(x, *_sides(x)),),), _sides(x)[:1], _sides(x)[1:], len(x.shape) == 1)


def in_entries(x: Expr) -> Blocks | None:
    """A vector or matrix of a size that is a small number with a block for each entry; None for another."""
    if not x.shape or any(not isinstance(d, int) or d > 12 for d in x.shape):
        return None
    rows, columns = (int(d) for d in (*x.shape, 1)[:2])
    listed = x.args if x.op in ("vec", "mat") else tuple(
        E.at(x, *(E.num(k + 1) for k in ((i, j) if len(x.shape) == 2 else (i,)))) for i in range(rows) for j in range(columns))
    return Blocks(tuple(listed[i * columns : (i + 1) * columns] for i in range(rows)), (1,) * rows, (1,) * columns, len(x.shape) == 1)


def entrywise(f: Callable[[Expr], Expr], a: Blocks) -> Blocks:
    """f of every block."""
    return Blocks(tuple(tuple(f(x) for x in row) for row in a.rows), a.heights, a.widths, a.flat)


def together(f: Callable[[Expr, Expr], Expr], a: Blocks, b: Blocks) -> Blocks:
    """f of the blocks that stand at the same place; ShapeError where the parts do not fit."""
    if (a.heights, a.widths) != (b.heights, b.widths):
        raise ShapeError("arrays in blocks of different sizes")
    return Blocks(tuple(tuple(f(x, y) for x, y in zip(p, q, strict=True)) for p, q in zip(a.rows, b.rows, strict=True)), a.heights, a.widths, a.flat and b.flat)


def product(a: Blocks, b: Blocks) -> Blocks:
    """The matrix product; a vector on the left is a row."""
    row = a.flat
    if row:
        a = Blocks(a.rows, a.heights, a.widths).turned
    if a.widths != b.heights:
        raise ShapeError("a product of arrays in blocks whose parts do not fit")
    columns = [[r[j] for r in b.rows] for j in range(len(b.widths))]
    out = tuple(tuple(_sum([_times(x, y) for x, y in zip(r, c, strict=True)], h, w) for c, w in zip(columns, b.widths, strict=True))
                for r, h in zip(a.rows, a.heights, strict=True))
    made = Blocks(out, a.heights, b.widths, b.flat)
    return Blocks(made.turned.rows, b.widths, (1,), True) if row and not b.flat else made


def solution(a: Blocks, b: Blocks, known: Known) -> Blocks:
    """The solution of a x = b by elimination of blocks. ShapeError where no block can be eliminated."""
    if a.heights != b.heights or len(a.heights) != len(a.widths):
        raise ShapeError("a system in blocks whose parts do not fit")
    if len(a.heights) == 1 and a.heights != a.widths:
        raise ShapeError(f"a system with {E.shape_text(a.heights + a.widths)}")
    found = _eliminated([list(r) for r in a.rows], [list(r) for r in b.rows], a.heights, a.widths, b.widths, known)
    return Blocks(tuple(tuple(r) for r in found), a.widths, b.widths, b.flat)


def identity(sizes: tuple[Dim, ...]) -> Blocks:
    """The identity in blocks."""
    return Blocks(tuple(tuple((E.ONE if h == 1 else E.eye(h)) if i == j else nothing(h, w) for j, w in enumerate(sizes)) for i, h in enumerate(sizes)), sizes, sizes)


def pseudo_inverse(a: Blocks, known: Known) -> Blocks:
    """(a^T a)^+ a^T or a^T (a a^T)^+; where every column is a block of its own they are taken to be independent."""
    if all(w == 1 for w in a.widths):
        return solution(product(a.turned, a), a.turned, known)
    if len(a.widths) == 1:
        gram = product(a.turned, a)
        return product(entrywise(E.pinv, gram), a.turned)
    if len(a.heights) == 1 and a.heights[0] != 1:
        return product(a.turned, entrywise(E.pinv, product(a, a.turned)))
    raise ShapeError("the pseudo-inverse of an array in rows and columns of blocks")


def least_squares(a: Blocks, b: Blocks, known: Known) -> Blocks:
    """a^+ b."""
    if all(w == 1 for w in a.widths):
        return solution(product(a.turned, a), product(a.turned, b), known)
    return product(pseudo_inverse(a, known), b)


def as_expression(a: Blocks) -> Expr | None:
    """One block, or an array of a size that is a number, as an expression; None for another."""
    if len(a.rows) == 1 and len(a.widths) == 1:
        x = a.rows[0][0]
        return E.vec((x,)) if a.flat and not x.shape else x
    if all(isinstance(d, int) for d in (*a.heights, *a.widths)):
        entries = [[_entry(x, i, j) for x, w in zip(row, a.widths, strict=True) for j in range(int(w))]
                   for row, h in zip(a.rows, a.heights, strict=True) for i in range(int(h))]
        return E.vec(tuple(r[0] for r in entries)) if len(entries[0]) == 1 else E.mat(tuple(tuple(r) for r in entries)) if len(entries) > 1 else None
    return None


def _entry(x: Expr, i: int, j: int) -> Expr:
    places = [E.num(k + 1) for k, side in zip((i, j), _sides(x), strict=True) if side != 1]
    return E.at(x, *places) if places else x


def _eliminated(a: list[list[Expr]], b: list[list[Expr]], heights: tuple[Dim, ...], widths: tuple[Dim, ...], sides: tuple[Dim, ...], known: Known) -> list[list[Expr]]:
    square = [(i, j) for i, h in enumerate(heights) for j, w in enumerate(widths) if h == w and not is_nothing(a[i][j])]
    if not square:
        raise ShapeError("a system in blocks of which none can be eliminated")
    i, j = next((p for p in square if known(a[p[0]][p[1]])), square[0])
    size = heights[i]
    scaled = [_inverse_times(a[i][j], x) for x in b[i]]  # K_ij^{-1} R_i
    if len(heights) == 1:
        return [scaled]
    rest = [k for k in range(len(widths)) if k != j]
    across = {k: _inverse_times(a[i][j], a[i][k]) for k in rest}
    lines = [k for k in range(len(heights)) if k != i]
    smaller = [[_minus(a[r][k], _times(a[r][j], across[k]), heights[r], widths[k]) for k in rest] for r in lines]
    right = [[_minus(b[r][c], _times(a[r][j], scaled[c]), heights[r], w) for c, w in enumerate(sides)] for r in lines]
    found = _eliminated(smaller, right, tuple(heights[r] for r in lines), tuple(widths[k] for k in rest), sides, known)
    own = [_minus(scaled[c], _sum([_times(across[k], found[p][c]) for p, k in enumerate(rest)], size, w), size, w) for c, w in enumerate(sides)]
    return [own if k == j else found[rest.index(k)] for k in range(len(widths))]


def _sides(x: Expr) -> tuple[Dim, Dim]:
    return (1, 1) if not x.shape else (x.shape[0], 1) if len(x.shape) == 1 else (x.shape[0], x.shape[1])


def _one_size(sizes: list[Dim]) -> Dim:
    if len(set(sizes)) != 1:
        raise ShapeError("blocks whose sizes do not fit")
    return sizes[0]


def _placed(x: Expr, height: Dim, width: Dim) -> Expr:
    """A block in the form that one of its size has."""
    if _is_zero_number(x):
        return nothing(height, width)
    if x.shape == (height, 1) and height != 1:
        return nothing(height, width) if is_nothing(x) else E.as_column(x)
    return x


def nothing(height: Dim, width: Dim) -> Expr:
    """A block of zeros."""
    return E.ZERO if height == width == 1 else E.zeros(height) if width == 1 else E.zeros(height, width)


def is_nothing(x: Expr) -> bool:
    """Whether a block is one of zeros as it is written."""
    if x.op in ("neg", "T"):
        return is_nothing(x.args[0])
    return x.op == "zeros" or E.is_number(x, 0) or (x.op == "mul" and any(is_nothing(a) for a in x.args))


def _is_zero_number(x: Expr) -> bool:
    return not x.shape and E.is_number(x, 0)


def _times(a: Expr, b: Expr) -> Expr:
    if is_nothing(a) or is_nothing(b):
        (height, _), (_, width) = _sides(a), _sides(b)
        return nothing(height, width)
    if a.op == "T" and b.op == "ones" and a.args[0] == b and len(b.shape) == 1:
        return E.dim(b.shape[0])
    return b if a.op == "eye" else a if b.op == "eye" else E.matmul(a, b)


def _inverse_times(a: Expr, b: Expr) -> Expr:
    if is_nothing(b) or a.op == "eye":
        return b
    return E.matmul(E.inverse(a), b) if a.shape else E.div(b, a)


def _minus(a: Expr, b: Expr, height: Dim, width: Dim) -> Expr:
    return _sum([a, E.neg(b)], height, width)


def _sum(terms: list[Expr], height: Dim, width: Dim) -> Expr:
    kept = [t for t in terms if not is_nothing(t)]
    return reduce(E.add, kept) if kept else nothing(height, width)
