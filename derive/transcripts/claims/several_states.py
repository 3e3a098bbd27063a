"""Families of worlds of an iteration with several states (momentum, Adam): the states of each step, in exact arithmetic.

free    states are random, with those that follow them: identities, one step
along   the steps of the declared iteration from its start: recurrences, single steps
end     after the number of steps that is asked for
limit   the states at the derived limit, where that is a fixed point of all updates
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from derive.grading.keys import Key
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import NotDifferentiable
from derive.maths.equality import same_exactly
from derive.maths.exact import Undefined, Value, World, exact, value_at
from derive.maths.expr import Shape
from derive.problem.model import Problem
from derive.problem.nouns.iteration import Iteration
from derive.transcripts.claims.families import TIMES, Family, Moment, gradients_taken

States = dict[str, Value]
MOST_STEPS = 40  # after which an iterate is asked for and worked out here
SHORT = Fraction(1, 16)  # a step size that no declared iteration overshoots with much


def followed(it: Iteration) -> bool:
    """Whether the states can be worked out step by step: nothing random, nothing implicit, no flow."""
    return bool(it.states) and not it.noise and not it.flow and not any(s.program for s in it.states)


def names_of(problem: Problem) -> dict[str, tuple[str, Shape]]:
    """The states by every notation for them: name and shape."""
    it = problem.iteration
    assert it is not None
    out: dict[str, tuple[str, Shape]] = {}
    for s in it.states:
        symbol = problem.symbols[s.name]
        for text in (s.name, *symbol.aliases):
            out[text.replace(" ", "").lstrip("\\")] = (s.name, symbol.shape)
    return out


def state_families(key: Key, worlds: Sequence[World]) -> tuple[Family, ...]:
    """The families of an iteration with several states in some worlds."""
    problem = key.problem
    it = problem.iteration
    assert it is not None
    try:
        run = Run(it)
        along, free, ends, limits = [], [], [], []
        for k, w in enumerate(worlds):
            for alpha in step_sizes(problem, w):
                path = run.path(w, alpha, max(TIMES) + 3)
                along += [Moment(run.world(w, alpha, path, t)) for t in TIMES if t]  # all that is said of the step before has a value
                free.append(Moment(run.world(w, alpha, run.path(w, alpha, 4, drawn(path[0], k)), 1, known=False)))
                ends += _end(run, w, alpha)
                limits += _limit(run, key, w, alpha)
    except (NotDifferentiable, Undefined, NotEvaluable, KeyError):
        return ()
    out = [Family("free", "for every value of everything in it", tuple(free)), Family("along", "at every step", tuple(along))]
    if ends:
        out.append(Family("optimum", "after the last step", tuple(ends)))
    if limits:
        out.append(Family("limit", "at the limit", tuple(limits)))
    return tuple(out)


def step_sizes(problem: Problem, w: World) -> list[Value | None]:
    """The step size of a world, and a short one; only the first where the problem defines it, and none where there is none."""
    it = problem.iteration
    assert it is not None
    if not it.step:
        return [None]
    own = w.values.get(it.step)
    let = problem.symbols[it.step].let
    if let is not None:
        return [own if own is not None else exact(let, w)]
    return list(dict.fromkeys(a for a in (own, SHORT) if isinstance(a, Fraction)))


class Run:
    """One step of an iteration, in exact arithmetic."""

    def __init__(self, it: Iteration) -> None:
        self.it = it
        self.updates = [(s.name, gradients_taken(s.update)) for s in it.states]
        self.before = [(n, gradients_taken(e)) for n, e in it.before]

    def _at(self, w: World, alpha: Value | None, states: Mapping[str, Value], step: int) -> World:
        values = {**w.values, **states}
        if alpha is not None:
            values[self.it.step] = alpha
        if self.it.clock:
            values[self.it.clock] = Fraction(step)
        return World(values, w.dims, w.kind)

    def step(self, w: World, alpha: Value | None, states: States, number: int) -> States:
        """The states after step `number` (from 1)."""
        seen = dict(states)
        for name, e in self.before:
            seen[name] = exact(e, self._at(w, alpha, seen, number))
        out = dict(states)
        for name, e in self.updates:
            out[name] = exact(e, self._at(w, alpha, {**seen, **out} if self.it.order == "sequential" else seen, number))
        return out

    def path(self, w: World, alpha: Value | None, count: int, start: States | None = None) -> list[States]:
        """The states before the first step, after it, and so on."""
        out = [start if start is not None else {s.name: exact(s.start, self._at(w, alpha, {}, 0)) for s in self.it.states}]
        for k in range(count):
            out.append(self.step(w, alpha, out[-1], k + 1))
        return out

    def world(self, w: World, alpha: Value | None, path: Sequence[States], t: int, known: bool = True) -> World:
        """The world of moment t of a path; known: whether it begins at the start."""
        moved = {"": path[t], "@next": path[t + 1], "@after": path[t + 2]}
        if t:
            moved["@prev"] = path[t - 1]
        if known:
            moved |= {"@start": path[0], "@step1": path[1], "@step2": path[2], "@step3": path[3]}
        values = {f"{n}{label}": v for label, states in moved.items() for n, v in states.items()}
        values["t@time"] = Fraction(t)
        return self._at(w, alpha, values, t)


def drawn(like: States, k: int) -> States:
    """States of the same shapes with other values."""
    def some(v: Value, i: int) -> Value:
        return [some(x, i + j) for j, x in enumerate(v)] if isinstance(v, list) else Fraction(7 * i + 4 + 3 * k, 8)

    return {n: some(v, j) for j, (n, v) in enumerate(like.items())}


def _end(run: Run, w: World, alpha: Value | None) -> list[Moment]:
    """The states after the number of steps that is asked for."""
    count = ended(run.it, w)
    if count is None:
        return []
    path = run.path(w, alpha, max(count, max(TIMES)) + 2)
    return [Moment(run.world(w, alpha, path, count))]


def ended(it: Iteration, w: World) -> int | None:
    """The number of steps that is asked for, where it is one that is worked out here."""
    count = exact(it.count, w) if it.count is not None else None
    return int(count) if count is not None and not isinstance(count, list) and count == int(count) and 1 <= count <= MOST_STEPS else None


def _limit(run: Run, key: Key, w: World, alpha: Value | None) -> list[Moment]:
    """All states at the derived limit: the others are 0 there, if that is a fixed point."""
    if key.part.ask != "limit" or key.derivation.answer is None or (run.it.output is not None and run.it.output.op != "sym"):
        return []
    over = str(run.it.output.data) if run.it.output is not None else run.it.over
    point = value_at(key.derivation.answer, w)
    if point is None:
        return []
    zero = {n: _zero(v) for n, v in run.path(w, alpha, 0)[0].items()}
    states = {**zero, over: point}
    try:
        fixed = same_exactly(list(run.step(w, alpha, states, 1).values()), list(states.values()))
    except (Undefined, NotEvaluable):
        fixed = False
    known = states if fixed else {over: point}
    values = {f"{n}{label}": v for n, v in known.items() for label in ("", "@next", "@prev", "@after", "@limit")}
    return [Moment(World({**w.values, **values, **({run.it.step: alpha} if alpha is not None else {})}, w.dims, w.kind))]


def _zero(v: Value) -> Value:
    return [_zero(x) for x in v] if isinstance(v, list) else Fraction(0)


__all__ = ["MOST_STEPS", "Run", "drawn", "ended", "followed", "names_of", "state_families", "step_sizes"]
