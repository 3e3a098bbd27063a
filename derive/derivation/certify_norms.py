"""Checks of norms: a direction attains the dual norm and none exceeds it; what a least norm is said of is the limit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation import certify_iterations
from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import sampled, with_value
from derive.derivation.competitors import moved
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import gradient
from derive.maths.equality import Equal, agree
from derive.maths.exact import Undefined, compare, exact, flatten
from derive.maths.worlds import of_sizes
from derive.problem.model import Part


def attained_by_a_direction(d: Derivation) -> list[Evidence]:
    """The direction has norm 1 and attains the dual norm; random directions of norm 1 stay below."""
    if d.part.ask != "dual":
        return []
    norm, direction = d.part.norm, d.extra["direction"]
    assert norm is not None
    of = d.extra.get("of") or norm.args[0]
    name = str(of.data)
    g = E.sym(str(d.part.at), d.problem.symbols[str(d.part.at)].shape)
    assert d.answer is not None
    sets = sampled(d.problem, ("generic", "ties"))
    unit = agree(E.replace(norm, {of: direction}), E.ONE, sets)
    attained = agree(E.dot(g, direction), d.answer, sets)
    out = [Evidence("the direction has norm 1", MEASURED, isinstance(unit, Equal), getattr(unit, "detail", "it has not")),
           Evidence("it attains the dual norm", MEASURED, isinstance(attained, Equal), getattr(attained, "detail", "it does not"))]
    rng = np.random.default_rng(11)
    tried = 0
    for ws in sets:
        for w in ws.worlds[:3]:
            for _ in range(4):
                v = moved(_zero_like(w.values[str(g.data)]), rng, Fraction(1))
                at = with_value(w, name, v)
                bound = exact(E.mul(d.answer, norm), at)
                if compare(exact(E.dot(g, E.sym(name, g.shape)), at), bound) > 0:
                    return [*out, Evidence("no direction exceeds it", MEASURED, False, "one does")]
                tried += 1
    return [*out, Evidence("no direction exceeds it", MEASURED, tried > 0, f"{tried} directions, exactly")]


def _zero_like(v: Any) -> Any:
    return [_zero_like(x) for x in v] if isinstance(v, list) else Fraction(0)


# ------------------------------------------------------------------------------------------ norms that a limit minimises

def said_of_the_limit(d: Derivation) -> list[Evidence]:
    """The point is the simulated limit, and every sampled point of the equation a^T theta = b is stationary, as it is."""
    it = d.problem.iteration
    assert it is not None
    limit, (a, b) = d.extra["limit"], d.extra["constraint"]
    reached = certify_iterations.simulated_limit(replace(d, part=Part("limit", "limit"), kind="expression", answer=limit))
    name = "the equation is that of the solutions"
    slope = gradient(it.loss, E.sym(it.over, limit.shape))
    rng = np.random.default_rng(13)
    seen = 0
    for ws in sampled(d.problem, ("generic",), 2):
        for w in ws.worlds:
            try:
                row, right, end = exact(a, w), exact(b, w), exact(limit, w)
                size = sum((x * x for x in row), Fraction(0))
                v = [Fraction(int(k), 4) for k in rng.integers(-9, 10, size=len(row))]
                gap = (sum((x * y for x, y in zip(row, v, strict=True)), Fraction(0)) - right) / size
                on_it = [y - gap * x for x, y in zip(row, v, strict=True)]
                flat = [s for point in (on_it, end) for s in flatten(exact(slope, with_value(w, it.over, point)))]
            except (Undefined, NotEvaluable, ZeroDivisionError):
                continue
            if any(compare(s, 0) for s in flat):
                return [*reached, Evidence(name, MEASURED, False, f"a point of it is no solution in a world{of_sizes(w)}")]
            seen += 1
    return [*reached, Evidence(name, MEASURED, seen > 0, f"exactly, at {seen} points of it and the limit")]
