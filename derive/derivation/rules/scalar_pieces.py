"""A convex function of one number, piece by piece: its derivative at the breaks decides where the minimum is.

phi is smooth between its kinks k_1 < ... < k_m, with nondecreasing derivative d. Going from left to right,
the first test that holds gives the minimiser:  d_j(right end) > 0: the root of d_j;  d_{j+1}(left end) >= 0: the
kink between. This is 0 in the subdifferential [d_j(k), d_{j+1}(k)], read in order.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from derive.derivation.rules.scalar_signs import Signs
from derive.maths import expr as E
from derive.maths.expr import Expr

SAMPLES = 12
TRIES = 20  # draws for each sample that meets the conditions of the statement
SPURIOUS = 1e-12  # of the derivative at a root


class NotClosed(Exception):
    """The scalar problem has no closed form that is known to be right; the message says which step is missing."""


class UnknownSide(NotClosed):
    """A kink stands on an unknown side of a bound."""


@dataclass(frozen=True)
class Interval:
    """Where the number may lie: low <= t <= high; an open end is the edge of the domain of a logarithm."""

    low: Any = None
    high: Any = None
    open_low: bool = False
    open_high: bool = False


@dataclass(frozen=True)
class Piece:
    """phi between two breaks, in s > 0 with t = base + way*s (no ends: s = t is any number)."""

    left: Any
    right: Any
    base: Any
    way: int
    s: Any
    phi: Any
    slope: Any

    def at(self, t: Any) -> Any:
        """The derivative at an end."""
        import sympy as sp

        return sp.expand(self.slope.subs(self.s, sp.simplify((t - self.base) / self.way)))

    def value(self, t: Any) -> Any:
        """phi at a point of the piece."""
        return self.phi.subs(self.s, (t - self.base) / self.way)

    @property
    def flat(self) -> bool:
        """Whether phi is linear here."""
        return not self.slope.has(self.s)


def interval(phi: Expr, t: Expr, at_least: tuple[Expr, ...], signs: Signs, above: tuple[Expr, ...] = ()) -> Interval:
    """Bounds from conditions e(t) >= 0, from e(t) > 0 that are declared, and from the domain of logarithms and roots. Raises NotClosed."""
    ends: dict[int, tuple[Any, bool]] = {}
    for e, is_open in [*((x, False) for x in at_least), *((x, True) for x in _domains(phi, t, signs)), *((x, True) for x in above)]:
        slope = signs.slope(e)
        side = signs.sign(slope) if slope is not None else None
        if side is None or side == 0:
            raise NotClosed("a constraint is not affine in the entry, or the sign of its slope is not known")
        import sympy as sp

        end = sp.simplify(signs.t - signs.sympy(e) / slope)
        if side not in ends:
            ends[side] = (end, is_open)
            continue
        old, was_open = ends[side]
        tighter = signs.sign((end - old) * side)
        if tighter is None:
            raise NotClosed("which of two bounds is the tighter one is not known")
        ends[side] = (end, is_open) if tighter > 0 else (old, was_open) if tighter < 0 else (old, was_open or is_open)
    low, high = ends.get(1, (None, False)), ends.get(-1, (None, False))
    if low[0] is not None and high[0] is not None and not signs.at_least(high[0] - low[0]):
        raise NotClosed("that the upper bound is not below the lower one is not known")
    return Interval(low[0], high[0], low[1], high[1])


def _domains(phi: Expr, t: Expr, signs: Signs) -> list[Expr]:
    found = [x.args[0] for x in E.walk(phi) if x.op == "fn" and x.data in ("log", "sqrt") and t in set(E.walk(x.args[0]))
             and not signs.at_least(signs.sympy(x.args[0]), strictly=True)]
    # A denominator: convexity was granted only where the constraints keep it positive.
    found += [x.args[1] for x in E.walk(phi) if x.op == "div" and t in set(E.walk(x.args[1]))]
    return list(dict.fromkeys(found))


def _kinked(phi: Expr, t: Expr) -> dict[Expr, Expr]:
    """Each function with a kink in t, with what changes sign there."""
    out: dict[Expr, Expr] = {}
    conditions = {x for c in E.walk(phi) if c.op == "rel" for x in E.walk(c)} - {x for v in _values(phi) for x in E.walk(v)}
    for x in E.walk(phi):
        if x.op == "fn" and t in set(E.walk(x)) and x not in conditions:
            if x.data in ("abs", "relu"):
                out[x] = x.args[0]
            elif x.data in ("maximum", "minimum"):
                out[x] = E.sub(*x.args)
    return out


def _values(e: Expr) -> list[Expr]:
    """The largest parts of an expression that stand in no condition of a function by pieces."""
    if not any(x.op == "cases" for x in E.walk(e)):
        return [e]
    inside = (*e.args[:-1:2], e.args[-1]) if e.op == "cases" else e.args
    return [v for a in inside for v in _values(a)]


def _branch(x: Expr, sign: int) -> Expr:
    if x.data == "abs":
        return x.args[0] if sign > 0 else E.neg(x.args[0])
    if x.data == "relu":
        return x.args[0] if sign > 0 else E.ZERO
    first = (sign > 0) == (x.data == "maximum")
    return x.args[0] if first else x.args[1]


def pieces(phi: Expr, t: Expr, span: Interval, signs: Signs) -> list[Piece]:
    """phi between its kinks inside the interval, from left to right. Raises NotClosed."""
    import sympy as sp

    rises = {x: _kink(inside, signs) for x, inside in _kinked(phi, t).items()}
    switches = {x: [_kink(edge, signs) for edge in _edges(x)] for x in E.walk(phi) if x.op == "cases" and t in set(E.walk(x))}
    breaks = _ordered([k for k, _ in (*rises.values(), *(edge for edges in switches.values() for edge in edges))], span, signs)
    ends = [span.low, *breaks, span.high]
    out = []
    for left, right in pairwise(ends):
        here = {}
        for x, (k, side) in rises.items():
            # The piece lies right of the kink, or left of it.
            after = left is not None and signs.at_least(left - k)
            here[x] = _branch(x, side if after else -side)
        for x, edges in switches.items():
            holds = all((side > 0) == (left is not None and signs.at_least(left - k)) for k, side in edges)
            here[x] = E.replace(x.args[0] if holds else x.args[2], here)
        base, way = (left, 1) if left is not None else (right, -1) if right is not None else (sp.Integer(0), 1)
        s = sp.Dummy("s", positive=True) if left is not None or right is not None else sp.Dummy("s", real=True)
        local = sp.expand(signs.sympy(E.replace(phi, here)).subs(signs.t, base + way * s))
        local = sp.simplify(local) if local.has(sp.Pow) and not local.is_polynomial(s) else local
        slope = sp.expand(sp.diff(local, s) * way)
        if not slope.is_polynomial(s):
            slope = min((slope, sp.expand(sp.simplify(slope))), key=sp.count_ops)
        out.append(Piece(left, right, base, way, s, local, slope))
    if switches:
        _joined(out, signs)
    return out


def _kink(inside: Expr, signs: Signs) -> tuple[Any, int]:
    """Where an affine expression of the entry changes sign, and the sign of its slope."""
    import sympy as sp

    slope = signs.slope(inside)
    side = signs.sign(slope) if slope is not None else None
    if not side:
        raise NotClosed("a kink is not at an affine expression of the entry whose slope has a known sign")
    return sp.simplify(signs.t - signs.sympy(inside) / slope), side


def _edges(x: Expr) -> list[Expr]:
    """What is positive where the first of two cases holds: |a| <= d as d - a and d + a. Raises NotClosed for other conditions."""
    c = x.args[1]
    if len(x.args) != 3 or c.op != "rel" or c.data not in ("<", "<=", ">", ">="):
        raise NotClosed("a function by pieces has other conditions than one inequality")
    small, large = c.args if c.data[0] == "<" else c.args[::-1]
    if small.op == "fn" and small.data == "abs":
        return [E.sub(large, small.args[0]), E.add(large, small.args[0])]
    return [E.sub(large, small)]


def _joined(parts: list[Piece], signs: Signs) -> None:
    """Raises NotClosed where neighbouring pieces do not meet, or the slope falls from one to the next."""
    import sympy as sp

    for p, after in pairwise(parts):
        k = p.right
        if sp.simplify(p.value(k) - after.value(k)) != 0:
            raise NotClosed("a function by pieces jumps")
        if not signs.at_least(sp.simplify(after.at(k) - p.at(k))):
            raise NotClosed("the slope of a function by pieces is not known to increase")


def _ordered(kinks: list[Any], span: Interval, signs: Signs) -> list[Any]:
    """Distinct kinks strictly inside the interval, in increasing order."""
    inside: list[Any] = []
    for k in kinks:
        if any(signs.sign(k - other) == 0 for other in inside):
            continue
        if span.low is not None and signs.at_least(span.low - k):
            continue
        if span.high is not None and signs.at_least(k - span.high):
            continue
        for end, side in ((span.low, 1), (span.high, -1)):
            if end is not None and not signs.at_least((k - end) * side, strictly=True):
                raise UnknownSide("whether a kink lies inside the bounds is not known")
        place = 0
        for other in inside:
            order = signs.sign(k - other)
            if order is None:
                raise NotClosed("the order of two kinks is not known")
            place += order > 0
        inside.insert(place, k)
    return inside


@dataclass(frozen=True)
class Candidate:
    """A point t, its value, and the test (test > 0, or >= 0 where weak) that selects it after those before; None: otherwise.

    sampled: which root of the derivative it is was decided at seeded values of the parameters, not proved.
    """

    t: Any
    phi: Any
    test: Any
    weak: bool
    interior: bool
    sampled: bool = False


def cascade(parts: list[Piece], span: Interval, signs: Signs) -> list[Candidate]:
    """The candidates in order; the first whose test holds is the minimiser. Raises NotClosed."""
    out: list[Candidate] = []
    first, last = parts[0], parts[-1]
    if span.low is not None and not span.open_low:
        out.append(Candidate(span.low, first.value(span.low), first.at(span.low), True, False))
    for j, p in enumerate(parts):
        ends_open = p is last and (p.right is None or span.open_high)
        if p.flat and p is first and (p.left is None or span.open_low) and not signs.at_least(-p.slope):
            raise NotClosed("the objective is linear towards minus infinity and not known to rise there: it may be unbounded")
        if p.flat and ends_open:
            if not signs.at_least(p.slope) or not out:
                raise NotClosed("the objective is linear towards infinity and not known to rise there: it may be unbounded")
            end = out.pop()
            return [*out, replace(end, test=None, weak=False)]
        if not p.flat:
            facts = [] if p.left is None or (p is first and span.open_low) else [-p.at(p.left)]
            facts += [] if ends_open else [p.at(p.right)]
            t, phi, sampled = _interior(p, facts, signs, span)
            out.append(Candidate(t, phi, None if ends_open else p.at(p.right), False, True, sampled))
            if ends_open:
                return out
        if p is last:
            return [*out, Candidate(p.right, p.value(p.right), None, False, False)]
        out.append(Candidate(p.right, p.value(p.right), parts[j + 1].at(p.right), True, False))
    return out


def _interior(p: Piece, facts: list[Any], signs: Signs, span: Interval) -> tuple[Any, Any, bool]:
    """The root of the derivative, the value there and whether it was told from other roots by samples, where facts (expressions > 0) say that the root lies in the piece.

    There a real y of known sign is y = |y| or y = -|y|, so that roots of it are real in every case, also where it does not apply.
    """
    import sympy as sp

    known: dict[Any, Any] = {}
    for f in facts:
        atoms = [x for x in f.free_symbols if x.is_positive is None and x.is_real]
        if len(atoms) == 1 and f.subs(atoms[0], 0) == 0 and sp.diff(f, atoms[0]).is_number:
            known[atoms[0]] = (1 if sp.diff(f, atoms[0]) > 0 else -1) * sp.Dummy("size", positive=True)
    if known:
        left, right = (None if x is None else x.subs(known) for x in (p.left, p.right))
        p = Piece(left, right, p.base.subs(known), p.way, p.s, p.phi.subs(known), p.slope.subs(known))
    root, sampled = _root(p, signs, span)
    t, value = _tidy(p.base + p.way * root), _tidy(p.phi.subs(p.s, root))
    size = {next(iter(v.free_symbols)): (a, v) for a, v in known.items()}
    polynomial = all(t.is_polynomial(s) and value.is_polynomial(s) for s in size)
    back = {s: a * (1 if v == s else -1) if polynomial else sp.Abs(a) for s, (a, v) in size.items()}
    return t.subs(back), value.subs(back), sampled


def _tidy(x: Any) -> Any:
    """The shortest of a few equal forms, with sums of terms under each logarithm."""
    import sympy as sp

    def terms(y: Any) -> Any:
        return y.replace(sp.log, lambda a: sp.log(sp.expand(a)))

    x = terms(sp.expand_log(x))
    flat = sp.expand(x)
    if flat.is_polynomial(*flat.free_symbols):
        return flat
    return min((terms(sp.simplify(x)), terms(sp.factor(sp.simplify(flat))), sp.powsimp(flat)), key=sp.count_ops)


def _root(p: Piece, signs: Signs, span: Interval) -> tuple[Any, bool]:
    """The s where the derivative vanishes, and whether samples told it from other roots.

    Affine: by division. Else by SymPy: the only root, or the one that lies in the piece.
    """
    import sympy as sp

    rate = sp.simplify(sp.diff(p.slope, p.s))
    if not rate.has(p.s):
        if not signs.at_least(rate * p.way, strictly=True):
            raise NotClosed("the curvature is not known to be positive")
        return sp.simplify(-p.slope.subs(p.s, 0) / rate), False
    equation = sp.numer(sp.together(p.slope))
    try:
        found = sp.solve(equation, p.s)
    except NotImplementedError:
        raise NotClosed("the stationary point has no closed form") from None
    roots = [r for r in found if not r.has(sp.Piecewise) and r.is_real is not False]
    proved = [r for r in roots if signs.at_least(r, strictly=True) and (p.left is None or p.right is None or signs.at_least(
        p.right - p.base - p.way * r, strictly=True))]
    if len(proved) == 1:
        return sp.simplify(proved[0]), False
    fitting = [r for r in roots if _lies_inside(p, r, signs, span)]
    if not fitting:
        fitting = [r for r in _without_leading(equation, p.s) if _lies_inside(p, r, signs, span)]
    if len(fitting) != 1:
        raise NotClosed("no stationary point is known to lie in the domain (the objective may be unbounded)")
    return sp.simplify(fitting[0]), True


def _lies_inside(p: Piece, root: Any, signs: Signs, span: Interval) -> bool:
    """Whether the root lies in the piece wherever the derivative changes sign on it, at seeded parameter values."""
    import sympy as sp

    rng = random.Random(5)
    what = [x.subs(signs.sharper) if signs.sharper else x for x in (root, p.slope.subs(p.s, root))]
    width = None if p.left is None or p.right is None else (p.right - p.left).subs(signs.sharper)
    read = (*what, *(k.subs(signs.sharper) for k in signs.assumed))
    names = sorted(set().union(*(x.free_symbols for x in read)) | (p.slope.subs(signs.sharper).free_symbols - {p.s}), key=str)
    seen = 0
    for _ in range(SAMPLES * (TRIES if signs.assumed else 1)):
        if seen == SAMPLES:
            break
        values = {a: sp.Rational(rng.randint(1, 40), 8) * _sign_drawn(a, rng) for a in names}
        if any(not sp.N(k.subs(signs.sharper).subs(values), 30) > 0 for k in signs.assumed) or not _changes_sign(p, values, span, signs):
            continue
        number = sp.N(what[0].subs(values), 30)
        left = abs(sp.N(what[1].subs(values), 30))
        if not number.is_real or not left.is_finite or left > SPURIOUS:  # a root of the squared equation alone
            return False
        if number <= 0 and (p.left is not None or p.right is not None):
            return False
        if width is not None and number >= sp.N(width.subs(values), 30):
            return False
        seen += 1
    return seen > 0


def _sign_drawn(a: Any, rng: random.Random) -> int:
    """A sign that the symbol may have; 0 where that is allowed, because closed forms break there."""
    if a.is_positive:
        return 1
    signs = [-1, 1] if a.is_negative is None and not a.is_nonnegative else [-1] if a.is_negative else [1]
    return rng.choice(signs if a.is_nonzero else [0, *signs])


def _without_leading(equation: Any, s: Any) -> list[Any]:
    """The roots 2C/(-B -+ sqrt(B^2 - 4AC)) of A s^2 + B s + C, which stay when A is 0."""
    import sympy as sp

    if not equation.is_polynomial(s) or sp.degree(equation, s) != 2:
        return []
    a, b, c = sp.Poly(equation, s).all_coeffs()
    root = sp.sqrt(sp.factor(sp.expand(b**2 - 4 * a * c)))
    return [2 * c / (-b + side * root) for side in (1, -1)]


def _changes_sign(p: Piece, values: Any, span: Interval, signs: Signs) -> bool:
    """Whether the derivative is negative at the left end and positive at the right one, where these ends are closed."""
    import sympy as sp

    def known(x: Any) -> Any:
        return sp.N(x.subs(signs.sharper).subs(values), 30)

    left_open = p.left is None or (span.open_low and p.left == span.low)
    right_open = p.right is None or (span.open_high and p.right == span.high)
    return (left_open or known(p.at(p.left)) < 0) and (right_open or known(p.at(p.right)) > 0)
