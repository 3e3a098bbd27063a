"""The check of programs that CVXPY cannot state: direct search from several starts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.derivation.certificate import MEASURED, Evidence
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, World, exact
from derive.maths.expr import Expr
from derive.problem.model import Problem
from derive.problem.nouns.program import Program

SEARCHES = 2  # a size


def searched(problem: Problem, program: Program, value: Expr, sizes: Iterable[Sequence[World]], bound: float) -> list[Evidence]:
    """No start of a direct search beats the derived value, and the best one reaches it, in a few worlds of each size."""
    from derive.derivation.search import METHOD, search

    worst, seen = 0.0, 0
    for worlds in sizes:
        done = 0
        for w in worlds:
            if done >= SEARCHES:
                break
            try:
                wanted, found = float(exact(value, w)), search(program, problem.symbols, w)
            except (Undefined, NotEvaluable):
                continue
            if found != found:  # no start ended in a feasible point: nothing to compare with
                continue
            worst = max(worst, abs(found - wanted) / (1 + abs(wanted)))
            done += 1
            seen += 1
    return [Evidence(f"gap to direct search ({METHOD}, several starts; the program is not stated in convex atoms)", MEASURED, seen > 0 and worst <= bound,
                     f"{worst:.1e} of {bound:.0e} over {seen} programs", worst)]
