"""The mistake in a wrong condition: its boundary, its direction, a factor, a norm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from derive.grading.diagnosis.alternatives import Told
from derive.grading.diagnosis.factors import factor_text
from derive.grading.diagnosis.sample import FAILS
from derive.grading.diagnosis.variants import NORMS
from derive.grading.judging.conditions import boundary_worlds
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.exact import World, exact
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath
from derive.maths.truths import OPEN, Truths
from derive.maths.write import plain

_LOOSE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FACTORS = (Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4))
MAX_WORLDS = 160  # in which two conditions are compared


def diagnose_condition(answer: Expr, key: Key) -> str:
    """The changed condition that holds wherever the answer does, and fails wherever it fails."""
    for v in kept(key, "conditions", lambda: tuple(_variants(key))):
        if v.needs and v.needs not in E.symbols_in(answer):
            continue
        if same_condition(answer, v.expr, key):
            return v.says
    return ""


def _variants(key: Key) -> Iterator[Told]:
    required = key.derivation.answer
    assert required is not None
    relations = [x for x in E.walk(required) if x.op == "rel" and x.data in _LOOSE]
    if relations:
        yield Told(E.replace(required, {x: E.rel(_LOOSE[x.data], *x.args) for x in relations}), "boundary: only the boundary itself is wrong")
        for x in relations:
            yield Told(E.replace(required, {x: E.rel(_LOOSE[x.data], *x.args)}), "boundary: only the boundary itself is wrong")
    yield Told(Expr("not", (required,)), "opposite: it holds where it must fail")
    if relations:
        yield Told(E.replace(required, {x: E.rel(_TURNED[x.data], *x.args) for x in relations}), "opposite: it holds where it must fail")
    yield Told(E.truth(True), "it does not depend on anything")
    for c in _FACTORS:
        yield Told(_scaled(required, relations, E.num(c)), f"{factor_text(c)} at the boundary")
    yield Told(_scaled(required, relations, None), "inverse: the boundary is upside down")
    for old in dict.fromkeys(x for x in E.walk(required) if x.op == "norm" and x.data == "p"):
        for p in NORMS:
            if p != old.args[1]:
                new = E.norm(old.args[0], p)
                yield Told(E.replace(required, {old: new}), f"another norm: {plain(new)} where {plain(old)} is required", min(E.symbols_in(old), default=""))
    for old in dict.fromkeys(x for x in E.walk(required) if x.op == "pow" and x.args[0].op == "norm"):
        yield Told(E.replace(required, {old: old.args[0]}), f"missing factor {plain(old.args[0])} at the boundary")


def _scaled(required: Expr, relations: list[Expr], c: Expr | None) -> Expr:
    """The condition with its right sides multiplied by c, or inverted where c is None."""
    put = {}
    for x in relations:
        side = x.args[1]
        if E.is_number(side, 0):
            continue
        put[x] = E.rel(x.data, x.args[0], E.div(E.ONE, side) if c is None else E.mul(c, side))
    return E.replace(required, put)


def same_condition(a: Expr, b: Expr, key: Key) -> bool:
    """Whether both hold in the same instances: beside, on and far from the boundaries of the key and of b."""
    if a.op not in E.CONDITIONS or key.derivation.answer is None:
        return False
    known = _worlds(b, key)
    mine, theirs = known.truths.of(a), known.holds
    if ((mine != theirs) & (mine != OPEN) & (theirs != OPEN)).any():
        return False
    seen = 0
    for j, w in enumerate((*known.truths.worlds, *_beside(a, key))):
        try:
            settled = j < len(theirs) and theirs[j] != OPEN
            if settled and mine[j] == OPEN and bool(exact(a, w)) != bool(theirs[j]):
                return False
            if not settled and bool(exact(a, w)) != bool(exact(b, w)):
                return False
            seen += 1
        except FAILS:
            continue
    return seen > 0


@dataclass(frozen=True)
class _Boundaries:
    """Instances at the boundaries of two conditions, and where the second holds in them; OPEN where it has no value."""

    truths: Truths
    holds: npt.NDArray[np.int8]


def _truth(b: Expr, w: World) -> int:
    try:
        return int(bool(exact(b, w)))
    except FAILS:
        return OPEN


def _worlds(b: Expr, key: Key) -> _Boundaries:
    """Instances at both boundaries, made once for each changed condition of the part."""
    known: dict[Expr, _Boundaries] = kept(key, "boundaries", dict)
    if b not in known:
        required = key.derivation.answer
        assert required is not None
        both = []
        for condition in (required, b):
            worlds = boundary_worlds(key, condition)
            both += worlds[:: max(1, len(worlds) // MAX_WORLDS)] + _beside(condition, key)
        known[b] = _Boundaries(Truths(both), np.array([_truth(b, w) for w in both], dtype=np.int8))
    return known[b]


def _beside(condition: Expr, key: Key) -> list[World]:
    """The free scalar of a range set to each end of a condition, and just beside it."""
    name = key.derivation.extra.get("on")
    if name is None:
        return []
    out = []
    ends = [side for x in E.walk(condition) if x.op == "rel" for side in x.args if name not in E.symbols_in(side)]
    for ws in key.generic:
        for w in ws.worlds[:3]:
            for e in ends:
                try:
                    end = exact(e, w)
                except FAILS:
                    continue
                if not isinstance(end, Fraction):  # an irrational end: what is just below it, to 40 digits
                    if isinstance(end, (bool, list)) or not mpmath.isfinite(end):
                        continue
                    end = Fraction(int(mpmath.floor(end * 10**40)), 10**40)
                if (end > 0 or key.problem.symbols[name].domain != "positive"):
                    out += [World({**w.values, name: end * k}, w.dims, w.kind)
                            for k in (Fraction(1), 1 + Fraction(1, 2**60), 1 - Fraction(1, 2**60)) if end]
    return out
