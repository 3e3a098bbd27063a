"""What a spec says beside its statement: a published answer must agree, a misconception must not."""

from __future__ import annotations

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.certify_worlds import near_boundary, sampled, satisfies
from derive.derivation.steps import Derivation
from derive.errors import ReadError
from derive.maths import expr as E
from derive.maths.equality import Different, Equal, agree
from derive.maths.read import read_expr
from derive.maths.worlds import gather


def published(d: Derivation) -> list[Evidence]:
    """An answer that the spec gives as published must agree; it is never the source of the key."""
    if d.part.published is None or d.answer is None:
        return []
    try:
        given = read_expr(d.part.published, d.problem.scope(d.part))
    except ReadError as err:
        return [Evidence("published answer", MEASURED, False, f"it cannot be read: {err}")]
    found = agree(given, d.answer, sampled(d.problem, ("generic",)))
    detail = found.detail if isinstance(found, Equal) else (
        f"it differs at {found.witness.at}" if isinstance(found, Different) else found.why)
    return [Evidence("published answer", MEASURED, isinstance(found, Equal), detail)]


def misconceptions(d: Derivation) -> list[Evidence]:
    """What the spec calls a misconception must not be a right answer."""
    out = []
    for i, m in enumerate(d.problem.misconceptions):
        if m.part != d.part.id or d.answer is None:
            continue
        name = f"misconception {i + 1} differs from the key"
        sets = sampled(d.problem, ("generic",))
        if d.kind == "condition":
            worlds = near_boundary(d.problem, E.Expr("and", (d.answer, m.answer)), sets)
            differs = [w for w in worlds if satisfies(w, (d.answer,)) != satisfies(w, (m.answer,))]
            out.append(Evidence(name, MEASURED, bool(differs), f"in {len(differs)} of {len(worlds)} instances" if differs else "it is the key"))
            continue
        program = d.problem.base(d.part).program if d.part.program is None else d.part.program
        if program is not None and program.when:
            sets = [gather(s.kind, [w for w in s.worlds if satisfies(w, program.when)], s.batch.dims) for s in sets]
            sets = [s for s in sets if s.worlds]
        found = agree(E.as_column(m.answer), d.answer, sets)
        detail = f"it differs at {found.witness.at}" if isinstance(found, Different) else "it is the key" if isinstance(found, Equal) else found.why
        out.append(Evidence(name, MEASURED, isinstance(found, Different), detail))
    return out
