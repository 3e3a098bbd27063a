"""Numbers that an equation determines: the multiplier nu of sum_i (v_i - nu)_+ = 1, the level of water-filling.

root(gap, letter): the number at which the scalar gap is 0, where it is 0 at one number only; elsewhere undefined. That there is one
sign change is looked for on a grid over all scales, then the bracket is narrowed: bisection in float64; exactly, secants on rational
numbers, which end on the root of a function that is linear by pieces, else the Illinois method at many digits.
Source: Burden and Faires, Numerical Analysis, sections 2.1 and 2.3.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np

from derive.maths import expr as E
from derive.maths.batches import Array, Frame, NotEvaluable
from derive.maths.evaluate import evaluate_in
from derive.maths.exact_numbers import Undefined, Value, is_zero, to_mpf
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath

_NEAR = [Fraction(k) * Fraction(2) ** e for e in range(-6, 9) for k in (Fraction(1), Fraction(3, 2))]
_SCALES = sorted({*_NEAR, *(Fraction(2) ** e for e in (*range(-60, -6, 3), *range(9, 63, 3)))})  # fine where most roots are
BISECTIONS = 90
TINY = 1e-12  # width of a run of zeros in float64 that is one root
SECANTS = 30  # on rational numbers
MOST_STEPS = 400  # at many digits
MAX_BITS = 3_000  # of a rational number on the way


def letter(name: str) -> Expr:
    """The number that a root stands for, inside its equation."""
    return Expr("letter", (), (), name)


def root(gap: Expr, name: str, positive: bool = False) -> Expr:
    """The number at which gap, in letter(name), is 0; positive: among those above 0 only. Raises ShapeError unless gap is a scalar."""
    if gap.shape:
        raise E.ShapeError(f"an equation between {E.shape_text(gap.shape)}s determines no number")
    return Expr("root", (gap,), (), (name, positive))


def _grid(positive: bool) -> list[Fraction]:
    return _SCALES if positive else [*(-x for x in reversed(_SCALES)), Fraction(0), *_SCALES]


def float_root(e: Expr, f: Frame) -> Array:
    """The root in every world of a batch; NaN where there is none, or more than one sign change."""
    (gap,), (name, positive) = e.args, e.data
    if E.free_indices(gap):
        raise NotEvaluable("an equation that an index runs through determines no single number")
    count = f.batch.count

    def at(t: Array) -> Array:
        value = evaluate_in(gap, Frame(f.batch.beside(name, t)))
        return np.broadcast_to(value, (count,))

    points = np.array([float(x) for x in _grid(positive)])
    values = np.stack([at(np.full(count, x)) for x in points])  # (points, worlds)
    signs = np.sign(values)
    exact_hits = (signs == 0).sum(axis=0)
    # A zero on the grid counts as a crossing where the signs beside it differ; otherwise between neighbours that differ.
    crossing = (signs[:-1] * signs[1:]) < 0
    lower = np.argmax(crossing, axis=0)
    worlds = np.arange(count)
    lo, hi = points[lower], points[lower + 1]
    first, last = np.argmax(signs == 0, axis=0), len(points) - 1 - np.argmax(signs[::-1] == 0, axis=0)
    hit = (first + last) // 2  # in float64 several points near 0 may be zeros: one run of them, narrow beside the scale 1
    narrow = (last - first + 1 == exact_hits) & (points[last] - points[first] <= TINY)
    on_grid = (exact_hits > 0) & narrow & (crossing.sum(axis=0) == 0) & (first > 0) & (last < len(points) - 1)
    on_grid &= signs[np.clip(first - 1, 0, None), worlds] * signs[np.clip(last + 1, None, len(points) - 1), worlds] < 0
    one = (exact_hits == 0) & (crossing.sum(axis=0) == 1)
    below = signs[lower, worlds]
    for _ in range(BISECTIONS):
        middle = (lo + hi) / 2
        same = np.sign(at(middle)) == below
        lo, hi = np.where(same, middle, lo), np.where(same, hi, middle)
    found = np.where(on_grid, points[hit], np.where(one, (lo + hi) / 2, np.nan))
    return found if not f.depth else found.reshape((count,) + (1,) * f.depth)


def exact_root(e: Expr, at: Callable[[Value], Value]) -> Value:
    """The root exactly, at(t) being the gap at t. Raises Undefined where there is none, or more than one sign change."""
    _, positive = e.data
    known: list[tuple[Fraction, Value, int]] = []
    out_of_reach: NotEvaluable | None = None
    for t in _grid(positive):
        try:
            v = at(t)
        except Undefined:
            continue
        except NotEvaluable as err:  # e^(2^60): past all bounds at the far ends of the grid
            out_of_reach = err
            continue
        known.append((t, v, 0 if is_zero(v) else 1 if v > 0 else -1))
    if not known and out_of_reach is not None:
        raise out_of_reach
    crossings = [(a, b) for a, b in pairwise(known) if a[2] * b[2] < 0]
    zeros = [k for k, x in enumerate(known) if x[2] == 0]
    if len(zeros) == 1 and not crossings and 0 < zeros[0] < len(known) - 1 and known[zeros[0] - 1][2] * known[zeros[0] + 1][2] < 0:
        return known[zeros[0]][0]
    if zeros or len(crossings) != 1:
        raise Undefined("the equation determines no single number")
    (lo, low, sign), (hi, high, _) = crossings[0]
    left: list[tuple[Value, Value]] = [(lo, low)]  # where each end has been
    right: list[tuple[Value, Value]] = [(hi, high)]
    for k in range(SECANTS):
        rational = isinstance(low, Fraction) and isinstance(high, Fraction)
        t = lo - low * (hi - lo) / (high - low) if rational and k % 2 == 0 else (lo + hi) / 2
        if rational and k % 4 in (1, 2):  # a root where two pieces meet lies on the line of each
            t = next((on for line in (left, right)[:: 1 if k % 4 == 1 else -1] if (on := _where_zero(line)) is not None and lo < on < hi), t)
        if not rational or max(t.numerator.bit_length(), t.denominator.bit_length()) > MAX_BITS:
            break
        v = at(t)
        if is_zero(v):
            return t
        if (v > 0) == (sign > 0):
            lo, low = t, v
            left.append((lo, low))
        else:
            hi, high = t, v
            right.append((hi, high))
    return _narrowed(lambda t: to_mpf(at(t)), to_mpf(lo), to_mpf(hi))


def _where_zero(points: list[tuple[Value, Value]]) -> Value | None:
    """Where the line through the last two of these points of a function is zero; None where there is none."""
    if len(points) < 2:
        return None
    (s, u), (t, v) = points[-2:]
    return t - v * (t - s) / (v - u) if u != v else None


def _narrowed(at: Callable[[Value], Value], lo: Value, hi: Value) -> Value:
    """The root between two points of opposite sign, to the digits at hand: the Illinois method, with a bisection where it lags."""
    low, high = at(lo), at(hi)
    digits = mpmath.mpf(10) ** (2 - mpmath.mp.dps)
    side = 0
    for k in range(MOST_STEPS):
        if abs(hi - lo) <= digits * (abs(lo) + abs(hi)):
            break
        t = (lo + hi) / 2 if k % 8 == 7 else hi - high * (hi - lo) / (high - low)
        v = at(t)
        if v == 0:
            return t
        if (v > 0) == (high > 0):
            hi, high, low, side = t, v, low / 2 if side == 1 else low, 1
        else:
            lo, low, high, side = t, v, high / 2 if side == -1 else high, -1
    return (lo + hi) / 2
