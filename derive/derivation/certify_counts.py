"""Certify counts: the schedules are run again, the tensors and loops enumerated, and every closed form is compared."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derive.derivation.certificate import MEASURED, PROVED, Evidence
from derive.derivation.enumeration import instances
from derive.derivation.schedules import Trial, trials
from derive.derivation.steps import Derivation
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr


def checks(d: Derivation) -> list[Evidence]:
    """One piece of evidence for each count of the part, none for a part that counts nothing."""
    cells: dict[tuple[str, str], Expr] = d.extra.get("cells") or {}
    if d.part.ask == "count" and d.answer is not None and d.part.schedule is not None:
        entries = _entries(d)
        if len(entries) != len(d.part.counted):
            return [Evidence("as many counts as are asked", MEASURED, False, f"{len(entries)} of {len(d.part.counted)}")]
        cells = {(d.part.schedule, what): e for what, e in zip(d.part.counted, entries, strict=True)}
    elif d.part.ask == "count" and d.answer is not None:
        return _enumerated(d)
    out = []
    if d.part.ask == "table":
        missing = [f"{r} {c}" for r in d.part.rows for c in d.part.columns if (r, c) not in cells]
        out.append(Evidence("every cell is filled", PROVED, not missing, f"{len(cells)} cells" if not missing else f"missing: {', '.join(missing)}"))
    return [*out, *(_holds(trials(d.problem, d.problem.schedule(row)), row, column, closed) for (row, column), closed in cells.items())]


def _entries(d: Derivation) -> tuple[Expr, ...]:
    assert d.answer is not None
    return d.answer.args if d.answer.op == "vec" and len(d.part.counted) > 1 else (d.answer,)


def _enumerated(d: Derivation) -> list[Evidence]:
    """Each count against counting one by one, in small instances."""
    out = []
    tried = instances(d.problem, d.part.counted)
    entries = _entries(d)
    if len(entries) != len(d.part.counted):
        return [Evidence("as many counts as are asked", MEASURED, False, f"{len(entries)} of {len(d.part.counted)}")]
    for k, (what, closed) in enumerate(zip(d.part.counted, entries, strict=True)):
        name = f"{what}, counted one by one"
        try:
            wrong = next((i for i in tried if exact(closed, World(i.values, {})) != i.counts[k]), None)
        except (Undefined, NotEvaluable) as err:
            out.append(Evidence(name, MEASURED, False, f"the formula has no value: {err}"))
            continue
        detail = f"equal in {len(tried)} instances" if wrong is None else f"{wrong.counts[k]} at {wrong.values}"
        out.append(Evidence(name, MEASURED, bool(tried) and wrong is None, detail))
    return out


def _holds(runs: Sequence[Trial], row: str, column: str, closed: Expr) -> Evidence:
    name = f"{row}: the {column} when the schedule is run"
    seen = 0
    for trial in runs:
        if trial.run.misfit:
            continue
        if not trial.run.reduces:
            return Evidence(name, MEASURED, False, f"it does not reach its goal: {trial.run.why()}")
        wanted = exact(closed, World({k: Fraction(v) for k, v in trial.values.items()}, {}))
        counted = trial.run.counted(column)
        if counted != wanted:
            return Evidence(name, MEASURED, False, f"{counted} at {trial.values}, the closed form gives {wanted}")
        seen += 1
    return Evidence(name, MEASURED, seen > 0, f"the goal is reached, and the counts are equal, in {seen} runs")
