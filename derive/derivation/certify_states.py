"""Checks of what is derived about iterations with states, against runs of the declared updates (run_states).

A value after T steps is run for several T; a limit is run until it rests; rates, eigenvalues, stability and critical
steps come from the numerical matrix of the update; best rates from a global search; numbers of steps from counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np

from derive.derivation.certificate import MEASURED, Evidence
from derive.derivation.run_states import Run
from derive.derivation.simulate import NoLimit
from derive.derivation.states_at_rest import limit, limit_here
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import Array, NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.maths.worlds import as_array, complete, world_sets
from derive.problem.model import Problem

GAP = 1e-6  # between key and run, times 1 + max |value|
SEARCH_GAP = 2e-3  # between a best rate and the best that a global search finds, relative to 1
SEARCHES = 3  # instances in which a search is made
MOST = 40  # instances at all
COUNTS = (1, 2, 3, 5)  # numbers of steps that are run
ROUNDING = 1e-9  # of the squares of states that cancel in an output, times GAP: 1e-15 of them
SMALL = 256  # by which a sampled step is divided to be small
SIZES = (2, 3, 4)
WORLDS = 2  # of each size
SOUGHT = 40  # worlds that are drawn until enough of them meet the assumptions
RADIUS_STEPS = 60  # bisections of a stability range
STILL = 1e-9  # from 1, of an eigenvalue that stands for a mode that does not move

ASKS = frozenset(("iterate", "rate", "best-rate", "best-step", "stability", "critical-step", "eigenvalues", "steps"))


def state_checks(d: Derivation) -> list[Evidence]:
    """The checks for a part about an iteration with states."""
    if d.part.ask == "limit":
        return _compared(d, "simulated limit", lambda run, w: limit(run, _step_in(d)))
    return _CHECKS[d.part.ask](d)


def instances(problem: Problem) -> Iterator[World]:
    """Worlds of several sizes that meet the assumptions: the given one, and fresh ones."""
    it = problem.iteration
    assert it is not None
    count = SOUGHT if it.assume else WORLDS
    for symbols, seed in ((problem.symbols, 20251013), (problem.without_given(), 4242)):
        for ws in world_sets(symbols, ("generic",), sizes=SIZES, count=count, seed=seed):
            kept = 0
            for w in ws.worlds:
                if kept < WORLDS and _meets(w, it.assume):
                    kept += 1
                    yield w
        if all(s.given is None for s in problem.symbols.values()):
            break


def _meets(w: World, conditions: tuple[Expr, ...]) -> bool:
    try:
        return all(bool(exact(c, w)) for c in conditions)
    except (Undefined, NotEvaluable):
        return False


def _with(problem: Problem, w: World, name: str, value: Fraction) -> World:
    """The world with another value of one parameter; what is defined by it follows."""
    free = {n: v for n, v in w.values.items() if n in problem.symbols and problem.symbols[n].let is None}
    return complete(problem.symbols, {**free, name: value}, w.dims, w.kind)


def _compared(d: Derivation, name: str, truth: Callable[[Run, World], Array | float], gap: float = GAP, most: int = MOST) -> list[Evidence]:
    """The answer beside the truth, over instances."""
    assert d.answer is not None
    worst, seen, missed = 0.0, 0, ""
    for w in islice(_counted(d), most):
        try:
            wanted = as_array([exact(d.answer, w)])[0]
            run = Run(d.problem, w)
            found = np.asarray(truth(run, w))
        except (Undefined, NotEvaluable) as err:
            missed = str(err)
            continue
        except NoLimit as err:
            return [Evidence(name, MEASURED, False, f"the run does not settle: {err}")]
        if found.shape != wanted.shape:
            return [Evidence(name, MEASURED, False, f"the run has shape {found.shape}, the key {wanted.shape}")]
        worst = max(worst, float(np.abs(found - wanted).max()) / (1 + float(np.abs(wanted).max()) + ROUNDING * run.reach**2))
        seen += 1
    detail = f"{worst:.1e} of {gap:.0e} over {seen} runs" if seen else missed
    return [Evidence(name, MEASURED, seen > 0 and worst <= gap, detail, worst)]


def _counted(d: Derivation) -> Iterator[World]:
    """The instances; where the number of steps is a parameter of what is asked, each with several numbers."""
    it = d.problem.iteration
    assert it is not None
    for w in instances(d.problem):
        if d.part.ask == "limit" and _step_in(d):
            yield _with(d.problem, w, it.step, w.values[it.step] / SMALL)
        elif d.part.ask == "iterate" and it.count is not None and it.count.op == "sym":
            for k in COUNTS if not it.flow else (Fraction(1, 4), 1, 2):
                yield _with(d.problem, w, str(it.count.data), Fraction(k))
        else:
            yield w


def _step_in(d: Derivation) -> bool:
    """Whether the limit depends on a step size that is free: then it is compared at a small one."""
    it = d.problem.iteration
    return it is not None and bool(it.step) and d.answer is not None and it.step in E.symbols_in(d.answer) and d.problem.symbols[it.step].let is None


def _after(d: Derivation) -> list[Evidence]:
    def truth(run: Run, w: World) -> Array:
        count = run.iteration.count
        assert count is not None
        return run.at_time(float(exact(count, w))) if run.iteration.flow else run.after(int(exact(count, w)))

    return _compared(d, "the update, run step by step", truth)


# ------------------------------------------------------------------------------------------ the matrix of the update

def radius(run: Run) -> float:
    """The largest modulus of an eigenvalue of the update; over the ends and the middle of the modes where it has some."""
    return max(float(np.abs(np.linalg.eigvals(r.affine_map()[0])).max()) for r in _modes(run))


def _modes(run: Run) -> list[Run]:
    modes = run.iteration.modes
    if modes is None:
        return [run]
    low, high = (float(run.evaluate(e, {}, 1)[0]) for e in (modes.low, modes.high))
    return [run.with_value(modes.symbol, low + (high - low) * k / 8) for k in range(9)]


def _eigenvalues(d: Derivation) -> list[Evidence]:
    def truth(run: Run, w: World) -> Array:
        values = np.linalg.eigvals(run.affine_map()[0])
        of = {"sum": values.sum(), "product": values.prod(), "discriminant": (values[0] - values[-1]) ** 2}
        out = np.real(np.array([of[q] for q in d.part.quantities]))
        return out if len(out) > 1 else out[0]

    return _compared(d, "eigenvalues of the numerical update", truth)


def moving_radius(run: Run) -> float:
    """As radius, over the eigenvalues of the modes that the update moves at all."""
    matrices = [r.affine_map()[0] for r in _modes(run)]
    return max(float(np.abs(v[np.abs(v - 1) > STILL]).max(initial=0.0)) for v in map(np.linalg.eigvals, matrices))


def _stability(d: Derivation) -> list[Evidence]:
    """The supremum, or the upper end of a range of step sizes."""
    step = d.problem.iteration.step if d.problem.iteration else ""
    if d.part.ask == "condition":
        d = replace(d, answer=d.extra["upper"])

    def truth(run: Run, w: World) -> float:
        low, high = 1e-6, 1.0
        while moving_radius(run.with_value(step, high)) < 1:
            low, high = high, 2 * high
            if high > 1e12:
                raise NotEvaluable("no step is unstable")
        for _ in range(RADIUS_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if moving_radius(run.with_value(step, middle)) < 1 else (low, middle)
        return low

    return _compared(d, "bisected stability of the numerical update", truth)


def _critical(d: Derivation) -> list[Evidence]:
    step = d.problem.iteration.step if d.problem.iteration else ""

    def truth(run: Run, w: World) -> float:
        # (l1 - l2)^2 = trace^2 - 4 det of a 2 x 2 update affine in the step is a quartic in it at most.
        at = np.linspace(0.25, 3.0, 9)
        matrices = [run.with_value(step, float(x)).affine_map()[0] for x in at]
        gaps = np.array([np.trace(m) ** 2 - 4 * np.linalg.det(m) for m in matrices])
        fit = np.polynomial.polynomial.polyfit(at, gaps, 4)
        fit[np.abs(fit) < 1e-10 * np.abs(fit).max()] = 0
        roots = np.polynomial.polynomial.polyroots(np.trim_zeros(fit, "b"))
        real = [float(r.real) for r in roots if abs(r.imag) < 1e-6 * (1 + abs(r))]
        if not real:
            raise NotEvaluable("no step has a repeated eigenvalue")
        return max(real)

    return _compared(d, "largest root of the numerical discriminant", truth)


def _best(d: Derivation) -> list[Evidence]:
    """A global search over the parameters; for a best step, its rate beside the best rate found."""
    from scipy.optimize import differential_evolution, minimize

    names = d.part.choose

    def rates(run: Run, logs: Array) -> Array:
        given = {}
        for name, x in zip(names, logs, strict=True):
            unit = d.problem.symbols[name].domain == "unit"
            given[name] = 1 / (1 + np.exp(-x)) if unit else np.exp(x)
        return run.radii(given)

    def searched(run: Run) -> float:
        bounds = [(-8.0, 8.0)] * len(names)
        found = differential_evolution(lambda x: rates(run, x), bounds, rng=1, maxiter=80, popsize=20, tol=1e-9, polish=False, vectorized=True, updating="deferred")
        polished = minimize(lambda x: float(rates(run, x[:, None])[0]), found.x, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 300})
        return float(min(found.fun, polished.fun))

    if d.part.ask == "best-rate":
        return _compared(d, "best rate by global search", lambda run, w: searched(run), SEARCH_GAP, SEARCHES)
    assert d.answer is not None
    worst, seen = 0.0, 0
    for w in list(instances(d.problem))[:SEARCHES]:
        try:
            chosen = np.atleast_1d(as_array([exact(d.answer, w)])[0])
            run = Run(d.problem, w)
            at = run
            for name, v in zip(names, chosen, strict=True):
                at = at.with_value(name, float(v))
            worst = max(worst, radius(at) - searched(run))
            seen += 1
        except (Undefined, NotEvaluable):
            continue
    detail = f"{worst:.1e} of {SEARCH_GAP:.0e} above the best rate of a global search, {seen} times"
    return [Evidence("rate of the best step by global search", MEASURED, seen > 0 and worst <= SEARCH_GAP, detail, worst)]


# ------------------------------------------------------------------------------------------ numbers of steps

def _steps(d: Derivation) -> list[Evidence]:
    it, until = d.problem.iteration, d.part.until
    assert it is not None and until is not None

    def truth(run: Run, w: World) -> float:
        if it.step and run.problem.symbols[it.step].let is None and radius(run) >= 1:
            raise NotEvaluable("the step of this instance does not converge")
        end = {it.end: np.array([limit_here(run)])} if it.end else {}
        states = run.start()
        for t in range(10_000):
            if run.evaluate(until, {**states, **end}, 1)[0]:
                return float(t)
            states = run.step(states, t + 1)
        raise NotEvaluable("the condition is not reached in 10000 steps")

    return _compared(d, "steps counted until the condition holds", truth)


_CHECKS: dict[str, Callable[[Derivation], list[Evidence]]] = {
    "iterate": _after, "rate": lambda d: _compared(d, "spectral radius of the numerical update", lambda run, w: moving_radius(run)),
    "best-rate": _best, "best-step": _best, "stability": _stability, "condition": _stability, "critical-step": _critical, "eigenvalues": _eigenvalues,
    "steps": _steps,
}
