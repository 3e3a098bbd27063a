"""The right entries at other places: reversed, exchanged, permuted, transposed; and inverses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from derive.grading.diagnosis.alternatives import Told, alternatives, told_by
from derive.grading.diagnosis.factors import ratios
from derive.grading.diagnosis.sample import BOUNDS, FAILS, Sample, valued_of_key
from derive.grading.judging.standards import generic_standard
from derive.grading.keys import kept
from derive.maths import expr as E
from derive.maths.exact import World, compare, exact, flatten
from derive.maths.expr import Expr
from derive.maths.write import plain


def rearranged(s: Sample) -> str:
    """'entries in reverse order', 'entries swapped', 'entries permuted', 'transposed'."""
    shape = s.target.shape
    said = told_by(s, alternatives(s.key, "rearranged", lambda: _other_orders(s.target)))
    if said or len(shape) != 1:
        return said
    if isinstance(shape[0], int) and shape[0] <= BOUNDS.entries and (s.shown is not None or s.constant):
        return _permuted_constant(s, shape[0])
    return _permuted(s)


def _other_orders(key: Expr) -> Iterator[Told]:
    if len(key.shape) == 2 and key.shape[0] == key.shape[1]:
        yield Told(E.transpose(key), "transposed")
    if len(key.shape) == 1:
        last = E.add(E.dim(key.shape[0]), E.ONE)
        yield Told(E.comp("i", E.at(key, E.sub(last, E.idx("i"))), key.shape[0]), "entries in reverse order")


def _permuted_constant(s: Sample, size: int) -> str:
    """The order that sorts the answer beside the one that sorts the key, then decided exactly."""
    mine, theirs = np.argsort(s.values[0], kind="stable"), np.argsort(s.required[0], kind="stable")
    order = [0] * size
    for a, b in zip(mine, theirs, strict=True):
        order[int(a)] = int(b)
    moved = [i for i, j in enumerate(order) if i != j]
    if not moved or not s.differs_only_by(lambda key: E.vec(tuple(E.at(key, E.num(j + 1)) for j in order))):
        return ""
    return "entries swapped" if len(moved) == 2 else "entries permuted"


def _permuted(s: Sample) -> str:
    """The same entries in every world, whatever their order there."""
    with np.errstate(all="ignore"):
        x, y = np.sort(s.values, axis=1), np.sort(s.required, axis=1)
        if s.values.shape[1] > BOUNDS.entries or not (np.abs(x - y) <= BOUNDS.close * np.abs(y)).all():
            return ""
    moved = 0
    for ws in s.key.generic:
        for w in ws.worlds[:2]:
            try:
                mine, theirs = flatten(exact(s.expr, w)), flatten(exact(s.target, w))
            except FAILS:
                return ""
            left = list(theirs)
            for x in mine:
                match = next((y for y in left if compare(x, y) == 0), None)
                if match is None:
                    return ""
                left.remove(match)
            moved = max(moved, sum(compare(x, y) != 0 for x, y in zip(mine, theirs, strict=True)))
    return "entries swapped" if moved == 2 else "entries permuted" if moved else ""


def inverted(s: Sample) -> str:
    """'inverse': of a number, of each entry, of a matrix, or of the coefficient before a declared vector."""
    return told_by(s, alternatives(s.key, "inverted", lambda: _inverses(s)))


def _inverses(s: Sample) -> Iterator[Told]:
    key, shape = s.target, s.target.shape
    if len(shape) == 2 and shape[0] == shape[1]:
        yield Told(E.inverse(key), "inverse")
    if len(shape) < 2:
        yield Told(E.div(E.ONE, key), "inverse" if not shape else "inverse of each entry")
    for symbol in s.key.problem.symbols.values() if len(shape) == 1 else ():
        if symbol.shape != shape or symbol.name not in E.symbols_in(key):
            continue
        v = E.sym(symbol.name, symbol.shape)
        along = valued_of_key(v, s.key)
        if along is not None and ratios(s.required, along.values) is not None:
            yield Told(E.mul(E.div(E.dot(v, v), E.dot(v, key)), v), f"inverse: the coefficient of {plain(v)} is upside down")


def _near_at_one(s: Sample, name: str) -> bool:
    """Whether float64 sees the values agree where a size is 1, and not everywhere else."""
    assert s.gaps is not None
    worlds = generic_standard(s.key).worlds
    one = kept(s.key, f"of size 1:{name}", lambda: np.array([w.dims.get(name, w.values.get(name)) == 1 for w in worlds]))
    return bool(one.any() and s.gaps.near[one].all() and not s.gaps.near[~one].all())


def _same_at(s: Sample, w: World) -> bool:
    """Whether the answer is the key in a world: by float64 where that is certain, else exactly."""
    if s.gaps is not None:
        certain, j = s.gaps.certain, generic_standard(s.key).place[id(w)]
        if certain.same[j] or certain.differs[j]:
            return bool(certain.same[j])
    return all(compare(x, y) == 0 for x, y in zip(flatten(exact(s.expr, w)), flatten(exact(s.target, w)), strict=True))


def size_one_only(s: Sample) -> str:
    """'right at n = 1 only': equal wherever n = 1, and nowhere else."""
    symbols = s.key.problem.symbols
    names = sorted(s.key.problem.dims | {x.name for x in symbols.values() if x.domain == "count"})
    for name in names if s.gaps is None else [n for n in names if _near_at_one(s, n)]:
        one: list[bool] = []
        larger: list[bool] = []
        try:
            for ws in s.key.generic:
                for w in ws.worlds[:4]:
                    size = w.dims.get(name, w.values.get(name))
                    (one if size == 1 else larger).append(_same_at(s, w))
        except FAILS:
            continue
        if one and larger and all(one) and not any(larger):
            return f"right at {name} = 1 only"
    return ""
