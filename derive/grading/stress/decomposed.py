"""The factors of a decomposition and orders of entries, which people write by name: U V^T, sigma_1, u_1, U_k, median(z_1, ..., z_m), c_(1).

A clause says what the names are: 'where G = U Sigma V^T is the thin SVD', or the line of NumPy that computes them.
"""

from __future__ import annotations

from typing import NamedTuple

from derive.grading.stress.hand import POWER, PRODUCT, Hand, Piece
from derive.grading.stress.matrices import chain
from derive.grading.stress.values import Instance, Unvalued, value
from derive.maths import expr as E
from derive.maths.expr import Expr

SETS = (("U", "V"), ("U", "W"), ("P", "Q"), ("W", "Z"))
ALONE = ("Q", "U", "V", "P", "W")
SVD_WORDS = ("is the thin SVD", "is the SVD", "(thin SVD)", "(SVD)", "is the singular value decomposition")
EIG_WORDS = ("is the eigendecomposition", "is the spectral decomposition", "(eigendecomposition)")


class Factors(NamedTuple):
    """Names of the left and right factors and of the values of a decomposition."""

    left: str
    right: str
    values: str


class Decomposed(Hand):
    """The part of every hand that names factors, parts of them, and orders of entries."""

    def write(self, e: Expr) -> Piece:
        """Any expression; what has a name of its own by its name."""
        told = self.told(e)
        return super().write(e) if told is None else told

    def told(self, e: Expr) -> Piece | None:
        """What people write by a name, None for everything else."""
        stated = next((s for s in self.symbols.values() if s.let == e and s.kind == "value"), None) if e.op in ("svd", "eig", "at") else None
        if stated is not None:
            return super().write(E.sym(stated.name, stated.shape))
        if e.op == "T" and e.args[0].op == "svd" and self.medium == "python" and not self.declared(e.args[0]):
            return Piece(f"{self.factored(e.args[0]).right}t")
        if is_column(e):
            return self.column(e.args[0].args[0], e.args[1])
        if e.op == "T" and is_column(e.args[0]) and self.medium != "python":
            return Piece(self.column(e.args[0].args[0].args[0], e.args[0].args[1]).text + self.turn(), POWER)
        if e.op == "at" and e.args[0].op in ("svd", "eig") and e.args[0].data in ("s", "values") and self.medium != "python":
            return Piece(f"{self.factored(e.args[0]).values}_{self.index(e.args[1])}")
        best = truncated(e)
        if best is not None:
            return self.best_of_rank(*best)
        rest = tail_of_values(e)
        if rest is not None:
            return self.tail(*rest)
        ordered = median_of(e)
        return None if ordered is None else self.median(*ordered)

    def turn(self) -> str:
        """The mark of a transpose."""
        raise NotImplementedError

    def _svd(self, e: Expr) -> Piece:
        f = self.factored(e)
        if e.data == "s":
            return Piece(f.values)
        return Piece(f.left if e.data == "u" else f"{f.right}t.T" if self.medium == "python" and not self.declared(e) else f.right)

    def _eig(self, e: Expr) -> Piece:
        f = self.factored(e)
        return Piece(f.values if e.data == "values" else f.left)

    def factored(self, e: Expr) -> Factors:
        """The names of the factors of a matrix; the clause that says what they are is added once."""
        x = e.args[0]
        if x.op != "sym":
            raise NotImplementedError("a decomposition of an expression")
        stated = [self.declared(Expr(e.op, (x,), (), part)) for part in (("u", "v", "s") if e.op == "svd" else ("vectors", "vectors", "values"))]
        if all(stated):
            return Factors(*(self.name(n) for n in stated))
        taken = set(self.symbols) | {a for s in self.symbols.values() for a in s.aliases}
        free = [s for s in (SETS if e.op == "svd" else [(a, a) for a in ALONE]) if not set(s) & taken]
        letter = "lambda" if e.op == "eig" else "sigma"
        values = {"latex": f"\\{letter}", "unicode": "λ" if e.op == "eig" else "σ", "python": "w" if e.op == "eig" else "s"}.get(self.medium, "d")
        if not free or values in taken or letter in taken:
            raise NotImplementedError("no letters are left for the factors")
        found = Factors(*free[0], values)
        key = f"factors:{x.data}"
        if key not in self.kept:
            self.kept[key] = "said"
            self.clauses.append(self.decomposition(self.text(x), *found, e.op))
        return found

    def declared(self, factor: Expr) -> str:
        """The name that the statement gives a factor, '' where it gives none."""
        return next((s.name for s in self.symbols.values() if s.let is not None and (s.let.op, s.let.args, s.let.data) == (factor.op, factor.args, factor.data)), "")

    def decomposition(self, x: str, left: str, right: str, values: str, kind: str) -> str:
        """The clause that says what the factors are."""
        words = self.keep("svdwords", SVD_WORDS if kind == "svd" else EIG_WORDS)
        if self.medium == "latex":
            turn = self.keep("svdturn", ("^\\top", "^T", "^{\\top}"))
            return f"{x} = {left} \\operatorname{{diag}}({values}) {right}{turn} \\text{{ {words}}}"
        if self.medium == "unicode":
            return f"{x} = {left} diag({values}) {right}ᵀ {words}"
        if self.medium == "plain":
            return f"{x} = {left} diag({values}) {right}^T {words}"
        if kind == "svd":
            return f"{left}, {values}, {right}t = np.linalg.svd({x}, full_matrices=False)"
        return f"{values}, {left} = np.linalg.eigh({x})"

    def column(self, svd: Expr, i: Expr) -> Piece:
        """u_1 or v_1."""
        f = self.factored(svd)
        name = f.left if svd.data == "u" else f.right
        if self.medium == "python":
            if i.op != "num":
                raise NotImplementedError("a column by another index")
            k = int(i.data) - 1
            return Piece(f"{name}t[{k}]" if svd.data == "v" and not self.declared(svd) else f"{name}[:, {k}]")
        return Piece(f"{name.lower()}_{self.index(i)}")

    def best_of_rank(self, x: Expr, k: Expr) -> Piece:
        """U_k diag(sigma_1, ..., sigma_k) V_k^T as a sum over the k largest singular values."""
        svd = Expr("svd", (x,), x.shape, "u")
        f, top = self.factored(svd), self.text(k)
        if self.medium == "python":
            right = f"{f.right}[:, :{top}].T" if self.declared(svd) else f"{f.right}t[:{top}]"
            return Piece(f"{f.left}[:, :{top}] @ np.diag({f.values}[:{top}]) @ {right}", PRODUCT)
        u, v = f.left.lower(), f.right.lower()
        i = self.letter(Expr("idx", (), (), "@factor"))
        if self.medium == "latex":
            return Piece(f"\\sum_{{{i}=1}}^{{{top}}} {f.values}_{i} {u}_{i} {v}_{i}{self.keep('svdturn', ('^T',))}", PRODUCT, True)
        turn = "ᵀ" if self.medium == "unicode" else "^T"
        head = "Σ" if self.medium == "unicode" else "sum"
        top = top if top.isalnum() else f"{{{top}}}"
        return Piece(f"{head}_{{{i}=1}}^{top} {f.values}_{i} {u}_{i} {v}_{i}{turn}", PRODUCT, True)

    def tail(self, x: Expr, k: Expr) -> Piece:
        """The sum of the squares of all singular values but the k largest."""
        f, top = self.factored(Expr("svd", (x,), x.shape, "s")), self.text(k)
        if self.medium == "python":
            return Piece(self.pick((f"np.sum({f.values}[{top}:]**2)", f"({f.values}[{top}:]**2).sum()")))
        i = self.letter(Expr("idx", (), (), "@factor"))
        head = {"latex": "\\sum", "unicode": "Σ"}.get(self.medium, "sum")
        square = "²" if self.medium == "unicode" else "^2"
        return Piece(f"{head}_{{{i} > {top}}} {f.values}_{i}{square}", PRODUCT, True)

    def median(self, x: Expr, count: Expr) -> Piece:
        """median(z_1, ..., z_m)."""
        if self.medium == "python":
            return Piece(f"np.median({self.text(x)}[:{self.text(count)}])")
        first, last = (self.text(E.at(x, i)) for i in (E.ONE, count))
        dots = {"latex": "\\dots", "unicode": "…"}.get(self.medium, "...")
        name = self.keep("median", ("\\operatorname{median}", "\\mathrm{median}", "\\operatorname{med}") if self.medium == "latex" else ("median", "median", "med"))
        return Piece(f"{name}({first}, {dots}, {last})")


def is_column(e: Expr) -> bool:
    """Whether e is a column of U or V."""
    return e.op == "at" and len(e.args) == 2 and e.args[0].op == "T" and e.args[0].args[0].op == "svd"


def truncated(e: Expr) -> tuple[Expr, Expr] | None:
    """(A, k) where e is the sum of the k leading terms of the singular value decomposition of A."""
    f = chain(e) if e.op == "matmul" else ()
    if len(f) != 3 or f[0].op != "svd" or f[2].op != "T" or f[2].args[0].op != "svd" or f[1].op != "diag":
        return None
    kept = _kept_values(f[1].args[0], "<=")
    return kept if kept is not None and f[0].data == "u" and f[2].args[0].data == "v" and f[0].args == f[2].args[0].args == (kept[0],) else None


def tail_of_values(e: Expr) -> tuple[Expr, Expr] | None:
    """(A, k) where e is the sum of the squares of the singular values of A behind the k-th."""
    if e.op == "pow" and e.args[1] == E.TWO and e.args[0].op == "norm" and e.args[0].args[1:] == (E.TWO,):
        return _kept_values(e.args[0].args[0], ">")
    return None


def _kept_values(e: Expr, op: str) -> tuple[Expr, Expr] | None:
    """(A, k) where e holds the singular values sigma_i of A with i <= k (or i > k), and 0 in place of the others."""
    body = e.args[0] if e.op == "comp" else None
    if body is None or body.op != "cases" or len(body.args) != 3 or body.args[2] != E.ZERO:
        return None
    kept, condition = body.args[0], body.args[1]
    i = E.idx(str(e.data))
    if kept.op != "at" or kept.args[0].op != "svd" or kept.args[0].data != "s" or kept.args[1] != i or condition.op != "rel" or condition.data != op:
        return None
    return (kept.args[0].args[0], condition.args[1]) if condition.args[0] == i else None


def median_of(e: Expr) -> tuple[Expr, Expr] | None:
    """(x, m) where e is the median of the first m entries of x, as the rules derive it: the middle one of an odd number, the mean of two of an even one."""
    if e.op == "div" and e.args[1] == E.TWO and e.args[0].op == "add" and len(e.args[0].args) == 2:
        low, high = (_middle(a) for a in e.args[0].args)
        return low[:2] if low is not None and high is not None and low[:2] == high[:2] and {low[2], high[2]} == {"min", "max"} and not low[3] else None
    one = _middle(e)
    return one[:2] if one is not None and one[3] else None


def _middle(e: Expr) -> tuple[Expr, Expr, str, bool] | None:
    """(x, m, kind, whether m is odd) where e is the smallest (kind min) of the first m entries of x that at least m/2 of them do not exceed;
    or the largest, mirrored."""
    if e.op != "reduce" or e.data[0] not in ("min", "max") or e.args[0].op != "cases" or e.args[1] != E.ONE or len(e.args[0].args) != 3:
        return None
    kept, condition, _ = e.args[0].args
    counted = condition.args[0] if condition.op == "rel" and condition.data == ">=" else E.ZERO
    if kept.op != "at" or kept.args[1] != E.idx(e.data[1]) or counted.op != "reduce" or counted.data[0] != "sum" or counted.args[1:] != (E.ONE, e.args[2]):
        return None
    inner = counted.args[0]
    wanted = ("<=" if e.data[0] == "min" else ">=", (E.at(kept.args[0], E.idx(counted.data[1])), kept))
    if inner.op != "cases" or inner.args[0] != E.ONE or inner.args[2:] != (E.ZERO,) or (inner.args[1].data, inner.args[1].args) != wanted:
        return None
    counts = [_at_count(e.args[2], h) for h in (1, 2, 3)]
    if any(2 * _at_count(condition.args[1], h) != m for h, m in zip((1, 2, 3), counts, strict=True)) or len({m % 2 for m in counts}) != 1:
        return None
    return kept.args[0], e.args[2], e.data[0], counts[0] % 2 == 1


def _at_count(e: Expr, h: int) -> float:
    """A number that depends on one count, where the count is h; -1 where it has no value."""
    try:
        return float(value(e, Instance({n: float(h) for n in E.symbols_in(e)}, {})))
    except (Unvalued, KeyError):
        return -1.0
