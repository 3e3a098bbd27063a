"""Checks of a name: each optimizer that is said to fit is put back, with its step, into its declared rule."""

from __future__ import annotations

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import satisfies
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.worlds import gather, world_sets


def put_back(d: Derivation) -> list[Evidence]:
    """Each optimizer that fits, with its step, is put back: its rule must be the update in every world."""
    from derive.derivation.optimizers import apply, catalogue

    fits = d.extra.get("fits") or []
    update, gradient = d.extra["update"], d.extra["gradient"]
    symbols = d.problem.without_given()
    sets = world_sets(symbols, ("generic",), count=6)
    program = d.problem.base(d.part).program
    if program is not None and program.when:
        sets = [gather(s.kind, [w for w in s.worlds if satisfies(w, program.when)], s.batch.dims) for s in sets]
        sets = [s for s in sets if s.worlds]
    out = []
    for name, step, _ in fits:
        rule = apply(catalogue()[name], gradient, symbols)
        found = agree(E.mul(step, rule.direction), update, sets)
        out.append(Evidence(f"{name} with its step is the update", MEASURED, isinstance(found, Equal), getattr(found, "detail", "it is not")))
    return out or [Evidence("some declared optimizer fits", MEASURED, False, "none does")]
