"""Whether a point attains the optimum of the program in one world, exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from derive.grading.keys import Key
from derive.grading.verdict import Judgement, Verdict
from derive.maths.equality import (
    Witness,
    same_exactly,
    show_value,
)
from derive.maths.exact import World, exact, flatten, value_at
from derive.maths.expr import Expr
from derive.maths.worlds import describe, relevant


def shortfall(answer: Expr | Mapping[str, Expr], key: Key, w: World) -> Callable[[], Witness] | None:
    """As attains, with the witness to be made when it is shown."""
    program, d = key.program, key.derivation
    assert program is not None and d.value is not None
    points = dict(answer) if not isinstance(answer, Expr) else {**d.point, key.wanted.asked: answer}
    values = {n: exact(e, w) for n, e in points.items()}
    at = World({**w.values, **values}, w.dims, w.kind)

    def witness(note: str) -> Witness:
        shown = describe(w, [n for n in relevant(w, program.objective, *points.values(), *program.constraints) if n not in points])
        if isinstance(answer, Expr):
            point, wanted = values[key.wanted.asked], value_at(d.answer, w) if d.answer is not None else None
        else:
            point, wanted = [values[n] for n, _ in d.outputs if n in values], [value_at(e, w) for n, e in d.outputs if n in values]
        return Witness(shown, show_value(point), None if wanted is None else show_value(wanted), note)

    for c in program.constraints:
        if not all(flatten(exact(c, at))):
            return lambda: witness("It violates the constraint.")
    value, best = exact(program.objective, at), exact(d.value, w)
    if same_exactly(value, best):
        return None
    better = "larger" if program.sense == "min" else "smaller"
    return lambda: witness(f"It is not optimal: there the objective is {show_value(value)}, {better} than the optimal {show_value(best)}.")


def attains(answer: Expr | Mapping[str, Expr], key: Key, w: World) -> Witness | None:
    """None if the answer is feasible and optimal in this world (exactly), else the witness against it.

    answer: of the unknown that is asked (others stand at the derived optimum), or of each unknown by name.
    """
    found = shortfall(answer, key, w)
    return None if found is None else found()


def shown_in(answer: Expr, key: Key, w: World) -> Witness:
    """The witness in a world in which float64 with its bound showed that the point is not optimal."""
    found = shortfall(answer, key, w)
    assert found is not None
    return found()


def not_optimal(shown: Callable[[], Witness]) -> Judgement:
    """The judgement of a point that is not optimal, with its witness to be made when it is looked at."""
    def whole() -> Judgement:
        witness = shown()
        return Judgement(Verdict.INCORRECT, witness.note, "proved", witness)

    return Judgement.later(whole, verdict=Verdict.INCORRECT, strength="proved", diagnosis="")
