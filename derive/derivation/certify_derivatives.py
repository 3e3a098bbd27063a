"""Certify a derivative: difference quotients of the declared function, in every kind of world."""

from __future__ import annotations

from dataclasses import dataclass

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.differences import gap
from derive.derivation.steps import Derivation
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined
from derive.maths.worlds import holds, world_sets


@dataclass(frozen=True)
class Bounds:
    """agree: between key and quotient, times 1 + the largest entry; points: compared at each size and kind of world."""

    agree: float = 1e-12
    points: int = 3


BOUNDS = Bounds()
KINDS = ("generic", "zeros", "ties")


def checks(d: Derivation) -> list[Evidence]:
    """One piece of evidence for a part that asks for a derivative, none for any other."""
    asked = d.part.derivative
    if asked is None or d.answer is None:
        return []
    worst, seen = 0.0, 0
    for ws in world_sets(d.problem.symbols, KINDS, count=6):
        done = 0
        for w in ws.worlds:
            if done >= BOUNDS.points or not holds(asked.when, w):
                continue
            try:
                found = gap(d.answer, asked, d.part.ask, d.problem.symbols, w)
            except (Undefined, NotEvaluable) as err:
                return [Evidence("difference quotients", MEASURED, False, f"the key has no value where the function has a derivative: {err}")]
            if found is None:
                continue
            worst = max(worst, found)
            done += 1
            seen += 1
    detail = f"{worst:.1e} of {BOUNDS.agree:.0e} over {seen} points"
    return [Evidence("difference quotients", MEASURED, seen > 0 and worst <= BOUNDS.agree, detail, worst)]
