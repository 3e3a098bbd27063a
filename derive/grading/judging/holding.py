"""Whether what a text states of the declared symbols holds on their whole domain."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.judging.decimals import Shown, equal_as_shown, shown_entries
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import DIGITS, Undefined, World, exact, flatten, to_mpf
from derive.maths.expr import Expr

_CLOSE = Fraction(1, 50)
_LARGE = 10**6


def far_off(shown: Expr, key: Key) -> bool:
    """Whether an entry of an approximate value differs from that of the key by more than a fiftieth: no matter of rounding, nor of large counts ('n (n - 1) ≈ n^2')."""
    answer = key.derivation.answer
    if answer is not None and (literal := shown_entries(shown, True)) is not None and any(s.half is not None and s.half < 1 for s in literal):
        return not _rounded_or_broken_off(literal, answer, key)
    if answer is None or _close_for_large_counts(shown, answer, key):
        return False
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                pairs = list(zip(flatten(exact(E.as_column(shown), w)), flatten(exact(E.as_column(answer), w)), strict=True))
            except (Undefined, NotEvaluable, ValueError):
                continue
            if any(abs(to_mpf(a) - to_mpf(b)) > to_mpf(_CLOSE) * abs(to_mpf(b)) for a, b in pairs):
                return True
    return False


def _rounded_or_broken_off(shown: list[Shown], answer: Expr, key: Key) -> bool:
    """Whether decimals are the value of the key, rounded at their last digits or broken off there, wherever it has one."""
    seen = False
    for w in (w for ws in key.generic for w in ws.worlds[:2]):
        try:
            values = [to_mpf(v) for v in flatten(exact(E.as_column(answer), w))]
        except (Undefined, NotEvaluable, ValueError):
            continue
        size = max(len(values), len(shown))
        if not {len(values), len(shown)} <= {1, size}:
            return False
        for s, v in zip(shown * (size // len(shown)), values * (size // len(values)), strict=True):
            half, off = to_mpf(s.half or 0), abs(to_mpf(s.value) - v)
            if off > half and not (abs(to_mpf(s.value)) <= abs(v) and off < 2 * half):
                return False
        seen = True
    return seen


def _close_for_large_counts(shown: Expr, answer: Expr, key: Key) -> bool:
    """Whether two formulas in counts agree to a fiftieth where all counts are large."""
    symbols = key.problem.symbols
    names = E.symbols_in(shown) | E.symbols_in(answer)
    if not names or shown.shape or answer.shape or any(n not in symbols or not (symbols[n].kind == "dimension" or symbols[n].domain == "count") for n in names):
        return False
    large = {n: _LARGE * (k + 1) for k, n in enumerate(sorted(names))}
    try:
        a, b = (to_mpf(exact(e, World({n: Fraction(v) for n, v in large.items()}, large))) for e in (shown, answer))
    except (Undefined, NotEvaluable, KeyError, TypeError, ValueError):
        return False
    return bool(abs(a - b) <= to_mpf(_CLOSE) * abs(b))


def truths(e: Expr, key: Key) -> list[bool | None]:
    """The truth of a condition at generic instances of each size; None where it cannot be evaluated. A decimal is what it is rounded to.

    Where an entry is 0 by chance is no generic instance: 'g != 0' holds at all of them.
    """
    out: list[bool | None] = []
    numbers = not any(len(x.shape) > 1 for x in E.walk(e))  # what matrices are costs more, and is told by few
    for ws in key.generic:
        for w in ws.worlds if numbers else ws.worlds[:3]:
            try:
                equation = e.op == "rel" and e.data == "="
                rounded = equal_as_shown(e.args[1], exact(e.args[0], w)) if equation else None
                true = all(bool(v) for v in flatten(exact(e, w))) if rounded is None else rounded
                if not true and equation and rounded is None:
                    true = all(bool(v) for v in flatten(exact(e, w, 3 * DIGITS)))  # what cancels leaves fewer digits
                out.append(true)
            except (Undefined, NotEvaluable):
                out.append(None)
    return out
