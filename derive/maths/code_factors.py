"""Factorisations and orderings in code: svd, eigh, qr, cholesky, sort, argsort, cumsum, nonzero, and functions of slices.

Singular vectors, eigenvectors and the factors of QR are determined up to signs, the factor of Cholesky is determined.
"""

from __future__ import annotations

import ast

from derive.maths import expr as E
from derive.maths import order
from derive.maths.calls import CALLS
from derive.maths.code_arrays import Arrays
from derive.maths.code_kinds import Column, Cut, Func, Items, Picked, Span, Value, Wide, length_of
from derive.maths.code_values import CONDITIONS
from derive.maths.expr import Expr

_ENTRYWISE = frozenset("sqrt abs absolute exp log sign maximum minimum square reciprocal relu clip power multiply divide".split())
_OVER_SLICES = frozenset("sum max min mean median amax amin".split())


class Factors(Arrays):
    """Values, and what functions of whole matrices and of the order of entries compute."""

    def factored(self, name: str, dotted: str, args: list[Value], node: ast.Call) -> Value | None:
        """The value of such a call; None for another function."""
        if not args:
            return None
        said = {k.arg: k.value for k in node.keywords if k.arg}
        x = args[0]
        if name in ("svd", "eigh", "qr", "cholesky"):
            a = self.expression(x, node)
            if len(a.shape) != 2 or len(args) > 2:
                self.fail(node, f"'{name}' of something that is no matrix.")
            return {"svd": self._svd, "eigh": self._eigh, "qr": self._qr, "cholesky": self._cholesky}[name](a, dotted, said, node)
        if name == "solve_triangular" and len(args) == 2:
            return self._triangular(self.expression(x, node), self.expression(args[1], node), said, node)
        if name in ("sort", "sorted", "argsort", "cumsum") and isinstance(x, Expr) and len(x.shape) == 1 and len(args) == 1:
            return self._ordered(name, x, dotted, said, node)
        if name == "sorted" and isinstance(x, Span) and set(said) <= {"key", "reverse"} and "key" in said:
            return self._ranked_by(x, said, node)
        if name in ("sort", "sorted") and isinstance(x, Cut) and len(x.ranges) == 1 and len(args) == 1 and not dotted.startswith("torch."):
            return self._sorted_slice(x, said, node)
        if name == "topk" and isinstance(x, Expr) and len(x.shape) == 1:
            return self._top(x, args[1] if len(args) > 1 else self.value(said["k"]) if "k" in said else None, said, node)
        if name in ("nonzero", "flatnonzero", "argwhere", "where", "count_nonzero") and len(args) == 1 and isinstance(x, Expr) and len(x.shape) == 1:
            mask = x if x.op in CONDITIONS else E.rel("!=", x, E.zeros(*x.shape))
            k = self.new_index()
            picked = Picked(E.comp(k, E.sub(E.idx(k), E.ONE), x.shape[0]), mask)
            if name == "count_nonzero":
                return self.gathered("len", picked)
            tall = name == "argwhere" or (name == "nonzero" and dotted.startswith("torch.") and not _is(said.get("as_tuple"), True))
            return picked if name == "flatnonzero" or tall else Items((picked,))
        if isinstance(x, Items) and len(x.values) == 1 and isinstance(x.values[0], Picked) and name in ("max", "amax", "min", "amin", "sum"):
            x = x.values[0]  # np.where(c) is a tuple of one
        if isinstance(x, Picked) and name in _ENTRYWISE and (len(args) == 1 or all(isinstance(a, Expr) and not a.shape for a in args[1:])):
            return Picked(self.expression(self.built(name, [x.values, *args[1:]], node), node), x.mask, x.column)
        if isinstance(x, Picked):
            found = self.gathered({"amax": "max", "amin": "min"}.get(name, name), x) if len(args) == 1 and len(x.values.shape) == 1 else None
            if found is None:
                self.fail(node, "Entries picked by a mask are not followed.")
            return found
        if any(isinstance(a, Cut | Column) for a in args):
            return self._of_slice(name, args, node)
        return None

    def _svd(self, a: Expr, dotted: str, said: dict[str, ast.expr], node: ast.Call) -> Value:
        u, s, v = (E.svd(a, which) for which in "usv")
        if _is(said.get("compute_uv"), False):
            return s
        if dotted == "torch.svd":
            return Items((u, s, v), ("U", "S", "V"))
        full = said.get("full_matrices", node.args[1] if len(node.args) > 1 else None)
        if _is(full, False) or a.shape[0] == a.shape[1]:
            return Items((u, s, E.transpose(v)), ("U", "S", "Vh"))
        return Items((Wide(u, 1), s, Wide(E.transpose(v), 0)), ("U", "S", "Vh"))

    def _eigh(self, a: Expr, dotted: str, said: dict[str, ast.expr], node: ast.Call) -> Value:
        if said:
            self.fail(node, f"'eigh' with {', '.join(said)} is not followed.")
        rising = self.reversed(E.eig(a, "values"), 0)
        return Items((rising, self.reversed(E.eig(a, "vectors"), 1)), ("eigenvalues", "eigenvectors"))

    def _qr(self, a: Expr, dotted: str, said: dict[str, ast.expr], node: ast.Call) -> Value:
        mode = said.get("mode", node.args[1] if len(node.args) > 1 else None)
        thin = isinstance(mode, ast.Constant) and mode.value in ("reduced", "economic")
        q, r = E.qr(a, "q"), E.qr(a, "r")
        if _is(mode, "r") and not dotted.startswith(("scipy", "sp.", "la.", "LA.")):
            return r
        if thin or (mode is None and dotted.startswith(("np.", "numpy.", "torch.", "jnp.", "jax."))) or a.shape[0] == a.shape[1]:
            return Items((q, r), ("Q", "R"))
        self.fail(node, "The full factors of QR are not followed; write mode='reduced'.")

    def _cholesky(self, a: Expr, dotted: str, said: dict[str, ast.expr], node: ast.Call) -> Value:
        below = E.chol(a)
        lower = said.get("lower")
        if _is(lower, True) or (lower is None and dotted.startswith(("np.", "numpy.", "torch.", "jnp.")) and "upper" not in said):
            return below
        if _is(lower, False) or (lower is None and dotted.startswith(("scipy.", "sp."))):
            return E.transpose(below)
        self.fail(node, "Which factor of Cholesky this is, is not said; write np.linalg.cholesky.")

    def _triangular(self, a: Expr, b: Expr, said: dict[str, ast.expr], node: ast.Call) -> Value:
        """scipy.linalg.solve_triangular, which reads one half of the matrix only."""
        inner = a.args[0] if a.op == "T" else a
        is_lower = (inner.op == "chol") != (a.op == "T") if inner.op == "chol" else a.op == "T" if inner.op == "qr" and inner.data == "r" else None
        lower = said.get("lower")
        wants_lower = _is(lower, True)
        if is_lower is None or is_lower != wants_lower or not (lower is None or wants_lower or _is(lower, False)) or set(said) - {"lower", "trans"}:
            self.fail(node, "A triangular system with a matrix that is not known to be triangular on that side.")
        turned = said.get("trans")
        if turned is not None and not (_is(turned, "T") or _is(turned, 1)):
            self.fail(node, "This triangular system is not followed.")
        return E.matmul(E.inverse(a if turned is None else E.transpose(a)), b)

    def _ordered(self, name: str, x: Expr, dotted: str, said: dict[str, ast.expr], node: ast.Call) -> Value:
        down = [k for k in said if k in ("reverse", "descending") and _is(said[k], True)]
        if set(said) - {"axis", "kind", "dim", "stable"} - set(down) or (down and name == "cumsum"):
            self.fail(node, f"'{name}' with {', '.join(said)} is not followed.")
        if name == "cumsum":
            return self.running_sum(x)
        if name == "argsort":
            return self.ranking(E.neg(x) if down else x)
        out = self.ascending(x)
        out = self.reversed(out, 0) if down else out
        if dotted.startswith("torch."):  # values and places
            return Items((out, self.ranking(E.neg(x) if down else x)), ("values", "indices"))
        return out

    def _top(self, x: Expr, count: Value | None, said: dict[str, ast.expr], node: ast.Call) -> Value:
        """torch.topk(x, k): the largest entries and their places, the largest first; the smallest with largest=False."""
        k = self.expression(count, node) if count is not None else E.INF
        smallest = _is(said.get("largest"), False)
        if k.shape or k == E.INF or set(said) - {"k", "largest", "dim", "sorted"}:
            self.fail(node, "'topk' is not followed so.")
        ordered = self.ascending(x) if smallest else self.reversed(self.ascending(x), 0)
        span = ((E.ONE, k),)
        return Items((Cut(ordered, span), Cut(self.ranking(x if smallest else E.neg(x)), span)), ("values", "indices"))

    def subscript(self, node: ast.Subscript) -> Value:
        """np.argpartition(c, k)[:k]: the places of the k smallest entries, in an order that is not determined; [-k:] of argpartition(c, -k) of the largest."""
        whole, at = node.value, node.slice
        if isinstance(whole, ast.Call) and ast.unparse(whole.func).rpartition(".")[2] in ("argpartition", "partition") and len(whole.args) == 2 and isinstance(at, ast.Slice):
            taken = [ast.unparse(e) for e in (at.lower, at.upper) if e is not None]
            kth, x = ast.unparse(whole.args[1]), self.value(whole.args[0])
            below = at.lower is None and at.step is None and kth in (*taken, *(f"{t} - 1" for t in taken))
            above = at.upper is None and at.step is None and taken == [kth]
            if isinstance(x, Expr) and len(x.shape) == 1 and len(taken) == 1 and (below or above):
                return self.part(self.ranking(x) if ast.unparse(whole.func).endswith("argpartition") else self.ascending(x), at, node)
        return super().subscript(node)

    def _sorted_slice(self, x: Cut, said: dict[str, ast.expr], node: ast.Call) -> Value:
        """np.sort(z[a:b]): its smallest entry first, as many as the slice has."""
        if set(said) - {"axis", "kind", "stable"}:
            self.fail(node, f"'{ast.unparse(node.func)}' with {', '.join(said)} is not followed.")
        first, last = x.ranges[0] or (E.ONE, E.dim(x.whole.shape[0]))
        last, k = self._inside(last, x.whole), self.new_index()
        sorted_entries = E.comp(k, order.kth_smallest(order.sliced(x.whole, first, last), E.idx(k)), x.whole.shape[0])
        return Cut(sorted_entries, ((E.ONE, E.add(E.sub(last, first), E.ONE) if not E.is_number(first, 1) else last),))

    def _ranked_by(self, places: Span, said: dict[str, ast.expr], node: ast.Call) -> Value:
        """sorted(range(n), key=lambda i: c[i]): the places from small to large values; equal ones in their order."""
        key, k = self.value(said["key"]), self.new_index()
        count = length_of(places)
        if not isinstance(key, Func) or not E.is_number(places.first, 0) or count.op not in ("dim", "num") or "reverse" in said:
            self.fail(node, "This order is not followed.")
        body = self.expression(self.apply(key, [E.sub(E.idx(k), E.ONE)], node), node)
        return self.ranking(E.comp(k, body, str(count.data) if count.op == "dim" else int(count.data)))

    def _of_slice(self, name: str, args: list[Value], node: ast.Call) -> Value | None:
        x = args[0]
        if name in ("dot", "matmul", "inner") and len(args) == 2 and all(isinstance(a, Cut | Expr) for a in args):
            return self.combined(ast.MatMult(), x, args[1], node)
        cuts = [a for a in args if isinstance(a, Cut)]
        if name in _ENTRYWISE and len(cuts) == 1 and all(isinstance(a, Cut) or (isinstance(a, Expr) and not a.shape) for a in args):
            whole = [a.whole if isinstance(a, Cut) else self.expression(a, node) for a in args]
            return Cut(self.expression(self.built(name, list(whole), node), node), cuts[0].ranges)
        if not isinstance(x, Cut) or len(args) > 2:
            return None
        ranges = x.ranges
        if name == "diag" and len(args) == 1:
            return Cut(E.diag(x.whole), (ranges[0], ranges[0]) if len(ranges) == 1 else ranges[:1])
        if name == "transpose" and len(args) == 1:
            return Cut(E.transpose(x.whole), ranges[::-1])
        if name in _OVER_SLICES and len(args) == 1 and len(ranges) == 1 and not node.keywords:
            first, last = ranges[0] or (E.ONE, E.dim(x.whole.shape[0]))
            return CALLS[name]([order.sliced(x.whole, first, self._inside(last, x.whole))], {})
        if name == "norm" or (name == "sum" and not node.keywords):
            return self.built(name, [self.padded(x), *args[1:]], node)
        return None

    def _inside(self, last: Expr, x: Expr) -> Expr:
        """A slice ends at the end of the vector, however far it is said to go."""
        n = E.dim(x.shape[0])
        return last if last.op == "dim" and last == n else E.fn("minimum", last, n)


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is not None and type(node.value) is type(value) and node.value == value
