"""Checks of a maximum likelihood or posterior: against the declared distributions in SciPy, not against our log-densities."""

from __future__ import annotations

from typing import Any

import numpy as np

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import sampled
from derive.derivation.steps import Derivation
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten
from derive.maths.worlds import of_sizes

INSTANCES = 2  # numerical maxima a size


def density_checked(d: Derivation, bound: float) -> list[Evidence]:
    """The key reaches the largest density that direct search finds, and our objective is that density up to a constant."""
    from derive.derivation.densities import charts, log_density, maximise

    model, program = d.part.model, d.part.program
    assert model is not None and program is not None
    unknowns = [d.problem.symbols[n] for n in program.over]
    rng = np.random.default_rng(3)
    worst = off = 0.0
    seen = 0
    for ws in sampled(d.problem, ("generic",), when=program.when):
        done = 0
        for w in ws.worlds:
            if done >= INSTANCES or not _admissible(w, program.when):
                continue
            try:
                point = {n: _float(exact(e, w)) for n, e in d.point.items()}
                at_key = log_density(model, w, point)
                own = float(exact(program.objective, World({**w.values, **{n: exact(e, w) for n, e in d.point.items()}}, w.dims, w.kind)))
            except (Undefined, NotEvaluable):
                continue
            if not np.isfinite(at_key):
                return [Evidence("the declared density at the key", MEASURED, False, f"it is zero there in a world{of_sizes(w)}")]
            off = max(off, _drift(d, w, at_key - own, [c.to(rng.normal(size=c.size)) for c in charts(unknowns, w)]))
            best = maximise(model, unknowns, w)
            worst = max(worst, abs(best - at_key) / (1 + abs(at_key)))
            done += 1
            seen += 1
    return [
        Evidence("gap to the declared densities, maximised directly (SciPy)", MEASURED, seen > 0 and worst <= bound, f"{worst:.1e} of {bound:.0e} over {seen} instances", worst),
        Evidence("the objective is the declared log-density up to a constant", MEASURED, seen > 0 and off <= 1e-8, f"{off:.1e} of 1e-08 over {seen} instances"),
    ]


def _drift(d: Derivation, w: World, constant: float, drawn: list[Any]) -> float:
    """How far log-density minus objective is from its value at the key, at another point."""
    from derive.derivation.densities import log_density

    model, program = d.part.model, d.part.program
    assert model is not None and program is not None
    point = dict(zip(program.over, drawn, strict=True))
    there = log_density(model, w, point)
    if not np.isfinite(there):
        return 0.0
    try:
        ours = float(exact(program.objective, World({**w.values, **{n: _exact(v) for n, v in point.items()}}, w.dims, w.kind)))
    except (Undefined, NotEvaluable):
        return 0.0
    return abs(there - ours - constant) / (1 + abs(there) + abs(ours))


def _admissible(w: World, when: tuple[Any, ...]) -> bool:
    try:
        return all(all(flatten(exact(c, w))) for c in when)
    except (Undefined, NotEvaluable):
        return False


def _float(v: Any) -> Any:
    return np.array([_float(x) for x in v]) if isinstance(v, list) else float(v)


def _exact(v: Any) -> Any:
    from fractions import Fraction

    return [_exact(x) for x in v] if np.ndim(v) else Fraction(float(v))
