"""Norms by their structure: a p-norm of magnitudes, with the dual norm and the direction that attains it.

    ||x|| = || w * |x| ||_p                              entries of a vector or matrix
    ||X|| = || w_i ||X_i||_r ||_p                        rows (blocks); the columns of X are the rows of X^T
    ||X|| = || s(X) ||_p                                 singular values: p = 1 nuclear, 2 Frobenius, inf spectral (Schatten norms)

The dual has the same structure with conjugate exponents and reciprocal weights. Sources: Hölder's inequality, applied to
blocks and then between them; von Neumann's trace inequality |<X, Y>| <= s(X)^T s(Y), with equality for common singular vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.norms import conjugate, dual_direction
from derive.maths.symbols import Symbol

ENTRIES, ROWS, COLUMNS, SINGULAR = "entries", "rows", "columns", "singular values"
INDEX = E.idx("i")


@dataclass(frozen=True)
class NormForm:
    """The p-norm of (weighted) magnitudes. inner: the exponent within a row or column; weights: positive, one a magnitude."""

    structure: str
    p: Expr
    inner: Expr = E.TWO
    weights: Expr | None = None

    def magnitudes(self, x: Expr) -> Expr:
        """The vector whose p-norm the norm is, without weights (entries: of the shape of x)."""
        if self.structure == ENTRIES:
            return E.fn("abs", x)
        if self.structure == SINGULAR:
            return E.svd(x, "s")
        y = E.transpose(x) if self.structure == COLUMNS else x
        return E.comp("i", E.norm(E.at(y, INDEX), self.inner), y.shape[0])

    def at(self, x: Expr) -> Expr:
        """The norm of x."""
        if self.structure == SINGULAR and self.weights is None:
            kind = "nuc" if E.is_number(self.p, 1) else "op" if self.p == E.INF else "fro" if E.is_number(self.p, 2) else ""
            return E.norm(x, None, kind) if kind else E.norm(E.svd(x, "s"), self.p)
        if self.structure == ENTRIES and (len(x.shape) == 1 or E.is_number(self.p, 2)):
            inside = x if self.weights is None else E.mul(self.weights, x)
            return E.norm(inside, self.p, "p" if len(x.shape) == 1 else "fro")
        sizes = self.magnitudes(x)
        sizes = sizes if self.weights is None else E.mul(self.weights, sizes)
        if E.is_number(self.p, 1):
            return E.total(sizes)
        return E.reduce_all("max", sizes) if self.p == E.INF else E.norm(sizes, self.p)

    def dual(self, symbols: Mapping[str, Symbol] | None = None) -> NormForm:
        """The norm g -> max {<g, d> : norm(d) <= 1}."""
        weights = None if self.weights is None else reciprocal(self.weights)
        return NormForm(self.structure, conjugate(self.p, symbols), conjugate(self.inner, symbols), weights)

    def direction(self, g: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
        """A d of norm 1 with <g, d> equal to the dual norm of g, for g != 0; the shape is that of g."""
        if self.structure == COLUMNS:
            return E.transpose(NormForm(ROWS, self.p, self.inner, self.weights).direction(E.transpose(g), symbols))
        if self.structure == SINGULAR:
            return _common_vectors(g, self.p, symbols)
        if self.structure == ENTRIES:
            return self._of_entries(g, symbols)
        sizes = self.dual(symbols).magnitudes(g)
        row = dual_direction(E.at(g, INDEX), self.inner, symbols)
        if self.p == E.INF:
            return E.comp("i", row if self.weights is None else _over(row, self.weights, INDEX), g.shape[0])
        if E.is_number(self.p, 1):
            k = self.largest(g, symbols)
            chosen = dual_direction(E.at(g, k), self.inner, symbols)
            if self.weights is not None:
                chosen = _over(chosen, self.weights, k)
            return E.matmul(E.basis(k, g.shape[0]), E.transpose(chosen))
        if E.is_number(self.p, 2) and E.is_number(self.inner, 2) and self.weights is None:
            return E.div(g, E.norm(g, None, "fro"))
        share = _shares(sizes, self.p, self.weights, symbols)
        return E.comp("i", E.mul(E.at(share, INDEX), row), g.shape[0])

    def largest(self, g: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
        """The index of a block of g that is largest in the dual norm."""
        if self.structure == SINGULAR:
            return E.ONE
        sizes = self.dual(symbols).magnitudes(g)
        size = sizes.args[0]
        return E.argopt("argmax", "i", size if self.weights is None else _over(size, self.weights, INDEX), E.dim(sizes.shape[0]))

    def attained(self, g: Expr, symbols: Mapping[str, Symbol] | None = None) -> Expr:
        """The dual norm of g, a maximum over blocks written as the size of the largest one."""
        if self.structure not in (ROWS, COLUMNS) or not E.is_number(self.p, 1):
            return self.dual(symbols).at(g)
        blocks = g if self.structure == ROWS else E.transpose(g)
        k = NormForm(ROWS, self.p, self.inner, self.weights).largest(blocks, symbols)
        size = E.norm(E.at(blocks, k), conjugate(self.inner, symbols))
        return size if self.weights is None else _over(size, self.weights, k)

    def _of_entries(self, g: Expr, symbols: Mapping[str, Symbol] | None) -> Expr:
        scaled = g if self.weights is None else E.div(g, self.weights)
        if len(g.shape) == 1 or self.p == E.INF:
            d = E.fn("sign", g) if self.p == E.INF else dual_direction(scaled, self.p, symbols)
        elif E.is_number(self.p, 2):
            d = E.div(scaled, E.norm(scaled, None, "fro"))
        elif E.is_number(self.p, 1):
            d = NormForm(ROWS, E.ONE, E.ONE).direction(scaled, symbols)
        else:
            share = E.sub(conjugate(self.p, symbols), E.ONE)
            size = self.dual(symbols).at(g)
            d = E.div(E.mul(E.power(E.fn("abs", scaled), share), E.fn("sign", scaled)), E.power(size, share))
        return d if self.weights is None else E.div(d, self.weights)

    def unique(self) -> str:
        """When the attaining direction is the only one: 'always' or 'generic' (no zero block, no tie, full rank)."""
        edge = self.p == E.INF or E.is_number(self.p, 1)
        within = self.structure in (ROWS, COLUMNS) and (self.inner == E.INF or E.is_number(self.inner, 1))
        return "generic" if edge or within else "always"


def reciprocal(w: Expr) -> Expr:
    """1/w, which is r for w = 1/r."""
    return w.args[1] if w.op == "div" and E.is_number(w.args[0], 1) else E.div(E.ONE, w)


def _over(x: Expr, weights: Expr, i: Expr) -> Expr:
    """x / w_i, as r_i x for w = 1/r."""
    inverse = reciprocal(weights)
    return E.mul(E.at(inverse, i), x) if inverse.op == "sym" else E.div(x, E.at(weights, i))


def _shares(sizes: Expr, p: Expr, weights: Expr | None, symbols: Mapping[str, Symbol] | None) -> Expr:
    """The magnitudes of the attaining direction: nonnegative h with ||w h||_p = 1 and <sizes, h> = ||sizes / w||_q."""
    scaled = sizes if weights is None else E.div(sizes, weights)
    q = conjugate(p, symbols)
    k = E.sub(q, E.ONE)
    out = E.div(E.power(scaled, k), E.power(E.norm(scaled, q), k))
    return out if weights is None else E.div(out, weights)


def _common_vectors(g: Expr, p: Expr, symbols: Mapping[str, Symbol] | None) -> Expr:
    """U diag(h) V^T with the best magnitudes h for the singular values of g."""
    if p == E.INF:
        return E.polar(g)
    if E.is_number(p, 1):
        first, right = (E.at(E.transpose(E.svd(g, side)), E.ONE) for side in "uv")
        return E.matmul(first, E.transpose(right))
    if E.is_number(p, 2):
        return E.div(g, E.norm(g, None, "fro"))
    return spectral(g, _shares(E.svd(g, "s"), p, None, symbols))


def spectral(x: Expr, h: Expr) -> Expr:
    """U diag(h) V^T for x = U diag(s) V^T."""
    return E.matmul(E.matmul(E.svd(x, "u"), E.diag(h)), E.transpose(E.svd(x, "v")))


# ------------------------------------------------------------------------------------------ reading

Found = tuple[NormForm, Expr]


def norm_form(e: Expr, u: Expr, positive: frozenset[str] = frozenset()) -> Found | None:
    """e = factor * norm(u) as (norm, factor); None where e is no norm of u that is known.

    positive: names of symbols with positive entries, that may stand as weights or factors.
    """
    if e.op in ("mul", "div") and not e.shape:
        return _scaled(e, u, positive)
    if e.op == "norm":
        return _of_norm(e, u, positive)
    if e.op == "total":
        return _of_sizes(e.args[0], E.ONE, u, positive)
    if e.op == "reduceall" and e.data == "max":
        return _of_sizes(e.args[0], E.INF, u, positive)
    if e.op == "reduce" and e.data[0] in ("sum", "max") and E.is_number(e.args[1], 1):
        return _of_indexed(e, u, positive)
    if e.op == "fn" and e.data == "sqrt":
        return _of_root(e.args[0], u, positive)
    return None


def _holds(e: Expr, u: Expr) -> bool:
    return any(x == u for x in E.walk(e))


def _scaled(e: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    a, b = e.args
    if e.op == "mul" and _holds(b, u):
        a, b = b, a
    if _holds(b, u):
        return None
    found = norm_form(a, u, positive)
    if found is None or not is_positive(b, positive):
        return None
    return found[0], E.rebuild(e, (found[1], b))


def is_positive(e: Expr, positive: frozenset[str]) -> bool:
    """Whether e > 0 (entrywise) by its form: declared names, numbers, dimensions, their products, quotients, sums, powers and roots."""
    if e.op in ("num", "dec"):
        return (E.number_value(e) or 0) > 0
    if e.op in ("dim", "const", "ones"):
        return True
    if e.op == "sym":
        return str(e.data) in positive
    if e.op == "at":
        return is_positive(e.args[0], positive)
    if e.op in ("mul", "div", "add"):
        return all(is_positive(a, positive) for a in e.args)
    if e.op == "pow" or (e.op == "fn" and e.data in ("sqrt", "abs")):
        return is_positive(e.args[0], positive)
    return e.op == "fn" and e.data == "exp"


def _image(x: Expr, u: Expr, positive: frozenset[str]) -> tuple[Expr | None, Expr, bool] | None:
    """x = factor * (weights * u) or its transpose, up to sign: (weights, factor, transposed); None for anything else."""
    if x == u:
        return None, E.ONE, False
    if x == E.transpose(u) and len(u.shape) == 2:
        return None, E.ONE, True
    if x.op == "neg":
        return _image(x.args[0], u, positive)
    if x.op == "matmul" and x.args[0].op == "diag" and len(x.args[0].args[0].shape) == 1 and x.args[1] == u and len(u.shape) == 1:
        w = x.args[0].args[0]
        return (w, E.ONE, False) if is_positive(w, positive) else None
    if x.op not in ("mul", "div"):
        return None
    a, b = x.args
    if x.op == "mul" and _holds(b, u):
        a, b = b, a
    inside = None if _holds(b, u) else _image(a, u, positive)
    if inside is None:
        return None
    weights, factor, turned = inside
    if not b.shape:
        size = E.num(abs(v)) if (v := E.number_value(b)) else b
        return (weights, E.rebuild(x, (factor, size)), turned) if is_positive(size, positive) else None
    if weights is not None or not is_positive(b, positive) or turned:
        return None
    return (b if x.op == "mul" else E.div(E.ONE, b)), factor, False


def _of_norm(e: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    x, p = e.args
    if e.data == "p" and x.op in ("comp", "svd"):
        return _of_sizes(x, p, u, positive)
    found = _image(x, u, positive)
    if found is None:
        return None
    weights, factor, _ = found
    if e.data in ("nuc", "op"):
        return None if weights is not None else (NormForm(SINGULAR, E.ONE if e.data == "nuc" else E.INF), factor)
    return NormForm(ENTRIES, E.TWO if e.data == "fro" else p, weights=weights), factor


def _of_sizes(sizes: Expr, p: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    """The p-norm of a vector of magnitudes: |u|, w |u|, norms of rows or columns, singular values."""
    if sizes.op == "svd" and sizes.data == "s":
        found = _image(sizes.args[0], u, positive)
        return None if found is None or found[0] is not None else (NormForm(SINGULAR, p), found[1])
    if sizes.op == "fn" and sizes.data == "abs":
        found = _image(sizes.args[0], u, positive)
        return None if found is None else (NormForm(ENTRIES, p, weights=found[0]), found[1])
    if sizes.op in ("mul", "div"):
        a, b = sizes.args
        if sizes.op == "mul" and _holds(b, u):
            a, b = b, a
        if _holds(b, u) or not is_positive(b, positive):
            return None
        inside = _of_sizes(a, p, u, positive)
        if inside is None:
            return None
        form, factor = inside
        if not b.shape:
            return form, E.rebuild(sizes, (factor, b))
        if form.weights is not None or form.structure == SINGULAR:
            return None
        return NormForm(form.structure, p, form.inner, b if sizes.op == "mul" else E.div(E.ONE, b)), factor
    if sizes.op == "comp":
        return _of_blocks(sizes.args[0], str(sizes.data), p, u, positive)
    return None


def _of_blocks(body: Expr, index: str, p: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    """Magnitudes ||u_i|| (rows), ||(u^T)_i|| (columns) or |u_i|, perhaps times w_i, i the index."""
    i = E.idx(index)
    if body.op in ("mul", "div") and not body.shape:
        a, b = body.args
        if body.op == "mul" and _holds(b, u):
            a, b = b, a
        inside = None if _holds(b, u) or not is_positive(b, positive) else _of_blocks(a, index, p, u, positive)
        if inside is None:
            return None
        form, factor = inside
        if b.op == "at" and b.args[1:] == (i,):
            w = b.args[0] if body.op == "mul" else E.div(E.ONE, b.args[0])
            return None if form.weights is not None else (NormForm(form.structure, p, form.inner, w), factor)
        return None if index in E.free_indices(b) else (form, E.rebuild(body, (factor, b)))
    if body == E.fn("abs", E.at(u, i)) and len(u.shape) == 1:
        return NormForm(ENTRIES, p), E.ONE
    if body.op == "norm" and body.data == "p" and body.args[0].op == "at" and body.args[0].args[1:] == (i,):
        x = body.args[0].args[0]
        if len(x.shape) == 2 and x in (u, E.transpose(u)):
            return NormForm(ROWS if x == u else COLUMNS, p, body.args[1]), E.ONE
    return None


def _of_indexed(e: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    body, _, hi = e.args
    kind, index = e.data
    found = _of_blocks(body, index, E.ONE if kind == "sum" else E.INF, u, positive)
    if found is None:
        return None
    whole = u.shape[1] if found[0].structure == COLUMNS else u.shape[0]
    return found if hi == E.dim(whole) else None


def _of_root(x: Expr, u: Expr, positive: frozenset[str]) -> Found | None:
    """sqrt(u^T u), sqrt(sum(u^2)), the root mean square, each perhaps scaled."""
    if x.op in ("mul", "div") and not x.shape:
        a, b = x.args
        if x.op == "mul" and _holds(b, u):
            a, b = b, a
        found = None if _holds(b, u) or not is_positive(b, positive) else _of_root(a, u, positive)
        return None if found is None else (found[0], E.rebuild(x, (found[1], E.fn("sqrt", b))))
    square = squared_norm(x, u, positive)
    return square


def squared_norm(x: Expr, u: Expr, positive: frozenset[str] = frozenset()) -> Found | None:
    """x = (factor * norm(u))^2 written as an inner product, a trace or a sum or mean of squares."""
    inside: Expr | None = None
    count: Expr | None = None
    if x.op == "dot" and x.args[0] == x.args[1]:
        inside = x.args[0]
    elif x.op == "trace" and x.args[0].op == "matmul":
        a, b = x.args[0].args
        inside = b if a == E.transpose(b) else None
    elif x.op in ("total", "mean"):
        y = x.args[0]
        inside = y.args[0] if y.op == "pow" and E.is_number(y.args[1], 2) else y.args[0] if y.op == "mul" and y.args[0] == y.args[1] else None
        if x.op == "mean":
            count = E.ONE
            for d in y.shape:
                count = E.dim(d) if count == E.ONE else E.mul(count, E.dim(d))
    if inside is None:
        return None
    found = _image(inside, u, positive)
    if found is None:
        return None
    weights, factor, _ = found
    return NormForm(ENTRIES, E.TWO, weights=weights), factor if count is None else E.div(factor, E.fn("sqrt", count))


def canonical(form: NormForm, u: Expr) -> NormForm:
    """The same norm in one of its spellings: the Frobenius norm is the 2-norm of the entries, of rows, and of singular values."""
    two = E.is_number(form.p, 2) and form.weights is None
    if two and (form.structure == SINGULAR or (form.structure in (ROWS, COLUMNS) and E.is_number(form.inner, 2))):
        return NormForm(ENTRIES, E.TWO)
    if form.structure in (ROWS, COLUMNS) and form.weights is None and form.p == form.inner:
        return NormForm(ENTRIES, form.p)
    return form
