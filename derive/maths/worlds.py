"""Worlds: seeded exact instances of declared symbols, as float64 batches and as exact values.

Generic worlds have no zero and no two entries of equal size; worlds with zeros and with ties show the edges.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from derive.maths.batches import Batch, NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten, to_mpf
from derive.maths.expr import Expr, inside_least, symbols_in, walk
from derive.maths.sampler import RANKED, Sampler, size_in
from derive.maths.symbols import Symbol

SEED = 20251013
SIZES = (1, 2, 3, 5)
PER_SIZE = 12


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
    is one batch a kind. The last ones drawn are kept, with what was worked out in them: the checks of a certificate look at the same.
    """
    return list(_world_sets(tuple(symbols.items()), tuple(kinds), tuple(sizes), count, seed))


@lru_cache(16)
def _world_sets(declared: tuple[tuple[str, Symbol], ...], kinds: tuple[str, ...], sizes: tuple[int, ...], count: int, seed: int) -> tuple[WorldSet, ...]:
    symbols = dict(declared)
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
    return tuple(out)


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


def of_sizes(world: World) -> str:
    """' with n = 2, m = 5', or '' where no size is open."""
    return " with " + ", ".join(f"{d} = {k}" for d, k in world.dims.items()) if world.dims else ""


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
