"""Expr x one world -> exact value: rational where the world and the operations are, else many digits.

Scalars are Fractions as long as they can be; a root, exponential or trigonometric value that is
not rational is an mpmath number of `digits` digits. Vectors are lists, matrices lists of lists.
Nothing here rounds to float64, so a difference of 1e-30 is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from math import comb, factorial, isqrt, lcm, prod
from typing import Any

import mpmath

from derive.maths.evaluate import MAX_TERMS, NotEvaluable
from derive.maths.expr import Dim, Expr, free_indices, inside_least
from derive.maths.float_functions import MAX_FALLING
from derive.maths.spectral import is_symmetric, null_space, singular_decomposition, symmetric_eigen

Value = Any  # Fraction | mpmath.mpf | bool | nested lists of them

MAX_BITS = 20_000  # of a numerator or denominator
DIGITS = 60


class Undefined(Exception):
    """The expression has no value in this world: division by zero, a root of a negative number."""


class World:
    """One exact instance: values (nested lists of Fractions) by symbol, and dimensions.

    known: what was worked out in it (norms, inner products, arg-maxima and the like, at DIGITS digits), for worlds in which
    many expressions are evaluated; else None.
    """

    __slots__ = ("dims", "kind", "known", "values")

    def __init__(self, values: Mapping[str, Value], dims: Mapping[str, int], kind: str = "generic") -> None:
        self.values = values
        self.dims = dims
        self.kind = kind
        self.known: dict[Expr, Value] | None = None


_KEPT = frozenset(("norm", "dot", "argopt", "reduce", "total", "svd", "eig", "inv", "pinv", "matpow", "det", "fn"))
_MOST_KEPT = 300  # values kept with a world


def exact(e: Expr, world: World, digits: int = DIGITS) -> Value:
    """The value of e in the world. Raises Undefined, or NotEvaluable for what has no number."""
    if digits != DIGITS and world.known is not None:
        world = World(world.values, world.dims, world.kind)
    if mpmath.mp.dps == digits:
        return _eval(e, world, {})
    with mpmath.workdps(digits):
        return _eval(e, world, {})


def value_at(e: Expr, world: World) -> Value | None:
    """The exact value, or None where it is undefined."""
    try:
        return exact(e, world)
    except Undefined:
        return None


def to_mpf(x: Value) -> Any:
    """A scalar as an mpmath number."""
    if isinstance(x, Fraction):
        return mpmath.mpf(x.numerator) / x.denominator
    return mpmath.mpf(x)


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
        if abs(x - y) <= mpmath.mpf(10) ** (-digits // 2) * (abs(x) + abs(y)):
            return 0
        return 1 if x > y else -1


def flatten(v: Value) -> list[Value]:
    """The scalars of a value, row by row."""
    if isinstance(v, list):
        return [s for x in v for s in flatten(x)]
    return [v]


# ------------------------------------------------------------------------------------------

Bound = dict[str, int]


def _eval(e: Expr, w: World, b: Bound) -> Value:
    try:
        rule = _RULES[e.op]
    except KeyError:
        raise NotEvaluable(f"a {e.op} has no numeric value") from None
    if w.known is None or e.op not in _KEPT or (b and e.op == "fn"):
        return rule(e, w, b)
    value = w.known.get(e)
    if value is None:
        value = rule(e, w, b)
        if len(w.known) < _MOST_KEPT and not (b and free_indices(e)):
            w.known[e] = value
    return value


def _check(x: Value) -> Value:
    if isinstance(x, Fraction) and max(x.numerator.bit_length(), x.denominator.bit_length()) > MAX_BITS:
        return to_mpf(x)
    return x


def _is_zero(x: Value) -> bool:
    if isinstance(x, Fraction):
        return x == 0
    return bool(abs(x) < mpmath.mpf(10) ** (-mpmath.mp.dps * 3 // 4))


def _each(f: Callable[..., Value], *args: Value) -> Value:
    """f entrywise, scalars broadcast."""
    lists = [a for a in args if isinstance(a, list)]
    if not lists:
        return f(*args)
    # A row [[...]] beside a vector [...] names the same entries.
    n = len(lists[0])
    return [_each(f, *(a[i] if isinstance(a, list) else a for a in args)) for i in range(n)]


def _number(a: Value) -> Value:
    """A truth value that stands in arithmetic counts 0 or 1."""
    return Fraction(int(a)) if isinstance(a, bool) else a


def s_add(a: Value, b: Value) -> Value:
    """a + b of scalars."""
    if type(a) is Fraction and type(b) is Fraction:
        return _check(a + b)
    a, b = _number(a), _number(b)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _check(a + b)
    x, y = to_mpf(a), to_mpf(b)
    total = x + y
    # Irrational terms that cancel to the digits that are worked with sum to 0: a^T (P g) for the projection P g off a.
    if total and abs(total) <= mpmath.mpf(10) ** (-mpmath.mp.dps * 3 // 4) * (abs(x) + abs(y)):
        return Fraction(0)
    return total


def s_mul(a: Value, b: Value) -> Value:
    """a * b of scalars."""
    if type(a) is Fraction and type(b) is Fraction:
        return _check(a * b)
    a, b = _number(a), _number(b)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _check(a * b)
    if (isinstance(a, Fraction) and a == 0) or (isinstance(b, Fraction) and b == 0):
        return Fraction(0)
    return to_mpf(a) * to_mpf(b)


def s_div(a: Value, b: Value) -> Value:
    """a / b of scalars."""
    if isinstance(b, Fraction):
        if b == 0:
            raise Undefined("division by zero")
        if isinstance(a, Fraction):
            return _check(a / b)
    elif _is_zero(b):
        raise Undefined("division by zero")
    return to_mpf(a) / to_mpf(b)


def _plus(a: Value, b: Value) -> Value:
    """a + b entrywise, scalars broadcast."""
    if isinstance(a, list) or isinstance(b, list):
        return _pairs(_plus, a, b)
    return s_add(a, b)


def _times(a: Value, b: Value) -> Value:
    """a * b entrywise, scalars broadcast; unit vectors have many zeros."""
    if isinstance(a, list) or isinstance(b, list):
        return _pairs(_times, a, b)
    return _0 if a is _0 or b is _0 else b if a is _1 else a if b is _1 else s_mul(a, b)


def _pairs(f: Callable[[Value, Value], Value], a: Value, b: Value) -> list[Value]:
    if not isinstance(a, list):
        return [f(a, y) for y in b]
    if not isinstance(b, list):
        return [f(x, b) for x in a]
    return [f(x, b[i]) for i, x in enumerate(a)]


def s_neg(a: Value) -> Value:
    """-a."""
    return -_number(a)


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
    if _is_zero(a):
        return Fraction(0)
    return Fraction(1 if a > 0 else -1)


def _mp(f: Callable[[Any], Any], domain: Callable[[Any], bool] | None = None,
        fixed: Mapping[Fraction, Fraction] | None = None, bound: float = 1e9) -> Callable[[Value], Value]:
    def apply(a: Value) -> Value:
        if fixed and isinstance(a, Fraction) and a in fixed:
            return fixed[a]
        x = to_mpf(a)
        if domain is not None and not domain(x):
            raise Undefined("outside the domain")
        if abs(x) > bound:
            raise NotEvaluable("an argument past all bounds")
        return f(x)

    return apply


_0, _1 = Fraction(0), Fraction(1)


def _floor(a: Value) -> Value:
    if isinstance(a, Fraction):
        return Fraction(a.numerator // a.denominator)
    near = mpmath.nint(a)
    if abs(a - near) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
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
    if _is_zero(b):
        raise Undefined("modulo zero")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a % b
    raise NotEvaluable("modulo of irrational numbers")


_UNARY: dict[str, Callable[[Value], Value]] = {
    "abs": abs, "sign": s_sign, "sqrt": s_sqrt, "floor": _floor, "ceil": lambda a: -_floor(-a),
    "relu": lambda a: a if a > 0 else _0, "factorial": _fact,
    "exp": _mp(mpmath.exp, fixed={_0: _1}), "log": _mp(mpmath.log, lambda x: x > 0, {_1: _0}, mpmath.inf),
    "log2": _mp(lambda x: mpmath.log(x, 2), lambda x: x > 0, {Fraction(2**k): Fraction(k) for k in range(64)},
                mpmath.inf),
    "log10": _mp(mpmath.log10, lambda x: x > 0, {Fraction(10**k): Fraction(k) for k in range(20)}, mpmath.inf),
    "sin": _mp(mpmath.sin, fixed={_0: _0}), "cos": _mp(mpmath.cos, fixed={_0: _1}),
    "tan": _mp(mpmath.tan, fixed={_0: _0}), "asin": _mp(mpmath.asin, lambda x: abs(x) <= 1, {_0: _0}),
    "acos": _mp(mpmath.acos, lambda x: abs(x) <= 1, {_1: _0}), "atan": _mp(mpmath.atan, fixed={_0: _0}),
    "sinh": _mp(mpmath.sinh, fixed={_0: _0}), "cosh": _mp(mpmath.cosh, fixed={_0: _1}),
    "tanh": _mp(mpmath.tanh, fixed={_0: _0}),
    "sigmoid": _mp(lambda x: 1 / (1 + mpmath.exp(-x)), fixed={_0: Fraction(1, 2)}),
}
_BINARY: dict[str, Callable[[Value, Value], Value]] = {
    "maximum": lambda a, b: a if compare(a, b) >= 0 else b,
    "minimum": lambda a, b: a if compare(a, b) <= 0 else b,
    "mod": _mod, "binom": _binom,
    "divide_or_zero": lambda a, b: _0 if _is_zero(b) else s_div(a, b),
}


def _fn(e: Expr, w: World, b: Bound) -> Value:
    args = [_eval(a, w, b) for a in e.args]
    return _each(_UNARY[e.data] if len(args) == 1 else _BINARY[e.data], *args)


def _sum(values: list[Value]) -> Value:
    acc: Value = _0
    for v in values:
        acc = s_add(acc, v)
    return acc


def _sym(e: Expr, w: World, b: Bound) -> Value:
    try:
        return w.values[e.data]
    except KeyError:
        raise NotEvaluable(f"{e.data} has no value") from None


def _idx(e: Expr, w: World, b: Bound) -> Value:
    if e.data not in b:
        raise NotEvaluable(f"index {e.data} is not bound")
    return Fraction(b[e.data])


def _dim(d: Dim, w: World) -> int:
    if isinstance(d, int):
        return d
    if d not in w.dims and len(inside := inside_least(d)) > 1:
        return min(_dim(x, w) for x in inside)
    if d not in w.dims:
        raise NotEvaluable(f"dimension {d} has no size")
    return w.dims[d]


def _fold(f: Callable[[Value, Value], Value]) -> Callable[[Expr, World, Bound], Value]:
    def apply(e: Expr, w: World, b: Bound) -> Value:
        values = [_eval(a, w, b) for a in e.args]
        acc = values[0]
        for v in values[1:]:
            acc = f(acc, v)
        return acc

    return apply


def _transposed(m: list[list[Value]]) -> list[list[Value]]:
    return [list(r) for r in zip(*m, strict=True)]


def _matmul_values(a: list[list[Value]], b: list[list[Value]]) -> list[list[Value]]:
    cols = _transposed(b)
    p, q = [_integers(r) for r in a], [_integers(c) for c in cols]
    if None not in p and None not in q:  # rational: one fraction an entry instead of one a product
        return [[_check(Fraction(sum(x * y for x, y in zip(r[0], c[0], strict=True)), r[1] * c[1])) for c in q if c] for r in p if r]
    return [[_sum([s_mul(x, y) for x, y in zip(r, c, strict=True)]) for c in cols] for r in a]


def _matmul(e: Expr, w: World, b: Bound) -> Value:
    x, y = e.args
    p, q = _eval(x, w, b), _eval(y, w, b)
    if len(x.shape) == 1:
        return [[s_mul(s, t) for t in q[0]] for s in p]
    if len(y.shape) == 1:
        return [r[0] for r in _matmul_values(p, [[t] for t in q])]
    return _matmul_values(p, q)


def _dot(e: Expr, w: World, b: Bound) -> Value:
    p, q = (flatten(_eval(a, w, b)) for a in e.args)
    r, c = _integers(p), _integers(q)
    if r is not None and c is not None:
        return _check(Fraction(sum(x * y for x, y in zip(r[0], c[0], strict=True)), r[1] * c[1]))
    return _sum([s_mul(x, y) for x, y in zip(p, q, strict=True)])


def _integers(row: list[Value]) -> tuple[list[int], int] | None:
    """Rational numbers over their common denominator: (numerators, denominator); None where one is not rational."""
    if not all(isinstance(x, Fraction) for x in row):
        return None
    d = lcm(*(x.denominator for x in row))
    return [x.numerator * (d // x.denominator) for x in row], d


def _T(e: Expr, w: World, b: Bound) -> Value:
    v = _eval(e.args[0], w, b)
    if len(e.args[0].shape) == 1:
        return [v]
    return v[0] if len(e.shape) == 1 else _transposed(v)


def _solve(m: list[list[Value]], rhs: list[list[Value]]) -> list[list[Value]]:
    """Gauss-Jordan elimination; exact on rationals."""
    n = len(m)
    rows = [_integers(list(r) + list(s)) for r, s in zip(m, rhs, strict=True)]
    if None not in rows:
        return _solve_integers([r[0] for r in rows if r], n)
    a = [list(r) + list(s) for r, s in zip(m, rhs, strict=True)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(to_mpf(a[r][c])))
        if _is_zero(a[pivot][c]):
            raise Undefined("inverse of a singular matrix")
        a[c], a[pivot] = a[pivot], a[c]
        a[c] = [s_div(x, a[c][c]) for x in a[c]]
        for r in range(n):
            if r != c and not _is_zero(a[r][c]):
                k = a[r][c]
                a[r] = [s_add(x, s_neg(s_mul(k, y))) for x, y in zip(a[r], a[c], strict=True)]
    return [r[n:] for r in a]


def solved(m: list[list[Value]], rhs: list[list[Value]]) -> list[list[Value]]:
    """M^{-1} R. Raises Undefined where M is singular."""
    return _solve(m, rhs)


def _solve_integers(a: list[list[int]], n: int) -> list[list[Value]]:
    """Elimination without fractions: every division is exact. Source: Bareiss, Math. Comp. 22 (1968)."""
    last = 1
    for c in range(n):
        pivot = next((r for r in range(c, n) if a[r][c]), None)
        if pivot is None:
            raise Undefined("inverse of a singular matrix")
        a[c], a[pivot] = a[pivot], a[c]
        top, p = a[c], a[c][c]
        for r in range(n):
            if r != c:
                k = a[r][c]
                a[r] = [(p * x - k * y) // last for x, y in zip(a[r], top, strict=True)]
        last = p
    return [[_check(Fraction(x, a[r][r])) for x in a[r][n:]] for r in range(n)]


def _identity(n: int) -> list[list[Value]]:
    return [[_1 if i == j else _0 for j in range(n)] for i in range(n)]


def _inv(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    return _solve(m, _identity(len(m)))


def _pinv(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    t = _transposed(m)
    if len(m) >= len(m[0]):  # full column rank: (M'M)^-1 M'; full row rank: M'(MM')^-1
        return _solve(_matmul_values(t, m), t)
    return _transposed(_solve(_matmul_values(m, t), m))


def _det(e: Expr, w: World, b: Bound) -> Value:
    m = [list(r) for r in _eval(e.args[0], w, b)]
    out: Value = _1
    n = len(m)
    for c in range(n):
        pivot = next((r for r in range(c, n) if not _is_zero(m[r][c])), None)
        if pivot is None:
            return _0
        if pivot != c:
            m[c], m[pivot] = m[pivot], m[c]
            out = s_neg(out)
        out = s_mul(out, m[c][c])
        for r in range(c + 1, n):
            k = s_div(m[r][c], m[c][c])
            m[r] = [s_add(x, s_neg(s_mul(k, y))) for x, y in zip(m[r], m[c], strict=True)]
    return out


def _matpow(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    if e.args[1].op != "num":
        named = _eval(e.args[1], w, b)
        if not isinstance(named, Fraction) or named.denominator != 1:
            raise Undefined("a power of a matrix that is no whole number")
        k = int(named)
    elif e.args[1].data.denominator != 1:
        values, vectors = _eigen(m)
        if any(v < 0 and not _negligible(v, values) for v in values):
            raise Undefined("fractional power of an indefinite matrix")
        powers = [s_pow(_0 if _negligible(v, values) else v, e.args[1].data) for v in values]
        return _matmul_values([[s_mul(x, p) for x, p in zip(r, powers, strict=True)] for r in vectors], _transposed(vectors))
    else:
        k = int(e.args[1].data)
    if abs(k) > 64:
        raise NotEvaluable("matrix power past 64")
    if k < 0:
        m, k = _solve(m, _identity(len(m))), -k
    out = _identity(len(m))
    for _ in range(k):
        out = _matmul_values(out, m)
    return out


def _negligible(v: Value, among: list[Value]) -> bool:
    """Whether a value is 0 up to the digits that are worked with, on the scale of the others."""
    if isinstance(v, Fraction):
        return v == 0
    return bool(abs(v) <= mpmath.mpf(10) ** (-mpmath.mp.dps // 2) * max(abs(to_mpf(x)) for x in among))


def _eigen(m: list[list[Value]]) -> tuple[list[Value], list[list[Value]]]:
    if not is_symmetric(m):
        raise Undefined("eigenvalues of a matrix that is not symmetric")
    return symmetric_eigen(m)


def _svd(e: Expr, w: World, b: Bound) -> Value:
    u, s, v = singular_decomposition(_eval(e.args[0], w, b))
    return {"u": u, "s": s, "v": v}[e.data]


def _eig(e: Expr, w: World, b: Bound) -> Value:
    return _eigen(_eval(e.args[0], w, b))[0 if e.data == "values" else 1]


def _rank(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    if all(isinstance(x, Fraction) for x in flatten(m)):
        return Fraction(len(m[0]) - len(null_space(m)))
    s = singular_decomposition(m)[1]
    return Fraction(sum(not _negligible(x, s) for x in s) if any(not _is_zero(x) for x in s) else 0)


def _psd(e: Expr, w: World, b: Bound) -> Value:
    m = _eval(e.args[0], w, b)
    if not is_symmetric(m):
        return False
    values = symmetric_eigen(m)[0]
    return all(v >= 0 or _negligible(v, values) for v in values)


def _diag(e: Expr, w: World, b: Bound) -> Value:
    v = _eval(e.args[0], w, b)
    if len(e.shape) == 2:
        return [[x if i == j else _0 for j in range(len(v))] for i, x in enumerate(v)]
    return [v[i][i] for i in range(len(v))]


def _root_of(x: Value) -> Value:
    """The radicand of a root that is squared again: sqrt(x)^2 = x for x >= 0, without leaving the rationals."""
    if compare(x, _0) < 0:
        raise Undefined("the square root of a negative number")
    return x


def _pow(e: Expr, w: World, b: Bound) -> Value:
    """Powers; an even power of a root stays rational: sqrt(x)^k = x^(k/2), ||x||_2^k = (sum x_i^2)^(k/2)."""
    base, k = e.args
    if base.op == "fn" and base.data == "sqrt" and k.op == "num" and k.data.denominator == 1 and k.data % 2 == 0:
        return _each(lambda x: s_pow(_root_of(x), k.data / 2), _eval(base.args[0], w, b))
    if base.op == "norm" and k.op == "num" and k.data.denominator == 1 and k.data % 2 == 0 and (
            base.data == "fro" or (base.data == "p" and base.args[1].op == "num" and base.args[1].data == 2)):
        squares = _sum([s_mul(t, t) for t in flatten(_eval(base.args[0], w, b))])
        return s_pow(squares, k.data / 2)
    return _each(s_pow, _eval(base, w, b), _eval(k, w, b))


def _norm(e: Expr, w: World, b: Bound) -> Value:
    x = _eval(e.args[0], w, b)
    if e.data in ("nuc", "op"):
        s = singular_decomposition(x)[1]
        return s[0] if e.data == "op" else _sum(s)
    entries = [abs(t) for t in flatten(x)]
    p: Value = Fraction(2)
    if e.data == "p":
        p = _eval(e.args[1], w, b)
    if p == mpmath.inf:
        return _extreme(entries, 1)
    if p == 1:
        return _sum(entries)
    return s_pow(_sum([s_pow(t, p) for t in entries]), s_div(_1, p))


def _extreme(values: list[Value], direction: int) -> Value:
    best = values[0]
    for v in values[1:]:
        if compare(v, best) * direction > 0:
            best = v
    return best


def _range(lo: Expr, hi: Expr, w: World, b: Bound) -> range:
    p, q = _eval(lo, w, b), _eval(hi, w, b)
    if not all(isinstance(x, Fraction) and x.denominator == 1 for x in (p, q)) or q - p >= MAX_TERMS:
        raise NotEvaluable("bounds of a sum that are no integers, or too far apart")
    return range(int(p), int(q) + 1)


def _reduce(e: Expr, w: World, b: Bound) -> Value:
    body, lo, hi = e.args
    kind, index = e.data
    values = [_eval(body, w, {**b, index: i}) for i in _range(lo, hi, w, b)]
    if not values:
        if kind in ("max", "min"):
            raise Undefined(f"{kind} over nothing")
        return _0 if kind == "sum" else _1
    if kind in ("max", "min"):
        return _extreme(values, 1 if kind == "max" else -1)
    acc = values[0]
    for v in values[1:]:
        acc = _each(s_add if kind == "sum" else s_mul, acc, v)
    return acc


def _argopt(e: Expr, w: World, b: Bound) -> Value:
    body, hi = e.args
    kind, index = e.data
    best, where = None, 0
    for i in _range(Expr("num", (), (), _1), hi, w, b):
        v = _eval(body, w, {**b, index: i})
        if best is None or compare(v, best) * (1 if kind == "argmax" else -1) > 0:
            best, where = v, i
    return Fraction(where)


def _at(e: Expr, w: World, b: Bound) -> Value:
    x = _eval(e.args[0], w, b)
    for i in e.args[1:]:
        k = _eval(i, w, b)
        if not isinstance(k, Fraction) or k.denominator != 1 or not 1 <= k <= len(x):
            raise Undefined("an index outside the vector")
        x = x[int(k) - 1]
    return x


def _basis(e: Expr, w: World, b: Bound) -> Value:
    n = _dim(e.shape[0], w)
    k = _eval(e.args[0], w, b)
    if not isinstance(k, Fraction) or k.denominator != 1 or not 1 <= k <= n:
        raise Undefined("a unit vector outside the dimension")
    return [_1 if i + 1 == k else _0 for i in range(n)]


def _full(value: Fraction) -> Callable[[Expr, World, Bound], Value]:
    def apply(e: Expr, w: World, b: Bound) -> Value:
        out: Value = value
        for d in reversed(e.shape):
            out = [out] * _dim(d, w)
        return out

    return apply


def _mat(e: Expr, w: World, b: Bound) -> Value:
    c = _dim(e.shape[1], w)
    flat = [_eval(a, w, b) for a in e.args]
    return [flat[i : i + c] for i in range(0, len(flat), c)]


def _cases(e: Expr, w: World, b: Bound) -> Value:
    if not any(c.shape for c in e.args[1::2]):  # the case that applies decides alone: another may be undefined here
        holding = (e.args[k] for k in range(0, len(e.args) - 1, 2) if _eval(e.args[k + 1], w, b))
        chosen = next(holding, e.args[-1] if len(e.args) % 2 else None)
        if chosen is None:
            raise Undefined("no case applies")
        if chosen.shape == e.shape:
            return _eval(chosen, w, b)

    def pick(*values: Value) -> Value:
        for k in range(0, len(values) - 1, 2):
            if values[k + 1]:
                return values[k]
        if len(values) % 2:
            return values[-1]
        raise Undefined("no case applies")

    return _each(pick, *(_eval(a, w, b) for a in e.args))


_COMPARE: dict[str, Callable[[int], bool]] = {
    "=": lambda c: c == 0, "!=": lambda c: c != 0, "<": lambda c: c < 0, "<=": lambda c: c <= 0,
    ">": lambda c: c > 0, ">=": lambda c: c >= 0,
}


def _rel(e: Expr, w: World, b: Bound) -> Value:
    if e.data not in _COMPARE:
        raise NotEvaluable(f"relation {e.data} has no truth value here")
    test = _COMPARE[e.data]
    return _each(lambda x, y: test(compare(x, y)), *(_eval(a, w, b) for a in e.args))


def _const(e: Expr, w: World, b: Bound) -> Value:
    return {"pi": mpmath.pi, "e": mpmath.e, "inf": mpmath.inf}[e.data] * 1


_RULES: dict[str, Callable[[Expr, World, Bound], Value]] = {
    "num": lambda e, w, b: Fraction(e.data), "dec": lambda e, w, b: Fraction(e.data[0]), "const": _const,
    "bool": lambda e, w, b: bool(e.data), "dim": lambda e, w, b: Fraction(_dim(e.data, w)),
    "sym": _sym, "idx": _idx, "add": _fold(_plus), "neg": lambda e, w, b: _each(s_neg, _eval(e.args[0], w, b)),
    "mul": _fold(_times), "div": _fold(partial(_each, s_div)), "pow": _pow, "matpow": _matpow, "matmul": _matmul,
    "svd": _svd, "eig": _eig, "rank": _rank, "psd": _psd,
    "dot": _dot, "T": _T, "inv": _inv, "pinv": _pinv, "det": _det, "diag": _diag,
    "trace": lambda e, w, b: _sum([r[i] for i, r in enumerate(_eval(e.args[0], w, b))]),
    "total": lambda e, w, b: _sum(flatten(_eval(e.args[0], w, b))),
    "mean": lambda e, w, b: (lambda v: s_div(_sum(v), Fraction(len(v))))(flatten(_eval(e.args[0], w, b))),
    "fn": _fn, "norm": _norm, "reduce": _reduce, "argopt": _argopt, "at": _at, "basis": _basis,
    "reduceall": lambda e, w, b: _extreme(flatten(_eval(e.args[0], w, b)), 1 if e.data == "max" else -1),
    "ones": _full(_1), "zeros": _full(_0), "eye": lambda e, w, b: _identity(_dim(e.shape[0], w)),
    "vec": lambda e, w, b: [_eval(a, w, b) for a in e.args], "mat": _mat,
    "comp": lambda e, w, b: [_eval(e.args[0], w, {**b, e.data: i}) for i in range(1, _dim(e.shape[0], w) + 1)],
    "cases": _cases, "rel": _rel,
    "and": lambda e, w, b: _each(lambda *v: all(v), *(_eval(a, w, b) for a in e.args)) if e.shape else all(_eval(a, w, b) for a in e.args),
    "or": lambda e, w, b: _each(lambda *v: any(v), *(_eval(a, w, b) for a in e.args)) if e.shape else any(_eval(a, w, b) for a in e.args),
    "not": lambda e, w, b: _each(lambda v: not v, _eval(e.args[0], w, b)),
}
