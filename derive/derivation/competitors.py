"""Feasible competitors of a point, exactly: what the certificate compares an optimum with.

A random move leaves curved or thin sets. Affine equations are kept along their null space, another one by solving for a number that it is
affine in; the cone of positive semidefinite matrices by
congruences X -> M X M^T, matrices of bounded rank by X -> M X N, matrices with orthonormal columns by rotations (Cayley), vectors
with few nonzeros by new supports. M is a rational matrix near I, so every competitor is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.affine_moves import affine_directions, along, keeps, solved_for_one
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, s_add, s_div, s_mul
from derive.maths.expr import Expr

Matrix = list[list[Any]]


class Competitors:
    """Moves of one point (its unknowns by name) of one program in one world."""

    def __init__(self, constraints: Sequence[Expr], w: World, unknowns: Sequence[Expr], at: Mapping[str, Any]) -> None:
        self.constraints, self.w, self.u, self.at = constraints, w, unknowns[0], at
        self.point = at[str(self.u.data)]
        self.kind = kind_of(constraints, self.u) if len(unknowns) == 1 else "free"
        self.ways = affine_directions(constraints, w, at) if self.kind == "free" else None
        if self.ways and not keeps(constraints, w, at, self.ways):
            self.ways = None

    def move(self, rng: np.random.Generator, scale: Fraction) -> dict[str, Any]:
        """A point near the given one on the set that it lies in (whether it is feasible is checked by the caller)."""
        if self.kind != "free":
            return {str(self.u.data): self._curved(rng, scale)}
        if self.ways is None:
            free = {n: moved(v, rng, scale) for n, v in self.at.items()}
            return solved_for_one(self.constraints, self.w, free, rng) or free
        return along(self.at, self.ways, rng, scale)

    def _curved(self, rng: np.random.Generator, scale: Fraction) -> Any:
        if self.kind == "cone":
            return self._scaled_to_fit(_plus_gram(_congruent(self.point, rng, scale), rng, scale))
        if self.kind == "rank":
            return _product(_product(_near_identity(len(self.point), rng, scale), self.point), _near_identity(len(self.point[0]), rng, scale))
        if self.kind == "orthonormal":
            rotated = _product(_rotation(len(self.point), rng, scale), [[x] if not isinstance(x, list) else x for x in self.point])
            return rotated if len(self.u.shape) == 2 else [r[0] for r in rotated]
        return self._resupported(rng, scale)

    def _scaled_to_fit(self, x: Matrix) -> Matrix:
        """The matrix on the ray of x that meets a linear equation <B, X> = s, s not 0; x itself where there is none."""
        for c in self.constraints:
            if c.op != "rel" or c.data != "=" or c.shape:
                continue
            left, right = c.args if self.u in set(E.walk(c.args[0])) else c.args[::-1]
            try:
                at = World({**self.w.values, str(self.u.data): x}, self.w.dims, self.w.kind)
                factor = s_div(exact(right, at), exact(left, at))
            except (Undefined, NotEvaluable):
                continue
            return [[s_mul(factor, v) for v in r] for r in x]
        return x

    def _resupported(self, rng: np.random.Generator, scale: Fraction) -> list[Any]:
        n = len(self.point)
        allowed = n
        for c in self.constraints:
            k = count_bound(c, self.u)
            if k is not None:
                allowed = min(allowed, int(exact(k, self.w)))
        kept = {int(i) for i in rng.choice(n, size=min(n, allowed), replace=False)}
        out = moved(self.point, rng, scale if rng.integers(0, 2) else Fraction(4))
        return [x if i in kept else Fraction(0) for i, x in enumerate(out)]


def kind_of(constraints: Sequence[Expr], u: Expr) -> str:
    """Which set the constraints put the unknown in: 'cone', 'rank', 'orthonormal', 'sparse' or 'free'."""
    for c in constraints:
        if c.op == "psd" and u in set(E.walk(c)):
            return "cone"
        if c.op != "rel":
            continue
        if c.data in ("<=", ">=") and E.rank(u) in c.args if len(u.shape) == 2 else False:
            return "rank"
        if count_bound(c, u) is not None:
            return "sparse"
        if c.data == "=" and (is_orthonormal(c, u) or sphere_of(c, u) is not None):
            return "orthonormal"
    return "free"


def is_orthonormal(c: Expr, u: Expr) -> bool:
    """U^T U = I, u^T u = 1, or ||u||_2 = 1."""
    left, right = c.args
    if u in set(E.walk(right)):
        left, right = right, left
    if len(u.shape) == 2:
        return left == E.matmul(E.transpose(u), u) and right.op == "eye"
    base = left.args[0] if left.op == "pow" else left
    unit = E.is_number(right, 1)
    return unit and (left == E.dot(u, u) or (base.op == "norm" and base.data == "p" and E.is_number(base.args[1], 2) and base.args[0] == u))


def sphere_of(c: Expr, u: Expr) -> Expr | None:
    """r of ||u||_2 = r, ||u||_2^2 = r^2 or u^T u = r^2 (Frobenius for matrices); else None."""
    if c.op != "rel" or c.data != "=" or c.shape:
        return None
    left, right = c.args if u in set(E.walk(c.args[0])) else c.args[::-1]
    if u in set(E.walk(right)):
        return None
    if left == E.dot(u, u) or (left.op == "pow" and E.is_number(left.args[1], 2) and _euclidean(left.args[0], u)):
        return E.ONE if E.is_number(right, 1) else right.args[0] if right.op == "pow" and E.is_number(right.args[1], 2) else E.fn("sqrt", right)
    return right if _euclidean(left, u) else None


def _euclidean(e: Expr, u: Expr) -> bool:
    return e.op == "norm" and e.args[0] == u and (e.data == "fro" or (e.data == "p" and E.is_number(e.args[1], 2) and len(u.shape) == 1))


def count_bound(c: Expr, u: Expr) -> Expr | None:
    """k of #{i : u_i != 0} <= k."""
    if c.op != "rel" or c.data not in ("<=", ">=") or len(u.shape) != 1:
        return None
    small, large = c.args if c.data == "<=" else c.args[::-1]
    return large if small == E.nonzeros(u) else None


def moved(v: Any, rng: np.random.Generator, scale: Fraction) -> Any:
    """Every entry moved by a random multiple of a quarter, scaled."""
    if isinstance(v, list):
        return [moved(x, rng, scale) for x in v]
    return v + Fraction(int(rng.integers(-8, 9)), 4) * scale


def _near_identity(n: int, rng: np.random.Generator, scale: Fraction) -> Matrix:
    return [[Fraction(int(i == j)) + Fraction(int(rng.integers(-4, 5)), 4) * scale for j in range(n)] for i in range(n)]


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [[_sum([s_mul(x, y) for x, y in zip(r, c, strict=True)]) for c in columns] for r in a]


def _sum(values: list[Any]) -> Any:
    acc: Any = Fraction(0)
    for v in values:
        acc = s_add(acc, v)
    return acc


def _congruent(x: Matrix, rng: np.random.Generator, scale: Fraction) -> Matrix:
    m = _near_identity(len(x), rng, scale)
    out = _product(_product(m, x), [list(r) for r in zip(*m, strict=True)])
    return [[out[min(i, j)][max(i, j)] for j in range(len(x))] for i in range(len(x))]


def _plus_gram(x: Matrix, rng: np.random.Generator, scale: Fraction) -> Matrix:
    """X + t b b^T in every second trial: a move off the boundary of the cone."""
    if rng.integers(0, 2):
        return x
    b = [Fraction(int(v)) for v in rng.integers(-2, 3, size=len(x))]
    return [[s_add(v, scale * p * q) for v, q in zip(r, b, strict=True)] for r, p in zip(x, b, strict=True)]


def _rotation(n: int, rng: np.random.Generator, scale: Fraction) -> Matrix:
    """(I - S)^{-1} (I + S) of a random skew S, a rational orthogonal matrix; its product with a reflection in every second trial."""
    from derive.maths.exact import solved

    s = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            s[i][j] = Fraction(int(rng.integers(-4, 5)), 2) * scale
            s[j][i] = -s[i][j]
    minus = [[Fraction(int(i == j)) - s[i][j] for j in range(n)] for i in range(n)]
    plus = [[Fraction(int(i == j)) + s[i][j] for j in range(n)] for i in range(n)]
    out = solved(minus, plus)
    if n > 1 and rng.integers(0, 2):
        out[0], out[-1] = out[-1], out[0]
    return out


