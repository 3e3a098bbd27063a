"""Counting the messages of a schedule: a symbolic sum over its loops, and the size of what is sent.

    messages = sum over sends of  sum_{r} sum_{i} ... sum_{j} 1,   pairs `unless i = j` left out.

The sum is only proposed. It counts when it equals the number of messages of the schedule when run,
for every small n, and when each of these runs is an all-reduce (see derivation.schedules).
Source of the counts: the schedule alone; no closed form is stored anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from derive.derivation.schedules import MAX_WORKERS, Trial, in_words, phases_of, spans, symbols_of, trials
from derive.derivation.steps import Derivation, NotDerived, Outcome, Relation, Step
from derive.maths import expr as E
from derive.maths.algebra import from_sympy, proved_equal, simplify, to_sympy
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.write import latex, plain
from derive.problem.model import Part, Problem, Schedule, Send

NAME = "counting"

MAX_CLASSES = 12  # residue classes of n that rounding may tell apart

COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "messages": ("Number of messages", (
        "messages", "number of messages sent", "total number of messages", "total messages", "messages sent",
        "message count", "# messages", "#messages", "count")),
    "size": ("Size of each message", (
        "size", "message size", "size of messages", "size per message", "size of a message", "parameters per message")),
}

Solve = Callable[[Problem, Part], Outcome]


class _Open(Exception):
    """The sum has no closed form here; the message says why."""


def accepts(problem: Problem, part: Part) -> bool:
    """Whether the part asks for counts of a schedule, or for a table of them."""
    return part.ask in ("count", "table")


def derive(problem: Problem, part: Part, solve: Solve) -> Outcome:
    """The number of messages, or the size of each, as a closed form; or the table of them.

    Returns a Derivation of kind 'expression' (answer: scalar Expr in the counts; extra: runs as
    (n, messages, size), checked, instances, rounds), or of kind 'table' (extra: cells, rows,
    columns). NotDerived, with the reason, if the schedule is no all-reduce when run, if sizes
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
            verb = "is no all-reduce" if t.run.faults[0].kind in ("lacks", "twice", "conflict") else "cannot be run"
            return NotDerived(problem, part, f"{schedule.title} {verb} with {t.at(schedule)}: {t.run.why()}.")
    try:
        steps, closed = (_messages if part.what == "messages" else _size)(problem, schedule)
    except _Open as err:
        return NotDerived(problem, part, f"{schedule.title}: {err}")
    for t in fitting:
        counted = Fraction(t.run.messages) if part.what == "messages" else (t.run.sizes or (None,))[0]
        formula = _value(closed, t.values)
        if formula != counted or (part.what == "size" and len(t.run.sizes) != 1):
            why = f"the sum gives {plain(closed)} = {formula}, but the run with {t.at(schedule)} counts {counted}."
            return NotDerived(problem, part, f"{schedule.title}: {why}", tuple(steps))
    given = {E.sym(k): s.given for k, s in problem.symbols.items() if s.given is not None}
    answer = simplify(E.replace(closed, given), frozenset(problem.symbols)) if given else closed
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
    says = (f"Run for {n} = {spans(t.run.n for t in shown)}, the schedule is an all-reduce: every worker ends with the "
            f"contributions of all, none of them added twice. What the runs count is what the formula gives.")
    after = latex(closed)
    if part.what == "messages" and len({t.run.n for t in shown}) == len(shown) > 1:
        counted = ", ".join(str(t.run.messages) for t in shown)
        after = rf"{after} = {counted} \quad ({latex(E.sym(n))} = {', '.join(str(t.run.n) for t in shown)})"
    return Step("run", says, after, latex(closed), Relation.EQUIVALENT)


# ------------------------------------------------------------------------------------------ size

def _size(problem: Problem, schedule: Schedule) -> tuple[list[Step], Expr]:
    positive = frozenset(problem.symbols)
    whole = E.sym(schedule.parameters)
    steps, found = [], []
    for label, sends in phases_of(schedule):
        for send in sends:
            size = simplify(send.size, positive)
            moving = E.symbols_in(size) & {name for name, _, _ in send.loops}
            if moving:
                raise _Open(f"the size {plain(size)} of a message in {label} changes with {', '.join(sorted(moving))}, "
                            "so there is no one size.")
            found.append((label, size))
            share = simplify(E.div(whole, size), positive)
            what = "the whole vector" if E.is_number(share, 1) else f"one of {plain(share)} equal chunks of the vector"
            step = Step("size", f"{label}: each message carries {what}: {plain(size)} parameters.", latex(size))
            steps += [step] if step not in steps else []
    if any(not proved_equal(size, found[0][1], positive) for _, size in found):
        listed = ", ".join(f"{plain(size)} in {label}" for label, size in found)
        raise _Open(f"the messages are not all of one size: {listed}.")
    return steps, found[0][1]


# ------------------------------------------------------------------------------------------ the sum

def _messages(problem: Problem, schedule: Schedule) -> tuple[list[Step], Expr]:
    counter = _Counter(problem, schedule)
    steps, totals = [], []
    for label, sends in phases_of(schedule):
        for send in sends:
            total = counter.total(send.loops, send.unless)
            totals.append(total)
            closed = counter.written(total)
            steps.append(Step("phase", f"{label}: {counter.sentence(send, closed)}", latex(closed), _sum_latex(send)))
    closed = counter.written(sum(totals))
    if len(totals) > 1:
        terms = [counter.written(t) for t in totals]
        before = " + ".join(rf"\left({latex(t)}\right)" if t.op == "add" else latex(t) for t in terms)
        steps.append(Step("sum", f"All phases together: {plain(closed)} messages.", latex(closed), before))
    return steps, closed


def _sum_latex(send: Send) -> str:
    out = []
    seen: list[str] = []
    for name, low, high in send.loops:
        under = f"{latex(E.sym(name))}={latex(low)}"
        for a, b in send.unless:
            other = b if a == name else a
            if name in (a, b) and other in seen:
                under = rf"\substack{{{under}\\ {latex(E.sym(name))} \ne {latex(E.sym(other))}}}"
        out.append(rf"\sum_{{{under}}}^{{{latex(high)}}}")
        seen.append(name)
    return " ".join([*out, "1"])


class _Counter:
    """Sums over the loops of a schedule, by SymPy, with the counts as positive integers."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        import sympy as sp

        self.sp, self.schedule = sp, schedule
        self.table: dict[Expr, Any] = {}
        self.back: dict[Any, Expr] = {}
        self.powers: list[tuple[Any, Any]] = []  # (2**L, n): written as n again at the end
        names = symbols_of(problem, schedule)
        for k in sorted(names):
            self.symbol(E.sym(k))
        n = E.sym(schedule.workers)
        log = E.fn("log2", n)
        let = problem.symbols[schedule.workers].let
        if let is not None:
            value, _ = to_sympy(let, self.table)
            if let.op == "pow" and E.is_number(let.args[0], 2):
                self.powers.append((value, self.table[n]))
                self.table[log] = to_sympy(let.args[1], self.table)[0]
            self.table[n] = value
        elif any(log in E.walk(b) for s in schedule.sends for _, low, high in s.loops for b in (low, high)):
            # n = 2**L makes every bound a polynomial in L and 2**L, whose sums are geometric.
            old, power = self.table[n], 2 ** self.symbol(log)
            self.powers.append((power, old))
            self.table[n] = power

    def symbol(self, e: Expr) -> Any:
        s = self.sp.Dummy(str(e.data), integer=True, positive=True)
        self.table[e], self.back[s] = s, e
        return s

    def read(self, e: Expr, loops: Mapping[str, Any]) -> Any:
        """A bound as a SymPy expression in the indices."""
        out, back = to_sympy(e, {**self.table, **{E.sym(k): d for k, d in loops.items()}})
        for s in sorted(out.free_symbols - self.back.keys() - set(loops.values()), key=str):
            # SymPy took this as a fresh symbol, so it must be constant in the indices.
            if E.symbols_in(back[s]) & loops.keys():
                raise _Open(f"the bound {plain(e)} cannot be summed: {plain(back[s])} stands in it.")
            self.table[back[s]], self.back[s] = s, back[s]
        return out

    def total(self, loops: Sequence[tuple[str, Expr, Expr]], unless: Sequence[tuple[str, str]]) -> Any:
        """How many index tuples there are."""
        dummies: dict[str, Any] = {}
        ranges = []
        for name, low, high in loops:
            lo, hi = self.read(low, dummies), self.read(high, dummies)
            dummies[name] = self.sp.Dummy(name, integer=True)
            ranges.append((dummies[name], lo, hi))
        for a, b in unless:
            if a not in dummies or b not in dummies:
                raise _Open(f"'unless {a} = {b}' compares with something that is not an index of the send.")
        return self.count(ranges, [(dummies[a], dummies[b]) for a, b in unless])

    def count(self, ranges: list[tuple[Any, Any, Any]], apart: list[tuple[Any, Any]]) -> Any:
        """Index tuples with these pairs apart: all, less those in which the first pair is equal."""
        if apart:
            (a, b), rest = apart[0], apart[1:]
            if a is b:
                return self.sp.Integer(0)
            order = [d for d, _, _ in ranges]
            outer, inner = sorted((a, b), key=order.index)
            diagonal = self.diagonal(ranges, outer, inner)
            merged = [(outer if x is inner else x, outer if y is inner else y) for x, y in rest]
            equal = self.count(diagonal, merged) if diagonal is not None else 0
            return self.count(ranges, rest) - equal
        total = self.sp.Integer(1)
        for d, lo, hi in reversed(ranges):
            total = self.sp.expand(self.sp.summation(total, (d, lo, hi)))
            if total.has(self.sp.Sum, self.sp.Piecewise):
                raise _Open("a sum over its loops has no closed form.")
        return total

    def diagonal(self, ranges: list[tuple[Any, Any, Any]], outer: Any, inner: Any) -> list[tuple[Any, Any, Any]] | None:
        """The ranges with the inner index set to the outer one; None where that is never in range."""
        lo, hi = next((lo, hi) for d, lo, hi in ranges if d is inner)
        out = []
        for d, first, last in ranges:
            if d is inner:
                continue
            if d is outer:
                above, below = self.meet(outer, lo, first, 1), self.meet(outer, hi, last, -1)
                if above is None or below is None:
                    return None
                first, last = above, below
            out.append((d, first.subs(inner, outer), last.subs(inner, outer)))
        return out

    def meet(self, outer: Any, bound: Any, own: Any, side: int) -> Any:
        """The sharper of two bounds on the outer index (side 1: lower, -1: upper); None if no value meets it."""
        moving = bound.has(outer)
        gap = self.sp.expand(side * ((outer if moving else own) - bound))
        # n >= 2: one worker has no one to send to.
        for s, e in self.back.items():
            if e == E.sym(self.schedule.workers):
                gap = self.sp.expand(gap.subs(s, s + 1))
        if gap.is_nonnegative:
            return own
        if gap.is_negative and moving:
            return None
        if gap.is_nonpositive and not moving and not bound.free_symbols - self.back.keys():
            return bound
        raise _Open("it is undecided which of two equal indices has the wider range.")

    # -------------------------------------------------------------- back to our language

    def written(self, s: Any) -> Expr:
        """A sum as an Expr in factored form, as a person writes it: 2 n (n - 1)."""
        s = self.sp.expand(s)
        for power, n in self.powers:
            s = s.subs(power, n)
        return _written(self.sp.factor(self.unrounded(s)), self.back)

    def unrounded(self, s: Any) -> Any:
        """Rounding removed where every residue class of n gives one formula: floor(n/2) + ceil(n/2) = n."""
        sp = self.sp
        n = next(d for d, e in self.back.items() if e == E.sym(self.schedule.workers))
        rounded = s.atoms(sp.floor, sp.ceiling)
        below = [sp.fraction(sp.together(f.args[0]))[1] for f in rounded]
        classes = lcm(*(int(d) for d in below if d.is_Integer))
        if not 1 < classes <= MAX_CLASSES:
            return s
        m = sp.Dummy("m", integer=True, nonnegative=True)
        in_m = [sp.expand(s.subs(n, classes * m + k)) for k in range(classes)]
        forms = {sp.expand(e.subs(m, (n - k) / sp.Integer(classes))) for k, e in enumerate(in_m)}
        return forms.pop() if len(forms) == 1 else s

    def sentence(self, send: Send, closed: Expr) -> str:
        """How many rounds, what happens in each, how many messages a round and in all."""
        act = in_words(send, self.schedule)
        if not send.loops:
            return f"one message: {act}."
        (name, low, high), inner = send.loops[0], send.loops[1:]
        rounds = self.written(self.total(send.loops[:1], ()))
        if E.is_number(rounds, 1):
            return f"one round, in which {act}: {plain(closed)} messages."
        head = f"{plain(rounds)} rounds ({name} = {plain(low)}, …, {plain(high)}). In each, {act}: "
        within = {k for _, lo, hi in inner for e in (lo, hi) for k in E.symbols_in(e)}
        if name in within.union(*send.unless):  # the rounds are not alike
            return f"{head}{plain(closed)} messages in all."
        return f"{head}{plain(self.written(self.total(inner, send.unless)))} messages a round, {plain(closed)} in all."


def _written(s: Any, back: Mapping[Any, Expr]) -> Expr:
    """A factored SymPy expression as an Expr: number, symbols, brackets; quotients as quotients."""
    from sympy import Dummy, Mul, fraction, together

    if s.could_extract_minus_sign() and not s.is_Add:
        return E.neg(_written(-s, back))
    above, below = fraction(s)
    if below != 1:
        return E.div(_written(above, back), _written(below, back))
    if s.is_Add:
        return E.add(*(_written(t, back) for t in s.as_ordered_terms()))
    if s.is_Mul:
        factors = sorted(Mul.make_args(s), key=lambda f: _place(f, back))
        out = _written(factors[0], back)
        for f in factors[1:]:
            out = E.mul(out, _written(f, back))
        return out
    if s.is_Pow:
        return E.power(_written(s.base, back), _written(s.exp, back))
    if s.is_Function and len(s.args) == 1:
        inner = Dummy()
        return from_sympy(s.func(inner), {inner: _written(together(s.args[0]), back)})
    return from_sympy(s, back)


def _place(factor: Any, back: Mapping[Any, Expr]) -> tuple[int, str]:
    """Numbers stand first, then symbols and their powers, then functions, then brackets."""
    base = factor.base if factor.is_Pow else factor
    kind = back[base].op if base in back else "add" if base.is_Add else "fn"
    return (0 if factor.is_Number else {"sym": 1, "fn": 2}.get(kind, 3)), str(factor)


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
                        Part(f"{row}-{column}", "count", schedule=row, what=column))
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
    columns = {column: COLUMNS[column] for column in part.columns}
    extra = {"cells": cells, "rows": rows, "columns": columns, "runs": runs, "checked": checked}
    return Derivation(problem, part, "table", tuple(steps), says=tuple(dict.fromkeys(says)), extra=extra)
