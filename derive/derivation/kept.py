"""Outcomes, certificates and worlds that are worked out once and kept on disk (derive.store).

What is kept is found again by everything that it was made from: the statement (the whole problem, so also the part that
another is about, and the part asked), the source of this package below the judgement, its version and those of the libraries
that compute. Kept is only what reads back equal to itself, and nothing that a clock ended. Without a store everything is worked
out anew; SymPy and CVXPY are imported only then.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from derive import __version__
from derive.derivation import plain_outcome
from derive.derivation.certificate import Certificate
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.errors import DeriveError
from derive.maths.plain_worlds import read_worlds, same_worlds, worlds_data
from derive.maths.worlds import WorldSet
from derive.problem.model import Part, Problem
from derive.store import code_digest, installed, user_store

LIBRARIES = ("clarabel", "cvxpy", "mpmath", "numpy", "scipy", "sympy")
CODE = ("errors", "maths", "problem", "derivation", "grading/keys")

T = TypeVar("T")


def kept_outcome(problem: Problem, part: Part) -> Outcome:
    """What solve() gives for a part, from the store where it is there."""
    name = f"derivation:{part.id}:{part.ask}"  # where solve() keeps it, too
    found = problem.cache.get(name)
    if isinstance(found, (Derivation, NotDerived)):
        return found

    def make() -> Outcome:
        from derive.derivation.solve import solve

        return solve(problem, part)

    outcome = kept("outcome", problem, part, make, plain_outcome.outcome_data, lambda data: plain_outcome.read_outcome(data, problem, part),
                   lambda o: not (isinstance(o, NotDerived) and o.clock))
    problem.cache[name] = outcome
    return outcome


def kept_certificate(d: Derivation) -> Certificate:
    """What certify() gives for a derivation of solve(), from the store where it is there."""

    def make() -> Certificate:
        from derive.derivation.certify import certify

        return certify(d)

    return kept("certificate", d.problem, d.part, make, plain_outcome.certificate_data, lambda data: plain_outcome.read_certificate(data, d))


def kept_worlds(what: str, problem: Problem, part: Part, make: Callable[[], tuple[WorldSet, ...]]) -> tuple[WorldSet, ...]:
    """Worlds of a part, from the store where they are there; what: a name for how they are drawn."""
    return kept(f"worlds {what}", problem, part, make, worlds_data, read_worlds, same=same_worlds)


def kept(what: str, problem: Problem, part: Part, make: Callable[[], T], written: Callable[[T], Any], read: Callable[[Any], T],
         worth: Callable[[T], bool] = lambda _: True, same: Callable[[T, T], bool] = lambda a, b: a == b) -> T:
    """Something made from a part: read from the store, or made and kept there."""
    store = user_store()
    if store is None:
        return make()
    name = f"{what}\0{digest(problem, part)}"
    content = store.get(name)
    if content is not None:
        try:
            return read(json.loads(content))
        except (DeriveError, ValueError, RecursionError):
            pass  # whoever wrote it wrote otherwise: made anew
    made = make()
    try:
        data = written(made) if worth(made) else None
        if data is not None:
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
            if same(read(json.loads(text)), made):
                store.put(name, text.encode())
    except (DeriveError, ValueError, TypeError, RecursionError, AttributeError):
        pass  # it has no plain form
    return made


def digest(problem: Problem, part: Part) -> str:
    """The digest of everything that a key is made from. Where the spec stands and how its file is laid out are no part of it."""
    stated = replace(problem, path=None, digest="")
    return hashlib.sha256(f"{_made_by()}\0{stated!r}\0{part!r}".encode("utf-8", "backslashreplace")).hexdigest()


@cache
def _made_by() -> str:
    """Whose work it is: version, code, libraries and Python."""
    libraries = " ".join(installed(*LIBRARIES))
    return f"{__version__}\0{code_digest(*CODE)}\0{libraries}\0{sys.version_info[:2]}"
