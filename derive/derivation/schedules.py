"""A communication schedule, run: every message of every round, and who has summed what at the end.

The state of a node is, for every chunk of the vector, the set of workers whose contribution it has
summed. Worker i starts with {i} in every chunk, any other node with nothing. A message carries what
its sender held before the round. The schedule is an all-reduce iff at the end every worker holds
every chunk with all n contributions, none of them added twice.

Phases run one after another. Neighbouring sends with the same phase label run together: their
messages with the same value of the first index are one round (a ring in both directions at once).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, product
from math import lcm
from random import Random

from derive.derivation.collectives import Fault, Faulty, Message, Node, node_name, node_of, play
from derive.errors import UsageError
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr, sym, symbols_in
from derive.maths.worlds import definition_order
from derive.maths.write import plain
from derive.problem.model import Problem
from derive.problem.nouns.schedule import Schedule, Send

MAX_WORKERS = 16
MAX_MESSAGES = 20_000  # of one run
MAX_SHOWN = 3  # faults named in a sentence
RUN_TO = 9  # workers of the usual runs; up to MAX_WORKERS where few of these fit (n a power of two)
FEW = 4  # fewer sizes than this call for the larger ones
SCALES = (12, 24)  # p = 12 n and 24 n: n divides p, and halves and thirds of a chunk are whole
OTHERS = (1, 2, 3)  # values of further counts, such as a number of servers
MAX_OTHERS = 5  # combinations of further counts that are run, chosen by chance where there are more


@dataclass(frozen=True)
class Run:
    """A schedule run for n workers and p parameters.

    messages: how many; sizes: the sizes that occur, in parameters, ascending; rounds: how many;
    phases: (label, rounds, messages) in order; faults: why it is no all-reduce, () if it is one;
    misfit: '' or which loop bound is no integer, so that the schedule does not speak of this n; sent,
    received: numbers by node; time: under the declared cost of a message, None without one.
    """

    n: int
    p: int
    messages: int = 0
    sizes: tuple[Fraction, ...] = ()
    rounds: int = 0
    phases: tuple[tuple[str, int, int], ...] = ()
    faults: tuple[Fault, ...] = ()
    misfit: str = ""
    sent: tuple[tuple[Node, Fraction], ...] = ()
    received: tuple[tuple[Node, Fraction], ...] = ()
    time: Fraction | None = None

    @property
    def reduces(self) -> bool:
        """Whether it reached its goal; for an all-reduce: every worker has the sum, nothing is added twice."""
        return not self.faults and not self.misfit

    def counted(self, quantity: str) -> Fraction | None:
        """One of QUANTITIES; None where there is no one value (sizes or workers that differ)."""
        if quantity in ("messages", "rounds"):
            return Fraction(self.messages if quantity == "messages" else self.rounds)
        if quantity == "size":
            return self.sizes[0] if len(self.sizes) == 1 else None
        if quantity == "volume":
            return sum((v for _, v in self.sent), Fraction(0))
        if quantity == "time":
            return self.time
        kind, _, by = quantity.partition(" by ")
        amounts = dict(self.sent if kind == "sent" else self.received)
        if by:
            return amounts.get(node_of(by), Fraction(0))
        each = {amounts.get(("worker", i), Fraction(0)) for i in range(self.n)}
        return each.pop() if len(each) == 1 else None

    def why(self) -> str:
        """The first faults in words, or ''."""
        if self.misfit:
            return self.misfit
        more = len(self.faults) - MAX_SHOWN
        return "; ".join(f.says for f in self.faults[:MAX_SHOWN]) + (f"; and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Trial:
    """One run, and the value of every symbol in it."""

    values: dict[str, Fraction]
    run: Run

    def at(self, schedule: Schedule) -> str:
        """'n = 3', with the values of further counts after it."""
        others = [f"{k} = {v}" for k, v in self.values.items() if k not in (schedule.workers, schedule.parameters)]
        return ", ".join([f"{schedule.workers} = {self.run.n}", *others])


class _Misfit(Exception):
    pass


def run(schedule: Schedule, n: int, p: int, values: Mapping[str, Fraction] | None = None) -> Run:
    """Run the schedule for n workers and a vector of p numbers.

    values: those of further symbols that the schedule uses. What is wrong with the schedule is data
    in the Run. Raises UsageError for n outside 1..MAX_WORKERS or p < 1.
    """
    if not 1 <= n <= MAX_WORKERS or p < 1:
        bounds = f"Take n in 1..{MAX_WORKERS}, p >= 1."
        raise UsageError(schedule.id, f"a run with n = {n}, p = {p} is out of bounds.", bounds)
    known = {**(values or {}), schedule.workers: Fraction(n), schedule.parameters: Fraction(p)}
    try:
        sent = tuple(messages(schedule, n, p, known))
        faults = play(sent, n, schedule.goal, schedule.root)
        time = _time(schedule, sent, known)
    except _Misfit as err:
        return Run(n, p, misfit=str(err))
    except Faulty as err:
        return Run(n, p, faults=(err.fault,))
    phases: list[tuple[str, int, int]] = []
    for label, group in groupby(sent, key=lambda m: m.phase):
        of_phase = list(group)
        phases.append((label, len({m.round for m in of_phase}), len(of_phase)))
    sizes = tuple(sorted({m.size for m in sent}))
    out: dict[Node, Fraction] = {}
    into: dict[Node, Fraction] = {}
    for m in sent:
        out[m.sender] = out.get(m.sender, Fraction(0)) + m.size
        into[m.receiver] = into.get(m.receiver, Fraction(0)) + m.size
    return Run(n, p, len(sent), sizes, sum(k for _, k, _ in phases), tuple(phases), faults,
               sent=tuple(out.items()), received=tuple(into.items()), time=time)


def _time(schedule: Schedule, sent: Sequence[Message], known: Mapping[str, Fraction]) -> Fraction | None:
    """Rounds one after another, each as long as its longest message."""
    if schedule.latency is None or schedule.per_number is None:
        return None
    latency, each = _value(schedule.latency, known, "the latency"), _value(schedule.per_number, known, "the cost of a number")
    rounds = groupby(sent, key=lambda m: (m.phase, m.round))
    return sum((latency + each * max(m.size for m in group) for _, group in rounds), Fraction(0))


def run_all(problem: Problem, schedule: Schedule, values: Mapping[str, Fraction], again: dict[object, Run] | None = None) -> Run:
    """The schedule run with these values; one made of stages runs each of them as often as it says.

    again: runs of stages that were made before, by their values.
    """
    again = {} if again is None else again
    if not schedule.stages:
        return run(schedule, int(values[schedule.workers]), int(values[schedule.parameters]), values)
    n, p = int(values[schedule.workers]), int(values[schedule.parameters])
    total = Run(n, p)
    for stage in schedule.stages:
        other = problem.schedule(stage.schedule)
        times = _value(stage.times, values, "the number of times")
        if times.denominator != 1 or times < 0:
            return Run(n, p, misfit=f"{plain(stage.times)} is no number of times")
        key = (other.id, tuple(sorted((k, values[k]) for k in symbols_of(problem, other))))
        part = again.get(key) or run_all(problem, other, values, again)
        again[key] = part
        if not part.reduces:
            return part
        for _ in range(int(times)):
            total = _after(total, part)
            if total.messages > MAX_MESSAGES:
                return Run(n, p, faults=(Fault("many", f"more than {MAX_MESSAGES} messages for n = {n}"),))
    return total


def _after(a: Run, b: Run) -> Run:
    """One run after another."""
    def joined(x: tuple[tuple[Node, Fraction], ...], y: tuple[tuple[Node, Fraction], ...]) -> tuple[tuple[Node, Fraction], ...]:
        out = dict(x)
        for node, amount in y:
            out[node] = out.get(node, Fraction(0)) + amount
        return tuple(out.items())

    time = b.time if a.time is None and not a.messages else None if a.time is None or b.time is None else a.time + b.time
    return Run(a.n, a.p, a.messages + b.messages, tuple(sorted({*a.sizes, *b.sizes})), a.rounds + b.rounds, (*a.phases, *b.phases),
               sent=joined(a.sent, b.sent), received=joined(a.received, b.received), time=time)


def phases_of(schedule: Schedule) -> list[tuple[str, tuple[Send, ...]]]:
    """The sends by phase, in order: neighbours with the same label together, one without a label alone."""
    out: list[tuple[str, tuple[Send, ...]]] = []
    for i, send in enumerate(schedule.sends):
        label = send.phase or f"phase {i + 1}"
        if i and send.phase and send.phase == schedule.sends[i - 1].phase:
            out[-1] = (out[-1][0], (*out[-1][1], send))
        else:
            again = any(label == earlier for earlier, _ in out)
            out.append((f"{label} ({i + 1})" if again else label, (send,)))
    return out


def messages(schedule: Schedule, n: int, p: int, known: Mapping[str, Fraction]) -> Iterator[Message]:
    """Every message, round by round. known: the value of every symbol."""
    count = 0
    for label, sends in phases_of(schedule):
        found: list[Message] = []
        for send in sends:
            for at in _indices(send, dict(known)):
                count += 1
                if count > MAX_MESSAGES:
                    raise Faulty("many", f"more than {MAX_MESSAGES} messages for n = {n}")
                if all(at[a] != at[b] for a, b in send.unless):
                    found.append(_message(send, label, at, n, p))
        # A stable sort: within a round the order of the spec is kept.
        yield from sorted(found, key=lambda m: m.round)


# ------------------------------------------------------------------------------------------

def _value(e: Expr, at: Mapping[str, Fraction], what: str) -> Fraction:
    try:
        v = exact(e, World(at, {}))
    except (Undefined, NotEvaluable) as err:
        raise Faulty("value", f"{what} has no value: {err}") from None
    if isinstance(v, Fraction):
        return v
    try:
        # Irrational, like log2(3): no index and no bound, but it has a place between two integers.
        return Fraction(float(v))
    except (OverflowError, ValueError, TypeError):
        raise Faulty("value", f"{what} is no finite number") from None


def _indices(send: Send, at: dict[str, Fraction], depth: int = 0) -> Iterator[dict[str, Fraction]]:
    """The values of all indices of a send, outer loops first; `unless` is left to the caller."""
    if depth == len(send.loops):
        yield at
        return
    name, low, high = send.loops[depth]
    lo, hi = _value(low, at, f"the first {name}"), _value(high, at, f"the last {name}")
    if lo.denominator != 1 or hi.denominator != 1:
        raise _Misfit(f"the range of {name} does not end in whole numbers")
    if hi - lo >= MAX_MESSAGES:
        raise Faulty("many", f"the range of {name} has more than {MAX_MESSAGES} values")
    for k in range(int(lo), int(hi) + 1):
        yield from _indices(send, {**at, name: Fraction(k)}, depth + 1)


def _message(send: Send, label: str, at: Mapping[str, Fraction], n: int, p: int) -> Message:
    where = int(at[send.loops[0][0]]) if send.loops else 0
    sender, receiver = _node(send.sender, at, n), _node(send.receiver, at, n)
    if sender == receiver:
        raise Faulty("self", f"in {label}, {node_name(sender)} sends to itself, which is no message")
    size = _value(send.size, at, "the size")
    if size <= 0:
        raise Faulty("size", f"in {label}, a message has {size} parameters")
    parts = p / size
    if parts.denominator != 1:
        raise Faulty("size", f"in {label}, a message of {size} parameters is not one of several equal chunks of {p}")
    index = 0
    if send.chunk is not None:
        c = _value(send.chunk, at, "the chunk")
        if c.denominator != 1:
            raise Faulty("node", f"in {label}, there is no chunk {c}")
        index = int(c) % int(parts)
    elif parts != 1:
        raise Faulty("size", f"in {label}, the whole vector is sent: {p} parameters, not {size}")
    return Message(label, where, sender, receiver, index, int(parts), send.action, size)


def _node(end: tuple[str, Expr | None], at: Mapping[str, Fraction], n: int) -> Node:
    kind, index = end
    if index is None:
        if kind == "worker":
            raise Faulty("node", "a worker without a number takes part")
        return kind, None
    i = _value(index, at, f"the number of a {kind}")
    if i.denominator != 1 or (kind == "worker" and not 0 <= i < n):
        raise Faulty("node", f"there is no {kind} {i} among 0..{n - 1}: take the number modulo the workers, or mend it"
                      if kind == "worker" else f"there is no {kind} {i}")
    return kind, int(i)


# ------------------------------------------------------------------------------------------ runs of every small size

def trials(problem: Problem, schedule: Schedule) -> list[Trial]:
    """The schedule run at every small size that its problem admits, for n = 2..RUN_TO; kept with the problem.

    Symbols with a given value keep it (n up to MAX_WORKERS), defined ones are worked out. Where fewer
    than FEW sizes fit the loops (n a power of two), those up to MAX_WORKERS are run as well.
    """
    key = f"runs:{schedule.id}"
    found = problem.cache.get(key)
    if not isinstance(found, list):
        again: dict[object, Run] = {}
        found = [Trial(v, run_all(problem, schedule, v, again)) for v in _instances(problem, schedule, range(2, RUN_TO + 1))]
        if len({t.run.n for t in found if not t.run.misfit}) < FEW:
            found += [Trial(v, run_all(problem, schedule, v, again)) for v in _instances(problem, schedule, range(RUN_TO + 1, MAX_WORKERS + 1))]
        found.sort(key=lambda t: (t.run.n, t.run.p))
        problem.cache[key] = found
    return found


def _instances(problem: Problem, schedule: Schedule, sizes: range) -> list[dict[str, Fraction]]:
    """Values of every symbol the schedule uses, for these numbers of workers."""
    n, p = schedule.workers, schedule.parameters
    names = symbols_of(problem, schedule)
    values_of: dict[str, Sequence[int | Fraction]] = {}
    let = problem.symbols[n].let
    sizing = {n} if let is None else symbols_in(let)  # what decides the number of workers
    for k in sorted(names):
        s = problem.symbols[k]
        if s.given is not None and (k != n or exact(s.given, World({}, {})) <= MAX_WORKERS):
            values_of[k] = (exact(s.given, World({}, {})),)
        elif s.let is None and k != p:
            first = 1 if s.above is None else int(s.above) + 1
            values_of[k] = range(first, MAX_WORKERS + 1) if k in sizing else [x + first - 1 for x in OTHERS]
    free = problem.symbols[p].let is None and p not in values_of
    defined = [(s.name, s.let) for s in definition_order({k: problem.symbols[k] for k in names}) if s.let is not None]
    divisors = {k: m for k in names if (m := problem.symbols[k].multiple_of) is not None}
    out = []
    for combination in _some(values_of, sizing):
        for scale in SCALES if free else (1,):
            at = {k: Fraction(v) for k, v in zip(values_of, combination, strict=True)}
            try:
                for _ in range(2):  # p follows n, which may be defined; a definition may use p
                    if free:
                        at[p] = Fraction(scale * lcm(int(at.get(n, 1)), int(at.get(divisors.get(p, n), 1))))
                    for name, let in defined:  # each after those that it needs
                        at[name] = exact(let, World(at, {}))
            except (Undefined, NotEvaluable):
                continue
            whole = all(isinstance(at[k], Fraction) and at[k].denominator == 1 for k in (n, p))
            if whole and at[n] in sizes and at[p] >= 1 and all(at[k] % at[m] == 0 for k, m in divisors.items()):
                out.append(at)
    return out


def _some(values_of: Mapping[str, Sequence[int | Fraction]], sizing: frozenset[str] | set[str]) -> Iterator[tuple[int | Fraction, ...]]:
    """All combinations of values; of further counts a few by chance (seeded) where there are too many."""
    others = list(product(*(v for k, v in values_of.items() if k not in sizing)))
    if len(others) > MAX_OTHERS:
        rng = Random(5)
        others = [others[-1], *rng.sample(others, MAX_OTHERS - 1)]
    names = [k for k in values_of if k not in sizing]
    for sizes in product(*(v for k, v in values_of.items() if k in sizing)):
        at = dict(zip((k for k in values_of if k in sizing), sizes, strict=True))
        for other in others:
            found = {**at, **dict(zip(names, other, strict=True))}
            yield tuple(found[k] for k in values_of)


def in_words(send: Send, schedule: Schedule) -> str:
    """'worker i sends chunk i - r (p/n parameters) to worker i + 1 modulo n, which adds it ... (i = 0, …, n - 1)'."""

    def end(node: tuple[str, Expr | None]) -> str:
        kind, e = node
        if e is None:
            return f"the {kind}"
        round_trip = e.op == "fn" and e.data == "mod" and e.args[1] == sym(schedule.workers)
        return f"{kind} {plain(e.args[0])} modulo {schedule.workers}" if round_trip else f"{kind} {plain(e)}"

    what = "the whole vector" if send.chunk is None else f"chunk {plain(send.chunk)}"
    then = "adds it to what it has" if send.action == "add" else "takes it over"
    every = [f"{k} = {plain(lo)}, …, {plain(hi)}" for k, lo, hi in send.loops[1:]]
    every += [f"{a} ≠ {b}" for a, b in send.unless]
    out = f"{end(send.sender)} sends {what} ({plain(send.size)} parameters) to {end(send.receiver)}, which {then}"
    return f"{out} ({', '.join(every)})" if every else out


def spans(numbers: Iterable[int]) -> str:
    """'2..9', or '2, 4, 8, 16'."""
    ns = sorted(set(numbers))
    whole = len(ns) > 2 and ns == list(range(ns[0], ns[-1] + 1))
    return f"{ns[0]}..{ns[-1]}" if whole else ", ".join(map(str, ns))


def symbols_of(problem: Problem, schedule: Schedule) -> frozenset[str]:
    """The declared symbols that a schedule needs, with those that define them."""
    names = {schedule.workers, schedule.parameters}
    for stage in schedule.stages:
        names |= symbols_in(stage.times) | symbols_of(problem, problem.schedule(stage.schedule))
    for cost in (schedule.latency, schedule.per_number):
        names |= symbols_in(cost) if cost is not None else set()
    for send in schedule.sends:
        parts = [send.size, send.chunk, send.sender[1], send.receiver[1], *(b for loop in send.loops for b in loop[1:])]
        used = {x for e in parts if e is not None for x in symbols_in(e)} | {x for pair in send.unless for x in pair}
        names |= used - {name for name, _, _ in send.loops}
    while True:
        more = set(names)
        for k in names & problem.symbols.keys():
            s = problem.symbols[k]
            more |= symbols_in(s.let) if s.let is not None else {s.multiple_of} if s.multiple_of else set()
        if more == names:
            return frozenset(names & problem.symbols.keys())
        names = more
