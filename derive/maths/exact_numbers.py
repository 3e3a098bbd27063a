"""Exact scalars and what is done with them: rational as long as they can be, else mpmath numbers of the digits in force.

Lists stand for vectors, lists of lists for matrices; what works entry by entry spreads scalars over them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, isqrt, prod
from typing import Any

from derive.maths.batches import NotEvaluable
from derive.maths.float_functions import MAX_FALLING
from derive.maths.many_digits import mpmath

Value = Any  # Fraction | mpmath.mpf | bool | nested lists of them

MAX_BITS = 20_000  # of a numerator or denominator
DIGITS = 60
ZERO, ONE = Fraction(0), Fraction(1)


class Undefined(Exception):
    """The expression has no value in this world: division by zero, a root of a negative number."""


def to_mpf(x: Value) -> Any:
    """A scalar as an mpmath number."""
    if isinstance(x, Fraction):
        return mpmath.mpf(x.numerator) / x.denominator
    return x if type(x) is mpmath.mpf else mpmath.mpf(x)


@lru_cache(64)
def _ten_to_minus(k: int, digits: int) -> Any:
    """10**-k, worked out at so many digits."""
    with mpmath.workdps(digits):
        return mpmath.mpf(10) ** -k


def compare(a: Value, b: Value, digits: int = DIGITS) -> int:
    """-1, 0 or 1. Two rationals exactly; else equality means agreement to digits/2 digits."""
    if isinstance(a, (Fraction, int)) and isinstance(b, (Fraction, int)):
        return 0 if a == b else 1 if a > b else -1
    digits = max(digits, int(mpmath.mp.dps))  # inside exact(e, w, digits) as many as it works with
    with mpmath.workdps(digits):
        x, y = to_mpf(a), to_mpf(b)
        if x == y:
            return 0
        if mpmath.isinf(x) or mpmath.isinf(y):
            return 1 if x > y else -1
        if abs(x - y) <= _ten_to_minus(-(-digits // 2), digits) * (abs(x) + abs(y)):
            return 0
        return 1 if x > y else -1


def flatten(v: Value) -> list[Value]:
    """The scalars of a value, row by row."""
    if isinstance(v, list):
        return [s for x in v for s in flatten(x)]
    return [v]


def bounded(x: Value) -> Value:
    """A rational as it is, or as an mpmath number where it is too long to go on with."""
    if isinstance(x, Fraction) and max(x.numerator.bit_length(), x.denominator.bit_length()) > MAX_BITS:
        return to_mpf(x)
    return x


def is_zero(x: Value) -> bool:
    """Whether a scalar is 0, or too small to be told from it."""
    if isinstance(x, Fraction):
        return x == 0
    digits = mpmath.mp.dps
    return bool(abs(x) < _ten_to_minus(-(-digits * 3 // 4), digits))


def each(f: Callable[..., Value], *args: Value) -> Value:
    """f entrywise, scalars broadcast."""
    lists = [a for a in args if isinstance(a, list)]
    if not lists:
        return f(*args)
    # A row [[...]] beside a vector [...] names the same entries.
    n = len(lists[0])
    return [each(f, *(a[i] if isinstance(a, list) else a for a in args)) for i in range(n)]


def as_number(a: Value) -> Value:
    """A truth value that stands in arithmetic counts 0 or 1."""
    return Fraction(int(a)) if isinstance(a, bool) else a


def s_add(a: Value, b: Value) -> Value:
    """a + b of scalars."""
    if type(a) is Fraction and type(b) is Fraction:
        return bounded(a + b)
    a, b = as_number(a), as_number(b)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return bounded(a + b)
    x, y = to_mpf(a), to_mpf(b)
    total = x + y
    # Irrational terms that cancel to the digits that are worked with sum to 0: a^T (P g) for the projection P g off a.
    if _much_smaller(total, x, y):
        digits = mpmath.mp.dps
        if abs(total) <= _ten_to_minus(-(-digits * 3 // 4), digits) * (abs(x) + abs(y)):
            return Fraction(0)
    return total


def _much_smaller(total: Any, x: Any, y: Any) -> bool:
    """Whether a sum that is not 0 has lost many bits of its terms: a first look, at the exponents alone."""
    (_, man, exp, bits), (_, xm, xe, xb), (_, ym, ye, yb) = total._mpf_, x._mpf_, y._mpf_
    if not (man and xm and ym):  # 0, infinite, or nothing cancelled
        return False
    return bool(exp + bits < max(xe + xb, ye + yb) - 40)


def s_mul(a: Value, b: Value) -> Value:
    """a * b of scalars."""
    if type(a) is Fraction and type(b) is Fraction:
        return bounded(a * b)
    a, b = as_number(a), as_number(b)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return bounded(a * b)
    if (isinstance(a, Fraction) and a == 0) or (isinstance(b, Fraction) and b == 0):
        return Fraction(0)
    return to_mpf(a) * to_mpf(b)


def s_div(a: Value, b: Value) -> Value:
    """a / b of scalars."""
    if isinstance(b, Fraction):
        if b == 0:
            raise Undefined("division by zero")
        if isinstance(a, Fraction):
            return bounded(a / b)
    elif is_zero(b):
        raise Undefined("division by zero")
    return to_mpf(a) / to_mpf(b)


def plus(a: Value, b: Value) -> Value:
    """a + b entrywise, scalars broadcast."""
    if isinstance(a, list) or isinstance(b, list):
        return _pairs(plus, a, b)
    return s_add(a, b)


def times(a: Value, b: Value) -> Value:
    """a * b entrywise, scalars broadcast; unit vectors have many zeros."""
    if isinstance(a, list) or isinstance(b, list):
        return _pairs(times, a, b)
    return ZERO if a is ZERO or b is ZERO else b if a is ONE else a if b is ONE else s_mul(a, b)


def _pairs(f: Callable[[Value, Value], Value], a: Value, b: Value) -> list[Value]:
    if not isinstance(a, list):
        return [f(a, y) for y in b]
    if not isinstance(b, list):
        return [f(x, b) for x in a]
    return [f(x, b[i]) for i, x in enumerate(a)]


def s_neg(a: Value) -> Value:
    """-a."""
    return -as_number(a)


def _root(x: int, k: int) -> int | None:
    r = isqrt(x) if k == 2 else round(x ** (1 / k)) if x.bit_length() < 900 else None
    if r is None:
        return None
    for c in (r - 1, r, r + 1):
        if c >= 0 and c**k == x:
            return c
    return None


def s_pow(a: Value, k: Value) -> Value:
    """a ** k of scalars, rational where it can be."""
    if isinstance(k, Fraction) and isinstance(a, Fraction):
        if k == 0:
            return Fraction(1)
        if a == 0:
            if k < 0:
                raise Undefined("division by zero")
            return Fraction(0)
        p, q = k.numerator, k.denominator
        if abs(p) * max(a.numerator.bit_length(), a.denominator.bit_length()) <= MAX_BITS and q <= 64:
            if q == 1:
                return Fraction(a**p)
            if a < 0:
                raise Undefined("fractional power of a negative number")
            n, d = _root(a.numerator, q), _root(a.denominator, q)
            if n is not None and d is not None:
                return Fraction(Fraction(n, d) ** p)
    x, y = to_mpf(a), to_mpf(k)
    if x < 0 and not (isinstance(k, Fraction) and k.denominator == 1):
        raise Undefined("power of a negative number")
    if x == 0 and y < 0:
        raise Undefined("division by zero")
    if x != 0 and abs(y * mpmath.log(abs(x))) > 1e9:
        raise NotEvaluable("a power past all bounds")
    if abs(y) > _LONG_POWER and x != 0:  # by squaring this takes seconds; the extra bits are what the product loses
        with mpmath.workprec(mpmath.mp.prec + 40):
            size = mpmath.exp(y * mpmath.log(abs(x)))
        return -size if x < 0 and isinstance(k, Fraction) and k.numerator % 2 else +size
    return mpmath.power(x, y)


_LONG_POWER = 10_000


def s_sqrt(a: Value) -> Value:
    """The square root."""
    return s_pow(a, Fraction(1, 2))


def s_sign(a: Value) -> Fraction:
    """-1, 0 or 1."""
    if is_zero(a):
        return Fraction(0)
    return Fraction(1 if a > 0 else -1)


def _floor(a: Value) -> Value:
    if isinstance(a, Fraction):
        return Fraction(a.numerator // a.denominator)
    near = mpmath.nint(a)
    if abs(a - near) < _ten_to_minus(-(-mpmath.mp.dps // 2), mpmath.mp.dps):
        return Fraction(int(near))
    return Fraction(int(mpmath.floor(a)))


def _fact(a: Value) -> Value:
    if isinstance(a, Fraction) and a.denominator == 1 and a < 0:
        raise Undefined("factorial of a negative number")
    if not isinstance(a, Fraction) or a.denominator != 1 or not 0 <= a <= 3000:
        raise NotEvaluable("factorial of what is no small natural number")
    return Fraction(factorial(int(a)))


def _binom(n: Value, k: Value) -> Value:
    """n (n-1) ... (n-k+1) / k! for every rational n and natural k."""
    if not all(isinstance(x, Fraction) for x in (n, k)) or k.denominator != 1 or k > 3000:
        raise NotEvaluable("binomial of what are no small natural numbers")
    if k < 0:
        raise Undefined("binomial with a negative lower number")
    if n.denominator == 1 and 0 <= n <= 3000:
        return Fraction(comb(int(n), int(k)))
    if k > MAX_FALLING:
        raise NotEvaluable("binomial of what are no small natural numbers")
    return prod((n - i for i in range(int(k))), start=Fraction(1)) / factorial(int(k))


def _mod(a: Value, b: Value) -> Value:
    if is_zero(b):
        raise Undefined("modulo zero")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a % b
    raise NotEvaluable("modulo of irrational numbers")


def _mp(f: str | Callable[[Any], Any], domain: Callable[[Any], bool] | None = None,
        fixed: Mapping[Fraction, Fraction] | None = None, bound: float = 1e9) -> Callable[[Value], Value]:
    def apply(a: Value) -> Value:
        if fixed and isinstance(a, Fraction) and a in fixed:
            return fixed[a]
        x = to_mpf(a)
        if domain is not None and not domain(x):
            raise Undefined("outside the domain")
        if abs(x) > bound:
            raise NotEvaluable("an argument past all bounds")
        return getattr(mpmath, f)(x) if isinstance(f, str) else f(x)

    return apply


UNARY: dict[str, Callable[[Value], Value]] = {
    "abs": abs, "sign": s_sign, "sqrt": s_sqrt, "floor": _floor, "ceil": lambda a: -_floor(-a),
    "relu": lambda a: a if a > 0 else ZERO, "factorial": _fact,
    "exp": _mp("exp", fixed={ZERO: ONE}), "log": _mp("log", lambda x: x > 0, {ONE: ZERO}, math.inf),
    "log2": _mp(lambda x: mpmath.log(x, 2), lambda x: x > 0, {Fraction(2**k): Fraction(k) for k in range(64)},
                math.inf),
    "log10": _mp("log10", lambda x: x > 0, {Fraction(10**k): Fraction(k) for k in range(20)}, math.inf),
    "sin": _mp("sin", fixed={ZERO: ZERO}), "cos": _mp("cos", fixed={ZERO: ONE}),
    "tan": _mp("tan", fixed={ZERO: ZERO}), "asin": _mp("asin", lambda x: abs(x) <= 1, {ZERO: ZERO}),
    "acos": _mp("acos", lambda x: abs(x) <= 1, {ONE: ZERO}), "atan": _mp("atan", fixed={ZERO: ZERO}),
    "sinh": _mp("sinh", fixed={ZERO: ZERO}), "cosh": _mp("cosh", fixed={ZERO: ONE}),
    "tanh": _mp("tanh", fixed={ZERO: ZERO}),
    "sigmoid": _mp(lambda x: 1 / (1 + mpmath.exp(-x)), fixed={ZERO: Fraction(1, 2)}),
}


BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "maximum": lambda a, b: a if compare(a, b) >= 0 else b,
    "minimum": lambda a, b: a if compare(a, b) <= 0 else b,
    "mod": _mod, "binom": _binom,
    "divide_or_zero": lambda a, b: ZERO if is_zero(b) else s_div(a, b),
}


def total(values: list[Value]) -> Value:
    """The sum."""
    acc: Value = ZERO
    for v in values:
        acc = s_add(acc, v)
    return acc


def extreme(values: list[Value], direction: int) -> Value:
    """The largest value for direction 1, the smallest for -1."""
    best = values[0]
    for v in values[1:]:
        if compare(v, best) * direction > 0:
            best = v
    return best


def root_of(x: Value) -> Value:
    """The radicand of a root that is squared again: sqrt(x)^2 = x for x >= 0, without leaving the rationals."""
    if compare(x, ZERO) < 0:
        raise Undefined("the square root of a negative number")
    return x
