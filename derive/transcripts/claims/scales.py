"""Worlds of other sizes than the generic ones: what is said to be larger than something must be so in them too.

`M >= 1` and `g_i != 0` hold in a world whose entries happen to be so. Each world is repeated with its vectors and its scalars at a
64th and at 64 times their size, with an entry that is 1, or 0, and with vectors along and against each other whose entries are of one size.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.maths.exact import Value, World
from derive.maths.worlds import holds
from derive.transcripts.claims.families import Family, program_families

if TYPE_CHECKING:
    from derive.transcripts.claims.settings import Setting

FACTOR = Fraction(64)
_SIZES = ((1 / FACTOR, 1 / FACTOR), (FACTOR, FACTOR), (FACTOR, 1 / FACTOR), (1 / FACTOR, FACTOR))  # of vectors, of scalars
_ENTRIES = (Fraction(1), Fraction(0))
_ALIKE = (1, -1)  # of one vector to the next, where all entries are of one size: what bounds a product does so for these


def stretched(setting: Setting) -> tuple[Family, ...]:
    """The families of a program in worlds of other sizes; none for other problems, whose data are given or are counts."""
    found = setting.cache.get("stretched")
    if found is None:
        found = program_families(setting.key, worlds=_worlds(setting)) if setting.is_program else ()
        setting.cache["stretched"] = found
    return found  # type: ignore[return-value]


def _worlds(setting: Setting) -> list[World]:
    symbols = setting.lang.scope.symbols
    if any(s.let is not None for s in symbols.values()):
        return []
    free = {n for n, s in symbols.items() if s.kind == "value" and s.given is None and s.domain in ("real", "positive", "spd") and s.below is None and s.above is None and s.within is None}
    out = []
    for f in setting.families[:1]:
        for m in f.moments[:3]:
            w = m.world
            for vectors, scalars in _SIZES:
                out.append(World({n: _scaled(v, vectors if isinstance(v, list) else scalars) if n in free else v for n, v in w.values.items()}, w.dims, w.kind))
            for sign in _ALIKE:
                names = [n for n, v in w.values.items() if n in free and symbols[n].domain == "real" and isinstance(v, list) and not isinstance(v[0], list)]
                out.append(World({**w.values, **{n: [Fraction(sign**k * (2 + k))] * len(w.values[n]) for k, n in enumerate(names)}}, w.dims, w.kind))
            for entry in _ENTRIES:
                out.append(World({n: _with(v, entry) if n in free and symbols[n].domain == "real" else v for n, v in w.values.items()}, w.dims, w.kind))
    when = setting.problem.conditions(setting.key.part)
    return [w for w in out if not when or holds(when, w)]


def _scaled(v: Value, by: Fraction) -> Value:
    return [_scaled(x, by) for x in v] if isinstance(v, list) else v * by


def _with(v: Value, entry: Fraction) -> Value:
    """A vector of several entries with another first one."""
    return [entry, *v[1:]] if isinstance(v, list) and len(v) > 1 and not isinstance(v[0], list) else v
