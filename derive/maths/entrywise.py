"""What is written entry by entry, as an operation on whole vectors and matrices: sum_i x_i y_i as the sum of x * y."""

from __future__ import annotations

from derive.maths import expr as E
from derive.maths.expr import Expr


def by_arrays(e: Expr) -> Expr:
    """Sums, maxima and vectors written by their entries as operations on whole vectors, wherever that is the same.

    What is undefined stays so: an entry that has no value leaves the whole without one on both sides.
    """
    return _by_arrays(e) if E.has(e, "comp") or E.has(e, "reduce") else e


def _by_arrays(e: Expr) -> Expr:
    if not e.args:
        return e
    args = tuple(map(_by_arrays, e.args))
    e = e if args == e.args else E.rebuild(e, args)
    return e if e.op == "reduce" and e.shape else on_arrays(e)  # a sum of vectors would become a product of matrices


def on_arrays(e: Expr) -> Expr:
    """A vector by its entries, or a sum or maximum over all of them, as one operation; any other node as it is."""
    if e.op == "comp":
        hi = E.dim(e.shape[0])
        return entrywise(e.args[0], str(e.data), hi) or _one_entry(e.args[0], str(e.data), hi) or e
    if e.op == "reduce" and E.is_number(e.args[1], 1) and e.data[0] in ("sum", "max", "min"):
        vector = entrywise(e.args[0], e.data[1], e.args[2])
        if vector is not None and len(vector.shape) == 2:
            return E.matmul(E.transpose(vector), E.ones(vector.shape[0])) if e.data[0] == "sum" else e
        if vector is not None:
            return E.total(vector) if e.data[0] == "sum" else E.reduce_all(e.data[0], vector)
    return e


def _one_entry(body: Expr, index: str, hi: Expr) -> Expr | None:
    """The vector whose entry k is body(k) and whose others are 0, as body(k) e_k for the place k of a maximum or minimum.

    Only where body is made of entries, sums, products and signs, which have a value in every place.
    """
    i = E.idx(index)
    if body.op != "cases" or len(body.args) not in (3, 4) or body.shape or hi.op != "dim":
        return None
    value, at, *rest = body.args
    if not E.is_number(rest[-1] if len(rest) == 1 else rest[0], 0):
        return None
    if len(rest) == 2 and not (rest[1].op == "rel" and rest[1].data == "!=" and set(rest[1].args) == set(at.args)):
        return None
    if at.op != "rel" or at.data != "=" or i not in at.args:
        return None
    k = at.args[1] if at.args[0] == i else at.args[0]
    if k.op != "argopt" or k.args[1] != hi or index in E.free_indices(k) or not all(_everywhere(x, i) for x in E.walk(value)):
        return None
    return E.mul(E.replace(value, {i: k}), E.basis(k, hi.data))


def _everywhere(x: Expr, i: Expr) -> bool:
    """Whether a node has a value whenever its arguments do."""
    if x.op == "div":
        return bool(E.number_value(x.args[1]))
    return x.op in ("num", "sym", "idx", "add", "neg", "mul") or (x.op == "fn" and x.data in ("abs", "sign")) or (x.op == "at" and x.args[1:] == (i,))


def entrywise(body: Expr, index: str, hi: Expr) -> Expr | None:
    """The vector whose i-th entry is body(i), where body uses i only as a subscript of vectors and matrices of that length.

    Of a vector body(i) it is the matrix with these rows.
    """
    if E.idx(index) not in E.walk(body):
        return None

    def lift(x: Expr) -> Expr | None:
        if E.idx(index) not in E.walk(x):
            return x
        if x.op == "at" and x.args[1:] == (E.idx(index),) and E.dim(x.args[0].shape[0]) == hi:
            return x.args[0] if E.idx(index) not in E.walk(x.args[0]) and len(x.args[0].shape) == 1 else None
        if x.op == "at" and len(x.args) == 3 and len(x.args[0].shape) == 2 and E.idx(index) not in E.walk(x.args[0]):
            first, second = x.args[1:]
            if second == E.idx(index) and E.idx(index) not in E.walk(first) and E.dim(x.args[0].shape[1]) == hi:
                return E.at(x.args[0], first)
        if x.op in ("dot", "total"):
            try:
                return summed(x)
            except E.ShapeError:
                return None
        if x.op not in ("add", "neg", "mul", "div", "pow", "fn") or x.shape:
            return None
        args = [lift(a) for a in x.args]
        if any(a is None for a in args):
            return None
        try:
            parts = [a for a in args if a is not None]
            if x.op == "add":  # a scalar term is the same in every entry
                d = next(a.shape for a in parts if a.shape)
                parts = [a if a.shape else E.mul(a, E.ones(*d)) for a in parts]
            return E.rebuild(x, tuple(parts))
        except E.ShapeError:
            return None

    def summed(x: Expr) -> Expr | None:
        """<X_i, v> is the i-th entry of X v; <X_i, Y_i> that of (X * Y) 1; sum_j f(X_ij) that of f(X) 1."""
        factors: list[Expr] = []
        outside: list[Expr] = []
        for a in x.args:
            while a.op == "neg" or (a.op in ("mul", "div") and (not a.args[1].shape or (a.op == "mul" and not a.args[0].shape))):
                inner, c = (a.args[0], E.num(-1)) if a.op == "neg" else a.args if not a.args[1].shape else a.args[::-1]
                outside.append(E.div(E.ONE, c) if a.op == "div" else c)
                a = inner
            factors.append(a)
        matrices = [rows(a) for a in factors if E.idx(index) in E.walk(a)]
        still = [a for a in factors if E.idx(index) not in E.walk(a)]
        entries = [lift(c) for c in outside]
        if None in matrices or None in entries or not matrices:
            return None
        known = [m for m in matrices if m is not None]
        matrix = known[0] if len(known) == 1 else E.mul(*known)
        out = E.matmul(matrix, still[0] if still else E.ones(matrix.shape[1]))
        for scale in entries:
            out = out if scale is None else E.mul(scale, out)
        return out

    def rows(x: Expr) -> Expr | None:
        """The matrix whose i-th row is the vector x(i)."""
        if len(x.shape) != 1:
            return None
        if x.op == "at" and x.args[1:] == (E.idx(index),) and len(x.args[0].shape) == 2:
            fits = E.dim(x.args[0].shape[0]) == hi and E.idx(index) not in E.walk(x.args[0])
            return x.args[0] if fits else None
        if x.op == "matmul" and E.idx(index) not in E.walk(x.args[0]):
            inner = rows(x.args[1])
            return None if inner is None else E.matmul(inner, E.transpose(x.args[0]))
        if x.op == "pow" and x.args[1] in (E.TWO, E.num(3)):  # a power of a matrix would be another thing
            inner = rows(x.args[0])
            return None if inner is None else E.mul(inner, inner) if x.args[1] == E.TWO else E.mul(inner, E.mul(inner, inner))
        if x.op not in ("add", "neg", "mul", "div", "fn"):
            return None
        parts: list[Expr] = []
        for a in x.args:
            if E.idx(index) not in E.walk(a):
                top = hi.data if hi.op == "dim" else int(hi.data) if hi.op == "num" else None
                if a.shape and top is None:
                    return None
                parts.append(E.matmul(E.ones(top), E.transpose(a)) if a.shape and top is not None else a)
                continue
            moved = rows(a) if a.shape else lift(a)
            if moved is None:
                return None
            parts.append(moved if a.shape else E.matmul(moved, E.transpose(E.ones(x.shape[0]))))
        return E.rebuild(x, tuple(parts))

    out = rows(body) if body.shape else lift(body)
    return out if out is not None and len(out.shape) == 1 + len(body.shape) else None
