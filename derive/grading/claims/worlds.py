"""Instances in which letters of a part have the numbers that a text gives them, those too that are defined by others: 'kappa = 3', 'n = 1', 'g = (1, -3)'."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, same
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, exact, flatten
from derive.maths.symbols import Symbol
from derive.maths.worlds import holds

_ERRORS = (Undefined, NotEvaluable, KeyError, E.ShapeError, TypeError, ZeroDivisionError, ValueError, OverflowError)
_EACH = 3


def worlds_with(key: Key, given: Mapping[str, Value], dims: Mapping[str, int], strict: bool = True) -> Iterator[World]:
    """Instances of the part in which the letters and lengths are as given; none where one leaves its domain or the conditions of the part do not hold.

    strict: a number that is declared to lie between 0 and 1 does not exceed 1.
    """
    symbols = key.problem.symbols
    lengths = dict(dims)
    for name, v in given.items():
        if not _in_domain(symbols[name], v, strict):
            return
        told = v
        for d in symbols[name].shape:
            if not isinstance(told, list):
                break
            if isinstance(d, str) and lengths.setdefault(d, len(told)) != len(told):
                return
            told = told[0] if told else told
    plain = {n: v for n, v in given.items() if symbols[n].let is None}
    defined = {n: v for n, v in given.items() if symbols[n].let is not None}
    matching = [ws for ws in key.generic if all(ws.worlds[0].dims.get(d) == k for d, k in lengths.items())]
    larger = [ws for ws in key.generic if all(ws.worlds[0].dims.get(d, 0) >= k for d, k in lengths.items())] if not matching else []
    for ws in matching or larger or key.generic[-1:]:
        for w in ws.worlds[:_EACH]:
            at = {**w.dims, **lengths}
            values: dict[str, Value] = dict(w.values) if matching else {n: _cut(v, symbols[n], at) for n, v in w.values.items() if n in symbols and _may_be_cut(v, symbols[n], bool(larger))}
            for n, v in plain.items():
                values[n] = _of_shape(v, symbols[n], at)
            found = _with_defined(key, World(values, at), defined, plain)
            if found is not None and allowed(key, found):
                yield found


def _may_be_cut(v: Value, s: Symbol, larger: bool) -> bool:
    """Whether a part of an array is one of the same kind: what is said of its rank or of its sum need not hold for a part."""
    return not isinstance(v, list) or (larger and s.domain not in ("orthcols", "frr", "fullrank", "simplex", "fcr"))


def _cut(v: Value, s: Symbol, dims: Mapping[str, int]) -> Value:
    """The leading part of an array of the given lengths."""
    def part(x: Value, shape: tuple[object, ...]) -> Value:
        if not shape or not isinstance(x, list):
            return x
        return [part(y, shape[1:]) for y in x[: dims.get(str(shape[0]), len(x))]]

    return part(v, s.shape)


def allowed(key: Key, w: World) -> bool:
    """Whether the conditions of the part hold in an instance."""
    try:
        return holds(key.problem.conditions(key.part), w)
    except _ERRORS:
        return False


def _of_shape(v: Value, s: Symbol, dims: Mapping[str, int]) -> Value:
    """A number for what has one entry, as an array of that shape."""
    for d in reversed(s.shape) if not isinstance(v, list) else ():
        if (dims.get(d) if isinstance(d, str) else d) == 1:
            v = [v]
    return v


def _in_domain(s: Symbol, v: Value, strict: bool = True) -> bool:
    try:
        entries = [float(x) for x in flatten(v)]
    except (TypeError, OverflowError):
        return False
    tests: dict[str, Callable[[float], bool]] = {"positive": lambda x: x > 0, "nonnegative": lambda x: x >= 0, "negative": lambda x: x < 0, "unit": lambda x: x > 0 and (x < 1 or not strict),
        "integer": float.is_integer,
        "count": lambda x: x >= 1 and float.is_integer(x), "sign": lambda x: abs(x) == 1, "binary": lambda x: x in (0, 1)}
    test = tests.get(s.domain)
    inside = test is None or all(test(x) for x in entries)
    return inside and (s.domain not in ("nonzero", "simplex") or any(entries))


def _recomputed(key: Key, w: World) -> World | None:
    values = dict(w.values)
    try:
        for s in key.problem.symbols.values():
            if s.let is not None and s.name in values and s.kind == "value":
                values[s.name] = exact(s.let, World(values, w.dims))
    except _ERRORS:
        return None
    return World(values, w.dims)


def _with_defined(key: Key, w: World, defined: Mapping[str, Value], fixed: Mapping[str, Value]) -> World | None:
    """The instance with its definitions worked out, where letters that are defined by others have the given values."""
    found = _recomputed(key, w)
    if not defined or found is None:
        return found
    if any(isinstance(v, list) for v in defined.values()):
        return None
    for trial in _trials(key, found, defined, fixed):
        again = _recomputed(key, trial)
        if again is not None and all(_close(again.values.get(n), v) for n, v in defined.items()):
            return again
    return None


def _trials(key: Key, w: World, defined: Mapping[str, Value], fixed: Mapping[str, Value]) -> Iterator[World]:
    """Instances that may give the defined letters their values: one number scaled, or a diagonal matrix with the values as its eigenvalues."""
    name, target = next(iter(defined.items()))
    let, now = key.problem.symbols[name].let, w.values[name]
    assert let is not None
    for base in sorted(E.symbols_in(let) - set(fixed)):
        s, v = key.problem.symbols[base], w.values.get(base)
        if not s.shape and isinstance(v, Fraction) and isinstance(now, Fraction) and isinstance(target, Fraction) and now and target:
            for value in (v * target / now, v * now / target):
                if _in_domain(s, value, False):
                    yield World({**w.values, base: value}, w.dims)
        if s.domain == "spd" and len(s.shape) == 2 and isinstance(v, list):
            ends = [x for x in (*defined.values(), Fraction(1)) if isinstance(x, Fraction) and x > 0]
            for high in ends:
                for low in ends:
                    yield World({**w.values, base: [[(high if i == 0 else low) if i == j else Fraction(0) for j in range(len(v))] for i in range(len(v))]}, w.dims)


def _close(a: Value | None, b: Value) -> bool:
    if a is None or isinstance(a, list) or isinstance(b, list):
        return False
    return abs(float(a) - float(b)) <= 1e-12 * abs(float(b))


def answer_in(key: Key, w: World) -> list[float] | None:
    """The entries of the required answer in an instance."""
    required = key.derivation.answer
    return numbers(required, w) if required is not None else None


def fits(v: list[float], told: list[float], rounded: bool) -> bool:
    """Whether numbers are as they are told; rounded: as decimals."""
    if rounded:
        return all(abs(x - y) <= max(0.005 * max(abs(x), abs(y)), _half_a_digit(y)) for x, y in zip(v, told, strict=True))
    return all(same(x, y) or abs(x - y) < 1e-12 for x, y in zip(v, told, strict=True))


def _half_a_digit(shown: float) -> float:
    """Half a unit of the last digit of a decimal of up to six."""
    digits = next((k for k in range(7) if round(shown, k) == shown), 6)
    return 0.5 * 10.0**-digits if digits else 0.0
