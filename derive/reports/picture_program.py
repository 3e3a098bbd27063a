"""Programs in two numbers: level sets of the objective, the feasible set or the unit ball of the norm, the gradient and the optimum."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import Array, Batch
from derive.maths.evaluate import evaluate
from derive.maths.exact import World, flatten
from derive.maths.expr import Expr
from derive.maths.worlds import as_array, complete, world_sets
from derive.maths.write import latex
from derive.problem.model import Problem
from derive.problem.nouns.program import Program
from derive.reports.pictures import ACCENT, BAD, GOOD, INK, SOFT, label, new_figure

GRID = 161
LARGE = 1000  # numbers past it, or below its inverse, make no picture
TRIED = 8  # instances that are looked at for one that makes a picture


def level_picture(problem: Problem, d: Derivation, drawn: set[str]) -> tuple[Any, str] | None:
    """The program of a part whose unknown has two entries, or None; one picture a part that states a program."""
    program = d.part.program
    if program is None or d.kind != "point" or len(program.over) > 2 or d.part.model is not None:
        return None
    shapes = [problem.symbols[n].shape for n in program.over]
    if len(shapes) == 1 and (len(shapes[0]) != 1 or shapes[0][0] not in (2, *problem.dims)):
        return None
    if len(shapes) == 2 and any(shapes):
        return None
    if len(shapes) == 1 and not isinstance(shapes[0][0], int) and len(problem.dims) > 1:
        return None
    point = d.point
    if set(point) != set(program.over):
        return None
    best: tuple[float, Any, Array] | None = None
    for w in _instances(problem):
        b = Batch({n: as_array([v]) for n, v in w.values.items()}, w.dims, 1)
        u = np.concatenate([np.ravel(evaluate(point[n], b)[0]) for n in program.over])
        if u.size == 2 and np.all(np.isfinite(u)) and _met(program, b):
            # The optimum neither at 0 nor far away, so that there is something to see.
            size = float(np.hypot(*u))
            merit = abs(np.log(size)) if size > 0 else 9.0
            if best is None or merit < best[0]:
                best = (merit, w, u)
    if best is None:
        return None
    return _drawn(problem, program, best[1], best[2])


def _instances(problem: Problem) -> Iterator[World]:
    """Instances in numbers of ordinary size; then the same with their vectors shorter, for conditions that ask for it."""
    found = [w for ws in world_sets(problem.symbols, ("generic",), (2,), TRIED) for w in ws.worlds]
    plain = [w for w in found if all(abs(float(x)) <= LARGE and (x == 0 or abs(float(x)) >= 1 / LARGE) for v in w.values.values() for x in flatten(v))]
    yield from plain
    for w in plain:
        shorter = {n: [x / 16 for x in v] if isinstance(v, list) and v and isinstance(v[0], Fraction) and problem.symbols[n].given is None else v
                   for n, v in w.values.items() if (n in problem.symbols and problem.symbols[n].let is None and problem.symbols[n].domain == "real") or not isinstance(v, list)}
        if set(shorter) | {n for n, s in problem.symbols.items() if s.let is not None} >= set(w.values):
            yield complete(problem.symbols, dict(shorter), w.dims)


def _met(program: Program, b: Batch) -> bool:
    return all(bool(np.all(evaluate(c, b))) for c in program.when)


def _drawn(problem: Problem, program: Program, w: Any, u: Array) -> tuple[Any, str]:
    reach = 1.9 * max(float(np.abs(u).max()), 0.4)
    xs = np.linspace(-reach, reach, GRID)
    x, y = np.meshgrid(xs, xs)
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    z = _at(problem, program, program.objective, w, points).reshape(x.shape)
    figure, axes = new_figure(5.2, 4.6)
    ax = axes[0, 0]
    z = np.where(np.isfinite(z), z, np.nan)
    best = float(_at(problem, program, program.objective, w, u[None])[0])
    span = np.nanpercentile(z, 96) - best if program.sense == "min" else best - np.nanpercentile(z, 4)
    steps = np.linspace(0.03, 1, 11) ** 1.6 * span
    levels = np.sort(best + steps if program.sense == "min" else best - steps)
    if np.all(np.diff(levels) > 0):
        ax.contour(x, y, z, levels=levels, colors=SOFT, linewidths=0.8, linestyles="solid")
    for c in program.constraints:
        holds = _at(problem, program, c, w, points).reshape(x.shape)
        if np.all(np.isfinite(holds)) and c.data == "=" and c.op == "rel":
            gap = _at(problem, program, E.sub(c.args[0], c.args[1]), w, points).reshape(x.shape) if not c.args[0].shape else None
            if gap is not None:
                ax.contour(x, y, gap, levels=[0], colors=ACCENT, linewidths=1.8)
        else:
            ax.contourf(x, y, holds.astype(float), levels=[0.5, 1.5], colors=[ACCENT], alpha=0.13)
            if c.op == "rel" and not c.args[0].shape and not c.args[1].shape:
                ax.contour(x, y, _at(problem, program, E.sub(c.args[0], c.args[1]), w, points).reshape(x.shape), levels=[0], colors=ACCENT, linewidths=1.5)
    norm = None if program.constraints else _norm(program)
    if norm is not None:
        size = float(_at(problem, program, norm, w, u[None])[0]) or reach / 2  # the optimum at 0 lies on no ball
        ball = _at(problem, program, norm, w, points).reshape(x.shape)
        ax.contour(x, y, ball, levels=[size], colors=ACCENT, linewidths=1.6)
    slope = _slope(problem, program, w)
    if slope is not None and np.hypot(*slope) > 0:
        g = slope / np.hypot(*slope) * reach * 0.55
        ax.annotate("", xy=tuple(g), xytext=(0, 0), arrowprops={"arrowstyle": "-|>", "color": BAD, "lw": 1.6})
        ax.annotate(label(_slope_name(problem, program)), xy=tuple(g), xytext=(6, 4), textcoords="offset points", color=BAD, fontsize=11)
    ax.plot(*u, "o", color=GOOD, markersize=7, zorder=5)
    name = latex(E.sym(program.over[0])) + "^*" if len(program.over) == 1 else "(" + ", ".join(latex(E.sym(n)) + "^*" for n in program.over) + ")"
    ax.annotate(label(name), xy=tuple(u), xytext=(8, -12), textcoords="offset points", color=GOOD, fontsize=12)
    ax.axhline(0, color=SOFT, lw=0.5, zorder=0)
    ax.axvline(0, color=SOFT, lw=0.5, zorder=0)
    ax.set_aspect("equal")
    ax.set_xlim(-reach, reach)
    ax.set_ylim(-reach, reach)
    names = [f"{latex(E.sym(program.over[0]))}_{{{i}}}" for i in (1, 2)] if len(program.over) == 1 else [latex(E.sym(n)) for n in program.over]
    ax.set_xlabel(label(names[0]), color=INK)
    ax.set_ylabel(label(names[1]), color=INK, rotation=0)
    said = "Level sets of the objective (grey)"
    if program.constraints:
        said += ", the feasible set (blue)"
    elif norm is not None:
        said += f", {'the ball' if np.any(u) else 'a ball'} of ${latex(norm)}${' through the optimum' if np.any(u) else ''} (blue)"
    said += ", the gradient of the objective's linear term (red)" if slope is not None else ""
    used = sorted(E.symbols_in(program.objective) | frozenset(n for c in program.constraints for n in E.symbols_in(c)))
    return figure, f"{said} and the optimum (green), at {instance(problem, w, [n for n in used if n not in program.over])}."


def instance(problem: Problem, w: Any, names: list[str]) -> str:
    """The values of an instance, as formulas."""
    from derive.maths.worlds import show_number

    out = []
    for n in names:
        v = w.values.get(n)
        if v is None or n not in problem.symbols:
            continue
        flat = isinstance(v, list) and v and not isinstance(v[0], list)
        if isinstance(v, list) and not flat:
            continue
        shown = "(" + ", ".join(show_number(x) for x in v) + ")" if flat else show_number(v)
        out.append(f"${latex(E.sym(n))} = {shown}$")
    return ", ".join(out) or "one instance"


def _at(problem: Problem, program: Program, e: Expr, w: Any, points: Array) -> Array:
    """e at many points of the unknowns."""
    count = len(points)
    values = {n: np.repeat(as_array([v]), count, axis=0) for n, v in w.values.items()}
    if len(program.over) == 1:
        values[program.over[0]] = points
    else:
        values |= {n: points[:, i] for i, n in enumerate(program.over)}
    return np.asarray(evaluate(e, Batch(values, w.dims, count)), dtype=float)


def _norm(program: Program) -> Expr | None:
    """The one norm of the unknown itself in the objective."""
    found = {x for x in E.walk(program.objective) if x.op == "norm" and x.args[0].op == "sym" and x.args[0].data == program.over[0]}
    return found.pop() if len(found) == 1 else None


def _linear(program: Program) -> Expr | None:
    """g of a term g^T u."""
    for x in E.walk(program.objective):
        if x.op == "dot" and any(a.op == "sym" and a.data == program.over[0] for a in x.args):
            other = next((a for a in x.args if program.over[0] not in E.symbols_in(a)), None)
            if other is not None:
                return other
    return None


def _slope(problem: Problem, program: Program, w: Any) -> Array | None:
    g = _linear(program) if len(program.over) == 1 else None
    if g is None:
        return None
    return np.asarray(evaluate(g, Batch({n: as_array([v]) for n, v in w.values.items()}, w.dims, 1))[0], dtype=float)


def _slope_name(problem: Problem, program: Program) -> str:
    g = _linear(program)
    return latex(g) if g is not None and g.op == "sym" else r"\nabla"
