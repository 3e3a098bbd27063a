"""Checks of counts: the schedules are run, and every closed form is compared with what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derive.derivation.certificate import MEASURED, PROVED, Evidence
from derive.derivation.steps import Derivation
from derive.maths.exact import World, exact
from derive.maths.expr import Expr


def counted(d: Derivation) -> list[Evidence]:
    """The schedules are run again, and every closed form is compared with what was sent."""
    from derive.derivation.schedules import trials

    cells: dict[tuple[str, str], Expr] = d.extra.get("cells") or {}
    if d.part.ask == "count" and d.answer is not None:
        cells = {(str(d.part.schedule), str(d.part.what)): d.answer}
    out = []
    if d.part.ask == "table":
        missing = [f"{r} {c}" for r in d.part.rows for c in d.part.columns if (r, c) not in cells]
        out.append(Evidence("every cell is filled", PROVED, not missing, f"{len(cells)} cells" if not missing else f"missing: {', '.join(missing)}"))
    for (row, column), closed in cells.items():
        out.append(_count_holds(trials(d.problem, d.problem.schedule(row)), row, column, closed))
    return out


def _count_holds(runs: Sequence[Any], row: str, column: str, closed: Expr) -> Evidence:
    name = f"{row}: the {column} when the schedule is run"
    seen = 0
    for trial in runs:
        if trial.run.misfit:
            continue
        if not trial.run.reduces:
            return Evidence(name, MEASURED, False, f"it is not an all-reduce: {trial.run.why()}")
        world = World({k: Fraction(v) for k, v in trial.values.items()}, {})
        wanted = exact(closed, world)
        sent = {Fraction(trial.run.messages)} if column == "messages" else {Fraction(s) for s in trial.run.sizes}
        if sent != {wanted}:
            return Evidence(name, MEASURED, False, f"{sorted(map(str, sent))} at {trial.values}, the closed form gives {wanted}")
        seen += 1
    return Evidence(name, MEASURED, seen > 0, f"an all-reduce, and equal counts, in {seen} runs")
