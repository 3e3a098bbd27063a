"""Is the minimiser the only one, where a derivation says so? Proved for strictly convex quadratics, measured elsewhere.

Measured: the feasible points whose value is within s of the optimum, seen along a random direction, must close in as s
falls. Another minimiser keeps them apart.
"""

from __future__ import annotations

import math

from derive.derivation.certificate import ASSUMED, MEASURED, PROVED, Evidence
from derive.derivation.certify_worlds import program_stated, sampled, satisfies
from derive.derivation.steps import Derivation
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten
from derive.maths.worlds import of_sizes
from derive.problem.model import Problem

SLACKS = (1e-3, 1e-5)  # distances from the optimal value, times 1 + |value|: far above the solver's error of 1e-8
CLOSES = 0.6  # the width at the small slack, times that at the large one; growth with the 6th power still gives 0.47
SMALL = 1e-4  # a width of this size, times 1 + |value|, is a point to the solver
WORLDS = 1  # of each kind and size
SIZES = 2  # of each kind

CHECK = "no other optimum"


def unique_where_claimed(d: Derivation) -> list[Evidence]:
    """Evidence for unique = 'always' (zeros and ties included) and 'generic' (without them); none for other claims."""
    from derive.derivation.quadratics.proof import proved_unique

    if d.unique not in ("always", "generic"):
        return []
    why = proved_unique(d.problem, d.part)
    return [Evidence(CHECK, PROVED, True, why)] if why else _measured(d)


def _measured(d: Derivation) -> list[Evidence]:
    from derive.derivation.truth import NotConvex, spread

    program = program_stated(d)
    assert d.answer is not None and d.value is not None
    shapes = {n: d.problem.symbols[n].shape for n in program.over}
    worlds = _worlds(d)
    if not worlds:  # numbers are given and hold zeros or ties: nothing generic is left to claim
        return []
    seen, worst = 0, 0.0
    for w in worlds:
        try:
            exact(d.answer, w)  # where the key has no value (a direction g/||g|| at 0) it claims nothing
        except (NotEvaluable, Undefined):
            continue
        try:
            value = float(exact(d.value, w))
            scale = 1 + abs(value)
            wide, narrow = (spread(program, w, shapes, value, s * scale) for s in SLACKS)
        except (NotConvex, NotEvaluable, Undefined) as err:
            return [Evidence(CHECK, ASSUMED, True, f"the derivation says so; not checked: {err}")]
        if math.isnan(wide) or math.isnan(narrow):
            continue
        if (narrow > SMALL * scale and narrow > CLOSES * wide) or math.isinf(narrow):
            return [Evidence(CHECK, MEASURED, False, f"in a {w.kind} world{of_sizes(w)} others are as good: the near-optimal points stay {narrow:.1e} apart")]
        worst = max(worst, narrow)
        seen += 1
    if not seen:
        return [Evidence(CHECK, ASSUMED, True, "the derivation says so; the solver could not look for others")]
    return [Evidence(CHECK, MEASURED, True, f"points within {SLACKS[1]:.0e} of the optimum are at most {worst:.1e} apart, and closing in, over {seen} programs")]


def _worlds(d: Derivation) -> list[World]:
    program = program_stated(d)
    kinds = ("generic",) if d.unique == "generic" else ("generic", "zeros", "ties")
    out = []
    for kind in kinds:
        sets = sampled(d.problem, (kind,))
        for ws in sets[1 : 1 + SIZES] or sets:
            met = [w for w in ws.worlds if satisfies(w, program.when) and (kind != "generic" or _generic(d.problem, w))]
            out += met[:WORLDS]
    return out


def _generic(problem: Problem, w: World) -> bool:
    """No entry of a given or defined vector is 0 and no two have one size, nor do two rows or columns of a matrix.

    The worlds' own vectors are generic by making.
    """
    for s in problem.symbols.values():
        x = w.values.get(s.name)
        if x is None or not s.shape:
            continue
        if len(s.shape) == 2 and isinstance(x[0], list):
            for lines in (x, list(zip(*x, strict=True))):
                sizes = [sum(v * v for v in line) for line in lines]
                if s.domain in ("real", "nonzero") and len({float(v) for v in sizes}) < len(sizes):
                    return False
        elif s.given is not None or s.let is not None:
            sizes = [abs(v) for v in flatten(x)]
            if 0 in sizes or len({float(v) for v in sizes}) < len(sizes):
                return False
    return True
