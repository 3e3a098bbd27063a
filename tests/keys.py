"""Keys of a run: what one test has derived or certified, no other of any worker works out again.

They are kept in the folder that conftest gives to every run, by what they are made from (derive.derivation.kept). A derivation
that a test edits, or makes of its own, is certified anew, and a test that exchanges code keeps and finds nothing.
"""

from __future__ import annotations

from derive.derivation import certify as checks
from derive.derivation.certificate import Certificate
from derive.derivation.kept import kept_certificate, kept_outcome
from derive.derivation.steps import Derivation, Outcome
from derive.problem.model import Part, Problem


def solve(problem: Problem, part: Part) -> Outcome:
    """The outcome of a part."""
    return kept_outcome(problem, part)


def certify(d: Derivation) -> Certificate:
    """The certificate of a derivation; kept of one that solve() gave as it stands."""
    return kept_certificate(d) if d.problem.cache.get(f"derivation:{d.part.id}:{d.part.ask}") is d else checks.certify(d)
