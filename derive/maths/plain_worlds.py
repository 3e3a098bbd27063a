"""Worlds as plain data (JSON) and back, exactly: rational numbers as 'p' or 'p/q', others as a binary mantissa and exponent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from derive.errors import SourceError
from derive.maths.exact import Value, World
from derive.maths.worlds import WorldSet, gather

_BINARY = re.compile(r"(-?[0-9a-f]+)p(-?[0-9]+)\Z")


def worlds_data(sets: Sequence[WorldSet]) -> list[Any]:
    """Sets of worlds as plain data. Raises SourceError for a value without a plain form (an infinite one)."""
    return [{"kind": ws.kind, "dims": dict(ws.batch.dims), "worlds": [[w.kind, {n: _written(v) for n, v in w.values.items()}] for w in ws.worlds]} for ws in sets]


def read_worlds(data: Any) -> tuple[WorldSet, ...]:
    """The sets again. Raises SourceError for what is none."""
    try:
        return tuple(_set(d) for d in data)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as err:
        raise SourceError("worlds", f"this is no set of worlds: {err}.") from None


def same_worlds(a: Sequence[WorldSet], b: Sequence[WorldSet]) -> bool:
    """Whether two sequences of sets hold the same worlds."""
    return len(a) == len(b) and all(
        x.kind == y.kind and dict(x.batch.dims) == dict(y.batch.dims)
        and [(w.kind, dict(w.dims), dict(w.values)) for w in x.worlds] == [(w.kind, dict(w.dims), dict(w.values)) for w in y.worlds]
        for x, y in zip(a, b, strict=True))


def _set(data: Mapping[str, Any]) -> WorldSet:
    dims = {str(n): int(d) for n, d in data["dims"].items()}
    return gather(str(data["kind"]), [World({n: _read(v) for n, v in values.items()}, dims, kind) for kind, values in data["worlds"]], dims)


def _written(v: Value) -> Any:
    if isinstance(v, list):
        return [_written(x) for x in v]
    if isinstance(v, (bool, Fraction)):
        return v if isinstance(v, bool) else str(v)
    sign, mantissa, exponent, _ = v._mpf_
    if not mantissa and exponent:
        raise SourceError("worlds", f"{v} has no plain form.")
    return f"{'-' if sign else ''}{int(mantissa):x}p{int(exponent)}"


def _read(v: Any) -> Value:
    if isinstance(v, list):
        return [_read(x) for x in v]
    if isinstance(v, bool):
        return v
    above, slash, below = v.partition("/")
    if slash:
        return Fraction(int(above), int(below))
    binary = _BINARY.match(v)
    if binary is None:
        return Fraction(int(v))
    from mpmath import mp
    from mpmath.libmp import from_man_exp

    return mp.make_mpf(from_man_exp(int(binary[1], 16), int(binary[2])))
