"""Iterations: the path of the iterates to the set of solutions, and every entry against the number of steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from derive.derivation.run_states import Run
from derive.derivation.simulate import BUDGET, NoLimit, Simulation
from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import Array, Batch
from derive.maths.evaluate import evaluate
from derive.maths.worlds import as_array, world_sets
from derive.maths.write import latex
from derive.problem.model import Problem
from derive.reports.picture_program import instance
from derive.reports.pictures import ACCENT, BAD, GOOD, INK, SOFT, label, new_figure

STEPS = 60
LONG = 600  # of step sizes that fall
ENOUGH = 0.01  # of the way that is left ends the picture
COLOURS = (ACCENT, BAD, "#9a6400", "#6a4fb3")


def path_picture(problem: Problem, d: Derivation, drawn: set[str]) -> tuple[Any, str] | None:
    """The iteration of a problem, once: at the first part that asks for its limit."""
    it = problem.iteration
    if it is None or "iteration" in drawn or d.part.ask not in ("limit", "condition", "iterate", "rate", "stability") or it.flow or it.noise:
        return None
    worlds = [w for ws in world_sets(problem.symbols, ("generic",), (2,), 4) for w in ws.worlds]
    for w in worlds:
        found = _rescaled(problem, w) if it.plain else _states(problem, w)
        if found is None:
            continue
        name, path, how = found
        if path.shape[1] > 4 or not np.all(np.isfinite(path)):
            continue
        drawn.add("iteration")
        return _drawn(problem, d, w, name, path, how)
    return None


def _rescaled(problem: Problem, w: Any) -> tuple[str, Array, str] | None:
    """The path of a plain iteration in original units, with a step that converges."""
    it = problem.iteration
    assert it is not None
    s = Simulation(problem, w)
    constant = it.steps == "constant"
    try:
        bound = s.step_bound if constant else 0.0
        # Steps that fall begin with a fraction of the way to the limit, so that the picture shows the way and not only its end.
        first = 0.35 * (bound if np.isfinite(bound) else 1.0) if constant else 0.3 * float(np.abs(s.settle().point - s.start / s.scale).max() * s.scale.max())
    except NoLimit:
        return None
    theta = s.start
    path = [theta / s.scale]
    for t in range(STEPS if constant else LONG):
        theta = s.step(theta, first if constant else first / (t + 1) ** BUDGET.power)
        path.append(theta / s.scale)
    points = np.array(path).reshape(len(path), -1)
    how = "35 % of the largest step size that converges" if constant else "step sizes that fall like $t^{-3/4}$"
    return it.over, points, how


def _states(problem: Problem, w: Any) -> tuple[str, Array, str] | None:
    it = problem.iteration
    assert it is not None
    run = Run(problem, w)
    states = run.start()
    rows = [np.concatenate([np.ravel(v[0]) for v in states.values()])]
    for t in range(STEPS):
        states = run.step(states, t + 1)
        rows.append(np.concatenate([np.ravel(v[0]) for v in states.values()]))
        if not np.all(np.isfinite(rows[-1])) or np.abs(rows[-1]).max() > 1e3 * (1 + np.abs(rows[0]).max()):
            return None
    return it.over, np.array(rows), ""


def _drawn(problem: Problem, d: Derivation, w: Any, name: str, path: Array, how: str) -> tuple[Any, str]:
    it = problem.iteration
    assert it is not None
    plane = it.plain and path.shape[1] >= 2
    figure, axes = new_figure(8.4 if plane else 5.2, 3.6, 2 if plane else 1)
    end = path[-1]
    if plane:
        _plane(problem, w, axes[0, 0], path, end, name)
    ax = axes[0, -1]
    reached = np.abs(path - end).max(axis=1) <= ENOUGH * (np.abs(path[0] - end).max() + 1e-12)
    last = max(8, min(len(path) - 1, int(np.argmax(reached)) * 2 if reached.any() else len(path) - 1))
    names = _entries(problem, path.shape[1], name)
    for k in range(path.shape[1]):
        ax.plot(range(last + 1), path[: last + 1, k], "-", marker="." if last <= 40 else None, color=COLOURS[k], lw=1.4, markersize=4)
        if it.plain:
            ax.axhline(end[k], color=COLOURS[k], lw=0.8, ls="--")
        ax.annotate(label(names[k]), xy=(last, path[last, k]), xytext=(4, 0), textcoords="offset points", color=COLOURS[k], fontsize=10, va="center")
    ax.set_xlabel("step $t$", color=INK)
    ax.set_title("entries by step", fontsize=9, color=INK)
    used = sorted({n for e in ([it.loss, it.update] if it.plain else [s.update for s in it.states]) for n in E.symbols_in(e)} - it.internal - {it.step if it.plain else ""})
    said = "The iterates (black), level sets of the loss (grey) and the solutions (blue) in the plane of the first two entries; right: every entry. " if plane else "The iteration. "
    return figure, f"{said}At {instance(problem, w, used)}{f', {how}' if how else ''}."


def _entries(problem: Problem, count: int, name: str) -> list[str]:
    it = problem.iteration
    assert it is not None
    if it.states and len(it.states) == count:
        return [latex(E.sym(s.name)) for s in it.states]
    return [f"{latex(E.sym(name))}_{{{k + 1}}}" for k in range(count)] if count > 1 else [latex(E.sym(name))]


def _plane(problem: Problem, w: Any, ax: Any, path: Array, end: Array, name: str) -> None:
    it = problem.iteration
    assert it is not None
    low, high = path[:, :2].min(axis=0), path[:, :2].max(axis=0)
    reach = 0.75 * max(float((high - low).max()), 0.2)
    mid = (low + high) / 2
    x, y = np.meshgrid(np.linspace(mid[0] - reach, mid[0] + reach, 121), np.linspace(mid[1] - reach, mid[1] + reach, 121))
    points = np.tile(end, (x.size, 1))
    points[:, 0], points[:, 1] = x.ravel(), y.ravel()
    values = {n: np.repeat(as_array([v]), len(points), axis=0) for n, v in w.values.items()} | {name: points}
    z = np.asarray(evaluate(replace(it).loss, Batch(values, w.dims, len(points))), dtype=float).reshape(x.shape)
    low_z, high_z = float(np.nanmin(z)), float(np.nanmax(z))
    ax.contour(x, y, z, levels=low_z + (high_z - low_z) * np.linspace(0.02, 1, 10) ** 2, colors=SOFT, linewidths=0.7, linestyles="solid")
    at_end = np.asarray(evaluate(it.loss, Batch({n: as_array([v]) for n, v in w.values.items()} | {name: end[None]}, w.dims, 1)))[0]
    if abs(at_end) < 1e-3 * max(high_z, 1e-9):  # the loss vanishes there: its zeros are the solutions
        _line(problem, w, ax, end, name, x)
    ax.plot(path[:, 0], path[:, 1], ".-", color=INK, lw=1.2, markersize=4)
    ax.plot(*end[:2], "o", color=GOOD, markersize=7, zorder=5)
    ax.annotate(label(rf"{latex(E.sym(name))}_\infty"), xy=tuple(end[:2]), xytext=(7, 5), textcoords="offset points", color=GOOD, fontsize=11)
    ax.set_xlim(x.min(), x.max())
    ax.set_ylim(y.min(), y.max())
    ax.set_aspect("equal")
    ax.set_xlabel(label(rf"{latex(E.sym(name))}_{{1}}"), color=INK)
    ax.set_ylabel(label(rf"{latex(E.sym(name))}_{{2}}"), color=INK, rotation=0)
    ax.set_title("path in the plane of the first two entries" if path.shape[1] > 2 else "path", fontsize=9, color=INK)


def _line(problem: Problem, w: Any, ax: Any, end: Array, name: str, x: Array) -> None:
    """The solutions through the end: orthogonal to the slope of the residual, found as the steepest direction of curvature of the loss."""
    it = problem.iteration
    assert it is not None
    h = 1e-3 * (1 + float(np.abs(end).max()))
    moves = np.array([end + h * (i * np.eye(len(end))[0] + j * np.eye(len(end))[1]) for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))])
    values = {n: np.repeat(as_array([v]), len(moves), axis=0) for n, v in w.values.items()} | {name: moves}
    f = np.asarray(evaluate(it.loss, Batch(values, w.dims, len(moves))), dtype=float) / h**2
    curvature = np.array([[f[0] + f[1], (f[4] + f[5] - f[6] - f[7]) / 4], [(f[4] + f[5] - f[6] - f[7]) / 4, f[2] + f[3]]])
    sizes, directions = np.linalg.eigh(curvature)
    if sizes[0] > 1e-3 * sizes[1]:
        return  # one solution, no line
    t = np.array([-4.0, 4.0]) * float(np.ptp(x))
    along = directions[:, 0]
    ax.plot(end[0] + t * along[0], end[1] + t * along[1], color=ACCENT, lw=1.8)
