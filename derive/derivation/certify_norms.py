"""Checks of a dual norm: a direction attains it and none exceeds it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import sampled, with_value
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.exact import compare, exact


def attained_by_a_direction(d: Derivation) -> list[Evidence]:
    """The direction has norm 1 and attains the dual norm; random directions of norm 1 stay below."""
    if d.part.ask != "dual":
        return []
    norm, direction = d.extra["norm"], d.extra["direction"]
    name = norm.args[0].data
    g = E.sym(str(d.part.at), d.problem.symbols[str(d.part.at)].shape)
    assert d.answer is not None
    sets = sampled(d.problem, ("generic", "ties"))
    unit = agree(E.replace(norm, {norm.args[0]: direction}), E.ONE, sets)
    attained = agree(E.dot(g, direction), d.answer, sets)
    out = [Evidence("the direction has norm 1", MEASURED, isinstance(unit, Equal), getattr(unit, "detail", "it has not")),
           Evidence("it attains the dual norm", MEASURED, isinstance(attained, Equal), getattr(attained, "detail", "it does not"))]
    rng = np.random.default_rng(11)
    tried = 0
    for ws in sets:
        for w in ws.worlds[:3]:
            for _ in range(4):
                v = [Fraction(int(x), 8) for x in rng.integers(-9, 10, size=len(w.values[g.data]))]
                at = with_value(w, name, v)
                bound = exact(E.mul(d.answer, norm), at)
                if compare(exact(E.dot(g, E.sym(name, g.shape)), at), bound) > 0:
                    return [*out, Evidence("no direction exceeds it", MEASURED, False, "one does")]
                tried += 1
    return [*out, Evidence("no direction exceeds it", MEASURED, tried > 0, f"{tried} directions, exactly")]
