"""Where the checks of a certificate look: seeded worlds that meet the conditions of a part, and its tolerances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.derivation.steps import Derivation
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact, flatten
from derive.maths.expr import Expr
from derive.maths.worlds import WorldSet, world_sets
from derive.problem.model import Problem
from derive.problem.nouns.program import Program


@dataclass(frozen=True)
class Bounds:
    """Tolerances and sizes of the certificate, with their scales."""

    gap: float = 1e-6  # between the key and the numerical optimum, times 1 + |optimal value|
    far: float = 1e6  # entries of an optimum past which a failure of the solver says nothing
    limit: float = 1e-4  # between the key and a simulated limit, times 1 + |limit|
    worlds: int = 3  # numerical optima a size
    brute_worlds: int = 1  # the same where an optimum is found by brute force
    directions: int = 6  # sampled competitors a world
    retried: int = 40  # worlds a size where few of the first meet the assumptions


BOUNDS = Bounds()
KINDS = ("generic", "zeros", "ties")


def program_stated(d: Derivation) -> Program:
    """The program that a derivation is about; only where there is one."""
    program = d.part.program or d.problem.base(d.part).program
    assert program is not None
    return program


def sampled(problem: Problem, kinds: Sequence[str] = KINDS, count: int = 4, when: Sequence[Expr] = ()) -> list[WorldSet]:
    """Worlds of a problem, by kind and size; more of them where few meet the assumptions."""
    sets = world_sets(problem.symbols, kinds, count=count)
    if when and 4 * len(admissible(sets, when)) < sum(len(s.worlds) for s in sets):
        return world_sets(problem.symbols, kinds, count=BOUNDS.retried)
    return sets


def satisfies(w: World, conditions: Sequence[Expr]) -> bool:
    """Whether every condition holds in a world; one that is undefined does not."""
    try:
        return all(all(flatten(exact(c, w))) for c in conditions)  # an entrywise condition holds in every entry
    except (Undefined, NotEvaluable):
        return False


def admissible(sets: Sequence[WorldSet], when: Sequence[Expr]) -> list[World]:
    """The worlds in which the assumptions hold."""
    return [w for ws in sets for w in ws.worlds if satisfies(w, when)]


def with_value(w: World, name: str, value: Any) -> World:
    """The world with one value put in."""
    return World({**w.values, name: value}, w.dims, w.kind)


def near_boundary(problem: Problem, condition: Expr, sets: Sequence[WorldSet]) -> list[World]:
    """Worlds on both sides of a condition on free scalars: each scalar is also taken far smaller and larger."""
    out: list[World] = []
    scalars = [s.name for s in problem.symbols.values() if not s.shape and s.kind == "value" and s.let is None
               and s.given is None and s.name in E.symbols_in(condition) and s.domain in ("positive", "real", "nonnegative")]
    for ws in sets:
        for w in ws.worlds:
            out.append(w)
            for name in scalars:
                for factor in (Fraction(1, 64), Fraction(64)):
                    out.append(with_value(w, name, w.values[name] * factor))
    return out
