"""Is an update a declared direction times a step size, and which? Solved in exact worlds.

u = eta d has the solution eta = <u, d> / <d, d> if the residual vanishes. An update is a rule's where
that holds with eta > 0 in every generic world; then eta is written as an expression, and whether it
depends on the gradient is seen by changing the gradient and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import log
from typing import Any

import numpy as np

from derive.derivation.optimizers import Rule
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.equality import Unknown
from derive.maths.exact import DIGITS, Undefined, Value, World, compare, exact, flatten, s_add, s_div, s_mul, to_mpf, value_at
from derive.maths.expr import Expr
from derive.maths.many_digits import mpmath
from derive.maths.symbols import Symbol
from derive.maths.worlds import complete, holds, world_sets

# In one dimension every update is a multiple of every direction, so size 1 tells nothing.
SIZES = (2, 3, 5)
PER_SIZE = 4  # worlds of each size in which a step is solved for
CHANGES = 2  # of the gradient alone, for each world: doubled, and drawn anew
SEARCHED = 300  # worlds drawn of each size where few meet the conditions of the problem
MAX_EXPONENT = 4  # of a factor of a step
EXPONENT_ERROR = 1e-6  # of a fitted exponent; the expression is then checked exactly
MAX_DENOMINATOR = 10_000  # of the rational constant in a step


@dataclass(frozen=True)
class Setting:
    """An update to be named: update and gradient are vectors of one shape (d,) in the symbols."""

    update: Expr
    gradient: Expr
    symbols: dict[str, Symbol]
    when: tuple[Expr, ...] = ()
    cache: dict[object, list[World]] = field(default_factory=dict, compare=False, repr=False)
    solved: dict[object, Fit | Misfit | Unknown] = field(default_factory=dict, compare=False, repr=False)
    stated: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)  # what was found of steps that texts state


@dataclass(frozen=True)
class Fit:
    """update = eta * direction with eta > 0 wherever it was tried.

    etas: world and step; depends: whether eta changes when only the gradient does; pair: two worlds
    that differ in the gradient alone, and show it (or that eta stays).
    """

    rule: Rule
    etas: tuple[tuple[World, Value], ...]
    depends: bool
    pair: tuple[World, World] | None


@dataclass(frozen=True)
class Misfit:
    """A world in which no eta > 0 gives the update; uphill: a negative one would."""

    rule: Rule
    world: World
    uphill: bool


def step_at(update: Expr, direction: Expr, world: World) -> Value | None:
    """The eta with update = eta * direction in one world, or None if there is none.

    Both are vectors of one shape; the residual must vanish in every entry, exactly for rationals and
    to half the working digits otherwise. Raises Undefined or NotEvaluable.
    """
    u, d = flatten(exact(update, world)), flatten(exact(direction, world))
    with mpmath.workdps(DIGITS):
        square = inner(d, d)
        if len(u) != len(d) or compare(square, Fraction(0)) == 0:
            return None
        eta = s_div(inner(u, d), square)
        return eta if all(compare(x, s_mul(eta, y)) == 0 for x, y in zip(u, d, strict=True)) else None


def inner(a: Iterable[Value], b: Iterable[Value]) -> Value:
    """sum_i a_i b_i of exact values."""
    acc: Value = Fraction(0)
    for x, y in zip(a, b, strict=True):
        acc = s_add(acc, s_mul(x, y))
    return acc


def solve_step(setting: Setting, rule: Rule) -> Fit | Misfit | Unknown:
    """The step size of a rule for an update: Fit, Misfit with its world, or Unknown."""
    if setting.gradient.shape == (1,):
        return Unknown("with one coordinate every update is a multiple of every direction")
    etas: list[tuple[World, Value]] = []
    try:
        for w in worlds(setting, rule.free):
            try:
                eta = step_at(setting.update, rule.direction, w)
            except Undefined:
                continue
            if eta is None or compare(eta, Fraction(0)) <= 0:
                return Misfit(rule, w, eta is not None and compare(eta, Fraction(0)) < 0)
            etas.append((w, eta))
        if not etas:
            return Unknown("no instance in which both the update and the rule have a value")
        depends, pair = _dependence(setting, rule, etas)
    except NotEvaluable as err:
        return Unknown(str(err))
    return Fit(rule, tuple(etas), depends, pair)


def worlds(setting: Setting, free: tuple[Symbol, ...] = ()) -> list[World]:
    """Generic worlds, small sizes first, that meet the conditions under which the update is asked."""
    found = setting.cache.get(free)
    if found is None:
        symbols = {**setting.symbols, **{s.name: s for s in free}}
        found = list(_admissible(symbols, setting.when, PER_SIZE)) or list(_admissible(symbols, setting.when, SEARCHED))
        setting.cache[free] = found
    return found


def _admissible(symbols: dict[str, Symbol], when: tuple[Expr, ...], count: int) -> Iterator[World]:
    for ws in world_sets(symbols, sizes=SIZES, count=count):
        yield from [w for w in ws.worlds if holds(when, w)][:PER_SIZE]


# ---------------------------------------------------------------- does the step depend on the gradient


def roots(setting: Setting, e: Expr | None = None) -> frozenset[str]:
    """The free symbols behind an expression (the gradient, by default): definitions are opened."""
    pending = list(E.symbols_in(setting.gradient if e is None else e))
    out: set[str] = set()
    while pending:
        name = pending.pop()
        s = setting.symbols.get(name)
        if s is not None and s.let is not None:
            pending += E.symbols_in(s.let) - out
        else:
            out.add(name)
    return frozenset(out)


def changed(setting: Setting, world: World, names: frozenset[str]) -> Iterator[World]:
    """Worlds that differ from this one in the named free symbols alone: twice as large, and drawn anew."""
    fixed = {n for n, s in setting.symbols.items() if s.let is not None}

    def rebuilt(values: dict[str, Value]) -> World:
        return complete(setting.symbols, {n: v for n, v in values.items() if n not in fixed}, world.dims, world.kind)

    def twice(v: Value) -> Value:
        return [twice(x) for x in v] if isinstance(v, list) else 2 * v

    candidates = [rebuilt({**world.values, **{n: twice(world.values[n]) for n in names if n in world.values}})]
    for w in worlds(setting):
        if w.dims == world.dims and w is not world:
            candidates.append(rebuilt({**world.values, **{n: w.values[n] for n in names if n in w.values}}))
    yield from (w for w in candidates if holds(setting.when, w))


def _dependence(
    setting: Setting, rule: Rule, etas: list[tuple[World, Value]]
) -> tuple[bool, tuple[World, World] | None]:
    names = roots(setting)
    pair = None
    for w, eta in etas:
        for other in islice(changed(setting, w, names), CHANGES):
            try:
                moved = step_at(setting.update, rule.direction, other)
            except Undefined:
                continue
            pair = pair or (w, other)
            if moved is None or compare(moved, eta) != 0:
                return True, (w, other)
    return False, pair


# ---------------------------------------------------------------- the step as an expression


def step_expression(setting: Setting, fit: Fit) -> Expr | None:
    """An expression that equals the solved step in every world, the simplest form that is found.

    First a monomial in the scalars of the update and norms of the gradient; then quotients that the
    vector algebra can simplify; None if no candidate has the solved values.
    """
    candidates = [c for c in (monomial(setting, fit),) if c is not None]
    for c in candidates or _quotients(setting, fit):
        if all(_equals(c, w, eta) for w, eta in fit.etas):
            return c
    return None


def _equals(e: Expr, w: World, eta: Value) -> bool:
    value = value_at(e, w)
    return value is not None and compare(value, eta) == 0


def monomial(setting: Setting, fit: Fit) -> Expr | None:
    """c * prod_j s_j^{a_j} over scalar symbols s_j and norms of the gradient, if the step is one.

    The logarithm of a monomial is linear in the exponents: they come from least squares over the
    worlds in float64 and are rounded to halves; whoever uses the result checks it exactly.
    """
    scalars, norms = _factors(setting, fit.rule)
    factors = scalars + norms
    rows, logs, samples = [], [], []
    for w, eta in fit.etas:
        values = [value_at(f, w) for f in factors]
        if any(v is None or v == 0 for v in values):
            return None
        samples.append(values)
        rows.append([1.0, *(log(abs(to_mpf(v))) for v in values)])
        logs.append(float(mpmath.log(to_mpf(eta))))
    if len(rows) < len(factors) + 2:
        return None
    fitted = np.linalg.lstsq(np.array(rows), np.array(logs), rcond=None)[0][1:]
    halves = [Fraction(round(2 * float(a)), 2) for a in fitted]
    if any(
        abs(float(a) - float(h)) > EXPONENT_ERROR or abs(h) > MAX_EXPONENT for a, h in zip(fitted, halves, strict=True)
    ):
        return None
    with mpmath.workdps(DIGITS):
        rest = to_mpf(fit.etas[0][1])
        for v, h in zip(samples[0], halves, strict=True):
            rest /= mpmath.power(abs(to_mpf(v)), to_mpf(h))
        constant, square = (Fraction(int(mpmath.nint(x * 2**80)), 2**80).limit_denominator(MAX_DENOMINATOR) for x in (rest, rest**2))
        rational = abs(rest - to_mpf(constant)) <= EXPONENT_ERROR * abs(rest) / MAX_DENOMINATOR**2
    powers = list(zip(factors, halves, strict=True))
    if not rational:  # sqrt(3)/3 and its like
        whole = E.fn("sqrt", E.num(square.numerator * square.denominator))
        return E.mul(whole if square.denominator == 1 else E.div(whole, E.num(square.denominator)), _product(Fraction(1), powers[: len(scalars)], powers[len(scalars) :]))
    return _product(constant, powers[: len(scalars)], powers[len(scalars) :])


def _factors(setting: Setting, rule: Rule) -> tuple[list[Expr], list[Expr]]:
    """What a step may be made of: scalars and the dimension, and norms of the gradient."""
    names = sorted(E.symbols_in(setting.update) | E.symbols_in(rule.direction))
    scalars = [E.sym(n) for n in names if n in setting.symbols and not setting.symbols[n].shape]
    d = setting.gradient.shape[0]
    if isinstance(d, str):
        scalars.append(E.dim(d))
    orders = [E.ONE, E.TWO, E.INF]
    for x in (*E.walk(setting.update), *E.walk(rule.direction)):
        if x.op == "norm" and x.data == "p" and x.args[1] not in orders:
            orders.append(x.args[1])
    return scalars, [E.norm(setting.gradient, p) for p in orders]


def _product(constant: Fraction, scalars: list[tuple[Expr, Fraction]], norms: list[tuple[Expr, Fraction]]) -> Expr:
    """(constant * scalars) * norms, with what has a negative exponent below the line."""

    def side(powers: list[tuple[Expr, Fraction]], sign: int) -> list[Expr]:
        return [_power(f, abs(a)) for f, a in powers if a * sign > 0]

    def times(items: list[Expr]) -> Expr | None:
        out: Expr | None = None
        for x in items:
            out = x if out is None else E.mul(out, x)
        return out

    above = ([E.num(constant.numerator)] if constant.numerator != 1 else []) + side(scalars, 1)
    below = ([E.num(constant.denominator)] if constant.denominator != 1 else []) + side(scalars, -1)
    head, foot = times(above), times(below)
    if foot is not None:
        head = E.div(head or E.ONE, foot)
    high, low = times(side(norms, 1)), times(side(norms, -1))
    out = head if high is None else high if head is None else E.mul(head, high)
    return E.div(out or E.ONE, low) if low is not None else out or E.ONE


def _power(e: Expr, a: Fraction) -> Expr:
    if a == 1:
        return e
    return E.fn("sqrt", e) if a == Fraction(1, 2) else E.power(e, E.num(a))


def _quotients(setting: Setting, fit: Fit) -> Iterator[Expr]:
    """u_1 / d_1 and <u, d> / <d, d>, simplified and as they stand, those without an entry of g first."""
    from derive.maths.algebra import simplify

    u, d = setting.update, fit.rule.direction
    positive = frozenset(n for n, s in setting.symbols.items() if s.domain == "positive" and not s.shape)
    raw = [E.div(E.at(u, E.ONE), E.at(d, E.ONE)), E.div(E.dot(u, d), E.dot(d, d))]
    short = [simplify(e, positive) for e in raw]
    yield from sorted((*short, *raw), key=lambda e: (any(x.op == "at" for x in E.walk(e)), sum(1 for _ in E.walk(e))))
