"""Families of worlds of an iteration with noise that is drawn anew in every step: single steps with a draw, and the mean of its states.

free      states and a draw are random, with those that follow them; the means are others, with those that follow them: identities, one step
along     the means along the steps from the start
anywhere  the same means as the states themselves, for a text that leaves the expectation away
optimum   the means after the number of steps that is asked for
limit     the means at the derived limit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.calculus import NotDifferentiable
from derive.maths.exact import Undefined, Value, World, value_at
from derive.problem.nouns.iteration import Iteration
from derive.transcripts.claims.expectations import MEAN, averaged
from derive.transcripts.claims.families import TIMES, Family, Moment, gradients_taken
from derive.transcripts.claims.language import Unreadable
from derive.transcripts.claims.several_states import Run, drawn, ended, step_sizes


def averages(it: Iteration) -> Iteration | None:
    """The iteration of the means; None where it is not known to be one."""
    if not it.noise or it.flow or it.before or any(s.program for s in it.states):
        return None
    names = {n.name for n in it.noise}
    try:
        states = tuple(replace(s, update=averaged(gradients_taken(s.update), it.noise)) for s in it.states)
    except (Unreadable, NotDifferentiable, E.ShapeError):
        return None
    if len(states) > 1 and it.order == "sequential" and sum(any(x.op == "sym" and x.data in names for x in E.walk(s.update)) for s in it.states) > 1:
        return None  # two states see one draw: their product has more than their means
    return replace(it, states=states, noise=())


def noise_families(key: Key, worlds: Sequence[World]) -> tuple[Family, ...]:
    """The families of an iteration with noise in some worlds; none where its means are not known."""
    it = key.problem.iteration
    assert it is not None
    mean = averages(it)
    if mean is None:
        return ()
    found: dict[str, list[Moment]] = {n: [] for n in ("free", "along", "anywhere", "optimum", "limit")}
    try:
        each, all_of_them = Run(it), Run(mean)
        for k, w in enumerate(worlds):
            still = World({n: v for n, v in w.values.items() if n not in {x.name for x in it.noise}}, w.dims, w.kind)
            for alpha in step_sizes(key.problem, w):
                path = all_of_them.path(still, alpha, max(TIMES) + 3)
                start = drawn(path[0], k)
                drawn_step = each.world(w, alpha, each.path(w, alpha, 4, start), 1, known=False)
                mean_step = all_of_them.world(still, alpha, all_of_them.path(still, alpha, 4, drawn(path[0], k + 5)), 1, known=False)
                found["free"].append(Moment(World({**drawn_step.values, **_means(mean_step, it)}, w.dims, w.kind)))
                for t in TIMES[1:]:
                    there = all_of_them.world(still, alpha, path, t)
                    found["along"].append(Moment(_only_means(there, it)))
                    found["anywhere"].append(Moment(there))
                count = ended(it, w)
                if count is not None:
                    end = all_of_them.world(still, alpha, all_of_them.path(still, alpha, count + 3), count)
                    found["optimum"].append(Moment(World({**end.values, **_means(end, it)}, w.dims, w.kind)))
                point = value_at(key.derivation.answer, w) if key.part.ask == "limit" and key.derivation.answer is not None else None
                if point is not None:
                    values = {f"{head}{it.over}{label}": point for head in ("", MEAN) for label in ("", "@next", "@prev", "@after", "@limit")}
                    found["limit"].append(Moment(World({**still.values, **values, **({it.step: alpha} if alpha is not None else {})}, w.dims, w.kind)))
    except (NotDifferentiable, Undefined, NotEvaluable, KeyError):
        return ()
    says = {"free": "for every value of everything in it", "along": "at every step", "anywhere": "for the mean", "optimum": "after the last step", "limit": "at the limit"}
    return tuple(Family(n, says[n], tuple(moments)) for n, moments in found.items() if moments)


def _means(w: World, it: Iteration) -> dict[str, Value]:
    """The states of a world as means."""
    names = {s.name for s in it.states}
    return {f"{MEAN}{n}": v for n, v in w.values.items() if n.partition("@")[0] in names}


def _only_means(w: World, it: Iteration) -> World:
    """A world whose states have values as means only."""
    names = {s.name for s in it.states}
    return World({**{n: v for n, v in w.values.items() if n.partition("@")[0] not in names}, **_means(w, it)}, w.dims, w.kind)
