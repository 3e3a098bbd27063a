"""The independent numerical truth of an iteration: the declared update, run in float64.

The update is evaluated as the spec states it; its gradients are central differences of the loss.
Nothing here uses the rules, the symbolic gradient or the structure of the loss. Rescaling is done
on the data: features are divided by the root of their second moment, the iteration runs on them,
and the point that it reaches is divided by the same scales.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from derive.maths import expr as E
from derive.maths.batches import Array, Batch, NotEvaluable
from derive.maths.evaluate import evaluate
from derive.maths.exact import World
from derive.maths.expr import Expr
from derive.maths.worlds import SEED, as_array, definition_order, draw
from derive.problem.model import Problem
from derive.problem.nouns.iteration import Iteration


@dataclass(frozen=True)
class Budget:
    """Every bound and scale of a simulation."""

    difference: float = 1e-5  # width of a central difference, times 1 + |theta_i|
    rounding: float = 1e-7  # a first difference that is none, times the second difference
    still: float = 1e-13  # an increment that counts as none, times 1 + max |theta|
    last: float = 1e-9  # the last increment of diminishing steps, times 1 + max |theta|
    steps: int = 4000  # of one run
    window: int = 24  # steps over which growth or decay is judged
    bisections: int = 30  # halvings of the step range: a relative accuracy of 1e-9
    fraction: float = 0.4  # of a step that diverges although its half converges, for a constant step
    first: float = 1e-3 * 1.6180339887498949  # diminishing step; no simple fraction, so that no step lands by accident
    doublings: int = 60  # tries to find a step size that converges, and one that does not
    far: float = 1e12  # |theta| that counts as divergence, times 1 + |start|
    tail: int = 300  # steps of the second run with alpha_t = c / (t + 1)^power
    power: float = 0.75
    probe: float = 1e-3  # distance at which gradients are compared with their errors, times 1 + max |theta|
    plateau: float = 1e-9  # increments below this that no longer fall are noise, times 1 + max |theta|
    same: float = 1e-4  # between the ends of two sequences of steps, times 1 + max |theta|


BUDGET = Budget()


class NoLimit(Exception):
    """The simulation does not settle; the message says how it behaves."""


@dataclass(frozen=True)
class Settled:
    """Where an iteration ends.

    point: shape of the unknown, in original units; error: a bound or estimate of its distance to the
    limit, in the same units; steps: how many were run; last_step: the step size at the end;
    how: the sequence of step sizes in words.
    """

    point: Array
    error: float
    steps: int
    last_step: float
    how: str


class Simulation:
    """One numeric instance of a problem's iteration.

    problem: has an iteration; values: arrays by symbol name, or a World, for what should not be as
    given or sampled; the step size is always an argument of the methods.
    Raises NotEvaluable where the problem has no iteration or a feature is 0 that must be rescaled.
    """

    def __init__(self, problem: Problem, values: Mapping[str, Any] | World | None = None,
                 dims: Mapping[str, int] | None = None) -> None:
        if problem.iteration is None:
            raise NotEvaluable(f"{problem.id} has no iteration")
        self.problem = problem
        self.iteration: Iteration = problem.iteration
        self.dims = dict(values.dims if isinstance(values, World) else dims or {})
        self.values = _instance(problem, values, self.dims)
        theta = problem.symbols[self.iteration.over]
        self.theta = E.sym(theta.name, theta.shape)
        self.values.pop(theta.name, None)
        self.width = BUDGET.difference
        self._gradients: dict[Expr, str] = {}
        self._update = self._name_gradients(self.iteration.update)
        start = np.array(evaluate(self.iteration.start, Batch(self._batch(1), self.dims, 1))[0])
        self.scale: Array = np.ones_like(start)
        if self.iteration.rescale is not None:
            assert self.iteration.features is not None
            row = self.values[self.iteration.features]
            # One data point is a data set of one row; the second moment is the mean square of a column.
            self.scale = np.sqrt(np.mean(np.atleast_2d(row) ** 2, axis=0))
            if not np.all(self.scale > 0):
                raise NotEvaluable("a feature is 0: it has no second moment to scale by")
            self.values[self.iteration.features] = row / self.scale
        self.start = self.scale * start

    def _name_gradients(self, e: Expr) -> Expr:
        """Every gradient in the update as a symbol whose value is worked out numerically."""
        if e.op == "grad":
            f, x = e.args
            if x != self.theta:
                raise NotEvaluable("a gradient with respect to something else than the unknown")
            name = self._gradients.setdefault(f, f"_g{len(self._gradients)}")
            return E.sym(name, x.shape)
        if not e.args:
            return e
        args = tuple(self._name_gradients(a) for a in e.args)
        return e if args == e.args else E.rebuild(e, args)

    def _batch(self, count: int) -> dict[str, Array]:
        return {n: np.broadcast_to(v, (count, *np.shape(v))) for n, v in self.values.items()}

    # -------------------------------------------------------------- one step

    def value(self, f: Expr, points: Array) -> Array:
        """f at points, shape (count, *shape of the unknown), in the coordinates of the iteration."""
        values = {**self._batch(len(points)), self.theta.data: points}
        return evaluate(f, Batch(values, self.dims, len(points)))

    def gradient(self, f: Expr, theta: Array, wider: float = 1.0) -> Array:
        """Central differences of f at theta: exact up to rounding for quadratics, O(h^2) else.

        A coordinate whose first difference is rounding beside its second one stands at its stationary
        point: its derivative is 0, so that a sign or a quotient is not taken of noise.
        """
        n = theta.size
        h = self.width * wider * (1 + np.abs(theta.ravel()))
        moves = np.concatenate([np.diag(h), -np.diag(h), np.zeros((1, n))]).reshape((2 * n + 1, *theta.shape))
        f_at = self.value(f, theta + moves)
        first = f_at[:n] - f_at[n : 2 * n]
        second = f_at[:n] + f_at[n : 2 * n] - 2 * f_at[2 * n]
        first = np.where(np.abs(first) <= BUDGET.rounding * np.abs(second), 0.0, first)
        return np.asarray((first / (2 * h)).reshape(theta.shape))

    def step(self, theta: Array, alpha: float) -> Array:
        """update(theta) with this step size, in the coordinates of the iteration."""
        values = {**self._batch(1), self.theta.data: theta[None], self.iteration.step: np.array([alpha])}
        for f, name in self._gradients.items():
            values[name] = self.gradient(f, theta)[None]
        after = np.array(evaluate(self._update, Batch(values, self.dims, 1))[0])
        # A quotient of gradients (g / ||g||) is undefined where they vanish: an iterate that is there stays.
        still = not np.all(np.isfinite(after)) and all(not np.any(values[name]) for name in self._gradients.values())
        return theta if still else after

    def residual(self, theta: Array) -> float:
        """The declared residual at theta (in the coordinates of the iteration)."""
        if self.iteration.residual is None:
            raise NotEvaluable("the iteration declares no residual")
        return float(self.value(self.iteration.residual[1], theta[None])[0])

    def residual_pair(self, alpha: float, theta: Array | None = None) -> tuple[float, float]:
        """(r_t, r_{t+1}) over one step from theta, or from the start."""
        here = self.start if theta is None else theta
        return self.residual(here), self.residual(self.step(here, alpha))

    # -------------------------------------------------------------- constant steps

    def converges(self, alpha: float, theta: Array | None = None) -> bool:
        """Whether increments shrink under this constant step: decay over a window, not a limit proper."""
        point = self._generic() if theta is None else theta
        sizes: list[float] = []
        for _ in range(2 * BUDGET.window):
            after = self.step(point, alpha)
            if not np.all(np.isfinite(after)) or np.max(np.abs(after)) > BUDGET.far * (1 + np.max(np.abs(self.start))):
                return False
            sizes.append(float(np.max(np.abs(after - point))))
            point = after
            if sizes[-1] <= 10 * BUDGET.still * max(sizes):
                return max(sizes) > 0
        # Rounding keeps equal increments from looking like shrinking ones.
        return sum(sizes[BUDGET.window :]) < sum(sizes[: BUDGET.window]) * (1 - 1e-9)

    def _generic(self) -> Array:
        """A point near the start that is no stationary point by accident."""
        shift = np.random.default_rng(SEED).normal(size=self.start.shape)
        return np.asarray(self.start + 0.01 * (1 + np.abs(self.start)) * shift)

    @cached_property
    def step_bound(self) -> float:
        """The upper end of the constant steps that converge, by bisection; infinite if none diverges.

        Relative accuracy about 1e-8. Raises NoLimit where no step converges.
        """
        low, high = self._bracket
        if not np.isfinite(high):
            return high
        for _ in range(BUDGET.bisections):
            middle = (low + high) / 2
            low, high = (middle, high) if self.converges(middle) else (low, middle)
        return (low + high) / 2

    @cached_property
    def _bracket(self) -> tuple[float, float]:
        """A constant step that converges and twice it, which does not; or (largest tried, infinity)."""
        low = 1.0
        for _ in range(BUDGET.doublings):
            if self.converges(low):
                break
            low /= 2
        else:
            raise NoLimit("no constant step size converges")
        high = low
        for _ in range(BUDGET.doublings):
            high *= 2
            if not self.converges(high):
                return low, high
            low = high
        return low, float("inf")

    def _constant(self) -> Settled:
        _, high = self._bracket
        alpha = BUDGET.fraction * high if np.isfinite(high) else 1.0
        point, last, ratio, best, best_at = self.start, np.inf, 0.0, np.inf, 0
        for t in range(1, BUDGET.steps + 1):
            after = self.step(point, alpha)
            size = float(np.max(np.abs(after - point)))
            point = after
            if size <= BUDGET.still * (1 + np.max(np.abs(point))):
                # The rest of a geometric series of increments, and the noise of the differences.
                rest = size * ratio / (1 - ratio) if ratio < 1 else size * BUDGET.steps
                return Settled(point, rest + self._noise(point), t, alpha, f"constant {alpha:.3g}")
            if size < 0.9 * best:
                best, best_at = size, t
            if t - best_at > BUDGET.window and size <= BUDGET.plateau * (1 + np.max(np.abs(point))):
                return Settled(point, BUDGET.window * size, t, alpha, f"constant {alpha:.3g}, down to noise")
            ratio = max(0.9 * ratio, size / last) if np.isfinite(last) else 0.0
            last = size
        raise NoLimit(f"increments of {last:.1g} are left after {BUDGET.steps} steps of {alpha:.3g}")

    # -------------------------------------------------------------- diminishing steps

    def _halving(self) -> tuple[Settled, float]:
        """Steps that double until the first reversal, then halve at each one: a finite start of an admitted sequence.

        A reversal (two increments with a negative inner product) says that the solution lies between
        the last two points: what is left is at most the last increment.
        """
        alpha, point, before, crossed = BUDGET.first, self.start, None, 0.0
        for t in range(1, BUDGET.steps + 1):
            after = self.step(point, alpha)
            if not np.all(np.isfinite(after)):
                raise NoLimit("the iteration leaves the finite numbers")
            move = after - point
            size = float(np.max(np.abs(move)))
            # Smaller steps would follow the rounding of the differences, not the loss.
            if size <= BUDGET.last * (1 + np.max(np.abs(after))):
                return Settled(after, 4 * size + self._noise(after), t, alpha, "halved at each reversal"), crossed
            if before is not None and float(np.sum(move * before)) < 0:
                crossed = crossed or alpha
                alpha /= 2
            elif not crossed:
                alpha *= 2
            point, before = after, move
        raise NoLimit(f"increments of {size:.1g} are left after {BUDGET.steps} steps")

    def _noise(self, point: Array) -> float:
        """What the noise of central differences can do over a run."""
        return 100 * BUDGET.still * (1 + float(np.max(np.abs(point))))

    def _power_law(self, c: float) -> tuple[Array, float]:
        """The end of a run with alpha_t = c / (t + 1)^power, and the largest increment of its last tenth."""
        point = self.start
        largest = 0.0
        for t in range(BUDGET.tail):
            after = self.step(point, c / (t + 1) ** BUDGET.power)
            if t >= BUDGET.tail * 9 // 10:
                largest = max(largest, float(np.max(np.abs(after - point))))
            point = after
        return point, largest

    def _diminishing(self) -> Settled:
        settled, crossed = self._halving()
        other, slack = self._power_law(crossed or settled.last_step)
        gap = float(np.max(np.abs(other - settled.point)))
        # Two different admitted sequences must end in the same place, up to the last steps of the slower one.
        if gap > 4 * slack + settled.error + BUDGET.same * (1 + float(np.max(np.abs(settled.point)))):
            settled = replace(settled, error=gap, how=settled.how + "; another sequence ends elsewhere")
        return settled

    # -------------------------------------------------------------- the limit

    def settle(self) -> Settled:
        """Run the declared iteration to its end, in original units. Raises NoLimit where it does not settle.

        It is run with two widths of the central differences: what a kink of the loss does to the path
        shows as a gap between the two ends, and enters the error.
        """
        run: Callable[[], Settled] = self._constant if self.iteration.steps == "constant" else self._diminishing
        ends = []
        for factor in (3.0, 1.0):
            self.width = factor * BUDGET.difference
            ends.append(run())
        end = ends[1]
        gap = float(np.max(np.abs(ends[0].point - end.point)))
        error = (end.error + self._blur(end.point) + 2 * gap) / float(np.min(self.scale))
        return replace(end, point=end.point / self.scale, error=error)

    def _blur(self, point: Array) -> float:
        """How far from the end the gradients are lost in the error of their central differences.

        Their spread over several widths (rounding, curvature, a kink of the loss) is compared with the
        gradient a known small distance back towards the start; and nearer and nearer to the end, they
        must keep their signs (differences of a rounded loss are 0 too early).
        """
        away = self.start - point
        length = float(np.max(np.abs(away)))
        if length == 0:
            return 0.0
        offset = BUDGET.probe * (1 + float(np.max(np.abs(point))))
        blur = 0.0
        for f in self._gradients:
            spread = np.std([self.gradient(f, point, k) for k in (1.0, 1.5, 2.2, 3.0)], axis=0)
            slope = self.gradient(f, point + away * (offset / length))
            seen = np.abs(slope) > spread  # a coordinate without gradient is not moved by it
            if not np.all(seen) and float(np.max(spread)) > BUDGET.still:
                return offset
            if np.any(seen):
                blur = max(blur, float(np.max(4 * offset * spread[seen] / np.abs(slope[seen]))))
            near = offset
            while near > BUDGET.still:
                near /= 4
                here = self.gradient(f, point + away * (near / length))
                if np.any(np.sign(here[seen]) != np.sign(slope[seen])):
                    blur = max(blur, 8 * near)
                    break
        return blur


def simulate(problem: Problem, values: Mapping[str, Any] | World | None = None,
             dims: Mapping[str, int] | None = None) -> Settled:
    """The limit of a problem's iteration in one numeric instance, with its error.

    values: by name, for what should not be as given; symbols without a value are sampled in their
    domain. Raises NoLimit where the run does not settle, NotEvaluable where it cannot be run.
    """
    return Simulation(problem, values, dims).settle()


def _instance(problem: Problem, values: Mapping[str, Any] | World | None, dims: Mapping[str, int]) -> dict[str, Array]:
    """float64 arrays for every value symbol: as asked, else as given, else sampled."""
    if isinstance(values, World):
        return {n: as_array([v])[0] for n, v in values.values.items()}
    missing = problem.dims - dims.keys()
    if missing:
        raise NotEvaluable(f"dimension {', '.join(sorted(missing))} has no size")
    sampled = draw(problem.symbols, dims, "generic", 1, SEED).batch.values
    out = {n: np.array(v[0]) for n, v in sampled.items()}
    if values:
        for name, value in values.items():
            out[name] = np.asarray(value, dtype=np.float64)
        for s in definition_order(problem.symbols):
            if s.let is not None and s.name not in values:
                batch = Batch({n: v[None] for n, v in out.items()}, dict(dims), 1)
                out[s.name] = np.array(evaluate(s.let, batch)[0])
    return out
