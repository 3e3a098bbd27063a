"""What a schedule sends, as sums over its loops: messages, sizes, rounds, volumes, loads of a node, time.

    messages = sum over sends of  sum_{r} sum_{i} ... sum_{j} 1;  volumes weigh each message with its size,
    the load of a node keeps the messages that it sends; a schedule of stages adds times x what each stage counts.

Source: the schedule alone; no closed form is stored anywhere. The runs decide whether it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from derive.derivation.rules.loop_sums import Counter, Open
from derive.derivation.schedules import in_words, phases_of, symbols_of
from derive.derivation.steps import Step
from derive.maths import expr as E
from derive.maths.algebra import proved_equal, simplify
from derive.maths.expr import Expr
from derive.maths.write import latex, plain
from derive.problem.model import Problem
from derive.problem.nouns.schedule import Schedule, Send

Found = tuple[list[Step], Expr]

UNITS = {"messages": "messages", "rounds": "rounds", "volume": "numbers", "sent": "numbers", "received": "numbers", "time": "units of time"}


def closed_form(problem: Problem, schedule: Schedule, quantity: str) -> Found:
    """Steps and the closed form of one of QUANTITIES. Raises Open where there is none."""
    if schedule.stages:
        return _of_stages(problem, schedule, quantity)
    if quantity == "size":
        return _size(problem, schedule)
    counter = counter_of(problem, schedule)
    if quantity == "messages":
        return _sum(counter, schedule, quantity, [(label, send, E.ONE) for label, sends in phases_of(schedule) for send in sends])
    if quantity == "rounds":
        return _rounds(counter, schedule)
    if quantity == "volume":
        return _sum(counter, schedule, quantity, _sized(schedule))
    if quantity == "time":
        return _time(counter, schedule)
    return _load(counter, schedule, quantity)


def counter_of(problem: Problem, schedule: Schedule) -> Counter:
    """Sums over the loops of this schedule."""
    bounds = [b for s in schedule.sends for _, low, high in s.loops for b in (low, high)]
    return Counter(problem, symbols_of(problem, schedule), schedule.workers, bounds)


def _sized(schedule: Schedule) -> list[tuple[str, Send, Expr]]:
    return [(label, send, send.size) for label, sends in phases_of(schedule) for send in sends]


def _of_stages(problem: Problem, schedule: Schedule, quantity: str) -> Found:
    steps: list[Step] = []
    terms: list[tuple[Expr, Expr]] = []
    for stage in schedule.stages:
        other = problem.schedule(stage.schedule)
        inner, closed = closed_form(problem, other, quantity)
        steps += [replace(s, says=f"{other.title}. {s.says}") for s in inner]
        terms.append((stage.times, closed))
    if quantity == "size":
        if any(not proved_equal(c, terms[0][1], frozenset(problem.symbols)) for _, c in terms):
            raise Open(f"the messages are not all of one size: {', '.join(plain(c) for _, c in terms)}.")
        return steps, terms[0][1]
    counter = Counter(problem, symbols_of(problem, schedule), schedule.workers)
    summed = sum(counter.read(times, {}) * counter.read(closed, {}) for times, closed in terms)
    total = _priced(counter, summed, _leaves(problem, schedule)) if quantity == "time" else counter.written(summed)
    before = " + ".join(latex(E.mul(times, closed)) if not E.is_number(times, 1) else latex(closed) for times, closed in terms)
    steps.append(Step("stages", "Each stage as often as it runs: "
                      + ", ".join(f"{problem.schedule(s.schedule).title} {plain(s.times)} times" for s in schedule.stages) + ".", latex(total), before))
    return steps, total


def _leaves(problem: Problem, schedule: Schedule) -> list[Schedule]:
    """The schedules that send something for this one."""
    return [x for s in schedule.stages for x in _leaves(problem, problem.schedule(s.schedule))] or [schedule]


def _sum(counter: Counter, schedule: Schedule, quantity: str, weighted: list[tuple[str, Send, Expr]]) -> Found:
    steps, totals = [], []
    unit = UNITS[quantity.partition(" ")[0]]
    for label, send, weight in weighted:
        total = counter.total(send.loops, send.unless, weight)
        totals.append(total)
        closed = counter.written(total)
        steps.append(Step("phase", f"{label}: {_sentence(counter, schedule, send, closed, weight, unit)}", latex(closed), _sum_latex(send, weight)))
    closed = counter.written(sum(totals))
    if len(totals) > 1:
        terms = [counter.written(t) for t in totals]
        before = " + ".join(rf"\left({latex(t)}\right)" if t.op == "add" else latex(t) for t in terms)
        steps.append(Step("sum", f"All phases together: {plain(closed)} {unit}.", latex(closed), before))
    return steps, closed


def _sentence(counter: Counter, schedule: Schedule, send: Send, closed: Expr, weight: Expr, unit: str) -> str:
    """How many rounds, what happens in each, how much a round and in all."""
    act = in_words(send, schedule)
    if not send.loops:
        return f"one message: {act}." if E.is_number(weight, 1) else f"one message: {act}; {plain(closed)} {unit}."
    (name, low, high), inner = send.loops[0], send.loops[1:]
    rounds = counter.written(counter.total(send.loops[:1]))
    if E.is_number(rounds, 1):
        return f"one round, in which {act}: {plain(closed)} {unit}."
    head = f"{plain(rounds)} rounds ({name} = {plain(low)}, …, {plain(high)}). In each, {act}: "
    within = {k for _, lo, hi in inner for e in (lo, hi) for k in E.symbols_in(e)} | E.symbols_in(weight)
    if name in within.union(*send.unless):  # the rounds are not alike
        return f"{head}{plain(closed)} {unit} in all."
    return f"{head}{plain(counter.written(counter.total(inner, send.unless, weight)))} {unit} a round, {plain(closed)} in all."


def _sum_latex(send: Send, weight: Expr) -> str:
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
    return " ".join([*out, latex(weight)])


# ------------------------------------------------------------------------------------------ size

def _size(problem: Problem, schedule: Schedule) -> Found:
    positive = frozenset(problem.symbols)
    whole = E.sym(schedule.parameters)
    steps, found = [], []
    for label, sends in phases_of(schedule):
        for send in sends:
            size = simplify(send.size, positive)
            moving = E.symbols_in(size) & {name for name, _, _ in send.loops}
            if moving:
                raise Open(f"the size {plain(size)} of a message in {label} changes with {', '.join(sorted(moving))}, "
                           "so there is no one size.")
            found.append((label, size))
            share = simplify(E.div(whole, size), positive)
            what = "the whole vector" if E.is_number(share, 1) else f"one of {plain(share)} equal chunks of the vector"
            step = Step("size", f"{label}: each message carries {what}: {plain(size)} parameters.", latex(size))
            steps += [step] if step not in steps else []
    if any(not proved_equal(size, found[0][1], positive) for _, size in found):
        listed = ", ".join(f"{plain(size)} in {label}" for label, size in found)
        raise Open(f"the messages are not all of one size: {listed}.")
    return steps, found[0][1]


# ------------------------------------------------------------------------------------------ rounds and time

def _phase_rounds(counter: Counter, label: str, sends: tuple[Send, ...]) -> tuple[str, Expr, Expr] | None:
    """The index of a phase's rounds with its range; None for one round without an index."""
    first = sends[0].loops[0] if sends[0].loops else None
    for send in sends[1:]:
        other = send.loops[0] if send.loops else None
        same = (first is None) == (other is None)
        if first is not None and other is not None:
            same = all(counter.sp.expand(counter.read(a, {}) - counter.read(b, {})) == 0 for a, b in zip(first[1:], other[1:], strict=True))
        if not same:
            raise Open(f"the sends of {label} run for different rounds.")
    return first


def _rounds(counter: Counter, schedule: Schedule) -> Found:
    steps, total = [], counter.sp.Integer(0)
    for label, sends in phases_of(schedule):
        loop = _phase_rounds(counter, label, sends)
        number = counter.total([loop]) if loop is not None else counter.sp.Integer(1)
        total += number
        closed = counter.written(number)
        ranged = "" if loop is None else f" ({loop[0]} = {plain(loop[1])}, …, {plain(loop[2])})"
        steps.append(Step("rounds", f"{label}: {plain(closed)} rounds{ranged}.", latex(closed)))
    closed = counter.written(total)
    if len(steps) > 1:
        steps.append(Step("sum", f"One phase after another: {plain(closed)} rounds.", latex(closed), " + ".join(s.after for s in steps)))
    return steps, closed


def _time(counter: Counter, schedule: Schedule) -> Found:
    assert schedule.latency is not None and schedule.per_number is not None
    steps, total = [], counter.sp.Integer(0)
    for label, sends in phases_of(schedule):
        loop = _phase_rounds(counter, label, sends)
        inner = {name for send in sends for name, _, _ in send.loops[1:]}
        sizes = [send.size for send in sends]
        if any(E.symbols_in(size) & inner for size in sizes) or len({counter.read(s, _named(counter, loop)) for s in sizes}) > 1:
            raise Open(f"the messages of one round of {label} are not all of one size.")
        cost = E.add(schedule.latency, E.mul(schedule.per_number, sizes[0]))
        number = counter.total([loop] if loop is not None else [], (), cost)
        total += number
        closed = _priced(counter, number, [schedule])
        says = f"{label}: the messages of a round go side by side, so a round takes {plain(cost)}; the rounds follow one another."
        steps.append(Step("time", says, latex(closed), _sum_latex(replace(sends[0], loops=(loop,) if loop else (), unless=()), cost)))
    closed = _priced(counter, total, [schedule])
    if len(steps) > 1:
        steps.append(Step("sum", "One phase after another.", latex(closed), " + ".join(s.after for s in steps)))
    return steps, closed


def _priced(counter: Counter, total: Any, schedules: Sequence[Schedule]) -> Expr:
    """A time as what latencies cost and what numbers cost, where that is no longer than the factored whole."""
    costs = {counter.table[E.sym(k)] for s in schedules for e in (s.latency, s.per_number) if e is not None for k in E.symbols_in(e)}
    groups: dict[frozenset[Any], Any] = {}
    for term in counter.sp.Add.make_args(counter.sp.expand(total)):
        key = frozenset(term.free_symbols & costs)
        groups[key] = groups.get(key, 0) + term
    whole = counter.written(total)
    parts = E.add(*(counter.written(groups[k]) for k in sorted(groups, key=lambda k: sorted(map(str, k))))) if len(groups) > 1 else whole
    return parts if sum(1 for _ in E.walk(parts)) <= sum(1 for _ in E.walk(whole)) else whole


def _named(counter: Counter, loop: tuple[str, Expr, Expr] | None) -> dict[str, object]:
    if loop is None:
        return {}
    dummy = counter.named.setdefault(loop[0], counter.sp.Dummy(loop[0], integer=True))
    return {loop[0]: dummy}


# ------------------------------------------------------------------------------------------ loads

def _load(counter: Counter, schedule: Schedule, quantity: str) -> Found:
    """What one node, or each worker, sends or receives."""
    kind, _, by = quantity.partition(" by ")
    word = "sends" if kind == "sent" else "receives"
    ends = [(label, send, send.sender if kind == "sent" else send.receiver) for label, sends in phases_of(schedule) for send in sends]
    if not by:
        mine = [(label, send, send.size) for label, send, end in ends if end[0] == "worker"]
        if not mine:
            return [Step("load", f"No worker {word} anything.", "0")], E.ZERO
        steps, total = _sum(counter, schedule, quantity, mine)
        n = counter.table[E.sym(schedule.workers)]
        each = counter.written(counter.read(total, {}) / n)
        steps.append(Step("load", f"Every worker {word} as much as every other, so each {word} one part of {schedule.workers}.", latex(each),
                          rf"\frac{{1}}{{{schedule.workers}}} \cdot {latex(total)}"))
        return steps, each
    node, _, number = by.partition(" ")
    mine = []
    for label, send, (name, index) in ends:
        if name != node:
            continue
        fixed = _at_node(send, index, int(number)) if number else send
        if fixed is not None:
            mine.append((label, fixed, fixed.size))
    if not mine:
        return [Step("load", f"The {by} {word} nothing.", "0")], E.ZERO
    return _sum(counter, schedule, quantity, mine)


def _at_node(send: Send, index: Expr | None, number: int) -> Send | None:
    """The part of a send that one numbered node takes; None where it takes none. Raises Open where that is not seen."""
    if index is None:
        return None
    value = E.number_value(index)
    if value is not None:
        return send if value == number else None
    loop = next((k for k in send.loops if index == E.sym(k[0])), None)
    if loop is None or any(loop[0] in pair for pair in send.unless):
        raise Open(f"which messages {plain(index)} = {number} takes cannot be told from the loops.")
    low = E.number_value(loop[1])
    if low is None:
        raise Open(f"whether {number} is in the range from {plain(loop[1])} cannot be told.")
    if number < low:
        return None
    at = {E.sym(loop[0]): E.num(number)}
    loops = tuple((k, E.replace(lo, at), E.replace(hi, at)) for k, lo, hi in send.loops if k != loop[0])
    return replace(send, loops=loops, size=E.replace(send.size, at))
