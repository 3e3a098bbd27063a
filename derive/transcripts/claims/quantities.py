"""What a schedule does in one run, counted: messages, the size of one, rounds, or the numbers that are sent; of all together, of each worker, in a phase."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from derive.derivation.collectives import Node
from derive.derivation.schedules import messages
from derive.problem.nouns.schedule import Schedule

What = Literal["messages", "size", "sent", "rounds"]
Values = Mapping[str, Fraction]


def quantity(what: What, whose: str, phase: str, schedule: Schedule, at: Values) -> Fraction | None:
    """The quantity in the run with these values of the symbols; None where it is no one number.

    whose: whole or worker, of messages and numbers sent; phase: '' for all of them. Raises Faulty where the schedule cannot be run.
    """
    n, p = int(at[schedule.workers]), int(at[schedule.parameters])
    sent = [m for m in messages(schedule, n, p, at) if not phase or m.phase == phase]
    if what == "rounds":
        return Fraction(len({(m.phase, m.round) for m in sent}))
    if what == "size":
        sizes = {m.size for m in sent}
        return sizes.pop() if len(sizes) == 1 else None
    shares: dict[Node, Fraction] = {}
    for m in sent:
        shares[m.sender] = shares.get(m.sender, Fraction(0)) + (m.size if what == "sent" else 1)
    if whose == "whole":
        return sum(shares.values(), Fraction(0))
    own = [x for (kind, _), x in shares.items() if kind == "worker"]
    return own[0] if len(own) == n and len(set(own)) == 1 else None
