"""Whether an answer is that of a normalised method: the size of the gradient does not matter to it."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.keys import Key
from derive.grading.traits.settings import numbers, same, settings
from derive.maths.exact import Value, World

_MOST = 4


def keeps_its_length(key: Key) -> bool:
    """Whether the answer stays the same where the gradient is three times as large, in some instances."""
    answer = key.derivation.answer
    gradient = next((s for s in key.problem.symbols.values() if "gradient" in s.says and s.shape and s.let is None), None)
    if answer is None or gradient is None or not key.wanted.shape:
        return False
    seen = []
    for s in settings(key)[:_MOST]:
        g = s.world.values.get(gradient.name)
        before = numbers(answer, s.world)
        after = numbers(answer, World({**s.world.values, gradient.name: _three_times(g)}, s.world.dims)) if isinstance(g, list) else None
        if before is None or after is None or not any(before):
            continue
        seen.append(all(same(x, y) for x, y in zip(before, after, strict=True)))
    return bool(seen) and all(seen)


def _three_times(v: Value) -> Value:
    return [_three_times(x) for x in v] if isinstance(v, list) else v * Fraction(3)
