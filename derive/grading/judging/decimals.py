"""Decimals mean what they show: an entry that is only a decimal is its closed rounding interval."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.maths import expr as E
from derive.maths.exact import Value, compare, to_mpf
from derive.maths.expr import Expr


@dataclass(frozen=True)
class Shown:
    """A number as it was written: its value, half a unit of its last digit, and its significant digits.

    half is None for an exact entry (a fraction, an integer that does not stand beside decimals).
    """

    value: Fraction
    half: Fraction | None
    digits: int


def shown_entries(e: Expr, approximate: bool) -> list[Shown] | None:
    """The entries of a literal scalar or vector where at least one is a decimal; None otherwise.

    Beside decimals, or after ≈, integers count as rounded to units. A fraction stays exact.
    """
    if e.op == "comp" and len(e.shape) == 1 and isinstance(e.shape[0], int) and not E.free_indices(e.args[0]) and _literal(e.args[0]) is not None:
        e = E.vec((e.args[0],) * e.shape[0])  # theta_i = 0.9009 for all i
    scaled = _scaled(e)
    if scaled is not None:
        inner = shown_entries(scaled[0], approximate)
        return None if inner is None else [Shown(s.value * scaled[1], None if s.half is None else s.half * scaled[1], s.digits) for s in inner]
    if e.op == "mul" and e.args[1].op == "ones" and len(e.shape) == 1 and isinstance(e.shape[0], int):
        e = E.vec((e.args[0],) * e.shape[0])  # [0.9009]*3
    entries = list(e.args) if e.op == "vec" else list(e.args[0].args) if e.op == "T" and e.args[0].op == "vec" else [e]
    found = [_literal(x) for x in entries]
    if any(f is None for f in found):
        return None
    decimal = any(f is not None and f[1] is not None for f in found)
    if not decimal and not approximate:
        return None
    out = []
    for f in found:
        assert f is not None
        value, half, digits, integer = f
        if half is None and integer:
            half, digits = Fraction(1, 2), max(len(str(abs(value.numerator))), 1)
        out.append(Shown(value, half, digits))
    return out


def _scaled(e: Expr) -> tuple[Expr, Fraction] | None:
    """A literal vector and the power of ten that it is multiplied by: (9.9, 0.99) 10^-1."""
    if e.op != "mul" or len(e.args) != 2:
        return None
    for x, power in (e.args, e.args[::-1]):
        scale = _power_of_ten(power)
        if x.op in ("vec", "T") and scale is not None:
            return x, scale
    return None


def _literal(e: Expr) -> tuple[Fraction, Fraction | None, int, bool] | None:
    """(value, half unit, significant digits, is an integer) of a signed number literal."""
    if e.op == "neg":
        inner = _literal(e.args[0])
        return None if inner is None else (-inner[0], *inner[1:])
    if e.op == "num":
        return Fraction(e.data), None, 0, e.data.denominator == 1
    if e.op == "dec":
        value, text = e.data
        cut = str(text).endswith("…")
        mantissa, _, exponent = str(text).rstrip("…").lower().partition("e")
        places = len(mantissa.partition(".")[2])
        half = Fraction(1, 2) * Fraction(10) ** (int(exponent or 0) - places)
        digits = len(mantissa.replace(".", "").lstrip("0")) or 1
        if cut:  # 0.0990...: rounded or broken off, so up to a whole unit of the last digit more
            return Fraction(value) + half / 2, half * Fraction(3, 2), digits, False
        return Fraction(value), half, digits, False
    if e.op == "mul":  # 9.9 x 10^{-3}
        power = _power_of_ten(e.args[1])
        inner = _literal(e.args[0])
        if power is not None and inner is not None:
            width = inner[1]
            return inner[0] * power, None if width is None else width * power, inner[2], False
    if e.op == "div":
        a, b = (E.number_value(x) for x in e.args)
        if a is not None and b:
            return a / b, None, 0, False
    return None


def _power_of_ten(e: Expr) -> Fraction | None:
    if e.op == "pow" and E.is_number(e.args[0], 10):
        k = E.number_value(e.args[1])
        if k is not None and k.denominator == 1 and abs(k) <= 300:
            return Fraction(10) ** int(k)
    return None


@dataclass(frozen=True)
class Rounding:
    """How shown entries compare with exact values: fits all, the first that does not, or too short to tell."""

    fits: bool
    short: bool
    wrong: int | None = None


def compare_rounded(shown: list[Shown], exact: list[Value], least_digits: int) -> Rounding:
    """Whether each exact value lies in the closed rounding interval of the entry that stands for it."""
    short = False
    for i, (s, v) in enumerate(zip(shown, exact, strict=True)):
        if compare(s.value, v) == 0:
            continue
        if s.half is None or not _within(s, v):
            return Rounding(False, False, i)
        if s.digits < least_digits:
            short = True
    return Rounding(not short, short)


def equal_as_shown(e: Expr, value: Value) -> bool | None:
    """Whether a value is the decimal that is written, as rounded at its last digit; None where no one decimal is written."""
    shown = shown_entries(e, False) if not e.shape else None
    return compare_rounded(shown, [value], 0).fits if shown is not None and len(shown) == 1 else None


def _within(s: Shown, v: Any) -> bool:
    assert s.half is not None
    if isinstance(v, Fraction):
        return abs(v - s.value) <= s.half
    return bool(abs(to_mpf(v) - to_mpf(s.value)) <= to_mpf(s.half))
