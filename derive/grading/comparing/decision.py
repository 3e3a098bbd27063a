"""Which comparison is for which kinds of sides."""

from __future__ import annotations

from functools import partial

from derive.grading.comparing.bounds import BOUNDS
from derive.grading.comparing.conditions import compare_conditions
from derive.grading.comparing.evaluation import cost
from derive.grading.comparing.formulas import KIND_NAMES, kind_of
from derive.grading.comparing.growth import compare_orders
from derive.grading.comparing.instances import Case
from derive.grading.comparing.outcome import Comparison, Counterexample, undecided
from derive.grading.comparing.sets import compare_lists, compare_ranges, compare_sets
from derive.grading.comparing.values import compare_values
from derive.maths.expr import Expr


def decide(case: Case, a: Expr, b: Expr) -> Comparison:
    """Compare two sides by what they are: values, conditions, sets, lists or ranges."""
    if cost(a) + cost(b) > BOUNDS.loops:
        return undecided("a sum has too many terms")
    kinds = tuple(map(kind_of, (a, b)))
    if "range" in kinds or set(kinds) == {"set", "condition"} or ("condition" in kinds and any(x.op == "vec" and x.data and len(x.args) == 2 for x in (a, b))):
        return compare_ranges(case, a, b)  # beside a condition, [0, 1] is an interval
    if kinds == ("condition", "condition"):
        return compare_conditions(case, a, b)
    if kinds == ("set", "set"):
        return compare_sets(case, a, b, partial(decide, case))
    if "list" in kinds and set(kinds) <= {"list", "value"}:
        return compare_lists(a, b, partial(decide, case))
    if kinds == ("order", "order"):
        return compare_orders(a, b)
    if kinds == ("value", "value"):
        if a.op == b.op == "vec" and a.data and b.data and a.data != b.data and len(a.args) == len(b.args) == 2:
            found = compare_values(case, a, b)
            if found.verdict != "equal":
                return found
            return undecided("the brackets differ; they are equal as vectors, not as intervals")
        return compare_values(case, a, b)
    if "condition" in kinds:
        return undecided(f"{KIND_NAMES[kinds[0]]} stands on the left, {KIND_NAMES[kinds[1]]} on the right")
    return Comparison("different", f"{KIND_NAMES[kinds[0]].capitalize()} stands on the left, {KIND_NAMES[kinds[1]]} on the right.", "proved",
                      Counterexample({}, KIND_NAMES[kinds[0]], KIND_NAMES[kinds[1]]))
