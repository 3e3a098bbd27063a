"""Counting what a schedule sends: a sum over its loops, believed only when every run counts the same.

The closed form (see schedule_sums) is only proposed. It counts when it equals what the schedule sends when run,
for every small n, and when each of these runs reaches the goal of the schedule (see derivation.schedules).
Source of the counts: the schedule alone; no closed form is stored anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from derive.derivation.rules.loop_sums import Open
from derive.derivation.rules.schedule_sums import closed_form
from derive.derivation.schedules import MAX_WORKERS, Trial, spans, trials
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.neat import neat
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem
from derive.problem.nouns.schedule import GOALS, QUANTITIES, Schedule

NAME = "counting"

COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "messages": ("Number of messages", (
        "messages", "number of messages sent", "total number of messages", "total messages", "messages sent",
        "message count", "# messages", "#messages", "count")),
    "size": ("Size of each message", (
        "size", "message size", "size of messages", "size per message", "size of a message", "parameters per message")),
}

Solve = Callable[[Problem, Part], Outcome]


def accepts(problem: Problem, part: Part) -> bool:
    """Whether the part asks for counts of a schedule, or for a table of them."""
    return (part.ask == "count" and part.schedule is not None) or part.ask == "table"


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """What is counted, as a closed form (several counts as one vector); or the table of them.

    Returns a Derivation of kind 'expression' (answer: Expr in the counts; extra: runs as
    (n, messages, size), checked, instances, rounds), or of kind 'table' (extra: cells, rows,
    columns). NotDerived, with the reason, if the schedule does not reach its goal when run, if sizes
    differ, if a sum has no closed form, or if the closed form differs from a run.
    """
    if part.ask == "table":
        return _table(problem, part, solve)
    assert part.schedule is not None
    schedule = problem.schedule(part.schedule)
    runs = trials(problem, schedule)
    fitting = [t for t in runs if not t.run.misfit]
    if not fitting:
        why = runs[0].run.misfit if runs else "no size is within bounds"
        return NotDerived(problem, part, f"{schedule.title} cannot be run for any n in 2..{MAX_WORKERS}: {why}.")
    for t in fitting:
        if t.run.faults:
            goal = "all-reduce" if schedule.stages else schedule.goal
            verb = f"is no {goal}" if t.run.faults[0].kind in ("lacks", "twice", "conflict") else "cannot be run"
            return NotDerived(problem, part, f"{schedule.title} {verb} with {t.at(schedule)}: {t.run.why()}.")
    steps: list[Step] = []
    found: list[Expr] = []
    for quantity in part.counted:
        try:
            lines, closed = closed_form(problem, schedule, quantity)
        except Open as err:
            return NotDerived(problem, part, f"{schedule.title}: {err}", tuple(steps))
        steps += [s for s in lines if s not in steps]
        for t in fitting:
            counted, formula = t.run.counted(quantity), _value(closed, t.values)
            if formula != counted:
                why = f"the sum gives {plain(closed)} = {formula}, but the run with {t.at(schedule)} counts {_of_run(t, quantity)}."
                return NotDerived(problem, part, f"{schedule.title}: {why}", tuple(steps))
        found.append(closed)
    closed = found[0] if len(found) == 1 else E.vec(tuple(found))
    given = _known(problem, schedule)
    put_in = [neat(E.replace(c, given)) if given else c for c in found]
    answer = put_in[0] if len(put_in) == 1 else E.vec(tuple(put_in))
    alike = {tuple((k, v) for k, v in t.values.items() if k != schedule.parameters): t for t in reversed(fitting)}
    shown = sorted(alike.values(), key=lambda t: t.run.n)  # of runs that differ in p only, the one of least p
    steps.append(_run_step(part, schedule, closed, shown))
    if answer != closed:
        steps.append(Step("given", f"With the given values this is {plain(answer)}.", latex(answer), latex(closed)))
    says = _says(problem, schedule, runs, shown)
    return Derivation(problem, part, "expression", tuple(steps), answer, says=says, extra={
        "schedule": schedule.id, "what": part.what, "checked": f"{schedule.workers} = {spans(t.run.n for t in shown)}",
        "runs": [(t.run.n, t.run.messages, _int(t.run.sizes[0]) if len(t.run.sizes) == 1 else None) for t in shown],
        "instances": [{k: _int(v) for k, v in t.values.items()} for t in shown],
        "rounds": [(t.run.n, t.run.rounds) for t in shown],
    })


def _known(problem: Problem, schedule: Schedule) -> dict[Expr, Expr]:
    """Values that are given, and what the length of the vector is defined as."""
    known = {E.sym(k): s.given for k, s in problem.symbols.items() if s.given is not None}
    names = {schedule.parameters, *(problem.schedule(s.schedule).parameters for s in schedule.stages)}
    return known | {E.sym(k): let for k in names if (let := problem.symbols[k].let) is not None}


def _of_run(t: Trial, quantity: str) -> str:
    counted = t.run.counted(quantity)
    return str(counted) if counted is not None else "different amounts"


# ------------------------------------------------------------------------------------------ what the runs say

def _says(problem: Problem, schedule: Schedule, runs: list[Trial], shown: list[Trial]) -> tuple[str, ...]:
    out = []
    n, p = schedule.workers, problem.symbols[schedule.parameters]
    misfit = next((t.run for t in runs if t.run.misfit), None)
    if misfit is not None:
        out.append(f"For {n} = {spans(t.run.n for t in shown)} only, as {misfit.misfit} for {n} = {misfit.n}.")
    for size in dict.fromkeys(send.size for send in schedule.sends):
        # The smallest p that the statement allows shows whether what is divided need be whole.
        least = [{**t.values, p.name: t.values.get(p.multiple_of or "", Fraction(1))} for t in shown]
        values = [_value(size, at) for at in least]
        if p.given is None and p.let is None and any(v is not None and v.denominator != 1 for v in values):
            out.append(f"It takes {plain(size)} to be a whole number.")
    return tuple(out)


def _value(e: Expr, at: Mapping[str, Fraction]) -> Fraction | None:
    """The rational value, or None."""
    try:
        v = exact(e, World(at, {}))
    except (Undefined, NotEvaluable):
        return None
    return v if isinstance(v, Fraction) else None


def _int(v: Fraction) -> int | Fraction:
    return int(v) if v.denominator == 1 else v


def _run_step(part: Part, schedule: Schedule, closed: Expr, shown: list[Trial]) -> Step:
    n = schedule.workers
    reached = ("the schedule is an all-reduce: every worker ends with the contributions of all, none of them added twice"
               if schedule.goal == "all-reduce" and not schedule.stages else "every stage reaches its goal" if schedule.stages
               else f"the schedule is what it is for ({schedule.goal}): {GOALS[schedule.goal]}")
    says = f"Run for {n} = {spans(t.run.n for t in shown)}, {reached}. What the runs count is what the formula gives."
    after = latex(closed)
    if part.what == "messages" and len({t.run.n for t in shown}) == len(shown) > 1:
        counted = ", ".join(str(t.run.messages) for t in shown)
        after = rf"{after} = {counted} \quad ({latex(E.sym(n))} = {', '.join(str(t.run.n) for t in shown)})"
    return Step("run", says, after, latex(closed), Relation.EQUIVALENT)


# ------------------------------------------------------------------------------------------ the table

def _table(problem: Problem, part: Part, solve: Solve) -> Outcome:
    cells: dict[tuple[str, str], Expr] = {}
    steps: list[Step] = []
    runs: dict[str, object] = {}
    checked: dict[str, object] = {}
    says: list[str] = []
    for row in part.rows:
        title = problem.schedule(row).title
        for column in part.columns:
            cell = next((q for q in problem.parts if (q.ask, q.schedule, q.what) == ("count", row, column)),
                        Part(f"{row}-{column}", "count", schedule=row, what=column, counted=(column,)))
            got = solve(problem, cell)
            if isinstance(got, NotDerived) or got.answer is None:
                reason = got.reason if isinstance(got, NotDerived) else "it has no closed form."
                return NotDerived(problem, part, f"The cell {title}, {column}: {reason}", tuple(steps))
            cells[row, column] = got.answer
            steps += [Step(s.rule, f"{title}. {s.says}", s.after, s.before, s.relation, s.requires) for s in got.steps
                      if s.rule != "run" or row not in runs]
            runs[row], checked[row] = got.extra.get("runs"), got.extra.get("checked")
            says += [f"{title}: {line}" for line in got.says]
    rows = {row: (problem.schedule(row).title, problem.schedule(row).aliases) for row in part.rows}
    columns = {column: COLUMNS.get(column, (QUANTITIES[column.partition(" ")[0]], (column,))) for column in part.columns}
    extra = {"cells": cells, "rows": rows, "columns": columns, "runs": runs, "checked": checked}
    return Derivation(problem, part, "table", tuple(steps), says=tuple(dict.fromkeys(says)), extra=extra)
