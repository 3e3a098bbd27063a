"""Checks of a name: each optimizer that is said to fit is put back, with its step, into its declared rule."""

from __future__ import annotations

from dataclasses import replace

from derive.derivation import certify_programs
from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import satisfies
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.equality import Equal, agree
from derive.maths.exact import compare, exact
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
    named = d.extra.get("optimizer")
    if all(name != named for name, _, _ in fits):
        return [Evidence("some declared optimizer fits", MEASURED, False, f"{named} is none of those that do")]
    for name, step, _ in fits:
        rule = apply(catalogue()[name], gradient, symbols)
        found = agree(E.mul(step, rule.direction), update, sets)
        positive = all(compare(exact(step, w), 0) > 0 for s in sets for w in s.worlds[:2])
        said = getattr(found, "detail", "it is not") if positive else "its step is not positive"
        out.append(Evidence(f"{name} with its step is the update", MEASURED, isinstance(found, Equal) and positive, said))
    return out


def update_is_optimal(d: Derivation) -> list[Evidence]:
    """What is named is the update that the base part asks for: its objective has the optimal value."""
    base = d.problem.base(d.part)
    if base.program is None or base.ask not in ("argmin", "argmax"):
        return []
    u = E.sym(base.program.over[0], d.extra["update"].shape)
    value = E.replace(base.program.objective, {u: d.extra["update"]})
    at_update = Derivation(d.problem, base, "point", (), d.extra["update"], value)
    return [replace(e, check=f"the update: {e.check}") for e in (*certify_programs.attained(at_update), *certify_programs.solver_gap(at_update))]
