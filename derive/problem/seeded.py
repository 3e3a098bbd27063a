"""The variant of a problem for a seed or a student."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from derive.errors import SpecError
from derive.problem.fields import Place
from derive.problem.load import from_data
from derive.problem.model import Problem
from derive.problem.variants import Variant, draw, filled


def variant_of(problem: Problem, seed: int | str) -> Problem:
    """The problem that this seed (a number, or the name or id of a student) gets; the problem itself where nothing is drawn.

    The same for ever for the same id, version, [variants] and seed (derive.problem.variants says how it is drawn). It keeps the id; `variant`
    says what was drawn. Seeds that draw the same share what is derived. Raises SpecError where the drawn values make no spec.
    """
    if problem.variants is None or problem.template is None:
        return problem
    return with_values(problem, draw(problem.variants, problem.id, problem.version, seed))


def with_values(problem: Problem, variant: Variant) -> Problem:
    """The problem with these values drawn."""
    assert problem.template is not None
    name = f"variant:{variant.key}"
    found = problem.cache.get(name)
    if isinstance(found, Problem):
        return replace(found, variant=variant)
    file = problem.path.name if problem.path else problem.id
    try:
        own = from_data(filled(problem.template, variant.values, Place(file)), file)
    except SpecError as err:
        drawn = ", ".join(variant.key)
        raise SpecError(err.where, f"with {drawn}: {err.what}", err.next_step or "Add a constraint to [variants] where.") from None
    digest = hashlib.sha256("\n".join((problem.digest, *variant.key)).encode("utf-8")).hexdigest() if problem.digest else ""
    own = replace(own, path=problem.path, digest=digest, variants=problem.variants, template=problem.template, variant=variant)
    problem.cache[name] = own
    return own
