"""The key's own values in worlds that are made once: generic ones, those with zeros and ties, those beside thresholds."""

from __future__ import annotations

from dataclasses import replace

from derive.grading.keys import UNTIED, Key, kept
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.standard import Standard, Together
from derive.maths.thresholds import MOST, sets_beside, threshold_pairs
from derive.maths.worlds import WorldSet, world_sets


def required_of(key: Key) -> Expr:
    """The derived answer of a key."""
    assert key.derivation.answer is not None
    return key.derivation.answer


def generic_standard(key: Key) -> Standard:
    """The key's answer in generic worlds."""
    return kept(key, "generic", lambda: Standard(required_of(key), key.generic))


def edge_standard(key: Key) -> Standard:
    """The key's answer in worlds with zeros and with ties."""
    return kept(key, "edges", lambda: Standard(required_of(key), key.edges))


def together(key: Key) -> Together:
    """Generic worlds, those with zeros and ties, and those beside the key's own thresholds."""
    return kept(key, "together", lambda: Together(required_of(key), (generic_standard(key), edge_standard(key), beside_standard(required_of(key), key, 2))))


MANY = 60  # generic worlds of each size where no point is the only optimum


def many_sets(key: Key) -> list[WorldSet]:
    """Generic worlds in which a wrong point may often be optimal, since many are."""
    return world_sets(key.problem.symbols, ("generic",), count=MANY, seed=11)


def many_standard(key: Key) -> Standard | None:
    """The key's answer in those worlds; None where only some of them belong to the problem."""
    when = key.program.when if key.program is not None else ()
    return kept(key, "many", lambda: None if when else Standard(required_of(key), many_sets(key)))


def beside_standard(answer: Expr, key: Key, sizes: int) -> Standard:
    """Worlds on and beside the thresholds of an answer by pieces, and of the key; made once for the same thresholds."""
    required = required_of(key) if key.derivation.answer is not None else E.ZERO
    if key.cache.get(UNTIED) is True:
        return kept(key, "beside nothing", lambda: Standard(required, ()))
    pairs = tuple(dict.fromkeys((*threshold_pairs([answer]), *kept(key, "thresholds", lambda: threshold_pairs([required])))))[:MOST]
    made: dict[object, Standard] = kept(key, "beside", dict)
    found = made.get((sizes, pairs))
    if found is None:
        when = key.program.when if key.program is not None else ()
        found = Standard(required, [replace(ws, kind="threshold") for ws in sets_beside(pairs, key.generic[:sizes], key.problem.symbols, when)])
        if len(made) < _MOST_KEPT:
            made[sizes, pairs] = found
    return found


_MOST_KEPT = 200
"""Sets of thresholds of answers that are remembered with a key."""
