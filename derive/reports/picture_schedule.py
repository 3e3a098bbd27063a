"""Schedules: who sends what to whom, one small picture a round."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from derive.derivation.collectives import Faulty, Message, Node
from derive.derivation.schedules import messages, trials
from derive.derivation.steps import Derivation
from derive.problem.model import Problem
from derive.problem.nouns.schedule import Schedule
from derive.reports.pictures import ACCENT, BAD, INK, SOFT, new_figure

MOST = 8  # rounds that are shown
WORKERS = 4


def rounds_picture(problem: Problem, d: Derivation, drawn: set[str]) -> tuple[Any, str] | None:
    """The rounds of the schedule that a part counts, once a schedule, for four workers (or the nearest number that it speaks of)."""
    name = d.part.schedule
    if name is None or name in drawn:
        return None
    schedule = problem.schedule(name)
    if schedule.stages:
        return None
    runs = [t for t in trials(problem, schedule) if not t.run.misfit]
    if not runs:
        return None
    trial = min(runs, key=lambda t: (abs(t.run.n - WORKERS), t.run.n))
    n, p = trial.run.n, trial.run.p
    try:
        sent = list(messages(schedule, n, p, {k: Fraction(v) for k, v in trial.values.items()}))
    except Faulty:
        return None
    rounds: dict[tuple[str, int], list[Message]] = {}
    for m in sent:
        rounds.setdefault((m.phase, m.round), []).append(m)
    shown = list(rounds.items())[:MOST]
    if not shown or max(len(ms) for _, ms in shown) > 40:
        return None
    drawn.add(name)
    columns = min(4, len(shown))
    rows = -(-len(shown) // columns)
    figure, axes = new_figure(2.1 * columns, 2.25 * rows, columns, rows)
    places = _places(schedule, sent, n)
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, ((phase, _), ms), k in zip(axes.flat, shown, range(len(shown)), strict=False):
        _round(ax, ms, places)
        ax.set_title(f"round {k + 1}: {phase}", fontsize=8, color=INK)
    more = len(rounds) - len(shown)
    size = f"{schedule.workers} = {n}"
    chunks = any(m.of > 1 for m in sent)
    return figure, (f"{schedule.title}: the messages of each round for {size}" + (", each with the number of its chunk" if chunks else "")
                    + " (blue: added, red: taken over)" + (f"; {more} more rounds follow" if more else "") + ".")


def _places(schedule: Schedule, sent: list[Message], n: int) -> dict[Node, Any]:
    """Workers on a circle, other nodes in its middle."""
    angle = [np.pi / 2 - 2 * np.pi * i / n for i in range(n)]
    out: dict[Node, Any] = {("worker", i): np.array([np.cos(a), np.sin(a)]) for i, a in enumerate(angle)}
    others = sorted({x for m in sent for x in (m.sender, m.receiver)} - set(out), key=str)
    for k, node in enumerate(others):
        out[node] = np.array([0.5 * (k - (len(others) - 1) / 2), 0.0])
    return out


def _round(ax: Any, ms: list[Message], places: dict[Node, Any]) -> None:
    for m in ms:
        a, b = places[m.sender], places[m.receiver]
        way = b - a
        length = float(np.hypot(*way)) or 1.0
        start, end = a + 0.17 * way / length, b - 0.19 * way / length
        colour = ACCENT if m.action == "add" else BAD
        ax.annotate("", xy=tuple(end), xytext=tuple(start), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.1, "connectionstyle": "arc3,rad=0.12"})
        if m.of > 1:
            side = np.array([way[1], -way[0]]) / length
            ax.text(*((a + b) / 2 + 0.17 * side), str(m.index), fontsize=7, color=colour, ha="center", va="center")
    for node, xy in places.items():
        ax.plot(*xy, "o", color="white", markeredgecolor=INK if node[1] is not None else SOFT, markersize=13)
        ax.text(*xy, str(node[1]) if node[0] == "worker" and node[1] is not None else node[0][:1].upper(), ha="center", va="center", fontsize=8, color=INK)
    ax.set_xlim(-1.35, 1.35)
    ax.set_ylim(-1.35, 1.35)
    ax.set_aspect("equal")
