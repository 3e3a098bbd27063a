"""Expressions that a wrong answer may be, each with what is said of it: held against the answer all at once in float64, one by one exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from derive.grading.diagnosis.sample import FAILS, Array, Sample, Valued, close, valued_of_key
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.expr import Expr


@dataclass(frozen=True)
class Told:
    """An expression that a wrong answer may be, and what to say of it then; needs: a vector that the answer must speak of."""

    expr: Expr
    says: str
    needs: str = ""


@dataclass(frozen=True)
class Alternatives:
    """Expressions that a wrong answer may be, with their values beside each other: (several, worlds, entries)."""

    told: tuple[Told, ...]
    valued: tuple[Valued, ...]
    values: Array


def alternatives(key: Key, name: str, make: Callable[[], Iterable[Told]]) -> Alternatives:
    """Those that have values, made once a part."""

    def run() -> Alternatives:
        required = valued_of_key(key.derivation.answer, key) if key.derivation.answer is not None else None
        shape = (0, 0) if required is None else required.values.shape
        found = [(t, v) for t in make() if (v := valued_of_key(t.expr, key)) is not None and v.values.shape == shape]
        return Alternatives(tuple(t for t, _ in found), tuple(v for _, v in found), np.array([v.values for _, v in found]).reshape(len(found), *shape))

    return kept(key, f"alternatives:{name}", run)


def told_by(s: Sample, known: Alternatives) -> str:
    """What is said of the first of these expressions that the answer is, exactly; "" where it is none."""
    if not known.told:
        return ""
    said = E.symbols_in(s.expr)
    for i in np.flatnonzero(close(s.values, known.values, s.tolerance)):
        t = known.told[i]
        if s.constant and t.needs and t.needs not in said:
            continue
        try:
            if s.is_exactly(known.valued[i]):
                return t.says
        except FAILS:
            continue
    return ""
