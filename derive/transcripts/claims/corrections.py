"""The corrected form of a false claim, where the key has it."""

from __future__ import annotations

import re
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex
from derive.transcripts.claims.settings import Setting
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.verdicts import Judged


def correction(link: Link, judged: Judged, setting: Setting) -> str:
    """The claim with its right side as the key has it: for the asked unknown, or decimals rounded again."""
    if judged.sides is None or setting.key.derivation.answer is None:
        return ""
    left, right = judged.sides
    answer = setting.key.derivation.answer
    over = str(setting.lang.unknown.data)
    if judged.witness is not None and _is_decimal(right):
        return _rounded_again(link, judged.witness.get("left"))
    if left.op == "sym" and str(left.data).partition("@")[0] == over and str(left.data) != f"{over}@next":
        return f"{link.left} = {latex(answer)}"
    if left.op == "comp" and left.args[0].op == "at" and left.args[0].args[0] == setting.lang.unknown:
        return f"{latex(setting.lang.unknown)} = {latex(answer)}"
    return _constant(link, judged)


def _rounded_again(link: Link, value: object) -> str:
    """The decimals that the exact value has at as many significant digits as the least precise of those that are written."""
    digits = _digits(link.right)
    if isinstance(value, list) and digits and all(_rational(v) for v in value):
        return f"{link.left} \\approx [{', '.join(rounded(Fraction(str(v)), digits) for v in value)}]"
    if isinstance(value, str) and digits and _rational(value):
        return f"{link.left} \\approx {rounded(Fraction(value), digits)}"
    return ""


def _constant(link: Link, judged: Judged) -> str:
    """A numeric statement with the number that the other side has."""
    if judged.witness is None or judged.witness.get("at"):
        return ""
    value = judged.witness.get("left")
    return f"{link.left} = {value}" if isinstance(value, str) and _rational(value) else ""


def _rational(v: object) -> bool:
    return isinstance(v, str) and bool(re.fullmatch(r"-?\d+(?:/\d+)?", v))


def _is_decimal(e: Expr) -> bool:
    e = E.as_column(e)
    items = e.args if e.op == "vec" else e.args[0].args if e.op == "T" and e.args[0].op == "vec" else (e,)
    return any(x.op == "dec" or (x.op == "neg" and x.args[0].op == "dec") for x in items)


def _digits(text: str) -> int:
    """Significant digits of the longest decimal in a text."""
    return max((len(m.group().replace(".", "").lstrip("0")) for m in re.finditer(r"\d*\.\d+", text)), default=0)


def rounded(v: Fraction, digits: int) -> str:
    """A number to so many significant digits, as a decimal."""
    if v == 0:
        return "0"
    size = 0
    while abs(v) * Fraction(10) ** size < Fraction(10) ** (digits - 1):
        size += 1
    scaled = abs(v) * 10**size
    whole = int(scaled + Fraction(1, 2))
    text = str(whole).rjust(size + 1, "0")
    out = f"{text[:-size]}.{text[-size:]}" if size else text
    return ("-" if v < 0 else "") + out
