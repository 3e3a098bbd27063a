"""Families of worlds in which a statement about a problem can hold.

program:   free      everything random: an identity holds here
           optimum   the unknown is the derived minimiser: stationarity, statements about the answer
           profile   the unknown is m d, d the minimiser's direction with norm 1: statements for a fixed norm m
iteration: free      the iterate is random: identities, gradients
           along     iterates of the declared iteration, steps so short that nothing overshoots
           anywhere  the same with steps that overshoot too
           limit     the iterate is the derived limit: statements about the solution
schedule:  free      counts are random
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import NotDifferentiable, gradient
from derive.maths.exact import Undefined, Value, World, compare, exact, flatten, to_mpf, value_at
from derive.maths.expr import Expr
from derive.problem.model import Problem

PER_FAMILY = 5
TIMES = (0, 1, 2, 3)  # steps of an iteration at which statements are tested
TAIL = 150  # steps that stand for an infinite sum; each residual is at most half of the one before
SLOW = 12  # step sizes that lower the loss by less, among which two are looked for that never overshoot
SHRINK = Fraction(1, 4)  # of the loss in one step, at most


@dataclass(frozen=True)
class Moment:
    """A world and, in an iteration, the worlds of all earlier steps; whole makes those of all steps there are."""

    world: World
    past: tuple[World, ...] = ()
    whole: Callable[[], tuple[World, ...]] = tuple


@dataclass(frozen=True)
class Family:
    """Worlds of one kind; says: what holds in them, for people."""

    name: str
    says: str
    moments: tuple[Moment, ...]
    cache: dict[object, object] = field(default_factory=dict, compare=False, repr=False)


# ------------------------------------------------------------------------------------------ programs

def program_families(key: Key, small: bool = False, worlds: Sequence[World] | None = None) -> tuple[Family, ...]:
    """The families of a program in one unknown with a derived minimiser; small: in dimension one; worlds: in these instead of the key's."""
    program = key.program
    assert program is not None
    name = program.over[0]
    unknown = E.sym(name, key.problem.symbols[name].shape)
    answer = key.derivation.answer
    free: list[World] = []
    best: list[World] = []
    scaled: list[World] = []
    norm = norm_of(program.objective, unknown)
    for w in some_worlds(key, small) if worlds is None else worlds:
        w = _with_strangers(w)
        free.append(_stepped(w, key, name))
        point = value_at(answer, w) if answer is not None else None
        if point is None:
            continue
        optimum = World({**w.values, name: point}, w.dims, w.kind)
        best.append(_stepped(optimum, key, name))
        if norm is not None:
            best[-1] = World({**best[-1].values, "slope@profile": Fraction(0)}, w.dims, w.kind)
            scaled += _profile(optimum, key, name, norm, len(scaled))
    out = [Family("free", "for every value of everything in it", tuple(map(Moment, free))),
           Family("optimum", "at the optimum", tuple(map(Moment, best)))]
    if scaled:
        out.append(Family("profile", "for the best update of each norm", tuple(map(Moment, scaled))))
    return tuple(out)


def norm_of(objective: Expr, unknown: Expr) -> Expr | None:
    """The norm of the unknown that stands in an objective."""
    return next((x for x in E.walk(objective) if x.op == "norm" and x.args[0] == unknown), None)


def some_worlds(key: Key, small: bool = False) -> list[World]:
    """A few readable worlds: two and three entries first, then others; small: those with one entry."""
    if small:
        return [w for ws in key.generic for w in ws.worlds[:4] if ws.batch.dims and max(ws.batch.dims.values()) == 1]
    sets = sorted(key.generic, key=lambda ws: (max(ws.batch.dims.values(), default=2) < 2, max(ws.batch.dims.values(), default=2)))
    out = [w for ws in sets for w in apart(key, ws.worlds)[: 2 if len(sets) > 2 else PER_FAMILY]]
    return out[:PER_FAMILY + 1]


def apart(key: Key, worlds: Sequence[World]) -> list[World]:
    """Worlds in another order: those first in which no two counts are equal, as the first drawn are."""
    counts = [s.name for s in key.problem.symbols.values() if s.domain == "count" and s.let is None]
    return sorted(worlds, key=lambda w: len({str(w.values[n]) for n in counts if n in w.values}) < sum(n in w.values for n in counts)) if len(counts) > 1 else list(worlds)


def _with_strangers(w: World) -> World:
    """Vectors x and v that no problem declares: `||x||_inf = max_i |x_i|` is said of any vector."""
    n = next((len(v) for v in w.values.values() if isinstance(v, list) and not (v and isinstance(v[0], list))), 0)
    extra: dict[str, Value] = {"f@here": Fraction(7, 8)}  # the loss at the current point
    for k, name in enumerate(("x", "v")):
        if name not in w.values and n:
            extra[name] = [Fraction((-1) ** (i + k) * (5 * i + 3 + 2 * k), 4) for i in range(n)]
    return World({**w.values, **extra}, w.dims, w.kind)


def _stepped(w: World, key: Key, name: str) -> World:
    """Iterates beside an update u: next = current + u."""
    values = dict(w.values)
    for it in key.wanted.iterates:
        if isinstance(values.get(it), list):
            values[f"{it}@next"] = [a + b for a, b in zip(values[it], values[name], strict=True)]
    return World(values, w.dims, w.kind)


def _profile(w: World, key: Key, name: str, norm: Expr, number: int) -> list[World]:
    """u = m d with d = u*/||u*|| and m free; the derivative of the objective in m by a central difference.

    The difference is exact for an objective that is quadratic in m, as every squared norm is.
    """
    program = key.program
    assert program is not None
    out = []
    try:
        size = exact(norm, w)
        if isinstance(size, list) or compare(size, Fraction(0)) == 0:
            return []
        point = w.values[name]
        for m in (Fraction(3 + number, 4), Fraction(5 + 2 * number, 2)):
            at = [World({**w.values, name: [x * (m + h) / size for x in point]}, w.dims, w.kind) for h in (Fraction(-1, 2), 0, Fraction(1, 2))]
            low, _, high = (exact(program.objective, x) for x in at)
            values = dict(_stepped(at[1], key, name).values)
            values["m@profile"], values["slope@profile"] = m, high - low
            out.append(World(values, w.dims, w.kind))
    except (Undefined, NotEvaluable, TypeError):
        return []
    return out


# ------------------------------------------------------------------------------------------ iterations

def gradients_taken(e: Expr) -> Expr:
    """The expression with every `grad` worked out in the vector algebra."""
    if e.op == "grad":
        return gradient(e.args[0], e.args[1])
    if not e.args:
        return e
    args = tuple(gradients_taken(a) for a in e.args)
    return e if args == e.args else E.rebuild(e, args)


@dataclass(frozen=True)
class _Run:
    """An iteration in exact arithmetic, in the coordinates in which it runs, with the way back."""

    problem: Problem
    world: World
    update: Expr
    scale: list[Value]

    def at(self, theta: Value, alpha: Value) -> World:
        it = self.problem.iteration
        assert it is not None
        return World({**self.world.values, it.over: theta, it.step: alpha}, self.world.dims)

    def step(self, theta: Value, alpha: Value) -> Value:
        return exact(self.update, self.at(theta, alpha))


def iteration_families(key: Key) -> tuple[Family, ...]:
    """The families of an iteration whose limit is derived."""
    problem = key.problem
    it = problem.iteration
    assert it is not None
    try:
        update = gradients_taken(it.update)
    except NotDifferentiable:
        return ()
    along, over, limits, free = [], [], [], []
    for w in some_worlds(key)[:2]:
        limit = value_at(key.derivation.answer, w) if key.derivation.answer is not None else None
        if limit is None:
            continue
        run = _run(problem, w, update)
        if run is None:
            continue
        for alphas, short, fast in _steps(run):
            moments = _moments(run, alphas, limit, fast)
            over += moments
            if short:
                along += moments
        limits += [_at_limit(m, it.over) for m in along[:2]]
        free += [_anywhere(run, m, k) for k, m in enumerate(along[:4])]
    return (Family("free", "for every value of everything in it", tuple(free)),
            Family("anywhere", "at every step", tuple(over)),
            Family("along", "at every step, as long as no step overshoots", tuple(along)),
            Family("limit", "at the limit", tuple(limits)))


def _run(problem: Problem, w: World, update: Expr) -> _Run | None:
    it = problem.iteration
    assert it is not None
    start = exact(it.start, w)
    scale: list[Value] = [Fraction(1)] * len(flatten(start))
    if it.rescale is not None:
        row = w.values.get(it.features or "")
        if not isinstance(row, list) or any(isinstance(x, list) or x == 0 for x in row):
            return None
        scale = [abs(x) for x in row]
        w = World({**w.values, str(it.features): [x / s for x, s in zip(row, scale, strict=True)]}, w.dims)
    return _Run(problem, w, update, scale)


def _steps(run: _Run) -> list[tuple[list[Fraction], bool, bool]]:
    """Sequences of steps that converge, whether they never overshoot, and whether they converge fast: where none does, steps that lower the loss."""
    it = run.problem.iteration
    assert it is not None
    start = exact(it.start, run.world)
    out: list[tuple[list[Fraction], bool, bool]] = []
    slow: list[tuple[list[Fraction], bool, bool]] = []
    defined = run.problem.symbols[it.step].let if it.step in run.problem.symbols else None
    if defined is not None:
        own = run.world.values.get(it.step)
        alpha = own if own is not None else exact(defined, run.world)
        return [([alpha], _same_side(run, start, alpha), False)]
    if it.steps != "constant":
        for c in (Fraction(1, 8), Fraction(1, 5)):
            out.append(([c / (k + 2) for k in range(max(TIMES) + 4)], True, True))
        return out
    here = exact(it.loss, run.at(start, Fraction(1)))
    for power in range(3, -14, -1):
        for part in (Fraction(1), Fraction(3, 4), Fraction(5, 8)):
            alpha = part * Fraction(2) ** power
            after = exact(it.loss, run.at(run.step(start, alpha), alpha))
            if compare(after, here * SHRINK) <= 0:
                out.append(([alpha], _same_side(run, start, alpha), True))
            elif not out and len(slow) < SLOW and compare(after, here) < 0:
                slow.append(([alpha], _same_side(run, start, alpha), False))
        if (len(out) >= 3 and sum(short for _, short, _ in out) >= 2) or (not out and sum(short for _, short, _ in slow) >= 2):
            break
    return out[-4:] or slow[-4:]


def _same_side(run: _Run, start: Value, alpha: Fraction) -> bool:
    """Whether the second step goes the same way as the first."""
    one = run.step(start, alpha)
    two = run.step(one, alpha)
    first = [b - a for a, b in zip(flatten(start), flatten(one), strict=True)]
    second = [b - a for a, b in zip(flatten(one), flatten(two), strict=True)]
    return all(compare(x * y, Fraction(0)) >= 0 for x, y in zip(first, second, strict=True))


def _moments(run: _Run, alphas: list[Fraction], limit: Value, fast: bool) -> list[Moment]:
    it = run.problem.iteration
    assert it is not None
    constant = it.steps == "constant"
    worlds = _path(run, alphas, limit, max(TIMES) + 2)
    whole = lru_cache(maxsize=1)(lambda: _path(run, alphas, limit, TAIL)) if constant and fast else tuple
    return [Moment(worlds[t], worlds[:t], whole) for t in TIMES]


def _path(run: _Run, alphas: list[Fraction], limit: Value, count: int) -> tuple[World, ...]:
    """The worlds of the first steps."""
    it = run.problem.iteration
    assert it is not None
    constant = it.steps == "constant"
    begin = exact(it.start, run.world)
    if count == TAIL:  # rationals would grow without end; what is left out is below the precision
        begin = [to_mpf(x) for x in flatten(begin)]
    thetas = [begin]
    for k in range(count + 1):
        thetas.append(run.step(thetas[-1], alphas[0] if constant else alphas[k]))
    worlds = []
    for t in range(count):
        moved = {"@prev": thetas[max(t - 1, 0)], "": thetas[t], "@next": thetas[t + 1], "@after": thetas[t + 2], "@start": thetas[0], "@step1": thetas[1], "@step2": thetas[2], "@step3": thetas[3]}
        values = dict(run.world.values)
        values[it.step] = alphas[0] if constant else alphas[t]
        values["t@time"] = Fraction(t)
        values |= _both(run, moved, limit)
        worlds.append(World(values, run.world.dims))
    return tuple(worlds)


def _both(run: _Run, moved: Mapping[str, Value], limit: Value) -> dict[str, Value]:
    """The iterates in the coordinates of the statement and, where it is rescaled, in those of the run too."""
    it = run.problem.iteration
    assert it is not None
    out: dict[str, Value] = {}
    if it.residual is not None:
        name, definition = it.residual
        for label, theta in (*moved.items(), ("@limit", [x * s for x, s in zip(flatten(limit), run.scale, strict=True)])):
            out[f"{name}{label}"] = exact(definition, run.at(theta, Fraction(1)))
    for label, theta in moved.items():
        out[f"{it.over}{label}"] = [x / s for x, s in zip(flatten(theta), run.scale, strict=True)]
        out[f"tilde_{it.over}{label}"] = theta
    out[f"{it.over}@limit"] = limit
    out[f"tilde_{it.over}@limit"] = [x * s for x, s in zip(flatten(limit), run.scale, strict=True)]
    if it.rescale is not None and it.features is not None:
        row = run.world.values[it.features]
        out[f"tilde_{it.features}"] = row
        out[it.features] = [x * s for x, s in zip(flatten(row), run.scale, strict=True)]
    return out


def _at_limit(m: Moment, over: str) -> Moment:
    values = dict(m.world.values)
    for name in [n.removesuffix("@limit") for n in values if n.endswith("@limit")]:
        for label in ("", "@next", "@after", "@prev"):
            values[f"{name}{label}"] = values[f"{name}@limit"]
    return Moment(World(values, m.world.dims), m.past, m.whole)


def _anywhere(run: _Run, m: Moment, k: int) -> Moment:
    """A random iterate and the one that follows it."""
    it = run.problem.iteration
    assert it is not None
    alpha = m.world.values[it.step]
    theta = [Fraction((-1) ** i * (7 * i + 4 + 3 * k), 8) for i in range(len(run.scale))]
    after = run.step(theta, alpha)
    values = dict(m.world.values)
    limit = values[f"{it.over}@limit"]
    values |= _both(run, {"": theta, "@next": after, "@start": exact(it.start, run.world)}, limit)
    for name in (it.over, f"tilde_{it.over}"):
        values.pop(f"{name}@prev", None)
    return Moment(World(values, m.world.dims))


def total(body: Expr, worlds: tuple[World, ...]) -> Value:
    """The sum of a quantity over the steps; of very many steps in arbitrary precision."""
    values = [exact(body, w) for w in worlds]
    if not values:
        return Fraction(0)
    if isinstance(values[0], list):
        raise NotEvaluable("a sum of vectors over the steps")
    out = sum(values[1:], values[0])
    return to_mpf(out) if len(worlds) > 50 else out


def schedule_families(key: Key, worlds: Sequence[World] | None = None) -> tuple[Family, ...]:
    """Random counts; worlds: these instead of the key's."""
    drawn = [w for ws in key.generic[:2] for w in apart(key, ws.worlds[2:])[:6]] if worlds is None else worlds
    return (Family("free", "for every value of everything in it", tuple(map(Moment, drawn))),)
