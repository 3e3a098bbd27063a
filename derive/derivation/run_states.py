"""The independent numerical truth of an iteration with states: the declared updates, run in float64.

Updates, quantities before them and implicit steps are evaluated as the spec states them, in its order; gradients are
central differences, minimisers are CVXPY's, expectations are sums over all draws of a three-point law with the
declared mean and variance (and the moments of a normal law up to the fifth). Nothing here uses a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from derive.derivation.simulate import _instance
from derive.maths import expr as E
from derive.maths.batches import Array, Batch, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.problem.nouns.iteration import Noise, State

States = dict[str, Array]  # (paths, *shape) by name


@dataclass(frozen=True)
class Limits:
    """Every bound and scale of a run."""

    wide: float = 1.0  # width of a central difference that is exact for quadratics, times 1 + |x|
    narrow: float = 1e-5  # width of one for other functions
    same: float = 1e-9  # between two widths, for a quadratic; between F((a+b)/2) and the mean, for an affine map
    settled: float = 1e-11  # between the states after k and 2k steps, times 1 + max |state|
    doublings: int = 26  # of the number of steps of an affine map
    unmoved: float = 1e-9  # from 1, of an eigenvalue that stands for a mode that does not move
    halvings: int = 40  # of a step size that does not settle
    steps: int = 6000  # of a map that is not affine
    window: int = 150  # steps after which increments must have fallen
    all_steps: int = 4_000  # of such a map, over all step sizes that are tried
    still: float = 1e-12  # an increment that counts as none, times 1 + max |state|
    far: float = 1e12  # a state that counts as divergence
    paths: int = 3000  # of random draws that are followed
    flow_time: float = 200.0  # until a flow must be at rest
    flow_step: float = 0.01  # of an affine flow, whose exponential is squared
    flow_error: float = 1e-11  # of its integrator


LIMITS = Limits()


@lru_cache(maxsize=256)
def _names(e: Expr) -> frozenset[str]:
    return E.symbols_in(e)


class Run:
    """One numeric instance of a problem's iteration.

    values: a World or arrays by name; symbols without a value are sampled in their domain. Raises NotEvaluable where
    the problem has no iteration, or the world breaks a condition that the iteration assumes.
    """

    def __init__(self, problem: Problem, values: Mapping[str, Any] | World | None = None, dims: Mapping[str, int] | None = None) -> None:
        if problem.iteration is None:
            raise NotEvaluable(f"{problem.id} has no iteration")
        self.problem, self.iteration = problem, problem.iteration
        self.dims = dict(values.dims if isinstance(values, World) else dims or {})
        self.values = {n: np.asarray(v, dtype=np.float64) for n, v in _instance(problem, values, self.dims).items()}
        it = self.iteration
        self.states = it.states or (State(it.over, it.start, it.update),)
        self.reach = 0.0  # the largest entry of a state on the way, for what rounding does to an output
        self.spent = [0]  # steps followed so far, shared with copies that differ in a parameter
        for name in it.internal:
            self.values.pop(name, None)
        for c in it.assume:
            if not np.all(self.evaluate(c, {}, 1)):
                raise NotEvaluable("the instance breaks a condition that the statement assumes")

    def with_value(self, name: str, value: float) -> Run:
        """The same instance with another value of one parameter that no other is defined by."""
        other = object.__new__(Run)
        other.__dict__.update(self.__dict__)
        other.values = {**self.values, name: np.asarray(value, dtype=np.float64)}
        return other

    # -------------------------------------------------------------- one step

    def evaluate(self, e: Expr, here: Mapping[str, Array], paths: int) -> Array:
        """A formula in the states and parameters, one value a path: (paths, *shape)."""
        extra: dict[str, Array] = {}
        e = self._with_gradients(e, here, paths, extra)
        used = _names(e)
        values = {n: np.broadcast_to(v, (paths, *np.shape(v))) for n, v in self.values.items() if n in used}
        return np.array(evaluate(e, Batch({**values, **here, **extra}, self.dims, paths)))

    def _with_gradients(self, e: Expr, here: Mapping[str, Array], paths: int, extra: dict[str, Array]) -> Expr:
        """Gradients as symbols whose values are worked out here."""
        if e.op == "grad":
            name = f"_g{len(extra)}"
            extra[name] = self._difference(e.args[0], str(e.args[1].data), here, paths)
            return E.sym(name, e.shape)
        args = tuple(self._with_gradients(a, here, paths, extra) for a in e.args)
        return e if args == e.args else E.rebuild(e, args)

    def _difference(self, f: Expr, name: str, here: Mapping[str, Array], paths: int) -> Array:
        """Central differences of f: wide ones where two widths agree (f is quadratic there), else narrow ones."""
        x = here[name]
        n = x[0].size
        flat = x.reshape(paths, n)
        around = {k: np.tile(v, (2 * n,) + (1,) * (v.ndim - 1)) for k, v in here.items()}

        def slope(width: float) -> Array:
            """All moves of all coordinates in one evaluation, (2, n, paths) points."""
            h = width * (1 + np.abs(flat))
            moves = np.einsum("ij,pj->ipj", np.eye(n), h)
            points = np.concatenate([flat + moves, flat - moves]).reshape(2 * n * paths, *x.shape[1:])
            values = self.evaluate(f, {**around, name: points}, 2 * n * paths).reshape(2, n, paths)
            return np.asarray(((values[0] - values[1]) / (2 * h.T)).T)

        wide, wider = slope(LIMITS.wide), slope(2 * LIMITS.wide)
        scale = 1 + np.abs(wide).max(initial=0.0)
        exact = np.all(np.isfinite(wider)) and float(np.abs(wide - wider).max(initial=0.0)) <= LIMITS.same * scale
        return (wide if exact else slope(LIMITS.narrow)).reshape(x.shape)

    def start(self, paths: int = 1) -> States:
        """The states before the first step."""
        return {s.name: self.evaluate(s.start, {}, paths) for s in self.states}

    def step(self, states: States, t: int, draws: Mapping[str, Array] | None = None) -> States:
        """The states after step number t = 1, 2, ... (after its draws, where there is noise)."""
        it = self.iteration
        paths = next(iter(states.values())).shape[0]
        here: dict[str, Array] = {**states, **(draws or {})}
        if it.clock:
            here[it.clock] = np.full(paths, float(t))
        for name, e in it.before:
            here[name] = self.evaluate(e, here, paths)
        new: States = {}
        for s in self.states:
            value = self._minimiser(s, here, paths) if s.program else self.evaluate(s.update, here, paths)
            new[s.name] = value
            if it.order == "sequential":
                here[s.name] = value
        return new

    def _minimiser(self, s: State, here: Mapping[str, Array], paths: int) -> Array:
        from derive.derivation.truth import NotConvex, optimum

        assert s.program is not None
        unknown = s.program.over[0]
        rows = []
        for k in range(paths):
            values = {n: v.tolist() for n, v in self.values.items()} | {n: v[k].tolist() for n, v in here.items()}
            try:
                found = optimum(s.program, World(values, self.dims), {unknown: self.problem.symbols[s.name].shape})
            except NotConvex as err:
                raise NotEvaluable(str(err)) from None
            if not found.status.startswith("optimal"):
                raise NotEvaluable(f"the solver says {found.status}")
            rows.append(found.points[unknown])
        return np.array(rows, dtype=np.float64)

    def output(self, states: States) -> Array:
        """What is asked for, one value a path."""
        paths = next(iter(states.values())).shape[0]
        return self.evaluate(self.iteration.asked, states, paths)

    # -------------------------------------------------------------- after some steps

    def draws(self) -> list[tuple[float, dict[str, Array]]]:
        """The draws of one step with their probabilities: every entry takes three values."""
        entries = [(n, i) for n in self.iteration.noise for i in np.ndindex(self._shape(n))]
        mean = {n.name: self.evaluate(n.mean, {}, 1)[0] for n in self.iteration.noise}
        spread = {n.name: float(np.sqrt(3 * self.evaluate(n.variance, {}, 1)[0])) for n in self.iteration.noise}
        if 3 ** len(entries) > LIMITS.paths:
            return self._cubature(entries, mean, spread)
        out = []
        for signs in product((-1, 0, 1), repeat=len(entries)):
            values = {n: np.array(v, dtype=np.float64) for n, v in mean.items()}
            for (n, i), sign in zip(entries, signs, strict=True):
                values[n.name][i] += sign * spread[n.name]
            out.append((float(np.prod([2 / 3 if s == 0 else 1 / 6 for s in signs])), values))
        return out

    def _cubature(self, entries: list[tuple[Noise, tuple[int, ...]]], mean: dict[str, Array],
                  spread: dict[str, float]) -> list[tuple[float, dict[str, Array]]]:
        """Two draws an entry: exact for polynomials of degree 3 in all entries together (Stroud's rule)."""
        out = []
        for n, i in entries:
            for sign in (-1, 1):
                values = {name: np.array(v, dtype=np.float64) for name, v in mean.items()}
                values[n.name][i] += sign * spread[n.name] * np.sqrt(len(entries) / 3)
                out.append((1 / (2 * len(entries)), values))
        return out

    def _shape(self, n: Noise) -> tuple[int, ...]:
        return tuple(d if isinstance(d, int) else self.dims[d] for d in self.problem.symbols[n.name].shape)

    def after(self, steps: int) -> Array:
        """The output after this many steps; with noise its expectation, over all paths of draws."""
        if not self.iteration.noise:
            states = self.start()
            for t in range(1, steps + 1):
                states = self.step(states, t)
                self.reach = max(self.reach, *(float(np.abs(v).max(initial=0.0)) for v in states.values()))
            return np.asarray(self.output(states)[0])
        draws = self.draws()
        if len(draws) ** steps > LIMITS.paths:
            raise NotEvaluable("too many paths of draws to follow")
        states, weight = self.start(), np.ones(1)
        for t in range(1, steps + 1):
            count = len(weight)
            states = {n: np.tile(v, (len(draws),) + (1,) * (v.ndim - 1)) for n, v in states.items()}
            noise = {n: np.repeat(np.array([d[n] for _, d in draws]), count, axis=0) for n in draws[0][1]}
            states = self.step(states, t, noise)
            weight = np.repeat([p for p, _ in draws], count) * np.tile(weight, len(draws))
        return np.asarray(np.tensordot(weight, self.output(states), axes=1))

    def at_time(self, time: float) -> Array:
        """The output of a flow at a time, by integration."""
        path = self.integrated(time)
        return np.asarray(self.output(self.shaped(path.y[:, -1]))[0])

    def velocity(self, _: float, v: Array) -> Array:
        """What a flow does to its stacked states, at any time."""
        return self.flat(self.step(self.shaped(v), 1))

    def integrated(self, time: float) -> Any:
        """The path of the stacked states of a flow until a time, as SciPy gives it."""
        from scipy.integrate import solve_ivp

        return solve_ivp(self.velocity, (0.0, time), self.flat(self.start()), rtol=LIMITS.flow_error, atol=LIMITS.flow_error / 100, method="LSODA")

    # -------------------------------------------------------------- the affine map

    def mean_step(self, states: States) -> States:
        """One step, averaged over the draws where there is noise."""
        if not self.iteration.noise:
            return self.step(states, 1)
        draws = self.draws()
        many = {n: np.repeat(v, len(draws), axis=0) for n, v in states.items()}
        after = self.step(many, 1, {n: np.array([d[n] for _, d in draws]) for n in draws[0][1]})
        weight = np.array([p for p, _ in draws])
        return {n: np.tensordot(weight, v, axes=1)[None] for n, v in after.items()}

    def affine_map(self) -> tuple[Array, Array]:
        """(A, b) with step(s) = A s + b for the stacked states, from runs on unit vectors; averaged over draws.

        Raises NotEvaluable where the step is not affine, or depends on its number.
        """
        if self.iteration.clock:
            raise NotEvaluable("the update depends on the number of the step")
        flat = self.flat(self.start())
        size = len(flat)

        def run(v: Array) -> Array:
            return self.flat(self.mean_step(self.shaped(v)))

        b = run(np.zeros(size))
        a = np.column_stack([run(e) - b for e in np.eye(size)])
        probe = np.random.default_rng(5).normal(size=size)
        gap = np.abs(run(probe) - a @ probe - b).max()
        if not np.isfinite(gap) or gap > LIMITS.same * (1 + np.abs(a).max() + np.abs(b).max()):
            raise NotEvaluable("the update is not affine in the states")
        return a, b

    def radii(self, parameters: Mapping[str, Array]) -> Array:
        """The spectral radius of the update, over the modes that it moves at all, for each of several values of parameters, over their modes.

        parameters: arrays (P,) by name, that no other parameter is defined by. Where the iteration has a curvature with a range, the
        largest over seven values of it. All runs on unit vectors are made in one step.
        """
        modes, size = self.iteration.modes, len(self.flat(self.start()))
        count = len(next(iter(parameters.values())))
        inner = np.ones(1)
        if modes is not None:
            low, high = (float(self.evaluate(e, {}, 1)[0]) for e in (modes.low, modes.high))
            inner = np.linspace(low, high, 7)
        runs = np.tile(np.vstack([np.zeros(size), np.eye(size)]), (count * len(inner), 1))
        here = {n: np.repeat(v, len(inner) * (size + 1)) for n, v in parameters.items()}
        if modes is not None:
            here[modes.symbol] = np.tile(np.repeat(inner, size + 1), count)
        states, at = {}, 0
        for name, like in self.start().items():
            states[name] = runs[:, at : at + like[0].size].reshape(len(runs), *like[0].shape)
            at += like[0].size
        if self.iteration.noise:
            raise NotEvaluable("a search over a random update")
        after = self.step(states, 1, here)
        flat = np.concatenate([after[s.name].reshape(len(runs), -1) for s in self.states], axis=1).reshape(count, len(inner), size + 1, size)
        matrices = np.swapaxes(flat[:, :, 1:] - flat[:, :, :1], -1, -2)
        values = np.linalg.eigvals(matrices)
        return np.asarray(np.where(np.abs(values - 1) > LIMITS.unmoved, np.abs(values), 0.0).max(axis=(1, 2)))

    def flat(self, states: States) -> Array:
        """The states of the first path, stacked."""
        return np.concatenate([states[s.name][0].ravel() for s in self.states])

    def shaped(self, v: Array) -> States:
        """Stacked states by name, as one path."""
        out, at = {}, 0
        for name, like in self.start().items():
            out[name] = v[at : at + like[0].size].reshape(like.shape)
            at += like[0].size
        return out
