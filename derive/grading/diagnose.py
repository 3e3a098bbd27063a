"""What the mistake behind a wrong answer is, found by mathematics on sampled instances."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.equality import value_at
from derive.maths.evaluate import NotEvaluable
from derive.maths.exact import Value, compare, flatten
from derive.maths.expr import Expr
from derive.maths.worlds import show_number


def diagnose(answer: Expr, key: Key) -> str:
    """A short name of the mistake, or "" where none of the known ones explains it on every instance tried."""
    required = key.derivation.answer
    if required is None or key.derivation.kind not in ("point", "expression"):
        return ""
    pairs: list[tuple[list[Value], list[Value]]] = []
    for ws in key.generic:
        for w in ws.worlds[:3]:
            try:
                a, b = value_at(E.as_column(answer), w), value_at(required, w)
            except NotEvaluable:
                return ""
            if a is not None and b is not None:
                pairs.append((flatten(a), flatten(b)))
    if not pairs or any(len(a) != len(b) for a, b in pairs):
        return ""
    return _factor(pairs, key) or _rearranged(pairs)


def _factor(pairs: list[tuple[list[Value], list[Value]]], key: Key) -> str:
    """A constant factor between answer and key."""
    ratio: Value = None
    for a, b in pairs:
        for x, y in zip(a, b, strict=True):
            if compare(y, Fraction(0)) == 0:
                if compare(x, Fraction(0)) != 0:
                    return ""
                continue
            r = x / y if isinstance(x, Fraction) and isinstance(y, Fraction) else None
            if r is None:
                return ""
            if ratio is not None and r != ratio:
                return ""
            ratio = r
    if ratio is None or ratio == 1 or (ratio.denominator > 1000 or abs(ratio.numerator) > 1000):
        return ""
    if ratio == 0:
        return "zero where it is not"
    if ratio == -1:
        return "sign"
    sign = "sign and " if ratio < 0 else ""
    return f"{sign}constant factor {show_number(abs(ratio))}"


def _rearranged(pairs: list[tuple[list[Value], list[Value]]]) -> str:
    """The right entries in another order."""
    if all(len(b) > 1 and all(compare(x, y) == 0 for x, y in zip(a, reversed(b), strict=True)) for a, b in pairs if len(b) > 1) and any(
            len(b) > 1 for _, b in pairs):
        return "entries in reverse order"
    if all(isinstance(v, Fraction) for a, b in pairs for v in (*a, *b)) and all(sorted(a) == sorted(b) for a, b in pairs):
        return "entries swapped"
    return ""
