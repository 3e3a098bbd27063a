"""Every bound of a comparison."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Every bound of a comparison. All are counted, none is a time."""

    tokens: int = 800  # symbols of a text
    parts: int = 600  # operations in a formula
    depth: int = 120  # operations inside one another
    loops: int = 6_000  # operations of one evaluation, terms of sums included
    proof_parts: int = 80  # operations of a formula that SymPy is asked about
    proof_power: int = 12  # exponents in it
    digits: tuple[int, ...] = (60, 120, 300)  # precisions at which an irrational difference must be stable
    shown: int = 400  # digits worked out for a witness
    spread: int = 300  # powers of ten between the sizes of the parts of a formula that digits can bridge
    spread_parts: int = 150  # parts that are looked at for it
    fresh: int = 3  # instances of a batch compared exactly after the float filter agrees
    least: int = 6  # instances that must be compared exactly where others are out of reach
    nesting: int = 12  # sets in sets, brackets round conditions
    relations: int = 16  # in the two conditions of a comparison
    points: int = 600  # instances at which conditions are compared
    entries: int = 40  # elements of a set
    rounding: int = 2  # significant digits that a decimal needs to stand for an exact number


BOUNDS = Bounds()
