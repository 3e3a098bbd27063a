"""Worlds: seeded exact instances of declared symbols, as float64 batches and as exact values.

Numbers are dyadic (odd multiples of 1/8), so float64 holds them exactly. Generic worlds have no
zero and no two entries of equal size; worlds with zeros and with ties show the edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np

from derive.maths.evaluate import Batch, NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten, to_mpf
from derive.maths.expr import Dim, Expr, inside_least, symbols_in, walk
from derive.maths.symbols import Symbol

SEED = 20251013
SIZES = (1, 2, 3, 5)
PER_SIZE = 12
RANKED = frozenset(("frr", "fcr", "orthcols"))  # domains of matrices that bound one dimension by the other


@dataclass(frozen=True)
class WorldSet:
    """Worlds that share their dimensions: one float batch and the same worlds exactly."""

    kind: str
    batch: Batch
    worlds: tuple[World, ...]


def as_array(values: Sequence[Value]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Exact values of several worlds as one float64 array."""

    def down(v: Value) -> Any:
        return [down(x) for x in v] if isinstance(v, list) else float(v)

    return np.array([down(v) for v in values], dtype=np.float64)


class Sampler:
    """Draws values for symbols in the domain that each declares."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def size_of(self, kind: str, used: list[int]) -> int:
        """An odd number of eighths that was not used yet in this vector."""
        for _ in range(50):
            k = 2 * int(self.rng.integers(0, 24)) + 1
            if k not in used:
                break
        used.append(k)
        return k

    def scalar(self, s: Symbol, dims: Mapping[str, int], kind: str, number: int = 0) -> Fraction:
        """One value of a scalar symbol; counts go through 1, 2, 3, ... over the worlds of a batch."""
        if s.domain in ("count", "integer") and s.below is not None and s.below < float("inf"):
            return self.whole(s)
        low = Fraction(s.above) if s.above is not None and s.above > float("-inf") else None
        high = Fraction(s.below) if s.below is not None and s.below < float("inf") else None
        if s.within is not None:
            first, last = (int(exact(e, World({}, dims))) for e in s.within)
            return Fraction(first + int(self.rng.integers(0, max(last - first + 1, 1))))
        if s.domain in ("count", "integer") and low is not None and high is None:
            return Fraction(int(low) + 1 + (number if number < 12 else int(self.rng.integers(0, 30))))
        if low is not None and high is not None:
            return low + (high - low) * Fraction(int(self.rng.integers(1, 16)), 16)
        if low is not None:
            return low + Fraction(int(self.rng.integers(1, 32)), 8)
        if s.domain == "count":
            if s.multiple_of is not None:
                return Fraction(int(self.rng.integers(2, 12)))
            return Fraction(number + 1) if number < 12 else Fraction(int(self.rng.integers(2, 40)))
        if s.domain == "integer":
            return Fraction(int(self.rng.integers(-6, 9)))
        if s.domain == "binary":
            return Fraction(int(self.rng.integers(0, 2)))
        if s.domain == "unit":
            return Fraction(2 * int(self.rng.integers(0, 16)) + 1, 32)
        if s.domain == "sign":
            return Fraction(2 * int(self.rng.integers(0, 2)) - 1)
        k = self.size_of(kind, [8, 16])
        sign = -1 if s.domain in ("real", "nonzero") and self.rng.integers(0, 2) else 1
        if s.domain == "negative":
            sign = -1
        if kind == "zeros" and s.domain in ("real", "nonnegative") and self.rng.integers(0, 3) == 0:
            return Fraction(0)
        return Fraction(sign * k, 8)

    def whole(self, s: Symbol) -> Fraction:
        """A whole number below its open upper bound."""
        below = s.below if s.below is not None else float("inf")
        least = max(1 if s.domain == "count" else -6, floor(s.above) + 1 if s.above is not None and s.above > float("-inf") else -6)
        return Fraction(int(self.rng.integers(least, ceil(below))))

    def entries(self, s: Symbol, count: int, kind: str) -> list[Fraction]:
        """The entries of a vector or matrix symbol."""
        if s.domain == "simplex":
            cuts = sorted(int(c) for c in self.rng.choice(np.arange(1, 64), size=count - 1, replace=False)) if count > 1 else []
            return [Fraction(b - a, 64) for a, b in zip([0, *cuts], [*cuts, 64], strict=True)]
        if s.domain in ("count", "integer"):
            return [Fraction(int(self.rng.integers(1, 9))) for _ in range(count)]
        if s.domain == "binary":
            return [Fraction(int(self.rng.integers(0, 2))) for _ in range(count)]
        if s.domain == "sign":
            return [Fraction(2 * int(k) - 1) for k in self.rng.integers(0, 2, size=count)]
        if s.above is not None or s.below is not None:
            return [self.scalar(s, {}, kind) for _ in range(count)]
        used: list[int] = []
        out = []
        for _ in range(count):
            k = self.size_of(kind, used)
            sign = -1 if s.domain in ("real", "nonzero") and self.rng.integers(0, 2) else 1
            out.append(Fraction((-1 if s.domain == "negative" else sign) * k, 32 if s.domain == "unit" and k < 32 else 8))
        if s.domain == "unit":
            out = [Fraction(2 * int(self.rng.integers(0, 32)) + 1, 64) for _ in range(count)]
        if kind == "zeros" and s.domain in ("real", "nonnegative", "symmetric") and count:
            for i in self.rng.choice(count, size=int(self.rng.integers(1, count + 1)), replace=False):
                out[int(i)] = Fraction(0)
        if kind == "ties" and count > 1:
            i, j = (int(v) for v in self.rng.choice(count, size=2, replace=False))
            # The tie is at the largest entry, where maximisers are decided.
            top = max(abs(v) for v in out)
            out[i] = top if out[i] >= 0 else -top
            out[j] = top if out[j] >= 0 else -top
        return out

    def value(self, s: Symbol, dims: Mapping[str, int], kind: str, number: int = 0) -> Value:
        """One value of a symbol, as nested lists of Fractions."""
        shape = tuple(size_in(d, dims) for d in s.shape)
        if not shape:
            return self.scalar(s, dims, kind, number)
        if len(shape) == 1:
            return self.entries(s, shape[0], kind)
        m, n = shape
        if s.domain == "orthcols":
            return self.orthonormal(m, n)
        if s.domain == "symmetric" or s.domain == "fullrank":
            return self.decomposed(m, n, s.domain, kind)
        if s.domain in RANKED:
            for _ in range(40):
                rows = [[Fraction(int(v), 4) for v in self.rng.integers(-9, 10, size=n)] for _ in range(m)]
                if rank(rows) == min(m, n):
                    break
            return rows
        flat = [Fraction(int(v), 4) for v in self.rng.integers(-9, 10, size=m * n)]
        if s.domain == "sign":
            flat = [Fraction(1 if v > 0 else -1) for v in flat]
        rows = [flat[i * n : (i + 1) * n] for i in range(m)]
        if s.domain == "spd":
            gram = [[sum((rows[k][i] * rows[k][j] for k in range(m)), Fraction(0)) for j in range(n)] for i in range(n)]
            return [[gram[i][j] + (1 if i == j else 0) for j in range(n)] for i in range(n)]
        if s.domain == "positive":
            return [[abs(v) + Fraction(1, 8) for v in r] for r in rows]
        if s.domain == "negative":
            return [[-abs(v) - Fraction(1, 8) for v in r] for r in rows]
        if s.domain == "nonnegative":
            return [[abs(v) for v in r] for r in rows]
        if s.domain == "nonzero":
            return [[v or Fraction(1, 8) for v in r] for r in rows]
        return rows

    def decomposed(self, m: int, n: int, domain: str, kind: str) -> list[list[Value]]:
        """Q diag(w) P^T with rational orthonormal columns: singular values (fullrank), or eigenvalues with P = Q (symmetric).

        Generic ones are distinct in modulus and not 0, of both signs where symmetric; ties are at the largest modulus;
        eigenvalues of a symmetric matrix may be 0 in worlds with zeros. So the matrix sign, thresholds on singular values and
        spectral projections are rational too.
        """
        r = min(m, n)
        used: list[int] = []
        w = [Fraction(self.size_of(kind, used) + 1, 4) for _ in range(r)]
        if domain == "symmetric":
            w = [x if self.rng.integers(0, 2) else -x for x in w]
            if kind == "zeros":
                w[int(self.rng.integers(0, r))] = Fraction(0)
        if kind == "ties" and r > 1:
            top = max(w, key=abs)
            w = [top, top, *[x for x in w if x != top][: r - 2]]
        q = self.orthonormal(m, r)
        p = q if domain == "symmetric" else self.orthonormal(n, r)
        return [[sum((x * v * y for x, v, y in zip(a, w, b, strict=True)), Fraction(0)) for b in p] for a in q]

    def orthonormal(self, m: int, n: int) -> list[list[Value]]:
        """The first n columns of a product of two rational reflections I - 2 v v^T / v^T v."""
        q = [[Fraction(int(i == j)) for j in range(n)] for i in range(m)]
        for _ in range(2):
            v = [Fraction(int(k)) for k in self.rng.choice([-3, -2, -1, 1, 2, 3], size=m)]
            scale = 2 / sum((x * x for x in v), Fraction(0))
            along = [sum((v[k] * q[k][j] for k in range(m)), Fraction(0)) for j in range(n)]
            q = [[q[i][j] - scale * v[i] * along[j] for j in range(n)] for i in range(m)]
        return q


def rank(rows: Sequence[Sequence[Fraction]]) -> int:
    """The rank of a rational matrix, by elimination."""
    left = [list(r) for r in rows]
    found = 0
    for c in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(found, len(left)) if left[i][c]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for i in range(found + 1, len(left)):
            k = left[i][c] / left[found][c]
            if k:
                left[i] = [x - k * y for x, y in zip(left[i], left[found], strict=True)]
        found += 1
    return found


def fits(symbols: Mapping[str, Symbol], dims: Mapping[str, int], strict: bool) -> bool:
    """Whether matrices of declared rank can have these sizes; strict: none of them is square."""
    for s in symbols.values():
        if s.domain in RANKED and len(s.shape) == 2:
            m, n = (size_in(d, dims) for d in s.shape)
            short, long = (m, n) if s.domain == "frr" else (n, m)
            if short > long or (strict and short == long and isinstance(s.shape[0], str) and isinstance(s.shape[1], str)):
                return False
    return True


def dims_of(symbols: Iterable[Symbol]) -> list[str]:
    """Names of the dimensions that occur, in order of appearance."""
    out: list[str] = []
    for s in symbols:
        for d in (x for whole in s.shape for x in inside_least(whole)):
            if isinstance(d, str) and d not in out:
                out.append(d)
        if s.kind == "dimension" and s.name not in out:
            out.append(s.name)
    return out


def definition_order(symbols: Mapping[str, Symbol]) -> list[Symbol]:
    """Symbols that are defined by others, each after those it needs."""
    pending = [s for s in symbols.values() if s.let is not None and s.kind == "value"]
    done = {s.name for s in symbols.values() if s.let is None}
    out: list[Symbol] = []
    while pending:
        ready = [s for s in pending if s.let is not None and (symbols_in(s.let) & symbols.keys()) - {s.name} <= done]
        if not ready:
            break
        out += ready
        done |= {s.name for s in ready}
        pending = [s for s in pending if s not in ready]
    return out


def complete(symbols: Mapping[str, Symbol], values: dict[str, Value], dims: Mapping[str, int], kind: str = "given") -> World:
    """A world from the values of the free symbols: definitions are worked out."""
    world = World(values, dims, kind)
    for s in definition_order(symbols):
        assert s.let is not None
        try:
            values[s.name] = exact(s.let, world)
        except (Undefined, NotEvaluable):
            continue
    return world


def draw(symbols: Mapping[str, Symbol], dims: Mapping[str, int], kind: str, count: int, seed: int) -> WorldSet:
    """`count` worlds of one size. Symbols with a given value keep it."""
    sampler = Sampler(seed)
    worlds: list[World] = []
    for number in range(count):
        # The last worlds of a generic batch are tiny and huge: constants that hide at one scale show there.
        scale = Fraction(1)
        if kind == "generic" and count >= 6 and number >= count - 2:
            scale = Fraction(1, 2**60) if number == count - 2 else Fraction(2**40)
        values: dict[str, Value] = {}
        for s in symbols.values():
            if s.kind != "value" or s.let is not None:
                continue
            if s.given is not None:
                values[s.name] = exact(s.given, World({}, dims))
            else:
                values[s.name] = sampler.value(s, dims, kind, number)
                if scale != 1 and len(s.shape) == 1 and s.domain in ("real", "nonzero", "positive", "nonnegative"):
                    values[s.name] = [v * scale for v in values[s.name]]
        for s in symbols.values():  # a count that another count divides
            if s.multiple_of is not None and s.given is None and s.name in values:
                base = values.get(s.multiple_of, Fraction(dims.get(s.multiple_of, 1)))
                values[s.name] = values[s.name] * base
        worlds.append(complete(symbols, values, dims, kind))
    return gather(kind, worlds, dims)


def gather(kind: str, worlds: Sequence[World], dims: Mapping[str, int]) -> WorldSet:
    """Worlds of one size as a float batch."""
    names = set.intersection(*(set(w.values) for w in worlds)) if worlds else set()
    for w in worlds:
        w.known = {} if w.known is None else w.known
    arrays = {name: as_array([w.values[name] for w in worlds]) for name in sorted(names)}
    batch = Batch(arrays, dict(dims), len(worlds))
    batch.known = {}
    return WorldSet(kind, batch, tuple(worlds))


@dataclass(frozen=True)
class Joined:
    """The worlds of several sets as one padded batch, set after set; kinds: of each world."""

    batch: Batch
    worlds: tuple[World, ...]
    kinds: tuple[str, ...]
    starts: tuple[int, ...]


def join(sets: Sequence[WorldSet]) -> Joined | None:
    """Sets of any sizes as one batch; None where they do not have the same symbols and dimensions."""
    first = sets[0].batch
    if any(ws.batch.values.keys() != first.values.keys() or ws.batch.dims.keys() != first.dims.keys() for ws in sets):
        return None
    dims = {d: max(ws.batch.dims[d] for ws in sets) for d in first.dims}
    counts = [len(ws.worlds) for ws in sets]
    lengths = {d: np.repeat([float(ws.batch.dims[d]) for ws in sets], counts) for d in dims if any(ws.batch.dims[d] != dims[d] for ws in sets)}
    values = {}
    for name in first.values:
        arrays = [ws.batch.values[name] for ws in sets]
        shape = tuple(max(a.shape[k] for a in arrays) for k in range(1, arrays[0].ndim))
        values[name] = np.concatenate([np.pad(a, [(0, 0), *((0, n - m) for n, m in zip(shape, a.shape[1:], strict=True))]) for a in arrays])
    batch = Batch(values, dims, sum(counts), lengths)
    batch.known = {}
    starts = tuple(int(k) for k in np.cumsum([0, *counts[:-1]]))
    return Joined(batch, tuple(w for ws in sets for w in ws.worlds),
                  tuple(ws.kind for ws in sets for _ in ws.worlds), starts)


def world_sets(symbols: Mapping[str, Symbol], kinds: Sequence[str] = ("generic",), sizes: Sequence[int] = SIZES,
               count: int = PER_SIZE, seed: int = SEED) -> list[WorldSet]:
    """Batches of worlds of several sizes: generic, zeros, ties.

    All dimensions that the symbols leave open take several sizes; without an open dimension there
    is one batch a kind.
    """
    names = dims_of(symbols.values())
    combos: list[dict[str, int]] = [{}]
    if len(names) == 1:
        combos = [{names[0]: n} for n in sizes if fits(symbols, {names[0]: n}, strict=False)]
    elif names:
        combos = []
        rng = np.random.default_rng(seed)
        for i in range(len(sizes)):
            # Square matrices of full rank hide mistakes, so they are the exception.
            trials = ({d: int(rng.choice(sizes)) for d in names} for _ in range(400))
            found = next((t for t in trials if fits(symbols, t, strict=i != len(sizes) - 1)), None)
            if found is not None:
                combos.append(found)
    out = []
    for j, kind in enumerate(kinds):
        for i, dims in enumerate(combos):
            if kind == "ties" and dims and max(dims.values()) < 2:
                continue
            number = count if names else count * 2
            out.append(draw(symbols, dims, kind, number, seed + 1000 * j + i))
    return out


def holds(conditions: tuple[Expr, ...], world: World) -> bool:
    """Whether all conditions hold in a world; one without a value does not."""
    try:
        return all(all(flatten(exact(c, world))) for c in conditions)
    except (Undefined, NotEvaluable):
        return False


def describe(world: World, names: Iterable[str] | None = None) -> dict[str, Any]:
    """A world as plain data for a witness: exact numbers as text, vectors as lists."""

    def show(v: Value) -> Any:
        return [show(x) for x in v] if isinstance(v, list) else show_number(v)

    wanted = list(world.values) if names is None else [n for n in names if n in world.values]
    return {n: show(world.values[n]) for n in wanted}


def show_number(v: Value) -> str:
    """A number as a person writes it: 3, -5/8, 1.41421356."""
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, Fraction):
        if v.denominator == 1 or v.denominator.bit_length() < 24:
            text = str(v)
            if len(text) < 40:
                return text
    import mpmath

    return str(mpmath.nstr(to_mpf(v), 12))


def relevant(world: World, *exprs: Expr) -> list[str]:
    """The names in a world that these expressions use, in the order of the world."""
    used = {x.data for e in exprs for x in walk(e) if x.op == "sym"}
    return [n for n in world.values if n in used]


def size_in(d: Dim, dims: Mapping[str, int]) -> int:
    """The integer behind a dimension."""
    if isinstance(d, int):
        return d
    return dims[d] if d in dims else min(size_in(x, dims) for x in inside_least(d))
