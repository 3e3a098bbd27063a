"""The value of a formula at an instance, and the sign of a difference of two."""

from __future__ import annotations

from fractions import Fraction

import mpmath

from derive.grading.comparing.bounds import BOUNDS
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten, to_mpf
from derive.maths.expr import Expr


class Unclear(NotEvaluable):
    """Two irrational numbers agree to every digit looked at, but that carries no weight here."""


def signs(a: Expr, b: Expr, w: World) -> list[int] | None:
    """The signs of a - b, entry by entry; None where one side is undefined.

    Rationals exactly. For irrational numbers the digits grow with the spread of the sizes of all parts
    of the formulas, so that nothing is absorbed; a sign counts if two precisions agree on it and on the
    size to within a half, well above the rounding of the lower one. Zero is agreement to half of the digits
    of the highest. Raises Unclear where the spread asks for too many digits, or nothing of this holds.
    """
    x, y = value_at(a, w), value_at(b, w)
    if x is None or y is None:
        x, y = value_at(a, w, BOUNDS.digits[-1]), value_at(b, w, BOUNDS.digits[-1])
        if x is None or y is None:
            return None
    gaps = _gaps(x, y, BOUNDS.digits[0])
    if all(isinstance(g, Fraction) for g in gaps) and not _cancels(a, b):
        return [(g > 0) - (g < 0) for g in gaps]
    spread = max(_spread(a, w), _spread(b, w))
    if spread > BOUNDS.spread:
        raise Unclear("the numbers are too large, or too close, to be told apart in digits")
    earlier: list[Value] = []
    for digits in (d + 10 * spread for d in BOUNDS.digits):
        x, y = value_at(a, w, digits), value_at(b, w, digits)
        if x is None or y is None:
            return None
        gaps = _gaps(x, y, digits)
        found = [_stable(g, h, digits // 4) for g, h in zip(earlier, gaps, strict=False)]
        if found and all(found):
            return found
        earlier = gaps
    with mpmath.workdps(30):
        small = mpmath.mpf(10) ** -(BOUNDS.digits[-1] // 2)
        if all(s or to_mpf(abs(g)) < small for s, g in zip(found, earlier, strict=True)):
            return found
    raise Unclear("the numbers are too close to be told apart in digits")


def _cancels(*sides: Expr) -> bool:
    """Whether terms that are worked out in digits are added: what is left of them may be lost at few digits, as in cosh^2 - sinh^2."""
    return any(x.op == "add" and sum(any(y.op in ("fn", "pow", "const", "norm") and not _rational(y) for y in E.walk(t)) for t in x.args) > 1
               for e in sides for x in E.walk(e))


def _rational(x: Expr) -> bool:
    """Whether a node makes rational numbers of rational numbers."""
    if x.op == "pow":
        return x.args[1].op in ("num", "idx", "dim") and (x.args[1].op != "num" or x.args[1].data.denominator == 1)
    if x.op == "norm":
        return x.data == "p" and (E.is_number(x.args[1], 1) or x.args[1] == E.INF)
    return x.op == "fn" and x.data in ("abs", "sign", "maximum", "minimum", "relu", "floor", "ceil", "mod", "factorial", "binom", "divide_or_zero")


def value_at(e: Expr, w: World, digits: int = BOUNDS.digits[0]) -> Value | None:
    """The value in a world, or None where it is undefined."""
    try:
        for x in E.walk(e):
            if x.op == "reduce" and not any(E.free_indices(a) for a in x.args[1:]):
                lo, hi = (exact(a, w) for a in x.args[1:])
                if not (isinstance(lo, Fraction) and isinstance(hi, Fraction)):
                    raise NotEvaluable("a sum without end is not evaluated")
                if hi < lo - 1:  # sums below the empty one have no agreed meaning
                    return None
        return exact(e, w, digits)
    except Undefined:
        return None


def _gaps(a: Value, b: Value, digits: int) -> list[Value]:
    with mpmath.workdps(digits):
        out: list[Value] = []
        for x, y in zip(flatten(a), flatten(b), strict=True):
            if isinstance(x, Fraction) and isinstance(y, Fraction):
                out.append(x - y)
            elif isinstance(x, bool) or isinstance(y, bool):
                raise NotEvaluable("a condition stands where a number is compared")
            else:
                p, q = to_mpf(x), to_mpf(y)
                out.append(Fraction(0) if p == q and mpmath.isinf(p) else p - q)
        return out


def _stable(g: Value, h: Value, digits: int) -> int:
    """The sign of a difference above 10^-digits that two precisions agree on, else 0."""
    if isinstance(h, Fraction):
        return (h > 0) - (h < 0)
    if not (mpmath.isfinite(g) and mpmath.isfinite(h)):
        return int(mpmath.sign(h)) if mpmath.isinf(h) else 0
    with mpmath.workdps(30):
        size = abs(h)
        return int(mpmath.sign(h)) if size > mpmath.mpf(10) ** -digits and abs(to_mpf(g) - h) <= size / 2 else 0


def _spread(e: Expr, w: World) -> int:
    """How many digits the sizes of the parts of e span: the largest |log10| of any of them."""
    parts = {x for x in E.walk(e) if x.op not in ("rel", "and", "or", "not", "bool", "reduce") and not E.free_indices(x)}
    if len(parts) > BOUNDS.spread_parts:
        return 10**9
    out = 0
    for x in parts:
        v = value_at(x, w)
        for n in flatten(v) if v is not None else ():
            if n != 0 and mpmath.isfinite(to_mpf(n)):
                size = abs(to_mpf(n))
                out = max(out, abs(int(mpmath.log10(size))))
                if x.op == "fn" and x.data in ("tanh", "sigmoid"):
                    out = max(out, int(abs(to_mpf(flatten(value_at(x.args[0], w))[0]))) if not x.shape else out)
    return out


def cost(e: Expr) -> int:
    """Operations of one evaluation, the terms of sums counted one by one."""
    inner = sum(map(cost, e.args)) + 1
    if e.op == "reduce":
        lo, hi = (E.number_value(a) for a in e.args[1:])
        inner *= max(int(hi - lo) + 1, 1) if lo is not None and hi is not None else 16
    return min(inner, 10**9)
