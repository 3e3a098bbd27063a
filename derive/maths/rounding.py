"""Bounds on the size of values and on what float64 loses of them, and what operations do to such bounds.

Forward error analysis: N. J. Higham, Accuracy and Stability of Numerical Algorithms, ch. 2 to 4. Sums, products and choices of dyadic
numbers of few bits are multiples of one 2**-step; as long as they are below 2**(53 - step) float64 holds each of them without error.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

UNIT = 2.0**-53
"""The relative error of one operation of float64."""
LONGEST = 2.0**53
"""Whole numbers up to here are float64 numbers."""
TOLD_APART = 2.0**35
"""Of whole numbers up to here those that differ do so by more than the tolerances with which evaluate compares."""
SLACK = 1.0 + 1e-6
"""What the rounding of the bounds themselves can add to them."""
_LARGEST, _SMALLEST = 1e100, 1e-150
_FINEST = 900  # bits after the point; far from where float64 loses small numbers


class Unbounded(Exception):
    """No bound is known."""


class Rounding(NamedTuple):
    """Of values in some worlds: |value| <= most, |float64 value - value| <= error.

    step: where error is 0 every value is a whole multiple of 2**-step; else None. whole: no value is undefined. Where it is False a
    value that is NaN is certainly undefined.
    """

    most: float
    error: float = 0.0
    step: int | None = 0
    whole: bool = True


def checked(r: Rounding) -> Rounding:
    """The bound itself; Unbounded where values could be so large, or so small, that float64 loses them."""
    if not (r.most == 0 or _SMALLEST < r.most < _LARGEST):
        raise Unbounded
    return r


def settled(most: float, error: float, step: int | None, whole: bool, rounded: float) -> Rounding:
    """The result of an operation: exact where all values are multiples of 2**-step that float64 holds, else further off by `rounded`."""
    if step is not None and error == 0.0 and step < _FINEST and most * 2.0**step <= LONGEST:
        return Rounding(most, 0.0, step, whole)
    return Rounding(most, (error + rounded) * SLACK, None, whole)


def common_step(*of: Rounding) -> int | None:
    """The step of values that come from all of these."""
    steps = [r.step for r in of if r.step is not None]
    return max(steps) if len(steps) == len(of) else None


def number_bound(x: Fraction | int) -> Rounding:
    """A rational constant."""
    x = Fraction(x)
    d, size = x.denominator, abs(float(x))
    if d & (d - 1) == 0 and abs(x.numerator) <= LONGEST and d.bit_length() < _FINEST:
        return Rounding(size, 0.0, d.bit_length() - 1)
    return Rounding(size * SLACK, 2 * UNIT * size, None)


def sum_bound(*terms: Rounding) -> Rounding:
    """a + b + ..., from left to right."""
    most, error = sum(t.most for t in terms), sum(t.error for t in terms)
    return settled(most, error, common_step(*terms), all(t.whole for t in terms), 2 * len(terms) * UNIT * (most + error))


def total_bound(a: Rounding, n: int) -> Rounding:
    """A sum of n values, in any order."""
    return settled(n * a.most, n * a.error, a.step, a.whole, 2 * (n + 1) * UNIT * n * (a.most + a.error))


def product_bound(a: Rounding, b: Rounding, n: int = 1) -> Rounding:
    """a b, or a sum of n such products in any order, also with fused multiplications and additions."""
    most = n * a.most * b.most
    error = n * (a.most * b.error + b.most * a.error + a.error * b.error)
    step = None if a.step is None or b.step is None else a.step + b.step
    return settled(most, error, step, a.whole and b.whole, 2 * (n + 1) * UNIT * (most + error))


def quotient_bound(a: Rounding, b: Rounding, low: float, whole: bool) -> Rounding:
    """a / b where |b| >= low > 0: a/b - (a + d)/(b + e) = (e a/b - d)/(b + e)."""
    most = a.most / low * SLACK
    error = (a.error + most * b.error) / low
    return Rounding(most, (error + 2 * UNIT * (most + error)) * SLACK, None, whole)


def power_bound(a: Rounding, k: int) -> Rounding:
    """a**k for k >= 1, worked out within 16 units in the last place."""
    top = a.most + a.error
    most = top**k
    return Rounding(most, (k * top ** (k - 1) * a.error + 32 * UNIT * most) * SLACK, None, a.whole)


def root_bound(a: Rounding, low: float) -> Rounding:
    """sqrt(a) where the values of a are at least low: |sqrt(a) - sqrt(b)| <= |a - b| / (2 sqrt(low))."""
    top = math.sqrt(a.most)
    if a.error == 0.0 and low >= 0:
        return Rounding(top * SLACK, 32 * UNIT * top, None, a.whole)
    low -= 2 * a.error  # of the exact values and of the computed ones
    if not low > 0:
        raise Unbounded
    return Rounding(top * SLACK, (a.error / (2 * math.sqrt(low)) + 32 * UNIT * top) * SLACK, None, a.whole)


def largest_bound(*of: Rounding) -> Rounding:
    """Any one of these."""
    return Rounding(max(r.most for r in of), max(r.error for r in of), common_step(*of), all(r.whole for r in of))


def euclidean_bound(a: Rounding, n: int) -> Rounding:
    """||x||_2 of n entries: it changes by no more than x does, ||x + d|| <= ||x|| + ||d||."""
    most = math.sqrt(n) * a.most * SLACK
    return Rounding(most, (math.sqrt(n) * a.error + 2 * (n + 4) * UNIT * (most + a.error)) * SLACK, None, a.whole)


def told_apart(*of: Rounding) -> bool:
    """Whether evaluate sees without doubt which of these values is larger, or that they are equal."""
    step = common_step(*of)
    return step is not None and not any(r.error for r in of) and sum(r.most for r in of) * 2.0**step <= TOLD_APART
