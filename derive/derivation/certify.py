"""Certify a derivation: checks that do not use the rule that found it, and the numerical truth.

The checks stand by idea in certify_*.py; here they are registered by the kind of what was derived. No rule is imported:
a certificate that was written to a file is checked again by the same functions, from the file alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from derive.derivation import (
    certify_counts,
    certify_derivatives,
    certify_iterations,
    certify_multipliers,
    certify_names,
    certify_norms,
    certify_programs,
    certify_published,
    certify_status,
    certify_uniqueness,
)
from derive.derivation.certificate import Certificate, Evidence
from derive.derivation.steps import Derivation

Check = Callable[[Derivation], list[Evidence]]

# By the kind of what was derived. A check that is not for this derivation gives no evidence; a new kind adds a line.
CHECKS: dict[str, tuple[Check, ...]] = {
    "point": (
        certify_programs.attained, certify_programs.no_better, certify_programs.solver_gap, certify_programs.first_order,
        certify_programs.answer_is_of_the_point, certify_multipliers.multiplier_holds, certify_uniqueness.unique_where_claimed),
    "expression": (certify_programs.value_at_a_point, certify_norms.attained_by_a_direction, certify_iterations.checks, certify_counts.checks, certify_derivatives.checks),
    "condition": (certify_status.bounded_where_said, certify_status.not_attained, certify_status.range_as_stated, certify_iterations.checks),
    "norm": (certify_iterations.checks, certify_norms.said_of_the_limit),
    "name": (certify_names.put_back, certify_names.update_is_optimal),
    "table": (certify_counts.checks,),
}
# For every kind: what the spec says beside its statement.
ALWAYS: tuple[Check, ...] = (certify_published.published, certify_published.misconceptions)


def certify(derivation: Derivation, stop_at_failure: bool = False) -> Certificate:
    """Every check for this derivation. A check that cannot be made is not counted as one that holds.

    stop_at_failure: make no further check once one does not hold, where only whether all hold is asked.
    """
    extra = _Watched(derivation.extra)
    watched = replace(derivation, extra=extra)
    evidence: list[Evidence] = []
    for check in (*CHECKS[derivation.kind], *ALWAYS):
        evidence += check(watched)
        if stop_at_failure and not all(e.holds for e in evidence):
            break
    return Certificate(derivation.problem.id, derivation.part.id, tuple(evidence), tuple(n for n in derivation.extra if n in extra.read))


class _Watched(dict[str, Any]):
    """What a rule left beside its answer, noting what the checks read of it: a certificate file holds just that."""

    def __init__(self, extra: dict[str, Any]) -> None:
        super().__init__(extra)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)
