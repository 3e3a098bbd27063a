"""Where an iteration with states comes to rest, by running its declared updates; nothing here uses a rule.

Affine updates are squared, others are followed step by step, expectations of random ones are extrapolated, flows are integrated.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from derive.derivation.run_states import LIMITS, Run
from derive.derivation.simulate import NoLimit
from derive.maths.batches import Array, NotEvaluable


def limit(run: Run, here: bool = False) -> Array:
    """The output at rest. The step size, where it is free, is halved until the iteration settles, then once more.

    here: keep the step size of this instance.

    Raises NoLimit where it does not settle.
    """
    it = run.iteration
    if it.flow:
        return _flow(run)
    free = bool(it.step) and run.problem.symbols[it.step].let is None and run.problem.symbols[it.step].given is None
    if here or not free:
        return _settled(run)
    alpha, last = 1.0, ""
    run.spent = [0]
    for _ in range(LIMITS.halvings):
        if run.spent[0] > LIMITS.all_steps:
            break
        try:
            _settled(run.with_value(it.step, alpha))
            return _settled(run.with_value(it.step, alpha / 2))
        except NoLimit as err:
            alpha, last = alpha / 2, str(err)
    raise NoLimit(f"no step size settles: {last}")


def limit_here(run: Run) -> float:
    """The limit of the first state's output at the step size of this instance."""
    return float(_settled(run))


def _settled(run: Run) -> Array:
    if run.iteration.noise and not _affine_output(run):
        return _extrapolated(run)
    try:
        a, b = run.affine_map()
    except NotEvaluable:
        return _followed(run)
    return _rest(run, np.block([[a, b[:, None]], [np.zeros((1, len(b))), np.ones((1, 1))]]))


def _rest(run: Run, whole: Array) -> Array:
    """The output where (state, 1) -> whole (state, 1) comes to rest, by squaring: 2, 4, 8, ... steps."""
    here = whole @ np.append(run.flat(run.start()), 1.0)
    with np.errstate(all="ignore"):
        for _ in range(LIMITS.doublings):
            there = whole @ here
            if not np.all(np.isfinite(there)) or np.abs(there).max() > LIMITS.far:
                raise NoLimit("the iteration leaves the finite numbers")
            if np.abs(there - here).max() <= LIMITS.settled * (1 + np.abs(there).max()):
                return np.asarray(run.output(run.shaped(there[:-1]))[0])
            whole, here = whole @ whole, there
    raise NoLimit(f"it still moves after 2^{LIMITS.doublings} steps")


def _affine_output(run: Run) -> bool:
    """Whether the output is affine in the states, so that its expectation is its value at the expected states."""
    rng = np.random.default_rng(6)
    like = run.start()
    a, b = ({n: rng.normal(size=v.shape) for n, v in like.items()} for _ in range(2))
    middle = run.output({n: (a[n] + b[n]) / 2 for n in like})
    return bool(np.allclose(middle, (run.output(a) + run.output(b)) / 2, rtol=LIMITS.same, atol=LIMITS.same))


def _extrapolated(run: Run) -> Array:
    """The limit of expectations over all paths of the first steps, by Wynn's epsilon algorithm: exact for sums of a constant
    and two powers.
    """
    terms = [float(run.after(t)) for t in range(7)]
    if not np.all(np.isfinite(terms)) or abs(terms[-1] - terms[-2]) > abs(terms[1] - terms[0]) + abs(terms[2] - terms[1]):
        raise NoLimit("the expectation does not settle")
    table = [[0.0] * 8, terms]
    while len(table[-1]) > 3:
        last, before = table[-1], table[-2]
        gaps = [y - x for x, y in pairwise(last)]
        if min(map(abs, gaps)) < 1e-13 * (1 + max(map(abs, last))):
            break
        table.append([before[k + 1] + 1 / g for k, g in enumerate(gaps)])
    even = table[-1] if len(table) % 2 == 0 else table[-2]
    return np.asarray(even[-1])


def _followed(run: Run) -> Array:
    if run.iteration.noise:
        raise NotEvaluable("a random update that is not affine")
    states, before, largest = run.start(), float("inf"), 0.0
    for t in range(1, LIMITS.steps + 1):
        run.spent[0] += 1
        after = run.step(states, t)
        if not all(np.all(np.isfinite(v)) and np.abs(v).max() < LIMITS.far for v in after.values()):
            at_rest = all(np.isfinite(v).all() for v in states.values()) and t > 1
            raise NoLimit("the iteration leaves the finite numbers" + (f" at step {t}" if at_rest else ""))
        moved = float(np.abs(run.output(after) - run.output(states)).max())
        states, largest = after, max(largest, moved)
        if t % LIMITS.window == 0:
            if largest > 0.9 * before:
                raise NoLimit(f"increments of {largest:.1g} do not fall")
            before, largest = largest, 0.0
        if moved <= LIMITS.still * (1 + np.abs(run.output(states)).max()):
            return np.asarray(run.output(states)[0])
    raise NoLimit(f"increments of {moved:.1g} are left after {LIMITS.steps} steps")


def _flow(run: Run) -> Array:
    from scipy.linalg import expm

    try:
        a, b = run.affine_map()
        return _rest(run, expm(LIMITS.flow_step * np.block([[a, b[:, None]], [np.zeros((1, len(b) + 1))]])))
    except NotEvaluable:
        pass
    path = run.integrated(LIMITS.flow_time)
    end = path.y[:, -1]
    if not path.success or np.abs(run.velocity(0.0, end)).max() > 1e-7 * (1 + np.abs(end).max()):
        raise NoLimit("the flow is not at rest")
    return np.asarray(run.output(run.shaped(end))[0])
