"""Are two expressions equal? A float filter first, exact arithmetic on doubt.

Outcomes are data: Equal(strength, ...), Different(witness), Unknown(why).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from derive.maths.batches import Array, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import DIGITS, Undefined, Value, World, compare, exact, flatten, to_mpf, value_at
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath
from derive.maths.standard import FILTER, Gaps, Standard, distances, relative
from derive.maths.worlds import WorldSet, describe, relevant, show_number


@dataclass(frozen=True)
class Tolerance:
    """Every bound that a comparison uses, with its scale."""

    filter: float = FILTER  # float64 difference that asks for exact arithmetic; times the largest entry


TOLERANCE = Tolerance()
UNDEFINED = 4  # generic worlds with one side undefined in float64 that are looked at exactly
COARSE = 45  # digits beside which the full ones show how far rounding reaches


@dataclass(frozen=True)
class Witness:
    """An instance, what the answer gives there and what is required."""

    at: dict[str, Any]
    submitted: Any
    required: Any
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        out: dict[str, Any] = {"at": self.at, "submitted": self.submitted, "required": self.required}
        if self.note:
            out["note"] = self.note
        return out


@dataclass(frozen=True)
class Equal:
    """They agree; strength is 'proved' or 'measured', detail says on what."""

    strength: str
    detail: str


@dataclass(frozen=True)
class Different:
    """They differ, and here is where; defined: whether the submitted one has a value there. Both are worked out exactly when they are shown."""

    world: World
    left: Expr
    right: Expr
    defined: bool = True

    @cached_property
    def submitted(self) -> Value | None:
        """The value of the left one; None where it is undefined."""
        return value_at(self.left, self.world) if self.defined else None

    @cached_property
    def required(self) -> Value:
        """The value of the right one."""
        return value_at(self.right, self.world)

    @cached_property
    def witness(self) -> Witness:
        """The instance and both values as plain data."""
        submitted = "undefined" if self.submitted is None else show_value(self.submitted)
        return Witness(describe(self.world, relevant(self.world, self.left, self.right)), submitted, show_value(self.required))


@dataclass(frozen=True)
class Unknown:
    """It could not be decided, and why."""

    why: str


@dataclass
class Tally:
    """What a comparison has seen so far."""

    worlds: int = 0
    exact: int = 0
    undefined: int = 0


def show_value(v: Value) -> Any:
    """An exact value as plain data."""
    return [show_value(x) for x in v] if isinstance(v, list) else show_number(v)


def same_exactly(a: Value, b: Value) -> bool:
    """Whether two exact values have the same shape and equal entries."""
    x, y = flatten(a), flatten(b)
    return len(x) == len(y) and all(compare(s, t) == 0 for s, t in zip(x, y, strict=True))


def suspects(a: Expr, b: Expr, ws: WorldSet, tally: Tally) -> list[int]:
    """Worlds of a batch where float64 sees a difference or one side is undefined, clearest first."""
    va, vb = evaluate(a, ws.batch), evaluate(b, ws.batch)
    tally.worlds += len(ws.worlds)
    return suspected(relative(*distances(va, vb, a.shape, ws.batch)) if va.shape == vb.shape else None, len(ws.worlds))


def suspected(gap: Array | None, count: int) -> list[int]:
    """The worlds whose relative differences ask for exact arithmetic, clearest first; all of them where the shapes differ."""
    if gap is None:
        return list(range(count))
    near = gap <= TOLERANCE.filter
    if near.all():
        return []
    order = np.argsort(-np.where(np.isfinite(gap), gap, 0.5), kind="stable")
    return [int(i) for i in order if not near[i]]


def agree(a: Expr, b: Expr, sets: Sequence[WorldSet], tally: Tally | None = None) -> Equal | Different | Unknown:
    """Compare a (submitted) with b (required) in every world.

    A difference is confirmed exactly before it is reported. Where a alone is undefined in a generic
    world that is a difference; elsewhere (zeros, ties, a dimension or count of 1, where n!/(n-2)! is a limit)
    it is only counted.
    """
    return agrees(a, Standard(b, sets), tally)


def agrees(a: Expr, standard: Standard, tally: Tally | None = None, proof: bool = False) -> Equal | Different | Unknown:
    """As agree, beside required values that are worked out once; proof: equal normal forms take the place of exact arithmetic."""
    tally = tally or Tally()
    try:
        whole = standard.whole(a)
        unseen: list[tuple[int, int]] = []
        if whole is not None and whole.near.all():
            tally.worlds += standard.total
            sets: Iterator[Gaps | None] = iter(())
        else:
            sets = standard.differences(a)
        found: Different | None = None
        seen: list[Gaps | None] = []
        for k, gaps in enumerate(sets):
            seen.append(gaps)
            tally.worlds += standard.counts[k]
            proof = proof and gaps is not None and bool((gaps.relative >= 0).all())  # a normal form speaks only of where both are defined
            unseen += _undefined(gaps, standard.sets[k], k)
            for i in suspected(gaps.relative if gaps is not None else None, standard.counts[k])[:4]:
                found = _at_world(a, standard, k, i, tally, gaps)
                if found is not None:
                    return found
        if proof and standard.proves(a):
            return Equal("proved", f"{tally.worlds} instances in float64, and both have the same normal form")
        if not seen:
            seen = list(standard.differences(a))
        for k, i in (*unseen[:UNDEFINED], *standard.places):
            undefined = tally.undefined
            found = _at_world(a, standard, k, i, tally, seen[k])
            if found is not None:
                return found
            tally.exact += tally.undefined == undefined
    except NotEvaluable as err:
        return Unknown(str(err))
    if tally.exact == 0:
        return Unknown("no world in which both sides have a value")
    detail = f"{tally.worlds} instances in float64, {tally.exact} of them exactly"
    return Equal("measured", detail)


def _undefined(gaps: Gaps | None, ws: WorldSet, k: int) -> list[tuple[int, int]]:
    """The worlds of a set in which a side that has no value refutes: generic ones without a size of 1."""
    if gaps is None or ws.kind != "generic":
        return []
    return [(k, int(i)) for i in np.flatnonzero(gaps.relative < 0) if not _of_size_one(ws.worlds[int(i)])]


def _of_size_one(w: World) -> bool:
    return 1 in w.dims.values() or any(v == 1 for v in w.values.values() if not isinstance(v, list))


def _rounded_apart(a: Expr, b: Expr, w: World, va: Value, vb: Value) -> bool:
    """Whether two values differ by less than the rounding of their irrational terms: what fewer digits change in them.

    0 and 1e-61 after terms of size 1 have cancelled are the same number at 60 digits. The noise that COARSE digits
    leave, seen beside the full value, measures the size of those terms.
    """
    x, y = flatten(va), flatten(vb)
    if len(x) != len(y) or all(isinstance(v, (Fraction, bool)) for v in (*x, *y)):
        return False
    try:
        coarse = [flatten(exact(e, w, COARSE)) for e in (a, b)]
    except Undefined:  # a divisor that fewer digits do not tell from 0: the noise cannot be seen here, and other worlds decide
        return True
    with mpmath.workdps(DIGITS):
        noise = max(abs(to_mpf(s) - to_mpf(t)) for few, full in zip(coarse, (x, y), strict=True) for s, t in zip(few, full, strict=True))
        return all(compare(s, t) == 0 or abs(to_mpf(s) - to_mpf(t)) <= noise for s, t in zip(x, y, strict=True))


def _at_world(a: Expr, standard: Standard, k: int, i: int, tally: Tally, gaps: Gaps | None) -> Different | None:
    """The difference in one world: by float64 where that is certain, else by exact arithmetic."""
    ws, b = standard.sets[k], standard.required
    w = ws.worlds[i]
    if gaps is not None:
        certain = gaps.certain
        if certain.same[i]:
            return None
        if certain.differs[i]:
            return Different(w, a, b)
        if certain.undefined[i]:
            return _undefined_at(a, standard, w, ws.kind, not certain.not_required[i], tally)
        if certain.not_required[i]:
            return None
    va, vb = value_at(a, w), standard.exactly(k, i)
    if va is None:
        return _undefined_at(a, standard, w, ws.kind, vb is not None, tally)
    if vb is None or same_exactly(va, vb) or _rounded_apart(a, b, w, va, vb):
        return None
    return Different(w, a, b)


def _undefined_at(a: Expr, standard: Standard, w: World, kind: str, required: bool, tally: Tally) -> Different | None:
    tally.undefined += 1
    return Different(w, a, standard.required, defined=False) if required and kind == "generic" and not _of_size_one(w) else None
